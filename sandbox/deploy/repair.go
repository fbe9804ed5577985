package deploy

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"fargate-privatelink/sandbox/world"
)

// journalKey is where the world keeps the journal of the runs that are under way.
const journalKey = "runs"

// journal is what has to be known of runs when they don't come to their end: by the
// stack, or "" where the accounts are given what GivenFile says, how many resources
// had been made before.
type journal map[string]uint64

// begin notes that a run changes a stack from here on.
func (s *Sandbox) begin(stack string) error {
	if err := s.hasRoom(room); err != nil {
		return err
	}
	if err := s.keepGood(); err != nil {
		return err
	}
	return s.note(func(j journal) error {
		if _, broken := j[stack]; broken {
			return nil // a run that broke off before has to be put right from its own begin
		}
		return s.World.View(func(tx *world.Tx) error {
			j[stack] = tx.Made()
			return nil
		})
	})
}

// ended notes that a run has come to its end.
func (s *Sandbox) ended(stack string) error {
	return s.note(func(j journal) error {
		delete(j, stack)
		return nil
	})
}

func (s *Sandbox) note(change func(journal) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs == nil {
		s.runs = journal{}
	}
	if err := change(s.runs); err != nil {
		return err
	}
	if len(s.runs) == 0 {
		return s.World.Keep(journalKey, nil)
	}
	b, err := json.Marshal(s.runs)
	if err != nil {
		return err
	}
	return s.World.Keep(journalKey, b)
}

// repair puts right what a run left that was killed: Pulumi's lock, the operations
// that its state has as pending, and the resources that AWS had made and that
// Pulumi had not recorded yet. On AWS a person has to find and delete those.
func (s *Sandbox) repair(ctx context.Context, log io.Writer) error {
	if err := s.unlock(ctx); err != nil {
		return err
	}
	b, err := s.World.Kept(journalKey)
	if err != nil || len(b) == 0 {
		return err
	}
	var j journal
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("read the journal of the last run: %w", err)
	}
	stacks := slices.Sorted(maps.Keys(j))
	deleted, err := s.deleteUnrecorded(ctx, slices.Min(slices.Collect(maps.Values(j))))
	if err != nil {
		return fmt.Errorf("put right what the last run left, which was interrupted: %w", err)
	}
	for _, stack := range stacks {
		if stack == "" {
			_, _ = fmt.Fprintf(log, "Making what %s gives was interrupted.\n", GivenFile)
			continue
		}
		if err := s.clearPending(ctx, stack); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(log, "The last run of stack %s was interrupted.\n", stack)
	}
	if len(deleted) == 0 {
		_, _ = fmt.Fprintln(log, "Pulumi had recorded all that had been made.")
	} else {
		_, _ = fmt.Fprintln(log, "What had been made and Pulumi had not recorded is deleted:")
	}
	for _, o := range deleted {
		_, _ = fmt.Fprintf(log, "  %s %s in account %s\n", o.Type, o.ID, o.Account)
	}
	return s.World.Keep(journalKey, nil)
}

// deleteUnrecorded deletes what was made after the first so many resources and is in
// no stack's state, the last one first.
func (s *Sandbox) deleteUnrecorded(ctx context.Context, after uint64) (deleted []Orphan, err error) {
	records, err := s.unknown(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(records, func(a, b *world.Record) int { return cmp.Compare(b.Made, a.Made) })
	for _, r := range records {
		if r.Made <= after {
			break
		}
		o := orphanOf(r)
		owner := &world.Session{World: s.World, Caller: world.Caller{Account: o.Account, Region: o.Region}}
		if err := owner.Delete(o.Type, o.ID); err != nil {
			return nil, fmt.Errorf("delete %s %s: %w", o.Type, o.ID, err)
		}
		deleted = append(deleted, o)
	}
	return deleted, nil
}

// clearPending takes the operations that an interrupted run had begun out of a
// stack's state: repair has seen to what became of them.
func (s *Sandbox) clearPending(ctx context.Context, stack string) error {
	workspace, err := s.workspace(ctx)
	if err != nil {
		return err
	}
	stacks, err := list(ctx, workspace)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(stacks, func(known auto.StackSummary) bool { return known.Name == stack }) {
		return nil // killed before it had a state
	}
	exported, deployment, err := export(ctx, workspace, stack)
	if err != nil {
		return err
	}
	if len(deployment.PendingOperations) == 0 {
		return nil
	}
	deployment.PendingOperations = nil
	if exported.Deployment, err = json.Marshal(deployment); err != nil {
		return err
	}
	return write(ctx, workspace, stack, exported)
}

// unlock removes the locks of Pulumi processes that are gone. Whoever has the world
// open is alone, so that a lock is a killed run's. Its Pulumi process can outlive it
// for a moment, and is waited for: it still writes the state.
func (s *Sandbox) unlock(ctx context.Context) error {
	locks := filepath.Join(s.path("state"), ".pulumi", "locks")
	return filepath.WalkDir(locks, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		}
		if err := waitForHolder(ctx, path); err != nil {
			return err
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the lock of an interrupted run: %w", err)
		}
		return nil
	})
}

const (
	// holderWait is how long a killed run's Pulumi process gets to end by itself: it
	// does so once it notices that the stand-ins are gone.
	holderWait = time.Minute
	holderPoll = 100 * time.Millisecond
)

// waitForHolder waits for the process that a lock names to end.
func waitForHolder(ctx context.Context, lock string) error {
	b, err := os.ReadFile(lock)
	if err != nil {
		return nil // it has ended and taken its lock along
	}
	var holder struct {
		Pid int `json:"pid"`
	}
	if json.Unmarshal(b, &holder) != nil {
		return nil // killed while it wrote the lock
	}
	for end := time.Now().Add(holderWait); alive(holder.Pid); {
		if time.Now().After(end) {
			return fmt.Errorf("process %d of a run that was interrupted still works on the state: end it, or, if it is none of Pulumi's, delete %s", holder.Pid, lock)
		}
		select {
		case <-time.After(holderPoll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	return pid > 0 && err == nil && process.Signal(syscall.Signal(0)) == nil
}
