package plugin

import "fargate-privatelink/sandbox/world"

// CallerOf returns the account and Region that a provider with these inputs, as
// they are in a stack's state, deploys to.
func CallerOf(inputs map[string]any) (world.Caller, error) { return callerOf(inputs) }
