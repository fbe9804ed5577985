package vnet

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
)

// asked says whether a connection that is open carries a request and its answer.
func asked(conn net.Conn) error {
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: web\r\n\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// TestOpenConnections: what a change does to a tenant's open connection, and that it does
// nothing to the other tenant's.
func TestOpenConnections(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*stage.Stage)
		ends   bool
	}{
		{"nothing", func(*stage.Stage) {}, false},
		{"rejected", func(s *stage.Stage) { s.Remove("a-accepter") }, true},
		{"the endpoint is deleted", func(s *stage.Stage) { s.Remove("a-accepter", "a-endpoint") }, true},
		{"a security group that admits nobody", func(s *stage.Stage) { s.Remove("a-ingress") }, false},
		{"the permission is taken", func(s *stage.Stage) { s.Remove("a-principal") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			n := open(s, nil)
			conns := map[string]net.Conn{}
			for _, tenant := range []string{"a", "b"} {
				conn, err := n.Dial(t.Context(), clientOf(s, tenant), "tcp", s.Names(tenant)[1]+":80")
				require.NoError(t, err)
				defer func() { _ = conn.Close() }()
				require.NoError(t, asked(conn))
				conns[tenant] = conn
			}
			c.change(s)
			_, err := n.Trace(t.Context(), clientOf(s, "b"), "tcp", s.Names("b")[1]+":80")
			require.NoError(t, err)
			require.NoError(t, asked(conns["b"]))
			if c.ends {
				require.Error(t, asked(conns["a"]))
				return
			}
			require.NoError(t, asked(conns["a"]))
		})
	}
}
