package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/review"
)

// exitError ends a command with an exit code after it has said why itself.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// usageError is a command that can't be run as it was written.
type usageError struct{ error }

func (a *app) diff() *cobra.Command {
	var base, name, output string
	var states []string
	use := cost.DefaultAssumptions()
	cmd := &cobra.Command{
		Use:   "diff --base REF",
		Short: "Say what this tree changes, compared with a commit, as Markdown for reviewers",
		Long: `Deploys the commit REF by its own code in a sandbox of its own, deploys this tree's
program and stack files on a copy of that, and compares: which resources are
replaced, deleted, updated and created and what that does to consumers, the
contract, what can reach what, and the monthly cost. This tree need not be
committed. Neither .sandbox nor the repository's .git is changed.

The last ten commits that were deployed for this are kept in the user's cache
directory, under fargate-privatelink/bases, which may be deleted at any time. A tree
that has the same files as REF is not deployed at all.

With --state, one for each stack that runs, the change is compared with what runs, as
the exported states say, and not with a fresh deployment of REF: consumers that this
repository does not deploy count too. REF's stack files are then those of what runs.

Exit codes, for use as a gate:
  0  consumers keep working; at most their connections are cut once
  3  a contract or an output breaks (major), and nothing else but what comes of that:
     what a maintainer may have agreed on with the consumers
  4  the deployment fails, be it half-way
  5  consumers are cut off or can't connect for a while, or somebody is let in whom
     no configuration names
  1  an error: there is no review
  2  wrong usage
Of 3, 4 and 5 the review is written all the same. Where several are true, 4 comes
before 5, and 5 before 3.

"go run" turns every exit code but 0 into 1: build the command where they matter.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if base == "" {
				return usageError{errors.New("--base is missing; it must be a commit to compare with, such as main or HEAD^")}
			}
			name := cmp.Or(name, base)
			r, err := a.review(cmd.Context(), base, name, states, use)
			if err != nil {
				return err
			}
			if err := a.writeReview(r, name, output); err != nil {
				return err
			}
			if code := r.ExitCode(); code != 0 {
				return exitError(code)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "commit to compare with, such as main or HEAD^")
	cmd.Flags().StringVar(&name, "base-name", "", "what the review calls that commit (default: as --base does)")
	cmd.Flags().StringVar(&output, "output", "", "write the review to this file (default: standard output)")
	cmd.Flags().StringArrayVar(&states, "state", nil, "compare with what runs: the exported state of a stack; may be given several times")
	assumptionFlags(cmd, &use)
	return cmd
}

func (a *app) review(ctx context.Context, base, name string, states []string, use cost.Assumptions) (_ *review.Review, err error) {
	at, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	root, err := deploy.FindRoot(at)
	if err != nil {
		return nil, err
	}
	if same, err := review.Unchanged(ctx, root, base); err != nil || same && len(states) == 0 {
		return review.OfNothing(), err
	}
	cache, err := review.OpenCache()
	if err != nil {
		return nil, err
	}
	work, err := cache.Work()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	commit, notes, err := a.before(ctx, root, base, name, work, cache, states)
	if err != nil {
		return nil, err
	}
	before, err := review.ReadBase(ctx, commit.Root, commit.Dir, review.Options{Tools: root, Use: use, Log: a.out.stderr})
	if err != nil {
		return nil, err
	}
	r, err := before.Review(ctx, root, work, nil)
	if err == nil {
		r.Notes = append(notes, r.Notes...)
	}
	if err == nil && !commit.Reachable {
		r.Notes = append(r.Notes, fmt.Sprintf("The service of %s can't be reached by all of its clients, as its own check says.", name))
	}
	return r, err
}

func (a *app) writeReview(r *review.Review, base, output string) error {
	if output == "" {
		return a.out.review(r, base, a.json)
	}
	file, err := os.Create(output)
	if err != nil {
		return err
	}
	to := &printer{stdout: file, stderr: a.out.stderr}
	return errors.Join(to.review(r, base, a.json), file.Close())
}

func (p *printer) review(r *review.Review, base string, asJSON bool) error {
	if asJSON {
		return p.json(struct {
			*review.Review
			Reasons []review.Reason `json:"reasons"`
		}{r, append([]review.Reason{}, r.Reasons()...)})
	}
	_, err := io.WriteString(p.stdout, r.Markdown(base))
	return err
}
