package vnet

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// connections is how many there are at once, half of them from each tenant.
const connections = 1000

// TestAThousandConnectionsAtOnce: the two tenants' clients have the same address
// and connect to endpoints with the same addresses as the provider's own VPC.
// Every connection carries bytes of its own both ways; the task checks by Proxy
// Protocol that they came over the endpoint of the tenant who says it sent them.
func TestAThousandConnectionsAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	s.Change("targets", world.Props{"proxyProtocolV2": true})
	everybody := &barrier{all: connections, met: make(chan struct{})}
	n := open(s, container.NewInProcess("mirror", mirror))
	var group errgroup.Group
	for i := range connections {
		prefix := []string{"a", "b"}[i%2]
		client, name := clientOf(s, prefix), s.Names(prefix)[0]
		endpoint := s.IDs[prefix+"-endpoint"]
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			conn, err := n.Dial(ctx, client, "tcp", name+":80")
			if err != nil {
				return err
			}
			defer func() { _ = conn.Close() }()
			if err := everybody.wait(ctx); err != nil {
				return fmt.Errorf("not all connections were open at once: %w", err)
			}
			return talk(conn, endpoint, uint64(i))
		})
	}
	require.NoError(t, group.Wait())
}

// barrier lets its callers through once all of them are there.
type barrier struct {
	mu   sync.Mutex
	all  int
	here int
	met  chan struct{}
}

func (b *barrier) wait(ctx context.Context) error {
	b.mu.Lock()
	if b.here++; b.here == b.all {
		close(b.met)
	}
	b.mu.Unlock()
	select {
	case <-b.met:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// talk sends who it is and random bytes, and expects back the endpoint that the
// task saw, the checksum of what it got, and all of the bytes.
func talk(conn net.Conn, endpoint string, number uint64) error {
	body := make([]byte, 70_000+number) // more than a window
	if _, err := rand.Read(body); err != nil {
		return err
	}
	message := append(binary.BigEndian.AppendUint64(nil, number), body...)
	var answer []byte
	var group errgroup.Group
	group.Go(func() error {
		if _, err := conn.Write(message); err != nil {
			return err
		}
		return conn.(interface{ CloseWrite() error }).CloseWrite()
	})
	group.Go(func() (err error) {
		answer, err = io.ReadAll(conn)
		return err
	})
	if err := group.Wait(); err != nil {
		return fmt.Errorf("connection %d: %w", number, err)
	}
	sum := sha256.Sum256(message)
	want := append(append([]byte(endpoint), sum[:]...), message...)
	if !bytes.Equal(want, answer) {
		return fmt.Errorf("connection %d over %s: got %d bytes that are not the %d expected", number, endpoint, len(answer), len(want))
	}
	return nil
}

// mirror is the task: it answers with the endpoint, the checksum and the bytes.
func mirror(_ container.Task, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	header, reader, err := readHeader(conn)
	if err != nil || header.Command.IsLocal() {
		return
	}
	var message bytes.Buffer
	if _, err := message.ReadFrom(reader); err != nil {
		return
	}
	sum := sha256.Sum256(message.Bytes())
	for _, part := range [][]byte{[]byte(endpointIn(header)), sum[:], message.Bytes()} {
		if _, err := conn.Write(part); err != nil {
			return
		}
	}
}
