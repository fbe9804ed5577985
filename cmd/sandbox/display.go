package main

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/progress"

	"fargate-privatelink/sandbox/deploy"
)

// display shows operations as they go, several at once where they are: on a terminal a
// moving line for each, elsewhere a line at its start and one at its end.
type display struct {
	out     *printer
	verbose bool
	writer  progress.Writer // nil where it is no terminal
	done    chan struct{}
}

// newDisplay starts a display. The caller ends it.
func (a *app) newDisplay() *display {
	d := &display{out: a.out, verbose: a.verbose}
	if a.verbose || !isTerminal(a.out.stderr) {
		return d
	}
	d.writer, d.done = progress.NewWriter(), make(chan struct{})
	d.writer.SetOutputWriter(a.out.stderr)
	d.writer.SetTrackerLength(20)
	d.writer.SetMessageLength(70)
	d.writer.SetStyle(progress.StyleBlocks)
	d.writer.Style().Visibility.Percentage = false
	d.writer.Style().Visibility.Value = true
	go func() { d.writer.Render(); close(d.done) }()
	return d
}

func (d *display) end() {
	if d.writer != nil {
		d.writer.Stop()
		<-d.done
	}
}

// operation is one that a display shows.
type operation struct {
	stack string
	// doing is what it is doing, such as updating, and done what it then has done, in the
	// words of summary.
	doing string
	done  words
	// quiet: its result is printed by whoever asked for it.
	quiet bool
	run   func(deploy.Watch, io.Writer) (*deploy.Result, error)
}

// show runs an operation.
func (d *display) show(o operation) (*deploy.Result, error) {
	if d.writer == nil {
		return d.plainly(o)
	}
	tracker := &progress.Tracker{Message: o.stack + " " + o.doing, RemoveOnCompletion: o.quiet}
	d.writer.AppendTracker(tracker)
	res, err := o.run(func(s deploy.Step) {
		if s.Done {
			tracker.Increment(1)
			return
		}
		tracker.UpdateMessage(fmt.Sprintf("%s %s %s %s", o.stack, o.doing, shortType(s.Type), s.Name))
	}, nil)
	if err != nil {
		tracker.UpdateMessage(o.stack + " " + o.doing + " failed")
		tracker.MarkAsErrored()
		return res, err
	}
	tracker.UpdateMessage(o.stack + ": " + o.done.summary(res))
	tracker.MarkAsDone()
	return res, nil
}

// plainly is show without a terminal.
func (d *display) plainly(o operation) (*deploy.Result, error) {
	d.out.warn("%s: %s ...", o.stack, o.doing)
	var engine io.Writer
	if d.verbose {
		engine = d.out.stderr
	}
	res, err := o.run(nil, engine)
	if err == nil && !o.quiet {
		d.out.warn("%s: %s", o.stack, o.done.summary(res))
	}
	return res, err
}
