package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	_ "fargate-privatelink/sandbox/internal/mute" // which says why
	"fargate-privatelink/sandbox/plugin"
	"fargate-privatelink/sandbox/world"
	"fargate-privatelink/stacks"
)

// Sandbox is an open sandbox: the simulated AWS, the stand-ins that serve it,
// and the Pulumi CLI that deploys to it.
type Sandbox struct {
	// World is the simulated AWS.
	World *world.World
	// Stacks are the project's stacks, providers first.
	Stacks []Stack

	dir     string
	project string // its name
	program pulumi.RunFunc
	cli     auto.PulumiCommand
	plugins *plugin.Plugins
	golang  *plugin.Language // where the program is in Go and nothing else runs it

	mu     sync.Mutex
	opened map[string]auto.Stack
	// replica is what was loaded, or nil, and files are then the stacks that have files.
	replica *Replica
	files   []Stack
	// adopting is a stack beside those that were loaded.
	adopting string
	states   map[string][]apitype.ResourceV3
	runs     journal // those under way
	kept     bool    // see keepGood
}

// Options say where a sandbox is and what it deploys.
type Options struct {
	// Root is the project's directory, with Pulumi.yaml.
	Root string
	// Files is the directory of the stacks' files, and of GivenFile where there is
	// one (default Root).
	Files string
	// Dir keeps the sandbox's state (default Files/.sandbox).
	Dir string
	// Program is what the stacks run (default: the project's own, as main.go runs it).
	Program pulumi.RunFunc
	// Tools is where the module that pins the CLI is, for building it
	// (default: Root).
	Tools string
	// Log is told of what takes long, such as building the CLI (default: nowhere).
	Log io.Writer

	// Adopting is a stack that a replica gets beside those that were loaded (default: none).
	Adopting string
	// Prepare runs before the accounts are given what GivenFile says (default: nothing).
	Prepare func(*world.World) error
	// Identify says what id a resource of GivenFile has in reality, for one that has it in
	// a loaded state, or "" (default: none has).
	Identify func(Given) string

	// cli is the Pulumi CLI (default: the one that findCLI finds).
	cli auto.PulumiCommand
}

// dir is where the sandbox's state is.
func (o Options) dir() (string, error) {
	return filepath.Abs(cmp.Or(o.Dir, filepath.Join(cmp.Or(o.Files, o.Root), ".sandbox")))
}

// Open starts the sandbox that is kept in opts.Dir. Only one process can have
// it open at a time.
func Open(ctx context.Context, opts Options) (_ *Sandbox, err error) {
	if opts.Files == "" {
		opts.Files = opts.Root
	}
	project, err := readProject(opts.Root)
	if err != nil {
		return nil, err
	}
	if opts.Program == nil && project.own() {
		opts.Program = stacks.Run
	}
	if opts.Tools == "" {
		opts.Tools = opts.Root
	}
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	dir, err := opts.dir()
	if err != nil {
		return nil, err
	}
	s := &Sandbox{dir: dir, project: project.Name, program: opts.Program, adopting: opts.Adopting, opened: map[string]auto.Stack{}}
	var given error
	s.Stacks, err = findStacks(opts.Files, project.Name)
	if _, given = readGiven(opts.Files); err != nil || given != nil {
		return nil, errors.Join(err, given)
	}
	for _, st := range s.Stacks {
		if st.environment {
			_, _ = fmt.Fprintf(opts.Log, "Pulumi.%s.yaml: environment is left out: the sandbox opens no Pulumi ESC environments.\n", st.Name)
		}
	}
	if len(s.Stacks) == 0 && opts.Files != opts.Root {
		return nil, fmt.Errorf("%s has no stack's file; one is called Pulumi.<stack>.yaml", opts.Files)
	}
	for _, d := range []string{s.path("state"), s.path("home")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, fmt.Errorf("make the sandbox's directory: %w", err)
		}
	}
	if err := withoutLogs(s.path("home")); err != nil {
		return nil, err
	}
	if err := s.intact(); err != nil {
		return nil, s.wayBack(err)
	}
	if err := copyProject(opts, s.path("project"), nil); err != nil {
		return nil, err
	}
	if s.cli = opts.cli; s.cli == nil {
		if s.cli, err = findCLI(ctx, opts.Tools, opts.Log); err != nil {
			return nil, err
		}
	}
	if s.World, err = world.Open(s.path(worldFile)); err != nil {
		if errors.Is(err, world.ErrDamaged) {
			err = s.wayBack(err)
		}
		return nil, err
	}
	if s.plugins, err = plugin.Serve(s.World); err != nil {
		_ = s.World.Close()
		return nil, err
	}
	if err := s.repair(ctx, opts.Log); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if opts.Program == nil && project.runtime() == "go" && !hasHost("go") {
		if s.golang, err = plugin.ServeLanguage(s.dir); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	err = s.recall()
	if err == nil && opts.Prepare != nil {
		err = opts.Prepare(s.World)
	}
	var values map[string]string
	if err == nil {
		values, err = s.give(opts.Files, opts.Identify)
	}
	if values = s.allValues(values); err == nil && len(values) > 0 {
		err = copyProject(opts, s.path("project"), values)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// withoutLogs puts a file where the CLI would have the folder of its logs, without which
// it does. Each command writes one of all that the engine does, and no switch says not to:
// with a thousand resources, a third of the processor's time and a megabyte.
func withoutLogs(home string) error {
	logs := filepath.Join(home, "logs")
	if info, err := os.Lstat(logs); err == nil && info.Mode().IsRegular() {
		return nil
	}
	if err := errors.Join(os.RemoveAll(logs), os.WriteFile(logs, nil, 0o600)); err != nil {
		return fmt.Errorf("do without the Pulumi CLI's logs: %w", err)
	}
	return nil
}

// Close stops the sandbox. Its state stays.
func (s *Sandbox) Close() error {
	s.plugins.Close()
	if s.golang != nil {
		s.golang.Close()
	}
	return errors.Join(s.World.PruneLogEvents(), s.World.Close())
}

func (s *Sandbox) path(name string) string { return filepath.Join(s.dir, name) }

// Stack returns the stack of that name, or an error that lists those there are.
func (s *Sandbox) Stack(name string) (Stack, error) {
	var names []string
	for _, st := range s.Stacks {
		if st.Name == name {
			return st, nil
		}
		names = append(names, st.Name)
	}
	return Stack{}, fmt.Errorf("stack %q has no Pulumi.%s.yaml; the stacks are %s", name, name, strings.Join(names, ", "))
}

// environment is what the CLI runs with: its own home and backend, so that it
// neither sees nor changes the user's, and the stand-ins.
func (s *Sandbox) environment() map[string]string {
	env := map[string]string{
		"PULUMI_HOME":              s.path("home"),
		"PULUMI_BACKEND_URL":       s.backend(),
		"PULUMI_CONFIG_PASSPHRASE": "",
		"PULUMI_SKIP_UPDATE_CHECK": "true",
		// The stand-ins are attached, so the plugins that the state names are
		// not needed: the CLI would download half a gigabyte of them.
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_DISABLE_CI_DETECTION":                 "true",
		"PULUMI_STACK":                                "",
	}
	maps.Copy(env, s.plugins.Environment())
	if s.golang != nil {
		maps.Copy(env, s.golang.Environment())
	}
	return env
}

// backend is where the CLI keeps the state. It writes a state's file whole; the
// attributes that it would put beside each it writes in place, and a kill at that
// moment leaves a state that cannot be read.
func (s *Sandbox) backend() string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(s.path("state")), RawQuery: "metadata=skip"}).String()
}

// open readies a stack for the engine, once: each question to the CLI is a
// process that takes a third of a second.
func (s *Sandbox) open(ctx context.Context, name string) (auto.Stack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stack, ok := s.opened[name]; ok {
		return stack, nil
	}
	project, dir, err := s.home(name)
	if err != nil {
		return auto.Stack{}, err
	}
	env, err := s.environmentOf(name)
	if err != nil {
		return auto.Stack{}, err
	}
	stack, err := ask(ctx, func(ctx context.Context) (auto.Stack, error) {
		return upsert(ctx, name, project, dir, s.programOf(name), s.pulumi(project), auto.EnvVars(env))
	})
	if err != nil {
		return stack, fmt.Errorf("open stack %s: %w", name, err)
	}
	s.opened[name] = stack
	return stack, nil
}
