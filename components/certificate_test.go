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
		certificate, err := NewCertificate(ctx, "web", &CertificateArgs{CertificateOptions: CertificateOptions{
			DomainName: "api.example.com", SubjectAlternativeNames: []string{"*.example.com", "example.com"},
			HostedZoneId: pulumi.String("Z1"),
		}})
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
}

func TestCertificateRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*CertificateArgs)
		want   string
	}{
		{"nothing", func(a *CertificateArgs) { a.CertificateOptions = CertificateOptions{} },
			"domainName is missing; it is required\nhostedZoneId is missing; it is required"},
		{"a name in capitals", func(a *CertificateArgs) { a.DomainName = "API.example.com" },
			`domainName is "API.example.com"; it must be a domain name in lower case, such as api.example.com or *.example.com`},
		{"a name twice", func(a *CertificateArgs) { a.SubjectAlternativeNames = []string{"example.com", "example.com"} },
			`subjectAlternativeNames[1] is "example.com" a second time; list it once`},
		{"its own name again", func(a *CertificateArgs) { a.SubjectAlternativeNames = []string{"example.com", "api.example.com"} },
			`subjectAlternativeNames[1] is "api.example.com", which is also domainName; list it once`},
		{"a role and a provider", func(a *CertificateArgs) {
			a.HostedZoneRoleArn, a.HostedZoneProvider = "arn:aws:iam::444444444444:role/dns", &aws.Provider{}
		}, "hostedZoneRoleArn is set together with HostedZoneProvider; set one of them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `Certificate "web": `+test.want, func(ctx *pulumi.Context) error {
				args := &CertificateArgs{CertificateOptions: CertificateOptions{DomainName: "api.example.com", HostedZoneId: pulumi.String("Z1")}}
				test.change(args)
				_, err := NewCertificate(ctx, "web", args)
				return err
			})
		})
	}
}

// A role in the zone's account is data: the component makes the provider.
func TestCertificateByARole(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		_, err := NewCertificate(ctx, "web-443", &CertificateArgs{CertificateOptions: CertificateOptions{
			DomainName: "api.example.com", HostedZoneId: pulumi.String("Z1"), HostedZoneRoleArn: "arn:aws:iam::444444444444:role/dns",
		}})
		return err
	})
	requireZoneProvider(t, m, CertificateType, "web-443", m.get(t, recordToken, "web-443-validation-api.example.com"))
	assert.Empty(t, m.get(t, "aws:acm/certificate:Certificate", "web-443").provider)
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
			CertificateOptions: CertificateOptions{DomainName: "api.example.com", HostedZoneId: pulumi.String("Z1")}, HostedZoneProvider: zone,
		})
		return err
	})
	provider := m.get(t, "pulumi:providers:aws", "zone").urn + "::zone-id"
	assert.Equal(t, provider, m.get(t, "aws:route53/record:Record", "web-validation-api.example.com").provider)
	assert.NotEqual(t, provider, m.get(t, "aws:acm/certificate:Certificate", "web").provider)
	assert.NotEqual(t, provider, m.get(t, "aws:acm/certificateValidation:CertificateValidation", "web").provider)
}
