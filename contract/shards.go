package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"fargate-privatelink/internal/strict"
)

// The outputs of a provider's stack whose tenants are spread over several endpoint
// services, each of which has a contract of its own.
const (
	ContractsOutputName    = "contracts"
	TenantShardsOutputName = "tenantShards"
)

// TenantShard is where a tenant is.
type TenantShard struct {
	// Shard is the number of the shard, which Contracts has the contract of.
	Shard int `json:"shard" pulumi:"shard" jsonschema:"minimum=1"`
	// Accounts are the tenant's accounts, none where anybody may connect.
	Accounts []string `json:"accounts" pulumi:"accounts"`
}

// ParseContracts reads the contract of each shard, by number, as [Parse] reads one.
func ParseContracts(data []byte) (map[string]Contract, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s are not JSON objects by shard: %w", ContractsOutputName, err)
	}
	contracts := map[string]Contract{}
	for _, shard := range slices.Sorted(maps.Keys(all)) {
		c, err := Parse(all[shard])
		if err != nil {
			return nil, strict.Prefix("shard "+shard+": ", err)
		}
		contracts[shard] = *c
	}
	return contracts, nil
}

// ContractFor returns the contract of the shard that an account is a tenant of, and
// Contract where there is none. Of several shards, between which a tenant moves, it is the
// one whose service the account is connected to, if it is, or else the last.
func (o *ProviderOutputs) ContractFor(account, connected string) Contract {
	found := o.Contract
	for _, number := range o.shardsOf(account) {
		c, known := o.Contracts[strconv.Itoa(number)]
		if !known {
			continue
		}
		if found = c; c.ServiceName == connected {
			break
		}
	}
	return found
}

// shardsOf are the shards that an account is a tenant of, or, if it is none's, those that
// take anybody.
func (o *ProviderOutputs) shardsOf(account string) []int {
	var own, anybodys []int
	for _, tenant := range slices.SortedFunc(maps.Values(o.TenantShards), func(a, b TenantShard) int { return cmp.Compare(a.Shard, b.Shard) }) {
		switch {
		case slices.Contains(tenant.Accounts, account):
			own = append(own, tenant.Shard)
		case len(tenant.Accounts) == 0:
			anybodys = append(anybodys, tenant.Shard)
		}
	}
	if len(own) > 0 {
		return own
	}
	return anybodys
}

// ValuesOf are the contracts among the outputs of a provider's stack, by what to call them
// there: that of the stack's name alone, and those of further shards.
func ValuesOf(stack string, outputs map[string]any) map[string]any {
	values := map[string]any{}
	if outputs[OutputName] != nil {
		values[stack] = outputs[OutputName]
	}
	shards, _ := outputs[ContractsOutputName].(map[string]any)
	for number, value := range shards {
		if number != "1" {
			values[stack+", shard "+number] = value
		}
	}
	return values
}
