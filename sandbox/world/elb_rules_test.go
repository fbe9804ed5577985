package world

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"LB-NAME-LENGTH":          balancerWith(Props{"name": strings.Repeat("a", 33)}),
		"LB-NAME-ALPHABET":        balancerWith(Props{"name": "web_lb"}),
		"LB-NAME-HYPHEN":          balancerWith(Props{"name": "web-"}),
		"LB-NAME-INTERNAL":        balancerWith(Props{"name": "internal-web"}),
		"LB-NAME-UNIQUE":          balancerWith(Props{"name": "lb"}),
		"LB-SUBNETS-XOR-MAPPINGS": balancerWith(Props{"subnets": nil}),
		"LB-ENFORCE-VALUES":       balancerWith(Props{"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "yes"}),
		"LB-SUBNET-EXISTS":        balancerWith(Props{"subnets": list("subnet-0123456789abcdef0")}),
		"LB-ONE-SUBNET-A-ZONE": func(st *stage) error {
			return balancerWith(Props{"subnets": list(st.id("az1"), st.id("public"))})(st)
		},
		"LB-SUBNETS-ONE-VPC": func(st *stage) error {
			return balancerWith(Props{"subnets": list(st.id("az1"), st.foreign("subnet"))})(st)
		},
		"LB-SUBNET-FREE-ADDRESSES": func(st *stage) error {
			require.NoError(st.t, st.fill(4))
			return balancerWith(Props{"subnets": list(st.id("spare"))})(st)
		},
		"LB-INTERNET-GATEWAY": func(st *stage) error {
			return balancerWith(Props{"internal": false, "subnets": list(st.foreign("subnet"))})(st)
		},
		"LB-SECURITY-GROUP-EXISTS": func(st *stage) error {
			return balancerWith(Props{"securityGroups": list(st.foreign("group"))})(st)
		},
		"LB-SECURITY-GROUPS-FIXED": changes("lb", Props{"securityGroups": []any{}}),
		"LB-SUBNET-CONNECTED":      func(st *stage) error { return st.change("lb", Props{"subnets": list(st.id("az1"))}) },
		"LB-DELETE-PROTECTED": func(st *stage) error {
			require.NoError(st.t, st.change("lb", Props{"enableDeletionProtection": true}))
			return st.remove("lb")
		},
		"LB-DELETE-IN-SERVICE": removes("lb"),

		"TG-NAME-UNIQUE":             poolWith(Props{"name": "tg"}),
		"TG-PROTOCOL-GIVEN":          poolWith(Props{"protocol": nil}),
		"TG-PORT-GIVEN":              poolWith(Props{"port": nil}),
		"TG-VPC-GIVEN":               poolWith(Props{"vpcId": nil}),
		"TG-VPC-EXISTS":              poolWith(Props{"vpcId": "vpc-0123456789abcdef0"}),
		"TG-PROTOCOL-VALUES":         poolWith(Props{"protocol": "tcp"}),
		"TG-TARGET-TYPE-VALUES":      poolWith(Props{"targetType": "IP"}),
		"TG-PORT-RANGE":              poolWith(Props{"port": 0.0}),
		"TG-DEREGISTRATION-DELAY":    poolWith(Props{"deregistrationDelay": 3601.0}),
		"TG-HEALTH-PROTOCOL":         poolWith(check(Props{"protocol": "UDP"})),
		"TG-HEALTH-INTERVAL":         poolWith(check(Props{"interval": 4.0})),
		"TG-HEALTH-TIMEOUT":          poolWith(check(Props{"timeout": 1.0})),
		"TG-HEALTH-THRESHOLDS":       poolWith(check(Props{"unhealthyThreshold": 11.0})),
		"TG-HEALTH-TIMEOUT-INTERVAL": poolWith(check(Props{"interval": 10.0, "timeout": 20.0})),
		"TG-HEALTH-TCP":              poolWith(check(Props{"path": "/"})),
		"TG-HEALTH-MATCHER":          poolWith(check(Props{"protocol": "HTTP", "matcher": "200-299,600"})),
		"TG-HEALTH-PORT":             poolWith(check(Props{"port": "0"})),
		"TG-HEALTH-PATH":             poolWith(check(Props{"protocol": "HTTP", "path": "health"})),
		"TG-STICKINESS-TLS":          poolWith(Props{"protocol": "TLS", "stickiness": map[string]any{"type": "source_ip"}}),
		"TG-DELETE-IN-USE":           removes("tg"),

		"LISTENER-LB-EXISTS":       listenerWith(Props{"loadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/x/0123456789abcdef"}),
		"LISTENER-TARGET-EXISTS":   listenerWith(forwardTo("arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/x/0123456789abcdef")),
		"LISTENER-PORT-GIVEN":      listenerWith(Props{"port": nil}),
		"LISTENER-PROTOCOL-GIVEN":  listenerWith(Props{"protocol": nil}),
		"LISTENER-PROTOCOL-VALUES": listenerWith(Props{"protocol": "HTTP"}),
		"LISTENER-PORT-RANGE":      listenerWith(Props{"port": 65536.0}),
		"LISTENER-PORT-UNIQUE":     listenerWith(Props{"port": 80.0}),
		"LISTENER-PROTOCOL-MATCH":  listenerWith(Props{"protocol": "UDP"}),
		"LISTENER-TARGET-ONE-LB": func(st *stage) error {
			return listenerWith(Props{"loadBalancerArn": st.second()})(st)
		},
		"LISTENER-TLS-CERTIFICATE":    listenerWith(Props{"protocol": "TLS"}),
		"LISTENER-CERTIFICATE-TLS":    listenerWith(Props{"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/x"}),
		"LISTENER-ALPN-TLS":           listenerWith(Props{"alpnPolicy": "HTTP2Only"}),
		"LISTENER-IDLE-TIMEOUT-RANGE": listenerWith(Props{"tcpIdleTimeoutSeconds": 30.0}),
		"LISTENER-FORWARD-ONLY":       listenerWith(Props{"defaultActions": []any{map[string]any{"type": "redirect"}}}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"TG-NAME-DOUBLE-HYPHEN": func(t *testing.T, st *stage) {
			require.NoError(t, poolWith(Props{"name": "web--tg"})(st))
		},
		"LB-SECURITY-GROUPS-REPLACE": func(t *testing.T, st *stage) {
			old, err := st.provider.Inputs(TokenLoadBalancer, st.id("lb"))
			require.NoError(t, err)
			require.False(t, replaces(t, st, "lb", over(old, Props{"securityGroups": list(st.id("task-group"))})), "exchanged")
			require.True(t, replaces(t, st, "lb", over(old, Props{"securityGroups": []any{}})), "emptied")

			st.make(st.provider, "open", TokenLoadBalancer, over(old, Props{"name": "open", "securityGroups": nil}))
			without, err := st.provider.Inputs(TokenLoadBalancer, st.id("open"))
			require.NoError(t, err)
			require.True(t, replaces(t, st, "open", over(without, Props{"securityGroups": list(st.id("lb-group"))})), "the first given")
			requireRefusal(t, "LB-SECURITY-GROUPS-FIXED", st.change("open", Props{"securityGroups": list(st.id("lb-group"))}))
		},
		"LB-SCHEME-REPLACE": func(t *testing.T, st *stage) {
			old, err := st.provider.Inputs(TokenLoadBalancer, st.id("lb"))
			require.NoError(t, err)
			require.True(t, replaces(t, st, "lb", over(old, Props{"internal": false})))
		},
		"LB-DNS-NAME": func(t *testing.T, st *stage) {
			require.Equal(t, "lb-"+afterLast(st.id("lb"), "/")+".elb.us-east-1.amazonaws.com", st.show("lb").Str("dnsName"))
		},
		"LB-SUBNETS-REPLACE": func(t *testing.T, st *stage) {
			old, err := st.provider.Inputs(TokenLoadBalancer, st.id("lb"))
			require.NoError(t, err)
			require.False(t, replaces(t, st, "lb", over(old, Props{"subnets": list(st.id("az1"), st.id("az2"), "subnet-new")})), "added")
			require.True(t, replaces(t, st, "lb", over(old, Props{"subnets": list(st.id("az1"))})), "dropped")
			require.True(t, replaces(t, st, "lb", over(old, Props{"subnets": list(st.id("az1"), "subnet-new")})), "exchanged")
			mapped := func(fixed string) Props {
				return over(old, Props{"subnets": nil, "subnetMappings": []any{
					map[string]any{"subnetId": st.id("az1"), "privateIpv4Address": fixed}, map[string]any{"subnetId": st.id("az2")},
				}})
			}
			require.True(t, replaces(t, st, "lb", mapped("10.0.1.9")), "an address fixed")
			require.False(t, replaces(t, st, "lb", mapped("")), "the same subnets, as mappings")
			require.NoError(t, st.remove("accepter"))
			fixed := st.make(st.provider, "fixed", TokenLoadBalancer, over(mapped("10.0.1.9"), Props{"name": "fixed"}))
			require.NotEmpty(t, fixed)
			require.True(t, replaces(t, st, "fixed", over(mapped("10.0.1.10"), Props{"name": "fixed"})), "another address fixed")
		},
		"LB-ENFORCE-DEFAULT": func(t *testing.T, st *stage) {
			const enforce = "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
			subnets := list(st.id("az1"))
			st.make(st.provider, "open", TokenLoadBalancer, Props{"internal": true, "loadBalancerType": "network", "subnets": subnets})
			st.make(st.provider, "strict", TokenLoadBalancer, Props{
				"internal": true, "loadBalancerType": "network", "subnets": subnets, "securityGroups": list(st.id("lb-group")),
			})
			assert.Equal(t, "", st.show("open").Str(enforce))
			assert.Equal(t, "on", st.show("strict").Str(enforce))
			assert.Equal(t, "off", st.show("lb").Str(enforce))
		},
		"LB-PRIVATELINK-SOURCE": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("lb", Props{"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"}))
			st.make(st.provider, "from-client", TokenIngressRule, Props{
				"securityGroupId": st.id("lb-group"), "cidrIpv4": "10.0.3.0/24", "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
			})
			st.view(func(tx *Tx) {
				lb, _ := tx.LoadBalancer(st.id("lb"))
				require.True(t, lb.EnforceOnPrivateLink)
				client := Peer{IP: netip.MustParseAddr("10.0.3.9")}
				endpoint := Peer{IP: tx.NetworkInterfaces(st.id("endpoint"))[0].PrivateIP}
				require.True(t, tx.Admits(lb.SecurityGroupIDs, Ingress, "tcp", 80, client).Admitted)
				require.False(t, tx.Admits(lb.SecurityGroupIDs, Ingress, "tcp", 80, endpoint).Admitted)
			})
		},
		"LB-DELETE-LISTENERS": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("service"))
			require.NoError(t, st.remove("accepter"))
			require.NoError(t, st.remove("pls"))
			require.NoError(t, st.remove("lb"))
			_, err := st.provider.Read(TokenListener, st.id("listener"))
			require.ErrorIs(t, err, ErrNotFound)
			require.Empty(t, st.show("tg").List("loadBalancerArns"))
		},
		"TG-PRESERVE-DEFAULT": func(t *testing.T, st *stage) {
			for name, more := range map[string]Props{
				"false TCP ip":       nil,
				"false TLS ip":       {"protocol": "TLS"},
				"true UDP ip":        {"protocol": "UDP"},
				"true TCP_UDP ip":    {"protocol": "TCP_UDP"},
				"true TCP instances": {"targetType": "instance"},
			} {
				st.make(st.provider, name, TokenTargetGroup, over(targetGroupInputs(st.id("vpc")), over(Props{"name": strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "_", "-")}, more)))
				require.Equal(t, strings.Fields(name)[0], st.show(name).Str("preserveClientIp"), name)
			}
		},
		"TG-HEALTH-EGRESS": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("lb-egress"))
			requireTargets(t, st, TargetUnhealthy, "no egress rule of "+st.id("lb-group"))
		},
		"TG-HEALTH-INGRESS": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("task-ingress"))
			requireTargets(t, st, TargetUnhealthy, "no ingress rule of "+st.id("task-group"))
		},
		"TG-HEALTH-TLS": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("tg", Props{"healthCheck": map[string]any{"protocol": "HTTP"}}))
			requireTargets(t, st, TargetHealthy, "")
			st.view(func(tx *Tx) {
				g, _ := tx.TargetGroup(st.id("tg"))
				g.Protocol = "TLS"
				target := tx.target(g, tx.Tasks(st.id("service"))[0], 80)
				require.Equal(t, TargetUnhealthy, target.State)
				require.Contains(t, target.Description, "HTTP on port 80, where the target speaks TLS")
			})
		},
		"TG-ZONE-UNUSED": func(t *testing.T, st *stage) {
			st.addThirdZone()
			st.view(func(tx *Tx) {
				unused := 0
				for _, target := range tx.Targets(st.id("tg")) {
					if target.ZoneID == "use1-az3" {
						unused++
						require.Equal(t, TargetUnused, target.State)
						require.Equal(t, "Target.NotInUse", target.Reason)
					}
				}
				require.Equal(t, 1, unused)
			})
		},
		"TG-LISTENER-UNUSED": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("listener"))
			requireTargets(t, st, TargetUnused, "not configured to receive traffic")
		},
	})
}

// TestQUIC is newer than the provider, on both sides of the load balancer.
func TestQUIC(t *testing.T) {
	st := newStage(t)
	for _, protocol := range []string{"QUIC", "TCP_QUIC"} {
		requireRefusal(t, "LISTENER-PROTOCOL-VALUES", listenerWith(Props{"protocol": protocol})(st))
		requireRefusal(t, "TG-PROTOCOL-VALUES", poolWith(Props{"protocol": protocol})(st))
	}
}

// TestHealthCheckRanges: every end of every range, and the nearest that is allowed.
func TestHealthCheckRanges(t *testing.T) {
	st := newStage(t)
	for _, tt := range []struct {
		rule  string
		check Props
	}{
		{"", Props{"interval": 5.0, "timeout": 5.0}},
		{"TG-HEALTH-INTERVAL", Props{"interval": 4.0}},
		{"TG-HEALTH-INTERVAL", Props{"interval": 301.0}},
		{"TG-HEALTH-TIMEOUT", Props{"interval": 300.0, "timeout": 121.0}},
		{"TG-HEALTH-TIMEOUT-INTERVAL", Props{"interval": 5.0, "timeout": 6.0}},
		{"TG-HEALTH-THRESHOLDS", Props{"healthyThreshold": 1.0}},
		{"TG-HEALTH-THRESHOLDS", Props{"unhealthyThreshold": 11.0}},
		{"TG-HEALTH-PROTOCOL", Props{"protocol": "TLS"}},
		{"TG-HEALTH-TCP", Props{"path": "/"}},
		{"TG-HEALTH-TCP", Props{"matcher": "200"}},
		{"", Props{"protocol": "HTTP", "matcher": "200"}},
		{"", Props{"protocol": "HTTPS", "matcher": "200-299,404,599"}},
		{"TG-HEALTH-MATCHER", Props{"protocol": "HTTP", "matcher": "199"}},
		{"TG-HEALTH-MATCHER", Props{"protocol": "HTTP", "matcher": "200-600"}},
		{"TG-HEALTH-MATCHER", Props{"protocol": "HTTP", "matcher": "2xx"}},
		{"", Props{"port": "65535"}},
		{"", Props{"port": trafficPort}},
		{"TG-HEALTH-PORT", Props{"port": "65536"}},
		{"TG-HEALTH-PORT", Props{"port": "http"}},
	} {
		err := poolWith(over(check(tt.check), Props{"name": "tried"}))(st)
		if tt.rule != "" {
			requireRefusal(t, tt.rule, err)
			continue
		}
		require.NoError(t, err, "%v", tt.check)
		require.NoError(t, st.w.Update(func(tx *Tx) error {
			tx.Delete(tx.first(TokenTargetGroup, func(r *Record) bool { return r.Outputs.Str("name") == "tried" }))
			return nil
		}))
	}
}

func requireTargets(t *testing.T, st *stage, state, description string) {
	t.Helper()
	st.view(func(tx *Tx) {
		targets := tx.Targets(st.id("tg"))
		require.Len(t, targets, 2)
		for _, target := range targets {
			require.Equal(t, state, target.State)
			require.Contains(t, target.Description, description)
		}
	})
}

// addThirdZone lets the service start a third task in a zone that the load
// balancer lacks.
func (st *stage) addThirdZone() {
	subnet := st.make(st.provider, "az3", TokenSubnet, Props{
		"vpcId": st.id("vpc"), "cidrBlock": "10.0.3.0/24", "availabilityZoneId": "use1-az3",
	})
	st.make(st.provider, "az3-association", TokenRouteTableAssociation, Props{
		"routeTableId": st.id("private-table"), "subnetId": subnet,
	})
	network := st.show("service").Map("networkConfiguration")
	network["subnets"] = append(network.List("subnets"), subnet)
	require.NoError(st.t, st.change("service", Props{
		"networkConfiguration": map[string]any(network), "desiredCount": 3.0, "waitForSteadyState": false,
	}))
}

// second makes another load balancer and returns its ARN.
func (st *stage) second() string {
	return st.make(st.provider, "lb2", TokenLoadBalancer, Props{
		"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1")), "securityGroups": list(st.id("lb-group")),
	})
}

func balancerWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenLoadBalancer, over(Props{
			"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1")),
		}, more))
	}
}

func poolWith(more Props) breaker {
	return func(st *stage) error { return st.try(TokenTargetGroup, over(targetGroupInputs(st.id("vpc")), more)) }
}

func check(more Props) Props {
	base := Props{"protocol": "TCP", "interval": 10.0, "healthyThreshold": 2.0, "unhealthyThreshold": 2.0}
	return Props{"healthCheck": map[string]any(over(base, more))}
}

func listenerWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenListener, over(listenerInputs(st.id("lb"), st.id("tg"), 81), more))
	}
}

func forwardTo(arn string) Props {
	return Props{"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": arn}}}
}
