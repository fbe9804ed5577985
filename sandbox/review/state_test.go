package review_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/replica"
	"fargate-privatelink/sandbox/review"
)

const top = "../.."

// TestReviewOfWhatRuns reviews a change against recorded states of real stacks. The
// repository deploys the provider only; the consumer is somebody else's. The change
// passes a preview, as it would with the real stack, and cuts the consumer off.
func TestReviewOfWhatRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	was, is, dir := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "base-state")
	text := read(t, filepath.Join(top, "Pulumi.provider.yaml"))
	changed := strings.Replace(text, "    listener:\n", "    # The clients that we know of.\n    loadBalancer: {clientCidrs: [10.30.0.0/16]}\n    listener:\n", 1)
	require.NotEqual(t, text, changed)
	for root, file := range map[string]string{was: text, is: changed} {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(read(t, filepath.Join(top, "Pulumi.yaml"))), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.provider.yaml"), []byte(file), 0o600))
	}
	states := filepath.Join(top, "sandbox", "replica", "testdata", "states", "default")
	exports, err := replica.Read([]string{filepath.Join(states, "provider.json"), filepath.Join(states, "consumer.json")})
	require.NoError(t, err)
	_, err = replica.Load(t.Context(), deploy.Options{Root: was, Dir: dir, Tools: top, Log: os.Stderr}, exports, false)
	require.NoError(t, err)
	requirePreviewPasses(t, is, dir)

	base, err := review.ReadBase(t.Context(), was, dir, review.Options{Tools: top, Use: cost.DefaultAssumptions(), Log: os.Stderr})
	require.NoError(t, err)
	r, err := base.Review(t.Context(), is, t.TempDir(), nil)
	require.NoError(t, err)
	assert.Equal(t, 5, r.ExitCode())
	golden := filepath.Join("testdata", "cut-off-what-runs.md")
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(golden, []byte(r.Markdown("main")), 0o600))
	}
	assert.Equal(t, read(t, golden), r.Markdown("main"))
}

// requirePreviewPasses previews the change on a copy of what runs: nothing is deleted but
// for a revision of the task definition, and nothing fails.
func requirePreviewPasses(t *testing.T, root, dir string) {
	t.Helper()
	at := filepath.Join(t.TempDir(), "copy")
	require.NoError(t, os.CopyFS(at, os.DirFS(dir)))
	s, err := deploy.Open(t.Context(), deploy.Options{Root: root, Dir: at, Tools: top, Log: os.Stderr})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	res, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	assert.False(t, res.Changes.None())
	assert.Zero(t, res.Changes["delete"], res.Changes)
	assert.Equal(t, 1, res.Changes["replace"], "a new revision of the task definition, which a later release writes otherwise: %v", res.Changes)
	require.ErrorContains(t, s.Program("consumer"), "there is no Pulumi.consumer.yaml")
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}
