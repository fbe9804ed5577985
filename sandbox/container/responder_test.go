package container

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startResponder starts the responder for a task with a TCP and a UDP port.
func startResponder(t *testing.T, out io.Writer) (Runtime, Instance) {
	t.Helper()
	r := NewResponder()
	i := r.Start(t.Context(), Task{
		ID: "0123", VpcID: "vpc-1", Address: netip.MustParseAddr("10.10.0.5"),
		Containers: []Spec{{Name: "web", Image: "nginx:alpine", Ports: []Port{{80, "tcp"}, {53, "udp"}}, Output: out}},
	})
	require.Nil(t, i.Stopped())
	t.Cleanup(func() {
		require.NoError(t, i.Close())
		require.NoError(t, r.Close())
	})
	return r, i
}

func dial(t *testing.T, i Instance, network string, port int) net.Conn {
	t.Helper()
	conn, err := i.Dial(t.Context(), network, netip.MustParseAddrPort("10.10.0.4:0"), port)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	return conn
}

func request(t *testing.T, conn net.Conn, accept string) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://api/a?b=c", nil)
	require.NoError(t, err)
	req.Header.Set("Accept", accept)
	req.Close = true
	require.NoError(t, req.Write(conn))
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}

func TestResponderSaysWhatItIs(t *testing.T) {
	t.Parallel()
	out := &safeBuilder{}
	_, i := startResponder(t, out)
	page := request(t, dial(t, i, "tcp", 80), "*/*")
	require.True(t, strings.HasPrefix(page, "This is the sandbox responder, not your container's program.\n"), page)
	for _, line := range []string{
		"task             0123", "container        web (nginx:alpine)", "local address    10.10.0.5:80",
		"remote address   10.10.0.4:", "proxy protocol   no header", "tls to the task  false",
		"request          GET /a?b=c", "host             api", "header           Accept: */*",
	} {
		require.Contains(t, page, line)
	}
	require.Regexp(t, `^10\.10\.0\.4 - - \[.+\] "GET /a\?b=c HTTP/1\.1" 200 \d+ "-" "Go-http-client/1\.1" \(sandbox responder\)\n$`, out.String())
}

func TestResponderAnswersInJSON(t *testing.T) {
	t.Parallel()
	_, i := startResponder(t, nil)
	var seen Seen
	require.NoError(t, json.Unmarshal([]byte(request(t, dial(t, i, "tcp", 80), "application/json")), &seen))
	require.Equal(t, "sandbox responder, not your container's program", seen.Responder)
	require.Equal(t, "/a?b=c", seen.Path)
	require.Nil(t, seen.ProxyProtocol)
}

func TestResponderTakesTLS(t *testing.T) {
	t.Parallel()
	_, i := startResponder(t, nil)
	secured := tls.Client(dial(t, i, "tcp", 80), &tls.Config{InsecureSkipVerify: true})
	require.Contains(t, request(t, secured, "*/*"), "tls to the task  true")
}

func TestResponderAnswersDatagrams(t *testing.T) {
	t.Parallel()
	_, i := startResponder(t, nil)
	conn := dial(t, i, "udp", 53)
	_, err := conn.Write([]byte("question"))
	require.NoError(t, err)
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	require.NoError(t, err)
	require.Contains(t, string(buf[:n]), "local address    10.10.0.5:53\n")
	require.Contains(t, string(buf[:n]), "datagram         8 bytes")
}

func TestResponderListensOnMappedPortsOnly(t *testing.T) {
	t.Parallel()
	_, i := startResponder(t, nil)
	for port, network := range map[int]string{81: "tcp", 53: "tcp", 80: "udp"} {
		_, err := i.Dial(t.Context(), network, netip.MustParseAddrPort("10.10.0.4:0"), port)
		require.ErrorIs(t, err, syscall.ECONNREFUSED, "%s/%d", network, port)
	}
	require.NoError(t, i.Close())
	_, err := i.Dial(t.Context(), "tcp", netip.MustParseAddrPort("10.10.0.4:0"), 80)
	require.ErrorIs(t, err, syscall.ECONNREFUSED, "a closed task")
}

func TestLinesPassWholeLinesOn(t *testing.T) {
	t.Parallel()
	var writes []string
	l := &lines{to: writerFunc(func(p []byte) { writes = append(writes, string(p)) })}
	for _, part := range []string{"on", "e\ntwo\nth", "ree"} {
		_, err := l.Write([]byte(part))
		require.NoError(t, err)
	}
	require.Equal(t, "three", l.flush())
	require.Equal(t, []string{"one\n", "two\n", "three\n"}, writes)
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}

// safeBuilder can be written to and read at once.
type safeBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *safeBuilder) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuilder) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
