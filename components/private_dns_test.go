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
	require.ErrorContains(t, err, "PrivateDns is not given, but web-id has the private DNS name api.example.com, which the AWS provider can't take away: "+
		"run aws ec2 modify-vpc-endpoint-service-configuration --service-id web-id --remove-private-dns-name and pulumi refresh, or give PrivateDns again")
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

func TestPrivateDnsRefuses(t *testing.T) {
	const form = "; it must be a domain name in lower case, such as api.example.com or *.api.example.com"
	zone := pulumi.String("Z1")
	for _, test := range []struct {
		dns  PrivateDnsArgs
		want string
	}{
		{PrivateDnsArgs{}, `PrivateDns.Name is ""` + form},
		{PrivateDnsArgs{Name: "API.example.com"}, `PrivateDns.Name is "API.example.com"` + form},
		{PrivateDnsArgs{Name: "localhost"}, `PrivateDns.Name is "localhost"` + form},
		{PrivateDnsArgs{Name: "api.*.example.com"}, `PrivateDns.Name is "api.*.example.com"` + form},
		{
			PrivateDnsArgs{Name: "*.api.example.com", ProvedDomain: "ample.com"},
			`PrivateDns.ProvedDomain is "ample.com"; it must be api.example.com or a domain above it`,
		},
		{
			PrivateDnsArgs{Name: "api.example.com", ProvedDomain: "www.api.example.com"},
			`PrivateDns.ProvedDomain is "www.api.example.com"; it must be api.example.com or a domain above it`,
		},
		{
			PrivateDnsArgs{Name: "api.example.com", HostedZoneId: zone, RecordExists: true},
			"PrivateDns.RecordExists is true and PrivateDns.HostedZoneId is set; the record is either made or there",
		},
		{
			PrivateDnsArgs{Name: "api.example.com", HostedZoneProvider: &aws.Provider{}},
			"PrivateDns.HostedZoneProvider is set without PrivateDns.HostedZoneId; it is for that zone's record",
		},
	} {
		requireRefused(t, `EndpointService "web": `+test.want, func(ctx *pulumi.Context) error {
			args := endpointServiceArgs()
			args.PrivateDns = &test.dns
			_, err := NewEndpointService(ctx, "web", args)
			return err
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
