package components

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestCertificate(t *testing.T) {
	var arn *reading[string]
	m := run(t, func(ctx *pulumi.Context) error {
		certificate, err := NewCertificate(ctx, "web", &CertificateArgs{
			DomainName: "api.example.com", SubjectAlternativeNames: []string{"*.example.com", "example.com"},
			HostedZoneId: pulumi.String("Z1"),
		})
		if err != nil {
			return err
		}
		arn = read[string](ctx, certificate.Arn)
		return nil
	})
	assert.Equal(t, []string{
		"aws:acm/certificate:Certificate web",
		"aws:acm/certificateValidation:CertificateValidation web",
		"aws:route53/record:Record web-validation-api.example.com",
		"aws:route53/record:Record web-validation-example.com",
	}, m.list(CertificateType))
	assert.Equal(t, "DNS", m.get(t, "aws:acm/certificate:Certificate", "web").inputs["validationMethod"])
	record := m.get(t, "aws:route53/record:Record", "web-validation-example.com").inputs
	assert.Equal(t, "_x.*.example.com", record["name"])
	assert.Equal(t, []any{"_y.*.example.com"}, record["records"])
	assert.Equal(t, "arn:aws:acm:us-east-1:111111111111:certificate/web", arn.value)

	requireRefused(t, `Certificate "web": DomainName is missing; it is required`+"\n"+`HostedZoneId is missing; it is required`,
		func(ctx *pulumi.Context) error {
			_, err := NewCertificate(ctx, "web", &CertificateArgs{})
			return err
		})
}

// The records in another account's zone are made by that account's provider, and the
// certificate isn't.
func TestCertificateInAnotherAccountsZone(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		zone, err := aws.NewProvider(ctx, "zone", &aws.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = NewCertificate(ctx, "web", &CertificateArgs{
			DomainName: "api.example.com", HostedZoneId: pulumi.String("Z1"), HostedZoneProvider: zone,
		})
		return err
	})
	provider := m.get(t, "pulumi:providers:aws", "zone").urn + "::zone-id"
	assert.Equal(t, provider, m.get(t, "aws:route53/record:Record", "web-validation-api.example.com").provider)
	assert.NotEqual(t, provider, m.get(t, "aws:acm/certificate:Certificate", "web").provider)
	assert.NotEqual(t, provider, m.get(t, "aws:acm/certificateValidation:CertificateValidation", "web").provider)
}
