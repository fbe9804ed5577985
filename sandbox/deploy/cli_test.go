package deploy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blang/semver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// One version of the CLI: what is built, what tools/go.mod pins, what the README says
// is needed, and what the workflows install on the way to a real account.
func TestOneVersionOfTheCLI(t *testing.T) {
	t.Parallel()
	assert.Contains(t, readRepository(t, "tools/go.mod"), "github.com/pulumi/pulumi/pkg/v3 v"+PinnedVersion+"\n")
	assert.Contains(t, readRepository(t, "README.md"), "Pulumi CLI of version "+PinnedVersion+" or newer")
	action := readRepository(t, ".github/actions/setup-pulumi/action.yml")
	assert.Contains(t, action, "go list -C tools -m -f '{{.Version}}' github.com/pulumi/pulumi/pkg/v3")
	assert.Contains(t, action, "pulumi-version: ${{ steps.cli.outputs.version }}")
}

// Who has no CLI compiles one beside the sandbox: a module that both need is of one version,
// so that it, and all that depends on it, is compiled once.
func TestOneVersionOfSharedModules(t *testing.T) {
	t.Parallel()
	own, shared := requirements(t, "go.mod"), 0
	for module, version := range requirements(t, "tools/go.mod") {
		if own[module] != "" {
			assert.Equal(t, own[module], version, "%s in go.mod, and in tools/go.mod", module)
			shared++
		}
	}
	assert.Greater(t, shared, 50)
}

func requirements(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := modfile.Parse(file, []byte(readRepository(t, file)), nil)
	require.NoError(t, err)
	found := map[string]string{}
	for _, r := range parsed.Require {
		found[r.Mod.Path] = r.Mod.Version
	}
	return found
}

// saysVersion is a CLI that knows its version, and nothing else.
const saysVersion = "#!/bin/sh\necho v" + PinnedVersion + "\n"

// TestCLIOnPath: a CLI that is too old, broken or hangs is left out, soon.
func TestCLIOnPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, script, fails string }{
		{"as it should be", saysVersion, ""},
		{"newer", "#!/bin/sh\necho v3.999.0\n", ""},
		{"too old", "#!/bin/sh\necho v3.1.0\n", "is of version 3.1.0; it must be " + PinnedVersion + " or newer, below 4"},
		{"of another major version", "#!/bin/sh\necho v4.0.0\n", "is of version 4.0.0"},
		{"no CLI", "#!/bin/sh\necho hello\n", "pulumi version: "},
		{"broken", "no program", "pulumi version: "},
		{"hangs", "#!/bin/sh\nexec sleep 600\n", "hangs: it has written nothing for 1s, and was ended"},
		{"killed", "#!/bin/sh\nkill -9 $$\n", "signal: killed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "pulumi")
			require.NoError(t, os.WriteFile(path, []byte(c.script), 0o700))
			_, err := newCommand(t.Context(), path, semver.MustParse(PinnedVersion), time.Second)
			if c.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.fails)
		})
	}
}

// TestCachedCLI: what is in the cache is used when it works, and made anew when it
// doesn't: the official release where it can be had, else built.
func TestCachedCLI(t *testing.T) {
	t.Parallel()
	makes := func(_ context.Context, m cliMaker) error { return os.WriteFile(m.binary(), []byte(saysVersion), 0o700) }
	cannot := func(context.Context, cliMaker) error { return errors.New("no way there") }
	for _, c := range []struct {
		name, cached    string
		download, build func(context.Context, cliMaker) error
		says            []string
		fails           string
	}{
		{"it works", saysVersion, cannot, cannot, nil, ""},
		{"there is none", "", makes, cannot, []string{"No Pulumi CLI of version " + PinnedVersion, "official release v" + PinnedVersion, "SHA-256"}, ""},
		{"no network", "", cannot, makes, []string{"The official release can't be had (no way there): building v" + PinnedVersion, "Built in "}, ""},
		{"it is broken", "cut o", cannot, makes, []string{"does not work", "making it anew", "Built in "}, ""},
		{"it is of another version", "#!/bin/sh\necho v3.1.0\n", cannot, makes, []string{"is of version 3.1.0", "making it anew"}, ""},
		{"nothing helps", "cut o", cannot, cannot, []string{"making it anew"}, "build the Pulumi CLI (or install one yourself: https://www.pulumi.com/docs/install/): no way there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			m := cliMaker{home: t.TempDir(), log: &log, download: c.download, build: c.build}
			if c.cached != "" {
				require.NoError(t, os.MkdirAll(filepath.Dir(m.binary()), 0o700))
				require.NoError(t, os.WriteFile(m.binary(), []byte(c.cached), 0o700))
			}
			cli, err := cachedCLI(t.Context(), m)
			for _, part := range c.says {
				assert.Contains(t, log.String(), part)
			}
			if c.fails != "" {
				require.EqualError(t, err, c.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, PinnedVersion, cli.Version().String())
			if c.says == nil {
				assert.Empty(t, log.String())
			}
		})
	}
}

// TestLockEnds: who waits for another process's CLI can be told to end.
func TestLockEnds(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), file, func() {})
	require.NoError(t, err)
	defer unlock()
	waits := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-waits; cancel() }()
	_, err = lock(ctx, file, func() { close(waits) })
	require.ErrorIs(t, err, context.Canceled)
}

// TestBuildProgress is what a build shows: on a terminal in one line.
func TestBuildProgress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	clock := time.Unix(0, 0)
	p := newBuildProgress(&out)
	p.now = func() time.Time { return clock }
	p.started, p.shown = clock, clock
	write := func(after time.Duration, text string) {
		clock = clock.Add(after)
		_, err := io.WriteString(p, text)
		require.NoError(t, err)
	}
	write(time.Minute, "go: downloading a v1\ngo: down")
	write(time.Second, "loading b v1\n")
	p.of([]string{"a", "b", "c", "d"})
	write(20*time.Second, "a\n")
	write(20*time.Second, "b\n")
	write(time.Minute, "c\nsomething else\nd\n")
	write(time.Minute, "d\n")
	p.end()
	assert.Equal(t, "  1 modules downloaded\n  2 of 4 packages compiled, about 40s left\n  3 of 4 packages compiled, about 33s left\n  4 of 4 packages compiled, linking\n", out.String())
	assert.Equal(t, "\nsomething else\nd", p.otherwise())
}
