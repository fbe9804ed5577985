package adopt

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
)

// TestAdoptFromTerraform takes over the provider's side out of a state of Terraform's,
// with nothing else known of the accounts.
func TestAdoptFromTerraform(t *testing.T) {
	requireAdopted(t, emptyAccounts(t), []string{filepath.Join("testdata", "terraform.tfstate")}, "vpce-svc-0a1b2c3d4e5f60718")
}

// emptyAccounts are those of a sandbox that has only the file of the stack that takes over.
func emptyAccounts(t *testing.T) deploy.Options {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	files := t.TempDir()
	b, err := os.ReadFile(filepath.Join("testdata", "by-hand", "Pulumi.provider.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(files, "Pulumi.provider.yaml"), b, 0o600))
	return deploy.Options{Root: repository, Tools: repository, Files: files, Dir: filepath.Join(t.TempDir(), "sandbox"), Log: os.Stderr}
}

// requireAdopted takes over what files say: the service keeps its id, nothing is replaced,
// and then there is nothing to do.
func requireAdopted(t *testing.T, opts deploy.Options, files []string, service string) *Plan {
	t.Helper()
	found, err := Read(files, nil)
	require.NoError(t, err)
	plan, err := Make(t.Context(), opts, "provider", found, t.TempDir())
	require.NoError(t, err)
	for _, token := range providerTypes {
		assert.True(t, slices.ContainsFunc(plan.Taken, func(taken Taken) bool { return taken.Type == token }), "%s; left: %v", token, plan.Left)
	}
	assert.True(t, slices.ContainsFunc(plan.Taken, func(taken Taken) bool { return taken.ID == service }), plan.Taken)
	s, err := plan.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	res, err := s.Up(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
	assert.Zero(t, res.Changes["replace"]+res.Changes["delete"], res.Changes)
	assert.Contains(t, res.Outputs["serviceName"], service)
	unchanged, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	assert.True(t, unchanged.Changes.None(), unchanged.Changes)
	return plan
}
