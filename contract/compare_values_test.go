package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

func said(changes []contract.Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, string(c.Level)+" "+c.Key+": "+c.What)
	}
	return out
}

// A contract that this release can't read is compared all the same: that is when a
// reviewer needs it most.
func TestCompareValues(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(map[string]any)
		want []string
	}{
		"nothing":         {func(map[string]any) {}, nil},
		"another version": {set("version", float64(2)), []string{"major version: version 1 becomes 2: consumers have to upgrade their program first"}},
		"a key removed":   {without("serviceId"), []string{"major serviceId: the key is removed"}},
		"a key added":     {set("color", "red"), []string{"minor color: the key is added; readers that don't know it pass over it"}},
		"a key renamed": {
			func(c map[string]any) { c["zones"] = c["availabilityZoneIds"]; delete(c, "availabilityZoneIds") },
			[]string{"major availabilityZoneIds: the key is removed", "minor zones: the key is added; readers that don't know it pass over it"},
		},
		"a key of another type": {set("ports", "80/tcp"), []string{"major ports: a list becomes a string"}},
		"another value":         {set("acceptanceRequired", false), []string{"minor acceptanceRequired: new endpoints no longer wait for the provider"}},
		"the version gone":      {without("version"), []string{"major version: the key is removed"}},
	} {
		value := func() map[string]any {
			v, err := example().Value()
			require.NoError(t, err)
			return v
		}
		next := value()
		test.edit(next)
		assert.Equal(t, test.want, said(contract.CompareValues(value(), next)), name)
	}
	assert.Equal(t, []string{"major contract: an object becomes a string; it must be an object"}, said(contract.CompareValues(map[string]any{}, "{}")))
}

// A key that this release doesn't know is harmless only while it stays as it is.
func TestCompareValuesOfUnknownKeys(t *testing.T) {
	before, err := example().Value()
	require.NoError(t, err)
	after, err := example().Value()
	require.NoError(t, err)
	before["color"], after["color"] = "red", "red"
	assert.Empty(t, contract.CompareValues(before, after))
	after["color"] = "blue"
	assert.Equal(t, []string{"major color: it changes, and this release doesn't know what that means"}, said(contract.CompareValues(before, after)))
}

func TestCompareOutputs(t *testing.T) {
	one := map[string]any{"url": "http://a", "vpcId": "vpc-1", "ports": []any{}, "topicArn": "arn:a", "endpointId": "vpce-1"}
	several := map[string]any{"endpoints": map[string]any{"a": map[string]any{"url": "http://a", "vpcId": "vpc-1"}}}
	for name, test := range map[string]struct {
		before, after map[string]any
		want          []string
	}{
		"nothing": {one, one, nil},
		"removed, retyped, added and left out": {
			one, map[string]any{"vpcId": []any{"vpc-1"}, "ports": []any{"x"}, "endpointId": "vpce-1", "new": true},
			[]string{"minor topicArn: it is left out; readers know it as optional", "major url: it is removed", "major vpcId: a string becomes a list", "minor new: it is added"},
		},
		"other addresses": {
			map[string]any{"url": "http://a", "endpointId": "vpce-1", "vpcId": "vpc-1"}, map[string]any{"url": "http://b", "endpointId": "vpce-2", "vpcId": "vpc-2"},
			[]string{"minor endpointId: it changes: the provider has to accept another endpoint", "minor url: it changes: clients that have it written down have to open another"},
		},
		"of a network": {
			several, map[string]any{"endpoints": map[string]any{"a": map[string]any{"vpcId": "vpc-1"}, "b": map[string]any{}}},
			[]string{"major endpoints.a.url: it is removed", "minor endpoints.b: it is added"},
		},
		"the contract": {map[string]any{"contract": map[string]any{}}, map[string]any{}, nil},
	} {
		assert.Equal(t, test.want, said(contract.CompareOutputs(test.before, test.after)), name)
	}
}

// A later release may add a key without raising the version: who reads an older one's
// program goes on.
func TestReadersPassOverNewKeys(t *testing.T) {
	value, err := example().Value()
	require.NoError(t, err)
	value["color"] = "red"
	value["ports"].([]any)[0].(map[string]any)["name"] = "http"
	read, err := contract.FromValue(value)
	require.NoError(t, err)
	again, err := read.Value()
	require.NoError(t, err)
	want, err := example().Value()
	require.NoError(t, err)
	assert.Equal(t, want, again)

	document := providerOutputs(t, func(o map[string]any) { o["contract"].(map[string]any)["color"] = "red" })
	require.NoError(t, validate(t, compile(t, "provider-outputs"), document))
	_, err = contract.ParseProviderOutputs([]byte(document))
	require.NoError(t, err)
}
