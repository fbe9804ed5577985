package deploy

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/examples/deploy-go/sides"
	"fargate-privatelink/internal/sdk"
	"fargate-privatelink/plugin/provider"
)

const typescriptExample = "deploy-typescript"

// builtTypeScript compiles the package's SDK for Node.js, and with it the files of a program
// beside the example's own, and returns where they are.
func builtTypeScript(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on PATH")
	}
	modules, err := filepath.Abs(exampleAt("consume-typescript/node_modules"))
	require.NoError(t, err)
	if _, err := os.Stat(modules); err != nil {
		t.Skip("the packages are not installed: run npm ci in examples/consume-typescript")
	}
	work := t.TempDir()
	for _, name := range []string{"@pulumi/pulumi", "@types", "typescript"} {
		link := filepath.Join(work, "node_modules", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(link), 0o755))
		require.NoError(t, os.Symlink(filepath.Join(modules, name), link))
	}
	compile := func(directory string, args ...string) { // each file beside its source
		cmd := exec.Command("node", append([]string{filepath.Join(modules, "typescript", "bin", "tsc"), "--noEmit", "false", "--outDir", "."}, args...)...)
		cmd.Dir = directory
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	pkg := filepath.Join(work, "node_modules", "@pulumi", "fargate-privatelink")
	require.NoError(t, sdk.Write("nodejs", provider.Version(), pkg))
	compile(pkg)
	program := filepath.Join(work, "program")
	require.NoError(t, os.CopyFS(program, os.DirFS(exampleAt(typescriptExample))))
	config := `{"extends": "./tsconfig.json", "files": ["` + strings.Join(append(slices.Sorted(maps.Keys(files)), "index.ts"), `", "`) + `"]}`
	require.NoError(t, os.WriteFile(filepath.Join(program, "tsconfig.all.json"), []byte(config), 0o600))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(program, name), []byte(text), 0o600))
	}
	compile(program, "--project", "tsconfig.all.json")
	return program
}

// runTypeScript runs an operation on a stack of the sandbox with a compiled program.
func runTypeScript(t *testing.T, s *Sandbox, index, stack, operation string) (result struct {
	Outputs map[string]any
	Changes map[string]int
}, err error) {
	t.Helper()
	run, err := filepath.Abs("testdata/typescript/run.js")
	require.NoError(t, err)
	modules, err := filepath.Abs(exampleAt("consume-typescript/node_modules"))
	require.NoError(t, err)
	project, work, err := s.home(stack)
	require.NoError(t, err)
	cmd := exec.Command("node", run, index, work, project, stack, operation)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	for name, value := range s.environment() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(testCLI(t).path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return result, errors.New(stderr.String())
	}
	return result, json.Unmarshal([]byte(stdout.String()), &result)
}

// Both sides in TypeScript, with a generated SDK, deploy what Go does: the consumer's takes
// the provider's contract typed, by stack reference or pasted. What is wrong in them is
// refused in Go's words, all of it at once. The compiler takes the examples of the pages.
func TestTypeScriptDeploysBothSides(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"wrong.ts":  readRepository(t, "sandbox/deploy/testdata/typescript/wrong.ts"),
		"pasted.ts": readRepository(t, "sandbox/deploy/testdata/typescript/pasted.ts"),
	}
	for component, text := range onPages(t, "typescript") {
		files[component+".ts"] = text
	}
	built := builtTypeScript(t, files)
	index, sandboxes := filepath.Join(built, "index.js"), exampleAt(typescriptExample)
	want := map[string]map[string]any{}
	inProgram(t, sandboxes, t.TempDir(), sides.Run, func(s *Sandbox) {
		for _, stack := range []string{"provider", "consumer"} {
			_, err := s.Up(t.Context(), stack, nil, nil)
			require.NoError(t, err)
			want[stack] = graph(t, s, stack)
		}
	})
	inProgram(t, sandboxes, t.TempDir(), nil, func(s *Sandbox) {
		for stack, says := range wrongInTypeScript {
			_, err := runTypeScript(t, s, filepath.Join(built, "wrong.js"), stack, "preview")
			require.Error(t, err)
			assert.Contains(t, strings.ReplaceAll(err.Error(), "\n    ", "\n"), says)
		}
		for _, stack := range []string{"provider", "consumer"} {
			made, err := runTypeScript(t, s, index, stack, "up")
			require.NoError(t, err)
			if diff := cmp.Diff(want[stack], graph(t, s, stack)); diff != "" {
				t.Errorf("TypeScript deploys something else (-Go +TypeScript):\n%s", diff)
			}
			if stack == "provider" {
				contract, err := json.Marshal(made.Outputs["contract"])
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(built, "contract.json"), contract, 0o600))
				continue
			}
			assert.Regexp(t, "^vpce-", made.Outputs["endpointId"])
			assert.Regexp(t, `^http://vpce-.*\.vpce\.amazonaws\.com$`, made.Outputs["url"])
		}
		pasted, err := runTypeScript(t, s, filepath.Join(built, "pasted.js"), "consumer", "preview")
		require.NoError(t, err)
		assert.True(t, Changes(pasted.Changes).None(), "a pasted contract changes something: %v", pasted.Changes)
	})
}

// wrongInTypeScript is what testdata/typescript/wrong.ts is told, by stack.
var wrongInTypeScript = map[string]string{
	"provider": `ServiceProvider "web": service.cpu is "big" (a string); it must be an integer
scaling.minCont is not a known key: did you mean minCount? (known keys: cpuPercent, enabled, flowsPerTask, maxCount, memoryPercent, minCount, scaleInCooldownSeconds, scaleOutCooldownSeconds, schedules)
service.sidecars.agent.image is missing; it is required
service.cpuArchitecture is "MIPS"; it must be one of X86_64, ARM64
scaling.minCount is -1; it must be 0 to 5000
`,
	"consumer": `ServiceConsumer "web": network.cidrBlock is 5 (a number); it must be a string: put it in quotes
endpoint.privteDns is not a known key: did you mean privateDns? (known keys: additionalSecurityGroupIds, dnsRecordIpType, ipAddressType, policy, privateDns, privateDnsDomains, privateIpv4Addresses)
network.availabilityZones is 7; it must be 1 to 6
endpoint.ipAddressType is "ipv5"; it must be one of ipv4, dualstack, ipv6
contract.serviceName is missing; it is required
contract.serviceId is missing; it is required
contract.region is missing; it is required
contract.ports[0].protocol is missing; it is required
contract.availabilityZoneIds is missing; it is required
`,
}
