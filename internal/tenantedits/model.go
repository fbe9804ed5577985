// Package tenantedits draws edits of a provider's tenants, and says in words of AWS what
// each should come to: tests hold the program to it, with mocks and by the engine.
package tenantedits

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tenant is a tenant as a configuration has it. Its label is no part of it.
type Tenant struct {
	Accounts       []string `json:"accounts,omitempty"`
	Principals     []string `json:"principals,omitempty"`
	EndpointIds    []string `json:"endpointIds,omitempty"`
	ConsumerStacks []string `json:"consumerStacks,omitempty"`
	Shards         []int    `json:"shards,omitempty"` // at most one, so that no hash decides
}

// shard is the one that the tenant is in.
func (e *Tenant) shard() int {
	if len(e.Shards) == 0 {
		return 1
	}
	return e.Shards[0]
}

// InShard says in which shard a resource is, after what it is.
func InShard(number int) string {
	if number == 1 {
		return ""
	}
	return fmt.Sprint(" in shard ", number)
}

// Stack is what a consumer's stack says of its endpoints.
type Stack struct {
	Account   string
	Endpoints []string
}

// Anybody is the principal of every account.
const Anybody = "*"

// RootOf is the principal of a whole account.
func RootOf(account string) string { return "arn:aws:iam::" + account + ":root" }

// accountOf is the account of a principal.
func accountOf(arn string) string { return strings.Split(arn, ":")[4] }

// arns are who may connect, in AWS's words.
func (e *Tenant) arns() (arns []string) {
	for _, account := range e.Accounts {
		arns = append(arns, RootOf(account))
	}
	return append(arns, e.Principals...)
}

// of are those that an account's endpoint may be of.
func (e *Tenant) of(account string) (arns []string) {
	for _, arn := range e.arns() {
		if arn == Anybody || accountOf(arn) == account {
			arns = append(arns, arn)
		}
	}
	return arns
}

// accounts are those of the tenant's principals.
func (e *Tenant) accounts() (accounts []string) {
	for _, arn := range e.arns() {
		if arn != Anybody {
			accounts = append(accounts, accountOf(arn))
		}
	}
	return accounts
}

// Model is a configuration's tenants.
type Model struct {
	Tenants map[string]*Tenant
	Stacks  map[string]*Stack // by short name
	// Endpoints are those that there are, with the account of each, but for the stacks'.
	Endpoints map[string]string
	// Shards is how many there are.
	Shards int
	// Fixed: there are no stacks and no shards but these, and an endpoint is made by an account whose
	// permission was deployed, as [Model.Deploy] notes.
	Fixed bool

	written  writing
	deployed []string // the principals
	made     int      // accounts, endpoints and labels so far, so that none comes twice
}

// New returns a model without tenants.
func New() *Model {
	return &Model{Tenants: map[string]*Tenant{}, Stacks: map[string]*Stack{}, Endpoints: map[string]string{}, Shards: 1}
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

func (m *Model) another() int {
	m.made++
	return m.made
}

func (m *Model) newAccount() string { return fmt.Sprintf("%012d", 300000000000+m.another()) }

func (m *Model) newEndpoint(account string) string {
	id := fmt.Sprintf("vpce-%08x", m.another())
	m.Endpoints[id] = account
	return id
}

// Document is the provider's configuration, as JSON.
func (m *Model) Document() (string, error) {
	object := map[string]any{
		"tenants":         m.Tenants,
		"shards":          max(1, m.Shards),
		"endpointService": map[string]any{"allowAnyPrincipal": m.holder(Anybody) != nil},
		"loadBalancer":    map[string]any{"clientCidrs": clientForms[m.written.clients]},
		"service":         map[string]any{"egress": databaseForms[m.written.database]},
	}
	maps.Copy(object, listenerForms[m.written.listener])
	text, err := json.Marshal(object)
	return string(text), err
}

// holder is the tenant with a principal.
func (m *Model) holder(arn string) *Tenant {
	for _, tenant := range m.Tenants {
		if slices.Contains(tenant.arns(), arn) {
			return tenant
		}
	}
	return nil
}

// The kinds of Resources.
const (
	Principal = "principal "
	Endpoint  = "endpoint "
	Reference = "stack "
)

// Resources are what the tenants come to, each with the principals that it depends on:
// permissions, accepted endpoints, and the stacks that are read. An endpoint that tenants of
// several shards claim is the first one's.
func (m *Model) Resources() map[string][]string {
	found, shardOf := map[string][]string{}, map[string]int{}
	for _, tenant := range slices.SortedFunc(maps.Values(m.Tenants), func(a, b *Tenant) int { return a.shard() - b.shard() }) {
		shard := InShard(tenant.shard())
		add := func(id string, arns []string) {
			if _, claimed := shardOf[id]; !claimed {
				shardOf[id] = tenant.shard()
			}
			if shardOf[id] != tenant.shard() {
				return
			}
			on := found[Endpoint+id+shard]
			for _, arn := range arns {
				on = append(on, Principal+arn+shard)
			}
			slices.Sort(on)
			found[Endpoint+id+shard] = slices.Compact(on)
		}
		for _, arn := range tenant.arns() {
			found[Principal+arn+shard] = nil
		}
		for _, id := range tenant.EndpointIds {
			add(id, tenant.arns())
		}
		for _, name := range tenant.ConsumerStacks {
			stack := m.Stacks[name]
			found[Reference+name] = nil
			if allowed := tenant.of(stack.Account); len(allowed) > 0 {
				for _, id := range stack.Endpoints {
					add(id, allowed)
				}
			}
		}
	}
	return found
}

// Deploy notes that the configuration is deployed.
func (m *Model) Deploy() {
	m.deployed = nil
	for _, tenant := range m.Tenants {
		m.deployed = append(m.deployed, tenant.arns()...)
	}
}

// makers are those of a tenant's accounts that can make an endpoint.
func (m *Model) makers(tenant *Tenant) []string {
	return slices.DeleteFunc(tenant.accounts(), func(account string) bool {
		return m.Fixed && !slices.Contains(m.deployed, RootOf(account)) && !slices.Contains(m.deployed, Anybody)
	})
}

// lists says whether a tenant lists an endpoint.
func (m *Model) lists(id string) bool {
	for _, tenant := range m.Tenants {
		if slices.Contains(tenant.EndpointIds, id) {
			return true
		}
	}
	return false
}

// names says whether a tenant names a stack.
func (m *Model) names(stack string) bool {
	for _, tenant := range m.Tenants {
		if slices.Contains(tenant.ConsumerStacks, stack) {
			return true
		}
	}
	return false
}
