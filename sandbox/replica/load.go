package replica

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// Load makes a sandbox in opts.Dir out of exports: the accounts are what they say, and
// they are the stacks' states. With replace, what was in the directory is gone then. It
// happens all at once or not at all.
//
// It returns an error when the directory has a sandbox with something in it and replace
// is not set, or when the exports contradict each other or deploy to where the sandbox
// does not know.
func Load(ctx context.Context, opts deploy.Options, exports []*Export, replace bool) (_ *deploy.Replica, err error) {
	dir := directory(opts)
	if err := mayUse(dir, replace); err != nil {
		return nil, err
	}
	what, err := survey(exports)
	if err != nil {
		return nil, err
	}
	staging := dir + ".loading"
	if err := os.RemoveAll(staging); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	opts.Dir = staging
	opts.Prepare = func(w *world.World) error { return w.LearnZones(what.existing) }
	opts.Identify = what.identify
	s, err := deploy.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	replica, err := fill(ctx, s, what)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	return replica, swap(staging, dir)
}

// directory is where a sandbox with these options is.
func directory(opts deploy.Options) string {
	switch {
	case opts.Dir != "":
		return filepath.Clean(opts.Dir)
	case opts.Files != "":
		return filepath.Join(opts.Files, ".sandbox")
	}
	return filepath.Join(opts.Root, ".sandbox")
}

// mayUse says whether a directory can take a replica.
func mayUse(dir string, replace bool) error {
	if _, err := os.Stat(filepath.Join(dir, "world.db")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	w, err := world.Open(filepath.Join(dir, "world.db"))
	if err != nil {
		return err
	}
	var kinds []string
	err = w.View(func(tx *world.Tx) error { kinds = tx.Kinds(); return nil })
	if err = errors.Join(err, w.Close()); err != nil || len(kinds) == 0 || replace {
		return err
	}
	return fmt.Errorf("the sandbox in %s has resources already: use another --dir, or --replace to do away with them", dir)
}

// fill puts what was surveyed into an open sandbox.
func fill(ctx context.Context, s *deploy.Sandbox, what *surveyed) (*deploy.Replica, error) {
	replica := &what.replica
	if err := s.KeepReplica(replica); err != nil {
		return nil, err
	}
	for _, e := range slices.Concat(what.exports, what.references) {
		state, err := e.untyped()
		if err != nil {
			return nil, err
		}
		if err := s.Import(ctx, e.Stack, state); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(e.File), err)
		}
	}
	restored, err := s.World.Restore(what.existing)
	if err != nil {
		return nil, err
	}
	judged, err := s.World.Judge()
	if err != nil {
		return nil, err
	}
	replica.Assumptions = slices.Concat(replica.Assumptions, restored.Assumptions, judged)
	replica.OtherRecords(restored.Others)
	return replica, s.KeepReplica(replica)
}

// swap puts the finished sandbox in its place.
func swap(staging, dir string) error {
	old := dir + ".before"
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(staging, dir); err != nil {
		return err
	}
	return os.RemoveAll(old)
}
