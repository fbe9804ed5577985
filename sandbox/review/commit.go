package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"fargate-privatelink/sandbox/deploy"
)

// Commit is a commit that is deployed by its own code: its program, its stack files and
// its sandbox. It lies outside of its repository, to which nothing is written.
type Commit struct {
	// Root is the commit's project directory, and Dir its sandbox.
	Root, Dir string
	// Reachable says whether the commit's own check found its service reachable.
	Reachable bool
}

// DeployCommit takes a commit of the repository at root from the cache, or else checks it
// out there and runs its "sandbox up". The empty directory work gets a copy, which the
// caller may change. Log gets what is being done.
//
// It returns an error when there is no such commit, when it has no sandbox, or when
// its deployment fails. That its service can't be reached is none.
func DeployCommit(ctx context.Context, root, ref, work string, cache *Cache, log io.Writer) (*Commit, error) {
	hash, err := commitHash(ctx, root, ref)
	if err != nil {
		return nil, err
	}
	prefix, err := git(ctx, root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	checkout := &checkout{repository: root, ref: ref, hash: hash, prefix: filepath.FromSlash(prefix), log: log}
	entry := filepath.Join(work, "base")
	if err := cache.take(ctx, keyOf(hash, prefix), entry, checkout.deploy); err != nil {
		return nil, err
	}
	c := &Commit{Root: filepath.Join(entry, "tree", checkout.prefix), Dir: filepath.Join(entry, "state")}
	said, err := os.ReadFile(filepath.Join(entry, "reachable"))
	c.Reachable = string(said) == "true"
	return c, err
}

// Checkout writes a commit of the repository at root to the empty directory work, and
// deploys nothing: Dir is for what runs. It returns an error when there is no such commit.
func Checkout(ctx context.Context, root, ref, work string) (*Commit, error) {
	hash, err := commitHash(ctx, root, ref)
	if err != nil {
		return nil, err
	}
	prefix, err := git(ctx, root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	c := &checkout{repository: root, ref: ref, hash: hash, prefix: filepath.FromSlash(prefix)}
	tree := filepath.Join(work, "tree")
	err = c.files(ctx, tree, filepath.Join(work, "index"))
	return &Commit{Root: filepath.Join(tree, c.prefix), Dir: filepath.Join(work, "state"), Reachable: true}, err
}

func commitHash(ctx context.Context, root, ref string) (string, error) {
	hash, err := git(ctx, root, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("--base is %q; it must be a commit of this repository, such as main or HEAD^ (in a shallow clone, fetch it first)", ref)
	}
	return hash, nil
}

// checkout is a commit on its way out of a repository.
type checkout struct {
	repository, ref, hash, prefix string
	log                           io.Writer
}

// deploy writes the commit's files to the directory "tree" in dir, its sandbox to
// "state", and whether its service is reachable to "reachable".
func (c *checkout) deploy(ctx context.Context, dir string) error {
	tree := filepath.Join(dir, "tree")
	if err := c.files(ctx, tree, filepath.Join(dir, "index")); err != nil {
		return err
	}
	reachable, err := c.up(ctx, filepath.Join(tree, c.prefix), filepath.Join(dir, "state"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "reachable"), fmt.Append(nil, reachable), 0o600)
}

// files writes the commit's files by an index of their own. A worktree would be known to
// the repository, and stay so when this process is killed.
func (c *checkout) files(ctx context.Context, tree, index string) error {
	if err := os.MkdirAll(tree, 0o700); err != nil {
		return err
	}
	top, err := git(ctx, c.repository, "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"read-tree", c.hash},
		{"checkout-index", "--all", "--prefix=" + filepath.ToSlash(tree) + "/"},
	} {
		if _, err := gitWith(ctx, top, []string{"GIT_INDEX_FILE=" + index}, args...); err != nil {
			return err
		}
	}
	return os.Remove(index)
}

// up runs the commit's own sandbox, and says whether the service can be reached. The
// command ends with 1 also where it can't, so what counts is whether it printed the
// stacks.
func (c *checkout) up(ctx context.Context, root, state string) (bool, error) {
	// Not by "go run", which leaves the program running when it is ended.
	binary := filepath.Join(filepath.Dir(state), "sandbox")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	built := binary
	defer func() { _ = os.Remove(built) }()
	switch _, err := os.Stat(filepath.Join(root, "cmd", "sandbox")); {
	case err != nil && deploy.HasSandbox(root):
		return false, fmt.Errorf("%s has no cmd/sandbox, so it can't be deployed for a comparison: choose a later base", c.ref)
	case err != nil:
		_, _ = fmt.Fprintf(c.log, "base: deploying %s by this sandbox, once ...\n", c.ref)
		if binary, err = os.Executable(); err != nil {
			return false, err
		}
	default:
		_, _ = fmt.Fprintf(c.log, "base: building and deploying %s by its own code, once ...\n", c.ref)
		// The flags that compile a package are those of this build, so that what both import is compiled once.
		build := []string{"build", "-buildvcs=false", "-ldflags=-s", "-o", binary, "./cmd/sandbox"}
		if out, err := within(ctx, root, "go", build...).CombinedOutput(); err != nil {
			return false, fmt.Errorf("the base %s can't be built: %w\n%s", c.ref, err, lastLines(string(out), 10))
		}
	}
	cmd := within(ctx, root, binary, "--dir", state, "up", "--json")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, io.MultiWriter(c.log, &said)
	runErr := cmd.Run()
	var result struct {
		Stacks    []any `json:"stacks"`
		Reachable bool  `json:"reachable"`
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || len(result.Stacks) == 0 {
		return false, fmt.Errorf("the base %s can't be deployed: %w\n%s", c.ref, cmpErr(runErr, err), lastLines(said.String(), 10))
	}
	return result.Reachable, ctx.Err()
}

// grace is how long a command has to end by itself after it was told to.
const grace = 20 * time.Second

// within is a command in a directory. When the context ends it is interrupted, so that
// it can end its own children, and killed after a while.
func within(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, environment(), grace
	if runtime.GOOS != "windows" { // which can't interrupt
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	return cmd
}

// cmpErr is the first error there is.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return errors.New("its sandbox printed no stacks")
}

// Unchanged says whether the files of the project at root are those of a commit, also
// those that git is told to ignore but the sandbox or Go reads. It returns an error when
// there is no such commit.
func Unchanged(ctx context.Context, root, ref string) (_ bool, err error) {
	hash, err := commitHash(ctx, root, ref)
	if err != nil {
		return false, err
	}
	// By an index of its own: git writes to the repository's as it compares.
	dir, err := os.MkdirTemp("", "sandbox-index-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	if _, err := gitWith(ctx, root, index, "read-tree", hash); err != nil {
		return false, err
	}
	for _, args := range [][]string{
		{"diff", "--name-only", "--no-ext-diff"},
		{"ls-files", "--others", "--exclude-standard", "--", ":/"},
		{"ls-files", "--others", "--", ":(glob)Pulumi*.yaml", ":(glob)sandbox.yaml", ":(glob)go.work", ":(glob)vendor/**", ":(glob)**/*.go", ":(exclude,glob).sandbox/**"},
	} {
		if differs, err := gitWith(ctx, root, index, args...); err != nil || differs != "" {
			return false, err
		}
	}
	return true, nil
}

// git runs a git command and returns what it printed.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	return gitWith(ctx, dir, nil, args...)
}

func gitWith(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := within(ctx, dir, "git", args...)
	cmd.Env = append(cmd.Env, env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// environment is this process's without what a git hook sets: it would point git at
// another repository than the directory's.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "GIT_DIR=") || strings.HasPrefix(entry, "GIT_WORK_TREE=") || strings.HasPrefix(entry, "GIT_INDEX_FILE=")
	})
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
