package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Existing is a resource that a real account has, as the AWS provider showed it.
type Existing struct {
	Token, ID       string
	Account, Region string
	// Inputs are the checked inputs; for what a program only looked up, nothing.
	Inputs, Outputs Props
	// Given: no stack made it.
	Given bool
}

// Restored is what the provider's own state says of a resource that Restore has made.
type Restored struct {
	// ID is the id that the provider showed.
	ID string `json:"id"`
	// Spelled are the outputs that the provider showed in other words than the world
	// does, such as null for a default. They are shown so as long as they mean the same.
	Spelled map[string]Spelling `json:"spelled,omitempty"`
	// Obstacle is what would keep a service's tasks from starting as far as the world
	// knows, though they run: something that the world lacks.
	Obstacle string `json:"obstacle,omitempty"`
}

// Spelling is an output as the world has it, and as the provider showed it.
type Spelling struct {
	Has  any `json:"has"`
	Says any `json:"says"`
	// Absent: the provider didn't show it.
	Absent bool `json:"absent,omitempty"`
}

// Assumption is something that no state says and that AWS's behaviour doesn't fix.
type Assumption struct {
	// About is the id or ARN of what it is about.
	About string `json:"about"`
	// Says is a sentence.
	Says string `json:"says"`
}

func (a Assumption) String() string { return a.About + ": " + a.Says }

// Restoration is what Restore has made.
type Restoration struct {
	// Assumptions are in the order of their making.
	Assumptions []Assumption
	// Others are the kinds and ids of records that belong to no stack: what programs
	// looked up, and what resources refer to and nothing describes.
	Others []*Record
	// Kept are the resources of types that the world doesn't model. They are there, and
	// nothing follows from them.
	Kept []*Record
}

// Restore makes a world's accounts, which may have been given something before, what
// real ones are, all at once or not at all. What the resources don't say follows from
// AWS's behaviour, or is assumed. LearnZones comes before.
func (w *World) Restore(all []Existing) (*Restoration, error) {
	r := &restoration{before: map[string]bool{}}
	err := w.Update(func(tx *Tx) error {
		for _, kind := range tx.Kinds() {
			for _, record := range tx.All(kind) {
				r.before[record.key()] = true
			}
		}
		r.tx = tx
		return r.run(all)
	})
	if err != nil {
		return nil, err
	}
	if err := w.Update(func(tx *Tx) error { r.tx = tx; return r.finish(all) }); err != nil {
		return nil, err
	}
	return &r.Restoration, nil
}

// restoration is a Restore under way.
type restoration struct {
	Restoration
	tx *Tx
	// before are the keys of the records that were there before.
	before map[string]bool
}

func (r *restoration) assume(about, format string, args ...any) {
	a := Assumption{about, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.Assumptions, a) {
		r.Assumptions = append(r.Assumptions, a)
	}
}

func (r *restoration) run(all []Existing) error {
	for _, e := range all {
		r.put(e)
	}
	r.supplyMissing()
	// What a later one needs comes first: interfaces take addresses in subnets.
	for _, s := range restorers {
		for _, record := range r.tx.All(s.token) {
			if r.before[record.key()] && record.Restored == nil {
				continue
			}
			if err := s.restore(r, record); err != nil {
				return fmt.Errorf("%s %s: %w", s.token, record.ID, err)
			}
			r.tx.Put(record)
		}
	}
	return nil
}

// LearnZones takes the accounts' own names of zones from their subnets. It returns an
// error when two contradict each other.
func (w *World) LearnZones(all []Existing) error {
	zones := map[string]map[string]string{}
	for _, e := range all {
		name, id := e.Outputs.Str("availabilityZone"), e.Outputs.Str("availabilityZoneId")
		if e.Token != TokenSubnet || name == "" || id == "" {
			continue
		}
		key := e.Account + " " + e.Region
		if zones[key] == nil {
			zones[key] = map[string]string{}
		}
		if other := zones[key][name]; other != "" && other != id {
			return fmt.Errorf("subnet %s: in account %s zone %s is %s, and another subnet has it as %s", e.ID, e.Account, name, id, other)
		}
		zones[key][name] = id
	}
	return w.Update(func(tx *Tx) error {
		tx.memory.Zones = zones
		return nil
	})
}

// recordIDs are the outputs or inputs that a record's own id is, for types whose id the
// provider shows is another.
var recordIDs = map[string]string{
	TokenTaskDefinition: "arn", TokenCertificateValidation: "certificateArn", TokenScalingPolicy: "arn",
	TokenEndpointPrivateDNS: "vpcEndpointId", TokenPrivateNameVerification: "serviceId",
}

// put writes a resource's record. What a stack made counts before what was looked up.
func (r *restoration) put(e Existing) {
	t := types[e.Token]
	record := &Record{
		Kind: e.Token, ID: e.ID, Account: e.Account, Region: e.Region, Inputs: e.Inputs.Clone(), Outputs: e.Outputs.Clone(),
		Hidden: Props{}, Restored: &Restored{ID: e.ID},
	}
	if record.Inputs == nil {
		record.Inputs = Props{}
	}
	if record.Outputs == nil {
		record.Outputs = Props{}
	}
	record.Outputs["id"] = e.ID
	if t != nil {
		if t.Global {
			record.Region = ""
		}
		if name, ok := recordIDs[e.Token]; ok && record.Outputs.Str(name) != "" {
			record.ID = record.Outputs.Str(name)
		}
		for name, v := range t.Outputs {
			if record.Outputs[name] == nil {
				record.Outputs[name] = cloneValue(v)
			}
		}
	}
	if e.Given && r.tx.first(e.Token, func(o *Record) bool { return o.key() == record.key() }) != nil {
		return
	}
	r.tx.memory.Made++
	record.Made = r.tx.memory.Made
	r.tx.Put(record)
	switch {
	case e.Given:
		r.Others = append(r.Others, record)
	case t == nil:
		r.Kept = append(r.Kept, record)
	}
}

// finish remembers how the provider spells what the world has, once AWS's own
// controllers have done their part.
func (r *restoration) finish(all []Existing) error {
	for _, e := range all {
		t := types[e.Token]
		if t == nil {
			continue
		}
		caller := Caller{Account: e.Account, Region: e.Region}
		s := &Session{World: r.tx.w, Caller: caller}
		record := s.find(r.tx, e.Token, e.ID, "")
		if record == nil {
			return fmt.Errorf("%s %s wasn't restored", e.Token, e.ID)
		}
		has := current(&Call{Tx: r.tx, Type: t, Caller: caller, ID: record.ID, New: record.Inputs, State: record.Outputs, Record: record})
		spelled := map[string]Spelling{}
		for name := range has {
			says, shown := e.Outputs[name]
			if !reflect.DeepEqual(has[name], says) || !shown {
				spelled[name] = Spelling{cloneValue(has[name]), cloneValue(says), !shown}
			}
		}
		if len(spelled) > 0 {
			record.Restored = &Restored{ID: record.Restored.ID, Obstacle: record.Restored.Obstacle, Spelled: spelled}
			r.tx.Put(record)
		}
	}
	return nil
}

// spell shows a restored resource's outputs as the provider did.
func (r *Record) spell(outputs Props) {
	if r.Restored == nil {
		return
	}
	for name, s := range r.Restored.Spelled {
		if !reflect.DeepEqual(normalized(outputs[name]), normalized(s.Has)) {
			continue
		}
		if outputs[name] = cloneValue(s.Says); s.Absent {
			delete(outputs, name)
		}
	}
}

// normalized is a value as it is once it was stored: without Go's own types.
func normalized(v any) any {
	switch v := v.(type) {
	case Props:
		return normalized(map[string]any(v))
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = normalized(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = normalized(e)
		}
		return out
	case int:
		return float64(v)
	}
	return v
}

// Keeps says whether there are resources of a type that the world does not model.
func (s *Session) Keeps(token string) (kept bool) {
	_ = s.World.View(func(tx *Tx) error {
		kept = types[token] == nil && tx.first(token, func(*Record) bool { return true }) != nil
		return nil
	})
	return kept
}

// Forget removes a resource of a type that the world does not model.
func (s *Session) Forget(token, id string) error {
	return s.World.Update(func(tx *Tx) error {
		for _, r := range tx.All(token) {
			if types[token] == nil && r.ID == id && r.Account == s.Caller.Account {
				tx.Delete(r)
			}
		}
		return nil
	})
}

// callOn is a call in the name of a record's owner, for what types derive.
func (r *restoration) callOn(record *Record) *Call {
	return &Call{
		Tx: r.tx, Type: types[record.Kind], Caller: Caller{Account: record.Account, Region: record.Region},
		Phase: PhaseCreate, ID: record.ID, New: record.Outputs, State: record.Outputs, Record: record,
	}
}

// fill sets outputs that are empty.
func fill(p Props, values Props) {
	for k, v := range values {
		switch have := p[k].(type) {
		case nil:
		case string:
			if have != "" {
				continue
			}
		case []any:
			if len(have) > 0 {
				continue
			}
		case map[string]any:
			have = maps.Clone(have)
			for name, value := range v.(map[string]any) {
				if have[name] == nil || have[name] == "" {
					have[name] = value
				}
			}
			v = have
		default:
			continue
		}
		p[k] = v
	}
}

// Rename gives what was just made the id or ARN that it really has.
func (w *World) Rename(from, to string) error {
	return w.Update(func(tx *Tx) error {
		for _, kind := range tx.Kinds() {
			for _, r := range tx.All(kind) {
				text := jsonText(r)
				if !strings.Contains(text, from) {
					continue
				}
				var renamed Record
				if err := json.Unmarshal([]byte(strings.ReplaceAll(text, from, to)), &renamed); err != nil {
					return err
				}
				tx.Delete(r)
				tx.Put(&renamed)
			}
		}
		return nil
	})
}

// ImportedInputs are what the provider takes for the inputs of a resource that it
// imports: each that is set to something, names too.
func ImportedInputs(token string, outputs Props) Props {
	t := types[token]
	if t == nil {
		return outputs.Clone()
	}
	inputs := Props{defaultsKey: []any{}}
	for _, p := range t.Inputs {
		switch v := outputs[p.Name].(type) {
		case nil:
		case string:
			if v != "" {
				inputs[p.Name] = v
			}
		case []any:
			if len(v) > 0 {
				inputs[p.Name] = importedValue(p, v)
			}
		case map[string]any:
			if len(v) > 0 {
				inputs[p.Name] = importedValue(p, v)
			}
		default:
			inputs[p.Name] = v
		}
	}
	return inputs
}

// importedValue is a block without what is empty in it.
func importedValue(p Property, v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = importedValue(p, e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if e = importedValue(Property{}, e); e != nil && e != "" && !reflect.DeepEqual(e, []any{}) {
				out[k] = e
			}
		}
		return out
	}
	return v
}

// Shape are the outputs of a type with the values that they have at first, by which one
// can tell lists from blocks.
func Shape(token string) Props {
	if t := types[token]; t != nil {
		return t.Outputs.Clone()
	}
	return nil
}
