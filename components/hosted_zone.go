package components

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// checkZoneProvider refuses two ways to the account of a hosted zone.
func checkZoneProvider(at check.Path, roleArn string, provider pulumi.ProviderResource, f *check.Faults) {
	if roleArn != "" && provider != nil {
		f.Say(at.Key("hostedZoneRoleArn"), "is set together with HostedZoneProvider; set one of them")
	}
}

// maxDomainName is how long a name in DNS may be, see
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html.
const maxDomainName = 253

// checkRecordName refuses a name that leaves no room for what a record has before it.
func checkRecordName(at check.Path, name string, prefix int, f *check.Faults) {
	if name = strings.TrimPrefix(name, "*."); len(name)+prefix > maxDomainName && len(name) <= maxDomainName {
		f.Say(at, "has %d characters; it must have at most %d, since the record that proves it has %d before it", len(name), maxDomainName-prefix, prefix)
	}
}

// zoneOptions are the options of records in a hosted zone: they are made by the given
// provider, or by one for the zone's account, as a role there, if there is either.
func (s scope) zoneOptions(roleArn string, provider pulumi.ProviderResource) ([]pulumi.ResourceOption, error) {
	options := []pulumi.ResourceOption{s.parent}
	if roleArn != "" {
		site, err := s.site()
		if err != nil {
			return nil, err
		}
		made, err := aws.NewProvider(s.ctx, s.named("hosted-zone"), &aws.ProviderArgs{
			Region:            pulumi.String(site.region),
			AllowedAccountIds: pulumi.ToStringArray([]string{strings.Split(roleArn, ":")[4]}),
			AssumeRole:        &aws.ProviderAssumeRoleArgs{RoleArn: pulumi.String(roleArn)},
		}, s.parent)
		if err != nil {
			return nil, err
		}
		provider = made
	}
	if provider != nil {
		options = append(options, pulumi.Provider(provider))
	}
	return options, nil
}
