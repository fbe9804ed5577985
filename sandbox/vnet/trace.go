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

// openWait is how long Probe lets a connection take to open. How busy the machine is
// must not decide about a connection that AWS carries.
const openWait = 30 * time.Second

// Probe traces a connection and then really opens it, through each of the
// address's interfaces: where it opens, a hop of the path says so, the next one says
// what the container answers, and whether it does open is what Reachable says. Paths
// that are stopped it leaves: Dial would say the same as Trace. UDP it can only trace.
func (n *Network) Probe(ctx context.Context, client Client, network, address string) ([]Path, error) {
	flows, paths, err := n.trace(ctx, client, network, address)
	if err != nil || network == "udp" {
		return paths, err
	}
	var opening sync.WaitGroup
	for i, f := range flows {
		if paths[i].Reachable {
			opening.Go(func() { n.tryOut(ctx, f, &paths[i]) })
		}
	}
	opening.Wait()
	return paths, ctx.Err()
}

// tryOut opens a connection, closes it again, and adds to the path how it went.
func (n *Network) tryOut(ctx context.Context, f flow, p *Path) {
	h := Hop{Hop: HopOpened, At: netip.AddrPortFrom(f.ip, uint16(f.port)).String()}
	began := time.Now()
	r, conn, err := n.open(ctx, f)
	if err != nil {
		h.By, h.Effect = err.Error(), effectOf(err)
		p.Hops, p.Reachable = append(p.Hops, h), false
		return
	}
	defer func() { _ = conn.Close() }()
	h.Allowed = true
	h.By = fmt.Sprintf("from %s, in %s", conn.LocalAddr(), time.Since(began).Round(10*time.Microsecond))
	p.Hops = append(p.Hops, h, hear(ctx, r, conn))
}

// open opens a connection up to the target: one that a TLS listener accepts has one
// only once the load balancer has found it.
func (n *Network) open(ctx context.Context, f flow) (*route, net.Conn, error) {
	r, err := n.route(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	conn, err := n.connect(ctx, &r)
	if err != nil {
		return nil, nil, err
	}
	if accepted, ok := conn.(*acceptedConn); ok {
		secured, err := accepted.secure(ctx)
		if err != nil {
			_ = conn.Close()
			return nil, nil, err
		}
		return &r, secured, nil
	}
	return &r, conn, nil
}

// secure makes the TLS handshake, and waits until the load balancer has a target or
// has none.
func (c *acceptedConn) secure(ctx context.Context) (net.Conn, error) {
	// Whether the certificate is the right one is another question.
	secured := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	select {
	case err := <-c.target:
		return secured, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
