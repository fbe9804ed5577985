package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/rogpeppe/go-internal/lockedfile"

	"fargate-privatelink/sandbox/internal/child"
)

// PinnedVersion is the Pulumi CLI that the sandbox builds where none is
// installed, and the oldest one that it uses. tools/go.mod pins the same, and the
// workflows install what that says. The SDK in go.mod is another module, which can
// be newer: the two agree on what they can do when a program starts.
const PinnedVersion = "3.259.0"

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

// findCLI returns a Pulumi CLI of at least the pinned version: the one on PATH, the
// one in the cache, or one put there now. That is the official release where the
// network lets it through, else built from the module that tools/go.mod pins.
func findCLI(ctx context.Context, tools string, log io.Writer) (auto.PulumiCommand, error) {
	pinned := semver.MustParse(PinnedVersion)
	if onPath, err := exec.LookPath("pulumi"); err == nil {
		cmd, err := newCommand(ctx, onPath, pinned, foundPatience)
		if err == nil {
			return cmd, nil
		}
		if errors.As(err, new(*child.SilentError)) {
			_, _ = fmt.Fprintf(log, "The Pulumi CLI on PATH is left out: %v.\n", err)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find a place for the Pulumi CLI: %w", err)
	}
	return cachedCLI(ctx, cliMaker{
		home: filepath.Join(cache, "fargate-privatelink", "pulumi-"+PinnedVersion), tools: tools, log: log,
		download: download, build: build,
	})
}

const (
	// foundPatience and cachedPatience are how long a CLI may take to say what version
	// it is. The cached one is made anew otherwise, which takes longer on a busy machine.
	foundPatience  = 10 * time.Second
	cachedPatience = time.Minute
)

// cliMaker puts a CLI into the cache.
type cliMaker struct {
	// home is where it is put, and tools the module that pins it.
	home, tools string
	log         io.Writer
	// download and build make home/bin/pulumi.
	download, build func(context.Context, cliMaker) error
}

func (m cliMaker) binary() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(m.home, "bin", "pulumi.exe")
	}
	return filepath.Join(m.home, "bin", "pulumi")
}

func (m cliMaker) say(format string, args ...any) { _, _ = fmt.Fprintf(m.log, format+"\n", args...) }

// cachedCLI returns the CLI of the cache, which is put there unless it is and works.
// Several processes may ask at once, as test packages do: one makes it, the others wait.
func cachedCLI(ctx context.Context, m cliMaker) (auto.PulumiCommand, error) {
	pinned := semver.MustParse(PinnedVersion)
	if cmd, err := newCommand(ctx, m.binary(), pinned, cachedPatience); err == nil {
		return cmd, nil
	}
	if err := os.MkdirAll(filepath.Dir(m.binary()), 0o755); err != nil {
		return nil, fmt.Errorf("make a place for the Pulumi CLI: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(m.home, "build.lock"), func() {
		m.say("Waiting for another process, which makes the Pulumi CLI ready.")
	})
	if err != nil {
		return nil, fmt.Errorf("lock the Pulumi CLI: %w", err)
	}
	defer unlock()
	cmd, err := newCommand(ctx, m.binary(), pinned, cachedPatience)
	if err == nil {
		return cmd, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, fs.ErrNotExist) {
		m.say("No Pulumi CLI of version %s or newer is on PATH: putting one into %s, once.", PinnedVersion, m.home)
	} else {
		m.say("The Pulumi CLI in %s does not work (%v): making it anew.", m.home, err)
		if err := os.Remove(m.binary()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("remove the broken Pulumi CLI: %w", err)
		}
	}
	if err := m.make(ctx); err != nil {
		return nil, err
	}
	return newCommand(ctx, m.binary(), pinned, cachedPatience)
}

func (m cliMaker) make(ctx context.Context) error {
	err := m.download(ctx, m)
	if err == nil {
		sum, err := checksum(m.binary())
		m.say("Downloaded the official release v%s; SHA-256 of %s: %s", PinnedVersion, m.binary(), sum)
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.say("The official release can't be had (%v): building v%s from source.", err, PinnedVersion)
	started := time.Now()
	if err := m.build(ctx, m); err != nil {
		return fmt.Errorf("build the Pulumi CLI (or install one yourself: https://www.pulumi.com/docs/install/): %w", err)
	}
	m.say("Built in %s.", time.Since(started).Round(time.Second))
	return nil
}

func checksum(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// lock takes the lock of a file, or gives up when ctx ends. It calls waiting when it
// takes longer than a moment.
func lock(ctx context.Context, file string, waiting func()) (unlock func(), err error) {
	type taken struct {
		unlock func()
		err    error
	}
	ch := make(chan taken, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(file).Lock()
		ch <- taken{unlock, err}
	}()
	moment := time.After(time.Second)
	for {
		select {
		case t := <-ch:
			return t.unlock, t.err
		case <-moment:
			waiting()
		case <-ctx.Done():
			go func() { // nobody wants it any more when it comes
				if t := <-ch; t.err == nil {
					t.unlock()
				}
			}()
			return nil, ctx.Err()
		}
	}
}

const (
	// answering is how long the site of the official release has to answer, and
	// downloading how long all of it may take.
	answering   = 5 * time.Second
	downloading = 5 * time.Minute
)

// installer is what Automation API downloads and runs.
const installer = "https://get.pulumi.com/install.sh"

// download installs the official release by Automation API's own installer.
func download(ctx context.Context, m cliMaker) error {
	asked, done := context.WithTimeout(ctx, answering)
	defer done()
	req, err := http.NewRequestWithContext(asked, http.MethodHead, installer, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) // Automation API would try again and again
	if err != nil {
		return err
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", installer, resp.Status)
	}
	ctx, end := context.WithTimeout(ctx, downloading)
	defer end()
	_, err = auto.InstallPulumiCommand(ctx, &auto.PulumiCommandOptions{Version: semver.MustParse(PinnedVersion), Root: m.home})
	return err
}
