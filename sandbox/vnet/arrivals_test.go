package vnet

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"

	"fargate-privatelink/sandbox/container"
)

// arrivals is the sandbox's responder, with a note of what comes to its tasks.
type arrivals struct {
	container.Runtime
	mu  sync.Mutex
	all []*arrival
}

func newArrivals() *arrivals { return &arrivals{Runtime: container.NewResponder()} }

// arrival is a connection to a task.
type arrival struct {
	task   string
	source netip.Addr
	sent   bytes.Buffer
}

// ofAClient says whether more came than what load balancers say themselves: nothing,
// a Proxy Protocol header without a client, or a health check.
func (a *arrival) ofAClient() bool {
	own := a.sent.Len() == 0 || bytes.Equal(a.sent.Bytes(), localHeader()) || bytes.Contains(a.sent.Bytes(), []byte("ELB-HealthChecker"))
	return !own
}

// take returns the clients' connections that have come since it was called last.
func (r *arrivals) take() []*arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.DeleteFunc(r.all, func(a *arrival) bool { return !a.ofAClient() })
	r.all = nil
	return out
}

func (r *arrivals) Start(ctx context.Context, t container.Task) container.Instance {
	return &notedTask{r.Runtime.Start(ctx, t), t.ID, r}
}

type notedTask struct {
	container.Instance
	id      string
	runtime *arrivals
}

func (t *notedTask) Dial(ctx context.Context, network string, from netip.AddrPort, port int) (net.Conn, error) {
	conn, err := t.Instance.Dial(ctx, network, from, port)
	if err != nil {
		return nil, err
	}
	a := &arrival{task: t.id, source: from.Addr()}
	t.runtime.mu.Lock()
	defer t.runtime.mu.Unlock()
	t.runtime.all = append(t.runtime.all, a)
	return &notedConn{conn, a, t.runtime}, nil
}

type notedConn struct {
	net.Conn
	arrival *arrival
	runtime *arrivals
}

func (c *notedConn) Write(p []byte) (int, error) {
	c.runtime.mu.Lock()
	c.arrival.sent.Write(p)
	c.runtime.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *notedConn) CloseWrite() error { return closeWrite(c.Conn) }
