package deploy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"fargate-privatelink/sandbox/internal/child"
)

// buildPatience is how long the go command may say nothing. It names each package
// that it has compiled, and links at last.
const buildPatience = 10 * time.Minute

// build compiles the CLI from the module that pins it.
func build(ctx context.Context, m cliMaker) error {
	p := newBuildProgress(m.log)
	defer p.end()
	var listed bytes.Buffer
	err := m.goes(ctx, p, &listed, "list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", cliPackage)
	if err != nil {
		return err
	}
	p.of(strings.Fields(listed.String()))
	unfinished := m.binary() + ".unfinished"
	err = m.goes(ctx, p, io.Discard, "build", "-v", "-o", unfinished,
		"-ldflags", "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+PinnedVersion, cliPackage)
	if err != nil {
		return err
	}
	return os.Rename(unfinished, m.binary())
}

// goes runs the go command in the module that pins the CLI.
func (m cliMaker) goes(ctx context.Context, p *buildProgress, stdout io.Writer, args ...string) error {
	err := child.Run(ctx, buildPatience, func(cmd *exec.Cmd) {
		cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(m.tools, "tools"), stdout, p
	}, "go", args...)
	if err != nil {
		return fmt.Errorf("go %s: %w%s", args[0], err, p.otherwise())
	}
	return nil
}

// buildProgress is told what the go command writes, and shows how far it is: one
// line that changes on a terminal, and a line now and then elsewhere.
type buildProgress struct {
	mu         sync.Mutex
	log        io.Writer
	live       bool
	every      time.Duration
	now        func() time.Time
	rest       []byte
	packages   map[string]bool // to be compiled yet
	total      int
	downloaded int
	other      []string // what is no progress
	started    time.Time
	shown      time.Time
}

func newBuildProgress(log io.Writer) *buildProgress {
	file, isFile := log.(*os.File)
	p := &buildProgress{log: log, every: 30 * time.Second, now: time.Now, packages: map[string]bool{}}
	if isFile && term.IsTerminal(int(file.Fd())) {
		p.live, p.every = true, time.Second/5
	}
	p.started, p.shown = p.now(), p.now()
	return p
}

// of says which packages are to be compiled.
func (p *buildProgress) of(packages []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range packages {
		p.packages[name] = true
	}
	p.total, p.started = len(packages), p.now()
}

func (p *buildProgress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, b...)
	for {
		line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		p.line(strings.TrimSpace(string(line)))
		p.rest = rest
	}
}

func (p *buildProgress) line(text string) {
	switch {
	case strings.HasPrefix(text, "go: downloading "):
		p.downloaded++
	case p.packages[text]:
		delete(p.packages, text)
	default:
		p.other = append(p.other, text)
		return
	}
	if now := p.now(); now.Sub(p.shown) >= p.every || p.total > 0 && len(p.packages) == 0 {
		p.shown = now
		p.show(p.state())
	}
}

// state is how far the build is, in words.
func (p *buildProgress) state() string {
	done := p.total - len(p.packages)
	switch {
	case p.total == 0:
		return fmt.Sprintf("%d modules downloaded", p.downloaded)
	case done == p.total:
		return fmt.Sprintf("%d of %d packages compiled, linking", done, p.total)
	case done == 0:
		return fmt.Sprintf("0 of %d packages compiled", p.total)
	}
	left := time.Duration(float64(p.now().Sub(p.started)) / float64(done) * float64(len(p.packages)))
	return fmt.Sprintf("%d of %d packages compiled, about %s left", done, p.total, left.Round(time.Second))
}

func (p *buildProgress) show(state string) {
	if p.live {
		_, _ = fmt.Fprintf(p.log, "\r\x1b[K  %s", state)
		return
	}
	_, _ = fmt.Fprintf(p.log, "  %s\n", state)
}

// end clears the line that changes.
func (p *buildProgress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		_, _ = fmt.Fprint(p.log, "\r\x1b[K")
	}
}

// otherwise is what the go command wrote beside its progress, for an error.
func (p *buildProgress) otherwise() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.other) == 0 {
		return ""
	}
	return "\n" + strings.Join(p.other[max(0, len(p.other)-lastLines):], "\n")
}
