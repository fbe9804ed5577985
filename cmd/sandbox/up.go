package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
)

func (a *app) up() *cobra.Command {
	var stack string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Deploy both sides and show whether the service answers",
		Long: `Deploys the provider stacks, then the consumer stacks, then the providers again
where a connection waits to be accepted, and the consumers again where the
service has a private DNS name, and checks the path from the consumers' clients
to the service. Each stack is previewed before, as by "pulumi up". Consumers are
deployed at once, as many as the machine has cores; one that fails stops no other.
With --stack, deploys that one stack only.

Exit codes: 0 every stack is deployed, and every path is open; 1 it is not so.`,
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
	a.timesFlag(cmd)
	a.faultFlag(cmd)
	a.runtimeFlag(cmd, "The sandbox keeps to what was chosen here.")
	return cmd
}

// deploying is the deployment of a stack, for a display.
func deploying(ctx context.Context, s *deploy.Sandbox, stack, doing string) operation {
	return operation{stack: stack, doing: doing, done: updated, run: func(w deploy.Watch, out io.Writer) (*deploy.Result, error) {
		return s.Deploy(ctx, stack, w, out)
	}}
}

func (a *app) upOne(ctx context.Context, s *deploy.Sandbox, stack string) error {
	d := a.newDisplay()
	res, err := d.show(deploying(ctx, s, stack, "updating"))
	d.end()
	if err != nil {
		return err
	}
	a.notes([]*deploy.Result{res}, nothing)
	if a.json {
		return a.out.json(res)
	}
	a.timing([]*deploy.Result{res})
	return nil
}

// upAll deploys all stacks in the rounds of the hand-shake and checks what came of it.
func (a *app) upAll(ctx context.Context, s *deploy.Sandbox) error {
	var mu sync.Mutex
	failed := map[string]error{}
	consumerCount := 0
	for _, st := range s.Stacks {
		a.leftOut(s, st)
		if st.Role == deploy.RoleConsumer {
			consumerCount++
		}
	}
	d := a.newDisplay()
	results, err := s.Rounds(ctx, deploy.Rounds{
		AtOnce: runtime.GOMAXPROCS(0),
		Deploy: func(ctx context.Context, st deploy.Stack, again bool) (*deploy.Result, error) {
			doing := "updating"
			if again {
				doing = map[string]string{deploy.RoleProvider: "accepting", deploy.RoleConsumer: "taking the private DNS name"}[st.Role]
			}
			op := deploying(ctx, s, st.Name, doing)
			if st.Role == deploy.RoleConsumer && consumerCount > 1 {
				op.failing = "failed; the others go on"
			}
			res, err := d.show(op)
			if err != nil {
				mu.Lock()
				failed[st.Name] = err
				mu.Unlock()
			}
			return res, err
		},
	})
	d.end()
	a.notes(results, nothing)
	var consumers []string
	for _, st := range s.Stacks {
		deployed := slices.ContainsFunc(results, func(res *deploy.Result) bool { return res.Stack == st.Name })
		if !deployed || failed[st.Name] != nil {
			continue
		}
		is, isErr := s.IsConsumer(ctx, st)
		if isErr != nil {
			return errors.Join(err, isErr)
		}
		if is {
			consumers = append(consumers, st.Name)
		}
	}
	sides := slices.ContainsFunc(s.Stacks, func(st deploy.Stack) bool { return st.Role != "" })
	if consumers == nil && (err != nil || !sides) { // there is nothing to report on
		if err == nil && a.json {
			return a.out.json(map[string]any{"stacks": results, "reachable": false})
		}
		return err
	}
	reported := a.report(ctx, s, results, consumers, failed)
	if err != nil && errors.Is(reported, errSilent) {
		return err // which has to be said
	}
	return errors.Join(err, reported)
}

// report ends an up: the contract, the endpoints, and the paths.
func (a *app) report(ctx context.Context, s *deploy.Sandbox, results []*deploy.Result, consumers []string, failed map[string]error) error {
	var found []deploy.Reach
	err := a.onNetwork(ctx, s, deploy.NetworkOptions{}, func(ctx context.Context, s *deploy.Sandbox, n *vnet.Network) (err error) {
		found, err = s.CheckOn(ctx, n, consumers...)
		return err
	})
	if err != nil {
		return err
	}
	contracts, err := contractsOf(results)
	if err != nil {
		return err
	}
	if a.json {
		all := verdict(found)
		all["stacks"], all["contracts"], all["timing"] = results, contracts, total(results)
		if len(failed) > 0 {
			all["failed"] = messagesOf(failed)
		}
		err = a.out.json(all)
	} else {
		a.summary(contracts, found, len(found)+len(failed) > 1)
		if len(found)+len(failed) > 1 {
			a.fleet(s, results, found, failed)
		}
		a.timing(results)
	}
	if err == nil && !allWell(found) && len(failed) == 0 {
		err = errSilent
	}
	return err
}

func messagesOf(failed map[string]error) map[string][]string {
	messages := map[string][]string{}
	for stack, err := range failed {
		messages[stack] = errorsIn(err)
	}
	return messages
}

// fleet is a table with a row for each stack: what was done, and whether the service
// answers.
func (a *app) fleet(s *deploy.Sandbox, results []*deploy.Result, found []deploy.Reach, failed map[string]error) {
	var rows []table.Row
	for _, st := range s.Stacks {
		done := ""
		for _, res := range results {
			if res.Stack == st.Name && (done == "" || !res.Changes.None()) {
				done = updated.summary(res)
			}
		}
		if failed[st.Name] != nil {
			rows = append(rows, table.Row{st.Name, cmp.Or(done, "-"), bad(a.out.stdout, "failed")})
			continue
		}
		answers := false
		for _, r := range found {
			if r.Stack == st.Name {
				answers = true
				rows = append(rows, table.Row{r.Name(), done, a.reachable(r)})
			}
		}
		if !answers {
			rows = append(rows, table.Row{st.Name, cmp.Or(done, "-"), ""})
		}
	}
	a.out.line("")
	a.out.table(table.Row{"stack", "deployed", "service"}, rows)
}
