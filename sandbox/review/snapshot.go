package review

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

// snapshot is what is deployed at one moment.
type snapshot struct {
	stacks    []cost.Stack
	outputs   map[string]map[string]any
	paths     []path
	cost      *cost.Estimate
	unchecked string // why the paths are not known
}

// takeSnapshot reads what the stacks have deployed, and follows the paths through it.
func takeSnapshot(ctx context.Context, s *deploy.Sandbox, use cost.Assumptions) (*snapshot, error) {
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
	snap.followPaths(ctx, s)
	return snap, nil
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

// contract returns a stack's contract, or nil when it has none.
func (s *snapshot) contract(stack string) (*contract.Contract, error) {
	value, found := s.outputs[stack][contract.OutputName]
	if !found {
		return nil, nil
	}
	c, err := contract.FromValue(value)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", stack, err)
	}
	return c, nil
}

// principals are the ARNs that may make an endpoint to a stack's service.
func (s *snapshot) principals(stack string) []string {
	var arns []string
	for _, st := range s.stacks {
		for _, r := range st.Resources {
			if st.Name == stack && strings.HasSuffix(string(r.Type), ":VpcEndpointServiceAllowedPrinciple") {
				arn, _ := r.Outputs["principalArn"].(string)
				arns = append(arns, arn)
			}
		}
	}
	return arns
}
