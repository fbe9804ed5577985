package adopt

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"fargate-privatelink/sandbox/world"
)

// child is a resource that the program registers, as a trial deployment left it.
type child struct {
	urn             resource.URN
	token, name, id string
	parent          resource.URN
	custom          bool
	version         string
	inputs, outputs world.Props
}

// childrenOf are the resources of a stack's state.
func childrenOf(state []apitype.ResourceV3) (out []*child) {
	for _, r := range state {
		if strings.HasPrefix(string(r.Type), "pulumi:") {
			continue
		}
		out = append(out, &child{
			urn: r.URN, token: string(r.Type), name: r.URN.Name(), id: string(r.ID), parent: r.Parent, custom: r.Custom,
			version: versionOf(r.Provider), inputs: r.Inputs, outputs: r.Outputs,
		})
	}
	return out
}

// versionOf is the version in the name of a default provider, default_6_83_4.
func versionOf(provider string) string {
	parts := strings.Split(provider, "::")
	name := parts[max(0, len(parts)-2)]
	if v, ok := strings.CutPrefix(name, "default_"); ok {
		return strings.ReplaceAll(v, "_", ".")
	}
	return ""
}

// matcher finds out which of the found resources is which child.
type matcher struct {
	children []*child
	found    []*world.Record
	of       map[*child]*world.Record
	taken    map[*world.Record]bool
}

func newMatcher(children []*child, found []*world.Record) *matcher {
	return &matcher{children: children, found: found, of: map[*child]*world.Record{}, taken: map[*world.Record]bool{}}
}

func (m *matcher) take(c *child, r *world.Record) {
	m.of[c], m.taken[r] = r, true
}

// run matches what there is one of, then what matched ones refer to, then what has the
// most in common, until nothing more is found.
func (m *matcher) run() {
	m.singles()
	for {
		before := len(m.of)
		for c, r := range m.of {
			m.follow(c.inputs, r.Outputs)
		}
		if len(m.of) == before {
			m.likeliest()
		}
		if len(m.of) == before {
			return
		}
	}
}

func (m *matcher) left(token string) (children []*child, found []*world.Record) {
	for _, c := range m.children {
		if c.custom && c.token == token && m.of[c] == nil {
			children = append(children, c)
		}
	}
	for _, r := range m.found {
		if r.Kind == token && !m.taken[r] {
			found = append(found, r)
		}
	}
	return children, found
}

// references are types of which a resource is meant only where another one refers to it:
// one role of an account need not be the one that the program makes.
var references = []string{
	"aws:ec2/securityGroup:SecurityGroup", "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup",
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	"aws:ec2/vpcEndpoint:VpcEndpoint", "aws:iam/rolePolicy:RolePolicy",
}

func (m *matcher) singles() {
	for _, c := range m.children {
		children, found := m.left(c.token)
		if len(children) == 1 && len(found) == 1 && !slices.Contains(references, c.token) {
			m.take(children[0], found[0])
		}
	}
}

// follow matches what two matched resources refer to in the same place.
func (m *matcher) follow(a, b any) {
	switch a := a.(type) {
	case string:
		if text, is := b.(string); is {
			m.followText(a, text)
		}
	case []any:
		if list, is := b.([]any); is && len(list) == len(a) && len(a) == 1 {
			m.follow(a[0], list[0])
		}
	case world.Props:
		m.follow(map[string]any(a), b)
	case map[string]any:
		for k, v := range a {
			switch b := b.(type) {
			case world.Props:
				m.follow(v, b[k])
			case map[string]any:
				m.follow(v, b[k])
			}
		}
	}
}

func (m *matcher) followText(a, b string) {
	var as, bs []any
	if json.Unmarshal([]byte(a), &as) == nil && json.Unmarshal([]byte(b), &bs) == nil {
		m.follow(as, bs) // container definitions
		return
	}
	for _, c := range m.children {
		if m.of[c] != nil || !c.custom || !named(c.id, c.outputs, a) {
			continue
		}
		for _, r := range m.found {
			if r.Kind == c.token && !m.taken[r] && named(r.ID, r.Outputs, b) {
				m.take(c, r)
				return
			}
		}
	}
}

// named says whether a text is the id or the ARN of a resource, or a log group's name.
func named(id string, outputs world.Props, text string) bool {
	return text != "" && (text == id || text == outputs.Str("arn"))
}

// likeliest matches the pair that has the most in common, and more than any other pair
// of the two.
func (m *matcher) likeliest() {
	var best *child
	var with *world.Record
	most, tied := 0, false
	for _, c := range m.children {
		if m.of[c] != nil || !c.custom {
			continue
		}
		for _, r := range m.found {
			if r.Kind != c.token || m.taken[r] {
				continue
			}
			switch n := m.common(c, r); {
			case n > most:
				best, with, most, tied = c, r, n, false
			case n == most && n > 0 && (c == best || r == with):
				tied = true
			}
		}
	}
	if best != nil && !tied {
		m.take(best, with)
	}
}

// common counts the inputs of a child that a resource has too; one that refers to a
// matched child, and to something else in the resource, rules the pair out.
func (m *matcher) common(c *child, r *world.Record) (n int) {
	for name, v := range c.inputs {
		if name == "__defaults" || name == "tags" || name == "name" || name == "description" || isDefault(c.inputs, name) {
			continue
		}
		want := m.translated(v)
		switch {
		case reflect.DeepEqual(want, r.Outputs[name]):
			n++
			if !reflect.DeepEqual(want, v) {
				n += 2 // it refers to what is matched
			}
		case !reflect.DeepEqual(want, v):
			return 0
		}
	}
	return n
}

func isDefault(inputs world.Props, name string) bool {
	return slices.Contains(inputs.Strs("__defaults"), name)
}

// translated is a value with the ids of matched children as they are in reality.
func (m *matcher) translated(v any) any {
	switch v := v.(type) {
	case string:
		for c, r := range m.of {
			switch v {
			case c.outputs.Str("arn"):
				if arn := r.Outputs.Str("arn"); arn != "" {
					return arn
				}
			case c.id:
				return r.ID
			}
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = m.translated(e)
		}
		return out
	}
	return v
}
