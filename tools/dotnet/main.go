// Command dotnet is as much of Pulumi's language host for C# as makes an SDK, and a program of
// one in Pulumi's own language: the generators of its package, which left Pulumi's repository after the version that go.mod pins. The
// host itself is no Go module that a proxy serves. Built as pulumi-language-dotnet and on
// PATH, it is what pulumi package gen-sdk asks.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	// The generator downloads the package's logo. What it is makes no difference to the rest.
	http.DefaultTransport = noLogo{}
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, host{})
		return nil
	}})
	if err == nil {
		fmt.Println(served.Port) // which the engine waits for
		err = <-served.Done
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dotnet:", err)
		os.Exit(1)
	}
}

type noLogo struct{}

func (noLogo) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNotFound, Body: io.NopCloser(&bytes.Buffer{}), Request: request}, nil
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
}

func (host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

func (host) GeneratePackage(_ context.Context, request *pulumirpc.GeneratePackageRequest) (*pulumirpc.GeneratePackageResponse, error) {
	loader, err := schema.NewLoaderClient(request.GetLoaderTarget())
	if err != nil {
		return nil, err
	}
	var described schema.PackageSpec
	if err := json.Unmarshal([]byte(request.GetSchema()), &described); err != nil {
		return nil, err
	}
	pkg, found, err := schema.BindSpec(described, schema.NewCachedLoader(loader), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if found.HasErrors() {
		return answer, nil
	}
	files, err := dotnet.GeneratePackage("fargate-privatelink", pkg, request.GetExtraFiles(), request.GetLocalDependencies())
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		file := filepath.Join(request.GetDirectory(), filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

func (host) GenerateProgram(_ context.Context, request *pulumirpc.GenerateProgramRequest) (*pulumirpc.GenerateProgramResponse, error) {
	loader, err := schema.NewLoaderClient(request.GetLoaderTarget())
	if err != nil {
		return nil, err
	}
	parsed := syntax.NewParser()
	for name, text := range request.GetSource() {
		if err := parsed.ParseFile(strings.NewReader(text), name); err != nil {
			return nil, err
		}
	}
	if parsed.Diagnostics.HasErrors() {
		return nil, parsed.Diagnostics
	}
	program, found, err := pcl.BindProgram(parsed.Files, pcl.Loader(schema.NewCachedLoader(loader)))
	answer := &pulumirpc.GenerateProgramResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(found)}
	if err != nil || found.HasErrors() {
		return answer, err
	}
	files, found, err := dotnet.GenerateProgram(program)
	answer.Source, answer.Diagnostics = files, append(answer.GetDiagnostics(), plugin.HclDiagnosticsToRPCDiagnostics(found)...)
	return answer, err
}
