package components

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

const (
	anywhere  = "0.0.0.0/0"
	httpsPort = 443
)

// taskFirewall is the tasks' security group and all that is admitted between the
// tasks and the rest of the world.
type taskFirewall struct {
	group *ec2.SecurityGroup
	rules []pulumi.Resource
}

// newTaskFirewall lets the load balancers, and nobody else, reach the tasks on their
// ports, and the tasks reach what AwsEndpoints says on port 443, or every HTTPS port: the
// image's registry, CloudWatch Logs, S3. The load balancers' own groups need egress
// rules for their traffic and their health checks. Over PrivateLink all traffic comes
// from the load balancer, so that no consumer's address has to be known here. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups.
func newTaskFirewall(s scope, args *FargateServiceArgs) (*taskFirewall, error) {
	group, err := s.securityGroup("security-group", args.VpcId, "Tasks of ECS service "+s.name)
	if err != nil {
		return nil, err
	}
	firewall := &taskFirewall{group: group}
	for _, loadBalancer := range args.LoadBalancers {
		if err := firewall.admitLoadBalancer(s, loadBalancer, args.Targets); err != nil {
			return nil, err
		}
	}
	for _, destination := range slices.Concat(args.AwsEndpoints.rules(), egressRules(args.Egress), args.volumeRules()) {
		out, err := s.admitEgress(group.ID(), destination)
		if err != nil {
			return nil, err
		}
		firewall.rules = append(firewall.rules, out)
	}
	return firewall, nil
}

// admitLoadBalancer makes the rules of both ends for every port of the tasks.
func (f *taskFirewall) admitLoadBalancer(s scope, loadBalancer FargateLoadBalancerArgs, targets []FargateTargetArgs) error {
	which := shardSuffix(*loadBalancer.Shard) + generationSuffix(*loadBalancer.Generation)
	from, to, tasks := "load-balancer"+which, "tasks"+which, f.group.ID()
	seen := map[string]bool{}
	for _, port := range containerPorts(targets) {
		for _, transport := range balancedTransports(port.Protocol) {
			// Targets by tcp and udp share the port's tcp rule, which is for health checks too.
			ruled := fmt.Sprint(port.Port, transport)
			if seen[ruled] {
				continue
			}
			seen[ruled] = true
			in, err := s.admitIngress(tasks, groupRule(from, loadBalancer.SecurityGroupId, port.Port, transport))
			if err != nil {
				return err
			}
			out, err := s.admitEgress(loadBalancer.SecurityGroupId, groupRule(to, tasks, port.Port, transport))
			if err != nil {
				return err
			}
			f.rules = append(f.rules, in, out)
		}
	}
	return nil
}

// rules returns the egress rules of the tasks.
func (e *TaskEgressArgs) rules() []rule {
	if e == nil {
		return []rule{cidrRule(anywhere, httpsPort, "tcp")}
	}
	var rules []rule
	for key, group := range check.Sorted(e.SecurityGroupIds) {
		rules = append(rules, groupRule(key, group, httpsPort, "tcp"))
	}
	for key, list := range check.Sorted(e.PrefixListIds) {
		rules = append(rules, prefixListRule(key, list, httpsPort, "tcp"))
	}
	return rules
}

// idForm is the key of a peer whose ID is known.
var idForm = regexp.MustCompile(`^(sg|pl)-[0-9a-f]+$`)

// egressRules returns the rules of destinations that nobody but the code needs.
func egressRules(egress map[string]EgressRuleArgs) []rule {
	var rules []rule
	itself := func(id string) string { return id }
	for name, m := range check.Sorted(egress) {
		port := orZero(m.Port)
		var these []rule
		for _, cidr := range m.CidrBlocks {
			these = append(these, cidrRule(cidr, port, m.Protocol))
		}
		for key, group := range check.Sorted(keyed(m.SecurityGroupIds, "security-group", itself)) {
			these = append(these, groupRule(key, group, port, m.Protocol))
		}
		for key, list := range check.Sorted(keyed(m.PrefixListIds, "prefix-list", itself)) {
			these = append(these, prefixListRule(key, list, port, m.Protocol))
		}
		for _, r := range these {
			// A rule is what it admits, whatever it is called: under the label it was before,
			// and is where its peer is known late.
			if labelled := name + "-" + r.key; r.cidr != "" || r.cidr6 != nil || idForm.MatchString(r.key) {
				r.former = append(r.former, labelled)
				for _, written := range slices.Clone(r.former[:len(r.former)-1]) {
					r.former = append(r.former, name+"-"+written)
				}
			} else {
				r.key = labelled
			}
			r.toPort = orZero(m.ToPort)
			rules = append(rules, r)
		}
	}
	return rules
}

// balancedTransports returns the IP protocols that come from a load balancer: those
// of the traffic, and tcp, which every health check is.
func balancedTransports(protocol string) []string {
	transports := transportsOf[protocol]
	if slices.Contains(transports, "tcp") {
		return transports
	}
	return append([]string{"tcp"}, transports...)
}
