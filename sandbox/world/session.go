package world

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Session is one account and region of the world, as a configured provider sees it.
type Session struct {
	World  *World
	Caller Caller
	// Resource is what the client calls the resource that it is about, for reports
	// of faults; it may be empty. See About.
	Resource string
	// Ignored are the inputs whose changes the client ignores: an update sends nothing of
	// them, so that what AWS has stays, whoever made it so.
	Ignored []string
}

// About returns the same session for calls on one resource of the client's.
func (s *Session) About(resource string) *Session {
	return &Session{World: s.World, Caller: s.Caller, Resource: resource, Ignored: s.Ignored}
}

func (s *Session) operation(phase Phase, token string) Operation {
	return Operation{Phase: phase, Resource: s.Resource, Token: token, Account: s.Caller.Account}
}

// ErrNotFound is returned for a resource that does not exist.
var ErrNotFound = errors.New("not found")

// NotSteadyError says that a resource exists but did not become what the
// provider waits for, as a service whose tasks don't start.
type NotSteadyError struct {
	// ID is the resource's id.
	ID string
	// Reason is what AWS gives as the reason.
	Reason string
}

func (e *NotSteadyError) Error() string { return e.Reason }

// Create makes a resource out of checked inputs. With a NotSteadyError the
// resource exists nevertheless, and its id and outputs are returned too.
func (s *Session) Create(token string, inputs Props) (id string, outputs Props, err error) {
	t := types[token]
	if t == nil {
		return "", nil, fmt.Errorf("the sandbox does not model %s", token)
	}
	op := s.operation(PhaseCreate, token)
	op.toEndpointService = strings.Contains(inputs.Str("serviceName"), ".vpce-svc-")
	if err := s.World.begin(op); err != nil {
		return "", nil, err
	}
	record, err := s.create(t, inputs)
	if err == nil && s.World.answerLost(op) {
		record, err = s.repeat(op, t, inputs, record)
	}
	if err != nil {
		return "", nil, err
	}
	id = t.shownID(record)
	if err := s.World.readBack(op, id); err != nil {
		return id, record.Outputs, err
	}
	outputs, err = s.finish(t, record.ID, id, PhaseCreate)
	return id, outputs, err
}

// create is AWS's part of a create.
func (s *Session) create(t *Type, inputs Props) (*Record, error) {
	record := &Record{Kind: t.Token, Account: s.Caller.Account, Region: t.region(s.Caller), Hidden: Props{}}
	err := s.World.Update(func(tx *Tx) error {
		c := &Call{Tx: tx, Type: t, Caller: s.Caller, Phase: PhaseCreate, New: inputs, Record: record}
		if err := refuse(c); err != nil {
			return err
		}
		id, computed, err := t.Create(c)
		if err != nil {
			return err
		}
		tx.memory.Made++
		record.Made = tx.memory.Made
		record.ID = id
		record.Inputs = inputs
		record.Outputs = merged(c, computed)
		record.Outputs["id"] = t.shownID(record)
		tx.Put(record)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return record, nil
}

// repeat sends a create once more, whose answer was lost. The first one's
// resource is there: AWS answers with it, or nobody will know of it.
func (s *Session) repeat(op Operation, t *Type, inputs Props, first *Record) (*Record, error) {
	again := repeats[t.Token]
	if again.Same {
		s.World.strike(FaultLostAnswer, op, 0, "AWS answered the repeated request with the same resource, %s", first.ID)
		return first, nil
	}
	if err := s.interrupt(first, again.Later); err != nil {
		return nil, err
	}
	second, err := s.create(t, inputs)
	if err != nil {
		s.World.strike(FaultLostAnswer, op, 0, "AWS made %s, and refused the repeated request: no stack knows of %[1]s", first.ID)
		return nil, err
	}
	s.World.strike(FaultLostAnswer, op, 0, "AWS made %s, and %s for the repeated request: no stack knows of %[1]s", first.ID, second.ID)
	return second, nil
}

// interrupt takes from a resource what the provider had not asked for yet when
// the answer was lost.
func (s *Session) interrupt(r *Record, later []string) error {
	if len(later) == 0 {
		return nil
	}
	unfinished := r.clone()
	for _, input := range later {
		delete(unfinished.Inputs, input)
		delete(unfinished.Outputs, input)
	}
	return s.World.Update(func(tx *Tx) error {
		tx.Put(unfinished)
		return nil
	})
}

const (
	// steadyInterval is how long ECS waits before it tries again to place a task
	// that Fargate had no capacity for: an assumption, the scheduler's own interval
	// is not documented.
	steadyInterval = time.Minute
	// steadyTimeout is the AWS provider's default timeout for an ECS service.
	steadyTimeout = 20 * time.Minute
)

// finish waits as the provider does after a write, and reads the result.
func (s *Session) finish(t *Type, recordID, id string, phase Phase) (outputs Props, err error) {
	outputs, err = s.look(t, recordID, id, phase)
	for waited := time.Duration(0); err != nil && s.World.faults.scarce() && waited < steadyTimeout; waited += steadyInterval {
		s.World.pass(steadyInterval)
		outputs, err = s.look(t, recordID, id, phase)
	}
	return outputs, err
}

// look reads the result of a write, and whether it is what the provider waits for.
func (s *Session) look(t *Type, recordID, id string, phase Phase) (outputs Props, err error) {
	err = s.World.View(func(tx *Tx) error {
		c := &Call{Tx: tx, Type: t, Caller: s.Caller, Phase: phase, ID: recordID}
		c.Record = c.Own(t.Token, recordID)
		c.New, c.State = c.Record.Inputs, c.Record.Outputs
		outputs = current(c)
		c.Record.spell(outputs)
		if t.Wait == nil {
			return nil
		}
		if err := t.Wait(c); err != nil {
			return &NotSteadyError{ID: id, Reason: err.Error()}
		}
		return nil
	})
	return outputs, err
}

// merged is what the provider shows: the type's outputs, the inputs, what the
// call computed, and the tags with the provider's default tags.
func merged(c *Call, computed Props) Props {
	out := c.Type.Outputs.Clone()
	if out == nil {
		out = Props{}
	}
	maps.Copy(out, withoutDefaultsNotes(map[string]any(c.New)).(map[string]any))
	maps.Copy(out, computed)
	if c.Type.Models("tags") {
		out["tagsAll"] = allTags(c)
	}
	return out
}

// allTags are the wanted tags over the provider's default tags.
func allTags(c *Call) map[string]any {
	all := map[string]any{}
	for k, v := range c.Caller.DefaultTags {
		all[k] = v
	}
	maps.Copy(all, c.New.Map("tags"))
	return all
}

func refuse(c *Call) error {
	refusals := enforce(c)
	if len(refusals) == 0 {
		return nil
	}
	return refusals[0]
}

// current is what the provider shows of a record now.
func current(c *Call) Props {
	outputs := c.Record.Outputs.Clone()
	if c.Type.Read != nil {
		maps.Copy(outputs, c.Type.Read(c))
	}
	return outputs
}

// Read returns a resource's outputs as they are now, or ErrNotFound.
func (s *Session) Read(token, id string) (outputs Props, err error) {
	err = s.World.View(func(tx *Tx) error {
		r := s.find(tx, token, id, "")
		if r == nil {
			return ErrNotFound
		}
		c := &Call{Tx: tx, Type: types[token], Caller: s.Caller, ID: r.ID, New: r.Inputs, State: r.Outputs, Record: r}
		if c.Type.Gone != nil && c.Type.Gone(c) {
			return ErrNotFound
		}
		outputs = current(c)
		r.spell(outputs)
		return nil
	})
	return outputs, err
}

// Inputs returns a resource's checked inputs as they are recorded, or ErrNotFound.
func (s *Session) Inputs(token, id string) (inputs Props, err error) {
	err = s.World.View(func(tx *Tx) error {
		r := s.find(tx, token, id, "")
		if r == nil {
			return ErrNotFound
		}
		inputs = r.Inputs
		return nil
	})
	return inputs, err
}

// find returns a copy of the session's own record that the provider shows under
// the id: another account's is as if it did not exist.
func (s *Session) find(tx *Tx, token, id string, phase Phase) *Record {
	t := types[token]
	if t == nil {
		return nil
	}
	region := t.region(s.Caller)
	candidates := clones(tx.matching(token, func(r *Record) bool {
		return r.Account == s.Caller.Account && r.Region == region && t.shownID(r) == id
	}))
	switch {
	case len(candidates) == 0:
		return nil
	case t.Find != nil:
		return t.Find(candidates, phase)
	}
	return candidates[0]
}

// Update changes a resource in place. With a NotSteadyError the change was made
// nevertheless.
func (s *Session) Update(token, id string, inputs Props) (outputs Props, err error) {
	t := types[token]
	if t == nil {
		return nil, fmt.Errorf("the sandbox does not model %s", token)
	}
	if err := s.World.begin(s.operation(PhaseUpdate, token)); err != nil {
		return nil, err
	}
	var recordID string
	err = s.World.Update(func(tx *Tx) error {
		r := s.find(tx, token, id, PhaseUpdate)
		if r == nil {
			return fmt.Errorf("update %s %s: %w", token, id, ErrNotFound)
		}
		recordID = r.ID
		c := &Call{
			Tx: tx, Type: t, Caller: s.Caller, Phase: PhaseUpdate, ID: r.ID,
			Old: r.Inputs, New: inputs, State: r.Outputs, Record: r,
		}
		c.Changes = diff(c)
		if err := refuse(c); err != nil {
			return err
		}
		return applyUpdate(c, s.Ignored)
	})
	if err != nil {
		return nil, err
	}
	return s.finish(t, recordID, id, PhaseUpdate)
}

func applyUpdate(c *Call, ignored []string) error {
	computed := kept(c)
	if c.Record.Hidden == nil {
		c.Record.Hidden = Props{}
	}
	if c.Type.Update != nil {
		more, err := c.Type.Update(c)
		if err != nil {
			return err
		}
		maps.Copy(computed, more)
	}
	for _, name := range ignored {
		computed[name] = c.State[name]
	}
	c.Record.Inputs = c.New
	c.Record.Outputs = merged(c, computed)
	c.Put(c.Record)
	return nil
}

// kept are the outputs that an update leaves as they are: what neither the old
// inputs nor the new ones say.
func kept(c *Call) Props {
	out := Props{}
	for k, v := range c.State {
		_, said := c.Old[k]
		if said && (!keeps(c.Type, k) || c.New.Has(k)) {
			continue
		}
		if _, says := c.New[k]; !says {
			out[k] = v
		}
	}
	return out
}

// keeps says whether AWS keeps the value of an input that the program takes back.
func keeps(t *Type, name string) bool {
	p := t.property(name)
	return p != nil && (p.Computed || p.LeftOut)
}

// Delete removes a resource. One that is gone already is no error, as in the provider.
func (s *Session) Delete(token, id string) error {
	t := types[token]
	if t == nil {
		return fmt.Errorf("the sandbox does not model %s", token)
	}
	if err := s.World.begin(s.operation(PhaseDelete, token)); err != nil {
		return err
	}
	return s.World.Update(func(tx *Tx) error {
		r := s.find(tx, token, id, PhaseDelete)
		if r == nil {
			return nil
		}
		c := &Call{
			Tx: tx, Type: t, Caller: s.Caller, Phase: PhaseDelete, ID: r.ID,
			Old: r.Inputs, State: r.Outputs, Record: r,
		}
		if err := refuse(c); err != nil {
			return err
		}
		if t.Delete != nil {
			if err := t.Delete(c); err != nil {
				return err
			}
		}
		tx.Delete(r)
		return nil
	})
}
