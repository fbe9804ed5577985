package replica

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

func TestMain(m *testing.M) {
	thrift.Frugally()
	os.Exit(m.Run())
}

// repository is the repository's own root, as seen from this package.
const repository = "../.."

// recordings are states that real providers have written, and the stack files of each.
var recordings = []struct{ name, files string }{
	{"default", ""},
	{"no-internet-arm64-spot", "examples/stacks/no-internet-arm64-spot"},
}

// options are those of a sandbox of a test's own on some stack files.
func options(t *testing.T, files string) deploy.Options {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	return deploy.Options{Root: repository, Files: filepath.Join(repository, files), Dir: filepath.Join(t.TempDir(), "sandbox"), Log: os.Stderr}
}

// loadRecording loads a recording's states into a sandbox, and opens it.
func loadRecording(t *testing.T, name, files string) (*deploy.Sandbox, []*Export) {
	t.Helper()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	opts := options(t, files)
	exports, err := Read([]string{recorded(name, "provider"), recorded(name, "consumer")})
	require.NoError(t, err)
	_, err = Load(t.Context(), opts, exports, false)
	require.NoError(t, err)
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, exports
}

func recorded(name, stack string) string {
	return filepath.Join("testdata", "states", name, stack+".json")
}

// TestRecordings loads what real providers have written. The program that made it finds
// nothing to change, nor does a refresh, and the service answers.
func TestRecordings(t *testing.T) {
	for _, r := range thrift.Sample(t, 1, recordings) {
		t.Run(r.name, func(t *testing.T) {
			s, exports := loadRecording(t, r.name, r.files)
			assert.Empty(t, s.Replica().Assumptions)
			assert.Empty(t, s.Replica().Kept)
			for _, e := range exports {
				requireUnchanged(t, s, e.Stack)
				requireSameOutputs(t, s, e)
			}
			orphans, err := s.Orphans(t.Context())
			require.NoError(t, err)
			assert.Empty(t, orphans)
			found, err := s.Check(t.Context())
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.True(t, found[0].Reachable(), found[0].Paths)
			assert.True(t, found[0].StrangersRefused())
			for _, e := range exports {
				var steps []string
				refreshed, err := s.Refresh(t.Context(), e.Stack, func(step deploy.Step) {
					if step.Op == "update" {
						steps = append(steps, fmt.Sprint(step.Metadata.URN, step.Metadata.DetailedDiff, step.Metadata.Diffs))
					}
				})
				require.NoError(t, err)
				assert.True(t, refreshed.Changes.None(), "%s: %v: %v", e.Stack, refreshed.Changes, steps)
				requireSameState(t, s, e)
				requireUnchanged(t, s, e.Stack)
			}
		})
	}
}

// later are what releases since the recordings do to what they find, by type: the side's
// component around it all, a closed default security group, roles that name their account,
// descriptions of rules, a newer TLS policy, stated attributes, and logs that don't block.
var later = map[string][]string{
	"fargate-privatelink:index:ServiceProvider":                 {"create"},
	"fargate-privatelink:index:ServiceConsumer":                 {"create"},
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":         {"create"},
	"aws:iam/role:Role":                                         {"update"},
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {"update"},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"update"},
	"aws:lb/listener:Listener":                                  {"update"},
	"aws:lb/targetGroup:TargetGroup":                            {"update"},
	"aws:ecs/service:Service":                                   {"update"},
	"aws:ecs/taskDefinition:TaskDefinition":                     {"replace", "create-replacement", "delete-replaced"},
}

// requireUnchanged requires that a preview shows nothing but what later releases change.
func requireUnchanged(t *testing.T, s *deploy.Sandbox, stack string) {
	t.Helper()
	_, err := s.Preview(t.Context(), stack, func(step deploy.Step) {
		if step.Op != "same" && step.Op != "read" {
			assert.Contains(t, later[step.Metadata.Type], string(step.Op), step.Metadata.URN)
		}
	}, false, nil)
	require.NoError(t, err)
}

// requireSameOutputs requires that the sandbox hands out what the export does.
func requireSameOutputs(t *testing.T, s *deploy.Sandbox, e *Export) {
	t.Helper()
	outputs, err := s.Outputs(t.Context(), e.Stack)
	require.NoError(t, err)
	for _, r := range e.deployment.Resources {
		if r.Type == "pulumi:pulumi:Stack" {
			require.Equal(t, plain(r.Outputs), any(outputs))
		}
	}
}

// requireSameState requires that the stack's state has the export's resources, with the
// same ids, inputs and outputs.
func requireSameState(t *testing.T, s *deploy.Sandbox, e *Export) {
	t.Helper()
	now, err := s.Resources(t.Context(), e.Stack)
	require.NoError(t, err)
	byURN := map[string]any{}
	for _, r := range now {
		byURN[string(r.URN)] = []any{r.ID, r.Inputs, r.Outputs}
	}
	for _, r := range e.deployment.Resources {
		if r.Type == "pulumi:pulumi:StackReference" || strings.HasPrefix(string(r.Type), "pulumi:providers:") || hasSecrets(r.Outputs) {
			continue // read anew each time; encrypted anew
		}
		require.Equal(t, []any{r.ID, r.Inputs, r.Outputs}, byURN[string(r.URN)], "%s", r.URN)
	}
}

func hasSecrets(v map[string]any) bool {
	b, _ := json.Marshal(v)
	return strings.Contains(string(b), "plaintext") || strings.Contains(string(b), "ciphertext")
}

// TestRehearse changes and destroys a replica: nothing is left of the stacks.
func TestRehearse(t *testing.T) {
	s, _ := loadRecording(t, "default", "")
	// The engine orders what a destroy with the program deletes by names: those that an
	// update has carried over to this release.
	for _, stack := range []string{"provider", "consumer"} {
		_, err := s.Up(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	left, err := s.Remaining()
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestLoadKeepsWhatIsThere refuses a sandbox that has something, and leaves it as it is
// where a load fails half-way.
func TestLoadKeepsWhatIsThere(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	opts := options(t, "")
	exports, err := Read([]string{recorded("default", "provider")})
	require.NoError(t, err)
	_, err = Load(t.Context(), opts, exports, false)
	require.NoError(t, err)
	_, err = Load(t.Context(), opts, exports, false)
	require.ErrorContains(t, err, "has resources already: use another --dir, or --replace to do away with them")

	broken, err := Read([]string{recorded("default", "consumer")})
	require.NoError(t, err)
	broken[0].deployment.Resources[5].Parent = "urn:pulumi:consumer::fargate-privatelink::a:b:C::nobody"
	_, err = Load(t.Context(), opts, broken, true)
	require.ErrorContains(t, err, "consumer.json")
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.Len(t, s.Stacks, 1)
	requireUnchanged(t, s, "provider")
	_, err = os.Stat(opts.Dir + ".loading")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestProviderAlone loads one side only: the endpoint that it has accepted is there, and
// keeps the service from being deleted.
func TestProviderAlone(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	opts := options(t, "")
	exports, err := Read([]string{recorded("default", "provider")})
	require.NoError(t, err)
	loaded, err := Load(t.Context(), opts, exports, false)
	require.NoError(t, err)
	require.Equal(t, []world.Assumption{{
		About: "consumer",
		Says:  "the state of this stack wasn't given: it hands out what stack provider last read of it",
	}, {
		About: "vpce-84321e937a537f9d0",
		Says:  "it is a consumer's endpoint, connected to vpce-svc-35029a58, whose state wasn't given: nothing else is known of it",
	}}, loaded.Assumptions)
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	requireUnchanged(t, s, "provider")
	_, err = s.Destroy(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "vpce-84321e937a537f9d0")
}
