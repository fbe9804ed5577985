package world

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestAddressesAreTheSubnets: whatever interfaces come and go, their addresses
// are unique, in the subnet, and none that AWS reserves; and a subnet gives all
// of its addresses, but not one more.
func TestAddressesAreTheSubnets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(26, 28).Draw(t, "bits")
		third := rapid.IntRange(0, 255).Draw(t, "third byte")
		cidr, _ := netip.MustParsePrefix(fmt.Sprintf("10.0.%d.64/%d", third, bits)).Addr().Prefix(bits)
		s := Subnet{ID: "subnet-x", VpcID: "vpc-x", CIDR: cidr}
		tx := &Tx{w: &World{}, writes: index{}}
		usable := prefixSize(cidr) - reservedAddresses
		owned := map[netip.Addr]NetworkInterface{}
		for range rapid.IntRange(1, 2*usable).Draw(t, "steps") {
			if len(owned) > 0 && rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				for ip, n := range owned {
					tx.Delete(n.record())
					delete(owned, ip)
					break
				}
				continue
			}
			n, err := tx.addInterface(s, InterfaceTask, "owner", nil)
			if len(owned) == usable {
				require.Error(t, err)
				continue
			}
			require.NoError(t, err)
			require.True(t, cidr.Contains(n.PrivateIP), "%s is in %s", n.PrivateIP, cidr)
			require.False(t, isReserved(cidr, n.PrivateIP), "%s is reserved in %s", n.PrivateIP, cidr)
			require.NotContains(t, owned, n.PrivateIP)
			owned[n.PrivateIP] = n
		}
		require.Equal(t, usable-len(owned), tx.FreeAddresses(s))
	})
}

func TestReservedAddresses(t *testing.T) {
	cidr := netip.MustParsePrefix("10.0.1.0/24")
	for _, reserved := range []string{"10.0.1.0", "10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.255"} {
		require.True(t, isReserved(cidr, netip.MustParseAddr(reserved)), reserved)
	}
	for _, free := range []string{"10.0.1.4", "10.0.1.254", "10.0.2.0"} {
		require.False(t, isReserved(cidr, netip.MustParseAddr(free)), free)
	}
}

// TestFixedAddresses of endpoints and load balancers are the ones asked for.
func TestFixedAddresses(t *testing.T) {
	st := newStage(t)
	st.make(st.provider, "fixed", TokenLoadBalancer, Props{
		"internal": true, "loadBalancerType": "network",
		"subnetMappings": []any{map[string]any{"subnetId": st.id("az1"), "privateIpv4Address": "10.0.1.77"}},
	})
	require.Equal(t, "10.0.1.77", st.show("fixed").Maps("subnetMappings")[0].Str("privateIpv4Address"))
	st.view(func(tx *Tx) {
		require.Equal(t, "10.0.1.77", tx.NetworkInterfaces(st.id("fixed"))[0].PrivateIP.String())
	})

	require.NoError(t, st.change("endpoint", Props{"subnetConfigurations": []any{
		map[string]any{"subnetId": st.id("c-az1"), "ipv4": "10.0.1.99"},
	}}))
	shown := map[string]string{}
	for _, s := range st.show("endpoint").Maps("subnetConfigurations") {
		shown[s.Str("subnetId")] = s.Str("ipv4")
	}
	require.Len(t, shown, 2)
	require.Equal(t, "10.0.1.99", shown[st.id("c-az1")])
}
