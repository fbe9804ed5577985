// Command benchmarks runs the benchmarks of the repository, each beside its floor, and
// writes docs/benchmarks.md with its plots. What they say is kept in testdata, from which
// the page is written.
//
//	go run -C tools/benchmarks .            # all sizes, in about 25 minutes on two cores
//	go run -C tools/benchmarks . -short     # small sizes, each once
//	go run -C tools/benchmarks . -only Build  # these anew, and the rest as it was recorded
//	go run -C tools/benchmarks . -page      # run nothing: write the page anew
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

const (
	repository = "../.."
	recorded   = "testdata/benchmarks.txt"
)

// suite is a run of "go test".
type suite struct {
	pkg, bench, time string
	// passes is how often it is run, 0 being as often as the flag says.
	passes int
	// long suites aren't run with -short.
	long bool
}

// suites begin with what is soon done.
var suites = []suite{
	{pkg: "./sandbox/vnet", bench: "Connections", time: "1s"},
	{pkg: "./sandbox/vnet", bench: "Requests", time: "1s"},
	{pkg: "./sandbox/deploy", bench: "Plugin", time: "3x"},
	{pkg: "./sandbox/deploy", bench: "Tenants/tenants=(1|10)$", time: "1x"},
	{pkg: "./sandbox/deploy", bench: "Consumers/stacks=1$", time: "1x"},
	{pkg: "./sandbox/deploy", bench: "Tenants/tenants=100$", time: "1x", long: true},
	{pkg: "./sandbox/deploy", bench: "Consumers/stacks=10$", time: "1x", passes: 1, long: true},
	{pkg: ".", bench: "Build", time: "1x", passes: 1, long: true},
	{pkg: "./sandbox/deploy", bench: "Consumers/stacks=100$", time: "1x", passes: 1, long: true},
	{pkg: "./sandbox/deploy", bench: "Tenants/tenants=1000$", time: "1x", passes: 1, long: true},
}

func main() {
	log.SetFlags(0)
	short := flag.Bool("short", false, "only the small sizes, each once, and no builds")
	page := flag.Bool("page", false, "run nothing: write the page of what was recorded")
	passes := flag.Int("count", 3, "how often the small sizes are run")
	only := flag.String("only", "", "run only the benchmarks whose name begins so, and keep what was recorded of the others")
	flag.Parse()
	if *short {
		*passes = 1
	}
	if !*page {
		if err := record(*short, *passes, *only); err != nil {
			log.Fatal(err)
		}
	}
	if err := write(); err != nil {
		log.Fatal(err)
	}
}

// write writes the page and its plots from what was recorded.
func write() error {
	raw, err := os.ReadFile(recorded)
	if err != nil {
		return err
	}
	files, err := render(raw)
	for name, text := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(repository, "docs", name), text, 0o644)
		}
	}
	return err
}

// record runs the benchmarks. What they say is kept after each suite, as a run is long.
func record(short bool, passes int, only string) error {
	raw, err := begin(only)
	if err != nil {
		return err
	}
	started := time.Now()
	for _, s := range suites {
		if s.long && short || !strings.HasPrefix(s.bench, only) {
			continue
		}
		// One pass after the other, so that product and floor take turns.
		for range cmp.Or(s.passes, passes) {
			if err := s.run(raw, started); err != nil {
				return err
			}
		}
		if err := os.WriteFile(recorded, raw.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// begin is what is there before the first result: what was recorded of other benchmarks, and what
// the machine is.
func begin(only string) (*bytes.Buffer, error) {
	raw := &bytes.Buffer{}
	if only != "" {
		before, err := os.ReadFile(recorded)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(before)) {
			if !strings.HasPrefix(line, "Benchmark"+only) {
				raw.WriteString(line)
			}
		}
	}
	for _, line := range machine() {
		fmt.Fprintln(raw, line)
	}
	return raw, nil
}

// results are the lines of Go's format of benchmarks: results and configuration.
var results = regexp.MustCompile(`^(Benchmark\S+\s+\d+\s.*|(goos|goarch|pkg|cpu|pulumi): .*)$`)

func (s suite) run(raw io.Writer, started time.Time) error {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", s.bench, "-benchtime", s.time, "-v", "-timeout", "1h", s.pkg)
	cmd.Dir, cmd.Stderr = repository, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		if !results.MatchString(lines.Text()) {
			continue
		}
		fmt.Fprintln(raw, lines.Text())
		if strings.HasPrefix(lines.Text(), "Benchmark") {
			log.Printf("%6s  %s", time.Since(started).Round(time.Second), lines.Text())
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, strings.Join(said, "\n"))
	}
	return nil
}

// machine describes this one, beside what the benchmarks say of it themselves.
func machine() []string {
	about := []string{"go: " + strings.TrimPrefix(runtime.Version(), "go"), fmt.Sprintf("cores: %d", runtime.NumCPU())}
	for _, fact := range []struct{ key, file, form string }{
		{"memory", "/proc/meminfo", `MemTotal:\s+(.*)`},
		{"system", "/etc/os-release", `PRETTY_NAME="(.*)"`},
	} {
		text, err := os.ReadFile(fact.file)
		if found := regexp.MustCompile(fact.form).FindSubmatch(text); err == nil && found != nil {
			about = append(about, fmt.Sprintf("%s: %s", fact.key, found[1]))
		}
	}
	return about
}
