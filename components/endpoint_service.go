package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EndpointServiceType is the type token of EndpointService.
const EndpointServiceType = "fargate-privatelink:index:EndpointService"

// EndpointServiceArgs are the inputs of EndpointService.
type EndpointServiceArgs struct {
	// NetworkLoadBalancerArns are the load balancers behind the service, none of which
	// may belong to another service. Required.
	NetworkLoadBalancerArns pulumi.StringArrayInput `pulumi:"networkLoadBalancerArns"`
	// AcceptanceRequired says whether a consumer's endpoint waits until it is
	// accepted (default true). See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests.
	AcceptanceRequired *bool `pulumi:"acceptanceRequired"`
	// AllowedPrincipals are the principals that may make an endpoint to the service
	// (default nobody): the ARNs of accounts (arn:aws:iam::123456789012:root), roles
	// and users without a path, or "*" for everybody. A key names its resource, so
	// that taking one away leaves the others alone; it must not be empty. To remove
	// a principal doesn't end the connections that it has. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
	AllowedPrincipals map[string]pulumi.StringInput `pulumi:"allowedPrincipals"`
	// AllowAnyPrincipal permits the principal "*" (default false), which acceptance
	// must guard.
	AllowAnyPrincipal bool `pulumi:"allowAnyPrincipal"`
	// AcceptedEndpoints are the IDs of the consumers' endpoints to accept, such as
	// vpce-0123456789abcdef0 (default none). A key names its resource; it must not be
	// empty. Taking one away rejects the endpoint. They can be given only where
	// acceptance is required.
	AcceptedEndpoints map[string]pulumi.StringInput `pulumi:"acceptedEndpoints"`
	// SupportedRegions are the other Regions whose consumers may connect, such as
	// eu-west-1, each once (default none). The service's own always may: AWS lists it
	// too and never takes it away. Other Regions need a load balancer in two
	// Availability Zones. A nil list leaves the Regions that the service has, an empty
	// one takes all others away. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region.
	SupportedRegions []string `pulumi:"supportedRegions"`
	// SupportedIpAddressTypes are "ipv4", "ipv6" or both (default: AWS's, ipv4).
	// With "ipv6" every load balancer must be dualstack. A nil list leaves the types that
	// the service has, an empty one takes "ipv6" away.
	SupportedIpAddressTypes []string `pulumi:"supportedIpAddressTypes"`
	// PrivateDns gives the service a name of the provider's own, which consumers can
	// have resolve to their endpoints (default none). The AWS provider can change a name
	// but not take it away: without PrivateDns the deployment fails until somebody has.
	PrivateDns *PrivateDnsArgs `pulumi:"privateDns"`
	// ContributorInsights makes CloudWatch rank the consumers' endpoints by bytes,
	// connections and resets (default false). AWS charges for each of the four rules. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
	ContributorInsights bool `pulumi:"contributorInsights"`
	// Hooks run at changes of the endpoint service itself (default none), which those of
	// the component's options don't. See
	// https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/.
	Hooks *pulumi.ResourceHookBinding
	// Tags are the tags of the endpoint service (default none). Its principals and
	// accepted endpoints take none: the provider has no tags for them.
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

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
	if err := args.check(name); err != nil {
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
	if err := allowPrincipals(s, service, args); err != nil {
		return nil, err
	}
	if component.ConnectionStates, err = acceptEndpoints(s, service, args); err != nil {
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

func (args *EndpointServiceArgs) acceptanceRequired() bool {
	return args.AcceptanceRequired == nil || *args.AcceptanceRequired
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
		AcceptanceRequired:      pulumi.Bool(args.acceptanceRequired()),
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

func allowPrincipals(s scope, service *ec2.VpcEndpointService, args *EndpointServiceArgs) error {
	for _, key := range slices.Sorted(maps.Keys(args.AllowedPrincipals)) {
		_, err := ec2.NewVpcEndpointServiceAllowedPrinciple(s.ctx, s.named("principal-"+key),
			&ec2.VpcEndpointServiceAllowedPrincipleArgs{
				VpcEndpointServiceId: service.ID(),
				PrincipalArn:         args.checkedPrincipal(key),
			}, s.parent)
		if err != nil {
			return err
		}
	}
	return nil
}

// acceptEndpoints accepts the endpoints and returns their connections' states.
func acceptEndpoints(s scope, service *ec2.VpcEndpointService, args *EndpointServiceArgs) (states pulumi.StringMapOutput, err error) {
	ids, found := pulumi.StringArray{}, pulumi.StringArray{}
	for _, key := range slices.Sorted(maps.Keys(args.AcceptedEndpoints)) {
		accepter, err := ec2.NewVpcEndpointConnectionAccepter(s.ctx, s.named("accept-"+key),
			&ec2.VpcEndpointConnectionAccepterArgs{
				VpcEndpointServiceId: service.ID(),
				VpcEndpointId:        args.AcceptedEndpoints[key],
			}, s.parent)
		if err != nil {
			return states, err
		}
		ids, found = append(ids, accepter.VpcEndpointId), append(found, accepter.VpcEndpointState)
	}
	return pair(ids, found), nil
}

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
