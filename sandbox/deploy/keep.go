package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fargate-privatelink/sandbox/world"
)

// The sandbox's state is the world's file, Pulumi's states, and the stacks' files with
// the salts that Pulumi encrypts with. They belong together.
const (
	worldFile = "world.db"
	// lastGood keeps them as they were before the last command that changed anything.
	lastGood = "last-good"
	// setAside keeps what Restore has replaced.
	setAside = "set-aside"
)

// stateFiles are the files of a sandbox's state below dir, but for the world's.
func stateFiles(dir string) (files []string, err error) {
	for _, pattern := range []string{"project/*.yaml", "state/.pulumi/meta.yaml", "state/.pulumi/stacks/*/*.json"} {
		found, err := filepath.Glob(filepath.Join(globbed(dir), filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

// globbed is a path in which no character has a meaning for filepath.Glob.
func globbed(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}

// intact returns an error for a state that is not as it was written. Pulumi writes
// its states beside and renames them, and does so even where the disk was full.
func (s *Sandbox) intact() error {
	files, err := stateFiles(s.dir)
	if err != nil {
		return err
	}
	deployed := false
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		state := filepath.Ext(file) == ".json"
		deployed = deployed || state
		if len(b) == 0 || state && !json.Valid(b) {
			return fmt.Errorf("%s is cut off, as a full disk does it", file)
		}
	}
	if _, err := os.Stat(s.path(worldFile)); deployed && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing, and Pulumi's states are there", s.path(worldFile))
	}
	return nil
}

// wayBack adds to the error of a damaged state how to get a good one.
func (s *Sandbox) wayBack(err error) error {
	info, missing := os.Stat(s.path(lastGood))
	if missing != nil {
		return fmt.Errorf("%w; delete %s to begin anew", err, s.dir)
	}
	return fmt.Errorf("%w; %q puts back the last good state, from before the command of %s",
		err, "sandbox restore", info.ModTime().Format(time.DateTime))
}

// keepGood keeps the state as it is, once, before anything changes it.
func (s *Sandbox) keepGood() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept {
		return nil
	}
	unfinished := s.path(lastGood + ".unfinished")
	if err := errors.Join(os.RemoveAll(unfinished), os.Mkdir(unfinished, 0o755)); err != nil {
		return fmt.Errorf("keep the last good state: %w", err)
	}
	err := s.World.CopyTo(filepath.Join(unfinished, worldFile))
	if err == nil {
		err = copyState(s.dir, unfinished)
	}
	if err == nil {
		err = errors.Join(os.RemoveAll(s.path(lastGood)), os.Rename(unfinished, s.path(lastGood)))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep the last good state: %w", err), os.RemoveAll(unfinished))
	}
	s.kept = true
	return nil
}

// copyState copies a state but for the world.
func copyState(from, to string) error {
	files, err := stateFiles(from)
	if err != nil {
		return err
	}
	for _, file := range files {
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		at := filepath.Join(to, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), writeFile(at, b)); err != nil {
			return err
		}
	}
	return nil
}

// Restore puts back the state from before the last command that changed anything, for
// a sandbox that can't be opened. What it replaces is set aside.
func Restore(opts Options) error {
	dir, err := opts.dir()
	if err != nil {
		return err
	}
	s := &Sandbox{dir: dir}
	if _, err := os.Stat(s.path(lastGood)); err != nil {
		return fmt.Errorf("%s keeps no last good state: %w", dir, err)
	}
	// Whoever has the world open must not lose it.
	w, err := world.Open(s.path(worldFile))
	switch {
	case err == nil:
		defer func() { _ = w.Close() }()
	case errors.Is(err, world.ErrInUse):
		return err
	}
	if err := os.RemoveAll(s.path(setAside)); err != nil {
		return err
	}
	for _, part := range []string{worldFile, "state", "project"} {
		if err := s.putBack(part); err != nil {
			return fmt.Errorf("put back %s: %w", part, err)
		}
	}
	return nil
}

// putBack replaces a part of the state by the kept one.
func (s *Sandbox) putBack(part string) error {
	kept := filepath.Join(s.path(lastGood), part)
	fresh := s.path(part + ".restored")
	if err := errors.Join(os.RemoveAll(fresh), os.MkdirAll(s.path(setAside), 0o755)); err != nil {
		return err
	}
	info, err := os.Stat(kept)
	switch {
	case errors.Is(err, fs.ErrNotExist): // nothing had been deployed
		err = os.Mkdir(fresh, 0o755)
	case err == nil && info.IsDir():
		err = os.CopyFS(fresh, os.DirFS(kept))
	case err == nil:
		var b []byte
		if b, err = os.ReadFile(kept); err == nil {
			err = writeFile(fresh, b)
		}
	}
	if err != nil {
		return err
	}
	if err := os.Rename(s.path(part), filepath.Join(s.path(setAside), part)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(fresh, s.path(part))
}

// room is how much disk a run needs at least, and stop how little may be left while
// one is under way: Pulumi tries for two minutes to write to a disk that is full, and
// leaves a state that is cut off.
const (
	room = 8 << 20
	stop = 1 << 20
)

// FullError is returned where the disk of the sandbox's state has no room.
type FullError struct {
	Dir  string
	Left uint64
}

func (e *FullError) Error() string {
	return fmt.Sprintf("the disk of %s is full: %d kB are left, and a run needs %d", e.Dir, e.Left>>10, room>>10)
}

// whileRoom returns a context that ends when the disk runs full.
func (s *Sandbox) whileRoom(ctx context.Context) (context.Context, func()) {
	ctx, end := context.WithCancelCause(ctx)
	go func() {
		for tick := time.NewTicker(time.Second / 4); ; {
			select {
			case <-tick.C:
				if err := s.hasRoom(stop); err != nil {
					end(err)
				}
			case <-ctx.Done():
				tick.Stop()
				return
			}
		}
	}()
	return ctx, func() { end(nil) }
}

// hasRoom returns a FullError where less than so many bytes are left.
func (s *Sandbox) hasRoom(need uint64) error {
	if left, known := free(s.dir); known && left < need {
		return &FullError{s.dir, left}
	}
	return nil
}
