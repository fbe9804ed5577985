package main

import (
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
)

func (a *app) restore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore",
		Short: "Put back the state from before the last command that changed anything",
		Long: `Puts back what the sandbox was before the last command that changed anything: a
way back from a state that a full disk, or somebody, has damaged. What it replaces
is set aside in the sandbox's directory.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			opts, err := a.options()
			if err != nil {
				return err
			}
			if err := inUse(deploy.Restore(opts)); err != nil {
				return err
			}
			a.out.warn("The state from before the last change is back.")
			return nil
		},
	}
}
