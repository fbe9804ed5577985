package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
)

func (a *app) up() *cobra.Command {
	var stack string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Deploy both sides and show whether the service answers",
		Long: `Deploys the provider stacks, then the consumer stacks, then the providers again
where a connection waits to be accepted, and the consumers again where the
service has a private DNS name, and checks the path from the consumers' clients
to the service. With --stack, deploys that one stack only.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkRuntime(); err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				if err := s.ChooseRuntime(a.runtime); err != nil {
					return err
				}
				if stack != "" {
					return a.upOne(ctx, s, stack)
				}
				return a.upAll(ctx, s)
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "deploy this stack only")
	a.faultFlag(cmd)
	a.runtimeFlag(cmd, "The sandbox keeps to what was chosen here.")
	return cmd
}

func (a *app) deploy(ctx context.Context, s *deploy.Sandbox, stack string) (*deploy.Result, error) {
	return a.out.operation("updating", stack, a.verbose, func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
		return s.Up(ctx, stack, w, out)
	})
}

func (a *app) upOne(ctx context.Context, s *deploy.Sandbox, stack string) error {
	res, err := a.deploy(ctx, s, stack)
	if err != nil {
		return err
	}
	if a.json {
		return a.out.json(res)
	}
	a.times([]*deploy.Result{res})
	return nil
}

// upAll is the whole hand-shake: the provider accepts on its second pass what
// the consumer asked for in between, and on its own second pass the consumer gets
// the service's private DNS name, which only an accepted endpoint can have.
func (a *app) upAll(ctx context.Context, s *deploy.Sandbox) error {
	var results []*deploy.Result
	for _, st := range s.Stacks {
		res, err := a.deploy(ctx, s, st.Name)
		if err != nil {
			return err
		}
		results = append(results, res)
	}
	named := false
	for _, first := range results {
		name, _ := first.Outputs["serviceName"].(string)
		if first.Outputs[contract.OutputName] == nil {
			continue
		}
		waits, err := s.AwaitsAcceptance(name)
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		res, err := a.deploy(ctx, s, first.Stack)
		if err != nil {
			return err
		}
		results = append(results, res)
		c, err := contract.FromValue(res.Outputs[contract.OutputName])
		if err != nil {
			return fmt.Errorf("stack %s: %w", res.Stack, err)
		}
		named = named || c.PrivateDnsName != ""
	}
	for _, st := range s.Stacks {
		if !named || st.Role != deploy.RoleConsumer {
			continue
		}
		res, err := a.deploy(ctx, s, st.Name)
		if err != nil {
			return err
		}
		results = append(results, res)
	}
	return a.report(ctx, s, results)
}

func (a *app) preview() *cobra.Command {
	var (
		stack         string
		diff, noDelta bool
	)
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Show what up would change",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				results, err := a.previews(ctx, s, stack, diff)
				if err != nil {
					return err
				}
				if a.json {
					if err := a.out.json(results); err != nil {
						return err
					}
				}
				changed := slices.ContainsFunc(results, func(r *deploy.Result) bool { return !r.Changes.None() })
				if noDelta && changed {
					return errSilent
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "preview this stack only")
	cmd.Flags().BoolVar(&diff, "diff", false, "show the property diff as Pulumi draws it")
	cmd.Flags().BoolVar(&noDelta, "expect-no-changes", false, "exit with 1 if anything would change")
	return cmd
}

func (a *app) previews(ctx context.Context, s *deploy.Sandbox, only string, diff bool) ([]*deploy.Result, error) {
	if only != "" {
		if _, err := s.Stack(only); err != nil {
			return nil, err
		}
	}
	var results []*deploy.Result
	for _, st := range s.Stacks {
		if only != "" && st.Name != only {
			continue
		}
		var drawn io.Writer
		if diff && !a.json {
			drawn = a.out.stdout
		}
		res, err := a.out.operation("previewing", st.Name, a.verbose, func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
			if drawn != nil {
				out = drawn
			}
			return s.Preview(ctx, st.Name, w, diff, out)
		})
		if err != nil {
			return nil, err
		}
		if !a.json {
			a.out.line("%s: %s", st.Name, summary(res))
		}
		results = append(results, res)
	}
	return results, nil
}

func (a *app) outputs() *cobra.Command {
	var stack string
	cmd := &cobra.Command{
		Use:   "outputs",
		Short: "Print the stacks' outputs",
		Long: `Prints the outputs of every stack, or of one. With --stack and --json this is
what "pulumi stack output --json" prints.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				if stack != "" {
					outs, err := s.Outputs(ctx, stack)
					if err != nil {
						return err
					}
					return a.printOutputs(map[string]map[string]any{stack: outs}, stack)
				}
				all := map[string]map[string]any{}
				for _, st := range s.Stacks {
					outs, err := s.Outputs(ctx, st.Name)
					if err != nil {
						return err
					}
					all[st.Name] = outs
				}
				return a.printOutputs(all, "")
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "print this stack's outputs only")
	return cmd
}

func (a *app) printOutputs(all map[string]map[string]any, only string) error {
	if a.json {
		if only != "" {
			return a.out.json(all[only])
		}
		return a.out.json(all)
	}
	var rows []table.Row
	for _, stack := range sorted(all) {
		for _, k := range sorted(all[stack]) {
			rows = append(rows, table.Row{stack, k, brief(all[stack][k])})
		}
	}
	a.out.table(table.Row{"stack", "output", "value"}, rows)
	return nil
}

func (a *app) destroy() *cobra.Command {
	var stack string
	cmd := &cobra.Command{
		Use:   "destroy",
		Short: "Delete everything, consumers first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				if stack != "" {
					if _, err := s.Stack(stack); err != nil {
						return err
					}
				}
				var results []*deploy.Result
				for _, st := range slices.Backward(s.Stacks) {
					if stack != "" && st.Name != stack {
						continue
					}
					res, err := a.out.operation("destroying", st.Name, a.verbose, func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
						return s.Destroy(ctx, st.Name, w, out)
					})
					if err != nil {
						return err
					}
					results = append(results, res)
				}
				return a.left(s, results)
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "destroy this stack only")
	a.faultFlag(cmd)
	return cmd
}

// left says what is still there in each account.
func (a *app) left(s *deploy.Sandbox, results []*deploy.Result) error {
	counts, err := s.Remaining()
	if err != nil {
		return err
	}
	if a.json {
		return a.out.json(map[string]any{"remaining": counts, "stacks": results, "timing": total(results)})
	}
	a.times(results)
	if total(results).Ratio() > 1 {
		a.out.line("What consumers use is deleted last, though AWS would let it go sooner: see docs/destroying.md.")
	}
	if len(counts) == 0 {
		a.out.line("No resource is left in any account.")
		return nil
	}
	for _, account := range sorted(counts) {
		a.out.line("account %s still has %s", account, plural(counts[account], "resource"))
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
