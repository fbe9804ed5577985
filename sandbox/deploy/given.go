package deploy

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"fargate-privatelink/sandbox/world"
)

// GivenFile is the file beside the stacks' files that says what the accounts have
// before the stacks come. Only the sandbox reads it.
const GivenFile = "sandbox.yaml"

// Given is one resource that an account has already, such as a hosted zone.
type Given struct {
	// Account is the one that has it: 12 digits.
	Account string `yaml:"account" json:"account"`
	// Region is the one that it is in, such as us-east-1.
	Region string `yaml:"region" json:"region"`
	// Type is its Pulumi type, such as aws:route53/zone:Zone.
	Type string `yaml:"type" json:"type"`
	// ID is the one that it has in reality, where that matters: in a replica of real
	// stacks (default: one of AWS's choice).
	ID string `yaml:"id" json:"id,omitempty"`
	// Inputs are the resource's, as a program gives them.
	Inputs map[string]any `yaml:"inputs" json:"inputs"`
	// For are texts in the stacks' files, and in the inputs of the resources that
	// follow, with the output that takes their place, such as zoneId, or one within
	// it, such as domainValidationOptions.0.resourceRecordName. AWS chooses ids, so a
	// file can't know them.
	For map[string]string `yaml:"for" json:"for"`
}

// givenKey is where the world keeps what has been made of the file.
const givenKey = "given"

// givenResource is what has been made of one entry.
type givenResource struct {
	// Values are the outputs by the texts whose place they take.
	Values map[string]string `json:"values,omitempty"`
	// Records are the resource and what AWS made with it.
	Records []recordID `json:"records"`
}

type recordID struct{ Kind, ID, Account, Region string }

func idOf(r *world.Record) recordID { return recordID{r.Kind, r.ID, r.Account, r.Region} }

// readGiven reads the file in a directory; without one there is nothing.
func readGiven(dir string) ([]Given, error) {
	b, err := os.ReadFile(filepath.Join(dir, GivenFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var file struct {
		Given []Given `yaml:"given"`
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	var faults []error
	if err := d.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		faults = decodingFaults(err)
	}
	for i, g := range file.Given {
		for _, fault := range g.faults() {
			faults = append(faults, fmt.Errorf("%s: given[%d].%w", GivenFile, i, fault))
		}
	}
	return file.Given, errors.Join(faults...)
}

// unknownField is how the decoder puts that a key is not known.
var unknownField = regexp.MustCompile(`^line (\d+): field (\S+) not found in type .*$`)

// decodingFaults are what the decoder found: all that it could read past.
func decodingFaults(err error) (faults []error) {
	several := new(yaml.TypeError)
	if !errors.As(err, &several) {
		return []error{fmt.Errorf("%s: %w", GivenFile, err)}
	}
	for _, text := range several.Errors {
		text = unknownField.ReplaceAllString(text, "line $1: $2 is not a known key; the keys are given, and of an entry account, region, type, inputs and for")
		faults = append(faults, fmt.Errorf("%s: %s", GivenFile, text))
	}
	return faults
}

var accountID = regexp.MustCompile(`^\d{12}$`)

// faults are what is wrong with an entry.
func (g Given) faults() (faults []error) {
	if !accountID.MatchString(g.Account) {
		faults = append(faults, fmt.Errorf("account is %q; it must be 12 digits, in quotes", g.Account))
	}
	if g.Region == "" {
		faults = append(faults, errors.New("region is missing; it must be one such as us-east-1"))
	}
	if !slices.ContainsFunc(world.Types(), func(t *world.Type) bool { return t.Token == g.Type }) {
		faults = append(faults, fmt.Errorf("type is %q; it must be one that the sandbox models, such as aws:route53/zone:Zone", g.Type))
	}
	return faults
}

// give makes what the file of a directory says and is not there yet, and returns the
// values that stand in the stacks' files for the file's own texts. An entry that has
// changed is made anew; what was made of it before stays.
func (s *Sandbox) give(dir string, identify func(Given) string) (values map[string]string, err error) {
	list, err := readGiven(dir)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	all, err := s.given()
	if err != nil {
		return nil, err
	}
	if err := s.begin(""); err != nil {
		return nil, err
	}
	values = map[string]string{}
	for i, g := range list {
		key, err := g.key()
		if err != nil {
			return nil, err
		}
		have, ok := all[key]
		if !ok {
			if g.ID == "" && identify != nil {
				g.ID = identify(g)
			}
			if have, err = s.makeGiven(g, values); err != nil {
				return nil, errors.Join(fmt.Errorf("%s: given[%d], %s: %w", GivenFile, i, g.Type, err), s.ended(""))
			}
			all[key] = have
			if err := s.keepGiven(all); err != nil {
				return nil, err
			}
		}
		maps.Copy(values, have.Values)
	}
	return values, s.ended("")
}

// key is the same for the same entry.
func (g Given) key() (string, error) {
	b, err := json.Marshal(g)
	if err != nil {
		return "", fmt.Errorf("%s: inputs of %s: %w", GivenFile, g.Type, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
}

// given is what has been made of the file so far, by the entries' keys.
func (s *Sandbox) given() (map[string]givenResource, error) {
	all := map[string]givenResource{}
	b, err := s.World.Kept(givenKey)
	if err != nil || b == nil {
		return all, err
	}
	return all, json.Unmarshal(b, &all)
}

func (s *Sandbox) keepGiven(all map[string]givenResource) error {
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return s.World.Keep(givenKey, b)
}

// givenRecords are the records of all that the file has given.
func (s *Sandbox) givenRecords() (map[recordID]bool, error) {
	all, err := s.given()
	out := map[recordID]bool{}
	for _, m := range all {
		for _, r := range m.Records {
			out[r] = true
		}
	}
	if s.replica != nil {
		for _, r := range s.replica.Others {
			out[r] = true
		}
	}
	return out, err
}

// makeGiven makes one entry, and finds out what AWS made with it.
func (s *Sandbox) makeGiven(g Given, values map[string]string) (givenResource, error) {
	inputs, err := g.inputs(values)
	if err != nil {
		return givenResource{}, err
	}
	before := map[recordID]bool{}
	s.eachRecord(func(r *world.Record) { before[idOf(r)] = true })
	owner := &world.Session{World: s.World, Caller: world.Caller{Account: g.Account, Region: g.Region}}
	outputs, err := makeResource(owner, g.Type, inputs)
	if err != nil {
		return givenResource{}, err
	}
	if made := outputs.Str("id"); g.ID != "" && made != g.ID {
		if err := s.World.Rename(made, g.ID); err != nil {
			return givenResource{}, err
		}
		if outputs, err = owner.Read(g.Type, g.ID); err != nil {
			return givenResource{}, err
		}
	}
	out := givenResource{Values: map[string]string{}}
	s.eachRecord(func(r *world.Record) {
		if !before[idOf(r)] {
			out.Records = append(out.Records, idOf(r))
		}
	})
	for text, output := range g.For {
		value, ok := within(map[string]any(outputs), output).(string)
		if !ok || value == "" {
			err := fmt.Errorf("for.%s is %q; it must be an output that is a text, such as id or arn", text, output)
			return givenResource{}, errors.Join(err, owner.Delete(g.Type, outputs.Str("id")))
		}
		out.Values[text] = value
	}
	return out, nil
}

// within is the value at a path of keys and numbers, or nil.
func within(v any, path string) any {
	for _, step := range strings.Split(path, ".") {
		switch have := v.(type) {
		case map[string]any:
			v = have[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(have) {
				return nil
			}
			v = have[i]
		default:
			return nil
		}
	}
	return v
}

// inputs are the entry's as the engine sends them: numbers are float64, and the
// values of what was made before are in their places.
func (g Given) inputs(values map[string]string) (world.Props, error) {
	b, err := json.Marshal(g.Inputs)
	if err != nil {
		return nil, err
	}
	inputs := world.Props{}
	return inputs, json.Unmarshal([]byte(inPlace(string(b), values)), &inputs)
}

// inPlace puts values into a text, the longest key first: one may begin another.
func inPlace(text string, values map[string]string) string {
	for _, key := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(b) - len(a) }) {
		text = strings.ReplaceAll(text, key, values[key])
	}
	return text
}

// makeResource makes a resource as a program would. One that has no name gets
// another one each time.
func makeResource(owner *world.Session, token string, inputs world.Props) (world.Props, error) {
	name := func(int) (string, error) { return "given-" + strings.ToLower(rand.Text()[:6]), nil }
	checked, failures := owner.Check(token, nil, inputs, name)
	if len(failures) > 0 {
		return nil, errors.Join(failures...)
	}
	_, outputs, err := owner.Create(token, checked)
	return outputs, err
}

func (s *Sandbox) eachRecord(f func(*world.Record)) {
	_ = s.World.View(func(tx *world.Tx) error {
		for _, kind := range tx.Kinds() {
			for _, r := range tx.All(kind) {
				f(r)
			}
		}
		return nil
	})
}
