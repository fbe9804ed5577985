package pipe

import (
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
type Packets struct {
	in, out       chan []byte
	local, remote net.Addr
	readDeadline  *deadline
	closing       sync.Once
	closed        chan struct{}
}

// NewPackets returns the two ends of a new datagram connection, with addresses
// as in New.
func NewPackets(addrA, addrB net.Addr) (a, b *Packets) {
	toB, toA := make(chan []byte, backlog), make(chan []byte, backlog)
	a = &Packets{in: toA, out: toB, local: addrA, remote: addrB, readDeadline: newDeadline(), closed: make(chan struct{})}
	b = &Packets{in: toB, out: toA, local: addrB, remote: addrA, readDeadline: newDeadline(), closed: make(chan struct{})}
	return a, b
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

// Close closes this end. The other end is not told.
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
