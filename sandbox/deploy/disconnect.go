package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/components"
	"fargate-privatelink/sandbox/world"
)

// Disconnect brings about what a deployment finds whose consumers were disconnected
// before: every connection to an endpoint service is rejected, the provider's guard
// guards nothing, and the consumers' stacks hand out no endpoint to accept until they
// are deployed again.
func (s *Sandbox) Disconnect(ctx context.Context) error {
	if err := s.World.Update(rejectAll); err != nil {
		return fmt.Errorf("reject the connections: %w", err)
	}
	for _, st := range s.Stacks {
		if err := s.edit(ctx, st.Name, forgetConnections); err != nil {
			return err
		}
	}
	return nil
}

func rejectAll(tx *world.Tx) error {
	for _, service := range tx.EndpointServices() {
		for _, e := range tx.Connections(service.ID) {
			r := tx.Get(endpointType, e.ID)
			r.Outputs["state"] = world.StateRejected
			tx.Put(r)
		}
	}
	return nil
}

// forgetConnections takes what a stack's state says of connections from it. A provider
// that ran without endpoints to accept would have left its guard like that.
func forgetConnections(r *apitype.ResourceV3) {
	switch r.Type {
	case components.ConnectionGuardType:
		r.ResourceHooks = nil
	case "pulumi:pulumi:Stack":
		r.Outputs = maps.Clone(r.Outputs)
		maps.DeleteFunc(r.Outputs, func(name string, _ any) bool {
			return slices.Contains([]string{"endpointId", "endpointIds"}, name)
		})
	}
}

// edit changes the resources in a stack's state.
func (s *Sandbox) edit(ctx context.Context, stack string, change func(*apitype.ResourceV3)) error {
	workspace, err := s.workspaceOf(ctx, stack)
	if err != nil {
		return err
	}
	if _, err := s.open(ctx, stack); err != nil { // which makes a stack that isn't there yet
		return err
	}
	exported, _, err := export(ctx, workspace, stack)
	if err != nil {
		return err
	}
	if err := editDeployment(&exported, change); err != nil {
		return fmt.Errorf("read the state of stack %s: %w", stack, err)
	}
	s.remembered(stack) // and forget it
	return write(ctx, workspace, stack, exported)
}

func editDeployment(exported *apitype.UntypedDeployment, change func(*apitype.ResourceV3)) error {
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		return err
	}
	for i := range deployment.Resources {
		change(&deployment.Resources[i])
	}
	edited, err := json.Marshal(deployment)
	exported.Deployment = edited
	return err
}
