package plugin

import (
	"context"
	"fmt"
	"net"
	"sync"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"

	p "github.com/pulumi/pulumi-go-provider"

	components "fargate-privatelink/plugin/provider"
	"fargate-privatelink/sandbox/world"
)

// maxMessage is the engine's own limit on one gRPC message, in bytes.
const maxMessage = 400 << 20

// Plugins are the running stand-ins, and the project's own component provider for
// programs in other languages.
type Plugins struct {
	aws, awsx, components *server
	more                  []*server // of single stacks
	surveys               *surveys
}

// Serve starts the aws and awsx stand-ins on ports of the loopback interface.
func Serve(w *world.World) (*Plugins, error) {
	found := &surveys{byStack: map[string]map[string]bool{}}
	aws, err := serve(func() p.Provider { return newAWS(w, nil, found) }, "aws", awsVersion)
	if err != nil {
		return nil, err
	}
	awsx, err := serve(newAWSX, "awsx", awsxVersion)
	if err != nil {
		aws.stop()
		return nil, err
	}
	own, err := serveRaw(func() (rpc.ResourceProviderServer, error) { return components.New(nil) }, components.Name)
	if err != nil {
		aws.stop()
		awsx.stop()
		return nil, err
	}
	return &Plugins{aws: aws, awsx: awsx, components: own, surveys: found}, nil
}

// Environment is what makes the Pulumi CLI attach to the stand-ins instead of
// starting the real plugins.
func (s *Plugins) Environment() map[string]string {
	return map[string]string{
		debugProviders: fmt.Sprintf("aws:%d,awsx:%d,%s:%d", s.aws.port, s.awsx.port, components.Name, s.components.port),
	}
}

// Close stops them.
func (s *Plugins) Close() {
	s.aws.stop()
	s.awsx.stop()
	s.components.stop()
	for _, m := range s.more {
		m.stop()
	}
}

// debugProviders is the engine's variable for providers that run already.
const debugProviders = "PULUMI_DEBUG_PROVIDERS"

// The versions that the stand-ins answer for: those of the SDKs.
const (
	awsVersion  = "6.83.4"
	awsxVersion = "2.22.0"
)

// AWSMajor is the major version of the AWS provider that the sandbox models.
const AWSMajor = "6"

type server struct {
	port int
	grpc *grpc.Server
}

func (s *server) stop() { s.grpc.Stop() }

func serve(newProvider func() p.Provider, name, version string) (*server, error) {
	return serveRaw(func() (rpc.ResourceProviderServer, error) {
		return p.RawServer(name, version, newProvider())(nil)
	}, name)
}

func serveRaw(start func() (rpc.ResourceProviderServer, error), name string) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the plugin %s: %w", name, err)
	}
	g := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage))
	sessions := &sessions{servers: map[string]rpc.ResourceProviderServer{}, start: start}
	g.RegisterService(sessions.description(), nil)
	go func() { _ = g.Serve(listener) }()
	return &server{port: listener.Addr().(*net.TCPAddr).Port, grpc: g}, nil
}

// sessions gives each connection a provider of its own. The engine makes one
// connection for each provider instance of a program, and all of them reach
// the same port: without this, the second provider's region and account would
// become the first one's too.
type sessions struct {
	mu      sync.Mutex
	servers map[string]rpc.ResourceProviderServer
	start   func() (rpc.ResourceProviderServer, error)
}

func (s *sessions) of(ctx context.Context) (rpc.ResourceProviderServer, error) {
	from, ok := peer.FromContext(ctx)
	if !ok {
		return nil, fmt.Errorf("a call without a connection")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := from.Addr.String()
	if srv := s.servers[key]; srv != nil {
		return srv, nil
	}
	srv, err := s.start()
	if err != nil {
		return nil, err
	}
	s.servers[key] = srv
	return srv, nil
}

// description is the resource provider service with each method handed to the
// connection's own provider.
func (s *sessions) description() *grpc.ServiceDesc {
	desc := rpc.ResourceProvider_ServiceDesc
	desc.HandlerType = nil
	desc.Streams = nil
	desc.Methods = make([]grpc.MethodDesc, len(rpc.ResourceProvider_ServiceDesc.Methods))
	for i, m := range rpc.ResourceProvider_ServiceDesc.Methods {
		desc.Methods[i] = grpc.MethodDesc{
			MethodName: m.MethodName,
			Handler: func(
				_ any, ctx context.Context, decode func(any) error, in grpc.UnaryServerInterceptor,
			) (any, error) {
				srv, err := s.of(ctx)
				if err != nil {
					return nil, err
				}
				return m.Handler(srv, ctx, decode, in)
			},
		}
	}
	return &desc
}
