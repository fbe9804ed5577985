package main

import (
	"regexp"
	"strings"
	"testing"
)

// snippet is a piece of Go in the README that is also part of the examples.
var snippet = regexp.MustCompile("(?s)<!-- example: (\\S+) -->\n```go\n(.*?)```")

// TestReadmeShowsTheExamples: the README's Go is, but for its indentation, a part of
// functions that are compiled.
func TestReadmeShowsTheExamples(t *testing.T) {
	found := snippet.FindAllStringSubmatch(contents(t, "README.md"), -1)
	if len(found) != 2 {
		t.Fatalf("the README has %d examples; it should have one of each side", len(found))
	}
	for _, m := range found {
		file, code := m[1], m[2]
		if !strings.Contains(unindented(contents(t, file)), unindented(code)) {
			t.Errorf("%s does not have the README's lines:\n%s", file, code)
		}
	}
}

func unindented(code string) string {
	lines := strings.Split(code, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
