package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	principalToken = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	accepterToken  = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	referenceToken = "pulumi:pulumi:StackReference"
)

// editedTenant is a tenant as a configuration has it. Its label is no part of it.
type editedTenant struct {
	Accounts       []string `json:"accounts,omitempty"`
	Principals     []string `json:"principals,omitempty"`
	EndpointIds    []string `json:"endpointIds,omitempty"`
	ConsumerStacks []string `json:"consumerStacks,omitempty"`
}

// anybody is the principal of every account.
const anybody = "*"

func rootOf(account string) string { return "arn:aws:iam::" + account + ":root" }

// accountOf is the account of a principal.
func accountOf(arn string) string { return strings.Split(arn, ":")[4] }

// arns are who may connect, in AWS's words.
func (e *editedTenant) arns() (arns []string) {
	for _, account := range e.Accounts {
		arns = append(arns, rootOf(account))
	}
	return append(arns, e.Principals...)
}

// of are those that an account's endpoint may be of.
func (e *editedTenant) of(account string) (arns []string) {
	for _, arn := range e.arns() {
		if arn == anybody || accountOf(arn) == account {
			arns = append(arns, arn)
		}
	}
	return arns
}

// consumerOutputs are what a consumer's stack says of its endpoints.
type consumerOutputs struct {
	account   string
	endpoints []string
}

// tenantModel is what the tenants should come to, in words of AWS alone: who is allowed, and
// whose each endpoint is that is accepted.
type tenantModel struct {
	tenants map[string]*editedTenant
	stacks  map[string]*consumerOutputs // by short name
	written writing
	made    int // accounts, endpoints and stacks so far, so that none comes twice
}

// writing is how the rest of the configuration is written, which says the same whatever it is.
type writing struct{ listener, clients, database int }

// The ways to write a listener, the blocks of the clients, and a destination.
var (
	listenerForms = []map[string]any{
		{}, {"listener": map[string]any{}}, {"listener": map[string]any{"port": 80, "protocol": "tcp"}}, {"listeners": map[string]any{"80/tcp": map[string]any{}}},
	}
	clientForms   = [][]string{{"10.20.0.0/16", "10.21.0.0/16"}, {"10.21.0.0/16", "10.20.0.0/16"}}
	databaseForms = []map[string]any{
		{"database": map[string]any{"port": 5432, "cidrBlocks": []string{"10.1.0.0/16", "2001:db8:1::/48"}}},
		{"db": map[string]any{"port": 5432, "toPort": 5432, "cidrBlocks": []string{"2001:0DB8:1::/48", "10.1.0.0/16"}}},
		{"db-4": map[string]any{"port": 5432, "protocol": "tcp", "cidrBlocks": []string{"10.1.0.0/16"}}, "db-6": map[string]any{"port": 5432, "cidrBlocks": []string{"2001:db8:0001:0::/48"}}},
	}
)

func (m *tenantModel) another() int {
	m.made++
	return m.made
}

func (m *tenantModel) account() string  { return fmt.Sprintf("%012d", 200000000000+m.another()) }
func (m *tenantModel) endpoint() string { return fmt.Sprintf("vpce-%08x", m.another()) }

// document is the provider's configuration.
func (m *tenantModel) document(t require.TestingT) string {
	object := map[string]any{
		"tenants":         m.tenants,
		"endpointService": map[string]any{"allowAnyPrincipal": m.holder(anybody) != nil},
		"loadBalancer":    map[string]any{"clientCidrs": clientForms[m.written.clients]},
		"service":         map[string]any{"egress": databaseForms[m.written.database]},
	}
	maps.Copy(object, listenerForms[m.written.listener])
	text, err := json.Marshal(object)
	require.NoError(t, err)
	return string(text)
}

// holder is the tenant with a principal.
func (m *tenantModel) holder(arn string) *editedTenant {
	for _, label := range slices.Sorted(maps.Keys(m.tenants)) {
		if slices.Contains(m.tenants[label].arns(), arn) {
			return m.tenants[label]
		}
	}
	return nil
}

// resources are what the tenants come to, each with the principals that it depends on.
func (m *tenantModel) resources() map[string][]string {
	found := map[string][]string{}
	add := func(id string, arns []string) {
		on := found["endpoint "+id]
		for _, arn := range arns {
			on = append(on, "principal "+arn)
		}
		slices.Sort(on)
		found["endpoint "+id] = slices.Compact(on)
	}
	for _, tenant := range m.tenants {
		for _, arn := range tenant.arns() {
			found["principal "+arn] = nil
		}
		for _, id := range tenant.EndpointIds {
			add(id, tenant.arns())
		}
		for _, name := range tenant.ConsumerStacks {
			stack := m.stacks[name]
			found["stack "+name] = nil
			if allowed := tenant.of(stack.account); len(allowed) > 0 {
				for _, id := range stack.endpoints {
					add(id, allowed)
				}
			}
		}
	}
	return found
}

// tenantEdits are the changes, each of a tenant that is there.
var tenantEdits = map[string]func(m *tenantModel, t *rapid.T, label string){
	"add": func(m *tenantModel, t *rapid.T, _ string) { m.add(t) },
	"remove": func(m *tenantModel, _ *rapid.T, label string) {
		delete(m.tenants, label)
	},
	"rename": func(m *tenantModel, _ *rapid.T, label string) {
		m.tenants[fmt.Sprint("r", m.another())] = m.tenants[label]
		delete(m.tenants, label)
	},
	"swap labels": func(m *tenantModel, t *rapid.T, label string) {
		other := m.label(t)
		m.tenants[label], m.tenants[other] = m.tenants[other], m.tenants[label]
	},
	"reorder": func(m *tenantModel, t *rapid.T, label string) {
		tenant := m.tenants[label]
		for _, list := range []*[]string{&tenant.Accounts, &tenant.Principals, &tenant.EndpointIds, &tenant.ConsumerStacks} {
			*list = rapid.Permutation(*list).Draw(t, "list")
		}
	},
	"allow": func(m *tenantModel, t *rapid.T, label string) {
		tenant := m.tenants[label]
		account := m.account()
		if accounts := tenant.accounts(); len(accounts) > 0 && rapid.Bool().Draw(t, "of an account that it has") {
			account = accounts[0]
		}
		tenant.Principals = append(tenant.Principals, fmt.Sprintf("arn:aws:iam::%s:%s/%d", account, rapid.SampledFrom([]string{"role", "user"}).Draw(t, "kind"), m.another()))
	},
	"disallow": func(m *tenantModel, _ *rapid.T, label string) {
		tenant := m.tenants[label]
		if len(tenant.arns()) < 2 {
			return
		}
		if len(tenant.Accounts) > 0 {
			tenant.Accounts = tenant.Accounts[1:]
		} else {
			tenant.Principals = tenant.Principals[1:]
		}
	},
	"spell an account": func(m *tenantModel, _ *rapid.T, label string) {
		if tenant := m.tenants[label]; len(tenant.Accounts) > 0 {
			tenant.Principals = append(tenant.Principals, rootOf(tenant.Accounts[0]))
			tenant.Accounts = tenant.Accounts[1:]
		}
	},
	"allow everybody, or no longer": func(m *tenantModel, _ *rapid.T, label string) {
		tenant := m.holder(anybody)
		if tenant == nil {
			m.tenants[label].Principals = append(m.tenants[label].Principals, anybody)
			return
		}
		tenant.Principals = slices.DeleteFunc(tenant.Principals, func(arn string) bool { return arn == anybody })
		if len(tenant.arns()) == 0 {
			tenant.Accounts = []string{m.account()}
		}
	},
	"accept": func(m *tenantModel, _ *rapid.T, label string) {
		m.tenants[label].EndpointIds = append(m.tenants[label].EndpointIds, m.endpoint())
	},
	"name a stack": func(m *tenantModel, t *rapid.T, label string) {
		tenant := m.tenants[label]
		stack := &consumerOutputs{account: m.account()} // which is none of the tenant's
		if accounts := tenant.accounts(); len(accounts) > 0 && rapid.IntRange(0, 3).Draw(t, "of the tenant") > 0 {
			stack.account = rapid.SampledFrom(accounts).Draw(t, "account")
		}
		name := fmt.Sprint("stack-", m.another())
		m.stacks[name], tenant.ConsumerStacks = stack, append(tenant.ConsumerStacks, name)
	},
	"a stack makes an endpoint": func(m *tenantModel, t *rapid.T, label string) {
		if named := m.tenants[label].ConsumerStacks; len(named) > 0 {
			stack := m.stacks[rapid.SampledFrom(named).Draw(t, "stack")]
			stack.endpoints = append(stack.endpoints, m.endpoint())
		}
	},
	"a stack's endpoint is listed too": func(m *tenantModel, t *rapid.T, label string) {
		for _, name := range slices.Sorted(maps.Keys(m.stacks)) {
			for _, id := range m.stacks[name].endpoints {
				if !m.lists(id) {
					m.tenants[label].EndpointIds = append(m.tenants[label].EndpointIds, id)
					return
				}
			}
		}
	},
	"offboard": func(m *tenantModel, _ *rapid.T, label string) {
		switch tenant := m.tenants[label]; {
		case len(tenant.EndpointIds) > 0:
			tenant.EndpointIds = tenant.EndpointIds[1:]
		case len(tenant.ConsumerStacks) > 0:
			tenant.ConsumerStacks = tenant.ConsumerStacks[1:]
		}
	},
	"move to another tenant": func(m *tenantModel, t *rapid.T, label string) {
		from, to := m.tenants[label], m.tenants[m.label(t)]
		if from != to {
			to.Accounts, to.Principals = append(to.Accounts, from.Accounts...), append(to.Principals, from.Principals...)
			to.EndpointIds, to.ConsumerStacks = append(to.EndpointIds, from.EndpointIds...), append(to.ConsumerStacks, from.ConsumerStacks...)
			delete(m.tenants, label)
		}
	},
	"write it another way": func(m *tenantModel, t *rapid.T, _ string) {
		way := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "way") }
		m.written = writing{way(len(listenerForms)), way(len(clientForms)), way(len(databaseForms))}
	},
}

// accounts are those of the tenant's principals.
func (e *editedTenant) accounts() (accounts []string) {
	for _, arn := range e.arns() {
		if arn != anybody {
			accounts = append(accounts, accountOf(arn))
		}
	}
	return accounts
}

// lists says whether a tenant lists an endpoint.
func (m *tenantModel) lists(id string) bool {
	for _, tenant := range m.tenants {
		if slices.Contains(tenant.EndpointIds, id) {
			return true
		}
	}
	return false
}

func (m *tenantModel) label(t *rapid.T) string {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(m.tenants))).Draw(t, "tenant")
}

func (m *tenantModel) add(t *rapid.T) {
	tenant := &editedTenant{}
	for range rapid.IntRange(1, 3).Draw(t, "accounts") {
		tenant.Accounts = append(tenant.Accounts, m.account())
	}
	m.tenants[fmt.Sprint("t", m.another())] = tenant
}

// edit makes one change.
func (m *tenantModel) edit(t *rapid.T) {
	if len(m.tenants) == 0 {
		m.add(t)
		return
	}
	kind := rapid.SampledFrom(slices.Sorted(maps.Keys(tenantEdits))).Draw(t, "edit")
	tenantEdits[kind](m, t, m.label(t))
}

// deployed runs the program for the tenants. It returns what each resource is registered
// with, and of the tenants' resources what they depend on.
func (m *tenantModel) deployed(t require.TestingT) (inputs map[string]string, depends map[string][]string) {
	document := m.document(t)
	c := newCloud()
	for name, stack := range m.stacks {
		endpoints := map[string]any{}
		for i, id := range stack.endpoints {
			endpoints[fmt.Sprint("n", i)] = id
		}
		c.stacks[organization+"/"+project+"/"+name] = map[string]any{"accountId": stack.account, "endpointIds": endpoints}
	}
	require.NoError(t, c.run("provider", provider(document)), document)
	inputs, depends = map[string]string{}, map[string][]string{}
	nameOf := map[string]string{}
	for _, r := range c.registrations {
		what := r.typ + " " + r.name
		switch r.typ {
		case principalToken:
			what = "principal " + plain(r.inputs)["principalArn"].(string)
		case accepterToken:
			what = "endpoint " + plain(r.inputs)["vpcEndpointId"].(string)
		case referenceToken:
			what = "stack " + r.name[strings.LastIndex(r.name, "/")+1:]
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

// Whatever is done to tenants, what changes is theirs alone, and a permission outlives the
// connections that it allows: an endpoint depends on the principals of its tenant, and on
// nobody else's.
func TestTenantEditsChangeThoseTenantsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &tenantModel{tenants: map[string]*editedTenant{}, stacks: map[string]*consumerOutputs{}}
		for range rapid.IntRange(1, 8).Draw(t, "at first") {
			m.edit(t)
		}
		before, _ := m.deployed(t)
		was := m.resources()
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			m.edit(t)
		}
		after, depends := m.deployed(t)
		is := m.resources()
		require.Equal(t, is, depends)
		require.Equal(t, different(was, is), changed(before, after))
	})
}

// An endpoint that one tenant lists and another's stack says it has may be of the principals
// of both: which label comes first decides nothing.
func TestAnEndpointOfTwoTenants(t *testing.T) {
	for _, labels := range [][2]string{{"a", "b"}, {"b", "a"}} {
		m := &tenantModel{
			tenants: map[string]*editedTenant{
				labels[0]: {Accounts: []string{"222222222222", "333333333333"}, EndpointIds: []string{"vpce-11111111"}},
				labels[1]: {Accounts: []string{"444444444444"}, Principals: []string{rootOf("555555555555")}, ConsumerStacks: []string{"consumer"}},
			},
			stacks: map[string]*consumerOutputs{"consumer": {"444444444444", []string{"vpce-11111111"}}},
		}
		_, depends := m.deployed(t)
		require.Equal(t, []string{
			"principal " + rootOf("222222222222"), "principal " + rootOf("333333333333"), "principal " + rootOf("444444444444"),
		}, depends["endpoint vpce-11111111"])
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
