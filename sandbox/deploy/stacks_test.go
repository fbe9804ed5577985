package deploy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// openProject opens a sandbox on a copy of the repository's own project, with
// its stack files replaced by those given (name without "Pulumi." and ".yaml").
func openProject(t *testing.T, files map[string]string) *Sandbox {
	t.Helper()
	return openAt(t, writeProject(t, files), nil)
}

// writeProject makes that copy and returns its directory.
func writeProject(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	all := map[string]string{"": readRepository(t, "Pulumi.yaml")}
	if files == nil {
		files = map[string]string{
			"provider": readRepository(t, "Pulumi.provider.yaml"),
			"consumer": readRepository(t, "Pulumi.consumer.yaml"),
		}
	}
	maps.Copy(all, files)
	for name, text := range all {
		file := "Pulumi." + name + ".yaml"
		if name == "" {
			file = "Pulumi.yaml"
		}
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(text), 0o600))
	}
	return root
}

func readRepository(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repository, name))
	require.NoError(t, err)
	return string(b)
}

func up(t *testing.T, s *Sandbox, stack string) *Result {
	t.Helper()
	res, err := s.Up(t.Context(), stack, nil, nil)
	require.NoError(t, err)
	deployedKeys.record(t, s, stack)
	recordInputs(t, s, stack)
	requireValidOutputs(t, s, stack, res.Outputs)
	return res
}

// outputSchemas are the JSON Schemas that others hold the outputs to, by role.
var outputSchemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	found := map[string]*jsonschema.Schema{}
	for _, role := range []string{RoleProvider, RoleConsumer} {
		schema, err := jsonschema.NewCompiler().Compile(filepath.Join(repository, "schemas", role+"-outputs.json"))
		if err != nil {
			return nil, err
		}
		found[role] = schema
	}
	return found, nil
})

// requireValidOutputs holds what a stack of the project hands out, in whatever
// configuration a test deploys it, to its schema.
func requireValidOutputs(t *testing.T, s *Sandbox, stack string, outputs map[string]any) {
	t.Helper()
	of, err := s.Stack(stack)
	require.NoError(t, err)
	schemas, err := outputSchemas()
	require.NoError(t, err)
	schema, known := schemas[of.Role]
	if !known { // another program's stack
		return
	}
	text, err := json.Marshal(outputs)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document), stack)
}

func destroyAll(t *testing.T, s *Sandbox, stacks ...string) {
	t.Helper()
	for _, st := range stacks {
		_, err := s.Destroy(t.Context(), st, nil, nil)
		require.NoError(t, err)
	}
	left, err := s.Remaining()
	require.NoError(t, err)
	assert.Empty(t, left, "resources left in the accounts")
}

// TestBothSides is the product's main job with the repository's own
// configuration: provider, consumer, provider again, reachable, unchanged by a
// second run, and gone without a trace.
func TestBothSides(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{Root: writeProject(t, nil), Tools: repository, cli: saving{testCLI(t)}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })

	first := up(t, s, "provider")
	assert.Positive(t, first.Changes["create"])
	require.Len(t, first.Notes, 1)
	assert.Contains(t, first.Notes[0], "pulumi up --stack consumer")
	c, err := contract.FromValue(first.Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, []contract.Port{{Port: 80, Protocol: "tcp"}}, c.Ports)

	consumer := up(t, s, "consumer")
	waits, err := s.AwaitsAcceptance(c.ServiceName)
	require.NoError(t, err)
	assert.True(t, waits, "the connection waits for the provider")
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	assert.False(t, found[0].Reachable(), "reachable before it was accepted")

	again := up(t, s, "provider")
	assert.Equal(t, map[string]any{consumer.Outputs["endpointId"].(string): "account 222222222222 (tenant acme)"}, again.Outputs["acceptedEndpoints"])
	found, err = s.Check(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.True(t, found[0].Reachable())
	assert.Len(t, found[0].Paths, len(c.AvailabilityZoneIds), "one path for each zone of the contract")

	for _, st := range []string{"provider", "consumer"} {
		res := up(t, s, st)
		assert.True(t, res.Changes.None(), "second up of %s: %v", st, res.Changes)
		preview, err := s.Preview(t.Context(), st, nil, false, nil)
		require.NoError(t, err)
		assert.True(t, preview.Changes.None(), "preview of %s: %v", st, preview.Changes)
	}
	destroyAll(t, s, "consumer", "provider")

	logs, err := filepath.Glob(filepath.Join(globbed(s.path("home")), "logs", "*"))
	require.NoError(t, err)
	assert.Empty(t, logs, "the CLI's logs of each command, a third of its time")
}

// TestZonesGoByID: the two accounts name the zones differently, and the
// consumer's endpoint is in the provider's zones all the same.
func TestZonesGoByID(t *testing.T) {
	t.Parallel()
	ids := []string{"use1-az1", "use1-az2"}
	require.NotEqual(t, zoneNames(t, "111111111111", ids...), zoneNames(t, "222222222222", ids...), "the test needs accounts that differ")
	s := openProject(t, map[string]string{
		"provider": providerFile("    endpointService: {acceptanceRequired: false}\n    network: {availabilityZoneIds: [use1-az1, use1-az2]}\n"),
		"consumer": consumerFile,
	})
	up(t, s, "provider")
	endpoint := up(t, s, "consumer").Outputs["endpointId"].(string)
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		e, ok := tx.Endpoint(endpoint)
		require.True(t, ok)
		service, ok := tx.EndpointServiceNamed(e.ServiceName)
		require.True(t, ok)
		balancer, ok := tx.LoadBalancer(service.LoadBalancerARNs[0])
		require.True(t, ok)
		assert.ElementsMatch(t, ids, balancer.ZoneIDs())
		assert.ElementsMatch(t, ids, service.ZoneIDs)
		for account, interfaces := range map[string][]world.NetworkInterface{"111111111111": balancer.Nodes, "222222222222": e.Interfaces} {
			var zones, names []string
			for _, n := range interfaces {
				subnet, ok := tx.Subnet(n.SubnetID)
				require.True(t, ok)
				zones, names = append(zones, n.ZoneID), append(names, subnet.ZoneName)
			}
			assert.ElementsMatch(t, ids, zones, account)
			assert.ElementsMatch(t, zoneNames(t, account, ids...), names, account)
		}
		return nil
	}))
}

func zoneNames(t *testing.T, account string, ids ...string) []string {
	t.Helper()
	var names []string
	for _, z := range world.Zones(account, "us-east-1") {
		for _, id := range ids {
			if z.ID == id {
				names = append(names, z.Name)
			}
		}
	}
	require.Len(t, names, len(ids))
	return names
}

const consumerFile = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  fargate-privatelink:role: consumer
  fargate-privatelink:consumer:
    provider: provider
    network: {cidrBlock: 10.20.0.0/16}
`

// providerFile is a provider's stack file with more lines in its object, each
// indented by four.
func providerFile(lines string) string {
	return `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
    tenants: {acme: {accounts: ["222222222222"]}}
` + lines
}

// TestNetworks deploys a provider with each kind of network; with acceptance
// off, one pass of each side is all that it takes.
func TestNetworks(t *testing.T) {
	t.Parallel()
	open := "    endpointService: {acceptanceRequired: false}\n"
	tests := map[string]string{
		"a NAT gateway in each zone": open + "    network: {egress: nat-per-az, availabilityZones: 3, cidrBlock: 10.30.0.0/16}\n",
		"public subnets":             open + "    network: {egress: public}\n",
		"no internet": open + `    network: {egress: none, vpcEndpoints: [ecr.api, ecr.dkr, logs, s3]}
    service: {image: 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1}
`,
		"zones by id":        open + "    network: {availabilityZoneIds: [use1-az4, use1-az6]}\n",
		"enforced for CIDRs": open + "    loadBalancer: {clientCidrs: [10.20.0.0/16]}\n",
		"cross-zone":         open + "    loadBalancer: {crossZone: true}\n    service: {desiredCount: 1}\n",
		"another port":       open + "    listener: {port: 8443}\n    service: {containerPort: 8080}\n",
	}
	for name, lines := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openProject(t, map[string]string{"provider": providerFile(lines), "consumer": consumerFile})
			up(t, s, "provider")
			up(t, s, "consumer")
			found, err := s.Check(t.Context())
			require.NoError(t, err)
			for _, p := range found[0].Paths {
				if stopped := p.Stopped(); stopped != nil {
					t.Errorf("path in %s stops at %s %s: %s", p.ZoneID, stopped.Hop, stopped.At, stopped.By)
				}
			}
			require.NotEmpty(t, found[0].Paths)
			destroyAll(t, s, "consumer", "provider")
		})
	}
}

// TestPartitions deploys both sides in the partitions beside aws, whose ARNs and DNS
// names are others.
func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, suffix := range map[string]string{"cn-north-1": ".amazonaws.com.cn", "us-gov-west-1": ".amazonaws.com"} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			provider := providerFile("    endpointService: {acceptanceRequired: false}\n    operations: {dashboard: true, alarms: true}\n    notifications: {enabled: true}\n")
			consumerFile := strings.Replace(consumerFile, "10.20.0.0/16}", "10.20.0.0/16, availabilityZones: 1}", 1)
			s := openProject(t, map[string]string{
				"provider": strings.ReplaceAll(provider, "us-east-1", region), "consumer": strings.ReplaceAll(consumerFile, "us-east-1", region),
			})
			up(t, s, "provider")
			consumer := up(t, s, "consumer")
			assert.Contains(t, consumer.Outputs["dnsName"], suffix)
			requireReachable(t, s)
			rewrite(t, s, "provider", strings.ReplaceAll(provider, "us-east-1", region)+
				"    network: {egress: none, vpcEndpoints: [sts, kms]}\n    service: {executeCommand: true, image: \"111111111111.dkr.ecr."+region+suffix+"/web:1\"}\n")
			up(t, s, "provider")
			requireReachable(t, s)
			destroyAll(t, s, "consumer", "provider")
		})
	}
}

// TestPastedContract: two companies without a common Pulumi organization hand
// the contract over as JSON and the endpoint's id back.
func TestPastedContract(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile(""), "consumer": consumerFile})
	first := up(t, s, "provider")
	c, err := contract.FromValue(first.Outputs[contract.OutputName])
	require.NoError(t, err)
	text, err := c.MarshalJSON()
	require.NoError(t, err)

	pasted := strings.Replace(consumerFile, "provider: provider", "contract: '"+string(text)+"'", 1)
	rewrite(t, s, "consumer", pasted)
	id, _ := up(t, s, "consumer").Outputs["endpointId"].(string)
	require.NotEmpty(t, id)

	accepting := strings.Replace(providerFile(""), `["222222222222"]`, `["222222222222"], endpointIds: [`+id+`]`, 1)
	rewrite(t, s, "provider", accepting)
	up(t, s, "provider")
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	assert.True(t, found[0].Reachable())
	destroyAll(t, s, "consumer", "provider")
}

// rewrite changes a stack's file as a user would between two runs, who leaves what encrypts
// its secrets.
func rewrite(t require.TestingT, s *Sandbox, stack, text string) {
	file := filepath.Join(s.path("project"), "Pulumi."+stack+".yaml")
	was, err := readYAML(file)
	require.NoError(t, err)
	for _, key := range encryptionKeys {
		if value, ok := was[key]; ok && !strings.Contains(text, "\n"+key+":") {
			text += fmt.Sprintf("\n%s: %v\n", key, value)
		}
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// TestFailures: what goes wrong in a deployment comes back as the one sentence
// that says it, not as the engine's whole output.
func TestFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files map[string]string
		stack string
		want  []string
	}{
		"the provider is not there yet": {
			files: map[string]string{"provider": providerFile(""), "consumer": consumerFile},
			stack: "consumer",
			want:  []string{"provider", "pulumi up --stack provider"},
		},
		"a bad value": {
			files: map[string]string{"provider": providerFile("    service: {cpu: 300}\n")},
			stack: "provider",
			want:  []string{"provider.service.cpu", "300", "256"},
		},
		"a role that does not exist": {
			files: map[string]string{"provider": strings.Replace(providerFile(""), "role: provider", "role: producer", 1)},
			stack: "provider",
			want:  []string{`"producer"`, "consumer, provider"},
		},
		"an account that may not connect": {
			files: map[string]string{
				"provider": strings.Replace(providerFile(""), `["222222222222"]`, `["333333333333"]`, 1),
				"consumer": consumerFile,
			},
			stack: "consumer",
			want:  []string{"InvalidServiceName"},
		},
		"a stack without a file": {
			files: map[string]string{"provider": providerFile("")},
			stack: "consumer-acme",
			want:  []string{"Pulumi.consumer-acme.yaml", "the stacks are provider"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openProject(t, tt.files)
			if name == "an account that may not connect" {
				up(t, s, "provider")
			}
			_, err := s.Up(t.Context(), tt.stack, nil, nil)
			require.Error(t, err)
			for _, part := range tt.want {
				assert.ErrorContains(t, err, part)
			}
			assert.NotContains(t, err.Error(), "stdout:")
		})
	}
}

// TestStackFiles: the sandbox neither writes to the repository's files
// nor takes an encrypted value.
func TestStackFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(readRepository(t, "Pulumi.yaml")), 0o600))
	file := filepath.Join(root, "Pulumi.provider.yaml")
	secret := "encryptionsalt: v1:abc\n" + providerFile("    service: {environment: {KEY: {secure: v1:xyz}}}\n")
	require.NoError(t, os.WriteFile(file, []byte(secret), 0o600))
	_, err := Open(t.Context(), Options{Root: root, Tools: repository})
	require.ErrorContains(t, err, "Pulumi.provider.yaml: fargate-privatelink:provider.service.environment.KEY is an encrypted value")

	require.NoError(t, os.WriteFile(file, []byte("encryptionsalt: v1:abc\n"+providerFile("")), 0o600))
	s := openAt(t, root, nil)
	_, err = s.Outputs(t.Context(), "provider")
	require.NoError(t, err)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "encryptionsalt: v1:abc\n"+providerFile(""), string(b))
}
