package adopt

import (
	"bufio"
	"context"
	"fmt"
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

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

func TestMain(m *testing.M) {
	thrift.Frugally()
	os.Exit(m.Run())
}

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
	assert.Equal(t, map[string][]string{
		"aws:cloudwatch/logGroup:LogGroup::app":                   {"name"},
		"aws:ec2/securityGroup:SecurityGroup::app-security-group": {"description", "name"},
		"aws:ecs/cluster:Cluster::app":                            {"name"},
		"aws:ecs/service:Service::app":                            {"name"},
		"aws:ecs/taskDefinition:TaskDefinition::app":              {"containerDefinitions", "family", "taskRoleArn"},
		"aws:iam/role:Role::app-execution":                        {"name"},
		"aws:lb/loadBalancer:LoadBalancer::app-nlb":               {"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "name", "securityGroups"},
		"aws:lb/targetGroup:TargetGroup::app-80":                  {"name"},
	}, keptOf(plan))

	s, err := plan.Open(t.Context(), opts)
	require.NoError(t, err)
	endpoint := all.all("aws:ec2/vpcEndpoint:VpcEndpoint")[0]
	res := upConnected(t, s, "provider", endpoint)
	require.Equal(t, all.all("aws:ec2/vpcEndpointService:VpcEndpointService")[0].Outputs.Str("serviceName"), res.Outputs["serviceName"])
	require.NoError(t, s.Close())

	opts.Files, opts.Dir = plan.files, plan.dir
	adoptEndpoint(t, opts, all)
}

// describedRules is what aws ec2 describe-security-group-rules writes of a group by hand.
const describedRules = `{"SecurityGroupRules": [
  {"SecurityGroupRuleId": "sgr-0a1b2c3d4e5f6a7b8", "GroupId": "%[1]s", "GroupOwnerId": "222222222222", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80,
   "CidrIpv4": "10.20.0.0/16", "Tags": [], "SecurityGroupRuleArn": "arn:aws:ec2:us-east-1:222222222222:security-group-rule/sgr-0a1b2c3d4e5f6a7b8"},
  {"SecurityGroupRuleId": "sgr-0b2c3d4e5f6a7b8c9", "GroupId": "%[1]s", "GroupOwnerId": "222222222222", "IsEgress": true, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1,
   "CidrIpv4": "0.0.0.0/0", "Tags": [], "SecurityGroupRuleArn": "arn:aws:ec2:us-east-1:222222222222:security-group-rule/sgr-0b2c3d4e5f6a7b8c9"}]}`

// adoptEndpoint takes over the consumer's side, where the provider's has been.
func adoptEndpoint(t *testing.T, opts deploy.Options, all records) {
	t.Helper()
	ids := all.ids("222222222222", "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/securityGroup:SecurityGroup")
	found, err := Read(nil, ids)
	require.NoError(t, err)
	_, err = Make(t.Context(), opts, "consumer", found, t.TempDir())
	require.ErrorContains(t, err, "has the rule for 10.20.0.0/16, port 80 already that web-ingress-10.20.0.0-16-80-tcp would make, and AWS has a rule only once: give the rules with --from, as aws ec2 describe-security-group-rules")
	var group string
	for _, r := range all.all("aws:ec2/securityGroup:SecurityGroup") {
		if r.Account == "222222222222" {
			group = r.ID
		}
	}
	found, err = Read([]string{write(t, fmt.Sprintf(describedRules, group))}, ids)
	require.NoError(t, err)
	plan, err := Make(t.Context(), opts, "consumer", found, t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, []string{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule sgr-0b2c3d4e5f6a7b8c9: the program has nothing that it could be, or several; write <logical name>=sgr-0b2c3d4e5f6a7b8c9 to say which"}, plan.Left)
	endpoint := all.all("aws:ec2/vpcEndpoint:VpcEndpoint")[0]
	require.Len(t, plan.Taken, 3, plan.Taken)
	assert.Equal(t, map[string][]string{
		"aws:ec2/securityGroup:SecurityGroup::web-security-group": {"description", "name"},
	}, keptOf(plan))

	s, err := plan.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	res := upConnected(t, s, "consumer", endpoint)
	assert.Equal(t, endpoint.ID, res.Outputs["endpointId"])
}

// upConnected deploys a stack that has taken over, with a connection open all the while:
// it replaces nothing, and then there is nothing to do.
func upConnected(t *testing.T, s *deploy.Sandbox, stack string, endpoint *world.Record) *deploy.Result {
	t.Helper()
	network, err := s.Network(deploy.NetworkOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, network.Close()) }()
	client := vnet.Client{Label: "a client", VpcID: endpoint.Outputs.Str("vpcId"), Address: netip.MustParseAddr("10.20.1.10")}
	var host string
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		e, ok := tx.Endpoint(endpoint.ID)
		require.True(t, ok)
		host = e.DNSNames[0]
		return nil
	}))
	conn := dial(t, network, client, host)
	defer func() { _ = conn.Close() }()
	ask(t, conn)

	res, err := s.Up(t.Context(), stack, nil, nil)
	require.NoError(t, err)
	assert.Zero(t, res.Changes["replace"]+res.Changes["delete"], res.Changes)
	ask(t, conn) // the same connection
	again := dial(t, network, client, host)
	ask(t, again)
	require.NoError(t, again.Close())
	unchanged, err := s.Preview(t.Context(), stack, nil, false, nil)
	require.NoError(t, err)
	assert.True(t, unchanged.Changes.None(), unchanged.Changes)
	return res
}

func keptOf(plan *Plan) map[string][]string {
	kept := map[string][]string{}
	for _, k := range plan.Kept {
		kept[k.Resource] = k.Properties
	}
	return kept
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
