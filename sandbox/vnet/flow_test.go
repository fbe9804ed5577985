package vnet

import (
	"bufio"
	"bytes"
	"testing"

	"github.com/pires/go-proxyproto"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// TestHopsInOrder: with everything shut the path ends at the first thing on it, and
// whatever is opened leads to the next.
func TestHopsInOrder(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	enforce(s)
	s.Remove("a-ingress", "lb-egress", "task-ingress")
	s.Change("listener", world.Props{"port": 8080.0})
	n := open(s, nil)
	follow := func() Path {
		paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		require.Len(t, paths, 1)
		return paths[0]
	}
	rule := func(account, name, token, group, peer, id string) func() {
		return func() { s.Make(account, name, token, stage.Rule(s.IDs[group], 80, peer, id)) }
	}
	for _, step := range []struct {
		at   string
		mend func()
	}{
		{HopEndpointGroup, rule(stage.Tenants["a"], "a-ingress", stage.IngressRule, "a-group", "cidrIpv4", "10.0.0.0/16")},
		{HopBalancerInbound, rule(stage.Provider, "lb-ingress", stage.IngressRule, "lb-group", "cidrIpv4", "10.0.200.0/24")},
		{HopListener, func() { s.Change("listener", world.Props{"port": 80.0}) }},
		{HopBalancerOutbound, rule(stage.Provider, "lb-egress", stage.EgressRule, "lb-group", "referencedSecurityGroupId", s.IDs["task-group"])},
		{HopTaskGroup, rule(stage.Provider, "task-ingress", stage.IngressRule, "task-group", "referencedSecurityGroupId", s.IDs["lb-group"])},
	} {
		require.Equal(t, step.at, follow().Stopped().Hop)
		step.mend()
	}
	require.True(t, follow().Reachable, "%+v", follow().Hops)
}

// TestPreservationHasNoEffect on PrivateLink traffic: the target sees the node.
func TestPreservationHasNoEffect(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	s.Change("targets", world.Props{"preserveClientIp": "true"})
	n := open(s, nil)
	name := s.Names("a")[1]
	paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", name+":80")
	require.NoError(t, err)
	require.Contains(t, ask(t, n, clientOf(s, "a"), "http://"+name+"/").RemoteAddress, hopAt(t, paths[0], HopNode)+":")
}

// TestHealthChecksTellOfNoClient: their header has the command LOCAL.
func TestHealthChecksTellOfNoClient(t *testing.T) {
	t.Parallel()
	header, err := proxyproto.Read(bufio.NewReader(bytes.NewReader(localHeader())))
	require.NoError(t, err)
	require.Equal(t, proxyproto.LOCAL, header.Command)
	require.Nil(t, header.SourceAddr)
	require.Empty(t, endpointIn(header))
}
