package plugin

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/sandbox/world"
)

// schema is what the pulumi-aws SDK's Go types say of one resource type: they
// are generated from the real provider's schema, so they decide which
// properties exist and what type each one has.
type schema struct {
	inputs  reflect.Type // struct with `pulumi:"name"` tags
	outputs reflect.Type
}

func schemaOf(args, state pulumi.Input) schema {
	return schema{args.ElementType(), state.ElementType()}
}

// fields returns the properties of a tagged struct, by name.
func fields(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("pulumi"); ok {
			out[strings.Split(tag, ",")[0]] = t.Field(i).Type
		}
	}
	return out
}

// outputNames returns the names of every output property, sorted.
func (s schema) outputNames() []string {
	var names []string
	for n := range fields(s.outputs) {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// mistyped returns one error for every property that the SDK does not have or
// has with another type.
func (s schema) mistyped(inputs world.Props) []error {
	var errs []error
	for _, m := range mismatches("", map[string]any(inputs), s.inputs) {
		errs = append(errs, fmt.Errorf("%s", m))
	}
	return errs
}

func mismatches(path string, v any, t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if v == nil || t.Kind() == reflect.Interface {
		return nil
	}
	if _, unknown := v.(world.Unknown); unknown {
		return nil
	}
	wrong := func(want string) []string {
		return []string{fmt.Sprintf("property %q is %s, and the pulumi-aws SDK has %s", path, describe(v), want)}
	}
	switch t.Kind() {
	case reflect.String:
		if _, ok := v.(string); !ok {
			return wrong("a string")
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			return wrong("a boolean")
		}
	case reflect.Int, reflect.Float64:
		if _, ok := v.(float64); !ok {
			return wrong("a number")
		}
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			return wrong("a list")
		}
		var out []string
		for i, e := range list {
			out = append(out, mismatches(fmt.Sprintf("%s[%d]", path, i), e, t.Elem())...)
		}
		return out
	case reflect.Map:
		m, ok := v.(map[string]any)
		if !ok {
			return wrong("a map")
		}
		var out []string
		for _, k := range keys(m) {
			out = append(out, mismatches(join(path, k), m[k], t.Elem())...)
		}
		return out
	case reflect.Struct:
		m, ok := v.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		return structMismatches(path, m, t)
	}
	return nil
}

func structMismatches(path string, m map[string]any, t reflect.Type) []string {
	known := fields(t)
	var out []string
	for _, k := range keys(m) {
		if k == "__defaults" {
			continue
		}
		ft, ok := known[k]
		if !ok {
			out = append(out, fmt.Sprintf("property %q does not exist in the pulumi-aws SDK", join(path, k)))
			continue
		}
		out = append(out, mismatches(join(path, k), m[k], ft)...)
	}
	return out
}

func describe(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("the string %q", v)
	case bool:
		return fmt.Sprintf("the boolean %t", v)
	case float64:
		return fmt.Sprintf("the number %g", v)
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
