package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/types/known/emptypb"

	"fargate-privatelink/sandbox/internal/child"
)

const (
	// buildPatience is how long go build may write nothing: it compiles the SDKs of a
	// program, and writes only what is wrong.
	buildPatience = 15 * time.Minute
	// runPatience is how long a program may write nothing. It has no reason to write
	// anything while the engine works, whose own silence ends it, and with it this, earlier.
	runPatience = time.Hour
)

// Language is Go's language host, for a Pulumi CLI that comes without one. It builds a
// program with the Go on PATH and runs it. The sandbox's own programs run in its process
// and need none; pulumi import wants one all the same, to ask for their packages.
type Language struct {
	rpc.UnimplementedLanguageRuntimeServer

	binary string // where the program is built
	port   int
	grpc   *grpc.Server

	mu      sync.Mutex
	engines map[string]string // by the connection that has shaken hands
	build   sync.Mutex
}

// ServeLanguage starts the host, which builds programs in a directory.
func ServeLanguage(dir string) (*Language, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for Go's language host: %w", err)
	}
	l := &Language{binary: filepath.Join(dir, "program"), grpc: grpc.NewServer(), engines: map[string]string{}}
	if runtime.GOOS == "windows" {
		l.binary += ".exe"
	}
	l.port = listener.Addr().(*net.TCPAddr).Port
	rpc.RegisterLanguageRuntimeServer(l.grpc, l)
	go func() { _ = l.grpc.Serve(listener) }()
	return l, nil
}

// Environment is what makes the Pulumi CLI attach to the host.
func (l *Language) Environment() map[string]string {
	return map[string]string{"PULUMI_DEBUG_LANGUAGES": fmt.Sprintf("go:%d", l.port)}
}

// Close stops the host.
func (l *Language) Close() { l.grpc.Stop() }

// Handshake is the first call of an engine, and says where it is.
func (l *Language) Handshake(ctx context.Context, request *rpc.LanguageHandshakeRequest) (*rpc.LanguageHandshakeResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.engines[connection(ctx)] = request.GetEngineAddress()
	return &rpc.LanguageHandshakeResponse{}, nil
}

func connection(ctx context.Context) string {
	if from, ok := peer.FromContext(ctx); ok {
		return from.Addr.String()
	}
	return ""
}

// GetRequiredPackages is none: what the sandbox has no stand-in for is not downloaded.
func (*Language) GetRequiredPackages(context.Context, *rpc.GetRequiredPackagesRequest) (*rpc.GetRequiredPackagesResponse, error) {
	return &rpc.GetRequiredPackagesResponse{}, nil
}

// GetPluginInfo says that the host has no version of its own.
func (*Language) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: "0.0.0"}, nil
}

// Run builds and runs a program.
func (l *Language) Run(ctx context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	directory := request.GetInfo().GetProgramDirectory()
	l.build.Lock()
	said, err := says(ctx, buildPatience, directory, nil, "go", "build", "-o", l.binary, ".")
	l.build.Unlock()
	if err != nil {
		return &rpc.RunResponse{Error: fmt.Sprintf("go build in %s: %v\n%s", directory, err, said)}, nil
	}
	environment, err := l.environment(ctx, request)
	if err != nil {
		return nil, err
	}
	said, err = says(ctx, runPatience, request.GetPwd(), environment, l.binary, request.GetArgs()...)
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError {
		return &rpc.RunResponse{Bail: true}, nil // the engine has been told
	}
	if err != nil {
		return &rpc.RunResponse{Error: strings.TrimSpace(fmt.Sprintf("the program failed (%v)\n%s", err, said))}, nil
	}
	return &rpc.RunResponse{}, nil
}

// says runs a program in a directory, and returns what it wrote.
func says(ctx context.Context, silence time.Duration, dir string, environment []string, program string, args ...string) (string, error) {
	var said bytes.Buffer
	err := child.Run(ctx, silence, func(cmd *exec.Cmd) {
		cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
		cmd.Stdout, cmd.Stderr = &said, &said
	}, program, args...)
	return said.String(), err
}

// environment is what pulumi.Run reads.
func (l *Language) environment(ctx context.Context, request *rpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	engine := l.engines[connection(ctx)]
	l.mu.Unlock()
	return []string{
		pulumi.EnvOrganization + "=" + request.GetOrganization(),
		pulumi.EnvProject + "=" + request.GetProject(),
		pulumi.EnvStack + "=" + request.GetStack(),
		pulumi.EnvPulumiRootDirectory + "=" + request.GetInfo().GetRootDirectory(),
		pulumi.EnvConfig + "=" + string(config),
		pulumi.EnvConfigSecretKeys + "=" + string(secret),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(request.GetParallel())),
		pulumi.EnvDryRun + "=" + strconv.FormatBool(request.GetDryRun()),
		pulumi.EnvMonitor + "=" + request.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + engine,
	}, nil
}
