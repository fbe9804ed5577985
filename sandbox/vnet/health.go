package vnet

import (
	"context"
	"time"
)

// defaultInterval is AWS's own between two health checks.
const defaultInterval = 30 * time.Second

// checked is what a health check is for: a target of a target group.
type checked struct{ task, group string }

// healthCheck is a target's health check as its target group wants it.
type healthCheck struct {
	of       checked
	question question
	interval time.Duration
}

// same says whether two health checks ask the same. Their Host differs with the
// listener that the connection came to.
func (c healthCheck) same(d healthCheck) bool {
	c.question.host, d.question.host = "", ""
	return c == d
}

// verdict is the last answer to a health check.
type verdict struct {
	check healthCheck
	why   string
}

// checker asks a target after its health by itself, at the health check's interval,
// as load balancers do: no connection waits for an answer but for the first.
type checker struct {
	check    healthCheck
	end      context.CancelFunc
	answered chan struct{} // closed with the first answer
	why      string        // the last answer; the network's mu guards it
}

// awaitHealth returns once the target has answered for the first time.
func (n *Network) awaitHealth(ctx context.Context, check healthCheck) {
	select {
	case <-n.checkerFor(check).answered:
	case <-ctx.Done():
	}
}

// checkerFor returns the checker of a target, and starts it where there is none or
// where it asks something else.
func (n *Network) checkerFor(check healthCheck) *checker {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.checkers[check.of]
	if c != nil && c.check.same(check) {
		return c
	}
	if c != nil {
		c.end()
	}
	ctx, end := context.WithCancel(n.lifetime)
	c = &checker{check: check, end: end, answered: make(chan struct{})}
	if n.closed {
		close(c.answered)
		return c
	}
	n.checkers[check.of] = c
	n.background.Go(func() { n.keepChecking(ctx, c) })
	return c
}

func (n *Network) keepChecking(ctx context.Context, c *checker) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for first := true; ; first = false {
		select {
		case <-wait.C:
		case <-ctx.Done():
		}
		why := n.ask(ctx, c.check.question)
		n.mu.Lock()
		c.why = why
		n.mu.Unlock()
		if first {
			close(c.answered)
		}
		if ctx.Err() != nil {
			return
		}
		wait.Reset(c.check.interval)
	}
}

// endCheckers ends the checkers of tasks that are gone. The caller holds mu.
func (n *Network) endCheckers() {
	for of, c := range n.checkers {
		if n.tasks[of.task] == nil {
			c.end()
			delete(n.checkers, of)
		}
	}
}
