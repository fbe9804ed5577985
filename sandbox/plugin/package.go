package plugin

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
)

// awsPackage is the stand-in's package schema, which the language hosts that have no
// SDK ask for: YAML's looks up types and properties in it. It has the types that the
// sandbox models, and of each the top level of properties. See
// https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
var awsPackage = sync.OnceValues(func() (string, error) {
	resources := map[string]any{}
	for token, s := range schemas {
		inputs, required := properties(s.inputs)
		outputs, _ := properties(s.outputs)
		resources[token] = map[string]any{"inputProperties": inputs, "requiredInputs": required, "properties": outputs}
	}
	config, _ := properties(aws.ProviderArgs{}.ElementType())
	b, err := json.Marshal(map[string]any{
		"name": "aws", "version": awsVersion, "resources": resources,
		"provider": map[string]any{"inputProperties": config},
		// A type's module is what comes before the slash: aws:ec2:Vpc is aws:ec2/vpc:Vpc.
		"meta": map[string]any{"moduleFormat": "(.*)(?:/[^/]*)"},
	})
	return string(b), err
})

// properties writes a struct of the SDK's as a schema's properties. Of those that
// aren't optional the SDK shows the scalar ones: they are no pointers.
func properties(t reflect.Type) (all map[string]any, required []string) {
	all = map[string]any{}
	of := fields(t)
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if name == "id" || name == "urn" { // every resource has them
			continue
		}
		all[name] = propertyType(of[name])
		switch of[name].Kind() {
		case reflect.String, reflect.Bool, reflect.Int, reflect.Float64:
			required = append(required, name)
		}
	}
	return all, required
}

func propertyType(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return propertyType(t.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": propertyType(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": propertyType(t.Elem())}
	}
	return map[string]any{"$ref": "pulumi.json#/Any"}
}
