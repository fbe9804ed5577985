package deploy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// Runtimes are the ways to run a task's container: the sandbox's responder, which
// is the default, and the task definition's own command in a network namespace.
var Runtimes = []string{container.ResponderName, container.NamespaceName}

// runtimeKey is where a sandbox keeps its runtime.
const runtimeKey = "runtime"

// NetworkOptions say how Network connects.
type NetworkOptions struct {
	// Runtime is one of Runtimes (default: the sandbox's own, see KeepRuntime).
	Runtime string
	// ConnectTimeout is as in vnet.Options.
	ConnectTimeout time.Duration
	// OnLog is as in vnet.Options.
	OnLog func(world.LogEvent)
}

// Network opens the sandbox's network, in which tasks run and connections are
// carried. It has to be closed before the sandbox.
func (s *Sandbox) Network(opts NetworkOptions) (*vnet.Network, error) {
	runtime, err := s.runtime(opts.Runtime)
	if err != nil {
		return nil, err
	}
	return vnet.Open(s.World, vnet.Options{Runtime: runtime, ConnectTimeout: opts.ConnectTimeout, OnLog: opts.OnLog})
}

func (s *Sandbox) runtime(name string) (container.Runtime, error) {
	if name == "" {
		kept, err := s.World.Kept(runtimeKey)
		if err != nil {
			return nil, err
		}
		name = string(kept)
	}
	switch name {
	case "", container.ResponderName:
		return container.NewResponder(), nil
	case container.NamespaceName:
		return container.NewNamespace(s.dir)
	}
	return nil, unknownRuntime(name)
}

// KeepRuntime makes one of Runtimes the sandbox's own.
func (s *Sandbox) KeepRuntime(name string) error {
	if !slices.Contains(Runtimes, name) {
		return unknownRuntime(name)
	}
	return s.World.Keep(runtimeKey, []byte(name))
}

func unknownRuntime(name string) error {
	return fmt.Errorf("runtime %q does not exist; it must be %s", name, strings.Join(Runtimes, " or "))
}
