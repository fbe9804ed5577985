package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestStatesScript: the artifact is this run's, or that of the other workflow's last run,
// and without one of those it fails.
func TestStatesScript(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not installed")
	}
	contents(t, ".github/scripts/states.sh")
	tests := []struct{ name, workflow, found, asked string }{
		{"this run's", "", "", "run download 7 --name stack-states --dir out\n"},
		{"another workflow's", "export.yml", "5", "run list --workflow export.yml --branch main --status success --limit 1 --json databaseId --jq .[0].databaseId // empty\nrun download 5 --name stack-states --dir out\n"},
		{"none", "export.yml", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			gh := "#!/bin/sh\necho \"$@\" >> " + filepath.Join(dir, "asked") + "\n[ \"$2\" != list ] || echo " + test.found + "\n"
			if err := os.WriteFile(filepath.Join(dir, "gh"), []byte(gh), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("bash", ".github/scripts/states.sh", "out")
			cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"),
				"GITHUB_RUN_ID=7", "BRANCH=main", "WORKFLOW="+test.workflow)
			out, err := cmd.CombinedOutput()
			if (err == nil) != (test.asked != "") {
				t.Errorf("%v: %s", err, out)
			}
			if asked := contents(t, filepath.Join(dir, "asked")); err == nil && asked != test.asked {
				t.Errorf("asked %q", asked)
			}
		})
	}
}
