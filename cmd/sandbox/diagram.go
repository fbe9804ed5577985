package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/drawing"
	"fargate-privatelink/sandbox/world"
)

func (a *app) diagram() *cobra.Command {
	var file string
	var ids bool
	cmd := &cobra.Command{
		Use:   "diagram",
		Short: "Draw what is deployed, and who may connect to whom",
		Long: `Draws the accounts, VPCs, Availability Zones and subnets that are deployed, with the
load balancer's nodes, the tasks, the endpoint service, the endpoints and their
clients, and the ways between them. Prints it as a Mermaid flowchart, which GitHub
draws in Markdown, in a block that begins with ` + "```mermaid" + `; with --svg it is
written to a file as SVG. Both can be read in light and dark.

check says what really gets through, and draws that.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(_ context.Context, s *deploy.Sandbox) error {
				var d *drawing.Diagram
				err := s.World.View(func(tx *world.Tx) error { d = drawing.NewDiagram(tx); return nil })
				switch {
				case err != nil:
					return err
				case len(d.Parts) == 0:
					return errors.New("nothing is deployed: run sandbox up first")
				case file != "":
					return a.toFile(file, func(f *os.File) error { return d.SVG(f, ids) })
				case a.json:
					return a.out.json(d)
				}
				a.out.line("%s", d.Mermaid(ids))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&file, "svg", "", "draw it to this file, as SVG")
	cmd.Flags().BoolVar(&ids, "ids", true, "show the ids and addresses")
	return cmd
}
