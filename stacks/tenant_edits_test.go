package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/tenantedits"
)

const (
	principalToken = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	accepterToken  = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	referenceToken = "pulumi:pulumi:StackReference"
)

// deployedTenants runs the program for the tenants. It returns what each resource is registered
// with, and of the tenants' resources what they depend on.
func deployedTenants(t require.TestingT, m *tenantedits.Model) (inputs map[string]string, depends map[string][]string) {
	document, err := m.Document()
	require.NoError(t, err)
	c := newCloud()
	for name, stack := range m.Stacks {
		endpoints := map[string]any{}
		for i, id := range stack.Endpoints {
			endpoints[fmt.Sprint("n", i)] = id
		}
		c.stacks[organization+"/"+project+"/"+name] = map[string]any{"accountId": stack.Account, "endpointIds": endpoints}
	}
	require.NoError(t, c.run("provider", provider(document)), document)
	inputs, depends = map[string]string{}, map[string][]string{}
	nameOf := map[string]string{}
	for _, r := range c.registrations {
		what := r.typ + " " + r.name
		switch r.typ {
		case principalToken:
			what = tenantedits.Principal + plain(r.inputs)["principalArn"].(string) + shardOf(r.name)
		case accepterToken:
			what = tenantedits.Endpoint + plain(r.inputs)["vpcEndpointId"].(string) + shardOf(r.name)
		case referenceToken:
			what = tenantedits.Reference + r.name[strings.LastIndex(r.name, "/")+1:]
		}
		require.NotContains(t, inputs, what)
		inputs[what] = fmt.Sprint(r.name, r.parent, ordered(plain(r.inputs)))
		nameOf[r.typ+"::"+r.name] = what
	}
	for _, r := range c.registrations {
		if !slices.Contains([]string{principalToken, accepterToken, referenceToken}, r.typ) {
			continue
		}
		var on []string
		for _, urn := range r.dependencies {
			if urn.Type() == principalToken {
				on = append(on, nameOf[principalToken+"::"+urn.Name()])
			}
		}
		slices.Sort(on)
		depends[nameOf[r.typ+"::"+r.name]] = on
	}
	return inputs, depends
}

// shardOf says which shard a resource is in, by its name.
func shardOf(name string) string {
	var number int
	if _, err := fmt.Sscanf(name, "web-s%d-", &number); err != nil {
		return ""
	}
	return tenantedits.InShard(number)
}

// Whatever is done to tenants, what changes is theirs alone, and a permission outlives the
// connections that it allows: an endpoint depends on the principals of its tenant, and on
// nobody else's. One shard more or less changes nothing of any tenant's.
func TestTenantEditsChangeThoseTenantsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := tenantedits.New()
		for range rapid.IntRange(1, 8).Draw(t, "at first") {
			m.Edit(t)
		}
		before, _ := deployedTenants(t, m)
		was, shards := m.Resources(), m.Shards
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			m.Edit(t)
		}
		after, depends := deployedTenants(t, m)
		is := m.Resources()
		require.Equal(t, is, depends)
		edited := changed(before, after)
		if m.Shards != shards {
			edited = slices.DeleteFunc(edited, func(what string) bool {
				_, was := was[what]
				_, is := is[what]
				return !was && !is
			})
		}
		require.Equal(t, different(was, is), edited)
	})
}

// An endpoint that one tenant lists and another's stack says it has may be of the principals
// of both: which label comes first decides nothing.
func TestAnEndpointOfTwoTenants(t *testing.T) {
	for _, labels := range [][2]string{{"a", "b"}, {"b", "a"}} {
		m := &tenantedits.Model{
			Tenants: map[string]*tenantedits.Tenant{
				labels[0]: {Accounts: []string{"222222222222", "333333333333"}, EndpointIds: []string{"vpce-11111111"}},
				labels[1]: {Accounts: []string{"444444444444"}, Principals: []string{tenantedits.RootOf("555555555555")}, ConsumerStacks: []string{"consumer"}},
			},
			Stacks: map[string]*tenantedits.Stack{"consumer": {Account: "444444444444", Endpoints: []string{"vpce-11111111"}}},
		}
		_, depends := deployedTenants(t, m)
		require.Equal(t, []string{
			tenantedits.Principal + tenantedits.RootOf("222222222222"), tenantedits.Principal + tenantedits.RootOf("333333333333"), tenantedits.Principal + tenantedits.RootOf("444444444444"),
		}, depends[tenantedits.Endpoint+"vpce-11111111"])
	}
}

// different are the keys that only one of two has.
func different(a, b map[string][]string) []string {
	keys := []string{}
	for key := range a {
		if _, kept := b[key]; !kept {
			keys = append(keys, key)
		}
	}
	for key := range b {
		if _, had := a[key]; !had {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// changed are the keys that two don't have alike.
func changed(a, b map[string]string) []string {
	keys := []string{}
	for key, value := range a {
		if other, kept := b[key]; !kept || other != value {
			keys = append(keys, key)
		}
	}
	for key := range b {
		if _, had := a[key]; !had {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
