package plugin

import (
	"context"
	"fmt"
	"net"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// language stands for Go's language host, which pulumi import wants to ask for the
// program's packages. The sandbox's programs run in its own process and need none.
type language struct {
	rpc.UnimplementedLanguageRuntimeServer
}

func (language) Handshake(context.Context, *rpc.LanguageHandshakeRequest) (*rpc.LanguageHandshakeResponse, error) {
	return &rpc.LanguageHandshakeResponse{}, nil
}

func (language) GetRequiredPackages(context.Context, *rpc.GetRequiredPackagesRequest) (*rpc.GetRequiredPackagesResponse, error) {
	return &rpc.GetRequiredPackagesResponse{}, nil
}

func (language) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: "0.0.0"}, nil
}

// ServeLanguage starts the stand-in. Its environment makes the Pulumi CLI attach to it.
func ServeLanguage() (environment map[string]string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, fmt.Errorf("listen for the language stand-in: %w", err)
	}
	g := grpc.NewServer()
	rpc.RegisterLanguageRuntimeServer(g, language{})
	go func() { _ = g.Serve(listener) }()
	port := listener.Addr().(*net.TCPAddr).Port
	return map[string]string{"PULUMI_DEBUG_LANGUAGES": fmt.Sprintf("go:%d", port)}, g.Stop, nil
}
