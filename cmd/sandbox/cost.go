package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

func (a *app) cost() *cobra.Command {
	use := cost.DefaultAssumptions()
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Estimate what is deployed costs in a month, item by item",
		Long: `Adds up AWS's list prices of what is deployed in the sandbox, for each side that
pays. How much is used is assumed: see the flags. Prices are in
sandbox/cost/prices.yaml, each with its source.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				stacks, err := deployed(ctx, s)
				if err != nil {
					return err
				}
				estimate, err := cost.Of(stacks, use)
				if err != nil {
					return err
				}
				if a.json {
					return a.out.json(estimate)
				}
				a.out.line("%s", estimate.Text())
				return nil
			})
		},
	}
	assumptionFlags(cmd, &use)
	return cmd
}

// assumptionFlags are those of every command that estimates costs.
func assumptionFlags(cmd *cobra.Command, use *cost.Assumptions) {
	f := cmd.Flags()
	f.Float64Var(&use.Hours, "hours", use.Hours, "hours in the month")
	f.Float64Var(&use.ProcessedGB, "gb-processed", use.ProcessedGB, "GB a month through the service, of all consumers together")
	f.Float64Var(&use.NewConnections, "connections", use.NewConnections, "new connections a second, on average")
	f.Float64Var(&use.ActiveConnections, "active-connections", use.ActiveConnections, "connections open at a time, on average")
	f.Float64Var(&use.EgressGB, "gb-egress", use.EgressGB, "GB a month from and to the tasks besides, such as images")
	f.Float64Var(&use.LogGB, "gb-logs", use.LogGB, "GB of logs a month")
	f.Float64Var(&use.AccessLogGB, "gb-access-logs", use.AccessLogGB, "GB of access logs a month")
	f.Float64Var(&use.ImageGB, "gb-images", use.ImageGB, "GB of images in each repository or cache")
	f.Float64Var(&use.Notifications, "notifications", use.Notifications, "messages to a topic a month")
}

// deployed are the stacks that have anything deployed.
func deployed(ctx context.Context, s *deploy.Sandbox) ([]cost.Stack, error) {
	var stacks []cost.Stack
	for _, st := range s.Stacks {
		resources, err := s.Resources(ctx, st.Name)
		if err != nil {
			return nil, err
		}
		if len(resources) > 0 {
			stacks = append(stacks, cost.Stack{Name: st.Name, Role: st.Role, Resources: resources})
		}
	}
	if len(stacks) == 0 {
		return nil, errors.New("nothing is deployed: run sandbox up first")
	}
	return stacks, nil
}
