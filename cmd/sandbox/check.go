package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
)

func (a *app) check() *cobra.Command {
	var drawing string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say whether the consumers' clients reach the service, hop by hop",
		Long: `Opens a connection from each client that a consumer's configuration names, to
each port of the service, through each Availability Zone of its endpoint, and
says for each hop what let it pass or stopped it. Then the same from strangers,
whom the configuration does not name and who have to be refused.

Exit codes: 0 every path is open, and no stranger gets through; 1 it is not so,
or there is nothing to check.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.connected(cmd, deploy.NetworkOptions{}, func(ctx context.Context, s *deploy.Sandbox, n *vnet.Network) error {
				found, err := s.CheckOn(ctx, n)
				if err != nil {
					return err
				}
				if drawing != "" {
					if err := a.draw(s, found, drawing); err != nil {
						return err
					}
				}
				if a.json {
					if err := a.out.json(verdict(found)); err != nil {
						return err
					}
				} else {
					a.paths(found)
				}
				if !allWell(found) {
					return errSilent
				}
				return nil
			})
		},
	}
	a.runtimeFlag(cmd, "")
	cmd.Flags().StringVar(&drawing, "svg", "", "draw the paths to this file, as SVG")
	return cmd
}

func verdict(found []deploy.Reach) map[string]any {
	return map[string]any{
		"consumers": found, "reachable": every(found, deploy.Reach.Reachable),
		"strangersRefused": every(found, deploy.Reach.StrangersRefused),
	}
}

func every(found []deploy.Reach, holds func(deploy.Reach) bool) bool {
	for _, r := range found {
		if !holds(r) {
			return false
		}
	}
	return len(found) > 0
}

func allWell(found []deploy.Reach) bool {
	return every(found, deploy.Reach.Reachable) && every(found, deploy.Reach.StrangersRefused)
}

// paths prints every path as a table, and a line for each consumer of what it
// came to. Strangers' paths are printed only where one gets through.
func (a *app) paths(found []deploy.Reach) {
	for _, r := range found {
		for _, p := range r.Paths {
			a.path(r.Name(), p)
		}
		for _, p := range r.Strangers {
			if p.Reachable {
				a.path(r.Name(), p)
			}
		}
	}
	a.out.line("")
	for _, r := range found {
		a.out.line("%s: %s, %d of %d paths open, connection %s  %s", r.Name(), a.reachable(r), open(r.Paths), len(r.Paths), r.State, r.URL)
		for _, p := range r.Strangers {
			answer := "refused at the " + hopOf(p)
			if p.Reachable {
				answer = bad(a.out.stdout, "NOT refused")
			}
			a.out.line("%s: %s, %s, to %d/%s in %s: %s", r.Name(), p.Client.Label, p.Client.Address, p.Port, p.Protocol, p.ZoneID, answer)
		}
	}
}

// reachable is it in colour.
func (a *app) reachable(r deploy.Reach) string {
	if r.Reachable() {
		return good(a.out.stdout, reachable(r))
	}
	return bad(a.out.stdout, reachable(r))
}

func reachable(r deploy.Reach) string {
	switch {
	case r.Reachable():
		return "reachable"
	case open(r.Paths) > 0:
		return "partly reachable"
	}
	return "NOT reachable"
}

func open(paths []vnet.Path) int {
	n := 0
	for _, p := range paths {
		if p.Reachable {
			n++
		}
	}
	return n
}

func hopOf(p vnet.Path) string {
	if stop := p.Stopped(); stop != nil {
		return stop.Hop
	}
	return ""
}

func (a *app) path(consumer string, p vnet.Path) {
	a.out.line("")
	a.out.line("%s: from %s (%s) to %s, %d/%s, in %s", consumer, p.Client.Address, p.Client.Label, p.EndpointID, p.Port, p.Protocol, p.ZoneID)
	var rows []table.Row
	for _, h := range p.Hops {
		mark := good(a.out.stdout, "pass")
		if !h.Allowed {
			mark = bad(a.out.stdout, strings.TrimSpace("STOP "+string(h.Effect)))
		}
		rows = append(rows, table.Row{mark, h.Hop, h.At, strings.Join(append([]string{h.By}, assumed(h)...), "\n")})
	}
	a.out.table(table.Row{"", "hop", "at", "by"}, rows)
}

// summary prints the contracts, the endpoints and their paths; of many, only the paths that
// are stopped.
func (a *app) summary(contracts map[string]*contract.Contract, found []deploy.Reach, many bool) {
	for _, stack := range sorted(contracts) {
		b, err := json.MarshalIndent(contracts[stack], "", "  ")
		if err == nil {
			a.out.line("Contract of stack %s:\n%s", stack, b)
		}
	}
	if many {
		a.paths(slices.DeleteFunc(slices.Clone(found), func(r deploy.Reach) bool { return allWell([]deploy.Reach{r}) }))
		return
	}
	for _, r := range found {
		a.out.line("\nEndpoint of stack %s:\n  id   %s\n  url  %s", r.Name(), r.EndpointID, r.URL)
		for _, name := range r.DNSNames {
			a.out.line("  dns  %s", name)
		}
	}
	a.paths(found)
}

func contractsOf(results []*deploy.Result) (map[string]*contract.Contract, error) {
	out := map[string]*contract.Contract{}
	for _, r := range results {
		for name, v := range contract.ValuesOf(r.Stack, r.Outputs) {
			c, err := contract.FromValue(v)
			if err != nil {
				return nil, fmt.Errorf("stack %s: %w", name, err)
			}
			out[name] = c
		}
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
