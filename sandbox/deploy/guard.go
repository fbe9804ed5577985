package deploy

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// guardOptions are what a stack with delete hooks is destroyed with: the engine does
// it only while the program runs, and a refresh lets the hooks see AWS as it is now.
// Any other stack needs no program, which could fail where the stack that it reads is
// gone.
func guardOptions(ctx context.Context, stack auto.Stack) ([]optdestroy.Option, error) {
	exported, err := stack.Export(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of stack %s: %w", stack.Name(), err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		return nil, fmt.Errorf("read the state of stack %s: %w", stack.Name(), err)
	}
	for _, r := range deployment.Resources {
		if hooks := r.ResourceHooks; len(hooks[resource.BeforeDelete])+len(hooks[resource.AfterDelete]) > 0 {
			return []optdestroy.Option{optdestroy.RunProgram(true), optdestroy.Refresh()}, nil
		}
	}
	return nil, nil
}
