package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated documents anew")

const ruleFile = "../../docs/rules.md"

// TestRuleDocument holds docs/rules.md to the sandbox's tables.
func TestRuleDocument(t *testing.T) {
	var want bytes.Buffer
	ruleDocument(&want)
	if *update {
		require.NoError(t, os.WriteFile(ruleFile, want.Bytes(), 0o644))
	}
	got, err := os.ReadFile(ruleFile)
	require.NoError(t, err)
	diff := cmp.Diff(strings.Split(string(got), "\n"), strings.Split(want.String(), "\n"))
	require.Empty(t, diff, "write it anew: go test ./cmd/sandbox -run TestRuleDocument -update")
}

// TestRuleBook: every entry can be looked up and judged by the reader.
func TestRuleBook(t *testing.T) {
	entries := ruleBook()
	assert.GreaterOrEqual(t, len(entries), 80)
	for _, e := range entries {
		assert.NotEmpty(t, e.ID)
		assert.NotEmpty(t, e.Types, e.ID)
		assert.NotEmpty(t, e.Phase, e.ID)
		assert.NotEmpty(t, e.Says, e.ID)
		assert.NotEmpty(t, e.Confidence, e.ID)
		assert.NotEmpty(t, e.Source, e.ID)
	}
}
