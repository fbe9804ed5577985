//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/deploy"
)

// commandEnv makes this test binary the command itself, with these arguments as JSON.
const commandEnv = "SANDBOX_TEST_COMMAND"

// itself has the command line's arguments be the command's.
const itself = "itself"

// TestMain runs the tests, or the command in a process of its own that can be killed.
func TestMain(m *testing.M) {
	given := os.Getenv(commandEnv)
	if given == "" {
		thrift.Frugally()
		os.Exit(m.Run())
	}
	args := os.Args[1:]
	if given != itself {
		if err := json.Unmarshal([]byte(given), &args); err != nil {
			panic(err)
		}
	}
	ctx, stop := untilTold()
	defer stop()
	os.Exit(run(ctx, args, os.Stdout, os.Stderr))
}

// TestKilledCommand kills the command with SIGKILL while it deploys, after more and
// more of the engine's steps: alone, so that the Pulumi CLI notices and ends, or with
// all its processes, as a power cut does. The next command goes on: it deploys all,
// nothing is in the accounts that no stack knows of, and a second one has nothing to do.
func TestKilledCommand(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	type kill struct {
		name, verb string
		steps      int
		whole      bool
	}
	for _, c := range thrift.Sample(t, 1, []kill{
		{"the provider's", "up", 9, true}, {"the provider's, the CLI goes on", "up", 30, false}, {"the consumer's", "up", 52, true},
		{"destroy", "destroy", 20, true},
	}) {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.verb == "destroy" {
				code, _, stderr := command(t, "--dir", dir, "up")
				require.Zero(t, code, stderr)
			}
			killAfter(t, c.steps, c.whole, "--dir", dir, c.verb, "--verbose")
			if c.verb == "up" {
				requireWhole(t, dir)
				return
			}
			code, stdout, stderr := command(t, "--dir", dir, c.verb)
			require.Zero(t, code, stderr)
			assert.Contains(t, stdout, "No resource is left in any account.")
		})
	}
}

// requireWhole requires that the next up completes what an interrupted one began.
func requireWhole(t *testing.T, dir string) {
	t.Helper()
	code, _, stderr := command(t, "--dir", dir, "up")
	require.Zero(t, code, stderr)
	assert.Contains(t, stderr, "was interrupted")
	code, stdout, stderr := command(t, "--dir", dir, "orphans", "--json")
	require.Zero(t, code, stdout+stderr)
	code, stdout, stderr = command(t, "--dir", dir, "up", "--json")
	require.Zero(t, code, stderr)
	assert.NotContains(t, stderr, "was interrupted")
	var result struct {
		Stacks []deploy.Result `json:"stacks"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &result))
	require.NotEmpty(t, result.Stacks)
	for _, st := range result.Stacks {
		assert.True(t, st.Changes.None(), "%s: %v", st.Stack, st.Changes)
		assert.NotContains(t, strings.Join(st.Notes, "\n"), "pending operations")
	}
}

// killAfter runs the command and kills it once the engine has done so many steps.
func killAfter(t *testing.T, steps int, whole bool, args ...string) {
	t.Helper()
	given, err := json.Marshal(args)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), commandEnv+"="+string(given), thrift.SkipCheckpoints+"=false")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines, done, killed := bufio.NewScanner(out), 0, false
	var said strings.Builder
	for !killed && lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), " created") || strings.Contains(lines.Text(), " deleted") {
			done++
		}
		if done == steps {
			target := cmd.Process.Pid
			if whole {
				target = -target
			}
			require.NoError(t, syscall.Kill(target, syscall.SIGKILL))
			killed = true
		}
	}
	require.True(t, killed, "it ended before it was killed:\n%s", said.String())
	_, _ = io.Copy(io.Discard, out) // until a CLI that goes on has ended, too
	_ = cmd.Wait()
}
