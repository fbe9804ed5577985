//go:build unix

package deploy

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

// openWith opens a sandbox of the two stacks with a CLI of the test's own.
func openWith(t *testing.T, dir string, cli *command) (*Sandbox, error) {
	t.Helper()
	root := filepath.Join(dir, "root")
	if err := os.Mkdir(root, 0o700); err == nil {
		write := func(name, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
		}
		write("Pulumi.yaml", "name: "+projectName+"\nruntime: go\n")
		write("Pulumi.one.yaml", twoAccounts["one"])
	}
	return Open(t.Context(), Options{Root: root, Dir: filepath.Join(dir, "sandbox"), Program: secretProgram, cli: cli})
}

// scripted is the CLI with a line of shell before each command, in which $* are its
// arguments. The process keeps its id. It writes the state at every step.
func scripted(t *testing.T, dir, line string, wait time.Duration) *command {
	t.Helper()
	real := testCLI(t)
	path := filepath.Join(dir, "pulumi")
	script := fmt.Sprintf("#!/bin/sh\nunset %s\n%s\nexec %q \"$@\"\n", thrift.SkipCheckpoints, line, real.path)
	require.NoError(t, os.WriteFile(path, []byte(script), 0o700))
	return &command{path: path, version: real.version, patience: wait}
}

// The ways in which a command of the CLI can end without doing what it should.
const (
	killed = "kill -9 $$"
	hangs  = "exec sleep 600"
	fails  = "echo 'error: no more of that' >&2; exit 255"
	silent = "exit 1"
	lazy   = "exit 0"
)

// says is what becomes of it in the error.
var says = map[string]string{
	killed: "broke off (signal: killed)", hangs: "hangs: it has written nothing for 10s, and was ended",
	fails: "no more of that", silent: "failed in", lazy: " ",
}

var named = map[string]string{killed: "killed", hangs: "hangs", fails: "fails", silent: "fails without a word", lazy: "does nothing"}

// TestEveryCommandOfTheCLIEnds: whatever becomes of any command of the CLI, what asked
// for it ends with one sentence, and afterwards all goes on.
func TestEveryCommandOfTheCLIEnds(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	s, err := openWith(t, base, testCLI(t))
	require.NoError(t, err)
	_, err = s.Up(t.Context(), "one", nil, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	type end struct{ command, way string }
	var ends []end
	for command, ways := range map[string][]string{
		"stack output": {killed, lazy},
		"stack export": {killed, fails, lazy}, "preview": {killed, hangs, fails, silent, lazy},
		"up": {killed, hangs, fails, silent, lazy}, "destroy": {killed, lazy},
	} {
		for _, way := range ways {
			ends = append(ends, end{command, way})
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return strings.Compare(a.command+a.way, b.command+b.way) })
	for _, e := range thrift.Sample(t, 2, ends) {
		t.Run(e.command+", "+named[e.way], func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(base)))
			broken := filepath.Join(dir, "broken")
			line := fmt.Sprintf("if [ -e %q ]; then case \" $* \" in *%q*) %s;; esac; fi", broken, " "+e.command+" ", e.way)
			cli := scripted(t, dir, line, 10*time.Second)
			s, err := openWith(t, dir, cli)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(broken, nil, 0o600))
			started := time.Now()
			err = everything(t, s)
			assert.Less(t, time.Since(started), time.Minute)
			require.Error(t, err)
			assert.Contains(t, err.Error(), says[e.way])
			assert.NotContains(t, err.Error(), "stdout:")
			assert.NotContains(t, err.Error(), "\n")
			require.NoError(t, s.Close())
			if e.way != killed {
				return
			}
			require.NoError(t, os.Remove(broken))
			s, err = openWith(t, dir, cli)
			require.NoError(t, err)
			_, err = s.Up(t.Context(), "one", nil, nil)
			require.NoError(t, err)
			assert.Empty(t, orphans(t, s))
			require.NoError(t, s.Close())
		})
	}
}

// everything does all that a sandbox can be asked for, up to the first error.
func everything(t *testing.T, s *Sandbox) error {
	if _, err := s.Preview(t.Context(), "one", nil, false, nil); err != nil {
		return err
	}
	if _, err := s.Up(t.Context(), "one", nil, nil); err != nil {
		return err
	}
	if _, err := s.Orphans(t.Context()); err != nil {
		return err
	}
	_, err := s.Destroy(t.Context(), "one", nil, nil)
	return err
}

// TestCLIEndsInTheMiddle kills the CLI, and makes it hang, after each step of a
// deployment and of a destruction: the operation ends with a sentence, and the next
// one goes on, with nothing in the accounts that no stack knows of.
func TestCLIEndsInTheMiddle(t *testing.T) {
	t.Parallel()
	type middle struct {
		name, says string
		signal     syscall.Signal
		part       string
		step       int
	}
	var middles []middle
	for _, part := range []string{"up", "destroy"} {
		for _, step := range []int{1, 3, 5} {
			middles = append(middles, middle{"killed", says[killed], syscall.SIGKILL, part, step})
		}
		for _, step := range []int{4, 6} {
			middles = append(middles, middle{"hangs", says[hangs], syscall.SIGSTOP, part, step})
		}
	}
	for _, c := range thrift.Sample(t, 1, middles) {
		t.Run(fmt.Sprintf("%s, %s, step %d", c.part, c.name, c.step), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			pid := filepath.Join(dir, "pid")
			cli := scripted(t, dir, fmt.Sprintf("echo $$ >%q", pid), 10*time.Second)
			s, err := openWith(t, dir, cli)
			require.NoError(t, err)
			run := s.Up
			if c.part == "destroy" {
				_, err = s.Up(t.Context(), "one", nil, nil)
				require.NoError(t, err)
				run = s.Destroy
			}
			seen := 0
			started := time.Now()
			_, err = run(t.Context(), "one", func(Step) {
				if seen++; seen == c.step {
					sendTo(t, pid, c.signal)
				}
			}, nil)
			if seen < c.step { // it has fewer
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
			assert.Less(t, time.Since(started), time.Minute)
			require.NoError(t, s.Close())

			s, err = openWith(t, dir, cli)
			require.NoError(t, err)
			_, err = s.Up(t.Context(), "one", nil, nil)
			require.NoError(t, err)
			assert.Empty(t, orphans(t, s))
			requireNothingToDo(t, s, "one")
			require.NoError(t, s.Close())
		})
	}
}

func sendTo(t *testing.T, pidFile string, signal syscall.Signal) {
	b, err := os.ReadFile(pidFile)
	if !assert.NoError(t, err) {
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if assert.NoError(t, err) {
		assert.NoError(t, syscall.Kill(pid, signal))
	}
}

// TestWhatTheCLIRefuses: what the CLI refuses before it begins is one error in its words,
// and a stack's Pulumi ESC environments are left out, which is said.
func TestWhatTheCLIRefuses(t *testing.T) {
	t.Parallel()
	cli := testCLI(t)
	for _, c := range []struct{ name, project, file, log, fails string }{
		{"an object that is null", "", strings.Replace(providerFile(""), "\n    tenants: {acme: {accounts: [\"222222222222\"]}}\n", "\n", 1), "", "configuration key 'provider' must be of type 'object'"},
		{"an object that is a text", "", "config: {fargate-privatelink:role: provider, fargate-privatelink:provider: web}", "", "configuration key 'provider' must be of type 'object'"},
		{"a role that is a list", "", strings.Replace(providerFile(""), "role: provider", "role: [provider]", 1), "", "configuration key 'role' must be of type 'string'"},
		{"another CLI", "requiredPulumiVersion: \">=4.0.0\"", providerFile(""), "", ">=4.0.0"},
		{"environments", "", "environment: [x]\n" + providerFile(""), "Pulumi.provider.yaml: environment is left out", ""},
		{"environments as an object", "", "environment: {imports: [x], values: {a: 1}}\n" + providerFile(""), "Pulumi.provider.yaml: environment is left out", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := writeProject(t, map[string]string{"provider": c.file})
			if c.project != "" {
				before := regexp.MustCompile(`requiredPulumiVersion: .*`)
				text := before.ReplaceAllString(readRepository(t, "Pulumi.yaml"), c.project)
				require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(text), 0o600))
			}
			var log bytes.Buffer
			s, err := Open(t.Context(), Options{Root: root, Log: &log, cli: cli})
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			assert.Contains(t, log.String(), c.log)
			started := time.Now()
			_, err = s.Preview(t.Context(), "provider", nil, false, nil)
			assert.Less(t, time.Since(started), time.Minute)
			if c.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.fails)
			assert.NotContains(t, err.Error(), "\n")
			assert.NotContains(t, err.Error(), "stdout")
		})
	}
}
