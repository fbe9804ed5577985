// Package provider is the component provider: it hands the components to programs in any
// of Pulumi's languages, over the engine. There is no second description of them: the
// constructors are those of package components, and the schema is made from its types.
package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	comprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
	"fargate-privatelink/schemas"
)

// Name is the package's name, with which the type tokens begin.
const Name = "fargate-privatelink"

const readContract = Name + ":index:readContract"

// Version is the plugin's own version: the release's, or else that of the module that it was
// built from, or 0.0.0-dev of a working tree.
var Version = sync.OnceValue(func() string {
	if Release != "" {
		return Release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v, tagged := strings.CutPrefix(info.Main.Version, "v"); tagged && !strings.Contains(v, "+dirty") {
			return v
		}
	}
	return "0.0.0-dev"
})

// Release is the version that a release's build says, if it is one.
var Release string

// Run serves the engine that started this process until it is done.
func Run(ctx context.Context) error { return comprovider.MainContext(ctx, Name, New) }

// New is a provider for one engine.
func New(host *comprovider.HostClient) (rpc.ResourceProviderServer, error) {
	served, err := p.RawServer(Name, Version(), p.Provider{GetSchema: getSchema, Invoke: invoke})(host)
	return &server{ResourceProviderServer: served, host: host, guards: map[string]*guards{}}, err
}

// server constructs components itself: on the way through [p.Provider] an alias that is no
// URN gets lost, and a nested value's dependencies are said to be its whole input's.
type server struct {
	rpc.ResourceProviderServer
	host *comprovider.HostClient

	mu     sync.Mutex
	guards map[string]*guards // by the deployment's monitor
}

// guards are those of all components of a deployment.
type guards struct {
	components.Guards

	claim func() error
}

// guarding are the components that have a guard, or what one guards.
var guarding = []string{components.ServiceProviderType, components.ConnectionGuardType, components.NetworkLoadBalancerType}

// guardsOf are the guards of a deployment, for a component of a type. There is an error where
// they can't be this process's.
func (s *server) guardsOf(ctx context.Context, monitor, token string) (*components.Guards, error) {
	s.mu.Lock()
	made := s.guards[monitor]
	if made == nil {
		made = &guards{claim: sync.OnceValue(func() error { return claim(ctx, monitor) })}
		s.guards[monitor] = made
	}
	s.mu.Unlock()
	if slices.Contains(guarding, token) {
		return &made.Guards, made.claim()
	}
	return &made.Guards, nil
}

// claim makes this process the one that has a deployment's guards.
func claim(ctx context.Context, monitor string) error {
	connection, err := grpc.NewClient(monitor, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	_, err = rpc.NewResourceMonitorClient(connection).RegisterResourceHook(ctx, &rpc.RegisterResourceHookRequest{
		Name: components.GuardsMark, Callback: &rpc.Callback{Target: monitor}, // which is never called
	})
	if err != nil && strings.Contains(err.Error(), "already registered") {
		return fmt.Errorf("the stack has components of another version of %[1]s too, or of its Go package beside the plugin: "+
			"the guard on destroy works for one of them; give the resources that have one, of the types %[2]s, one version, "+
			"or a stack each, or make them all in Go", Name, strings.Join(guarding, ", "))
	}
	return err
}

// Attach is called where the engine didn't start this process.
func (s *server) Attach(ctx context.Context, request *rpc.PluginAttach) (done *emptypb.Empty, err error) {
	if s.host, err = comprovider.NewHostClient(request.GetAddress()); err != nil {
		return nil, err
	}
	return s.ResourceProviderServer.Attach(ctx, request)
}

// Construct makes a component, in the program's deployment.
func (s *server) Construct(ctx context.Context, request *rpc.ConstructRequest) (*rpc.ConstructResponse, error) {
	made, known := all[request.GetType()]
	if !known {
		return nil, fmt.Errorf("%s is none of the components of %s", request.GetType(), Name)
	}
	values, err := plugin.UnmarshalProperties(request.GetInputs(), plugin.MarshalOptions{
		KeepSecrets: true, KeepUnknowns: true, KeepOutputValues: true, KeepResources: true,
	})
	if err != nil {
		return nil, fmt.Errorf("read the inputs of %s: %w", request.GetName(), err)
	}
	guards, err := s.guardsOf(ctx, request.GetMonitorEndpoint(), request.GetType())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", request.GetName(), err)
	}
	ctx = guards.In(ctx)
	return comprovider.Construct(ctx, request, s.host.EngineConn(), func(
		ctx *pulumi.Context, _, name string, in comprovider.ConstructInputs, options pulumi.ResourceOption,
	) (*comprovider.ConstructResult, error) {
		component, err := made.construct(ctx, name, inputs{values, in}, options)
		if err != nil {
			return nil, err
		}
		return comprovider.NewConstructResult(component)
	})
}

// getSchema answers with the schema that the build holds, which has no version in the
// repository.
func getSchema(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
	var spec map[string]any
	if err := json.Unmarshal(schemas.Package, &spec); err != nil {
		return p.GetSchemaResponse{}, fmt.Errorf("read the schema: %w", err)
	}
	spec["version"] = Version()
	text, err := json.Marshal(spec)
	return p.GetSchemaResponse{Schema: string(text)}, err
}

// invoke is the function readContract: a contract's JSON as a typed object.
func invoke(_ context.Context, request p.InvokeRequest) (p.InvokeResponse, error) {
	if request.Token != readContract {
		return p.InvokeResponse{}, fmt.Errorf("%s is no function of %s", request.Token, Name)
	}
	text := request.Args.Get("json")
	if !text.IsString() || request.Args.Len() > 1 {
		return p.InvokeResponse{}, errors.New("readContract: it takes json, a string")
	}
	read, err := contract.Parse([]byte(text.AsString()))
	if err != nil {
		return p.InvokeResponse{}, fmt.Errorf("readContract: %w", err)
	}
	data, err := json.Marshal(map[string]any{"contract": read})
	if err != nil {
		return p.InvokeResponse{}, err
	}
	var value map[string]any
	err = json.Unmarshal(data, &value)
	return p.InvokeResponse{Return: resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(value))}, err
}
