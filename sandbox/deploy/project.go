package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

// projectName is the Pulumi project's, and the namespace of its configuration.
const projectName = "fargate-privatelink"

// Stack is one of the project's stacks: a Pulumi.<name>.yaml file.
type Stack struct {
	Name string `json:"name"`
	// Role is the stack's config key "role": which program it runs.
	Role string `json:"role"`
}

// FindRoot returns the project's directory: the nearest one at or above dir that has a
// Pulumi.yaml.
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "Pulumi.yaml")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no Pulumi.yaml at or above %s: run this inside a project's directory", dir)
		}
	}
}

// findStacks reads the stacks that the project has files for: providers first,
// then consumers, each by name.
func findStacks(root, project string) ([]Stack, error) {
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	if err != nil {
		return nil, err
	}
	var stacks []Stack
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "Pulumi."), ".yaml")
		doc, err := readYAML(f)
		if err != nil {
			return nil, err
		}
		config, _ := doc["config"].(map[string]any)
		role, _ := config[project+":role"].(string)
		stacks = append(stacks, Stack{name, role})
	}
	sort.SliceStable(stacks, func(i, j int) bool {
		a, b := stacks[i], stacks[j]
		if (a.Role == RoleProvider) != (b.Role == RoleProvider) {
			return a.Role == RoleProvider
		}
		return a.Name < b.Name
	})
	return stacks, nil
}

// The roles that the sandbox orders stacks by.
const (
	RoleProvider = "provider"
	RoleConsumer = "consumer"
)

func readYAML(path string) (map[string]any, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return doc, nil
}

// encryptionKeys are the parts of a stack file that belong to whoever encrypts
// its secrets: the sandbox is somebody else.
var encryptionKeys = []string{"secretsprovider", "encryptedkey", "encryptionsalt"}

// copyProject writes the project's files to work, where the CLI may add its own
// encryption salt to them, so that the repository's files stay as they are. Values
// take the place of their keys in the stacks' files.
func copyProject(opts Options, work string, values map[string]string) error {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	project, err := projectFile(opts)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(work, "Pulumi.yaml"), project); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(opts.Files, "Pulumi.*.yaml"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := copyStackFile(f, filepath.Join(work, filepath.Base(f)), values); err != nil {
			return err
		}
	}
	return nil
}

func copyStackFile(from, to string, values map[string]string) error {
	doc, err := readYAML(from)
	if err != nil {
		return err
	}
	if doc == nil {
		doc = map[string]any{}
	}
	if key := firstSecret("", doc["config"]); key != "" {
		return fmt.Errorf("%s: %s is an encrypted value, which the sandbox has no key for: "+
			"in a copy of the file give the sandbox a plain value that is no real secret", filepath.Base(from), key)
	}
	before, err := readYAML(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, k := range encryptionKeys {
		delete(doc, k)
		if v, ok := before[k]; ok {
			doc[k] = v
		}
	}
	b, err := yaml.Marshal(doc)
	if err != nil {
		return err
	}
	return writeFile(to, []byte(inPlace(string(b), values)))
}

// firstSecret returns the path of the first encrypted value in a configuration.
func firstSecret(path string, v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	if _, secure := m["secure"]; secure && len(m) == 1 {
		return path
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		at := k
		if path != "" {
			at = path + "." + k
		}
		if found := firstSecret(at, m[k]); found != "" {
			return found
		}
	}
	return ""
}

// writeFile replaces a file whole, so that a kill leaves the old one or the new.
func writeFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if _, err := tmp.Write(b); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
