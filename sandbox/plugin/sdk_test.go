package plugin

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

func TestMistyped(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, token string
		inputs      world.Props
		want        []string
	}{
		{
			name:  "what the SDK has is accepted",
			token: "aws:lb/loadBalancer:LoadBalancer",
			inputs: world.Props{
				"internal": true, "idleTimeout": 60.0, "subnets": []any{"subnet-1", world.Unknown{}},
				"tags": map[string]any{"a": "b"}, "accessLogs": map[string]any{"bucket": "b"},
			},
		},
		{
			name:   "an unknown property",
			token:  "aws:lb/loadBalancer:LoadBalancer",
			inputs: world.Props{"internl": true},
			want:   []string{`property "internl" does not exist in the pulumi-aws SDK`},
		},
		{
			name:   "an unknown nested property",
			token:  "aws:lb/targetGroup:TargetGroup",
			inputs: world.Props{"healthCheck": map[string]any{"intervall": 10.0}},
			want:   []string{`property "healthCheck.intervall" does not exist in the pulumi-aws SDK`},
		},
		{
			name:   "a property of a newer provider",
			token:  "aws:ec2/vpc:Vpc",
			inputs: world.Props{"region": "us-east-1"},
			want:   []string{`property "region" does not exist in the pulumi-aws SDK`},
		},
		{
			name:   "wrong types",
			token:  "aws:ecs/service:Service",
			inputs: world.Props{"desiredCount": "2", "loadBalancers": map[string]any{}, "name": 3.0, "tags": []any{}},
			want: []string{
				`property "desiredCount" is the string "2", and the pulumi-aws SDK has a number`,
				`property "loadBalancers" is an object, and the pulumi-aws SDK has a list`,
				`property "name" is the number 3, and the pulumi-aws SDK has a string`,
				`property "tags" is a list, and the pulumi-aws SDK has a map`,
			},
		},
		{
			name:   "a wrong element",
			token:  "aws:ecs/service:Service",
			inputs: world.Props{"loadBalancers": []any{map[string]any{"containerPort": true}}},
			want:   []string{`property "loadBalancers[0].containerPort" is the boolean true, and the pulumi-aws SDK has a number`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, err := range schemas[tt.token].mistyped(tt.inputs) {
				got = append(got, err.Error())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestEveryTypeIsBoundToTheSDK holds the world's type table to the SDK: every
// type is bound, and every input and output that the world knows exists there.
func TestEveryTypeIsBoundToTheSDK(t *testing.T) {
	t.Parallel()
	for _, typ := range world.Types() {
		bound, ok := schemas[typ.Token]
		if !assert.True(t, ok, "%s is not bound to the SDK's types", typ.Token) {
			continue
		}
		inputs, outputs := fields(bound.inputs), fields(bound.outputs)
		for _, p := range typ.Inputs {
			assert.Contains(t, inputs, p.Name, "%s: the SDK has no such input", typ.Token)
			if p.Default != nil {
				assert.Empty(t, mismatches(p.Name, p.Default, inputs[p.Name]), "%s: default of %s", typ.Token, p.Name)
			}
		}
		for name, v := range typ.Outputs {
			if !assert.Contains(t, outputs, name, "%s: the SDK has no such output", typ.Token) {
				continue
			}
			assert.Empty(t, mismatches(name, v, outputs[name]), "%s: output %s", typ.Token, name)
		}
	}
	tokens := map[string]bool{}
	for _, typ := range world.Types() {
		tokens[typ.Token] = true
	}
	for token := range schemas {
		assert.True(t, tokens[token], "%s is bound to the SDK, and the world has no such type", token)
	}
}

var updateFiles = flag.Bool("update", false, "write testdata/unmodelled.json")

const unmodelledFile = "testdata/unmodelled.json"

// TestUnmodelledInputsAreListed: what the SDK has and the world does not model is
// what the list says, so that neither the SDK's next version nor an input that is
// dropped here goes by unnoticed.
func TestUnmodelledInputsAreListed(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for _, typ := range world.Types() {
		if missing := unmodelled("", typ.Inputs, schemas[typ.Token].inputs); missing != nil {
			got[typ.Token] = missing
		}
	}
	if *updateFiles {
		b, err := json.MarshalIndent(got, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(unmodelledFile, append(b, '\n'), 0o644))
	}
	b, err := os.ReadFile(unmodelledFile)
	require.NoError(t, err)
	var want map[string][]string
	require.NoError(t, json.Unmarshal(b, &want))
	require.Equal(t, want, got, "look at what differs, then go test ./sandbox/plugin -update")
}

// unmodelled are the inputs of the SDK that are not among the properties, and within
// the blocks whose properties are modelled.
func unmodelled(path string, properties []world.Property, in reflect.Type) []string {
	for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
		in = in.Elem()
	}
	if in.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	known := fields(in)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		i := slices.IndexFunc(properties, func(p world.Property) bool { return p.Name == name })
		switch {
		case i < 0:
			out = append(out, join(path, name))
		case properties[i].Elem != nil:
			out = append(out, unmodelled(join(path, name), properties[i].Elem, known[name])...)
		}
	}
	return out
}

// TestEveryBlockIsInTheSDK holds the properties within blocks to the SDK too.
func TestEveryBlockIsInTheSDK(t *testing.T) {
	t.Parallel()
	for _, typ := range world.Types() {
		checkBlocks(t, typ.Token, typ.Inputs, schemas[typ.Token].inputs)
	}
}

func checkBlocks(t *testing.T, path string, properties []world.Property, in reflect.Type) {
	t.Helper()
	for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
		in = in.Elem()
	}
	if in.Kind() != reflect.Struct {
		return
	}
	known := fields(in)
	for _, p := range properties {
		ft, ok := known[p.Name]
		if assert.True(t, ok, "%s: the SDK has no input %s", path, p.Name) && p.Elem != nil {
			checkBlocks(t, path+"."+p.Name, p.Elem, ft)
		}
	}
}
