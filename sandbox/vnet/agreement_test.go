package vnet

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
)

// TestWhatIsSaidIsWhatHappens changes the deployed world in one way after the other,
// and holds what Probe says, which is what check prints, against what the tasks got.
// Where Dial refuses a connection it does so by the decision that Probe reports, so an
// error alone would prove nothing: what counts is that nothing of a client came to any
// task where the path is stopped, and that where it is open the task that the path
// names got the request, from the node that it names, and answered.
func TestWhatIsSaidIsWhatHappens(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(mutations), 30)
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			hosts := s.Names("a")[1:]
			if m.mutate != nil {
				m.mutate(s)
			}
			if now := s.Names(m.of()); len(now) == 3 {
				hosts = now[1:] // of a new endpoint
			}
			if m.host != "" {
				hosts = []string{m.host}
			}
			client := clientOf(s, m.of())
			if m.client != nil {
				m.client(s, &client)
			}
			r := &row{t: t, m: m, client: client, tasks: newArrivals()}
			r.n = open(s, r.tasks)
			for i, host := range hosts {
				r.through(host, []string{m.az1, m.az2}[i])
			}
		})
	}
}

// row is a mutation that is put to the test.
type row struct {
	t      *testing.T
	m      mutation
	n      *Network
	client Client
	tasks  *arrivals
}

// through tries one of the names: hop is where connections stop, or "".
func (r *row) through(host, hop string) {
	r.t.Helper()
	address := net.JoinHostPort(host, fmt.Sprint(r.m.toPort()))
	paths, err := r.n.Probe(r.t.Context(), r.client, r.m.protocol(), address)
	require.NoError(r.t, err)
	require.NotEmpty(r.t, paths)
	probed := r.tasks.take()
	for _, p := range paths {
		r.says(p, hop)
	}
	if hop != "" {
		require.Empty(r.t, probed, "the check itself got through")
	} else if r.m.protocol() == "tcp" {
		require.Len(r.t, probed, len(paths), "the check has sent a request over each path")
		for _, p := range paths {
			r.cameTo(p, probed)
		}
	}
	answered, err := r.exchange(address, hop == "")
	sent := r.tasks.take()
	if hop != "" {
		require.Empty(r.t, sent)
		r.failed(paths[0], err)
		return
	}
	require.NoError(r.t, err, "said: %s", paths[0].Summary())
	require.Len(r.t, sent, 1)
	require.Contains(r.t, sent[0].sent.String(), token)
	require.Equal(r.t, sent[0].task, answered)
	nodes := map[string]bool{}
	for _, p := range paths {
		nodes[hopAt(r.t, p, HopNode)] = true
	}
	require.Contains(r.t, nodes, sent[0].source.String())
}

// says holds a path against what is expected.
func (r *row) says(p Path, hop string) {
	r.t.Helper()
	require.Equal(r.t, hop == "", p.Reachable, p.Summary())
	if hop != "" {
		require.Equal(r.t, hop, p.Stopped().Hop, p.Summary())
		require.Contains(r.t, p.Stopped().By, r.m.says)
	} else if r.m.az1 == r.m.az2 {
		require.Contains(r.t, fmt.Sprint(p.Hops), r.m.says)
	}
}

// cameTo requires that the task that a path names has got something from the path's node.
func (r *row) cameTo(p Path, all []*arrival) {
	r.t.Helper()
	for _, a := range all {
		if a.task == hopAt(r.t, p, HopContainer) && a.source.String() == hopAt(r.t, p, HopNode) {
			require.Contains(r.t, a.sent.String(), checkAgent)
			return
		}
	}
	require.Fail(r.t, "nothing came over the path", "%s", p.Summary())
}

// token is what clients send.
const token = "a-word-that-nobody-else-says"

// exchange sends the token and returns the task that answered it. Datagrams that are
// expected to be lost it doesn't wait for.
func (r *row) exchange(address string, expected bool) (task string, err error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 30*time.Second)
	defer cancel()
	conn, err := r.n.Dial(ctx, r.client, r.m.protocol(), address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return "", err
	}
	if r.m.protocol() == "udp" {
		return exchangeDatagrams(conn, expected)
	}
	if r.m.secure {
		secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
		if err := secured.HandshakeContext(ctx); err != nil {
			return "", err
		}
		conn = secured
	}
	_, err = io.WriteString(conn, "GET /"+token+" HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
	if err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		return "", err
	}
	head, body, _ := strings.Cut(string(answer), "\r\n\r\n")
	if !strings.HasPrefix(head, fmt.Sprintf("HTTP/1.1 %d", http.StatusOK)) {
		return "", fmt.Errorf("answered %q", head)
	}
	var seen container.Seen
	err = json.Unmarshal([]byte(body), &seen)
	return seen.Task, err
}

func exchangeDatagrams(conn net.Conn, expected bool) (task string, err error) {
	if _, err := io.WriteString(conn, token); err != nil || !expected {
		return "", err
	}
	answer := make([]byte, 4096)
	n, err := conn.Read(answer)
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(string(answer[:n]), "\ntask ")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line), nil
}

// failed holds what a client noticed against what is said that it would.
func (r *row) failed(said Path, err error) {
	r.t.Helper()
	if r.m.protocol() == "udp" {
		require.NoError(r.t, err, "nothing tells the client")
		return
	}
	require.Error(r.t, err, "said: %s", said.Summary())
	if r.m.secure && hasHop(said, HopListener) {
		require.ErrorIs(r.t, err, syscall.ECONNRESET, "the load balancer had accepted it")
		return
	}
	switch effect := said.Stopped().Effect; effect {
	case Dropped:
		var timeout net.Error
		require.True(r.t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
		require.ErrorIs(r.t, err, syscall.ETIMEDOUT)
	case Refused:
		require.ErrorIs(r.t, err, syscall.ECONNREFUSED)
	case Unresolved:
		var unresolved *net.DNSError
		require.True(r.t, errors.As(err, &unresolved) && unresolved.IsNotFound, "%v", err)
	default:
		require.Fail(r.t, "no effect", "%q", effect)
	}
}

// hasHop says whether a path has passed a hop.
func hasHop(p Path, kind string) bool {
	for _, h := range p.Hops {
		if h.Hop == kind {
			return h.Allowed
		}
	}
	return false
}
