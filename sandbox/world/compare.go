package world

import (
	"encoding/json"
	"reflect"
	"slices"
	"sort"
)

// equal compares two values of a property as the provider does: sets in any
// order, JSON documents by what they say, and without the notes on defaults.
func (p *Property) equal(a, b any) bool {
	return reflect.DeepEqual(p.normal(a), p.normal(b))
}

// replaces says whether the change of a property makes a new resource: any change of
// one that is marked so, or one within it. A block that is absent is as one with
// the provider's defaults.
func (p *Property) replaces(a, b any) bool {
	return p.Replace || slices.ContainsFunc(p.Elem, func(e Property) bool {
		was, is := e.within(a), e.within(b)
		return !e.equal(was, is) && e.replaces(was, is)
	})
}

// within are the values of a block's property, of every block in a list.
func (p *Property) within(block any) any {
	switch block := block.(type) {
	case []any:
		out := make([]any, len(block))
		for i, v := range block {
			out[i] = p.within(v)
		}
		return out
	case map[string]any:
		if v, ok := block[p.Name]; ok {
			return v
		}
	}
	return p.Default
}

// normal brings a value into the form in which equal values are identical.
func (p *Property) normal(v any) any {
	switch v := v.(type) {
	case float64, bool:
		return jsonText(v) // the provider takes "12" for 12, and keeps some numbers so
	case string:
		if p.JSON {
			return normalJSON(v)
		}
	case []any:
		return p.normalList(v)
	case map[string]any:
		return p.normalObject(v)
	}
	return v
}

func (p *Property) normalList(l []any) any {
	out := make([]any, len(l))
	for i, v := range l {
		out[i] = (&Property{Elem: p.Elem}).normal(v)
	}
	if p.Set {
		sort.Slice(out, func(i, j int) bool { return jsonText(out[i]) < jsonText(out[j]) })
	}
	return out
}

func (p *Property) normalObject(m map[string]any) any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		if k == defaultsKey || v == nil {
			continue
		}
		out[k] = elem(p.Elem, k).normal(v)
	}
	return out
}

// elem returns the property of that name, or one that says nothing.
func elem(ps []Property, name string) *Property {
	for i := range ps {
		if ps[i].Name == name {
			return &ps[i]
		}
	}
	return &Property{Name: name}
}

// normalJSON spells a JSON document in one way; what is no JSON stays as it is.
func normalJSON(doc string) string {
	var v any
	if json.Unmarshal([]byte(doc), &v) != nil {
		return doc
	}
	return jsonText(v)
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// withoutDefaultsNotes is a copy of a value without the lists of what was
// filled in, at any depth.
func withoutDefaultsNotes(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withoutDefaultsNotes(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			if k != defaultsKey {
				out[k] = withoutDefaultsNotes(e)
			}
		}
		return out
	}
	return v
}
