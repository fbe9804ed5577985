package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cache keeps commits that were built and deployed, so that the next review against the
// same one begins at once. Several processes may use it: an entry is never changed, and
// comes and goes by being renamed.
//
// A directory in it is an entry, named by its key, or one with the suffix ".work":
// somebody works in it, or was killed at that.
type Cache struct {
	// Dir is where the entries are.
	Dir string
	// Keep is how many stay; those that were used longest ago go first.
	Keep int
}

// entriesKept is how many commits stay deployed. One takes about ten megabytes.
const entriesKept = 10

// abandoned is when a directory that somebody worked in belongs to nobody any more.
const abandoned = 24 * time.Hour

const workSuffix = ".work"

// OpenCache opens the cache of the user who runs this, and removes what is too much.
func OpenCache() (*Cache, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find a place for deployed commits: %w", err)
	}
	c := &Cache{Dir: filepath.Join(dir, "fargate-privatelink", "bases"), Keep: entriesKept}
	if err := errors.Join(os.MkdirAll(c.Dir, 0o700), c.sweep()); err != nil {
		return nil, fmt.Errorf("make a place for deployed commits: %w", err)
	}
	return c, nil
}

// Work makes a directory to work in. The caller removes it; if it is killed, a later
// process does, after a day.
func (c *Cache) Work() (string, error) { return os.MkdirTemp(c.Dir, "*"+workSuffix) }

// keyOf names the entry of a project within a commit.
func keyOf(hash, prefix string) string {
	if prefix == "" {
		return hash
	}
	sum := sha256.Sum256([]byte(prefix))
	return hash + "-" + hex.EncodeToString(sum[:4])
}

// take copies an entry to a directory that isn't there yet, and has it made before
// where there is none. What fails to be made leaves nothing.
func (c *Cache) take(ctx context.Context, key, to string, fill func(ctx context.Context, dir string) error) error {
	entry, now := filepath.Join(c.Dir, key), time.Now()
	// It is in use from here on, and so none of those that go.
	err := os.Chtimes(entry, now, now)
	if errors.Is(err, fs.ErrNotExist) {
		err = c.make(ctx, entry, fill)
	}
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(entry)); err != nil {
		return fmt.Errorf("copy a deployed commit: %w", err)
	}
	return nil
}

// make makes an entry beside its place, and puts it there once it is complete.
func (c *Cache) make(ctx context.Context, entry string, fill func(ctx context.Context, dir string) error) (err error) {
	work, err := c.Work()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := fill(ctx, work); err != nil {
		return err
	}
	if err := os.Rename(work, entry); err != nil {
		if _, made := os.Stat(entry); made != nil {
			return err
		} // else another process was faster
	}
	return nil
}

// sweep removes what killed processes have left, and the entries that are too many.
func (c *Cache) sweep() error {
	found, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	var entries []fs.FileInfo
	for _, f := range found {
		info, err := f.Info()
		switch {
		case err != nil || !f.IsDir(): // another process has removed it
		case !strings.HasSuffix(f.Name(), workSuffix):
			entries = append(entries, info)
		case time.Since(info.ModTime()) > abandoned:
			if err := os.RemoveAll(filepath.Join(c.Dir, f.Name())); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(entries, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range entries[min(len(entries), c.Keep):] {
		// Renamed first, so that none is ever there by half.
		entry := filepath.Join(c.Dir, info.Name())
		if err := os.Rename(entry, entry+workSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.RemoveAll(entry + workSuffix); err != nil {
			return err
		}
	}
	return nil
}
