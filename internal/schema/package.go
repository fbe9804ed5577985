package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	spec "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/check"
)

// Component is what a Pulumi package has of a component: the types of its arguments and of
// itself.
type Component struct{ Args, Outputs reflect.Type }

// held are the types of what components hand out as maps of anything.
var held = map[string]reflect.Type{
	"ServiceProvider.Contract":     reflect.TypeFor[contract.Contract](),
	"ServiceProvider.Contracts":    reflect.TypeFor[map[string]contract.Contract](),
	"ServiceProvider.TenantShards": reflect.TypeFor[map[string]contract.TenantShard](),
	"ServiceConsumer.Endpoints":    reflect.TypeFor[map[string]contract.Endpoint](),
}

// renamed are the names of types that another package has too.
var renamed = map[reflect.Type]string{reflect.TypeFor[contract.Port](): "ContractPort"}

// Package fills in what a Pulumi package's schema says of its components, by token, and of
// the types that they take and hand out. It returns what their comments lack.
func Package(into *spec.PackageSpec, components map[string]Component, comments Comments) (faults []string) {
	p := packager{model: model{comments: comments, wiring: true}, spec: into, inherits: map[reflect.Type]bool{}}
	into.Types, into.Resources = map[string]spec.ComplexTypeSpec{}, map[string]spec.ResourceSpec{}
	trees := map[string][2]*Key{}
	for token, component := range check.Sorted(components) {
		args := p.root(token, component.Args)
		outputs := p.root(token, component.Outputs)
		trees[token] = [2]*Key{args, outputs}
		p.inherited(args)
	}
	for token, tree := range check.Sorted(trees) {
		args, outputs := tree[0], tree[1]
		description, _ := comments.ofType(components[token].Outputs)
		into.Resources[token] = spec.ResourceSpec{
			IsComponent:     true,
			ObjectTypeSpec:  spec.ObjectTypeSpec{Type: "object", Description: description, Properties: p.properties(outputs, false), Required: required(outputs)},
			InputProperties: p.properties(args, true),
			RequiredInputs:  required(args),
		}
		faults = append(append(faults, args.Faults()...), outputs.Faults()...)
	}
	return faults
}

// Ref is the reference to a type, whose description the package then has.
func Ref(into *spec.PackageSpec, t reflect.Type, comments Comments) spec.TypeSpec {
	p := packager{model: model{comments: comments, wiring: true}, spec: into}
	return p.typeOf(p.value(t.Name(), t), false)
}

type packager struct {
	model
	spec *spec.PackageSpec
	// inherits are the types of which a value may be left out for another field's: no
	// language may fill in its defaults.
	inherits map[reflect.Type]bool
}

// root is the model of a component's arguments, or of its outputs.
func (p *packager) root(token string, structure reflect.Type) *Key {
	name := token[strings.LastIndex(token, ":")+1:]
	keys := slices.DeleteFunc(p.keys(name, structure), func(key *Key) bool { return key.Name == "urn" }) // every resource's
	return &Key{Name: name, Path: name, Kind: Object, Description: name, Keys: keys, Go: structure}
}

func (p *packager) inherited(key *Key) {
	for below := range key.All() {
		if below.inherits && below.owner != nil {
			p.inherits[below.owner] = true
		}
	}
}

func required(object *Key) (names []string) {
	for _, key := range object.Keys {
		if key.Required {
			names = append(names, key.Name)
		}
	}
	slices.Sort(names)
	return names
}

// properties are an object's keys. As inputs of a program they are plain where Go's are.
func (p *packager) properties(object *Key, inputs bool) map[string]spec.PropertySpec {
	properties := map[string]spec.PropertySpec{}
	for _, key := range object.Keys {
		description, deprecation, _ := strings.Cut(key.Description, "Deprecated: ")
		for _, page := range key.See {
			description += fmt.Sprintf(" See %s.", page)
		}
		property := spec.PropertySpec{
			TypeSpec: p.typeOf(key, inputs), Description: strings.TrimSpace(description), DeprecationMessage: deprecation,
		}
		if value := key.Default; value != false && key.Elem == nil && inputs && !p.inherits[key.owner] {
			property.Default = value
		}
		properties[key.Name] = property
	}
	return properties
}

// typeOf is a key's type. An object's and an enumeration's is a reference.
func (p *packager) typeOf(key *Key, inputs bool) spec.TypeSpec {
	t := spec.TypeSpec{Type: string(key.Kind), Plain: inputs && !key.Input && !(key.Kind == Object && key.takesInput())}
	switch {
	case key.Kind == List:
		t.Type, t.Items = "array", p.element(key, inputs)
	case key.Kind == Map:
		t.Type, t.AdditionalProperties = "object", p.element(key, inputs)
	case key.Kind == Object:
		t.Type, t.Ref = "", p.object(key)
	case len(key.Enum) > 0:
		t.Type, t.Ref = "", p.enum(key)
	case key.Kind == Any:
		t.Type = "string" // its JSON
	}
	return t
}

func (p *packager) element(key *Key, inputs bool) *spec.TypeSpec {
	element := *key.Elem
	element.field, element.Description = key.field, key.Description // an enumeration is named for its field
	t := p.typeOf(&element, inputs && !key.Input)
	return &t
}

// takesInput says whether a value may be known only while a program runs.
func (k *Key) takesInput() bool {
	if k.Input || k.Elem != nil && k.Elem.takesInput() {
		return true
	}
	return slices.ContainsFunc(k.Keys, (*Key).takesInput)
}

// object is the reference to an object's type, which it describes.
func (p *packager) object(key *Key) string {
	name := typeName(key.Go)
	token := p.token(name)
	if _, known := p.spec.Types[token]; !known {
		p.spec.Types[token] = spec.ComplexTypeSpec{} // a type may hold itself
		description, _ := p.comments.ofType(key.Go)
		p.spec.Types[token] = spec.ComplexTypeSpec{ObjectTypeSpec: spec.ObjectTypeSpec{
			Type: "object", Description: strings.ReplaceAll(description, key.Go.Name(), name), Properties: p.properties(key, true), Required: required(key),
		}}
	}
	return "#/types/" + token
}

// typeName is a struct's name. Languages have endings of their own for what a program
// gives.
func typeName(t reflect.Type) string {
	if name, has := renamed[t]; has {
		return name
	}
	return strings.TrimSuffix(t.Name(), "Args")
}

// enum is the reference to the type of a closed list of texts, named for the struct's
// field.
func (p *packager) enum(key *Key) string {
	owner, field, _ := strings.Cut(key.field[strings.Index(key.field, ".")+1:], ".")
	token := p.token(strings.TrimSuffix(owner, "Args") + field)
	values := make([]spec.EnumValueSpec, len(key.Enum))
	for i, value := range key.Enum {
		values[i] = spec.EnumValueSpec{Value: value, Name: enumName(value)}
	}
	p.spec.Types[token] = spec.ComplexTypeSpec{
		ObjectTypeSpec: spec.ObjectTypeSpec{Type: "string", Description: key.Description}, Enum: values,
	}
	return "#/types/" + token
}

// enumName is a value as a name: ipv4 is Ipv4, nat-per-az NatPerAz, TLSv1.2 TLSv1_2.
func enumName(value string) string {
	var name strings.Builder
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == ':' || r == '/' }) {
		name.WriteString(strings.ToUpper(word[:1]) + strings.ReplaceAll(word[1:], ".", "_"))
	}
	return name.String()
}

func (p *packager) token(name string) string { return p.spec.Name + ":index:" + name }

// handedOut is the type of an output's value.
func handedOut(structure reflect.Type, field reflect.StructField) reflect.Type {
	if t, has := held[structure.Name()+"."+field.Name]; has {
		return t
	}
	if output, is := reflect.New(field.Type).Elem().Interface().(pulumi.Output); is {
		return output.ElementType()
	}
	return field.Type
}
