// Package child runs other programs, each with an end: the context's, or that of
// our patience with a program that says nothing.
package child

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Grace is how long a program gets to end by itself once it was interrupted, and
// how long what it has started may keep its output open.
const Grace = 10 * time.Second

// SilentError is returned for a program that was ended because it had written
// nothing for so long.
type SilentError struct {
	Program string
	For     time.Duration
}

func (e *SilentError) Error() string {
	return fmt.Sprintf("%s hangs: it has written nothing for %s, and was ended", e.Program, e.For)
}

// Run runs a program that set may change before it starts. It is interrupted, and
// killed a moment later, when ctx ends, and when it has written nothing to its
// standard output and error for as long as silence says. The error is then the
// cause of ctx's end or a SilentError, else what exec.Cmd.Run returns.
func Run(ctx context.Context, silence time.Duration, set func(*exec.Cmd), program string, args ...string) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	cmd := exec.CommandContext(ctx, program, args...)
	set(cmd)
	cmd.WaitDelay = Grace
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	quiet := time.AfterFunc(silence, func() { end(&SilentError{filepath.Base(program), silence}) })
	defer quiet.Stop()
	together := cmd.Stderr != nil && cmd.Stderr == cmd.Stdout // then it is written to by one at a time
	cmd.Stdout = heard(cmd.Stdout, quiet, silence)
	if cmd.Stderr = heard(cmd.Stderr, quiet, silence); together {
		cmd.Stderr = cmd.Stdout
	}
	err := cmd.Run()
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func interrupt(p *os.Process) error {
	if runtime.GOOS == "windows" {
		return p.Kill()
	}
	return p.Signal(os.Interrupt)
}

// ear starts the patience anew with each write.
type ear struct {
	to      io.Writer
	quiet   *time.Timer
	silence time.Duration
}

func heard(to io.Writer, quiet *time.Timer, silence time.Duration) io.Writer {
	if to == nil {
		to = io.Discard
	}
	return &ear{to, quiet, silence}
}

func (e *ear) Write(p []byte) (int, error) {
	if e.quiet.Stop() { // it has not run out
		e.quiet.Reset(e.silence)
	}
	return e.to.Write(p)
}
