package vnet

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"
)

const (
	// answerWait is how long Probe waits for the answer to its request.
	answerWait = 10 * time.Second
	// quietWait is how long Probe listens where it sends nothing.
	quietWait = 300 * time.Millisecond
)

// checkAgent is the User-Agent of Probe's requests, by which logs tell them.
const checkAgent = "fargate-privatelink-sandbox-check"

// Ports by which Probe takes a service for one of HTTP, and for one that encrypts.
var (
	httpPorts  = []int{80, 443, 8080, 8443}
	httpsPorts = []int{443, 8443}
)

// speaksHTTP says whether ports or the health check suggest that the service does.
func (r *route) speaksHTTP() bool {
	return slices.Contains([]string{byHTTP, byHTTPS}, r.pool.HealthCheck.Protocol) ||
		slices.Contains(httpPorts, r.flow.port) || slices.Contains(httpPorts, r.target.Port)
}

// encrypts says whether the container itself ends the client's TLS, by the same signs.
func (r *route) encrypts() bool {
	return !r.accepted() && (r.pool.HealthCheck.Protocol == byHTTPS || slices.Contains(httpsPorts, r.target.Port))
}

// hear says what comes back over a connection that has opened. A connection can open
// and yet carry nothing of use: what looks like it is a warning, not a verdict.
func hear(ctx context.Context, r *route, conn net.Conn) Hop {
	h := Hop{Hop: HopAnswer, At: address(r.target), Allowed: true}
	wait := quietWait
	if r.speaksHTTP() {
		wait = answerWait
	}
	_ = conn.SetDeadline(time.Now().Add(wait))
	atEnd := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer atEnd()
	if r.speaksHTTP() {
		h.By, h.Warning = r.hearAnswer(ctx, conn)
	} else {
		h.By, h.Warning = r.hearClose(conn)
	}
	if h.Warning != "" {
		h.By += ": " + h.Warning
	}
	return h
}

// hearAnswer sends a request and says what came.
func (r *route) hearAnswer(ctx context.Context, conn net.Conn) (by, warning string) {
	if r.encrypts() {
		secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, ServerName: r.flow.name})
		if err := secured.HandshakeContext(ctx); err != nil {
			return r.unheard("the TLS handshake", err)
		}
		conn = secured
	}
	req, err := r.request()
	if err != nil {
		return err.Error(), ""
	}
	what := req.Method + " " + req.URL.Path
	// Who refuses the connection's first bytes may have answered before these.
	_ = req.Write(conn)
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return r.unheard(what, err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode == http.StatusBadRequest {
		warning = r.suspicion()
	}
	return fmt.Sprintf("%s answered %d", what, resp.StatusCode), warning
}

// request asks for what an HTTP health check asks for, or for "/".
func (r *route) request() (*http.Request, error) {
	path := r.pool.HealthCheck.Path
	if path == "" {
		path = "/"
	}
	host := r.flow.name
	if host == "" {
		host = r.flow.ip.String()
	}
	req, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	req.Host, req.Close = host, true
	req.Header.Set("User-Agent", checkAgent)
	return req, nil
}

// hearClose sends nothing and says whether the connection stays open.
func (r *route) hearClose(conn net.Conn) (by, warning string) {
	switch _, err := conn.Read(make([]byte, 1)); {
	case err == nil:
		return "the container spoke first", ""
	case isTimeout(err):
		return fmt.Sprintf("nothing was sent, and it was open after %s", quietWait), ""
	default:
		return r.unheard("nothing", err)
	}
}

// unheard says why there was no answer.
func (r *route) unheard(to string, err error) (by, warning string) {
	closed := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	switch {
	case closed:
		return "closed by the container in answer to " + to, r.suspicion()
	case isTimeout(err):
		return "no answer to " + to, "the container took the connection and says nothing"
	}
	return fmt.Sprintf("an answer to %s that is not understood: %v", to, err), ""
}

// suspicion is what may be wrong where a container takes what it gets for nonsense.
func (r *route) suspicion() string {
	if r.pool.ProxyProtocolV2 {
		return "the container seems not to read Proxy Protocol, which is on"
	}
	return "the container may expect Proxy Protocol, which is off"
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
