package review

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/sandbox/cost"
)

// names puts a resource's logical name in place of the ids and names that AWS gave
// it: they differ with every deployment and say nothing to a reader.
type names struct {
	known    map[string]string
	replacer *strings.Replacer
}

// newNames learns the names of what the stacks have deployed.
func newNames(sets ...[]cost.Stack) *names {
	n := &names{known: map[string]string{}}
	// Ids first: what one resource shows of another goes by the other's name.
	for _, learn := range []func(apitype.ResourceV3, string){n.learnIDs, n.learnOutputs} {
		for _, stack := range slices.Concat(sets...) {
			for _, r := range stack.Resources {
				if r.Custom && !strings.HasPrefix(string(r.Type), "pulumi:") {
					kind := shortType(string(r.Type))
					learn(r, kind[strings.LastIndex(kind, ":")+1:]+" "+r.URN.Name())
				}
			}
		}
	}
	n.build()
	return n
}

// build makes the replacer of what is known.
func (n *names) build() {
	// The longest first: an ARN holds other ids.
	ids := slices.SortedFunc(maps.Keys(n.known), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, id := range ids {
		pairs = append(pairs, id, n.known[id])
	}
	n.replacer = strings.NewReplacer(pairs...)
}

// learnPlanned takes the names that the engine has made of a resource's logical name
// for a preview. The deployment makes them anew, and others may hold them by then: an
// autoscaling target's id is made of a cluster's and a service's name.
func (n *names) learnPlanned(m apitype.StepEventMetadata) {
	logical := m.URN[strings.LastIndex(m.URN, "::")+2:]
	for _, state := range []*apitype.StepEventStateMetadata{m.Old, m.New} {
		if state == nil {
			continue
		}
		for _, value := range state.Inputs {
			name, _ := value.(string)
			if rest, ok := strings.CutPrefix(name, logical+"-"); ok && suffix.MatchString(rest) {
				n.known[name] = logical
			}
		}
	}
	n.build()
}

// suffix is what the engine appends to a logical name.
var suffix = regexp.MustCompile(`^[0-9a-f]{7}$`)

func (n *names) learnIDs(r apitype.ResourceV3, label string) {
	n.learnValue(label, string(r.ID))
	n.learnValue(label, r.Outputs["arn"])
	n.learnValue(r.URN.Name(), r.Outputs["name"])
}

// learnOutputs takes what AWS has made up besides, such as DNS names.
func (n *names) learnOutputs(r apitype.ResourceV3, label string) {
	for _, key := range slices.Sorted(maps.Keys(r.Outputs)) {
		n.learnValue(label+" "+key, r.Outputs[key])
	}
}

func (n *names) learnValue(label string, value any) {
	switch v := value.(type) {
	case string:
		if !strings.ContainsAny(v, " {[") {
			n.put(v, label)
		}
	case []any:
		for i, e := range v {
			n.learnValue(fmt.Sprintf("%s[%d]", label, i), e)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.learnValue(label+"."+key, v[key])
		}
	}
}

// generated is a part of an id or name that AWS or the Pulumi engine makes up. An
// account's id, of 12 digits, is none.
var generated = regexp.MustCompile(`(^|[-/:_])([0-9a-f]{7,8}|[0-9a-f]{16,17}|[0-9a-f]{32})($|[-/:_.])`)

func (n *names) put(id, label string) {
	if _, taken := n.known[id]; !taken && generated.MatchString(id) {
		n.known[id] = label
	}
}

func (n *names) replace(s string) string { return n.replacer.Replace(s) }
