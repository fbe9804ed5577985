//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProgramsOfOthers: every command works for a program that is not this repository's,
// in another language, with no key "role": what each side is shows in what it has made.
func TestProgramsOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	if _, err := exec.LookPath("pulumi-language-yaml"); err != nil {
		t.Skip("pulumi-language-yaml is not on PATH: .ci/run builds it from tools/yaml")
	}
	root, dir := t.TempDir(), t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS("../../examples/deploy-yaml")))
	t.Chdir(root)
	commit(t, "init", "--quiet")
	commit(t, "add", "--all")
	commit(t, "commit", "--quiet", "--message", "base")
	in := func(side string) { t.Chdir(filepath.Join(root, side)) }

	in("provider")
	succeeds(t, dir, "up", "--json")
	succeeds(t, dir, "preview", "--expect-no-changes")
	assert.Contains(t, string(succeeds(t, dir, "cost")), "Fargate vCPU")
	said, code := fails(t, "check", "--dir", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "no stack of the project has an endpoint to an endpoint service")

	in("consumer")
	_, code = fails(t, "up", "--json", "--dir", dir)
	assert.Equal(t, 1, code, "the endpoint waits to be accepted")
	endpoint := regexp.MustCompile("vpce-[0-9a-f]+").FindString(string(succeeds(t, dir, "outputs", "--stack", "consumer", "--json")))

	in("provider")
	edit(t, "Pulumi.provider.yaml", "config:\n", "config:\n  deploy-yaml-provider:endpointIds: ["+endpoint+"]\n")
	succeeds(t, dir, "up")
	in("consumer")
	assert.Contains(t, string(succeeds(t, dir, "check")), "consumer: reachable, 2 of 2 paths open, connection available  http://vpce-")
	succeeds(t, dir, "destroy")
	in("provider")
	edit(t, "Pulumi.provider.yaml", "  deploy-yaml-provider:endpointIds: ["+endpoint+"]\n", "")
	succeeds(t, dir, "up")
	assert.Contains(t, string(succeeds(t, dir, "destroy")), "No resource is left in any account.")

	edit(t, "Pulumi.yaml", "team: web", "team: shop")
	t.Setenv(commandEnv, itself) // the base is deployed by this sandbox
	review := filepath.Join(t.TempDir(), "review")
	said, code = fails(t, "diff", "--base", "HEAD", "--output", review)
	require.Equal(t, 0, code, said)
	text, err := os.ReadFile(review)
	require.NoError(t, err)
	assert.Contains(t, string(text), "**This breaks no consumer.**")
	assert.Contains(t, string(text), "| `provider` | update | `aws:ecs:Cluster` `web` | `tags` |")
}
