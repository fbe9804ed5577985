package plugin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"fargate-privatelink/sandbox/world"
)

// provider is one configured instance of the aws stand-in.
type provider struct {
	world   *world.World
	callers Callers
	session *world.Session
	surveys *surveys
}

func newAWS(w *world.World, callers Callers, surveys *surveys) p.Provider {
	a := &provider{world: w, callers: callers, surveys: surveys}
	return p.Provider{
		GetSchema: func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
			text, err := awsPackage()
			return p.GetSchemaResponse{Schema: text}, err
		},
		CheckConfig: checkConfig,
		DiffConfig:  diffConfig,
		Configure:   a.configure,
		Invoke:      a.invoke,
		Check:       a.check,
		Diff:        a.diff,
		Create:      a.create,
		Read:        a.read,
		Update:      a.update,
		Delete:      a.delete,
		Cancel:      func(context.Context) error { return nil },
	}
}

func (a *provider) configure(_ context.Context, req p.ConfigureRequest) error {
	caller, err := a.callers.Of(toProps(req.Args))
	if err != nil {
		return err
	}
	if err := a.world.Enter(caller); err != nil {
		return fmt.Errorf("validating provider credentials: %w", err)
	}
	a.session = &world.Session{World: a.world, Caller: caller}
	return nil
}

// errNotConfigured is returned while the provider's own config is unknown.
var errNotConfigured = errors.New("the aws provider is not configured")

func (a *provider) invoke(_ context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
	if a.session == nil {
		return p.InvokeResponse{}, errNotConfigured
	}
	result, err := a.session.Invoke(string(req.Token), toProps(req.Args))
	if err != nil {
		return p.InvokeResponse{}, err
	}
	return p.InvokeResponse{Return: fromProps(result)}, nil
}

func (a *provider) check(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	if a.session == nil {
		return p.CheckResponse{}, errNotConfigured
	}
	token := string(req.Urn.Type())
	inputs := toProps(req.Inputs)
	known, ok := schemas[token]
	if a.keeps(token) || !ok && a.surveys.meets(req.Urn) {
		return p.CheckResponse{Inputs: req.Inputs}, nil
	}
	if !ok {
		return p.CheckResponse{}, &UnmodelledError{[]string{token}}
	}
	var failures []p.CheckFailure
	for _, err := range known.mistyped(inputs) {
		failures = append(failures, p.CheckFailure{Reason: err.Error()})
	}
	reportUnmodelled(ctx, token, inputs)
	name := func(limit int) (string, error) {
		return resource.NewUniqueName(req.RandomSeed, req.Urn.Name()+"-", 7, limit, nil)
	}
	checked, problems := a.session.Check(token, toProps(req.State), inputs, name)
	for _, err := range problems {
		failures = append(failures, p.CheckFailure{Reason: err.Error()})
	}
	return p.CheckResponse{Inputs: markSecrets(fromProps(checked), req.Inputs), Failures: failures}, nil
}

// reportUnmodelled warns of each input that the sandbox keeps without knowing
// what it does, so that nobody takes a green run for proof of it.
func reportUnmodelled(ctx context.Context, token string, inputs world.Props) {
	for _, t := range world.Types() {
		if t.Token != token {
			continue
		}
		var names []string
		for _, k := range keys(inputs) {
			if !t.Models(k) && k != "__defaults" {
				names = append(names, k)
			}
		}
		if len(names) > 0 {
			p.GetLogger(ctx).Warningf("the sandbox keeps %s but does not model what it does", strings.Join(names, ", "))
		}
	}
}

func (a *provider) diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	if a.session == nil {
		return p.DiffResponse{}, errNotConfigured
	}
	if a.keeps(string(req.Urn.Type())) {
		return keptDiff(req), nil
	}
	inputs := toProps(req.Inputs)
	old := toProps(req.OldInputs)
	ignored := topLevels(req.IgnoreChanges)
	for _, name := range ignored {
		if v, ok := old[name]; ok {
			inputs[name] = v
		} else {
			delete(inputs, name)
		}
	}
	changes, deleteBeforeReplace, err := a.session.Diff(string(req.Urn.Type()), req.ID, old, toProps(req.State), inputs)
	if err != nil {
		return p.DiffResponse{}, err
	}
	changes = slices.DeleteFunc(changes, func(c world.Change) bool { return slices.Contains(ignored, c.Property) })
	resp := p.DiffResponse{HasChanges: len(changes) > 0, DetailedDiff: map[string]p.PropertyDiff{}}
	for _, c := range changes {
		kind := diffKinds[c.Kind][0]
		if c.Replace {
			kind = diffKinds[c.Kind][1]
			resp.DeleteBeforeReplace = deleteBeforeReplace
		}
		resp.DetailedDiff[c.Property] = p.PropertyDiff{Kind: kind, InputDiff: true}
	}
	return resp, nil
}

// topLevels are the inputs that property paths begin with.
func topLevels(paths []string) []string {
	out := make([]string, len(paths))
	for i, path := range paths {
		out[i] = path[:strings.IndexAny(path+".", ".[")]
	}
	return out
}

// diffKinds has, for each kind of change, what it is in place and as a replacement.
var diffKinds = map[world.ChangeKind][2]p.DiffKind{
	world.Added:   {p.Add, p.AddReplace},
	world.Deleted: {p.Delete, p.DeleteReplace},
	world.Changed: {p.Update, p.UpdateReplace},
}

func (a *provider) create(_ context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	token := string(req.Urn.Type())
	if req.DryRun {
		return p.CreateResponse{Properties: planned(token, req.Properties, nil)}, nil
	}
	if a.session == nil {
		return p.CreateResponse{}, errNotConfigured
	}
	id, outputs, err := a.about(req.Urn).Create(token, toProps(req.Properties))
	partial, err := unsteady(err)
	if err != nil && partial == nil {
		return p.CreateResponse{}, err
	}
	return p.CreateResponse{
		ID: id, Properties: markSecrets(fromProps(outputs), req.Properties), PartialState: partial,
	}, err
}

// about is the session for calls on one resource.
func (a *provider) about(urn resource.URN) *world.Session { return a.session.About(string(urn)) }

// unsteady tells the errors of a resource that exists from the others: the
// engine keeps such a resource in its state and tries it again on the next run,
// where it would forget one that was not made.
func unsteady(err error) (*p.InitializationFailed, error) {
	var n *world.NotSteadyError
	if !errors.As(err, &n) {
		return nil, err
	}
	return &p.InitializationFailed{Reasons: []string{n.Reason}}, err
}

// planned is what a preview knows of a resource's outputs: its inputs, and of
// the rest what it had before, or nothing.
func planned(token string, inputs property.Map, before world.Props) property.Map {
	out := world.Props{}
	if known, ok := schemas[token]; ok {
		for _, n := range known.outputNames() {
			out[n] = world.Unknown{}
		}
	}
	maps.Copy(out, before)
	maps.Copy(out, toProps(inputs))
	delete(out, "__defaults")
	return markSecrets(fromProps(out), inputs)
}

func (a *provider) read(_ context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	if a.session == nil {
		return p.ReadResponse{}, errNotConfigured
	}
	token := string(req.Urn.Type())
	if a.keeps(token) {
		return keptRead(req), nil
	}
	id := a.session.Imported(token, req.ID)
	outputs, err := a.session.Read(token, id)
	if errors.Is(err, world.ErrNotFound) {
		return p.ReadResponse{}, nil
	}
	if err != nil {
		return p.ReadResponse{}, err
	}
	inputs, err := a.session.Inputs(token, id)
	if err != nil {
		return p.ReadResponse{}, err
	}
	if req.Inputs.Len() == 0 { // an import: AWS doesn't know what a program has written
		inputs = world.ImportedInputs(token, outputs)
	}
	return p.ReadResponse{
		ID:         id,
		Properties: markSecrets(fromProps(outputs), req.Inputs),
		Inputs:     markSecrets(fromProps(inputs), req.Inputs),
	}, nil
}

func (a *provider) update(_ context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	token := string(req.Urn.Type())
	if a.keeps(token) {
		return keptUpdate(req), nil
	}
	if req.DryRun {
		return p.UpdateResponse{Properties: planned(token, req.Inputs, toProps(req.State))}, nil
	}
	if a.session == nil {
		return p.UpdateResponse{}, errNotConfigured
	}
	session := a.about(req.Urn)
	session.Ignored = topLevels(req.IgnoreChanges)
	outputs, err := session.Update(token, req.ID, toProps(req.Inputs))
	partial, err := unsteady(err)
	if err != nil && partial == nil {
		return p.UpdateResponse{}, err
	}
	return p.UpdateResponse{Properties: markSecrets(fromProps(outputs), req.Inputs), PartialState: partial}, err
}

func (a *provider) delete(_ context.Context, req p.DeleteRequest) error {
	if a.session == nil {
		return errNotConfigured
	}
	if token := string(req.Urn.Type()); a.keeps(token) {
		return a.session.Forget(token, req.ID)
	}
	return a.about(req.Urn).Delete(string(req.Urn.Type()), req.ID)
}
