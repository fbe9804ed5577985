package pipe

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// backlog is how many datagrams one direction holds; like UDP, it loses more.
const backlog = 256

// Packets is one end of a datagram connection: every Write is one datagram and
// every Read takes one. What finds no room, or comes after the other end has
// closed, is lost without an error.
//
// The ends are a client's and a server's. A client isn't told that the server has
// closed. A server has one end for each client, which UDP doesn't have; so that it
// can be done with it, its Read returns io.EOF once the client has closed and every
// datagram is read.
type Packets struct {
	in, out       chan []byte
	local, remote net.Addr
	readDeadline  *deadline
	closing       sync.Once
	closed        chan struct{}
	left          <-chan struct{} // closed once the client has; nil at its own end
}

// NewPackets returns the client's and the server's end of a new datagram connection,
// and takes their addresses.
func NewPackets(addrClient, addrServer net.Addr) (client, server *Packets) {
	up, down := make(chan []byte, backlog), make(chan []byte, backlog)
	client = &Packets{in: down, out: up, local: addrClient, remote: addrServer, readDeadline: newDeadline(), closed: make(chan struct{})}
	server = &Packets{in: up, out: down, local: addrServer, remote: addrClient, readDeadline: newDeadline(), closed: make(chan struct{})}
	server.left = client.closed
	return client, server
}

// Read takes one datagram and waits for it; what does not fit into p is lost.
func (c *Packets) Read(p []byte) (int, error) {
	for {
		if c.readDeadline.passed() {
			return 0, c.fail("read", os.ErrDeadlineExceeded)
		}
		select {
		case <-c.closed:
			return 0, c.fail("read", net.ErrClosed)
		case d := <-c.in:
			return copy(p, d), nil
		case <-c.left:
			select {
			case d := <-c.in:
				return copy(p, d), nil
			default:
				return 0, io.EOF
			}
		case <-c.readDeadline.wait():
		}
	}
}

// Write sends one datagram. It never waits.
func (c *Packets) Write(p []byte) (int, error) {
	select {
	case <-c.closed:
		return 0, c.fail("write", net.ErrClosed)
	default:
	}
	select {
	case c.out <- append([]byte(nil), p...):
	default:
	}
	return len(p), nil
}

// Close closes this end.
func (c *Packets) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return nil
}

// LocalAddr returns this end's address.
func (c *Packets) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the other end's address.
func (c *Packets) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets the read deadline; writes don't wait.
func (c *Packets) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetReadDeadline sets the time after which Read fails with os.ErrDeadlineExceeded.
func (c *Packets) SetReadDeadline(t time.Time) error {
	c.readDeadline.set(t)
	return nil
}

// SetWriteDeadline does nothing: writes don't wait.
func (c *Packets) SetWriteDeadline(time.Time) error { return nil }

func (c *Packets) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}
