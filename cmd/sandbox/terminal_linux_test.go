package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onTerminal runs the command in a process of its own on a terminal of 120 columns that
// answers nothing, and returns what it wrote there.
func onTerminal(t *testing.T, env []string, args ...string) (written string, code int) {
	t.Helper()
	given, err := json.Marshal(args)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", commandEnv+"="+string(given)), env...)
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	defer func() { _ = terminal.Close() }()
	var out bytes.Buffer
	_, _ = io.Copy(&out, terminal) // it ends with an error when the process does
	_ = cmd.Wait()
	return out.String(), cmd.ProcessState.ExitCode()
}

// TestTerminalThatDoesNotAnswer: no command asks the terminal anything and waits for it.
func TestTerminalThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	started := time.Now()
	written, code := onTerminal(t, nil, "rules", "--json")
	assert.Zero(t, code)
	assert.Contains(t, written, `"count"`)
	assert.NotContains(t, written, "\x1b]11;?", "it asks for the background's colour")
	assert.Less(t, time.Since(started), 4*time.Second)
}
