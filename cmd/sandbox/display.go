package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// display shows operations as they go, several at once where they are: on a terminal a
// line each that changes, elsewhere one at its start and one at its end.
type display struct {
	out     *printer
	verbose bool
	live    bool
	ended   chan struct{}

	mu     sync.Mutex
	active []*activity
	drawn  int // lines of those on the terminal
}

// activity is an operation that is under way.
type activity struct {
	operation
	started time.Time
	steps   int
	now     string
}

// redraw is how often lines that change are drawn.
const redraw = 200 * time.Millisecond

// newDisplay starts a display. The caller ends it.
func (a *app) newDisplay() *display {
	d := &display{out: a.out, verbose: a.verbose, live: !a.verbose && isTerminal(a.out.stderr), ended: make(chan struct{})}
	if d.live {
		go func() {
			for tick := time.NewTicker(redraw); ; {
				select {
				case <-tick.C:
					d.draw("")
				case <-d.ended:
					tick.Stop()
					return
				}
			}
		}()
	}
	return d
}

func (d *display) end() { close(d.ended) }

// operation is one that a display shows.
type operation struct {
	stack string
	// doing is what it is doing, such as updating, and done what it then has done, in the
	// words of summary.
	doing string
	done  words
	// quiet: its result is printed by whoever asked for it.
	quiet bool
	// failing is printed where it fails (default: nothing, since the error comes next).
	failing string
	run     func(deploy.Watch, io.Writer) (*deploy.Result, error)
}

// show runs an operation.
func (d *display) show(o operation) (*deploy.Result, error) {
	var engine io.Writer
	if d.verbose {
		engine = d.out.stderr
	}
	if !d.live {
		d.out.warn("%s: %s ...", o.stack, o.doing)
	}
	act := &activity{operation: o, started: time.Now()}
	d.begin(act)
	res, err := o.run(func(s deploy.Step) { d.step(act, s) }, engine)
	finished := ""
	switch {
	case err != nil && o.failing != "":
		finished = fmt.Sprintf("%s: %s\n", o.stack, o.failing)
	case err == nil && !o.quiet:
		finished = fmt.Sprintf("%s: %s\n", o.stack, o.done.summary(res))
	}
	d.finish(act, finished)
	return res, err
}

func (d *display) begin(act *activity) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.active = append(d.active, act)
}

func (d *display) step(act *activity, s deploy.Step) {
	d.mu.Lock()
	defer d.mu.Unlock()
	act.now = world.ShortType(s.Type) + " " + s.Name
	if s.Done {
		act.steps++
	}
}

func (d *display) finish(act *activity, finished string) {
	d.mu.Lock()
	d.active = slices.DeleteFunc(d.active, func(other *activity) bool { return other == act })
	d.mu.Unlock()
	if d.live {
		d.draw(finished)
	} else {
		_, _ = io.WriteString(d.out.stderr, finished)
	}
}

// draw puts a line that stays above those that change, which it draws anew.
func (d *display) draw(stays string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var b strings.Builder
	if d.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\x1b[J", d.drawn)
	}
	b.WriteString(stays)
	for _, act := range d.active {
		line := fmt.Sprintf("%s: %s, %s, %d done  %s", act.stack, act.doing, time.Since(act.started).Round(time.Second), act.steps, act.now)
		b.WriteString(text.Trim(line, widthOf(d.out.stderr)-1) + "\n")
	}
	d.drawn = len(d.active)
	_, _ = io.WriteString(d.out.stderr, b.String())
}
