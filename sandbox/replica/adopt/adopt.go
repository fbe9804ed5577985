// Package adopt takes over, into a stack of the project, resources that something else
// has made: it finds out which is which of the components' children, writes what pulumi
// import takes and the configuration that fits, and rehearses the rest.
package adopt

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// Plan is how a stack takes over.
type Plan struct {
	Stack string `json:"stack"`
	// Taken are the resources that it takes over.
	Taken []Taken `json:"taken"`
	// Created are those that its program makes beside them.
	Created []string `json:"created"`
	// Kept are the properties that stay as they are, for AWS can't change them, by
	// <type>::<logical name>, with what comes of it.
	Kept []Kept `json:"kept"`
	// Updated are the properties that are changed in place.
	Updated []Kept `json:"updated"`
	// Left are the resources that it does not take over, and why.
	Left []string `json:"left"`

	importFile []byte
	file       *stackFile
	dir, files string
}

// Taken is a resource that becomes a child.
type Taken struct {
	Type string `json:"type"`
	Name string `json:"name"`
	ID   string `json:"id"`
}

// Kept are properties of a resource, and what comes of it that they are as they are.
type Kept struct {
	Resource    string   `json:"resource"`
	Properties  []string `json:"properties"`
	Consequence string   `json:"consequence"`
}

// maxRounds is how often the preview is asked what it would replace still: properties
// show one after the other where they depend on each other.
const maxRounds = 20

// unknown stands in the engine's events for a value that is not known yet.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// Make plans how the stack takes over what was found. Opts are of the sandbox whose
// accounts have it, where they do; it is only read. Work is an empty directory, which the
// plan goes on using.
//
// It returns an error when nothing of what was found is there, when the program can't be
// deployed beside it, or when its preview would replace something all the same.
func Make(ctx context.Context, opts deploy.Options, stack string, found []Found, work string) (*Plan, error) {
	files := cmp.Or(opts.Files, opts.Root)
	p := &Plan{Stack: stack, files: filepath.Join(work, "files"), dir: filepath.Join(work, "adopted")}
	if err := copyFiles(files, p.files); err != nil {
		return nil, err
	}
	base := filepath.Join(work, "base")
	if err := copySandbox(cmp.Or(opts.Dir, filepath.Join(files, ".sandbox")), base); err != nil {
		return nil, err
	}
	records, left, err := p.survey(base, found)
	if err != nil {
		return nil, err
	}
	p.Left = left
	opts.Files, opts.Adopting = p.files, stack
	children, err := trial(ctx, opts, base, filepath.Join(work, "trial"), stack)
	if err != nil {
		return nil, err
	}
	m := newMatcher(children, records)
	for _, f := range found {
		for _, c := range children {
			if at := slices.IndexFunc(records, func(r *world.Record) bool { return r.Kind == f.Token && f.is(r) }); at >= 0 && f.As == c.name && f.Token == c.token {
				m.take(c, records[at])
			}
		}
	}
	m.run()
	if err := p.doubled(base, m); err != nil {
		return nil, err
	}
	p.list(m)
	if err := copySandbox(base, p.dir); err != nil {
		return nil, err
	}
	return p, p.settle(ctx, opts)
}

// copyFiles copies the stacks' files.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "Pulumi*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range append(files, filepath.Join(from, deploy.GivenFile)) {
		b, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, filepath.Base(file)), b, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copySandbox copies a sandbox that is closed; where there is none, there is nothing.
func copySandbox(from, to string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(to, 0o755)
	}
	return os.CopyFS(to, os.DirFS(from))
}

// survey puts what was found into the sandbox's accounts, unless it is there, and changes
// the stack's file into one that fits.
func (p *Plan) survey(base string, found []Found) (all records, left []string, err error) {
	w, err := world.Open(filepath.Join(base, "world.db"))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := restore(w, found); err != nil {
		return nil, nil, err
	}
	err = w.View(func(tx *world.Tx) error {
		for _, f := range found {
			r := lookUp(tx, f)
			if r == nil {
				left = append(left, fmt.Sprintf("%s %s: nothing is known of it here: give its state, or load it, or have the sandbox's accounts have it", f.Token, f.ID))
				continue
			}
			all = append(all, r)
		}
		if len(all) == 0 {
			return errors.New("nothing of what is to be taken over is known here:\n  " + strings.Join(left, "\n  "))
		}
		if p.file, err = readStackFile(filepath.Join(p.files, "Pulumi."+p.Stack+".yaml")); err != nil {
			return err
		}
		p.file.fit(tx, all)
		return p.file.write(filepath.Join(p.files, "Pulumi."+p.Stack+".yaml"))
	})
	return all, left, err
}

// restore gives the accounts the resources whose properties are known.
func restore(w *world.World, found []Found) error {
	var missing []world.Existing
	err := w.View(func(tx *world.Tx) error {
		for _, f := range found {
			if f.Existing != nil && lookUp(tx, f) == nil {
				e := *f.Existing
				e.Given = true
				missing = append(missing, e)
			}
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := w.LearnZones(missing); err != nil {
		return err
	}
	if _, err = w.Restore(missing); err != nil {
		return err
	}
	return split(w, found)
}

func lookUp(tx *world.Tx, f Found) *world.Record {
	for _, r := range tx.All(f.Token) {
		if f.is(r) {
			return r
		}
	}
	return nil
}

// is says whether a record is what was found: by the ARN where that is known, since ids
// of task definitions are families.
func (f Found) is(r *world.Record) bool {
	if f.Existing != nil && f.Existing.Outputs.Str("arn") != "" {
		return r.Outputs.Str("arn") == f.Existing.Outputs.Str("arn")
	}
	return f.ID != "" && (r.ID == f.ID || r.Outputs.Str("arn") == f.ID || r.Outputs.Str("name") == f.ID || world.ImportID(r) == f.ID)
}

// trial deploys the stack beside what is there, on a copy, and returns what its program
// registers.
func trial(ctx context.Context, opts deploy.Options, base, dir, stack string) (_ []*child, err error) {
	if err := copySandbox(base, dir); err != nil {
		return nil, err
	}
	opts.Dir = dir
	s, err := deploy.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.Up(ctx, stack, nil, nil); err != nil {
		return nil, fmt.Errorf("the program can't be deployed with the configuration that fits: %w", err)
	}
	state, err := s.Resources(ctx, stack)
	return childrenOf(state), err
}

// list writes down what was matched, as pulumi import takes it: the children, and the
// components that they are in.
func (p *Plan) list(m *matcher) {
	byURN := map[resource.URN]*child{}
	for _, c := range m.children {
		byURN[c.urn] = c
	}
	var resources []*optimport.ImportResource
	listed := map[resource.URN]bool{}
	var add func(c *child, id string)
	add = func(c *child, id string) {
		if listed[c.urn] {
			return
		}
		entry := &optimport.ImportResource{
			Type: c.token, Name: string(c.urn), LogicalName: c.name, ID: id, Component: !c.custom, Version: c.version,
		}
		entry.Name = c.token + "::" + c.name
		if parent := byURN[c.parent]; parent != nil {
			if !parent.custom {
				add(parent, "")
			}
			entry.Parent = parent.token + "::" + parent.name
		}
		listed[c.urn] = true
		resources = append(resources, entry)
	}
	for _, c := range m.children {
		r := m.of[c]
		switch {
		case !c.custom:
		case r == nil:
			p.Created = append(p.Created, c.token+"::"+c.name)
		case world.ImportID(r) == "":
			p.Created = append(p.Created, c.token+"::"+c.name)
			p.Left = append(p.Left, fmt.Sprintf("%s %s: the AWS provider can't import it; the program makes it anew, which changes nothing in AWS", r.Kind, r.ID))
		default:
			add(c, world.ImportID(r))
			p.Taken = append(p.Taken, Taken{c.token, c.name, world.ImportID(r)})
		}
	}
	for _, r := range m.found {
		switch {
		case m.taken[r]:
		case isNetwork(r.Kind):
			p.Left = append(p.Left, fmt.Sprintf("%s %s: a network that exists stays whose it is; the configuration names its VPC and subnets", r.Kind, r.ID))
		default:
			p.Left = append(p.Left, fmt.Sprintf("%s %s: the program has nothing that it could be, or several; write <logical name>=%[2]s to say which", r.Kind, r.ID))
		}
	}
	p.importFile, _ = json.MarshalIndent(map[string]any{"resources": resources}, "", "  ")
}

// settle imports, and leaves as they are the properties for which the preview would
// replace something, until it replaces nothing.
func (p *Plan) settle(ctx context.Context, opts deploy.Options) error {
	opts.Dir = p.dir
	kept := map[string][]string{}
	for round := range maxRounds {
		replaced, err := p.preview(ctx, opts, round == 0)
		if err != nil {
			return err
		}
		if len(replaced) == 0 {
			p.keep(kept)
			return nil
		}
		for name, properties := range replaced {
			for _, property := range properties {
				if !slices.Contains(kept[name], property) {
					kept[name] = append(kept[name], property)
				}
			}
			slices.Sort(kept[name])
		}
		p.file.adopted(kept)
		if err := p.file.write(filepath.Join(p.files, "Pulumi."+p.Stack+".yaml")); err != nil {
			return err
		}
	}
	return fmt.Errorf("the preview of stack %s would replace something, whatever properties are left as they are", p.Stack)
}

// preview returns the properties for which resources would be replaced.
func (p *Plan) preview(ctx context.Context, opts deploy.Options, first bool) (replaced map[string][]string, err error) {
	s, err := deploy.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if first {
		file := filepath.Join(filepath.Dir(p.dir), "import.json")
		if err := os.WriteFile(file, p.importFile, 0o600); err != nil {
			return nil, err
		}
		if err := s.ImportFile(ctx, p.Stack, file); err != nil {
			return nil, err
		}
	}
	replaced, p.Updated = map[string][]string{}, nil
	var waiting map[string][]string // the first that is replaced for a value which isn't known: those after it may wait for it
	_, err = s.Preview(ctx, p.Stack, func(step deploy.Step) {
		name := step.Type + "::" + step.Name
		switch {
		case strings.HasPrefix(step.Type, "pulumi:"):
		case step.Op == "replace" || step.Op == "create-replacement":
			if known, unknown := replacing(step); len(known) > 0 {
				replaced[name] = together(step.Type, known)
			} else if waiting == nil {
				waiting = map[string][]string{name: together(step.Type, unknown)}
			}
		case step.Op == "update" && step.Done:
			p.Updated = append(p.Updated, Kept{name, step.Metadata.Diffs, consequenceOf(step.Type, step.Metadata.Diffs, changed)})
		case step.Op == "delete" && err == nil:
			err = fmt.Errorf("%s would be deleted", name)
		}
	}, false, nil)
	if len(replaced) == 0 {
		replaced = waiting
	}
	if len(replaced) > 0 {
		return replaced, nil // a guard ends a preview that would replace the load balancer
	}
	return nil, err
}

// together are properties with those that make sense only with them.
func together(token string, properties []string) []string {
	if token == "aws:lb/loadBalancer:LoadBalancer" && slices.Contains(properties, "securityGroups") {
		// AWS has the switch for load balancers with groups only.
		properties = append(properties, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
	}
	return properties
}

// replacing are the properties for which a step replaces: those with a known value, and
// the others.
func replacing(step deploy.Step) (known, others []string) {
	for _, property := range replacingProperties(step) {
		text := ""
		if step.Metadata.New != nil {
			b, _ := json.Marshal(step.Metadata.New.Inputs[property])
			text = string(b)
		}
		if strings.Contains(text, unknown) {
			others = append(others, property)
		} else {
			known = append(known, property)
		}
	}
	return known, others
}

func replacingProperties(step deploy.Step) (properties []string) {
	for path, d := range step.Metadata.DetailedDiff {
		if strings.HasSuffix(string(d.Kind), "-replace") {
			property, _, _ := strings.Cut(path, ".")
			property, _, _ = strings.Cut(property, "[")
			properties = append(properties, property)
		}
	}
	if len(properties) == 0 {
		properties = append(properties, step.Metadata.Keys...)
	}
	slices.Sort(properties)
	return slices.Compact(properties)
}

func (p *Plan) keep(kept map[string][]string) {
	for name, properties := range kept {
		token, _, _ := strings.Cut(name, "::")
		p.Kept = append(p.Kept, Kept{name, properties, consequenceOf(token, properties, unchanged)})
	}
	slices.SortFunc(p.Kept, func(a, b Kept) int { return cmp.Compare(a.Resource, b.Resource) })
}

// Write writes the two files, which pulumi import and the stack take: import.json and the
// stack's.
func (p *Plan) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "import.json"), append(p.importFile, '\n'), 0o600); err != nil {
		return err
	}
	return p.file.write(filepath.Join(dir, "Pulumi."+p.Stack+".yaml"))
}

// Open opens the sandbox in which the stack has taken over and nothing is deployed yet,
// to rehearse that.
func (p *Plan) Open(ctx context.Context, opts deploy.Options) (*deploy.Sandbox, error) {
	opts.Files, opts.Dir, opts.Adopting = p.files, p.dir, p.Stack
	return deploy.Open(ctx, opts)
}
