package timing

import (
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// path is a way through the graph, first to last.
type path struct {
	nodes []*node
	total time.Duration
}

// longest returns the longest path, where waits are what a node waits for. Of
// two that are equal, that of the first URNs.
func longest(nodes []*node, waits func(*node) []*node) path {
	ends := map[*node]path{}
	var end func(n *node) path
	end = func(n *node) path {
		if p, ok := ends[n]; ok {
			return p
		}
		ends[n] = path{} // no cycle can be deployed; this one would count once
		var before path
		for _, w := range sorted(waits(n)) {
			if p := end(w); p.total > before.total {
				before = p
			}
		}
		p := path{append(slices.Clone(before.nodes), n), before.total + n.takes}
		ends[n] = p
		return p
	}
	var best path
	for _, n := range nodes {
		if p := end(n); p.total > best.total {
			best = p
		}
	}
	return best
}

func sorted(nodes []*node) []*node {
	out := slices.Clone(nodes)
	slices.SortFunc(out, func(a, b *node) int {
		switch {
		case a.URN < b.URN:
			return -1
		case a.URN > b.URN:
			return 1
		}
		return 0
	})
	return slices.Compact(out)
}

// componentWaits is trueWaits with remote components as they are: they hand out
// nothing before all in them is up, and what is in them follows their own order.
func (g *graph) componentWaits(n *node) []*node {
	if g.remote(n) != "" {
		return g.engineWaits(n)
	}
	return g.released(n, g.trueWaits(n))
}

// waves is the report on what a run deleted. The engine sorts the deletions into
// waves by the depth of what each resource depends on, and begins a wave when the
// one before is done: pulumi/pulumi, pkg/resource/deploy, ScheduleDeletes.
func (run Run) waves(state []apitype.ResourceV3) *Report {
	g := run.timed(state, []Operation{Delete})
	slowest := map[int]*node{}
	depths := g.depths(func(n *node) bool { return slices.Contains(run.Done[n.URN], Delete) })
	last := 0
	for _, n := range g.order {
		depth, deleted := depths[n]
		if !deleted {
			continue
		}
		last = max(last, depth)
		if s := slowest[depth]; s == nil || n.takes > s.takes {
			slowest[depth] = n
		}
	}
	report := &Report{}
	for depth := last; depth > 0; depth-- {
		n := slowest[depth]
		report.Duration += n.takes
		if n.takes > 0 {
			report.Critical = append(report.Critical, run.share(n, []Operation{Delete}))
		}
	}
	// A path takes the same time in both directions.
	report.LowerBound = longest(g.order, g.trueWaits).total
	report.Bare = report.LowerBound
	return report
}

// depths returns, for each resource that is deleted, how many of those it
// depends on lie below it, from 1.
func (g *graph) depths(deleted func(*node) bool) map[*node]int {
	depths := map[*node]int{}
	var depth func(n *node) int
	depth = func(n *node) int {
		if d, ok := depths[n]; ok {
			return d
		}
		depths[n] = 1
		deepest := 0
		for _, w := range g.engineDependencies(n) {
			if deleted(w) {
				deepest = max(deepest, depth(w))
			}
		}
		depths[n] = deepest + 1
		return deepest + 1
	}
	for _, n := range g.order {
		if deleted(n) {
			depth(n)
		}
	}
	return depths
}

// engineDependencies are what n depends on in the engine's own graph: components,
// parents and providers too, and of a component all that is in it.
func (g *graph) engineDependencies(n *node) []*node {
	var out []*node
	if parent := g.nodes[n.Parent]; parent != nil {
		out = append(out, parent)
	}
	urns := append([]resource.URN{n.DeletedWith, providerOf(n)}, n.Dependencies...)
	for _, p := range n.PropertyDependencies {
		urns = append(urns, p...)
	}
	for _, urn := range urns {
		d := g.nodes[urn]
		if d == nil {
			continue
		}
		out = append(out, d)
		if !d.Custom {
			out = append(out, g.above(n, urn)...)
		}
	}
	return out
}

// above returns the resources and components below a component that come before
// n in the state.
func (g *graph) above(n *node, component resource.URN) []*node {
	var out []*node
	for _, child := range g.children[component] {
		if child.place < n.place {
			out = append(out, child)
		}
		out = append(out, g.above(n, child.URN)...)
	}
	return out
}

// providerOf is the URN in a resource's provider reference, "<urn>::<id>".
func providerOf(n *node) resource.URN {
	end := strings.LastIndex(n.Provider, "::")
	return resource.URN(n.Provider[:max(end, 0)])
}
