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
	Create  Op = "create"
)

var ops = []Op{Replace, Delete, Update, Create}

// Change is what a deployment does to one resource.
type Change struct {
	Stack string `json:"stack"`
	Op    Op     `json:"op"`
	Type  string `json:"type"`
	Name  string `json:"name"`
	// Because are the properties that make a replacement necessary.
	Because []string `json:"because,omitempty"`
	// Consequences are what it does to consumers, one sentence each.
	Consequences []string `json:"consequences,omitempty"`
	// Properties are the inputs that differ; all of them for a new resource.
	Properties []Property `json:"properties,omitempty"`
	// Accepting: it happens only when the provider runs again to accept endpoints.
	Accepting bool `json:"accepting,omitempty"`
}

// plan collects what a preview says.
type plan struct {
	steps map[string]apitype.StepEventMetadata
}

func newPlan() *plan { return &plan{steps: map[string]apitype.StepEventMetadata{}} }

// watch takes a step of a preview. A replacement comes in several steps: the one
// with both the old and the new state says the most.
func (p *plan) watch(step deploy.Step) {
	m := step.Metadata
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

// changes returns what the preview says of each resource, in the order of a review.
func (p *plan) changes(stack string, n *names) []Change {
	for _, m := range p.steps {
		n.learnPlanned(m)
	}
	var out []Change
	for urn, m := range p.steps {
		c := Change{Stack: stack, Op: opOf(m.Op), Type: m.Type, Name: urn[strings.LastIndex(urn, "::")+2:]}
		c.Properties = propertiesOf(m, n)
		if c.Op == Replace {
			c.Because = append(c.Because, m.Keys...)
			slices.Sort(c.Because)
		}
		c.Consequences = consequencesOf(c)
		out = append(out, c)
	}
	sortChanges(out)
	return out
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(
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

// shortType is a type token as people know it: aws:lb:LoadBalancer.
func shortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	return parts[0] + ":" + module + ":" + parts[2]
}
