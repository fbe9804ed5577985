package replica

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

// drawn is how many projects TestReplicaAnswersTheSame draws: each takes half a minute.
var drawn = flag.Int("replicas", 2, "how many drawn projects to compare with their replicas")

// project are the stack files of a project, by stack; "" is sandbox.yaml.
type project map[string]string

const providerHead = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
`

const consumerHead = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  fargate-privatelink:role: consumer
  fargate-privatelink:consumer:
    provider: provider
`

// drawProject draws a project of the features that say something to the world.
func drawProject(t *rapid.T) project {
	one := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	provider := providerHead +
		one("tenants", "    tenants: {acme: {accounts: [\"222222222222\"], consumerStacks: [consumer]}}\n", "    tenants: {acme: {accounts: [\"222222222222\"]}}\n    endpointService: {acceptanceRequired: false}\n") +
		one("network", "", "    network: {egress: public}\n", "    network: {egress: nat-per-az, availabilityZones: 3, cidrBlock: 10.30.0.0/16}\n", "    network: {availabilityZoneIds: [use1-az4, use1-az6]}\n", "    network: {egress: single-nat, vpcEndpoints: [s3, logs]}\n") +
		one("balancer", "", "    loadBalancer: {crossZone: true}\n", "    loadBalancer: {clientCidrs: [10.20.0.0/16]}\n") +
		one("listener", "", "    listener: {port: 8443}\n", "    listeners: {80/tcp: {}, 8081/tcp: {containerPort: 8081}}\n") +
		one("service", "", "    service: {desiredCount: 3, cpu: 512, memory: 1024}\n", "    service: {containerPort: 8080, spot: {weight: 1, onDemandBase: 1}}\n", "    service: {environment: {A: b}, executeCommand: true}\n") +
		one("scaling", "", "    scaling: {maxCount: 6}\n") +
		one("operations", "", "    notifications: {enabled: true}\n    operations: {alarms: true, dashboard: true}\n", "    notifications: {enabled: true, emails: [ops@example.com]}\n")
	consumer := consumerHead +
		one("clients", "", "    clients: {cidrBlocks: [192.0.2.0/24]}\n", "    clients: {cidrBlocks: [10.20.0.0/16, 172.16.0.0/12]}\n") +
		one("consumer network", "", "    network: {cidrBlock: 10.40.0.0/16}\n")
	return project{"provider": provider, "consumer": consumer}
}

// TestReplicaAnswersTheSame: whatever the sandbox deployed, exported, and loaded into an
// empty one, answers the same to check, cost, outputs and preview.
func TestReplicaAnswersTheSame(t *testing.T) {
	type source struct {
		name  string
		files func(*testing.T) string // the directory of the stacks' files
	}
	var sources []source
	for _, example := range []string{"cross-region-dualstack", "no-internet-arm64-spot"} {
		sources = append(sources, source{example, func(*testing.T) string { return filepath.Join("examples", "stacks", example) }})
	}
	for seed := range *drawn {
		sources = append(sources, source{fmt.Sprintf("drawn/%d", seed), func(t *testing.T) string {
			files := t.TempDir()
			for stack, text := range rapid.Custom(drawProject).Example(seed) {
				t.Logf("%s:\n%s", stack, text)
				require.NoError(t, os.WriteFile(filepath.Join(files, "Pulumi."+stack+".yaml"), []byte(text), 0o600))
			}
			return files
		}})
	}
	for _, s := range thrift.Sample(t, 1, sources) {
		t.Run(s.name, func(t *testing.T) { compareReplica(t, s.files(t)) })
	}
}

func compareReplica(t *testing.T, files string) {
	t.Helper()
	opts := options(t, "")
	if opts.Files = files; !filepath.IsAbs(files) {
		opts.Files = filepath.Join(repository, files)
	}
	original, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	deployAll(t, original)
	want := answersOf(t, original)
	var exports []string
	for _, st := range original.Stacks {
		exported, err := original.Export(t.Context(), st.Name)
		require.NoError(t, err)
		b, err := json.Marshal(exported)
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), st.Name+".json")
		require.NoError(t, os.WriteFile(file, b, 0o600))
		exports = append(exports, file)
	}
	require.NoError(t, original.Close())

	opts.Dir = filepath.Join(t.TempDir(), "replica")
	read, err := Read(exports)
	require.NoError(t, err)
	_, err = Load(t.Context(), opts, read, false)
	require.NoError(t, err)
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.Empty(t, s.Replica().Assumptions)
	require.Equal(t, want, answersOf(t, s))
	for _, st := range s.Stacks {
		refreshed, err := s.Refresh(t.Context(), st.Name, nil)
		require.NoError(t, err)
		require.True(t, refreshed.Changes.None(), "refresh of %s: %v", st.Name, refreshed.Changes)
	}
}

// deployAll is the whole hand-shake.
func deployAll(t *testing.T, s *deploy.Sandbox) {
	t.Helper()
	_, err := s.Rounds(t.Context(), deploy.Rounds{Deploy: func(ctx context.Context, st deploy.Stack, _ bool) (*deploy.Result, error) {
		return s.Up(ctx, st.Name, nil, nil)
	}})
	require.NoError(t, err)
}

// answers are what a sandbox says of its stacks, without what AWS or the sandbox picks by
// chance: the addresses and ids of nodes and tasks.
type answers struct {
	Paths    []string
	Outputs  map[string]map[string]any
	Previews map[string]deploy.Changes
	Cost     *cost.Estimate
}

func answersOf(t *testing.T, s *deploy.Sandbox) answers {
	t.Helper()
	a := answers{Outputs: map[string]map[string]any{}, Previews: map[string]deploy.Changes{}}
	var stacks []cost.Stack
	for _, st := range s.Stacks {
		outputs, err := s.Outputs(t.Context(), st.Name)
		require.NoError(t, err)
		a.Outputs[st.Name] = outputs
		requireUnchanged(t, s, st.Name)
		res, err := s.Preview(t.Context(), st.Name, nil, false, nil)
		require.NoError(t, err)
		delete(res.Changes, "read") // a stack reference is read, or is the same once a second up has seen it
		a.Previews[st.Name] = res.Changes
		resources, err := s.Resources(t.Context(), st.Name)
		require.NoError(t, err)
		stacks = append(stacks, cost.Stack{Name: st.Name, Role: st.Role, Resources: resources})
	}
	var err error
	a.Cost, err = cost.Of(stacks, cost.DefaultAssumptions())
	require.NoError(t, err)
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	for _, r := range found {
		a.Paths = append(a.Paths, fmt.Sprint(r.Name(), r.EndpointID, r.State, r.URL, r.DNSNames))
		for _, p := range append(r.Paths, r.Strangers...) {
			path := fmt.Sprint(p.Client.Label, p.Name, p.EndpointID, p.ZoneID, p.Protocol, p.Port, p.Reachable, len(p.Targets))
			for _, h := range p.Hops {
				path += fmt.Sprint(" ", h.Hop, h.Allowed, h.Effect, h.Warning)
			}
			a.Paths = append(a.Paths, path)
		}
	}
	return a
}
