//go:build unix

package main

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSignalsEndTheCommand: without a handler they would end the test.
func TestSignalsEndTheCommand(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		ctx, stop := untilTold()
		defer stop()
		require.NoError(t, syscall.Kill(os.Getpid(), signal))
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
			require.Fail(t, "the context did not end", "%s", signal)
		}
	}
}
