package deploy

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	spec "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/examples/deploy-go/sides"
	"fargate-privatelink/schemas"
)

// pluginsBuilt is where they are, or "".
var pluginsBuilt string

// builtPlugins are the plugin and the floor of the benchmarks, built once for all tests.
var builtPlugins = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		return "", err
	}
	pluginsBuilt = dir
	for name, pkg := range map[string]string{"fargate-privatelink": "fargate-privatelink/plugin", "floor": "./testdata/floor"} {
		if out, err := exec.Command("go", "build", "-ldflags=-s", "-o", pluginIn(dir, name), pkg).CombinedOutput(); err != nil {
			return "", &exec.Error{Name: string(out), Err: err}
		}
	}
	return dir, nil
})

func pluginIn(dir, name string) string {
	file := filepath.Join(dir, "pulumi-resource-"+name)
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	return file
}

// removePlugins is for TestMain.
func removePlugins() {
	if pluginsBuilt != "" {
		_ = os.RemoveAll(pluginsBuilt)
	}
}

// The real CLI takes the plugin from a path: its schema, and what pulumi package add makes
// of it for a program, where the language's host is.
func TestPackage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the plugin")
	}
	cli, err := findOnce()
	require.NoError(t, err)
	dir, err := builtPlugins()
	require.NoError(t, err)
	plugin, home := pluginIn(dir, "fargate-privatelink"), t.TempDir()
	run := func(t *testing.T, in string, args ...string) (stdout, stderr string, err error) {
		t.Helper()
		environment := []string{"PULUMI_HOME=" + home, "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true"}
		stdout, stderr, _, err = cli.Run(t.Context(), in, nil, nil, nil, environment, append([]string{"package"}, args...)...)
		t.Log(stderr)
		return stdout, stderr, err
	}
	t.Run("get-schema", func(t *testing.T) {
		stdout, _, err := run(t, t.TempDir(), "get-schema", plugin)
		require.NoError(t, err)
		assert.JSONEq(t, strings.Replace(readRepository(t, "schemas/fargate-privatelink.json"), `{`, `{"version":"0.0.0-dev",`, 1), stdout)
	})
	t.Run("add", func(t *testing.T) {
		needsYAML(t)
		program := copyExample(t, "deploy-yaml/provider")
		_, _, _ = run(t, program, "add", plugin) // a host of this version can't link the SDK
		declared, err := filepath.Glob(filepath.Join(program, "sdks", "fargate-privatelink", "*.yaml"))
		require.NoError(t, err)
		require.Len(t, declared, 1)
		text, err := os.ReadFile(declared[0])
		require.NoError(t, err)
		assert.Contains(t, string(text), "name: fargate-privatelink\nversion: 0.0.0-dev\n")
	})
	for _, language := range []string{"nodejs", "python", "go", "dotnet", "java"} {
		t.Run("gen-sdk "+language, func(t *testing.T) {
			if !hasHost(language) {
				t.Skipf("pulumi-language-%s is not on PATH: .ci/run builds what it can from tools", language)
			}
			out := t.TempDir()
			_, stderr, err := run(t, out, "gen-sdk", plugin, "--language", language, "--out", out)
			require.NoError(t, err)
			for line := range strings.Lines(stderr) {
				assert.Regexp(t, "^(warning: using pulumi-language-|SDK has been written to )", line)
			}
			var made spec.PackageSpec
			require.NoError(t, json.Unmarshal(schemas.Package, &made))
			require.NotEmpty(t, made.Resources)
			for token, resource := range made.Resources {
				text := sourceOf(t, out, token[strings.LastIndex(token, ":")+1:])
				assert.Contains(t, text, token)
				for input := range resource.InputProperties {
					assert.Contains(t, text, strconv.Quote(input), token)
				}
			}
			if language == "java" {
				parseJava(t, out)
			}
		})
	}
}

var released = flag.String("released", "", "a directory with the dry run of a release, v0.0.0-dryrun, which .ci/run makes")

// The real CLI finds the plugin among a release's files, as at the address that an SDK
// names, and what it installs says the release's version.
func TestReleasedPlugin(t *testing.T) {
	t.Parallel()
	if *released == "" {
		t.Skip("it installs what .ci/run builds: see -released")
	}
	cli, err := findOnce()
	require.NoError(t, err)
	server := httptest.NewServer(http.FileServer(http.Dir(*released)))
	defer server.Close()
	environment := []string{"PULUMI_HOME=" + t.TempDir(), "PULUMI_SKIP_UPDATE_CHECK=true"}
	run := func(args ...string) string {
		stdout, stderr, _, err := cli.Run(t.Context(), t.TempDir(), nil, nil, nil, environment, args...)
		require.NoError(t, err, stderr)
		return stdout
	}
	run("plugin", "install", "resource", "fargate-privatelink", "0.0.0-dryrun", "--server", server.URL)
	var made spec.PackageSpec
	require.NoError(t, json.Unmarshal([]byte(run("package", "get-schema", "fargate-privatelink@0.0.0-dryrun")), &made))
	assert.Equal(t, "0.0.0-dryrun", made.Version)
}

// sourceOf is what an SDK says of a resource: serviceProvider.ts, service_provider.py,
// ServiceProviderArgs.java.
func sourceOf(t *testing.T, sdk, resource string) string {
	t.Helper()
	var text []byte
	require.NoError(t, filepath.WalkDir(sdk, func(file string, entry os.DirEntry, err error) error {
		name := strings.ReplaceAll(filepath.Base(file), "_", "")
		if err != nil || entry.IsDir() || len(name) < len(resource) || !strings.EqualFold(name[:len(resource)], resource) {
			return err
		}
		more, err := os.ReadFile(file)
		text = append(text, more...)
		return err
	}))
	return string(text)
}

// parseJava has the compiler read an SDK: a comment of ours could end where the generator
// doesn't expect it. What the SDK imports is not to be had without Java's registry.
func parseJava(t *testing.T, sdk string) {
	t.Helper()
	if _, err := exec.LookPath("javac"); err != nil {
		t.Log("not parsed: javac is not on PATH")
		return
	}
	args := []string{"-proc:none", "-XDshould-stop.ifNoError=PARSE", "-d", t.TempDir()}
	require.NoError(t, filepath.WalkDir(sdk, func(file string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(file, ".java") {
			args = append(args, file)
		}
		return err
	}))
	out, err := exec.Command("javac", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// notAttached has the engine start the plugin's process, as on a user's machine.
func notAttached(t testing.TB, s *Sandbox, stack auto.Stack) {
	t.Helper()
	attached, _, found := strings.Cut(s.environment()["PULUMI_DEBUG_PROVIDERS"], ",fargate-privatelink:")
	require.True(t, found)
	stack.Workspace().(*auto.LocalWorkspace).SetEnvVar("PULUMI_DEBUG_PROVIDERS", attached)
}

// BenchmarkPluginStart is the time until a plugin's process says its port, and its size. The
// floor is a plugin of one empty component.
func BenchmarkPluginStart(b *testing.B) {
	dir, err := builtPlugins()
	require.NoError(b, err)
	for _, bench := range []struct{ name, plugin string }{{"product", "fargate-privatelink"}, {"floor", "floor"}} {
		b.Run(bench.name, func(b *testing.B) {
			file := pluginIn(dir, bench.plugin)
			about, err := os.Stat(file)
			require.NoError(b, err)
			for b.Loop() {
				ctx, end := context.WithCancel(b.Context())
				cmd := exec.CommandContext(ctx, file)
				out, err := cmd.StdoutPipe()
				require.NoError(b, err)
				require.NoError(b, cmd.Start())
				_, err = bufio.NewReader(out).ReadString('\n')
				require.NoError(b, err)
				end()
				_ = cmd.Wait()
			}
			b.ReportMetric(float64(about.Size()), "binary-bytes")
		})
	}
}

// BenchmarkPluginPreview is a preview of the provider's side through the plugin. The floors
// are the same side in the program's own process, and one empty component of a plugin.
func BenchmarkPluginPreview(b *testing.B) {
	dir, err := builtPlugins()
	require.NoError(b, err)
	b.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	remote := func(token string, args pulumi.Map) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			var made pulumi.ResourceState
			return ctx.RegisterRemoteComponentResource(token, "web", args, &made)
		}
	}
	product := remote("fargate-privatelink:index:ServiceProvider", pulumi.Map{
		"service": pulumi.Map{"image": pulumi.String("nginx:alpine"), "environment": pulumi.StringMap{"GREETING": pulumi.String("hello")}},
		"tenants": pulumi.Map{"acme": pulumi.Map{"accounts": pulumi.StringArray{pulumi.String("222222222222")}}},
		"tags":    pulumi.StringMap{"team": pulumi.String("web")},
	})
	for _, bench := range []struct {
		name    string
		program pulumi.RunFunc
	}{
		{"beside=in-process/product", product},
		{"beside=in-process/floor", sides.Provider},
		{"beside=empty/product", product},
		{"beside=empty/floor", remote("floor:index:Empty", pulumi.Map{})},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s, err := Open(b.Context(), Options{Root: repository, Dir: b.TempDir(), Program: bench.program, Tools: repository, Log: os.Stderr})
			require.NoError(b, err)
			defer func() { require.NoError(b, s.Close()) }()
			stack, err := s.open(b.Context(), "provider")
			require.NoError(b, err)
			notAttached(b, s, stack)
			for b.Loop() {
				_, err := s.Preview(b.Context(), "provider", nil, false, nil)
				require.NoError(b, err)
			}
		})
	}
}
