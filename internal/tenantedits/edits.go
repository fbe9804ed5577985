package tenantedits

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// edits are the changes, each of a tenant that is there.
var edits = map[string]func(m *Model, t *rapid.T, label string){
	"add":    func(m *Model, t *rapid.T, _ string) { m.add(t) },
	"remove": func(m *Model, _ *rapid.T, label string) { delete(m.Tenants, label) },
	"rename": func(m *Model, _ *rapid.T, label string) {
		m.Tenants[fmt.Sprint("r", m.another())] = m.Tenants[label]
		delete(m.Tenants, label)
	},
	"swap labels": func(m *Model, t *rapid.T, label string) {
		other := m.label(t)
		m.Tenants[label], m.Tenants[other] = m.Tenants[other], m.Tenants[label]
	},
	"reorder": func(m *Model, t *rapid.T, label string) {
		tenant := m.Tenants[label]
		for _, list := range []*[]string{&tenant.Accounts, &tenant.Principals, &tenant.EndpointIds, &tenant.ConsumerStacks} {
			*list = rapid.Permutation(*list).Draw(t, "list")
		}
	},
	"allow a role or a user": func(m *Model, t *rapid.T, label string) {
		tenant := m.Tenants[label]
		account := m.newAccount()
		if accounts := tenant.accounts(); len(accounts) > 0 && rapid.Bool().Draw(t, "of an account that it has") {
			account = accounts[0]
		}
		kind := rapid.SampledFrom([]string{"role", "user"}).Draw(t, "kind")
		tenant.Principals = append(tenant.Principals, fmt.Sprintf("arn:aws:iam::%s:%s/%d", account, kind, m.another()))
	},
	"disallow": func(m *Model, _ *rapid.T, label string) {
		tenant := m.Tenants[label]
		if len(tenant.arns()) < 2 {
			return
		}
		if len(tenant.Accounts) > 0 {
			tenant.Accounts = tenant.Accounts[1:]
		} else {
			tenant.Principals = tenant.Principals[1:]
		}
	},
	"write an account as a principal": func(m *Model, _ *rapid.T, label string) {
		if tenant := m.Tenants[label]; len(tenant.Accounts) > 0 {
			tenant.Principals = append(tenant.Principals, RootOf(tenant.Accounts[0]))
			tenant.Accounts = tenant.Accounts[1:]
		}
	},
	"allow everybody, or no longer": func(m *Model, _ *rapid.T, label string) {
		tenant := m.holder(Anybody)
		if tenant == nil {
			m.Tenants[label].Principals = append(m.Tenants[label].Principals, Anybody)
			return
		}
		tenant.Principals = slices.DeleteFunc(tenant.Principals, func(arn string) bool { return arn == Anybody })
		if len(tenant.arns()) == 0 {
			tenant.Accounts = []string{m.newAccount()}
		}
	},
	"accept": func(m *Model, t *rapid.T, label string) {
		tenant := m.Tenants[label]
		unlisted := slices.DeleteFunc(slices.Sorted(maps.Keys(m.Endpoints)), m.lists)
		switch makers := m.makers(tenant); {
		case len(unlisted) > 0 && rapid.Bool().Draw(t, "one that there is"):
			tenant.EndpointIds = append(tenant.EndpointIds, rapid.SampledFrom(unlisted).Draw(t, "endpoint"))
		case len(makers) > 0:
			tenant.EndpointIds = append(tenant.EndpointIds, m.newEndpoint(rapid.SampledFrom(makers).Draw(t, "account")))
		}
	},
	"name a stack": func(m *Model, t *rapid.T, label string) {
		tenant := m.Tenants[label]
		name := fmt.Sprint("stack-", m.another())
		if m.Fixed {
			unnamed := slices.DeleteFunc(slices.Sorted(maps.Keys(m.Stacks)), m.names)
			if len(unnamed) == 0 {
				return
			}
			name = unnamed[0]
		} else {
			stack := &Stack{Account: m.newAccount()} // which is none of the tenant's
			if accounts := tenant.accounts(); len(accounts) > 0 && rapid.IntRange(0, 3).Draw(t, "of the tenant") > 0 {
				stack.Account = rapid.SampledFrom(accounts).Draw(t, "account")
			}
			m.Stacks[name] = stack
		}
		tenant.ConsumerStacks = append(tenant.ConsumerStacks, name)
	},
	"a stack makes an endpoint": func(m *Model, t *rapid.T, label string) {
		if named := m.Tenants[label].ConsumerStacks; len(named) > 0 && !m.Fixed {
			stack := m.Stacks[rapid.SampledFrom(named).Draw(t, "stack")]
			stack.Endpoints = append(stack.Endpoints, fmt.Sprintf("vpce-%08x", m.another()))
		}
	},
	"a stack's endpoint is listed too": func(m *Model, _ *rapid.T, label string) {
		for _, name := range slices.Sorted(maps.Keys(m.Stacks)) {
			for _, id := range m.Stacks[name].Endpoints {
				if !m.lists(id) {
					m.Tenants[label].EndpointIds = append(m.Tenants[label].EndpointIds, id)
					return
				}
			}
		}
	},
	"offboard": func(m *Model, _ *rapid.T, label string) {
		switch tenant := m.Tenants[label]; {
		case len(tenant.EndpointIds) > 0:
			tenant.EndpointIds = tenant.EndpointIds[1:]
		case len(tenant.ConsumerStacks) > 0:
			tenant.ConsumerStacks = tenant.ConsumerStacks[1:]
		}
	},
	"move to another tenant": func(m *Model, t *rapid.T, label string) {
		from, to := m.Tenants[label], m.Tenants[m.label(t)]
		if from != to {
			to.Accounts, to.Principals = append(to.Accounts, from.Accounts...), append(to.Principals, from.Principals...)
			to.EndpointIds, to.ConsumerStacks = append(to.EndpointIds, from.EndpointIds...), append(to.ConsumerStacks, from.ConsumerStacks...)
			delete(m.Tenants, label)
		}
	},
	"add a shard": func(m *Model, _ *rapid.T, _ string) {
		if !m.Fixed {
			m.Shards = min(m.Shards+1, 5)
		}
	},
	"remove the last shard": func(m *Model, _ *rapid.T, _ string) {
		if used := slices.ContainsFunc(slices.Collect(maps.Values(m.Tenants)), func(e *Tenant) bool { return e.shard() == m.Shards }); !used {
			m.Shards--
		}
	},
	"write the rest another way": func(m *Model, t *rapid.T, _ string) {
		way := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "way") }
		m.written = writing{way(len(listenerForms)), way(len(clientForms)), way(len(databaseForms))}
	},
}

func (m *Model) label(t *rapid.T) string {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(m.Tenants))).Draw(t, "tenant")
}

func (m *Model) add(t *rapid.T) {
	tenant := &Tenant{}
	if shard := rapid.IntRange(1, m.Shards).Draw(t, "shard"); shard > 1 {
		tenant.Shards = []int{shard}
	}
	for range rapid.IntRange(1, 3).Draw(t, "accounts") {
		tenant.Accounts = append(tenant.Accounts, m.newAccount())
	}
	m.Tenants[fmt.Sprint("t", m.another())] = tenant
}

// Edit makes one change, and says which.
func (m *Model) Edit(t *rapid.T) string {
	if len(m.Tenants) == 0 {
		m.add(t)
		return "add"
	}
	kind, label := rapid.SampledFrom(slices.Sorted(maps.Keys(edits))).Draw(t, "edit"), m.label(t)
	edits[kind](m, t, label)
	return kind + ": " + label
}
