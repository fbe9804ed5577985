package world

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestInlineRules count as those of rule resources do.
func TestInlineRules(t *testing.T) {
	st := newStage(t)
	block := func(more Props) map[string]any {
		return over(Props{"protocol": "TCP", "fromPort": 1.0, "toPort": 100.0}, more)
	}
	group := st.make(st.provider, "inline", TokenSecurityGroup, Props{
		"vpcId": st.id("vpc"),
		"ingress": []any{
			block(Props{"cidrBlocks": list("10.1.0.0/16", "10.2.0.0/16")}),
			block(Props{"self": true, "securityGroups": list(st.id("lb-group"))}),
		},
		"egress": []any{block(Props{"protocol": "all", "prefixListIds": list("pl-12345678")})},
	})
	st.view(func(tx *Tx) {
		groups := []string{group}
		for _, p := range []Peer{
			{IP: netip.MustParseAddr("10.1.2.3")}, {IP: netip.MustParseAddr("10.2.3.4")},
			{GroupIDs: groups}, {GroupIDs: []string{st.id("lb-group")}},
		} {
			require.True(t, tx.Admits(groups, Ingress, "tcp", 80, p).Admitted, p)
			require.False(t, tx.Admits(groups, Ingress, "tcp", 101, p).Admitted, p)
			require.False(t, tx.Admits(groups, Egress, "tcp", 80, p).Admitted, p)
		}
		require.True(t, tx.Admits(groups, Egress, "udp", 9, Peer{PrefixListIDs: []string{"pl-12345678"}}).Admitted)
	})
	requireRefusal(t, "SG-DELETE-IN-USE", st.remove("lb-group"))

	st.make(st.provider, "added", TokenIngressRule, Props{
		"securityGroupId": group, "referencedSecurityGroupId": group, "ipProtocol": "6", "fromPort": 200.0, "toPort": 200.0,
	})
	require.Len(t, st.show("inline").List("ingress"), 3, "the provider shows all rules of the group")
	require.NoError(t, st.remove("inline"))
	_, err := st.provider.Read(TokenIngressRule, st.id("added"))
	require.ErrorIs(t, err, ErrNotFound, "a group's rules go with it")
}

// TestInlineRoutes count as those of route resources do, and the longest prefix wins.
func TestInlineRoutes(t *testing.T) {
	st := newStage(t)
	table := st.make(st.provider, "inline", TokenRouteTable, Props{"vpcId": st.id("vpc"), "routes": []any{
		map[string]any{"cidrBlock": "0.0.0.0/0", "gatewayId": st.id("igw")},
		map[string]any{"cidrBlock": "8.8.0.0/16", "natGatewayId": st.id("nat")},
	}})
	subnet := st.spare()
	st.make(st.provider, "association", TokenRouteTableAssociation, Props{"routeTableId": table, "subnetId": subnet})
	st.view(func(tx *Tx) {
		for to, target := range map[string]string{
			"8.8.8.8": st.id("nat"), "9.9.9.9": st.id("igw"), "10.0.200.1": LocalTarget,
		} {
			r, ok := tx.RouteTo(subnet, netip.MustParseAddr(to))
			require.True(t, ok)
			require.Equal(t, target, r.Target, to)
		}
		via, reason := tx.InternetPath(subnet, false)
		require.Equal(t, st.id("nat"), via, reason)
	})
	require.Len(t, st.show("inline").List("routes"), 2)
	require.NoError(t, st.change("inline", Props{"routes": []any{}}))
	st.view(func(tx *Tx) {
		_, reason := tx.InternetPath(subnet, true)
		require.Contains(t, reason, "has no route to the Internet")
	})
}

// TestMainRouteTable rules the subnets that nothing is associated with.
func TestMainRouteTable(t *testing.T) {
	st := newStage(t)
	subnet := st.spare()
	main := st.show("vpc").Str("mainRouteTableId")
	st.view(func(tx *Tx) { require.Equal(t, main, tx.RouteTableOf(subnet)) })
	st.make(st.provider, "main-route", TokenRoute, Props{
		"routeTableId": main, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": st.id("igw"),
	})
	st.view(func(tx *Tx) {
		via, reason := tx.InternetPath(subnet, true)
		require.Equal(t, st.id("igw"), via, reason)
	})
}

// TestNamePrefix is completed by the provider, differently every time.
func TestNamePrefix(t *testing.T) {
	st := newStage(t)
	st.make(st.provider, "first", TokenSecurityGroup, Props{"vpcId": st.id("vpc"), "namePrefix": "web-"})
	st.make(st.provider, "second", TokenSecurityGroup, Props{"vpcId": st.id("vpc"), "namePrefix": "web-"})
	require.Regexp(t, `^web-\d{14}[0-9a-f]{8}$`, st.show("first").Str("name"))
	require.NotEqual(t, st.show("first").Str("name"), st.show("second").Str("name"))
}

// TestBalancerGrows: a subnet that is added gets a node, with the groups.
func TestBalancerGrows(t *testing.T) {
	st := newStage(t)
	subnet := st.make(st.provider, "az3", TokenSubnet, Props{
		"vpcId": st.id("vpc"), "cidrBlock": "10.0.3.0/24", "availabilityZoneId": "use1-az3",
	})
	nodes := func() (out []NetworkInterface) {
		st.view(func(tx *Tx) { out = tx.NetworkInterfaces(st.id("lb")) })
		return out
	}
	before := nodes()
	require.NoError(t, st.change("lb", Props{"subnets": list(st.id("az1"), st.id("az2"), subnet)}))
	after := nodes()
	require.Equal(t, before, after[:2], "the nodes that were there stay")
	require.Equal(t, subnet, after[2].SubnetID)
	require.NoError(t, st.change("lb", Props{"securityGroups": list(st.id("task-group"))}))
	for _, n := range nodes() {
		require.Equal(t, []string{st.id("task-group")}, n.GroupIDs)
	}
}

// TestOnlyNetworkLoadBalancers are modelled, and others said not to be.
func TestOnlyNetworkLoadBalancers(t *testing.T) {
	st := newStage(t)
	err := st.try(TokenLoadBalancer, Props{"internal": true, "subnets": list(st.id("az1"), st.id("az2"))})
	require.EqualError(t, err, `the sandbox models load balancers of type network only, not "application"`)
}

// TestWeightedForward: an action may name several target groups.
func TestWeightedForward(t *testing.T) {
	st := newStage(t)
	second := st.make(st.provider, "tg2", TokenTargetGroup, targetGroupInputs(st.id("vpc")))
	require.NoError(t, st.change("listener", Props{"defaultActions": []any{map[string]any{
		"type": "forward", "forward": map[string]any{"targetGroups": []any{
			map[string]any{"arn": st.id("tg"), "weight": 1.0}, map[string]any{"arn": second, "weight": 2.0},
		}},
	}}}))
	st.view(func(tx *Tx) {
		require.Equal(t, []string{st.id("tg"), second}, tx.Listeners(st.id("lb"))[0].TargetGroupARNs)
	})
	require.Equal(t, []string{st.id("lb")}, st.show("tg2").Strs("loadBalancerArns"))
}

// TestCrossZone: with it, every node checks every target.
func TestCrossZone(t *testing.T) {
	st := newStage(t)
	cross := func() (on bool) {
		st.view(func(tx *Tx) {
			lb, _ := tx.LoadBalancer(st.id("lb"))
			on = tx.CrossZone(lb, st.id("tg"))
		})
		return on
	}
	require.False(t, cross())
	require.NoError(t, st.change("lb", Props{"enableCrossZoneLoadBalancing": true}))
	require.True(t, cross())
	requireTargets(t, st, TargetHealthy, "")
	require.NoError(t, st.change("tg", Props{"loadBalancingCrossZoneEnabled": "false"}))
	require.False(t, cross())
}

// TestHealthCheckPort: a port that the task does not listen on makes it unhealthy.
func TestHealthCheckPort(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.change("tg", Props{"healthCheck": map[string]any{"protocol": "TCP", "port": "8080"}}))
	requireTargets(t, st, TargetUnhealthy, "the task does not listen on port 8080")
}

// TestHealthCheckDefaults are AWS's without the block and the provider's with it.
func TestHealthCheckDefaults(t *testing.T) {
	st := newStage(t)
	inputs := over(targetGroupInputs(st.id("vpc")), Props{"healthCheck": nil})
	st.make(st.provider, "aws", TokenTargetGroup, inputs)
	h := st.show("aws").Map("healthCheck")
	require.Equal(t, []any{"TCP", 5, 2, 10}, []any{h.Str("protocol"), h.Int("healthyThreshold"), h.Int("unhealthyThreshold"), h.Int("timeout")})
	st.make(st.provider, "provider", TokenTargetGroup, over(inputs, Props{"healthCheck": map[string]any{}}))
	h = st.show("provider").Map("healthCheck")
	require.Equal(t, []any{"HTTP", 3, 3, 6}, []any{h.Str("protocol"), h.Int("healthyThreshold"), h.Int("unhealthyThreshold"), h.Int("timeout")})
	require.Equal(t, []string{"/", "200-399"}, []string{h.Str("path"), h.Str("matcher")})
}

// TestStatedAfterwards: an input that says what AWS chose already is no change, as long as
// the provider's state has it. The state can be behind: what was changed through another
// resource is only seen after a refresh.
func TestStatedAfterwards(t *testing.T) {
	st := newStage(t)
	require.Empty(t, st.planned("endpoint", Props{"privateDnsEnabled": false}))
	require.Len(t, st.planned("endpoint", Props{"privateDnsEnabled": true}), 1)
	before := st.show("endpoint")
	st.verifyPrivateName()
	st.make(st.consumer, "switch", TokenEndpointPrivateDNS, Props{"vpcEndpointId": st.id("endpoint"), "privateDnsEnabled": true})
	require.Len(t, st.planned("endpoint", Props{"privateDnsEnabled": false}), 1, "after a refresh")
	old, err := st.consumer.Inputs(TokenEndpoint, st.id("endpoint"))
	require.NoError(t, err)
	found, _, err := st.consumer.Diff(TokenEndpoint, st.id("endpoint"), old, before, over(old, Props{"privateDnsEnabled": false}))
	require.NoError(t, err)
	require.Empty(t, found, "without one")
}
