package vnet

import (
	"bufio"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// withHealthPath checks by HTTP at /health. The interval and the timeout are in
// seconds, and may be shorter than AWS's API takes.
func withHealthPath(s *stage.Stage, interval, timeout float64) {
	checkedBy(map[string]any{"protocol": "HTTP", "path": "/health", "matcher": "200"})(s)
	s.Record("targets", func(r *world.Record) {
		check := world.Props(r.Outputs.Map("healthCheck"))
		check["interval"], check["timeout"] = interval, timeout
		r.Outputs["healthCheck"] = map[string]any(check)
	})
}

// patient answers every request with 200 but those for /health, which it hands over.
func patient(health func(answer func(code int))) container.Runtime {
	return container.NewInProcess("patient", func(_ container.Task, conn net.Conn) {
		defer func() { _ = conn.Close() }()
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		answer := func(code int) {
			resp := &http.Response{StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Close: true}
			_ = resp.Write(conn)
		}
		if req.URL.Path == "/health" {
			health(answer)
			return
		}
		answer(http.StatusOK)
	})
}

// hello sends a request for / through zone az1.
func hello(t *testing.T, s *stage.Stage, n *Network) {
	t.Helper()
	resp, err := httpClient(n, clientOf(s, "a")).Get("http://" + s.Names("a")[1] + "/")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

// TestConnectionsAskNobodyAfterTheirHealth: however many there are, and though the
// target never answers, it is asked once in an interval.
func TestConnectionsAskNobodyAfterTheirHealth(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withHealthPath(s, 300, 1)
	var asked atomic.Int32
	over := make(chan struct{})
	defer close(over)
	n := open(s, patient(func(func(int)) {
		asked.Add(1)
		<-over
	}))
	for range 10 {
		hello(t, s, n)
	}
	require.EqualValues(t, 1, asked.Load(), "the zone's one target")
	paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.Contains(t, hopOf(t, paths[0], HopTarget).By, "fails open: Health checks failed: port 80 did not answer in 1s")
}

// TestConnectionsDoNotWaitForHealth: while the second health check hangs, for longer
// than a client would wait, the first one's verdict counts.
func TestConnectionsDoNotWaitForHealth(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withHealthPath(s, 1, 3600)
	var asked atomic.Int32
	hangs, over := make(chan struct{}), make(chan struct{})
	defer close(over)
	n := open(s, patient(func(answer func(int)) {
		if asked.Add(1) == 2 {
			close(hangs)
			<-over
		}
		answer(http.StatusOK)
	}))
	hello(t, s, n)
	<-hangs
	hello(t, s, n)
	require.EqualValues(t, 2, asked.Load())
}

// TestHealthIsAskedAgain: without any connection in between.
func TestHealthIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withHealthPath(s, 1, 30)
	var asked atomic.Int32
	n := open(s, patient(func(answer func(int)) {
		if asked.Add(1) < 3 {
			answer(http.StatusServiceUnavailable)
			return
		}
		answer(http.StatusOK)
	}))
	said := func() string {
		paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		return hopOf(t, paths[0], HopTarget).By
	}
	require.Contains(t, said(), "answered 503")
	require.Eventually(t, func() bool { return asked.Load() > 3 }, time.Minute, 10*time.Millisecond)
	require.Contains(t, said(), "healthy, in use1-az1")
}

// TestAnotherHealthCheckIsAskedAtOnce: a verdict is on what was asked.
func TestAnotherHealthCheckIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	for code, want := range map[string]string{"200": "healthy, in", "404": "answered 200, which is not in 404"} {
		checkedBy(map[string]any{"protocol": "HTTP", "path": "/", "matcher": code, "interval": 300.0})(s)
		paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		require.Contains(t, hopOf(t, paths[0], HopTarget).By, want)
	}
	require.Len(t, n.checkers, 1)
	s.Change("service", world.Props{"desiredCount": 0.0})
	_, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.Empty(t, n.checkers, "nobody asks a task that is gone")
}
