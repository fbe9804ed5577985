package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// states are recorded ones, of both sides.
const states = "sandbox/replica/testdata/states/default"

// TestLoadCommand loads both sides where only the provider's has a file: everything is
// said of both, and what runs a program leaves the other as it is.
func TestLoadCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	t.Chdir("../..")
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	files, dir := t.TempDir(), filepath.Join(t.TempDir(), "replica")
	file, err := os.ReadFile("Pulumi.provider.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(files, "Pulumi.provider.yaml"), file, 0o600))
	provider, consumer := filepath.Join(states, "provider.json"), filepath.Join(states, "consumer.json")

	var said strings.Builder
	for _, args := range [][]string{{"load", provider, consumer}, {"check"}, {"preview"}} {
		said.WriteString("$ sandbox " + strings.Join(args, " ") + "\n")
		said.WriteString(outline(string(succeeds(t, dir, append(args, "--project", files)...))))
	}
	requireSeen(t, filepath.Join("cmd", "sandbox", "testdata", "load.txt"), said.String())
	assert.Contains(t, said.String(), "consumer: left as it is: there is no Pulumi.consumer.yaml beside the other stacks' files\n")

	text, code := fails(t, "load", provider, "--dir", dir)
	assert.Equal(t, 1, code)
	assert.Contains(t, text, "has resources already: use another --dir, or --replace")
}

// outline is a text without its tables, which have ids of tasks, and without durations.
func outline(text string) string {
	text = regexp.MustCompile(`(?m)^[│├┌└].*\n`).ReplaceAllString(text, "")
	return regexp.MustCompile(` \([0-9.]+m?s\)`).ReplaceAllString(text, "")
}

// TestLoadRefuses: one error, and nothing is made.
func TestLoadRefuses(t *testing.T) {
	t.Chdir("../..")
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	good, err := os.ReadFile(filepath.Join(states, "consumer.json"))
	require.NoError(t, err)
	text := string(good)
	for _, test := range []struct {
		name, file, state, says string
	}{
		{"cut off", "a.json", text[:len(text)/2], "error: a.json: it ends in the middle: export it again\n"},
		{"no state", "a.json", `{"name": "web"}`, "error: a.json: it is no state of Pulumi's: it has no version and deployment, as pulumi stack export writes them\n"},
		{"newer", "a.json", `{"version": 9, "deployment": {}}`, "error: a.json: its format is version 9, of a newer Pulumi than this sandbox knows; it reads 3 to 4: upgrade the repository, or export it with an older CLI\n"},
		{"twice", "a.json", text, "error: consumer.json and a.json are both of a stack consumer: give the states of stacks whose names differ\n"},
		{"a hostile name", "\x1b]0;a\n.json", "{", `error: \x1b]0;a\n.json: it ends in the middle: export it again` + "\n"},
		{"a hostile text", "a.json", `{"version": 3, "features": ["\u001b]0;x\u0007\n"], "deployment": {}}`, "error: a.json: it uses the feature \"\\x1b]0;x\\a\\n\", of a newer Pulumi than this sandbox knows: upgrade the repository, or export it with an older CLI\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "replica")
			file := filepath.Join(t.TempDir(), test.file)
			require.NoError(t, os.WriteFile(file, []byte(test.state), 0o600))
			said, code := fails(t, "load", filepath.Join(states, "consumer.json"), file, "--dir", dir)
			assert.Equal(t, 1, code)
			assert.Equal(t, test.says, said)
			assert.NoDirExists(t, dir)
			assert.NoDirExists(t, dir+".loading")
		})
	}
}

// TestAdoptRefuses: what adopt needs and doesn't get.
func TestAdoptRefuses(t *testing.T) {
	t.Chdir("../..")
	empty := filepath.Join(t.TempDir(), "empty.json")
	require.NoError(t, os.WriteFile(empty, []byte(`{"StackResources": []}`), 0o600))
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no stack", []string{"vpce-svc-0a1b"}, 2, "error: --stack is missing; it must be the stack that takes over, which has a Pulumi.<stack>.yaml\n"},
		{"nothing", []string{"--stack", "provider"}, 2, "error: there is nothing to take over: give ids, or a state with --from\n"},
		{"an empty file", []string{"--stack", "provider", "--from", empty}, 2, "error: there is nothing to take over: give ids, or a state with --from\n"},
		{"an id that says nothing", []string{"--stack", "provider", "my-role"}, 1, "error: \"my-role\" does not say what it is; write its type before it, such as aws:iam/role:Role=my-role\n"},
		{"an id that is not there", []string{"--stack", "provider", "vpce-svc-0a1b"}, 1, "error: nothing of what is to be taken over is known here:\n  aws:ec2/vpcEndpointService:VpcEndpointService vpce-svc-0a1b: nothing is known of it here: give its state, or load it, or have the sandbox's accounts have it\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			said, code := fails(t, append([]string{"adopt", "--dir", filepath.Join(t.TempDir(), "sandbox")}, test.args...)...)
			assert.Equal(t, test.code, code)
			assert.Equal(t, test.says, said)
		})
	}
}
