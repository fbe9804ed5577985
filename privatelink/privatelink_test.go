package privatelink

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/stretchr/testify/require"
)

// header is what a load balancer sends first.
func header(t *testing.T, command proxyproto.ProtocolVersionAndCommand, tlvs ...proxyproto.TLV) []byte {
	t.Helper()
	h := &proxyproto.Header{
		Version: 2, Command: command, TransportProtocol: proxyproto.TCPv4,
		SourceAddr:      &net.TCPAddr{IP: net.IPv4(10, 20, 0, 10), Port: 50123},
		DestinationAddr: &net.TCPAddr{IP: net.IPv4(10, 20, 0, 4), Port: 80},
	}
	require.NoError(t, h.SetTLVs(tlvs))
	b, err := h.Format()
	require.NoError(t, err)
	return b
}

func awsTLV(value string) proxyproto.TLV {
	return proxyproto.TLV{Type: 0xEA, Value: []byte(value)}
}

// serve starts a server that answers with what it knows of the connection.
func serve(t *testing.T, opts Options, config *tls.Config) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{ConnContext: ConnContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := EndpointID(r.Context())
		_, _ = fmt.Fprintf(w, "%q %t %s", id, ok, r.RemoteAddr)
	})}
	listener := NewListener(l, opts)
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return l.Addr().String()
}

// ask sends a header and a request, and returns the answer's body.
func ask(t *testing.T, address string, first []byte, secure bool) (body string, client net.Addr, err error) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	_, err = conn.Write(first)
	require.NoError(t, err)
	client = conn.LocalAddr()
	if secure {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	}
	if _, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		return "", client, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", client, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", resp.Status)
	}
	return string(b), client, err
}

func TestEndpointID(t *testing.T) {
	t.Parallel()
	const theClient = " 10.20.0.10:50123"
	cases := map[string]struct {
		first []byte
		want  string // "" where the server takes it for a bad request
	}{
		"over an endpoint": {
			header(t, proxyproto.PROXY, awsTLV("\x01vpce-08d2bf15fac5001c9")), `"vpce-08d2bf15fac5001c9" true` + theClient,
		},
		"among other TLVs": {
			header(t, proxyproto.PROXY, proxyproto.TLV{Type: proxyproto.PP2_TYPE_CRC32C, Value: make([]byte, 4)},
				awsTLV("\x01vpce-1"), proxyproto.TLV{Type: proxyproto.PP2_TYPE_NOOP, Value: make([]byte, 36)}),
			`"vpce-1" true` + theClient,
		},
		"not over an endpoint": {header(t, proxyproto.PROXY), `"" false` + theClient},
		"another subtype":      {header(t, proxyproto.PROXY, awsTLV("\x02vpce-1")), `"" false` + theClient},
		"no id":                {header(t, proxyproto.PROXY, awsTLV("\x01")), `"" false` + theClient},
		"no id that AWS gives": {header(t, proxyproto.PROXY, awsTLV("\x01vpce 1\n")), `"" false` + theClient},
		"a header of a client's own after it": {
			append(header(t, proxyproto.PROXY, awsTLV("\x01vpce-1")), header(t, proxyproto.PROXY, awsTLV("\x01vpce-2"))...), "",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, required := range []bool{true, false} {
				body, _, err := ask(t, serve(t, Options{RequireHeader: required}, nil), c.first, false)
				if c.want == "" {
					require.Error(t, err, "RequireHeader %t: got %s", required, body)
					// It closes with bytes unread, so that what it answers may end in a reset.
					require.Contains(t, body+err.Error(), "400", "RequireHeader %t", required)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, c.want, body, "RequireHeader %t", required)
			}
		})
	}
}

// TestHealthChecks: they come with a header that tells of nobody.
func TestHealthChecks(t *testing.T) {
	t.Parallel()
	body, client, err := ask(t, serve(t, Options{RequireHeader: true}, nil), header(t, proxyproto.LOCAL), false)
	require.NoError(t, err)
	require.Equal(t, `"" false `+client.String(), body)
}

func TestWithoutHeader(t *testing.T) {
	t.Parallel()
	body, client, err := ask(t, serve(t, Options{}, nil), nil, false)
	require.NoError(t, err)
	require.Equal(t, `"" false `+client.String(), body)

	_, _, err = ask(t, serve(t, Options{RequireHeader: true}, nil), nil, false)
	require.ErrorContains(t, err, "status 400")
}

// TestASilentConnectionHoldsUpNobody: a connection that sends nothing neither
// keeps others from being accepted nor stays.
func TestASilentConnectionHoldsUpNobody(t *testing.T) {
	t.Parallel()
	address := serve(t, Options{RequireHeader: true, HeaderTimeout: 3 * time.Second}, nil)
	silent, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	_, _, err = ask(t, address, header(t, proxyproto.PROXY, awsTLV("\x01vpce-1")), false)
	require.NoError(t, err)
	require.NoError(t, silent.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err = io.ReadAll(silent)
	require.NoError(t, err, "the server closes it")
}

func TestBeneathTLS(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	body, _, err := ask(t, serve(t, Options{RequireHeader: true}, config), header(t, proxyproto.PROXY, awsTLV("\x01vpce-1")), true)
	require.NoError(t, err)
	require.Equal(t, `"vpce-1" true 10.20.0.10:50123`, body)
}

func TestOtherContextsAndConnections(t *testing.T) {
	t.Parallel()
	_, ok := EndpointID(context.Background())
	require.False(t, ok)
	a, b := net.Pipe()
	defer func() { _, _ = a.Close(), b.Close() }()
	_, ok = EndpointOf(a)
	require.False(t, ok)
}
