package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/timing"
	"fargate-privatelink/sandbox/world"
)

// total is how long AWS would take for all of the runs.
func total(results []*deploy.Result) *timing.Report {
	var reports []*timing.Report
	for _, r := range results {
		reports = append(reports, r.Timing)
	}
	return timing.Sum(reports...)
}

// timesFlag gives a command the flag --times.
func (a *app) timesFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.times, "times", false, "show how long each stack would take on AWS, and what the time goes to")
}

// timing prints how long AWS would have taken; with --times, for each stack, and what
// the time went to. Runs that AWS had nothing to do for are left out.
func (a *app) timing(results []*deploy.Result) {
	all := total(results)
	if all.Duration == 0 {
		return
	}
	if !a.times {
		a.out.line("\nOn AWS this would take about %s, by the times modelled (--times shows what goes into it).", seconds(all.Duration))
		return
	}
	var rows []table.Row
	for _, r := range results {
		if r.Timing.Duration > 0 {
			rows = append(rows, timeRows(r.Stack, r.Timing)...)
		}
	}
	a.out.line("\nOn AWS, by the times modelled (sandbox rules):")
	a.out.table(
		table.Row{"stack", "takes", "at least", "ratio", "of which, on the critical path", "", "share"},
		append(rows, summaryRow("in all", all)),
	)
	if note := componentNote(all); note != "" {
		a.out.line("%s", note)
	}
}

// componentNote says what the use of the awsx component costs, or "" where nothing.
func componentNote(r *timing.Report) string {
	if r.Bare == r.LowerBound {
		return ""
	}
	return fmt.Sprintf("At least: by what each resource needs. %s of it are the awsx component's, which hands out a VPC only once its subnets and route tables are there too.",
		seconds(r.LowerBound-r.Bare))
}

func summaryRow(name string, r *timing.Report) table.Row {
	return table.Row{name, seconds(r.Duration), seconds(r.LowerBound), fmt.Sprintf("%.2f", r.Ratio())}
}

// timeRows are a summary of a run and, beside and below it, its critical path.
func timeRows(name string, r *timing.Report) []table.Row {
	rows := []table.Row{summaryRow(name, r)}
	for i, s := range r.Critical {
		if i > 0 {
			rows = append(rows, table.Row{"", "", "", ""})
		}
		what := fmt.Sprintf("%s %s %s", s.Operation, world.ShortType(s.Type), s.Name)
		share := fmt.Sprintf("%.0f %%", 100*s.Takes.Seconds()/r.Duration.Seconds())
		takes := seconds(s.Takes)
		if s.Assumed {
			takes += " assumed"
		}
		rows[i] = append(rows[i], what, takes, share)
	}
	return rows
}

func seconds(d time.Duration) string { return d.Round(time.Second).String() }
