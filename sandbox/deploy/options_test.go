package deploy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"fargate-privatelink/internal/features"
)

// neverDeployed are the keys of which no deployment can be shown, and why.
var neverDeployed = map[string]string{
	"consumer.endpoint.policy": "an endpoint service takes no policy, so the key is refused",
}

// TestMain runs the tests, and then looks whether each feature's test, of those that ran,
// has deployed the feature's keys, and when all have run whether each key of the
// configuration was deployed by one of them.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && whole() {
		for _, problem := range deployedKeys.undeployed(features.Features(), all()) {
			code = 1
			fmt.Println(problem)
		}
	}
	if code == 0 && all() {
		code = missing()
	}
	os.Exit(code)
}

// whole says whether the tests that were asked for ran with all of their subtests.
func whole() bool {
	return !strings.Contains(flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String(), "/")
}

// all says whether every test was asked for.
func all() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.short"} {
		if value := flag.Lookup(name).Value.String(); value != "" && value != "false" {
			return false
		}
	}
	return true
}

// missing returns 1, and says why, when a key was not deployed.
func missing() int {
	keys, err := configurationKeys()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	code := 0
	for _, key := range keys {
		_, exempt := neverDeployed[key]
		if deployed := deployedKeys.has("", key); deployed == exempt {
			code = 1
			fmt.Printf("configuration key %s: deployed by a test: %t; expected: %t\n", key, deployed, !exempt)
		}
	}
	return code
}

// keyLine is a key's line in a description of Pulumi.yaml.
var keyLine = regexp.MustCompile(`(?m)^([A-Za-z.<>]+) \([^)]+\): .`)

// configurationKeys are the keys that Pulumi.yaml describes, each after its role.
func configurationKeys() ([]string, error) {
	text, err := os.ReadFile(filepath.Join(repository, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	var project struct {
		Config map[string]struct{ Description string }
	}
	if err := yaml.Unmarshal(text, &project); err != nil {
		return nil, err
	}
	var keys []string
	for _, role := range []string{"provider", "consumer"} {
		found := keyLine.FindAllStringSubmatch(project.Config[role].Description, -1)
		if len(found) == 0 {
			return nil, fmt.Errorf("Pulumi.yaml describes no keys of %s", role)
		}
		for _, line := range found {
			keys = append(keys, role+"."+line[1])
		}
	}
	return keys, nil
}

// keySet are the paths of the values that stacks were deployed with, by test.
type keySet struct {
	mu    sync.Mutex
	paths map[string]map[string]bool
}

var deployedKeys = keySet{paths: map[string]map[string]bool{}}

// has says whether a path of a test, or of any for "", is the key's or below it.
func (k *keySet) has(test, key string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(key), "<name>", `[^.]+`)
	match := regexp.MustCompile(`^` + pattern + `(\.|$)`)
	for name, paths := range k.paths {
		if test != "" && name != test {
			continue
		}
		for path := range paths {
			if match.MatchString(path) {
				return true
			}
		}
	}
	return false
}

// undeployed says which features' tests, of all or of those that ran, have not deployed
// the features' keys.
func (k *keySet) undeployed(list []features.Feature, everyTest bool) (problems []string) {
	for _, f := range list {
		test, here := strings.CutPrefix(f.Test, "sandbox/deploy.")
		if !here || !everyTest && len(k.paths[test]) == 0 {
			continue
		}
		for _, key := range f.Keys {
			if !k.has(test, f.Role+"."+key) {
				problems = append(problems, fmt.Sprintf("feature %q: %s has not deployed %s.%s", f.What, test, f.Role, key))
			}
		}
	}
	return problems
}

// record takes the configuration of a stack that was deployed.
func (k *keySet) record(t *testing.T, s *Sandbox, stack string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.path("project"), "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	var file struct{ Config map[string]any }
	require.NoError(t, yaml.Unmarshal(text, &file))
	k.mu.Lock()
	defer k.mu.Unlock()
	test, _, _ := strings.Cut(t.Name(), "/") // its subtests deploy for it
	for _, role := range []string{"provider", "consumer"} {
		k.walk(test, role, file.Config[projectName+":"+role])
	}
}

func (k *keySet) walk(test, path string, value any) {
	if value == nil {
		return
	}
	if k.paths[test] == nil {
		k.paths[test] = map[string]bool{}
	}
	k.paths[test][path] = true
	if object, ok := value.(map[string]any); ok {
		for key, below := range object {
			k.walk(test, path+"."+key, below)
		}
	}
}

// TestKeysAreMatched: what counts as deployed is the key itself or what is below it,
// by whatever name a map has for it.
func TestKeysAreMatched(t *testing.T) {
	t.Parallel()
	k := keySet{paths: map[string]map[string]bool{}}
	k.walk("TestA", "consumer", map[string]any{"name": "web"})
	k.walk("TestB", "provider", map[string]any{
		"listeners": map[string]any{"443/tls": map[string]any{"containerPort": 8080}},
		"name":      "web", "service": map[string]any{"environment": map[string]any{"A": "1"}, "cpu": nil},
	})
	for key, want := range map[string]bool{
		"provider.listeners.<name>.containerPort": true, "provider.listeners.<name>.sslPolicy": false,
		"provider.service.environment": true, "provider.service.cpu": false, "provider.nam": false, "provider.name": true,
	} {
		require.Equal(t, want, k.has("", key), key)
		require.Equal(t, want, k.has("TestB", key), key)
		require.False(t, k.has("TestA", key), key)
	}
}

// TestFeaturesAreDeployedByTheirTests: a key that only another test has deployed is
// missed, and so is that of a test that didn't run, once all should have.
func TestFeaturesAreDeployedByTheirTests(t *testing.T) {
	t.Parallel()
	k := keySet{paths: map[string]map[string]bool{}}
	k.walk("TestA", "provider", map[string]any{"service": map[string]any{"cpu": 256}})
	k.walk("TestB", "provider", map[string]any{"service": map[string]any{"memory": 512}})
	list := []features.Feature{
		{What: "size", Role: "provider", Keys: []string{"service.cpu"}, Test: "sandbox/deploy.TestA"},
		{What: "memory", Role: "provider", Keys: []string{"service.memory"}, Test: "sandbox/deploy.TestA"},
		{What: "disk", Role: "provider", Keys: []string{"service.disk"}, Test: "sandbox/deploy.TestC"},
		{What: "rights", Role: "provider", Keys: []string{"service.rights"}, Test: "components.TestRights"},
	}
	missed := `feature "memory": TestA has not deployed provider.service.memory`
	require.Equal(t, []string{missed}, k.undeployed(list, false))
	require.Equal(t, []string{missed, `feature "disk": TestC has not deployed provider.service.disk`}, k.undeployed(list, true))
}
