package stacks

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract/stackref"
)

// findStack looks a stack up by its name in this project or by its full name. It
// returns nil when there is none, which is no fault everywhere.
func findStack(ctx *pulumi.Context, stack string) (*stackref.Stack, error) {
	found, err := stackref.Find(ctx, stack)
	switch {
	case errors.Is(err, stackref.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, errors.Unwrap(err) // the caller says which stack it is
	}
	return found, nil
}

// fullStackName completes the name of a stack of this project.
func fullStackName(ctx *pulumi.Context, stack string) string { return stackref.FullName(ctx, stack) }

// shortStackName is the last part of a stack's name.
func shortStackName(stack string) string { return stack[strings.LastIndex(stack, "/")+1:] }
