// Package schema is what a stack's file can say, as one model: each key with its type,
// default, range and description. It comes from the Go types that the program decodes
// the file into, their tags (package check says which there are) and the comments of
// their fields. From the model come the JSON Schema of the files, the documentation and
// the descriptions in Pulumi.yaml, so none of them can say anything else.
package schema

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/check"
)

// Kind is the type of a key's value.
type Kind string

const (
	String  Kind = "string"
	Integer Kind = "integer"
	Boolean Kind = "boolean"
	List    Kind = "list"
	Map     Kind = "map"
	Object  Kind = "object"
	// Any is a value that the program decodes later.
	Any Kind = "object or JSON string"
)

// AnyName stands in a path for the key of a map, and Element after the name of a list for
// one of its objects.
const (
	AnyName = "<name>"
	Element = "[]"
)

// Key is one key of a stack's file, or an element of a list or a map.
type Key struct {
	// Name is the key itself; an element has none.
	Name string
	// Path leads to it: provider.service.cpu, provider.tenants.<name>.accounts.
	Path string
	Kind Kind
	// Elem is what a list or a map consists of, and Keys what an object does, in the
	// order of the struct's fields.
	Elem *Key
	Keys []*Key
	// As is the path of the first key that the same field of the same struct declares:
	// what is said there holds here.
	As string

	Required bool
	// Default is the value where the key is left out: a string, an int, a bool or a
	// []string. It is nil where there is none, or where it depends on other keys.
	Default any
	// Range is of an integer, Length of a list or a map: the least and the greatest.
	Range, Length *Bounds
	// Unique: no text is in the list twice.
	Unique bool
	// Enum and Form are of a text, Names of the keys of a map.
	Enum  []string
	Form  *check.Form
	Names *check.Form

	// Description is the field's comment, in the words of the file, without the pages
	// that it ends with; these are See.
	Description string
	See         []string

	// Go is the type that holds the value, and Input says that it may become known while
	// the program runs.
	Go    reflect.Type
	Input bool

	// field is the struct's that declares it, and owner the struct.
	field string
	owner reflect.Type
	// inherits: where it is left out, another key's value holds.
	inherits bool
}

// Bounds are the least and the greatest.
type Bounds struct{ Low, High int }

// Of is the model of the object that a role's key holds.
func Of(role string, structure reflect.Type, comments Comments) *Key {
	m := model{comments: comments}
	key := &Key{Name: role, Path: role, Kind: Object, Keys: m.keys(role, structure)}
	key.Description, key.See = comments.ofType(structure)
	key.repeats()
	return key
}

// repeats finds the keys that the same field declares. The one that is least deep comes
// first.
func (k *Key) repeats() {
	first := map[string]string{}
	for level := []*Key{k}; len(level) > 0; {
		var next []*Key
		for _, key := range level {
			if key.As = first[key.field]; key.As == "" && key.field != "" {
				first[key.field] = key.Path
			}
			next = append(next, key.Objects()...)
		}
		level = next
	}
}

// All yields a key and all below it, what a map consists of included, in their order.
func (k *Key) All() iter.Seq[*Key] {
	return func(yield func(*Key) bool) { k.each(yield) }
}

func (k *Key) each(yield func(*Key) bool) bool {
	if !yield(k) || k.Kind == Map && !k.Elem.each(yield) {
		return false
	}
	for _, key := range k.members() {
		if !key.each(yield) {
			return false
		}
	}
	return true
}

// members are the keys of an object, or of those in a list.
func (k *Key) members() []*Key {
	if k.Kind == List {
		return k.Elem.members()
	}
	return k.Keys
}

// Objects are the keys of the object that k is, or that its elements are.
func (k *Key) Objects() []*Key {
	if k.Elem != nil {
		return k.Elem.Objects()
	}
	return k.Keys
}

// text is what has an enum or a form: the key's own value, or each of its list or map.
func (k *Key) text() *Key {
	if k.Elem != nil {
		return k.Elem.text()
	}
	return k
}

// Type says in words what kind of value the key takes.
func (k *Key) Type() string {
	switch k.Kind {
	case List, Map:
		return string(k.Kind) + " of " + k.Elem.Type() + "s"
	default:
		return string(k.Kind)
	}
}

type model struct {
	comments Comments
	// wiring: also what only a program can say.
	wiring bool
}

// keys are those of a struct. An embedded struct's are the outer one's, which wins where
// both have the same.
func (m model) keys(path string, structure reflect.Type) (keys []*Key) {
	for i := range structure.NumField() {
		field := structure.Field(i)
		switch {
		case field.Tag.Get("config") == "-" && !m.wiring:
		case field.Anonymous && check.Name(field) == "":
			for _, key := range m.keys(path, plain(field.Type)) {
				if !declares(structure, key.Name) {
					keys = append(keys, key)
				}
			}
		case check.Name(field) != "":
			keys = append(keys, m.key(path, structure, field))
		}
	}
	return keys
}

// declares says whether a struct has a key itself, and not only one that it embeds.
func declares(structure reflect.Type, name string) bool {
	for i := range structure.NumField() {
		if check.Name(structure.Field(i)) == name {
			return true
		}
	}
	return false
}

func (m model) key(path string, structure reflect.Type, field reflect.StructField) *Key {
	key := m.value(path+"."+check.Name(field), handedOut(structure, field))
	key.Name = check.Name(field)
	key.Description, key.See = m.comments.ofField(structure, field)
	key.Required = !check.Optional(field) && field.Tag.Get("default") == ""
	key.Default = fallback(key, field)
	key.Range, key.Length = bounds(field, "range"), bounds(field, "len")
	key.Unique = field.Tag.Get("unique") != ""
	key.Names = form(field, "keys")
	if _, inherits := field.Tag.Lookup("inherits"); inherits {
		for below := range key.All() {
			below.Default, below.inherits = nil, below != key
		}
	}
	text := key.text()
	text.Form = form(field, "form")
	if enum := field.Tag.Get("enum"); enum != "" {
		text.Enum = strings.Split(enum, ",")
	}
	key.field, key.owner = structure.String()+"."+field.Name, structure
	return key
}

// plain follows pointers and Inputs to the type of the value.
func plain(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return plain(t.Elem())
	}
	if value, is := components.Inputs[t]; is {
		return value
	}
	return t
}

// isInput says whether a type's value may become known while the program runs.
func isInput(t reflect.Type) bool {
	_, is := components.Inputs[t]
	return is
}

// value is the model of a value of a type.
func (m model) value(path string, of reflect.Type) *Key {
	t := plain(of)
	key := &Key{Path: path, Go: t, Input: isInput(of)}
	switch {
	case t == reflect.TypeFor[json.RawMessage]() || t.Kind() == reflect.Interface && t.NumMethod() == 0:
		key.Kind = Any
	case t.Kind() == reflect.String:
		key.Kind = String
	case t.Kind() == reflect.Int:
		key.Kind = Integer
	case t.Kind() == reflect.Bool:
		key.Kind = Boolean
	case t.Kind() == reflect.Slice:
		if plain(t.Elem()).Kind() == reflect.Struct {
			path += Element
		}
		key.Kind, key.Elem = List, m.value(path, t.Elem())
	case t.Kind() == reflect.Map:
		key.Kind, key.Elem = Map, m.value(path+"."+AnyName, t.Elem())
	case t.Kind() == reflect.Struct:
		key.Kind, key.Keys = Object, m.keys(path, t)
	default:
		panic(fmt.Sprintf("schema: %s: a stack's file can't say a %s; mark it config:\"-\"", path, t))
	}
	return key
}

// fallback is what a field's default tag says. A boolean that may be left out and is no
// pointer is false then.
func fallback(key *Key, field reflect.StructField) any {
	text, has := field.Tag.Lookup("default")
	switch {
	case !has && field.Type.Kind() == reflect.Bool && check.Optional(field):
		return false
	case !has || key.Kind == Object || key.Kind == Map:
		return nil
	case key.Kind == List:
		return strings.Split(text, ",")
	case key.Kind == String:
		return text
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(fmt.Sprintf("schema: %s: default:%q: %v", key.Path, text, err))
	}
	if number, is := value.(float64); is {
		return int(number)
	}
	return value
}

func bounds(field reflect.StructField, tag string) *Bounds {
	low, high, has := check.Bounds(field, tag)
	if !has {
		return nil
	}
	return &Bounds{low, high}
}

func form(field reflect.StructField, tag string) *check.Form {
	name := field.Tag.Get(tag)
	if name == "" {
		return nil
	}
	found, known := check.Forms[name]
	if !known {
		panic(fmt.Sprintf("schema: %s:%q of %s is no form", tag, name, field.Name))
	}
	return &found
}
