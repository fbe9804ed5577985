package deploy

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/world"
)

var updateSweep = flag.Bool("update-sweep", false, "with -sweep, write docs/fault-sweep.md")

const sweepDoc = repository + "/docs/fault-sweep.md"

// The parts of the project's life.
const (
	deployment = "up"
	change     = "up with changes"
	end        = "destroy"
)

// step is one run of the engine in the life of the project.
type step struct{ part, stack string }

func (s step) String() string { return s.part + ", " + s.stack }

func (s step) run(ctx context.Context, box *Sandbox) error {
	if s.part == end {
		_, err := box.Destroy(ctx, s.stack, nil, nil)
		return err
	}
	_, err := box.Up(ctx, s.stack, nil, nil)
	return err
}

// life is a full deployment of both sides, a change of it, and its end.
var life = []step{
	{deployment, "provider"}, {deployment, "consumer"}, {deployment, "provider"},
	{change, "provider"}, {change, "consumer"},
	{end, "consumer"}, {end, "provider"},
}

// changes are what the change edits in the provider's file: it makes AWS update
// resources in place and replace others, and the contract's port another one.
var changes = [][2]string{
	{"      port: 80\n", "      port: 8080\n"},
	{"      containerPort: 80\n", "      containerPort: 8081\n"},
	{"      cpu: 256\n      memory: 512\n      desiredCount: 2\n", "      cpu: 512\n      memory: 1024\n      desiredCount: 3\n"},
	{"    tenants:\n", "    healthCheck: {intervalSeconds: 15}\n    tags: {changed: \"yes\"}\n    tenants:\n"},
}

// trial is one operation that is to go wrong.
type trial struct {
	step  int // of life
	op    world.Operation
	fault world.FaultName
}

func (tr trial) String() string {
	urn := resource.URN(tr.op.Resource)
	return fmt.Sprintf("%s/%s/%s %s %s", tr.fault, title(tr.step), tr.op.Phase, tr.op.Token, urn.Name())
}

// title is a step's name, which is its place too.
func title(step int) string { return fmt.Sprintf("%d. %s", step+1, life[step]) }

// sweeper has the sandbox as it is before each step of life.
type sweeper struct {
	roots  map[string]string // the project, by part
	before []string          // directories
	trials []trial

	mu    sync.Mutex
	tally map[string]*tally
}

// tally is a line of the sweep's table.
type tally struct{ tried, converged, orphans, deleted int }

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
	return s.openAt(t, before, dir)
}

func (s *sweeper) openAt(t *testing.T, step int, dir string) *Sandbox {
	t.Helper()
	box, err := Open(t.Context(), Options{Root: s.roots[life[step].part], Dir: dir, cli: keyedCLI(t)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = box.Close() })
	return box
}

// newSweeper lives through life once, and notes every operation on the way: what
// there is to sweep is found out, not known.
func newSweeper(t *testing.T) *sweeper {
	changed := readRepository(t, "Pulumi.provider.yaml")
	for _, c := range changes {
		require.Contains(t, changed, c[0])
		changed = strings.Replace(changed, c[0], c[1], 1)
	}
	after := writeProject(t, map[string]string{"provider": changed, "consumer": readRepository(t, "Pulumi.consumer.yaml")})
	s := &sweeper{
		roots: map[string]string{deployment: writeProject(t, nil), change: after, end: after},
		tally: map[string]*tally{},
	}
	for i, st := range life {
		dir := t.TempDir()
		if i > 0 {
			require.NoError(t, os.CopyFS(dir, os.DirFS(s.before[i])))
		}
		if i == 0 {
			s.before = append(s.before, t.TempDir())
		}
		box := s.openAt(t, i, dir)
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

// TestSweep lets every single operation of a full deployment, of a change and of the
// end go wrong once: by an error of AWS's, and creates also by the loss of their answer.
// The next run has to put it right, with nothing in the accounts that no stack
// knows of, and the run after that has to find nothing to do.
//
// A lost answer leaves an orphan where AWS's API is not idempotent. No tool can
// prevent that; there the sandbox has to name the one resource, and all is well
// once that is deleted.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := newSweeper(t)
	all := len(s.trials)
	s.trials = thrift.Sample(t, 3, s.trials)
	done := t.Run("each", func(t *testing.T) {
		for _, tr := range s.trials {
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
	if !done || s.tried() < all { // it failed, or it was a part
		return
	}
	table := s.table()
	t.Log("\n" + table)
	if *updateSweep {
		require.NoError(t, os.WriteFile(sweepDoc, []byte(table), 0o644))
	}
	written, err := os.ReadFile(sweepDoc)
	require.NoError(t, err)
	require.Equal(t, string(written), table, "go test -run TestSweep ./sandbox/deploy -sweep -update-sweep writes it")
}

func (s *sweeper) tried() (n int) {
	for _, line := range s.tally {
		n += line.tried
	}
	return n
}

const sweepHead = `# Each operation goes wrong once

Every single operation with which AWS makes, changes and deletes what both stacks
have was let go wrong, alone, in a run of its own. Then the same command ran again:
it had to converge, with nothing in the accounts that no stack knows of, and one more
` + "`up`" + ` had to find nothing to do. This file is written by
` + "`go test -run TestSweep ./sandbox/deploy -sweep -update-sweep`" + ` and held by
` + "`go test -run TestSweep ./sandbox/deploy -sweep`" + `, which CI runs.

An answer can be lost after AWS has carried out the request. Where AWS's API is
idempotent, the provider's repeated request gets the same resource. Where it is not,
there is one more resource that no tool can know of: the sandbox names it, it is
deleted by hand, and the rest converges. Those are counted under "deleted by hand".

| Step | What goes wrong | Operations | Converged | Orphans left | Deleted by hand |
| --- | --- | ---: | ---: | ---: | ---: |
`

func (s *sweeper) table() string {
	var b strings.Builder
	b.WriteString(sweepHead)
	var sum tally
	for _, line := range slices.Sorted(maps.Keys(s.tally)) {
		n := s.tally[line]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", line, n.tried, n.converged, n.orphans, n.deleted)
		sum = tally{sum.tried + n.tried, sum.converged + n.converged, sum.orphans + n.orphans, sum.deleted + n.deleted}
	}
	fmt.Fprintf(&b, "| all | | %d | %d | %d | %d |\n", sum.tried, sum.converged, sum.orphans, sum.deleted)
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
	line := title(tr.step) + " | AWS answers with an error"
	s.count(line, func(n *tally) { n.tried++ })
	box, err := s.strike(t, tr)
	require.ErrorContains(t, err, "InternalError: An internal error has occurred")
	orphans, err := box.Orphans(t.Context())
	require.NoError(t, err)
	assert.Empty(t, orphans, "after the error")
	s.converge(t, box, tr.step, line)
}

// converge runs a step again, and what follows it up to the deployment or the end
// that it belongs to, and requires that all is as it should be.
func (s *sweeper) converge(t *testing.T, box *Sandbox, from int, line string) {
	t.Helper()
	ctx := t.Context()
	for _, st := range life[from:] {
		if st.part != life[from].part {
			break
		}
		require.NoError(t, st.run(ctx, box), "%s again", st)
	}
	orphans, err := box.Orphans(ctx)
	require.NoError(t, err)
	s.count(line, func(n *tally) { n.orphans += len(orphans) })
	require.Empty(t, orphans)
	if life[from].part == end {
		left, err := box.Remaining()
		require.NoError(t, err)
		require.Empty(t, left)
	} else {
		found, err := box.Check(ctx)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.True(t, found[0].Reachable(), "%+v", found[0])
		requireNothingToDo(t, box, "provider", "consumer")
	}
	s.count(line, func(n *tally) { n.converged++ })
}

func (s *sweeper) loseAnswer(t *testing.T, tr trial) {
	line := title(tr.step) + " | the answer is lost"
	s.count(line, func(n *tally) { n.tried++ })
	box, err := s.strike(t, tr)
	orphans, listed := box.Orphans(t.Context())
	require.NoError(t, listed)
	said := box.World.Incidents()[0].Says
	if strings.Contains(said, "with the same resource") {
		require.NoError(t, err)
		require.Empty(t, orphans, said)
	} else {
		require.Len(t, orphans, 1, said)
		assert.Contains(t, said, orphans[0].ID)
		s.count(line, func(n *tally) { n.deleted++ })
		owner := &world.Session{World: box.World, Caller: world.Caller{Account: orphans[0].Account, Region: orphans[0].Region}}
		require.NoError(t, owner.Delete(orphans[0].Type, orphans[0].ID))
		require.NoError(t, life[tr.step].run(t.Context(), box), "again")
	}
	orphans, err = box.Orphans(t.Context())
	require.NoError(t, err)
	s.count(line, func(n *tally) { n.orphans += len(orphans) })
	require.Empty(t, orphans)
	requireNothingToDo(t, box, life[tr.step].stack)
	s.count(line, func(n *tally) { n.converged++ })
}
