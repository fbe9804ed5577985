package components

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// EndpointAliasType is the type token of EndpointAlias.
const EndpointAliasType = "fargate-privatelink:index:EndpointAlias"

// EndpointAliasOptions are the options of an [EndpointAlias].
type EndpointAliasOptions struct {
	// RecordName is the name to give the endpoint, such as api.internal.example.com, in
	// the zone.
	RecordName string `pulumi:"recordName" form:"domain"`
	// ZoneName is the private hosted zone to make for the VPC, such as
	// internal.example.com. Names in it that have no record don't resolve in the VPC any
	// more. There must be zoneName or hostedZoneId.
	ZoneName string `pulumi:"zoneName,optional" form:"domain"`
	// HostedZoneId is a private hosted zone that exists, instead of zoneName. It has the
	// VPC, or gets it by associateVpc.
	HostedZoneId pulumi.StringInput `pulumi:"hostedZoneId,optional" form:"hostedZone"`
	// HostedZoneRoleArn is a role in the hosted zone's account, where that is another one,
	// that may change the zone's records and, with associateVpc, authorize its association
	// (default none: the zone is in this account).
	HostedZoneRoleArn string `pulumi:"hostedZoneRoleArn,optional" form:"role"`
	// AssociateVpc lets the hosted zone's names resolve in the endpoint's VPC (default
	// false: they do already). A zone in another account authorizes it first. See
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html.
	AssociateVpc bool `pulumi:"associateVpc,optional"`
}

// EndpointAliasArgs are the inputs of EndpointAlias.
type EndpointAliasArgs struct {
	EndpointAliasOptions
	// VpcId is the VPC in which the name resolves. Required with zoneName and associateVpc. It needs DNS
	// hostnames and DNS support.
	VpcId pulumi.StringInput `pulumi:"vpcId,optional"`
	// DnsName is the endpoint's regional DNS name.
	DnsName pulumi.StringInput `pulumi:"dnsName"`
	// DnsHostedZoneId is the hosted zone of DnsName.
	DnsHostedZoneId pulumi.StringInput `pulumi:"dnsHostedZoneId"`
	// IpAddressType is the endpoint's: ipv4 (default), dualstack or ipv6. It says which
	// records there are.
	IpAddressType string `pulumi:"ipAddressType,optional" default:"ipv4" enum:"ipv4,dualstack,ipv6"`
	// Tags are the tags of the zone (default none). Records take none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check checks that there is one zone, which the name is in.
func (o *EndpointAliasOptions) Check(at check.Path, f *check.Faults) {
	switch made, given := o.ZoneName != "", !missing(o.HostedZoneId); {
	case strings.HasPrefix(o.ZoneName, "*"):
		f.Say(at.Key("zoneName"), "is %q; it must be a domain without *, which a name in it may have", o.ZoneName)
	case !made && !given:
		f.Say(at, "has neither zoneName nor hostedZoneId; it must have one, for the record to be in")
	case made && given:
		f.Say(at.Key("zoneName"), "is set together with %s; the zone is either made or there", at.Key("hostedZoneId"))
	case made && (o.HostedZoneRoleArn != "" || o.AssociateVpc):
		f.Say(at.Key("zoneName"), "is set together with hostedZoneRoleArn or associateVpc; they are for a zone that exists: %s", at.Key("hostedZoneId"))
	case made && o.RecordName != "" && !within(o.RecordName, o.ZoneName):
		f.Say(at.Key("recordName"), "is %q; it must be in %s, %s", o.RecordName, at.Key("zoneName"), o.ZoneName)
	}
}

// Check is that of the options, and needs a VPC for a zone to make.
func (args *EndpointAliasArgs) Check(at check.Path, f *check.Faults) {
	args.EndpointAliasOptions.Check(at, f)
	for _, needs := range []struct {
		key   string
		given bool
	}{{"zoneName", args.ZoneName != ""}, {"associateVpc", args.AssociateVpc}} {
		if needs.given && missing(args.VpcId) {
			f.Say(at.Key("vpcId"), "is missing; it is required with %s", at.Key(needs.key))
		}
	}
}

// EndpointAlias gives an endpoint a name of the consumer's own in a private hosted
// zone. It is for services without a private DNS name, and needs nothing of the
// provider. See
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html.
type EndpointAlias struct {
	pulumi.ResourceState

	// Name is the endpoint's name.
	Name pulumi.StringOutput `pulumi:"name"`
	// HostedZoneId is the zone that has it.
	HostedZoneId pulumi.StringOutput `pulumi:"hostedZoneId"`
}

// aliasTypes maps an endpoint's IpAddressType to the types of its records.
var aliasTypes = map[string][]string{
	"ipv4":      {"A"},
	"dualstack": {"A", "AAAA"},
	"ipv6":      {"AAAA"},
}

// NewEndpointAlias makes alias records, and a private hosted zone for them. It returns
// an error when a required argument is missing, when a name is not a domain name or
// not in the zone, and when there are both zones or none.
func NewEndpointAlias(
	ctx *pulumi.Context, name string, args *EndpointAliasArgs, opts ...pulumi.ResourceOption,
) (*EndpointAlias, error) {
	if args == nil {
		return nil, noArgs("EndpointAlias", name)
	}
	args, faults := check.Args("", args)
	if err := failed("EndpointAlias", name, faults); err != nil {
		return nil, err
	}
	component := &EndpointAlias{}
	if err := ctx.RegisterComponentResource(EndpointAliasType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	zone, err := args.zone(s)
	if err != nil {
		return nil, err
	}
	options, err := s.zoneOptions(args.HostedZoneRoleArn, nil)
	if err != nil {
		return nil, err
	}
	if err := args.associate(s, zone, options); err != nil {
		return nil, err
	}
	var names []pulumi.StringOutput
	for _, typ := range aliasTypes[args.IpAddressType] {
		record, err := route53.NewRecord(ctx, s.named(typ), &route53.RecordArgs{
			ZoneId: zone,
			Name:   pulumi.String(args.RecordName),
			Type:   pulumi.String(typ),
			Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
				Name:                 args.DnsName,
				ZoneId:               args.DnsHostedZoneId,
				EvaluateTargetHealth: pulumi.Bool(true),
			}},
		}, options...)
		if err != nil {
			return nil, err
		}
		names = append(names, record.Fqdn)
	}
	component.Name = names[0]
	component.HostedZoneId = zone.ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"name":         component.Name,
		"hostedZoneId": component.HostedZoneId,
	})
}

// associate lets the zone's names resolve in the VPC, which a zone of another account has
// to authorize.
func (args *EndpointAliasArgs) associate(s scope, zone pulumi.StringInput, inZoneAccount []pulumi.ResourceOption) error {
	if !args.AssociateVpc {
		return nil
	}
	name, opts := s.named("zone"), []pulumi.ResourceOption{s.parent}
	site, err := s.site()
	if err != nil {
		return err
	}
	if args.HostedZoneRoleArn != "" {
		authorization, err := route53.NewVpcAssociationAuthorization(s.ctx, name, &route53.VpcAssociationAuthorizationArgs{
			ZoneId: zone, VpcId: args.VpcId, VpcRegion: pulumi.String(site.region),
		}, inZoneAccount...)
		if err != nil {
			return err
		}
		opts = append(opts, pulumi.DependsOn([]pulumi.Resource{authorization}))
	}
	_, err = route53.NewZoneAssociation(s.ctx, name, &route53.ZoneAssociationArgs{
		ZoneId: zone, VpcId: args.VpcId, VpcRegion: pulumi.String(site.region),
	}, opts...)
	return err
}

func (args *EndpointAliasArgs) zone(s scope) (pulumi.StringInput, error) {
	if !missing(args.HostedZoneId) {
		return args.HostedZoneId, nil
	}
	zone, err := route53.NewZone(s.ctx, s.name, &route53.ZoneArgs{
		Name:    pulumi.String(args.ZoneName),
		Comment: pulumi.String("Private names of VPC endpoint " + s.name),
		Vpcs:    route53.ZoneVpcArray{&route53.ZoneVpcArgs{VpcId: args.VpcId}},
		Tags:    s.tagged(s.name),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	return zone.ZoneId, nil
}
