package replica

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
)

// foreign is a recorded stack as another project's program would have left it: without
// this project's outputs and components.
func foreign(t *testing.T, stack string) document {
	t.Helper()
	d := readDocument(t, "default", stack)
	d.resources(func(r map[string]any) bool {
		for k, v := range r {
			switch v := v.(type) {
			case string:
				r[k] = strings.ReplaceAll(v, "::fargate-privatelink::", "::acme::")
			case []any:
				for i := range v {
					v[i] = strings.ReplaceAll(v[i].(string), "::fargate-privatelink::", "::acme::")
				}
			}
		}
		delete(r, "propertyDependencies")
		delete(r, "resourceHooks")
		if r["type"] == "pulumi:pulumi:Stack" {
			r["urn"] = strings.ReplaceAll(r["urn"].(string), "::fargate-privatelink-", "::acme-")
			r["outputs"] = map[string]any{}
		}
		for _, k := range []string{"parent"} {
			if v, ok := r[k].(string); ok {
				r[k] = strings.ReplaceAll(v, "::fargate-privatelink-", "::acme-")
			}
		}
		return r["type"] != "pulumi:pulumi:StackReference"
	})
	return d
}

func loadDocuments(t *testing.T, documents ...document) (*deploy.Sandbox, *deploy.Replica) {
	t.Helper()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	opts := options(t, "")
	var files []string
	for _, d := range documents {
		files = append(files, d.write(t, "state.json"))
	}
	exports, err := Read(files)
	require.NoError(t, err)
	_, err = Load(t.Context(), opts, exports, false)
	require.NoError(t, err)
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, s.Replica()
}

// TestAnotherProgram loads the stacks of another project: what needs no program of theirs
// works on them as on this project's.
func TestAnotherProgram(t *testing.T) {
	provider := foreign(t, "provider")
	provider.add(map[string]any{
		"urn":  "urn:pulumi:provider::acme::aws:sqs/queue:Queue::jobs",
		"type": "aws:sqs/queue:Queue", "id": "jobs", "custom": true, "provider": awsProvider(provider), "inputs": map[string]any{"name": "jobs"},
	}, map[string]any{
		"urn":  "urn:pulumi:provider::acme::pulumi:providers:random::default",
		"type": "pulumi:providers:random", "id": "1", "custom": true,
	}, map[string]any{
		"urn":  "urn:pulumi:provider::acme::random:index/randomId:RandomId::suffix",
		"type": "random:index/randomId:RandomId", "id": "abc", "custom": true, "provider": "urn:pulumi:provider::acme::pulumi:providers:random::default::1",
	})
	s, replica := loadDocuments(t, provider, foreign(t, "consumer"))
	require.Equal(t, []deploy.KeptResource{
		{Stack: "provider", Type: "aws:sqs/queue:Queue", ID: "jobs"},
		{Stack: "provider", Type: "random:index/randomId:RandomId", ID: "abc"},
	}, replica.Kept)
	require.Empty(t, replica.Assumptions)

	found, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.True(t, found[0].Reachable(), found[0].Paths)
	assert.True(t, found[0].StrangersRefused())

	_, err = s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "the project acme has made it, whose program the sandbox doesn't have")

	refreshed, err := s.Refresh(t.Context(), "provider", nil)
	require.NoError(t, err)
	require.True(t, refreshed.Changes.None(), refreshed.Changes)
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	left, err := s.Remaining()
	require.NoError(t, err)
	require.Empty(t, left)
}

// withoutNetwork is a recorded stack without its network, as one in an existing network.
func withoutNetwork(t *testing.T, stack string) document {
	t.Helper()
	d := readDocument(t, "default", stack)
	d.resources(func(r map[string]any) bool {
		delete(r, "dependencies")
		delete(r, "propertyDependencies")
		urn := r["urn"].(string)
		return !strings.Contains(urn, "index:Network$") && !strings.Contains(urn, "index:Network::") && r["type"] != "awsx:ec2:Vpc"
	})
	return d
}

// TestGivenNetwork: what sandbox.yaml says of an existing network has not to be assumed.
func TestGivenNetwork(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	opts := options(t, "")
	opts.Files = t.TempDir()
	for _, file := range []string{"Pulumi.provider.yaml", "Pulumi.consumer.yaml"} {
		b, err := os.ReadFile(filepath.Join(repository, file))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(opts.Files, file), b, 0o600))
	}
	var given strings.Builder
	given.WriteString("given:\n")
	for _, stack := range []string{"provider", "consumer"} {
		readDocument(t, "default", stack).resources(func(r map[string]any) bool {
			outputs, _ := r["outputs"].(map[string]any)
			entry := "  - {account: %q, region: us-east-1, type: %q, id: %s, inputs: {cidrBlock: %s%s}}\n"
			switch r["type"] {
			case "aws:ec2/vpc:Vpc":
				fmt.Fprintf(&given, entry, outputs["ownerId"], r["type"], r["id"], outputs["cidrBlock"], ", enableDnsHostnames: true")
			case "aws:ec2/subnet:Subnet":
				fmt.Fprintf(&given, entry, outputs["ownerId"], r["type"], r["id"], outputs["cidrBlock"],
					fmt.Sprintf(", vpcId: %s, availabilityZoneId: %s", outputs["vpcId"], outputs["availabilityZoneId"]))
			}
			return true
		})
	}
	require.NoError(t, os.WriteFile(filepath.Join(opts.Files, deploy.GivenFile), []byte(given.String()), 0o600))
	exports, err := Read([]string{withoutNetwork(t, "provider").write(t, "provider.json"), withoutNetwork(t, "consumer").write(t, "consumer.json")})
	require.NoError(t, err)
	loaded, err := Load(t.Context(), opts, exports, false)
	require.NoError(t, err)
	// It says nothing of the routes, and so the tasks' way to their image is assumed.
	require.Len(t, loaded.Assumptions, 1)
	require.Contains(t, loaded.Assumptions[0].Says, "its tasks run, and can start again")
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	require.True(t, found[0].Reachable(), found[0].Paths)
}

// TestExistingNetwork loads stacks in networks that no state has: what is assumed of them
// is named, also by the hops that rest on it.
func TestExistingNetwork(t *testing.T) {
	s, replica := loadDocuments(t, withoutNetwork(t, "provider"), withoutNetwork(t, "consumer"))
	var about []string
	for _, a := range replica.Assumptions {
		about = append(about, a.About)
	}
	require.ElementsMatch(t, []string{
		"subnet-380a34d067dacc8b1", "subnet-d06c610e618d68ae2", "vpc-867e1488f3735ac13",
		"subnet-13abceebcbf7a094e", "subnet-08c1cb79ea6f64096", "vpc-78f3748996710c113",
	}, about)
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	assert.True(t, found[0].Reachable(), found[0].Paths)
	rests := map[string]bool{}
	for _, p := range found[0].Paths {
		for _, h := range p.Hops {
			rests[h.Hop] = rests[h.Hop] || len(h.Assumes) > 0
		}
	}
	assert.True(t, rests[vnet.HopNode])
	assert.True(t, rests[vnet.HopTarget])
	assert.True(t, rests[vnet.HopInterface])
	assert.False(t, rests[vnet.HopListener])
	assert.False(t, rests[vnet.HopTaskGroup])
	orphans, err := s.Orphans(t.Context())
	require.NoError(t, err)
	assert.Empty(t, orphans)
}
