package components

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func run(t *testing.T, program func(ctx *pulumi.Context) error) *mocks {
	t.Helper()
	m := newMocks()
	require.NoError(t, m.run(program))
	return m
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

// golden compares JSON with a file of testdata, which -update rewrites.
func golden(t *testing.T, name, text string) {
	t.Helper()
	got, err := json.MarshalIndent(decoded(t, text), "", "  ")
	require.NoError(t, err)
	path := "testdata/" + name
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got)+"\n")
}
