package components

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func tenantIn(shards []int, accounts ...string) TenantOptions {
	return TenantOptions{Accounts: accounts, Shards: shards}
}

// The shards that these tenants are in are for ever: another answer would move the tenants
// of every stack that there is.
func TestShardsOfTenantsStay(t *testing.T) {
	for _, test := range []struct {
		name   string
		tenant TenantOptions
		want   int
	}{
		{"no list", tenantIn(nil, "222222222222"), 1},
		{"a list of one", tenantIn([]int{3}, "222222222222"), 3},
		{"a list", tenantIn([]int{1, 2, 3, 4, 5}, "222222222222"), 3},
		{"another account", tenantIn([]int{1, 2, 3, 4, 5}, "555555555555"), 2},
		{"the first of two accounts", tenantIn([]int{1, 2, 3, 4, 5}, "555555555555", "222222222222"), 3},
		{"a role", TenantOptions{Principals: []string{"arn:aws:iam::222222222222:role/a"}, Shards: []int{1, 2, 3, 4, 5}}, 2},
		{"anybody", TenantOptions{Principals: []string{"*"}, Shards: []int{1, 2, 3, 4, 5}}, 3},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, test.tenant.shard()) })
	}
}

// A shard more in a tenant's list leaves it where it is or takes it there; one that it is
// not in can go from the list; and the order of the list, as that of the accounts, is
// nothing.
func TestShardsMoveNobodyElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := rapid.StringMatching(`[0-9]{12}`)
		accounts := rapid.SliceOfNDistinct(account, 1, 3, rapid.ID[string]).Draw(t, "accounts")
		shards := rapid.SliceOfNDistinct(rapid.IntRange(1, maxShards), 1, maxShards, rapid.ID[int]).Draw(t, "shards")
		in := tenantIn(shards, accounts...).shard()
		require.Contains(t, shards, in)
		require.Equal(t, in, tenantIn(rapid.Permutation(shards).Draw(t, "shards again"), rapid.Permutation(accounts).Draw(t, "accounts again")...).shard())
		more := rapid.IntRange(1, maxShards).Draw(t, "another")
		require.Contains(t, []int{in, more}, tenantIn(append(slices.Clone(shards), more), accounts...).shard())
		for _, other := range shards {
			if other != in {
				fewer := slices.DeleteFunc(slices.Clone(shards), func(n int) bool { return n == other })
				require.Equal(t, in, tenantIn(fewer, accounts...).shard())
			}
		}
	})
}

// Of 10,000 tenants each of four shards gets a quarter, give or take a tenth: 5.8 standard
// deviations.
func TestShardsAreEven(t *testing.T) {
	count := map[int]int{}
	for i := range 10_000 {
		count[tenantIn([]int{2, 3, 4, 5}, fmt.Sprintf("%012d", i*7919)).shard()]++
	}
	require.Len(t, count, 4)
	for shard, tenants := range count {
		assert.InDelta(t, 2500, tenants, 250, "shard %d", shard)
	}
}

func TestShardsRefuse(t *testing.T) {
	tenant := func(shards ...int) map[string]TenantOptions {
		return map[string]TenantOptions{"acme": tenantIn(shards, "222222222222")}
	}
	listeners := func(keys ...string) map[string]ListenerOptions {
		all := map[string]ListenerOptions{}
		for _, key := range keys {
			all[key] = ListenerOptions{}
		}
		return all
	}
	for _, test := range []struct {
		name string
		side string
		args ServiceProviderArgs
		want string
	}{
		{"as many as there are target groups", "web", ServiceProviderArgs{Shards: pulumi.IntRef(5), Tenants: tenant(1, 5)}, ""},
		{"two of two listeners", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), Listeners: listeners("80/tcp", "81/tcp")}, ""},
		{"none", "web", ServiceProviderArgs{Shards: pulumi.IntRef(0)}, "provider.shards is 0; it must be 1 to 5"},
		{"too many for the listeners", "web", ServiceProviderArgs{Shards: pulumi.IntRef(3), Listeners: listeners("80/tcp", "81/tcp")},
			"provider.shards is 3; with 2 listeners that comes to 6 target groups, and an ECS service can have 5: " +
				"have fewer shards or listeners, or begin another provider stack for new tenants, see docs/scale.md"},
		{"too many for a second load balancer", "web", ServiceProviderArgs{Shards: pulumi.IntRef(3),
			LoadBalancer: &NetworkLoadBalancerOptions{Generation: pulumi.IntRef(2), RetainPrevious: true}},
			"provider.shards is 3; with 1 listener and provider.loadBalancer.retainPrevious that comes to 6 target groups, and an ECS service can have 5: " +
				"have fewer shards or listeners, or begin another provider stack for new tenants, see docs/scale.md"},
		{"a long name", "sixteen-letters-", ServiceProviderArgs{}, `provider.name is "sixteen-letters-"; it must be ` +
			"1 to 16 lower-case letters, digits and single hyphens, with a letter first and no hyphen last, and not begin with sg or internal as a word, which AWS keeps for itself"},
		{"a name that leaves no room", "sixteen-letters1", ServiceProviderArgs{Shards: pulumi.IntRef(2), Listener: &ListenerArgs{Port: pulumi.IntRef(65535)}},
			"provider.shards is 2, with which sixteen-letters1-65535-s2 would have 25 characters; a load balancer's and a target group's may have 24: " +
				"it needs a shorter provider.name"},
		{"fixed addresses", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), LoadBalancer: &NetworkLoadBalancerOptions{
			PrivateIpv4Addresses: map[string]string{"use1-az1": "10.0.0.10"}}},
			"provider.loadBalancer.privateIpv4Addresses is set, but provider.shards is 2; two load balancers can't have one address"},
		{"a private DNS name by hand", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), EndpointService: &EndpointServiceOptions{
			PrivateDns: &PrivateDnsArgs{Name: "api.example.com", RecordExists: true}}},
			"provider.endpointService.privateDns.hostedZoneId is missing; it is required with provider.shards 2, " +
				"since each shard's endpoint service is proved by a record of its own"},
		{"a shard that there isn't", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), Tenants: tenant(2, 3)},
			"provider.tenants.acme.shards[1] is 3; it must be 1 to 2: provider.shards is 2"},
		{"a shard without shards", "web", ServiceProviderArgs{Tenants: tenant(2)},
			"provider.tenants.acme.shards[0] is 2; it must be 1 to 1: provider.shards is 1"},
		{"no shard", "web", ServiceProviderArgs{Tenants: map[string]TenantOptions{"acme": {Accounts: []string{"222222222222"}, Shards: []int{}}}},
			"provider.tenants.acme.shards has 0 entries; it must have 1 to 5"},
		{"a shard twice", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), Tenants: tenant(2, 2)},
			"provider.tenants.acme.shards[1] is 2 a second time; list it once"},
		{"an account in two shards", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), Tenants: map[string]TenantOptions{
			"acme": tenantIn([]int{1}, "222222222222"), "acme-2": tenantIn([]int{2}, "222222222222")}}, ""},
		{"an account twice in a shard", "web", ServiceProviderArgs{Shards: pulumi.IntRef(2), Tenants: map[string]TenantOptions{
			"acme": tenantIn([]int{2}, "222222222222"), "acme-2": tenantIn([]int{2}, "222222222222")}},
			`provider.tenants.acme-2.accounts[0] is "222222222222", which is also provider.tenants.acme.accounts[0]; list it once`},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.args.ConfigPath = "provider"
			err := test.args.Validate(test.side)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}
