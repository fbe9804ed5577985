package privatelink_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/pires/go-proxyproto"

	"fargate-privatelink/privatelink"
)

// A service with two tenants, told apart by their endpoints.
func Example() {
	tenants := map[string]string{"vpce-08d2bf15fac5001c9": "acme", "vpce-0a1b2c3d4e5f60718": "globex"}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := privatelink.EndpointID(r.Context())
		tenant, known := tenants[id]
		if !known {
			http.Error(w, "no tenant of this service", http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, "hello %s at %s", tenant, r.RemoteAddr)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: handler, ConnContext: privatelink.ConnContext}
	go func() { _ = server.Serve(privatelink.NewListener(listener, privatelink.Options{RequireHeader: true})) }()
	defer func() { _ = server.Close() }()

	fmt.Println(asTheLoadBalancer(listener.Addr().String(), "vpce-08d2bf15fac5001c9"))
	fmt.Println(asTheLoadBalancer(listener.Addr().String(), "vpce-0ffffffffffffffff"))
	// Output:
	// hello acme at 10.20.0.10:50123
	// no tenant of this service
}

// asTheLoadBalancer sends what a Network Load Balancer would, and a request.
func asTheLoadBalancer(address, endpointID string) string {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close() }()
	h := &proxyproto.Header{
		Version: 2, Command: proxyproto.PROXY, TransportProtocol: proxyproto.TCPv4,
		SourceAddr:      &net.TCPAddr{IP: net.IPv4(10, 20, 0, 10), Port: 50123},
		DestinationAddr: &net.TCPAddr{IP: net.IPv4(10, 20, 0, 4), Port: 80},
	}
	if err := h.SetTLVs([]proxyproto.TLV{{Type: 0xEA, Value: []byte("\x01" + endpointID)}}); err != nil {
		panic(err)
	}
	if _, err := h.WriteTo(conn); err != nil {
		panic(err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n"); err != nil {
		panic(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(body))
}
