package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	targetGroupToken = "aws:lb/targetGroup:TargetGroup"
	listenerToken    = "aws:lb/listener:Listener"
)

func targetGroupArgs() *IPTargetGroupArgs {
	return &IPTargetGroupArgs{
		VpcId: pulumi.String("vpc-1"), LoadBalancerArn: pulumi.String("arn:lb"), Port: 8080, ListenerPort: 80,
	}
}

// What is left at the end of the delay goes as AWS has it, and is stated: what was true
// would stay true when it is no longer mentioned.
func TestIPTargetGroupConnectionTermination(t *testing.T) {
	for protocol, want := range map[string]bool{"tcp": false, "udp": true, "tcp_udp": true} {
		for given, want := range map[pulumi.BoolPtrInput]bool{nil: want, pulumi.Bool(true): true, pulumi.Bool(false): false} {
			m := run(t, func(ctx *pulumi.Context) error {
				args := targetGroupArgs()
				args.ListenerProtocol, args.ConnectionTermination = protocol, given
				_, err := NewIPTargetGroup(ctx, "web-80", args)
				return err
			})
			assert.Equal(t, want, m.get(t, targetGroupToken, "web-80").inputs["connectionTermination"], "%s %v", protocol, given)
		}
	}
}

func TestIPTargetGroupDefaults(t *testing.T) {
	m := newMocks()
	var arn, listener, name *reading[string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		group, err := NewIPTargetGroup(ctx, "web-80", targetGroupArgs())
		if err != nil {
			return err
		}
		arn, listener, name = read[string](ctx, group.Arn), read[string](ctx, group.ListenerArn), read[string](ctx, group.Name)
		return nil
	}))

	assert.Equal(t, []string{listenerToken + " web-80", targetGroupToken + " web-80"}, m.list(IPTargetGroupType))
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1", "targetType": "ip", "port": 8080.0, "protocol": "TCP", "deregistrationDelay": 60.0,
		"connectionTermination": false,
		"healthCheck": map[string]any{
			"enabled": true, "protocol": "TCP", "port": "traffic-port", "interval": 10.0, "timeout": 10.0,
			"healthyThreshold": 2.0, "unhealthyThreshold": 2.0,
		},
		"tags": map[string]any{"Name": "web-80"},
	}, m.get(t, targetGroupToken, "web-80").inputs)
	assert.Equal(t, []string{"port"}, m.get(t, targetGroupToken, "web-80").ignoreChanges, "tasks register with their own")
	groupArn := "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web-80"
	assert.Equal(t, map[string]any{
		"loadBalancerArn": "arn:lb", "port": 80.0, "protocol": "TCP",
		"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": groupArn}},
		"tags":           map[string]any{"Name": "web-80"},
	}, m.get(t, listenerToken, "web-80").inputs)

	assert.Equal(t, groupArn, arn.value)
	assert.Equal(t, "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/net/web-80", listener.value)
	assert.Equal(t, "web-80-1234567", name.value)
}

func TestIPTargetGroupWithEverything(t *testing.T) {
	m := newMocks()
	none := 0
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewIPTargetGroup(ctx, "dns", &IPTargetGroupArgs{
			VpcId: pulumi.String("vpc-1"), LoadBalancerArn: pulumi.String("arn:lb"),
			Port: 53, Protocol: "tcp_udp", ListenerPort: 53, ListenerProtocol: "udp",
			HealthCheck: &HealthCheckArgs{
				Protocol: "HTTP", Path: "/health", Port: 8053, Matcher: "200-299",
				IntervalSeconds: 30, TimeoutSeconds: 5, HealthyThreshold: 3, UnhealthyThreshold: 4,
			},
			DeregistrationDelaySeconds: &none,
			ProxyProtocol:              true,
		})
		return err
	}))
	group := m.get(t, targetGroupToken, "dns").inputs
	assert.Equal(t, "TCP_UDP", group["protocol"])
	assert.Equal(t, 0.0, group["deregistrationDelay"])
	assert.Equal(t, true, group["proxyProtocolV2"])
	assert.Equal(t, map[string]any{
		"enabled": true, "protocol": "HTTP", "path": "/health", "port": "8053", "matcher": "200-299", "interval": 30.0, "timeout": 5.0,
		"healthyThreshold": 3.0, "unhealthyThreshold": 4.0,
	}, group["healthCheck"])
	assert.Equal(t, "UDP", m.get(t, listenerToken, "dns").inputs["protocol"])
}

// The target group's ARN waits for the listener: with it alone a caller could make
// an ECS service too early.
func TestTargetGroupArnWaitsForTheListener(t *testing.T) {
	m := newMocks()
	release := make(chan struct{})
	m.hold[listenerToken] = release
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		group, err := NewIPTargetGroup(ctx, "web", targetGroupArgs())
		if err != nil {
			return err
		}
		group.Arn.ApplyT(func(arn string) string {
			m.note("arn")
			return arn
		})
		// The name needs the target group only: once it is known, the ARN alone would be
		// known too.
		group.Name.ApplyT(func(name string) string {
			m.note("name")
			close(release)
			return name
		})
		return nil
	}))
	m.requireOrder(t, "name", "end "+listenerToken+" web")
	m.requireOrder(t, "end "+listenerToken+" web", "arn")
}

func TestIPTargetGroupRefuses(t *testing.T) {
	tooLong := 3601
	for _, test := range []struct {
		name   string
		change func(*IPTargetGroupArgs)
		want   string
	}{
		{"web", func(a *IPTargetGroupArgs) { a.VpcId = nil }, `VpcId is missing; it is required`},
		{"web", func(a *IPTargetGroupArgs) { a.LoadBalancerArn = nil }, `LoadBalancerArn is missing; it is required`},
		{"web", func(a *IPTargetGroupArgs) { a.Port = 0 }, `Port is 0; it must be 1 to 65535`},
		{"web", func(a *IPTargetGroupArgs) { a.ListenerPort = 70000 }, `ListenerPort is 70000; it must be 1 to 65535`},
		{"web", func(a *IPTargetGroupArgs) { a.ListenerProtocol = "TCP" }, `ListenerProtocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`},
		{"web", func(a *IPTargetGroupArgs) { a.ListenerProtocol = "tls" }, `TLS is missing; it is required with ListenerProtocol "tls"`},
		{"web", func(a *IPTargetGroupArgs) { a.TLS = &ListenerTLSArgs{} }, `TLS is set, but ListenerProtocol is "tcp"; it must be "tls"`},
		{
			"web", func(a *IPTargetGroupArgs) { a.ListenerProtocol, a.TLS = "tls", &ListenerTLSArgs{AlpnPolicy: "h2"} },
			"TLS.CertificateArn is missing; it is required\n" +
				`TLS.AlpnPolicy is "h2"; it must be one of HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, None`,
		},
		{"web", func(a *IPTargetGroupArgs) { a.Protocol = "TCP" }, `Protocol with ListenerProtocol "tcp" is "TCP"; it must be one of tcp, tcp_udp`},
		{
			"web", func(a *IPTargetGroupArgs) { a.Protocol, a.ListenerProtocol = "tcp", "tcp_udp" },
			`Protocol with ListenerProtocol "tcp_udp" is "tcp"; it must be one of tcp_udp`,
		},
		{
			"web", func(a *IPTargetGroupArgs) { a.DeregistrationDelaySeconds = &tooLong },
			`DeregistrationDelaySeconds is 3601; it must be 0 to 3600`,
		},
		{
			"web", func(a *IPTargetGroupArgs) { a.HealthCheck = &HealthCheckArgs{Protocol: "UDP"} },
			`HealthCheck.Protocol is "UDP"; it must be one of TCP, HTTP, HTTPS`,
		},
		{
			"web", func(a *IPTargetGroupArgs) {
				a.ListenerProtocol, a.Protocol, a.TLS = "tls", "tls", &ListenerTLSArgs{CertificateArn: pulumi.String("arn:certificate")}
				a.HealthCheck = &HealthCheckArgs{Protocol: "HTTP", Port: 8080}
			},
			"HealthCheck.Protocol is HTTP on port 8080, where the targets speak tls; it must be HTTPS or TCP, or have another Port",
		},
		{"we b", func(*IPTargetGroupArgs) {}, `the name "we b" must be letters and digits, with single hyphens between them`},
	} {
		requireRefused(t, `IPTargetGroup "`+test.name+`": `+test.want, func(ctx *pulumi.Context) error {
			args := targetGroupArgs()
			test.change(args)
			_, err := NewIPTargetGroup(ctx, test.name, args)
			return err
		})
	}
}

func TestIPTargetGroupLeavesItsArgsAlone(t *testing.T) {
	args := targetGroupArgs()
	args.withDefaults()
	assert.Equal(t, targetGroupArgs(), args)
}
