package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
)

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
				if stack == "" {
					a.notes(results, advises)
				} else {
					a.notes(results, nothing)
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
	d := a.newDisplay()
	defer d.end()
	var results []*deploy.Result
	for _, st := range s.Stacks {
		if only != "" && st.Name != only || only == "" && a.leftOut(s, st) {
			continue
		}
		missing, err := s.MissingProvider(ctx, st.Name)
		switch {
		case err != nil:
			return nil, err
		case missing != "" && only != "":
			return nil, fmt.Errorf("stack %s reads what stack %s hands out, which is not deployed: run sandbox up first", only, missing)
		case missing != "":
			a.say("%s: not previewed: it reads what stack %s hands out, which is not deployed yet; sandbox up deploys both", st.Name, missing)
			continue
		}
		var drawn io.Writer
		if diff && !a.json {
			drawn = a.out.stdout
		}
		res, err := d.show(operation{stack: st.Name, doing: "previewing", done: previewed, quiet: true, run: func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
			if drawn != nil {
				out = drawn
			}
			return s.Preview(ctx, st.Name, w, diff, out)
		}})
		if err != nil {
			return nil, err
		}
		if !a.json {
			a.out.line("%s: %s", st.Name, previewed.summary(res))
		}
		results = append(results, res)
	}
	return results, nil
}

// say prints a line for people: beside the result, where that is JSON.
func (a *app) say(format string, args ...any) {
	if a.json {
		a.out.warn(format, args...)
		return
	}
	a.out.line(format, args...)
}

// leftOut says so of a loaded stack whose program can't run here, which what is done
// with all stacks leaves as it is.
func (a *app) leftOut(s *deploy.Sandbox, st deploy.Stack) bool {
	err := s.Program(st.Name)
	if err != nil {
		a.say("%s: left as it is: %v", st.Name, err)
	}
	return err != nil
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
				results, err := a.destroys(ctx, s, stack)
				if err != nil {
					return err
				}
				a.notes(results, advises)
				return a.left(s, results)
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "destroy this stack only")
	a.timesFlag(cmd)
	a.faultFlag(cmd)
	return cmd
}

func (a *app) destroys(ctx context.Context, s *deploy.Sandbox, only string) (results []*deploy.Result, err error) {
	d := a.newDisplay()
	defer d.end()
	for _, st := range slices.Backward(s.Stacks) {
		if only != "" && st.Name != only {
			continue
		}
		res, err := d.show(operation{stack: st.Name, doing: "destroying", done: destroyed, run: func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
			return s.Destroy(ctx, st.Name, w, out)
		}})
		if err != nil {
			return nil, err
		}
		results = append(results, res)
	}
	return results, nil
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
	a.timing(results)
	if a.times && total(results).Ratio() > 1 {
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
