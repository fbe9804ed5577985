package vnet

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/pipe"
	"fargate-privatelink/sandbox/world"
)

// answering reads a request and sends an answer, which may be none of HTTP.
func answering(answer string) func(net.Conn) {
	return func(conn net.Conn) {
		go func() {
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}()
	}
}

func TestWhatIsHeard(t *testing.T) {
	t.Parallel()
	const notRead = "the container seems not to read Proxy Protocol, which is on"
	const expected = "the container may expect Proxy Protocol, which is off"
	closing := func(conn net.Conn) { _ = conn.Close() }
	resetting := func(conn net.Conn) { conn.(*pipe.Conn).Reset() }
	httpCheck := world.HealthCheck{Protocol: byHTTP, Path: "/health"}
	cases := map[string]struct {
		port        int
		check       world.HealthCheck
		header      bool
		container   func(net.Conn)
		by, warning string
	}{
		"an answer":             {port: 80, container: answering("HTTP/1.1 200 OK\r\n\r\n"), by: "GET / answered 200"},
		"health check's path":   {port: 9000, check: httpCheck, container: answering("HTTP/1.1 204 No Content\r\n\r\n"), by: "GET /health answered 204"},
		"bad request, header":   {port: 80, header: true, container: answering("HTTP/1.1 400 Bad Request\r\n\r\n"), by: "GET / answered 400", warning: notRead},
		"bad request":           {port: 80, container: answering("HTTP/1.1 400 Bad Request\r\n\r\n"), by: "GET / answered 400", warning: expected},
		"not found, header":     {port: 80, header: true, container: answering("HTTP/1.1 404 Not Found\r\n\r\n"), by: "GET / answered 404"},
		"no HTTP":               {port: 8080, container: answering("hello\r\n"), by: `an answer to GET / that is not understood: malformed HTTP response "hello"`},
		"closed":                {port: 80, container: closing, by: "closed by the container in answer to GET /", warning: expected},
		"reset, header":         {port: 80, header: true, container: resetting, by: "closed by the container in answer to GET /", warning: notRead},
		"no TLS":                {port: 443, container: closing, by: "closed by the container in answer to the TLS handshake", warning: expected},
		"another port, quiet":   {port: 5432, container: func(net.Conn) {}, by: "nothing was sent, and it was open after 300ms"},
		"another port, closed":  {port: 5432, header: true, container: closing, by: "closed by the container in answer to nothing", warning: notRead},
		"another port, speaks":  {port: 25, container: func(c net.Conn) { _, _ = io.WriteString(c, "220 mail") }, by: "the container spoke first"},
		"health check by HTTPS": {port: 9000, check: world.HealthCheck{Protocol: byHTTPS}, container: closing, by: "closed by the container in answer to the TLS handshake", warning: expected},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			near, far := pipe.New(&net.TCPAddr{}, &net.TCPAddr{})
			defer func() { _, _ = near.Close(), far.Close() }()
			c.container(far)
			h := hear(t.Context(), &route{
				flow: flow{name: "api.example.com", port: c.port}, pool: world.TargetGroupSettings{ProxyProtocolV2: c.header, HealthCheck: c.check},
				target: world.Target{IP: netip.MustParseAddr("10.0.1.5"), Port: c.port},
			}, near)
			by := c.by
			if c.warning != "" {
				by += ": " + c.warning
			}
			require.Equal(t, Hop{Hop: HopAnswer, At: netip.AddrPortFrom(netip.MustParseAddr("10.0.1.5"), uint16(c.port)).String(),
				Allowed: true, By: by, Warning: c.warning}, h)
		})
	}
}

// TestHearingEndsWithItsContext: a container that says nothing holds nobody up.
func TestHearingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	near, _ := pipe.New(&net.TCPAddr{}, &net.TCPAddr{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := hear(ctx, &route{flow: flow{name: "x", port: 80}, target: world.Target{Port: 80}}, near)
	require.Equal(t, "the container took the connection and says nothing", h.Warning)
}

// plain serves HTTP and knows nothing of Proxy Protocol.
func plain(_ container.Task, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	code := http.StatusOK
	if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
		code = http.StatusBadRequest
	}
	_ = (&http.Response{StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Close: true}).Write(conn)
}

// TestAContainerThatReadsNoProxyProtocol: the connection opens, and every request is
// refused. That is a warning, in JSON too.
func TestAContainerThatReadsNoProxyProtocol(t *testing.T) {
	t.Parallel()
	for name, runtime := range map[string]container.Runtime{"plain": container.NewInProcess("plain", plain), "responder": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			s.Change("targets", world.Props{"proxyProtocolV2": true})
			paths, err := open(s, runtime).Probe(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[0]+":80")
			require.NoError(t, err)
			for _, p := range paths {
				require.True(t, p.Reachable)
				if runtime == nil {
					require.Empty(t, p.Warnings())
					require.Equal(t, "GET / answered 200", hopOf(t, p, HopAnswer).By)
					continue
				}
				warning := []string{"the container seems not to read Proxy Protocol, which is on"}
				require.Equal(t, warning, p.Warnings())
				shown, err := json.Marshal(p)
				require.NoError(t, err)
				require.Contains(t, string(shown), `"warning":"`+warning[0]+`"`)
			}
		})
	}
}

// needNginx skips a test, and says why, where no nginx runs in a namespace.
func needNginx(t *testing.T) container.Runtime {
	t.Helper()
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed (Debian's package nginx)")
	}
	r, err := container.NewNamespace(t.TempDir())
	if err != nil {
		t.Skip(err)
	}
	probe := fmt.Sprintf("fpl-probe-%d", time.Now().UnixNano())
	if err := exec.Command("ip", "netns", "add", probe).Run(); err != nil {
		t.Skip("no network namespace can be made here: ", err)
	}
	require.NoError(t, exec.Command("ip", "netns", "delete", probe).Run())
	return r
}

// TestNginxThatReadsNoProxyProtocol is the same with nginx's own configuration.
func TestNginxThatReadsNoProxyProtocol(t *testing.T) {
	runtime := needNginx(t)
	s := stage.New(t)
	withContainers(`[{"name":"web","image":"nginx:alpine","essential":true,"portMappings":[{"containerPort":80}],
		"entryPoint":["sh","-c"],"command":["exec nginx -g \"daemon off;\""]}]`)(s)
	n := open(s, runtime)
	for header, want := range map[bool]string{false: "GET / answered 200", true: "the container seems not to read Proxy Protocol, which is on"} {
		s.Change("targets", world.Props{"proxyProtocolV2": header})
		paths, err := n.Probe(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
		require.NoError(t, err)
		require.True(t, paths[0].Reachable, paths[0].Summary())
		require.Contains(t, hopOf(t, paths[0], HopAnswer).By, want)
	}
}
