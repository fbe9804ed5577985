package features

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "rewrite docs/features.md")

const root = "../.."

// notDeployed are the features of which no deployment can be shown, and why.
var notDeployed = map[string]string{
	"Least privilege: each action and resource granted is listed":            "the list is of all that the components can grant",
	"An endpoint policy is refused, since an endpoint service looks at none": "it is refused before anything is made",
}

// TestEachFeatureHasItsTest: the test that a feature names is there. That it deploys the
// feature's keys, the tests of sandbox/deploy see to.
func TestEachFeatureHasItsTest(t *testing.T) {
	for _, f := range Features() {
		dir, name, found := strings.Cut(f.Test, ".")
		require.True(t, found, f.Test)
		assert.True(t, hasTest(t, dir, name), "%s: no %s in %s", f.What, name, dir)
		_, elsewhere := notDeployed[f.What]
		assert.Equal(t, elsewhere, dir != "sandbox/deploy", "%s: the test in %s deploys nothing", f.What, dir)
	}
}

func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// keyLine is a key's line in a description of Pulumi.yaml.
var keyLine = regexp.MustCompile(`(?m)^([A-Za-z.<>]+) \([^)]+\): .`)

// keys are a role's configuration keys.
func keys(t *testing.T, role string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	require.NoError(t, err)
	var project struct {
		Config map[string]struct{ Description string }
	}
	require.NoError(t, yaml.Unmarshal(text, &project))
	var all []string
	for _, line := range keyLine.FindAllStringSubmatch(project.Config[role].Description, -1) {
		all = append(all, line[1])
	}
	return all
}

func below(key, parent string) bool { return key == parent || strings.HasPrefix(key, parent+".") }

// TestFeaturesNameTheKeys: each key that a feature names is there, and each key is some
// feature's.
func TestFeaturesNameTheKeys(t *testing.T) {
	for _, role := range []string{"provider", "consumer"} {
		known := keys(t, role)
		covered := map[string]bool{}
		for _, f := range Features() {
			for _, key := range f.Keys {
				if f.Role != role {
					continue
				}
				found := false
				for _, k := range known {
					if below(k, key) {
						covered[k], found = true, true
					}
				}
				assert.True(t, found, "%s: Pulumi.yaml has no key %s of %s", f.What, key, role)
			}
		}
		for _, k := range known {
			assert.True(t, covered[k], "no feature has the %s's key %s", role, k)
		}
	}
}

// TestDocsListTheFeatures holds docs/features.md to the list.
func TestDocsListTheFeatures(t *testing.T) {
	path := filepath.Join(root, "docs", "features.md")
	want := document()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "run go test ./internal/features -update")
}

func document() string {
	var text strings.Builder
	text.WriteString("# Features\n\nEach with the configuration that asks for it and the test that deploys it. " +
		"This file is written by `go test ./internal/features -update`.\n")
	area := ""
	for _, f := range Features() {
		if f.Area != area {
			area = f.Area
			fmt.Fprintf(&text, "\n## %s\n\n| Feature | Configuration | Test |\n| --- | --- | --- |\n", area)
		}
		var named []string
		for _, key := range f.Keys {
			named = append(named, "`"+f.Role+"."+key+"`")
		}
		fmt.Fprintf(&text, "| %s | %s | `%s` |\n", f.What, strings.Join(named, ", "), f.Test)
	}
	text.WriteString(limits)
	return text.String()
}

// limits are what AWS has and version 6 of its provider for Pulumi can't say.
const limits = `
## What there is not, and why

| Feature | Why |
| --- | --- |
| UDP and TCP_UDP listeners | Over PrivateLink they need a dualstack load balancer with ` + "`EnablePrefixForIpv6SourceNat`" + `, for which version 6 of the AWS provider has no argument. The configuration refuses them with this reason. |
| ECS's own blue/green, linear and canary deployments | ECS has them behind a Network Load Balancer too, but version 6 of the AWS provider has no argument for the strategy. Deployments are rolling, with circuit breaker and alarms that roll back. |
| Tags on allowed principals and accepted endpoints | AWS tags a principal's permission, but the AWS provider has no argument for it, and an accepted connection has none at all. Their resources' names say whose they are. |
| Naming a consumer that nobody listed when a destroy is refused | No function of the AWS provider lists a service's connections. AWS refuses, and [docs/destroying.md](destroying.md) has the command that lists them. |
| Alarms on an endpoint to another Region | AWS publishes no metrics of it. The configuration refuses them with this reason. |
| First pull through a cache without a way to the internet | AWS wants the first pull of an image through a pull-through cache rule to come from somewhere with a way to the internet. Later ones need none. |
`
