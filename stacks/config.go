package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/strict"
)

// load decodes the object under a role's key into the role's configuration, and collects
// what is wrong with it.
//
// One object for each role, since the Go SDK can't list keys: in an object a
// misspelt key is seen. An empty object is refused for the same reason. Pulumi.yaml
// has to default it (a key without a default is required of every stack), so it
// is what a misspelt "provider" looks like, and the defaults alone would deploy.
func load(ctx *pulumi.Context, role string, into any, f *check.Faults) error {
	raw := get(ctx, role)
	if !isSet(raw) {
		return fmt.Errorf("%s is not set; role %s needs at least its name: pulumi config set --path %s.name web", role, role, role)
	}
	_, err := strict.DecodeArgs([]byte(raw), role, into, components.Inputs)
	f.Add(err)
	return nil
}

// get returns the raw value of a key of this project, or "". The SDK's config package
// would warn of every secret in it; this program keeps them (see environment).
func get(ctx *pulumi.Context, key string) string {
	value, _ := ctx.GetConfig(ctx.Project() + ":" + key)
	return value
}

// isSet reports whether an object's raw value says anything.
func isSet(raw string) bool { return raw != "" && raw != "{}" && raw != "null" }
