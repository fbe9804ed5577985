package main

import (
	"context"
	"fmt"
	"strings"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/replica"
	"fargate-privatelink/sandbox/review"
)

// before readies what a change is compared with: a fresh deployment of a commit, or, with
// states, what runs. The notes tell the reader which of the two it is.
func (a *app) before(ctx context.Context, root, base, name, work string, cache *review.Cache, states []string) (_ *review.Commit, notes []string, err error) {
	if len(states) == 0 {
		tree, err := review.DeployCommit(ctx, root, base, work, cache, a.out.stderr)
		return tree, []string{fmt.Sprintf("Compared with a fresh deployment of %s in the sandbox, not with what runs.", name)}, err
	}
	exports, err := replica.Read(states)
	if err != nil {
		return nil, nil, err
	}
	tree, err := review.Checkout(ctx, root, base, work)
	if err != nil {
		return nil, nil, err
	}
	loaded, err := replica.Load(ctx, deploy.Options{Root: tree.Root, Dir: tree.Dir, Tools: root, Log: a.out.stderr}, exports, false)
	if err != nil {
		return nil, nil, err
	}
	return tree, replicaNotes(loaded), nil
}

// replicaNotes say what a comparison with a replica rests on.
func replicaNotes(r *deploy.Replica) (notes []string) {
	var names []string
	for _, st := range r.Stacks {
		if !st.Reference {
			names = append(names, st.Name)
		}
	}
	notes = append(notes, fmt.Sprintf("Compared with what runs, as the exported states of %s say, not with a fresh deployment.", strings.Join(names, ", ")))
	notes = append(notes, r.Warnings...)
	if len(r.Kept) > 0 {
		var kept []string
		for _, k := range r.Kept {
			kept = append(kept, k.Type+" "+k.ID)
		}
		notes = append(notes, "The sandbox does not model, and keeps as it is: "+strings.Join(kept, ", ")+".")
	}
	for _, assumption := range r.Assumptions {
		notes = append(notes, "Assumed: "+assumption.String()+".")
	}
	return notes
}
