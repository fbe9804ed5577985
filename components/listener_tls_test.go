package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTLSListener(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := targetGroupArgs()
		args.Protocol, args.ListenerPort, args.ListenerProtocol = "", 443, "tls"
		args.TLS = &ListenerTLSArgs{CertificateArn: pulumi.String("arn:cert"), AlpnPolicy: "HTTP2Preferred"}
		args.ConnectionTermination = pulumi.Bool(true)
		_, err := NewIPTargetGroup(ctx, "web-443", args)
		return err
	})
	listener := m.get(t, listenerToken, "web-443").inputs
	assert.Equal(t, "TLS", listener["protocol"])
	assert.Equal(t, "arn:cert", listener["certificateArn"])
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-2021-06", listener["sslPolicy"])
	assert.Equal(t, "HTTP2Preferred", listener["alpnPolicy"])
	group := m.find("aws:lb/targetGroup:TargetGroup")[0].inputs
	assert.Equal(t, "TCP", group["protocol"], "the load balancer ends TLS")
	assert.Equal(t, true, group["connectionTermination"])
}

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
