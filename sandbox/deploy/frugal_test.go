package deploy

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// frugal is the Pulumi CLI for tests that run the engine hundreds of times. The
// engine's own operations are the CLI's; the questions that the Automation API
// asks around each of them, which are a process and a third of a second of CPU
// time apiece, are answered from the files of the backend.
type frugal struct {
	auto.PulumiCommand
	state string
}

var findOnce = sync.OnceValues(func() (auto.PulumiCommand, error) {
	return findCLI(context.Background(), repository, os.Stderr)
})

func frugalCLI(t *testing.T, dir string) auto.PulumiCommand {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	cli, err := findOnce()
	require.NoError(t, err)
	return frugal{cli, filepath.Join(dir, "state", ".pulumi", "stacks", projectName)}
}

func (f frugal) Run(
	ctx context.Context, dir string, in io.Reader, out, errOut []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	if len(args) > 1 && args[0] == "stack" {
		if answer := f.answer(args[1], argument(args, "--stack")); answer != nil {
			b, err := json.Marshal(answer)
			return string(b), "", 0, err
		}
	}
	return f.PulumiCommand.Run(ctx, dir, in, out, errOut, env, args...)
}

// requireNothingToDo requires that an up of the stacks asks AWS for nothing.
func requireNothingToDo(t *testing.T, s *Sandbox, stacks ...string) {
	t.Helper()
	before := len(s.World.Operations())
	for _, st := range stacks {
		up(t, s, st)
	}
	require.Empty(t, s.World.Operations()[before:], "a second up changes something")
}

// argument returns the value of a flag.
func argument(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// answer is what the CLI prints for a question, nil where it has to be asked.
func (f frugal) answer(question, stack string) any {
	if question == "ls" {
		stacks := []auto.StackSummary{}
		files, _ := filepath.Glob(filepath.Join(f.state, "*.json"))
		for _, file := range files {
			stacks = append(stacks, auto.StackSummary{Name: strings.TrimSuffix(filepath.Base(file), ".json")})
		}
		return stacks
	}
	deployment, ok := f.deployment(stack)
	if !ok {
		return nil
	}
	switch question {
	case "select":
		return ""
	case "history":
		return []auto.UpdateSummary{} // the engine's events say what it did
	case "export":
		b, err := json.Marshal(deployment)
		if err != nil {
			return nil
		}
		return apitype.UntypedDeployment{Version: 3, Deployment: b}
	case "output":
		for _, r := range deployment.Resources {
			if r.Type == "pulumi:pulumi:Stack" && r.Outputs != nil {
				return r.Outputs
			}
		}
		return map[string]any{}
	}
	return nil
}

// deployment is a stack's state, if the stack exists.
func (f frugal) deployment(stack string) (apitype.DeploymentV3, bool) {
	var file struct {
		Checkpoint struct {
			Latest apitype.DeploymentV3 `json:"latest"`
		} `json:"checkpoint"`
	}
	b, err := os.ReadFile(filepath.Join(f.state, stack+".json"))
	if err != nil {
		return apitype.DeploymentV3{}, false
	}
	err = json.Unmarshal(b, &file)
	return file.Checkpoint.Latest, err == nil
}
