package stacks_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

// What the stacks export is what package contract declares: nothing is missing, of
// another type, or unknown to it. Forms are held to the schemas in cmd/sandbox, where
// the values are those of real resources.
func TestOutputsAreThoseOfTheContract(t *testing.T) {
	for name, config := range map[string]string{"default": `{"name": "web"}`, "everything": fullProvider} {
		c := newCloud()
		require.NoError(t, c.run("provider", provider(config)), name)
		_, err := contract.ParseProviderOutputs(exports(t, c))
		require.NoError(t, err, name)
		assert.Subset(t, contract.ProviderOutputNames(), slices.Collect(maps.Keys(c.outputs)), name)
	}
	for name, config := range map[string]string{
		"default":          `{"name": "web"}`,
		"several networks": `{"name": "web", "networks": {"a": {"cidrBlock": "10.1.0.0/16"}, "b": {"cidrBlock": "10.2.0.0/16"}}}`,
	} {
		c := newConsumerCloud()
		require.NoError(t, c.run("consumer", consumer(config)), name)
		outputs, err := contract.ParseConsumerOutputs(exports(t, c))
		require.NoError(t, err, name)
		assert.Subset(t, contract.ConsumerOutputNames(), slices.Collect(maps.Keys(c.outputs)), name)
		for network, endpoint := range outputs.All() {
			assert.Equal(t, endpointId, endpoint.EndpointId, "%s %s", name, network)
		}
	}
}

// exports are the stack's outputs as JSON.
func exports(t *testing.T, c *cloud) []byte {
	t.Helper()
	data, err := json.Marshal(c.outputs)
	require.NoError(t, err)
	return data
}
