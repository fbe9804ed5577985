package vnet

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// withIPv6 gives tenant a's endpoint addresses of a type, names for records of a
// type, and clients with IPv6 addresses the right to connect.
func withIPv6(s *stage.Stage, addresses, records string) {
	s.T.Helper()
	s.Record("a-endpoint", func(r *world.Record) {
		r.Outputs["ipAddressType"] = addresses
		r.Outputs["dnsOptions"] = map[string]any{"dnsRecordIpType": records}
	})
	require.NoError(s.T, s.World.Update(func(tx *world.Tx) error {
		for i, eni := range tx.NetworkInterfaces(s.IDs["a-endpoint"]) {
			r := tx.Get(world.KindNetworkInterface, eni.ID)
			r.Hidden["ipv6"] = fmt.Sprintf("2001:db8:0:%d::10", i+1)
			tx.Put(r)
		}
		return nil
	}))
	s.Make(stage.Tenants["a"], "a-ingress-ipv6", stage.IngressRule, stage.Rule(s.IDs["a-group"], 80, "cidrIpv6", "2001:db8::/48"))
}

func clientV6(s *stage.Stage) Client {
	return Client{Label: "a", VpcID: s.IDs["a-vpc"], Address: netip.MustParseAddr("2001:db8::200:7")}
}

// TestIPv6: a client with an IPv6 address connects to the endpoint's, and the task
// sees the node's IPv4 address.
func TestIPv6(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withIPv6(s, "dualstack", "dualstack")
	s.Change("targets", world.Props{"proxyProtocolV2": true})
	n := open(s, nil)
	seen := ask(t, n, clientV6(s), "http://"+s.Names("a")[1]+"/")
	require.NotNil(t, seen.ProxyProtocol)
	client, err := netip.ParseAddrPort(seen.ProxyProtocol.Client)
	require.NoError(t, err)
	require.Equal(t, clientV6(s).Address, client.Addr())
	require.Equal(t, s.IDs["a-endpoint"], seen.ProxyProtocol.EndpointID)
	node, err := netip.ParseAddrPort(seen.RemoteAddress)
	require.NoError(t, err)
	require.True(t, node.Addr().Is4())

	byAddress := ask(t, n, clientV6(s), "http://[2001:db8:0:1::10]/")
	require.Equal(t, s.IDs["a-endpoint"], byAddress.ProxyProtocol.EndpointID)
	byIPv4 := ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[1]+"/")
	require.Contains(t, byIPv4.ProxyProtocol.Client, "10.0.200.7:")
}

// TestIPv6IsStopped: where the names have no such addresses, where no rule lets the
// client in, and where the kinds of address differ.
func TestIPv6IsStopped(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		addresses, records string
		client             func(*stage.Stage) Client
		hop, by            string
	}{
		"no AAAA record":        {"dualstack", "ipv4", clientV6, HopDNS, "it has no AAAA record"},
		"no A record":           {"ipv6", "service-defined", func(s *stage.Stage) Client { return clientOf(s, "a") }, HopDNS, "it has no A record"},
		"another IPv6 client":   {"ipv6", "ipv6", otherV6, HopEndpointGroup, "allows tcp/80 from 3fff::7"},
		"an IPv6 client let in": {"ipv6", "service-defined", clientV6, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			withIPv6(s, c.addresses, c.records)
			paths, err := open(s, nil).Probe(t.Context(), c.client(s), "tcp", s.Names("a")[1]+":80")
			require.NoError(t, err)
			require.Len(t, paths, 1)
			require.Equal(t, c.hop == "", paths[0].Reachable, paths[0].Summary())
			if stop := paths[0].Stopped(); stop != nil {
				require.Equal(t, c.hop, stop.Hop)
				require.Contains(t, stop.By, c.by)
			}
		})
	}
}

func otherV6(s *stage.Stage) Client {
	c := clientV6(s)
	c.Address = netip.MustParseAddr("3fff::7")
	return c
}

func TestAddressesOfDifferentKinds(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	_, err := open(s, nil).Dial(t.Context(), clientV6(s), "tcp", "10.0.1.10:80")
	require.EqualError(t, err, "client 2001:db8::200:7 can't connect to 10.0.1.10, which is not an IPv6 address")
}

func TestHeaderOfAnIPv6Client(t *testing.T) {
	t.Parallel()
	r := &route{flow: flow{
		client: Client{Address: netip.MustParseAddr("2001:db8::1")}, sourcePort: 4711, port: 80,
		destination: destination{endpoint: world.Endpoint{ID: "vpce-08d2bf15fac5001c9"}, ip: netip.MustParseAddr("2001:db8::2")},
	}}
	b, err := clientHeader(r)
	require.NoError(t, err)
	require.Equal(t, byte(0x21), b[13], "TCP over IPv6")
	const checksum = 16 + 36 + 3
	sum := binary.BigEndian.Uint32(b[checksum:])
	copy(b[checksum:checksum+4], make([]byte, 4))
	require.Equal(t, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)), sum)
}
