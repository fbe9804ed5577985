// Package check is the one kit of checks of what users write: paths in the schema's
// names, faults that are data until they are printed, and the checks that a field's
// tags ask for.
package check

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Path is where a value stands, in the names of the schema: containers[0].image in a
// program, provider.service.image in a stack's file. The empty path is the root.
type Path string

// Key is the path of a member, in Pulumi's path syntax: parent.name, or parent["a.b"]
// for a name that is not a plain word.
func (p Path) Key(name string) Path {
	switch {
	case !plainName.MatchString(name):
		return Path(fmt.Sprintf("%s[%q]", p, name))
	case p == "":
		return Path(name)
	default:
		return p + "." + Path(name)
	}
}

// Index is the path of a list's element.
func (p Path) Index(i int) Path { return Path(fmt.Sprintf("%s[%d]", p, i)) }

var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Fault is one thing that is wrong: at Path, whose Value is not what is Allowed. Where
// that is no sentence, Says is one, without the path.
type Fault struct {
	Path    Path
	Value   any
	Allowed string
	Says    string
}

// Error is the fault as one sentence.
func (f *Fault) Error() string {
	if f.Says != "" && f.Path == "" {
		return f.Says
	}
	if f.Says != "" {
		return string(f.Path) + " " + f.Says
	}
	return fmt.Sprintf("%s is %s; it must be %s", f.Path, show(f.Value), f.Allowed)
}

// A value may be another company's, and as long as that likes. So there is a limit to how
// much of a text a fault shows, in characters, and to how many faults an error says.
const (
	shown = 300
	most  = 40
)

// show quotes text, and prints all else as it is.
func show(value any) string {
	text, ok := value.(string)
	if !ok {
		return fmt.Sprint(value)
	}
	quoted := []rune(fmt.Sprintf("%.*q", shown, text))
	if n := utf8.RuneCountInString(text); n > shown || len(quoted) > shown+2 {
		return fmt.Sprintf("%s\"... (%d characters)", string(quoted[:min(len(quoted)-1, shown+1)]), n)
	}
	return string(quoted)
}

// Faults collects what is wrong, in the order of the checks.
type Faults []error

// Must says that the value at path is not what is allowed.
func (f *Faults) Must(path Path, value any, allowed string) {
	*f = append(*f, &Fault{Path: path, Value: value, Allowed: allowed})
}

// Say says what is wrong at path, in a sentence that begins with it.
func (f *Faults) Say(path Path, format string, values ...any) {
	*f = append(*f, &Fault{Path: path, Says: fmt.Sprintf(format, values...)})
}

// Add keeps err if it is one; of joined errors, each.
func (f *Faults) Add(err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		*f = append(*f, joined.Unwrap()...)
		return
	}
	*f = append(*f, err)
}

// AddBeside is like Add, but leaves out what is at, above or below a path that has a fault
// already: where a value can't be read, what its checks say of it means nothing.
func (f *Faults) AddBeside(err error) {
	var more, beside Faults
	more.Add(err)
	for _, fault := range more {
		if !f.near(fault) {
			beside = append(beside, fault)
		}
	}
	*f = append(*f, beside...)
}

func (f *Faults) near(fault error) bool {
	at, ok := fault.(*Fault)
	return ok && slices.ContainsFunc(*f, func(other error) bool {
		known, ok := other.(*Fault)
		return ok && (at.Path.within(known.Path) || known.Path.within(at.Path))
	})
}

// within says whether a path is another one or below it.
func (p Path) within(other Path) bool {
	rest, below := strings.CutPrefix(string(p), string(other))
	return below && (rest == "" || other == "" || rest[0] == '.' || rest[0] == '[')
}

// Err joins the faults, a line each. It is nil without any.
func (f Faults) Err() error {
	if len(f) > most {
		f = append(slices.Clone(f[:most]), fmt.Errorf("and %d more faults", len(f)-most))
	}
	return errors.Join(f...)
}

// Range checks that a number is low to high.
func (f *Faults) Range(path Path, value, low, high int) {
	if value < low || value > high {
		f.Must(path, value, fmt.Sprintf("%d to %d", low, high))
	}
}

// OneOf checks that a text is one of those allowed.
func (f *Faults) OneOf(path Path, value string, allowed ...string) {
	for _, one := range allowed {
		if value == one {
			return
		}
	}
	f.Must(path, value, "one of "+strings.Join(allowed, ", "))
}

// Form checks that a text has a form.
func (f *Faults) Form(path Path, value string, form Form) {
	if says := form.fault(value); says != "" {
		f.Must(path, value, says)
	}
}

// Once checks that no value of a list is there twice, by what identity makes of it.
func (f *Faults) Once(path Path, values []string, identity func(string) string) {
	seen := map[string]bool{}
	for i, value := range values {
		if seen[identity(value)] {
			f.Say(path.Index(i), "is %q a second time; list it once", value)
		}
		seen[identity(value)] = true
	}
}

// Same is the identity of values that are the same only when they are written the same.
func Same(value string) string { return value }
