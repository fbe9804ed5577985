package vnet

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/test/bufconn"

	"fargate-privatelink/sandbox/internal/stage"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// BenchmarkConnections are connections, each opened and closed: from a consumer's client to
// a task, with every hop decided anew. The floor is a plain pipe to a server.
func BenchmarkConnections(b *testing.B) {
	besidePipes(b, func(b *testing.B, host string, dial dialer) {
		for b.Loop() {
			conn, err := dial(b.Context(), "tcp", host+":80")
			require.NoError(b, err)
			require.NoError(b, conn.Close())
		}
	})
}

// BenchmarkRequests are requests over one such connection.
func BenchmarkRequests(b *testing.B) {
	besidePipes(b, func(b *testing.B, host string, dial dialer) {
		transport := &http.Transport{DialContext: dial}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		for b.Loop() {
			resp, err := client.Get("http://" + host + "/")
			require.NoError(b, err)
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(b, err)
			require.NoError(b, resp.Body.Close())
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/sec")
	})
}

func besidePipes(b *testing.B, run func(b *testing.B, host string, dial dialer)) {
	b.Run("product", func(b *testing.B) {
		s := stage.New(b)
		n := open(s, nil)
		run(b, s.Names("a")[0], func(ctx context.Context, network, address string) (net.Conn, error) {
			return n.Dial(ctx, clientOf(s, "a"), network, address)
		})
	})
	b.Run("floor", func(b *testing.B) {
		l := bufconn.Listen(64 << 10)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintln(w, r.RemoteAddr)
		})}
		go func() { _ = server.Serve(l) }()
		defer func() { require.NoError(b, server.Close()) }()
		run(b, "floor", func(ctx context.Context, _, _ string) (net.Conn, error) { return l.DialContext(ctx) })
	})
}
