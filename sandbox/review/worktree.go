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
	"slices"
	"strings"
)

// Worktree is a commit that is deployed by its own code: its program, its stack
// files and its sandbox.
type Worktree struct {
	// Root is the commit's project directory, and Dir its sandbox.
	Root, Dir string
	// Reachable says whether the commit's own check found its service reachable.
	Reachable bool

	repository, path string
}

// Checkout checks a commit of the repository at root out into the empty directory work,
// as a git worktree, and deploys nothing: Dir is for what runs. Close it afterwards. It
// returns an error when there is no such commit.
func Checkout(ctx context.Context, root, ref, work string) (*Worktree, error) {
	commit, err := git(ctx, root, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("--base is %q; it must be a commit of this repository, such as main or HEAD^ (in a shallow clone, fetch it first)", ref)
	}
	prefix, err := git(ctx, root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	w := &Worktree{Dir: filepath.Join(work, "base-state"), Reachable: true, repository: root, path: filepath.Join(work, "base")}
	if _, err := git(ctx, root, "worktree", "add", "--detach", w.path, commit); err != nil {
		return nil, err
	}
	w.Root = filepath.Join(w.path, filepath.FromSlash(prefix))
	return w, nil
}

// DeployCommit checks a commit of the repository at root out into the empty
// directory work, as a git worktree, and runs its "sandbox up". Log gets what that
// says. Close the worktree afterwards.
//
// It returns an error when there is no such commit, when it has no sandbox, or when
// its deployment fails. That its service can't be reached is none.
func DeployCommit(ctx context.Context, root, ref, work string, log io.Writer) (*Worktree, error) {
	w, err := Checkout(ctx, root, ref, work)
	if err != nil {
		return nil, err
	}
	if err := w.up(ctx, ref, log); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// up runs the commit's own sandbox. It ends with 1 also when the service can't be
// reached, so what counts is whether it printed the stacks.
func (w *Worktree) up(ctx context.Context, ref string, log io.Writer) error {
	if _, err := os.Stat(filepath.Join(w.Root, "cmd", "sandbox")); err != nil {
		return fmt.Errorf("%s has no cmd/sandbox, so it can't be deployed for a comparison: choose a later base", ref)
	}
	_, _ = fmt.Fprintf(log, "base: building and deploying %s by its own code ...\n", ref)
	cmd := exec.CommandContext(ctx, "go", "run", "./cmd/sandbox", "--dir", w.Dir, "up", "--json")
	cmd.Dir, cmd.Env = w.Root, environment()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, io.MultiWriter(log, &said)
	runErr := cmd.Run()
	var result struct {
		Stacks    []any `json:"stacks"`
		Reachable bool  `json:"reachable"`
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || len(result.Stacks) == 0 {
		return fmt.Errorf("the base %s can't be deployed: %w\n%s", ref, cmpErr(runErr, err), lastLines(said.String(), 10))
	}
	w.Reachable = result.Reachable
	return nil
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

// Close removes the worktree. The sandbox's directory is the caller's.
func (w *Worktree) Close() error {
	_, err := git(context.Background(), w.repository, "worktree", "remove", "--force", w.path)
	return err
}

// git runs a git command and returns what it printed.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = dir, environment()
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
