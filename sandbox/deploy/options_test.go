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

	"fargate-privatelink/internal/thrift"
)

// neverDeployed are the keys of which no deployment can be shown, and why.
var neverDeployed = map[string]string{
	"consumer.endpoint.policy": "an endpoint service takes no policy, so the key is refused",
}

// TestMain runs the tests, and when all have run looks whether one of them has deployed
// each key of the configuration.
func TestMain(m *testing.M) {
	thrift.Frugally()
	code := m.Run()
	removePlugins()
	removeLiveBase()
	_ = os.RemoveAll(emptyStacks.dir)
	if code == 0 && all() {
		code = missing() + undecided()
	}
	os.Exit(code)
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
		if deployed := deployedKeys.has(key); deployed == exempt {
			code = 1
			fmt.Printf("configuration key %s: deployed by a test: %t; expected: %t\n", key, deployed, !exempt)
		}
	}
	return code
}

// keyRow is a key's row in docs/configuration.md.
var keyRow = regexp.MustCompile("(?m)^\\| `([A-Za-z.<>]+)` \\|")

// configurationKeys are the keys that docs/configuration.md lists, each after its role.
func configurationKeys() ([]string, error) {
	page, err := os.ReadFile(filepath.Join(repository, "docs", "configuration.md"))
	if err != nil {
		return nil, err
	}
	provider, consumer, _ := strings.Cut(string(page), "\n## `consumer`\n")
	var keys []string
	for role, rows := range map[string]string{"provider": provider, "consumer": consumer} {
		found := keyRow.FindAllStringSubmatch(rows, -1)
		if len(found) == 0 {
			return nil, fmt.Errorf("docs/configuration.md lists no keys of %s", role)
		}
		for _, row := range found {
			keys = append(keys, role+"."+row[1])
		}
	}
	return keys, nil
}

// keySet are the paths of the values that stacks were deployed with.
type keySet struct {
	mu    sync.Mutex
	paths map[string]bool
}

var deployedKeys = keySet{paths: map[string]bool{}}

// has says whether a path is the key's or below it.
func (k *keySet) has(key string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(key), "<name>", `[^.]+`)
	match := regexp.MustCompile(`^` + pattern + `(\.|$)`)
	for path := range k.paths {
		if match.MatchString(path) {
			return true
		}
	}
	return false
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
	for _, role := range []string{"provider", "consumer"} {
		k.walk(role, file.Config[projectName+":"+role])
	}
}

func (k *keySet) walk(path string, value any) {
	if value == nil {
		return
	}
	k.paths[path] = true
	if object, ok := value.(map[string]any); ok {
		for key, below := range object {
			k.walk(path+"."+key, below)
		}
	}
}

// TestKeysAreMatched: what counts as deployed is the key itself or what is below it,
// by whatever name a map has for it.
func TestKeysAreMatched(t *testing.T) {
	t.Parallel()
	k := keySet{paths: map[string]bool{}}
	k.walk("provider", map[string]any{
		"listeners": map[string]any{"443/tls": map[string]any{"containerPort": 8080}},
		"name":      "web", "service": map[string]any{"environment": map[string]any{"A": "1"}, "cpu": nil},
	})
	for key, want := range map[string]bool{
		"provider.listeners.<name>.containerPort": true, "provider.listeners.<name>.sslPolicy": false,
		"provider.service.environment": true, "provider.service.cpu": false, "provider.nam": false, "provider.name": true,
	} {
		require.Equal(t, want, k.has(key), key)
	}
}
