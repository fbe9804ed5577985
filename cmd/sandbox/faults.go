package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// faultList is the value of the flag --fault.
type faultList []world.Fault

// Set adds a fault.
func (l *faultList) Set(text string) error {
	f, err := world.ParseFault(text)
	if err == nil {
		*l = append(*l, f)
	}
	return err
}

func (l *faultList) String() string { return "" }

// Type is what the usage shows in place of a value.
func (l *faultList) Type() string { return "KIND[:ARGUMENT]" }

// faultFlag gives a command the flag --fault.
func (a *app) faultFlag(cmd *cobra.Command) {
	var kinds []string
	for _, k := range world.FaultKinds() {
		kinds = append(kinds, fmt.Sprintf("%s: %s", k.Usage(), k.Says))
	}
	cmd.Flags().Var(&a.faults, "fault", "let something go wrong; may be repeated\n"+strings.Join(kinds, "\n"))
}

// incidents says on standard error which faults have struck: each by itself, or
// together those that came to the same.
func (a *app) incidents(s *deploy.Sandbox) {
	type kind struct {
		fault world.FaultName
		says  string
	}
	var order []kind
	struck := map[kind][]world.Incident{}
	for _, i := range s.World.Incidents() {
		k := kind{i.Fault, i.Says}
		if struck[k] == nil {
			order = append(order, k)
		}
		struck[k] = append(struck[k], i)
	}
	for _, k := range order {
		var waited time.Duration
		for _, i := range struck[k] {
			waited += i.Waited
		}
		on := plural(len(struck[k]), "operation")
		if len(struck[k]) == 1 {
			on = strings.Replace(struck[k][0].Operation, struck[k][0].Resource, shortURN(struck[k][0].Resource), 1)
		}
		wait := ""
		if waited > 0 {
			wait = fmt.Sprintf(" (the provider waited %s)", waited)
		}
		a.out.warn("fault %s on %s: %s%s", k.fault, on, k.says, wait)
	}
}

// shortURN is a resource's type and name.
func shortURN(urn string) string {
	u := resource.URN(urn)
	if !u.IsValid() {
		return urn
	}
	return world.ShortType(string(u.Type())) + " " + u.Name()
}

func (a *app) orphans() *cobra.Command {
	return &cobra.Command{
		Use:   "orphans",
		Short: "List resources in the accounts that no stack knows of",
		Long: `Compares what exists in every account with the states of all stacks. A resource
that no state knows is left behind by every destroy: a create whose answer was
lost leaves one where AWS's API is not idempotent (up --fault lost-answer).

Exit codes: 0 there is none; 1 there are some.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				found, err := s.Orphans(ctx)
				if err != nil {
					return err
				}
				if err := a.printOrphans(found); err != nil {
					return err
				}
				if len(found) > 0 {
					return errSilent
				}
				return nil
			})
		},
	}
}

func (a *app) printOrphans(found []deploy.Orphan) error {
	if a.json {
		if found == nil {
			found = []deploy.Orphan{}
		}
		return a.out.json(map[string]any{"orphans": found})
	}
	if len(found) == 0 {
		a.out.line("Every resource in the accounts is a stack's.")
		return nil
	}
	var rows []table.Row
	for _, o := range found {
		rows = append(rows, table.Row{o.Account, o.Region, world.ShortType(o.Type), o.ID})
	}
	a.out.table(table.Row{"account", "region", "resource", "id"}, rows)
	return nil
}
