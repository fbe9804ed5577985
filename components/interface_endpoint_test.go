package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const endpointToken = "aws:ec2/vpcEndpoint:VpcEndpoint"

func interfaceEndpointArgs() *InterfaceEndpointArgs {
	return &InterfaceEndpointArgs{
		VpcId:       pulumi.String("vpc-1"),
		SubnetIds:   pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		ServiceName: pulumi.String("com.amazonaws.vpce.us-east-1.vpce-svc-1"),
		Ports:       []Port{{80, "tcp"}},
		Clients:     &ClientsOptions{CidrBlocks: []string{"10.0.0.0/16"}},
	}
}

func TestInterfaceEndpoint(t *testing.T) {
	m := newMocks()
	var id, state, dnsName, group *reading[string]
	var dnsNames, interfaces *reading[[]string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		endpoint, err := NewInterfaceEndpoint(ctx, "web", interfaceEndpointArgs())
		if err != nil {
			return err
		}
		id, state = read[string](ctx, endpoint.EndpointId), read[string](ctx, endpoint.State)
		dnsName, group = read[string](ctx, endpoint.DnsName), read[string](ctx, endpoint.SecurityGroupId)
		dnsNames, interfaces = read[[]string](ctx, endpoint.DnsNames), read[[]string](ctx, endpoint.NetworkInterfaceIds)
		return nil
	}))

	assert.Equal(t, []string{
		securityGroupToken + " web-security-group",
		endpointToken + " web",
		ingressToken + " web-ingress-10.0.0.0-16-80-tcp",
	}, m.list(InterfaceEndpointType))
	assert.Equal(t, map[string]any{
		"vpcEndpointType":  "Interface",
		"vpcId":            "vpc-1",
		"subnetIds":        []any{"subnet-1", "subnet-2"},
		"serviceName":      "com.amazonaws.vpce.us-east-1.vpce-svc-1",
		"securityGroupIds": []any{"web-security-group-id"},
		"tags":             map[string]any{"Name": "web"},
	}, m.get(t, endpointToken, "web").inputs)
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1", "description": "VPC endpoint web", "tags": map[string]any{"Name": "web-security-group"},
	}, m.get(t, securityGroupToken, "web-security-group").inputs)
	assert.Equal(t, "tcp 80-80 10.0.0.0/16", describeRule(m.find(ingressToken)[0]))

	assert.Equal(t, "web-id", id.value)
	assert.Equal(t, "pendingAcceptance", state.value)
	assert.Equal(t, "web.vpce.amazonaws.com", dnsName.value)
	assert.Equal(t, []string{"web.vpce.amazonaws.com", "web-us-east-1a.vpce.amazonaws.com"}, dnsNames.value)
	assert.Equal(t, []string{"eni-1", "eni-2"}, interfaces.value)
	assert.Equal(t, "web-security-group-id", group.value)
}

func TestInterfaceEndpointWithEverything(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := interfaceEndpointArgs()
		args.ServiceRegion = pulumi.String("eu-west-1")
		args.Ports = []Port{{443, "tls"}, {53, "tcp_udp"}}
		args.Clients = nil
		args.ClientSecurityGroupIds = map[string]pulumi.StringInput{"app": pulumi.String("sg-app"), "jobs": pulumi.String("sg-jobs")}
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	}))
	endpoint := m.get(t, endpointToken, "web").inputs
	assert.Equal(t, "eu-west-1", endpoint["serviceRegion"])

	admits := map[string]string{}
	for _, r := range m.find(ingressToken) {
		assert.Equal(t, "web-security-group-id", r.inputs["securityGroupId"])
		admits[r.name] = describeRule(r)
	}
	assert.Equal(t, map[string]string{
		"web-ingress-app-443-tcp":  "tcp 443-443 sg-app",
		"web-ingress-app-53-tcp":   "tcp 53-53 sg-app",
		"web-ingress-app-53-udp":   "udp 53-53 sg-app",
		"web-ingress-jobs-443-tcp": "tcp 443-443 sg-jobs",
		"web-ingress-jobs-53-tcp":  "tcp 53-53 sg-jobs",
		"web-ingress-jobs-53-udp":  "udp 53-53 sg-jobs",
	}, admits)
	assert.Empty(t, m.find(egressToken))
}

func TestInterfaceEndpointRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*InterfaceEndpointArgs)
		want   string
	}{
		{"no VPC", func(a *InterfaceEndpointArgs) { a.VpcId = nil }, "vpcId is missing; it is required"},
		{"no subnets", func(a *InterfaceEndpointArgs) { a.SubnetIds = nil }, "subnetIds is missing; it is required"},
		{"no service", func(a *InterfaceEndpointArgs) { a.ServiceName = nil }, "serviceName is missing; it is required"},
		{"no ports", func(a *InterfaceEndpointArgs) { a.Ports = nil }, "ports is missing; it is required"},
		{"an empty list of ports", func(a *InterfaceEndpointArgs) { a.Ports = []Port{} }, "ports is missing; it is required"},
		{"a protocol", func(a *InterfaceEndpointArgs) { a.Ports = []Port{{80, "http"}} }, `ports[0].protocol is "http"; it must be one of tcp, tls, udp, tcp_udp`},
		{"a port", func(a *InterfaceEndpointArgs) { a.Ports = []Port{{65536, "tcp"}} }, "ports[0].port is 65536; it must be 1 to 65535"},
		{
			"a port twice", func(a *InterfaceEndpointArgs) { a.Ports = []Port{{53, "tcp"}, {53, "udp"}} },
			"ports[1] has port 53 a second time; a load balancer has one listener a port, and tcp_udp serves both protocols",
		},
		{
			"no client", func(a *InterfaceEndpointArgs) { a.Clients = nil },
			"clients is empty, and so are clientIpv6Cidrs, clientPrefixListIds and clientSecurityGroupIds; there must be at least one client",
		},
		{
			"a client's block", func(a *InterfaceEndpointArgs) { a.Clients.CidrBlocks = []string{"10.0.0.0"} },
			`clients.cidrBlocks[0] is "10.0.0.0"; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
		},
		{
			"a client's group", func(a *InterfaceEndpointArgs) { a.Clients.SecurityGroupIds = []string{"default"} },
			`clients.securityGroupIds[0] is "default"; it must be a security group ID: sg- and 8 or 17 hexadecimal digits`,
		},
		{
			"a client's prefix list, twice", func(a *InterfaceEndpointArgs) { a.Clients.PrefixListIds = []string{"pl-11111111", "pl-11111111"} },
			`clients.prefixListIds[1] is "pl-11111111" a second time; list it once`,
		},
		{
			"an empty key", func(a *InterfaceEndpointArgs) { a.ClientSecurityGroupIds = one("", "sg-1") },
			"clientSecurityGroupIds has an empty key; each key names a resource",
		},
		{
			"nothing under a key", func(a *InterfaceEndpointArgs) { a.ClientPrefixListIds = map[string]pulumi.StringInput{"offices": nil} },
			"clientPrefixListIds.offices is missing; it is required",
		},
		{"an address type", func(a *InterfaceEndpointArgs) { a.IpAddressType = "IPv4" }, `ipAddressType is "IPv4"; it must be one of ipv4, dualstack, ipv6`},
		{
			"a type of DNS records", func(a *InterfaceEndpointArgs) { a.DnsRecordIpType = "x" },
			`dnsRecordIpType is "x"; it must be one of ipv4, dualstack, ipv6, service-defined`,
		},
		{
			"an IPv6 client of an IPv4 endpoint", func(a *InterfaceEndpointArgs) { a.Clients.CidrBlocks = []string{"2001:db8::/32"} },
			`clients.cidrBlocks[0] is "2001:db8::/32"; IPv6 needs ipAddressType to be dualstack or ipv6`,
		},
		{
			"an IPv6 client that is known later", func(a *InterfaceEndpointArgs) { a.ClientIpv6Cidrs = one("vpc", "2001:db8::/56") },
			"clientIpv6Cidrs is set; IPv6 needs ipAddressType to be dualstack or ipv6",
		},
		{
			"no IPv6 block", func(a *InterfaceEndpointArgs) {
				a.IpAddressType, a.Clients.CidrBlocks = "ipv6", []string{"2001:db8::/129"}
			},
			`clients.cidrBlocks[0] is "2001:db8::/129"; it must be an IPv6 CIDR block such as 2001:db8::/56`,
		},
		{
			"a host's IPv6 address", func(a *InterfaceEndpointArgs) {
				a.IpAddressType, a.Clients.CidrBlocks = "ipv6", []string{"2001:db8::1/64"}
			},
			`clients.cidrBlocks[0] is "2001:db8::1/64"; it must be a network address: 2001:db8::/64`,
		},
		{"a policy", func(a *InterfaceEndpointArgs) { a.Policy = json.RawMessage("{}") }, refusedPolicy},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `InterfaceEndpoint "web": `+test.want, func(ctx *pulumi.Context) error {
				args := interfaceEndpointArgs()
				test.change(args)
				_, err := NewInterfaceEndpoint(ctx, "web", args)
				return err
			})
		})
	}
	requireRefused(t, `InterfaceEndpoint "sg-web": the name "sg-web" begins with "sg-", which AWS refuses in a security group's name`,
		func(ctx *pulumi.Context) error {
			_, err := NewInterfaceEndpoint(ctx, "sg-web", interfaceEndpointArgs())
			return err
		})
}
