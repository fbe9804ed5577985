package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// example is an example's stack file.
func example(t *testing.T, path string) string {
	t.Helper()
	return readRepository(t, "examples/"+path)
}

// openNetwork opens the sandbox's network with a runtime.
func openNetwork(t *testing.T, s *Sandbox, runtime string) *vnet.Network {
	t.Helper()
	n, err := s.Network(NetworkOptions{Runtime: runtime, ConnectTimeout: 200 * time.Millisecond})
	require.NoError(t, err)
	return n
}

// get sends a request from a client of the consumer stack to its URL.
func get(t *testing.T, s *Sandbox, n *vnet.Network, from, accept string) string {
	t.Helper()
	return getOf(t, s, n, "consumer", from, accept)
}

func getOf(t *testing.T, s *Sandbox, n *vnet.Network, stack, from, accept string) string {
	t.Helper()
	consumers, err := s.Consumers(t.Context(), stack)
	require.NoError(t, err)
	client, err := consumers[0].Client(from)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, consumers[0].URL(), nil)
	require.NoError(t, err)
	req.Header.Set("Accept", accept)
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		return n.Dial(ctx, client, network, address)
	}}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}

// TestBytesFlow deploys the repository's own configuration through the engine
// and sends requests: to the responder, and where it can be, to nginx by the
// task definition's own command.
func TestBytesFlow(t *testing.T) {
	t.Parallel()
	s := openProject(t, nil)
	for _, stack := range []string{"provider", "consumer", "provider"} {
		up(t, s, stack)
	}
	n := openNetwork(t, s, "")
	var seen container.Seen
	require.NoError(t, json.Unmarshal([]byte(get(t, s, n, "", "application/json")), &seen))
	assert.Equal(t, "web", seen.Container)
	assert.Equal(t, "nginx:alpine", seen.Image)
	host, _, err := net.SplitHostPort(seen.RemoteAddress)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(host, "10.10."), "the load balancer's address, not the client's: %s", host)

	found, err := s.CheckOn(t.Context(), n)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.True(t, found[0].Reachable())
	assert.True(t, found[0].StrangersRefused())
	require.Len(t, found[0].Strangers, 2, "one for each zone")
	for _, p := range found[0].Strangers {
		assert.Equal(t, vnet.HopEndpointGroup, p.Stopped().Hop)
	}
	for _, p := range found[0].Paths {
		opened, answer := p.Hops[len(p.Hops)-2], p.Hops[len(p.Hops)-1]
		assert.Equal(t, vnet.HopOpened, opened.Hop, "it was really opened")
		assert.Equal(t, "GET / answered 200", answer.By)
		assert.Empty(t, p.Warnings())
	}
	drawsPicture(t, s, found)
	require.NoError(t, n.Close())
	logsHave(t, s, host+" - - [", "(sandbox responder)")
	t.Run("in namespaces", func(t *testing.T) { servesNginx(t, s) })
	destroyAll(t, s, "consumer", "provider")
}

func drawsPicture(t *testing.T, s *Sandbox, found []Reach) {
	t.Helper()
	var picture bytes.Buffer
	require.NoError(t, s.Draw(&picture, found))
	assert.Contains(t, picture.String(), "consumer: 2 of 2 paths open")
	assert.NoError(t, xml.Unmarshal(picture.Bytes(), new(struct{})))
}

// logsHave says that an event of the provider's log group has all of the texts.
func logsHave(t *testing.T, s *Sandbox, texts ...string) {
	t.Helper()
	events, err := s.LogEvents(t.Context(), "provider")
	require.NoError(t, err)
	for _, e := range events {
		has := true
		for _, text := range texts {
			has = has && strings.Contains(e.Message, text)
		}
		if has {
			assert.Regexp(t, `^web/web/[0-9a-f]{32}$`, e.Stream)
			return
		}
	}
	assert.Fail(t, "no such event", "%q in %+v", texts, events)
}

// needNamespaces skips a test, and says why, where a task can't run in a
// namespace with nginx.
func needNamespaces(t *testing.T, s *Sandbox) {
	t.Helper()
	r, err := s.runtime(container.NamespaceName)
	if err != nil {
		t.Skip(err)
	}
	require.NoError(t, r.Close())
	probe := fmt.Sprintf("fpl-probe-%d", time.Now().UnixNano())
	if err := exec.Command("ip", "netns", "add", probe).Run(); err != nil {
		t.Skip("no network namespace can be made here: ", err)
	}
	require.NoError(t, exec.Command("ip", "netns", "delete", probe).Run())
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed (Debian's package nginx)")
	}
}

func servesNginx(t *testing.T, s *Sandbox) {
	needNamespaces(t, s)
	require.NoError(t, s.ChooseRuntime(container.NamespaceName))
	n := openNetwork(t, s, "") // the sandbox's own now
	assert.Contains(t, get(t, s, n, "", "*/*"), "Welcome to nginx!")
	assert.Contains(t, get(t, s, n, "10.20.9.9", "*/*"), "Welcome to nginx!")
	found, err := s.CheckOn(t.Context(), n)
	require.NoError(t, err)
	assert.True(t, found[0].Reachable())
	require.NoError(t, n.Close())
	events, err := s.LogEvents(t.Context(), "provider")
	require.NoError(t, err)
	access := regexp.MustCompile(`^10\.10\.\d+\.\d+ - - \[.+\] "GET / HTTP/1\.1" 200 \d+ "-" "Go-http-client/1\.1"$`)
	lines := 0
	for _, e := range events {
		if access.MatchString(e.Message) {
			lines++
		}
	}
	assert.Equal(t, 2, lines, "nginx's access lines have the node's private address")
}

// TestProxyProtocolExample deploys the example: the header has the client's own
// address and the endpoint's id.
func TestProxyProtocolExample(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{
		"provider": example(t, "proxy-protocol/Pulumi.provider.yaml"),
		"consumer": readRepository(t, "Pulumi.consumer.yaml"),
	})
	var endpoint any
	for _, stack := range []string{"provider", "consumer", "provider"} {
		if res := up(t, s, stack); stack == "consumer" {
			endpoint = res.Outputs["endpointId"]
		}
	}
	n := openNetwork(t, s, "")
	var seen container.Seen
	require.NoError(t, json.Unmarshal([]byte(get(t, s, n, "10.20.3.4", "application/json")), &seen))
	require.NotNil(t, seen.ProxyProtocol)
	assert.True(t, strings.HasPrefix(seen.ProxyProtocol.Client, "10.20.3.4:"), seen.ProxyProtocol.Client)
	assert.Equal(t, endpoint, seen.ProxyProtocol.EndpointID)
	require.NoError(t, n.Close())

	t.Run("in namespaces", func(t *testing.T) {
		needNamespaces(t, s)
		n := openNetwork(t, s, container.NamespaceName)
		defer func() { require.NoError(t, n.Close()) }()
		found, err := s.CheckOn(t.Context(), n)
		require.NoError(t, err)
		knows := found[0].Reachable()
		if !knows {
			stop := found[0].Paths[0].Stopped()
			assert.Equal(t, vnet.HopTarget, stop.Hop)
			assert.Contains(t, stop.By, "Essential container in task exited")
			assert.Contains(t, stop.By, `unknown "proxy_protocol_tlv_0xea" variable`)
		}
		t.Run("the endpoint's id", func(t *testing.T) {
			if !knows {
				t.Skip("this nginx is older than 1.23.2 and has no variable for the endpoint's id")
			}
			assert.Equal(t, "client 10.20.3.4 over "+endpoint.(string)+"\n", get(t, s, n, "10.20.3.4", "*/*"))
		})
	})
	destroyAll(t, s, "consumer", "provider")
}

// consumerWith is a consumer with configured clients.
func consumerWith(cidrs, groups, list []string) Consumer {
	outputs := contract.Endpoint{ClientCidrBlocks: cidrs, ClientSecurityGroupIds: groups, ClientPrefixListIds: []string{"pl-1"}}
	lists := map[string][]netip.Prefix{}
	for _, block := range list {
		lists["pl-1"] = append(lists["pl-1"], netip.MustParsePrefix(block))
	}
	return Consumer{
		Stack: "consumer", Network: "apps", outputs: outputs, lists: lists, groups: []string{"sg-4567"},
		endpoint: world.Endpoint{VpcID: "vpc-1", DNSNames: []string{"vpce-1.example"}, AddressType: "ipv4"},
		vpc: world.VPC{
			ID: "vpc-1", CIDR: netip.MustParsePrefix("10.20.0.0/16"), IPv6CIDR: netip.MustParsePrefix("2001:db8::/56"),
		},
	}
}

// labels are the clients' labels and addresses.
func labels(clients []vnet.Client) []string {
	out := []string{}
	for _, c := range clients {
		out = append(out, c.Label+" "+c.Address.String())
	}
	return out
}

func TestClientsAndStrangers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		cidrs, groups, list []string
		clients, strangers  []string
	}{
		"the VPC": {
			[]string{"10.20.0.0/16"}, nil, nil,
			[]string{"10.20.0.0/16 10.20.0.10"}, []string{"a stranger 203.0.113.7"},
		},
		"a part of the VPC and others": {
			[]string{"10.20.128.0/17", "203.0.113.0/24", "192.168.1.7/32", "fd00::/8"}, nil, nil,
			[]string{"10.20.128.0/17 10.20.128.10", "203.0.113.0/24 203.0.113.10", "192.168.1.7/32 192.168.1.7"},
			[]string{"a stranger 198.51.100.7", "a stranger in the VPC 10.20.0.10"},
		},
		"a group": {
			nil, []string{"sg-1"}, nil,
			[]string{"sg-1 10.20.0.10"}, []string{"a stranger 203.0.113.7", "a stranger in the VPC 10.20.0.10"},
		},
		"a prefix list": {
			nil, nil, []string{"203.0.113.0/24", "2001:db8::/32"},
			[]string{"203.0.113.0/24 of pl-1 203.0.113.10"}, []string{"a stranger 198.51.100.7", "a stranger in the VPC 10.20.0.10"},
		},
		"everybody": {[]string{"0.0.0.0/0"}, nil, nil, []string{"0.0.0.0/0 0.0.0.10"}, []string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			consumer := consumerWith(c.cidrs, c.groups, c.list)
			clients, err := consumer.Clients()
			require.NoError(t, err)
			assert.Equal(t, c.clients, labels(clients))
			strangers, err := consumer.Strangers()
			require.NoError(t, err)
			assert.Equal(t, c.strangers, labels(strangers))
			first, err := consumer.Client("")
			require.NoError(t, err)
			assert.Equal(t, clients[0], first)
		})
	}
}

func TestClientsAndStrangersWithIPv6(t *testing.T) {
	t.Parallel()
	c := consumerWith([]string{"10.20.0.0/16", "2001:db8:0:1::/64"}, []string{"sg-1"}, nil)
	c.endpoint.AddressType = "dualstack"
	strangers, err := c.Strangers()
	require.NoError(t, err)
	assert.Equal(t, []string{"a stranger 203.0.113.7", "a stranger 3fff::7"}, labels(strangers))
	c.endpoint.AddressType = "ipv6"
	clients, err := c.Clients()
	require.NoError(t, err)
	assert.Equal(t, []string{"2001:db8:0:1::/64 2001:db8:0:1::a", "sg-1 2001:db8::a"}, labels(clients))
	strangers, err = c.Strangers()
	require.NoError(t, err)
	assert.Equal(t, []string{"a stranger 3fff::7", "a stranger in the VPC 2001:db8::a"}, labels(strangers))
}

func TestClient(t *testing.T) {
	t.Parallel()
	c := consumerWith(nil, nil, nil)
	byDefault, err := c.Client("")
	require.NoError(t, err)
	assert.Equal(t, vnet.Client{Label: "VPC", VpcID: "vpc-1", Address: netip.MustParseAddr("10.20.0.10")}, byDefault)
	_, err = c.Client("sg-0123")
	require.EqualError(t, err, "there is no security group sg-0123 in vpc-1; there are sg-4567")
	c.groups = append(c.groups, "sg-0123")
	inGroup, err := c.Client("sg-0123")
	require.NoError(t, err)
	assert.Equal(t, []string{"sg-0123"}, inGroup.SecurityGroupIDs)
	for _, wrong := range []string{"10.20.0.0/16", "somebody"} {
		_, err := c.Client(wrong)
		require.EqualError(t, err, `"`+wrong+`" is not a client; it must be an IP address or the id of a security group`)
	}
	assert.Equal(t, "vpce-1.example:80", c.Address(80), "without a URL")
	c.outputs.Url = "https://api.example.com/path"
	assert.Equal(t, "api.example.com:443", c.Address(443))
}

func TestConsumersThatThereAreNot(t *testing.T) {
	t.Parallel()
	s := openProject(t, nil)
	_, err := s.Consumers(t.Context(), "")
	require.EqualError(t, err, "stack consumer is not deployed: run sandbox up first")
	_, err = s.Consumers(t.Context(), "provider")
	require.EqualError(t, err, `"provider" is no stack with role consumer`)
}

func TestRuntimesAreKnown(t *testing.T) {
	t.Parallel()
	s := openTest(t, nil, nil)
	require.EqualError(t, s.ChooseRuntime("docker"), `runtime "docker" does not exist; it must be echo or namespace`)
	require.NoError(t, s.ChooseRuntime(""), "the one that it has")
	_, err := s.Network(NetworkOptions{Runtime: "docker"})
	require.EqualError(t, err, `runtime "docker" does not exist; it must be echo or namespace`)
}

// A block is named with every block around it.
func TestAConsumersBlocks(t *testing.T) {
	c := Consumer{
		outputs: contract.Endpoint{ClientCidrBlocks: []string{"10.20.0.0/16", "2600:1::/32"}},
		lists:   map[string][]netip.Prefix{"pl-1": {netip.MustParsePrefix("192.168.0.0/24")}},
	}
	for block, want := range map[string]bool{
		"10.20.0.0/16": true, "10.20.1.0/24": true, "192.168.0.0/24": true, "2600:1:2::/48": true,
		"10.0.0.0/8": false, "10.21.0.0/16": false, "192.168.0.0/16": false, "0.0.0.0/0": false, "::/0": false,
	} {
		assert.Equal(t, want, c.names(netip.MustParsePrefix(block)), block)
	}
}
