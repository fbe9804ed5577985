package schema

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"

	"fargate-privatelink/internal/check"
)

const (
	// draft is the draft of JSON Schema that editors know best.
	draft = "http://json-schema.org/draft-07/schema#"
	// roleKey is the key that says which of the roles' objects counts.
	roleKey = "role"
	text    = "#/$defs/text"
)

// StackFile is the JSON Schema of the files Pulumi.<stack>.yaml of a project that has the
// key role, an object for each role, and the others' keys.
func StackFile(project string, roles []*Key, others ...*Key) ([]byte, error) {
	file := object("A stack's settings and its configuration.")
	file.Version, file.Title = draft, "Pulumi.<stack>.yaml of "+project
	file.ID = jsonschema.ID(fmt.Sprintf("urn:%s:stack", project))
	for _, own := range []struct{ name, what string }{
		{"secretsprovider", "What encrypts the stack's secrets. Pulumi writes it."},
		{"encryptedkey", "The key that encrypts the stack's secrets, itself encrypted. Pulumi writes it."},
		{"encryptionsalt", "The salt of the passphrase that encrypts the stack's secrets. Pulumi writes it."},
	} {
		file.Properties.Set(own.name, &jsonschema.Schema{Type: "string", Description: own.what})
	}
	file.Properties.Set("environment", &jsonschema.Schema{Description: "Environments of Pulumi ESC."})
	file.Properties.Set("config", configuration(project, roles, others))
	// Pulumi can encrypt every text of a stack's file.
	secret := object("An encrypted text: pulumi config set --secret --path writes it.")
	secret.Properties.Set("secure", &jsonschema.Schema{Type: "string"})
	secret.Title, secret.Required = "secret", []string{"secure"}
	file.Definitions = jsonschema.Definitions{"text": {AnyOf: []*jsonschema.Schema{{Type: "string"}, secret}}}
	for _, role := range roles {
		file.Definitions[role.Name] = of(role)
		file.Definitions[role.Name].MinProperties = new(uint64(1)) // the program takes {} for a misspelt key
	}
	return marshal(file)
}

func object(description string) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "object", Description: description,
		Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
}

// configuration is the object config. A key of the project may have its name before it,
// and keys of other namespaces, such as aws:region, are the plugins' own.
func configuration(project string, roles, others []*Key) *jsonschema.Schema {
	config := object("Configuration. docs/configuration.md describes each key.")
	config.Properties.Set("aws:region", &jsonschema.Schema{Type: "string", Description: "The Region that the stack is in."})
	accounts := check.Forms["account"]
	config.Properties.Set("aws:allowedAccountIds", &jsonschema.Schema{
		Type: "array", Items: &jsonschema.Schema{Type: "string", Pattern: accounts.Pattern.String()},
		Description: "The accounts that the stack may be deployed to, 12 digits in quotes.",
	})
	names := []any{roleKey}
	for _, role := range roles {
		names = append(names, role.Name)
	}
	role := &jsonschema.Schema{Type: "string", Enum: names[1:], Description: "Which side the stack is. Required."}
	config.AllOf = append(config.AllOf, either(project, roleKey))
	var own []any
	for _, prefix := range []string{project + ":", ""} {
		config.Properties.Set(prefix+roleKey, role)
		own = append(own, prefix+roleKey)
		for _, side := range roles {
			config.Properties.Set(prefix+side.Name, &jsonschema.Schema{Ref: "#/$defs/" + side.Name})
			own = append(own, prefix+side.Name)
			config.AllOf = append(config.AllOf, needs(prefix+roleKey, side.Name, either(project, side.Name)))
		}
		for _, other := range others {
			config.Properties.Set(prefix+other.Name, of(other))
			own = append(own, prefix+other.Name)
		}
	}
	config.PatternProperties = map[string]*jsonschema.Schema{"^[^:]+:": jsonschema.TrueSchema}
	config.PropertyNames = &jsonschema.Schema{
		If: &jsonschema.Schema{Pattern: "^" + project + ":"}, Then: &jsonschema.Schema{Enum: own},
	}
	return config
}

// either asks for a key, with the project's name before it or without.
func either(project, name string) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Required: []string{project + ":" + name}}, {Required: []string{name}}}}
}

// needs asks for more where a key has a value.
func needs(key, value string, more *jsonschema.Schema) *jsonschema.Schema {
	has := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{key}}
	has.Properties.Set(key, &jsonschema.Schema{Const: value})
	return &jsonschema.Schema{If: has, Then: more}
}

// of is the schema of a key's value.
func of(key *Key) *jsonschema.Schema {
	s := &jsonschema.Schema{Description: described(key), Default: key.Default, UniqueItems: key.Unique}
	switch key.Kind {
	case Object:
		s.Type, s.AdditionalProperties, s.Properties = "object", jsonschema.FalseSchema, jsonschema.NewProperties()
		for _, member := range key.Keys {
			s.Properties.Set(member.Name, of(member))
			if member.Required {
				s.Required = append(s.Required, member.Name)
			}
		}
	case List:
		s.Type, s.Items = "array", of(key.Elem)
		s.MinItems, s.MaxItems = key.Length.sizes()
	case Map:
		s.Type, s.AdditionalProperties = "object", of(key.Elem)
		s.MinProperties, s.MaxProperties = key.Length.sizes()
		if key.Names != nil {
			s.PropertyNames = &jsonschema.Schema{}
			setPattern(s.PropertyNames, key.Names)
		}
	case Integer:
		s.Type = "integer"
		if key.Range != nil {
			s.Minimum, s.Maximum = number(key.Range.Low), number(key.Range.High)
		}
	case Boolean:
		s.Type = "boolean"
	case Any:
		s.AnyOf = []*jsonschema.Schema{{Type: "object"}, {Type: "string"}}
	case String:
		texts(s, key)
	}
	return s
}

// texts are one of a few words, or else a text that may be a secret.
func texts(s *jsonschema.Schema, key *Key) {
	if len(key.Enum) == 0 {
		s.AllOf = []*jsonschema.Schema{{Ref: text}}
		setPattern(s, key.Form)
		return
	}
	s.Type = "string"
	for _, word := range key.Enum {
		s.Enum = append(s.Enum, word)
	}
}

// described is the description, and what a text's form or a map's names are in words.
func described(key *Key) string {
	text := key.Description
	if key.Form != nil {
		text += " It must be " + key.Form.Allowed + "."
	}
	if key.Names != nil {
		text += " Each name in it must be " + key.Names.Allowed + "."
	}
	for _, page := range key.See {
		text += " " + page
	}
	return text
}

// setPattern gives a text's form to its schema, with the words that editors show.
func setPattern(s *jsonschema.Schema, form *check.Form) {
	if form != nil && form.Pattern != nil {
		s.Pattern = form.Pattern.String()
		s.Extras = map[string]any{"patternErrorMessage": "It must be " + form.Allowed + "."}
	}
}

func number(n int) json.Number { return json.Number(fmt.Sprint(n)) }

// sizes are the bounds of a length, if it has any.
func (b *Bounds) sizes() (least, most *uint64) {
	if b == nil {
		return nil, nil
	}
	low, high := uint64(b.Low), uint64(b.High)
	return &low, &high
}

func marshal(s *jsonschema.Schema) ([]byte, error) {
	compact, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	for escape, character := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} {
		compact = bytes.ReplaceAll(compact, []byte(escape), []byte(character))
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, compact, "", "  "); err != nil {
		return nil, err
	}
	return append(indented.Bytes(), '\n'), nil
}
