package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// frugal is the Pulumi CLI, with answers of its own to what Automation API asks it around each
// operation: a question is a process that takes a third of a second, and an up asks six.
// The engine's own operations are the CLI's, and so is what a file of its backend doesn't say.
type frugal struct {
	auto.PulumiCommand
	states string // the directory of the states of the project's stacks
}

// notFound is the exit code of the CLI for what isn't there.
const notFound = 6

// pulumi is the CLI for a project's stacks.
func (s *Sandbox) pulumi(project string) auto.LocalWorkspaceOption {
	return auto.Pulumi(frugal{s.cli, s.statesOf(project)})
}

// statesOf is where the CLI keeps the states of a project's stacks.
func (s *Sandbox) statesOf(project string) string {
	return s.path(filepath.Join("state", ".pulumi", "stacks", project))
}

// Run answers a question or runs a command of the CLI's.
func (f frugal) Run(
	ctx context.Context, dir string, in io.Reader, out, errOut []io.Writer, env []string, args ...string,
) (stdout, stderr string, code int, err error) {
	if len(args) > 1 && args[0] == "stack" {
		answer, err := f.answer(args[1], argument(args, "--stack"))
		if err != nil {
			return "", err.Error(), notFound, err
		}
		if answer != nil {
			b, err := json.Marshal(answer)
			return string(b), "", 0, err
		}
	}
	return f.PulumiCommand.Run(ctx, dir, in, out, errOut, env, args...)
}

// argument returns the value of a flag.
func argument(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// answer is what the CLI prints for a question, nil where it has to be asked.
func (f frugal) answer(question, stack string) (any, error) {
	switch question {
	case "ls":
		stacks := []auto.StackSummary{}
		files, _ := filepath.Glob(filepath.Join(globbed(f.states), "*.json"))
		for _, file := range files {
			stacks = append(stacks, auto.StackSummary{Name: strings.TrimSuffix(filepath.Base(file), ".json")})
		}
		return stacks, nil
	case "history": // the engine's events have said what it did
		return []auto.UpdateSummary{}, nil
	case "select":
		_, err := os.Stat(filepath.Join(f.states, stack+".json"))
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("error: no stack named '%s' found", stack) // which Automation API knows it by
		}
		return "", err
	case "export", "output":
	default:
		return nil, nil
	}
	state, err := os.ReadFile(filepath.Join(f.states, stack+".json"))
	if err != nil {
		return nil, nil
	}
	var file struct {
		Version    int      `json:"version"`
		Features   []string `json:"features"`
		Checkpoint struct {
			Latest json.RawMessage `json:"latest"`
		} `json:"checkpoint"`
	}
	if json.Unmarshal(state, &file) != nil || file.Checkpoint.Latest == nil {
		return nil, nil
	}
	if question == "output" {
		return outputs(file.Checkpoint.Latest), nil
	}
	if special(file.Checkpoint.Latest) {
		return nil, nil
	}
	return apitype.UntypedDeployment{Version: file.Version, Features: file.Features, Deployment: file.Checkpoint.Latest}, nil
}

// special says whether a state has secrets, which only the CLI decrypts, or assets.
func special(state []byte) bool { return bytes.Contains(state, []byte(resource.SigKey)) }

// outputs are those of the stack in a deployment, or nil where they can't be read.
func outputs(deployment json.RawMessage) any {
	var read struct {
		Resources []struct {
			Type    tokens.Type     `json:"type"`
			Outputs json.RawMessage `json:"outputs"`
		} `json:"resources"`
	}
	if json.Unmarshal(deployment, &read) != nil {
		return nil
	}
	for _, r := range read.Resources {
		switch {
		case r.Type != resource.RootStackType || r.Outputs == nil:
		case special(r.Outputs):
			return nil
		default:
			return r.Outputs
		}
	}
	return map[string]any{}
}
