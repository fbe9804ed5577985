package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

// listening are the arguments of the component that has the listeners.
type listening struct {
	Listener    *ListenerArgs              `pulumi:"listener,optional"`
	Listeners   map[string]ListenerOptions `pulumi:"listeners,optional"`
	HealthCheck *HealthCheckArgs           `pulumi:"healthCheck,optional" default:"{}"`
	proxy       bool
}

// resolve checks the arguments as their component does: the tags first.
func (l listening) resolve() ([]Listener, error) {
	full, f := check.Args("p", &l)
	all := resolveListeners("p", full.Listener, full.Listeners,
		listenerDefaults{ContainerPort: 80, HealthCheck: full.HealthCheck, ProxyProtocol: full.proxy}, &f)
	return all, f.Err()
}

// one listener of several.
func listener(key string, change func(*ListenerOptions)) listening {
	var options ListenerOptions
	change(&options)
	return listening{Listeners: map[string]ListenerOptions{key: options}}
}

func withTLS(change func(*ListenerOptions)) func(*ListenerOptions) {
	return func(o *ListenerOptions) {
		o.CertificateArn = pulumi.String(certificateArn)
		change(o)
	}
}

func TestTheOneListener(t *testing.T) {
	for name, test := range map[string]struct {
		given listening
		want  Port
	}{
		"left out":  {listening{}, Port{80, "tcp"}},
		"on a port": {listening{Listener: &ListenerArgs{Port: pulumi.IntRef(8080)}}, Port{8080, "tcp"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.given.proxy = true
			test.given.HealthCheck = &HealthCheckArgs{Protocol: "HTTP"}
			all, err := test.given.resolve()
			require.NoError(t, err)
			require.Len(t, all, 1)
			assert.Equal(t, Listener{Port: test.want, at: "p.listener", ListenerOptions: ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
				ContainerPort: pulumi.IntRef(80), TargetProtocol: "tcp", ProxyProtocol: pulumi.BoolRef(true),
				HealthCheck: (&HealthCheckArgs{Protocol: "HTTP"}).resolved(),
			}}}, all[0])
		})
	}
}

// Each listener has what it says, and the rest from all.
func TestListenersInherit(t *testing.T) {
	given := listening{
		proxy: true,
		HealthCheck: &HealthCheckArgs{
			Protocol: "HTTP", Path: "/healthz", Matcher: "200", TimeoutSeconds: pulumi.IntRef(4), HealthyThreshold: pulumi.IntRef(5),
		},
		Listeners: map[string]ListenerOptions{
			"9000/tcp": {IPTargetGroupOptions: IPTargetGroupOptions{ContainerPort: pulumi.IntRef(9001), HealthCheck: &HealthCheckArgs{Protocol: "TCP"}}},
			"443/tls": {IPTargetGroupOptions: IPTargetGroupOptions{
				CertificateArn: pulumi.String(certificateArn), ProxyProtocol: pulumi.BoolRef(false),
				HealthCheck: &HealthCheckArgs{Path: "/tls", IntervalSeconds: pulumi.IntRef(5)},
			}},
			"80/tcp": {},
		},
	}
	all, err := given.resolve()
	require.NoError(t, err)
	checked := func(protocol, path, matcher string, interval int) *HealthCheckArgs {
		return &HealthCheckArgs{
			Protocol: protocol, Path: path, Matcher: matcher, IntervalSeconds: &interval,
			TimeoutSeconds: pulumi.IntRef(4), HealthyThreshold: pulumi.IntRef(5), UnhealthyThreshold: pulumi.IntRef(2),
		}
	}
	assert.Equal(t, []Listener{
		{Port: Port{80, "tcp"}, at: `p.listeners["80/tcp"]`, ListenerOptions: ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
			ContainerPort: pulumi.IntRef(80), TargetProtocol: "tcp", ProxyProtocol: pulumi.BoolRef(true), HealthCheck: checked("HTTP", "/healthz", "200", 10),
		}}},
		{Port: Port{443, "tls"}, at: `p.listeners["443/tls"]`, ListenerOptions: ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
			ContainerPort: pulumi.IntRef(80), TargetProtocol: "tcp", CertificateArn: pulumi.String(certificateArn), SslPolicy: DefaultSslPolicy, AlpnPolicy: "None",
			ProxyProtocol: pulumi.BoolRef(false), HealthCheck: checked("HTTP", "/tls", "200", 5),
		}}},
		{Port: Port{9000, "tcp"}, at: `p.listeners["9000/tcp"]`, ListenerOptions: ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
			ContainerPort: pulumi.IntRef(9001), TargetProtocol: "tcp", ProxyProtocol: pulumi.BoolRef(true), HealthCheck: checked("TCP", "", "", 10),
		}}},
	}, all)
	assert.Nil(t, given.Listeners["80/tcp"].HealthCheck, "what was given stays as it was")
}

func TestListenersRefuse(t *testing.T) {
	const tls, tcp = `p.listeners["443/tls"]`, `p.listeners["80/tcp"]`
	const udp = ": over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, for which version 6 of the AWS provider has no argument"
	const role = "arn:aws:iam::444444444444:role/dns"
	nothing := func(*ListenerOptions) {}
	short := func(port int, protocol string) listening {
		return listening{Listener: &ListenerArgs{Port: &port, Protocol: protocol}}
	}
	made := func(change func(*ListenerOptions)) func(*ListenerOptions) {
		return func(o *ListenerOptions) {
			o.DomainName, o.HostedZoneId = "api.example.com", pulumi.String("Z1")
			change(o)
		}
	}
	check80 := func(common, own *HealthCheckArgs) listening {
		l := listener("80/tcp", func(o *ListenerOptions) { o.HealthCheck = own })
		l.HealthCheck = common
		return l
	}
	number := pulumi.IntRef
	for _, test := range []struct {
		name  string
		given listening
		want  string
	}{
		// The short form.
		{"port 0", short(0, ""), "p.listener.port is 0; it must be 1 to 65535"},
		{"port 65536", short(65536, ""), "p.listener.port is 65536; it must be 1 to 65535"},
		{"a protocol", short(80, "http"), `p.listener.protocol is "http"; it must be tcp`},
		{"UDP", short(53, "udp"), `p.listener.protocol is "udp"; it must be tcp` + udp},
		{"TLS", short(443, "tls"), `p.listener.protocol is "tls"; it must be tcp: a TLS listener needs a certificate, which ` + tls + ` takes; ` +
			"TLS also passes through a tcp listener to a container that terminates it"},
		{"both forms", listening{Listener: &ListenerArgs{}, Listeners: map[string]ListenerOptions{"80/tcp": {}}},
			"p.listener is set together with p.listeners; set one of them: listener is short for one tcp listener"},

		// Keys.
		{"none", listening{Listeners: map[string]ListenerOptions{}}, "p.listeners has 0 listeners; it must have 1 to 5"},
		{"six", listening{Listeners: map[string]ListenerOptions{"1/tcp": {}, "2/tcp": {}, "3/tcp": {}, "4/tcp": {}, "5/tcp": {}, "6/tcp": {}}},
			"p.listeners has 6 listeners; it must have 1 to 5"},
		{"no protocol", listener("443", nothing),
			`p.listeners has the key "443"; it must be a port, 1 to 65535, and a protocol, one of tcp, tls, udp, tcp_udp, as in 443/tls`},
		{"a udp listener", listener("53/udp", nothing), `p.listeners["53/udp"]'s protocol is "udp"; it must be tcp or tls` + udp},
		{"a tcp_udp listener", listener("53/tcp_udp", nothing), `p.listeners["53/tcp_udp"]'s protocol is "tcp_udp"; it must be tcp or tls` + udp},
		{"a port twice", listening{Listeners: map[string]ListenerOptions{"443/tcp": {}, "443/tls": {IPTargetGroupOptions: IPTargetGroupOptions{
			CertificateArn: pulumi.String(certificateArn)}}}},
			`p.listeners has the keys "443/tcp" and "443/tls"; a load balancer has one listener a port`},
		{"a container's port", listener("80/tcp", func(o *ListenerOptions) { o.ContainerPort = number(0) }), tcp + ".containerPort is 0; it must be 1 to 65535"},

		// The certificate.
		{"no certificate", listener("443/tls", nothing), tls + " has neither certificateArn nor domainName; " +
			"a tls listener needs a certificate: one that exists, or a name and a hosted zone to make one"},
		{"two certificates", listener("443/tls", withTLS(made(nothing))), tls + ".domainName is set together with " + tls + ".certificateArn; set one of them"},
		{"a certificate's name", listener("443/tls", func(o *ListenerOptions) { o.CertificateArn = pulumi.String("web") }),
			tls + `.certificateArn is "web"; it must be the ARN of a certificate in AWS Certificate Manager or IAM`},
		{"no zone", listener("443/tls", made(func(o *ListenerOptions) { o.HostedZoneId = nil })),
			tls + `.hostedZoneId is ""; it must be the ID of a Route 53 hosted zone: Z and capitals and digits`},
		{"a role's name", listener("443/tls", made(func(o *ListenerOptions) { o.HostedZoneRoleArn = "dns" })),
			tls + `.hostedZoneRoleArn is "dns"; it must be the ARN of a role: arn:aws:iam::<account>:role/<name>`},
		{"a role for a certificate that exists", listener("443/tls", withTLS(func(o *ListenerOptions) { o.HostedZoneRoleArn = role })),
			tls + ".subjectAlternativeNames, hostedZoneId and hostedZoneRoleArn go with domainName; they make a certificate"},
		{"a name twice", listener("443/tls", made(func(o *ListenerOptions) { o.SubjectAlternativeNames = []string{"api.example.com"} })),
			tls + `.subjectAlternativeNames[0] is "api.example.com", which is also ` + tls + `.domainName; list it once`},
		{"another name twice", listener("443/tls", made(func(o *ListenerOptions) { o.SubjectAlternativeNames = []string{"a.b.com", "a.b.com"} })),
			tls + `.subjectAlternativeNames[1] is "a.b.com" a second time; list it once`},
		{"ALPN", listener("443/tls", withTLS(func(o *ListenerOptions) { o.AlpnPolicy = "h2" })),
			tls + `.alpnPolicy is "h2"; it must be one of HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, None`},
		{"TLS to UDP", listener("443/tls", withTLS(func(o *ListenerOptions) { o.TargetProtocol = "udp" })),
			tls + `.targetProtocol is "udp"; it must be one of tcp, tls`},
		{"a policy without TLS", listener("80/tcp", func(o *ListenerOptions) { o.SslPolicy = DefaultSslPolicy }),
			tcp + `.sslPolicy is "` + DefaultSslPolicy + `"; it must not be set, since only a tls listener has one`},
		{"names without TLS", listener("80/tcp", func(o *ListenerOptions) { o.SubjectAlternativeNames = []string{"a.b.com"} }),
			tcp + `.subjectAlternativeNames is "a.b.com"; it must not be set, since only a tls listener has one`},

		// The health check: each fault is named where it was made.
		{"a path for TCP in all", check80(&HealthCheckArgs{Path: "/healthz"}, nil),
			`p.healthCheck.path is "/healthz", but p.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`},
		{"a listener's path for all's TCP", check80(nil, &HealthCheckArgs{Path: "/"}),
			tcp + `.healthCheck.path is "/", but p.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`},
		{"a listener's path for its own TCP", check80(&HealthCheckArgs{Protocol: "HTTP"}, &HealthCheckArgs{Protocol: "TCP", Path: "/"}),
			tcp + `.healthCheck.path is "/", but ` + tcp + `.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`},
		{"a timeout over the interval", check80(&HealthCheckArgs{TimeoutSeconds: number(11)}, &HealthCheckArgs{Port: number(81)}),
			"p.healthCheck.timeoutSeconds is 11; it must be at most p.healthCheck.intervalSeconds, which is 10"},
		{"all's timeout over a listener's interval", check80(&HealthCheckArgs{TimeoutSeconds: number(8)}, &HealthCheckArgs{IntervalSeconds: number(5)}),
			"p.healthCheck.timeoutSeconds is 8; it must be at most " + tcp + ".healthCheck.intervalSeconds, which is 5"},
		{"a listener's timeout over all's interval", check80(&HealthCheckArgs{IntervalSeconds: number(20)}, &HealthCheckArgs{TimeoutSeconds: number(21)}),
			tcp + ".healthCheck.timeoutSeconds is 21; it must be at most p.healthCheck.intervalSeconds, which is 20"},
		{"no interval", check80(nil, &HealthCheckArgs{IntervalSeconds: number(0)}), tcp + ".healthCheck.intervalSeconds is 0; it must be 5 to 300"},
		{"a protocol of a check", check80(&HealthCheckArgs{Protocol: "tcp"}, nil), `p.healthCheck.protocol is "tcp"; it must be one of TCP, HTTP, HTTPS`},
		{"in the clear to TLS", func() listening {
			l := listener("443/tls", withTLS(func(o *ListenerOptions) { o.TargetProtocol = "tls" }))
			l.HealthCheck = &HealthCheckArgs{Protocol: "HTTP"}
			return l
		}(), tls + " is checked by HTTP on port 80, where targetProtocol says that the container speaks tls; " +
			tls + ".healthCheck.protocol must be HTTPS or TCP, or " + tls + ".healthCheck.port a port that speaks HTTP"},
		{"in the clear to another listener's TLS", func() listening {
			l := listener("443/tls", withTLS(func(o *ListenerOptions) { o.TargetProtocol = "tls" }))
			l.Listeners["80/tcp"] = ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
				ContainerPort: number(8080), HealthCheck: &HealthCheckArgs{Protocol: "HTTP", Port: number(80)},
			}}
			return l
		}(), tcp + " is checked by HTTP on port 80, where targetProtocol says that the container speaks tls; " +
			tcp + ".healthCheck.protocol must be HTTPS or TCP, or " + tcp + ".healthCheck.port a port that speaks HTTP"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.given.resolve()
			require.EqualError(t, err, test.want)
		})
	}
}

// What is resolved without a fault is taken by a target group, as it is, and says the same
// when it is resolved again.
func TestResolvedListenersSuitTheirTargetGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		maybe := func(label string, low, high int) *int {
			if rapid.Bool().Draw(t, label+" is given") {
				return pulumi.IntRef(rapid.IntRange(low, high).Draw(t, label))
			}
			return nil
		}
		checked := func(label string) *HealthCheckArgs {
			return &HealthCheckArgs{
				Protocol:        rapid.SampledFrom([]string{"", "TCP", "HTTP", "HTTPS"}).Draw(t, label+" protocol"),
				Path:            rapid.SampledFrom([]string{"", "/healthz"}).Draw(t, label+" path"),
				IntervalSeconds: maybe(label+" interval", 4, 12), TimeoutSeconds: maybe(label+" timeout", 1, 12), Port: maybe(label+" port", 80, 82),
			}
		}
		tls := ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
			CertificateArn: pulumi.String(certificateArn), ContainerPort: maybe("container port", 80, 82),
			TargetProtocol: rapid.SampledFrom([]string{"", "tcp", "tls"}).Draw(t, "target protocol"), HealthCheck: checked("tls"),
		}}
		given := listening{HealthCheck: checked("all"), Listeners: map[string]ListenerOptions{"443/tls": tls, "80/tcp": {}}}
		all, err := given.resolve()
		if err != nil {
			return
		}
		for _, l := range all {
			args := &IPTargetGroupArgs{
				IPTargetGroupOptions: l.IPTargetGroupOptions, VpcId: pulumi.String("vpc-1"), LoadBalancerArn: pulumi.String("arn:lb"),
				Port: l.Port.Port, Protocol: l.Port.Protocol,
			}
			full, faults := check.Args("", args)
			if err := faults.Err(); err != nil {
				t.Fatalf("%s: %v", l.Port, err)
			}
			assert.Equal(t, l.IPTargetGroupOptions, full.resolved(l.Port))
		}
	})
}
