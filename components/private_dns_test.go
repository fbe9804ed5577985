package components

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	recordToken       = "aws:route53/record:Record"
	verificationToken = "aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification"
)

// nameService runs an endpoint service with a private DNS name, and reads what it says of it.
func nameService(t *testing.T, m *mocks, dns *PrivateDnsArgs) (name *reading[string], record *reading[map[string]string]) {
	t.Helper()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.PrivateDns = dns
		service, err := NewEndpointService(ctx, "web", args)
		if err != nil {
			return err
		}
		name, record = read[string](ctx, service.PrivateDnsName), read[map[string]string](ctx, service.PrivateDnsRecord)
		return nil
	}))
	return name, record
}

// One update sets the name, makes the record, and hands the name out when AWS has
// found the record.
func TestPrivateDnsInOneUpdate(t *testing.T) {
	m := newMocks()
	name, _ := nameService(t, m, &PrivateDnsArgs{
		Name: "api.example.com", ProvedDomain: "example.com", HostedZoneId: pulumi.String("Z1"),
	})
	assert.Equal(t, "api.example.com", name.value)
	assert.Equal(t, "api.example.com", m.get(t, endpointServiceToken, "web").inputs["privateDnsName"])
	assert.Equal(t, map[string]any{
		"zoneId": "Z1", "name": "_token.example.com", "type": "TXT", "ttl": 1800.0, "records": []any{"vpce:token"},
	}, m.get(t, recordToken, "web-verification").inputs)
	verification := m.get(t, verificationToken, "web-verification-api.example.com")
	assert.Equal(t, map[string]any{"serviceId": "web-id", "waitForVerification": true}, verification.inputs)
	assert.Contains(t, verification.dependencies, m.get(t, recordToken, "web-verification").urn)
	m.requireOrder(t, "end "+recordToken+" web-verification", "start "+verificationToken+" web-verification-api.example.com")
}

// Without a zone somebody else makes the record, and until then nobody hears of the
// name: consumers' endpoints could not use it.
func TestPrivateDnsWithoutAZone(t *testing.T) {
	m := newMocks()
	name, record := nameService(t, m, &PrivateDnsArgs{Name: "*.api.example.com"})
	assert.Empty(t, name.value)
	assert.True(t, name.known)
	assert.Equal(t, map[string]string{"name": "_token.api.example.com", "type": "TXT", "value": "vpce:token"}, record.value)
	assert.Empty(t, m.find(recordToken))
	assert.Empty(t, m.find(verificationToken))

	m = newMocks()
	name, _ = nameService(t, m, &PrivateDnsArgs{Name: "*.api.example.com", RecordExists: true})
	assert.Equal(t, "*.api.example.com", name.value)
	assert.Empty(t, m.find(recordToken))
	// Not the name of api.example.com's verification, which is another name to AWS.
	m.get(t, verificationToken, "web-verification-*.api.example.com")
}

func TestNoPrivateDns(t *testing.T) {
	name, record := nameService(t, newMocks(), nil)
	assert.Equal(t, "", name.value)
	assert.Empty(t, record.value)
}

// A name that the service still has is not passed over in silence: the provider would
// leave it there.
func TestPrivateDnsStays(t *testing.T) {
	m := newMocks()
	m.outputs[endpointServiceToken] = func(string) map[string]any {
		return map[string]any{"privateDnsName": "api.example.com"}
	}
	err := m.run(func(ctx *pulumi.Context) error {
		_, err := NewEndpointService(ctx, "web", endpointServiceArgs())
		return err
	})
	require.ErrorContains(t, err, "privateDns is not given, but web-id has the private DNS name api.example.com, which the AWS provider can't take away: "+
		"run aws ec2 modify-vpc-endpoint-service-configuration --service-id web-id --remove-private-dns-name and pulumi refresh, or give privateDns again")
}

// A service that AWS names no token for has to be read anew.
func TestPrivateDnsWithoutAToken(t *testing.T) {
	m := newMocks()
	m.outputs[endpointServiceToken] = func(string) map[string]any {
		return map[string]any{"privateDnsNameConfigurations": []any{}}
	}
	err := m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.PrivateDns = &PrivateDnsArgs{Name: "api.example.com", HostedZoneId: pulumi.String("Z1")}
		_, err := NewEndpointService(ctx, "web", args)
		return err
	})
	require.ErrorContains(t, err, "AWS gave no record to prove api.example.com with; run pulumi refresh, then pulumi up")
}

func TestPrivateDnsInAnotherAccount(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		zone, err := aws.NewProvider(ctx, "zone", &aws.ProviderArgs{})
		if err != nil {
			return err
		}
		args := endpointServiceArgs()
		args.PrivateDns = &PrivateDnsArgs{Name: "api.example.com", HostedZoneId: pulumi.String("Z1"), HostedZoneProvider: zone}
		_, err = NewEndpointService(ctx, "web", args)
		return err
	}))
	provider := m.get(t, "pulumi:providers:aws", "zone").urn + "::zone-id"
	assert.Equal(t, provider, m.get(t, recordToken, "web-verification").provider)
	assert.NotEqual(t, provider, m.get(t, verificationToken, "web-verification-api.example.com").provider)
}

// A role in the zone's account is data: the component makes the provider.
func TestPrivateDnsByARole(t *testing.T) {
	m := newMocks()
	nameService(t, m, &PrivateDnsArgs{
		Name: "api.example.com", HostedZoneId: pulumi.String("Z1"), HostedZoneRoleArn: "arn:aws:iam::444444444444:role/dns",
	})
	requireZoneProvider(t, m, EndpointServiceType, "web", m.get(t, recordToken, "web-verification"))
	assert.Empty(t, m.get(t, verificationToken, "web-verification-api.example.com").provider)
}

// requireZoneProvider checks the provider of a hosted zone's account, and that it makes
// the record.
func requireZoneProvider(t *testing.T, m *mocks, component, name string, record registration) {
	t.Helper()
	provider := m.get(t, "pulumi:providers:aws", name+"-hosted-zone")
	assert.Equal(t, m.get(t, component, name).urn, provider.parent)
	assert.Equal(t, "us-east-1", provider.inputs["region"])
	assert.Equal(t, []any{"444444444444"}, provider.inputs["allowedAccountIds"])
	assert.Equal(t, map[string]any{"roleArn": "arn:aws:iam::444444444444:role/dns"}, provider.inputs["assumeRole"])
	assert.Equal(t, provider.urn+"::"+name+"-hosted-zone-id", record.provider)
}

func TestPrivateDnsRefuses(t *testing.T) {
	const form = "; it must be a domain name in lower case, such as api.example.com or *.example.com"
	const role = "arn:aws:iam::444444444444:role/dns"
	zone := pulumi.String("Z1")
	for _, test := range []struct {
		name string
		dns  PrivateDnsArgs
		want string
	}{
		{"no name", PrivateDnsArgs{HostedZoneId: zone}, "privateDns.name is missing; it is required"},
		{"a name in capitals", PrivateDnsArgs{Name: "API.example.com"}, `privateDns.name is "API.example.com"` + form},
		{"a name of one label", PrivateDnsArgs{Name: "localhost"}, `privateDns.name is "localhost"` + form},
		{"a wildcard inside", PrivateDnsArgs{Name: "api.*.example.com"}, `privateDns.name is "api.*.example.com"` + form},
		{"another's domain", PrivateDnsArgs{Name: "*.api.example.com", ProvedDomain: "ample.com"},
			`privateDns.provedDomain is "ample.com"; it must be api.example.com or a domain above it`},
		{"a domain below", PrivateDnsArgs{Name: "api.example.com", ProvedDomain: "www.api.example.com"},
			`privateDns.provedDomain is "www.api.example.com"; it must be api.example.com or a domain above it`},
		{"a zone's name", PrivateDnsArgs{Name: "api.example.com", HostedZoneId: pulumi.String("zone")},
			`privateDns.hostedZoneId is "zone"; it must be the ID of a Route 53 hosted zone: Z and capitals and digits`},
		{"a record to make that exists", PrivateDnsArgs{Name: "api.example.com", HostedZoneId: zone, RecordExists: true},
			"privateDns.recordExists is true and privateDns.hostedZoneId is set; the record is either made or there"},
		{"a role without a zone", PrivateDnsArgs{Name: "api.example.com", HostedZoneRoleArn: role},
			"privateDns.hostedZoneRoleArn is set without privateDns.hostedZoneId; it is for a zone in another account"},
		{"a role's name", PrivateDnsArgs{Name: "api.example.com", HostedZoneId: zone, HostedZoneRoleArn: "dns"},
			`privateDns.hostedZoneRoleArn is "dns"; it must be the ARN of a role: arn:aws:iam::<account>:role/<name>`},
		{"a provider without a zone", PrivateDnsArgs{Name: "api.example.com", HostedZoneProvider: &aws.Provider{}},
			"privateDns has a HostedZoneProvider without privateDns.hostedZoneId; it is for that zone's record"},
		{"a role and a provider", PrivateDnsArgs{Name: "api.example.com", HostedZoneId: zone, HostedZoneRoleArn: role, HostedZoneProvider: &aws.Provider{}},
			"privateDns.hostedZoneRoleArn is set together with HostedZoneProvider; set one of them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `EndpointService "web": `+test.want, func(ctx *pulumi.Context) error {
				args := endpointServiceArgs()
				args.PrivateDns = &test.dns
				_, err := NewEndpointService(ctx, "web", args)
				return err
			})
		})
	}
}

func TestContributorInsights(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.ContributorInsights = true
		_, err := NewEndpointService(ctx, "web", args)
		return err
	}))
	templates := map[string]any{}
	for _, r := range m.find("aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule") {
		assert.Equal(t, arn("ec2", "vpc-endpoint-service/web"), r.inputs["resourceArn"])
		templates[r.name] = r.inputs["templateName"]
	}
	assert.Equal(t, map[string]any{
		"web-insight-active-connections": "VpcEndpointService-ActiveConnectionsByEndpointId-v1",
		"web-insight-bytes":              "VpcEndpointService-BytesByEndpointId-v1",
		"web-insight-new-connections":    "VpcEndpointService-NewConnectionsByEndpointId-v1",
		"web-insight-resets":             "VpcEndpointService-RstPacketsByEndpointId-v1",
	}, templates)
}
