package components

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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

// newTaskFirewall lets the load balancer, and nobody else, reach the tasks on their
// port, and the tasks reach HTTPS ports anywhere: the image's registry, CloudWatch
// Logs, and S3, whose gateway endpoint has no security group to refer to. The load
// balancer's own group needs an egress rule for its traffic and its health checks.
// Over PrivateLink all traffic comes from the load balancer, so that no consumer's
// address has to be known here. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups.
func newTaskFirewall(s scope, args *FargateServiceArgs) (*taskFirewall, error) {
	group, err := s.securityGroup("security-group", args.VpcId, "Tasks of ECS service "+s.name)
	if err != nil {
		return nil, err
	}
	firewall := &taskFirewall{group: group}

	loadBalancer, tasks := args.LoadBalancerSecurityGroupId, group.ID()
	for _, transport := range balancedTransports(args.Protocol) {
		in, err := s.admitIngress(tasks, groupRule("load-balancer", loadBalancer, args.ContainerPort, transport))
		if err != nil {
			return nil, err
		}
		out, err := s.admitEgress(loadBalancer, groupRule("tasks", tasks, args.ContainerPort, transport))
		if err != nil {
			return nil, err
		}
		firewall.rules = append(firewall.rules, in, out)
	}

	out, err := s.admitEgress(tasks, cidrRule(anywhere, httpsPort, "tcp"))
	if err != nil {
		return nil, err
	}
	firewall.rules = append(firewall.rules, out)
	return firewall, nil
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
