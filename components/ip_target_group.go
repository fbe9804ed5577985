package components

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// IPTargetGroupType is the type token of IPTargetGroup.
const IPTargetGroupType = "fargate-privatelink:index:IPTargetGroup"

// IPTargetGroupOptions are the options of a listener and of the target group that it
// forwards to.
type IPTargetGroupOptions struct {
	// ContainerPort is the port of the container that the listener forwards to, 1 to 65535
	// (default: the service's containerPort; of an IPTargetGroup by itself, its own port).
	// ECS registers each task with its own, so that a later change, which would replace
	// the target group, is left out.
	ContainerPort *int `pulumi:"containerPort,optional" range:"1,65535"`
	// TargetProtocol is the protocol to the container (default: the listener's, and tcp for
	// a tls listener). A tls listener forwards to tcp and tls, a tcp listener to tcp and
	// tcp_udp, a udp listener to udp and tcp_udp, a tcp_udp listener to its own. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html.
	TargetProtocol string `pulumi:"targetProtocol,optional" enum:"tcp,tls,udp,tcp_udp"`
	// CertificateArn is the ARN of the certificate with which a tls listener ends the
	// clients' TLS, in AWS Certificate Manager or IAM (default: none, or one that is made
	// for domainName). Only a tls listener has one. Consumers see its names: they connect
	// by one of them, which is what a private DNS name is for. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html.
	CertificateArn pulumi.StringInput `pulumi:"certificateArn,optional" form:"certificate" in:"region,account"`
	// AdditionalCertificateArns are further certificates of a tls listener, at most 25, each
	// once (default none): a client gets the one that has the name it asks for, and
	// certificateArn's otherwise. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html.
	AdditionalCertificateArns []pulumi.StringInput `pulumi:"additionalCertificateArns,optional" form:"certificate" in:"region,account" unique:"true" len:"0,25"`
	// SslPolicy is a tls listener's security policy (default
	// ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends: TLS 1.2 and 1.3 with
	// forward secrecy, and a key exchange that quantum computers don't break; AWS's own
	// default also admits TLS 1.0). One that admits TLS 1.0 or 1.1 needs allowWeakTls. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html.
	SslPolicy string `pulumi:"sslPolicy,optional" form:"sslPolicy"`
	// AllowWeakTls lets sslPolicy be one that admits TLS 1.0 or 1.1, for clients that know
	// nothing newer (default false).
	AllowWeakTls bool `pulumi:"allowWeakTls,optional"`
	// AlpnPolicy is a tls listener's Application-Layer Protocol Negotiation policy:
	// HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred or None (default None).
	AlpnPolicy string `pulumi:"alpnPolicy,optional" enum:"HTTP1Only,HTTP2Only,HTTP2Optional,HTTP2Preferred,None"`
	// TcpIdleTimeoutSeconds is how long a connection of a tcp listener may be silent, 60 to
	// 6000 seconds (default: AWS's, 350). Over PrivateLink the endpoint still ends it after
	// 350 seconds. It can't be together with other Regions. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html.
	TcpIdleTimeoutSeconds *int `pulumi:"tcpIdleTimeoutSeconds,optional" range:"60,6000"`
	// PreserveClientIp lets the targets see the addresses of clients in the VPC (default:
	// AWS's, false for tcp and tls and always true for udp). Over PrivateLink they see the
	// load balancer's whatever it says: that is what proxyProtocol is for. A client that is
	// a target itself can't reach itself with it. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation.
	PreserveClientIp *bool `pulumi:"preserveClientIp,optional"`
	// Stickiness sends all connections of an address to the same target (default false). It
	// goes with every listener but tls. Over PrivateLink the consumers share the load
	// balancer's addresses, so that it spreads them less evenly. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#sticky-sessions.
	Stickiness bool `pulumi:"stickiness,optional"`
	// TargetGroupHealth says how many targets must be healthy for a zone to be (default:
	// AWS's, one).
	TargetGroupHealth *TargetGroupHealthArgs `pulumi:"targetGroupHealth,optional"`
	// HealthCheck says how the load balancer checks the targets (default: a TCP connection
	// every 10 seconds; of one of several listeners, the check of all, which has also what
	// a listener's own leaves out).
	HealthCheck *HealthCheckArgs `pulumi:"healthCheck,optional" inherits:"healthCheck"`
	// ProxyProtocol begins every connection to a target with a Proxy Protocol header,
	// version 2: the client's own address and, over PrivateLink, the VPC endpoint's ID
	// (default false; of one of several listeners, what all have). The container has to
	// read it, on health checks too: one that doesn't answers nothing. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol.
	ProxyProtocol *bool `pulumi:"proxyProtocol,optional"`
}

// DeregistrationOptions say what becomes of the connections of a target that is taken
// out. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html.
type DeregistrationOptions struct {
	// DeregistrationDelaySeconds is how long a target that was taken out may finish its
	// connections, 0 to 3600 seconds (default 60, AWS's own is 300).
	DeregistrationDelaySeconds *int `pulumi:"deregistrationDelaySeconds,optional" default:"60" range:"0,3600"`
	// ConnectionTermination closes the connections that are left when the deregistration
	// delay is over (default, which is AWS's: true where the targets' protocol is udp or
	// tcp_udp, and false otherwise, so that clients close them).
	ConnectionTermination *bool `pulumi:"connectionTermination,optional"`
}

// IPTargetGroupArgs are the inputs of IPTargetGroup.
type IPTargetGroupArgs struct {
	IPTargetGroupOptions
	DeregistrationOptions
	// VpcId is the VPC of the targets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// LoadBalancerArn is the Network Load Balancer that gets the listener. Required.
	LoadBalancerArn pulumi.StringInput `pulumi:"loadBalancerArn"`
	// Port is the port on which the load balancer listens, 1 to 65535. Required. A load
	// balancer has one listener a port.
	Port int `pulumi:"port" range:"1,65535"`
	// Protocol is the listener's protocol: tcp (default), tls, udp or tcp_udp. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html.
	Protocol string `pulumi:"protocol,optional" default:"tcp" enum:"tcp,tls,udp,tcp_udp"`
	// Secret keeps the path of the health check out of sight (default false). Only a Go
	// program can give it.
	Secret bool
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
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

// DefaultSslPolicy is the security policy of a TLS listener that names none.
const DefaultSslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

// NewIPTargetGroup makes a target group and its listener. It returns an error when
// a required argument is missing, when the name can't be a target group's (more
// than 24 characters, anything but letters, digits and single hyphens), when a port,
// a protocol, the health check or the deregistration delay is out of range, when a tls
// listener has no certificate or another one has what only a tls listener has, and when
// the health check asks in the clear where the targets speak TLS.
func NewIPTargetGroup(
	ctx *pulumi.Context, name string, args *IPTargetGroupArgs, opts ...pulumi.ResourceOption,
) (*IPTargetGroup, error) {
	if args == nil {
		return nil, noArgs("IPTargetGroup", name)
	}
	full, faults := check.Args("", args)
	faults.Add(checkELBName(name))
	if err := failed("IPTargetGroup", name, faults); err != nil {
		return nil, err
	}
	full.IPTargetGroupOptions = full.resolved(Port{Port: full.Port, Protocol: full.Protocol})
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

// Check checks what the tags can't say.
func (args *IPTargetGroupArgs) Check(at check.Path, f *check.Faults) {
	args.checkTargetProtocol(at, args.Protocol, f)
	switch {
	case args.Protocol != "tls":
		refuseSet(at, f, args.tlsSettings()...)
	case args.CertificateArn == nil:
		f.Say(at.Key("certificateArn"), "is missing; a tls listener needs a certificate")
	}
	args.checkAttributes(at, args.Protocol, f)
	args.HealthCheck.checkFields(at.Key("healthCheck"), f)
	args.HealthCheck.checkAlone(at.Key("healthCheck"), f)
	full := args.resolved(Port{Port: args.Port, Protocol: args.Protocol})
	if full.TargetProtocol == "tls" && full.HealthCheck.Protocol == "HTTP" && full.checkedPort() == *full.ContainerPort {
		own := at.Key("healthCheck")
		f.Say(own.Key("protocol"), "is HTTP on port %d, where targetProtocol says that the container speaks tls; it must be HTTPS or TCP, or %s a port that speaks HTTP",
			full.checkedPort(), own.Key("port"))
	}
}

// checkTargetProtocol checks that a listener of a protocol can forward to the target's.
// One that is none at all is the field's own fault.
func (o *IPTargetGroupOptions) checkTargetProtocol(at check.Path, listener string, f *check.Faults) {
	if allowed := targetProtocols[listener]; len(allowed) > 0 && slices.Contains(protocols, o.TargetProtocol) {
		f.OneOf(at.Key("targetProtocol"), o.TargetProtocol, allowed...)
	}
}

// resolved returns a copy with the defaults that depend on the listener filled in.
func (o *IPTargetGroupOptions) resolved(listener Port) IPTargetGroupOptions {
	full := *o
	full.ContainerPort = cmp.Or(full.ContainerPort, &listener.Port)
	if allowed := targetProtocols[listener.Protocol]; len(allowed) > 0 {
		full.TargetProtocol = cmp.Or(full.TargetProtocol, allowed[0])
	}
	if listener.Protocol == "tls" {
		full.SslPolicy, full.AlpnPolicy = cmp.Or(full.SslPolicy, DefaultSslPolicy), cmp.Or(full.AlpnPolicy, "None")
	}
	full.HealthCheck = full.HealthCheck.resolved()
	return full
}

// checkedPort is the port that the health check of resolved options asks on.
func (o *IPTargetGroupOptions) checkedPort() int {
	return *cmp.Or(o.HealthCheck.Port, o.ContainerPort)
}

func newTargetGroup(s scope, args *IPTargetGroupArgs) (*lb.TargetGroup, error) {
	return lb.NewTargetGroup(s.ctx, s.name, &lb.TargetGroupArgs{
		VpcId:                 args.VpcId,
		TargetType:            pulumi.String("ip"),
		Port:                  pulumi.Int(*args.ContainerPort),
		Protocol:              pulumi.String(strings.ToUpper(args.TargetProtocol)),
		HealthCheck:           args.HealthCheck.input(args.Secret),
		DeregistrationDelay:   pulumi.Int(*args.DeregistrationDelaySeconds),
		ConnectionTermination: args.connectionTermination(),
		ProxyProtocolV2:       onlyTrue(args.ProxyProtocol != nil && *args.ProxyProtocol),
		PreserveClientIp:      pulumi.String(strconv.FormatBool(args.preservesClientIp())),
		Stickiness:            args.stickiness(),
		TargetGroupHealth:     args.TargetGroupHealth.input(),
		Tags:                  s.tagged(s.name),
	}, s.parent, pulumi.IgnoreChanges([]string{"port"}))
}

// connectionTermination is stated, since the provider would leave one that is no longer
// mentioned.
func (args *IPTargetGroupArgs) connectionTermination() pulumi.Bool {
	if args.ConnectionTermination != nil {
		return pulumi.Bool(*args.ConnectionTermination)
	}
	return pulumi.Bool(args.TargetProtocol == "udp" || args.TargetProtocol == "tcp_udp")
}

// onlyTrue leaves an attribute to AWS where it is off, which is AWS's default.
func onlyTrue(on bool) pulumi.BoolPtrInput {
	if !on {
		return nil
	}
	return pulumi.Bool(true)
}

func newListener(s scope, args *IPTargetGroupArgs, group *lb.TargetGroup) (*lb.Listener, error) {
	input := &lb.ListenerArgs{
		LoadBalancerArn: args.LoadBalancerArn,
		Port:            pulumi.Int(args.Port),
		Protocol:        pulumi.String(strings.ToUpper(args.Protocol)),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: group.Arn,
		}},
		SslPolicy:             optionalString(args.SslPolicy),
		AlpnPolicy:            optionalString(args.AlpnPolicy),
		TcpIdleTimeoutSeconds: pulumi.IntPtrFromPtr(args.idleTimeout()),
		Tags:                  s.tagged(s.name),
	}
	if args.CertificateArn != nil {
		input.CertificateArn = args.CertificateArn.ToStringOutput().ToStringPtrOutput()
	}
	hook, err := refusingUpdates(s, "listener")
	if err != nil {
		return nil, err
	}
	listener, err := lb.NewListener(s.ctx, s.name, input, s.parent, hook)
	if err != nil {
		return nil, err
	}
	return listener, addCertificates(s, args, listener)
}

// afterwards returns value once condition is there too.
func afterwards(value, condition pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.All(value, condition).ApplyT(func(values []any) string {
		return values[0].(string)
	}).(pulumi.StringOutput)
}
