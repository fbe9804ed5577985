package review

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
)

// hostile are texts as a pull request may bring them along, and what a review makes of
// them. The workflow's script is held to the same.
func hostile(t *testing.T) (table []struct{ Is, Text, Escaped, Code string }) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "hostile.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &table))
	require.Greater(t, len(table), 30)
	return table
}

func TestHostileTexts(t *testing.T) {
	for _, test := range hostile(t) {
		t.Run(test.Is, func(t *testing.T) {
			assert.Equal(t, test.Escaped, escape(test.Text))
			assert.Equal(t, test.Code, code(test.Text))
			assert.Equal(t, test.Escaped, escape(test.Text), "the same again")
		})
	}
}

func TestFenced(t *testing.T) {
	for _, s := range []string{"a", "```", "a\n````\nb", strings.Repeat("`", 5000), "~~~\n"} {
		lines := strings.Split(fenced("text", s), "\n")
		fence := strings.TrimSuffix(lines[0], "text")
		assert.Equal(t, fence, lines[len(lines)-1])
		assert.Less(t, len(fence), 12)
		for _, line := range lines[1 : len(lines)-1] {
			assert.NotContains(t, line, fence)
		}
	}
}

// everywhere is a review of a change whose every name is the same text.
func everywhere(s string) *Review {
	item := cost.Item{Stack: s, Payer: "provider", Resource: s, What: "hours", Unit: "h", Monthly: 100}
	return &Review{
		Failure:   &Failure{Stack: s, Errors: []string{s}},
		Outputs:   []OutputsChange{{s, contract.Major, []contract.Change{{Key: s, Level: contract.Major, What: s}}}},
		Contracts: []ContractChange{{Stack: s, Level: contract.Minor, Changes: []contract.Change{{Key: s, Level: contract.Minor, What: s}}}},
		Changes: []Change{
			{Stack: s, Op: Replace, Type: "aws:" + s + "/b:C", Name: s, Because: []string{s}, Severity: CutOff, Consequences: []string{s}, Properties: []Property{{s, s, s}}},
			{Stack: s, Op: Create, Type: s, Name: s},
		},
		Opened: []path{{From: s, To: s}}, Closed: []path{{From: s, To: s, Why: s, Wanted: true}},
		Allowed: []string{"*" + s}, Disallowed: []string{s}, Notes: []string{"x " + s},
		Cost: &CostChange{Before: &cost.Estimate{}, After: &cost.Estimate{Items: []cost.Item{item}}, Items: []CostItem{{Stack: s, Resource: s, What: s, After: &item}}},
	}
}

var (
	escapes = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	codes   = regexp.MustCompile("`[^`\n]*`")
)

// shape is a Markdown text without what a name can be: how many lines of which kind there
// are outside of fences, and how many cells each has.
func shape(markdown string) (out []string) {
	fence, begins := "", regexp.MustCompile("^(`{3,}|#+ |[-*+] |  - |> |<[a-z/]+>|\\|)?")
	for line := range strings.SplitSeq(markdown, "\n") {
		marks := regexp.MustCompile("^`{3,}").FindString(line)
		switch {
		case fence != "":
			if marks == fence && line == marks {
				fence = ""
			}
			continue
		case marks != "":
			fence = marks
			out = append(out, "fence")
			continue
		}
		// As GitHub reads it: escapes first, then the bars that end cells, then code spans.
		line = escapes.ReplaceAllString(line, "x")
		cells := strings.Count(line, "|")
		line = codes.ReplaceAllString(line, "x")
		out = append(out, fmt.Sprint(begins.FindString(line), cells, strings.Count(line, "**")))
	}
	return out
}

// A review has the same lines, cells and words in bold whatever the names are: so none
// can add a heading, a row or a verdict.
func TestNoNameChangesTheReview(t *testing.T) {
	want := shape(everywhere("web").Markdown("main"))
	assert.Greater(t, len(want), 50)
	for _, test := range hostile(t) {
		t.Run(test.Is, func(t *testing.T) {
			got := everywhere(test.Text).Markdown(test.Text)
			assert.Equal(t, want, shape(got), got)
			for _, never := range []string{"<img", "<!--", "://", "@everyone", "\u202e", "\x1b", "\r"} {
				assert.NotContains(t, unfenced(got), never)
			}
		})
	}
	// What a row has to put its names in is no placeholder that a name can be.
	assert.Equal(t, want, shape(everywhere("%s %d").Markdown("main")))
}

// unfenced is a text without its fences and code spans, in which nothing is read as markup.
func unfenced(markdown string) string {
	return codes.ReplaceAllString(regexp.MustCompile("(?s)`{3,}[a-z]*\n.*?\n`{3,}\n").ReplaceAllString(markdown, ""), "")
}
