package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/examples/deploy-go/sides"
	"fargate-privatelink/sandbox/world"
)

// openProgram opens a sandbox on a program's directory, with the state in dir.
func openProgram(t *testing.T, root, dir string, program pulumi.RunFunc) *Sandbox {
	t.Helper()
	s, err := Open(t.Context(), Options{Root: root, Dir: dir, Program: program, cli: keyedCLI(t)})
	require.NoError(t, err)
	return s
}

// inProgram opens a program's directory and closes it again.
func inProgram(t *testing.T, root, dir string, program pulumi.RunFunc, do func(*Sandbox)) {
	t.Helper()
	s := openProgram(t, root, dir, program)
	defer func() { require.NoError(t, s.Close()) }()
	do(s)
}

func exampleAt(name string) string { return filepath.Join(repository, "examples", name) }

func needsYAML(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("pulumi-language-yaml"); err != nil {
		t.Skip("pulumi-language-yaml is not on PATH: .ci/run builds it from tools/yaml")
	}
}

// random is what AWS and the engine draw: the ends of names, and IDs.
var random = regexp.MustCompile(`\b(?:[0-9a-f]{16,17}|[0-9a-f]{7,8})\b`)

// graph is a stack's resources with their inputs, parents and dependencies, without what
// is drawn.
func graph(t *testing.T, s *Sandbox, stack string) map[string]any {
	t.Helper()
	text, err := json.Marshal(comparable(exported(t, s, stack)))
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, json.Unmarshal(random.ReplaceAll(text, []byte("*")), &all))
	require.Greater(t, len(all), 10)
	for _, r := range all { // that a contract is a stack reference's a Go program doesn't tell the engine
		r := r.(map[string]any)
		if dependencies, some := r["dependencies"].([]any); some {
			dependencies = slices.DeleteFunc(dependencies, func(d any) bool { return strings.Contains(d.(string), "StackReference") })
			if r["dependencies"] = any(dependencies); len(dependencies) == 0 {
				r["dependencies"] = nil
			}
		}
	}
	return all
}

// A provider's side deploys the same resources from every language, and one language goes
// on where another left off.
func TestLanguagesDeployTheSame(t *testing.T) {
	t.Parallel()
	needsYAML(t)
	root, dir := exampleAt("deploy-yaml/provider"), t.TempDir()
	var inGoToo map[string]any
	inProgram(t, root, dir, sides.Provider, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		inGoToo = graph(t, s, "provider")
	})
	inProgram(t, root, dir, nil, func(s *Sandbox) {
		next, err := s.Preview(t.Context(), "provider", nil, false, nil)
		require.NoError(t, err)
		assert.True(t, next.Changes.None(), "YAML changes what Go has deployed: %v", next.Changes)
	})
	inProgram(t, root, t.TempDir(), nil, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		if diff := cmp.Diff(inGoToo, graph(t, s, "provider")); diff != "" {
			t.Errorf("YAML deploys something else (-Go +YAML):\n%s", diff)
		}
	})
}

// Both sides in YAML: the consumer takes the contract, the provider accepts the endpoint,
// and from then on refuses to be destroyed before anything is deleted.
func TestYAMLDeploysBothSides(t *testing.T) {
	t.Parallel()
	needsYAML(t)
	dir, provider, consumer := t.TempDir(), copyExample(t, "deploy-yaml/provider"), exampleAt("deploy-yaml/consumer")
	var endpoint any
	var offered []byte
	inProgram(t, provider, dir, nil, func(s *Sandbox) {
		made, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		offered, err = json.Marshal(made.Outputs["contract"])
		require.NoError(t, err)
	})
	var inGoToo map[string]any
	inProgram(t, consumer, dir, sides.Consumer, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "consumer", nil, nil)
		require.NoError(t, err)
		inGoToo = graph(t, s, "consumer")
	})
	inProgram(t, consumer, dir, nil, func(s *Sandbox) {
		next, err := s.Preview(t.Context(), "consumer", nil, false, nil)
		require.NoError(t, err)
		assert.True(t, next.Changes.None(), "YAML changes what Go has deployed: %v", next.Changes)
		_, err = s.Destroy(t.Context(), "consumer", nil, nil)
		require.NoError(t, err)
		made, err := s.Up(t.Context(), "consumer", nil, nil)
		require.NoError(t, err)
		if diff := cmp.Diff(inGoToo, graph(t, s, "consumer")); diff != "" {
			t.Errorf("YAML deploys something else (-Go +YAML):\n%s", diff)
		}
		endpoint = made.Outputs["endpointId"]
		require.Regexp(t, "^vpce-", endpoint)
		assert.Regexp(t, `^http://vpce-.*\.vpce\.amazonaws\.com$`, made.Outputs["url"])
	})
	inProgram(t, withPasted(t, offered), dir, nil, func(s *Sandbox) {
		next, err := s.Preview(t.Context(), "consumer", nil, false, nil)
		require.NoError(t, err)
		assert.True(t, next.Changes.None(), "a pasted contract changes something: %v", next.Changes)
	})
	file := filepath.Join(provider, "Pulumi.provider.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(string(text)+"  deploy-yaml-provider:endpointIds: ["+endpoint.(string)+"]\n"), 0o600))
	inProgram(t, provider, dir, nil, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		before := len(s.World.Operations())
		_, err = s.Destroy(t.Context(), "provider", nil, nil)
		require.ErrorContains(t, err, "connected to the endpoint service: endpoint "+endpoint.(string)+" of account 222222222222")
		for _, operation := range s.World.Operations()[before:] {
			assert.NotEqual(t, world.PhaseDelete, operation.Phase, "the destroy began: %s", operation)
		}
	})
}

// withPasted is the consumer's side in YAML with the contract pasted, in place of the
// reference to the provider's stack.
func withPasted(t *testing.T, contract []byte) string {
	t.Helper()
	root := copyExample(t, "deploy-yaml/consumer")
	file := filepath.Join(root, "Pulumi.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, reads, found := strings.Cut(string(text), "variables:\n")
	_, web, has := strings.Cut(reads, "  web:\n")
	require.True(t, found && has)
	pasted := before + "variables:\n  contract: " + string(contract) + "\nresources:\n  web:\n" + web
	require.NoError(t, os.WriteFile(file, []byte(pasted), 0o600))
	return root
}

// copyExample copies an example's files, to be changed.
func copyExample(t *testing.T, name string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "example")
	require.NoError(t, os.CopyFS(to, os.DirFS(exampleAt(name))))
	return to
}

// A fault is the sentence that a Go program gets, for a part by itself as for a side, and
// nothing is registered. The program is of any language: it gives the plugin properties.
func TestLanguagesRefuse(t *testing.T) {
	t.Parallel()
	type values = pulumi.Map
	text, number := func(s string) pulumi.Input { return pulumi.String(s) }, func(f float64) pulumi.Input { return pulumi.Float64(f) }
	var given struct {
		component string
		values    values
	}
	s := openTest(t, map[string]string{"dev": goldenStack}, func(ctx *pulumi.Context) error {
		var made pulumi.ResourceState
		return ctx.RegisterRemoteComponentResource("fargate-privatelink:index:"+given.component, "web", given.values, &made)
	})
	for _, test := range []struct {
		name, component string
		values          values
		want            string
	}{
		{"an unknown property", "ServiceProvider", values{"scaling": values{"minCont": number(2)}},
			`ServiceProvider "web": scaling.minCont is not a known key: did you mean minCount?`},
		{"a wrong type", "ServiceProvider", values{"service": values{"cpu": text("big")}},
			`ServiceProvider "web": service.cpu is "big" (a string); it must be an integer`},
		{"two out of range", "ServiceProvider", values{"scaling": values{"minCount": number(-1)}, "loadBalancer": values{"generation": number(12)}},
			"ServiceProvider \"web\": scaling.minCount is -1; it must be 0 to 5000\nloadBalancer.generation is 12; it must be 1 to 9"},
		{"none of a closed list", "ServiceProvider", values{"service": values{"cpuArchitecture": text("MIPS")}},
			`ServiceProvider "web": service.cpuArchitecture is "MIPS"; it must be`},
		{"a missing contract", "ServiceConsumer", values{}, `ServiceConsumer "web": contract is missing`},
		{"a contract of another version", "ServiceConsumer", values{"contract": values{"version": number(99)}}, `ServiceConsumer "web": contract`},
		{"of a part by itself", "Certificate", values{"domainName": text("nowhere"), "hostedZoneId": text("Z1")},
			`Certificate "web": domainName is "nowhere"; it must be`},
		{"a missing property of a part", "NetworkLoadBalancer", values{}, `NetworkLoadBalancer "web": `},
		{"a secret where there must be none", "Network", values{"cidrBlock": pulumi.ToSecret(text("10.0.0.0/16"))},
			`Network "web": cidrBlock is a secret; it must be a plain value`},
		{"no component", "Nothing", values{}, "fargate-privatelink:index:Nothing is none of the components of fargate-privatelink"},
	} {
		t.Run(test.name, func(t *testing.T) {
			given.component, given.values = test.component, test.values
			_, err := s.Preview(t.Context(), "dev", nil, false, nil)
			require.ErrorContains(t, err, test.want)
		})
	}
	assert.Empty(t, exported(t, s, "dev"))
	assert.Empty(t, s.World.Operations())
}

// Types of AWS's that the sandbox does not model are one error with all of them, before
// anything is made.
func TestLanguagesNameWhatIsNotModelled(t *testing.T) {
	t.Parallel()
	const want = "stack dev: the sandbox does not model %s: leave out what has such a type where the program runs in the sandbox"
	refuses := func(t *testing.T, root string, program pulumi.RunFunc, types string) {
		inProgram(t, root, t.TempDir(), program, func(s *Sandbox) {
			_, err := s.Deploy(t.Context(), "dev", nil, nil)
			require.EqualError(t, err, fmt.Sprintf(want, types))
			assert.Empty(t, s.World.Operations())
		})
	}
	t.Run("Go", func(t *testing.T) {
		refuses(t, yamlProgram(t, "  web: {type: aws:sns:Topic}\n"), func(ctx *pulumi.Context) error {
			var queue pulumi.CustomResourceState
			for _, name := range []string{"a", "b"} {
				if err := ctx.RegisterResource("aws:sqs/queue:Queue", name, pulumi.Map{}, &queue); err != nil {
					return err
				}
			}
			if _, err := sns.NewTopic(ctx, "topic", &sns.TopicArgs{DisplayName: queue.URN().ApplyT(func(pulumi.URN) string { return "" }).(pulumi.StringOutput)}); err != nil {
				return err
			}
			var table pulumi.CustomResourceState
			return ctx.RegisterResource("aws:dynamodb/table:Table", "table", pulumi.Map{}, &table, pulumi.DependsOn([]pulumi.Resource{&queue}))
		}, "aws:dynamodb/table:Table, aws:sqs/queue:Queue")
	})
	t.Run("YAML", func(t *testing.T) {
		needsYAML(t)
		refuses(t, yamlProgram(t, "  web: {type: aws:sqs:Queue}\n  table: {type: aws:dynamodb:Table}\n"), nil, "aws:dynamodb:Table, aws:sqs:Queue")
	})
}

// examples/deploy-go is a program of its own, which the sandbox builds and runs: it makes
// what the other languages' do, and its consumer is checked by what it has made.
func TestGoProgramDeploysBothSides(t *testing.T) {
	t.Parallel()
	root := exampleAt("deploy-go")
	var want map[string]any
	inProgram(t, root, t.TempDir(), sides.Run, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		want = graph(t, s, "provider")
	})
	inProgram(t, root, t.TempDir(), nil, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		if diff := cmp.Diff(want, graph(t, s, "provider")); diff != "" {
			t.Errorf("the program deploys something else:\n%s", diff)
		}
		_, err = s.Up(t.Context(), "consumer", nil, nil)
		require.NoError(t, err)
		found, err := s.Check(t.Context())
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, "pendingAcceptance", found[0].State)
		assert.True(t, found[0].StrangersRefused())
		assert.Regexp(t, `^http://vpce-`, found[0].URL)
	})
}

// Two sides of one program have one guard's hook, which the engine takes once, and the
// resource option providers takes one of them to another account and Region.
func TestLanguagesDeployTwice(t *testing.T) {
	t.Parallel()
	needsYAML(t)
	root := yamlProgram(t, `  elsewhere:
    type: pulumi:providers:aws
    properties: {region: us-west-2, allowedAccountIds: ["333333333333"]}
  web:
    type: fargate-privatelink:ServiceProvider
    properties: {tenants: {acme: {accounts: ["222222222222"]}}}
  api:
    type: fargate-privatelink:ServiceProvider
    properties: {tenants: {acme: {accounts: ["222222222222"]}}}
    options: {providers: ["${elsewhere}"]}
`)
	inProgram(t, root, t.TempDir(), nil, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "dev", nil, nil)
		require.NoError(t, err)
		places := map[string]int{}
		require.NoError(t, s.World.View(func(tx *world.Tx) error {
			for _, r := range tx.All(world.TokenEndpointService) {
				places[r.Account+" "+r.Region]++
			}
			return nil
		}))
		assert.Equal(t, map[string]int{"123456789012 us-east-1": 1, "333333333333 us-west-2": 1}, places)
		_, err = s.Destroy(t.Context(), "dev", nil, nil)
		require.NoError(t, err)
		left, err := s.Remaining()
		require.NoError(t, err)
		assert.Empty(t, left)
	})
}

// yamlProgram writes a project whose program has those resources, with a stack dev.
func yamlProgram(t *testing.T, resources string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: program\nruntime: yaml\nresources:\n"+resources), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), []byte(strings.ReplaceAll(goldenStack, "\t", "")), 0o600))
	return root
}
