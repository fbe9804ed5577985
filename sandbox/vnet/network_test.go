package vnet

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
)

// httpClient is an HTTP client that stands where the network's client does.
func httpClient(n *Network, c Client) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return n.Dial(ctx, c, network, address)
		},
	}}
}

// ask gets the responder's answer.
func ask(t *testing.T, n *Network, c Client, url string) container.Seen {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	req.Header.Set("Accept", "application/json")
	resp, err := httpClient(n, c).Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	var seen container.Seen
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&seen))
	return seen
}

func TestTheTaskSeesTheNodesAddress(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	for i, name := range s.Names("a") {
		seen := ask(t, n, clientOf(s, "a"), "http://"+name+"/")
		host, _, err := net.SplitHostPort(seen.RemoteAddress)
		require.NoError(t, err)
		paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", name+":80")
		require.NoError(t, err)
		if i == 0 {
			require.Len(t, paths, 2, "the regional name leads to both zones")
			continue
		}
		require.Len(t, paths, 1)
		require.Equal(t, hopAt(t, paths[0], HopNode), host)
		require.Equal(t, hopAt(t, paths[0], HopTarget), seen.LocalAddress)
		require.Nil(t, seen.ProxyProtocol)
		require.Equal(t, name, seen.Host)
	}
}

func hopOf(t *testing.T, p Path, kind string) Hop {
	t.Helper()
	for _, h := range p.Hops {
		if h.Hop == kind {
			return h
		}
	}
	require.Fail(t, "no hop "+kind, "%+v", p.Hops)
	return Hop{}
}

func hopAt(t *testing.T, p Path, kind string) string {
	t.Helper()
	return hopOf(t, p, kind).At
}

func TestTheClientSeesItsOwnAddresses(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	conn, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.Equal(t, "resolves to "+conn.RemoteAddr().(*net.TCPAddr).IP.String(), paths[0].Hops[0].By)
	require.Equal(t, "use1-az1", paths[0].ZoneID)
	require.Equal(t, "10.0.200.7", conn.LocalAddr().(*net.TCPAddr).IP.String())
	require.Equal(t, 80, conn.RemoteAddr().(*net.TCPAddr).Port)
}

func TestHalfClose(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, container.NewInProcess("count", func(_ container.Task, conn net.Conn) {
		defer func() { _ = conn.Close() }()
		all, _ := io.ReadAll(conn)
		_, _ = conn.Write([]byte{byte(len(all))})
	}))
	conn, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[0]+":80")
	require.NoError(t, err)
	_, err = conn.Write(make([]byte, 42))
	require.NoError(t, err)
	require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, []byte{42}, answer)
}
