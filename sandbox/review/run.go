package review

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

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
	options   Options
	root, dir string
	stacks    []deploy.Stack
	before    *snapshot
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
	b := &Base{options: o, root: root, dir: dir, stacks: s.Stacks}
	b.before, err = takeSnapshot(ctx, s, o.Use, probes{})
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, fmt.Errorf("read the base's state: %w", err)
	}
	return b, nil
}

// Review reviews a change: it deploys it on a copy of the base's sandbox in the
// directory work, which must be empty, and compares the two. Root is the changed
// project's directory, and program what its stacks run (nil: this repository's own).
// A preview or deployment that fails is part of the review and no error. Where it fails
// because consumers are connected, another copy shows what it does without them.
func (b *Base) Review(ctx context.Context, root, work string, program pulumi.RunFunc) (*Review, error) {
	c := change{b, root, work, program}
	first, err := c.try(ctx, "head", false)
	if err != nil || first.Failure == nil || !first.Failure.connected {
		return first, err
	}
	_, _ = fmt.Fprintln(b.options.Log, "refused while consumers are connected: once more without them ...")
	second, err := c.try(ctx, "disconnected", true)
	if err != nil {
		return nil, err
	}
	if second.Failure != nil {
		first.note("If consumers are disconnected first, %s: %s", second.Failure, strings.Join(second.Failure.Errors, " "))
		return first, nil
	}
	second.Failure, second.Disconnected = first.Failure, true
	return second, nil
}

// change is a changed project that is deployed on copies of a base.
type change struct {
	base       *Base
	root, work string
	program    pulumi.RunFunc
}

// try deploys the change on a copy of the base, whose consumers it may disconnect
// before.
func (c change) try(ctx context.Context, name string, disconnect bool) (_ *Review, err error) {
	head, err := c.base.copy(ctx, filepath.Join(c.work, name), c.root, c.program)
	if err != nil {
		return nil, fmt.Errorf("open a sandbox for the change: %w", err)
	}
	defer func() { err = errors.Join(err, head.Close()) }()
	d := deployment{sandbox: head, base: c.base, log: c.base.options.Log, disconnected: disconnect}
	if disconnect {
		if err := head.Disconnect(ctx); err != nil {
			return nil, err
		}
	}
	if err := d.all(ctx); err != nil {
		return nil, err
	}
	after, err := takeSnapshot(ctx, head, c.base.options.Use, c.base.before.found.probes)
	if err != nil {
		return nil, err
	}
	before := c.base.before
	if d.failed == nil {
		if before, err = c.base.probed(ctx, filepath.Join(c.work, name+"-base"), after.found.probes); err != nil {
			return nil, err
		}
	}
	return newReview(before, after, c.base.stacks, head.Stacks, d), nil
}

// copy opens a copy of the base's sandbox.
func (b *Base) copy(ctx context.Context, dir, root string, program pulumi.RunFunc) (*deploy.Sandbox, error) {
	if err := os.CopyFS(dir, os.DirFS(b.dir)); err != nil {
		return nil, fmt.Errorf("copy the base's sandbox: %w", err)
	}
	return deploy.Open(ctx, deploy.Options{Root: root, Dir: dir, Program: program, Tools: b.options.Tools, Log: b.options.Log})
}

// probed is the base's snapshot with the paths of the change's clients as well.
func (b *Base) probed(ctx context.Context, dir string, others probes) (_ *snapshot, err error) {
	s, err := b.copy(ctx, dir, b.root, nil)
	if err != nil {
		return nil, fmt.Errorf("open the base's sandbox again: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	again := *b.before
	again.followPaths(ctx, s, others)
	return &again, nil
}

// deployment is the change on its way: every stack is previewed right before it is
// deployed, since a consumer's preview depends on what the provider has become.
type deployment struct {
	sandbox *deploy.Sandbox
	base    *Base
	log     io.Writer
	// disconnected: the consumers' connections were rejected before, so that providers
	// have to accept them again.
	disconnected bool
	plans        []stackPlan
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
		if d.sandbox.Program(st.Name) != nil {
			continue // a loaded one, which stays as it is
		}
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
	if st.Role != deploy.RoleProvider || d.sandbox.Program(st.Name) != nil {
		return false, nil
	}
	outputs, err := d.sandbox.Outputs(ctx, st.Name)
	if err != nil || outputs[contract.OutputName] == nil {
		return false, err
	}
	if d.disconnected {
		return true, nil
	}
	service, _ := outputs["serviceName"].(string)
	return d.sandbox.AwaitsAcceptance(service)
}

// one previews a stack and deploys it. Of a deployment that succeeds the review shows
// what was done: a preview takes what it doesn't know yet for a change. What a preview
// lists before it fails is kept.
func (d *deployment) one(ctx context.Context, stack string, accepting bool) {
	_, _ = fmt.Fprintf(d.log, "%s: previewing ...\n", stack)
	planned := newPlan()
	if _, err := d.sandbox.Preview(ctx, stack, planned.watch, false, nil); err != nil {
		d.failed = &failure{stack, true, err}
		if guardRefused.MatchString(err.Error()) {
			planned.deleteUnseen(d.base.before.resources(stack))
		}
		d.plans = append(d.plans, stackPlan{stack, accepting, planned})
		return
	}
	_, _ = fmt.Fprintf(d.log, "%s: deploying to a copy ...\n", stack)
	done := newPlan()
	if _, err := d.sandbox.Up(ctx, stack, done.watch, nil); err != nil {
		d.failed = &failure{stack, false, err}
		done = planned
	}
	d.plans = append(d.plans, stackPlan{stack, accepting, done})
}

// guardRefused is how the engine says that a hook refuses a deletion. It asks once the
// program has registered everything, so what is missing then would be deleted.
var guardRefused = regexp.MustCompile(`before hook ".*" failed: `)

// stillConnected is what the guard and AWS say where consumers are in the way.
var stillConnected = regexp.MustCompile(`ExistingVpcEndpointConnections|connected to the endpoint service: `)
