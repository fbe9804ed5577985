package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/replica/adopt"
	"fargate-privatelink/sandbox/world"
)

func (a *app) adopt() *cobra.Command {
	var (
		stack, output string
		from          []string
		noRehearsal   bool
	)
	cmd := &cobra.Command{
		Use:   "adopt --stack STACK [--from FILE]... [ID]...",
		Short: "Plan how a stack takes over resources that something else has made",
		Long: `Finds out which of the components' children the resources are, writes what
"pulumi import --file" takes and a configuration of the stack with which the next
preview replaces nothing, and says what stays as it is, what changes and what it
comes to. Then rehearses the deployment. Neither AWS nor the stack is touched.

The resources are those of Terraform's state, of a CloudFormation stack
(aws cloudformation describe-stack-resources), of another Pulumi stack's state, rules
of security groups (aws ec2 describe-security-group-rules), or ids. An ID can be given with its type or the name of the child that it is to be:
aws:iam/role:Role=my-role, web-nlb=arn:... . What is only an id has to be in the
sandbox's accounts: by load, by --from or by sandbox.yaml.

Exit codes: 0 there is a plan that replaces nothing; 1 there is none, or the
rehearsal failed; 2 wrong usage.`,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if stack == "" {
				return usageError{errors.New("--stack is missing; it must be the stack that takes over, which has a Pulumi.<stack>.yaml")}
			}
			found, err := adopt.Read(from, ids)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return usageError{errors.New("there is nothing to take over: give ids, or a state with --from")}
			}
			return a.plan(cmd.Context(), stack, output, found, !noRehearsal)
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "the stack that takes over")
	cmd.Flags().StringArrayVar(&from, "from", nil, "a state of Terraform's or Pulumi's, or a CloudFormation stack's resources; may be given several times")
	cmd.Flags().StringVar(&output, "output", "adopt", "write import.json and the stack's file into this directory")
	cmd.Flags().BoolVar(&noRehearsal, "no-rehearsal", false, "don't deploy the plan in a sandbox")
	return cmd
}

func (a *app) plan(ctx context.Context, stack, output string, found []adopt.Found, rehearse bool) (err error) {
	opts, err := a.options()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "sandbox-adopt-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	plan, err := adopt.Make(ctx, opts, stack, found, work)
	if err != nil {
		return inUse(err)
	}
	if err := plan.Write(output); err != nil {
		return err
	}
	var changes deploy.Changes
	if rehearse {
		if changes, err = rehearsal(ctx, plan, opts); err != nil {
			return err
		}
	}
	if a.json {
		return a.out.json(struct {
			*adopt.Plan
			Rehearsal deploy.Changes `json:"rehearsal,omitempty"`
		}{plan, changes})
	}
	a.printPlan(plan, output)
	if rehearse {
		a.out.line("Rehearsed: %s.", updated.summary(&deploy.Result{Changes: changes}))
	}
	return nil
}

// rehearsal deploys the plan in its sandbox.
func rehearsal(ctx context.Context, plan *adopt.Plan, opts deploy.Options) (_ deploy.Changes, err error) {
	s, err := plan.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	res, err := s.Up(ctx, plan.Stack, nil, nil)
	if err != nil {
		return nil, err
	}
	return res.Changes, nil
}

func (a *app) printPlan(p *adopt.Plan, output string) {
	a.out.line("Stack %s takes over %s:", p.Stack, plural(len(p.Taken), "resource"))
	for _, t := range p.Taken {
		a.out.line("  %s %s as %s", world.ShortType(t.Type), t.ID, t.Name)
	}
	for _, list := range []struct {
		title string
		kept  []adopt.Kept
	}{{"What stays as it is, for AWS can't change it:", p.Kept}, {"What is changed in place:", p.Updated}} {
		if len(list.kept) > 0 {
			a.out.line(list.title)
		}
		for _, k := range list.kept {
			a.out.line("  %s %s. %s", k.Resource, strings.Join(k.Properties, ", "), k.Consequence)
		}
	}
	for _, list := range []struct {
		title string
		of    []string
	}{{"What the program makes beside them:", p.Created}, {"What it does not take over:", p.Left}} {
		if len(list.of) > 0 {
			a.out.line(list.title)
		}
		for _, line := range list.of {
			a.out.line("  %s", line)
		}
	}
	file := "Pulumi." + p.Stack + ".yaml"
	a.out.line("Put %s in the place of yours, and run: pulumi import --stack %s --file %s --generate-code=false --protect=false",
		filepath.Join(output, file), p.Stack, filepath.Join(output, "import.json"))
}
