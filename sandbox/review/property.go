package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Property is one input that differs.
type Property struct {
	Path string `json:"path"`
	// Before and After are the values as text; empty where there is none.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// What stands for a value that can't or mustn't be shown.
const (
	notKnown = "(known after the deployment)"
	secret   = "[secret]"
	// anew follows a resource's name where another one has taken its place.
	anew = " (the new one)"
)

// propertiesOf compares a resource's inputs before and after a step.
func propertiesOf(m apitype.StepEventMetadata, n *names) []Property {
	before, after := inputsOf(m.Old), inputsOf(m.New)
	if opOf(m.Op) == Delete {
		after = nil // some steps repeat the old state as the new one
	}
	leaves := map[string]*Property{}
	at := func(path string) *Property {
		if leaves[path] == nil {
			leaves[path] = &Property{Path: path}
		}
		return leaves[path]
	}
	flatten("", before, func(path, value string) { at(path).Before = value })
	flatten("", after, func(path, value string) { at(path).After = value })
	var out []Property
	for _, path := range slices.Sorted(maps.Keys(leaves)) {
		if p := *leaves[path]; p.Before != p.After {
			if p.named(n); p.Before != p.After {
				out = append(out, p)
			}
		}
	}
	return out
}

// named puts names for ids. What refers to the same resource, made anew, says so; a
// name that the engine makes up with it is no difference.
func (p *Property) named(n *names) {
	before, after := n.replace(p.Before), n.replace(p.After)
	if before == after && !isAutoname(p.Before, before) {
		after += anew
	}
	p.Before, p.After = before, after
}

// isAutoname says whether a value is a logical name with a suffix by the engine.
func isAutoname(value, logical string) bool {
	rest, found := strings.CutPrefix(value, logical+"-")
	return found && suffix.MatchString(rest)
}

// becomes says whether the value after the change is the one that a consequence is
// about.
func (p Property) becomes(value string) bool {
	if value != more && value != fewer {
		return value == "" || value == p.After
	}
	before, errBefore := strconv.ParseFloat(p.Before, 64)
	after, errAfter := strconv.ParseFloat(p.After, 64)
	if errBefore != nil || errAfter != nil {
		return value == fewer // the worse of the two
	}
	return (after < before) == (value == fewer)
}

func inputsOf(state *apitype.StepEventStateMetadata) any {
	if state == nil || state.Inputs == nil {
		return map[string]any{}
	}
	return map[string]any(state.Inputs)
}

// flatten calls leaf with every value within v that has no parts, by its path in
// Pulumi's syntax. A JSON document in a text is taken apart as well: that is how
// task definitions and policies are written.
func flatten(path string, v any, leaf func(path, value string)) {
	switch v := v.(type) {
	case map[string]any:
		if _, hidden := v[resource.SigKey]; hidden {
			leaf(path, secret)
			return
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if k == "__defaults" {
				continue
			}
			at := k
			if path != "" {
				at = path + "." + k
			}
			flatten(at, v[k], leaf)
		}
	case []any:
		if scalars(v) {
			flattenSet(path, v, leaf)
			return
		}
		for i, e := range v {
			flatten(fmt.Sprintf("%s[%d]", path, i), e, leaf)
		}
	case string:
		if document, ok := asDocument(v); ok {
			flatten(path, document, leaf)
			return
		}
		leaf(path, text(v))
	case nil:
	default:
		leaf(path, fmt.Sprint(v))
	}
}

// scalars says whether a list has only values without parts.
func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(e any) bool {
		switch e := e.(type) {
		case map[string]any, []any:
			return true
		case string:
			_, document := asDocument(e)
			return document
		}
		return false
	})
}

// flattenSet shows a list of plain values as one.
func flattenSet(path string, list []any, leaf func(path, value string)) {
	if len(list) == 0 {
		return
	}
	var parts []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			e = text(s)
		}
		parts = append(parts, fmt.Sprint(e))
	}
	leaf(path, "["+strings.Join(parts, ", ")+"]")
}

func text(s string) string {
	if s == plugin.UnknownStringValue {
		return notKnown
	}
	return s
}

// asDocument reads a text that is a JSON object or list.
func asDocument(s string) (any, bool) {
	if !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return nil, false
	}
	var v any
	err := json.Unmarshal([]byte(s), &v)
	return v, err == nil
}
