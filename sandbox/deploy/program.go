package deploy

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"
)

// project is what a Pulumi.yaml says of a program.
type project struct {
	Name    string
	Runtime any
	Main    string
}

func readProject(root string) (p project, err error) {
	file, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		return p, err
	}
	if err := yaml.Unmarshal(file, &p); err != nil {
		return p, fmt.Errorf("%s: %w", filepath.Join(root, "Pulumi.yaml"), err)
	}
	if p.Name == "" {
		return p, fmt.Errorf("%s has no name", filepath.Join(root, "Pulumi.yaml"))
	}
	return p, nil
}

// runtime is the language, which a Pulumi.yaml says alone or with options.
func (p project) runtime() string {
	if with, ok := p.Runtime.(map[string]any); ok {
		name, _ := with["name"].(string)
		return name
	}
	name, _ := p.Runtime.(string)
	return name
}

// hasHost says whether a language's host is on PATH.
func hasHost(language string) bool {
	_, err := exec.LookPath("pulumi-language-" + language)
	return err == nil
}

// own says whether it is this repository's program, which needs no language host: the
// sandbox has it built in.
func (p project) own() bool { return p.Name == projectName && p.runtime() == "go" }

// HasSandbox says whether a directory has this repository's project, and so a sandbox of
// its own.
func HasSandbox(root string) bool {
	p, err := readProject(root)
	return err == nil && p.own()
}

// projectFile is the Pulumi.yaml that the CLI works with. A program of the user's own
// stays where it is.
func projectFile(opts Options) ([]byte, error) {
	file := filepath.Join(opts.Root, "Pulumi.yaml")
	if opts.Program != nil {
		return os.ReadFile(file)
	}
	doc, err := readYAML(file)
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(opts.Root)
	if err != nil {
		return nil, err
	}
	main, _ := doc["main"].(string)
	doc["main"] = filepath.Join(root, main)
	return yaml.Marshal(doc)
}

// upsert readies a stack to run a program: one of the sandbox's own, or without one that of
// the project's directory, for which Pulumi starts the language host that its Pulumi.yaml
// names.
func upsert(
	ctx context.Context, stack, project, dir string, program pulumi.RunFunc, options ...auto.LocalWorkspaceOption,
) (auto.Stack, error) {
	if program == nil {
		return auto.UpsertStackLocalSource(ctx, stack, dir, options...)
	}
	return auto.UpsertStackInlineSource(ctx, stack, project, program, append(options, auto.WorkDir(dir))...)
}
