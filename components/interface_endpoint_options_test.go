package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	privateDnsToken = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
	zoneToken       = "aws:route53/zone:Zone"
)

func runEndpoint(t *testing.T, change func(*InterfaceEndpointArgs)) *mocks {
	t.Helper()
	return run(t, func(ctx *pulumi.Context) error {
		args := interfaceEndpointArgs()
		change(args)
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	})
}

func TestInterfaceEndpointAddressTypes(t *testing.T) {
	m := runEndpoint(t, func(a *InterfaceEndpointArgs) {
		a.IpAddressType, a.DnsRecordIpType = "dualstack", "service-defined"
		a.Ports = []Port{{443, "tcp"}}
		a.Clients = &ClientsOptions{
			CidrBlocks: []string{"10.0.0.0/8", "2001:db8:1::/48"}, SecurityGroupIds: []string{"sg-22222222"}, PrefixListIds: []string{"pl-22222222"},
		}
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
		"web-ingress-pl-22222222-443-tcp":     "tcp 443-443 pl-22222222",
		"web-ingress-sg-22222222-443-tcp":     "tcp 443-443 sg-22222222",
	}, rules)
}

// Before the endpoint is accepted AWS refuses private DNS, and after, only one of the
// endpoint and the switch may say whether it is on.
func TestInterfaceEndpointPrivateDnsOnceAccepted(t *testing.T) {
	for _, test := range []struct {
		name     string
		wanted   *bool
		accepted bool
		want     any
	}{
		{"not accepted", nil, false, nil},
		{"not accepted and not wanted", pulumi.BoolRef(false), false, nil},
		{"accepted", nil, true, true},
		{"accepted and wanted", pulumi.BoolRef(true), true, true},
		{"accepted and not wanted: deleting the switch would do nothing", pulumi.BoolRef(false), true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := runEndpoint(t, func(a *InterfaceEndpointArgs) { a.PrivateDns, a.Accepted = test.wanted, test.accepted })
			assert.NotContains(t, m.get(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web").inputs, "privateDnsEnabled")
			if test.want == nil {
				assert.Empty(t, m.find(privateDnsToken))
				return
			}
			assert.Equal(t, map[string]any{"vpcEndpointId": "web-id", "privateDnsEnabled": test.want}, m.get(t, privateDnsToken, "web-private-dns").inputs)
		})
	}
}

const refusedPolicy = "policy is set; an endpoint service takes no endpoint policy, only AWS's own services do: " +
	"say who may connect with clients, and what they may do in the service"

// A policy goes to AWS's own services only, also where the service is known late.
func TestInterfaceEndpointPolicy(t *testing.T) {
	late := func(name, policy string) func(*InterfaceEndpointArgs) {
		return func(a *InterfaceEndpointArgs) {
			a.ServiceName, a.Policy = pulumi.String(name).ToStringOutput(), json.RawMessage(policy)
		}
	}
	for form, policy := range map[string]string{"an object": `{"Statement":[]}`, "JSON in a text": `"{\"Statement\":[]}"`} {
		t.Run(form, func(t *testing.T) {
			m := runEndpoint(t, late("com.amazonaws.us-east-1.s3", policy))
			assert.Equal(t, `{"Statement":[]}`, m.get(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web").inputs["policy"])
		})
	}
	require.ErrorContains(t, newMocks().run(func(ctx *pulumi.Context) error {
		args := interfaceEndpointArgs()
		late("com.amazonaws.vpce.us-east-1.vpce-svc-1", "{}")(args)
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	}), refusedPolicy)
}

func aliasArgs() *EndpointAliasArgs {
	return &EndpointAliasArgs{
		EndpointAliasOptions: EndpointAliasOptions{RecordName: "api.internal.example.com", ZoneName: "internal.example.com"},
		VpcId:                pulumi.String("vpc-1"),
		DnsName:              pulumi.String("vpce-1.vpce.amazonaws.com"), DnsHostedZoneId: pulumi.String("Z7"),
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
	const noName = "; it must be a domain name in lower case, such as api.example.com or *.example.com"
	for _, test := range []struct {
		name   string
		change func(*EndpointAliasArgs)
		want   string
	}{
		{"no zone", func(a *EndpointAliasArgs) { a.ZoneName = "" }, "has neither zoneName nor hostedZoneId; it must have one, for the record to be in"},
		{
			"two zones", func(a *EndpointAliasArgs) { a.HostedZoneId = pulumi.String("Z1") },
			"zoneName is set together with hostedZoneId; the zone is either made or there",
		},
		{"no VPC for the zone", func(a *EndpointAliasArgs) { a.VpcId = nil }, "vpcId is missing; it is required with zoneName"},
		{
			"a name outside of the zone", func(a *EndpointAliasArgs) { a.RecordName = "api.example.com" },
			`recordName is "api.example.com"; it must be in zoneName, internal.example.com`,
		},
		{"no name", func(a *EndpointAliasArgs) { a.RecordName = "" }, "recordName is missing; it is required"},
		{"capitals", func(a *EndpointAliasArgs) { a.RecordName = "API.internal.example.com" }, `recordName is "API.internal.example.com"` + noName},
		{"a zone's ID", func(a *EndpointAliasArgs) { a.ZoneName, a.HostedZoneId = "", pulumi.String("zone") },
			`hostedZoneId is "zone"; it must be the ID of a Route 53 hosted zone: Z and capitals and digits`},
		{"no endpoint", func(a *EndpointAliasArgs) { a.DnsName, a.DnsHostedZoneId = nil, nil }, "dnsName is missing; it is required\ndnsHostedZoneId is missing; it is required"},
		{"an address type", func(a *EndpointAliasArgs) { a.IpAddressType = "x" }, `ipAddressType is "x"; it must be one of ipv4, dualstack, ipv6`},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `EndpointAlias "web": `+test.want, func(ctx *pulumi.Context) error {
				args := aliasArgs()
				test.change(args)
				_, err := NewEndpointAlias(ctx, "web", args)
				return err
			})
		})
	}
}

const topicArn = "arn:aws:sns:us-east-1:111111111111:ops"

func endpointAlarmsArgs() *EndpointAlarmsArgs {
	return &EndpointAlarmsArgs{
		EndpointAlarmsOptions: EndpointAlarmsOptions{Enabled: true, TopicArn: pulumi.String(topicArn)},
		EndpointId:            pulumi.String("vpce-1"), VpcId: pulumi.String("vpc-1"), ServiceName: pulumi.String("svc"),
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

// Without Enabled there are none, and nobody to tell.
func TestNoEndpointAlarms(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := endpointAlarmsArgs()
		args.Enabled, args.TopicArn = false, nil
		_, err := NewEndpointAlarms(ctx, "web", args)
		return err
	})
	assert.Empty(t, m.list(EndpointAlarmsType))
}

func TestEndpointAlarmsRefuse(t *testing.T) {
	const noTopic = "; it must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>"
	for _, test := range []struct {
		name   string
		change func(*EndpointAlarmsArgs)
		want   string
	}{
		{"no endpoint", func(a *EndpointAlarmsArgs) { a.EndpointId = nil }, "endpointId is missing; it is required"},
		{"no VPC", func(a *EndpointAlarmsArgs) { a.VpcId = nil }, "vpcId is missing; it is required"},
		{"no service", func(a *EndpointAlarmsArgs) { a.ServiceName = nil }, "serviceName is missing; it is required"},
		{"no topic", func(a *EndpointAlarmsArgs) { a.TopicArn = nil }, `topicArn is ""` + noTopic},
		{"a topic's name", func(a *EndpointAlarmsArgs) { a.TopicArn = pulumi.String("ops") }, `topicArn is "ops"` + noTopic},
		{"not enabled", func(a *EndpointAlarmsArgs) { a.Enabled = false }, "topicArn is set, but enabled is false; set it to true"},
		{"no minutes", func(a *EndpointAlarmsArgs) { a.Minutes = pulumi.IntRef(0) }, "minutes is 0; it must be 1 to 60"},
		{"many minutes", func(a *EndpointAlarmsArgs) { a.Minutes = pulumi.IntRef(61) }, "minutes is 61; it must be 1 to 60"},
		{"resets", func(a *EndpointAlarmsArgs) { a.ResetsPerMinute = pulumi.IntRef(-1) }, "resetsPerMinute is -1; it must be 0 to 1000000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `EndpointAlarms "web": `+test.want, func(ctx *pulumi.Context) error {
				args := endpointAlarmsArgs()
				test.change(args)
				_, err := NewEndpointAlarms(ctx, "web", args)
				return err
			})
		})
	}
}
