package vnet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Trace says what becomes of a connection from the client to an address such as
// "name:80" on network "tcp" or "udp": one path for each address that the name
// has. Where the name does not resolve, the one path says so.
func (n *Network) Trace(ctx context.Context, client Client, network, address string) ([]Path, error) {
	_, paths, err := n.trace(ctx, client, network, address)
	return paths, err
}

// trace returns the flows to an address with their paths. There is one path and
// no flow where the name does not resolve.
func (n *Network) trace(ctx context.Context, client Client, network, address string) (flows []flow, paths []Path, err error) {
	flows, err = n.flows(client, network, address)
	if unresolved := (*net.DNSError)(nil); errors.As(err, &unresolved) {
		return nil, []Path{unresolvedPath(client, network, address, unresolved)}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, f := range flows {
		r, err := n.route(ctx, f)
		if err != nil {
			return nil, nil, err
		}
		paths = append(paths, r.Path)
	}
	return flows, paths, nil
}

func unresolvedPath(client Client, network, address string, err *net.DNSError) Path {
	host, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	return Path{
		Client: client, Name: host, Protocol: network, Port: number,
		Hops: []Hop{{Hop: HopDNS, At: host, By: strings.TrimPrefix(err.Err, "no such host: "), Effect: Unresolved}},
	}
}

const (
	// openWait is how long Probe lets a connection take to open.
	openWait = 30 * time.Second
	// stopWait is how long Probe waits for an answer where it expects none.
	stopWait = 200 * time.Millisecond
)

// Probe traces a connection and then really opens it, through each of the
// address's interfaces: where it opens, the last hop of the path says so, and
// whether it does is what Reachable says.
func (n *Network) Probe(ctx context.Context, client Client, network, address string) ([]Path, error) {
	flows, paths, err := n.trace(ctx, client, network, address)
	if err != nil || network == "udp" {
		return paths, err
	}
	var opening sync.WaitGroup
	for i, f := range flows {
		p := &paths[i]
		opening.Go(func() {
			if opened := n.open(ctx, f); p.Reachable || opened.Allowed {
				p.Hops, p.Reachable = append(p.Hops, opened), opened.Allowed
			}
		})
	}
	opening.Wait()
	return paths, ctx.Err()
}

// open opens a connection, closes it again, and says how it went.
func (n *Network) open(ctx context.Context, f flow) Hop {
	h := Hop{Hop: HopOpened, At: netip.AddrPortFrom(f.ip, uint16(f.port)).String()}
	began := time.Now()
	conn, err := n.tryOut(ctx, f)
	if err != nil {
		h.By, h.Effect = err.Error(), effectOf(err)
		return h
	}
	defer func() { _ = conn.Close() }()
	h.Allowed = true
	h.By = fmt.Sprintf("from %s, in %s", conn.LocalAddr(), time.Since(began).Round(10*time.Microsecond))
	return h
}

// tryOut opens a connection up to the target: one that a TLS listener accepts
// has one only once the load balancer has found it.
func (n *Network) tryOut(ctx context.Context, f flow) (net.Conn, error) {
	r, err := n.route(ctx, f)
	if err != nil {
		return nil, err
	}
	// How busy the machine is must not decide about a connection that AWS carries.
	wait := openWait
	if !r.Reachable && !r.accepted() {
		wait = stopWait
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	conn, err := n.connect(ctx, &r)
	if err != nil {
		return nil, err
	}
	if accepted, ok := conn.(*acceptedConn); ok {
		if err := accepted.tryOut(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// tryOut makes the TLS handshake, and waits until the load balancer has a target
// or has none.
func (c *acceptedConn) tryOut(ctx context.Context) error {
	// Whether the certificate is the right one is another question.
	secured := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	if err := secured.HandshakeContext(ctx); err != nil {
		return err
	}
	select {
	case err := <-c.target:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
