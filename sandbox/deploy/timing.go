package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"fargate-privatelink/sandbox/timing"
	"fargate-privatelink/sandbox/world"
)

// timed are the engine's operations that take AWS time.
var timed = map[apitype.OpType]timing.Operation{
	apitype.OpCreate:            timing.Create,
	apitype.OpCreateReplacement: timing.Create,
	apitype.OpUpdate:            timing.Update,
	apitype.OpDelete:            timing.Delete,
	apitype.OpDeleteReplaced:    timing.Delete,
}

// work is what a run of the engine has done with each resource.
type work map[resource.URN][]timing.Operation

func (w work) add(e events.EngineEvent) {
	if e.ResOutputsEvent == nil {
		return
	}
	m := e.ResOutputsEvent.Metadata
	if op, ok := timed[m.Op]; ok {
		w[resource.URN(m.URN)] = append(w[resource.URN(m.URN)], op)
	}
}

// stopwatch says how long AWS would take for a run of the engine.
type stopwatch struct {
	sandbox *Sandbox
	stack   string
	before  []apitype.ResourceV3
	struck  int // incidents before the run
}

func (s *Sandbox) start(ctx context.Context, stack string) (*stopwatch, error) {
	before, known := s.remembered(stack)
	if !known {
		var err error
		if before, err = s.state(ctx, stack); err != nil {
			return nil, err
		}
	}
	return &stopwatch{s, stack, before, len(s.World.Incidents())}, nil
}

// remembered returns the state that the last run of this process left of a stack,
// which saves a question to the CLI. It is forgotten until the next run succeeds.
func (s *Sandbox) remembered(stack string) ([]apitype.ResourceV3, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state, known := s.states[stack]
	delete(s.states, stack)
	return state, known
}

func (s *Sandbox) remember(stack string, state []apitype.ResourceV3) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states == nil {
		s.states = map[string][]apitype.ResourceV3{}
	}
	s.states[stack] = state
}

func (w *stopwatch) stop(ctx context.Context, done work) (*timing.Report, error) {
	after, err := w.sandbox.state(ctx, w.stack)
	if err != nil {
		return nil, err
	}
	w.sandbox.remember(w.stack, after)
	waited := map[resource.URN]time.Duration{}
	for _, i := range w.sandbox.World.Incidents()[w.struck:] {
		waited[resource.URN(i.Resource)] += i.Waited
	}
	others := outputsByARN(w.before, after)
	return timing.Of(timing.Run{
		Before: w.before, After: after, Done: done, Waited: waited,
		Takes: func(op timing.Operation, token string, inputs map[string]any) time.Duration {
			return world.Takes(token, world.Phase(op), inputs, others)
		},
		Assumed: func(op timing.Operation, token string) bool { return world.Assumed(token, world.Phase(op)) },
	}), nil
}

// outputsByARN looks resources up in the states before a run and after it, of which
// the one after counts.
func outputsByARN(states ...[]apitype.ResourceV3) world.Others {
	found := map[string]world.Props{}
	for _, state := range states {
		for _, r := range state {
			if arn, ok := r.Outputs["arn"].(string); ok {
				found[arn] = r.Outputs
			}
		}
	}
	return func(arn string) world.Props { return found[arn] }
}

// state returns the resources in a stack's state.
func (s *Sandbox) state(ctx context.Context, stack string) ([]apitype.ResourceV3, error) {
	workspace, err := s.workspaceOf(ctx, stack)
	if err != nil {
		return nil, err
	}
	_, deployment, err := export(ctx, workspace, stack)
	return deployment.Resources, err
}

// export reads a stack's state, as it is exported and decoded.
func export(
	ctx context.Context, workspace auto.Workspace, stack string,
) (exported apitype.UntypedDeployment, deployment apitype.DeploymentV3, err error) {
	exported, err = ask(ctx, func(ctx context.Context) (apitype.UntypedDeployment, error) { return workspace.ExportStack(ctx, stack) })
	if err == nil {
		err = json.Unmarshal(exported.Deployment, &deployment)
	}
	if err != nil {
		err = fmt.Errorf("read the state of stack %s: %w", stack, err)
	}
	return exported, deployment, err
}

func (s *Sandbox) workspace(ctx context.Context) (auto.Workspace, error) {
	return auto.NewLocalWorkspace(ctx, auto.WorkDir(s.path("project")), s.pulumi(s.project), auto.EnvVars(s.environment()))
}

// write replaces a stack's state.
func write(ctx context.Context, workspace auto.Workspace, stack string, state apitype.UntypedDeployment) error {
	_, err := ask(ctx, func(ctx context.Context) (any, error) { return nil, workspace.ImportStack(ctx, stack, state) })
	if err != nil {
		return fmt.Errorf("write the state of stack %s: %w", stack, err)
	}
	return nil
}
