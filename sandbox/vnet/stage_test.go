package vnet

import (
	"net/netip"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
)

// open opens a stage's network, with the sandbox's responder unless something
// else is given.
func open(s *stage.Stage, runtime container.Runtime) *Network {
	s.T.Helper()
	n, err := Open(s.World, Options{Runtime: runtime, ConnectTimeout: 100 * time.Millisecond})
	require.NoError(s.T, err)
	s.T.Cleanup(func() { require.NoError(s.T, n.Close()) })
	return n
}

// clientOf is a client in a tenant's VPC.
func clientOf(s *stage.Stage, tenant string) Client {
	return Client{Label: tenant, VpcID: s.IDs[tenant+"-vpc"], Address: netip.MustParseAddr("10.0.200.7")}
}
