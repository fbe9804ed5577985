package components

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// verificationTTL is the time to live, in seconds, that AWS suggests for the record.
const verificationTTL = 1800

// verificationPrefix is as long as what AWS puts before the domain for the record: an
// underscore, 20 letters and digits, and a dot.
const verificationPrefix = 22

// PrivateDnsArgs are the private DNS name of an [EndpointService]. AWS lets consumers
// use it once a TXT record proves that the provider owns the domain. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
type PrivateDnsArgs struct {
	// Name is a public domain name in lower case, such as api.example.com or
	// *.api.example.com. Required.
	Name string `pulumi:"name" form:"domain"`
	// ProvedDomain is the domain that gets the record: that of name, without "*.", or one
	// above it (default: that of name).
	ProvedDomain string `pulumi:"provedDomain,optional"`
	// HostedZoneId is the public Route 53 hosted zone for the record, of provedDomain or of
	// a domain above it (default none, and then the record is the output privateDnsRecord
	// for somebody else to make).
	HostedZoneId pulumi.StringInput `pulumi:"hostedZoneId,optional" form:"hostedZone"`
	// HostedZoneRoleArn is a role in the hosted zone's account, where that is another one,
	// that may change the zone's records (default none: the zone is in this account).
	HostedZoneRoleArn string `pulumi:"hostedZoneRoleArn,optional" form:"role"`
	// RecordExists says that the record was made elsewhere, so that the verification can
	// start (default false). It goes without hostedZoneId.
	RecordExists bool `pulumi:"recordExists,optional"`
	// HostedZoneProvider makes the record where the zone is in another account, instead of
	// hostedZoneRoleArn (default: the component's own provider). Only a Go program can give
	// it.
	HostedZoneProvider pulumi.ProviderResource
}

// Check checks what the tags can't say.
func (args *PrivateDnsArgs) Check(at check.Path, f *check.Faults) {
	domain, proved := args.domain(), args.ProvedDomain
	checkRecordName(at.Key("name"), cmp.Or(proved, domain), verificationPrefix, f)
	if proved != "" && (strings.HasPrefix(proved, "*") || !check.Forms["domain"].Ok(proved) || !within(domain, proved)) {
		f.Must(at.Key("provedDomain"), proved, domain+" or a domain above it")
	}
	zone := at.Key("hostedZoneId")
	if args.HostedZoneId != nil && args.RecordExists {
		f.Say(at.Key("recordExists"), "is true and %s is set; the record is either made or there", zone)
	}
	if args.HostedZoneId == nil && args.HostedZoneRoleArn != "" {
		f.Say(at.Key("hostedZoneRoleArn"), "is set without %s; it is for a zone in another account", zone)
	}
	if args.HostedZoneId == nil && args.HostedZoneProvider != nil {
		f.Say(at, "has a HostedZoneProvider without %s; it is for that zone's record", zone)
	}
	checkZoneProvider(at, args.HostedZoneRoleArn, args.HostedZoneProvider, f)
}

// within says whether a name is a domain's or below it.
func within(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// domain is the name's domain, which a wildcard is below.
func (args *PrivateDnsArgs) domain() string { return strings.TrimPrefix(args.Name, "*.") }

// nameInput returns the name as an Input, and no Input without one.
func (args *PrivateDnsArgs) nameInput() pulumi.StringPtrInput {
	if args == nil {
		return nil
	}
	return pulumi.String(args.Name)
}

// nameService proves the domain and fills the outputs of the private DNS name, which
// is handed out only when it is verified: an endpoint can't use it before.
func (component *EndpointService) nameService(s scope, service *ec2.VpcEndpointService, args *PrivateDnsArgs) error {
	component.PrivateDnsName = pulumi.String("").ToStringOutput()
	component.PrivateDnsRecord = pulumi.StringMap{}.ToStringMapOutput()
	if args == nil {
		component.PrivateDnsName = nameless(service)
		return nil
	}
	component.PrivateDnsRecord = args.record(s, service)
	var record []pulumi.Resource
	if args.HostedZoneId != nil {
		made, err := newVerificationRecord(s, component.PrivateDnsRecord, args)
		if err != nil {
			return err
		}
		record = append(record, made)
	}
	if args.HostedZoneId == nil && !args.RecordExists {
		return nil
	}
	// The whole name, wildcard and all, is in the resource's own, since another name has
	// to be verified anew and the resource has nothing that would say so.
	verification, err := vpc.NewEndpointServicePrivateDnsVerification(s.ctx, s.named("verification-"+args.Name),
		&vpc.EndpointServicePrivateDnsVerificationArgs{
			ServiceId:           service.ID(),
			WaitForVerification: pulumi.Bool(true),
		}, s.parent, pulumi.DependsOn(record))
	if err != nil {
		return err
	}
	component.PrivateDnsName = afterwards(pulumi.String(args.Name).ToStringOutput(), verification.ID().ToStringOutput())
	return nil
}

// nameless returns "", or fails for a service that has a name from before: the provider
// leaves a name that is no longer given where it is, and consumers could go on to use it.
// See https://github.com/hashicorp/terraform-provider-aws/issues/25579.
func nameless(service *ec2.VpcEndpointService) pulumi.StringOutput {
	return pulumi.All(service.PrivateDnsName, service.ID()).ApplyT(func(values []any) (string, error) {
		name, id := values[0].(string), values[1].(pulumi.ID)
		if name == "" {
			return "", nil
		}
		return "", fmt.Errorf("privateDns is not given, but %s has the private DNS name %s, which the AWS provider can't take away: "+
			"run aws ec2 modify-vpc-endpoint-service-configuration --service-id %s --remove-private-dns-name and pulumi refresh, or give privateDns again",
			id, name, id)
	}).(pulumi.StringOutput)
}

// record is what proves the domain: a token that AWS makes, under the domain. A
// preview of a service that gets the name later shows the service as it is, which has
// no token yet.
func (args *PrivateDnsArgs) record(s scope, service *ec2.VpcEndpointService) pulumi.StringMapOutput {
	domain := cmp.Or(args.ProvedDomain, args.domain())
	return service.PrivateDnsNameConfigurations.ApplyT(
		func(configurations []ec2.VpcEndpointServicePrivateDnsNameConfiguration) (map[string]string, error) {
			switch {
			case len(configurations) == 0 && s.ctx.DryRun():
				return map[string]string{"name": "_token." + domain, "type": "TXT", "value": "vpce:token"}, nil
			case len(configurations) == 0:
				return nil, fmt.Errorf("AWS gave no record to prove %s with; run pulumi refresh, then pulumi up", domain)
			}
			c := configurations[0]
			return map[string]string{
				"name":  text(c.Name) + "." + domain,
				"type":  text(c.Type),
				"value": text(c.Value),
			}, nil
		}).(pulumi.StringMapOutput)
}

func newVerificationRecord(s scope, record pulumi.StringMapOutput, args *PrivateDnsArgs) (pulumi.Resource, error) {
	options, err := s.zoneOptions(args.HostedZoneRoleArn, args.HostedZoneProvider)
	if err != nil {
		return nil, err
	}
	return route53.NewRecord(s.ctx, s.named("verification"), &route53.RecordArgs{
		ZoneId:  args.HostedZoneId,
		Name:    record.MapIndex(pulumi.String("name")),
		Type:    record.MapIndex(pulumi.String("type")),
		Ttl:     pulumi.Int(verificationTTL),
		Records: pulumi.StringArray{record.MapIndex(pulumi.String("value"))},
	}, options...)
}

// text returns what value points to, or "".
func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
