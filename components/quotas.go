package components

import (
	"slices"

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
	// entries that it may have, 1 to 1000 (default none, and then a list counts as one). See
	// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html.
	PrefixListEntries map[string]int `pulumi:"prefixListEntries,optional" keys:"prefixList"`
	// VpcsPerRegion is how many VPCs the account may have in the Region, 1 to 1000 (default
	// 5). Those that this stack makes count. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-vpcs-subnets.
	VpcsPerRegion *int `pulumi:"vpcsPerRegion,optional" default:"5" range:"1,1000"`
}

// QuotasOptions are those of a provider's side.
type QuotasOptions struct {
	ConsumerQuotasOptions
	// ElasticIpsPerRegion is how many Elastic IP addresses the account may have in the
	// Region, 1 to 1000 (default 5). Those of this stack's NAT gateways count. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-eips.
	ElasticIpsPerRegion *int `pulumi:"elasticIpsPerRegion,optional" default:"5" range:"1,1000"`
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

// entries is how many rules the prefix lists count as.
func (o *ConsumerQuotasOptions) entries(lists []string) int {
	count := 0
	for _, id := range lists {
		count += max(1, o.PrefixListEntries[id])
	}
	return count
}

// over refuses a count that is over a quota, and says how it comes about.
func over(at check.Path, count, quota int, quotaAt check.Path, what string, f *check.Faults) {
	if count > quota {
		f.Say(at, "comes to %d %s; %s is %d: set it to what AWS has granted the account, or ask for less", count, what, quotaAt, quota)
	}
}

func (args *ServiceProviderArgs) checkQuotas(at check.Path, listeners []Listener, f *check.Faults) {
	q, quotas := args.Quotas, at.Key("quotas")
	over(at.Key("loadBalancer").Key("clientCidrs"), len(args.LoadBalancer.ClientCidrs)*len(listeners), *q.RulesPerSecurityGroup,
		quotas.Key("rulesPerSecurityGroup"), "inbound rules of the load balancer's security group, one a block and listener", f)
	out := 1
	for _, entry := range args.Service.Egress {
		out += len(entry.CidrBlocks) + len(entry.SecurityGroupIds) + q.entries(texts(entry.PrefixListIds))
	}
	over(at.Key("service").Key("egress"), out, *q.RulesPerSecurityGroup, quotas.Key("rulesPerSecurityGroup"),
		"outbound rules of the tasks' security group, the one for HTTPS included", f)
	if !args.Network.exists() && args.Network.Egress == EgressNatPerAz {
		over(at.Key("network").Key("egress"), args.Network.zoneCount(), *q.ElasticIpsPerRegion, quotas.Key("elasticIpsPerRegion"), "Elastic IP addresses, one a NAT gateway", f)
	}
	over(at.Key("service").Key("taskRolePolicyArns"), len(args.Service.TaskRolePolicyArns), *q.PoliciesPerRole, quotas.Key("policiesPerRole"), "managed policies of the task role", f)
	most, key := args.mostTasks(at)
	zones := 1
	if !*args.LoadBalancer.CrossZone {
		zones = max(1, args.zoneCount())
	}
	targets := (most + zones - 1) / zones * len(listeners)
	over(key, targets, *q.TargetsPerZone, quotas.Key("targetsPerZone"), "targets of the load balancer that count together, each task once for each listener", f)
	if q.FargateVcpus != nil {
		units := most * *args.Service.Cpu * max(100, *args.Service.Deployment.MaximumPercent) / 100
		over(key, (units+1023)/1024, *q.FargateVcpus, quotas.Key("fargateVcpus"), "vCPUs, those of a deployment's new tasks beside the old ones included", f)
	}
}

// mostTasks is how many tasks there may be at a time, and the key that says so.
func (args *ServiceProviderArgs) mostTasks(at check.Path) (int, check.Path) {
	scaling := args.Scaling
	if !*scaling.Enabled {
		return *args.Service.DesiredCount, at.Key("service").Key("desiredCount")
	}
	most, key := *scaling.MaxCount, at.Key("scaling").Key("maxCount")
	for name, schedule := range check.Sorted(scaling.Schedules) {
		if schedule.MaxCount != nil && *schedule.MaxCount > most {
			most, key = *schedule.MaxCount, at.Key("scaling").Key("schedules").Key(name).Key("maxCount")
		}
	}
	return most, key
}

func (args *ServiceConsumerArgs) checkQuotas(at check.Path, f *check.Faults) {
	q, quotas := args.Quotas, at.Key("quotas")
	rules := 0
	for _, port := range args.Contract.Ports {
		rules += len(transportsOf[port.Protocol])
	}
	made := 0
	for _, p := range args.places(at) {
		v6 := slices.DeleteFunc(slices.Clone(p.clients.CidrBlocks), func(block string) bool { return check.Forms["cidr"].Ok(block) })
		v4 := len(p.clients.CidrBlocks) - len(v6)
		both := len(p.clients.SecurityGroupIds) + q.entries(p.clients.PrefixListIds)
		over(p.clientsPath, (max(v4, len(v6))+both)*rules, *q.RulesPerSecurityGroup, quotas.Key("rulesPerSecurityGroup"),
			"inbound rules of the endpoint's security group, one a client and port", f)
		if !p.network.exists() {
			made++
		}
	}
	over(at.Key("networks"), made, *q.VpcsPerRegion, quotas.Key("vpcsPerRegion"), "new VPCs", f)
}
