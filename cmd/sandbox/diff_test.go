package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

// clone puts the files of this repository, as they are now, into a repository of
// their own with one commit, and makes it the working directory.
func clone(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	list, err := exec.Command("git", "-C", "../..", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join("../..", name))
		if os.IsNotExist(err) {
			continue // deleted and not committed yet
		}
		require.NoError(t, err)
		to := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, data, 0o644))
	}
	t.Chdir(root)
	commit(t, "init", "--quiet")
	commit(t, "add", "--all")
	commit(t, "commit", "--quiet", "--message", "base")
	return root
}

func commit(t *testing.T, args ...string) {
	t.Helper()
	args = append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)
	out, err := exec.Command("git", args...).CombinedOutput()
	require.NoError(t, err, string(out))
}

// edit replaces a text in a file, which has to have it.
func edit(t *testing.T, file, old, next string) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(b), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(b), old, next, 1)), 0o644))
}

// A tree that has the base's files is answered at once, without a deployment: within the
// time that git takes, and with no sandbox to deploy it.
func TestDiffOfNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("Pulumi.yaml", []byte("name: fargate-privatelink\nruntime: go\n"), 0o644))
	commit(t, "init", "--quiet")
	commit(t, "add", "--all")
	commit(t, "commit", "--quiet", "--message", "base")
	output := filepath.Join(t.TempDir(), "diff")
	said, code := fails(t, "diff", "--base", "HEAD", "--base-name", "main", "--output", output)
	require.Equal(t, 0, code, said)
	assert.Empty(t, said)
	got, err := os.ReadFile(output)
	require.NoError(t, err)
	assert.Equal(t, "## What this change deploys, compared with `main`\n\n**This breaks no consumer.**\n\n"+
		"The files are the same: nothing is deployed otherwise.\n", string(got))
	said, code = fails(t, "diff", "--base", "HEAD", "--json", "--output", output)
	require.Equal(t, 0, code, said)
	got, err = os.ReadFile(output)
	require.NoError(t, err)
	var review map[string]any
	require.NoError(t, json.Unmarshal(got, &review))
	assert.Equal(t, map[string]any{
		"unchanged": true, "changes": []any{}, "opened": []any{}, "closed": []any{}, "contracts": []any{}, "outputs": []any{}, "reasons": []any{},
	}, review)
}

// TestDiffBuildsTheBase: a commit outside of the repository is deployed by its own code. That
// compiles all of it once more, half a minute, which only .ci/run and -update do.
func TestDiffBuildsTheBase(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the base")
	}
	diffs := map[string]func(*testing.T){"stack files": diffOfFiles, "code": diffOfCode}
	for _, name := range thrift.Sample(t, 0, slices.Sorted(maps.Keys(diffs))) {
		t.Run(name, diffs[name])
	}
}

// diffOfFiles is of a change on top that nobody has committed. It breaks the contract, so the
// gate closes.
func diffOfFiles(t *testing.T) {
	root := clone(t)
	edit(t, "Pulumi.provider.yaml", "port: 80\n", "port: 8080\n")
	output := filepath.Join(t.TempDir(), "diff.json")
	require.Equal(t, 3, run(t.Context(), []string{"diff", "--base", "HEAD", "--json", "--output", output}, os.Stdout, os.Stderr))

	b, err := os.ReadFile(output)
	require.NoError(t, err)
	var review struct {
		Contracts []struct{ Stack, Level string }
		Closed    []any
		Opened    []any
		Failure   any
		Reasons   []struct{ Kind string }
	}
	require.NoError(t, json.Unmarshal(b, &review))
	require.NotEmpty(t, review.Reasons)
	for _, reason := range review.Reasons {
		assert.Equal(t, "contract", reason.Kind)
	}
	require.Len(t, review.Contracts, 1)
	assert.Equal(t, "major", review.Contracts[0].Level)
	assert.NotEmpty(t, review.Closed)
	assert.Len(t, review.Opened, len(review.Closed))
	assert.Nil(t, review.Failure)

	_, err = os.Stat(filepath.Join(root, ".sandbox"))
	assert.True(t, os.IsNotExist(err), "the user's own sandbox is left alone")
}

// diffOfCode shows a change of the components and of the contract, though the stack files are
// the same. The base is a later release here, since this test's code is the change's. It
// writes a version of the contract that this release can't read, and is compared all the same.
func diffOfCode(t *testing.T) {
	golden, err := filepath.Abs(filepath.Join("testdata", "break-the-contract.md"))
	require.NoError(t, err)
	clone(t)
	later := map[string][2]string{
		"contract/contract.go":          {"const Version = 1\n", "const Version = 2\n"},
		"components/ip_target_group.go": {"pulumi.Int(*args.DeregistrationDelaySeconds)", "pulumi.Int(*args.DeregistrationDelaySeconds / 2)"},
	}
	for file, text := range later {
		edit(t, file, text[0], text[1])
	}
	commit(t, "commit", "--quiet", "--all", "--message", "a later release")
	for file, text := range later {
		edit(t, file, text[1], text[0])
	}
	output := filepath.Join(t.TempDir(), "diff.md")
	args := []string{"diff", "--base", "HEAD", "--base-name", "a later release", "--output", output}
	assert.Equal(t, 3, run(t.Context(), args, os.Stdout, os.Stderr))
	got, err := os.ReadFile(output)
	require.NoError(t, err)
	requireSeen(t, golden, string(got))
}

// TestDiffAgainstWhatRuns reviews a change that a preview lets pass, against the states of
// stacks that run: it cuts their clients off.
func TestDiffAgainstWhatRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	golden, err := filepath.Abs(filepath.Join("testdata", "diff-state.md"))
	require.NoError(t, err)
	provider, err := filepath.Abs(filepath.Join("..", "..", states, "provider.json"))
	require.NoError(t, err)
	consumer := filepath.Join(filepath.Dir(provider), "consumer.json")
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	clone(t)
	edit(t, "Pulumi.provider.yaml", "    listener:\n", "    loadBalancer: {clientCidrs: [10.30.0.0/16]}\n    listener:\n")
	output := filepath.Join(t.TempDir(), "diff.md")
	args := []string{"diff", "--base", "HEAD", "--base-name", "what runs", "--state", provider, "--state", consumer, "--output", output}
	assert.Equal(t, 5, run(t.Context(), args, os.Stdout, os.Stderr))
	got, err := os.ReadFile(output)
	require.NoError(t, err)
	requireSeen(t, golden, string(got))
}

// What can't be compared is one clear error, and exit code 1.
func TestDiffErrors(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	require.NoError(t, os.WriteFile("Pulumi.yaml", []byte("name: fargate-privatelink\nruntime: go\n"), 0o644))
	commit(t, "init", "--quiet")
	commit(t, "add", "--all")
	commit(t, "commit", "--quiet", "--message", "before there was a sandbox")
	require.NoError(t, os.WriteFile("changed", nil, 0o644))
	for base, want := range map[string]string{
		"HEAD":    "HEAD has no cmd/sandbox, so it can't be deployed for a comparison: choose a later base",
		"nowhere": `--base is "nowhere"; it must be a commit of this repository, such as main or HEAD^ (in a shallow clone, fetch it first)`,
		"--help":  `--base is "--help"; it must be a commit`,
	} {
		said, code := fails(t, "diff", "--base", base)
		assert.Equal(t, 1, code, base)
		assert.Contains(t, said, want)
	}
	said, code := fails(t, "diff")
	assert.Equal(t, 2, code, "wrong usage")
	assert.Contains(t, said, "--base is missing")
}

// fails runs a command and returns what it said on standard error.
func fails(t *testing.T, args ...string) (string, int) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	code := run(t.Context(), args, os.Stdout, file)
	require.NoError(t, file.Close())
	b, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return string(b), code
}
