package components

import (
	"fargate-privatelink/internal/check"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePort(t *testing.T) {
	for _, text := range []string{"80/tcp", "443/tls", "53/udp", "53/tcp_udp"} {
		port, err := ParsePort(text)
		require.NoError(t, err)
		assert.Equal(t, text, port.String())
	}
	for _, text := range []string{"", "80", "80/", "080/tcp", "0/tcp", "65536/tcp", "80/http", "tcp/80", "+80/tcp"} {
		_, err := ParsePort(text)
		assert.ErrorContains(t, err, "must be a port, 1 to 65535, and a protocol, one of tcp, tls, udp, tcp_udp, as in 443/tls", text)
	}
}

func TestCheckPortsOnce(t *testing.T) {
	var f check.Faults
	checkPortsOnce("ports", []Port{{1, "tcp"}, {65535, "tls"}, {53, "udp"}}, &f)
	require.NoError(t, f.Err())
	checkPortsOnce("ports", []Port{{80, "tcp"}, {80, "udp"}}, &f)
	require.EqualError(t, f.Err(), "ports has port 80 twice; a load balancer has one listener a port, and tcp_udp serves both protocols")
}

func TestEveryProtocolHasTransports(t *testing.T) {
	for _, protocol := range protocols {
		assert.NotEmpty(t, transportsOf[protocol], protocol)
	}
	assert.Len(t, transportsOf, len(protocols))
}
