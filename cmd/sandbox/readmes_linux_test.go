package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

var (
	// console is a block of commands with what they print.
	console = regexp.MustCompile("(?s)```console\n(.*?)```")
	// thisCommand is how a reader runs the sandbox.
	thisCommand = regexp.MustCompile(`go run (\./|(\.\./)+)cmd/sandbox`)
	endpointID  = regexp.MustCompile(`vpce-[0-9a-f]{17}\b`)
)

// TestReadmesOfExamples: in a fresh clone the commands of the examples' READMEs, one after
// the other, print what stands there. A line "…" stands for lines that are left out.
func TestReadmesOfExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	hosts := map[string]string{
		"deploy-go": "go", "deploy-yaml": "pulumi-language-yaml",
		"consume-go": "go", "consume-yaml": "pulumi-language-yaml",
	}
	for _, name := range thrift.Sample(t, 1, slices.Sorted(maps.Keys(hosts))) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := hosts[name]
			if _, err := exec.LookPath(host); err != nil {
				t.Skipf("%s is not on PATH: .ci/run builds it from tools", host)
			}
			file := filepath.Join("..", "..", "examples", name, "README.md")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			reader := reader{dir: cloneOf(t, name)}
			got := console.ReplaceAllStringFunc(string(text), func(block string) string {
				return "```console\n" + reader.types(t, console.FindStringSubmatch(block)[1]) + "```"
			})
			require.NotEmpty(t, reader.ran)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
				return
			}
			assert.Equal(t, string(text), got, "%s: write it anew with -update", file)
		})
	}
}

// cloneOf is a clone with the stacks and one example, whose program is built with the
// packages of this one.
func cloneOf(t *testing.T, example string) string {
	t.Helper()
	repository, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	root := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(root, "examples", example), os.DirFS(filepath.Join(repository, "examples", example))))
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(repository, name))
		require.NoError(t, err)
		return string(text)
	}
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	for _, name := range []string{"go.sum", "Pulumi.yaml", "Pulumi.provider.yaml", "Pulumi.consumer.yaml"} {
		write(name, read(name))
	}
	module := read("go.mod")
	line, requirements, found := strings.Cut(module, "\n")
	path, named := strings.CutPrefix(line, "module ")
	require.True(t, found && named, line)
	write("go.mod", "module clone\n"+requirements+"\nrequire "+path+" v0.0.0\n\nreplace "+path+" => "+repository+"\n")
	return root
}

// reader is somebody who types what a page says.
type reader struct {
	dir      string // where they are
	endpoint string // the last one that they saw
	ran      []string
}

// types runs a block's commands, and returns the block as it should be.
func (r *reader) types(t *testing.T, block string) string {
	t.Helper()
	var out strings.Builder
	for _, part := range strings.Split(strings.TrimPrefix("\n"+block, "\n$ "), "\n$ ") {
		command, said, _ := strings.Cut(part, "\n")
		out.WriteString("$ " + command + "\n" + shortened(r.run(t, command), strings.TrimSuffix(said, "\n")+"\n"))
	}
	return out.String()
}

// run runs a command, and returns what it prints without what differs from run to run.
func (r *reader) run(t *testing.T, command string) string {
	t.Helper()
	if to, changes := strings.CutPrefix(command, "cd "); changes {
		r.dir = filepath.Join(r.dir, to)
		return ""
	}
	r.ran = append(r.ran, command)
	binary, err := os.Executable()
	require.NoError(t, err)
	line := thisCommand.ReplaceAllLiteralString(command, commandEnv+"="+itself+" '"+binary+"'")
	line = strings.ReplaceAll(line, timeless(r.endpoint), r.endpoint)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "COLUMNS=120")
	said, _ := cmd.CombinedOutput() // that it fails may be what the page is about
	if seen := endpointID.FindString(string(said)); seen != "" {
		r.endpoint = seen
	}
	return timeless(string(said))
}

// shortened leaves out of what was printed the lines that a page leaves out: all but as
// many as the page has before and after "…".
func shortened(said, onPage string) string {
	before, after, leavesOut := strings.Cut(onPage, "…\n")
	lines := slices.Collect(strings.Lines(said))
	first, last := strings.Count(before, "\n"), strings.Count(after, "\n")
	if !leavesOut || first+last > len(lines) {
		return said
	}
	return strings.Join(lines[:first], "") + "…\n" + strings.Join(lines[len(lines)-last:], "")
}
