package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"LB-ADDRESS-TYPE":      balancerWith(Props{"ipAddressType": "ipv6"}),
		"LB-DUALSTACK-SUBNETS": balancerWith(Props{"ipAddressType": "dualstack"}),
		"LB-DNS-POLICY":        balancerWith(Props{"dnsRecordClientRoutingPolicy": "availabilityZoneAffinity"}),
		"LB-LOGS-BUCKET":       balancerWith(Props{"accessLogs": map[string]any{"enabled": true, "bucket": "nowhere"}}),

		"TG-ADDRESS-TYPE":         poolWith(Props{"ipAddressType": "dualstack"}),
		"TG-CROSS-ZONE":           poolWith(Props{"loadBalancingCrossZoneEnabled": "yes"}),
		"TG-PRESERVE-UDP":         poolWith(Props{"protocol": "UDP", "preserveClientIp": "false"}),
		"TG-PROXY-PROTOCOL":       poolWith(Props{"protocol": "HTTP", "proxyProtocolV2": true}),
		"TG-STICKINESS-TYPE":      poolWith(Props{"stickiness": map[string]any{"type": "lb_cookie"}}),
		"TG-DRAINING-INTERVAL":    poolWith(drainingFor(360001, false)),
		"TG-DRAINING-TERMINATION": poolWith(drainingFor(10, true)),

		"LISTENER-TARGET-IPV6": func(st *stage) error {
			tg := st.make(st.provider, "v6", TokenTargetGroup, over(targetGroupInputs(st.id("vpc")), Props{"ipAddressType": "ipv6"}))
			return listenerWith(forwardTo(tg))(st)
		},
		"LISTENER-UDP-SOURCE-NAT": func(st *stage) error {
			tg := st.make(st.provider, "udp", TokenTargetGroup, over(targetGroupInputs(st.id("vpc")), Props{"protocol": "UDP"}))
			return st.try(TokenListener, over(listenerInputs(st.dualstack(), tg, 53), Props{"protocol": "UDP"}))
		},

		"LISTENER-CERTIFICATE-EXISTS": listenerWith(Props{"protocol": "TLS", "certificateArn": noCertificate}),
		"LISTENER-CERTIFICATE-ISSUED": func(st *stage) error {
			return listenerWith(Props{"protocol": "TLS", "certificateArn": st.certificate("api.example.com")})(st)
		},
		"LISTENER-SECURITY-POLICY": func(st *stage) error {
			return listenerWith(Props{"protocol": "TLS", "certificateArn": st.issuedCertificate(), "sslPolicy": "ELBSecurityPolicy-TLS14"})(st)
		},
		"LISTENER-POLICY-TLS": listenerWith(Props{"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
		"SNI-LISTENER-EXISTS": func(st *stage) error {
			return st.try(TokenListenerCertificate, Props{
				"certificateArn": st.issuedCertificate(),
				"listenerArn":    "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/net/x/0123456789abcdef/0123456789abcdef",
			})
		},
		"SNI-LISTENER-TLS": func(st *stage) error {
			return st.try(TokenListenerCertificate, Props{"certificateArn": st.issuedCertificate(), "listenerArn": st.id("listener")})
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"LISTENER-LEFT-OUT": func(t *testing.T, st *stage) {
			st.make(st.provider, "tls", TokenListener, over(over(listenerInputs(st.id("lb"), st.id("tg"), 443), tlsListener(st)), Props{"alpnPolicy": "HTTP2Optional"}))
			require.NoError(t, st.change("tls", Props{"alpnPolicy": nil, "certificateArn": nil}))
			require.Equal(t, "HTTP2Optional", st.show("tls").Str("alpnPolicy"))
			require.NotEmpty(t, st.show("tls").Str("certificateArn"))
			require.NoError(t, st.change("tls", Props{"alpnPolicy": "None"}))
			require.Equal(t, "None", st.show("tls").Str("alpnPolicy"))
		},
		"LB-LOGS-STAY": func(t *testing.T, st *stage) {
			st.writeLogs()
			require.Empty(t, st.planned("lb", Props{"accessLogs": nil}))
			require.NoError(t, st.change("lb", Props{"accessLogs": nil, "enableZonalShift": true}))
			require.Equal(t, true, Props(st.show("lb").Map("accessLogs")).Bool("enabled"))
			off := Props{"accessLogs": map[string]any{"enabled": false, "bucket": ""}}
			require.Len(t, st.planned("lb", off), 1)
			require.NoError(t, st.change("lb", off))
			require.Equal(t, false, st.show("lb").Map("accessLogs").Bool("enabled"))
		},
		"LISTENER-IDLE-TIMEOUT-TCP": func(t *testing.T, st *stage) {
			st.make(st.provider, "tls", TokenListener, over(listenerInputs(st.id("lb"), st.id("tg"), 443), Props{
				"protocol": "TLS", "certificateArn": st.issuedCertificate(), "tcpIdleTimeoutSeconds": 600.0,
			}))
			require.Nil(t, st.show("tls")["tcpIdleTimeoutSeconds"])
			changes := func(name string) []Change {
				old, err := st.provider.Inputs(TokenListener, st.id(name))
				require.NoError(t, err)
				list, _, err := st.provider.Diff(TokenListener, st.id(name), old, st.show(name), over(old, Props{"tcpIdleTimeoutSeconds": 700.0}))
				require.NoError(t, err)
				return list
			}
			require.Empty(t, changes("tls"))
			require.NotEmpty(t, changes("listener"))
		},
		"LB-LOGS-TLS": func(t *testing.T, st *stage) {
			st.writeLogs()
			require.Equal(t, map[string]any{"bucket": "logs-bucket", "enabled": true, "prefix": "web"}, st.show("lb")["accessLogs"])
			st.tlsListener()
			st.view(func(tx *Tx) {
				logged := map[int]bool{}
				for _, l := range tx.Listeners(st.id("lb")) {
					logged[l.Port] = tx.AccessLogged(l)
				}
				require.Equal(t, map[int]bool{80: false, 443: true}, logged)
			})
		},
	})
}

// writeLogs switches the load balancer's access logs on.
func (st *stage) writeLogs() {
	st.make(st.provider, "logs-bucket", TokenBucketV2, Props{})
	st.make(st.provider, "logs-policy", TokenBucketPolicy, Props{"bucket": "logs-bucket", "policy": logPolicy("logs-bucket")})
	require.NoError(st.t, st.change("lb", Props{"accessLogs": map[string]any{"enabled": true, "bucket": "logs-bucket", "prefix": "web"}}))
}

func drainingFor(seconds float64, terminated bool) Props {
	return Props{"targetHealthStates": []any{map[string]any{
		"enableUnhealthyConnectionTermination": terminated, "unhealthyDrainingInterval": seconds,
	}}}
}

// ipv6 gives the stage's VPC and first two subnets IPv6 blocks.
func (st *stage) ipv6() {
	require.NoError(st.t, st.change("vpc", Props{"assignGeneratedIpv6CidrBlock": true}))
	for i, name := range []string{"az1", "az2"} {
		require.NoError(st.t, st.change(name, Props{"ipv6CidrBlock": st.subnetIPv6(i)}))
	}
}

// subnetIPv6 is the n-th /64 of the VPC's block.
func (st *stage) subnetIPv6(n int) string {
	block := st.show("vpc").Str("ipv6CidrBlock")
	return block[:len(block)-len("00::/56")] + "0" + string(rune('0'+n)) + "::/64"
}

// dualstack makes a dualstack load balancer and returns its ARN.
func (st *stage) dualstack() string {
	st.ipv6()
	return st.make(st.provider, "dual", TokenLoadBalancer, Props{
		"internal": true, "loadBalancerType": "network", "ipAddressType": "dualstack", "subnets": list(st.id("az1"), st.id("az2")),
	})
}

// logPolicy lets the log delivery service write to a bucket for the provider.
func logPolicy(bucket string) string {
	arn := "arn:aws:s3:::" + bucket
	condition := map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": providerAccount, "s3:x-amz-acl": "bucket-owner-full-control"},
		"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:logs:us-east-1:" + providerAccount + ":*"},
	}
	by := map[string]any{"Service": serviceLogDelivery}
	return jsonText(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Principal": by, "Action": "s3:GetBucketAcl", "Resource": arn, "Condition": condition},
		map[string]any{"Effect": "Allow", "Principal": by, "Action": "s3:PutObject", "Resource": arn + "/web/AWSLogs/" + providerAccount + "/*", "Condition": condition},
		map[string]any{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(arn, arn+"/*"), "Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}},
	}})
}

// TestLogsBucket: what AWS says of a bucket that it can't write to.
func TestLogsBucket(t *testing.T) {
	st := newStage(t)
	enable := func(bucket, prefix string) error {
		return balancerWith(Props{"accessLogs": map[string]any{"enabled": true, "bucket": bucket, "prefix": prefix}})(st)
	}
	st.make(session(st.w, providerAccount, "eu-west-1"), "far", TokenBucket, Props{})
	require.ErrorContains(t, enable("far", ""), "is not in the load balancer's Region")
	st.make(st.provider, "near", TokenBucket, Props{})
	require.ErrorContains(t, enable("near", "web"), "Access Denied for bucket: near. Please check S3bucket permission")
	require.NoError(t, st.change("near", Props{"policy": logPolicy("near")}))
	require.ErrorContains(t, enable("near", ""), "Access Denied", "under another prefix")
	require.NoError(t, enable("near", "web"))
	require.NoError(t, balancerWith(Props{"name": "quiet", "accessLogs": map[string]any{"bucket": "nowhere"}})(st))
}

// TestDualstack: nodes and endpoints have IPv6 addresses while they are asked to.
func TestDualstack(t *testing.T) {
	st := newStage(t)
	st.dualstack()
	ipv6 := func(owner string) (n int) {
		st.view(func(tx *Tx) {
			for _, i := range tx.NetworkInterfaces(owner) {
				s, _ := tx.Subnet(i.SubnetID)
				if i.IPv6.IsValid() {
					n++
					assert.True(t, s.IPv6CIDR.Contains(i.IPv6))
				}
			}
		})
		return n
	}
	require.Equal(t, 2, ipv6(st.id("dual")))
	require.NoError(t, st.change("dual", Props{"ipAddressType": "ipv4"}))
	require.Zero(t, ipv6(st.id("dual")))

	require.NoError(t, st.change("lb", Props{"ipAddressType": "dualstack"}))
	require.NoError(t, st.change("pls", Props{"supportedIpAddressTypes": list("ipv4", "ipv6")}))
	own := st.make(st.provider, "own", TokenEndpoint, Props{
		"vpcId": st.id("vpc"), "vpcEndpointType": "Interface", "serviceName": st.show("pls").Str("serviceName"),
		"subnetIds": list(st.id("az1")), "ipAddressType": "dualstack", "dnsOptions": map[string]any{"dnsRecordIpType": "ipv6"},
	})
	require.Equal(t, 1, ipv6(own))
	addresses := st.show("own").Maps("subnetConfigurations")[0]
	require.NotEmpty(t, addresses.Str("ipv4"))
	require.NotEmpty(t, addresses.Str("ipv6"))
	require.Equal(t, "ipv6", st.show("own").Map("dnsOptions").Str("dnsRecordIpType"))
	requireRefusal(t, "EP-ADDRESS-SUBNETS", st.change("own", Props{"ipAddressType": "ipv6"}))

	block := st.show("vpc").Str("ipv6CidrBlock")
	only := st.make(st.provider, "only", TokenSubnet, Props{
		"vpcId": st.id("vpc"), "ipv6Native": true, "assignIpv6AddressOnCreation": true, "availabilityZoneId": "use1-az2",
		"ipv6CidrBlock": strings.Replace(block, "00::/56", "ff::/64", 1),
	})
	native := st.make(st.provider, "native", TokenEndpoint, Props{
		"vpcId": st.id("vpc"), "vpcEndpointType": "Interface", "serviceName": st.show("pls").Str("serviceName"),
		"subnetIds": list(only), "ipAddressType": "ipv6",
	})
	require.Empty(t, st.show("native").Maps("subnetConfigurations")[0].Str("ipv4"))
	require.NotEmpty(t, st.show("native").Maps("subnetConfigurations")[0].Str("ipv6"))
	st.view(func(tx *Tx) {
		e, _ := tx.Endpoint(native)
		require.Equal(t, "ipv6", e.AddressType)
	})
	requireRefusal(t, "EP-ADDRESS-SUBNETS", st.change("native", Props{"ipAddressType": "dualstack"}))
}

// TestStickiness: a Network Load Balancer's has no cookie.
func TestStickiness(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.change("tg", Props{"stickiness": map[string]any{"type": "source_ip"}, "proxyProtocolV2": true}))
	require.Equal(t, map[string]any{"cookieDuration": 0.0, "cookieName": "", "enabled": true, "type": "source_ip"}, st.show("tg")["stickiness"])
	st.view(func(tx *Tx) { require.True(t, tx.TargetGroupSettings(st.id("tg")).ProxyProtocolV2) })
}

// TestFurtherCertificate: a listener's further certificates.
func TestFurtherCertificate(t *testing.T) {
	st := newStage(t)
	listener := st.tlsListener()
	id := st.make(st.provider, "sni", TokenListenerCertificate, Props{"listenerArn": listener, "certificateArn": st.id("certificate")})
	require.Equal(t, listener+"_"+st.id("certificate"), id)
	requireRefusal(t, "ACM-DELETE-IN-USE", st.remove("certificate"))
}
