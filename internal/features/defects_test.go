package features

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEachDefectHasItsTest: the test that would find it here is there, and nothing is
// listed twice.
func TestEachDefectHasItsTest(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Defects {
		dir, name, found := strings.Cut(d.Test, ".")
		require.True(t, found, d.Test)
		assert.True(t, hasTest(t, dir, name), "%s: no %s in %s", d.What, name, dir)
		assert.NotEmpty(t, d.Seen, d.What)
		assert.False(t, seen[d.What], "%s is there twice", d.What)
		seen[d.What] = true
	}
}

// TestDocsListTheDefects holds docs/defects.md to the list.
func TestDocsListTheDefects(t *testing.T) {
	path := filepath.Join(root, "docs", "defects.md")
	var want strings.Builder
	want.WriteString("# What goes wrong elsewhere\n\nDefects of other tools for the same job, and what their users report, " +
		"each with the test that would fail if it were so here. This file is written by `go test ./internal/features -update`.\n\n" +
		"| What goes wrong | Seen in | Test |\n| --- | --- | --- |\n")
	for _, d := range Defects {
		fmt.Fprintf(&want, "| %s | %s | `%s` |\n", d.What, d.Seen, d.Test)
	}
	want.WriteString(unsolved)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want.String()), 0o600))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(got), "run go test ./internal/features -update")
}

// unsolved are the defects that are here as well.
const unsolved = `
## Here as well

| What goes wrong | Seen in | Why |
| --- | --- | --- |
| The target group's new tasks take some seconds until they get connections | aws/containers-roadmap#469 | AWS registers targets at its own pace. Deployments keep all tasks until the new ones are healthy. |
| A deployment is "done" before the tasks are | terraform-aws-modules/terraform-aws-ecs | It is the default, for a shorter ` + "`pulumi up`" + `; ` + "`service.waitForSteadyState`" + ` waits. |
| A consumer that nobody listed is named by AWS alone when a destroy is refused | hashicorp/terraform-provider-aws#48442 | No function of the AWS provider lists connections. |
`
