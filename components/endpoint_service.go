package components

import (
	"maps"
	"slices"

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
	// SupportedRegions are the Regions whose consumers may connect, such as
	// eu-west-1, each once (default: the service's own). Other Regions need a load
	// balancer in two Availability Zones. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region.
	SupportedRegions []string `pulumi:"supportedRegions"`
	// SupportedIpAddressTypes are "ipv4", "ipv6" or both (default: AWS's, ipv4).
	// With "ipv6" every load balancer must be dualstack.
	SupportedIpAddressTypes []string `pulumi:"supportedIpAddressTypes"`
	// Tags are the tags of the endpoint service (default none).
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
	// State is the service's state, Available once it can be used.
	State pulumi.StringOutput `pulumi:"state"`
}

// NewEndpointService makes a VPC endpoint service with its permissions. It returns
// an error when NetworkLoadBalancerArns is missing, when a principal, an endpoint
// ID, a Region or an address type is not valid, when the principal "*" comes
// without AllowAnyPrincipal or without acceptance, and when AcceptedEndpoints
// comes without acceptance. A principal that is known only later is checked when
// it is, and fails the deployment then.
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
	if err := acceptEndpoints(s, service, args); err != nil {
		return nil, err
	}

	component.ServiceId = service.ID().ToStringOutput()
	component.ServiceName = service.ServiceName
	component.AvailabilityZones = service.AvailabilityZones
	component.BaseEndpointDnsNames = service.BaseEndpointDnsNames
	component.State = service.State
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"serviceId":            component.ServiceId,
		"serviceName":          component.ServiceName,
		"availabilityZones":    component.AvailabilityZones,
		"baseEndpointDnsNames": component.BaseEndpointDnsNames,
		"state":                component.State,
	})
}

func (args *EndpointServiceArgs) acceptanceRequired() bool {
	return args.AcceptanceRequired == nil || *args.AcceptanceRequired
}

// newVpcEndpointService makes the service without its list of principals: the
// provider doesn't remove a principal that is taken off that list, while it does
// delete a resource.
func newVpcEndpointService(s scope, args *EndpointServiceArgs) (*ec2.VpcEndpointService, error) {
	return ec2.NewVpcEndpointService(s.ctx, s.name, &ec2.VpcEndpointServiceArgs{
		NetworkLoadBalancerArns: args.NetworkLoadBalancerArns,
		AcceptanceRequired:      pulumi.Bool(args.acceptanceRequired()),
		SupportedRegions:        stringArray(args.SupportedRegions),
		SupportedIpAddressTypes: stringArray(args.SupportedIpAddressTypes),
		Tags:                    s.tagged(s.name),
	}, s.parent)
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

func acceptEndpoints(s scope, service *ec2.VpcEndpointService, args *EndpointServiceArgs) error {
	for _, key := range slices.Sorted(maps.Keys(args.AcceptedEndpoints)) {
		_, err := ec2.NewVpcEndpointConnectionAccepter(s.ctx, s.named("accept-"+key),
			&ec2.VpcEndpointConnectionAccepterArgs{
				VpcEndpointServiceId: service.ID(),
				VpcEndpointId:        args.AcceptedEndpoints[key],
			}, s.parent)
		if err != nil {
			return err
		}
	}
	return nil
}

// stringArray returns values as an Input, and no Input where there are none: an
// empty list would be a value of its own, which AWS refuses.
func stringArray(values []string) pulumi.StringArrayInput {
	if len(values) == 0 {
		return nil
	}
	return pulumi.ToStringArray(values)
}
