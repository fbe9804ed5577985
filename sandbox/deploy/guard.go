package deploy

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// guardOptions are what a stack with delete hooks is destroyed with: the engine does
// it only while the program runs, and a refresh lets the hooks see AWS as it is now.
// Any other stack needs no program, which could fail where the stack that it reads is
// gone.
func guardOptions(ctx context.Context, stack auto.Stack) ([]optdestroy.Option, error) {
	_, deployment, err := export(ctx, stack.Workspace(), stack.Name())
	if err != nil {
		return nil, err
	}
	for _, r := range deployment.Resources {
		if hooks := r.ResourceHooks; len(hooks[resource.BeforeDelete])+len(hooks[resource.AfterDelete]) > 0 {
			return []optdestroy.Option{optdestroy.RunProgram(true), optdestroy.Refresh()}, nil
		}
	}
	return nil, nil
}
