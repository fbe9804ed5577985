package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// replaceable is the provider before its load balancer is replaced: one task a zone,
// so that zones don't share their tasks, and none that a load balancer doesn't reach.
const replaceable = "    endpointService: {acceptanceRequired: false}\n    service: {desiredCount: 3, waitForSteadyState: true}\n"

const (
	threeZones = "    network: {availabilityZoneIds: [use1-az1, use1-az2, use1-az4]}\n"
	twoZones   = "    network: {availabilityZoneIds: [use1-az1, use1-az2]}\n"
)

// TestLoadBalancerReplacementWithoutConsumers: what replaces the load balancer takes
// another generation, since its target groups can't be two load balancers'. A preview
// says so, and another generation mends a deployment that was tried without, too.
func TestLoadBalancerReplacementWithoutConsumers(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile(replaceable + threeZones), "consumer": consumerFile})
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile(replaceable+twoZones))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "raise provider.loadBalancer.generation to 2 with the change")
	_, err = s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "TargetGroupAssociationLimit")
	rewrite(t, s, "provider", providerFile(replaceable+twoZones+"    loadBalancer: {generation: 2}\n"))
	up(t, s, "provider")
	requireUnchanged(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	destroyAll(t, s, "consumer", "provider")
}

// TestLoadBalancerReplacement: a zone is taken from a load balancer under live
// connections by a second one, and no step before its last drops a client. The old
// one is protected from deletion, which ends with its retention.
func TestLoadBalancerReplacement(t *testing.T) {
	t.Parallel()
	const protected = "deletionProtection: true"
	s := openProject(t, map[string]string{
		"provider": providerFile(replaceable + threeZones + "    loadBalancer: {" + protected + "}\n"), "consumer": consumerFile,
	})
	up(t, s, "provider")
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2", "use1-az4")

	rewrite(t, s, "provider", providerFile(replaceable+twoZones+"    loadBalancer: {"+protected+", generation: 2, retainPrevious: true}\n"))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "leave the network as it was and list the zones to keep in provider.loadBalancer.availabilityZoneIds")

	const chosen = "availabilityZoneIds: [use1-az1, use1-az2], generation: 2"
	rewrite(t, s, "provider", providerFile(replaceable+threeZones+"    loadBalancer: {"+protected+", "+chosen+", retainPrevious: true}\n"))
	offered := up(t, s, "provider").Outputs["availabilityZoneIds"]
	assert.Equal(t, []any{"use1-az1", "use1-az2"}, offered, "new endpoints are not to be in the old zone")
	requireZones(t, s, "use1-az1", "use1-az2", "use1-az4")
	requireUnchanged(t, s, "provider")

	rewrite(t, s, "provider", providerFile(replaceable+twoZones+"    loadBalancer: {"+protected+", generation: 2}\n"))
	_, err = s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "ExistingVpcEndpointConnections")
	requireZones(t, s, "use1-az1", "use1-az2", "use1-az4")
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2")
	_, err = s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "ExistingVpcEndpointConnections", "a second time, with nothing half done")
	requireZones(t, s, "use1-az1", "use1-az2")

	_, err = s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	up(t, s, "provider")
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2")
	requireUnchanged(t, s, "provider", "consumer")

	rewrite(t, s, "provider", providerFile(replaceable+twoZones+"    loadBalancer: {generation: 2}\n"))
	up(t, s, "provider")
	destroyAll(t, s, "consumer", "provider")
}

// TestDualstackByAnotherGeneration: the load balancer gets other subnets in the same
// zones while the old one stays in its own.
func TestDualstackByAnotherGeneration(t *testing.T) {
	t.Parallel()
	const (
		open     = "    service: {waitForSteadyState: true}\n    endpointService: {acceptanceRequired: false"
		ipv4     = open + ", supportedIpAddressTypes: [ipv4]}\n"
		retained = "    loadBalancer: {generation: 2, retainPrevious: true, dualstack: true}\n"
	)
	s := openProject(t, map[string]string{"provider": providerFile(ipv4), "consumer": consumerFile})
	up(t, s, "provider")
	up(t, s, "consumer")
	rewrite(t, s, "provider", providerFile(ipv4+retained))
	up(t, s, "provider")
	requireReachable(t, s)

	_, err := s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	rewrite(t, s, "provider", providerFile(open+"}\n    loadBalancer: {generation: 2, dualstack: true}\n"))
	up(t, s, "provider")
	requireUnchanged(t, s, "provider")
	rewrite(t, s, "provider", providerFile(open+"}\n    loadBalancer: {generation: 3, retainPrevious: true}\n"))
	_, err = s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "which provider.network has no more")
	rewrite(t, s, "provider", providerFile(open+"}\n    loadBalancer: {generation: 2, dualstack: true}\n"))
	destroyAll(t, s, "provider")
}

// TestSubnetsExchangedInAnExistingVpc: the new load balancer and the tasks go to other
// subnets of the zones, and the old one stays in its own.
func TestSubnetsExchangedInAnExistingVpc(t *testing.T) {
	t.Parallel()
	file := func(subnets, balancer string) string {
		return providerFile("    network: {vpcId: VPC-ID, subnetIds: [" + subnets + "], assignPublicIp: true}\n" +
			"    service: {waitForSteadyState: true}\n    endpointService: {acceptanceRequired: false}\n" + balancer)
	}
	s := openProject(t, map[string]string{"provider": file("", ""), "consumer": consumerFile})
	theirs := &given{t, s, "111111111111", map[string]string{}}
	theirs.network()
	theirs.make("SUBNET-3", "aws:ec2/subnet:Subnet", world.Props{
		"vpcId": "VPC-ID", "cidrBlock": "10.50.9.0/24", "availabilityZone": zoneNames(t, "111111111111", "use1-az1", "use1-az2")[1],
	})
	theirs.make("ASSOCIATION", "aws:ec2/routeTableAssociation:RouteTableAssociation", world.Props{"subnetId": "SUBNET-3", "routeTableId": "TABLE"})
	rewrite(t, s, "provider", theirs.file(file("SUBNET-1, SUBNET-2", "")))
	up(t, s, "provider")
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2")

	rewrite(t, s, "provider", theirs.file(file("SUBNET-1, SUBNET-3", "    loadBalancer: {generation: 2, retainPrevious: true}\n")))
	up(t, s, "provider")
	requireZones(t, s, "use1-az1", "use1-az2")
	requireUnchanged(t, s, "provider")

	_, err := s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	rewrite(t, s, "provider", theirs.file(file("SUBNET-1, SUBNET-3", "    loadBalancer: {generation: 2}\n")))
	up(t, s, "provider")
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2")
}

// requireZones checks the path of the first consumer through each of these zones.
func requireZones(t *testing.T, s *Sandbox, want ...string) {
	t.Helper()
	requireReachable(t, s)
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	var zones []string
	for _, p := range found[0].Paths {
		zones = append(zones, p.ZoneID)
	}
	require.ElementsMatch(t, want, zones)
}

// TestZoneAdded: a zone is added to the load balancer in place, and the endpoint
// service has it only once something modifies it: another load balancer does.
func TestZoneAdded(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile(replaceable + twoZones), "consumer": consumerFile})
	assert.Empty(t, up(t, s, "provider").Notes)
	up(t, s, "consumer")

	rewrite(t, s, "provider", providerFile(replaceable+threeZones+"    loadBalancer: {generation: 2, retainPrevious: true}\n"))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "add a zone in a pulumi up of its own before")

	rewrite(t, s, "provider", providerFile(replaceable+threeZones))
	for range 2 {
		added := up(t, s, "provider")
		require.Len(t, added.Notes, 1)
		assert.Contains(t, added.Notes[0], "the endpoint service is not in use1-az4 yet")
		assert.Contains(t, added.Notes[0], "aws ec2 modify-vpc-endpoint-service-configuration --region us-east-1 --service-id vpce-svc-")
		assert.Equal(t, []any{"use1-az1", "use1-az2"}, added.Outputs["availabilityZoneIds"])
	}
	requireZones(t, s, "use1-az1", "use1-az2")

	rewrite(t, s, "provider", providerFile(replaceable+threeZones+"    loadBalancer: {generation: 2, retainPrevious: true}\n"))
	offered := up(t, s, "provider")
	assert.Empty(t, offered.Notes)
	assert.Equal(t, []any{"use1-az1", "use1-az2", "use1-az4"}, offered.Outputs["availabilityZoneIds"])
	up(t, s, "consumer")
	requireZones(t, s, "use1-az1", "use1-az2", "use1-az4")
	destroyAll(t, s, "consumer", "provider")
}

// TestContainerPortChange: another container port leaves the target groups and the
// listeners as they are. Tasks register with the port that they have.
func TestContainerPortChange(t *testing.T) {
	t.Parallel()
	const open = "    endpointService: {acceptanceRequired: false}\n"
	s := openProject(t, map[string]string{"provider": providerFile(open), "consumer": consumerFile})
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)

	rewrite(t, s, "provider", providerFile(open+"    service: {containerPort: 8080, waitForSteadyState: true}\n"))
	var replaced []string
	_, err := s.Up(t.Context(), "provider", func(step Step) {
		if step.Op == "replace" && step.Done {
			replaced = append(replaced, step.Type)
		}
	}, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"aws:ecs/taskDefinition:TaskDefinition"}, replaced)
	requireReachable(t, s)
	requireUnchanged(t, s, "provider")
	destroyAll(t, s, "consumer", "provider")
}

// TestTargetProtocolChange: the targets get another protocol by a second listener,
// over which the container speaks it, and consumers leave the first one before it goes.
func TestTargetProtocolChange(t *testing.T) {
	t.Parallel()
	const (
		certificate = `certificateArn: "arn:aws:iam::111111111111:server-certificate/web"`
		plain       = "      443/tls: {" + certificate + ", containerPort: 8080}\n"
		encrypted   = "      8443/tls: {" + certificate + ", containerPort: 8443, targetProtocol: tls}\n"
	)
	listeners := func(lines string) string {
		return providerFile("    endpointService: {acceptanceRequired: false}\n    service: {waitForSteadyState: true}\n    listeners:\n" + lines)
	}
	s := openProject(t, map[string]string{"provider": listeners(plain), "consumer": consumerFile})
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	rewrite(t, s, "provider", listeners(plain+encrypted))
	up(t, s, "provider")
	requireReachable(t, s)
	up(t, s, "consumer")
	requireReachable(t, s)
	rewrite(t, s, "provider", listeners(encrypted))
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	destroyAll(t, s, "consumer", "provider")
}
