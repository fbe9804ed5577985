package drawing

import (
	"fmt"
	"strings"

	"fargate-privatelink/sandbox/internal/plain"
)

// Mermaid is the diagram as a flowchart of https://mermaid.js.org, which GitHub draws in
// light and dark. It has no colours but those of a change, which stand for words that are
// written as well. IDs says whether AWS's ids and addresses are shown.
func (d *Diagram) Mermaid(ids bool) string {
	m := &mermaid{ids: ids, names: map[string]string{}}
	m.line(0, "flowchart LR")
	for _, p := range d.Parts {
		m.part(1, p)
	}
	for _, e := range d.Edges {
		m.edge(e)
	}
	m.classes(d)
	return m.String()
}

type mermaid struct {
	strings.Builder
	ids bool
	// names are what parts are called in the text, by their keys: never what somebody
	// has named them.
	names map[string]string
}

func (m *mermaid) line(depth int, format string, args ...any) {
	m.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(m, format+"\n", args...)
}

func (m *mermaid) part(depth int, p *Part) {
	name := fmt.Sprintf("p%d", len(m.names)+1)
	m.names[p.Key] = name
	if !p.Kind.around() || len(p.Parts) == 0 {
		m.line(depth, "%s[%s]", name, m.label(p))
		return
	}
	m.line(depth, "subgraph %s[%s]", name, m.label(p))
	for _, child := range p.Parts {
		m.part(depth+1, child)
	}
	m.line(depth, "end")
}

// label is a part's text, its lines one below the other.
func (m *mermaid) label(p *Part) string {
	lines := p.shown(m.ids)
	for i, line := range lines {
		lines[i] = mermaidText(line)
	}
	separator := "<br/>"
	if p.Kind.around() {
		separator = ", "
	}
	return `"` + strings.Join(lines, separator) + `"`
}

// shown are the lines of a part with its mark in a word.
func (p *Part) shown(ids bool) []string {
	lines := append([]string{}, p.Lines...)
	if p.Mark != "" {
		lines[0] = string(p.Mark) + ": " + lines[0]
	}
	if ids && p.ID != "" {
		lines = append(lines, p.ID)
	}
	return lines
}

func (m *mermaid) edge(e *Edge) {
	from, to := m.names[e.From], m.names[e.To]
	if from == "" || to == "" {
		return
	}
	arrow, label := "-.->", e.Label
	if e.Open {
		arrow = "-->"
	}
	if e.Mark != "" {
		label = strings.TrimSuffix(string(e.Mark)+": "+label, ": ")
	}
	if label != "" {
		arrow += `|"` + mermaidText(label) + `"|`
	}
	m.line(1, "%s %s %s", from, arrow, to)
}

// classes colour what changes. Only the borders: the rest is the theme's, light or dark.
func (m *mermaid) classes(d *Diagram) {
	styles := []struct {
		mark  Mark
		style string
	}{
		{New, "stroke:#2da44e,stroke-width:3px"},
		{Changed, "stroke:#bf8700,stroke-width:3px"},
		{Gone, "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4"},
	}
	for _, s := range styles {
		var names []string
		for _, p := range d.all() {
			if p.Mark == s.mark {
				names = append(names, m.names[p.Key])
			}
		}
		if len(names) > 0 {
			m.line(1, "classDef %s %s", s.mark, s.style)
			m.line(1, "class %s %s", strings.Join(names, ","), s.mark)
		}
	}
}

// longestLabel is how much of a text a label shows.
const longestLabel = 80

// mermaidText is a text within a quoted label. What isn't a letter, a digit or one of a
// few signs is written as an entity, so that it can neither end the label nor be read as
// Markdown, HTML or a directive, which Mermaid looks for everywhere. See
// https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters.
func mermaidText(s string) string {
	runes := []rune(plain.Line(s))
	if len(runes) > longestLabel {
		runes = append(runes[:longestLabel:longestLabel], '…')
	}
	var out strings.Builder
	for i, r := range runes {
		if i > 0 && (runes[i-1] == '$' || runes[i-1] == ':' && r == 'f') {
			out.WriteRune('\u200b') // two signs begin a formula, and fa:fa- an icon, entities or not
		}
		switch {
		case r > 0x7e, r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', strings.ContainsRune(" .,:/-()", r):
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, "#%d;", r)
		}
	}
	return out.String()
}
