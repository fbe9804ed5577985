package stacks

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// adoptedKey is the configuration of a stack that has taken over resources which
// something else has made.
const adoptedKey = "adopted"

// adoptedResource is <type>::<logical name>.
var adoptedResource = regexp.MustCompile(`^[a-z-]+:[A-Za-z0-9/]+:[A-Za-z0-9]+::.+$`)

// keepAdopted leaves properties of adopted resources as they are: those in which they
// differ from what the program would have made, and which AWS can't change. The keys are
// <type>::<logical name>, such as aws:lb/loadBalancer:LoadBalancer::web-nlb; the values
// are the properties' names.
func keepAdopted(ctx *pulumi.Context) error {
	text := get(ctx, adoptedKey)
	if !isSet(text) {
		return nil
	}
	var kept map[string][]string
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return fmt.Errorf("adopted is %s; it must be an object with a list of properties for each <type>::<name>", text)
	}
	for resource, properties := range kept {
		if !adoptedResource.MatchString(resource) || len(properties) == 0 {
			return fmt.Errorf("adopted has %q with %q; it must have a list of properties for <type>::<name>, such as aws:lb/loadBalancer:LoadBalancer::web-nlb", resource, properties)
		}
	}
	return ctx.RegisterResourceTransform(func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		properties := kept[args.Type+"::"+args.Name]
		if len(properties) == 0 {
			return nil
		}
		args.Opts.IgnoreChanges = append(slices.Clone(args.Opts.IgnoreChanges), properties...)
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	})
}
