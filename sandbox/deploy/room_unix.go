//go:build unix

package deploy

import "golang.org/x/sys/unix"

// free is how many bytes the disk of a directory has left, where the system says it.
func free(dir string) (bytes uint64, known bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return uint64(fs.Bavail) * uint64(fs.Bsize), true
}
