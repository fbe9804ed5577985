package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"fargate-privatelink/sandbox/timing"
)

// Changes counts what an operation does, by Pulumi's words for it: create,
// update, replace, delete, same.
type Changes map[string]int

// None says whether nothing is made, changed or deleted.
func (c Changes) None() bool {
	for op, n := range c {
		if n > 0 && !slices.Contains(harmless, op) {
			return false
		}
	}
	return true
}

// add takes the engine's count at the end of an operation.
func (c Changes) add(e events.EngineEvent) {
	if e.SummaryEvent == nil {
		return
	}
	for op, n := range e.SummaryEvent.ResourceChanges {
		c[string(op)] = n
	}
}

// harmless are the operations that change nothing: what stays, and stack
// references, which are read anew each time.
var harmless = []string{
	string(apitype.OpSame), string(apitype.OpRead), string(apitype.OpReadDiscard),
}

// Result is what one operation on one stack came to.
type Result struct {
	Stack   string         `json:"stack"`
	Changes Changes        `json:"changes"`
	Outputs map[string]any `json:"outputs,omitempty"`
	Notes   []string       `json:"notes,omitempty"`
	// Timing is how long AWS would have taken; nil for a preview.
	Timing *timing.Report `json:"timing,omitempty"`
	Took   time.Duration  `json:"-"`
}

// Step is what the engine reports while it works: one resource, done or begun.
type Step struct {
	Op   string
	Type string
	Name string
	Done bool
	// Metadata is what the engine says of the resource before and after the step.
	// Secrets are hidden in it.
	Metadata apitype.StepEventMetadata
}

// Watch is called for each step; it may be nil. It must not block.
type Watch func(Step)

// Up deploys one stack. With output, the engine's own display goes there too.
func (s *Sandbox) Up(ctx context.Context, name string, watch Watch, output io.Writer) (*Result, error) {
	return s.operate(ctx, name, watch, true, func(ctx context.Context, stack auto.Stack, ch chan<- events.EngineEvent) (*Result, error) {
		opts := []optup.Option{optup.EventStreams(ch), optup.SuppressOutputs()}
		if output != nil {
			opts = append(opts, optup.ProgressStreams(output), optup.ErrorProgressStreams(output))
		}
		res, err := stack.Up(ctx, opts...)
		if err != nil {
			return nil, err
		}
		return &Result{Outputs: plain(res.Outputs)}, nil
	})
}

// Deploy previews a stack and then deploys it, as "pulumi up" does: what a program
// refuses to preview is refused before anything is changed.
func (s *Sandbox) Deploy(ctx context.Context, name string, watch Watch, output io.Writer) (*Result, error) {
	if _, err := s.Preview(ctx, name, nil, false, nil); err != nil {
		return nil, err
	}
	return s.Up(ctx, name, watch, output)
}

// Preview says what Up would do. With diff, the property diff goes to output. What the
// sandbox does not model is one error with all of the types.
func (s *Sandbox) Preview(ctx context.Context, name string, watch Watch, diff bool, output io.Writer) (*Result, error) {
	unmodelled := s.plugins.Survey(name)
	result, err := s.preview(ctx, name, watch, diff, output)
	if lacking := unmodelled(unfound(err)...); lacking != nil {
		return nil, fmt.Errorf("stack %s: %w", name, lacking) // which is why the rest may have failed
	}
	return result, err
}

// unfoundType is what the host for YAML says of a type before the engine hears of it.
var unfoundType = regexp.MustCompile(`unable to find resource type "(aws:[^"]+)" in resource provider`)

func unfound(err error) (types []string) {
	if err != nil {
		for _, found := range unfoundType.FindAllStringSubmatch(err.Error(), -1) {
			types = append(types, found[1])
		}
	}
	return types
}

func (s *Sandbox) preview(ctx context.Context, name string, watch Watch, diff bool, output io.Writer) (*Result, error) {
	return s.operate(ctx, name, watch, false, func(ctx context.Context, stack auto.Stack, ch chan<- events.EngineEvent) (*Result, error) {
		opts := []optpreview.Option{optpreview.EventStreams(ch)}
		if diff {
			opts = append(opts, optpreview.Diff())
		}
		if output != nil {
			opts = append(opts, optpreview.ProgressStreams(output), optpreview.ErrorProgressStreams(output))
		}
		if _, err := stack.Preview(ctx, opts...); err != nil {
			return nil, err
		}
		return &Result{}, nil
	})
}

// Destroy deletes everything that a stack has deployed, running its program where it
// has hooks that must agree.
func (s *Sandbox) Destroy(ctx context.Context, name string, watch Watch, output io.Writer) (*Result, error) {
	return s.operate(ctx, name, watch, true, func(ctx context.Context, stack auto.Stack, ch chan<- events.EngineEvent) (*Result, error) {
		opts, err := guardOptions(ctx, stack)
		if err != nil {
			return nil, err
		}
		opts = append(opts, optdestroy.EventStreams(ch))
		if output != nil {
			opts = append(opts, optdestroy.ProgressStreams(output), optdestroy.ErrorProgressStreams(output))
		}
		if _, err := stack.Destroy(ctx, opts...); err != nil {
			return nil, err
		}
		return &Result{}, nil
	})
}

// Outputs returns the outputs of a stack as its last deployment left them.
func (s *Sandbox) Outputs(ctx context.Context, name string) (map[string]any, error) {
	stack, err := s.open(ctx, name)
	if err != nil {
		return nil, err
	}
	outs, err := ask(ctx, stack.Outputs)
	if err != nil {
		return nil, fmt.Errorf("read the outputs of stack %s: %w", name, err)
	}
	return plain(outs), nil
}

func plain(outs auto.OutputMap) map[string]any {
	m := make(map[string]any, len(outs))
	for k, v := range outs {
		m[k] = v.Value
	}
	return m
}

// operate runs one engine operation and turns its events into steps, notes and,
// where it fails, one error with what the engine and the program said. One that
// changes the stack is timed.
func (s *Sandbox) operate(
	ctx context.Context, name string, watch Watch, changes bool,
	run func(context.Context, auto.Stack, chan<- events.EngineEvent) (*Result, error),
) (*Result, error) {
	if _, err := s.Stack(name); err != nil {
		return nil, err
	}
	stack, err := s.open(ctx, name)
	if err != nil {
		return nil, err
	}
	var watchOn *stopwatch
	if changes {
		if watchOn, err = s.start(ctx, name); err != nil {
			return nil, err
		}
	}
	if changes {
		if err := s.begin(name); err != nil {
			return nil, err
		}
	}
	ctx, end := s.whileRoom(ctx)
	defer end()
	started := time.Now()
	said, done, counts, summed := diagnostics{}, work{}, Changes{}, false
	result, err := follow(ctx, func(ctx context.Context, ch chan<- events.EngineEvent) (*Result, error) {
		return run(ctx, stack, ch)
	}, func(e events.EngineEvent) {
		said.add(e)
		done.add(e)
		counts.add(e)
		summed = summed || e.SummaryEvent != nil
		if step, ok := stepOf(e); ok && watch != nil {
			watch(step)
		}
	})
	if err == nil && !summed {
		err = &BrokenOffError{"the Pulumi CLI", errors.New("it has not said what it did")}
	}
	if changes && ctx.Err() == nil && !errors.As(err, new(*BrokenOffError)) {
		err = errors.Join(err, s.ended(name))
	}
	if full := new(FullError); err != nil && errors.As(context.Cause(ctx), &full) {
		return nil, full // whatever the CLI says of having been ended for it
	}
	if err != nil {
		return nil, said.failure(name, err)
	}
	result.Stack, result.Changes, result.Notes, result.Took = name, counts, said.notes, time.Since(started)
	if changes {
		if result.Timing, err = watchOn.stop(ctx, done); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// follow runs an operation and hears its events one at a time. It returns once the
// operation has: Automation API never closes the stream of a CLI that has failed
// before it opened it, and by then has sent all that there is.
func follow(
	ctx context.Context, run func(context.Context, chan<- events.EngineEvent) (*Result, error), hear func(events.EngineEvent),
) (result *Result, err error) {
	ch, returned := make(chan events.EngineEvent), make(chan struct{})
	go func() {
		defer close(returned)
		result, err = ask(ctx, func(ctx context.Context) (*Result, error) { return run(ctx, ch) })
	}()
	for stream := ch; ; {
		select {
		case e, open := <-stream:
			if open {
				hear(e)
			} else {
				stream = nil
			}
		case <-returned:
			return result, err
		}
	}
}

func stepOf(e events.EngineEvent) (Step, bool) {
	var m apitype.StepEventMetadata
	done := false
	switch {
	case e.ResourcePreEvent != nil:
		m = e.ResourcePreEvent.Metadata
	case e.ResOutputsEvent != nil:
		m, done = e.ResOutputsEvent.Metadata, true
	default:
		return Step{}, false
	}
	_, resource, _ := strings.Cut(m.URN, "::")
	resource = resource[strings.LastIndex(resource, "::")+2:]
	return Step{Op: string(m.Op), Type: m.Type, Name: resource, Done: done, Metadata: m}, true
}

// diagnostics collects what the engine, the plugins and the program say.
type diagnostics struct {
	notes  []string
	errors []string
	stderr []string // of a program's process, which is where a language host without more words puts its errors
}

var markup = regexp.MustCompile(`<\{%[^%]*%\}>|\x1b\[[0-9;]*m`)

func (d *diagnostics) add(e events.EngineEvent) {
	ev := e.DiagnosticEvent
	if ev == nil || ev.Ephemeral {
		return
	}
	msg := strings.TrimSpace(markup.ReplaceAllString(ev.Message, ""))
	if msg == "" || strings.HasPrefix(msg, "using pulumi-language-") { // which host it found
		return
	}
	if ev.URN != "" {
		parts := strings.Split(ev.URN, "::")
		kinds := strings.Split(parts[2], "$")
		if kind := kinds[len(kinds)-1]; kind != "pulumi:pulumi:Stack" {
			msg = kind + " " + parts[len(parts)-1] + ": " + msg
		}
	}
	switch ev.Severity {
	case "error":
		d.errors = append(d.errors, each(msg)...)
	case "info#err":
		d.stderr = append(d.stderr, msg)
	case "warning", "info":
		if !slices.Contains(d.notes, msg) {
			d.notes = append(d.notes, msg)
		}
	}
}

// wrapping is what the SDK puts around a program's errors.
var wrapping = regexp.MustCompile(`an unhandled error occurred: |\d+ errors? occurred:\s*\* `)

// each are the errors in a message, without what is around them.
func each(msg string) []string {
	return strings.Split(strings.TrimSpace(wrapping.ReplaceAllString(msg, "")), "\n\t* ")
}

// FailedError is returned for an operation of a stack that failed, with all that the
// engine, AWS and the program said.
type FailedError struct {
	Stack string
	Said  []string
}

func (e *FailedError) Error() string { return "stack " + e.Stack + ": " + strings.Join(e.Said, "\n") }

// closing says that a message is only the engine's last word.
func closing(msg string) bool { return msg == "update failed" || msg == "preview failed" }

// summing says that a message is about others, which say more.
func summing(msg string) bool { return closing(msg) || strings.Contains(msg, "waiting for RPCs: ") }

// failure is the engine's diagnostics where there are any: the CLI says only that
// there are some.
func (d *diagnostics) failure(stack string, err error) error {
	if len(d.errors) == 0 && len(d.stderr) > 0 {
		return &FailedError{stack, []string{strings.Join(d.stderr, "\n")}}
	}
	if len(d.errors) == 0 {
		return fmt.Errorf("stack %s: %w", stack, err)
	}
	if telling := slices.DeleteFunc(slices.Clone(d.errors), summing); len(telling) > 0 {
		return &FailedError{stack, telling}
	}
	// What failed while an output was awaited is said nowhere else.
	var awaited []string
	for _, msg := range slices.DeleteFunc(slices.Clone(d.errors), closing) {
		awaited = append(awaited, awaiting.ReplaceAllString(msg, ""))
	}
	if len(awaited) == 0 {
		return &FailedError{stack, d.errors}
	}
	return &FailedError{stack, awaited}
}

// awaiting is how the SDK begins an error of an output that a resource or an export awaits.
var awaiting = regexp.MustCompile(`^.*waiting for RPCs: (marshaling properties: )?(awaiting input property "[^"]*": )?(resolving options: )?`)
