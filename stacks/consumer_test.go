package stacks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newConsumerCloud is the consumer's account: the same region as the provider's,
// with other names for the zones, and the provider's stack in reach.
func newConsumerCloud() *cloud {
	c := newCloud()
	c.zones = map[string]string{"us-east-1a": "use1-az1", "us-east-1b": "use1-az6", "us-east-1c": "use1-az2"}
	c.stacks[providerStack] = map[string]any{"contract": contractValue(), "vpcId": "vpc-1"}
	return c
}

// changedContract is the provider's contract after a change.
func changedContract(change func(map[string]any)) map[string]any {
	value := contractValue()
	change(value)
	return value
}

func pasted(t *testing.T, contract map[string]any, rest string) map[string]string {
	t.Helper()
	data, err := json.Marshal(contract)
	require.NoError(t, err)
	return consumer(fmt.Sprintf(`{"name": "web", "contract": %s%s}`, data, rest))
}

func TestConsumerByDefault(t *testing.T) {
	c := newConsumerCloud()
	require.NoError(t, c.run("consumer-acme", consumer(`{"name": "web"}`)))

	assert.Equal(t, []string{
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup web-default-security-group",
		"aws:ec2/securityGroup:SecurityGroup web-security-group",
		"aws:ec2/vpcEndpoint:VpcEndpoint web",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-ingress-10.0.0.0-16-80-tcp",
		"awsx:ec2:Vpc web",
		"fargate-privatelink:index:InterfaceEndpoint web",
		"fargate-privatelink:index:Network web",
		"fargate-privatelink:index:ServiceConsumer web",
		"pulumi:pulumi:StackReference " + providerStack,
	}, c.names())
	vpc := c.one(t, "awsx:ec2:Vpc")
	assert.Equal(t, "10.0.0.0/16", vpc["cidrBlock"])
	assert.Equal(t, []any{"us-east-1a", "us-east-1c"}, vpc["availabilityZoneNames"], "this account's names for use1-az1 and use1-az2")
	endpoint := c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")
	assert.Equal(t, serviceName, endpoint["serviceName"])
	assert.Equal(t, []any{"seed-use1-az1-id", "seed-use1-az2-id"}, endpoint["subnetIds"])
	assert.NotContains(t, endpoint, "serviceRegion", "it is the endpoint's own")
	rule := c.one(t, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
	assert.Equal(t, "10.0.0.0/16", rule["cidrIpv4"])
	assert.Equal(t, 80.0, rule["fromPort"])

	assert.Equal(t, map[string]any{
		"endpointId":      endpointId,
		"dnsName":         endpointName,
		"dnsNames":        []string{endpointName},
		"url":             "http://" + endpointName,
		"ports":           []map[string]any{{"port": 80, "protocol": "tcp"}},
		"securityGroupId": "web-security-group-id",
		"vpcId":           "vpc-id",
		"subnetIds":       []string{"seed-use1-az1-id", "seed-use1-az2-id"},
		"region":          "us-east-1",
		"serviceName":     serviceName,
		// Who was let in, by address and by group.
		"clientCidrBlocks":       []string{"10.0.0.0/16"},
		"clientSecurityGroupIds": []string{},
		"clientPrefixListIds":    []string{},
		"accountId":              "222222222222",
	}, c.outputs)
}

func TestConsumerWithEverythingSet(t *testing.T) {
	c := newConsumerCloud()
	c.stacks["acme-org/net/prod"] = c.stacks[providerStack]
	delete(c.stacks, providerStack)
	require.NoError(t, c.run("consumer", consumer(`{
		"name": "spoke", "provider": "acme-org/net/prod",
		"network": {"cidrBlock": "10.20.0.0/20", "availabilityZones": 1},
		"clients": {"cidrBlocks": ["10.20.0.0/24", "192.168.0.0/16"], "securityGroupIds": ["sg-11111111"]},
		"tags": {"team": "payments"}
	}`)))

	vpc := c.one(t, "awsx:ec2:Vpc")
	assert.Equal(t, "10.20.0.0/20", vpc["cidrBlock"])
	assert.Equal(t, []any{"us-east-1a"}, vpc["availabilityZoneNames"])
	assert.Equal(t, []string{"spoke-ingress-10.20.0.0-24-80-tcp", "spoke-ingress-192.168.0.0-16-80-tcp", "spoke-ingress-sg-11111111-80-tcp"},
		keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")))
	assert.Equal(t, map[string]any{"team": "payments", "Name": "spoke"}, c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")["tags"])
}

// Named clients replace the default, so that nobody else gets in.
func TestConsumerWithGroupsOnly(t *testing.T) {
	c := newConsumerCloud()
	require.NoError(t, c.run("consumer", consumer(`{"clients": {"securityGroupIds": ["sg-11111111"]}}`)))
	assert.Equal(t, []string{"web-ingress-sg-11111111-80-tcp"}, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")))
}

func TestConsumerAdmitsClientsOnEveryPortOfTheContract(t *testing.T) {
	c := newConsumerCloud()
	require.NoError(t, c.run("consumer", pasted(t, changedContract(func(value map[string]any) {
		value["ports"] = []any{
			map[string]any{"port": 443, "protocol": "tls"},
			map[string]any{"port": 53, "protocol": "tcp_udp"},
			map[string]any{"port": 514, "protocol": "udp"},
		}
	}), "")))
	assert.Equal(t, []string{
		"web-ingress-10.0.0.0-16-443-tcp", "web-ingress-10.0.0.0-16-514-udp",
		"web-ingress-10.0.0.0-16-53-tcp", "web-ingress-10.0.0.0-16-53-udp",
	}, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")))
}

func TestConsumerInAnExistingVpc(t *testing.T) {
	c := newConsumerCloud()
	c.subnets = map[string]string{"subnet-11111111": "use1-az2", "subnet-22222222": "use1-az6", "subnet-33333333": "use1-az2"}
	network := `{"network": {"vpcId": "vpc-0a1b2c3d4e5f60718", "subnetIds": [%s]}, "clients": {"cidrBlocks": ["10.99.0.0/16"]}}`
	require.NoError(t, c.run("consumer", consumer(fmt.Sprintf(network, `"subnet-11111111", "subnet-22222222", "subnet-33333333"`))))

	assert.Empty(t, c.of("awsx:ec2:Vpc"))
	assert.Equal(t, []any{"subnet-11111111"}, c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")["subnetIds"],
		"one subnet in each zone that the service is in")

	for _, preview := range []bool{false, true} {
		c = newConsumerCloud()
		c.subnets = map[string]string{"subnet-22222222": "use1-az6"}
		c.preview = preview
		err := c.run("consumer", consumer(fmt.Sprintf(network, `"subnet-22222222"`)))
		require.ErrorContains(t, err, "the network is in use1-az6, the service is in use1-az1, use1-az2", "preview: %t", preview)
	}
}

func TestConsumerUsesAtMostThreeZonesUnlessTold(t *testing.T) {
	zones := map[string]string{"us-east-1a": "use1-az1", "us-east-1b": "use1-az2", "us-east-1c": "use1-az4", "us-east-1d": "use1-az5"}
	everywhere := changedContract(func(value map[string]any) {
		value["availabilityZoneIds"] = []any{"use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"}
	})
	c := newConsumerCloud()
	c.zones = zones
	require.NoError(t, c.run("consumer", pasted(t, everywhere, "")))
	assert.Equal(t, []any{"us-east-1a", "us-east-1b", "us-east-1c"}, c.one(t, "awsx:ec2:Vpc")["availabilityZoneNames"])

	c = newConsumerCloud()
	c.zones = zones
	require.NoError(t, c.run("consumer", pasted(t, everywhere, `, "network": {"availabilityZones": 4}`)))
	assert.Len(t, c.one(t, "awsx:ec2:Vpc")["availabilityZoneNames"], 4)
}

func TestConsumerInAnotherRegion(t *testing.T) {
	c := newCloud()
	c.region = "ap-northeast-1"
	c.zones = map[string]string{"ap-northeast-1a": "apne1-az4", "ap-northeast-1c": "apne1-az1", "ap-northeast-1d": "apne1-az3"}
	require.NoError(t, c.run("consumer", pasted(t, changedContract(func(value map[string]any) {
		value["supportedRegions"] = []any{"us-east-1", "ap-northeast-1"}
	}), "")))

	endpoint := c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")
	assert.Equal(t, "us-east-1", endpoint["serviceRegion"])
	assert.Equal(t, []any{"ap-northeast-1c", "ap-northeast-1a"}, c.one(t, "awsx:ec2:Vpc")["availabilityZoneNames"],
		"apne1-az3 has no access to other regions")
	assert.Equal(t, "ap-northeast-1", c.outputs["region"])
}

// The contract is the same whichever way it comes.
func TestConsumerTakesAPastedContract(t *testing.T) {
	data, err := json.Marshal(contractValue())
	require.NoError(t, err)
	quoted, err := json.Marshal(string(data))
	require.NoError(t, err)
	referenced := newConsumerCloud()
	require.NoError(t, referenced.run("consumer", consumer(`{"name": "web"}`)))

	for form, contract := range map[string]string{"object": string(data), "string": string(quoted)} {
		t.Run(form, func(t *testing.T) {
			c := newConsumerCloud()
			c.stacks = nil
			require.NoError(t, c.run("consumer", consumer(`{"contract": `+contract+`}`)))
			assert.Empty(t, c.of("pulumi:pulumi:StackReference"))
			assert.Equal(t, referenced.outputs, c.outputs)
		})
	}
}

func TestConsumerPreview(t *testing.T) {
	c := newConsumerCloud()
	c.preview = true
	require.NoError(t, c.run("consumer", consumer(`{"name": "web"}`)))
	assert.Len(t, c.of("aws:ec2/vpcEndpoint:VpcEndpoint"), 1)
	assert.Nil(t, c.outputs, "nothing is known yet")
}

// Another program may have made the output a secret; there is nothing secret in it.
func TestConsumerReadsASecretContract(t *testing.T) {
	c := newConsumerCloud()
	c.secretOutputs = true
	require.NoError(t, c.run("consumer", consumer(`{"name": "web"}`)))
	assert.Equal(t, serviceName, c.outputs["serviceName"])
}

// Each way in which the contract can't be had, or can't work, is one error that says
// what to do, in a preview as in an update, and before any AWS resource.
func TestConsumerContractFailures(t *testing.T) {
	const found = `consumer.provider is "provider", but `
	outputs := func(values map[string]any) func(*cloud) {
		return func(c *cloud) { c.stacks[providerStack] = values }
	}
	contractWith := func(key string, value any) func(*cloud) {
		return outputs(map[string]any{"contract": changedContract(func(c map[string]any) { c[key] = value })})
	}
	prefix := "stack " + providerStack + ": output "
	tests := map[string]struct {
		change func(*cloud)
		want   string
	}{
		"no stack": {
			func(c *cloud) { delete(c.stacks, providerStack) },
			found + `there is no stack ` + providerStack + `; deploy it first (pulumi up --stack provider), or set consumer.contract to the contract that its owner hands out`,
		},
		"a stack that can't be read": {
			func(c *cloud) {
				c.failures = map[string]error{"pulumi:pulumi:readStackOutputs": errors.New("access denied")}
			},
			found + `stack ` + providerStack + ` can't be read: access denied`,
		},
		"a stack that was never deployed": {
			outputs(map[string]any{}),
			found + `stack ` + providerStack + ` has no outputs; deploy it first (pulumi up --stack provider)`,
		},
		"another program's stack": {
			outputs(map[string]any{"url": "http://x", "bucket": "y"}),
			found + `stack ` + providerStack + ` has no output contract (it has bucket, url); name a stack with role provider, deployed with this program`,
		},
		"an empty contract": {
			outputs(map[string]any{"contract": nil}),
			found + `stack ` + providerStack + ` can't be read: output contract of stack ` + providerStack + ` is null`,
		},
		"a contract that is text": {outputs(map[string]any{"contract": "x"}), prefix + `contract is "x" (a string); it must be an object`},
		"a newer contract":        {contractWith("version", 2), prefix + `contract.version is 2; this program reads version 1: upgrade this program to the provider's release`},
		"an older contract":       {contractWith("version", 0), prefix + `contract.version is 0; this program reads version 1: have the provider upgrade its program and run pulumi up`},
		"a contract without ports": {
			contractWith("ports", []any{}), prefix + `contract.ports is empty; it must hold the service's ports`,
		},
		"a contract with two faults": {
			outputs(map[string]any{"contract": changedContract(func(c map[string]any) {
				c["ports"], c["availabilityZoneIds"] = []any{}, []any{}
			})}),
			prefix + "contract.ports is empty; it must hold the service's ports\n" +
				prefix + "contract.availabilityZoneIds is empty; it must hold the service's zones",
		},
		"another region": {
			func(c *cloud) { c.region = "eu-west-1" },
			`aws:region is "eu-west-1"; it must be one from which the service can be reached: us-east-1 ` +
				`(or have the provider add eu-west-1 to provider.endpointService.supportedRegions)`,
		},
		"other zones": {
			func(c *cloud) { c.zones = map[string]string{"us-east-1a": "use1-az6", "us-east-1b": "use1-az4"} },
			`the service is in the Availability Zones use1-az1, use1-az2, but this account has only use1-az4, use1-az6 in us-east-1; have the provider add one of those`,
		},
		"another region without a way out": {
			func(c *cloud) {
				contractWith("supportedRegions", []any{"us-east-1", "us-west-1"})(c)
				c.region, c.zones = "us-west-1", map[string]string{"us-west-1a": "usw1-az2"}
			},
			`the service is in us-east-1, and this account's Availability Zones in us-west-1 (usw1-az2) have no access to other regions; set aws:region to another of us-east-1, us-west-1`,
		},
		"a region that can't be read": {
			func(c *cloud) {
				c.failures = map[string]error{"aws:index/getRegion:getRegion": errors.New("no credentials")}
			},
			`the stack's region can't be read: no credentials`,
		},
	}
	for name, test := range tests {
		for _, preview := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, preview %t", name, preview), func(t *testing.T) {
				c := newConsumerCloud()
				c.preview = preview
				test.change(c)
				require.EqualError(t, c.run("consumer", consumer(`{"name": "web"}`)), test.want)
				for _, r := range c.registrations {
					assert.Equal(t, "pulumi:pulumi:StackReference", r.typ, "nothing of AWS may be registered")
				}
			})
		}
	}
}

func TestConsumerRefusesAPastedContract(t *testing.T) {
	tests := map[string]struct{ config, want string }{
		"a bad object": {`{"contract": {"version": 1}}`, "consumer.contract.serviceName is missing\nconsumer.contract.serviceId is missing\n" +
			"consumer.contract.region is missing\nconsumer.contract.ports is missing\n" +
			"consumer.contract.availabilityZoneIds is missing\nconsumer.contract.acceptanceRequired is missing"},
		"a bad string":  {`{"contract": "com.amazonaws.vpce"}`, `consumer.contract is not valid JSON: invalid character 'c' looking for beginning of value`},
		"an empty text": {`{"contract": ""}`, `consumer.contract is not valid JSON: it is empty`},
		"a list":        {`{"contract": []}`, `consumer.contract is a list; it must be an object`},
		"a newer one":   {`{"contract": {"version": 2}}`, `consumer.contract.version is 2; this program reads version 1: upgrade this program to the provider's release`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConsumerCloud()
			require.EqualError(t, c.run("consumer", consumer(test.config)), test.want)
			assert.Empty(t, c.registrations)
		})
	}
}

func TestConsumerRefusesMoreZonesThanTheServiceHas(t *testing.T) {
	c := newConsumerCloud()
	require.EqualError(t, c.run("consumer", consumer(`{"network": {"availabilityZones": 3}}`)),
		`consumer.network.availabilityZones is 3; it must be at most 2, since the service can be reached from use1-az1, use1-az2 only`)
}

// The whole hand-shake: provider, consumer, and provider again, each fed with what
// the other exported.
func TestHandShake(t *testing.T) {
	config := provider(`{"name": "web", "tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}}}`)
	accepter := "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"

	first := newCloud()
	require.NoError(t, first.run("provider", config))
	assert.Empty(t, first.of(accepter), "there is no consumer yet")

	spoke := newConsumerCloud()
	spoke.zones = map[string]string{"us-east-1d": "use1-az4", "us-east-1e": "use1-az2", "us-east-1f": "use1-az1"}
	spoke.stacks = map[string]map[string]any{providerStack: first.outputs}
	require.NoError(t, spoke.run("consumer", consumer(`{"name": "web"}`)))
	assert.Equal(t, []any{"us-east-1e", "us-east-1d"}, spoke.one(t, "awsx:ec2:Vpc")["availabilityZoneNames"],
		"the provider's use1-az2 and use1-az4 under this account's names")

	second := newCloud()
	second.stacks[consumerStack] = spoke.outputs
	require.NoError(t, second.run("provider", config))
	assert.Equal(t, map[string]any{"web-accept-" + endpointId: endpointId}, second.input(accepter, "vpcEndpointId"))
}
