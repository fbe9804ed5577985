package deploy

import (
	"cmp"
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
	// Runtime is one of Runtimes (default: the sandbox's own, see ChooseRuntime).
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
	name, err := s.runtimeName(name)
	if err != nil {
		return nil, err
	}
	if name == container.NamespaceName {
		return container.NewNamespace(s.dir)
	}
	return container.NewResponder(), nil
}

// runtimeName is the one of Runtimes that is asked for, or else the sandbox's own.
func (s *Sandbox) runtimeName(name string) (string, error) {
	if name == "" {
		kept, err := s.World.Kept(runtimeKey)
		if err != nil {
			return "", err
		}
		name = cmp.Or(string(kept), container.ResponderName)
	}
	if !slices.Contains(Runtimes, name) {
		return "", fmt.Errorf("runtime %q does not exist; it must be %s", name, strings.Join(Runtimes, " or "))
	}
	return name, nil
}

// ChooseRuntime makes one of Runtimes the sandbox's own; "" leaves it as it is. It is
// an error when this machine can't run it.
func (s *Sandbox) ChooseRuntime(name string) error {
	chosen, err := s.runtimeName(name)
	if err == nil && chosen == container.NamespaceName {
		err = container.NamespaceSupported()
	}
	if err != nil || name == "" {
		return err
	}
	return s.World.Keep(runtimeKey, []byte(chosen))
}
