package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

func (a *app) logs() *cobra.Command {
	var (
		stack string
		last  int
	)
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Print what the containers have written to their log groups",
		Long: `Prints the events of the sandbox's log groups, oldest first: the time, the log
stream and the line. A stream's name is prefix/container/task, as the awslogs
driver makes it. A log group keeps its last 10,000 events.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if last < 0 {
				return fmt.Errorf("--last is %d; it must be 0 or more", last)
			}
			return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
				events, err := s.LogEvents(ctx, stack)
				if err != nil {
					return err
				}
				if last > 0 && len(events) > last {
					events = events[len(events)-last:]
				}
				if a.json {
					return a.out.json(events)
				}
				for _, e := range events {
					a.out.line("%s", logLine(e))
				}
				if len(events) == 0 {
					a.out.warn("no container has written anything yet")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "print the log group of this stack only")
	cmd.Flags().IntVar(&last, "last", 0, "print the last so many events only (default: all)")
	return cmd
}

func logLine(e world.LogEvent) string {
	return fmt.Sprintf("%s %s %s", e.Time.Format(time.RFC3339), e.Stream, e.Message)
}
