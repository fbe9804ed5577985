package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	testProject = "project"
	testStack   = "stack"
	testRegion  = "us-east-1"
)

// registration is one resource as the engine was asked for it.
type registration struct {
	typ, name   string
	urn, parent string
	provider    string
	providers   map[string]string
	protect     bool
	// formerRoot says that the resource was at the stack's root before.
	formerRoot    bool
	dependencies  []string
	ignoreChanges []string
	transforms    []pulumi.ResourceTransform
	// beforeDelete are the names of the hooks that run before its deletion.
	beforeDelete []string
	// beforeUpdate are those of the hooks that run before a change.
	beforeUpdate []string
	// inputs are what was known of the inputs: unknown ones are absent.
	inputs map[string]any
	// frames are how many of the program's the engine keeps in the state.
	frames int
}

// mocks stand in for the engine and for AWS: they record what they are asked for
// and answer with made-up outputs. Registrations run concurrently.
type mocks struct {
	preview bool
	// hold maps a type to a channel that the answers to its registrations wait for.
	hold map[string]chan struct{}
	// outputs are the outputs of a type of resource, beyond its inputs.
	outputs map[string]outputsFunc
	// ids are the IDs of a type's resources, where they are more than the name and -id.
	ids map[string]string
	// answers are the results of invokes by token.
	answers map[string]answerFunc

	mu                sync.Mutex
	registrations     []registration
	invokes           []pulumi.MockCallArgs
	outputsRegistered int
	// events are what happened, in order: "start <type> <name>", "end <type>
	// <name>", and what a test notes.
	events []string
}

type (
	outputsFunc func(name string) map[string]any
	answerFunc  func(args resource.PropertyMap) (map[string]any, error)
)

func newMocks() *mocks {
	return &mocks{hold: map[string]chan struct{}{}, outputs: maps.Clone(awsOutputs), answers: maps.Clone(awsAnswers)}
}

// run runs the program as an update, or as a preview.
func (m *mocks) run(program pulumi.RunFunc) error {
	return pulumi.RunErr(program, pulumi.WithMocks(testProject, testStack, m), func(info *pulumi.RunInfo) {
		info.DryRun = m.preview
	})
}

// note adds an event.
func (m *mocks) note(event string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, event)
}

func (m *mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	m.mu.Lock()
	m.invokes = append(m.invokes, args)
	m.mu.Unlock()
	answer := m.answers[args.Token]
	if answer == nil {
		return nil, fmt.Errorf("unexpected invoke of %s", args.Token)
	}
	result, err := answer(args.Args)
	return resource.NewPropertyMapFromMap(result), err
}

func (m *mocks) RegisterResourceOutputs() (*emptypb.Empty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outputsRegistered++
	return &emptypb.Empty{}, nil
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.record(args)
	m.note("start " + args.TypeToken + " " + args.Name)
	if gate := m.hold[args.TypeToken]; gate != nil {
		<-gate
	}
	defer m.note("end " + args.TypeToken + " " + args.Name)
	state := args.Inputs.Copy()
	if m.preview {
		return "", state, nil
	}
	if outputs := m.outputs[args.TypeToken]; outputs != nil {
		maps.Copy(state, resource.NewPropertyMapFromMap(outputs(args.Name)))
	}
	if id := m.ids[args.TypeToken]; id != "" {
		return id, state, nil
	}
	return args.Name + "-id", state, nil
}

func (m *mocks) record(args pulumi.MockResourceArgs) {
	rpc := args.RegisterRPC
	parentType := tokens.Type("")
	if parent := resource.URN(rpc.GetParent()); parent != "" && parent.QualifiedType() != resource.RootStackType {
		parentType = parent.QualifiedType()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registrations = append(m.registrations, registration{
		typ:           args.TypeToken,
		name:          args.Name,
		urn:           string(resource.NewURN(testStack, testProject, parentType, tokens.Type(args.TypeToken), args.Name)),
		parent:        rpc.GetParent(),
		provider:      args.Provider,
		providers:     rpc.GetProviders(),
		protect:       rpc.GetProtect(),
		formerRoot:    slices.ContainsFunc(rpc.GetAliases(), func(alias *pulumirpc.Alias) bool { return alias.GetSpec().GetNoParent() }),
		dependencies:  rpc.GetDependencies(),
		ignoreChanges: rpc.GetIgnoreChanges(),
		transforms:    args.Transforms,
		beforeDelete:  rpc.GetHooks().GetBeforeDelete(),
		beforeUpdate:  rpc.GetHooks().GetBeforeUpdate(),
		inputs:        args.Inputs.Mappable(),
		frames:        len(rpc.GetStackTrace().GetFrames()),
	})
}

// find returns the registrations of a type.
func (m *mocks) find(typ string) []registration {
	var found []registration
	for _, r := range m.registrations {
		if r.typ == typ {
			found = append(found, r)
		}
	}
	return found
}

// get returns the one registration of a type and name.
func (m *mocks) get(t *testing.T, typ, name string) registration {
	t.Helper()
	var found []registration
	for _, r := range m.find(typ) {
		if r.name == name {
			found = append(found, r)
		}
	}
	require.Len(t, found, 1, "registrations of %s %q", typ, name)
	return found[0]
}

// list returns what was registered below the component, as sorted "type name" lines.
func (m *mocks) list(component string) []string {
	var lines []string
	for _, r := range m.registrations {
		if r.typ != component && strings.Contains(r.urn, component+"$") {
			lines = append(lines, r.typ+" "+r.name)
		}
	}
	slices.Sort(lines)
	return lines
}

// requireOrder checks that both events happened, before first.
func (m *mocks) requireOrder(t *testing.T, before, after string) {
	t.Helper()
	require.Contains(t, m.events, before)
	require.Contains(t, m.events, after)
	require.Less(t, slices.Index(m.events, before), slices.Index(m.events, after), "%q must come before %q", before, after)
}

// reading is the value of an output, once the program has run.
type reading[T any] struct {
	value T
	known bool
}

// read notes the value of an output when it becomes known, which an unknown one
// never does. The program exports it, since it waits for its exports only.
func read[T any](ctx *pulumi.Context, output pulumi.Output) *reading[T] {
	r := &reading[T]{}
	ctx.Export(fmt.Sprintf("%p", r), output.ApplyT(func(value T) T {
		r.value, r.known = value, true
		return value
	}))
	return r
}

// unknown returns a string that this preview doesn't know.
func unknown() pulumi.StringOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
}

// requireRefused checks that a constructor returns the error and registers nothing.
func requireRefused(t *testing.T, want string, construct func(ctx *pulumi.Context) error) {
	t.Helper()
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		require.EqualError(t, construct(ctx), want)
		return nil
	}))
	require.Empty(t, m.registrations, want)
}

// describeRule returns what a security group rule admits, with all of its inputs but
// the group and the tags.
func describeRule(r registration) string {
	text := fmt.Sprintf("%v %v-%v", r.inputs["ipProtocol"], r.inputs["fromPort"], r.inputs["toPort"])
	for _, peer := range []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"} {
		if value, given := r.inputs[peer]; given {
			text += fmt.Sprintf(" %v", value)
		}
	}
	return text
}
