package vnet

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
)

// BenchmarkRequests are requests with a connection each: the floor over TCP on the
// machine's loopback interface, and over the simulated network from a consumer's
// client to a task, with every hop decided anew.
func BenchmarkRequests(b *testing.B) {
	b.Run("floor: loopback", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(b, err)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintln(w, r.RemoteAddr)
		})}
		go func() { _ = server.Serve(l) }()
		defer func() { _ = server.Close() }()
		request(b, "http://"+l.Addr().String()+"/", (&net.Dialer{}).DialContext)
	})
	b.Run("PrivateLink", func(b *testing.B) {
		s := stage.New(b)
		n := open(s, nil)
		request(b, "http://"+s.Names("a")[0]+"/", func(ctx context.Context, network, address string) (net.Conn, error) {
			return n.Dial(ctx, clientOf(s, "a"), network, address)
		})
	})
}

func request(b *testing.B, url string, dial func(context.Context, string, string) (net.Conn, error)) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
	for b.Loop() {
		resp, err := client.Get(url)
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(b, err)
		require.NoError(b, resp.Body.Close())
	}
}
