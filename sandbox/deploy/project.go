package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

// projectName is that of this repository's Pulumi project, whose program is built in.
const projectName = "fargate-privatelink"

// Stack is one of the project's stacks: a Pulumi.<name>.yaml file.
type Stack struct {
	Name string `json:"name"`
	// Role is the stack's config key "role": which program it runs.
	Role string `json:"role"`

	provider    string // the stack that a consumer reads the contract of
	environment bool   // whether its file names Pulumi ESC environments
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
// then consumers, each by name. It returns the faults of all files at once.
func findStacks(dir, project string) (stacks []Stack, err error) {
	files, err := filepath.Glob(filepath.Join(globbed(dir), "Pulumi.*.yaml"))
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, f := range files {
		doc, err := readYAML(f)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		faults = append(faults, stackFileFaults(filepath.Base(f), doc)...)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "Pulumi."), ".yaml")
		stacks = append(stacks, stackOf(project, name, doc))
	}
	sortStacks(stacks)
	return stacks, errors.Join(faults...)
}

// sortStacks puts providers first.
func sortStacks(stacks []Stack) {
	sort.SliceStable(stacks, func(i, j int) bool {
		a, b := stacks[i], stacks[j]
		if (a.Role == RoleProvider) != (b.Role == RoleProvider) {
			return a.Role == RoleProvider
		}
		return a.Name < b.Name
	})
}

// stackOf is the stack of a file. A key without a namespace is the project's.
func stackOf(project, name string, doc map[string]any) Stack {
	config, _ := doc["config"].(map[string]any)
	key := func(name string) any {
		if v, ok := config[project+":"+name]; ok {
			return v
		}
		return config[name]
	}
	st := Stack{Name: name}
	st.Role, _ = key("role").(string)
	if consumer, ok := key(RoleConsumer).(map[string]any); ok && st.Role == RoleConsumer {
		provider, _ := consumer["provider"].(string)
		st.provider = provider[strings.LastIndex(provider, "/")+1:]
	}
	_, st.environment = doc["environment"]
	return st
}

// stackFileKeys are what Pulumi knows in a stack's file; it takes anything else, and
// does nothing with it.
var stackFileKeys = append([]string{"config", "environment"}, encryptionKeys...)

// stackFileFaults are what is wrong with a stack's file, but for what its program checks.
func stackFileFaults(file string, doc map[string]any) (faults []error) {
	for _, key := range slices.Sorted(maps.Keys(doc)) {
		if !slices.Contains(stackFileKeys, key) {
			faults = append(faults, fmt.Errorf("%s: %s is not a known key of a stack's file; the keys are %s", file, key, strings.Join(stackFileKeys, ", ")))
		}
	}
	for _, key := range secrets("", doc["config"]) {
		faults = append(faults, fmt.Errorf("%s: %s is an encrypted value, which the sandbox has no key for: "+
			"in a copy of the file give the sandbox a plain value that is no real secret", file, key))
	}
	return faults
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
	files, err := filepath.Glob(filepath.Join(globbed(opts.Files), "Pulumi.*.yaml"))
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
	before, err := readYAML(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(doc, "environment") // Open has said so
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

// secrets returns the paths of the encrypted values in a configuration.
func secrets(path string, v any) (found []string) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if _, secure := m["secure"]; secure && len(m) == 1 {
		return []string{path}
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		found = append(found, secrets(strings.TrimPrefix(path+"."+k, "."), m[k])...)
	}
	return found
}

// writeFile replaces a file whole, so that a kill or a full disk leaves
// the old one or the new.
func writeFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
