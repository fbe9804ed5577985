package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// workflow is a workflow, or a composite action, as far as CONTRIBUTING.md has rules
// for it.
type workflow struct {
	Permissions *map[string]string
	Jobs        map[string]job
	Runs        job
}

type job struct {
	Needs       names
	Permissions *map[string]string
	Uses        string
	Steps       []struct {
		Uses, Run string
		With      map[string]any
	}
}

// names is one name or a list of them.
type names []string

func (n *names) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = names{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

func workflows(t *testing.T, pattern string) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	found := map[string]workflow{}
	for _, file := range files {
		var w workflow
		if err := yaml.Unmarshal([]byte(contents(t, file)), &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[file] = w
	}
	return found
}

const (
	workflowFiles = ".github/workflows/*.yml"
	actionFiles   = ".github/actions/*/action.yml"
)

// pinned is an action of somebody else's as it has to be written: by the full commit,
// with the version that it has in a comment.
var pinned = regexp.MustCompile(`^[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+){0,2}$`)

// TestActionsArePinned: a tag can be moved to other code, a commit can't.
func TestActionsArePinned(t *testing.T) {
	use := regexp.MustCompile(`(?m)^[\s-]*uses: (.*)$`)
	checked := 0
	for _, pattern := range []string{workflowFiles, actionFiles} {
		for file := range workflows(t, pattern) {
			for _, m := range use.FindAllStringSubmatch(contents(t, file), -1) {
				checked++
				if !pinned.MatchString(m[1]) && !strings.HasPrefix(m[1], "./") {
					t.Errorf("%s: %s is not pinned by a full commit with its version in a comment", file, m[1])
				}
			}
		}
	}
	if checked < 20 {
		t.Fatalf("checked only %d actions", checked)
	}
}

// TestPermissions: a workflow begins with none, and each job lists its own.
func TestPermissions(t *testing.T) {
	for file, w := range workflows(t, workflowFiles) {
		if w.Permissions == nil || len(*w.Permissions) > 0 {
			t.Errorf("%s does not begin with permissions: {}", file)
		}
		for name, j := range w.Jobs {
			if j.Permissions == nil {
				t.Errorf("%s: job %s does not list its permissions", file, name)
			}
		}
	}
}

// TestScriptsTakeNoExpressions: what GitHub puts into a script is run, whoever wrote it.
func TestScriptsTakeNoExpressions(t *testing.T) {
	scripts := 0
	for _, pattern := range []string{workflowFiles, actionFiles} {
		for file, w := range workflows(t, pattern) {
			jobs := []job{w.Runs}
			for _, j := range w.Jobs {
				jobs = append(jobs, j)
			}
			for _, j := range jobs {
				for _, step := range j.Steps {
					script, _ := step.With["script"].(string)
					if step.Run+script != "" {
						scripts++
					}
					if strings.Contains(step.Run+script, "${{") {
						t.Errorf("%s: a script has an expression in it; hand the value over in env:\n%s", file, step.Run+script)
					}
				}
			}
		}
	}
	if scripts < 7 {
		t.Fatalf("found only %d scripts", scripts)
	}
}

// TestDeployWaitsForTheTests: nothing reaches a real account before them.
func TestDeployWaitsForTheTests(t *testing.T) {
	deploy := workflows(t, workflowFiles)[".github/workflows/deploy.yml"]
	if deploy.Jobs["test"].Uses != "./.github/workflows/test.yml" {
		t.Fatal("deploy.yml does not run test.yml")
	}
	var waits func(name string) bool
	waits = func(name string) bool {
		for _, before := range deploy.Jobs[name].Needs {
			if before == "test" || waits(before) {
				return true
			}
		}
		return false
	}
	for name := range deploy.Jobs {
		if name != "test" && !waits(name) {
			t.Errorf("job %s of deploy.yml does not wait for test", name)
		}
	}
}

// TestCommentScriptComesFromMain: where the workflow may write and has downloaded what
// a fork made, the script that it runs is put in place after that.
func TestCommentScriptComesFromMain(t *testing.T) {
	var order []string
	for _, step := range workflows(t, workflowFiles)[".github/workflows/preview-comment.yml"].Jobs["comment"].Steps {
		name, _, _ := strings.Cut(step.Uses, "@")
		order = append(order, name)
		if step.With["ref"] != nil || step.With["repository"] != nil {
			t.Errorf("%s takes another commit than the default branch's", name)
		}
	}
	want := "actions/download-artifact actions/checkout actions/github-script"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("the steps are %s, not %s", got, want)
	}
}

// TestWorkflowScripts runs the tests of the scripts in JavaScript.
func TestWorkflowScripts(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	files, err := filepath.Glob(".github/scripts/*.js")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--test"}
	for _, file := range files {
		contents(t, file) // so that Go's test cache looks at it
		if strings.HasSuffix(file, ".test.js") {
			args = append(args, file)
		}
	}
	if out, err := exec.Command("node", args...).CombinedOutput(); err != nil || len(args) < 3 {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// needsBash skips a test of a script, which runs on Linux and in part on macOS.
func needsBash(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("bash is not installed, or Windows's")
	}
}

// TestDriftScript: Pulumi's exit code says whether there is drift, and any but the two
// that it knows is the script's own.
func TestDriftScript(t *testing.T) {
	needsBash(t)
	contents(t, ".github/scripts/drift.sh")
	for code, want := range map[string]string{"0": "false\n", "7": "true\n", "255": ""} {
		dir := t.TempDir()
		pulumi := "#!/bin/sh\necho \"$@\"\necho difference >&2\nexit " + code + "\n"
		if err := os.WriteFile(filepath.Join(dir, "pulumi"), []byte(pulumi), 0o700); err != nil {
			t.Fatal(err)
		}
		prefix := filepath.Join(dir, "out", "acme")
		cmd := exec.Command("bash", ".github/scripts/drift.sh", "org/acme", prefix)
		cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if (err == nil) != (want != "") {
			t.Errorf("exit code %s: %v", code, err)
		}
		said := "preview --stack org/acme --refresh --expect-no-changes --diff --non-interactive --color never\ndifference\n"
		if got := contents(t, prefix+".txt"); got != said || string(out) != said {
			t.Errorf("exit code %s: wrote %q and printed %q", code, got, out)
		}
		drift, _ := os.ReadFile(prefix + ".drift")
		if string(drift) != want {
			t.Errorf("exit code %s: drift is %q, not %q", code, drift, want)
		}
	}
}
