package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

var update = flag.Bool("update", false, "write the generated documents anew")

// requireSeen requires that a golden file has what is seen.
func requireSeen(t *testing.T, file, seen string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(seen), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), seen, "%s: write it anew with -update", file)
}

// TestRulesPrintsTheTables: rules, latencies and faults, each whole. A long type is
// printed in two lines.
func TestRulesPrintsTheTables(t *testing.T) {
	code, stdout, _ := command(t, "rules")
	require.Zero(t, code)
	for _, r := range world.Rules() {
		assert.Contains(t, stdout, r.ID)
	}
	for _, ty := range world.Types() {
		assert.Contains(t, stdout[strings.Index(stdout, "How long AWS takes:"):], world.ShortType(ty.Token)[:min(40, len(world.ShortType(ty.Token)))])
	}
	for _, k := range world.FaultKinds() {
		assert.Contains(t, stdout[strings.Index(stdout, "Faults:"):], string(k.Name))
	}
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
