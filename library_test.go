package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// What a library user compiles, and so has in go.sum, is nothing of the sandbox's, of the
// plugin's or of the command line's. (Pulumi's own SDK brings cobra and go-git.)
func TestLibraryNeedsNothingOfTheSandboxs(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{with .Module}}{{if .Main}}main{{else}}{{.Path}}{{end}}{{end}}",
		"./components", "./contract", "./contract/stackref", "./privatelink").Output()
	if err != nil {
		t.Fatal(err)
	}
	foreign := regexp.MustCompile(`(^|/)(sandbox|plugin|stacks|schemas|internal/schema|internal/sdk)(/| )`)
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		path, module, _ := strings.Cut(line, " ")
		switch module {
		case "go.etcd.io/bbolt", "github.com/jedib0t/go-pretty/v6", "github.com/ajstarks/svgo", "github.com/pulumi/pulumi-go-provider",
			"github.com/santhosh-tekuri/jsonschema/v6", "github.com/invopop/jsonschema", "github.com/pulumi/pulumi/pkg/v3":
			t.Errorf("a library user would compile %s of %s", path, module)
		}
		if module == "main" && foreign.MatchString(line) {
			t.Errorf("a library user would compile %s", path)
		}
	}
}
