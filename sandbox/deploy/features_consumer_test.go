package deploy

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// openExample opens a sandbox on one of the example stack configurations.
func openExample(t *testing.T, name string, stacks ...string) *Sandbox {
	t.Helper()
	files := map[string]string{}
	for _, stack := range stacks {
		files[stack] = readRepository(t, filepath.Join("examples", "stacks", name, "Pulumi."+stack+".yaml"))
	}
	return openProject(t, files)
}

// unchanged checks that a second pulumi up of each stack changes nothing.
func unchanged(t *testing.T, s *Sandbox, stacks ...string) {
	t.Helper()
	for _, stack := range stacks {
		again := up(t, s, stack)
		assert.True(t, again.Changes.None(), "second up of %s: %v", stack, again.Changes)
	}
}

// TestCrossRegionDualstack: one service, two VPCs of one consumer with dualstack
// endpoints, and a consumer in another Region, each reached by a name of its own.
func TestCrossRegionDualstack(t *testing.T) {
	t.Parallel()
	s := openExample(t, "cross-region-dualstack", "provider", "consumer-acme", "consumer-blue")
	c, err := contract.FromValue(up(t, s, "provider").Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, []string{"eu-west-1", "us-east-1"}, c.SupportedRegions)
	assert.Equal(t, []string{"ipv4", "ipv6"}, c.SupportedIpAddressTypes)

	acme := up(t, s, "consumer-acme").Outputs
	blue := up(t, s, "consumer-blue").Outputs
	ids := acme["endpointIds"].(map[string]any)
	provider := up(t, s, "provider").Outputs
	assert.Equal(t, map[string]any{
		ids["apps"].(string): "account 222222222222 (tenant acme)", ids["batch"].(string): "account 222222222222 (tenant acme)",
		blue["endpointId"].(string): "account 333333333333 (tenant blue)",
	}, provider["acceptedEndpoints"])

	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for key, id := range ids {
			e, ok := tx.Endpoint(id.(string))
			require.True(t, ok)
			assert.Equal(t, "dualstack", e.AddressType, key)
			assert.Equal(t, world.StateAvailable, e.State, key)
			vpc, _ := tx.VPC(e.VpcID)
			assert.Equal(t, map[string]string{"apps": "10.20.0.0/16", "batch": "10.21.0.0/16"}[key], vpc.CIDR.String())
		}
		e, _ := tx.Endpoint(blue["endpointId"].(string))
		assert.Equal(t, "eu-west-1", e.Region)
		assert.Equal(t, "us-east-1", e.ServiceRegion)
		return nil
	}))
	for key, described := range acme["endpoints"].(map[string]any) {
		assert.Equal(t, "http://web.internal.acme.example", described.(map[string]any)["url"], key)
	}
	assert.Equal(t, "http://web.internal.blue.example", blue["url"])
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	var names []string
	for _, r := range found {
		names = append(names, r.Name())
		assert.True(t, r.Reachable(), r.Name())
		assert.True(t, r.StrangersRefused(), r.Name())
	}
	assert.Equal(t, []string{"consumer-acme/apps", "consumer-acme/batch", "consumer-blue"}, names)

	unchanged(t, s, "provider", "consumer-acme", "consumer-blue")
	destroyAll(t, s, "consumer-acme", "consumer-blue", "provider")
}

// made makes a resource that the stacks find: somebody else's.
func made(t *testing.T, s *Sandbox, account, token string, inputs world.Props) string {
	t.Helper()
	owner := &world.Session{World: s.World, Caller: world.Caller{Account: account, Region: "us-east-1"}}
	outputs, err := makeResource(owner, token, inputs)
	require.NoError(t, err)
	return outputs.Str("id")
}

// TestPrivateDnsHandShake: the provider's name is proved by a record in a third
// account's zone, in one update, and a certificate too; the consumer gets it once its endpoint is accepted,
// and until then says what comes next.
func TestPrivateDnsHandShake(t *testing.T) {
	t.Parallel()
	options := `    listeners:
      80/tcp: {}
      443/tls: {domainName: www.example.com, hostedZoneId: ZONE, hostedZoneRoleArn: "arn:aws:iam::444444444444:role/dns"}
    endpointService:
      contributorInsights: true
      privateDns: {name: api.example.com, provedDomain: example.com, hostedZoneId: ZONE, hostedZoneRoleArn: "arn:aws:iam::444444444444:role/dns"}
    notifications: {enabled: true, httpsUrls: ["https://hooks.example.com/privatelink"]}
    service: {containerInsights: enabled}
    operations: {dashboard: true, alarms: true, alarmMinutes: 5, resetsPerMinute: 10, connectionsPerTarget: 1000}
`
	clients := "    clients: {cidrBlocks: [10.20.0.0/16], prefixListIds: [LIST]}\n" +
		"    alarms: {enabled: true, topicArn: \"arn:aws:sns:us-east-1:222222222222:ops\"}\n"
	file := strings.Replace(providerFile(options), `["222222222222"]`, `["222222222222"], consumerStacks: [consumer]`, 1)
	s := openProject(t, map[string]string{"provider": file, "consumer": consumerFile + clients})
	zone := made(t, s, "444444444444", "aws:route53/zone:Zone", world.Props{"name": "example.com"})
	list := made(t, s, "222222222222", "aws:ec2/managedPrefixList:ManagedPrefixList", world.Props{
		"name": "offices", "addressFamily": "IPv4", "maxEntries": 1.0, "entries": []any{map[string]any{"cidr": "192.0.2.0/24"}},
	})
	rewrite(t, s, "provider", strings.ReplaceAll(file, "ZONE", zone))
	rewrite(t, s, "consumer", strings.Replace(consumerFile+clients, "LIST", list, 1))

	first := up(t, s, "provider").Outputs
	c, err := contract.FromValue(first[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, "api.example.com", c.PrivateDnsName, "verified in one update")
	record := first["privateDnsRecord"].(map[string]any)
	assert.Regexp(t, `^_[0-9a-z]+\.example\.com$`, record["name"])

	waiting := up(t, s, "consumer")
	require.Len(t, waiting.Notes, 1)
	assert.Equal(t, "consumer.network: the endpoint waits to be accepted before it can have the name api.example.com. "+
		"Next: pulumi up --stack provider (or have the provider accept the endpoint), then pulumi up --stack consumer.", waiting.Notes[0])
	assert.NotContains(t, waiting.Outputs["url"], "api.example.com")
	assert.Len(t, up(t, s, "consumer").Notes, 1, "still waiting, and no failure")
	up(t, s, "provider")

	connected := up(t, s, "consumer")
	assert.Empty(t, connected.Notes)
	assert.Equal(t, "http://api.example.com", connected.Outputs["url"])
	assert.True(t, reachable(t, s))
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		e, _ := tx.Endpoint(connected.Outputs["endpointId"].(string))
		assert.Equal(t, "api.example.com", e.PrivateDNSName)
		for _, a := range tx.Alarms() {
			assert.Empty(t, a.NoData, a.Name)
		}
		return nil
	}))
	unchanged(t, s, "provider", "consumer")
	assert.NotEmpty(t, first["alarmNames"])
	assert.Equal(t, "web-fargate-privatelink-provider-us-east-1", fmt.Sprint(first["dashboardName"]))

	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
}

// TestPrivateDnsByHand: without a zone the record is an output, and the consumers hear
// of the name only once somebody has made it.
func TestPrivateDnsByHand(t *testing.T) {
	t.Parallel()
	const options = "    endpointService: {privateDns: {name: api.example.com}}\n"
	s := openProject(t, map[string]string{"provider": providerFile(options)})
	first := up(t, s, "provider")
	require.Len(t, first.Notes, 1)
	assert.Contains(t, first.Notes[0], "provider.endpointService.privateDns.recordExists")
	c, err := contract.FromValue(first.Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Empty(t, c.PrivateDnsName)

	record := first.Outputs["privateDnsRecord"].(map[string]any)
	zone := made(t, s, "444444444444", "aws:route53/zone:Zone", world.Props{"name": "example.com"})
	made(t, s, "444444444444", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": record["name"], "type": record["type"], "ttl": 300.0, "records": []any{record["value"]},
	})
	rewrite(t, s, "provider", providerFile(strings.Replace(options, "api.example.com", "api.example.com, recordExists: true", 1)))
	c, err = contract.FromValue(up(t, s, "provider").Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, "api.example.com", c.PrivateDnsName)
}

// TestExistingVpc: a consumer that has a VPC with a private hosted zone, whose clients
// are the members of a security group.
func TestExistingVpc(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{
		"provider": providerFile("    endpointService: {acceptanceRequired: false}\n"), "consumer": consumerFile,
	})
	const account = "222222222222"
	vpc := made(t, s, account, "aws:ec2/vpc:Vpc", world.Props{"cidrBlock": "10.40.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true})
	subnet := made(t, s, account, "aws:ec2/subnet:Subnet", world.Props{
		"vpcId": vpc, "cidrBlock": "10.40.1.0/24", "availabilityZone": zoneNames(t, account, "use1-az1")[0],
	})
	group := made(t, s, account, "aws:ec2/securityGroup:SecurityGroup", world.Props{"vpcId": vpc, "description": "clients"})
	made(t, s, account, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", world.Props{
		"securityGroupId": group, "cidrIpv4": "10.40.0.0/16", "ipProtocol": "-1",
	})
	zone := made(t, s, account, "aws:route53/zone:Zone", world.Props{"name": "internal.example", "vpcs": []any{map[string]any{"vpcId": vpc}}})
	rewrite(t, s, "consumer", strings.Replace(consumerFile, "    network: {cidrBlock: 10.20.0.0/16}\n", fmt.Sprintf(`    network: {vpcId: %s, subnetIds: [%s]}
    clients: {securityGroupIds: [%s]}
    endpoint: {privateDns: false}
    dns: {recordName: web.internal.example, hostedZoneId: %s}
`, vpc, subnet, group, zone), 1))

	provider := up(t, s, "provider")
	c, err := contract.FromValue(provider.Outputs[contract.OutputName])
	require.NoError(t, err)
	require.Contains(t, c.AvailabilityZoneIds, "use1-az1")
	connected := up(t, s, "consumer").Outputs
	assert.Equal(t, vpc, connected["vpcId"])
	assert.Equal(t, []any{subnet}, connected["subnetIds"])
	assert.Equal(t, []any{group}, connected["clientSecurityGroupIds"])
	assert.Equal(t, "http://web.internal.example", connected["url"])
	assert.True(t, reachable(t, s))
	unchanged(t, s, "consumer")
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
}
