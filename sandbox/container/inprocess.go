package container

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"fargate-privatelink/sandbox/pipe"
)

// Handler serves one connection to a task: a stream, or with UDP the datagrams
// of one client. It closes the connection.
type Handler func(t Task, conn net.Conn)

// NewInProcess returns a runtime whose tasks are a function: it serves every
// connection to a port that the task's containers map. The name is what Name
// returns.
func NewInProcess(name string, serve Handler) Runtime {
	return &inProcess{name: name, serve: serve}
}

type inProcess struct {
	name    string
	serve   Handler
	serving sync.WaitGroup
}

func (r *inProcess) Name() string { return r.name }

func (r *inProcess) Start(_ context.Context, t Task) Instance {
	return &inProcessTask{runtime: r, task: t, open: map[net.Conn]bool{}}
}

// Close waits until every connection of the closed tasks is served.
func (r *inProcess) Close() error {
	r.serving.Wait()
	return nil
}

type inProcessTask struct {
	runtime *inProcess
	task    Task
	ports   atomic.Uint32

	mu     sync.Mutex
	closed bool
	open   map[net.Conn]bool
}

func (t *inProcessTask) Stopped() *Stopped { return nil }

func (t *inProcessTask) listens(network string, port int) bool {
	return slices.ContainsFunc(t.task.Containers, func(s Spec) bool {
		return slices.Contains(s.Ports, Port{Number: port, Protocol: network})
	})
}

func (t *inProcessTask) Dial(ctx context.Context, network string, from netip.AddrPort, port int) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	to := netip.AddrPortFrom(t.task.Address, uint16(port))
	if !t.listens(network, port) {
		return nil, fmt.Errorf("dial %s %s: %w", network, to, syscall.ECONNREFUSED)
	}
	if from.Port() == 0 {
		from = netip.AddrPortFrom(from.Addr(), ephemeral(t.ports.Add(1)))
	}
	var near, far net.Conn
	if network == "udp" {
		near, far = pipe.NewPackets(net.UDPAddrFromAddrPort(from), net.UDPAddrFromAddrPort(to))
	} else {
		near, far = pipe.New(net.TCPAddrFromAddrPort(from), net.TCPAddrFromAddrPort(to))
	}
	if !t.track(far) {
		return nil, fmt.Errorf("dial %s %s: %w", network, to, syscall.ECONNREFUSED)
	}
	t.runtime.serving.Go(func() {
		defer t.forget(far)
		t.runtime.serve(t.task, far)
	})
	return near, nil
}

// ephemeral is the n-th source port of a load balancer's node, from 1024 on.
func ephemeral(n uint32) uint16 { return uint16(1024 + n%(65536-1024)) }

func (t *inProcessTask) track(c net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.open[c] = true
	}
	return !t.closed
}

func (t *inProcessTask) forget(c net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, c)
}

// Close ends the task and all of its connections.
func (t *inProcessTask) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for c := range t.open {
		_ = c.Close()
	}
	return nil
}
