package components

import (
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
		ClientCidrs: []string{"10.0.0.0/16"},
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
		"vpcEndpointType":   "Interface",
		"vpcId":             "vpc-1",
		"subnetIds":         []any{"subnet-1", "subnet-2"},
		"serviceName":       "com.amazonaws.vpce.us-east-1.vpce-svc-1",
		"securityGroupIds":  []any{"web-security-group-id"},
		"privateDnsEnabled": false,
		"tags":              map[string]any{"Name": "web"},
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
		args.PrivateDnsEnabled = pulumi.Bool(true)
		args.Ports = []Port{{443, "tls"}, {53, "tcp_udp"}}
		args.ClientCidrs = nil
		args.ClientSecurityGroupIds = map[string]pulumi.StringInput{"app": pulumi.String("sg-app"), "jobs": pulumi.String("sg-jobs")}
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	}))
	endpoint := m.get(t, endpointToken, "web").inputs
	assert.Equal(t, "eu-west-1", endpoint["serviceRegion"])
	assert.Equal(t, true, endpoint["privateDnsEnabled"])

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
		{"web", func(a *InterfaceEndpointArgs) { a.VpcId = nil }, "VpcId is missing; it is required"},
		{"web", func(a *InterfaceEndpointArgs) { a.SubnetIds = nil }, "SubnetIds is missing; it is required"},
		{"web", func(a *InterfaceEndpointArgs) { a.ServiceName = nil }, "ServiceName is missing; it is required"},
		{"web", func(a *InterfaceEndpointArgs) { a.Ports = nil }, "Ports is empty; it must have at least one port of the service"},
		{"web", func(a *InterfaceEndpointArgs) { a.Ports = []Port{{80, "http"}} }, `Ports[0].Protocol is "http"; it must be one of tcp, tls, udp, tcp_udp`},
		{
			"web", func(a *InterfaceEndpointArgs) { a.ClientCidrs = nil },
			"ClientCidrs, ClientIpv6Cidrs, ClientPrefixListIds and ClientSecurityGroupIds are empty; there must be at least one client",
		},
		{
			"web", func(a *InterfaceEndpointArgs) { a.ClientCidrs = []string{"10.0.0.0"} },
			`ClientCidrs[0] is "10.0.0.0"; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
		},
		{
			"web", func(a *InterfaceEndpointArgs) { a.ClientSecurityGroupIds = one("", "sg-1") },
			"ClientSecurityGroupIds has an empty key; each key names a resource",
		},
		{"sg-web", func(*InterfaceEndpointArgs) {}, `the name "sg-web" begins with "sg-", which AWS refuses in a security group's name`},
	} {
		requireRefused(t, `InterfaceEndpoint "`+test.name+`": `+test.want, func(ctx *pulumi.Context) error {
			args := interfaceEndpointArgs()
			test.change(args)
			_, err := NewInterfaceEndpoint(ctx, test.name, args)
			return err
		})
	}
}
