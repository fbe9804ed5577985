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
		IPTargetGroupOptions: IPTargetGroupOptions{ContainerPort: pulumi.IntRef(8080)},
		VpcId:                pulumi.String("vpc-1"), LoadBalancerArn: pulumi.String("arn:lb"), Port: 80,
	}
}

// What is left at the end of the delay goes as AWS has it, and is stated: what was true
// would stay true when it is no longer mentioned.
func TestIPTargetGroupConnectionTermination(t *testing.T) {
	for protocol, want := range map[string]bool{"tcp": false, "udp": true, "tcp_udp": true} {
		for given, want := range map[*bool]bool{nil: want, pulumi.BoolRef(true): true, pulumi.BoolRef(false): false} {
			m := run(t, func(ctx *pulumi.Context) error {
				args := targetGroupArgs()
				args.Protocol, args.ConnectionTermination = protocol, given
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
		"preserveClientIp": "false",
		"stickiness":       map[string]any{"enabled": false, "type": "source_ip"},
		"targetGroupHealth": map[string]any{
			"dnsFailover":           map[string]any{"minimumHealthyTargetsCount": "1", "minimumHealthyTargetsPercentage": "off"},
			"unhealthyStateRouting": map[string]any{"minimumHealthyTargetsCount": 1.0, "minimumHealthyTargetsPercentage": "off"},
		},
		"tags": map[string]any{"Name": "web-80"},
	}, m.get(t, targetGroupToken, "web-80").inputs)
	assert.Equal(t, []string{"port"}, m.get(t, targetGroupToken, "web-80").ignoreChanges, "tasks register with their own")
	groupArn := "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web-80"
	assert.Equal(t, map[string]any{
		"loadBalancerArn": "arn:lb", "port": 80.0, "protocol": "TCP",
		"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": groupArn}},
		"tags":           map[string]any{"Name": "web-80"}, "tcpIdleTimeoutSeconds": 350.0,
	}, m.get(t, listenerToken, "web-80").inputs)

	assert.Equal(t, groupArn, arn.value)
	assert.Equal(t, "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/net/web-80", listener.value)
	assert.Equal(t, "web-80-1234567", name.value)
}

func TestIPTargetGroupWithEverything(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewIPTargetGroup(ctx, "dns", &IPTargetGroupArgs{
			VpcId: pulumi.String("vpc-1"), LoadBalancerArn: pulumi.String("arn:lb"), Port: 53, Protocol: "udp",
			IPTargetGroupOptions: IPTargetGroupOptions{
				TargetProtocol: "tcp_udp",
				HealthCheck: &HealthCheckArgs{
					Protocol: "HTTP", Path: "/health", Port: pulumi.IntRef(8053), Matcher: "200-299", IntervalSeconds: pulumi.IntRef(30),
					TimeoutSeconds: pulumi.IntRef(5), HealthyThreshold: pulumi.IntRef(3), UnhealthyThreshold: pulumi.IntRef(4),
				},
				ProxyProtocol: pulumi.BoolRef(true),
			},
			DeregistrationOptions: DeregistrationOptions{DeregistrationDelaySeconds: pulumi.IntRef(0)},
		})
		return err
	}))
	group := m.get(t, targetGroupToken, "dns").inputs
	assert.Equal(t, "TCP_UDP", group["protocol"])
	assert.Equal(t, 53.0, group["port"], "the listener's own")
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

func TestTLSListener(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := targetGroupArgs()
		args.Port, args.Protocol = 443, "tls"
		args.CertificateArn, args.AlpnPolicy = pulumi.String(certificateArn), "HTTP2Preferred"
		_, err := NewIPTargetGroup(ctx, "web-443", args)
		return err
	})
	listener := m.get(t, listenerToken, "web-443").inputs
	assert.Equal(t, "TLS", listener["protocol"])
	assert.Equal(t, certificateArn, listener["certificateArn"])
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", listener["sslPolicy"])
	assert.Equal(t, "HTTP2Preferred", listener["alpnPolicy"])
	assert.Equal(t, "TCP", m.get(t, targetGroupToken, "web-443").inputs["protocol"], "the load balancer ends TLS")
}

const certificateArn = "arn:aws:acm:us-east-1:111111111111:certificate/web"

func TestIPTargetGroupRefuses(t *testing.T) {
	protocols := func(listener, target string) func(*IPTargetGroupArgs) {
		return func(a *IPTargetGroupArgs) {
			a.Protocol, a.TargetProtocol = listener, target
			if listener == "tls" {
				a.CertificateArn = pulumi.String(certificateArn)
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(*IPTargetGroupArgs)
		want   string
	}{
		{"no VPC", func(a *IPTargetGroupArgs) { a.VpcId = nil }, "vpcId is missing; it is required"},
		{"no load balancer", func(a *IPTargetGroupArgs) { a.LoadBalancerArn = nil }, "loadBalancerArn is missing; it is required"},
		{"no port", func(a *IPTargetGroupArgs) { a.Port = 0 }, "port is missing; it is required"},
		{"a port", func(a *IPTargetGroupArgs) { a.Port = 70000 }, "port is 70000; it must be 1 to 65535"},
		{"a container's port", func(a *IPTargetGroupArgs) { a.ContainerPort = pulumi.IntRef(0) }, "containerPort is 0; it must be 1 to 65535"},
		{"a protocol", protocols("TCP", ""), `protocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`},
		{"a target's protocol", protocols("tcp", "TCP"), `targetProtocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`},
		{"tcp to tls", protocols("tcp", "tls"), `targetProtocol is "tls"; it must be one of tcp, tcp_udp`},
		{"tls to udp", protocols("tls", "udp"), `targetProtocol is "udp"; it must be one of tcp, tls`},
		{"both to one", protocols("tcp_udp", "tcp"), `targetProtocol is "tcp"; it must be one of tcp_udp`},
		{"TLS without a certificate", func(a *IPTargetGroupArgs) { a.Protocol = "tls" }, "certificateArn is missing; a tls listener needs a certificate"},
		{"a certificate without TLS", func(a *IPTargetGroupArgs) { a.CertificateArn = pulumi.String(certificateArn) },
			`certificateArn is "` + certificateArn + `"; it must not be set, since only a tls listener has one`},
		{"a certificate to be made, without TLS", func(a *IPTargetGroupArgs) { a.CertificateArn = pulumi.String("x").ToStringOutput() },
			`certificateArn is "another resource's"; it must not be set, since only a tls listener has one`},
		{"ALPN", func(a *IPTargetGroupArgs) { protocols("tls", "")(a); a.AlpnPolicy = "h2" },
			`alpnPolicy is "h2"; it must be one of HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, None`},
		{"a deregistration delay", func(a *IPTargetGroupArgs) { a.DeregistrationDelaySeconds = pulumi.IntRef(3601) },
			"deregistrationDelaySeconds is 3601; it must be 0 to 3600"},
		{"a check's interval", func(a *IPTargetGroupArgs) { a.HealthCheck = &HealthCheckArgs{IntervalSeconds: pulumi.IntRef(0)} },
			"healthCheck.intervalSeconds is 0; it must be 5 to 300"},
		{"a path for TCP", func(a *IPTargetGroupArgs) { a.HealthCheck = &HealthCheckArgs{Path: "/"} },
			`healthCheck.path is "/", but healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`},
		{"a check in the clear", func(a *IPTargetGroupArgs) {
			protocols("tls", "tls")(a)
			a.HealthCheck = &HealthCheckArgs{Protocol: "HTTP", Port: pulumi.IntRef(8080)}
		}, "healthCheck.protocol is HTTP on port 8080, where targetProtocol says that the container speaks tls; " +
			"it must be HTTPS or TCP, or healthCheck.port a port that speaks HTTP"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `IPTargetGroup "web": `+test.want, func(ctx *pulumi.Context) error {
				args := targetGroupArgs()
				test.change(args)
				_, err := NewIPTargetGroup(ctx, "web", args)
				return err
			})
		})
	}
	requireRefused(t, `IPTargetGroup "we b": the name "we b" must be letters and digits, with single hyphens between them`, func(ctx *pulumi.Context) error {
		_, err := NewIPTargetGroup(ctx, "we b", targetGroupArgs())
		return err
	})
}
