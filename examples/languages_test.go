package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// made is what a program registered with the engine, and exported.
type made struct {
	Resources []struct {
		Type, Name string
		Inputs     map[string]any
	}
	Outputs map[string]any
}

const (
	providerStack = "organization/fargate-privatelink/provider"
	consumerStack = "organization/fargate-privatelink/consumer"
)

// given is what a program is run with: its configuration, and the outputs of the two
// stacks, each edited.
func given(t *testing.T, edit func(provider, consumer map[string]any)) string {
	t.Helper()
	stacks := map[string]map[string]any{}
	for stack, outputs := range exported("http://service") {
		b, err := json.Marshal(outputs)
		require.NoError(t, err)
		var values map[string]any
		require.NoError(t, json.Unmarshal(b, &values))
		stacks[stack] = values
	}
	offer, _ := stacks["provider"]["contract"].(map[string]any)
	ports, _ := offer["ports"].([]any)
	offer["ports"] = append(ports, map[string]any{"port": 53, "protocol": "tcp_udp"})
	if edit != nil {
		edit(stacks["provider"], stacks["consumer"])
	}
	b, err := json.Marshal(map[string]any{
		"config": map[string]any{"providerStack": providerStack, "consumerStack": consumerStack},
		"stacks": map[string]any{providerStack: stacks["provider"], consumerStack: stacks["consumer"]},
	})
	require.NoError(t, err)
	return string(b)
}

// runs holds a program to what it has to make and to what it has to refuse. run
// returns what the program, given those values, printed and whether it failed.
func runs(t *testing.T, run func(t *testing.T, given string) (stdout, stderr string, err error)) {
	t.Helper()
	t.Run("makes", func(t *testing.T) {
		stdout, stderr, err := run(t, given(t, nil))
		require.NoError(t, err, stderr)
		var got made
		require.NoError(t, json.Unmarshal([]byte(stdout), &got), stdout)
		expectRules(t, got)
		assert.Equal(t, map[string]any{"url": "http://service", "securityGroupId": "app_id"}, got.Outputs)
	})
	for what, test := range map[string]struct {
		edit func(provider, consumer map[string]any)
		want string
	}{
		"another version": {
			func(provider, _ map[string]any) {
				provider["contract"].(map[string]any)["version"] = contract.Version + 1
			},
			fmt.Sprintf("the provider's contract has version %d; this program reads version %d", contract.Version+1, contract.Version),
		},
		"no contract": {
			func(provider, _ map[string]any) { delete(provider, "contract") },
			fmt.Sprintf("the provider's stack has no contract: it must export one of version %d", contract.Version),
		},
		"no endpoint": {func(_, consumer map[string]any) { delete(consumer, "vpcId") }, "vpcId"},
	} {
		t.Run("refuses "+what, func(t *testing.T) {
			stdout, stderr, err := run(t, given(t, test.edit))
			require.Error(t, err, stdout)
			assert.Contains(t, stderr, test.want)
		})
	}
}

// expectRules: a group, and for each port of the contract a rule for either side and
// each transport, with inputs that the provider knows.
func expectRules(t *testing.T, got made) {
	t.Helper()
	types := map[string]*world.Type{}
	for _, of := range world.Types() {
		types[of.Token] = of
	}
	var names []string
	for _, r := range got.Resources {
		of, known := types[r.Type]
		require.True(t, known, r.Type)
		for input := range r.Inputs {
			assert.True(t, of.Models(input), "%s has no input %s", r.Type, input)
		}
		short := r.Type[strings.LastIndex(r.Type, ":")+1:]
		switch short {
		case "SecurityGroup":
			assert.Equal(t, map[string]any{"description": "The application", "vpcId": "vpc-2"}, r.Inputs)
		case "SecurityGroupEgressRule":
			assert.Equal(t, "app_id", r.Inputs["securityGroupId"], r.Name)
			assert.Equal(t, "sg-1", r.Inputs["referencedSecurityGroupId"], r.Name)
		case "SecurityGroupIngressRule":
			assert.Equal(t, "sg-1", r.Inputs["securityGroupId"], r.Name)
			assert.Equal(t, "app_id", r.Inputs["referencedSecurityGroupId"], r.Name)
		}
		if short != "SecurityGroup" {
			assert.Equal(t, fmt.Sprintf("app-%v-%v", r.Inputs["fromPort"], r.Inputs["ipProtocol"]), r.Name)
			assert.Equal(t, r.Inputs["fromPort"], r.Inputs["toPort"], r.Name)
		}
		names = append(names, short+" "+r.Name)
	}
	assert.ElementsMatch(t, []string{
		"SecurityGroup app",
		"SecurityGroupEgressRule app-80-tcp", "SecurityGroupIngressRule app-80-tcp",
		"SecurityGroupEgressRule app-443-tcp", "SecurityGroupIngressRule app-443-tcp",
		"SecurityGroupEgressRule app-53-tcp", "SecurityGroupIngressRule app-53-tcp",
		"SecurityGroupEgressRule app-53-udp", "SecurityGroupIngressRule app-53-udp",
	}, names)
}

// The Python program runs against a stand-in for the SDK: a test must not need the
// Python package index.
func TestPythonRuns(t *testing.T) {
	needs(t, "python3")
	tracked(t, "consume-python/*", "testdata/python/*.py", "testdata/python/*/*.py")
	runs(t, func(t *testing.T, given string) (stdout, stderr string, err error) {
		t.Helper()
		cmd := exec.Command("python3", "-B", "testdata/python/run.py", "consume-python/__main__.py")
		cmd.Env = append(os.Environ(), "GIVEN="+given)
		return output(cmd)
	})
}

func output(cmd *exec.Cmd) (stdout, stderr string, err error) {
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// tracked has Go's test cache look at files that a test hands to another program: it
// knows only those that the test itself looks at.
func tracked(t *testing.T, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			_, err := os.Stat(file)
			require.NoError(t, err)
		}
	}
}
