package world

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is one entry of the rule book: one thing that AWS or the AWS provider
// requires, with its source.
type Rule struct {
	// ID names the rule, "NLB-NAME-LENGTH".
	ID string
	// Token is the type of resource that it is about, Also are further ones.
	Token string
	Also  []string
	// Phase is when it is checked.
	Phase Phase
	// Says is the rule in one sentence.
	Says string
	// Source is where that is written.
	Source string
	// Confidence is how the rule itself is known.
	Confidence Confidence
	// Code is the error code that AWS answers with; empty for a rule that refuses
	// nothing.
	Code string
	// Answer is how the code and the message are known, where that is less well
	// than the rule; else empty.
	Answer Confidence
	// Check returns AWS's message where the call breaks the rule, else "". A
	// rule without Check describes behaviour that the model has elsewhere.
	Check func(c *Call) string
}

// Phase is when a rule is checked. Check is the provider's own, before anything
// is made and with values that may still be unknown; the others are AWS's.
type Phase string

// The phases of a resource's life.
const (
	PhaseCheck  Phase = "check"
	PhaseCreate Phase = "create"
	PhaseUpdate Phase = "update"
	PhaseDelete Phase = "delete"
	// PhaseWrite is both create and update.
	PhaseWrite Phase = "create, update"
	// PhaseBehaviour marks a rule without Check.
	PhaseBehaviour Phase = "behaviour"
)

func (p Phase) includes(q Phase) bool {
	return p == q || p == PhaseWrite && (q == PhaseCreate || q == PhaseUpdate)
}

// Confidence is how well a rule is known.
type Confidence string

// The grades of confidence.
const (
	// Verified was read in the source named.
	Verified Confidence = "verified"
	// SecondHand was read in somebody's report of real behaviour.
	SecondHand Confidence = "second-hand"
	// Unverified is inference; such a rule refuses nothing by itself.
	Unverified Confidence = "unverified"
)

// AnswerKnown is how the code and the message of the rule's refusals are known.
func (r *Rule) AnswerKnown() Confidence {
	if r.Answer != "" {
		return r.Answer
	}
	return r.Confidence
}

// Known says in a word or two how the rule is known, and its answer if less well.
func (r *Rule) Known() string {
	if r.Answer == "" {
		return string(r.Confidence)
	}
	return string(r.Confidence) + ", its answer " + string(r.Answer)
}

// Refusal is the error of a call that breaks a rule.
type Refusal struct {
	Rule    *Rule
	Code    string
	Message string
}

// refuse is the refusal of a rule that can only be checked while the call is
// being carried out.
func (r *Rule) refuse(format string, args ...any) *Refusal {
	if r.Code == "" || r.Confidence == Unverified {
		panic("rule " + r.ID + " only describes, and refuses nothing")
	}
	return &Refusal{Rule: r, Code: r.Code, Message: fmt.Sprintf(format, args...)}
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: %s [sandbox rule %s]", r.Code, r.Message, r.Rule.ID)
}

func (r *Rule) concerns(token string) bool {
	return r.Token == token || slices.Contains(r.Also, token)
}

// rules are the rule book; see catalogue.go.
var rules []*Rule

// Rules returns the rule book, sorted by id.
func Rules() []*Rule {
	out := slices.Clone(rules)
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// enforce returns the refusals of every rule that the call breaks.
func enforce(c *Call) []*Refusal {
	var out []*Refusal
	for _, r := range rules {
		if r.Check == nil || !r.concerns(c.Type.Token) || !r.Phase.includes(c.Phase) {
			continue
		}
		if msg := r.Check(c); msg != "" {
			out = append(out, &Refusal{Rule: r, Code: r.Code, Message: msg})
		}
	}
	return out
}
