package plugin

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
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
	servers map[string]*server
}

// Serve starts the aws and awsx stand-ins, and the component provider, on ports of the
// loopback interface.
func Serve(w *world.World) (*Plugins, error) {
	s := &Plugins{servers: map[string]*server{}}
	for name, start := range map[string]func() (rpc.ResourceProviderServer, error){
		"aws":           func() (rpc.ResourceProviderServer, error) { return p.RawServer("aws", awsVersion, newAWS(w))(nil) },
		"awsx":          func() (rpc.ResourceProviderServer, error) { return p.RawServer("awsx", awsxVersion, newAWSX())(nil) },
		components.Name: func() (rpc.ResourceProviderServer, error) { return components.New(nil) },
	} {
		server, err := serve(start, name)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.servers[name] = server
	}
	return s, nil
}

// Environment is what makes the Pulumi CLI attach to the stand-ins instead of
// starting the real plugins.
func (s *Plugins) Environment() map[string]string {
	var attached []string
	for name, server := range s.servers {
		attached = append(attached, fmt.Sprintf("%s:%d", name, server.port))
	}
	slices.Sort(attached)
	return map[string]string{"PULUMI_DEBUG_PROVIDERS": strings.Join(attached, ",")}
}

// Close stops them.
func (s *Plugins) Close() {
	for _, server := range s.servers {
		server.stop()
	}
}

// The versions that the stand-ins answer for: those of the SDKs.
const (
	awsVersion  = "6.83.4"
	awsxVersion = "2.22.0"
)

type server struct {
	port int
	grpc *grpc.Server
}

func (s *server) stop() { s.grpc.Stop() }

func serve(start func() (rpc.ResourceProviderServer, error), name string) (*server, error) {
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
