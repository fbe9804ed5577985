package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fargate-privatelink/internal/check"
)

// counted is how many of something a configuration comes to, and what AWS allows.
type counted struct {
	// at is the key that they come from.
	at    check.Path
	count int
	// what says what is counted, in the plural.
	what string
	// quota is the key that says what the account has, "" for one that AWS raises for nobody.
	quota string
	limit int
}

// refuse refuses each count that is over its limit.
func refuse(all []counted, quotas check.Path, f *check.Faults) {
	for _, c := range all {
		switch {
		case c.count <= c.limit:
		case c.quota == "":
			f.Say(c.at, "comes to %d %s; AWS takes at most %d", c.count, c.what, c.limit)
		default:
			f.Say(c.at, "comes to %d %s; %s is %d: set it to what AWS has granted the account, or ask for less",
				c.count, c.what, quotas.Key(c.quota), c.limit)
		}
	}
}

// checkQuotas counts what AWS counts. It is called again once the prefix lists are looked
// up.
func (args *ServiceProviderArgs) checkQuotas(at check.Path, listeners []Listener, f *check.Faults) {
	q := args.Quotas
	service, balancer, network := at.Key("service"), at.Key("loadBalancer"), at.Key("network")
	ports := portsOf(listeners)
	most, mostKey := args.mostTasks(at)
	all := []counted{
		{balancer.Key("clientCidrs"), len(args.LoadBalancer.ClientCidrs) * len(listeners),
			"inbound rules of the load balancer's security group, one a block and listener", "rulesPerSecurityGroup", *q.RulesPerSecurityGroup},
		{at.Key("listeners"), ports, "outbound rules of the load balancer's security group, one a port of the tasks", "rulesPerSecurityGroup", *q.RulesPerSecurityGroup},
		{at.Key("listeners"), ports * args.LoadBalancer.generations() * *args.Shards, "inbound rules of the tasks' security group, one a port and load balancer",
			"rulesPerSecurityGroup", *q.RulesPerSecurityGroup},
		{service.Key("egress"), args.taskEgress(), "outbound rules of the tasks' security group, the one for HTTPS and those of volumes included",
			"rulesPerSecurityGroup", *q.RulesPerSecurityGroup},
		{service.Key("taskRolePolicyArns"), len(args.Service.TaskRolePolicyArns), "managed policies of the task role", "policiesPerRole", *q.PoliciesPerRole},
		{service, args.Service.executionPolicySize(), "characters of policies of the execution role, most of them secrets' and images' ARNs", "", maxInlinePolicies},
		{at.Key("scaling").Key("schedules"), len(args.Scaling.Schedules), "scheduled actions", "", maxSchedules},
		{mostKey, args.targets(most, listeners), "targets of the load balancer that count together, each task once for each listener", "targetsPerZone", *q.TargetsPerZone},
		{network.Key("vpcEndpoints"), args.interfaceEndpoints(), "interface endpoints of the VPC, those that the tasks need included",
			"interfaceEndpointsPerVpc", *q.InterfaceEndpointsPerVpc},
		{at.Key("listeners"), furtherCertificates(listeners), "additional certificates of the load balancer", "certificatesPerLoadBalancer", *q.CertificatesPerLoadBalancer},
	}
	for _, l := range listeners {
		all = append(all, counted{l.at.Key("subjectAlternativeNames"), 1 + len(l.SubjectAlternativeNames),
			"names of a certificate, domainName included", "namesPerCertificate", *q.NamesPerCertificate})
	}
	if q.FargateVcpus != nil {
		units := most * *args.Service.Cpu * max(100, *args.Service.Deployment.MaximumPercent) / 100
		all = append(all, counted{mostKey, (units + 1023) / 1024, "vCPUs, those of a deployment's new tasks beside the old ones included", "fargateVcpus", *q.FargateVcpus})
	}
	if !args.Network.exists() {
		all = append(all,
			counted{network, 1, "new VPCs", "vpcsPerRegion", *q.VpcsPerRegion},
			counted{network.Key("egress"), args.natGateways(), "Elastic IP addresses, one a NAT gateway", "elasticIpsPerRegion", *q.ElasticIpsPerRegion})
	}
	refuse(all, at.Key("quotas"), f)
}

func (args *ServiceConsumerArgs) checkQuotas(at check.Path, f *check.Faults) {
	q, made, ports := args.Quotas, 0, 0
	for _, port := range args.Contract.Ports {
		ports += len(transportsOf[port.Protocol])
	}
	var all []counted
	for _, p := range args.places(at) {
		all = append(all, counted{p.clientsPath, q.rules(p.clients.CidrBlocks, len(p.clients.SecurityGroupIds), p.clients.PrefixListIds) * ports,
			"inbound rules of the endpoint's security group, one a client and port", "rulesPerSecurityGroup", *q.RulesPerSecurityGroup})
		if !p.network.exists() {
			made++
		}
	}
	refuse(append(all, counted{at.Key("networks"), made, "new VPCs", "vpcsPerRegion", *q.VpcsPerRegion}), at.Key("quotas"), f)
}

const (
	// maxInlinePolicies is how many characters the inline policies of a role may have
	// together, see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
	maxInlinePolicies = 10240
	// maxSchedules is how many scheduled actions a scalable target may have, see
	// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html.
	maxSchedules = 200
)

// rules is how many rules of a port peers come to. AWS counts those for IPv4 and IPv6 each
// by themselves, and a security group and a prefix list for both.
func (o *ConsumerQuotasOptions) rules(blocks []string, groups int, lists []string) int {
	v6 := 0
	for _, block := range blocks {
		if strings.Contains(block, ":") {
			v6++
		}
	}
	count := max(v6, len(blocks)-v6) + groups
	for _, id := range lists {
		count += max(1, o.PrefixListEntries[id])
	}
	return count
}

// portsOf is how many rules a load balancer and its tasks have for each other.
func portsOf(listeners []Listener) int {
	ports := map[string]bool{}
	for _, l := range listeners {
		for _, transport := range balancedTransports(l.Port.Protocol) {
			ports[fmt.Sprint(*l.ContainerPort, transport)] = true
		}
		if port := l.HealthCheck.Port; port != nil {
			ports[fmt.Sprint(*port, "tcp")] = true
		}
	}
	return len(ports)
}

// generations is how many load balancers there are at a time.
func (o *NetworkLoadBalancerOptions) generations() int {
	if o.RetainPrevious {
		return 2
	}
	return 1
}

// taskEgress is how many rules the tasks' group has, HTTPS's own among them.
func (args *ServiceProviderArgs) taskEgress() int {
	var blocks, lists []string
	groups := len(args.Service.volumeRules())
	for _, entry := range args.Service.Egress {
		blocks = append(blocks, entry.CidrBlocks...)
		groups += len(entry.SecurityGroupIds)
		lists = append(lists, texts(entry.PrefixListIds)...)
		groups += len(entry.PrefixListIds) - len(texts(entry.PrefixListIds))
	}
	return 1 + args.Quotas.rules(blocks, groups, lists)
}

// targets is how many targets count together: those of a zone, or of all where the zones
// share theirs.
func (args *ServiceProviderArgs) targets(tasks int, listeners []Listener) int {
	zones := 1
	if !*args.LoadBalancer.CrossZone {
		zones = max(1, args.zoneCount())
	}
	return (tasks + zones - 1) / zones * len(listeners)
}

func furtherCertificates(listeners []Listener) (count int) {
	for _, l := range listeners {
		count += len(l.AdditionalCertificateArns)
	}
	return count
}

// interfaceEndpoints is how many of the VPC's endpoints to AWS's services are no gateways.
func (args *ServiceProviderArgs) interfaceEndpoints() int {
	return len(slices.DeleteFunc(slices.Clone(args.vpcEndpoints()), func(service string) bool { return slices.Contains(gatewayServices, service) }))
}

func (args *ServiceProviderArgs) natGateways() int {
	return map[Egress]int{EgressNatPerAz: args.zoneCount(), EgressSingleNat: 1}[args.Network.Egress]
}

// executionPolicySize is how many characters the inline policies of an execution role that
// is made come to, as far as it is known: AWS counts no white space, and there is none.
func (o *FargateServiceOptions) executionPolicySize() int {
	if !missing(o.ExecutionRoleArn) {
		return 0
	}
	start, _ := executionPolicy("aws", "", slices.Collect(maps.Values(o.images(""))))
	secrets, err := secretsPolicy(texts(o.secretArns()), texts(o.KmsKeyArns))
	if err != nil {
		return 0 // its form is refused already
	}
	return len(start) + len(secrets)
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
