package container

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// NamespaceName is the name of the runtime that NewNamespace returns.
const NamespaceName = "namespace"

// defaultPath is the PATH of a container whose task definition sets none, as
// most images have it.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment returns a container's variables, with a PATH.
func (s Spec) environment() []string {
	if slices.ContainsFunc(s.Environment, func(v string) bool { return strings.HasPrefix(v, "PATH=") }) {
		return s.Environment
	}
	return append([]string{"PATH=" + defaultPath}, s.Environment...)
}

// program finds the file of a container's command on this machine.
func (s Spec) program() (path string, stopped *Stopped) {
	argv := s.argv()
	if len(argv) == 0 {
		return "", &Stopped{
			Reason: "CannotStartContainerError: Error response from daemon: no command specified",
			Detail: fmt.Sprintf("the sandbox runs this machine's programs and has no image %s to take an entry point from: "+
				"give container %s an entryPoint or a command", s.Image, s.Name),
		}
	}
	if path = lookPath(argv[0], s.environment()); path != "" {
		return path, nil
	}
	return "", s.cannotStart(argv[0], "executable file not found in $PATH", fmt.Sprintf("there is no program %s on this machine; "+
		"the sandbox runs this machine's programs and not the image %s", argv[0], s.Image))
}

// cannotStart is how ECS puts it that a container's program could not be run.
func (s Spec) cannotStart(program, why, detail string) *Stopped {
	return &Stopped{
		Reason: fmt.Sprintf("CannotStartContainerError: Error response from daemon: failed to create task for container: "+
			"failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "+
			"exec: %q: %s: unknown", program, why),
		Detail: detail,
	}
}

// lookPath is exec.LookPath with the container's own PATH.
func lookPath(program string, environment []string) string {
	if strings.Contains(program, "/") {
		if isProgram(program) {
			return program
		}
		return ""
	}
	for _, v := range environment {
		list, ok := strings.CutPrefix(v, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(list) {
			if p := filepath.Join(dir, program); filepath.IsAbs(p) && isProgram(p) {
				return p
			}
		}
	}
	return ""
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// lines passes whole lines on, and remembers the last one.
type lines struct {
	mu   sync.Mutex
	to   io.Writer
	rest []byte
	last string
}

// Write takes any part of the output.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		i := bytes.IndexByte(l.rest, '\n')
		if i < 0 {
			return len(p), nil
		}
		l.pass(l.rest[:i+1])
		l.rest = l.rest[i+1:]
	}
}

func (l *lines) pass(line []byte) {
	_, _ = l.to.Write(line)
	if text := strings.TrimSpace(string(line)); text != "" {
		l.last = text
	}
}

// flush passes on what has no line end, and returns the last line.
func (l *lines) flush() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.pass(append(l.rest, '\n'))
		l.rest = nil
	}
	return l.last
}
