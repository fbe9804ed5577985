package vnet

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"net"
	"net/netip"
	"testing"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

func readHeader(conn net.Conn) (*proxyproto.Header, *bufio.Reader, error) {
	r := bufio.NewReader(conn)
	h, err := proxyproto.Read(r)
	return h, r, err
}

func endpointIn(h *proxyproto.Header) string {
	tlvs, err := h.TLVs()
	if err != nil {
		return ""
	}
	return tlvparse.FindAWSVPCEndpointID(tlvs)
}

// TestHeaderIsAsAWSWritesIt holds a header to the capture of a real one in
// https://github.com/aws/elastic-load-balancing-tools/blob/c8eee30ab991ab4c57dc37d1c58f09f67bd534aa/proprot/tst/com/amazonaws/proprot/Compatibility_AwsNetworkLoadBalancerTest.java,
// byte by byte, its checksum included.
func TestHeaderIsAsAWSWritesIt(t *testing.T) {
	t.Parallel()
	captured := []byte{
		0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, // signature
		0x21, 0x11, 0x00, 0x54, // version and command, family, length
		0xac, 0x1f, 0x07, 0x71, 0xac, 0x1f, 0x0a, 0x1f, 0xc8, 0xf2, 0x00, 0x50, // addresses and ports
		0x03, 0x00, 0x04, 0xe8, 0xd6, 0x89, 0x2d, // checksum
		0xea, 0x00, 0x17, 0x01, // the endpoint's id
		'v', 'p', 'c', 'e', '-', '0', '8', 'd', '2', 'b', 'f', '1', '5', 'f', 'a', 'c', '5', '0', '0', '1', 'c', '9',
		0x04, 0x00, 0x24, // filling
	}
	captured = append(captured, make([]byte, 36)...)
	r := &route{flow: flow{
		client: Client{Address: netip.MustParseAddr("172.31.7.113")}, sourcePort: 51442, port: 80,
		destination: destination{
			endpoint: world.Endpoint{ID: "vpce-08d2bf15fac5001c9"},
			ip:       netip.MustParseAddr("172.31.10.31"),
		},
	}}
	written, err := clientHeader(r)
	require.NoError(t, err)
	require.Equal(t, captured, written)
}

func TestHeaderOfALongerEndpointID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"vpce-0", "vpce-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"} {
		r := &route{flow: flow{
			client:      Client{Address: netip.MustParseAddr("10.0.0.1")},
			destination: destination{endpoint: world.Endpoint{ID: id}, ip: netip.MustParseAddr("10.0.0.2")},
		}}
		b, err := clientHeader(r)
		require.NoError(t, err)
		sum := binary.BigEndian.Uint32(b[31:])
		copy(b[31:35], make([]byte, 4))
		require.Equal(t, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)), sum)
	}
}

func TestProxyProtocolTellsClientAndEndpoint(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	s.Change("targets", world.Props{"proxyProtocolV2": true})
	n := open(s, nil)
	for prefix := range stage.Tenants {
		seen := ask(t, n, clientOf(s, prefix), "http://"+s.Names(prefix)[1]+"/")
		require.NotNil(t, seen.ProxyProtocol)
		require.Equal(t, "PROXY", seen.ProxyProtocol.Command)
		require.Equal(t, 2, seen.ProxyProtocol.Version)
		require.Equal(t, s.IDs[prefix+"-endpoint"], seen.ProxyProtocol.EndpointID)
		client, err := netip.ParseAddrPort(seen.ProxyProtocol.Client)
		require.NoError(t, err)
		require.Equal(t, "10.0.200.7", client.Addr().String())
		require.NotEqual(t, "10.0.200.7", seen.RemoteAddress[:10], "the connection itself is the node's")
	}
}
