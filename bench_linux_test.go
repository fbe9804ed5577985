package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBuild builds the program and the sandbox's command with nothing in Go's cache,
// and with everything there, which links. It says how large the result is, and starts it: the
// program without an engine, which it then says it needs. The floor is a program that only
// imports the packages of other modules that they import.
//
// One cache serves all, and what was compiled into it for one counts for the next: to begin
// each time with nothing would take four times as long.
func BenchmarkBuild(b *testing.B) {
	c := &buildCache{dir: b.TempDir()}
	for _, built := range []struct{ name, pkg string }{{"program", "."}, {"sandbox", "./cmd/sandbox"}} {
		b.Run("of="+built.name, func(b *testing.B) {
			b.Run("floor", func(b *testing.B) { c.imports += c.build(b, importerOf(b, built.pkg), c.imports) })
			b.Run("product", func(b *testing.B) { c.own += c.build(b, built.pkg, c.imports+c.own) })
		})
	}
}

// buildCache is one of Go's, with the seconds that it took to compile what is there, of other
// modules and of this one, and the most memory that it took.
type buildCache struct {
	dir                string
	imports, own, peak float64
}

// build reports what a package takes beside those seconds, and returns what it took to
// compile.
func (c *buildCache) build(b *testing.B, pkg string, before float64) float64 {
	binary := filepath.Join(b.TempDir(), "built")
	run := func() (seconds, peak float64) {
		cmd := exec.Command("go", "build", "-o", binary, pkg)
		cmd.Env = append(os.Environ(), "GOCACHE="+c.dir)
		return took(b, cmd)
	}
	cold, peak := run()
	c.peak = max(c.peak, peak)
	about, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.Remove(binary); err != nil {
		b.Fatal(err)
	}
	warm, _ := run()
	start, startPeak := starts(b, binary)
	for unit, n := range map[string]float64{
		"cold-sec": before + cold, "cold-peak-bytes": c.peak, "warm-sec": warm, "binary-bytes": float64(about.Size()),
		"start-sec": start, "start-peak-bytes": startPeak, "ns/op": 0,
	} {
		b.ReportMetric(n, unit)
	}
	return cold - warm
}

// starts runs a program to its end, and returns its seconds and the most bytes of memory that
// it has had. The kernel's own account would count what this process has.
func starts(b *testing.B, binary string) (seconds, peak float64) {
	cmd := exec.Command(binary)
	started, ended := time.Now(), make(chan struct{})
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	go func() { _ = cmd.Wait(); close(ended) }() // without an engine it fails
	for status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid); ; {
		select {
		case <-ended:
			return time.Since(started).Seconds(), peak
		case <-time.After(time.Millisecond):
			text, _ := os.ReadFile(status)
			if _, mark, found := strings.Cut(string(text), "VmHWM:"); found {
				kib, _ := strconv.ParseFloat(strings.Fields(mark)[0], 64)
				peak = max(peak, kib*1024)
			}
		}
	}
}

// took runs a command, and returns its seconds and the most bytes of memory that it or one
// that it has run has had.
func took(b *testing.B, cmd *exec.Cmd) (seconds, peak float64) {
	b.Helper()
	started := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.Args[0] == "go" {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return time.Since(started).Seconds(), float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10)
}

// importerOf writes a program that only imports what the project's own packages, as far as
// pkg needs them, import of other modules.
func importerOf(b *testing.B, pkg string) string {
	const imports = `{{if and .Module .Module.Main}}{{range .Imports}}{{.}}{{"\n"}}{{end}}{{end}}`
	listed, err := exec.Command("go", "list", "-deps", "-f", imports, pkg).Output()
	if err != nil {
		b.Fatal(err)
	}
	all := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(listed)))))
	var source strings.Builder
	source.WriteString("package main\n\n")
	for _, path := range all {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			fmt.Fprintf(&source, "import _ %q\n", path)
		}
	}
	source.WriteString("\nfunc main() {}\n")
	file := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(source.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}
