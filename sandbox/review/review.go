package review

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/drawing"
)

// Review is what a change does.
type Review struct {
	// Failure is why the deployment of the change fails, and nil where it doesn't.
	Failure *Failure `json:"failure,omitempty"`
	// Unchanged: the files are those of the base, so nothing was deployed.
	Unchanged bool `json:"unchanged,omitempty"`
	// Disconnected: the deployment fails, and all else is what it does once the consumers
	// are disconnected.
	Disconnected bool `json:"disconnected,omitempty"`
	// Outputs are the changes of what each stack hands out, the contract aside.
	Outputs []OutputsChange `json:"outputs"`
	// Contracts are the changes of the contracts, by provider stack.
	Contracts []ContractChange `json:"contracts"`
	// Changes are what the deployment does, replacements and deletions first.
	Changes []Change `json:"changes"`
	// Opened and Closed are the paths that only one side has.
	Opened []path `json:"opened"`
	Closed []path `json:"closed"`
	// Allowed and Disallowed are principals that may make endpoints on one side only.
	Allowed    []string `json:"allowed,omitempty"`
	Disallowed []string `json:"disallowed,omitempty"`
	// Cost is nil when the deployment fails: then contracts, paths and cost are not
	// compared.
	Cost *CostChange `json:"cost,omitempty"`
	// Diagram is what is deployed, as a Mermaid flowchart in which what the change does is
	// marked; empty where it does nothing to what is drawn.
	Diagram string `json:"diagram,omitempty"`
	// Notes say what a reader has to know of the comparison itself.
	Notes []string `json:"notes,omitempty"`

	// everybody: a principal stands for every AWS account.
	everybody bool
}

// compared says whether contracts, paths and cost are.
func (r *Review) compared() bool { return r.Cost != nil }

// Failure is why a deployment can't be finished.
type Failure struct {
	Stack string `json:"stack"`
	// Preview: the preview fails already.
	Preview bool `json:"preview"`
	// Errors are what the engine, AWS or the program said, sorted. Of several things
	// that would fail at once, not all need be among them.
	Errors []string `json:"errors"`

	// connected: it fails because consumers are.
	connected bool
}

// String says what fails.
func (f *Failure) String() string {
	if f.Preview {
		return fmt.Sprintf("the preview of stack %s fails", f.Stack)
	}
	return fmt.Sprintf("the deployment of stack %s fails", f.Stack)
}

// ContractChange is what became of one provider's contract.
type ContractChange struct {
	Stack string `json:"stack"`
	// Level is the highest of the changes: none, minor or major.
	Level   contract.Level    `json:"level"`
	Changes []contract.Change `json:"changes,omitempty"`
	// Note says why there is nothing to compare.
	Note string `json:"note,omitempty"`
}

// OutputsChange is what became of one stack's outputs.
type OutputsChange struct {
	Stack string `json:"stack"`
	// Level is the highest of the changes: none, minor or major.
	Level   contract.Level    `json:"level"`
	Changes []contract.Change `json:"changes"`
}

// OfNothing is the review of a tree that has the base's files.
func OfNothing() *Review {
	r := blank()
	r.Unchanged = true
	return r
}

// blank is a review whose lists are empty, so that they are lists in JSON.
func blank() *Review {
	return &Review{Changes: []Change{}, Opened: []path{}, Closed: []path{}, Contracts: []ContractChange{}, Outputs: []OutputsChange{}}
}

func newReview(before, head *snapshot, was, is []deploy.Stack, d deployment) *Review {
	n, r := newNames(before.stacks, head.stacks), blank()
	if f := d.failed; f != nil {
		said := strings.TrimPrefix(f.err.Error(), "stack "+f.stack+": ")
		r.Failure = &Failure{f.stack, f.preview, sentences(n.replaceAll(said)), stillConnected.MatchString(said)}
	}
	for _, p := range d.plans {
		changes := p.plan.changes(p.stack, n)
		for i := range changes {
			changes[i].Accepting = p.accepting
		}
		r.Changes = append(r.Changes, changes...)
	}
	situation{before, head, is, r.Changes}.settle()
	r.stacks(was, is)
	if r.Failure == nil {
		r.contracts(before, head, is)
		r.allow()
		r.outputs(before, head, is)
		r.paths(before, head, n)
		r.principals(before, head, is)
		r.Cost = compareCost(before.cost, head.cost)
		if d := drawing.Compare(before.diagram, head.diagram); !d.Unchanged() {
			r.Diagram = d.Mermaid(false)
		}
	}
	sortChanges(r.Changes)
	return r
}

// allow takes back what the deployment of the copy has shown not to be so: AWS has
// refused nothing, and a listener whose port the contract still has was one of several.
func (r *Review) allow() {
	for i, c := range r.Changes {
		switch {
		case c.Type == endpoints && c.Severity == Refused && r.broken("serviceName"):
			r.Changes[i].Severity = CutOff // for those whom this repository doesn't deploy, too
		case c.Severity == Refused, c.Type == listener && c.Op == Delete && !r.broken("ports"):
			r.Changes[i].Severity = Harmless
		}
	}
}

// hookPreface is how the engine begins an error of a hook: with the hook's name, which
// is a ConnectionGuard's whole message and comes again.
var hookPreface = regexp.MustCompile(`Preview failed: before hook ".*" failed: `)

// bullet begins each of several errors of a program, which follow their number.
var bullet = regexp.MustCompile(`(?m)^\s*\* `)

// preface is how the engine and the SDK begin what a program said.
var preface = regexp.MustCompile(`(?m)^\s*(an unhandled error occurred: |program failed: ?|program exited with non-zero exit code: \d+ ?|\d+ errors? occurred:)+\s*`)

// sentences are the lines of an error without those that only say that there is one.
func sentences(said string) []string {
	for _, noise := range []*regexp.Regexp{hookPreface, preface, bullet} {
		said = noise.ReplaceAllString(said, "")
	}
	lines := slices.Sorted(strings.SplitSeq(said, "\n"))
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.TrimSpace(line) == "" || line == "update failed" || line == "preview failed" || strings.Contains(line, "waiting for RPCs: ")
	})
	return slices.Compact(lines)
}

func (r *Review) principals(before, head *snapshot, stacks []deploy.Stack) {
	for _, st := range stacks {
		was, is := before.principals(st.Name), head.principals(st.Name)
		r.Allowed = append(r.Allowed, without(is, was)...)
		r.Disallowed = append(r.Disallowed, without(was, is)...)
		r.everybody = r.everybody || slices.Contains(is, "*")
	}
	slices.Sort(r.Allowed)
	slices.Sort(r.Disallowed)
}

// stacks says which stacks only one side has.
func (r *Review) stacks(before, after []deploy.Stack) {
	name := func(s deploy.Stack) string { return s.Name }
	was, is := apply(before, name), apply(after, name)
	for _, stack := range without(is, was) {
		r.note("Stack %s is new: everything in it is created.", stack)
	}
	for _, stack := range without(was, is) {
		r.note("Stack %s has no file any more. That deletes nothing: what it has deployed stays, and is billed, until pulumi destroy --stack %s.", stack, stack)
	}
}

func (r *Review) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

func (r *Review) contracts(base, head *snapshot, stacks []deploy.Stack) {
	for _, st := range stacks {
		if st.Role != deploy.RoleProvider {
			continue
		}
		was, is := contract.ValuesOf(st.Name, base.outputs[st.Name]), contract.ValuesOf(st.Name, head.outputs[st.Name])
		names := map[string]any{st.Name: nil}
		maps.Copy(names, was)
		maps.Copy(names, is)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			r.Contracts = append(r.Contracts, contractChange(name, was[name], is[name], name == st.Name))
		}
	}
}

func contractChange(name string, was, is any, first bool) ContractChange {
	c := ContractChange{Stack: name, Level: contract.None}
	switch {
	case was == nil && is == nil:
		c.Note = "there is none on either side"
	case was == nil && first:
		c.Note, c.Level = "the stack is new", contract.Minor
	case was == nil:
		c.Note, c.Level = "the shard is new", contract.Minor
	case is == nil:
		c.Note, c.Level = "it is gone", contract.Major
	default:
		c.Changes = contract.CompareValues(was, is)
		c.Level = contract.LevelOf(c.Changes)
	}
	return c
}

// outputs compares what the stacks that both sides have hand out.
func (r *Review) outputs(base, head *snapshot, stacks []deploy.Stack) {
	for _, st := range stacks {
		was, is := base.outputs[st.Name], head.outputs[st.Name]
		if was == nil || is == nil {
			continue
		}
		if changes := contract.CompareOutputs(was, is); len(changes) > 0 {
			r.Outputs = append(r.Outputs, OutputsChange{st.Name, contract.LevelOf(changes), changes})
		}
	}
}

// paths compares what is open. A path that only the head has, and that is closed
// there, is no change. Those of a stack that only the base has are left out: nothing
// happens to it.
func (r *Review) paths(base, head *snapshot, n *names) {
	was, is := byEnds(base.paths, n), byEnds(head.paths, n)
	for _, p := range base.paths {
		p = p.named(n)
		now, there := is[p.ends()]
		switch {
		case !p.open() || there && now.open() || !head.has(p):
			continue
		case !there:
			p.Why, p.gone = head.found.lost(p)
		case p.consumer != "" && p.Wanted && !head.found.lists(p.consumer, p.client):
			p.Why = "the client is no longer listed: " + now.Why
		default:
			p.Why = now.Why
		}
		r.Closed = append(r.Closed, p)
	}
	for _, p := range head.paths {
		p = p.named(n)
		if before, there := was[p.ends()]; p.open() && (!there || !before.open()) {
			r.Opened = append(r.Opened, p)
		}
	}
	r.Closed, r.Opened = slices.Compact(r.Closed), slices.Compact(r.Opened)
	for side, why := range map[string]string{"base": base.unchecked, "change": head.unchecked} {
		if why != "" {
			r.note("The paths of the %s are not known: %s.", side, n.replace(why))
		}
	}
	slices.Sort(r.Notes)
}

// wanted are the paths of those that a consumer's configuration names.
func wanted(paths []path) []path {
	return slices.DeleteFunc(slices.Clone(paths), func(p path) bool { return !p.Wanted })
}

func (p path) ends() string { return p.From + " -> " + p.To }

func (p path) named(n *names) path {
	p.From, p.To, p.Why = n.replace(p.From), n.replace(p.To), n.replace(p.Why)
	return p
}

// has says whether a path's consumer is a stack of this side, or it has none.
func (s *snapshot) has(p path) bool {
	stack, _, _ := strings.Cut(p.consumer, "/")
	return p.consumer == "" || s.outputs[stack] != nil
}

func byEnds(paths []path, n *names) map[string]path {
	out := map[string]path{}
	for _, p := range paths {
		p = p.named(n)
		if before, there := out[p.ends()]; !there || !before.open() {
			out[p.ends()] = p
		}
	}
	return out
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

func apply[A, B any](list []A, f func(A) B) []B {
	var out []B
	for _, e := range list {
		out = append(out, f(e))
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, strings.TrimSuffix(noun, "s")+"s")
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
