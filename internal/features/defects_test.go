package features

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repository is one on GitHub, and where in it: a thread, or a name in the code.
var repository = regexp.MustCompile(`^[\w-]+/[\w.-]+(#\d+| \([\w-]+\))?$`)

// TestEachDefectHasItsTest: the test that would find it here is there, and nothing is
// listed twice.
func TestEachDefectHasItsTest(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Defects {
		dir, name, found := strings.Cut(d.Test, ".")
		require.True(t, found, d.Test)
		assert.True(t, hasTest(t, dir, name), "%s: no %s in %s", d.What, name, dir)
		for _, where := range strings.Split(d.Seen, ", ") {
			assert.Regexp(t, repository, where, d.What)
		}
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
| A tag that was moved, as of ` + "`nginx:alpine`" + `, is no change to deploy | butterthon-dev/cross-account-privatelink-nlb-poc | ECS looks up what a tag means when it deploys. An image by digest, ` + "`name@sha256:…`" + `, says it in the configuration. |
| Where the two sides have only some zones in common, tasks in the others get no connections | elastic/docs-content#5801 | Connections stay in their zone. ` + "`loadBalancer.crossZone`" + ` spreads them over all. |
| A DNS record that is there already is overwritten | schubergphilis/terraform-aws-mcaf-privatelink | Only one that validates a certificate, since AWS wants the same record for each certificate of a domain. |
| A deployment is "done" before the tasks are | terraform-aws-modules/terraform-aws-ecs | It is the default, for a shorter ` + "`pulumi up`" + `; ` + "`service.waitForSteadyState`" + ` waits. |
| A consumer that nobody listed is named by AWS alone when a destroy is refused | hashicorp/terraform-provider-aws#48442 | No function of the AWS provider lists connections. |
`
