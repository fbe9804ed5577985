package stacks

import (
	"reflect"

	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/schema"
)

// Roles are the models of what a stack's file can say under each role's key.
func Roles() ([]*schema.Key, error) {
	comments, err := schema.ReadComments(".", "../components")
	if err != nil {
		return nil, err
	}
	roles := []*schema.Key{
		schema.Of(providerKey, reflect.TypeFor[providerConfig](), comments),
		schema.Of(consumerKey, reflect.TypeFor[consumerConfig](), comments),
	}
	for _, role := range roles {
		for _, key := range role.Keys {
			if key.Name == "name" { // no tag has its form: the component checks its own name
				form := check.Forms["name"]
				key.Form = &form
			}
		}
	}
	return roles, nil
}

// Others is the model of what a stack's file can say beside the roles' keys.
func Others() []*schema.Key {
	properties := &schema.Key{Kind: schema.List, Elem: &schema.Key{Kind: schema.String}, Length: &schema.Bounds{Low: 1, High: 100}}
	return []*schema.Key{{
		Name: adoptedKey, Path: adoptedKey, Kind: schema.Map, Elem: properties,
		Names:       &check.Form{Pattern: adoptedResource, Allowed: "<type>::<logical name>, such as aws:lb/loadBalancer:LoadBalancer::web-nlb"},
		Description: "The properties that resources keep as they are, where the stack has taken them over from something else and AWS can't change them: a list for each resource (default none). sandbox adopt writes it: see your-stacks.md.",
	}}
}
