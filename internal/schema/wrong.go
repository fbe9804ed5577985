package schema

import "strings"

// Wrong are values that the key doesn't take, by what is wrong with each. A test gives
// them to the program and to the JSON Schema: both have to refuse them.
func (k *Key) Wrong() map[string]any {
	switch k.Kind {
	case Integer:
		wrong := map[string]any{"a text": "5", "a fraction": 1.5}
		if k.Range != nil {
			wrong["too little"], wrong["too much"] = k.Range.Low-1, k.Range.High+1
		}
		return wrong
	case Boolean:
		return map[string]any{"a text": "true"}
	case String:
		wrong := map[string]any{"a number": 5}
		if len(k.Enum) > 0 || k.Form != nil && k.Form.Pattern != nil && !k.Form.Ok(" ") {
			wrong["no such text"] = " "
		}
		return wrong
	case List:
		wrong := map[string]any{"a text": "5"}
		for what, value := range k.Elem.Wrong() {
			wrong["a list with "+what] = []any{value}
		}
		return wrong
	case Map:
		wrong := map[string]any{"a text": "5"}
		if k.Names != nil && k.Names.Pattern != nil {
			wrong["no such name"] = map[string]any{" ": map[string]any{}}
		}
		return wrong
	case Object:
		return map[string]any{"a text": "5", "a misspelt key": map[string]any{"no such key": 1}}
	default:
		return nil
	}
}

// Document is an object that has a value at a path below a role's key. Where the path
// goes through a map, name says which key of it to take, by the path of the map.
func Document(path string, value any, name func(path string) string) any {
	segments := strings.Split(path, ".")
	for i := len(segments) - 1; i > 0; i-- {
		segment := segments[i]
		if segment == AnyName {
			segment = name(strings.Join(segments[:i], "."))
		}
		if list, found := strings.CutSuffix(segment, Element); found {
			segment, value = list, []any{value}
		}
		value = map[string]any{segment: value}
	}
	return value
}
