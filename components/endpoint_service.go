package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// EndpointServiceType is the type token of EndpointService.
const EndpointServiceType = "fargate-privatelink:index:EndpointService"

// EndpointService is a VPC endpoint service: what offers a Network Load Balancer
// to other VPCs and accounts over AWS PrivateLink, who may connect to it, and
// which connections are accepted. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html.
type EndpointService struct {
	pulumi.ResourceState

	// ServiceId is the service's ID, vpce-svc-….
	ServiceId pulumi.StringOutput `pulumi:"serviceId"`
	// Arn is the service's ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// ServiceName is what consumers give to their endpoints,
	// com.amazonaws.vpce.<region>.vpce-svc-….
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// AvailabilityZones are the names, in the provider's account, of the
	// Availability Zones in which the service is. Names mean other zones in other
	// accounts: what consumers need are the load balancer's zone IDs.
	AvailabilityZones pulumi.StringArrayOutput `pulumi:"availabilityZones"`
	// BaseEndpointDnsNames are the names that the DNS names of all the consumers'
	// endpoints end in.
	BaseEndpointDnsNames pulumi.StringArrayOutput `pulumi:"baseEndpointDnsNames"`
	// SupportedRegions are the Regions that AWS lists, also those that SupportedRegions
	// of the arguments no longer names.
	SupportedRegions pulumi.StringArrayOutput `pulumi:"supportedRegions"`
	// SupportedIpAddressTypes are the address types that AWS lists, likewise.
	SupportedIpAddressTypes pulumi.StringArrayOutput `pulumi:"supportedIpAddressTypes"`
	// State is the service's state, Available once it can be used.
	State pulumi.StringOutput `pulumi:"state"`
	// ConnectionStates are the states of the AcceptedEndpoints, by endpoint ID, as of
	// the last refresh.
	ConnectionStates pulumi.StringMapOutput `pulumi:"connectionStates"`
	// PrivateDnsName is the private DNS name once it is verified, and empty without
	// PrivateDns or before.
	PrivateDnsName pulumi.StringOutput `pulumi:"privateDnsName"`
	// PrivateDnsRecord is the record that proves the domain, with the keys name, type
	// and value. It is empty without PrivateDns.
	PrivateDnsRecord pulumi.StringMapOutput `pulumi:"privateDnsRecord"`
}

// NewEndpointService makes a VPC endpoint service with its permissions. It returns
// an error when NetworkLoadBalancerArns is missing, when a principal, an endpoint
// ID, a Region or an address type is not valid, when the principal "*" comes
// without AllowAnyPrincipal or without acceptance, and when AcceptedEndpoints
// comes without acceptance, and when PrivateDns is not valid. A principal that is known only
// later is checked when it is, and fails the deployment then, as does a private DNS name
// that the service still has without PrivateDns.
func NewEndpointService(
	ctx *pulumi.Context, name string, args *EndpointServiceArgs, opts ...pulumi.ResourceOption,
) (*EndpointService, error) {
	if args == nil {
		return nil, noArgs("EndpointService", name)
	}
	args, faults := check.Args("", args)
	if err := failed("EndpointService", name, faults); err != nil {
		return nil, err
	}
	component := &EndpointService{}
	if err := ctx.RegisterComponentResource(EndpointServiceType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	service, err := newVpcEndpointService(s, args)
	if err != nil {
		return nil, err
	}
	err = shallow(func() error {
		principals, err := allowPrincipals(s, service, args)
		if err != nil {
			return err
		}
		component.ConnectionStates, err = acceptEndpoints(s, service, principals, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := component.nameService(s, service, args.PrivateDns); err != nil {
		return nil, err
	}
	if err := rankEndpoints(s, service, args.ContributorInsights); err != nil {
		return nil, err
	}

	component.Arn = service.Arn
	component.ServiceId = service.ID().ToStringOutput()
	component.ServiceName = service.ServiceName
	component.AvailabilityZones = service.AvailabilityZones
	component.BaseEndpointDnsNames = service.BaseEndpointDnsNames
	component.SupportedRegions = service.SupportedRegions
	component.SupportedIpAddressTypes = service.SupportedIpAddressTypes
	component.State = service.State
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"arn":                     component.Arn,
		"serviceId":               component.ServiceId,
		"serviceName":             component.ServiceName,
		"availabilityZones":       component.AvailabilityZones,
		"baseEndpointDnsNames":    component.BaseEndpointDnsNames,
		"supportedRegions":        component.SupportedRegions,
		"supportedIpAddressTypes": component.SupportedIpAddressTypes,
		"state":                   component.State,
		"connectionStates":        component.ConnectionStates,
		"privateDnsName":          component.PrivateDnsName,
		"privateDnsRecord":        component.PrivateDnsRecord,
	})
}

// newVpcEndpointService makes the service without its list of principals: the
// provider doesn't remove a principal that is taken off that list, while it does
// delete a resource.
func newVpcEndpointService(s scope, args *EndpointServiceArgs) (*ec2.VpcEndpointService, error) {
	opts := []pulumi.ResourceOption{s.parent}
	if args.Hooks != nil {
		opts = append(opts, pulumi.ResourceHooks(args.Hooks))
	}
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	return ec2.NewVpcEndpointService(s.ctx, s.name, &ec2.VpcEndpointServiceArgs{
		NetworkLoadBalancerArns: args.NetworkLoadBalancerArns,
		AcceptanceRequired:      pulumi.Bool(*args.AcceptanceRequired),
		SupportedRegions:        args.regions(site.region),
		SupportedIpAddressTypes: args.addressTypes(),
		PrivateDnsName:          args.PrivateDns.nameInput(),
		Tags:                    s.tagged(s.name),
	}, opts...)
}

// regions are the Regions whose consumers may connect. AWS lists the service's own
// among them and refuses to remove it. Where nothing is asked nothing is stated.
func (args *EndpointServiceArgs) regions(own string) pulumi.StringArrayInput {
	if args.SupportedRegions == nil {
		return nil
	}
	regions := append([]string{own}, args.SupportedRegions...)
	slices.Sort(regions)
	return pulumi.ToStringArray(slices.Compact(regions))
}

func (args *EndpointServiceArgs) addressTypes() pulumi.StringArrayInput {
	switch {
	case args.SupportedIpAddressTypes == nil:
		return nil
	case len(args.SupportedIpAddressTypes) == 0:
		return pulumi.ToStringArray([]string{"ipv4"})
	}
	return pulumi.ToStringArray(args.SupportedIpAddressTypes)
}

func allowPrincipals(s scope, service *ec2.VpcEndpointService, args *EndpointServiceArgs) (map[string]pulumi.Resource, error) {
	principals := map[string]pulumi.Resource{}
	for _, key := range slices.Sorted(maps.Keys(args.AllowedPrincipals)) {
		principal, err := ec2.NewVpcEndpointServiceAllowedPrinciple(s.ctx, s.named("principal-"+key),
			&ec2.VpcEndpointServiceAllowedPrincipleArgs{
				VpcEndpointServiceId: service.ID(),
				PrincipalArn:         args.checkedPrincipal(key),
			}, s.parent, args.formerly(s, "principal-", key))
		if err != nil {
			return nil, err
		}
		principals[key] = principal
	}
	return principals, nil
}

// formerly lets the resource under a key take over the state of what was called by a
// former key: the deletion of the old one would undo what the new one's creation did,
// since AWS knows one permission for a principal and one answer for an endpoint.
func (args *EndpointServiceArgs) formerly(s scope, kind, key string) pulumi.ResourceOption {
	var aliases []pulumi.Alias
	for _, former := range args.FormerKeys[key] {
		aliases = append(aliases, pulumi.Alias{Name: pulumi.String(s.named(kind + former))})
	}
	return pulumi.Aliases(aliases)
}

// acceptEndpoints accepts the endpoints and returns their connections' states. Each depends
// on the principals that it may be of: who is taken out loses the connection first and the
// permission after, so that nobody is connected whom the service doesn't allow. It doesn't
// depend on anybody else's, since the state would grow by the square of the tenants.
func acceptEndpoints(s scope, service *ec2.VpcEndpointService, principals map[string]pulumi.Resource, args *EndpointServiceArgs) (states pulumi.StringMapOutput, err error) {
	ids, found := pulumi.StringArray{}, pulumi.StringArray{}
	var hooks *pulumi.ResourceHookBinding
	if args.guarded {
		guards, err := guardHook(s.ctx)
		if err != nil {
			return states, err
		}
		hooks = guards.binding()
	}
	for _, key := range slices.Sorted(maps.Keys(args.AcceptedEndpoints)) {
		var allowed []pulumi.Resource
		for _, principal := range args.allowedBy[key] {
			allowed = append(allowed, principals[principal])
		}
		accepter, err := ec2.NewVpcEndpointConnectionAccepter(s.ctx, accepterName(s.name, key),
			&ec2.VpcEndpointConnectionAccepterArgs{
				VpcEndpointServiceId: service.ID(),
				VpcEndpointId:        args.AcceptedEndpoints[key],
			}, s.parent, args.formerly(s, "accept-", key), pulumi.ResourceHooks(hooks), pulumi.DependsOn(allowed))
		if err != nil {
			return states, err
		}
		ids, found = append(ids, accepter.VpcEndpointId), append(found, accepter.VpcEndpointState)
	}
	return pair(ids, found), nil
}

// accepterName names what accepts an endpoint to the service of a name.
func accepterName(service, key string) string { return service + "-accept-" + key }

// insightTemplates are AWS's rules for the consumers of an endpoint service, by the
// suffix of their resources. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html#privatelink-contributor-insights.
var insightTemplates = map[string]string{
	"active-connections": "VpcEndpointService-ActiveConnectionsByEndpointId-v1",
	"bytes":              "VpcEndpointService-BytesByEndpointId-v1",
	"new-connections":    "VpcEndpointService-NewConnectionsByEndpointId-v1",
	"resets":             "VpcEndpointService-RstPacketsByEndpointId-v1",
}

func rankEndpoints(s scope, service *ec2.VpcEndpointService, wanted bool) error {
	if !wanted {
		return nil
	}
	for _, suffix := range slices.Sorted(maps.Keys(insightTemplates)) {
		name := s.named("insight-" + suffix)
		_, err := cloudwatch.NewContributorManagedInsightRule(s.ctx, name, &cloudwatch.ContributorManagedInsightRuleArgs{
			ResourceArn:  service.Arn,
			TemplateName: pulumi.String(insightTemplates[suffix]),
			Tags:         s.tagged(name),
		}, s.parent)
		if err != nil {
			return err
		}
	}
	return nil
}
