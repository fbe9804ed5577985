package review

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/internal/plain"
	"fargate-privatelink/sandbox/world"
)

// Markdown is the review as people read it in a pull request. It holds no id and no
// date, so the same change gives the same text.
func (r *Review) Markdown(base string) string {
	var d document
	d.line("## What this change deploys, compared with %s", code(base))
	d.line("")
	d.verdict(r)
	if r.Unchanged {
		d.line("")
		d.line("The files are the same: nothing is deployed otherwise.")
		return d.String()
	}
	d.counts(r)
	for _, s := range sections {
		d.changes(s.title, r.Changes, s.ops)
	}
	d.contracts(r)
	d.outputs(r)
	d.reach(r)
	d.diagram(r)
	d.cost(r)
	d.properties(r)
	return d.String()
}

// document is Markdown in the making.
type document struct{ strings.Builder }

func (d *document) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *document) heading(format string, args ...any) {
	d.line("")
	d.line("### "+format, args...)
	d.line("")
}

func (d *document) row(cells ...string) { d.line("| %s |", strings.Join(cells, " | ")) }

// table writes rows under a header, without the columns in which no row has anything.
func (d *document) table(header []string, rows [][]string) {
	var kept []int
	for i := range header {
		if slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			kept = append(kept, i)
		}
	}
	of := func(row []string) (cells []string) {
		for _, i := range kept {
			cells = append(cells, row[i])
		}
		return cells
	}
	d.row(of(header)...)
	d.line("|%s", strings.Repeat(" --- |", len(kept)))
	for _, row := range rows {
		d.row(of(row)...)
	}
}

func (d *document) verdict(r *Review) {
	breaks, opens := split(r.Reasons())
	switch {
	case len(breaks) > 0:
		d.reasons("This breaks something", breaks)
	case slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Severity == Reconnect }):
		d.line("**This breaks no consumer.** Connections are cut once, and can be opened again at once.")
	default:
		d.line("**This breaks no consumer.**")
	}
	if len(opens) > 0 {
		d.line("")
		d.reasons("This opens something", opens)
	}
	d.failure(r)
	for _, n := range r.Notes {
		d.line("")
		d.line("> %s", escape(n))
	}
}

// split tells what breaks from what is opened.
func split(reasons []Reason) (breaks, opens []string) {
	for _, reason := range reasons {
		if reason.Kind == Exposes {
			opens = append(opens, reason.What)
		} else {
			breaks = append(breaks, reason.What)
		}
	}
	return breaks, opens
}

// reasons writes a headline, with the reason where there is one and else the reasons
// below it.
func (d *document) reasons(headline string, reasons []string) {
	if len(reasons) == 1 {
		d.line("**%s:** %s.", headline, escape(reasons[0]))
		return
	}
	d.line("**%s:**", headline)
	d.line("")
	for _, reason := range reasons {
		d.line("- %s", escape(reason))
	}
}

func (d *document) failure(r *Review) {
	if r.Failure == nil {
		return
	}
	d.line("")
	switch {
	case !r.Failure.Preview:
		d.line("The deployment can't be finished:")
	case len(r.Changes) > 0 && !r.Disconnected:
		d.line("What is listed below is what the preview got to before it failed:")
	default:
		d.line("The preview fails:")
	}
	d.line("")
	d.line("%s", fenced("text", strings.Join(apply(r.Failure.Errors, plain.Line), "\n")))
	if r.Disconnected {
		d.line("")
		d.line("**If consumers are disconnected first**, it can: their connections are rejected, " +
			"each stack is deployed, and the provider's again to accept them. All that follows is about that.")
	}
}

func (d *document) counts(r *Review) {
	if len(r.Changes) == 0 {
		if r.Failure == nil {
			d.line("")
			d.line("No resource changes.")
		}
		return
	}
	counts := map[string]map[Op]int{}
	var stacks []string
	for _, c := range r.Changes {
		if counts[c.Stack] == nil {
			counts[c.Stack] = map[Op]int{}
			stacks = append(stacks, c.Stack)
		}
		op := c.Op
		if op == Revise {
			op = Update
		}
		counts[c.Stack][op]++
	}
	d.line("")
	var rows [][]string
	for _, stack := range sorted(stacks) {
		row := []string{code(stack)}
		for _, op := range []Op{Replace, Delete, Update, Create} {
			cell := ""
			if n := counts[stack][op]; n > 0 {
				cell = fmt.Sprint(n)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	d.table([]string{"Stack", "Replace", "Delete", "Update", "Create"}, rows)
}

// changes lists the changes of some operations. Resources to which the same happens
// share a row.
func (d *document) changes(title string, all []Change, which []Op) {
	var rows []changeRow
	for _, c := range all {
		if !slices.Contains(which, c.Op) {
			continue
		}
		row := rowOf(c)
		same := func(other changeRow) bool { return slices.Equal(other.cells(""), row.cells("")) }
		if i := slices.IndexFunc(rows, same); i >= 0 {
			rows[i].names = append(rows[i].names, row.names...)
		} else {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return
	}
	d.heading("%s", title)
	d.table([]string{"Stack", "What", "Resource", "Because of", "Clients", "Consequence"},
		apply(rows, func(row changeRow) []string { return row.cells(strings.Join(row.names, ", ")) }))
}

// changeRow is a row of resources to which the same happens.
type changeRow struct {
	stack, what, typ, because, clients, consequence string
	names                                           []string
}

func rowOf(c Change) changeRow {
	row := changeRow{
		stack: code(c.Stack), what: string(c.Op), typ: code(world.ShortType(c.Type)), names: []string{code(c.Name)},
		because: strings.Join(apply(c.because(), code), ", "), clients: c.clients(), consequence: escape(strings.Join(c.Consequences, " ")),
	}
	if c.Accepting {
		row.what += ", when the provider runs again"
	}
	return row
}

func (r changeRow) cells(names string) []string {
	return []string{r.stack, r.what, r.typ + " " + names, r.because, r.clients, r.consequence}
}

// clients says what becomes of connected clients, where anything does.
func (c Change) clients() string {
	switch c.Severity {
	case Harmless:
		return ""
	case Reconnect:
		return c.Severity.String()
	default:
		return "**" + c.Severity.String() + "**"
	}
}

// because are the properties that a change is about.
func (c Change) because() []string {
	switch {
	case c.Op == Create || c.Op == Delete:
		return nil
	case len(c.Because) > 0:
		return c.Because
	}
	var roots []string
	for _, p := range c.Properties {
		root := p.Path[:strings.IndexAny(p.Path+".", ".[")]
		if len(roots) == 0 || roots[len(roots)-1] != root {
			roots = append(roots, root)
		}
	}
	return roots
}

func (d *document) contracts(r *Review) {
	d.heading("Contract")
	if !r.compared() {
		d.line("%s", notCompared)
		return
	}
	for _, c := range r.Contracts {
		word := map[contract.Level]string{
			contract.None: "unchanged", contract.Minor: "minor: consumers keep working", contract.Major: "major: **it breaks consumers**",
		}[c.Level]
		if c.Note != "" {
			word = c.Note
		}
		d.line("- stack %s: %s", code(c.Stack), word)
		for _, change := range c.Changes {
			d.line("  - %s, %s: %s", code(change.Key), change.Level, escape(change.What))
		}
	}
	if len(r.Contracts) == 0 {
		d.line("No stack has role provider.")
	}
}

// outputs lists what else others hold, where it changes.
func (d *document) outputs(r *Review) {
	if len(r.Outputs) == 0 {
		return
	}
	d.heading("Outputs")
	for _, o := range r.Outputs {
		word := "minor"
		if o.Level == contract.Major {
			word = "major: **it breaks who reads them**"
		}
		d.line("- stack %s: %s", code(o.Stack), word)
		for _, change := range o.Changes {
			d.line("  - %s, %s: %s", code(change.Key), change.Level, escape(change.What))
		}
	}
}

func (d *document) reach(r *Review) {
	d.heading("What can reach what")
	if !r.compared() {
		d.line("%s", notCompared)
		return
	}
	for _, p := range r.Closed {
		d.line("- closed: %s to %s (%s)", escape(p.From), escape(p.To), escape(p.Why))
	}
	for _, p := range r.Opened {
		word := "opened"
		if !p.Wanted {
			word = "**opened to others**"
		}
		d.line("- %s: %s to %s", word, escape(p.From), escape(p.To))
	}
	for _, arn := range r.Disallowed {
		d.line("- may no longer make endpoints: %s", code(arn))
	}
	for _, arn := range r.Allowed {
		d.line("- may make endpoints: %s", code(arn))
	}
	if len(r.Closed)+len(r.Opened)+len(r.Allowed)+len(r.Disallowed) == 0 {
		d.line("Unchanged.")
	}
}

// mostOfADiagram is how many characters of a flowchart GitHub draws, with some to spare:
// https://mermaid.js.org/config/schema-docs/config.html#maxtextsize
const mostOfADiagram = 45000

func (d *document) diagram(r *Review) {
	if r.Diagram == "" {
		return
	}
	d.heading("What is deployed then")
	if len(r.Diagram) > mostOfADiagram {
		d.line("It is too much for a picture here: `go run ./cmd/sandbox diagram` draws it.")
		return
	}
	d.line("%s", fenced("mermaid", r.Diagram))
}

// notCompared stands for what a failed deployment leaves open.
const notCompared = "Not compared, since the deployment can't be finished."

func (d *document) cost(r *Review) {
	d.heading("Cost in a month, USD")
	if r.Cost == nil {
		d.line("%s", notCompared)
		return
	}
	before, after := r.Cost.Before, r.Cost.After
	if len(r.Cost.Items) == 0 {
		d.line("Unchanged: %s.", after.Total)
		return
	}
	sums := apply(r.Cost.Stacks(), func(s StackCost) []string {
		return []string{s.Payer, code(s.Stack), s.Before.String(), s.After.String(), delta(s.Before, s.After)}
	})
	sums = append(sums, []string{"**total**", "", before.Total.String(), after.Total.String(), "**" + delta(before.Total, after.Total) + "**"})
	d.table([]string{"", "Stack", "Before", "After", "Change"}, sums)
	d.fold("Item by item")
	d.table([]string{"Stack", "Resource", "For", "Quantity", "Unit", "Unit price", "Before", "After", "Change"}, apply(r.Cost.Items, func(i CostItem) []string {
		was, is := monthly(i.Before), monthly(i.After)
		quantity, unit, price := i.terms()
		return []string{code(i.Stack), code(i.Resource), escape(i.What), quantity, escape(unit), escape(price), was.String(), is.String(), delta(was, is)}
	}))
	d.line("")
	for _, remark := range r.Cost.shown().Remarks() {
		d.line("%s", escape(remark))
	}
	d.unfold()
}

// terms are a line's quantity, unit and unit price; both sides' where they differ.
func (i CostItem) terms() (quantity, unit, price string) {
	of := func(f func(cost.Item) string) string {
		switch {
		case i.Before == nil:
			return f(*i.After)
		case i.After == nil || f(*i.Before) == f(*i.After):
			return f(*i.Before)
		}
		return f(*i.Before) + " → " + f(*i.After)
	}
	return of(cost.Item.Amount), of(func(i cost.Item) string { return i.Unit }), of(cost.Item.Price)
}

func delta(before, after cost.USD) string {
	if after < before {
		return (after - before).String()
	}
	return "+" + (after - before).String()
}

// signs are those of a diff, so that renderers colour them.
var signs = map[Op]string{Replace: "!", Delete: "-", Update: "!", Revise: "!", Create: "+"}

func (d *document) properties(r *Review) {
	if len(r.Changes) == 0 {
		return
	}
	d.fold("Property by property")
	var body strings.Builder
	for i, c := range r.Changes {
		if i > 0 {
			body.WriteString("\n")
		}
		fmt.Fprintf(&body, "%s %s %s %s, stack %s\n", signs[c.Op], c.Op, clip(world.ShortType(c.Type)), clip(c.Name), clip(c.Stack))
		for _, p := range c.Properties {
			if p.Before != "" {
				fmt.Fprintf(&body, "-   %s: %s\n", clip(p.Path), value(p.Before))
			}
			if p.After != "" {
				fmt.Fprintf(&body, "+   %s: %s\n", clip(p.Path), value(p.After))
			}
		}
	}
	d.line("%s", fenced("diff", body.String()))
	d.unfold()
}

func (d *document) fold(summary string) {
	d.line("\n<details><summary>%s</summary>\n", summary)
}

func (d *document) unfold() { d.line("\n</details>") }
