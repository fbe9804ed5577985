package world

import (
	"fmt"
	"maps"
	"slices"
	"sort"
)

// Namer makes a physical name of at most max characters out of a resource's
// logical one, or says why it can't.
type Namer func(max int) (string, error)

// Check validates and completes a resource's inputs: it fills in the provider's
// defaults and the automatic name, and returns every problem that shows before
// anything is made.
func (s *Session) Check(token string, old, inputs Props, name Namer) (Props, []error) {
	t := types[token]
	if t == nil {
		return nil, []error{fmt.Errorf("the sandbox does not model %s", token)}
	}
	out := inputs.Clone()
	if out == nil {
		out = Props{}
	}
	named, problems := autoName(t, old, out, name)
	problems = append(problems, complete(token, t.Inputs, out, named)...)
	err := s.World.View(func(tx *Tx) error {
		c := &Call{Tx: tx, Type: t, Caller: s.Caller, Phase: PhaseCheck, Old: old, New: out}
		for _, r := range enforce(c) {
			problems = append(problems, r)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, err)
	}
	return out, problems
}

// autoName fills in the physical name where the user gave none, and returns
// the names of the properties that it filled in.
func autoName(t *Type, old, inputs Props, name Namer) (filled []string, problems []error) {
	a := t.AutoName
	if a == nil || inputs.Has(a.Property) || inputs.Has(a.Property+"Prefix") {
		return nil, nil
	}
	kept := old.Str(a.Property)
	if kept == "" || !wasDefaulted(old, a.Property) {
		n, err := name(a.Max)
		if err != nil {
			problems = append(problems, err)
		}
		if a.Form != nil {
			n = a.Form(n)
		}
		kept = n
	}
	inputs[a.Property] = kept
	return []string{a.Property}, problems
}

// complete fills in the defaults of an object's properties, notes which it
// filled in, and says which required ones are missing. Absent objects stay
// absent: their defaults hold only where the block is written.
func complete(path string, properties []Property, object Props, filled []string) (problems []error) {
	for _, p := range properties {
		v, ok := object[p.Name]
		switch {
		case ok && v != nil:
			if p.JSON {
				object[p.Name] = asDocument(v)
			}
			problems = append(problems, completeValue(path+"."+p.Name, p.Elem, v)...)
			continue
		case p.Default != nil:
			object[p.Name] = cloneValue(p.Default)
			filled = append(filled, p.Name)
		case p.Required:
			problems = append(problems, fmt.Errorf("%s: missing required property %q", path, p.Name))
		default:
			delete(object, p.Name)
		}
	}
	sort.Strings(filled)
	object[defaultsKey] = anys(filled)
	return problems
}

// asDocument is a JSON document as text: a program may write it as an object.
func asDocument(v any) any {
	m, object := v.(map[string]any)
	switch {
	case !object:
		return v
	case !known(m):
		return Unknown{}
	}
	return jsonText(m)
}

func completeValue(path string, properties []Property, v any) (problems []error) {
	if properties == nil {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		return complete(path, properties, v, nil)
	case []any:
		for i, e := range v {
			problems = append(problems, completeValue(fmt.Sprintf("%s[%d]", path, i), properties, e)...)
		}
	}
	return problems
}

func wasDefaulted(inputs Props, name string) bool {
	return slices.Contains(inputs.Strs(defaultsKey), name)
}

// Diff says what differs between two sets of checked inputs, and what of it
// makes a new resource. DeleteBeforeReplace is set where the physical name was
// written by the user, since two resources can't have it at once.
func (s *Session) Diff(token, id string, old, state, inputs Props) (changes []Change, deleteBeforeReplace bool, err error) {
	t := types[token]
	if t == nil {
		return nil, false, fmt.Errorf("the sandbox does not model %s", token)
	}
	err = s.World.View(func(tx *Tx) error {
		changes = diff(&Call{Tx: tx, Type: t, Caller: s.Caller, ID: id, Old: old, New: inputs, State: state})
		return nil
	})
	if a := t.AutoName; a != nil && inputs.Has(a.Property) && !wasDefaulted(inputs, a.Property) {
		deleteBeforeReplace = true
	}
	return changes, deleteBeforeReplace, err
}

// before is what an input is compared with: what the program said before, or what the
// provider read where it goes by that. AWS's default is as nothing.
func (p *Property) before(c *Call) any {
	was, read := c.Old[p.Name], c.State[p.Name]
	goesByRead := (p.ReadBack || p.LeftOut) && read != nil && read != ""
	if !goesByRead || was == nil && p.equal(read, c.Type.Outputs[p.Name]) {
		return was
	}
	return read
}

// diff compares inputs. One that AWS chose so far is compared with what it chose, as the
// provider's state has it.
func diff(c *Call) []Change {
	names := map[string]any{}
	maps.Copy(names, c.Old)
	maps.Copy(names, c.New)
	delete(names, defaultsKey)
	for _, p := range c.Type.Inputs {
		if p.LeftOut && p.before(c) != nil {
			names[p.Name] = true
		}
	}
	var changes []Change
	for _, n := range sortedKeys(names) {
		p := c.Type.property(n)
		if p == nil {
			p = &Property{Name: n}
		}
		was, is := p.before(c), c.New[n]
		if p.equal(was, is) || p.Computed && (is == nil || was == nil && p.equal(c.State[n], is)) {
			continue
		}
		ch := Change{Property: n, Kind: Changed, Replace: p.replaces(was, is)}
		if was == nil {
			ch.Kind = Added
		} else if is == nil {
			ch.Kind = Deleted
		}
		changes = append(changes, ch)
	}
	if c.Type.Diff != nil {
		changes = c.Type.Diff(c, changes)
	}
	if defaultTagsChanged(c) {
		changes = append(changes, Change{Property: "tagsAll", Kind: Changed})
	}
	return changes
}

// defaultTagsChanged says whether the provider's default tags are not those
// that the resource was made with.
func defaultTagsChanged(c *Call) bool {
	if !c.Type.Models("tags") || !c.State.Has("tagsAll") || !c.New.Known("tags") {
		return false
	}
	tags := &Property{Name: "tags"}
	if !tags.equal(c.Old["tags"], c.New["tags"]) {
		return false // shows as a change of the tags
	}
	return !tags.equal(allTags(c), c.State["tagsAll"])
}
