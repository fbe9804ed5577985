//go:build schema

package stacks

import (
	"reflect"

	"fargate-privatelink/internal/schema"
)

// Roles are the models of what a stack's file can say under each role's key.
func Roles() ([]*schema.Key, error) {
	comments, err := schema.ReadComments(".", "../components")
	if err != nil {
		return nil, err
	}
	return []*schema.Key{
		schema.Of(providerKey, reflect.TypeFor[providerConfig](), comments),
		schema.Of(consumerKey, reflect.TypeFor[consumerConfig](), comments),
	}, nil
}
