package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	privateDnsToken = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
	zoneToken       = "aws:route53/zone:Zone"
)

func optionsArgs() *InterfaceEndpointArgs {
	return &InterfaceEndpointArgs{
		VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-1"}),
		ServiceName: pulumi.String("com.amazonaws.vpce.us-east-1.vpce-svc-1"),
		Ports:       []Port{{443, "tcp"}}, ClientCidrs: []string{"10.0.0.0/8"},
	}
}

func runEndpoint(t *testing.T, change func(*InterfaceEndpointArgs)) *mocks {
	t.Helper()
	return run(t, func(ctx *pulumi.Context) error {
		args := optionsArgs()
		change(args)
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	})
}

func TestInterfaceEndpointAddressTypes(t *testing.T) {
	m := runEndpoint(t, func(a *InterfaceEndpointArgs) {
		a.IpAddressType, a.DnsRecordIpType = "dualstack", "service-defined"
		a.ClientCidrs = []string{"10.0.0.0/8", "2001:db8:1::/48"}
		a.ClientIpv6Cidrs = one("vpc", "2001:db8:2::/56")
		a.ClientPrefixListIds = one("offices", "pl-1")
		a.ClientSecurityGroupIds = one("app", "sg-1")
	})
	endpoint := m.get(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web").inputs
	assert.Equal(t, "dualstack", endpoint["ipAddressType"])
	assert.Equal(t, map[string]any{"dnsRecordIpType": "service-defined"}, endpoint["dnsOptions"])
	rules := map[string]string{}
	for _, r := range m.find("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		rules[r.name] = describeRule(r)
	}
	assert.Equal(t, map[string]string{
		"web-ingress-10.0.0.0-8-443-tcp":      "tcp 443-443 10.0.0.0/8",
		"web-ingress-2001_db8_1__-48-443-tcp": "tcp 443-443 2001:db8:1::/48",
		"web-ingress-vpc-443-tcp":             "tcp 443-443 2001:db8:2::/56",
		"web-ingress-offices-443-tcp":         "tcp 443-443 pl-1",
		"web-ingress-app-443-tcp":             "tcp 443-443 sg-1",
	}, rules)
}

// Before the endpoint is accepted AWS refuses private DNS, and after, only one of the
// endpoint and the switch may say whether it is on.
func TestInterfaceEndpointPrivateDnsOnceAccepted(t *testing.T) {
	for _, wanted := range []bool{false, true} {
		for _, accepted := range []bool{false, true} {
			m := runEndpoint(t, func(a *InterfaceEndpointArgs) { a.PrivateDnsOnceAccepted, a.Accepted = &wanted, accepted })
			assert.NotContains(t, m.get(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web").inputs, "privateDnsEnabled")
			if !accepted {
				assert.Empty(t, m.find(privateDnsToken))
				continue
			}
			assert.Equal(t, map[string]any{"vpcEndpointId": "web-id", "privateDnsEnabled": wanted},
				m.get(t, privateDnsToken, "web-private-dns").inputs, "off needs the resource too: deleting it does nothing")
		}
	}
	m := runEndpoint(t, func(a *InterfaceEndpointArgs) { a.Accepted = true })
	assert.Empty(t, m.find(privateDnsToken), "nobody asked for it")
}

// A policy goes to AWS's own services only, also where the service is known late.
func TestInterfaceEndpointPolicy(t *testing.T) {
	const want = "Policy is set; ServiceName com.amazonaws.vpce.us-east-1.vpce-svc-1 is an endpoint service, which takes no endpoint policy"
	late := func(name string) func(*InterfaceEndpointArgs) {
		return func(a *InterfaceEndpointArgs) {
			a.ServiceName, a.Policy = pulumi.String(name).ToStringOutput(), pulumi.String("{}")
		}
	}
	m := runEndpoint(t, late("com.amazonaws.us-east-1.s3"))
	assert.Equal(t, "{}", m.get(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web").inputs["policy"])
	require.ErrorContains(t, newMocks().run(func(ctx *pulumi.Context) error {
		args := optionsArgs()
		late("com.amazonaws.vpce.us-east-1.vpce-svc-1")(args)
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	}), want)
	requireRefused(t, `InterfaceEndpoint "web": `+want, func(ctx *pulumi.Context) error {
		args := optionsArgs()
		args.Policy = pulumi.String("{}")
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	})
}

func TestInterfaceEndpointOptionsRefuse(t *testing.T) {
	const ipv6 = "ClientCidrs or ClientIpv6Cidrs has IPv6 addresses; they need IpAddressType dualstack or ipv6"
	for _, test := range []struct {
		change func(*InterfaceEndpointArgs)
		want   string
	}{
		{func(a *InterfaceEndpointArgs) { a.IpAddressType = "IPv4" }, `IpAddressType is "IPv4"; it must be one of ipv4, dualstack, ipv6`},
		{func(a *InterfaceEndpointArgs) { a.DnsRecordIpType = "x" }, `DnsRecordIpType is "x"; it must be one of ipv4, dualstack, ipv6, service-defined`},
		{func(a *InterfaceEndpointArgs) { a.ClientCidrs = []string{"2001:db8::/32"} }, ipv6},
		{func(a *InterfaceEndpointArgs) { a.ClientIpv6Cidrs = one("vpc", "2001:db8::/56") }, ipv6},
		{
			func(a *InterfaceEndpointArgs) { a.IpAddressType, a.ClientCidrs = "ipv6", []string{"2001:db8::/129"} },
			`ClientCidrs[0] is "2001:db8::/129"; it must be an IPv6 CIDR block such as 2001:db8::/56`,
		},
		{
			func(a *InterfaceEndpointArgs) { a.IpAddressType, a.ClientCidrs = "ipv6", []string{"2001:db8::1/64"} },
			`ClientCidrs[0] is "2001:db8::1/64"; it must be a network address: 2001:db8::/64`,
		},
		{func(a *InterfaceEndpointArgs) { a.ClientPrefixListIds = one("", "pl-1") }, "ClientPrefixListIds has an empty key; each key names a resource"},
		{
			func(a *InterfaceEndpointArgs) {
				a.PrivateDnsOnceAccepted, a.PrivateDnsEnabled = pulumi.BoolRef(false), pulumi.Bool(true)
			},
			"PrivateDnsOnceAccepted and PrivateDnsEnabled are set; private DNS is switched on with the endpoint or once it is accepted",
		},
	} {
		requireRefused(t, `InterfaceEndpoint "web": `+test.want, func(ctx *pulumi.Context) error {
			args := optionsArgs()
			test.change(args)
			_, err := NewInterfaceEndpoint(ctx, "web", args)
			return err
		})
	}
}

func aliasArgs() *EndpointAliasArgs {
	return &EndpointAliasArgs{
		RecordName: "api.internal.example.com", ZoneName: "internal.example.com", VpcId: pulumi.String("vpc-1"),
		DnsName: pulumi.String("vpce-1.vpce.amazonaws.com"), DnsHostedZoneId: pulumi.String("Z7"),
	}
}

func TestEndpointAlias(t *testing.T) {
	var name *reading[string]
	m := run(t, func(ctx *pulumi.Context) error {
		args := aliasArgs()
		args.IpAddressType = "dualstack"
		alias, err := NewEndpointAlias(ctx, "web", args)
		if err != nil {
			return err
		}
		name = read[string](ctx, alias.Name)
		return nil
	})
	zone := m.get(t, zoneToken, "web").inputs
	assert.Equal(t, "internal.example.com", zone["name"])
	assert.Equal(t, []any{map[string]any{"vpcId": "vpc-1"}}, zone["vpcs"])
	for _, typ := range []string{"A", "AAAA"} {
		assert.Equal(t, map[string]any{
			"zoneId": "zone-web", "name": "api.internal.example.com", "type": typ, "aliases": []any{map[string]any{
				"name": "vpce-1.vpce.amazonaws.com", "zoneId": "Z7", "evaluateTargetHealth": true,
			}},
		}, m.get(t, recordToken, "web-"+typ).inputs)
	}
	assert.Equal(t, "web-A.fqdn", name.value)
}

func TestEndpointAliasInAnExistingZone(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := aliasArgs()
		args.ZoneName, args.VpcId, args.HostedZoneId = "", nil, pulumi.String("Z1")
		_, err := NewEndpointAlias(ctx, "web", args)
		return err
	})
	assert.Equal(t, []string{recordToken + " web-A"}, m.list(EndpointAliasType))
	assert.Equal(t, "Z1", m.get(t, recordToken, "web-A").inputs["zoneId"])
}

func TestEndpointAliasRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*EndpointAliasArgs)
		want   string
	}{
		{func(a *EndpointAliasArgs) { a.ZoneName = "" }, "ZoneName and HostedZoneId are missing; one of them is required"},
		{func(a *EndpointAliasArgs) { a.HostedZoneId = pulumi.String("Z1") }, "ZoneName and HostedZoneId are set; the zone is either made or there"},
		{func(a *EndpointAliasArgs) { a.VpcId = nil }, "VpcId is missing; it is required"},
		{
			func(a *EndpointAliasArgs) { a.RecordName = "api.example.com" },
			`RecordName is "api.example.com"; it must be in ZoneName internal.example.com`,
		},
		{
			func(a *EndpointAliasArgs) { a.RecordName = "API" },
			"RecordName is \"API\"; it must be a domain name in lower case, such as api.internal.example.com\n" +
				`RecordName is "API"; it must be in ZoneName internal.example.com`,
		},
		{func(a *EndpointAliasArgs) { a.DnsName = nil }, "DnsName is missing; it is required"},
		{func(a *EndpointAliasArgs) { a.DnsHostedZoneId = nil }, "DnsHostedZoneId is missing; it is required"},
		{func(a *EndpointAliasArgs) { a.IpAddressType = "x" }, `IpAddressType is "x"; it must be one of ipv4, dualstack, ipv6`},
	} {
		requireRefused(t, `EndpointAlias "web": `+test.want, func(ctx *pulumi.Context) error {
			args := aliasArgs()
			test.change(args)
			_, err := NewEndpointAlias(ctx, "web", args)
			return err
		})
	}
}

func endpointAlarmsArgs() *EndpointAlarmsArgs {
	return &EndpointAlarmsArgs{
		EndpointId: pulumi.String("vpce-1"), VpcId: pulumi.String("vpc-1"), ServiceName: pulumi.String("svc"), TopicArn: pulumi.String("arn:topic"),
	}
}

func TestEndpointAlarms(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		_, err := NewEndpointAlarms(ctx, "web", endpointAlarmsArgs())
		return err
	})
	want := func(name string, threshold float64) map[string]any {
		return map[string]any{
			"namespace": "AWS/PrivateLinkEndpoints", "metricName": name, "statistic": "Sum", "comparisonOperator": above,
			"dimensions": map[string]any{
				"Endpoint Type": "Interface", "Service Name": "svc", "VPC Endpoint Id": "vpce-1", "VPC Id": "vpc-1",
			},
			"threshold": threshold, "evaluationPeriods": 3.0, "treatMissingData": missingIsFine,
		}
	}
	assert.Equal(t, want("PacketsDropped", 0), alarmOf(m.get(t, alarmToken, "web-packets-dropped")))
	assert.Equal(t, want("RstPacketsReceived", 100), alarmOf(m.get(t, alarmToken, "web-resets")))
	assert.Len(t, m.find(alarmToken), 2)
}

func TestEndpointAlarmsRefuse(t *testing.T) {
	for _, test := range []struct {
		change func(*EndpointAlarmsArgs)
		want   string
	}{
		{func(a *EndpointAlarmsArgs) { a.EndpointId = nil }, "EndpointId is missing; it is required"},
		{func(a *EndpointAlarmsArgs) { a.VpcId = nil }, "VpcId is missing; it is required"},
		{func(a *EndpointAlarmsArgs) { a.ServiceName = nil }, "ServiceName is missing; it is required"},
		{func(a *EndpointAlarmsArgs) { a.TopicArn = nil }, "TopicArn is missing; it is required"},
		{func(a *EndpointAlarmsArgs) { a.Minutes = 61 }, "Minutes is 61; it must be 1 to 60"},
		{func(a *EndpointAlarmsArgs) { a.ResetsPerMinute = pulumi.IntRef(-1) }, "ResetsPerMinute is -1; it must be 0 or more"},
	} {
		requireRefused(t, `EndpointAlarms "web": `+test.want, func(ctx *pulumi.Context) error {
			args := endpointAlarmsArgs()
			test.change(args)
			_, err := NewEndpointAlarms(ctx, "web", args)
			return err
		})
	}
}
