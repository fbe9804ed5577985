package review

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
)

// Markdown is the review as people read it in a pull request. It holds no id and no
// date, so the same change gives the same text.
func (r *Review) Markdown(base string) string {
	var d document
	d.line("## What this change deploys, compared with %s", code(base))
	d.line("")
	d.verdict(r)
	d.counts(r)
	d.changes("Replaced and deleted", r.Changes, Replace, Delete)
	d.changes("Updated", r.Changes, Update)
	d.changes("Created", r.Changes, Create)
	d.contracts(r)
	d.reach(r)
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

func (d *document) header(cells ...string) {
	d.row(cells...)
	d.line("|%s", strings.Repeat(" --- |", len(cells)))
}

func (d *document) verdict(r *Review) {
	if reasons := r.Reasons(); len(reasons) > 0 {
		d.line("**This breaks something:** %s.", strings.Join(reasons, ", "))
	} else {
		d.line("**This breaks no consumer.**")
	}
	if r.Failure != nil {
		d.line("")
		if r.Failure.Preview {
			d.line("What is listed below is what the preview got to before it failed:")
		} else {
			d.line("The deployment can't be finished:")
		}
		d.line("")
		d.fence("text", strings.Join(r.Failure.Errors, "\n"))
	}
	for _, n := range r.Notes {
		d.line("")
		d.line("> %s", escape(n))
	}
}

func (d *document) counts(r *Review) {
	if len(r.Changes) == 0 {
		d.line("")
		d.line("No resource changes.")
		return
	}
	counts := map[string]map[Op]int{}
	var stacks []string
	for _, c := range r.Changes {
		if counts[c.Stack] == nil {
			counts[c.Stack] = map[Op]int{}
			stacks = append(stacks, c.Stack)
		}
		counts[c.Stack][c.Op]++
	}
	d.line("")
	d.header("Stack", "Replace", "Delete", "Update", "Create")
	for _, stack := range sorted(stacks) {
		cells := []string{code(stack)}
		for _, op := range ops {
			cells = append(cells, fmt.Sprint(counts[stack][op]))
		}
		d.row(cells...)
	}
}

// changes lists the changes of some operations. Resources to which the same happens
// share a row.
func (d *document) changes(title string, all []Change, which ...Op) {
	rows := map[string][]string{}
	var keys []string
	for _, c := range all {
		if !slices.Contains(which, c.Op) {
			continue
		}
		op := string(c.Op)
		if c.Accepting {
			op += ", when the provider runs again"
		}
		key := strings.Join([]string{
			"| " + code(c.Stack), op, code(shortType(c.Type)) + "%s",
			strings.Join(apply(c.because(), code), ", "), escape(strings.Join(c.Consequences, " ")) + " |",
		}, " | ")
		if rows[key] == nil {
			keys = append(keys, key)
		}
		rows[key] = append(rows[key], code(c.Name))
	}
	if len(keys) == 0 {
		return
	}
	d.heading("%s", title)
	d.header("Stack", "What", "Resource", "Because of", "Consequence")
	for _, key := range keys {
		d.line("%s", strings.Replace(key, "%s", " "+strings.Join(rows[key], ", "), 1))
	}
}

// because are the properties that a change is about.
func (c Change) because() []string {
	switch c.Op {
	case Replace:
		return c.Because
	case Update:
		var roots []string
		for _, p := range c.Properties {
			root := p.Path[:strings.IndexAny(p.Path+".", ".[")]
			if len(roots) == 0 || roots[len(roots)-1] != root {
				roots = append(roots, root)
			}
		}
		return roots
	default:
		return nil
	}
}

func (d *document) contracts(r *Review) {
	d.heading("Contract")
	if r.Failure != nil {
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

func (d *document) reach(r *Review) {
	d.heading("What can reach what")
	if r.Failure != nil {
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
	d.header("", "Before", "After", "Change")
	for _, payer := range []string{"provider", "consumer"} {
		d.row(payer, before.Payers[payer].String(), after.Payers[payer].String(), delta(before.Payers[payer], after.Payers[payer]))
	}
	d.row("**total**", before.Total.String(), after.Total.String(), "**"+delta(before.Total, after.Total)+"**")
	d.fold("Item by item")
	d.header("Stack", "Resource", "For", "Before", "After", "Change")
	for _, i := range r.Cost.Items {
		d.row(code(i.Stack), code(i.Resource), escape(i.What), i.Before.String(), i.After.String(), delta(i.Before, i.After))
	}
	d.line("")
	for _, remark := range after.Remarks() {
		d.line("%s", escape(remark))
	}
	d.unfold()
}

func delta(before, after cost.USD) string {
	if after < before {
		return (after - before).String()
	}
	return "+" + (after - before).String()
}

// signs are those of a diff, so that renderers colour them.
var signs = map[Op]string{Replace: "!", Delete: "-", Update: "!", Create: "+"}

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
		fmt.Fprintf(&body, "%s %s %s %s, stack %s\n", signs[c.Op], c.Op, shortType(c.Type), c.Name, c.Stack)
		for _, p := range c.Properties {
			if p.Before != "" {
				fmt.Fprintf(&body, "-   %s: %s\n", p.Path, clip(p.Before))
			}
			if p.After != "" {
				fmt.Fprintf(&body, "+   %s: %s\n", p.Path, clip(p.After))
			}
		}
	}
	d.fence("diff", body.String())
	d.unfold()
}

func (d *document) fold(summary string) {
	d.line("\n<details><summary>%s</summary>\n", summary)
}

func (d *document) unfold() { d.line("\n</details>") }

// fence writes a block that no text can leave: its fence is longer than any in it.
func (d *document) fence(language, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	d.line("%s%s\n%s\n%s", fence, language, strings.TrimRight(text, "\n"), fence)
}

// longest is how much of a value is shown.
const longest = 400

// clip keeps a value on one line and within bounds.
func clip(s string) string {
	s = strings.NewReplacer("\r", "", "\n", `\n`).Replace(s)
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + " …"
	}
	return s
}

// code is a text in a code span that it can't leave.
func code(s string) string {
	s = strings.NewReplacer("`", "'", "|", `\|`, "\n", " ").Replace(s)
	return "`" + s + "`"
}

// escape keeps a text from being Markdown or HTML.
func escape(s string) string {
	return strings.NewReplacer(
		"\\", `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "|", `\|`, "<", "&lt;", ">", "&gt;", "[", `\[`, "\r", "", "\n", " ",
	).Replace(s)
}
