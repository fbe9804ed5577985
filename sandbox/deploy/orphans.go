package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"fargate-privatelink/sandbox/plugin"
	"fargate-privatelink/sandbox/world"
)

// Orphan is a resource in an account that no stack's state knows: it costs money
// and no destroy deletes it.
type Orphan struct {
	Account string `json:"account"`
	Region  string `json:"region,omitempty"`
	Type    string `json:"type"`
	ID      string `json:"id"`
	// ARN is empty for what has none.
	ARN string `json:"arn,omitempty"`
}

// Orphans compares what exists in all accounts with the states of all stacks.
// What AWS makes by itself, such as a task, is its resource's and no orphan, nor is
// what an account was given.
func (s *Sandbox) Orphans(ctx context.Context) (orphans []Orphan, err error) {
	records, err := s.unknown(ctx)
	for _, r := range records {
		orphans = append(orphans, orphanOf(r))
	}
	return orphans, err
}

// list returns the stacks that have a state.
func list(ctx context.Context, workspace auto.Workspace) ([]auto.StackSummary, error) {
	stacks, err := ask(ctx, func(ctx context.Context) ([]auto.StackSummary, error) { return workspace.ListStacks(ctx) })
	if err != nil {
		return nil, fmt.Errorf("list the stacks: %w", err)
	}
	return stacks, nil
}

func orphanOf(r *world.Record) Orphan {
	return Orphan{r.Account, r.Region, r.Kind, r.Outputs.Str("id"), r.Outputs.Str("arn")}
}

// unknown are the records of resources that no stack's state has.
func (s *Sandbox) unknown(ctx context.Context) (found []*world.Record, err error) {
	known := map[Orphan]bool{}
	stacks, err := s.existing(ctx)
	if err != nil {
		return nil, err
	}
	for _, stack := range stacks {
		state, err := s.state(ctx, stack.Name)
		if err != nil {
			return nil, err
		}
		if err := addKnown(known, state, s.callers(stack.Name)); err != nil {
			return nil, fmt.Errorf("stack %s: %w", stack.Name, err)
		}
	}
	given, err := s.givenRecords()
	if err != nil {
		return nil, err
	}
	err = s.World.View(func(tx *world.Tx) error {
		for _, t := range world.Types() {
			for _, r := range tx.All(t.Token) {
				if !known[orphanOf(r)] && !given[idOf(r)] {
					found = append(found, r)
				}
			}
		}
		return nil
	})
	return found, err
}

// addKnown adds the resources in a stack's state, those to be deleted yet too.
func addKnown(known map[Orphan]bool, state []apitype.ResourceV3, where plugin.Callers) error {
	global := map[string]bool{}
	for _, t := range world.Types() {
		global[t.Token] = t.Global
	}
	callers := map[resource.URN]world.Caller{}
	for _, r := range state {
		if r.Type != "pulumi:providers:aws" {
			continue
		}
		caller, err := where.Of(r.Inputs)
		if err != nil {
			return err
		}
		callers[r.URN] = caller
	}
	for _, r := range state {
		end := strings.LastIndex(r.Provider, "::")
		caller, ok := callers[resource.URN(r.Provider[:max(end, 0)])]
		if !ok {
			continue
		}
		arn, _ := r.Outputs["arn"].(string)
		o := Orphan{caller.Account, caller.Region, string(r.Type), string(r.ID), arn}
		if global[o.Type] {
			o.Region = ""
		}
		known[o] = true
	}
	return nil
}
