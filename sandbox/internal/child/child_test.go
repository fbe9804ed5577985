package child

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunEnds: whatever a program does, it is not waited for without an end.
func TestRunEnds(t *testing.T) {
	t.Parallel()
	told := errors.New("told to end")
	for _, c := range []struct {
		name, script string
		silence      time.Duration
		cancel       bool
		want         string
	}{
		{"it ends", "echo a; echo b >&2", time.Minute, false, ""},
		{"it fails", "exit 3", time.Minute, false, "exit status 3"},
		{"it is killed", "kill -9 $$", time.Minute, false, "signal: killed"},
		{"it says nothing", "exec sleep 60", 300 * time.Millisecond, false, "sh hangs: it has written nothing for 300ms, and was ended"},
		{"it says something, and then nothing", "echo a; exec sleep 60", 300 * time.Millisecond, false, "sh hangs: it has written nothing for 300ms, and was ended"},
		{"it says something again and again", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done", time.Second, false, ""},
		{"the context ends", "exec sleep 60", time.Minute, true, "told to end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if c.cancel {
				time.AfterFunc(100*time.Millisecond, func() { cancel(told) })
			}
			var out bytes.Buffer
			started := time.Now()
			err := Run(ctx, c.silence, func(cmd *exec.Cmd) { cmd.Stdout = &out }, "sh", "-c", c.script)
			assert.Less(t, time.Since(started), Grace)
			if c.want == "" {
				require.NoError(t, err)
				assert.NotEmpty(t, out.String())
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}

// TestRunIsDeaf: a program that does not listen to the interrupt is killed, and one
// whose child keeps the output open is not waited for.
func TestRunIsDeaf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, script, want string }{
		{"deaf", "trap '' INT; while :; do sleep 1; done", "sh hangs: it has written nothing for 200ms, and was ended"},
		{"its child keeps the output", "sleep 60 & exit 0", exec.ErrWaitDelay.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			started := time.Now()
			silence := 200 * time.Millisecond
			if c.name != "deaf" {
				silence = time.Minute
			}
			err := Run(t.Context(), silence, func(*exec.Cmd) {}, "sh", "-c", c.script)
			require.EqualError(t, err, c.want)
			assert.Less(t, time.Since(started), 3*Grace)
		})
	}
}
