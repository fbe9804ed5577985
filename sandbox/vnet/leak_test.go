package vnet

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"fargate-privatelink/sandbox/internal/stage"
)

// endsSoon requires that all goroutines end that those before don't include. The test
// must not be parallel to others, whose goroutines it would count.
func endsSoon(t *testing.T, before goleak.Option) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { assert.NoError(c, goleak.Find(before)) }, time.Minute, 10*time.Millisecond)
}

// TestClosedDatagramConnectionsLeaveNothing: what was sent before arrives all the same.
func TestClosedDatagramConnectionsLeaveNothing(t *testing.T) {
	s := stage.New(t)
	withUDP(s, "dualstack")
	n := open(s, nil)
	first, err := n.Dial(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.NoError(t, first.Close())
	before := goleak.IgnoreCurrent()
	for range 200 {
		conn, err := n.Dial(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		_, err = conn.Write([]byte("ping"))
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	endsSoon(t, before)
}

// TestAClosedNetworkLeavesNothing: neither health checks, nor tasks, nor a TLS
// listener's connections, whose clients do nothing.
func TestAClosedNetworkLeavesNothing(t *testing.T) {
	s := stage.New(t)
	withTLS(s, "api.example.com")
	before := goleak.IgnoreCurrent()
	n, err := Open(s.World, Options{})
	require.NoError(t, err)
	for _, shakesHands := range []bool{true, false} {
		conn, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		if shakesHands {
			require.NoError(t, tls.Client(conn, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(t.Context()))
			require.NoError(t, <-conn.(*heldConn).Conn.(*acceptedConn).target, "until then there is nothing to leave")
		}
	}
	require.NoError(t, n.Close())
	endsSoon(t, before)
}
