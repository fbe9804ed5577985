package components

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// Inputs are the types of the plain values of the Inputs that arguments have: what a
// stack's file can give, and defaults.
var Inputs = map[reflect.Type]reflect.Type{
	reflect.TypeFor[pulumi.StringInput]():      reflect.TypeFor[pulumi.String](),
	reflect.TypeFor[pulumi.StringPtrInput]():   reflect.TypeFor[pulumi.String](),
	reflect.TypeFor[pulumi.StringArrayInput](): reflect.TypeFor[pulumi.StringArray](),
	reflect.TypeFor[pulumi.StringMapInput]():   reflect.TypeFor[pulumi.StringMap](),
	reflect.TypeFor[pulumi.BoolInput]():        reflect.TypeFor[pulumi.Bool](),
	reflect.TypeFor[pulumi.BoolPtrInput]():     reflect.TypeFor[pulumi.Bool](),
	reflect.TypeFor[pulumi.IntPtrInput]():      reflect.TypeFor[pulumi.Int](),
}

func init() { maps.Copy(check.Inputs, Inputs) }

// plain is an Input's text, where it is known before anything is registered.
func plain(input any) (string, bool) {
	value, known := input.(pulumi.String)
	return string(value), known
}

// isTrue says whether a boolean that may be left out is true.
func isTrue(value *bool) bool { return value != nil && *value }

// texts are the known ones of several Inputs.
func texts(inputs []pulumi.StringInput) []string {
	var known []string
	for _, input := range inputs {
		if value, ok := plain(input); ok {
			known = append(known, value)
		}
	}
	return known
}

// keyed returns Inputs by keys that name resources: what name makes of the known ones,
// and of the others the word and their place in the list.
func keyed(inputs []pulumi.StringInput, word string, name func(string) string) map[string]pulumi.StringInput {
	byKey := map[string]pulumi.StringInput{}
	for i, input := range inputs {
		key := fmt.Sprintf("%s-%d", word, i+1)
		if value, known := plain(input); known {
			key = name(value)
		}
		byKey[key] = input
	}
	return byKey
}

// noneMissing says which of a list's Inputs are nil.
func noneMissing(at check.Path, inputs []pulumi.StringInput, f *check.Faults) {
	for i, input := range inputs {
		if missing(input) {
			f.Say(at.Index(i), "is missing; it is required")
		}
	}
}

// noneMissingIn says which of a map's Inputs are nil.
func noneMissingIn(at check.Path, inputs map[string]pulumi.StringInput, f *check.Faults) {
	for key, input := range check.Sorted(inputs) {
		if missing(input) {
			f.Say(at.Key(key), "is missing; it is required")
		}
	}
}

// concatenated are the texts of all lists, one after the other.
func concatenated(lists pulumi.StringArrayArray) pulumi.StringArrayOutput {
	return lists.ToStringArrayArrayOutput().ApplyT(func(all [][]string) []string {
		return append([]string{}, slices.Concat(all...)...)
	}).(pulumi.StringArrayOutput)
}
