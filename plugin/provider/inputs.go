package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// document is a program's inputs as the decoder of arguments reads them: what is known is
// plain, and the rest is [later].
func document(in inputs) any {
	return in.plain(nil, resource.NewProperty(in.values))
}

// plain is the value at a path.
func (in inputs) plain(path []any, value resource.PropertyValue) any {
	below := func(key any) []any { return append(path[:len(path):len(path)], key) }
	switch {
	case value.IsOutput() && value.OutputValue().Known && !value.OutputValue().Secret:
		return in.plain(path, value.OutputValue().Element)
	case value.IsSecret(), value.IsComputed(), value.IsOutput():
		return later{in, path, value}
	case value.IsObject():
		members := map[string]any{}
		for key, member := range value.ObjectValue() {
			if known := in.plain(below(string(key)), member); known != nil { // null is how some languages leave a key out
				members[string(key)] = known
			}
		}
		return members
	case value.IsArray():
		elements := []any{}
		for i, element := range value.ArrayValue() {
			elements = append(elements, in.plain(below(i), element))
		}
		return elements
	case value.IsNumber():
		return json.Number(strconv.FormatFloat(value.NumberValue(), 'f', -1, 64))
	case value.IsBool():
		return value.BoolValue()
	case value.IsString():
		return value.StringValue()
	case value.IsNull():
		return nil
	default:
		return value // a resource, an asset: nothing that an argument takes
	}
}

// later is an input that is unknown, or a secret: it becomes one of Go's Outputs.
type later struct {
	in    inputs
	path  []any
	value resource.PropertyValue
}

// Says names what would be a plain value.
func (l later) Says() string {
	if l.value.ContainsUnknowns() {
		return "is not known yet; it must be a plain value, since it decides which resources there are"
	}
	return "is a secret; it must be a plain value, since the resources' names and inputs show it"
}

// Input lets the SDK make the Output, with the secret and the dependencies that it has:
// of arguments of the one field that the path leads to.
func (l later) Input(t reflect.Type) (any, error) {
	for i := len(l.path) - 1; i >= 0; i-- {
		switch key := l.path[i].(type) {
		case int:
			t = reflect.SliceOf(t)
		case string:
			if strings.ContainsAny(key, ",\"\\") { // no name of a field, but of a map's entry
				t = reflect.MapOf(reflect.TypeFor[string](), t)
				continue
			}
			tag := reflect.StructTag(fmt.Sprintf("pulumi:%q", key))
			t = reflect.StructOf([]reflect.StructField{{Name: "F", Type: t, Tag: tag}})
		}
	}
	args := reflect.New(t)
	if err := l.in.inputs.CopyTo(args.Interface()); err != nil {
		return nil, err
	}
	at := args.Elem()
	for _, key := range l.path {
		switch at.Kind() {
		case reflect.Struct:
			at = at.Field(0)
		case reflect.Slice:
			at = at.Index(key.(int))
		case reflect.Map:
			at = at.MapIndex(reflect.ValueOf(key))
		}
	}
	return at.Interface(), nil
}
