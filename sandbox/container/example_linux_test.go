package container

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pires/go-proxyproto"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// knowsTLVs says whether this machine's nginx has the variables of a header's
// TLVs: 1.23.2 has them, see
// https://nginx.org/en/docs/http/ngx_http_core_module.html#var_proxy_protocol_tlv_.
func knowsTLVs(t *testing.T) bool {
	t.Helper()
	out, err := exec.Command("nginx", "-v").CombinedOutput()
	if err != nil {
		t.Skip("nginx is not installed (Debian's package nginx)")
	}
	m := regexp.MustCompile(`nginx/(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(string(out))
	require.Len(t, m, 4, string(out))
	var version [3]int
	for i := range version {
		_, err := fmt.Sscan(m[i+1], &version[i])
		require.NoError(t, err)
	}
	return version[0] > 1 || version[1] > 23 || version[1] == 23 && version[2] >= 2
}

// exampleContainer is the container of the example examples/proxy-protocol.
func exampleContainer(t *testing.T) Spec {
	t.Helper()
	b, err := os.ReadFile("../../examples/proxy-protocol/Pulumi.provider.yaml")
	require.NoError(t, err)
	var file struct {
		Config struct {
			Provider struct {
				Service struct {
					Image               string
					EntryPoint, Command []string
				}
			} `yaml:"fargate-privatelink:provider"`
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(strings.ReplaceAll(string(b), "entryPoint:", "entrypoint:")), &file))
	s := file.Config.Provider.Service
	require.NotEmpty(t, s.EntryPoint)
	return Spec{Name: "web", Image: s.Image, EntryPoint: s.EntryPoint, Command: s.Command, Essential: true, Ports: []Port{{80, "tcp"}}}
}

// endpointVariable is what the example's nginx logs the endpoint's id by.
const endpointVariable = "$proxy_protocol_tlv_0xEA"

// TestProxyProtocolExample runs the example's own nginx configuration. That it logs
// the endpoint's id only an nginx can show that has the variable; with an older one the
// task has to stop with nginx's own words. The rest holds for both.
func TestProxyProtocolExample(t *testing.T) {
	r, knows := openNamespaces(t), knowsTLVs(t)
	spec := exampleContainer(t)
	require.Contains(t, spec.Command[0], endpointVariable)
	t.Run("the endpoint's id", func(t *testing.T) {
		if !knows {
			t.Skip("this nginx is older than 1.23.2 and has no variable for the endpoint's id")
		}
		logsTheClient(t, r, spec, "vpce-0123456789abcdef0")
	})
	t.Run("an nginx that is too old", func(t *testing.T) {
		if knows {
			t.Skip("this nginx has the variable for the endpoint's id")
		}
		task := r.Start(t.Context(), taskWith(spec))
		defer func() { require.NoError(t, task.Close()) }()
		stopped := task.Stopped()
		require.NotNil(t, stopped)
		require.Equal(t, "Essential container in task exited", stopped.Reason)
		require.Contains(t, stopped.Detail, `unknown "proxy_protocol_tlv_0xea" variable`)
	})
	t.Run("the client's address", func(t *testing.T) {
		without := spec
		without.Command = []string{strings.ReplaceAll(spec.Command[0], endpointVariable, "$proxy_protocol_port")}
		logsTheClient(t, r, without, "-")
	})
}

// logsTheClient sends a request with a header as the load balancer's, and requires that
// the answer and the log have the client and the endpoint.
func logsTheClient(t *testing.T, r Runtime, spec Spec, endpoint string) {
	t.Helper()
	out := &output{}
	spec.Output = out
	task := r.Start(t.Context(), taskWith(spec))
	defer func() { require.NoError(t, task.Close()) }()
	require.Nil(t, task.Stopped(), "%v", task.Stopped())

	conn, err := task.Dial(t.Context(), "tcp", node, 80)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	h := &proxyproto.Header{
		Version: 2, Command: proxyproto.PROXY, TransportProtocol: proxyproto.TCPv4,
		SourceAddr:      &net.TCPAddr{IP: net.IPv4(10, 20, 0, 10), Port: 50123},
		DestinationAddr: &net.TCPAddr{IP: net.IPv4(10, 20, 0, 4), Port: 80},
	}
	require.NoError(t, h.SetTLVs([]proxyproto.TLV{{Type: 0xEA, Value: []byte("\x01vpce-0123456789abcdef0")}}))
	_, err = h.WriteTo(conn)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "client 10.20.0.10 over "+endpoint+"\n", string(body))
	require.Eventually(t, func() bool {
		return strings.Contains(out.String(), "10.20.0.10 "+endpoint+" [") && strings.Contains(out.String(), "via 10.10.0.4")
	}, 30*time.Second, 10*time.Millisecond, "%s", out)
}
