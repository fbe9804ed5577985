package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// serving is how serve opens the endpoint to the machine.
type serving struct {
	consumerFlags
	listen string
	port   int
	logs   bool
}

func (a *app) serve() *cobra.Command {
	var o serving
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Open the endpoint to a browser on this machine",
		Long: `Listens on a loopback address, and carries each connection through the simulated
network to the consumer's endpoint as if a client in the consumer's VPC had opened
it. What is stopped on the way is closed, and said on standard error. Ends with
Ctrl-C. With TLS, what comes back is the listener's certificate, which the
sandbox issues itself.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			listen, err := loopback(o.listen)
			if err != nil {
				return err
			}
			opts := deploy.NetworkOptions{ConnectTimeout: 5 * time.Second}
			if o.logs {
				opts.OnLog = func(e world.LogEvent) { a.out.line("%s", logLine(e)) }
			}
			return a.connected(cmd, opts, func(ctx context.Context, s *deploy.Sandbox, n *vnet.Network) error {
				return a.listenFor(ctx, s, n, listen, o)
			})
		},
	}
	o.add(cmd)
	a.runtimeFlag(cmd, "")
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "loopback address to listen on; port 0 for any free one")
	cmd.Flags().IntVar(&o.port, "port", 0, "the endpoint's port (default: the service's first)")
	cmd.Flags().BoolVar(&o.logs, "logs", false, "print what the containers log, as it comes")
	return cmd
}

// loopback refuses any address that another machine could reach.
func loopback(address string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !a.Addr().IsLoopback() {
		return a, fmt.Errorf("--listen is %q; it must be a loopback address with a port, such as 127.0.0.1:8080", address)
	}
	return a, nil
}

func (a *app) listenFor(ctx context.Context, s *deploy.Sandbox, n *vnet.Network, listen netip.AddrPort, o serving) error {
	c, client, err := o.choose(ctx, s)
	if err != nil {
		return err
	}
	if o.port == 0 {
		if len(c.Ports()) == 0 {
			return fmt.Errorf("stack %s has no port: give --port", c.Stack)
		}
		o.port = c.Ports()[0].Port
	}
	l, err := net.Listen("tcp", listen.String())
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	a.out.line("%s://%s leads to %s, as from %s. Ctrl-C ends it.", scheme(c.Ports(), o.port), l.Addr(), c.Address(o.port), client.Address)
	var carrying sync.WaitGroup
	defer carrying.Wait()
	return a.accept(ctx, l, func(conn net.Conn) {
		carrying.Go(func() { a.carry(ctx, n, client, c.Address(o.port), conn) })
	})
}

const (
	// firstDelay and lastDelay are between two tries to accept a connection that
	// the machine has no room for, as in net/http.
	firstDelay = 5 * time.Millisecond
	lastDelay  = time.Second
)

// accept takes connections until ctx ends or the listener is closed. When the machine
// has no file descriptors or memory left for one, which passes, it tries again.
func (a *app) accept(ctx context.Context, l net.Listener, take func(net.Conn)) error {
	delay := firstDelay
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			delay = firstDelay
			take(conn)
			continue
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil
		case !slices.ContainsFunc(passing, func(passes error) bool { return errors.Is(err, passes) }):
			return err
		}
		a.out.warn("no connection can be taken now (%v): trying again", err)
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
		delay = min(2*delay, lastDelay)
	}
}

// passing are the errors of accept that pass, see accept(2).
var passing = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR}

// scheme is what a browser speaks to one of the service's ports.
func scheme(ports []contract.Port, port int) string {
	if slices.Contains(ports, contract.Port{Port: port, Protocol: "tls"}) {
		return "https"
	}
	return "http"
}

// carry joins a connection of this machine with one in the simulated network.
func (a *app) carry(ctx context.Context, n *vnet.Network, client vnet.Client, address string, near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := n.Dial(ctx, client, "tcp", address)
	if err != nil {
		a.out.warn("%s from %s: %v", address, client.Address, reason(err))
		return
	}
	defer func() { _ = far.Close() }()
	stop := context.AfterFunc(ctx, func() { _, _ = near.Close(), far.Close() })
	defer stop()
	var copying sync.WaitGroup
	copying.Go(func() { pump(far, near) })
	copying.Go(func() { pump(near, far) })
	copying.Wait()
}

// reason is why a connection was stopped, without the words around it.
func reason(err error) string {
	var blocked *vnet.BlockedError
	if errors.As(err, &blocked) {
		return blocked.Path.Summary()
	}
	return err.Error()
}

// pump copies one direction and passes its end on.
func pump(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite()
		return
	}
	_, _ = to.Close(), from.Close()
}
