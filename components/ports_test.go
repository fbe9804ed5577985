package components

import (
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

func TestCheckPorts(t *testing.T) {
	for _, test := range []struct {
		ports []Port
		want  string
	}{
		{nil, ""},
		{[]Port{{1, "tcp"}, {65535, "tls"}, {53, "udp"}, {54, "tcp_udp"}}, ""},
		{[]Port{{0, "tcp"}}, "Ports[0].Port is 0; it must be 1 to 65535"},
		{[]Port{{80, "tcp"}, {65536, "tcp"}}, "Ports[1].Port is 65536; it must be 1 to 65535"},
		{[]Port{{80, "TCP"}}, `Ports[0].Protocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`},
		{[]Port{{80, ""}}, `Ports[0].Protocol is ""; it must be one of tcp, tls, udp, tcp_udp`},
		{
			[]Port{{80, "tcp"}, {80, "udp"}},
			"Ports has port 80 twice; a load balancer has one listener a port, and tcp_udp serves both protocols",
		},
	} {
		assertError(t, checkPorts("Ports", test.ports), test.want)
	}
}

func TestEveryProtocolHasTransports(t *testing.T) {
	for _, protocol := range protocols {
		assert.NotEmpty(t, transportsOf[protocol], protocol)
	}
	assert.Len(t, transportsOf, len(protocols))
}
