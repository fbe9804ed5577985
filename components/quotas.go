package components

import (
	"fargate-privatelink/internal/check"
)

// ConsumerQuotasOptions are AWS's quotas of an account that a configuration can come to
// exceed, where AWS can raise them: what is counted against them fails half-way otherwise.
type ConsumerQuotasOptions struct {
	// RulesPerSecurityGroup is how many rules a security group may have in each direction
	// and for each kind of address, 1 to 1000 (default 60). A security group counts as one,
	// a prefix list as prefixListEntries says. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups.
	RulesPerSecurityGroup *int `pulumi:"rulesPerSecurityGroup,optional" default:"60" range:"1,1000"`
	// PrefixListEntries is how many rules a prefix list counts as, by its ID: the most
	// entries that it may have, 1 to 1000 (default none, and then a list is looked up). See
	// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html.
	PrefixListEntries map[string]int `pulumi:"prefixListEntries,optional" keys:"prefixList"`
	// VpcsPerRegion is how many VPCs the account may have in the Region, 0 to 1000 (default
	// 5). Those that this stack makes count: take off those that there are besides, the
	// default VPC among them. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-vpcs-subnets.
	VpcsPerRegion *int `pulumi:"vpcsPerRegion,optional" default:"5" range:"0,1000"`
}

// QuotasOptions are those of a provider's side.
type QuotasOptions struct {
	ConsumerQuotasOptions
	// ElasticIpsPerRegion is how many Elastic IP addresses the account may have in the
	// Region, 1 to 1000 (default 5). Those of this stack's NAT gateways count. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-eips.
	ElasticIpsPerRegion *int `pulumi:"elasticIpsPerRegion,optional" default:"5" range:"1,1000"`
	// InterfaceEndpointsPerVpc is how many interface endpoints a VPC may have, 1 to 1000
	// (default 50). Those of network.vpcEndpoints count. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html.
	InterfaceEndpointsPerVpc *int `pulumi:"interfaceEndpointsPerVpc,optional" default:"50" range:"1,1000"`
	// CertificatesPerLoadBalancer is how many certificates a load balancer may have besides
	// its listeners' first ones, 1 to 1000 (default 25). See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html.
	CertificatesPerLoadBalancer *int `pulumi:"certificatesPerLoadBalancer,optional" default:"25" range:"1,1000"`
	// NamesPerCertificate is how many names a certificate may have, 1 to 100 (default 10). See
	// https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html.
	NamesPerCertificate *int `pulumi:"namesPerCertificate,optional" default:"10" range:"1,100"`
	// TargetsPerZone is how many targets a load balancer may have in an Availability Zone,
	// or in all of them together while it is cross-zone, 1 to 10000 (default 500). A task
	// counts once for each listener. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html.
	TargetsPerZone *int `pulumi:"targetsPerZone,optional" default:"500" range:"1,10000"`
	// PoliciesPerRole is how many managed policies a role may have, 1 to 25 (default 10). See
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
	PoliciesPerRole *int `pulumi:"policiesPerRole,optional" default:"10" range:"1,25"`
	// FargateVcpus is how many vCPUs the account's tasks may have in the Region at a time, 0
	// to 100000 (default: not counted, since AWS raises it by itself from the 6 of a new
	// account). Where it is set, all the tasks that scaling and a deployment may run at once
	// have to fit. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html#service-quotas-fargate.
	FargateVcpus *int `pulumi:"fargateVcpus,optional" range:"0,100000"`
}

// Check checks the numbers of the prefix lists.
func (o *ConsumerQuotasOptions) Check(at check.Path, f *check.Faults) {
	for id, entries := range check.Sorted(o.PrefixListEntries) {
		f.Range(at.Key("prefixListEntries").Key(id), entries, 1, 1000)
	}
}
