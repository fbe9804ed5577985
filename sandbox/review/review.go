package review

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

// Review is what a change does.
type Review struct {
	// Failure is why the deployment of the change fails, and nil where it doesn't.
	Failure *Failure `json:"failure,omitempty"`
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
	// Notes say what a reader has to know of the comparison itself.
	Notes []string `json:"notes,omitempty"`
}

// Failure is why a deployment can't be finished.
type Failure struct {
	Stack string `json:"stack"`
	// Preview: the preview fails already.
	Preview bool `json:"preview"`
	// Errors are what the engine, AWS or the program said, sorted. Of several things
	// that would fail at once, not all need be among them.
	Errors []string `json:"errors"`
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

// Reasons are why the change must not pass without a decision: a contract that
// breaks, a path that is closed, a deployment that fails. There are none where it may.
func (r *Review) Reasons() []string {
	var out []string
	if r.Failure != nil {
		out = append(out, r.Failure.String())
	}
	for _, c := range r.Contracts {
		if c.Level == contract.Major {
			out = append(out, fmt.Sprintf("the contract of stack %s breaks", c.Stack))
		}
	}
	if n := len(wanted(r.Closed)); n > 0 {
		out = append(out, plural(n, "path")+" closed")
	}
	return out
}

func newReview(base *Base, head *snapshot, stacks []deploy.Stack, d deployment) (*Review, error) {
	before := base.before
	n := newNames(before.stacks, head.stacks)
	r := &Review{Changes: []Change{}, Opened: []path{}, Closed: []path{}, Contracts: []ContractChange{}}
	if f := d.failed; f != nil {
		r.Failure = &Failure{f.stack, f.preview, sentences(n.replace(strings.TrimPrefix(f.err.Error(), "stack "+f.stack+": ")))}
	}
	for _, p := range d.plans {
		changes := p.plan.changes(p.stack, n)
		for i := range changes {
			changes[i].Accepting = p.accepting
		}
		r.Changes = append(r.Changes, changes...)
	}
	sortChanges(r.Changes)
	r.stacks(base.stacks, stacks)
	if r.Failure == nil {
		if err := r.contracts(before, head, stacks); err != nil {
			return nil, err
		}
		r.paths(before, head, n)
		r.principals(before, head, stacks)
		r.Cost = compareCost(before.cost, head.cost)
	}
	return r, nil
}

// hookPreface is how the engine begins an error of a hook: with the hook's name, which
// is a ConnectionGuard's whole message and comes again.
var hookPreface = regexp.MustCompile(`Preview failed: before hook ".*" failed: `)

// sentences are the lines of an error without those that only say that there is one.
func sentences(said string) []string {
	lines := slices.Sorted(strings.SplitSeq(hookPreface.ReplaceAllString(said, ""), "\n"))
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

func (r *Review) contracts(base, head *snapshot, stacks []deploy.Stack) error {
	for _, st := range stacks {
		if st.Role != deploy.RoleProvider {
			continue
		}
		was, err := base.contract(st.Name)
		if err != nil {
			return fmt.Errorf("the base's %w", err)
		}
		is, err := head.contract(st.Name)
		if err != nil {
			return err
		}
		c := ContractChange{Stack: st.Name, Level: contract.None}
		switch {
		case was == nil && is == nil:
			c.Note = "there is none on either side"
		case was == nil:
			c.Note, c.Level = "the stack is new", contract.Minor
		case is == nil:
			c.Note, c.Level = "it is gone", contract.Major
		default:
			c.Changes = contract.Compare(was, is)
			c.Level = contract.LevelOf(c.Changes)
		}
		r.Contracts = append(r.Contracts, c)
	}
	return nil
}

// paths compares what is open. A path that only the head has, and that is closed
// there, is no change.
func (r *Review) paths(base, head *snapshot, n *names) {
	was, is := byEnds(base.paths, n), byEnds(head.paths, n)
	for _, p := range base.paths {
		p = p.named(n)
		now, there := is[p.ends()]
		switch {
		case !p.open() || there && now.open():
			continue
		case !there:
			p.Why = "it is no longer among the service's ports or zones"
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

// CostChange is what becomes of the monthly cost.
type CostChange struct {
	Before *cost.Estimate `json:"before"`
	After  *cost.Estimate `json:"after"`
	// Items are those whose cost differs.
	Items []CostItem `json:"items"`
}

// CostItem is one line of the estimate whose cost differs.
type CostItem struct {
	Stack    string   `json:"stack"`
	Resource string   `json:"resource"`
	What     string   `json:"what"`
	Before   cost.USD `json:"before"`
	After    cost.USD `json:"after"`
}

func compareCost(before, after *cost.Estimate) *CostChange {
	out := &CostChange{Before: before, After: after, Items: []CostItem{}}
	index := map[CostItem]int{}
	add := func(items []cost.Item, set func(*CostItem, cost.USD)) {
		for _, i := range items {
			key := CostItem{Stack: i.Stack, Resource: i.Resource, What: i.What}
			at, seen := index[key]
			if !seen {
				at = len(out.Items)
				index[key] = at
				out.Items = append(out.Items, key)
			}
			set(&out.Items[at], i.Monthly)
		}
	}
	add(before.Items, func(c *CostItem, u cost.USD) { c.Before += u })
	add(after.Items, func(c *CostItem, u cost.USD) { c.After += u })
	out.Items = slices.DeleteFunc(out.Items, func(c CostItem) bool { return c.Before == c.After })
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
