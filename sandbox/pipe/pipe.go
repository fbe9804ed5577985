// Package pipe connects two ends within the process as TCP connects two hosts:
// buffered streams with addresses, deadlines, half-close and reset.
package pipe

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many bytes one direction holds before a writer has to wait.
const window = 64 << 10

// Conn is one end of a connection. It implements net.Conn, and CloseWrite as
// *net.TCPConn does. Its methods are safe for concurrent use.
type Conn struct {
	in, out       *stream
	local, remote net.Addr
	readDeadline  *deadline
	writeDeadline *deadline
}

// New returns the two ends of a new connection: a's local address is addrA and
// its remote one addrB, b's the other way round.
func New(addrA, addrB net.Addr) (a, b *Conn) {
	toB, toA := newStream(), newStream()
	a = &Conn{in: toA, out: toB, local: addrA, remote: addrB, readDeadline: newDeadline(), writeDeadline: newDeadline()}
	b = &Conn{in: toB, out: toA, local: addrB, remote: addrA, readDeadline: newDeadline(), writeDeadline: newDeadline()}
	return a, b
}

// LocalAddr returns this end's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the other end's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// Read reads what the other end wrote; io.EOF once that end has closed for
// writing and everything is read, ECONNRESET after a reset.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p, c.readDeadline)
	return n, c.wrap("read", err)
}

// Write writes to the other end, and waits while its window is full. It fails
// with EPIPE once this end is closed for writing, and with ECONNRESET once the
// other end is closed for reading.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p, c.writeDeadline)
	return n, c.wrap("write", err)
}

// CloseWrite ends this end's stream; the other direction stays open.
func (c *Conn) CloseWrite() error {
	c.out.finish(io.EOF)
	return nil
}

// Close ends this end's stream and takes nothing more from the other end.
func (c *Conn) Close() error {
	c.out.finish(io.EOF)
	c.in.abandon()
	return nil
}

// Reset closes the connection with a reset: what the other end has not read yet
// is lost to it, as with TCP's RST.
func (c *Conn) Reset() {
	c.out.reset()
	c.in.abandon()
}

// SetDeadline sets both deadlines; a zero time removes them.
func (c *Conn) SetDeadline(t time.Time) error {
	c.readDeadline.set(t)
	c.writeDeadline.set(t)
	return nil
}

// SetReadDeadline sets the time after which Read fails with os.ErrDeadlineExceeded.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.readDeadline.set(t)
	return nil
}

// SetWriteDeadline sets the time after which Write fails with os.ErrDeadlineExceeded.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.writeDeadline.set(t)
	return nil
}

// wrap gives errors the form that package net's have.
func (c *Conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

// stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	buf     []byte
	end     error // what the reader gets once buf is empty
	broken  error // what the writer gets
	changed chan struct{}
}

func newStream() *stream { return &stream{changed: make(chan struct{})} }

// announce wakes everybody who waits for a change. The caller holds mu.
func (s *stream) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *stream) read(p []byte, d *deadline) (int, error) {
	for {
		if d.passed() {
			return 0, os.ErrDeadlineExceeded
		}
		s.mu.Lock()
		if len(s.buf) > 0 || len(p) == 0 {
			n := copy(p, s.buf)
			s.buf = s.buf[n:]
			s.announce()
			s.mu.Unlock()
			return n, nil
		}
		end, changed := s.end, s.changed
		s.mu.Unlock()
		if end != nil {
			return 0, end
		}
		select {
		case <-changed:
		case <-d.wait():
		}
	}
}

func (s *stream) write(p []byte, d *deadline) (written int, err error) {
	for {
		if d.passed() {
			return written, os.ErrDeadlineExceeded
		}
		s.mu.Lock()
		if s.broken != nil {
			err = s.broken
			s.mu.Unlock()
			return written, err
		}
		if room := window - len(s.buf); room > 0 && len(p) > 0 {
			n := min(room, len(p))
			s.buf = append(s.buf, p[:n]...)
			p, written = p[n:], written+n
			s.announce()
		}
		changed := s.changed
		s.mu.Unlock()
		if len(p) == 0 {
			return written, nil
		}
		select {
		case <-changed:
		case <-d.wait():
		}
	}
}

// finish is the writer's close: the reader gets end after what is buffered.
func (s *stream) finish(end error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end == nil {
		s.end = end
	}
	if s.broken == nil {
		s.broken = syscall.EPIPE
	}
	s.announce()
}

// reset is the writer's reset: the reader gets it at once.
func (s *stream) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf, s.end, s.broken = nil, syscall.ECONNRESET, syscall.EPIPE
	s.announce()
}

// abandon is the reader's close: nobody will read what is written.
func (s *stream) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf, s.end = nil, net.ErrClosed
	if s.broken == nil {
		s.broken = syscall.ECONNRESET
	}
	s.announce()
}

// deadline is a point in time that can be waited for and moved.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	moves int           // how often it was set: a timer of an earlier time has no say
	done  chan struct{} // closed once the time has come
}

func newDeadline() *deadline { return &deadline{done: make(chan struct{})} }

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
	d.moves++
	if d.reached() {
		d.done = make(chan struct{})
	}
	if t.IsZero() {
		return
	}
	left, move := time.Until(t), d.moves
	if left <= 0 {
		close(d.done)
		return
	}
	d.timer = time.AfterFunc(left, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.moves == move {
			close(d.done)
		}
	})
}

// reached says whether the time has come. The caller holds mu.
func (d *deadline) reached() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done
}

func (d *deadline) passed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reached()
}
