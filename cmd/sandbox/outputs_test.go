package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
)

// What "pulumi stack output --json" prints of the repository's own stacks, which is
// what the command outputs hands through, is valid by the schemas that others hold
// it to.
func TestRealOutputsAreValid(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	t.Chdir("../..")
	dir := t.TempDir()
	succeeds(t, dir, "up", "--json")

	for stack, parse := range map[string]func([]byte) error{
		"provider": func(b []byte) error { _, err := contract.ParseProviderOutputs(b); return err },
		"consumer": func(b []byte) error { _, err := contract.ParseConsumerOutputs(b); return err },
	} {
		printed := succeeds(t, dir, "outputs", "--stack", stack, "--json")
		schema, err := jsonschema.NewCompiler().Compile(filepath.Join("schemas", stack+"-outputs.json"))
		require.NoError(t, err)
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(document), stack)
		require.NoError(t, parse(printed), stack)
	}

	var estimate cost.Estimate
	require.NoError(t, json.Unmarshal(succeeds(t, dir, "cost", "--json", "--hours", "1000"), &estimate))
	assert.InDelta(t, 1000, estimate.Assumptions.Hours, 0)
	said, code := fails(t, "cost", "--dir", dir, "--gb-logs", "-1")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "gb-logs is -1; it must be a number of at least 0")
	said, code = fails(t, "cost", "--dir", t.TempDir())
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "nothing is deployed: run sandbox up first")
}

// succeeds runs a command on a sandbox and returns what it printed.
func succeeds(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	require.NoError(t, err)
	require.Equal(t, 0, run(t.Context(), append(args, "--dir", dir), file, os.Stderr), args)
	require.NoError(t, file.Close())
	b, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return b
}
