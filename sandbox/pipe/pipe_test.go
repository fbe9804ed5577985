package pipe

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/nettest"
)

func pair() (a, b *Conn) {
	return New(&net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 40000}, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 80})
}

// TestConnIsANetConn holds both ends to what package net promises of a net.Conn:
// x/net's own conformance test.
func TestConnIsANetConn(t *testing.T) {
	t.Parallel()
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		a, b := pair()
		return a, b, func() { _, _ = a.Close(), b.Close() }, nil
	})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	a, b := pair()
	require.Equal(t, "10.0.0.1:40000", a.LocalAddr().String())
	require.Equal(t, "10.0.0.2:80", a.RemoteAddr().String())
	require.Equal(t, a.LocalAddr(), b.RemoteAddr())
	require.Equal(t, a.RemoteAddr(), b.LocalAddr())
}

func TestHalfCloseLeavesTheOtherDirectionOpen(t *testing.T) {
	t.Parallel()
	a, b := pair()
	_, err := a.Write([]byte("question"))
	require.NoError(t, err)
	require.NoError(t, a.CloseWrite())
	asked, err := io.ReadAll(b)
	require.NoError(t, err)
	require.Equal(t, "question", string(asked))
	_, err = b.Write([]byte("answer"))
	require.NoError(t, err)
	require.NoError(t, b.Close())
	answered, err := io.ReadAll(a)
	require.NoError(t, err)
	require.Equal(t, "answer", string(answered))
	_, err = a.Write([]byte("more"))
	require.ErrorIs(t, err, syscall.EPIPE)
}

func TestResetLosesWhatWasNotRead(t *testing.T) {
	t.Parallel()
	a, b := pair()
	_, err := a.Write([]byte("lost"))
	require.NoError(t, err)
	a.Reset()
	_, err = b.Read(make([]byte, 10))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = b.Write([]byte("x"))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestWriterWaitsForItsWindow(t *testing.T) {
	t.Parallel()
	a, b := pair()
	require.NoError(t, a.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
	n, err := a.Write(make([]byte, window+1))
	require.Equal(t, window, n)
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())

	require.NoError(t, a.SetWriteDeadline(time.Time{}))
	written := make(chan error, 1)
	go func() {
		_, err := a.Write(make([]byte, window))
		written <- err
	}()
	_, err = io.ReadFull(b, make([]byte, 2*window))
	require.NoError(t, err)
	require.NoError(t, <-written)
}

func TestPackets(t *testing.T) {
	t.Parallel()
	a, b := NewPackets(&net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 40000}, &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 53})
	require.Equal(t, "10.0.0.2:53", a.RemoteAddr().String())
	for _, msg := range []string{"one", "two"} {
		_, err := a.Write([]byte(msg))
		require.NoError(t, err)
	}
	buf := make([]byte, 2)
	n, err := b.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "on", string(buf[:n]), "what does not fit is lost with its datagram")
	n, err = b.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "tw", string(buf[:n]))

	require.NoError(t, b.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	_, err = b.Read(buf)
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())

	require.NoError(t, b.Close())
	_, err = b.Read(buf)
	require.Error(t, err)
	for range 2 * backlog {
		_, err = a.Write([]byte("lost"))
		require.NoError(t, err, "a sender learns nothing of lost datagrams")
	}
	require.NoError(t, a.Close())
	_, err = a.Write([]byte("x"))
	require.ErrorIs(t, err, net.ErrClosed)
}

// TestPacketsOfAClientThatLeft: the server reads what was sent, and is done.
func TestPacketsOfAClientThatLeft(t *testing.T) {
	t.Parallel()
	client, server := NewPackets(&net.UDPAddr{}, &net.UDPAddr{})
	_, err := client.Write([]byte("last"))
	require.NoError(t, err)
	require.NoError(t, client.Close())
	buf := make([]byte, 10)
	n, err := server.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "last", string(buf[:n]))
	_, err = server.Read(buf)
	require.ErrorIs(t, err, io.EOF)

	client, server = NewPackets(&net.UDPAddr{}, &net.UDPAddr{})
	require.NoError(t, server.Close())
	require.NoError(t, client.SetReadDeadline(time.Now().Add(time.Millisecond)))
	_, err = client.Read(buf)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "a client isn't told")
}
