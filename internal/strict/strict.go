// Package strict decodes JSON into Go structs and refuses whatever the structs
// don't declare, with one sentence for each fault that names the key, the value
// and what is allowed.
//
// It is stricter than encoding/json: names are compared exactly, an unknown key
// is a fault, null is a fault, and nothing is converted. A number in quotes is a
// string, and is told so.
package strict

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"fargate-privatelink/internal/check"
)

// Keys is the set of key paths that a document held, such as
// "provider.service.cpu". It tells a key that was left out from one that was set
// to its zero value or its default.
type Keys map[string]bool

// Has reports whether the document held the key at path.
func (k Keys) Has(path string) bool { return k[path] }

// Decode decodes the JSON object in data into the struct that into points to,
// and returns the paths of the keys that it found. Fields of keys that are left
// out keep their values, so a struct can be filled with defaults beforehand.
//
// Path is the document's own name and the first element of every path. Fields are
// matched by the name in their pulumi tag, without one by their json tag, and may be
// strings, booleans, ints, slices, maps with string keys, structs, pointers to these,
// and json.RawMessage for a value to decode later. A field whose config tag is "-" is no
// key, nor is one without either tag. An embedded struct's fields are the outer one's.
//
// The error joins every fault in a stable order, one line each.
func Decode(data []byte, path string, into any) (Keys, error) {
	return decode(data, path, into, false, nil)
}

// DecodeArgs is like [Decode] for the arguments of components, whose fields may be of
// interface types: concrete maps each of these to the type that it gets a value of. (The
// caller knows Pulumi's Inputs; this package doesn't.)
func DecodeArgs(data []byte, path string, into any, concrete map[reflect.Type]reflect.Type) (Keys, error) {
	return decode(data, path, into, false, concrete)
}

// DecodeNewer is like [Decode] for a document that a later release may have written: it
// passes over the keys that the struct doesn't declare. One that is a key of the struct
// misspelt, which is missing, is a fault all the same: a later release writes that too.
func DecodeNewer(data []byte, path string, into any) (Keys, error) {
	return decode(data, path, into, true, nil)
}

// DecodeInputs is like [DecodeArgs] for a document that is decoded already: what a program
// gives to a component, with its wiring, whose fields' config tags are "-". A [Later] in it
// is what becomes known while the program runs.
func DecodeInputs(document, into any, concrete map[reflect.Type]reflect.Type) error {
	d := decoder{keys: Keys{}, concrete: concrete, wiring: true}
	d.value("", document, reflect.ValueOf(into).Elem())
	return d.faults.Err()
}

// Later is a value that is not known yet, or is to be hidden. Only a field that takes an
// Input can hold it.
type Later interface {
	// Input is the value as one of a type that an interface of concrete takes.
	Input(t reflect.Type) (any, error)
	// Says why it is no plain value, in a sentence that begins with its path.
	Says() string
}

func decode(data []byte, path string, into any, newer bool, concrete map[reflect.Type]reflect.Type) (Keys, error) {
	document, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s is not valid JSON: %w", path, err)
	}
	d := decoder{keys: Keys{}, newer: newer, concrete: concrete}
	d.value(path, document, reflect.ValueOf(into).Elem())
	return d.keys, d.faults.Err()
}

// parse reads exactly one JSON value, and keeps numbers as they were written.
func parse(data []byte) (any, error) {
	reader := json.NewDecoder(bytes.NewReader(data))
	reader.UseNumber()
	var document any
	if err := reader.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		return nil, err
	}
	if _, err := reader.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return document, nil
}

type decoder struct {
	keys   Keys
	faults check.Faults
	// newer: keys that the struct doesn't declare are passed over.
	newer bool
	// concrete are the types of the values of interfaces.
	concrete map[reflect.Type]reflect.Type
	// wiring: the document is a program's, which may say what a stack's file can't.
	wiring bool
}

func (d *decoder) fault(path, format string, args ...any) {
	d.faults.Say(check.Path(path), format, args...)
}

// settled is the type of the value that a field of type t gets.
func (d *decoder) settled(t reflect.Type) reflect.Type {
	if concrete, has := d.concrete[t]; has {
		return concrete
	}
	if t.Kind() == reflect.Pointer {
		return d.settled(t.Elem())
	}
	return t
}

func (d *decoder) value(path string, from any, into reflect.Value) {
	if later, is := from.(Later); is {
		d.later(path, later, into)
		return
	}
	if settled := d.settled(into.Type()); settled != into.Type() {
		inner := reflect.New(settled)
		if into.Kind() == reflect.Pointer && !into.IsNil() {
			inner.Elem().Set(into.Elem())
		}
		before := len(d.faults)
		d.value(path, from, inner.Elem())
		switch {
		case len(d.faults) > before && settled.Kind() != reflect.Struct:
			// Left out, so that the value's own checks have nothing more to say.
		case into.Kind() == reflect.Pointer:
			into.Set(inner)
		default:
			into.Set(inner.Elem())
		}
		return
	}
	if from == nil {
		d.fault(path, "is null; it must be %s: give it a value or remove the key", expected(into.Type()))
		return
	}
	if into.Type() == rawType {
		d.raw(from, into)
		return
	}
	var ok bool
	switch into.Kind() {
	case reflect.Struct:
		ok = d.object(path, from, into)
	case reflect.Map:
		ok = d.dictionary(path, from, into)
	case reflect.Slice:
		ok = d.list(path, from, into)
	default:
		ok = scalar(from, into)
	}
	if !ok {
		d.fault(path, "is %s; it must be %s%s", describe(from), expected(into.Type()), d.quoteHint(from, into))
	}
}

// later lets an Input hold a value that is not known yet.
func (d *decoder) later(path string, from Later, into reflect.Value) {
	if _, isInput := d.concrete[into.Type()]; !isInput {
		d.fault(path, "%s", from.Says())
		return
	}
	value, err := from.Input(into.Type())
	if err != nil {
		d.fault(path, "can't be read: %v", err)
		return
	}
	into.Set(reflect.ValueOf(value))
}

var rawType = reflect.TypeFor[json.RawMessage]()

func (d *decoder) raw(from any, into reflect.Value) {
	data, err := json.Marshal(from)
	if err != nil {
		panic(err) // cannot happen: from came out of a JSON decoder
	}
	into.SetBytes(data)
}

func (d *decoder) object(path string, from any, into reflect.Value) bool {
	members, ok := from.(map[string]any)
	if !ok {
		return false
	}
	declared := d.keyFields(into.Type())
	var known []string
	for _, field := range declared {
		name := Name(field)
		known = append(known, name)
		if member, found := members[name]; found {
			d.keys[Join(path, name)] = true
			d.member(Join(path, name), field, member, into.FieldByIndex(field.Index))
			if member == "" && field.Type.Kind() == reflect.String && !d.newer && check.Name(field) != "" {
				// In the struct an empty text looks like one that was left out.
				check.Given(check.Path(path).Key(name), field, "", &d.faults)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) && !(d.newer && isNew(name, known, members)) {
			d.unknown(path, name, known)
		}
	}
	return true
}

// member decodes a struct's field. One whose newer tag is "true" holds what a later
// release may have written.
func (d *decoder) member(path string, field reflect.StructField, from any, into reflect.Value) {
	before := d.newer
	d.newer = before || field.Tag.Get("newer") == "true"
	d.value(path, from, into)
	d.newer = before
}

// isNew says whether a key is none of the known ones misspelt.
func isNew(name string, known []string, members map[string]any) bool {
	missing := slices.DeleteFunc(slices.Clone(known), func(key string) bool { _, found := members[key]; return found })
	return nearest(name, missing) == ""
}

func (d *decoder) unknown(path, name string, known []string) {
	known = slices.Sorted(slices.Values(known))
	hint := ""
	if near := nearest(name, known); near != "" {
		hint = fmt.Sprintf(": did you mean %s?", near)
	}
	d.fault(Join(path, name), "is not a known key%s (known keys: %s)", hint, strings.Join(known, ", "))
}

func (d *decoder) dictionary(path string, from any, into reflect.Value) bool {
	members, ok := from.(map[string]any)
	if !ok {
		return false
	}
	result := reflect.MakeMapWithSize(into.Type(), len(members))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		d.keys[Join(path, name)] = true
		element := reflect.New(into.Type().Elem()).Elem()
		d.value(Join(path, name), members[name], element)
		result.SetMapIndex(reflect.ValueOf(name), element)
	}
	into.Set(result)
	return true
}

func (d *decoder) list(path string, from any, into reflect.Value) bool {
	elements, ok := from.([]any)
	if !ok {
		return false
	}
	result := reflect.MakeSlice(into.Type(), len(elements), len(elements))
	for i, element := range elements {
		d.value(fmt.Sprintf("%s[%d]", path, i), element, result.Index(i))
	}
	into.Set(result)
	return true
}

func scalar(from any, into reflect.Value) bool {
	switch into.Kind() {
	case reflect.String:
		text, ok := from.(string)
		if ok {
			into.SetString(text)
		}
		return ok
	case reflect.Bool:
		truth, ok := from.(bool)
		if ok {
			into.SetBool(truth)
		}
		return ok
	case reflect.Int:
		number, ok := from.(json.Number)
		if !ok {
			return false
		}
		whole, err := number.Int64()
		if err == nil {
			into.SetInt(whole)
		}
		return err == nil
	default:
		panic("strict: fields of type " + into.Type().String() + " can't be decoded")
	}
}

// Join appends a key to a path in Pulumi's path syntax: parent.name, or
// parent["a.b"] for a name that is not a plain word.
func Join(path, name string) string { return string(check.Path(path).Key(name)) }

// keyFields are a struct's fields that are keys, in their order.
func (d *decoder) keyFields(structure reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(structure), func(field reflect.StructField) bool {
		return field.Anonymous || Name(field) == "" || field.Tag.Get("config") == "-" && !d.wiring
	})
}

// Name is the key of a field: the name in its pulumi tag, or in its json tag.
func Name(field reflect.StructField) string {
	name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("pulumi"), field.Tag.Get("json")), ",")
	return name
}

// Prefix puts a prefix before each of the errors that err joins, so that each
// line stays a whole sentence. It returns nil for nil.
func Prefix(prefix string, err error) error {
	if err == nil {
		return nil
	}
	parts := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		parts = joined.Unwrap()
	}
	var faults []error
	for _, part := range parts {
		faults = append(faults, fmt.Errorf("%s%w", prefix, part))
	}
	return errors.Join(faults...)
}
