package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/blang/semver"

	"fargate-privatelink/sandbox/internal/child"
)

// patience is how long the Pulumi CLI may write nothing: it works on a simulated
// AWS that never keeps it waiting, and writes a line for each resource.
const patience = 3 * time.Minute

// command is the Pulumi CLI. It is Automation API's PulumiCommand, whose own one
// waits for ever for a CLI that hangs.
type command struct {
	path    string
	version semver.Version
	// patience is as the constant.
	patience time.Duration
}

// newCommand returns the CLI at path when it says, as soon as that, that it is of at
// least that version.
func newCommand(ctx context.Context, path string, least semver.Version, wait time.Duration) (*command, error) {
	var out bytes.Buffer
	err := child.Run(ctx, wait, func(cmd *exec.Cmd) {
		cmd.Stdout, cmd.Env = &out, append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	}, path, "version")
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", path, err)
	}
	version, err := semver.ParseTolerant(strings.TrimSpace(out.String()))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s version: %w", path, err)
	case version.LT(least) || version.Major != least.Major:
		return nil, fmt.Errorf("%s is of version %s; it must be %s or newer, below %d", path, version, least, least.Major+1)
	}
	return &command{path, version, patience}, nil
}

// Version is the CLI's.
func (c *command) Version() semver.Version { return c.version }

// Run runs a command of the CLI's, never asking anything.
func (c *command) Run(
	ctx context.Context, dir string, stdin io.Reader, alsoOut, alsoErr []io.Writer, env []string, args ...string,
) (stdout, stderr string, code int, err error) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		defer r.works()()
	}
	var out, errOut bytes.Buffer
	err = child.Run(ctx, c.patience, func(cmd *exec.Cmd) {
		cmd.Dir, cmd.Stdin = dir, stdin
		cmd.Env = append(os.Environ(), append(env, "PULUMI_AUTOMATION_API=true", "NO_COLOR=1",
			"PATH="+filepath.Dir(c.path)+string(os.PathListSeparator)+os.Getenv("PATH"))...)
		cmd.Stdout = io.MultiWriter(append(alsoOut, &out)...)
		cmd.Stderr = io.MultiWriter(append(alsoErr, &errOut)...)
	}, c.path, append([]string{"--non-interactive"}, args...)...)
	if err == nil {
		return out.String(), errOut.String(), 0, nil
	}
	code = -1
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		r.fail(failed(args[0], err, code, out.String(), errOut.String()))
	}
	return out.String(), errOut.String(), code, err
}

// failed is the sentence for a command that failed: what the CLI says itself, or
// what became of it.
func failed(command string, err error, code int, stdout, stderr string) error {
	said := messages(stderr)
	if said == "" {
		said = messages(stdout)
	}
	switch {
	case code < 0:
		return &BrokenOffError{fmt.Sprintf("the Pulumi CLI's command %q", command), err}
	case said == "":
		return fmt.Errorf("the Pulumi CLI failed in %q without a word: %w", command, err)
	}
	return errors.New(said)
}

// BrokenOffError is returned for what has not come to its end: the CLI was killed, or
// hung, or the context has ended. What it had begun is put right when the sandbox is
// opened again.
type BrokenOffError struct {
	What  string
	Cause error
}

func (e *BrokenOffError) Error() string {
	return fmt.Sprintf("%s broke off (%v): the next sandbox command puts right what that left", e.What, e.Cause)
}

// Unwrap returns what ended it.
func (e *BrokenOffError) Unwrap() error { return e.Cause }

// messages are the CLI's errors in what it wrote, or else its last lines.
func messages(written string) string {
	written = strings.TrimSpace(warning.ReplaceAllString(markup.ReplaceAllString(written, ""), ""))
	if _, after, found := strings.Cut("\n"+written, "\nerror: "); found {
		return strings.TrimSpace(strings.ReplaceAll(after, "\nerror: ", "\n"))
	}
	lines := strings.Split(written, "\n")
	return strings.Join(lines[max(0, len(lines)-lastLines):], "\n")
}

// warning is a line of the CLI's that says no error, such as of a host that it found on PATH.
var warning = regexp.MustCompile(`(?m)^warning: .*$\n?`)

// lastLines is how much is shown of what is no error message.
const lastLines = 5

// afterwards is how long Automation API gets once the CLI has ended: it waits for
// the program, and for events that a CLI which was killed may never have sent.
var afterwards = 10 * time.Second

// request is one of Automation API on its way.
type request struct {
	mu      sync.Mutex
	err     error // of its last command that failed
	leaving *time.Timer
}

type requestKey struct{}

// works stops the clock for as long as a command runs.
func (r *request) works() (done func()) {
	r.leaving.Stop()
	return func() { r.leaving.Reset(afterwards) }
}

func (r *request) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *request) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// ask makes a request of Automation API. When it fails at the CLI, the error is
// what the CLI says; Automation API's own one repeats all that it wrote. A request
// that goes on when the CLI has ended is given up.
func ask[T any](ctx context.Context, send func(context.Context) (T, error)) (T, error) {
	type answer struct {
		result T
		err    error
	}
	r := &request{leaving: time.NewTimer(time.Hour)}
	r.leaving.Stop()
	answered := make(chan answer, 1)
	go func() {
		result, err := send(context.WithValue(ctx, requestKey{}, r))
		answered <- answer{result, err}
	}()
	var a answer
	select {
	case a = <-answered:
	case <-r.leaving.C:
		a.err = &BrokenOffError{"the program", fmt.Errorf("it still works %s after the Pulumi CLI has ended", afterwards)}
	}
	if a.err == nil {
		return a.result, nil
	}
	if err := r.failure(); err != nil {
		return a.result, err
	}
	if plain, _, repeats := strings.Cut(a.err.Error(), "\ncode: "); repeats {
		return a.result, errors.New(plain)
	}
	return a.result, a.err
}
