package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// CertificateType is the type token of Certificate.
const CertificateType = "fargate-privatelink:index:Certificate"

// validationRecordTTL is how long resolvers may keep a validation record, in
// seconds. AWS reads it again at each renewal.
const validationRecordTTL = 300

const (
	// maxCommonName is how long the first name of a certificate may be.
	maxCommonName = 64
	// validationPrefix is as long as what AWS puts before a name for the record that proves
	// it: an underscore, 32 hexadecimal digits and a dot.
	validationPrefix = 34
)

// CertificateOptions are the options of a certificate to make.
type CertificateOptions struct {
	// DomainName is the name of a certificate to make, such as api.example.com or
	// *.example.com (of a listener: default none, and then certificateArn names one that
	// exists; of a Certificate: required). AWS Certificate Manager validates it by records
	// in a hosted zone. See
	// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html.
	DomainName string `pulumi:"domainName,optional" form:"domain"`
	// SubjectAlternativeNames are further names of the certificate, each once (default
	// none).
	SubjectAlternativeNames []string `pulumi:"subjectAlternativeNames,optional" form:"domain" unique:"true"`
	// HostedZoneId is the public Route 53 hosted zone that holds all of the names, and gets
	// the records that prove them. Required with domainName.
	HostedZoneId pulumi.StringInput `pulumi:"hostedZoneId,optional" form:"hostedZone"`
	// HostedZoneRoleArn is a role in the hosted zone's account, where that is another one,
	// that may change the zone's records (default none: the zone is in this account).
	HostedZoneRoleArn string `pulumi:"hostedZoneRoleArn,optional" form:"role"`
}

// Check refuses a name that is in the certificate twice, or too long for it. See
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html.
func (o *CertificateOptions) Check(at check.Path, f *check.Faults) {
	if len(o.DomainName) > maxCommonName {
		f.Say(at.Key("domainName"), "has %d characters; it must have at most %d, and longer ones can be subjectAlternativeNames", len(o.DomainName), maxCommonName)
	}
	checkRecordName(at.Key("domainName"), o.DomainName, validationPrefix, f)
	for i, name := range o.SubjectAlternativeNames {
		checkRecordName(at.Key("subjectAlternativeNames").Index(i), name, validationPrefix, f)
	}
	for i, name := range o.SubjectAlternativeNames {
		if name == o.DomainName && name != "" {
			f.Say(at.Key("subjectAlternativeNames").Index(i), "is %q, which is also %s; list it once", name, at.Key("domainName"))
		}
	}
}

// CertificateArgs are the inputs of Certificate.
type CertificateArgs struct {
	CertificateOptions
	// HostedZoneProvider makes the records where the zone is in another account, instead of
	// hostedZoneRoleArn (default: the component's own provider). Only a Go program can give
	// it.
	HostedZoneProvider pulumi.ProviderResource
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check checks what the tags can't say.
func (args *CertificateArgs) Check(at check.Path, f *check.Faults) {
	args.CertificateOptions.Check(at, f)
	if args.DomainName == "" {
		f.Say(at.Key("domainName"), "is missing; it is required")
	}
	if args.HostedZoneId == nil {
		f.Say(at.Key("hostedZoneId"), "is missing; it is required")
	}
	checkZoneProvider(at, args.HostedZoneRoleArn, args.HostedZoneProvider, f)
}

// Certificate is a public certificate of AWS Certificate Manager, validated by
// records in a Route 53 hosted zone, which also renew it. See
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html.
type Certificate struct {
	pulumi.ResourceState

	// Arn is the certificate's ARN. It is there only once AWS has issued the
	// certificate: a listener refuses one that is pending.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// NewCertificate requests a certificate and waits for it. It returns an error when a
// required argument is missing, a value has not its form, or a domain name is there twice.
func NewCertificate(
	ctx *pulumi.Context, name string, args *CertificateArgs, opts ...pulumi.ResourceOption,
) (*Certificate, error) {
	if args == nil {
		return nil, noArgs("Certificate", name)
	}
	args, faults := check.Args("", args)
	if err := failed("Certificate", name, faults); err != nil {
		return nil, err
	}
	component := &Certificate{}
	if err := ctx.RegisterComponentResource(CertificateType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	certificate, err := acm.NewCertificate(ctx, name, &acm.CertificateArgs{
		DomainName:              pulumi.String(args.DomainName),
		SubjectAlternativeNames: pulumi.ToStringArray(args.SubjectAlternativeNames),
		ValidationMethod:        pulumi.String("DNS"),
		Tags:                    s.tagged(name),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	records, err := newValidationRecords(s, args, certificate)
	if err != nil {
		return nil, err
	}
	validation, err := acm.NewCertificateValidation(ctx, name, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: records,
	}, s.parent)
	if err != nil {
		return nil, err
	}
	component.Arn = validation.CertificateArn
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"arn": component.Arn})
}

func (args *CertificateArgs) names() []string {
	return append([]string{args.DomainName}, args.SubjectAlternativeNames...)
}

// newValidationRecords makes one record a domain and returns their names. A name and
// its wildcard (example.com and *.example.com) are proved by the same record.
func newValidationRecords(s scope, args *CertificateArgs, certificate *acm.Certificate) (pulumi.StringArray, error) {
	var names pulumi.StringArray
	options, err := s.zoneOptions(args.HostedZoneRoleArn, args.HostedZoneProvider)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, domain := range args.names() {
		base := strings.TrimPrefix(domain, "*.")
		if seen[base] {
			continue
		}
		seen[base] = true
		option := validationOption(certificate, domain)
		record, err := route53.NewRecord(s.ctx, s.named("validation-"+base), &route53.RecordArgs{
			ZoneId:  args.HostedZoneId,
			Name:    option.MapIndex(pulumi.String("name")),
			Type:    option.MapIndex(pulumi.String("type")),
			Records: pulumi.StringArray{option.MapIndex(pulumi.String("value"))},
			Ttl:     pulumi.Int(validationRecordTTL),
			// Another certificate of the same name has the same record.
			AllowOverwrite: pulumi.Bool(true),
		}, options...)
		if err != nil {
			return nil, err
		}
		names = append(names, record.Fqdn)
	}
	return names, nil
}

// validationOption returns the record that proves a domain name, as name, type and
// value.
func validationOption(certificate *acm.Certificate, domain string) pulumi.StringMapOutput {
	return certificate.DomainValidationOptions.ApplyT(
		func(options []acm.CertificateDomainValidationOption) (map[string]string, error) {
			for _, option := range options {
				if option.DomainName == nil || *option.DomainName != domain {
					continue
				}
				return map[string]string{
					"name":  *option.ResourceRecordName,
					"type":  *option.ResourceRecordType,
					"value": *option.ResourceRecordValue,
				}, nil
			}
			return nil, fmt.Errorf("AWS Certificate Manager gave no validation record for %s", domain)
		}).(pulumi.StringMapOutput)
}
