package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// printer writes results to standard output and everything else to standard error.
type printer struct {
	stdout, stderr *os.File
	printed        bool // a result as JSON
}

// isTerminal says whether somebody looks at a file.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// good and bad are texts in the colours of pass and fail, where a file is a terminal and
// NO_COLOR is not set, see https://no-color.org.
func good(f *os.File, s string) string { return coloured(f, text.FgGreen, s) }
func bad(f *os.File, s string) string  { return coloured(f, text.FgRed, s) }

func coloured(f *os.File, colour text.Color, s string) string {
	if !isTerminal(f) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return s
	}
	return text.Colors{colour}.EscapeSeq() + s + text.Reset.EscapeSeq()
}

func (p *printer) line(format string, args ...any) {
	_, _ = io.WriteString(p.stdout, harmless(fmt.Sprintf(format+"\n", args...)))
}

// control matches what a terminal obeys, and colours, which it may.
var control = regexp.MustCompile(`\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`)

// harmless is a text in which a name of somebody else's, in a state or a file, can't move
// the cursor, set the window's title or wipe what was said.
func harmless(text string) string {
	return control.ReplaceAllStringFunc(text, func(s string) string {
		if len(s) > 2 {
			return s
		}
		return strings.Trim(strconv.QuoteToASCII(s), `"`)
	})
}

// warn writes a line to standard error.
func (p *printer) warn(format string, args ...any) {
	_, _ = io.WriteString(p.stderr, harmless(fmt.Sprintf(format+"\n", args...)))
}

func (p *printer) json(v any) error {
	p.printed = true
	e := json.NewEncoder(p.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// widthOf is how many characters a line has room for: the terminal's, or 120.
func widthOf(f *os.File) int {
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return 120
}

// table prints rows under a header, as wide as there is room for.
func (p *printer) table(header table.Row, rows []table.Row) {
	w := table.NewWriter()
	w.SetStyle(table.StyleLight)
	var columns []table.ColumnConfig
	for i, width := range columnWidths(header, rows, widthOf(p.stdout)) {
		columns = append(columns, table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft})
	}
	w.SetColumnConfigs(columns)
	w.AppendHeader(header)
	w.AppendRows(rows)
	w.SetOutputMirror(p.stdout)
	w.Render()
}

// columnWidths are the widths of a table's columns within a line: the widest ones are
// made narrower, and words are cut only where that is not enough.
func columnWidths(header table.Row, rows []table.Row, line int) []int {
	widths, words := make([]int, len(header)), make([]int, len(header))
	for _, row := range append([]table.Row{header}, rows...) {
		for i, cell := range row[:min(len(row), len(header))] {
			s := fmt.Sprint(cell)
			length := text.LongestLineLen(s)
			widths[i] = max(widths[i], length)
			if length <= short {
				words[i] = max(words[i], length)
				continue
			}
			for _, word := range strings.Fields(s) {
				words[i] = max(words[i], min(text.LongestLineLen(word), longWord))
			}
		}
	}
	const frame = 3 // of each column: a line and two spaces
	spare := line - 1 - frame*len(header)
	for _, least := range [][]int{words, make([]int, len(header))} {
		for ; sum(widths) > spare; widths[widestOf(widths, least)]-- {
			if i := widestOf(widths, least); i < 0 || widths[i] <= narrowest {
				break
			}
		}
	}
	return widths
}

const (
	// narrowest is how narrow a column may get.
	narrowest = 8
	// short is a text that is not worth a second line.
	short = 16
	// longWord has room for the longest of ids, a task's; names and ARNs are longer,
	// and would leave none for the other columns.
	longWord = 32
)

// widestOf is the widest column that is wider than its least width, or -1.
func widestOf(widths, least []int) int {
	found := -1
	for i, w := range widths {
		if w > least[i] && (found < 0 || w > widths[found]) {
			found = i
		}
	}
	return found
}

func sum(numbers []int) int {
	n := 0
	for _, i := range numbers {
		n += i
	}
	return n
}
