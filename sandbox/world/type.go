package world

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Type is one kind of resource: what the AWS provider's schema says of its
// inputs, and what AWS does when it is made, changed and deleted. What AWS
// refuses is not here but in the rule book.
type Type struct {
	// Token is the Pulumi type token, "aws:ec2/vpc:Vpc".
	Token string
	// Global types exist once in an account, in no region: IAM's.
	Global bool
	// Inputs are the properties that the world models. One that the SDK has and
	// this list lacks is accepted, kept, and reported as not modelled.
	Inputs []Property
	// AutoName names a physical name after the logical one where none is given.
	AutoName *AutoName
	// Latency is what AWS takes.
	Latency Latency
	// Outputs are the output properties with the values that the provider shows
	// until something else is known; inputs and what Create returns overlay them.
	Outputs Props
	// Diff adds to the changes what no property says alone; nil for most types.
	Diff func(c *Call, changes []Change) []Change
	// Create makes the resource and returns its id and its computed outputs.
	Create func(c *Call) (id string, computed Props, err error)
	// Update changes it in place and returns its computed outputs. Nil: as on
	// the last read, with the new inputs.
	Update func(c *Call) (computed Props, err error)
	// Read refreshes the computed outputs that change by themselves. Nil: none do.
	Read func(c *Call) Props
	// Gone says that AWS no longer has what the record stands for, as another call took
	// it away. Nil: it has it as long as there is the record.
	Gone func(c *Call) bool
	// Wait is what the provider waits for after a create or update. Its error is
	// the call's, yet the resource exists. Nil: AWS's answer is enough.
	Wait func(c *Call) error
	// Delete removes what Create made beside the record itself. Nil: nothing.
	Delete func(c *Call) error
	// ID is the id that the provider shows where it is not the record's own.
	ID func(r *Record) string
	// Find picks, of the records that ID shows under one id, the one that a call
	// of the phase means. Needed where ID is set.
	Find func(candidates []*Record, phase Phase) *Record
}

// Property is one input of a type.
type Property struct {
	Name string
	// Required inputs must be given.
	Required bool
	// Replace: a change makes a new resource (Terraform's ForceNew).
	Replace bool
	// Computed: AWS chooses a value where none is given, so removing the input
	// from the program changes nothing (Terraform's Optional+Computed).
	Computed bool
	// LeftOut: the provider sends nothing where the input is taken back, so that AWS keeps
	// what it has, and each preview shows the difference again.
	LeftOut bool
	// Carried: the provider sends what AWS has with every update where the program gives
	// nothing, also to a resource that can't have it any more. Of Computed inputs only.
	Carried bool
	// ReadBack: the provider compares the program with what it last read, and not with
	// what the program said before, so that what AWS made of it shows as a difference.
	ReadBack bool
	// Set: the order of the list carries no meaning.
	Set bool
	// JSON: the value is a JSON document, compared by what it says and not by
	// its spelling.
	JSON bool
	// Default is what the provider, not AWS, fills in.
	Default any
	// Elem are the properties of an object, or of the objects in a list.
	Elem []Property
}

// AutoName says which property is named after the resource and how long it may be.
type AutoName struct {
	Property string
	Max      int
	// Form is what the provider makes of the name, such as its lower case; nil:
	// nothing.
	Form func(name string) string
}

// Latency is how long AWS takes, and where that is known from.
type Latency struct {
	Create, Update, Delete time.Duration
	Source                 string
	// Cases are inputs with which it takes another time.
	Cases []LatencyCase
	// Depends is what it takes where that follows from other resources; what it
	// says nothing of takes what the rest says. Nil: nothing.
	Depends func(phase Phase, inputs Props, other Others) time.Duration
}

// Others returns the outputs of a resource by its ARN, or nil where it is not known.
type Others func(arn string) Props

// LatencyCase is how long AWS takes where an input has a value. What is zero is
// as without.
type LatencyCase struct {
	Input                  string
	Is                     any
	Create, Update, Delete time.Duration
}

// Takes returns how long AWS takes for an operation on a resource of a type with
// such inputs, among such others; nothing for a type that the world does not have.
func Takes(token string, phase Phase, inputs Props, other Others) time.Duration {
	t := types[token]
	if t == nil {
		return 0
	}
	takes := t.Latency.of(phase)
	for _, c := range t.Latency.Cases {
		other := Latency{Create: c.Create, Update: c.Update, Delete: c.Delete}
		if d := other.of(phase); inputs[c.Input] == c.Is && d > 0 {
			takes = d
		}
	}
	if t.Latency.Depends == nil {
		return takes
	}
	return cmp.Or(t.Latency.Depends(phase, inputs, other), takes)
}

// Assumed says whether how long AWS takes for an operation on a resource of a type is
// an assumption, by what the source says of the operation.
func Assumed(token string, phase Phase) bool {
	t := types[token]
	if t == nil {
		return false
	}
	if !strings.Contains(t.Latency.Source, string(PhaseCreate)+": ") {
		return strings.Contains(t.Latency.Source, "assum")
	}
	for clause := range strings.SplitSeq(t.Latency.Source, "; ") {
		what, says, told := strings.Cut(clause, ": ")
		if told && strings.Contains(what, string(phase)) {
			return strings.Contains(says, "assum")
		}
	}
	return true
}

func (l Latency) of(phase Phase) time.Duration {
	switch phase {
	case PhaseCreate:
		return l.Create
	case PhaseUpdate:
		return l.Update
	case PhaseDelete:
		return l.Delete
	}
	return 0
}

// Change is one difference between what was deployed and what is wanted.
type Change struct {
	Property string
	Kind     ChangeKind
	Replace  bool
}

// ChangeKind says how a property changed.
type ChangeKind int

// The kinds of change of a property.
const (
	Added ChangeKind = iota
	Deleted
	Changed
)

// Call is one request on one resource, as rules and types see it.
type Call struct {
	*Tx
	Type   *Type
	Caller Caller
	Phase  Phase
	ID     string // the record's id; empty on create
	Old    Props  // inputs before; nil on create
	New    Props  // inputs wanted; nil on delete
	State  Props  // outputs before; nil on create
	// Record is what is stored of the resource. On create it is new and has no
	// id yet; what Create and Update put into its Hidden is kept.
	Record  *Record
	Changes []Change // on update: what differs
}

// Caller is the account and region that a request is made in.
type Caller struct {
	Account, Region string
	// DefaultTags are the provider's default tags.
	DefaultTags map[string]string
}

// Changed says whether an update touches one of the properties.
func (c *Call) Changed(names ...string) bool {
	for _, ch := range c.Changes {
		for _, n := range names {
			if ch.Property == n {
				return true
			}
		}
	}
	return false
}

// Own returns the caller's own record of a kind with that id, or nil: another
// account's or region's is as if it did not exist. It is to be read only.
func (c *Call) Own(kind, id string) *Record {
	return c.first(kind, func(r *Record) bool {
		return r.ID == id && r.Account == c.Caller.Account && (r.Region == c.Caller.Region || r.Region == "")
	})
}

// ARN forms an ARN in the caller's account and region.
func (c *Call) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", Partition(c.Caller.Region), service, c.Caller.Region, c.Caller.Account, resource)
}

// GlobalARN forms an ARN in the caller's account and in no region.
func (c *Call) GlobalARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", Partition(c.Caller.Region), service, c.Caller.Account, resource)
}

// removeParts removes the records of a kind that belong to the resource that is
// being deleted, as AWS does with what cannot be without it.
func (c *Call) removeParts(kind, property string) {
	for _, r := range c.All(kind) {
		if r.Outputs.Str(property) == c.ID {
			c.Tx.Delete(r)
		}
	}
}

// types are the type table, by token; see catalogue.go.
var types map[string]*Type

// Types returns the type table, sorted by token.
func Types() []*Type {
	out := make([]*Type, 0, len(types))
	for _, k := range sortedKeys(types) {
		out = append(out, types[k])
	}
	return out
}

func (t *Type) property(name string) *Property {
	i := slices.IndexFunc(t.Inputs, func(p Property) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &t.Inputs[i]
}

// region is where the type's records are kept.
func (t *Type) region(caller Caller) string {
	if t.Global {
		return ""
	}
	return caller.Region
}

// shownID is the id under which the provider shows a record.
func (t *Type) shownID(r *Record) string {
	if r.Restored != nil {
		return r.Restored.ID
	}
	if t.ID == nil {
		return r.ID
	}
	return t.ID(r)
}

// Models says whether the world knows what the input does.
func (t *Type) Models(input string) bool { return t.property(input) != nil }
