package components

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

const (
	testServiceId   = "vpce-svc-0a1b2c3d4e5f60718"
	testServiceName = "com.amazonaws.vpce.us-east-1." + testServiceId
)

func testContract() *contract.Contract {
	return &contract.Contract{
		Version: contract.Version, ServiceName: testServiceName, ServiceId: testServiceId, Region: testRegion,
		Ports: []contract.Port{{Port: 443, Protocol: "tls"}}, AvailabilityZoneIds: []string{"use1-az1", "use1-az4", "use1-az5"},
		AcceptanceRequired: true, SupportedRegions: []string{testRegion}, SupportedIpAddressTypes: []string{"ipv4"},
	}
}

func serviceConsumerArgs() *ServiceConsumerArgs {
	return &ServiceConsumerArgs{Contract: testContract(), TrustsProvider: true}
}

// everyConsumerOption are two networks with all that can be in them.
func everyConsumerOption() *ServiceConsumerArgs {
	args := serviceConsumerArgs()
	args.Contract.PrivateDnsName = "api.example.com"
	args.Contract.AcceptanceRequired = false
	args.Networks = map[string]EndpointNetworkOptions{
		"apps": {},
		"old": {
			VpcOptions: VpcOptions{VpcId: pulumi.String("vpc-11111111"), SubnetIds: pulumi.ToStringArray([]string{"subnet-11111111"})},
			Clients:    &ClientsOptions{PrefixListIds: []string{"pl-11111111"}},
		},
	}
	args.Dns = &EndpointAliasOptions{RecordName: "api.internal.example.com", ZoneName: "internal.example.com"}
	args.Alarms = &EndpointAlarmsOptions{Enabled: true, TopicArn: pulumi.String(topicArn)}
	args.Tags = map[string]string{"team": "edge"}
	return args
}

func runConsumer(t *testing.T, m *mocks, args *ServiceConsumerArgs, look func(*pulumi.Context, *ServiceConsumer), opts ...pulumi.ResourceOption) {
	t.Helper()
	m.existingVpc("vpc-11111111", map[string]string{"subnet-11111111": "use1-az1"})
	m.answers["aws:ec2/getVpc:getVpc"] = answer(map[string]any{
		"id": "vpc-1", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true,
	})
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		if err := m.createdVpc(ctx, "isolated"); err != nil {
			return err
		}
		consumer, err := NewServiceConsumer(ctx, "web", args, opts...)
		if err == nil && look != nil {
			look(ctx, consumer)
		}
		return err
	}))
}

func TestServiceConsumerByDefault(t *testing.T) {
	m := newMocks()
	var url, vpcId, id *reading[string]
	var ids *reading[map[string]string]
	var outputs *reading[map[string]any]
	runConsumer(t, m, serviceConsumerArgs(), func(ctx *pulumi.Context, c *ServiceConsumer) {
		url, vpcId, id = read[string](ctx, c.Url), read[string](ctx, c.VpcId), read[string](ctx, c.EndpointId)
		ids, outputs = read[map[string]string](ctx, c.EndpointIds), read[map[string]any](ctx, c.Outputs().ToMapOutput())
	})
	assert.Equal(t, []string{
		defaultGroupToken + " web-default-security-group", securityGroupToken + " web-security-group", endpointToken + " web", ingressToken + " web-ingress-10.0.0.0-16-443-tcp",
		vpcToken + " web", InterfaceEndpointType + " web", NetworkType + " web",
	}, m.list(ServiceConsumerType))
	vpc := m.get(t, vpcToken, "web").inputs
	assert.Equal(t, []any{"us-east-1c", "us-east-1b"}, vpc["availabilityZoneNames"], "the account's and the service's zones, by ID")
	assert.Equal(t, []any{map[string]any{"type": "Isolated", "name": "private", "cidrMask": 19.0}}, vpc["subnetSpecs"], "nothing needs the internet")
	assert.Equal(t, testServiceName, m.get(t, endpointToken, "web").inputs["serviceName"])
	assert.Equal(t, "https://web.vpce.amazonaws.com", url.value)
	assert.Equal(t, "vpc-1", vpcId.value)
	assert.Equal(t, map[string]string{"": id.value}, ids.value)
	assert.ElementsMatch(t, append(contract.EndpointOutputNames(), "accountId", "region", "serviceName", "ports"),
		append(keysOf(outputs.value), "aliasName", "privateDnsName"))
}

func keysOf[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// Every component below is a child that was at the stack's root in former releases, with
// the side's tags and provider, and what is asked of AWS goes to that too.
func TestServiceConsumerChildren(t *testing.T) {
	m := newMocks()
	m.existingVpc("vpc-11111111", map[string]string{"subnet-11111111": "use1-az1"})
	m.answers["aws:ec2/getVpc:getVpc"] = answer(map[string]any{"id": "vpc-11111111", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true})
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		if err := m.createdVpc(ctx, "isolated"); err != nil {
			return err
		}
		provider, err := aws.NewProvider(ctx, fixture+"elsewhere", &aws.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = NewServiceConsumer(ctx, "web", everyConsumerOption(), pulumi.Providers(provider))
		return err
	}))
	side := m.get(t, ServiceConsumerType, "web")
	provider := m.get(t, "pulumi:providers:aws", fixture+"elsewhere").urn + "::" + fixture + "elsewhere-id"
	for _, typ := range []string{NetworkType, InterfaceEndpointType, EndpointAliasType, EndpointAlarmsType} {
		for _, name := range []string{"web-apps", "web-old"} {
			child := m.get(t, typ, name)
			assert.Equal(t, side.urn, child.parent)
			assert.True(t, child.formerRoot, "alias of %s", child.urn)
		}
	}
	for _, r := range m.find(endpointToken) {
		assert.Equal(t, map[string]any{"team": "edge", "Name": r.name}, r.inputs["tags"])
		assert.Equal(t, provider, r.provider)
	}
	assert.Len(t, m.find(privateDnsToken), 2, "nobody has to accept")
	require.NotEmpty(t, m.invokes)
	for _, invoke := range m.invokes {
		assert.Equal(t, provider, invoke.Provider, "provider of %s", invoke.Token)
	}
}

func TestServiceConsumerInSeveralNetworks(t *testing.T) {
	var outputs, endpoints *reading[map[string]any]
	var url *reading[string]
	runConsumer(t, newMocks(), everyConsumerOption(), func(ctx *pulumi.Context, c *ServiceConsumer) {
		outputs, url = read[map[string]any](ctx, c.Outputs().ToMapOutput()), read[string](ctx, c.Url)
		endpoints = read[map[string]any](ctx, pulumi.Map{"all": c.Endpoints}.ToMapOutput())
	})
	assert.ElementsMatch(t, []string{"accountId", "region", "serviceName", "ports", "endpointIds", "endpoints"}, keysOf(outputs.value))
	assert.Equal(t, map[string]string{"apps": "web-apps-id", "old": "web-old-id"}, outputs.value["endpointIds"])
	assert.Equal(t, outputs.value["endpoints"], endpoints.value["all"])
	assert.Equal(t, "https://api.example.com", url.value)
}

// What a program writes is refused in the words of the schema, and in those of the
// configuration that it says it is.
func TestServiceConsumerRefuses(t *testing.T) {
	existing := VpcOptions{VpcId: pulumi.String("vpc-11111111"), SubnetIds: pulumi.ToStringArray([]string{"subnet-11111111"})}
	clients := &ClientsOptions{CidrBlocks: []string{"10.0.0.0/8"}}
	for _, test := range []struct {
		name   string
		change func(*ServiceConsumerArgs)
		want   string
	}{
		{"no contract", func(a *ServiceConsumerArgs) { a.Contract = nil }, "contract is missing; it is required"},
		{"half a contract", func(a *ServiceConsumerArgs) { a.Contract.Region = "" }, "contract.region is missing; it is required"},
		{
			"a bad contract", func(a *ServiceConsumerArgs) { a.Contract.AvailabilityZoneIds = []string{"us-east-1a"} },
			`contract.availabilityZoneIds[0] is "us-east-1a"; it must be an availability zone ID such as use1-az1`,
		},
		{"no networks", func(a *ServiceConsumerArgs) { a.Networks = map[string]EndpointNetworkOptions{} }, "networks is empty; name a network or remove the key"},
		{
			"one network and several", func(a *ServiceConsumerArgs) {
				a.Networks, a.Network, a.Clients = map[string]EndpointNetworkOptions{"a": {}}, &VpcOptions{}, clients
			},
			"network is set together with networks; each network has its own\nclients is set together with networks; each network has its own",
		},
		{
			"a VPC twice", func(a *ServiceConsumerArgs) {
				a.Networks = map[string]EndpointNetworkOptions{"a": {existing, clients}, "b": {existing, clients}}
			},
			`networks.b.vpcId is "vpc-11111111", which is also that of networks.a; a VPC needs one endpoint`,
		},
		{
			"an existing VPC without clients", func(a *ServiceConsumerArgs) { a.Network = &existing },
			"clients has neither cidrBlocks nor securityGroupIds nor prefixListIds; with network.vpcId it must say who may connect",
		},
		{
			"one of several without clients", func(a *ServiceConsumerArgs) {
				a.Networks = map[string]EndpointNetworkOptions{"a": {VpcOptions: existing}}
			},
			"networks.a.clients has neither cidrBlocks nor securityGroupIds nor prefixListIds; with networks.a.vpcId it must say who may connect",
		},
		{
			"an IPv6 client", func(a *ServiceConsumerArgs) { a.Clients = &ClientsOptions{CidrBlocks: []string{"2001:db8::/32"}} },
			`clients.cidrBlocks[0] is "2001:db8::/32"; IPv6 needs endpoint.ipAddressType to be dualstack or ipv6`,
		},
		{
			"a policy", func(a *ServiceConsumerArgs) { a.Endpoint = &InterfaceEndpointOptions{Policy: []byte(`{}`)} }, "endpoint." + refusedPolicy,
		},
		{
			"one zone for several networks", func(a *ServiceConsumerArgs) {
				a.Networks = map[string]EndpointNetworkOptions{"a": {}, "b": {}}
				a.Dns = &EndpointAliasOptions{RecordName: "a.b.example", HostedZoneId: pulumi.String("Z1")}
			},
			"dns.hostedZoneId is set, but there are 2 networks; the name must be another endpoint's in each: set zoneName for a zone for each",
		},
		{"a Name tag", func(a *ServiceConsumerArgs) { a.Tags = map[string]string{"Name": "x"} }, `tags.Name is "x"; leave it out, each resource gets its own Name`},
		{
			"more zones than the service has", func(a *ServiceConsumerArgs) { a.Network = &VpcOptions{AvailabilityZones: pulumi.IntRef(3)} },
			"network.availabilityZones is 3; it must be at most 2, since the service can be reached from use1-az1, use1-az4 only",
		},
		{
			"a block too small for IPv6 in its zones", func(a *ServiceConsumerArgs) {
				a.Contract.SupportedIpAddressTypes = []string{"ipv4", "ipv6"}
				a.Endpoint = &InterfaceEndpointOptions{IpAddressType: "dualstack"}
				a.Network = &VpcOptions{CidrBlock: "10.0.0.0/26"}
			},
			`network.cidrBlock is "10.0.0.0/26"; with 2 Availability Zones and egress "none" its subnets would be /29, and AWS stops at /28`,
		},
		{
			"an address type that the service doesn't have", func(a *ServiceConsumerArgs) { a.Endpoint = &InterfaceEndpointOptions{IpAddressType: "ipv6"} },
			`endpoint.ipAddressType is "ipv6", for which the service must support ipv6; it supports ipv4 ` +
				"(have the provider add ipv6 to provider.endpointService.supportedIpAddressTypes)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `ServiceConsumer "web": `+test.want, func(ctx *pulumi.Context) error {
				args := serviceConsumerArgs()
				test.change(args)
				_, err := NewServiceConsumer(ctx, "web", args)
				return err
			})
		})
	}
	t.Run("nothing", func(t *testing.T) {
		requireRefused(t, `ServiceConsumer "web": args is nil; it is required`, func(ctx *pulumi.Context) error {
			_, err := NewServiceConsumer(ctx, "web", nil)
			return err
		})
	})
	t.Run("in the configuration's words", func(t *testing.T) {
		requireRefused(t, "consumer.alarms.minutes is 0; it must be 1 to 60\nconsumer.contract.serviceId is missing; it is required", func(ctx *pulumi.Context) error {
			args := serviceConsumerArgs()
			args.ConfigPath, args.Alarms, args.Contract.ServiceId = "consumer", &EndpointAlarmsOptions{Minutes: new(int)}, ""
			_, err := NewServiceConsumer(ctx, "web", args)
			return err
		})
	})
}

// A VPC that another resource makes is used all the same; what needs to know it is left
// out.
func TestServiceConsumerInAVpcOfTheProgram(t *testing.T) {
	for _, accepted := range []string{"available", "pendingAcceptance"} {
		t.Run(accepted, func(t *testing.T) {
			m := newMocks()
			m.answers["aws:ec2/getVpcEndpoint:getVpcEndpoint"] = func(args resource.PropertyMap) (map[string]any, error) {
				return map[string]any{"id": args["id"].StringValue(), "state": accepted, "serviceName": testServiceName, "vpcId": "vpc-11111111"}, nil
			}
			args := serviceConsumerArgs()
			args.Contract.PrivateDnsName = "api.example.com"
			args.Network = &VpcOptions{VpcId: pulumi.String("vpc-11111111").ToStringOutput(), SubnetIds: pulumi.ToStringArray([]string{"subnet-11111111"})}
			args.Clients = &ClientsOptions{SecurityGroupIds: []string{"sg-11111111"}}
			args.Endpoints = map[string]string{"": "vpce-0a1b2c3d"}
			m.existingVpc("vpc-11111111", map[string]string{"subnet-11111111": "use1-az1"})
			require.NoError(t, m.run(func(ctx *pulumi.Context) error {
				_, err := NewServiceConsumer(ctx, "web", args)
				return err
			}))
			assert.Equal(t, []any{"subnet-11111111"}, m.get(t, endpointToken, "web").inputs["subnetIds"])
			assert.Equal(t, accepted == "available", len(m.find(privateDnsToken)) == 1)
		})
	}
}

func TestPrivateDnsNotices(t *testing.T) {
	args := everyConsumerOption()
	args.ConfigPath, args.Endpoint = "consumer", &InterfaceEndpointOptions{PrivateDns: pulumi.BoolRef(true)}
	site := &consumerSite{accepted: map[string]bool{"apps": true}}
	const waits = "consumer.networks.old: the endpoint waits to be accepted before it can have the name api.example.com. Next: "
	for _, test := range []struct{ name, stack, want string }{
		{"a contract passed on by hand", "", waits + "have the provider accept the endpoint, then pulumi up --stack acme."},
		{"the provider's stack", "provider", waits + "pulumi up --stack provider (or have the provider accept the endpoint), then pulumi up --stack acme."},
	} {
		t.Run(test.name, func(t *testing.T) {
			args.ProviderStack = test.stack
			assert.Equal(t, []string{test.want}, args.privateDnsNotices("acme", site))
		})
	}
	args.Endpoint.PrivateDns = pulumi.BoolRef(false)
	assert.Empty(t, args.privateDnsNotices("acme", site), "nobody asked for it")
}
