package adopt

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

const repository = "../../.."

// byHand is a sandbox whose accounts have the walkthrough made by hand.
func byHand(t *testing.T) (deploy.Options, records) {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	opts := deploy.Options{
		Root: repository, Tools: repository, Files: filepath.Join("testdata", "by-hand"),
		Dir: filepath.Join(t.TempDir(), "sandbox"), Log: os.Stderr,
	}
	s, err := deploy.Open(t.Context(), opts)
	require.NoError(t, err)
	var all records
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, kind := range tx.Kinds() {
			all = append(all, tx.All(kind)...)
		}
		return nil
	}))
	require.NoError(t, s.Close())
	return opts, all
}

// ids are those of what an account has of the types.
func (rs records) ids(account string, tokens ...string) (ids []string) {
	for _, token := range tokens {
		for _, r := range rs.all(token) {
			if r.Account == account {
				ids = append(ids, token+"="+world.ImportID(r))
			}
		}
	}
	return ids
}

var providerTypes = []string{
	"aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup", "aws:lb/listener:Listener", "aws:ecs/cluster:Cluster",
	"aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service", "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup",
	"aws:ec2/vpcEndpointService:VpcEndpointService", "aws:ec2/securityGroup:SecurityGroup",
}

// TestAdoptWhatWasMadeByHand takes over the walkthrough made by hand, both sides, with a
// connection open all the while.
func TestAdoptWhatWasMadeByHand(t *testing.T) {
	opts, all := byHand(t)
	found, err := Read(nil, all.ids("111111111111", providerTypes...))
	require.NoError(t, err)
	plan, err := Make(t.Context(), opts, "provider", found, t.TempDir())
	require.NoError(t, err)
	var names []string
	for _, taken := range plan.Taken {
		names = append(names, taken.Type+"::"+taken.Name)
	}
	assert.Len(t, names, len(found), "%v\nleft: %v", names, plan.Left)
	assert.Empty(t, plan.Left)

	s, err := plan.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	endpoint := all.all("aws:ec2/vpcEndpoint:VpcEndpoint")[0]
	network, err := s.Network(deploy.NetworkOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, network.Close()) }()
	client := vnet.Client{Label: "a client", VpcID: endpoint.Outputs.Str("vpcId"), Address: netip.MustParseAddr("10.20.1.10")}
	entries := endpoint.Outputs.Maps("dnsEntries")
	require.NotEmpty(t, entries)
	conn := dial(t, network, client, entries[0].Str("dnsName"))
	defer func() { _ = conn.Close() }()
	ask(t, conn)

	res, err := s.Up(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
	assert.Zero(t, res.Changes["replace"]+res.Changes["delete"], res.Changes)
	ask(t, conn) // the same connection
	again := dial(t, network, client, entries[0].Str("dnsName"))
	ask(t, again)
	require.NoError(t, again.Close())
	require.Equal(t, all.all("aws:ec2/vpcEndpointService:VpcEndpointService")[0].Outputs.Str("serviceName"), res.Outputs["serviceName"])
	unchanged, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	assert.True(t, unchanged.Changes.None(), unchanged.Changes)
}

// connection is an HTTP connection that is kept open.
type connection struct {
	net.Conn
	answers *bufio.Reader
}

// ask sends a request over a connection that is open, and wants an answer.
func ask(t *testing.T, c connection) {
	t.Helper()
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: service\r\n\r\n")
	require.NoError(t, err)
	answer, err := http.ReadResponse(c.answers, nil)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
}

func dial(t *testing.T, n *vnet.Network, client vnet.Client, host string) connection {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := n.Dial(ctx, client, "tcp", net.JoinHostPort(host, "80"))
	require.NoError(t, err)
	return connection{conn, bufio.NewReader(conn)}
}
