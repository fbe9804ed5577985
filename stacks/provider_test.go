package stacks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

const (
	providerStack = organization + "/" + project + "/provider"
	consumerStack = organization + "/" + project + "/consumer"
)

// fullProvider sets every key that goes with a new VPC.
const fullProvider = `{
	"name": "api",
	"network": {
		"cidrBlock": "10.10.0.0/20", "availabilityZoneIds": ["use1-az1", "use1-az4"],
		"egress": "none", "vpcEndpoints": ["ecr.api", "ecr.dkr", "s3", "logs"]
	},
	"listener": {"port": 8443, "protocol": "tcp"},
	"service": {
		"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/api:1",
		"entryPoint": ["/bin/api"], "command": ["serve"],
		"containerPort": 8080, "cpu": 1024, "memory": 2048, "desiredCount": 3,
		"environment": {"MODE": "full"}, "logRetentionDays": 30,
		"healthCheckGracePeriodSeconds": 0, "waitForSteadyState": true
	},
	"healthCheck": {
		"protocol": "HTTP", "path": "/healthz", "intervalSeconds": 20, "timeoutSeconds": 4,
		"healthyThreshold": 3, "unhealthyThreshold": 4
	},
	"deregistrationDelaySeconds": 0,
	"proxyProtocol": true,
	"loadBalancer": {"clientCidrs": ["10.20.0.0/16"], "crossZone": true, "deletionProtection": true},
	"endpointService": {
		"acceptanceRequired": true, "allowAnyPrincipal": true,
		"supportedRegions": ["us-west-2"], "supportedIpAddressTypes": ["ipv4"]
	},
	"tenants": {
		"acme": {
			"accounts": ["222222222222"],
			"principals": ["arn:aws:iam::333333333333:role/deployer", "arn:aws:iam::444444444444:root"],
			"endpointIds": ["vpce-11111111"], "consumerStacks": ["consumer", "other/net/spoke"]
		},
		"anybody": {"principals": ["*"]}
	},
	"tags": {"team": "payments"}
}`

func TestProviderByDefault(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("any-name", provider(`{"name": "web"}`)))

	assert.Equal(t, []string{
		"aws:appautoscaling/policy:Policy web-cpu",
		"aws:appautoscaling/policy:Policy web-memory",
		"aws:appautoscaling/target:Target web",
		"aws:cloudwatch/logGroup:LogGroup web",
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup web-default-security-group",
		"aws:ec2/eip:Eip web-nat-1",
		"aws:ec2/natGateway:NatGateway web-nat-1",
		"aws:ec2/route:Route web-private-1",
		"aws:ec2/route:Route web-private-2",
		"aws:ec2/route:Route web-public",
		"aws:ec2/routeTable:RouteTable web-public",
		"aws:ec2/routeTableAssociation:RouteTableAssociation web-public-1",
		"aws:ec2/routeTableAssociation:RouteTableAssociation web-public-2",
		"aws:ec2/securityGroup:SecurityGroup web-nlb-security-group",
		"aws:ec2/securityGroup:SecurityGroup web-security-group",
		"aws:ec2/subnet:Subnet web-public-1",
		"aws:ec2/subnet:Subnet web-public-2",
		"aws:ec2/vpcEndpointService:VpcEndpointService web",
		"aws:ecs/cluster:Cluster web",
		"aws:ecs/service:Service web",
		"aws:ecs/taskDefinition:TaskDefinition web",
		"aws:iam/role:Role web-execution",
		"aws:iam/role:Role web-task",
		"aws:iam/rolePolicy:RolePolicy web-execution",
		"aws:lb/listener:Listener web-80",
		"aws:lb/loadBalancer:LoadBalancer web-nlb",
		"aws:lb/targetGroup:TargetGroup web-80",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web-egress-0.0.0.0-0-443-tcp",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web-egress-tasks-80-tcp",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-ingress-load-balancer-80-tcp",
		"awsx:ec2:Vpc web",
		"fargate-privatelink:index:ConnectionGuard web",
		"fargate-privatelink:index:EndpointService web",
		"fargate-privatelink:index:FargateService web",
		"fargate-privatelink:index:IPTargetGroup web-80",
		"fargate-privatelink:index:Network web",
		"fargate-privatelink:index:NetworkLoadBalancer web-nlb",
		"fargate-privatelink:index:ServiceProvider web",
	}, c.names())

	vpc := c.one(t, "awsx:ec2:Vpc")
	assert.Equal(t, "10.0.0.0/16", vpc["cidrBlock"])
	assert.Equal(t, []any{"us-east-1a", "us-east-1b"}, vpc["availabilityZoneNames"])
	task := c.one(t, "aws:ecs/taskDefinition:TaskDefinition")
	assert.Equal(t, "256", task["cpu"])
	assert.Equal(t, "512", task["memory"])
	container := c.container(t)
	assert.Equal(t, "nginx:alpine", container["image"])
	assert.Equal(t, 80.0, portMapping(container)["containerPort"])
	service := c.one(t, "aws:ecs/service:Service")
	assert.Equal(t, 2.0, service["desiredCount"])
	assert.Equal(t, 60.0, service["healthCheckGracePeriodSeconds"])
	listener := c.one(t, "aws:lb/listener:Listener")
	assert.Equal(t, 80.0, listener["port"])
	assert.Equal(t, "TCP", listener["protocol"])
	group := c.one(t, "aws:lb/targetGroup:TargetGroup")
	assert.Equal(t, 60.0, group["deregistrationDelay"])
	check := group["healthCheck"].(map[string]any)
	assert.Equal(t, "TCP", check["protocol"])
	assert.Equal(t, 10.0, check["interval"])
	assert.Equal(t, "off", c.one(t, "aws:lb/loadBalancer:LoadBalancer")["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"])
	assert.Equal(t, true, c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["acceptanceRequired"])
}

func TestProviderWithEverythingSet(t *testing.T) {
	c := newCloud()
	c.stacks[consumerStack] = map[string]any{"endpointId": "vpce-22222222"}
	c.stacks["other/net/spoke"] = map[string]any{"endpointId": "vpce-33333333"}
	require.NoError(t, c.run("provider", provider(fullProvider)))

	vpc := c.one(t, "awsx:ec2:Vpc")
	assert.Equal(t, "10.10.0.0/20", vpc["cidrBlock"])
	assert.Equal(t, []any{"us-east-1c", "us-east-1a"}, vpc["availabilityZoneNames"], "the names of those IDs in this account")
	assert.Empty(t, c.of("aws:ec2/natGateway:NatGateway"))
	assert.Equal(t, []string{"api-endpoint-ecr.api", "api-endpoint-ecr.dkr", "api-endpoint-logs", "api-endpoint-s3"},
		keys(c.of("aws:ec2/vpcEndpoint:VpcEndpoint")))

	container := c.container(t)
	assert.Equal(t, "111111111111.dkr.ecr.us-east-1.amazonaws.com/api:1", container["image"])
	assert.Equal(t, []any{"/bin/api"}, container["entryPoint"])
	assert.Equal(t, []any{"serve"}, container["command"])
	assert.Equal(t, []any{map[string]any{"name": "MODE", "value": "full"}}, container["environment"])
	assert.Equal(t, 8080.0, portMapping(container)["containerPort"])
	task := c.one(t, "aws:ecs/taskDefinition:TaskDefinition")
	assert.Equal(t, "1024", task["cpu"])
	assert.Equal(t, "2048", task["memory"])
	service := c.one(t, "aws:ecs/service:Service")
	assert.Equal(t, 3.0, service["desiredCount"])
	assert.Equal(t, 0.0, service["healthCheckGracePeriodSeconds"])
	assert.Equal(t, true, service["waitForSteadyState"])
	assert.Equal(t, 30.0, c.one(t, "aws:cloudwatch/logGroup:LogGroup")["retentionInDays"])

	listener := c.one(t, "aws:lb/listener:Listener")
	assert.Equal(t, 8443.0, listener["port"])
	group := c.one(t, "aws:lb/targetGroup:TargetGroup")
	assert.Equal(t, 8080.0, group["port"])
	assert.Equal(t, 0.0, group["deregistrationDelay"])
	assert.Equal(t, true, group["proxyProtocolV2"])
	assert.Equal(t, map[string]any{
		"enabled": true, "protocol": "HTTP", "path": "/healthz", "matcher": "200-399", "port": "traffic-port",
		"interval": 20.0, "timeout": 4.0, "healthyThreshold": 3.0, "unhealthyThreshold": 4.0,
	}, group["healthCheck"])
	balancer := c.one(t, "aws:lb/loadBalancer:LoadBalancer")
	assert.Equal(t, "on", balancer["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"])
	assert.Equal(t, true, balancer["enableCrossZoneLoadBalancing"])
	assert.Equal(t, true, balancer["enableDeletionProtection"])
	assert.Contains(t, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")), "api-nlb-ingress-10.20.0.0-16-8443-tcp")

	endpoints := c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")
	assert.Equal(t, []any{"us-east-1", "us-west-2"}, endpoints["supportedRegions"])
	assert.Equal(t, []any{"ipv4"}, endpoints["supportedIpAddressTypes"])
	assert.Equal(t, map[string]any{
		"api-principal-222222222222/root":          "arn:aws:iam::222222222222:root",
		"api-principal-333333333333/role/deployer": "arn:aws:iam::333333333333:role/deployer",
		"api-principal-444444444444/root":          "arn:aws:iam::444444444444:root",
		"api-principal-any":                        "*",
	}, c.input("aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "principalArn"))
	assert.Equal(t, map[string]any{
		"api-accept-vpce-11111111": "vpce-11111111",
		"api-accept-vpce-22222222": "vpce-22222222",
		"api-accept-vpce-33333333": "vpce-33333333",
	}, c.input("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId"))

	for name, r := range c.of("aws:ec2/securityGroup:SecurityGroup") {
		assert.Equal(t, map[string]any{"team": "payments", "Name": name}, plain(r.inputs)["tags"])
	}
}

func TestProviderInAnExistingVpc(t *testing.T) {
	c := newCloud()
	c.subnets = map[string]string{"subnet-11111111": "use1-az1", "subnet-22222222": "use1-az2"}
	require.NoError(t, c.run("provider", provider(`{"network": {
		"vpcId": "vpc-0a1b2c3d4e5f60718", "subnetIds": ["subnet-11111111", "subnet-22222222"], "assignPublicIp": true
	}}`)))

	assert.Empty(t, c.of("awsx:ec2:Vpc"))
	assert.Equal(t, []any{"subnet-11111111", "subnet-22222222"}, c.one(t, "aws:lb/loadBalancer:LoadBalancer")["subnets"])
	network := c.one(t, "aws:ecs/service:Service")["networkConfiguration"].(map[string]any)
	assert.Equal(t, true, network["assignPublicIp"])
	assert.Equal(t, existingVpc, c.outputs["vpcId"])
}

func TestProviderWithPublicEgressGivesTasksPublicAddresses(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"network": {"egress": "public"}}`)))
	network := c.one(t, "aws:ecs/service:Service")["networkConfiguration"].(map[string]any)
	assert.Equal(t, true, network["assignPublicIp"])
}

func TestProviderOutputs(t *testing.T) {
	c := newCloud()
	c.stacks[consumerStack] = map[string]any{"endpointId": endpointId}
	require.NoError(t, c.run("provider", provider(`{"name": "web", "tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}}}`)))

	exported, err := contract.FromValue(c.outputs["contract"])
	require.NoError(t, err)
	assert.Equal(t, &contract.Contract{
		Version: 1, ServiceName: serviceName, ServiceId: serviceId, Region: "us-east-1",
		Ports:               []contract.Port{{Port: 80, Protocol: "tcp"}},
		AvailabilityZoneIds: []string{"use1-az2", "use1-az4"},
		AcceptanceRequired:  true,
		SupportedRegions:    []string{"us-east-1"}, SupportedIpAddressTypes: []string{"ipv4"},
	}, exported)
	delete(c.outputs, "contract")
	assert.Equal(t, map[string]any{
		"clientAccess": "Every accepted endpoint reaches 80/tcp: provider.loadBalancer.clientCidrs names nobody, so the load balancer's " +
			"security group is not applied to PrivateLink traffic, and the endpoint service's principals and acceptance decide.",
		"serviceName":         serviceName,
		"serviceId":           serviceId,
		"availabilityZoneIds": []string{"use1-az2", "use1-az4"},
		"acceptedEndpoints":   map[string]string{endpointId: "account 222222222222 (tenant acme)"},
		"loadBalancerArn":     "arn:aws:mock:us-east-1:111111111111:loadbalancer/net/web-nlb",
		"loadBalancerDnsName": "web-nlb.elb.amazonaws.com",
		"clusterName":         "web-1234567",
		"ecsServiceName":      "web-1234567",
		"logGroupName":        "web-1234567",
		"taskRoleArn":         "arn:aws:mock:us-east-1:111111111111:web-task",
		"taskSecurityGroupId": "web-security-group-id",
		"vpcId":               "vpc-id",
	}, c.outputs)
}

func TestProviderContractNamesEverySupportedRegion(t *testing.T) {
	for _, regions := range []string{`["us-west-2"]`, `["us-west-2", "us-east-1"]`} {
		c := newCloud()
		require.NoError(t, c.run("provider", provider(`{"endpointService": {"supportedRegions": `+regions+`}}`)))
		exported, err := contract.FromValue(c.outputs["contract"])
		require.NoError(t, err)
		assert.Equal(t, []string{"us-east-1", "us-west-2"}, exported.SupportedRegions)
	}
}

func TestProviderWithoutAcceptance(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"endpointService": {"acceptanceRequired": false}}`)))
	assert.Equal(t, false, c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["acceptanceRequired"])
	exported, err := contract.FromValue(c.outputs["contract"])
	require.NoError(t, err)
	assert.False(t, exported.AcceptanceRequired)
}

func TestProviderUsesThePartition(t *testing.T) {
	c := newCloud()
	c.partition = "aws-us-gov"
	require.NoError(t, c.run("provider", provider(`{"tenants": {"acme": {"accounts": ["222222222222"]}}}`)))
	assert.Equal(t, map[string]any{"web-principal-222222222222/root": "arn:aws-us-gov:iam::222222222222:root"},
		c.input("aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "principalArn"))
}

// Unknown is not wrong: before the first deployment nothing is known, and the whole
// preview must still pass.
func TestProviderPreview(t *testing.T) {
	c := newCloud()
	c.preview = true
	require.NoError(t, c.run("provider", provider(fullProvider)))
	assert.Len(t, c.of("aws:ec2/vpcEndpointService:VpcEndpointService"), 1)
	assert.Nil(t, c.outputs, "nothing is known yet")
}

// A zone that the account can't see would leave consumers with a name that means
// another zone to them.
func TestProviderRefusesAZoneWithoutAnId(t *testing.T) {
	c := newCloud()
	c.zones = map[string]string{"us-east-1e": "use1-az5", "us-east-1f": "use1-az6"}
	c.subnets = map[string]string{"subnet-0a1b2c3d4e5f60718": "use1-az5"}
	err := c.run("provider", provider(`{"network": {`+existing+`}}`))
	require.ErrorContains(t, err, "the endpoint service is in the Availability Zone us-east-1b, whose ID this account can't see")
}

func TestProviderReportsWhatItCannotRead(t *testing.T) {
	config := provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}}}`)
	for token, want := range map[string]string{
		"aws:index/getRegion:getRegion":                       "the stack's region can't be read",
		"aws:index/getPartition:getPartition":                 "the stack's partition can't be read",
		"aws:index/getAvailabilityZones:getAvailabilityZones": "the account's Availability Zones can't be read",
		"pulumi:pulumi:readStackOutputs":                      `provider.tenants.acme.consumerStacks[0] is "consumer", which can't be read`,
	} {
		c := newCloud()
		c.failures = map[string]error{token: errors.New("access denied")}
		err := c.run("provider", config)
		require.ErrorContains(t, err, want+": ")
		require.ErrorContains(t, err, "access denied")
		assert.Empty(t, c.registrations)
	}
}

func TestProviderAcceptsConsumerStacks(t *testing.T) {
	config := provider(`{"tenants": {
		"acme": {"accounts": ["222222222222"], "endpointIds": ["vpce-11111111"], "consumerStacks": ["consumer"]},
		"beta": {"accounts": ["333333333333"], "consumerStacks": ["beta"]}
	}}`)
	const betaStack = organization + "/" + project + "/beta"
	ids := func(ids ...string) map[string]any {
		accepted := map[string]any{}
		for _, id := range append(ids, "vpce-11111111") {
			accepted["web-accept-"+id] = id
		}
		return accepted
	}
	// What a consumer's stack says is another company's: it can't stop the provider's update.
	tests := []struct {
		name   string
		stacks map[string]map[string]any
		want   map[string]any
	}{
		{"none exists", nil, ids()},
		{"one was never deployed", map[string]map[string]any{consumerStack: {}}, ids()},
		{"one has other outputs", map[string]map[string]any{consumerStack: {"vpcId": "vpc-1"}}, ids()},
		{
			"both have endpoints",
			map[string]map[string]any{consumerStack: {"endpointId": "vpce-22222222"}, betaStack: {"endpointId": "vpce-33333333"}},
			ids("vpce-22222222", "vpce-33333333"),
		},
		{
			"one has something else", map[string]map[string]any{consumerStack: {"endpointId": 7}}, ids(),
		},
		{
			"one has something else for a key", map[string]map[string]any{consumerStack: {"endpointIds": map[string]any{"a/../b": "vpce-22222222", "apps": "vpce-33333333"}}},
			ids("vpce-33333333"),
		},
		{
			"one is in another account", map[string]map[string]any{consumerStack: {"endpointId": "vpce-22222222", "accountId": "444444444444"}},
			ids(),
		},
		{"one has a listed endpoint", map[string]map[string]any{consumerStack: {"endpointId": "vpce-11111111"}}, ids()},
		{
			"two have the same endpoint",
			map[string]map[string]any{consumerStack: {"endpointId": "vpce-22222222"}, betaStack: {"endpointId": "vpce-22222222"}},
			ids("vpce-22222222"),
		},
	}
	for _, test := range tests {
		for _, preview := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, preview %t", test.name, preview), func(t *testing.T) {
				c := newCloud()
				c.preview = preview
				maps.Copy(c.stacks, test.stacks)
				require.NoError(t, c.run("provider", config))
				if !preview { // where the service's ID is unknown
					assert.Equal(t, test.want, c.input("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId"))
				}
			})
		}
	}
}

// names lists what was registered, as sorted "type name" lines.
func (c *cloud) names() []string {
	var lines []string
	for _, r := range c.registrations {
		lines = append(lines, r.typ+" "+r.name)
	}
	slices.Sort(lines)
	return lines
}

// input returns one input of all registrations of a type, by name.
func (c *cloud) input(typ, key string) map[string]any {
	values := map[string]any{}
	for name, r := range c.of(typ) {
		values[name] = plain(r.inputs)[key]
	}
	return values
}

// container returns the only container of the only task definition.
func (c *cloud) container(t *testing.T) map[string]any {
	t.Helper()
	var containers []map[string]any
	definitions := c.one(t, "aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"].(string)
	require.NoError(t, json.NewDecoder(strings.NewReader(definitions)).Decode(&containers))
	require.Len(t, containers, 1)
	return containers[0]
}

func portMapping(container map[string]any) map[string]any {
	return container["portMappings"].([]any)[0].(map[string]any)
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func contractValue() map[string]any {
	return map[string]any{
		"version": 1, "serviceName": serviceName, "serviceId": serviceId, "region": "us-east-1",
		"ports":               []any{map[string]any{"port": 80, "protocol": "tcp"}},
		"availabilityZoneIds": []any{"use1-az1", "use1-az2"},
		"privateDnsName":      "", "acceptanceRequired": true,
		"supportedRegions": []any{"us-east-1"}, "supportedIpAddressTypes": []any{"ipv4"},
	}
}
