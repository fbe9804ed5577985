package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const hello = "./.github/scripts/testdata/hello"

// release runs the script for two systems, and returns what it said.
func release(t *testing.T, args ...string) (string, error) {
	t.Helper()
	contents(t, ".github/scripts/release.sh") // so that Go's test cache looks at it
	cmd := exec.Command("bash", append([]string{".github/scripts/release.sh"}, args...)...)
	cmd.Env = append(os.Environ(), "TARGETS=linux/"+runtime.GOARCH+" windows/amd64")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestRelease builds a release of a small command, as wholly as one of the plugin. A second
// time gives the same bytes.
func TestRelease(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("it builds for several systems, on Linux")
	}
	if out, err := exec.Command("go", "build", "-C", "tools/cyclonedx", "-o", os.DevNull, "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod").CombinedOutput(); err != nil {
		t.Skipf("the SBOM's tool can't be built, as without a network: %s", out)
	}
	const version, name = "v0.0.0-dryrun", "pulumi-resource-hello"
	dir := filepath.Join(t.TempDir(), "release")
	if out, err := release(t, version, hello, name, dir); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	checkRelease(t, dir, name, version, "linux-"+runtime.GOARCH, "windows-amd64")
	here := filepath.Join(dir, name+"-"+version+"-linux-"+runtime.GOARCH+".tar.gz")
	unpacked := t.TempDir()
	filesIn(t, here, unpacked)
	if out, err := exec.Command(filepath.Join(unpacked, name)).Output(); err != nil || string(out) != "0.0.0-dryrun\n" {
		t.Errorf("the binary says that its version is %q, %v", out, err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if out, err := release(t, version, hello, name, again); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if contents(t, filepath.Join(dir, "SHA256SUMS")) != contents(t, filepath.Join(again, "SHA256SUMS")) {
		t.Error("the same source gives other bytes")
	}
}

var released = flag.String("released", "", "a directory with the dry run of a release, v0.0.0-dryrun, which .ci/run makes")

// TestReleased looks at a release of the plugin for the three systems. The real CLI installs
// it in a test of sandbox/deploy.
func TestReleased(t *testing.T) {
	if *released == "" {
		t.Skip("it looks at what .ci/run builds: see -released")
	}
	checkRelease(t, *released, "pulumi-resource-fargate-privatelink", "v0.0.0-dryrun",
		"linux-"+runtime.GOARCH, "darwin-"+runtime.GOARCH, "windows-"+runtime.GOARCH)
}

// checkRelease looks at all files of a release: archives with the binary, an SBOM each, the
// checksums and the notes.
func checkRelease(t *testing.T, dir, name, version string, systems ...string) {
	t.Helper()
	want := []string{"NOTES.md", "SHA256SUMS"}
	for _, system := range systems {
		archive := name + "-" + version + "-" + system
		want = append(want, archive+".cdx.json", archive+".tar.gz")
		binary := name
		if strings.HasPrefix(system, "windows") {
			binary += ".exe"
		}
		if got := filesIn(t, filepath.Join(dir, archive+".tar.gz"), t.TempDir()); strings.Join(got, " ") != "LICENSE "+binary {
			t.Errorf("%s has %v", archive, got)
		}
		var sbom struct {
			BomFormat string
			Metadata  struct {
				Component struct{ Name, Version string }
			}
		}
		if err := json.Unmarshal([]byte(contents(t, filepath.Join(dir, archive+".cdx.json"))), &sbom); err != nil {
			t.Fatal(err)
		}
		if sbom.BomFormat != "CycloneDX" || sbom.Metadata.Component.Version != version {
			t.Errorf("the SBOM of %s is of %+v", archive, sbom)
		}
	}
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the release has %v, not %v", got, want)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil || strings.Count(string(out), ": OK") != 2*len(systems) {
		t.Errorf("%v\n%s", err, out)
	}
	if notes := contents(t, filepath.Join(dir, "NOTES.md")); !strings.HasPrefix(notes, "###") || strings.Contains(notes, "\n## ") {
		t.Errorf("the notes are not one section of the changelog:\n%s", notes)
	}
}

// filesIn unpacks an archive and returns what is in it.
func filesIn(t *testing.T, archive, to string) (names []string) {
	t.Helper()
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := filepath.Base(h.Name)
		names = append(names, name)
		b, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), b, h.FileInfo().Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestReleaseRefuses: what can't be released is one sentence, and nothing is built.
func TestReleaseRefuses(t *testing.T) {
	needsBash(t)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"too few arguments":  {[]string{"v1.0.0"}, "it takes a version, a package, a name and a directory"},
		"no v":               {[]string{"1.0.0", hello, "x", ""}, "VERSION is '1.0.0'; it must be a v and a version"},
		"a leading zero":     {[]string{"v1.02.0", hello, "x", ""}, "VERSION is 'v1.02.0'"},
		"an option":          {[]string{"--help", hello, "x", ""}, "VERSION is '--help'"},
		"a path":             {[]string{"v1.0.0-../../x", hello, "x", ""}, "VERSION is 'v1.0.0-../../x'"},
		"a name with a path": {[]string{"v1.0.0", hello, "../x", ""}, "NAME is '../x'"},
		"no package":         {[]string{"v1.0.0", "./nowhere", "x", ""}, "PACKAGE is './nowhere'; it must be a package"},
		"a library":          {[]string{"v1.0.0", "./contract", "x", ""}, "PACKAGE is './contract', a library"},
		"a full directory":   {[]string{"v1.0.0", hello, "x", full}, "which has files already"},
		"no notes":           {[]string{"v987.0.0", hello, "x", ""}, "CHANGELOG.md has no section [987.0.0]"},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.args) == 4 && test.args[3] == "" {
				test.args[3] = t.TempDir()
			}
			out, err := release(t, test.args...)
			if err == nil || !strings.Contains(out, "release.sh: ") || !strings.Contains(out, test.says) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestReleaseIsTested: nothing is published that the tests have not passed, and only the
// job that publishes may write.
func TestReleaseIsTested(t *testing.T) {
	jobs := workflows(t, workflowFiles)[".github/workflows/release.yml"].Jobs
	if jobs["test"].Uses != "./.github/workflows/test.yml" || strings.Join(jobs["build"].Needs, "") != "test" || strings.Join(jobs["publish"].Needs, "") != "build" {
		t.Error("release.yml does not test, then build, then publish")
	}
	for name, j := range jobs {
		for right, level := range *j.Permissions {
			if level == "write" && name != "publish" {
				t.Errorf("job %s may write %s", name, right)
			}
		}
	}
	for _, step := range jobs["publish"].Steps {
		if strings.HasPrefix(step.Uses, "actions/checkout") {
			t.Error("the job that may write has the repository's code")
		}
	}
}

// TestIssueForms: GitHub shows a form only where every field has what it needs.
func TestIssueForms(t *testing.T) {
	files, err := filepath.Glob(".github/ISSUE_TEMPLATE/*_*.yml")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct {
					Label, Value string
					Options      []string
				}
			}
		}
		if err := yaml.Unmarshal([]byte(contents(t, file)), &form); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if form.Name == "" || form.Description == "" || len(form.Body) == 0 {
			t.Errorf("%s has no name, description or body", file)
		}
		for _, field := range form.Body {
			if text := field.Attributes.Label + field.Attributes.Value; text == "" || (field.Type == "dropdown") != (len(field.Attributes.Options) > 0) {
				t.Errorf("%s: %+v", file, field)
			}
		}
	}
}

// packages are the directories of the repository that have a file of that name, which Go's
// test cache looks at.
func packages(t *testing.T, file string) (directories []string) {
	t.Helper()
	for _, pattern := range []string{".", "tools", "tools/*", "examples/*"} {
		files, err := filepath.Glob(filepath.Join(pattern, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range files {
			contents(t, found)
			directories = append(directories, "/"+strings.TrimPrefix(filepath.ToSlash(filepath.Dir(found)), "."))
		}
	}
	return directories
}

// TestDependabot: what one ecosystem pins, Dependabot looks at.
func TestDependabot(t *testing.T) {
	var config struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	if err := yaml.Unmarshal([]byte(contents(t, ".github/dependabot.yml")), &config); err != nil {
		t.Fatal(err)
	}
	for ecosystem, file := range map[string]string{"gomod": "go.mod", "npm": "package.json"} {
		var looked []string
		for _, update := range config.Updates {
			if update.Ecosystem == ecosystem {
				looked = append(looked, update.Directories...)
				if update.Directory != "" {
					looked = append(looked, update.Directory)
				}
			}
		}
		pinned := packages(t, file)
		slices.Sort(looked)
		slices.Sort(pinned)
		if !slices.Equal(looked, pinned) {
			t.Errorf("dependabot.yml has the directories %v of %s; the repository has %v", looked, ecosystem, pinned)
		}
	}
}

// TestGovulncheckScript: a finding fails, an error fails, and a database that can't be
// reached is said and passes.
func TestGovulncheckScript(t *testing.T) {
	needsBash(t)
	contents(t, ".github/scripts/govulncheck.sh")
	modules := len(packages(t, "go.mod"))
	for name, test := range map[string]struct {
		tool   string // what govulncheck does
		passes bool
		says   string
		times  int
	}{
		"nothing found":      {"echo No vulnerabilities found.; exit 0", true, "No vulnerabilities found.", modules},
		"a finding":          {"echo 'Vulnerability #1: GO-1'; exit 3", false, "GO-1", modules},
		"no database":        {"echo 'govulncheck: fetching vulnerabilities: no such host' >&2; exit 1", true, "::warning::Not checked", 1},
		"it doesn't compile": {"echo 'govulncheck: loading packages' >&2; exit 1", false, "loading packages", modules},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tool := filepath.Join(dir, "tool")
			if err := os.WriteFile(tool, []byte("#!/bin/sh\n"+test.tool+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			// go build -C tools/govulncheck -o DIRECTORY/ PACKAGE
			if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\ncp '"+tool+"' \"$5govulncheck\"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("bash", ".github/scripts/govulncheck.sh")
			cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			if (err == nil) != test.passes || strings.Count(string(out), test.says) != test.times {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
