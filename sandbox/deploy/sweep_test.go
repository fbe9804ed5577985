package deploy

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// sweepAll is the environment variable with which the sweep takes every
// operation. Without, it takes one in sample.
const (
	sweepAll = "SANDBOX_SWEEP_ALL"
	sample   = 37
)

// step is one run of the engine in the life of the project.
type step struct {
	stack   string
	destroy bool
}

func (s step) String() string {
	if s.destroy {
		return "destroy " + s.stack
	}
	return "up " + s.stack
}

func (s step) run(ctx context.Context, box *Sandbox) error {
	if s.destroy {
		_, err := box.Destroy(ctx, s.stack, nil, nil)
		return err
	}
	_, err := box.Up(ctx, s.stack, nil, nil)
	return err
}

// life is a full deployment of both sides and its end.
var life = []step{
	{stack: "provider"}, {stack: "consumer"}, {stack: "provider"},
	{stack: "consumer", destroy: true}, {stack: "provider", destroy: true},
}

// trial is one operation that is to go wrong.
type trial struct {
	step  int // of life
	op    world.Operation
	fault world.FaultName
}

func (tr trial) String() string {
	urn := resource.URN(tr.op.Resource)
	return fmt.Sprintf("%s/%d %s/%s %s %s", tr.fault, tr.step+1, life[tr.step], tr.op.Phase, tr.op.Token, urn.Name())
}

// sweeper has the sandbox as it is before each step of life.
type sweeper struct {
	root   string
	before []string // directories
	trials []trial

	mu    sync.Mutex
	tally map[string]*tally
}

// tally is a line of the sweep's table.
type tally struct{ tried, converged, orphans int }

func (s *sweeper) count(line string, f func(*tally)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tally[line] == nil {
		s.tally[line] = &tally{}
	}
	f(s.tally[line])
}

// open opens a copy of the sandbox as it is before a step.
func (s *sweeper) open(t *testing.T, before int) *Sandbox {
	t.Helper()
	dir := t.TempDir()
	if before < len(s.before) {
		require.NoError(t, os.CopyFS(dir, os.DirFS(s.before[before])))
	}
	return s.openAt(t, dir)
}

func (s *sweeper) openAt(t *testing.T, dir string) *Sandbox {
	t.Helper()
	box, err := Open(t.Context(), Options{Root: s.root, Dir: dir, cli: frugalCLI(t, dir)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = box.Close() })
	return box
}

// newSweeper lives through life once, and notes every operation on the way: what
// there is to sweep is found out, not known.
func newSweeper(t *testing.T) *sweeper {
	s := &sweeper{root: writeProject(t, nil), tally: map[string]*tally{}}
	for i, st := range life {
		dir := t.TempDir()
		if i > 0 {
			require.NoError(t, os.CopyFS(dir, os.DirFS(s.before[i])))
		}
		if i == 0 {
			s.before = append(s.before, t.TempDir())
		}
		box := s.openAt(t, dir)
		require.NoError(t, st.run(t.Context(), box))
		for _, op := range box.World.Operations() {
			s.trials = append(s.trials, trial{i, op, world.FaultFail})
			if op.Phase == world.PhaseCreate {
				s.trials = append(s.trials, trial{i, op, world.FaultLostAnswer})
			}
		}
		require.NoError(t, box.Close())
		s.before = append(s.before, dir)
	}
	return s
}

// TestSweep lets every single operation of a full deployment, and of its end, go
// wrong once: by an error of AWS's, and creates also by the loss of their answer.
// The next run has to put it right, with nothing in the accounts that no stack
// knows of, and the run after that has to find nothing to do.
//
// A lost answer leaves an orphan where AWS's API is not idempotent. No tool can
// prevent that; there the sandbox has to name the one resource, and all is well
// once that is deleted.
func TestSweep(t *testing.T) {
	t.Parallel()
	started := time.Now()
	s := newSweeper(t)
	trials := s.trials
	if os.Getenv(sweepAll) == "" {
		trials = nil
		for i := sample / 2; i < len(s.trials); i += sample {
			trials = append(trials, s.trials[i])
		}
	}
	t.Run("each", func(t *testing.T) {
		for _, tr := range trials {
			t.Run(tr.String(), func(t *testing.T) {
				t.Parallel()
				if tr.fault == world.FaultLostAnswer {
					s.loseAnswer(t, tr)
					return
				}
				s.fail(t, tr)
			})
		}
	})
	t.Logf("swept %d of %d operations that can go wrong, in %s:\n%s",
		len(trials), len(s.trials), time.Since(started).Round(time.Second), s.table())
}

func (s *sweeper) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s %6s %10s %8s\n", "", "tried", "converged", "orphans")
	for _, line := range slices.Sorted(maps.Keys(s.tally)) {
		n := s.tally[line]
		fmt.Fprintf(&b, "%-34s %6d %10d %8d\n", line, n.tried, n.converged, n.orphans)
	}
	return b.String()
}

// strike runs a trial's step with its fault.
func (s *sweeper) strike(t *testing.T, tr trial) (*Sandbox, error) {
	t.Helper()
	box := s.open(t, tr.step)
	box.World.Inject(world.Fault{
		Kind: tr.fault, Count: 1,
		Only: func(op world.Operation) bool { return op == tr.op },
	})
	err := life[tr.step].run(t.Context(), box)
	require.Len(t, box.World.Incidents(), 1, "the operation took place: %v", err)
	return box, err
}

func (s *sweeper) fail(t *testing.T, tr trial) {
	line := fmt.Sprintf("%d %s, one error", tr.step+1, life[tr.step])
	s.count(line, func(n *tally) { n.tried++ })
	box, err := s.strike(t, tr)
	require.ErrorContains(t, err, "InternalError: An internal error has occurred")
	orphans, err := box.Orphans(t.Context())
	require.NoError(t, err)
	s.count(line, func(n *tally) { n.orphans += len(orphans) })
	assert.Empty(t, orphans, "after the error")
	s.converge(t, box, tr.step)
	s.count(line, func(n *tally) { n.converged++ })
}

// converge runs a step again, and what follows it up to the deployment or the end
// that it belongs to, and requires that all is as it should be.
func (s *sweeper) converge(t *testing.T, box *Sandbox, from int) {
	t.Helper()
	ctx := t.Context()
	for _, st := range life[from:] {
		if st.destroy != life[from].destroy {
			break
		}
		require.NoError(t, st.run(ctx, box), "%s again", st)
	}
	orphans, err := box.Orphans(ctx)
	require.NoError(t, err)
	require.Empty(t, orphans)
	if life[from].destroy {
		left, err := box.Remaining()
		require.NoError(t, err)
		require.Empty(t, left)
		return
	}
	found, err := box.Check(ctx)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.True(t, found[0].Reachable(), "%+v", found[0])
	requireNothingToDo(t, box, "provider", "consumer")
}

func (s *sweeper) loseAnswer(t *testing.T, tr trial) {
	line := fmt.Sprintf("%d %s, answer lost", tr.step+1, life[tr.step])
	s.count(line, func(n *tally) { n.tried++ })
	box, err := s.strike(t, tr)
	orphans, listed := box.Orphans(t.Context())
	require.NoError(t, listed)
	said := box.World.Incidents()[0].Says
	if strings.Contains(said, "with the same resource") {
		require.NoError(t, err)
		require.Empty(t, orphans, said)
		s.count(line, func(n *tally) { n.converged++ })
		return
	}
	require.Len(t, orphans, 1, said)
	assert.Contains(t, said, orphans[0].ID)
	s.count(line, func(n *tally) { n.orphans++ })
	owner := &world.Session{World: box.World, Caller: world.Caller{Account: orphans[0].Account, Region: orphans[0].Region}}
	require.NoError(t, owner.Delete(orphans[0].Type, orphans[0].ID))
	require.NoError(t, life[tr.step].run(t.Context(), box), "again")
	orphans, err = box.Orphans(t.Context())
	require.NoError(t, err)
	require.Empty(t, orphans)
	s.count(line, func(n *tally) { n.converged++ })
}
