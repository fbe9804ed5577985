package check

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Checker is what checks what tags can't say. It is called once the fields are checked
// and their defaults filled in.
type Checker interface{ Check(at Path, f *Faults) }

// Args returns a copy of a component's arguments with the defaults filled in, and what
// is wrong with it. Every struct in it is copied; what only a program can wire, and all
// other Inputs, stay the same.
//
// A field's tags say what it takes:
//
//	pulumi:"key,optional"  its name in the schema; without optional it is required
//	config:"-"             only a program can wire it: no key of a stack's file
//	default:"60"           its value where it is left out; "{}" is a struct's defaults
//	range:"0,3600"         the least and the greatest number
//	enum:"tcp,tls"         the texts that it takes
//	form:"kmsKey"          the form of its text or of each of its texts, in [Forms]
//	keys:"label"           the form of a map's keys
//	len:"1,6"              the least and the greatest length of a list or a map
//	unique:"true"          nothing is in a list twice, by what its form says it is
//	inherits:"check"       what it leaves out, another field says: it stays as it is, for
//	                       whoever knows that one to check
//
// What is left out is nil: a pointer, a list, a map or an Input, and also an empty text
// or false. A number that may be left out is a pointer, so that 0 is a number like any
// other. An Input is checked where its value is known already.
func Args[T any](at Path, args *T) (*T, Faults) {
	var f Faults
	full := walk(at, reflect.ValueOf(args), &f).Interface().(*T)
	return full, f
}

// walk returns a checked copy of a pointer, struct, list or map.
func walk(at Path, from reflect.Value, f *Faults) reflect.Value {
	switch {
	case from.Kind() == reflect.Pointer && !from.IsNil() && from.Elem().Kind() == reflect.Struct && declared(from.Type().Elem()):
		into := reflect.New(from.Type().Elem())
		into.Elem().Set(from.Elem())
		whole(at, into.Elem(), f)
		return into
	case from.Kind() == reflect.Struct && declared(from.Type()):
		into := reflect.New(from.Type()).Elem()
		into.Set(from)
		whole(at, into, f)
		return into
	case from.Kind() == reflect.Slice && nests(from.Type().Elem()) && !from.IsNil():
		into := reflect.MakeSlice(from.Type(), from.Len(), from.Len())
		for i := range from.Len() {
			into.Index(i).Set(walk(at.Index(i), from.Index(i), f))
		}
		return into
	case from.Kind() == reflect.Map && nests(from.Type().Elem()) && !from.IsNil():
		into := reflect.MakeMapWithSize(from.Type(), from.Len())
		for _, key := range sortedKeys(from) {
			into.SetMapIndex(key, walk(at.Key(key.String()), from.MapIndex(key), f))
		}
		return into
	default:
		return from
	}
}

// nests says whether a type is, or leads to, a struct that declares arguments.
func nests(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && declared(t)
}

// declared says whether a struct has fields with a name in the schema.
func declared(t reflect.Type) bool {
	return slices.ContainsFunc(reflect.VisibleFields(t), func(field reflect.StructField) bool { return Name(field) != "" })
}

// Name is a field's name in the schema, or "" where it has none.
func Name(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
	return name
}

// Optional says whether a field may be left out.
func Optional(field reflect.StructField) bool {
	_, options, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
	return slices.Contains(strings.Split(options, ","), "optional")
}

func sortedKeys(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(m.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}

// whole checks a struct that can be set, and then lets it check itself.
func whole(at Path, structure reflect.Value, f *Faults) {
	fields(at, structure, f)
	if checker, ok := structure.Addr().Interface().(Checker); ok {
		checker.Check(at, f)
	}
}

// fields checks a struct's fields. Those of an embedded struct are the outer one's own,
// which also checks itself for both: a method of the embedded one is promoted, or called.
func fields(at Path, structure reflect.Value, f *Faults) {
	for i := range structure.NumField() {
		field, value := structure.Type().Field(i), structure.Field(i)
		switch {
		case field.Anonymous && value.Kind() == reflect.Struct:
			fields(at, value, f)
		case Name(field) != "":
			Field(at.Key(Name(field)), field, value, f)
		}
	}
}

// Field fills in one field's default and checks its value.
func Field(path Path, field reflect.StructField, value reflect.Value, f *Faults) {
	if _, later := field.Tag.Lookup("inherits"); later {
		return
	}
	if Missing(value) || !Optional(field) && empty(value) {
		if text, has := field.Tag.Lookup("default"); has {
			setDefault(value, text)
		} else if !Optional(field) {
			f.Say(path, "is missing; it is required")
			return
		}
	}
	length(path, field, value, f)
	texts(path, field, value, f)
	if number, known := integer(value); known {
		if low, high, has := Bounds(field, "range"); has {
			f.Range(path, number, low, high)
		}
	}
	value.Set(walk(path, value, f))
}

// Missing says whether a value says nothing.
func Missing(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Slice, reflect.Map:
		return value.IsNil()
	case reflect.Interface:
		return value.IsNil() || value.Elem().Kind() == reflect.Pointer && value.Elem().IsNil()
	default:
		return value.IsZero()
	}
}

// Inputs are the types of the plain values of Pulumi's Inputs, by the Inputs' types: an
// Input's default is one of these. The package that knows Pulumi fills it.
var Inputs = map[reflect.Type]reflect.Type{}

// empty says whether a value is a list or a map with nothing in it, also as an Input.
func empty(value reflect.Value) bool {
	plain, ok := known(value)
	return ok && (plain.Kind() == reflect.Slice || plain.Kind() == reflect.Map) && plain.Len() == 0
}

// setDefault parses a default of a text, a number, a boolean, or, for "{}", a struct.
func setDefault(value reflect.Value, text string) {
	target := value
	if plain, has := Inputs[value.Type()]; has {
		target = reflect.New(plain).Elem()
		defer func() { value.Set(target) }()
	} else if value.Kind() == reflect.Pointer {
		value.Set(reflect.New(value.Type().Elem()))
		target = value.Elem()
	}
	var err error
	switch target.Kind() {
	case reflect.String:
		target.SetString(text)
	case reflect.Int:
		var number int
		number, err = strconv.Atoi(text)
		target.SetInt(int64(number))
	case reflect.Bool:
		var truth bool
		truth, err = strconv.ParseBool(text)
		target.SetBool(truth)
	case reflect.Slice:
		for _, element := range strings.Split(text, ",") {
			target.Set(reflect.Append(target, reflect.ValueOf(element).Convert(target.Type().Elem())))
		}
	case reflect.Struct:
	default:
		err = fmt.Errorf("a %s has no default", target.Type())
	}
	if err != nil {
		panic("check: default " + strconv.Quote(text) + ": " + err.Error())
	}
}

// known follows pointers and Inputs to a plain value. An Output's is not known yet.
func known(value reflect.Value) (reflect.Value, bool) {
	for value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface {
		if value.IsNil() {
			return value, false
		}
		value = value.Elem()
	}
	return value, value.Kind() != reflect.Struct
}

func integer(value reflect.Value) (int, bool) {
	plain, ok := known(value)
	if !ok || plain.Kind() != reflect.Int {
		return 0, false
	}
	return int(plain.Int()), true
}

// Bounds are the two numbers of a tag such as range:"1,120".
func Bounds(field reflect.StructField, tag string) (low, high int, has bool) {
	text, has := field.Tag.Lookup(tag)
	if !has {
		return 0, 0, false
	}
	if _, err := fmt.Sscanf(text, "%d,%d", &low, &high); err != nil {
		panic(fmt.Sprintf("check: %s:%q of %s: %v", tag, text, field.Name, err))
	}
	return low, high, true
}

func length(path Path, field reflect.StructField, value reflect.Value, f *Faults) {
	plain, ok := known(value)
	low, high, has := Bounds(field, "len")
	if !has || !ok || plain.Kind() != reflect.Slice && plain.Kind() != reflect.Map || plain.IsNil() && Optional(field) {
		return
	}
	if count := plain.Len(); count < low || count > high {
		f.Say(path, "has %d entries; it must have %d to %d", count, low, high)
	}
}

// texts checks a text, or each of a list's or a map's, and a map's keys.
func texts(path Path, field reflect.StructField, value reflect.Value, f *Faults) {
	plain, ok := known(value)
	if !ok {
		return
	}
	switch plain.Kind() {
	case reflect.String:
		text(path, field, plain.String(), f)
	case reflect.Slice:
		var all []string
		for i := range plain.Len() {
			if element, ok := known(plain.Index(i)); ok && element.Kind() == reflect.String {
				text(path.Index(i), field, element.String(), f)
				all = append(all, element.String())
			}
		}
		if field.Tag.Get("unique") != "" {
			form, _ := formOf(field, "form")
			f.Once(path, all, form.identity)
		}
	case reflect.Map:
		form, formed := formOf(field, "keys")
		seen := map[string]string{}
		for _, key := range sortedKeys(plain) {
			if formed && !form.Ok(key.String()) {
				f.Say(path, "has the key %q; it must be %s", key.String(), form.fault(key.String()))
			}
			if other, taken := seen[form.identity(key.String())]; taken {
				f.Say(path, "has the keys %q and %q, which are one; list it once", other, key.String())
			}
			seen[form.identity(key.String())] = key.String()
			if element, ok := known(plain.MapIndex(key)); ok && element.Kind() == reflect.String {
				text(path.Key(key.String()), field, element.String(), f)
			}
		}
	}
}

// text checks a text. An empty one of a plain field is one that was left out.
func text(path Path, field reflect.StructField, value string, f *Faults) {
	switch kind := field.Type.Kind(); {
	case kind == reflect.Interface && !manyTexts(field.Type):
		Given(path, field, value, f)
	case value != "" || !Optional(field) || inCollection(field):
		Text(path, field, value, f)
	}
}

// manyTexts says whether an Input is of a list or a map.
func manyTexts(input reflect.Type) bool {
	plain, known := Inputs[input]
	return known && (plain.Kind() == reflect.Slice || plain.Kind() == reflect.Map)
}

// Given checks a text that was given, empty or not. No option means anything by an empty
// one, so that it is never taken for one that was left out.
func Given(path Path, field reflect.StructField, value string, f *Faults) {
	before := len(*f)
	if Text(path, field, value, f); value == "" && len(*f) == before {
		f.Say(path, "is \"\"; give it a value, or leave it out")
	}
}

// Text checks a text by its field's tags.
func Text(path Path, field reflect.StructField, value string, f *Faults) {
	if allowed, has := field.Tag.Lookup("enum"); has {
		f.OneOf(path, value, strings.Split(allowed, ",")...)
	}
	if form, has := formOf(field, "form"); has {
		f.Form(path, value, form)
	}
}

func inCollection(field reflect.StructField) bool {
	kind := field.Type.Kind()
	return kind == reflect.Slice || kind == reflect.Map || kind == reflect.Interface
}

func formOf(field reflect.StructField, tag string) (Form, bool) {
	name, has := field.Tag.Lookup(tag)
	if !has {
		return Form{}, false
	}
	form, known := Forms[name]
	if !known {
		panic(fmt.Sprintf("check: %s:%q of %s is no form", tag, name, field.Name))
	}
	return form, true
}

// Inherit returns a copy of own in which what is left out is what all says. Either may
// be nil.
func Inherit[T any](own, all *T) *T {
	switch {
	case own == nil:
		return all
	case all == nil:
		return own
	}
	merged := *own
	into, from := reflect.ValueOf(&merged).Elem(), reflect.ValueOf(all).Elem()
	for i := range into.NumField() {
		if into.Type().Field(i).IsExported() && Missing(into.Field(i)) {
			into.Field(i).Set(from.Field(i))
		}
	}
	return &merged
}

// Sorted yields a map's entries in the order of their keys: resources and errors come
// out the same way every time.
func Sorted[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
