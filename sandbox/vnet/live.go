package vnet

import (
	"net/netip"
	"time"
)

// The kinds of question, by the health check protocols' names.
const (
	byTCP   = "TCP"
	byHTTP  = "HTTP"
	byHTTPS = "HTTPS"
)

// askTimeout is how long a task may take to answer.
const askTimeout = 10 * time.Second

// question is one to a running task: whether a port takes connections, or
// what it answers to a health check.
type question struct {
	task    string // ARN
	from    netip.Addr
	port    int
	kind    string // byTCP, byHTTP or byHTTPS
	header  bool   // a Proxy Protocol header comes first
	path    string
	matcher string
	host    string
	timeout time.Duration
}

// live is what is known of the running tasks while a flow is followed, and what
// would have to be found out: then the flow is followed again.
type live struct {
	answers   map[question]string // "" where all is well
	verdicts  map[checked]verdict
	stops     map[string]string
	missing   []question
	unchecked []healthCheck
}

// complete says whether nothing had to be found out.
func (l *live) complete() bool { return len(l.missing)+len(l.unchecked) == 0 }

// answer returns what is wrong, or "" where nothing is, or where it is not known yet.
func (l *live) answer(q question) string {
	why, known := l.answers[q]
	if !known {
		l.missing = append(l.missing, q)
	}
	return why
}

// health is answer for a health check, whose last verdict counts however old it is.
func (l *live) health(c healthCheck) string {
	v, known := l.verdicts[c.of]
	if !known || !v.check.same(c) {
		l.unchecked = append(l.unchecked, c)
		return ""
	}
	return v.why
}

// stopped says why a task has stopped, or "" while it runs.
func (l *live) stopped(taskARN string) string { return l.stops[taskARN] }
