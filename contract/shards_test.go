package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

func TestValuesOf(t *testing.T) {
	assert.Empty(t, contract.ValuesOf("provider", map[string]any{"vpcId": "vpc-1"}))
	assert.Equal(t, map[string]any{"provider": "a"}, contract.ValuesOf("provider", map[string]any{"contract": "a"}))
	assert.Equal(t, map[string]any{"provider": "a", "provider, shard 2": "b"},
		contract.ValuesOf("provider", map[string]any{"contract": "a", "contracts": map[string]any{"1": "a", "2": "b"}}))
}

func TestParseContractsRefuses(t *testing.T) {
	for name, test := range map[string]struct{ document, want string }{
		"a list":         {`[]`, "contracts are not JSON objects by shard: json: cannot unmarshal array into Go value of type map[string]json.RawMessage"},
		"not a contract": {`{"2": {}}`, "shard 2: contract.version is missing: is this a contract?"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := contract.ParseContracts([]byte(test.document))
			require.EqualError(t, err, test.want)
		})
	}
}
