package review

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// Severity is what a change does to those who are connected.
type Severity int

// The severities, from the least.
const (
	// Harmless: nobody who is connected notices.
	Harmless Severity = iota
	// Reconnect: connections are cut, and can be opened again at once.
	Reconnect
	// Outage: no connection can be opened for a while.
	Outage
	// CutOff: what clients use is gone until somebody does something about it.
	CutOff
	// Refused: AWS refuses it while it is in use.
	Refused
)

var severities = []string{"none", "reconnect", "outage", "cut off", "refused"}

// String is the severity in a word or two.
func (s Severity) String() string { return severities[s] }

// MarshalText writes the severity as String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Kind is what a Reason is about.
type Kind string

// The kinds of reasons.
const (
	// Fails: the deployment can't be finished.
	Fails Kind = "failure"
	// Exposes: somebody gets in who did not before.
	Exposes Kind = "exposure"
	// Disrupts: consumers are cut off, for a while or for good.
	Disrupts Kind = "outage"
	// Breaks: the contract or an output that others hold breaks, with what comes of
	// that. The only one that can be agreed on with consumers beforehand.
	Breaks Kind = "contract"
)

// Reason is why a change must not pass without a decision.
type Reason struct {
	Kind Kind   `json:"kind"`
	What string `json:"what"`
}

// kinds are in the order of what counts most, with the gate's exit codes.
var (
	kinds     = []Kind{Fails, Exposes, Disrupts, Breaks}
	exitCodes = map[Kind]int{Fails: 4, Exposes: 5, Disrupts: 5, Breaks: 3}
)

// ExitCode is what a gate ends with: 0 where there is no reason against the change, 3
// where nothing but the contract breaks, 4 where the deployment fails and 5 where
// consumers are cut off or somebody is let in.
func (r *Review) ExitCode() int {
	if reasons := r.Reasons(); len(reasons) > 0 {
		return exitCodes[reasons[0].Kind]
	}
	return 0
}

// Reasons are why the change must not pass without a decision, what counts most first.
// There are none where it may.
func (r *Review) Reasons() []Reason {
	var out []Reason
	add := func(kind Kind, format string, args ...any) {
		out = append(out, Reason{kind, fmt.Sprintf(format, args...)})
	}
	if r.Failure != nil {
		add(Fails, "%s", r.Failure)
	}
	for _, c := range r.Contracts {
		if c.Level == contract.Major {
			add(Breaks, "the contract of stack %s breaks", c.Stack)
		}
	}
	for _, o := range r.Outputs {
		if o.Level == contract.Major {
			add(Breaks, "the outputs of stack %s break", o.Stack)
		}
	}
	for kind, n := range r.closedPaths() {
		if n > 0 {
			add(kind, "%s%s closed", withIt[kind], plural(n, "path"))
		}
	}
	// What is refused makes the deployment fail.
	for _, severity := range []Severity{CutOff, Outage} {
		for _, kind := range []Kind{Disrupts, Breaks} {
			if names := r.ofSeverity(severity, kind); len(names) > 0 {
				add(kind, "%s%s (%s)", withIt[kind], disruptions[severity], some(names))
			}
		}
	}
	for _, what := range r.Exposed() {
		add(Exposes, "%s", what)
	}
	slices.SortStableFunc(out, func(a, b Reason) int {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	})
	return out
}

var disruptions = map[Severity]string{
	Outage: "clients can't connect for a while",
	CutOff: "clients are cut off",
}

// withIt begins what comes of a contract that breaks.
var withIt = map[Kind]string{Breaks: "with it "}

// some lists the first few names.
func some(names []string) string {
	const few = 3
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}

// closedPaths counts the paths of clients that a configuration names, by whether the
// contract says that they go.
func (r *Review) closedPaths() map[Kind]int {
	out := map[Kind]int{}
	for _, p := range wanted(r.Closed) {
		if p.gone != "" && r.broken(p.gone) {
			out[Breaks]++
		} else {
			out[Disrupts]++
		}
	}
	return out
}

// ofSeverity are the resources whose change is of a severity, and of a kind.
func (r *Review) ofSeverity(severity Severity, kind Kind) []string {
	var names []string
	for _, c := range r.Changes {
		if c.Severity == severity && (kind == Breaks) == r.ofContract(c) {
			label := world.ShortType(c.Type)
			names = append(names, fmt.Sprintf("%s %s of stack %s", label[strings.LastIndex(label, ":")+1:], c.Name, c.Stack))
		}
	}
	return names
}

// brokenBy are the consequences that a breaking change of the contract has by itself,
// with the key of the contract that says so: who agrees to the one agrees to the other.
var brokenBy = []struct {
	typ      string
	op       Op
	property string
	key      string
}{
	{listener, Delete, "", "ports"},
	{listener, Update, "port", "ports"},
	{listener, Update, "protocol", "ports"},
	{endpoints, Delete, "", "serviceName"},
	{endpoints, Replace, "", "serviceName"},
	{accepter, Delete, "", "serviceName"},
	{accepter, Replace, "vpcEndpointServiceId", "serviceName"},
	{endpoint, Replace, "serviceName", "serviceName"},
	{endpoint, Replace, "serviceRegion", "region"},
	{privateDNS, Delete, "", "privateDnsName"},
}

func (r *Review) ofContract(c Change) bool {
	for _, row := range brokenBy {
		if row.typ != c.Type || row.op != c.Op || !r.broken(row.key) {
			continue
		}
		if _, changed := c.changed(row.property); changed || row.property == "" {
			return true
		}
	}
	return false
}

// broken says whether a contract's key has a breaking change.
func (r *Review) broken(key string) bool {
	for _, c := range r.Contracts {
		for _, change := range c.Changes {
			if change.Key == key && change.Level == contract.Major {
				return true
			}
		}
	}
	return false
}

// Exposed says what the change opens to those whom no configuration names.
func (r *Review) Exposed() []string {
	var out []string
	for _, p := range r.Opened {
		if !p.Wanted {
			out = append(out, p.From+" to "+p.To)
		}
	}
	for _, principal := range r.Allowed {
		if strings.Contains(principal, "*") {
			out = append(out, "every AWS account that the principal "+principal+" stands for may make endpoints")
		}
	}
	for _, c := range r.Changes {
		if p, changed := c.changed("acceptanceRequired"); changed && c.Type == endpoints && c.Op == Update && p.After == "false" && r.everybody {
			out = append(out, "every AWS account connects without being accepted")
		}
	}
	return out
}
