package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

const (
	roleKey     = "role"
	providerKey = "provider"
	consumerKey = "consumer"
)

// programs are what a stack can be, by role. A role's configuration is one object
// under the role's name.
var programs = map[string]pulumi.RunFunc{
	providerKey: runProvider,
	consumerKey: runConsumer,
}

// Run is the Pulumi program. It runs the side that the configuration's role names;
// the stack's name is never looked at, so there can be a stack for each consumer.
//
// It returns an error when the role is missing or unknown, when the configuration
// has an unknown key or a value that is not allowed, or when what the stack needs
// from other stacks or from AWS can't be read.
func Run(ctx *pulumi.Context) error {
	role := get(ctx, roleKey)
	roles := slices.Sorted(maps.Keys(programs))
	program, known := programs[role]
	switch {
	case role == "":
		return fmt.Errorf("role is not set; it must be one of %s: pulumi config set role <role>", strings.Join(roles, ", "))
	case !known:
		return fmt.Errorf("role is %q; it must be one of %s", role, strings.Join(roles, ", "))
	}
	for _, other := range roles {
		if other != role && isSet(get(ctx, other)) {
			return fmt.Errorf("%s is set, but role is %s: remove it (pulumi config rm %s) or change the role", other, role, other)
		}
	}
	// A stack that had the other role may have a guard to delete.
	if err := components.RegisterGuardHook(ctx); err != nil {
		return err
	}
	if err := keepAdopted(ctx); err != nil {
		return err
	}
	return program(ctx)
}
