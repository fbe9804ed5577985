package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fargate-privatelink/contract"
)

// TestOutputsAreListed: each output of either side has a row.
func TestOutputsAreListed(t *testing.T) {
	const page = "docs/consuming-outputs.md"
	_, tables, begins := strings.Cut(contents(t, page), "Outputs of a provider's stack:")
	provider, rest, goesOn := strings.Cut(tables, "Outputs of a consumer's stack:")
	consumer, _, ends := strings.Cut(rest, "\n#")
	if !begins || !goesOn || !ends {
		t.Fatalf("%s has no tables of the outputs", page)
	}
	for table, names := range map[string][]string{provider: contract.ProviderOutputNames(), consumer: contract.ConsumerOutputNames()} {
		for _, name := range names {
			if !regexp.MustCompile("(?m)^\\|[^|]*`" + name + "`").MatchString(table) {
				t.Errorf("no row of %s has the output %s", page, name)
			}
		}
	}
}

// defect is a row of docs/defects.md: what goes wrong, where it was seen, and the test
// that it doesn't here.
var defect = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| `([\\w/-]+)\\.(Test\\w+)` \\|$")

// thread is a repository on GitHub, and where in it: a thread, or a name in the code.
var thread = regexp.MustCompile(`^[\w-]+/[\w.-]+(#\d+| \([\w-]+\))?$`)

// TestEachDefectHasItsTest: the test that a row names is there, and no row is there twice.
func TestEachDefectHasItsTest(t *testing.T) {
	table, _, _ := strings.Cut(contents(t, "docs/defects.md"), "\n## ")
	rows := defect.FindAllStringSubmatch(table, -1)
	if lines := strings.Count(table, "\n| ") - 2; len(rows) != lines || lines < 50 {
		t.Fatalf("docs/defects.md has %d rows, of which %d are of the form", lines, len(rows))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		what, where, directory, test := row[1], row[2], row[3], row[4]
		if !hasTest(t, directory, test) {
			t.Errorf("%s: no %s in %s", what, test, directory)
		}
		for _, one := range strings.Split(where, ", ") {
			if !thread.MatchString(one) {
				t.Errorf("%s: %q is no repository or thread", what, one)
			}
		}
		if seen[what] {
			t.Errorf("%s is there twice", what)
		}
		seen[what] = true
	}
}

func hasTest(t *testing.T, directory, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(directory, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(contents(t, file), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// constructor is that of a component.
var constructor = regexp.MustCompile(`(?m)^func New(\w+)\(\s*ctx \*pulumi\.Context, name string, `)

// TestComponentsAreListed: docs/components.md names each component.
func TestComponentsAreListed(t *testing.T) {
	files, err := filepath.Glob("components/*.go")
	if err != nil {
		t.Fatal(err)
	}
	page, found := contents(t, "docs/components.md"), 0
	for _, file := range files {
		for _, m := range constructor.FindAllStringSubmatch(contents(t, file), -1) {
			found++
			if !strings.Contains(page, "`"+m[1]+"`") {
				t.Errorf("docs/components.md has no %s", m[1])
			}
		}
	}
	if found < 15 {
		t.Fatalf("found only %d components", found)
	}
}

// command is the name of one of the sandbox's commands.
var command = regexp.MustCompile(`\bUse: +"([a-z]+)[ "]`)

// TestCommandsAreListed: docs/sandbox.md shows each command of the sandbox.
func TestCommandsAreListed(t *testing.T) {
	files, err := filepath.Glob("cmd/sandbox/*.go")
	if err != nil {
		t.Fatal(err)
	}
	page, found := contents(t, "docs/sandbox.md"), 0
	for _, file := range files {
		for _, m := range command.FindAllStringSubmatch(contents(t, file), -1) {
			if m[1] == "sandbox" { // the program itself
				continue
			}
			found++
			if !strings.Contains(page, "go run ./cmd/sandbox "+m[1]+" ") {
				t.Errorf("docs/sandbox.md has no %s", m[1])
			}
		}
	}
	if found < 10 {
		t.Fatalf("found only %d commands", found)
	}
}
