package review

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

// Options say what a review needs of its surroundings.
type Options struct {
	// Tools is where the module that pins the Pulumi CLI is.
	Tools string
	// Use is what the cost is estimated by.
	Use cost.Assumptions
	// Log is told what is being done (default: nowhere).
	Log io.Writer
}

// Base is the state that changes are compared with.
type Base struct {
	options Options
	dir     string
	stacks  []deploy.Stack
	before  *snapshot
}

// ReadBase reads the base from the sandbox in dir, in which it is deployed. Root is
// the base's project directory, whose stack files say which stacks there are. This
// tree's sandbox reads it, so that both sides are looked at in the same way.
//
// It returns an error when it can't read what another commit's sandbox has written.
func ReadBase(ctx context.Context, root, dir string, o Options) (*Base, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	_, _ = fmt.Fprintln(o.Log, "base: reading what it has deployed ...")
	s, err := deploy.Open(ctx, deploy.Options{Root: root, Dir: dir, Tools: o.Tools, Log: o.Log})
	if err != nil {
		return nil, fmt.Errorf("this tree's sandbox can't open the state that the base's has written, "+
			"which happens when the two commits keep it in different forms: %w", err)
	}
	b := &Base{options: o, dir: dir, stacks: s.Stacks}
	b.before, err = takeSnapshot(ctx, s, o.Use)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, fmt.Errorf("read the base's state: %w", err)
	}
	return b, nil
}

// Review reviews a change: it deploys it on a copy of the base's sandbox in the
// directory work, which must be empty, and compares the two. Root is the changed
// project's directory, and program what its stacks run (nil: this repository's own).
// A preview or deployment that fails is part of the review and no error.
func (b *Base) Review(ctx context.Context, root, work string, program pulumi.RunFunc) (*Review, error) {
	dir := filepath.Join(work, "head")
	if err := os.CopyFS(dir, os.DirFS(b.dir)); err != nil {
		return nil, fmt.Errorf("copy the base's sandbox: %w", err)
	}
	head, err := deploy.Open(ctx, deploy.Options{Root: root, Dir: dir, Program: program, Tools: b.options.Tools, Log: b.options.Log})
	if err != nil {
		return nil, fmt.Errorf("open a sandbox for the change: %w", err)
	}
	r, err := b.compare(ctx, head)
	return r, errors.Join(err, head.Close())
}

func (b *Base) compare(ctx context.Context, head *deploy.Sandbox) (*Review, error) {
	d := deployment{sandbox: head, log: b.options.Log}
	if err := d.all(ctx); err != nil {
		return nil, err
	}
	after, err := takeSnapshot(ctx, head, b.options.Use)
	if err != nil {
		return nil, err
	}
	return newReview(b, after, head.Stacks, d)
}

// deployment is the change on its way: every stack is previewed right before it is
// deployed, since a consumer's preview depends on what the provider has become.
type deployment struct {
	sandbox *deploy.Sandbox
	log     io.Writer
	plans   []stackPlan
	// failed is why it stopped; nil when it did not.
	failed *failure
}

type stackPlan struct {
	stack     string
	accepting bool
	plan      *plan
}

type failure struct {
	stack   string
	preview bool
	err     error
}

// all runs the stacks in the order of a real deployment, up to the first that fails.
func (d *deployment) all(ctx context.Context) error {
	for _, st := range d.sandbox.Stacks {
		if d.one(ctx, st.Name, false); d.failed != nil {
			return ctx.Err()
		}
	}
	for _, st := range d.sandbox.Stacks {
		waits, err := d.waits(ctx, st)
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		if d.one(ctx, st.Name, true); d.failed != nil {
			return ctx.Err()
		}
	}
	return nil
}

// waits says whether a consumer's endpoint waits for the provider to run again.
func (d *deployment) waits(ctx context.Context, st deploy.Stack) (bool, error) {
	if st.Role != deploy.RoleProvider {
		return false, nil
	}
	outputs, err := d.sandbox.Outputs(ctx, st.Name)
	if err != nil || outputs[contract.OutputName] == nil {
		return false, err
	}
	service, _ := outputs["serviceName"].(string)
	return d.sandbox.AwaitsAcceptance(service)
}

// one previews a stack and deploys it. What a preview lists before it fails is kept.
func (d *deployment) one(ctx context.Context, stack string, accepting bool) {
	_, _ = fmt.Fprintf(d.log, "%s: previewing ...\n", stack)
	p := newPlan()
	d.plans = append(d.plans, stackPlan{stack, accepting, p})
	if _, err := d.sandbox.Preview(ctx, stack, p.watch, false, nil); err != nil {
		d.failed = &failure{stack, true, err}
		return
	}
	_, _ = fmt.Fprintf(d.log, "%s: deploying to a copy ...\n", stack)
	if _, err := d.sandbox.Up(ctx, stack, nil, nil); err != nil {
		d.failed = &failure{stack, false, err}
	}
}
