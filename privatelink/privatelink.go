// Package privatelink tells a Go server behind a Network Load Balancer which VPC
// endpoint a connection came over, so that a service with several tenants knows
// whose it is.
//
// Over AWS PrivateLink the source address of a connection is always a private
// address of the load balancer. With Proxy Protocol version 2 on the target group
// (in this project's configuration, proxyProtocol: true) the load balancer begins
// every connection with a header that has the client's own address and the
// endpoint's id. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol.
//
//	listener, err := net.Listen("tcp", ":80")
//	...
//	server := &http.Server{Handler: handler, ConnContext: privatelink.ConnContext}
//	err = server.Serve(privatelink.NewListener(listener, privatelink.Options{RequireHeader: true}))
//
// and in the handler:
//
//	id, ok := privatelink.EndpointID(r.Context()) // "vpce-0123456789abcdef0"
//
// r.RemoteAddr is then the client's address in its own VPC. Tenants' VPCs may have
// the same addresses; the endpoint's id is unique.
//
// The header is as trustworthy as the way to the server: let nothing but the load
// balancer connect to it, as this project's security groups do. A header that a
// client sends itself comes after the load balancer's and is not read.
package privatelink

import (
	"context"
	"net"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/pires/go-proxyproto/tlvparse"
)

// defaultHeaderTimeout is how long a connection has for its header.
const defaultHeaderTimeout = 10 * time.Second

// Options say what a listener does with the connections that it accepts.
type Options struct {
	// RequireHeader: the first read from a connection that does not begin with a
	// header fails, so that net/http answers 400 and closes it (default: it is
	// served, with no endpoint id). Health checks of the load balancer have a
	// header, with no endpoint id.
	RequireHeader bool
	// HeaderTimeout is how long a connection has for its header, more than 0
	// (default 10 seconds).
	HeaderTimeout time.Duration
}

// NewListener returns a listener whose connections have read the header: their
// RemoteAddr is the client's own address, and EndpointOf and ConnContext know
// their endpoint's id. Accept does not wait for the header; the first call that
// needs it does. TLS goes on top: tls.NewListener(privatelink.NewListener(…), …).
func NewListener(l net.Listener, opts Options) net.Listener {
	if opts.HeaderTimeout <= 0 {
		opts.HeaderTimeout = defaultHeaderTimeout
	}
	policy := proxyproto.USE
	if opts.RequireHeader {
		policy = proxyproto.REQUIRE
	}
	return &proxyproto.Listener{
		Listener:          l,
		ReadHeaderTimeout: opts.HeaderTimeout,
		ConnPolicy:        func(proxyproto.ConnPolicyOptions) (proxyproto.Policy, error) { return policy, nil },
	}
}

// EndpointOf returns the id of the VPC endpoint that a connection came over. Ok is
// false where no header or none with an id came: on a health check of the load
// balancer, or where a client in the load balancer's own VPC connected. The
// connection is one that a listener of NewListener accepted, or a *tls.Conn on it.
func EndpointOf(conn net.Conn) (id string, ok bool) {
	for {
		switch c := conn.(type) {
		case *proxyproto.Conn:
			return endpointIn(c.ProxyHeader())
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return "", false
		}
	}
}

func endpointIn(h *proxyproto.Header) (id string, ok bool) {
	if h == nil {
		return "", false
	}
	tlvs, err := h.TLVs()
	if err != nil {
		return "", false
	}
	id = tlvparse.FindAWSVPCEndpointID(tlvs)
	return id, id != ""
}

type connKey struct{}

// ConnContext is for the field of that name of an http.Server: it lets EndpointID
// find the request's connection.
func ConnContext(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// EndpointID returns the id of the VPC endpoint that a request came over, as
// EndpointOf does. The context is that of a request to a server with ConnContext.
func EndpointID(ctx context.Context) (id string, ok bool) {
	conn, found := ctx.Value(connKey{}).(net.Conn)
	if !found {
		return "", false
	}
	return EndpointOf(conn)
}
