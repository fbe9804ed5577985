package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/timing"
	"fargate-privatelink/sandbox/world"
)

// command runs the command line and returns its exit code and what it printed.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "stdout"))
	require.NoError(t, err)
	errOut, err := os.Create(filepath.Join(dir, "stderr"))
	require.NoError(t, err)
	code = run(t.Context(), args, out, errOut)
	b, err := os.ReadFile(out.Name())
	require.NoError(t, err)
	e, err := os.ReadFile(errOut.Name())
	require.NoError(t, err)
	return code, string(b), string(e)
}

// TestFaultFlag: a fault that does not exist is wrong usage, and the help says
// which do.
func TestFaultFlag(t *testing.T) {
	code, _, stderr := command(t, "up", "--fault", "slow")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, `fault "slow" is unknown; the faults are throttle[:N]`)
	for _, verb := range []string{"up", "destroy"} {
		code, stdout, _ := command(t, verb, "--help")
		assert.Equal(t, 0, code)
		for _, k := range world.FaultKinds() {
			assert.Contains(t, stdout, k.Usage())
		}
	}

	var l faultList
	require.NoError(t, l.Set("throttle"))
	require.NoError(t, l.Set("no-fargate:use1-az3"))
	assert.Len(t, l, 2)
}

func TestRulesCommand(t *testing.T) {
	code, stdout, _ := command(t, "rules", "--json")
	require.Equal(t, 0, code)
	var printed struct {
		Count int         `json:"count"`
		Rules []ruleEntry `json:"rules"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &printed))
	assert.Len(t, printed.Rules, printed.Count)
	assert.Equal(t, len(world.Rules()), printed.Count)

	code, stdout, _ = command(t, "rules")
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, printed.Rules[0].ID)
	assert.Contains(t, stdout, plural(printed.Count, "rule"))
}

func TestTimeRows(t *testing.T) {
	rows := timeRows("provider", &timing.Report{
		Duration: 200 * time.Second, LowerBound: 190 * time.Second,
		Critical: []timing.Share{
			{Operation: timing.Create, Type: "aws:ec2/vpc:Vpc", Name: "web", Takes: 50 * time.Second, Assumed: true},
			{Operation: timing.Create, Type: "aws:lb/loadBalancer:LoadBalancer", Name: "web-nlb", Takes: 150 * time.Second},
		},
	})
	assert.Equal(t, []table.Row{
		{"provider", "3m20s", "3m10s", "1.05", "create aws:ec2:Vpc web", "50s assumed", "25 %"},
		{"", "", "", "", "create aws:lb:LoadBalancer web-nlb", "2m30s", "75 %"},
	}, rows)
}

func TestShortURN(t *testing.T) {
	assert.Equal(t, "aws:ec2:Vpc web", shortURN("urn:pulumi:dev::project::a:index:B$aws:ec2/vpc:Vpc::web"))
	assert.Equal(t, "a task in use1-az1", shortURN("a task in use1-az1"))
	assert.Empty(t, shortURN(""))
}
