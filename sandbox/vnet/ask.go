package vnet

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ask puts a question to a task, and returns what is wrong or "".
func (n *Network) ask(ctx context.Context, q question) string {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	i := n.instance(q.task)
	if i == nil {
		return "the task is gone"
	}
	conn, err := i.Dial(ctx, "tcp", netip.AddrPortFrom(q.from, 0), q.port)
	if err != nil {
		return unanswered(err, q)
	}
	defer func() { _ = conn.Close() }()
	atEnd := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer atEnd()
	if q.header {
		if _, err := conn.Write(localHeader()); err != nil {
			return unanswered(err, q)
		}
	}
	switch q.kind {
	case byHTTP:
		return askHTTP(conn, q)
	case byHTTPS:
		// A load balancer does not verify its targets' certificates.
		secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
		if err := secured.HandshakeContext(ctx); err != nil {
			return fmt.Sprintf("the TLS handshake on port %d failed: %v", q.port, err)
		}
		return askHTTP(secured, q)
	}
	return ""
}

func unanswered(err error, q question) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nothing listens on port %d", q.port)
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("port %d did not answer in %s", q.port, q.timeout)
	}
	return fmt.Sprintf("port %d: %v", q.port, err)
}

// askHTTP is an HTTP health check, whose Host header is the node's, see
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html.
func askHTTP(conn net.Conn, q question) string {
	req, err := http.NewRequest(http.MethodGet, "http://"+q.host+q.path, nil)
	if err != nil {
		return err.Error()
	}
	req.Header.Set("User-Agent", "ELB-HealthChecker/2.0")
	req.Close = true
	if err := req.Write(conn); err != nil {
		return unanswered(err, q)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return unanswered(err, q)
	}
	_ = resp.Body.Close()
	if !matchesCode(q.matcher, resp.StatusCode) {
		return fmt.Sprintf("GET %s on port %d answered %d, which is not in %s", q.path, q.port, resp.StatusCode, q.matcher)
	}
	return ""
}

// matchesCode says whether a matcher such as "200-299,302" has a status code.
func matchesCode(matcher string, code int) bool {
	for _, part := range strings.Split(matcher, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err == nil && err2 == nil && from <= code && code <= to {
			return true
		}
	}
	return false
}
