package world

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"SUBNET-IPV6-FORMAT": changes("az1", Props{"ipv6CidrBlock": "2001:db8::1/64"}),
		"SUBNET-IPV6-SIZE": func(st *stage) error {
			st.ipv6()
			block := st.subnetIPv6(5)
			return st.change("public", Props{"ipv6CidrBlock": block[:len(block)-2] + "66"})
		},
		"SUBNET-IPV6-IN-VPC": changes("az1", Props{"ipv6CidrBlock": "2001:db8::/64"}),
		"SUBNET-IPV6-CONFLICT": func(st *stage) error {
			st.ipv6()
			return st.change("public", Props{"ipv6CidrBlock": st.subnetIPv6(1)})
		},
		"SUBNET-IPV6-AUTO": changes("az1", Props{"assignIpv6AddressOnCreation": true}),
		"VPC-IPV6-DROP": func(st *stage) error {
			st.ipv6()
			return st.change("vpc", Props{"assignGeneratedIpv6CidrBlock": false})
		},

		"PREFIX-LIST-FAMILY": listedWith(Props{"addressFamily": "IPv5"}),
		"PREFIX-LIST-ENTRY":  listedWith(Props{"entries": []any{map[string]any{"cidr": "10.0.0.1/8"}}}),
		"PREFIX-LIST-SIZE":   listedWith(Props{"maxEntries": 0.0}),
		"PREFIX-LIST-DELETE-IN-USE": func(st *stage) error {
			st.admitListed()
			return st.remove("list")
		},
		"SGR-PREFIX-LIST-EXISTS": func(st *stage) error {
			return st.try(TokenIngressRule, over(ruleInputs(st), Props{"cidrIpv4": nil, "prefixListId": "pl-0123456789abcdef0"}))
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"VPC-IPV6-GENERATED": func(t *testing.T, st *stage) {
			st.ipv6()
			block := st.show("vpc").Str("ipv6CidrBlock")
			require.Regexp(t, `^2001:db8:[0-9a-f]{4}:[0-9a-f]{2}00::/56$`, block)
			require.NoError(t, st.change("vpc", Props{"tags": map[string]any{"a": "b"}}))
			require.Equal(t, block, st.show("vpc").Str("ipv6CidrBlock"), "it stays")
			for _, name := range []string{"az1", "az2"} {
				require.NotEmpty(t, st.show(name).Str("ipv6CidrBlockAssociationId"))
				require.NoError(t, st.change(name, Props{"ipv6CidrBlock": nil}))
				require.Empty(t, st.show(name).Str("ipv6CidrBlockAssociationId"))
			}
			require.NoError(t, st.change("vpc", Props{"assignGeneratedIpv6CidrBlock": nil}))
			require.Empty(t, st.show("vpc").Str("ipv6CidrBlock"))
		},
		"SGR-PREFIX-LIST": func(t *testing.T, st *stage) {
			st.admitListed()
			admits := func(ip string) (ok bool) {
				st.view(func(tx *Tx) {
					ok = tx.Admits([]string{st.id("lb-group")}, Ingress, "tcp", 22, Peer{IP: netip.MustParseAddr(ip)}).Admitted
				})
				return ok
			}
			require.True(t, admits("10.7.1.1"))
			require.False(t, admits("10.8.1.1"))
			require.NoError(t, st.change("list", Props{"entries": []any{map[string]any{"cidr": "10.8.0.0/16"}}}))
			require.True(t, admits("10.8.1.1"))
			require.Equal(t, 2, st.show("list").Int("version"))
			require.NoError(t, st.change("list", Props{"tags": map[string]any{"a": "b"}, "entries": nil}))
			require.Equal(t, 2, st.show("list").Int("version"), "entries that the program does not name stay")
		},
	})
}

func listed(more Props) Props {
	return over(Props{
		"addressFamily": "IPv4", "maxEntries": 5.0, "entries": []any{map[string]any{"cidr": "10.7.0.0/16", "description": "office"}},
	}, more)
}

func listedWith(more Props) breaker { return tries(TokenManagedPrefixList, listed(more)) }

// admitListed makes a prefix list and a rule that admits it on port 22.
func (st *stage) admitListed() {
	id := st.make(st.provider, "list", TokenManagedPrefixList, listed(nil))
	st.make(st.provider, "listed", TokenIngressRule, over(ruleInputs(st), Props{"cidrIpv4": nil, "prefixListId": id}))
}

// TestIPv6Rules: a group's rules for IPv6 addresses.
func TestIPv6Rules(t *testing.T) {
	st := newStage(t)
	group := st.make(st.provider, "six", TokenSecurityGroup, Props{"vpcId": st.id("vpc"), "ingress": []any{map[string]any{
		"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "ipv6CidrBlocks": list("2001:db8:1::/48"),
	}}})
	st.make(st.provider, "six-rule", TokenIngressRule, Props{
		"securityGroupId": group, "cidrIpv6": "2001:db8:2::/48", "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
	})
	st.view(func(tx *Tx) {
		for ip, want := range map[string]bool{"2001:db8:1::5": true, "2001:db8:2::5": true, "2001:db8:3::5": false, "10.0.0.5": false} {
			got := tx.Admits([]string{group}, Ingress, "tcp", 80, Peer{IP: netip.MustParseAddr(ip)}).Admitted
			require.Equal(t, want, got, ip)
		}
	})
}
