package deploy

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// PinnedVersion is the Pulumi CLI that the sandbox builds where none is
// installed, and the oldest one that it uses. tools/go.mod pins the same, and the
// workflows install what that says. The SDK in go.mod is another module, which can
// be newer: the two agree on what they can do when a program starts.
const PinnedVersion = "3.259.0"

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

// findCLI returns a Pulumi CLI of at least the pinned version: the one on PATH,
// the one built before, or one built now from the module that tools/go.mod pins.
func findCLI(ctx context.Context, root string, log io.Writer) (auto.PulumiCommand, error) {
	pinned := semver.MustParse(PinnedVersion)
	if cmd, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Version: pinned}); err == nil {
		return cmd, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find a place for the Pulumi CLI: %w", err)
	}
	home := filepath.Join(cache, "fargate-privatelink", "pulumi-"+PinnedVersion)
	if err := buildCLI(ctx, root, home, log); err != nil {
		return nil, err
	}
	return auto.NewPulumiCommand(&auto.PulumiCommandOptions{Version: pinned, Root: home})
}

// buildCLI builds the pinned CLI under home unless it is there already. Several
// processes may ask at once, as test packages do: one builds, the others wait.
func buildCLI(ctx context.Context, root, home string, log io.Writer) error {
	binary := filepath.Join(home, "bin", "pulumi")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return fmt.Errorf("make a place for the Pulumi CLI: %w", err)
	}
	waiting := time.AfterFunc(time.Second, func() {
		_, _ = fmt.Fprintln(log, "Waiting for another process, which builds the Pulumi CLI. This takes about five minutes on two cores.")
	})
	unlock, err := lockedfile.MutexAt(filepath.Join(home, "build.lock")).Lock()
	waiting.Stop()
	if err != nil {
		return fmt.Errorf("lock the build of the Pulumi CLI: %w", err)
	}
	defer unlock()
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	_, _ = fmt.Fprintf(log, "No Pulumi CLI of version %s or newer is on PATH: building v%s from source, once, into %s.\n"+
		"This takes about five minutes on two cores.\n", PinnedVersion, PinnedVersion, home)
	started := time.Now()
	unfinished := binary + ".unfinished"
	cmd := exec.CommandContext(ctx, "go", "build", "-o", unfinished,
		"-ldflags", "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+PinnedVersion, cliPackage)
	cmd.Dir = filepath.Join(root, "tools")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the Pulumi CLI (or install one yourself: https://www.pulumi.com/docs/install/): %w\n%s", err, out)
	}
	if err := os.Rename(unfinished, binary); err != nil {
		return fmt.Errorf("install the Pulumi CLI: %w", err)
	}
	_, _ = fmt.Fprintf(log, "Built in %s.\n", time.Since(started).Round(time.Second))
	return nil
}
