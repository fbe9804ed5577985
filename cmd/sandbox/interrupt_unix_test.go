//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
)

// TestInterrupt: Ctrl-C ends a command whose Pulumi CLI hangs, wherever it does, and lets
// go of the lock; so does a CLI that is deaf to it, a moment later.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	for _, c := range []struct{ name, hangs, does string }{
		{"at the version", "version", "exec sleep 600"},
		{"at a stack", "stack init", "exec sleep 600"},
		{"in the preview", "preview", "exec sleep 600"},
		{"deaf", "preview", "trap '' INT; while :; do sleep 1; done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, bin := newProject(t), t.TempDir()
			hangs := filepath.Join(bin, "hangs")
			script := fmt.Sprintf(`#!/bin/sh
case " $* " in
*" %s "*) echo >%q; %s;;
*" version "*) echo v%s; exit;;
*" init "*) exit;;
esac
`, c.hangs, hangs, c.does, deploy.PinnedVersion)
			require.NoError(t, os.WriteFile(filepath.Join(bin, "pulumi"), []byte(script), 0o700))
			given, err := json.Marshal([]string{"--project", p.dir, "up"})
			require.NoError(t, err)
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), commandEnv+"="+string(given), "PATH="+bin+":"+os.Getenv("PATH"))
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			require.NoError(t, cmd.Start())
			require.Eventually(t, func() bool { _, err := os.Stat(hangs); return err == nil }, time.Minute, 50*time.Millisecond, "it never hung")
			started := time.Now()
			require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
			_ = cmd.Wait()
			assert.Less(t, time.Since(started), 30*time.Second)
			assert.Equal(t, 1, cmd.ProcessState.ExitCode(), out.String())
			assert.Contains(t, out.String(), "error: interrupted; the next command goes on from where it was")

			stdout, _ := p.run(0, "orphans")
			assert.Contains(t, stdout, "Every resource in the accounts is a stack's.")
		})
	}
}
