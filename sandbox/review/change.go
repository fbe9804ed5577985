package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/sandbox/deploy"
)

// Op is what a deployment does to a resource.
type Op string

// The operations, in the order of a review: what consumers may notice comes first.
const (
	Replace Op = "replace"
	Delete  Op = "delete"
	Update  Op = "update"
	// Revise: a task definition has a new revision. The engine calls that a replacement,
	// since a revision can't change, but it is how every deployment works.
	Revise Op = "new revision"
	Create Op = "create"
)

var ops = []Op{Replace, Delete, Update, Revise, Create}

// sections are the parts of a review, in their order.
var sections = []struct {
	title string
	ops   []Op
}{
	{"Replaced and deleted", []Op{Replace, Delete}},
	{"Updated", []Op{Update, Revise}},
	{"Created", []Op{Create}},
}

func section(op Op) int {
	for i, s := range sections {
		if slices.Contains(s.ops, op) {
			return i
		}
	}
	return len(sections)
}

// Change is what a deployment does to one resource.
type Change struct {
	Stack string `json:"stack"`
	Op    Op     `json:"op"`
	Type  string `json:"type"`
	Name  string `json:"name"`
	// Because are the properties that make a replacement necessary.
	Because []string `json:"because,omitempty"`
	// Severity is the worst that it does to consumers.
	Severity Severity `json:"severity"`
	// Consequences are what it does to consumers, one sentence each.
	Consequences []string `json:"consequences,omitempty"`
	// Properties are the inputs that differ; all of them for a resource that is new or
	// deleted.
	Properties []Property `json:"properties,omitempty"`
	// Accepting: it happens only when the provider runs again to accept endpoints.
	Accepting bool `json:"accepting,omitempty"`
}

// plan collects what the engine says that it does.
type plan struct {
	steps map[string]apitype.StepEventMetadata
	// seen are the URNs that the program has registered, or the engine has come to.
	seen map[string]bool
}

func newPlan() *plan {
	return &plan{steps: map[string]apitype.StepEventMetadata{}, seen: map[string]bool{}}
}

// watch takes a step of a preview or deployment. A replacement comes in several steps:
// the one with both the old and the new state says the most.
func (p *plan) watch(step deploy.Step) {
	m := step.Metadata
	p.seen[m.URN] = true
	if m.Old != nil {
		p.seen[m.Old.URN] = true // an alias has carried it over to another URN
	}
	if step.Done || opOf(m.Op) == "" || !isResource(m) {
		return
	}
	if before, seen := p.steps[m.URN]; seen && opOf(before.Op) == Replace && m.Op != apitype.OpReplace {
		return
	}
	p.steps[m.URN] = m
}

// opOf is the operation that a step belongs to, or "" where it changes nothing.
func opOf(op apitype.OpType) Op {
	switch op {
	case apitype.OpCreate:
		return Create
	case apitype.OpUpdate:
		return Update
	case apitype.OpDelete:
		return Delete
	case apitype.OpReplace, apitype.OpCreateReplacement, apitype.OpDeleteReplaced:
		return Replace
	}
	return ""
}

// isResource leaves out components, whose children are listed, and providers.
func isResource(m apitype.StepEventMetadata) bool {
	state := cmp.Or(m.New, m.Old)
	return state != nil && state.Custom && !strings.HasPrefix(m.Type, "pulumi:")
}

// deleteUnseen adds the deletion of what is deployed and the program hasn't registered.
// A preview that is refused ends before it says so itself.
func (p *plan) deleteUnseen(deployed []apitype.ResourceV3) {
	for _, r := range deployed {
		if urn := string(r.URN); !p.seen[urn] && !r.Delete {
			p.watch(deploy.Step{Metadata: apitype.StepEventMetadata{
				Op: apitype.OpDelete, URN: urn, Type: string(r.Type),
				Old: &apitype.StepEventStateMetadata{Type: string(r.Type), URN: urn, Custom: r.Custom, Inputs: r.Inputs},
			}})
		}
	}
}

// changes returns what the engine does to each resource, in the order of a review.
func (p *plan) changes(stack string, n *names) []Change {
	for _, m := range p.steps {
		n.learnPlanned(m)
		if m.Old != nil && m.Old.URN != m.URN {
			// The engine deletes what it has replaced under the URN that it had.
			delete(p.steps, m.Old.URN)
		}
	}
	var out []Change
	for urn, m := range p.steps {
		c := Change{Stack: stack, Op: opOf(m.Op), Type: m.Type, Name: urn[strings.LastIndex(urn, "::")+2:]}
		if c.Op == Replace && c.Type == task {
			c.Op = Revise
		}
		c.Properties = propertiesOf(m, n)
		if len(m.Keys) > 0 {
			c.Because = append(c.Because, m.Keys...)
			slices.Sort(c.Because)
		}
		c.Severity, c.Consequences = consequencesOf(c)
		out = append(out, c)
	}
	adviseGeneration(out)
	return out
}

// adviseGeneration says how a load balancer is exchanged, unless the change brings
// another one along already.
func adviseGeneration(changes []Change) {
	if slices.ContainsFunc(changes, func(c Change) bool { return c.Type == lb && c.Op == Create }) {
		return
	}
	for i, c := range changes {
		if c.Type == lb && c.Op == Replace {
			changes[i].Consequences = append(c.Consequences, generation)
		}
	}
}

const generation = "Raise provider.loadBalancer.generation with the change: see docs/replacing-the-load-balancer.md."

// sortChanges puts what consumers notice most first, within each section.
func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(section(a.Op), section(b.Op)), cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(slices.Index(ops, a.Op), slices.Index(ops, b.Op)),
			cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name),
		)
	})
}

// changed says whether one of the properties differs, or something within it.
func (c Change) changed(property string) (Property, bool) {
	for _, p := range c.Properties {
		if p.Path == property || strings.HasPrefix(p.Path, property+".") || strings.HasPrefix(p.Path, property+"[") {
			return p, true
		}
	}
	return Property{}, false
}
