package container

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
)

// ResponderName is the name of the runtime that NewResponder returns.
const ResponderName = "echo"

// NewResponder returns the runtime that answers for every container with a page
// that says what the connection looked like from the task. It speaks HTTP/1.1
// and unencrypted HTTP/2, over TLS if the client begins so, and reads a Proxy
// Protocol header if one comes first. To a datagram it answers with the page too.
func NewResponder() Runtime {
	r := &responder{}
	r.server = &http.Server{
		Handler:           http.HandlerFunc(r.answer),
		ReadHeaderTimeout: time.Minute,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, seenKey{}, c.(*servedConn).seen)
		},
		Protocols: &http.Protocols{},
	}
	r.server.Protocols.SetHTTP1(true)
	r.server.Protocols.SetUnencryptedHTTP2(true)
	return NewInProcess(ResponderName, r.serve)
}

type responder struct{ server *http.Server }

// Seen is what the responder saw of a connection.
type Seen struct {
	// Responder names the responder: it is not the container's program.
	Responder string `json:"responder"`
	Task      string `json:"task"`
	Container string `json:"container"`
	Image     string `json:"image"`
	// LocalAddress and RemoteAddress are the connection's own.
	LocalAddress  string `json:"localAddress"`
	RemoteAddress string `json:"remoteAddress"`
	// ProxyProtocol is nil where no header came.
	ProxyProtocol *SeenProxyProtocol `json:"proxyProtocol"`
	// TLS: the connection to the task itself was encrypted.
	TLS bool `json:"tls"`

	Method  string              `json:"method,omitempty"`
	Host    string              `json:"host,omitempty"`
	Path    string              `json:"path,omitempty"`
	Headers map[string][]string `json:"headers,omitempty"`

	log io.Writer
}

// SeenProxyProtocol is what a Proxy Protocol header said.
type SeenProxyProtocol struct {
	Version int `json:"version"`
	// Command is "PROXY", or "LOCAL" for a connection of the load balancer's own.
	Command string `json:"command"`
	// Client is the address of the client, and Destination the one that it
	// connected to; empty with LOCAL.
	Client      string `json:"client,omitempty"`
	Destination string `json:"destination,omitempty"`
	// EndpointID is the VPC endpoint's id.
	EndpointID string `json:"endpointId,omitempty"`
}

type seenKey struct{}

// notYours opens every page: nobody shall take it for the container's answer.
const notYours = "sandbox responder, not your container's program"

func (r *responder) serve(t Task, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if conn.LocalAddr().Network() == "udp" {
		r.serveDatagrams(t, conn)
		return
	}
	c := &servedConn{Conn: conn, in: bufio.NewReader(conn), seen: look(t, conn), done: make(chan struct{})}
	if err := c.begin(); err != nil {
		return
	}
	listener := &single{conn: c}
	_ = r.server.Serve(listener)
	<-c.done
}

// look is what is to be seen before a byte has come.
func look(t Task, conn net.Conn) *Seen {
	s := &Seen{
		Responder: notYours, Task: t.ID,
		LocalAddress: conn.LocalAddr().String(), RemoteAddress: conn.RemoteAddr().String(), log: io.Discard,
	}
	network := conn.LocalAddr().Network()
	for _, spec := range t.Containers {
		for _, p := range spec.Ports {
			if p.Protocol == network && strings.HasSuffix(s.LocalAddress, fmt.Sprintf(":%d", p.Number)) {
				s.Container, s.Image, s.log = spec.Name, spec.Image, spec.output()
			}
		}
	}
	return s
}

// servedConn is a connection whose first bytes were looked at.
type servedConn struct {
	net.Conn
	in      *bufio.Reader
	seen    *Seen
	closing sync.Once
	done    chan struct{}
}

func (c *servedConn) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *servedConn) Close() error {
	err := c.Conn.Close()
	c.closing.Do(func() { close(c.done) })
	return err
}

// begin reads the Proxy Protocol header, if there is one, and starts TLS where
// the client does.
func (c *servedConn) begin() error {
	header, err := proxyproto.Read(c.in)
	switch {
	case err == nil:
		c.seen.ProxyProtocol = seenHeader(header)
	case err != proxyproto.ErrNoProxyProtocol:
		return err
	}
	const tlsHandshake = 0x16 // the first byte of every TLS connection
	first, err := c.in.Peek(1)
	if err != nil || first[0] != tlsHandshake {
		return err
	}
	conn, err := startTLS(&servedConn{Conn: c.Conn, in: c.in, done: make(chan struct{})})
	if err != nil {
		return err
	}
	c.Conn, c.in, c.seen.TLS = conn, bufio.NewReader(conn), true
	return nil
}

func seenHeader(h *proxyproto.Header) *SeenProxyProtocol {
	s := &SeenProxyProtocol{Version: int(h.Version), Command: "PROXY"}
	if h.Command.IsLocal() {
		s.Command = "LOCAL"
		return s
	}
	s.Client, s.Destination = h.SourceAddr.String(), h.DestinationAddr.String()
	if tlvs, err := h.TLVs(); err == nil {
		s.EndpointID = tlvparse.FindAWSVPCEndpointID(tlvs)
	}
	return s
}

// single is a listener with one connection.
type single struct {
	conn  net.Conn
	taken bool
}

func (l *single) Accept() (net.Conn, error) {
	if l.taken {
		return nil, io.EOF
	}
	l.taken = true
	return l.conn, nil
}

func (l *single) Close() error   { return nil }
func (l *single) Addr() net.Addr { return l.conn.LocalAddr() }

func (r *responder) answer(w http.ResponseWriter, req *http.Request) {
	s := *req.Context().Value(seenKey{}).(*Seen)
	s.Method, s.Host, s.Path, s.Headers = req.Method, req.Host, req.URL.RequestURI(), req.Header
	var body []byte
	if strings.Contains(req.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		body, _ = json.MarshalIndent(s, "", "  ") // strings and numbers only
		body = append(body, '\n')
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		body = []byte(s.page())
	}
	w.Header().Set("Server", "fargate-privatelink-sandbox-responder")
	n, _ := w.Write(body)
	s.record(fmt.Sprintf("%s %s %s", req.Method, req.URL.RequestURI(), req.Proto), http.StatusOK, n, req.UserAgent())
}

// record writes an access line in the format that nginx and others use.
func (s *Seen) record(request string, status, bytes int, agent string) {
	host, _, _ := net.SplitHostPort(s.RemoteAddress)
	_, _ = fmt.Fprintf(s.log, "%s - - [%s] %q %d %d \"-\" %q (sandbox responder)\n",
		host, time.Now().UTC().Format("02/Jan/2006:15:04:05 -0700"), request, status, bytes, agent)
}

// page is the answer as text.
func (s *Seen) page() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-16s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "This is the %s.\nIt says what the connection looked like from the task.\n\n", s.Responder)
	line("task", "%s", s.Task)
	line("container", "%s (%s)", s.Container, s.Image)
	line("local address", "%s", s.LocalAddress)
	line("remote address", "%s", s.RemoteAddress)
	switch p := s.ProxyProtocol; {
	case p == nil:
		line("proxy protocol", "no header")
	case p.Client == "":
		line("proxy protocol", "version %d, %s", p.Version, p.Command)
	default:
		line("proxy protocol", "version %d, client %s, destination %s", p.Version, p.Client, p.Destination)
		line("endpoint", "%s", p.EndpointID)
	}
	line("tls to the task", "%t", s.TLS)
	if s.Method == "" {
		return b.String()
	}
	line("request", "%s %s", s.Method, s.Path)
	line("host", "%s", s.Host)
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		line("header", "%s: %s", name, strings.Join(s.Headers[name], ", "))
	}
	return b.String()
}

// serveDatagrams answers each datagram with the page.
func (r *responder) serveDatagrams(t Task, conn net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		s := look(t, conn)
		page := fmt.Sprintf("%s%-16s %d bytes\n", s.page(), "datagram", n)
		if _, err := conn.Write([]byte(page)); err != nil {
			return
		}
		s.record("UDP", http.StatusOK, len(page), "-")
	}
}
