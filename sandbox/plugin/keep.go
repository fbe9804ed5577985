package plugin

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	p "github.com/pulumi/pulumi-go-provider"

	components "fargate-privatelink/plugin/provider"
	"fargate-privatelink/sandbox/world"
)

// keeper stands for a provider that the sandbox has no stand-in for, in a replica of real
// stacks: what their states have of it is kept as it is, and nothing new can be made.
type keeper struct{ pkg string }

func newKeeper(pkg string) p.Provider {
	k := keeper{pkg}
	return p.Provider{
		GetSchema: func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
			return p.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":%q,"version":"0.0.0"}`, pkg)}, nil
		},
		CheckConfig: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{Inputs: req.Inputs}, nil
		},
		DiffConfig: func(context.Context, p.DiffRequest) (p.DiffResponse, error) { return p.DiffResponse{}, nil },
		Configure:  func(context.Context, p.ConfigureRequest) error { return nil },
		Check: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{Inputs: req.Inputs}, nil
		},
		Diff: func(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) { return keptDiff(req), nil },
		Create: func(_ context.Context, req p.CreateRequest) (p.CreateResponse, error) {
			if req.DryRun {
				return p.CreateResponse{Properties: req.Properties}, nil
			}
			return p.CreateResponse{}, fmt.Errorf("the sandbox has no provider %s: it keeps what a loaded state has, and can't make %s", k.pkg, req.Urn.Type())
		},
		Read:   func(_ context.Context, req p.ReadRequest) (p.ReadResponse, error) { return keptRead(req), nil },
		Update: func(_ context.Context, req p.UpdateRequest) (p.UpdateResponse, error) { return keptUpdate(req), nil },
		Delete: func(context.Context, p.DeleteRequest) error { return nil },
		Cancel: func(context.Context) error { return nil },
	}
}

// keptDiff never replaces: nothing is known of what a change does.
func keptDiff(req p.DiffRequest) p.DiffResponse {
	resp := p.DiffResponse{DetailedDiff: map[string]p.PropertyDiff{}}
	was, is := toProps(req.OldInputs), toProps(req.Inputs)
	names := map[string]any{}
	maps.Copy(names, was)
	maps.Copy(names, is)
	for name := range names {
		if name != "__defaults" && !reflect.DeepEqual(was[name], is[name]) {
			resp.HasChanges = true
			resp.DetailedDiff[name] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
		}
	}
	return resp
}

func keptRead(req p.ReadRequest) p.ReadResponse {
	return p.ReadResponse{ID: req.ID, Properties: req.Properties, Inputs: req.Inputs}
}

func keptUpdate(req p.UpdateRequest) p.UpdateResponse {
	out := req.State
	for name, v := range req.Inputs.All {
		out = out.Set(name, v)
	}
	return p.UpdateResponse{Properties: out}
}

// keeps says whether a type is one that the sandbox doesn't model and that real stacks,
// which were loaded, have.
func (a *provider) keeps(token string) bool {
	_, known := schemas[token]
	return !known && a.session != nil && a.session.Keeps(token)
}

// Unreadable says what of a resource's inputs this version of the AWS provider does not
// have or has as another type.
func Unreadable(token string, inputs world.Props) []string {
	known, ok := schemas[token]
	if !ok {
		return nil
	}
	return mismatches("", map[string]any(inputs), known.inputs)
}

// Callers are the accounts and Regions of providers whose configuration alone does not
// say them, by their Fingerprint.
type Callers map[string]world.Caller

// Attach starts stand-ins of their own for one stack of a replica: an aws one that knows
// the stack's accounts, and one that keeps what there is for each of the packages. It
// returns what makes the Pulumi CLI attach to them.
func (s *Plugins) Attach(w *world.World, callers Callers, packages []string) (map[string]string, error) {
	aws, err := serve(func() p.Provider { return newAWS(w, callers, s.surveys) }, "aws", awsVersion)
	if err != nil {
		return nil, err
	}
	s.more = append(s.more, aws)
	attached := fmt.Sprintf("aws:%d,awsx:%d,%s:%d", aws.port, s.awsx.port, components.Name, s.components.port)
	for _, pkg := range packages {
		k, err := serve(func() p.Provider { return newKeeper(pkg) }, pkg, "0.0.0")
		if err != nil {
			return nil, err
		}
		s.more = append(s.more, k)
		attached += fmt.Sprintf(",%s:%d", pkg, k.port)
	}
	return map[string]string{debugProviders: attached}, nil
}
