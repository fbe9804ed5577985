package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// CompareValues is like [Compare] for contracts in the form of stack outputs, of
// whatever version. It needs neither to be valid: what is missing, retyped or of
// another version is a change that readers of the one have to expect of the other.
// Changes of the keys themselves come first.
func CompareValues(before, after any) []Change {
	c := comparison{}
	old, isObject := before.(map[string]any)
	next, stillObject := after.(map[string]any)
	if !isObject || !stillObject {
		if !reflect.DeepEqual(before, after) {
			c.major(root, "%s becomes %s; it must be an object", kindOf(before), kindOf(after))
		}
		return c
	}
	comparable := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		comparable[key] = c.key(key, old, next)
	}
	for _, key := range slices.Sorted(maps.Keys(next)) {
		if _, found := old[key]; !found {
			c.minor(key, "the key is added; readers that don't know it pass over it")
		}
	}
	for _, change := range Compare(lenient(old), lenient(next)) {
		if comparable[change.Key] {
			c = append(c, change)
		}
	}
	return c
}

// key compares one key without regard to what it means, unless this release doesn't
// know it. It returns whether the key's values can be compared.
func (c *comparison) key(key string, old, next map[string]any) bool {
	was := old[key]
	is, found := next[key]
	switch {
	case !found:
		c.major(key, "the key is removed")
	case kindOf(was) != kindOf(is):
		c.major(key, "%s becomes %s", kindOf(was), kindOf(is))
	case !slices.Contains(keys(), key) && !reflect.DeepEqual(was, is):
		c.major(key, "it changes, and this release doesn't know what that means")
	default:
		return true
	}
	return false
}

// keys are the contract's keys.
func keys() []string { return outputNames(reflect.TypeFor[Contract]()) }

// lenient reads what it can.
func lenient(value map[string]any) *Contract {
	var c Contract
	data, err := json.Marshal(value)
	if err == nil {
		// What is of another type is left out, and compared by its type.
		_ = json.Unmarshal(data, &c)
	}
	return &c
}

// kindOf is a JSON value's type in words.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	if kind := reflect.ValueOf(value).Kind(); kind >= reflect.Int && kind <= reflect.Float64 {
		return "a number"
	}
	return fmt.Sprintf("a %T", value)
}
