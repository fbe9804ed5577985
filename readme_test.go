package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"fargate-privatelink/contract"
)

var update = flag.Bool("update", false, "rewrite the README's configuration tables from Pulumi.yaml")

// entry is a line of a role's description in Pulumi.yaml: "key (type, default x): text".
var entry = regexp.MustCompile(`^([\w.<>]+) \(([^)]*)\): (.*)$`)

// TestReadmeHasTheConfiguration holds the README's tables to Pulumi.yaml, which
// the tests of package stacks hold to the program.
func TestReadmeHasTheConfiguration(t *testing.T) {
	b, err := os.ReadFile("Pulumi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var project struct {
		Config map[string]struct{ Description string }
	}
	if err := yaml.Unmarshal(b, &project); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := string(readme)
	for _, role := range []string{"provider", "consumer"} {
		rows := configurationTable(project.Config[role].Description)
		if len(rows) < 5 {
			t.Fatalf("Pulumi.yaml describes only %d keys of %s", len(rows), role)
		}
		want = replaceSection(t, want, role, rows)
	}
	if want == string(readme) {
		return
	}
	if !*update {
		t.Fatal("the README's configuration tables are not Pulumi.yaml's: run go test . -update")
	}
	if err := os.WriteFile("README.md", []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeHasTheOutputs: each output of either side has a row.
func TestReadmeHasTheOutputs(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	provider, rest, found := strings.Cut(string(readme), "Of a consumer's stack:")
	if !found {
		t.Fatal("the README has no table of a consumer's outputs")
	}
	_, provider, _ = strings.Cut(provider, "Of a provider's stack:")
	consumer, _, _ := strings.Cut(rest, "\n#")
	for side, names := range map[string][]string{provider: contract.ProviderOutputNames(), consumer: contract.ConsumerOutputNames()} {
		for _, name := range names {
			if !regexp.MustCompile("(?m)^\\|[^|]*`" + name + "`").MatchString(side) {
				t.Errorf("no row of the README's tables has the output %s", name)
			}
		}
	}
}

// configurationTable turns a description into the rows of a Markdown table.
func configurationTable(description string) []string {
	var entries []string
	for _, line := range strings.Split(description, "\n") {
		if strings.HasPrefix(line, "  ") && len(entries) > 0 { // a long entry goes on
			entries[len(entries)-1] += " " + strings.TrimSpace(line)
		} else {
			entries = append(entries, line)
		}
	}
	var rows []string
	begun := false
	for _, e := range entries {
		m := entry.FindStringSubmatch(e)
		if m == nil {
			if e != "" && begun { // what holds for the keys below it
				rows = append(rows, fmt.Sprintf("| *%s* | | | |", e))
			}
			continue
		}
		begun = true
		kind, fallback, _ := strings.Cut(m[2], ", default ")
		if fallback != "" {
			fallback = "`" + fallback + "`"
		}
		text := strings.ReplaceAll(m[3], "|", `\|`)
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", m[1], kind, fallback, text))
	}
	return rows
}

func replaceSection(t *testing.T, text, role string, rows []string) string {
	t.Helper()
	begin, end := "<!-- configuration of "+role+" -->\n", "<!-- end -->"
	head, rest, ok := strings.Cut(text, begin)
	if !ok {
		t.Fatalf("README.md has no line %q", begin)
	}
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("README.md has no %q after %q", end, begin)
	}
	table := "\n| Key | Type | Default | What |\n| --- | --- | --- | --- |\n" + strings.Join(rows, "\n") + "\n\n"
	return head + begin + table + end + tail
}
