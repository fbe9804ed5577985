package deploy

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// smallDisk is a directory on a disk of its own, of so many kB.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(dir, 0o700))
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a disk of its own takes root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// TestFullDisk: a disk that is full, or runs full in the middle, is one error, soon,
// and nothing is lost: once it has room again, all goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	cli := saving{testCLI(t)}
	for _, c := range []struct {
		name, size string
		fill       bool
	}{{"too small", "200k", false}, {"runs full", "12m", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			disk := smallDisk(t, c.size)
			dir := filepath.Join(disk, "sandbox")
			root := writeProject(t, map[string]string{"provider": providerFile("")})
			open := func() *Sandbox {
				s, err := Open(t.Context(), Options{Root: root, Dir: dir, cli: cli})
				require.NoError(t, err)
				return s
			}
			s := open()
			fill := filepath.Join(disk, "fill")
			started := time.Now()
			filled := false
			_, err := s.Up(t.Context(), "provider", func(step Step) {
				if c.fill && step.Done && !filled {
					filled = true
					_ = os.WriteFile(fill, bytes.Repeat([]byte{1}, 12<<20), 0o600) // as much as there is room for
				}
			}, nil)
			require.ErrorContains(t, err, "the disk of "+dir+" is full: ")
			assert.NotContains(t, err.Error(), "\n")
			assert.Less(t, time.Since(started), time.Minute)
			require.NoError(t, s.Close())

			require.NoError(t, os.RemoveAll(fill))
			require.NoError(t, unix.Mount("", disk, "", unix.MS_REMOUNT, "size=64m"))
			if s, err = Open(t.Context(), Options{Root: root, Dir: dir, cli: cli}); err != nil {
				require.ErrorContains(t, err, "sandbox restore")
				require.NoError(t, Restore(Options{Root: root, Dir: dir}))
				s = open()
			}
			up(t, s, "provider")
			assert.Empty(t, orphans(t, s))
			requireNothingToDo(t, s, "provider")
			require.NoError(t, s.Close())
		})
	}
}
