// Package container runs the containers of ECS tasks for the sandbox, in one of
// two ways: a responder of the sandbox's own within the process (NewResponder),
// or the task definition's own command as a process in a network namespace
// (NewNamespace).
package container

import (
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
)

// Task is what a runtime needs to know of an ECS task.
type Task struct {
	// ID is the last part of the task's ARN.
	ID string
	// VpcID is the VPC in whose addresses Address is: two VPCs may use the same.
	VpcID string
	// VpcCIDR is that VPC's block.
	VpcCIDR netip.Prefix
	// Address is the private address of the task's network interface, which all
	// of its containers share. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html.
	Address netip.Addr
	// Containers are the containers of its task definition.
	Containers []Spec
}

// Spec is one container, with the names of
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type Spec struct {
	Name, Image         string
	EntryPoint, Command []string
	// Environment are its variables as "NAME=value".
	Environment []string
	// WorkingDirectory is where its program starts (default "/").
	WorkingDirectory string
	// Essential: the task stops when this container does.
	Essential bool
	Ports     []Port
	// Output takes what the container writes to its standard output and error,
	// whole lines at a time. Nil: it is lost, as without a log driver.
	Output io.Writer
}

// argv is the container's whole command line.
func (s Spec) argv() []string { return slices.Concat(s.EntryPoint, s.Command) }

func (s Spec) output() io.Writer {
	if s.Output == nil {
		return io.Discard
	}
	return s.Output
}

// Port is a port mapping: a port that a container listens on.
type Port struct {
	Number int
	// Protocol is "tcp" or "udp".
	Protocol string
}

// Runtime starts tasks.
type Runtime interface {
	// Name is how the user chooses the runtime.
	Name() string
	// Start starts a task's containers and returns once they listen, or once it
	// is clear that they don't. A task that can't start is a stopped one.
	Start(ctx context.Context, t Task) Instance
	// Close stops everything that still runs and leaves nothing behind.
	Close() error
}

// Instance is a task that was started.
type Instance interface {
	// Dial opens a connection to a port of the task. From is the address that
	// the task sees; its port may be 0 for any. Network is "tcp" or "udp". Where
	// nothing listens the error is ECONNREFUSED.
	Dial(ctx context.Context, network string, from netip.AddrPort, port int) (net.Conn, error)
	// Stopped says why the task has stopped, or nil while it runs.
	Stopped() *Stopped
	// Close stops the task.
	Close() error
}

// Stopped says why a task has stopped.
type Stopped struct {
	// Reason is in ECS's words, see
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html.
	Reason string
	// Detail says in a sentence what it comes from here.
	Detail string
}

func (s Stopped) String() string {
	if s.Detail == "" {
		return s.Reason
	}
	return s.Reason + " (" + s.Detail + ")"
}
