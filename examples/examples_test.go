// Package examples_test holds the consuming programs that are not in Go to what they
// refer to, and runs those whose language is there.
package examples_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// exported are outputs as the two stacks have them.
func exported(url string) map[string]any {
	c := contract.Contract{
		Version: contract.Version, ServiceName: "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718", ServiceId: "vpce-svc-0a1b2c3d4e5f60718", Region: "us-east-1",
		Ports: []contract.Port{{Port: 80, Protocol: "tcp"}, {Port: 443, Protocol: "tls"}}, AvailabilityZoneIds: []string{"use1-az1"},
	}
	return map[string]any{
		"provider": contract.ProviderOutputs{Contract: c, ServiceName: c.ServiceName, ServiceId: c.ServiceId, VpcId: "vpc-1"},
		"consumer": contract.ConsumerOutputs{
			ConsumedService: contract.ConsumedService{Ports: c.Ports},
			Endpoint:        contract.Endpoint{EndpointId: "vpce-1", Url: url, SecurityGroupId: "sg-1", VpcId: "vpc-2"},
		},
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
}

// Each program asks the two stacks only for outputs that they have.
func TestOutputsThatAreReadExist(t *testing.T) {
	known := map[string][]string{"provider": contract.ProviderOutputNames(), "consumer": contract.ConsumerOutputNames()}
	access := regexp.MustCompile(`(provider|consumer|stack)\.(?:get|require)_?[oO]utput(?:Details|_details)?\("(\w+)"\)`)
	for file, least := range map[string]int{"consume-typescript/index.ts": 4, "consume-python/__main__.py": 4} {
		found := access.FindAllStringSubmatch(read(t, file), -1)
		assert.GreaterOrEqual(t, len(found), least, file)
		for _, m := range found {
			if m[1] == "stack" { // the parameter of a function that is given the provider
				m[1] = "provider"
			}
			assert.Contains(t, known[m[1]], m[2], file)
		}
	}
}

// The versions of the contract that the programs know are this release's.
func TestContractVersions(t *testing.T) {
	assert.Contains(t, read(t, "consume-python/__main__.py"), fmt.Sprintf("CONTRACT_VERSION = %d\n", contract.Version))
	assert.Contains(t, read(t, "consume-typescript/contract.ts"), fmt.Sprintf(`const version: Contract["version"] = %d;`, contract.Version))
	assert.Contains(t, read(t, "consume-shell/README.md"), fmt.Sprintf("select(.version == %d)", contract.Version))
}

// program is a Pulumi YAML program.
type program struct {
	Runtime   string
	Config    map[string]any
	Variables map[string]string
	Resources map[string]struct {
		Type       string
		Properties map[string]any
	}
	Outputs map[string]string
}

// The YAML program refers to types, inputs and outputs that exist. Package
// sandbox/deploy deploys it where its language host is.
func TestYAMLRefersToWhatExists(t *testing.T) {
	var p program
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "consume-yaml/Pulumi.yaml")), &p))
	require.Equal(t, "yaml", p.Runtime)
	require.NotEmpty(t, p.Outputs)
	types := map[string]*world.Type{}
	for _, of := range world.Types() {
		types[short(of.Token)] = of
	}
	for name, r := range p.Resources {
		if r.Type == "pulumi:pulumi:StackReference" {
			continue
		}
		require.Contains(t, types, r.Type, name)
		for input := range r.Properties {
			assert.True(t, types[r.Type].Models(input), "%s has no input %s", r.Type, input)
		}
	}
	references := 0
	for _, text := range texts(p) {
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			references++
			p.resolve(t, m[1])
		}
	}
	assert.Greater(t, references, 10)
}

// short is a type token as YAML programs write it: aws:ec2:SecurityGroup.
func short(token string) string {
	parts := strings.Split(token, ":")
	module, _, _ := strings.Cut(parts[1], "/")
	return parts[0] + ":" + module + ":" + parts[2]
}

var reference = regexp.MustCompile(`\$\{([^}]*)\}`)

func texts(p program) (out []string) {
	for _, r := range p.Resources {
		for _, v := range r.Properties {
			out = append(out, fmt.Sprint(v))
		}
	}
	for _, m := range []map[string]string{p.Variables, p.Outputs} {
		for _, v := range m {
			out = append(out, v)
		}
	}
	return out
}

// step is one step into an output, whose values have no types: the language host takes
// brackets only.
var step = regexp.MustCompile(`^(?:\["(\w+)"\]|\[(\d+)\])`)

// resolve follows a reference: to a variable, a configuration key, a resource's id, or
// a value within a stack's outputs.
func (p program) resolve(t *testing.T, text string) {
	t.Helper()
	name := regexp.MustCompile(`^[\w-]+`).FindString(text)
	rest := text[len(name):]
	if _, variable := p.Variables[name]; variable || p.Config[name] != nil {
		assert.Empty(t, rest, text)
		return
	}
	require.Contains(t, p.Resources, name, text)
	if rest == ".id" {
		return
	}
	rest, outputs := strings.CutPrefix(rest, ".outputs")
	require.True(t, outputs, text)
	b, err := json.Marshal(exported("http://x")[name])
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(b, &value))
	for rest != "" {
		m := step.FindStringSubmatch(rest)
		require.NotNil(t, m, text)
		if m[2] != "" {
			require.NotEmpty(t, value, text)
			value = value.([]any)[0]
		} else {
			require.Contains(t, value, m[1], text)
			value = value.(map[string]any)[m[1]]
		}
		rest = rest[len(m[0]):]
	}
}

// The commands of the shell's README print what they say.
func TestShellCommands(t *testing.T) {
	needs(t, "bash", "jq")
	dir := t.TempDir()
	for stack, outputs := range exported("http://service") {
		b, err := json.Marshal(outputs)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, stack+".json"), b, 0o600))
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(read(t, "consume-shell/README.md"), -1)
	want := []string{"http://service\n", "", "80/tcp\n443/tls\n"}
	require.Len(t, blocks, len(want))
	for i, block := range blocks {
		command := regexp.MustCompile(`pulumi stack output --json --stack (\w+)`).ReplaceAllString(block[1], "cat $1.json")
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", command)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Equal(t, want[i], string(out))
	}
	_, err := contract.Parse([]byte(read(t, filepath.Join(dir, "contract.json"))))
	require.NoError(t, err, "the second command wrote the contract")
}

func TestShellWaitsForTheService(t *testing.T) {
	needs(t, "bash", "jq", "curl")
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	run := func(outputs any) (string, error) {
		b, err := json.Marshal(outputs)
		require.NoError(t, err)
		cmd := exec.Command("bash", "consume-shell/wait-for-service.sh")
		cmd.Stdin = strings.NewReader(string(b))
		cmd.Env = append(os.Environ(), "ATTEMPTS=2", "PAUSE=0", "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run(exported(server.URL)["consumer"])
	require.NoError(t, err, out)
	assert.Contains(t, out, server.URL+" answers\n")
	assert.Equal(t, 2, requests)

	out, err = run(exported("http://127.0.0.1:1")["consumer"])
	require.Error(t, err)
	assert.Contains(t, out, "http://127.0.0.1:1 does not answer\n")
	out, err = run(exported("")["provider"])
	require.Error(t, err)
	assert.Contains(t, out, "there is no output url")
}
