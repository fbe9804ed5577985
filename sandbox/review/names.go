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
	"fargate-privatelink/sandbox/world"
)

// names puts a resource's logical name in place of the ids and names that AWS gave
// it: they differ with every deployment and say nothing to a reader.
type names struct {
	known    map[string]string
	replacer *strings.Replacer
	// outputs are the commands that print what a stack hands out, by its value.
	outputs map[string]string
}

// newNames learns the names of what the stacks have deployed.
func newNames(sets ...[]cost.Stack) *names {
	n := &names{known: map[string]string{}, outputs: map[string]string{}}
	for _, stack := range slices.Concat(sets...) {
		n.learnCommands(stack)
	}
	// Ids first: what one resource shows of another goes by the other's name.
	for _, learn := range []func(apitype.ResourceV3, string){n.learnIDs, n.learnOutputs} {
		for _, stack := range slices.Concat(sets...) {
			for _, r := range stack.Resources {
				if r.Custom && !strings.HasPrefix(string(r.Type), "pulumi:") {
					kind := world.ShortType(string(r.Type))
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

// learnCommands takes the stack's outputs, by whose names commands can be given that
// work wherever the stack is deployed.
func (n *names) learnCommands(stack cost.Stack) {
	outputs := outputsOf(stack.Resources)
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if value, ok := outputs[name].(string); ok && generated.MatchString(value) && n.outputs[value] == "" {
			n.outputs[value] = fmt.Sprintf(`"$(pulumi stack output %s --stack %s)"`, name, stack.Name)
		}
	}
}

// shell is a command within a text, up to what ends it.
var shell = regexp.MustCompile(`\baws [a-z0-9-]+ [a-z][a-z0-9-]+-[a-z0-9-]+( [^;\n]+)?`)

// replaceAll puts names for ids in a text, and in the commands that it holds what can
// be run: an id of the sandbox is none of an account.
func (n *names) replaceAll(s string) string {
	var out strings.Builder
	rest := 0
	for _, at := range shell.FindAllStringIndex(s, -1) {
		out.WriteString(n.replace(s[rest:at[0]]))
		words := strings.Split(s[at[0]:at[1]], " ")
		for i, word := range words {
			words[i] = n.argument(word)
		}
		out.WriteString(strings.Join(words, " "))
		rest = at[1]
	}
	return out.String() + n.replace(s[rest:])
}

func (n *names) argument(word string) string {
	if command := n.outputs[word]; command != "" {
		return command
	}
	if label := n.known[word]; label != "" {
		return "<id of " + label + ">"
	}
	return word
}
