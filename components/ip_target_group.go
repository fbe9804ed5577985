package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// IPTargetGroupType is the type token of IPTargetGroup.
const IPTargetGroupType = "fargate-privatelink:index:IPTargetGroup"

const defaultDeregistrationDelay = 60

// IPTargetGroupArgs are the inputs of IPTargetGroup.
type IPTargetGroupArgs struct {
	// VpcId is the VPC of the targets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// LoadBalancerArn is the Network Load Balancer that gets the listener.
	// Required.
	LoadBalancerArn pulumi.StringInput `pulumi:"loadBalancerArn"`
	// Port is the port of targets that come without one, 1 to 65535. Required. ECS
	// registers each task with its own, so that a later change, which would replace the
	// target group, is left out.
	Port int `pulumi:"port"`
	// Protocol is the protocol to the targets (default "tcp"; udp or tcp_udp where
	// ListenerProtocol is that). It must be one that ListenerProtocol can forward to:
	// tcp to tcp and tcp_udp, tls to tcp and tls, udp to udp and tcp_udp, tcp_udp to
	// itself.
	Protocol string `pulumi:"protocol"`
	// ListenerPort is the port on which the load balancer listens, 1 to 65535.
	// Required. A load balancer has one listener a port.
	ListenerPort int `pulumi:"listenerPort"`
	// ListenerProtocol is "tcp" (default), "tls", "udp" or "tcp_udp". See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html.
	ListenerProtocol string `pulumi:"listenerProtocol"`
	// TLS is what a tls listener needs to end the clients' TLS. Required with
	// ListenerProtocol "tls", refused with all others.
	TLS *ListenerTLSArgs `pulumi:"tls"`
	// HealthCheck says how the load balancer checks the targets (default: a TCP
	// connection every 10 seconds).
	HealthCheck *HealthCheckArgs `pulumi:"healthCheck"`
	// DeregistrationDelaySeconds is how long a target that was taken out may finish
	// its connections, 0 to 3600 seconds (default 60, AWS's own is 300). See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html.
	DeregistrationDelaySeconds *int `pulumi:"deregistrationDelaySeconds"`
	// ConnectionTermination closes the connections that are left when the
	// deregistration delay is over (default, which is AWS's: true where Protocol is udp
	// or tcp_udp, and false otherwise, so that clients close them).
	ConnectionTermination pulumi.BoolPtrInput `pulumi:"connectionTermination"`
	// ProxyProtocol begins every connection to a target with a Proxy Protocol header,
	// version 2: the client's own address and, over PrivateLink, the VPC endpoint's id
	// (default false). The container has to read it, on health checks too: one that
	// doesn't answers nothing. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol.
	ProxyProtocol bool `pulumi:"proxyProtocol"`
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// IPTargetGroup is a target group of type ip, the only one that tasks on AWS
// Fargate can register with, and the listener that forwards to it. It is empty at
// its creation: the ECS service registers the targets. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html.
type IPTargetGroup struct {
	pulumi.ResourceState

	// Arn is the target group's ARN. It is there only once the listener exists: an
	// ECS service whose target group has no load balancer is refused.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// ListenerArn is the listener's ARN.
	ListenerArn pulumi.StringOutput `pulumi:"listenerArn"`
	// Name is the target group's physical name.
	Name pulumi.StringOutput `pulumi:"name"`
}

// targetProtocols maps a listener's protocol to those of the target groups that
// it can forward to, the default first. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html.
var targetProtocols = map[string][]string{
	"tcp":     {"tcp", "tcp_udp"},
	"tls":     {"tcp", "tls"},
	"udp":     {"udp", "tcp_udp"},
	"tcp_udp": {"tcp_udp"},
}

// NewIPTargetGroup makes a target group and its listener. It returns an error when
// a required argument is missing, when the name can't be a target group's (more
// than 24 characters, anything but letters, digits and single hyphens), when a port,
// a protocol, the health check or the deregistration delay is out of range, and when
// TLS and ListenerProtocol or Protocol and HealthCheck don't go together.
func NewIPTargetGroup(
	ctx *pulumi.Context, name string, args *IPTargetGroupArgs, opts ...pulumi.ResourceOption,
) (*IPTargetGroup, error) {
	full := args.withDefaults()
	if err := full.check(name); err != nil {
		return nil, err
	}
	component := &IPTargetGroup{}
	if err := ctx.RegisterComponentResource(IPTargetGroupType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

	group, err := newTargetGroup(s, full)
	if err != nil {
		return nil, err
	}
	listener, err := newListener(s, full, group)
	if err != nil {
		return nil, err
	}

	component.Arn = afterwards(group.Arn, listener.Arn)
	component.ListenerArn = listener.Arn
	component.Name = group.Name
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"arn":         component.Arn,
		"listenerArn": component.ListenerArn,
		"name":        component.Name,
	})
}

func (args *IPTargetGroupArgs) withDefaults() *IPTargetGroupArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.ListenerProtocol = orElse(full.ListenerProtocol, "tcp")
	if allowed := targetProtocols[full.ListenerProtocol]; len(allowed) > 0 {
		full.Protocol = orElse(full.Protocol, allowed[0])
	}
	full.TLS = full.TLS.withDefaults()
	healthCheck := full.HealthCheck.withDefaults()
	full.HealthCheck = &healthCheck
	delay := defaultDeregistrationDelay
	full.DeregistrationDelaySeconds = orElse(full.DeregistrationDelaySeconds, &delay)
	if full.ConnectionTermination == nil {
		// Stated, since the provider would leave one that is no longer mentioned.
		full.ConnectionTermination = pulumi.Bool(full.Protocol == "udp" || full.Protocol == "tcp_udp")
	}
	return &full
}

func (args *IPTargetGroupArgs) check(name string) error {
	const component = "IPTargetGroup"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkELBName(name))
	found.add(required("VpcId", args.VpcId))
	found.add(required("LoadBalancerArn", args.LoadBalancerArn))
	found.add(checkPort("Port", args.Port))
	found.add(checkPort("ListenerPort", args.ListenerPort))
	found.add(args.checkProtocols())
	found.add(args.checkTLS())
	found.add(args.HealthCheck.check())
	found.add(args.checkHealthCheckWorks())
	found.add(checkRange("DeregistrationDelaySeconds", *args.DeregistrationDelaySeconds, 0, 3600))
	return found.of(component, name)
}

// checkProtocols names the listener's protocol first: which ones the targets may
// have depends on it.
func (args *IPTargetGroupArgs) checkProtocols() error {
	if err := checkOneOf("ListenerProtocol", args.ListenerProtocol, protocols...); err != nil {
		return err
	}
	argument := fmt.Sprintf("Protocol with ListenerProtocol %q", args.ListenerProtocol)
	return checkOneOf(argument, args.Protocol, targetProtocols[args.ListenerProtocol]...)
}

// checkHealthCheckWorks refuses a check that asks in the clear where the targets speak
// TLS: no answer to it is a success.
func (args *IPTargetGroupArgs) checkHealthCheckWorks() error {
	check := args.HealthCheck
	if args.Protocol != "tls" || check.Protocol != "HTTP" || orElse(check.Port, args.Port) != args.Port {
		return nil
	}
	return fmt.Errorf("HealthCheck.Protocol is HTTP on port %d, where the targets speak tls; it must be HTTPS or TCP, or have another Port", args.Port)
}

func newTargetGroup(s scope, args *IPTargetGroupArgs) (*lb.TargetGroup, error) {
	return lb.NewTargetGroup(s.ctx, s.name, &lb.TargetGroupArgs{
		VpcId:                 args.VpcId,
		TargetType:            pulumi.String("ip"),
		Port:                  pulumi.Int(args.Port),
		Protocol:              pulumi.String(strings.ToUpper(args.Protocol)),
		HealthCheck:           args.HealthCheck.input(),
		DeregistrationDelay:   pulumi.Int(*args.DeregistrationDelaySeconds),
		ConnectionTermination: args.ConnectionTermination,
		ProxyProtocolV2:       args.proxyProtocol(),
		Tags:                  s.tagged(s.name),
	}, s.parent, pulumi.IgnoreChanges([]string{"port"}))
}

// proxyProtocol leaves the attribute to AWS where it is off, which is AWS's default.
func (args *IPTargetGroupArgs) proxyProtocol() pulumi.BoolPtrInput {
	if !args.ProxyProtocol {
		return nil
	}
	return pulumi.Bool(true)
}

func newListener(s scope, args *IPTargetGroupArgs, group *lb.TargetGroup) (*lb.Listener, error) {
	input := &lb.ListenerArgs{
		LoadBalancerArn: args.LoadBalancerArn,
		Port:            pulumi.Int(args.ListenerPort),
		Protocol:        pulumi.String(strings.ToUpper(args.ListenerProtocol)),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: group.Arn,
		}},
		Tags: s.tagged(s.name),
	}
	args.TLS.apply(input)
	return lb.NewListener(s.ctx, s.name, input, s.parent)
}

// afterwards returns value once condition is there too.
func afterwards(value, condition pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.All(value, condition).ApplyT(func(values []any) string {
		return values[0].(string)
	}).(pulumi.StringOutput)
}
