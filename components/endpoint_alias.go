package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EndpointAliasType is the type token of EndpointAlias.
const EndpointAliasType = "fargate-privatelink:index:EndpointAlias"

// EndpointAliasArgs are the inputs of EndpointAlias.
type EndpointAliasArgs struct {
	// RecordName is the name to give the endpoint, such as api.internal.example.com, in
	// the zone. Required.
	RecordName string `pulumi:"recordName"`
	// ZoneName is the private hosted zone to make for VpcId, such as
	// internal.example.com (default none). Names in it that have no record don't
	// resolve in the VPC any more.
	ZoneName string `pulumi:"zoneName"`
	// VpcId is the VPC in which the name resolves. Required with ZoneName. It needs DNS
	// hostnames and DNS support.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// HostedZoneId is a private hosted zone that exists and has the VPC, instead of
	// ZoneName.
	HostedZoneId pulumi.StringInput `pulumi:"hostedZoneId"`
	// DnsName is the endpoint's regional DNS name. Required.
	DnsName pulumi.StringInput `pulumi:"dnsName"`
	// DnsHostedZoneId is the hosted zone of DnsName. Required.
	DnsHostedZoneId pulumi.StringInput `pulumi:"dnsHostedZoneId"`
	// IpAddressType is the endpoint's: "ipv4" (default), "dualstack" or "ipv6". It says
	// which records there are.
	IpAddressType string `pulumi:"ipAddressType"`
	// Tags are the tags of the zone (default none). Records take none.
	Tags pulumi.StringMapInput `pulumi:"tags"`
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
	if err := args.check(name); err != nil {
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
	var names []pulumi.StringOutput
	for _, typ := range aliasTypes[orElse(args.IpAddressType, "ipv4")] {
		record, err := route53.NewRecord(ctx, s.named(typ), &route53.RecordArgs{
			ZoneId: zone,
			Name:   pulumi.String(args.RecordName),
			Type:   pulumi.String(typ),
			Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
				Name:                 args.DnsName,
				ZoneId:               args.DnsHostedZoneId,
				EvaluateTargetHealth: pulumi.Bool(true),
			}},
		}, s.parent)
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

func (args *EndpointAliasArgs) check(name string) error {
	const component = "EndpointAlias"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	if !domainName.MatchString(args.RecordName) {
		found.addf("RecordName is %q; it must be a domain name in lower case, such as api.internal.example.com", args.RecordName)
	}
	found.add(required("DnsName", args.DnsName))
	found.add(required("DnsHostedZoneId", args.DnsHostedZoneId))
	found.add(checkOneOf("IpAddressType", orElse(args.IpAddressType, "ipv4"), "ipv4", "dualstack", "ipv6"))
	switch {
	case args.ZoneName == "" && args.HostedZoneId == nil:
		found.addf("ZoneName and HostedZoneId are missing; one of them is required")
	case args.ZoneName != "" && args.HostedZoneId != nil:
		found.addf("ZoneName and HostedZoneId are set; the zone is either made or there")
	case args.ZoneName != "":
		found.add(required("VpcId", args.VpcId))
		if !within(args.RecordName, args.ZoneName) {
			found.addf("RecordName is %q; it must be in ZoneName %s", args.RecordName, args.ZoneName)
		}
	}
	return found.of(component, name)
}

func (args *EndpointAliasArgs) zone(s scope) (pulumi.StringInput, error) {
	if args.HostedZoneId != nil {
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
