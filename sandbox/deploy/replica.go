package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/sandbox/plugin"
	"fargate-privatelink/sandbox/world"
)

// Replica is what a sandbox keeps of the real stacks that were loaded into it.
type Replica struct {
	Stacks []LoadedStack `json:"stacks"`
	// Assumptions are what no state says and AWS's behaviour doesn't fix.
	Assumptions []world.Assumption `json:"assumptions"`
	// Kept are the resources of types that the sandbox doesn't model.
	Kept []KeptResource `json:"kept"`
	// Warnings are what of a state couldn't be read.
	Warnings []string `json:"warnings"`
	// Values stand in the stacks' files for the texts that are their keys: names of
	// stacks in another organization than the sandbox's.
	Values map[string]string `json:"values,omitempty"`
	// Others are what the accounts have beside the stacks.
	Others []recordID `json:"others,omitempty"`
}

// LoadedStack is a real stack whose state was loaded.
type LoadedStack struct {
	Stack
	// Project is the one that made it: this one's, or another.
	Project string `json:"project"`
	// Resources is how many its state has.
	Resources int `json:"resources"`
	// Callers are where its AWS providers deploy to, for those whose configuration
	// alone does not say it.
	Callers plugin.Callers `json:"callers,omitempty"`
	// Packages are its providers that the sandbox has no stand-in for.
	Packages []string `json:"packages,omitempty"`
	// NoFile: there is no Pulumi.<stack>.yaml, so that its program can't run.
	NoFile bool `json:"-"`
	// Reference: its own state wasn't given, and all that is known is what another stack
	// last read of its outputs. It is none of the sandbox's stacks.
	Reference bool `json:"reference,omitempty"`
}

// KeptResource is one that nothing follows from.
type KeptResource struct {
	Stack string `json:"stack"`
	Type  string `json:"type"`
	ID    string `json:"id"`
}

// replicaKey is where the world keeps the replica.
const replicaKey = "replica"

// Replica returns what was loaded, or nil.
func (s *Sandbox) Replica() *Replica { return s.replica }

// KeepReplica notes what was loaded. From then on the sandbox's stacks are those.
func (s *Sandbox) KeepReplica(r *Replica) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := s.World.Keep(replicaKey, b); err != nil {
		return err
	}
	return s.recall()
}

// OtherRecords notes records as what the accounts have beside the stacks.
func (r *Replica) OtherRecords(records []*world.Record) {
	for _, record := range records {
		r.Others = append(r.Others, idOf(record))
	}
}

// recall reads what was loaded. A loaded stack's role is what its file says, or else
// what its state looks like.
func (s *Sandbox) recall() error {
	b, err := s.World.Kept(replicaKey)
	if err != nil || b == nil {
		return err
	}
	s.replica = &Replica{}
	if err := json.Unmarshal(b, s.replica); err != nil {
		return fmt.Errorf("read what was loaded: %w", err)
	}
	files := s.Stacks
	if s.files != nil {
		files = s.files
	}
	s.files, s.Stacks = files, nil
	for i, st := range s.replica.Stacks {
		at := slices.IndexFunc(files, func(f Stack) bool { return f.Name == st.Name })
		switch {
		case at >= 0 && st.Project == s.project && files[at].Role != "":
			s.replica.Stacks[i].Role = files[at].Role
		case at < 0:
			s.replica.Stacks[i].NoFile = true
		}
		if st.Reference {
			continue
		}
		s.Stacks = append(s.Stacks, s.replica.Stacks[i].Stack)
	}
	for _, f := range files {
		if f.Name == s.adopting && s.loaded(f.Name) == nil {
			s.Stacks = append(s.Stacks, f)
		}
	}
	sortStacks(s.Stacks)
	return nil
}

// loaded is the loaded stack of that name, or nil.
func (s *Sandbox) loaded(name string) *LoadedStack {
	if s.replica == nil {
		return nil
	}
	i := slices.IndexFunc(s.replica.Stacks, func(st LoadedStack) bool { return st.Name == name })
	if i < 0 {
		return nil
	}
	return &s.replica.Stacks[i]
}

// values are those of what was given and of the replica.
func (s *Sandbox) allValues(given map[string]string) map[string]string {
	if s.replica == nil {
		return given
	}
	out := maps.Clone(s.replica.Values)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, given)
	return out
}

// home is the project that a stack is in, and the directory that the CLI runs in for it.
func (s *Sandbox) home(stack string) (project, dir string, err error) {
	st := s.loaded(stack)
	if st == nil || st.Project == s.project {
		return s.project, s.path("project"), nil
	}
	dir = s.path("project-" + st.Project)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", err
	}
	b, err := json.Marshal(map[string]string{"name": st.Project, "runtime": "go"}) // JSON is YAML
	if err != nil {
		return "", "", err
	}
	return st.Project, dir, writeFile(filepath.Join(dir, "Pulumi.yaml"), b)
}

// Program returns an error that says why the program of a loaded stack can't run here.
// Such a stack can be checked, priced and destroyed, and not previewed or deployed.
func (s *Sandbox) Program(stack string) error {
	st := s.loaded(stack)
	switch {
	case st == nil:
		return nil
	case st.Project != s.project:
		return fmt.Errorf("the project %s has made it, whose program the sandbox doesn't have", st.Project)
	case st.NoFile:
		return fmt.Errorf("there is no Pulumi.%s.yaml beside the other stacks' files", stack)
	}
	return nil
}

// programOf is what runs for a stack.
func (s *Sandbox) programOf(stack string) pulumi.RunFunc {
	if err := s.Program(stack); err != nil {
		return func(*pulumi.Context) error { return err }
	}
	return s.program
}

// environmentOf is what the CLI runs with for one stack.
func (s *Sandbox) environmentOf(stack string) (map[string]string, error) {
	env := s.environment()
	st := s.loaded(stack)
	if st == nil || len(st.Callers) == 0 && len(st.Packages) == 0 {
		return env, nil
	}
	attached, err := s.plugins.Attach(s.World, st.Callers, st.Packages)
	maps.Copy(env, attached)
	return env, err
}

// callers know the accounts of a stack's providers.
func (s *Sandbox) callers(stack string) plugin.Callers {
	if st := s.loaded(stack); st != nil {
		return st.Callers
	}
	return nil
}

// workspaceOf is where the CLI answers questions about one stack.
func (s *Sandbox) workspaceOf(ctx context.Context, stack string) (auto.Workspace, error) {
	project, dir, err := s.home(stack)
	if err != nil {
		return nil, err
	}
	return auto.NewLocalWorkspace(ctx, auto.WorkDir(dir), s.pulumi(project), auto.EnvVars(s.environment()))
}

// Import writes a stack's state, whose secrets are not encrypted, as the state of the
// stack of that name. The replica must be kept before.
func (s *Sandbox) Import(ctx context.Context, stack string, state apitype.UntypedDeployment) error {
	if _, err := s.open(ctx, stack); err != nil {
		return err
	}
	workspace, err := s.workspaceOf(ctx, stack)
	if err != nil {
		return err
	}
	_, dir, err := s.home(stack)
	if err != nil {
		return err
	}
	doc, err := readYAML(filepath.Join(dir, "Pulumi."+stack+".yaml"))
	if err != nil {
		return err
	}
	salt, _ := doc["encryptionsalt"].(string)
	if salt == "" {
		return errors.New("the CLI has made no salt for the stack's secrets")
	}
	var deployment map[string]json.RawMessage
	if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
		return err
	}
	if deployment["secrets_providers"], err = json.Marshal(map[string]any{"type": "passphrase", "state": map[string]string{"salt": salt}}); err != nil {
		return err
	}
	if state.Deployment, err = json.Marshal(deployment); err != nil {
		return err
	}
	if err := workspace.ImportStack(ctx, stack, state); err != nil {
		return fmt.Errorf("write the state of stack %s: %w", stack, err)
	}
	return nil
}

// existing are the stacks that have a state, those of other projects too.
func (s *Sandbox) existing(ctx context.Context) ([]auto.StackSummary, error) {
	workspace, err := s.workspace(ctx)
	if err != nil {
		return nil, err
	}
	stacks, err := list(ctx, workspace)
	if err != nil {
		return nil, err
	}
	if s.replica != nil {
		for _, st := range s.replica.Stacks {
			if st.Project != s.project && !st.Reference {
				stacks = append(stacks, auto.StackSummary{Name: st.Name})
			}
		}
	}
	return stacks, nil
}

// Refresh reads what AWS has of a stack's resources into its state.
func (s *Sandbox) Refresh(ctx context.Context, name string, watch Watch) (*Result, error) {
	return s.operate(ctx, name, watch, true, func(ctx context.Context, stack auto.Stack, ch chan<- events.EngineEvent) (*Result, error) {
		_, err := stack.Refresh(ctx, optrefresh.EventStreams(ch))
		return &Result{}, err
	})
}

// Export returns a stack's state, as pulumi stack export does.
func (s *Sandbox) Export(ctx context.Context, stack string) (apitype.UntypedDeployment, error) {
	workspace, err := s.workspaceOf(ctx, stack)
	if err != nil {
		return apitype.UntypedDeployment{}, err
	}
	exported, _, err := export(ctx, workspace, stack)
	return exported, err
}

// ImportFile takes resources that exist into a stack's state, as pulumi import --file
// does.
func (s *Sandbox) ImportFile(ctx context.Context, stack, file string) error {
	opened, err := s.open(ctx, stack)
	if err != nil {
		return err
	}
	language, err := plugin.ServeLanguage(s.dir)
	if err != nil {
		return err
	}
	defer language.Close()
	for name, value := range language.Environment() {
		opened.Workspace().SetEnvVar(name, value)
		defer opened.Workspace().UnsetEnvVar(name)
	}
	if _, err = opened.ImportResources(ctx, optimport.ImportFile(file), optimport.Protect(false), optimport.GenerateCode(false)); err != nil {
		return fmt.Errorf("import into stack %s: %w", stack, err)
	}
	return nil
}
