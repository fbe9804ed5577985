package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/world"
)

// ruleEntry is a rule as the rules command prints it.
type ruleEntry struct {
	ID         string           `json:"id"`
	Types      []string         `json:"types"`
	Phase      world.Phase      `json:"phase"`
	Says       string           `json:"says"`
	Code       string           `json:"code,omitempty"`
	Confidence world.Confidence `json:"confidence"`
	// Answer is how the code and the message are known.
	Answer world.Confidence `json:"answer,omitempty"`
	Source string           `json:"source"`
	known  string
}

// has says whether a text is in what a rule is looked up by.
func (e ruleEntry) has(text string) bool {
	all := strings.Join(append(slices.Clone(e.Types), e.ID, string(e.Phase), e.Says, e.Code), "\n")
	return strings.Contains(strings.ToLower(all), strings.ToLower(text))
}

func ruleBook() []ruleEntry {
	var entries []ruleEntry
	for _, r := range world.Rules() {
		var types []string
		for _, token := range append([]string{r.Token}, r.Also...) {
			types = append(types, world.ShortType(token))
		}
		e := ruleEntry{
			ID: r.ID, Types: types, Phase: r.Phase, Says: r.Says, Code: r.Code,
			Confidence: r.Confidence, Source: r.Source, known: r.Known(),
		}
		if r.Code != "" {
			e.Answer = r.AnswerKnown()
		}
		entries = append(entries, e)
	}
	return entries
}

func (a *app) rules() *cobra.Command {
	return &cobra.Command{
		Use:   "rules [FILTER]",
		Short: "List the rules of AWS that the sandbox enforces or models",
		Long: `Lists the rule book: what AWS and the AWS provider require of each type of
resource, when that is checked, how well it is known, and from where. A rule of
the phase behaviour describes what AWS does; the others refuse what breaks them,
with AWS's own error code. Verified rules were read in the source named,
second-hand ones in somebody's report of real behaviour; unverified ones are
inference and refuse nothing. Where "its answer" is known less well, it is certain
that AWS refuses, and the code or the words of the refusal were reported, or are
inferred. With FILTER,
only those that have it in their ID, resource, phase, sentence or error code, in letters
of either case. After the rules come the times that AWS is taken to need, which up and
destroy add up, and the faults that up --fault and destroy --fault make.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			entries := ruleBook()
			if len(args) == 1 {
				entries = slices.DeleteFunc(entries, func(e ruleEntry) bool { return !e.has(args[0]) })
				if len(entries) == 0 {
					return fmt.Errorf("no rule has %q in its ID, resource, phase, sentence or error code", args[0])
				}
			}
			if a.json {
				return a.out.json(map[string]any{"count": len(entries), "rules": entries})
			}
			a.out.ruleTable(entries)
			a.out.line("%s\n\nHow long AWS takes:", plural(len(entries), "rule"))
			a.out.table(table.Row{"resource", "create", "update", "delete", "source"}, latencies())
			a.out.line("\nFaults:")
			a.out.table(table.Row{"fault", "what happens", "source"}, faultKinds())
			return nil
		},
	}
}

// ruleTable prints a rule in at most 200 characters' width.
func (p *printer) ruleTable(entries []ruleEntry) {
	w := table.NewWriter()
	w.SetStyle(table.StyleLight)
	w.Style().Options.SeparateRows = true
	w.SetColumnConfigs([]table.ColumnConfig{
		{Number: 2, WidthMax: 34},
		{Number: 4, WidthMax: 56, WidthMaxEnforcer: text.WrapSoft},
		{Number: 5, WidthMax: 12, WidthMaxEnforcer: text.WrapSoft},
		{Number: 6, WidthMax: 50, WidthMaxEnforcer: text.WrapSoft},
	})
	w.AppendHeader(table.Row{"id", "resource", "phase", "says", "confidence", "source"})
	for _, e := range entries {
		w.AppendRow(table.Row{e.ID, strings.Join(e.Types, "\n"), e.Phase, e.Says, e.known, e.Source})
	}
	w.SetOutputMirror(p.stdout)
	w.Render()
}

// latencies are how long AWS takes, by the table that up and destroy add up.
func latencies() (rows []table.Row) {
	for _, t := range world.Types() {
		l := t.Latency
		rows = append(rows, table.Row{world.ShortType(t.Token), brieflyTaken(l.Create), brieflyTaken(l.Update), brieflyTaken(l.Delete), l.Source})
		for _, c := range l.Cases {
			with := fmt.Sprintf("%s with %s %v", world.ShortType(t.Token), c.Input, c.Is)
			rows = append(rows, table.Row{with, brieflyTaken(c.Create), brieflyTaken(c.Update), brieflyTaken(c.Delete), ""})
		}
	}
	return rows
}

func brieflyTaken(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func faultKinds() (rows []table.Row) {
	for _, k := range world.FaultKinds() {
		rows = append(rows, table.Row{k.Usage(), k.Says, k.Source})
	}
	return rows
}
