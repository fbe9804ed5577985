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
