package deploy

import (
	"context"
	"slices"

	"fargate-privatelink/sandbox/world"
)

// logGroupOutput is the output of a stack that names its log group.
const logGroupOutput = "logGroupName"

// LogEvents returns what the containers have logged, oldest first: in every log
// group, or in that of one stack only.
func (s *Sandbox) LogEvents(ctx context.Context, stack string) ([]world.LogEvent, error) {
	events, err := s.World.LogEvents()
	if err != nil || stack == "" {
		return events, err
	}
	if _, err := s.Stack(stack); err != nil {
		return nil, err
	}
	outputs, err := s.Outputs(ctx, stack)
	if err != nil {
		return nil, err
	}
	group, _ := outputs[logGroupOutput].(string)
	return slices.DeleteFunc(events, func(e world.LogEvent) bool { return e.Group.Name != group }), nil
}
