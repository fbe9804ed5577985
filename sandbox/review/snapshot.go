package review

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/drawing"
	"fargate-privatelink/sandbox/world"
)

// snapshot is what is deployed at one moment.
type snapshot struct {
	stacks    []cost.Stack
	outputs   map[string]map[string]any
	paths     []path
	found     surroundings // what the paths were probed with
	cost      *cost.Estimate
	unchecked string // why the paths are not known
	diagram   *drawing.Diagram
}

// takeSnapshot reads what the stacks have deployed, and follows the paths through it,
// those of the other side's clients as well.
func takeSnapshot(ctx context.Context, s *deploy.Sandbox, use cost.Assumptions, others probes) (*snapshot, error) {
	snap := &snapshot{outputs: map[string]map[string]any{}}
	for _, st := range s.Stacks {
		resources, err := s.Resources(ctx, st.Name)
		if err != nil {
			return nil, err
		}
		if len(resources) == 0 {
			continue // never deployed
		}
		snap.stacks = append(snap.stacks, cost.Stack{Name: st.Name, Role: st.Role, Resources: resources})
		snap.outputs[st.Name] = outputsOf(resources)
	}
	var err error
	if snap.cost, err = cost.Of(snap.stacks, use); err != nil {
		return nil, err
	}
	snap.followPaths(ctx, s, others)
	return snap, s.World.View(func(tx *world.Tx) error { snap.diagram = drawing.NewDiagram(tx); return nil })
}

// outputsOf returns the stack's outputs, which the engine keeps on the stack itself.
func outputsOf(resources []apitype.ResourceV3) map[string]any {
	for _, r := range resources {
		if r.Type == "pulumi:pulumi:Stack" {
			return r.Outputs
		}
	}
	return nil
}

// resources are what a stack has deployed.
func (s *snapshot) resources(stack string) []apitype.ResourceV3 {
	for _, st := range s.stacks {
		if st.Name == stack {
			return st.Resources
		}
	}
	return nil
}

// principals are the ARNs that may make an endpoint to a stack's service.
func (s *snapshot) principals(stack string) []string {
	var arns []string
	for _, r := range s.resources(stack) {
		if r.Type == principal {
			arn, _ := r.Outputs["principalArn"].(string)
			arns = append(arns, arn)
		}
	}
	return arns
}
