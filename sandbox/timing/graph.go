package timing

import (
	"sort"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// node is one resource of a stack's state.
type node struct {
	apitype.ResourceV3
	// texts are all the strings in the inputs.
	texts []string
	// names are what other resources know this one by.
	names []string
	// place is the resource's place in the state.
	place int
	takes time.Duration
}

func (n *node) token() string { return string(n.Type) }

func (n *node) input(name string) string {
	s, _ := n.Inputs[name].(string)
	return s
}

// mentions says whether one of the other resource's names is in the inputs, by
// itself or within a longer text, such as a policy document.
func (n *node) mentions(other *node) bool {
	for _, name := range other.names {
		for _, text := range n.texts {
			if strings.Contains(text, name) {
				return true
			}
		}
	}
	return false
}

// graph is the resources of a state, with components.
type graph struct {
	nodes    map[resource.URN]*node
	children map[resource.URN][]*node
	order    []*node         // by URN
	plugins  map[string]bool // the packages that have a provider
}

func newGraph(state []apitype.ResourceV3) *graph {
	g := &graph{nodes: map[resource.URN]*node{}, children: map[resource.URN][]*node{}, plugins: map[string]bool{}}
	for place, r := range state {
		if r.Delete {
			continue // what a failed run left to delete is not what the URN means now
		}
		n := &node{ResourceV3: r, texts: texts(nil, r.Inputs), names: names(r), place: place}
		g.nodes[r.URN] = n
		g.order = append(g.order, n)
		if pkg, provider := strings.CutPrefix(n.token(), "pulumi:providers:"); provider {
			g.plugins[pkg] = true
		}
	}
	sort.Slice(g.order, func(i, j int) bool { return g.order[i].URN < g.order[j].URN })
	for _, n := range g.order {
		g.children[n.Parent] = append(g.children[n.Parent], n)
	}
	return g
}

// names are what a resource's dependents can know it by.
func names(r apitype.ResourceV3) []string {
	var out []string
	if r.ID != "" {
		out = append(out, string(r.ID))
	}
	for _, property := range []string{"arn", "name"} {
		if s, ok := r.Outputs[property].(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// texts appends all the strings in a value.
func texts(found []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(found, v)
	case []any:
		for _, e := range v {
			found = texts(found, e)
		}
	case map[string]any:
		for k, e := range v {
			if k != "__defaults" {
				found = texts(found, e)
			}
		}
	}
	return found
}

// of returns the resources of a type.
func (g *graph) of(token string) []*node {
	var out []*node
	for _, n := range g.order {
		if n.token() == token {
			out = append(out, n)
		}
	}
	return out
}

// under returns the resources below a component, at any depth.
func (g *graph) under(component resource.URN) []*node {
	var out []*node
	for _, child := range g.children[component] {
		if child.Custom {
			out = append(out, child)
		}
		out = append(out, g.under(child.URN)...)
	}
	return out
}

// remote is the outermost remote component that a resource is in or is, or "".
func (g *graph) remote(n *node) (found resource.URN) {
	for ; n != nil; n = g.nodes[n.Parent] {
		if g.isRemote(n) {
			found = n.URN
		}
	}
	return found
}

// isRemote says whether a component was constructed by a plugin: one whose
// package has a provider in the state. The engine's own package has one too, for
// stack references.
func (g *graph) isRemote(n *node) bool {
	pkg, _, _ := strings.Cut(n.token(), ":")
	return !n.Custom && pkg != "pulumi" && g.plugins[pkg]
}

// dependency returns the resources that a recorded dependency stands for: itself,
// or all that is in a component.
func (g *graph) dependency(urn resource.URN) []*node {
	n := g.nodes[urn]
	switch {
	case n == nil:
		return nil
	case n.Custom:
		return []*node{n}
	default:
		return g.under(urn)
	}
}

// engineWaits are the resources that the engine lets n wait for.
func (g *graph) engineWaits(n *node) []*node {
	var out []*node
	for _, urn := range n.Dependencies {
		out = append(out, g.released(n, g.dependency(urn))...)
	}
	if parent := g.nodes[n.Parent]; parent != nil && parent.Custom {
		out = append(out, g.released(n, []*node{parent})...)
	}
	return out
}

// released adds to what n waits for all of the remote components that they are
// in and n is not.
func (g *graph) released(n *node, waits []*node) []*node {
	out := waits
	for _, w := range waits {
		if component := g.remote(w); component != "" && component != g.remote(n) {
			out = append(out, g.under(component)...)
		}
	}
	return out
}

// trueWaits are the resources that n can't be without.
func (g *graph) trueWaits(n *node) []*node {
	var out []*node
	for _, urns := range n.PropertyDependencies {
		for _, urn := range urns {
			for _, d := range g.dependency(urn) {
				if n.mentions(d) {
					out = append(out, d)
				}
			}
		}
	}
	return append(out, g.required(n)...)
}
