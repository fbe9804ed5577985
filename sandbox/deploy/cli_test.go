package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// One version of the CLI: what is built, what tools/go.mod pins, what the README says
// is needed, and what the workflows install on the way to a real account.
func TestOneVersionOfTheCLI(t *testing.T) {
	t.Parallel()
	assert.Contains(t, readRepository(t, "tools/go.mod"), "github.com/pulumi/pulumi/pkg/v3 v"+PinnedVersion+"\n")
	assert.Contains(t, readRepository(t, "README.md"), "Pulumi CLI of version "+PinnedVersion+" or newer")
	action := readRepository(t, ".github/actions/setup-pulumi/action.yml")
	assert.Contains(t, action, "go list -C tools -m -f '{{.Version}}' github.com/pulumi/pulumi/pkg/v3")
	assert.Contains(t, action, "pulumi-version: ${{ steps.cli.outputs.version }}")
}
