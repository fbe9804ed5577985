package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fullListener is a listener whose machine fails to accept in these ways, and then
// does, until it is closed.
type fullListener struct {
	net.Listener
	fails []error
}

func (l *fullListener) Accept() (net.Conn, error) {
	if len(l.fails) == 0 {
		near, _ := net.Pipe()
		l.fails = []error{net.ErrClosed}
		return near, nil
	}
	err := l.fails[0]
	l.fails = l.fails[1:]
	return nil, fmt.Errorf("accept: %w", err)
}

// TestServeOutlivesAFullMachine: what passes does not end serve, anything else does.
func TestServeOutlivesAFullMachine(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, c := range []struct {
		name  string
		fails []error
		taken int
		want  error
	}{
		{"no file descriptors", []error{syscall.EMFILE, syscall.EMFILE, syscall.EMFILE}, 1, nil},
		{"none on the whole machine", []error{syscall.ENFILE}, 1, nil},
		{"no memory", []error{syscall.ENOBUFS, syscall.ENOMEM}, 1, nil},
		{"the client has gone", []error{syscall.ECONNABORTED}, 1, nil},
		{"anything else", []error{syscall.EMFILE, broken}, 0, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			said, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
			require.NoError(t, err)
			taken := 0
			a := &app{out: &printer{stderr: said}}
			err = a.accept(t.Context(), &fullListener{fails: c.fails}, func(net.Conn) { taken++ })
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, c.taken, taken)
			b, err := os.ReadFile(said.Name())
			require.NoError(t, err)
			assert.Contains(t, string(b), "no connection can be taken now")
		})
	}
}
