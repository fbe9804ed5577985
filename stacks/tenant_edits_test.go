package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	principalToken = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	accepterToken  = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
)

// editedTenant is a tenant as a configuration has it. Its label is no part of it.
type editedTenant struct {
	Accounts    []string `json:"accounts"`
	EndpointIds []string `json:"endpointIds,omitempty"`
}

// tenantModel is what the tenants should come to, in words of AWS alone: the accounts that
// are allowed, and the account of each endpoint that is accepted.
type tenantModel struct {
	tenants  map[string]*editedTenant
	accounts int // made so far, so that none comes twice
	ids      int // likewise
}

func (m *tenantModel) account() string {
	m.accounts++
	return fmt.Sprintf("%012d", 200000000000+m.accounts)
}

func (m *tenantModel) endpoint() string {
	m.ids++
	return fmt.Sprintf("vpce-%08x", m.ids)
}

// resources are what the tenants come to, each with the principals that it depends on.
func (m *tenantModel) resources() map[string][]string {
	found := map[string][]string{}
	for _, tenant := range m.tenants {
		var principals []string
		for _, account := range tenant.Accounts {
			principals = append(principals, "principal "+account)
			found["principal "+account] = nil
		}
		for _, id := range tenant.EndpointIds {
			found["endpoint "+id] = slices.Sorted(slices.Values(principals))
		}
	}
	return found
}

// edit makes one change.
func (m *tenantModel) edit(t *rapid.T) {
	label := func() string { return rapid.SampledFrom(slices.Sorted(maps.Keys(m.tenants))).Draw(t, "tenant") }
	kind := rapid.SampledFrom([]string{"add", "remove", "rename", "reorder", "accept", "offboard"}).Draw(t, "edit")
	if len(m.tenants) == 0 {
		kind = "add"
	}
	switch kind {
	case "add":
		tenant := &editedTenant{}
		for range rapid.IntRange(1, 3).Draw(t, "accounts") {
			tenant.Accounts = append(tenant.Accounts, m.account())
		}
		m.tenants[fmt.Sprint("t", m.accounts)] = tenant
	case "remove":
		delete(m.tenants, label())
	case "rename":
		old := label()
		m.tenants[old+"-x"] = m.tenants[old]
		delete(m.tenants, old)
	case "reorder":
		tenant := m.tenants[label()]
		tenant.Accounts = rapid.Permutation(tenant.Accounts).Draw(t, "accounts")
		tenant.EndpointIds = rapid.Permutation(tenant.EndpointIds).Draw(t, "endpoints")
	case "accept":
		tenant := m.tenants[label()]
		tenant.EndpointIds = append(tenant.EndpointIds, m.endpoint())
	case "offboard":
		if tenant := m.tenants[label()]; len(tenant.EndpointIds) > 0 {
			tenant.EndpointIds = tenant.EndpointIds[1:]
		}
	}
}

// deployed runs the program for the tenants. It returns what each resource is registered
// with, and of the tenants' resources what they depend on.
func (m *tenantModel) deployed(t *rapid.T) (inputs map[string]string, depends map[string][]string) {
	document, err := json.Marshal(map[string]any{"tenants": m.tenants})
	require.NoError(t, err)
	c := newCloud()
	require.NoError(t, c.run("provider", provider(string(document))))
	inputs, depends = map[string]string{}, map[string][]string{}
	nameOf := map[string]string{}
	for _, r := range c.registrations {
		what := r.typ + " " + r.name
		switch r.typ {
		case principalToken:
			what = "principal " + plain(r.inputs)["principalArn"].(string)[len("arn:aws:iam::"):][:12]
		case accepterToken:
			what = "endpoint " + plain(r.inputs)["vpcEndpointId"].(string)
		}
		require.NotContains(t, inputs, what)
		inputs[what] = fmt.Sprint(r.name, r.parent, ordered(plain(r.inputs)))
		nameOf[r.typ+"::"+r.name] = what
	}
	for _, r := range c.registrations {
		if r.typ != principalToken && r.typ != accepterToken {
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

// Whatever is done to tenants, what changes is theirs alone, and a permission outlives the
// connections that it allows: an endpoint depends on the principals of its tenant, and on
// nobody else's.
func TestTenantEditsChangeThoseTenantsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &tenantModel{tenants: map[string]*editedTenant{}}
		for range rapid.IntRange(1, 5).Draw(t, "at first") {
			m.edit(t)
		}
		before, _ := m.deployed(t)
		was := m.resources()
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			m.edit(t)
		}
		after, depends := m.deployed(t)
		is := m.resources()
		require.Equal(t, is, depends)
		require.Equal(t, different(was, is), changed(before, after))
	})
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
