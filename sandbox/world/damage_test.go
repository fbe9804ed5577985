package world

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// filledWorld is a world's file with some resources in it.
func filledWorld(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "world.db")
	w, err := Open(path)
	require.NoError(t, err)
	s := &Session{World: w, Caller: Caller{Account: "111111111111", Region: "us-east-1"}}
	for i := range 40 {
		_, _, err := s.Create("aws:cloudwatch/logGroup:LogGroup", Props{"name": fmt.Sprintf("group-%d", i)})
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// read opens a world's file, reads all of it and writes to it.
func read(path string) error {
	w, err := Open(path)
	if err != nil {
		return err
	}
	s := &Session{World: w, Caller: Caller{Account: "111111111111", Region: "us-east-1"}}
	_, _, err = s.Create("aws:cloudwatch/logGroup:LogGroup", Props{"name": "one-more"})
	return errors.Join(err, w.Close())
}

// TestCutOffWorld: a file that is cut off anywhere is one clear error, and no panic.
func TestCutOffWorld(t *testing.T) {
	t.Parallel()
	whole := filledWorld(t)
	path := filepath.Join(t.TempDir(), "world.db")
	for length := 0; length < len(whole); length += 1 + min(length, 1013) {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.WriteFile(path, whole[:length], 0o600))
		err := read(path)
		if err == nil {
			continue // what is cut off was free
		}
		require.ErrorIs(t, err, ErrDamaged, "cut off after %d bytes", length)
		assert.ErrorContains(t, err, path)
	}
	require.NoError(t, os.WriteFile(path, whole, 0o600))
	require.NoError(t, read(path))
}

// TestScribbledWorld: whatever stands in the file, it is an error or a world.
func TestScribbledWorld(t *testing.T) {
	t.Parallel()
	whole := filledWorld(t)
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		b := append([]byte(nil), whole...)
		for range rapid.IntRange(1, 4).Draw(r, "places") {
			at := rapid.IntRange(0, len(b)-1).Draw(r, "at")
			copy(b[at:], rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(r, "bytes"))
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			r.Fatal(err)
		}
		if err := load(path); err != nil && !errors.Is(err, ErrDamaged) {
			r.Fatal(err)
		}
		_ = os.Remove(path)
	})
}

// load opens a world's file and closes it.
func load(path string) error {
	w, err := Open(path)
	if err != nil {
		return err
	}
	return w.Close()
}

// TestCopyOfAWorld is as the world was when it was made.
func TestCopyOfAWorld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := Open(filepath.Join(dir, "world.db"))
	require.NoError(t, err)
	require.NoError(t, w.Keep("a", []byte("before")))
	require.NoError(t, w.CopyTo(filepath.Join(dir, "copy.db")))
	require.NoError(t, w.Keep("a", []byte("after")))
	require.NoError(t, w.Close())
	copied, err := Open(filepath.Join(dir, "copy.db"))
	require.NoError(t, err)
	kept, err := copied.Kept("a")
	require.NoError(t, err)
	assert.Equal(t, "before", string(kept))
	require.NoError(t, copied.Close())
}
