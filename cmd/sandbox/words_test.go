package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		words   words
		changes deploy.Changes
		want    string
	}{
		{"created", updated, deploy.Changes{"create": 46}, "46 resources created (1.2s)"},
		{"one", updated, deploy.Changes{"create": 1, "same": 46}, "1 resource created, 46 unchanged (1.2s)"},
		{"all", updated, deploy.Changes{"delete": 4, "replace": 3, "update": 2, "create": 1, "same": 5, "read": 6}, "1 resource created, 2 updated, 3 replaced, 4 deleted, 5 unchanged (1.2s)"},
		{"nothing", updated, deploy.Changes{"same": 47, "read": 1}, "nothing changes, 47 resources (1.2s)"},
		{"a preview", previewed, deploy.Changes{"create": 2, "same": 3}, "2 resources to create, 3 unchanged (1.2s)"},
		{"a destruction with its program", destroyed, deploy.Changes{"delete": 47, "same": 46}, "47 resources deleted (1.2s)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, c.words.summary(&deploy.Result{Changes: c.changes, Took: 1234 * time.Millisecond}))
		})
	}
}

// TestAdvice: the commands that a program advises are the sandbox's here.
func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		message, want string
		advises       bool
	}{
		{"Next: pulumi up --stack consumer, then pulumi up --stack provider.", "Next: sandbox up --stack consumer, then sandbox up --stack provider.", true},
		{"deploy it first (pulumi up --stack provider)", "deploy it first (sandbox up --stack provider)", true},
		{"then pulumi up --refresh --stack provider", "then pulumi up --refresh --stack provider", true},
		{"run pulumi refresh", "run pulumi refresh", false},
		{"nothing is to be done", "nothing is to be done", false},
	} {
		assert.Equal(t, c.want, here(c.message))
		assert.Equal(t, c.advises, advises(c.message), c.message)
	}
}

// said is a printer's standard output and error, and what stands there.
func said(t *testing.T) (*printer, func() (stdout, stderr string)) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		return f
	}
	p := &printer{stdout: file("stdout"), stderr: file("stderr")}
	return p, func() (string, string) {
		out, err := os.ReadFile(p.stdout.Name())
		require.NoError(t, err)
		errOut, err := os.ReadFile(p.stderr.Name())
		require.NoError(t, err)
		return string(out), string(errOut)
	}
}

// TestNotes: only what a stack said last is still true.
func TestNotes(t *testing.T) {
	t.Parallel()
	results := []*deploy.Result{
		{Stack: "provider", Notes: []string{"no endpoint yet. Next: pulumi up --stack consumer."}},
		{Stack: "consumer", Notes: []string{"waits. Next: pulumi up --stack other.", "it costs money"}},
		{Stack: "provider", Notes: []string{"all is well"}},
	}
	for _, c := range []struct {
		name string
		drop func(string) bool
		want string
	}{
		{"up", nothing, "consumer: note: waits. Next: sandbox up --stack other.\nconsumer: note: it costs money\nprovider: note: all is well\n"},
		{"destroy", advises, "consumer: note: it costs money\nprovider: note: all is well\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, both := said(t)
			(&app{out: p}).notes(results, c.drop)
			_, stderr := both()
			assert.Equal(t, c.want, stderr)
		})
	}
}

// TestFailure: an error is a line, or with JSON an object, said once.
func TestFailure(t *testing.T) {
	t.Parallel()
	two := fmt.Errorf("%w", errors.Join(errors.New("stack a: x (pulumi up)"), errors.Join(errors.New("b"), errors.New("c"))))
	joined := errors.Unwrap(two)
	for _, c := range []struct {
		name           string
		err            error
		json, printed  bool
		stdout, stderr string
	}{
		{"one", errors.New("a"), false, false, "", "error: a\n"},
		{"several", joined, false, false, "", "error: stack a: x (sandbox up)\nerror: b\nerror: c\n"},
		{"as JSON", joined, true, false, `{"errors": ["stack a: x (sandbox up)", "b", "c"]}`, ""},
		{"after a result", errors.New("a"), true, true, "", "error: a\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, both := said(t)
			p.printed = c.printed
			p.failure(c.err, c.json)
			stdout, stderr := both()
			assert.Equal(t, c.stderr, stderr)
			if c.stdout == "" {
				assert.Empty(t, stdout)
			} else {
				assert.JSONEq(t, c.stdout, stdout)
			}
		})
	}
}

// TestErrorsAsJSON: a command that fails prints JSON where JSON was asked for.
func TestErrorsAsJSON(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t, "rules", "no such rule", "--json")
	assert.Equal(t, 1, code)
	assert.Empty(t, stderr)
	var printed struct{ Errors []string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &printed))
	assert.Equal(t, []string{`no rule has "no such rule" in its ID, resource, phase, sentence or error code`}, printed.Errors)
}

func TestRulesFilter(t *testing.T) {
	t.Parallel()
	count := func(args ...string) int {
		code, stdout, _ := command(t, append([]string{"rules", "--json"}, args...)...)
		require.Zero(t, code)
		var printed struct {
			Rules []ruleEntry
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &printed))
		for _, e := range printed.Rules {
			for _, filter := range args {
				assert.True(t, e.has(filter), e.ID)
			}
		}
		return len(printed.Rules)
	}
	all, some := count(), count("TargetGroup")
	assert.Positive(t, some)
	assert.Less(t, some, all)
	assert.Equal(t, some, count("targetgroup"), "in letters of either case")
}

// TestColour: on a terminal, unless told otherwise, and nowhere else.
func TestColour(t *testing.T) {
	p, _ := said(t)
	assert.Equal(t, "pass", good(p.stdout, "pass"))
	assert.Equal(t, "STOP", bad(p.stdout, "STOP"))
	assert.False(t, strings.Contains(good(p.stdout, "pass"), "\x1b"))
}
