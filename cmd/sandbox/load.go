package main

import (
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/replica"
	"fargate-privatelink/sandbox/vnet"
)

func (a *app) load() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "load STATE...",
		Short: "Make the sandbox a replica of real stacks, from their exported states",
		Long: `Reads the states of real stacks, as "pulumi stack export" writes them or as they are in
a bucket, and makes the sandbox's accounts what they say: the same ids, ARNs, names
and zones. The stacks of the sandbox are those then, and every command works on them.
AWS is never reached.

Prints what had to be assumed, and what the sandbox does not model and keeps as it is.
Secrets that a passphrase encrypts are decrypted with the one in
PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE. See docs/your-stacks.md.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			exports, err := replica.Read(files)
			if err != nil {
				return err
			}
			opts, err := a.options()
			if err != nil {
				return err
			}
			loaded, err := replica.Load(cmd.Context(), opts, exports, replace)
			if err != nil {
				return inUse(err)
			}
			if a.json {
				return a.out.json(loaded)
			}
			a.loaded(loaded)
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "do away with what the sandbox has")
	return cmd
}

// loaded prints what a replica is, and what it rests on.
func (a *app) loaded(r *deploy.Replica) {
	for _, st := range r.Stacks {
		role := st.Role
		if role == "" {
			role = "neither side"
		}
		a.out.line("%s: %s, %s, of project %s", st.Name, role, plural(st.Resources, "resource"), st.Project)
	}
	for _, w := range r.Warnings {
		a.out.line("warning: %s", w)
	}
	for _, k := range r.Kept {
		a.out.line("kept as it is: %s %s of stack %s", k.Type, k.ID, k.Stack)
	}
	for _, assumption := range r.Assumptions {
		a.out.line("assumed: %s", assumption)
	}
}

// assumed are what a hop rests on that isn't known.
func assumed(h vnet.Hop) (lines []string) {
	for _, a := range h.Assumes {
		lines = append(lines, "assumed: "+a)
	}
	return lines
}
