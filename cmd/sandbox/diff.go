package main

import (
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

// errBreaking ends diff with exit code 3 after it has written the review.
var errBreaking = errors.New("exit 3")

func (a *app) diff() *cobra.Command {
	var base, output string
	use := cost.DefaultAssumptions()
	cmd := &cobra.Command{
		Use:   "diff --base REF",
		Short: "Say what this tree changes, compared with a commit, as Markdown for reviewers",
		Long: `Deploys the commit REF by its own code, in a git worktree and a sandbox of its
own, deploys this tree's program and stack files on a copy of that, and compares:
which resources are replaced, deleted, updated and created and what that does to
consumers, the contract, what can reach what, and the monthly cost. This tree
need not be committed. .sandbox is neither read nor changed.

Exit codes, for use as a gate:
  0  consumers keep working
  3  a contract breaks (major), a client's path is closed, or the deployment
     fails half-way; the review is written all the same
  1  an error: there is no review

"go run" turns every exit code but 0 into 1: build the command where 3 matters.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := a.review(cmd.Context(), base, use)
			if err != nil {
				return err
			}
			if err := a.writeReview(r, base, output); err != nil {
				return err
			}
			if len(r.Reasons()) > 0 {
				return errBreaking
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "commit to compare with, such as main or HEAD^")
	cmd.Flags().StringVar(&output, "output", "", "write the review to this file (default: standard output)")
	assumptionFlags(cmd, &use)
	_ = cmd.MarkFlagRequired("base")
	return cmd
}

func (a *app) review(ctx context.Context, base string, use cost.Assumptions) (_ *review.Review, err error) {
	at, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	root, err := deploy.FindRoot(at)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "sandbox-diff-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	tree, err := review.DeployCommit(ctx, root, base, work, a.out.stderr)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	before, err := review.ReadBase(ctx, tree.Root, tree.Dir, review.Options{Tools: root, Use: use, Log: a.out.stderr})
	if err != nil {
		return nil, err
	}
	r, err := before.Review(ctx, root, work, nil)
	if err == nil && !tree.Reachable {
		r.Notes = append(r.Notes, fmt.Sprintf("The service of %s can't be reached by all of its clients, as its own check says.", base))
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
		return p.json(r)
	}
	_, err := io.WriteString(p.stdout, r.Markdown(base))
	return err
}
