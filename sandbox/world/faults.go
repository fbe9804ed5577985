package world

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is one thing that goes wrong although no rule is broken.
type Fault struct {
	// Kind is one of FaultKinds.
	Kind FaultName
	// Count is the kind's number, from 1.
	Count int
	// ZoneID is the Availability Zone of FaultNoFargate, "use1-az3".
	ZoneID string
	// Only picks the operations that the fault can hit; nil: every one. FaultFail
	// and FaultLostAnswer count those only. It must not call the world.
	Only func(Operation) bool
}

// ParseFault reads a fault written as its kind's name, or as the name, a colon
// and the argument: "throttle", "throttle:30", "no-fargate:use1-az3".
func ParseFault(text string) (Fault, error) {
	name, argument, given := strings.Cut(text, ":")
	for _, k := range faultKinds {
		if string(k.Name) != name {
			continue
		}
		f := Fault{Kind: k.Name, Count: k.Count}
		switch {
		case k.Argument == argumentZone:
			f.ZoneID = argument
			if argument == "" {
				return Fault{}, fmt.Errorf("fault %q needs the ID of an Availability Zone: %s:use1-az3", text, name)
			}
			if !isZone(argument) {
				return Fault{}, fmt.Errorf("fault %q: %q must be the ID of an Availability Zone, such as use1-az3", text, argument)
			}
		case given:
			n, err := strconv.Atoi(argument)
			if err != nil || n < 1 {
				return Fault{}, fmt.Errorf("fault %q: %q must be a number from 1", text, argument)
			}
			f.Count = n
		}
		return f, nil
	}
	return Fault{}, fmt.Errorf("fault %q is unknown; the faults are %s", text, strings.Join(faultUsages(), ", "))
}

// isZone says whether a Region has a zone of that ID.
func isZone(id string) bool {
	return slices.ContainsFunc(regions, func(r Region) bool {
		return slices.ContainsFunc(Zones("", r.Name), func(z Zone) bool { return z.ID == id })
	})
}

func faultUsages() []string {
	var out []string
	for _, k := range faultKinds {
		out = append(out, k.Usage())
	}
	return out
}

// Usage is how the fault is written, "throttle[:N]".
func (k FaultKind) Usage() string {
	if k.Argument == argumentZone {
		return fmt.Sprintf("%s:%s", k.Name, k.Argument)
	}
	return fmt.Sprintf("%s[:%s]", k.Name, k.Argument)
}

// Operation is one create, update or delete that a client of the world asks for.
type Operation struct {
	Phase Phase
	// Resource is what the client calls the resource: Session.Resource.
	Resource string
	Token    string
	Account  string
	// toEndpointService: an endpoint is made to an endpoint service.
	toEndpointService bool
}

func (o Operation) String() string {
	name := o.Resource
	if name == "" {
		name = o.Token
	}
	return string(o.Phase) + " " + name
}

// service is the AWS service that the operation calls.
func (o Operation) service() service {
	module, _, _ := strings.Cut(strings.TrimPrefix(o.Token, "aws:"), "/")
	return services[module]
}

// Incident is a fault that has struck.
type Incident struct {
	Fault FaultName `json:"fault"`
	// Operation is what it struck; Resource is that operation's.
	Operation string `json:"operation,omitempty"`
	Resource  string `json:"resource,omitempty"`
	// Says is what came of it.
	Says string `json:"says"`
	// Waited is how long the provider waited for AWS, on the world's clock.
	Waited time.Duration `json:"waited"`
}

// faults are those of an open world. They are not part of what is stored: a
// world that is opened again has none.
type faults struct {
	mu         sync.Mutex
	armed      []*armedFault
	operations []Operation
	incidents  []Incident
}

// armedFault is a fault and how many operations it has counted.
type armedFault struct {
	Fault
	seen int
}

// hits says whether the fault can hit the operation.
func (f *armedFault) hits(op Operation) bool { return f.Only == nil || f.Only(op) }

// Inject adds faults to the world for as long as it is open.
func (w *World) Inject(fs ...Fault) {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	for _, f := range fs {
		w.faults.armed = append(w.faults.armed, &armedFault{Fault: f})
	}
}

// Incidents returns the faults that have struck since the world was opened.
func (w *World) Incidents() []Incident {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	return append([]Incident(nil), w.faults.incidents...)
}

// Operations returns the operations that the world's clients have asked for
// since it was opened, in that order, with those that failed.
func (w *World) Operations() []Operation {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	return append([]Operation(nil), w.faults.operations...)
}

// find returns the first fault of a kind that the operation counts for and that
// accept takes, given how many operations the fault has counted with this one.
func (f *faults) find(kind FaultName, op Operation, accept func(*armedFault) bool) *armedFault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found *armedFault
	for _, a := range f.armed {
		if a.Kind != kind || !a.hits(op) {
			continue
		}
		a.seen++
		if found == nil && accept(a) {
			found = a
		}
	}
	return found
}

// always accepts a fault that strikes each time, nth one that strikes once, and
// first one that strikes as often as its number says.
func always(*armedFault) bool  { return true }
func nth(a *armedFault) bool   { return a.seen == a.Count }
func first(a *armedFault) bool { return a.seen <= a.Count }

// strike notes what a fault did, and lets the time pass that it took.
func (w *World) strike(kind FaultName, op Operation, waited time.Duration, format string, args ...any) {
	w.faults.note(Incident{
		Fault: kind, Operation: op.String(), Resource: op.Resource, Says: fmt.Sprintf(format, args...), Waited: waited,
	})
	w.pass(waited)
}

// note keeps an incident, once: ECS asks for the same task again and again.
func (f *faults) note(i Incident) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.incidents, i) {
		f.incidents = append(f.incidents, i)
	}
}

// pass moves the world's clock on. What AWS does by itself in the meantime,
// such as starting tasks that could not start before, is done.
func (w *World) pass(d time.Duration) {
	if d == 0 {
		return
	}
	_ = w.Update(func(tx *Tx) error {
		tx.memory.Passed += d
		return nil
	})
}

// begin is the sending of an operation's request. Its error is what the client
// gets when no request comes through.
func (w *World) begin(op Operation) error {
	w.faults.mu.Lock()
	w.faults.operations = append(w.faults.operations, op)
	w.faults.mu.Unlock()
	if w.faults.find(FaultFail, op, nth) != nil {
		w.strike(FaultFail, op, 0, "AWS answered with an internal error")
		return &FaultError{FaultFail, "InternalError: An internal error has occurred"}
	}
	if err := w.turnAway(FaultThrottle, op, op.service().throttled); err != nil {
		return err
	}
	if op.toEndpointService {
		return w.turnAway(FaultUnavailable, op, "Unavailable: The service is unavailable")
	}
	return nil
}

// turnAway answers an operation's first requests with an error that the SDK repeats a
// request after, where a fault says so.
func (w *World) turnAway(kind FaultName, op Operation, answer string) error {
	f := w.faults.find(kind, op, always)
	if f == nil {
		return nil
	}
	waited, retries := backoff(f.Count)
	if f.Count >= maxAttempts {
		w.strike(kind, op, waited, "the provider gave up after %d requests", maxAttempts)
		return &FaultError{kind, fmt.Sprintf("exceeded maximum number of attempts, %d, api error %s", maxAttempts, answer)}
	}
	w.strike(kind, op, waited, "%s, %d times", answer, retries)
	return nil
}

// backoff returns the delays before the retries of a request that is throttled
// so often, and how many those are: one second, then twice as long each time, up
// to 20 seconds. The SDK takes a random part of each; this is all of it.
func backoff(throttled int) (waited time.Duration, retries int) {
	delay := time.Second
	for retries < throttled && retries < maxAttempts-1 {
		waited += delay
		retries++
		delay = min(2*delay, maxBackoff)
	}
	return waited, retries
}

// answerLost says whether the answer to a create gets lost.
func (w *World) answerLost(op Operation) bool {
	return w.faults.find(FaultLostAnswer, op, nth) != nil
}

// readBack is the provider's first read of a resource that it has made.
// Its error is that of a read that found nothing for too long.
func (w *World) readBack(op Operation, id string) error {
	f := w.faults.find(FaultEventual, op, always)
	if f == nil {
		return nil
	}
	service := op.service()
	var waited time.Duration
	delay := time.Second
	for range f.Count {
		if waited+delay > service.propagation {
			w.strike(FaultEventual, op, service.propagation, "not found by any read in %s", service.propagation)
			return &NotSteadyError{ID: id, Reason: fmt.Sprintf("reading %s resource (%s): couldn't find resource [sandbox fault %s]",
				service.name, id, FaultEventual)}
		}
		waited += delay
		delay = min(2*delay, maxReadDelay)
	}
	w.strike(FaultEventual, op, waited, "not found by the first %d reads", f.Count)
	return nil
}

// unplaceable says why Fargate takes no task in a zone now: AWS's reason, and in
// a sentence what it comes from. Both are empty where it does.
func (f *faults) unplaceable(zoneID string) (reason, detail string) {
	op := Operation{Resource: "a task in " + zoneID}
	inZone := func(a *armedFault) bool { return a.ZoneID == zoneID }
	switch {
	case f.find(FaultNoFargate, op, inZone) != nil:
		reason = "Fargate is not supported in the requested availability zone: " + zoneID
		detail = "the sandbox's fault " + string(FaultNoFargate)
		f.note(Incident{Fault: FaultNoFargate, Operation: op.Resource, Says: reason})
	case f.find(FaultCapacity, op, first) != nil:
		reason = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
		detail = "the sandbox's fault " + string(FaultCapacity)
		f.note(Incident{Fault: FaultCapacity, Operation: op.Resource, Says: reason})
	}
	return reason, detail
}

// scarce says whether Fargate's capacity is short, or was.
func (f *faults) scarce() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.armed, func(a *armedFault) bool { return a.Kind == FaultCapacity })
}

// FaultError is the error of an operation that a fault made fail. Nothing was
// changed.
type FaultError struct {
	Fault   FaultName
	Message string
}

func (e *FaultError) Error() string { return fmt.Sprintf("%s [sandbox fault %s]", e.Message, e.Fault) }
