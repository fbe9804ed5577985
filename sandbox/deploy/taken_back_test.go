package deploy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

const (
	theBalancer    = "aws:lb/loadBalancer:LoadBalancer"
	theGroup       = "aws:lb/targetGroup:TargetGroup"
	theService     = "aws:ecs/service:Service"
	theCluster     = "aws:ecs/cluster:Cluster"
	theOffer       = "aws:ec2/vpcEndpointService:VpcEndpointService"
	theEndpoint    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	privateNameKey = "    endpointService: {privateDns: {name: NAME, provedDomain: example.com, hostedZoneId: ZONE}}\n"
)

// takenBack are options that the provider doesn't undo by itself when they are no longer
// mentioned: AWS chooses where the program doesn't, so that the provider leaves what is.
// Some the program always mentions; the others the configuration has to.
var takenBack = []struct {
	option, token, property string
	on, off                 any
}{
	{"provider.connectionTermination", theGroup, "connectionTermination", true, false},
	{"provider.endpointService.supportedIpAddressTypes", theOffer, "supportedIpAddressTypes", []any{"ipv4", "ipv6"}, []any{"ipv4"}},
	{"provider.endpointService.supportedRegions", theOffer, "supportedRegions", []any{"eu-west-1", "us-east-1"}, []any{"us-east-1"}},
	{"provider.loadBalancer.accessLogs.enabled", theBalancer, "accessLogs.enabled", true, false},
	{"provider.loadBalancer.dnsRecordClientRoutingPolicy", theBalancer, "dnsRecordClientRoutingPolicy", "availability_zone_affinity", "any_availability_zone"},
	{"provider.loadBalancer.dualstack", theBalancer, "ipAddressType", "dualstack", "ipv4"},
	{"provider.loadBalancer.zonalShift", theBalancer, "enableZonalShift", true, false},
	{"provider.proxyProtocol", theGroup, "proxyProtocolV2", true, false},
	{"provider.service.containerInsights", theCluster, "settings", insights("enabled"), insights("disabled")},
	{"provider.service.platformVersion", theService, "platformVersion", "1.4.0", "LATEST"},
	{"consumer.endpoint.dnsRecordIpType", theEndpoint, "dnsOptions.dnsRecordIpType", "service-defined", "ipv4"},
	{"consumer.endpoint.ipAddressType", theEndpoint, "ipAddressType", "dualstack", "ipv4"},
}

// insights are a cluster's settings.
func insights(value string) []any {
	return []any{map[string]any{"name": "containerInsights", "value": value}}
}

// withOptions has all of them.
const withOptions = `    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], assignPublicIp: true}
    listeners:
      443/tls: {certificateArn: "arn:aws:iam::111111111111:server-certificate/web"}
    endpointService: {acceptanceRequired: false, supportedRegions: [eu-west-1], supportedIpAddressTypes: [ipv4, ipv6]}
    connectionTermination: true
    proxyProtocol: true
    loadBalancer:
      dualstack: true
      zonalShift: true
      dnsRecordClientRoutingPolicy: availability_zone_affinity
      accessLogs: {enabled: true}
    service: {platformVersion: 1.4.0, containerInsights: enabled}
`

// withoutOptions is the same provider with none of them.
const withoutOptions = `    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], assignPublicIp: true}
    listeners:
      443/tls: {certificateArn: "arn:aws:iam::111111111111:server-certificate/web"}
    endpointService: {acceptanceRequired: false, supportedRegions: [], supportedIpAddressTypes: [ipv4]}
    service: {platformVersion: LATEST}
`

// shownBy returns a property, at a path, of the only resource of a type.
func shownBy(t *testing.T, s *Sandbox, token, path string) (value any) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		found := tx.All(token)
		require.Len(t, found, 1, token)
		value = map[string]any(found[0].Outputs)
		for _, key := range strings.Split(path, ".") {
			value = value.(map[string]any)[key]
		}
		return nil
	}))
	return value
}

// giveIPv6 gives the given VPC and its subnets IPv6 blocks.
func (g *given) giveIPv6() {
	g.t.Helper()
	session := &world.Session{World: g.s.World, Caller: world.Caller{Account: g.account, Region: "us-east-1"}}
	change := func(token, id string, changes world.Props) world.Props {
		inputs, err := session.Inputs(token, id)
		require.NoError(g.t, err)
		for key, value := range changes {
			inputs[key] = value
		}
		outputs, err := session.Update(token, id, inputs)
		require.NoError(g.t, err)
		return outputs
	}
	block := change("aws:ec2/vpc:Vpc", g.ids["VPC-ID"], world.Props{"assignGeneratedIpv6CidrBlock": true}).Str("ipv6CidrBlock")
	for i, subnet := range []string{"SUBNET-1", "SUBNET-2"} {
		part := strings.Replace(block, "00::/56", fmt.Sprintf("0%d::/64", i), 1)
		change("aws:ec2/subnet:Subnet", g.ids[subnet], world.Props{"ipv6CidrBlock": part})
	}
}

// TestOptionsTakenBack: an option that the configuration takes back is no longer on AWS
// either, and what the contract says is what AWS does. Regions whose key is only removed
// stay, in the contract too, and a notice says so.
func TestOptionsTakenBack(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile(withOptions), "consumer": consumerFile})
	theirs := &given{t, s, "111111111111", map[string]string{}}
	theirs.network()
	theirs.giveIPv6()
	const dualstack = "    endpoint: {ipAddressType: dualstack, dnsRecordIpType: service-defined}\n"
	rewrite(t, s, "provider", theirs.file(providerFile(withOptions)))
	rewrite(t, s, "consumer", consumerFile+dualstack)
	up(t, s, "provider")
	up(t, s, "consumer")
	for _, o := range takenBack {
		assert.Equal(t, o.on, shownBy(t, s, o.token, o.property), "%s, on", o.option)
	}
	requireUnchanged(t, s, "provider", "consumer")

	rewrite(t, s, "provider", theirs.file(providerFile(strings.Replace(withOptions, "supportedRegions: [eu-west-1], ", "", 1))))
	kept := up(t, s, "provider")
	c, err := contract.FromValue(kept.Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, []string{"eu-west-1", "us-east-1"}, c.SupportedRegions)
	assert.Equal(t, []string{"the endpoint service still supports eu-west-1, which provider.endpointService.supportedRegions doesn't ask for: " +
		"AWS keeps what is no longer mentioned. To take it back: provider.endpointService.supportedRegions: []."}, kept.Notes)

	rewrite(t, s, "consumer", consumerFile+"    endpoint: {ipAddressType: ipv4, dnsRecordIpType: ipv4}\n")
	up(t, s, "consumer")
	rewrite(t, s, "provider", theirs.file(providerFile(withoutOptions)))
	back := up(t, s, "provider")
	assert.Empty(t, back.Notes)
	c, err = contract.FromValue(back.Outputs[contract.OutputName])
	require.NoError(t, err)
	for _, o := range takenBack {
		assert.Equal(t, o.off, shownBy(t, s, o.token, o.property), "%s, off again", o.option)
	}
	assert.Equal(t, []string{"us-east-1"}, c.SupportedRegions)
	assert.Equal(t, []string{"ipv4"}, c.SupportedIpAddressTypes)
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
}

// TestIPv6TakenBack: the VPCs that the stacks make keep their IPv6 blocks, so that the
// subnets with parts of it can go.
func TestIPv6TakenBack(t *testing.T) {
	t.Parallel()
	const open = "    endpointService: {acceptanceRequired: false}\n"
	s := openProject(t, map[string]string{
		"provider": providerFile(open + "    loadBalancer: {dualstack: true}\n"),
		"consumer": consumerFile + "    endpoint: {ipAddressType: dualstack}\n",
	})
	up(t, s, "provider")
	up(t, s, "consumer")
	assert.Equal(t, map[string]int{"111111111111": 2, "222222222222": 2}, ipv6Subnets(t, s))

	rewrite(t, s, "consumer", consumerFile+"    endpoint: {ipAddressType: ipv4}\n")
	up(t, s, "consumer")
	requireReachable(t, s)
	assert.Equal(t, map[string]int{"111111111111": 2}, ipv6Subnets(t, s))
	requireUnchanged(t, s, "consumer")

	// The load balancer leaves its subnets, which replaces it.
	destroyStack(t, s, "consumer")
	const ipv4 = "    endpointService: {acceptanceRequired: false, supportedIpAddressTypes: [ipv4]}\n"
	rewrite(t, s, "provider", providerFile(ipv4+"    loadBalancer: {generation: 2}\n"))
	up(t, s, "provider")
	assert.Empty(t, ipv6Subnets(t, s))
	up(t, s, "consumer")
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	destroyAll(t, s, "consumer", "provider")
}

func destroyStack(t *testing.T, s *Sandbox, stack string) {
	t.Helper()
	_, err := s.Destroy(t.Context(), stack, nil, nil)
	require.NoError(t, err)
}

// ipv6Subnets are how many subnets with IPv6 blocks each account has.
func ipv6Subnets(t *testing.T, s *Sandbox) map[string]int {
	t.Helper()
	counts := map[string]int{}
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, r := range tx.All("aws:ec2/subnet:Subnet") {
			if r.Outputs.Str("ipv6CidrBlock") != "" {
				counts[r.Account]++
			}
		}
		return nil
	}))
	return counts
}

// TestPrivateDnsTakenBack: a consumer switches private DNS off, an endpoint that is
// replaced waits to be accepted again, another name is verified anew, and a provider that
// wants no name any more hears what it takes.
func TestPrivateDnsTakenBack(t *testing.T) {
	t.Parallel()
	provider := strings.Replace(providerFile(privateNameKey), `["222222222222"]`, `["222222222222"], consumerStacks: [consumer]`, 1)
	s := openProject(t, map[string]string{"provider": provider, "consumer": consumerFile})
	zone := made(t, s, "444444444444", "aws:route53/zone:Zone", world.Props{"name": "example.com"})
	provider = strings.ReplaceAll(provider, "hostedZoneId: ZONE", fmt.Sprintf(
		`hostedZoneId: %s, hostedZoneRoleArn: "arn:aws:iam::444444444444:role/dns"`, zone))
	named := func(name string) string { return strings.Replace(provider, "NAME", name, 1) }
	rewrite(t, s, "provider", named("api.example.com"))
	for _, stack := range []string{"provider", "consumer", "provider", "consumer"} {
		up(t, s, stack)
	}
	on := func() bool { return shownBy(t, s, theEndpoint, "privateDnsEnabled").(bool) }
	require.True(t, on())

	rewrite(t, s, "consumer", consumerFile+"    endpoint: {privateDns: false}\n")
	assert.NotContains(t, up(t, s, "consumer").Outputs, "privateDnsName")
	assert.False(t, on(), "taken back")
	requireUnchanged(t, s, "consumer")
	rewrite(t, s, "consumer", consumerFile)
	up(t, s, "consumer")
	require.True(t, on(), "and on again")

	rewrite(t, s, "consumer", strings.Replace(consumerFile, "10.20.0.0/16", "10.21.0.0/16", 1))
	replaced := up(t, s, "consumer")
	require.Len(t, replaced.Notes, 1)
	assert.Contains(t, replaced.Notes[0], "the endpoint waits to be accepted")
	assert.False(t, on())
	up(t, s, "provider")
	assert.Empty(t, up(t, s, "consumer").Notes)
	assert.True(t, on(), "the new endpoint, once it is accepted")

	rewrite(t, s, "provider", named(`"*.api.example.com"`))
	c, err := contract.FromValue(up(t, s, "provider").Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Equal(t, "*.api.example.com", c.PrivateDnsName)
	assert.Equal(t, "verified", theOffered(t, s).PrivateDNSState, "and not only said to be")

	rewrite(t, s, "provider", provider[:strings.Index(provider, "    endpointService:")])
	_, err = s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "has the private DNS name *.api.example.com, which the AWS provider can't take away: "+
		"run aws ec2 modify-vpc-endpoint-service-configuration --service-id "+theOffered(t, s).ID+" --remove-private-dns-name and pulumi refresh")
	removePrivateName(t, s)
	stack, err := s.open(t.Context(), "provider")
	require.NoError(t, err)
	_, err = stack.Refresh(t.Context())
	require.NoError(t, err)
	c, err = contract.FromValue(up(t, s, "provider").Outputs[contract.OutputName])
	require.NoError(t, err)
	assert.Empty(t, c.PrivateDnsName)
}

// removePrivateName is somebody at the AWS CLI.
func removePrivateName(t *testing.T, s *Sandbox) {
	t.Helper()
	require.NoError(t, s.World.Update(func(tx *world.Tx) error {
		r := tx.Get(theOffer, tx.EndpointServices()[0].ID)
		r.Outputs["privateDnsName"], r.Outputs["privateDnsNameConfigurations"] = "", []any{}
		tx.Put(r)
		return nil
	}))
}

// theOffered is the only endpoint service.
func theOffered(t *testing.T, s *Sandbox) (service world.EndpointService) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		require.Len(t, tx.EndpointServices(), 1)
		service = tx.EndpointServices()[0]
		return nil
	}))
	return service
}
