package vnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fargate-privatelink/sandbox/pipe"
	"fargate-privatelink/sandbox/world"
)

// Dial opens a connection from the client to an address such as "name:80" on
// network "tcp" or "udp". Of a name's addresses it tries one after the other,
// beginning with another one each time, as the answers of DNS rotate. The error
// of a connection that AWS would not carry is a *BlockedError within a
// *net.OpError. Connections have CloseWrite, as *net.TCPConn has.
func (n *Network) Dial(ctx context.Context, client Client, network, address string) (net.Conn, error) {
	flows, err := n.flows(client, network, address)
	if err != nil {
		return nil, err
	}
	first := int(n.dials.Add(1)) % len(flows)
	var failures []error
	for _, f := range slices.Concat(flows[first:], flows[:first]) {
		r, err := n.route(ctx, f)
		if err != nil {
			return nil, err
		}
		conn, err := n.connect(ctx, &r)
		if err == nil {
			return n.hold(&r, conn), nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failures...)
}

// flows are the connections that a client could open to an address: one to each
// interface that its name leads to.
func (n *Network) flows(client Client, network, address string) ([]flow, error) {
	network = strings.TrimRight(network, "46")
	if !slices.Contains([]string{"tcp", "udp"}, network) {
		return nil, fmt.Errorf("network %q is not supported; it must be tcp or udp", network)
	}
	host, portName, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(portName, 10, 16)
	if err != nil || port == 0 {
		return nil, fmt.Errorf("port %q of %s is not a number from 1 to 65535", portName, address)
	}
	var found []destination
	err = n.world.View(func(tx *world.Tx) (err error) {
		found, err = resolve(tx, client.VpcID, host, familyOf(client.Address))
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, noSuchHost(host, "the endpoint has no network interface")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if want := familyOf(client.Address); familyOf(ip).name != want.name {
			return nil, fmt.Errorf("client %s can't connect to %s, which is not an %s address", client.Address, host, want.name)
		}
		host = ""
	}
	var flows []flow
	for _, d := range found {
		flows = append(flows, flow{
			client: client, protocol: network, sourcePort: n.sourcePort(), name: host, destination: d, port: int(port),
		})
	}
	return flows, nil
}

// sourcePort is a client's next ephemeral port, of Linux's range.
func (n *Network) sourcePort() uint16 {
	const first, last = 32768, 60999
	return uint16(first + n.ports.Add(1)%(last-first+1))
}

// connect carries out what route has decided.
func (n *Network) connect(ctx context.Context, r *route) (net.Conn, error) {
	conn, err := n.carry(ctx, r)
	if err != nil {
		return nil, &net.OpError{
			Op: "dial", Net: r.flow.protocol, Source: r.clientAddr(), Addr: r.endpointAddr(), Err: err,
		}
	}
	return conn, nil
}

func (n *Network) carry(ctx context.Context, r *route) (net.Conn, error) {
	stop := r.Stopped()
	switch {
	case r.flow.protocol == "udp":
		return n.carryDatagrams(ctx, r)
	case r.accepted():
		return n.terminate(r)
	case stop == nil:
		conn, err := n.toTarget(ctx, r)
		if err != nil {
			return nil, err
		}
		return &clientConn{Conn: conn, local: r.clientAddr(), remote: r.endpointAddr()}, nil
	case stop.Effect == Dropped:
		// Not a timer for the context's deadline: it could go off before the context ends.
		wait := time.NewTimer(n.timeout)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-ctx.Done():
		}
	}
	return nil, &BlockedError{r.Path}
}

// toTarget opens the load balancer's connection to the target, and sends the
// Proxy Protocol header if the target group wants one.
func (n *Network) toTarget(ctx context.Context, r *route) (net.Conn, error) {
	if !r.Reachable {
		return nil, &BlockedError{r.Path}
	}
	i := n.instance(r.target.TaskARN)
	if i == nil {
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	conn, err := i.Dial(ctx, "tcp", netip.AddrPortFrom(r.node.PrivateIP, 0), r.target.Port)
	if err != nil {
		return nil, err
	}
	if !r.pool.ProxyProtocolV2 {
		return conn, nil
	}
	header, err := clientHeader(r)
	if err == nil {
		_, err = conn.Write(header)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// carryDatagrams connects a client with UDP: nothing tells it of a datagram that
// is lost.
func (n *Network) carryDatagrams(ctx context.Context, r *route) (net.Conn, error) {
	if r.Reachable {
		if i := n.instance(r.target.TaskARN); i != nil {
			conn, err := i.Dial(ctx, "udp", netip.AddrPortFrom(r.node.PrivateIP, 0), r.target.Port)
			if err == nil {
				return &clientConn{Conn: conn, local: r.clientAddr(), remote: r.endpointAddr()}, nil
			}
		}
	}
	near, far := pipe.NewPackets(r.clientAddr(), r.endpointAddr())
	return near, far.Close()
}

func (r *route) clientAddr() net.Addr {
	return netAddr(r.flow.protocol, netip.AddrPortFrom(r.flow.client.Address, r.flow.sourcePort))
}

func (r *route) endpointAddr() net.Addr {
	return netAddr(r.flow.protocol, netip.AddrPortFrom(r.flow.ip, uint16(r.flow.port)))
}

func netAddr(protocol string, a netip.AddrPort) net.Addr {
	if protocol == "udp" {
		return net.UDPAddrFromAddrPort(a)
	}
	return net.TCPAddrFromAddrPort(a)
}

// clientConn is the load balancer's connection as the client sees it: with the
// client's address and the endpoint's.
type clientConn struct {
	net.Conn
	local, remote net.Addr
}

func (c *clientConn) LocalAddr() net.Addr  { return c.local }
func (c *clientConn) RemoteAddr() net.Addr { return c.remote }

// CloseWrite ends the client's stream; the other direction stays open.
func (c *clientConn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}
