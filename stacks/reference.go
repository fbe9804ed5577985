package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// stackReader reads the outputs of another stack.
type stackReader struct {
	ctx     *pulumi.Context
	name    string // organization/project/stack
	outputs []string
}

// findStack looks a stack up by its name in this project or by its full name. It
// returns nil when there is none.
//
// A stack reference alone can't tell: one to a stack that doesn't exist fails the
// whole deployment with "unknown stack", which the program can't catch, and one to
// a missing output is silently unknown in a preview. So the engine is asked first,
// with the function that the reference itself rests on.
func findStack(ctx *pulumi.Context, stack string) (*stackReader, error) {
	reader := &stackReader{ctx: ctx, name: fullStackName(ctx, stack)}
	var result struct {
		Outputs map[string]any `pulumi:"outputs"`
	}
	args := map[string]any{"name": reader.name}
	// Raw, since a stack may have secret outputs, which the plain invoke refuses.
	_, err := ctx.InvokePackageRaw("pulumi:pulumi:readStackOutputs", args, &result, "")
	switch {
	case err != nil && strings.Contains(err.Error(), "unknown stack"):
		return nil, nil
	case err != nil:
		return nil, err
	}
	reader.outputs = slices.Sorted(maps.Keys(result.Outputs))
	return reader, nil
}

// has reports whether the stack has an output.
func (r *stackReader) has(output string) bool { return slices.Contains(r.outputs, output) }

// output reads an output through a stack reference, which records in the state
// that this stack depends on the other.
func (r *stackReader) output(name string) (any, error) {
	reference, err := pulumi.NewStackReference(r.ctx, r.name, nil)
	if err != nil {
		return nil, err
	}
	details, err := reference.GetOutputDetails(name)
	switch {
	case err != nil:
		return nil, err
	case details.SecretValue != nil:
		return details.SecretValue, nil
	case details.Value != nil:
		return details.Value, nil
	}
	return nil, fmt.Errorf("output %s of stack %s is null", name, r.name)
}

// fullStackName completes the name of a stack of this project.
func fullStackName(ctx *pulumi.Context, stack string) string {
	if strings.Contains(stack, "/") {
		return stack
	}
	return ctx.Organization() + "/" + ctx.Project() + "/" + stack
}

// shortStackName is the last part of a stack's name.
func shortStackName(stack string) string { return stack[strings.LastIndex(stack, "/")+1:] }
