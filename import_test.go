package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// importer is a program of somebody else's that imports each package that is there
// for others.
const importer = `package importer

import (
	"fargate-privatelink/components"
	"fargate-privatelink/contract"
	"fargate-privatelink/contract/stackref"
	"fargate-privatelink/privatelink"
)

var (
	_ = components.NewInterfaceEndpoint
	_ = contract.Parse
	_ = stackref.ReadConsumerOutputs
	_ = privatelink.NewListener
)
`

// TestImportedByAnotherModule builds that program in a module of its own, with what
// docs/consuming-outputs.md says to write into its go.mod, and without the network.
func TestImportedByAnotherModule(t *testing.T) {
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	guide := contents(t, "docs/consuming-outputs.md")
	lines := regexp.MustCompile("(?s)```\n(require fargate-privatelink .*?)```").FindStringSubmatch(guide)
	if lines == nil {
		t.Fatal("docs/consuming-outputs.md does not say what to require")
	}
	requirement, found := strings.CutSuffix(lines[1], "=> ../fargate-privatelink\n")
	if !found {
		t.Fatalf("the guide replaces the module by another path: %s", lines[1])
	}
	// What "go mod tidy" adds, as far as it can be known without the network.
	own := contents(t, "go.mod")
	indirect := strings.Join(regexp.MustCompile(`(?ms)^require \(.*?^\)`).FindAllString(own, -1), "\n")
	version := regexp.MustCompile(`(?m)^go .*$`).FindString(own)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      fmt.Sprintf("module example.com/importer\n\n%s\n\n%s=> %s\n\n%s\n", version, requirement, root, indirect),
		"go.sum":      contents(t, "go.sum"),
		"importer.go": importer,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func contents(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
