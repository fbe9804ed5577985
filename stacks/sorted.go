package stacks

import (
	"iter"
	"maps"
	"slices"
)

// sorted yields a map's entries in the order of their keys: resources, errors and
// log lines come out the same way every time.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
