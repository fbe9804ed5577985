package timing

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Operation is what was done with a resource.
type Operation string

// The operations that take AWS time.
const (
	Create Operation = "create"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Run is what an operation of the engine did to a stack.
type Run struct {
	// Before and After are the stack's state before the run and after it.
	Before, After []apitype.ResourceV3
	// Done is what was done with each resource. A replaced one was both created
	// and deleted.
	Done map[resource.URN][]Operation
	// Takes is how long AWS takes for an operation on a resource of a type.
	Takes func(op Operation, token string, inputs map[string]any) time.Duration
	// Assumed says whether what Takes says is an assumption. Nil: nothing is.
	Assumed func(op Operation, token string) bool
	// Waited is how long the provider waited for AWS beyond that, by resource.
	Waited map[resource.URN]time.Duration
}

// Report is how long AWS would have taken for a run.
type Report struct {
	// Duration is how long the run takes in the order that the engine followed.
	Duration time.Duration
	// LowerBound is how long it takes with nothing waiting for what it does not need.
	// What a remote component hands out needs all that is in the component: the
	// engine has no output of it before.
	LowerBound time.Duration
	// Bare is the lower bound of the same resources without remote components.
	Bare time.Duration
	// Critical is the critical path, first to last: what Duration is the sum of.
	Critical []Share
}

// Share is one operation on the critical path.
type Share struct {
	Operation Operation
	Type      string
	Name      string
	Takes     time.Duration
	// Assumed: how long it takes is an assumption.
	Assumed bool
}

// Ratio is how much longer than the lower bound the run takes: 1 is the least.
func (r *Report) Ratio() float64 {
	if r.LowerBound == 0 {
		return 1
	}
	return float64(r.Duration) / float64(r.LowerBound)
}

// Of returns the report on a run. The engine deletes after it has created and
// updated everything.
func Of(run Run) *Report {
	made := run.path(run.After, []Operation{Create, Update})
	gone := run.waves(run.Before)
	return &Report{
		Duration:   made.Duration + gone.Duration,
		LowerBound: made.LowerBound + gone.LowerBound,
		Bare:       made.Bare + gone.Bare,
		Critical:   append(made.Critical, gone.Critical...),
	}
}

// Sum is the report on runs one after the other.
func Sum(reports ...*Report) *Report {
	sum := &Report{}
	for _, r := range reports {
		sum.Duration += r.Duration
		sum.LowerBound += r.LowerBound
		sum.Bare += r.Bare
	}
	return sum
}

// timed is the graph of a state with the time that the operations take.
func (run Run) timed(state []apitype.ResourceV3, ops []Operation) *graph {
	g := newGraph(state)
	for _, n := range g.order {
		for _, op := range run.Done[n.URN] {
			if slices.Contains(ops, op) {
				n.takes += run.Takes(op, n.token(), n.Inputs) + run.Waited[n.URN]
			}
		}
	}
	return g
}

func (run Run) path(state []apitype.ResourceV3, ops []Operation) *Report {
	g := run.timed(state, ops)
	engine := longest(g.order, g.engineWaits)
	report := &Report{
		Duration:   engine.total,
		LowerBound: longest(g.order, g.componentWaits).total,
		Bare:       longest(g.order, g.trueWaits).total,
	}
	for _, n := range engine.nodes {
		if n.takes > 0 {
			report.Critical = append(report.Critical, run.share(n, ops))
		}
	}
	return report
}

func (run Run) share(n *node, ops []Operation) Share {
	op := ops[0]
	for _, done := range run.Done[n.URN] {
		if slices.Contains(ops, done) {
			op = done
		}
	}
	assumed := run.Assumed != nil && run.Assumed(op, n.token())
	return Share{Operation: op, Type: n.token(), Name: n.URN.Name(), Takes: n.takes, Assumed: assumed}
}

// MarshalJSON writes durations as seconds.
func (r *Report) MarshalJSON() ([]byte, error) {
	type share struct {
		Operation Operation `json:"operation"`
		Type      string    `json:"type"`
		Name      string    `json:"name"`
		Seconds   float64   `json:"seconds"`
		Assumed   bool      `json:"assumed,omitempty"`
	}
	critical := []share{}
	for _, s := range r.Critical {
		critical = append(critical, share{s.Operation, s.Type, s.Name, s.Takes.Seconds(), s.Assumed})
	}
	return json.Marshal(struct {
		Seconds    float64 `json:"seconds"`
		LowerBound float64 `json:"lowerBoundSeconds"`
		Bare       float64 `json:"lowerBoundWithoutComponentsSeconds"`
		Ratio      float64 `json:"ratio"`
		Critical   []share `json:"criticalPath"`
	}{r.Duration.Seconds(), r.LowerBound.Seconds(), r.Bare.Seconds(), r.Ratio(), critical})
}
