package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
)

func (a *app) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Say whether the consumers' clients reach the service, hop by hop",
		Long: `Follows a connection from each client that a consumer's configuration names, to
each port of the service, through each Availability Zone of its endpoint, and
says for each hop what let it pass or stopped it.

Exit codes: 0 every path is open; 1 one is not, or there is nothing to check.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				found, err := s.Check(ctx)
				if err != nil {
					return err
				}
				if a.json {
					if err := a.out.json(map[string]any{"consumers": found, "reachable": reachable(found)}); err != nil {
						return err
					}
				} else {
					a.paths(found)
				}
				if !reachable(found) {
					return errSilent
				}
				return nil
			})
		},
	}
}

func reachable(found []deploy.Reach) bool {
	for _, r := range found {
		if !r.Reachable() {
			return false
		}
	}
	return len(found) > 0
}

// paths prints every path as a table and one line of what it came to.
func (a *app) paths(found []deploy.Reach) {
	for _, r := range found {
		for _, p := range r.Paths {
			a.out.line("")
			a.out.line("%s: from %s (%s) to %s:%d in %s", r.Stack, p.Client.Address, p.Client.Label, p.Endpoint, p.Port, p.ZoneID)
			var rows []table.Row
			for _, h := range p.Hops {
				mark := "pass"
				if !h.Allowed {
					mark = "STOP"
				}
				rows = append(rows, table.Row{mark, h.Hop, h.At, h.By})
			}
			a.out.table(table.Row{"", "hop", "at", "by"}, rows)
		}
	}
	a.out.line("")
	for _, r := range found {
		open := 0
		for _, p := range r.Paths {
			if p.Reachable {
				open++
			}
		}
		verdict := "reachable"
		if !r.Reachable() {
			verdict = "NOT reachable"
		}
		a.out.line("%s: %s, %d of %d paths open, connection %s  %s", r.Stack, verdict, open, len(r.Paths), r.State, r.URL)
	}
}

// report ends an up: the contract, the endpoints, and the paths.
func (a *app) report(ctx context.Context, s *deploy.Sandbox, results []*deploy.Result) error {
	found, err := s.Check(ctx)
	if err != nil {
		return err
	}
	contracts, err := contractsOf(results)
	if err != nil {
		return err
	}
	if a.json {
		err = a.out.json(map[string]any{
			"stacks": results, "contracts": contracts, "consumers": found, "reachable": reachable(found),
		})
	} else {
		a.summary(results, contracts, found)
	}
	if err == nil && !reachable(found) {
		err = errSilent
	}
	return err
}

func (a *app) summary(results []*deploy.Result, contracts map[string]*contract.Contract, found []deploy.Reach) {
	for _, stack := range sorted(contracts) {
		b, err := json.MarshalIndent(contracts[stack], "", "  ")
		if err == nil {
			a.out.line("Contract of stack %s:\n%s", stack, b)
		}
	}
	for _, r := range results {
		id, ok := r.Outputs["endpointId"]
		if !ok {
			continue
		}
		a.out.line("\nEndpoint of stack %s:\n  id   %v\n  url  %v", r.Stack, id, r.Outputs["url"])
		names, _ := r.Outputs["dnsNames"].([]any)
		for _, n := range names {
			a.out.line("  dns  %v", n)
		}
	}
	a.paths(found)
}

func contractsOf(results []*deploy.Result) (map[string]*contract.Contract, error) {
	out := map[string]*contract.Contract{}
	for _, r := range results {
		v, ok := r.Outputs[contract.OutputName]
		if !ok {
			continue
		}
		c, err := contract.FromValue(v)
		if err != nil {
			return nil, fmt.Errorf("stack %s: %w", r.Stack, err)
		}
		out[r.Stack] = c
	}
	return out, nil
}

// brief is a value on one line.
func brief(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
