package world

import (
	"slices"
	"sort"
)

// Props holds a resource's properties under the names that the Pulumi AWS
// provider gives them. Values are what encoding/json makes of JSON: string,
// float64, bool, nil, []any and map[string]any; during a preview also Unknown.
type Props map[string]any

// Unknown stands for a value that is not known before the deployment.
type Unknown struct{}

// defaultsKey lists, among a resource's checked inputs, those that were filled
// in and not written by the user; the AWS provider keeps the same list.
const defaultsKey = "__defaults"

// Clone returns a deep copy.
func (p Props) Clone() Props {
	if p == nil {
		return nil
	}
	out := make(Props, len(p))
	for k, v := range p {
		out[k] = cloneValue(v)
	}
	return out
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = cloneValue(e)
		}
		return out
	case Props:
		return map[string]any(v.Clone())
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = cloneValue(e)
		}
		return out
	default:
		return v
	}
}

// Has says whether the property is set to something, known or not.
func (p Props) Has(key string) bool { v, ok := p[key]; return ok && v != nil }

// Known says whether the property is absent or has a value with nothing unknown in it.
func (p Props) Known(key string) bool { return known(p[key]) }

func known(v any) bool {
	switch v := v.(type) {
	case Unknown:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !known(e) })
	case map[string]any:
		for _, e := range v {
			if !known(e) {
				return false
			}
		}
	}
	return true
}

// Str returns a string property, or "" where it is absent or unknown.
func (p Props) Str(key string) string { s, _ := p[key].(string); return s }

// Int returns a number property, or 0 where it is absent or unknown.
func (p Props) Int(key string) int { f, _ := p[key].(float64); return int(f) }

// Bool returns a boolean property, or false where it is absent or unknown.
func (p Props) Bool(key string) bool { b, _ := p[key].(bool); return b }

// List returns a list property, or nil.
func (p Props) List(key string) []any { l, _ := p[key].([]any); return l }

// Map returns an object property, or nil.
func (p Props) Map(key string) Props { m, _ := p[key].(map[string]any); return m }

// Strs returns the strings of a list property; unknown elements are left out.
func (p Props) Strs(key string) []string {
	var out []string
	for _, v := range p.List(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Maps returns the objects of a list property; unknown elements are left out.
func (p Props) Maps(key string) []Props {
	var out []Props
	for _, v := range p.List(key) {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// anys turns strings into a list property's value.
func anys(ss []string) []any {
	out := make([]any, len(ss))
	for i, s := range ss {
		out[i] = s
	}
	return out
}

// sortedKeys returns the keys of m in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
