package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

// seenCommands are what a user runs one after the other, and the exit code of each.
var seenCommands = []struct {
	name string
	code int
	args []string
}{
	{"preview-before-up", 0, []string{"preview"}},
	{"preview-consumer-before-up", 1, []string{"preview", "--stack", "consumer"}},
	{"up", 0, []string{"up"}},
	{"up-again", 0, []string{"up", "--stack", "provider", "--times"}},
	{"preview", 0, []string{"preview"}},
	{"check", 0, []string{"check"}},
	{"destroy", 0, []string{"destroy"}},
}

// TestWhatUsersSee holds what the commands print to golden files, as it is seen on a
// terminal, with its colours, and in a pipe.
func TestWhatUsersSee(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	for _, where := range thrift.Sample(t, 1, []string{"pipe", "terminal"}) {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			for _, c := range seenCommands {
				args := append([]string{"--project", p.dir}, c.args...)
				var seen string
				var code int
				if where == "pipe" {
					var stdout, stderr string
					code, stdout, stderr = command(t, args...)
					seen = "standard output:\n" + stdout + "standard error:\n" + stderr
				} else {
					var written string
					written, code = onTerminal(t, []string{"NO_COLOR="}, args...)
					seen = screen(t, written)
				}
				assert.Equal(t, c.code, code, "%s:\n%s", c.name, seen)
				requireSeen(t, filepath.Join("testdata", "seen", where+"-"+c.name+".txt"), timeless(seen))
			}
		})
	}
}

// taken is how long something took, with what pads a table's cell behind it.
var taken = regexp.MustCompile(`(in |\()[\d.]+(ms|µs|s)\b( *)`)

// drawn are ids, which AWS gives in the order in which it is asked.
var drawn = regexp.MustCompile(`\b[0-9a-f]{7,}\b`)

// timeless is what is seen without what differs from run to run.
func timeless(seen string) string {
	seen = drawn.ReplaceAllStringFunc(seen, func(id string) string { return strings.Repeat("0", len(id)) })
	return taken.ReplaceAllStringFunc(seen, func(s string) string {
		if strings.HasSuffix(s, " ") {
			return taken.ReplaceAllString(s, "${1}0s ")
		}
		return taken.ReplaceAllString(s, "${1}0s")
	})
}

// screen is what a terminal of 120 columns, high enough for all, shows in the end. Green
// and red are in tags.
func screen(t *testing.T, written string) string {
	t.Helper()
	const columns, rows = 120, 400
	terminal := vt10x.New(vt10x.WithSize(columns, rows))
	_, err := terminal.Write([]byte(written))
	require.NoError(t, err)
	var out strings.Builder
	colours := map[vt10x.Color]string{vt10x.Red: "red", vt10x.Green: "green"}
	for y := range rows {
		var line strings.Builder
		open := ""
		for x := range columns {
			cell := terminal.Cell(x, y)
			if colour := colours[cell.FG]; colour != open {
				if open != "" {
					fmt.Fprintf(&line, "</%s>", open)
				}
				if open = colour; open != "" {
					fmt.Fprintf(&line, "<%s>", open)
				}
			}
			line.WriteRune(cell.Char)
		}
		out.WriteString(strings.TrimRight(line.String(), " \x00") + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}
