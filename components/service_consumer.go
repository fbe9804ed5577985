package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/check"
)

// ServiceConsumerType is the type token of ServiceConsumer.
const ServiceConsumerType = "fargate-privatelink:index:ServiceConsumer"

// ServiceConsumer is the consumer's side: an interface endpoint to a provider's
// service, in a VPC of its own or in an existing one, or one in each of several. AWS
// calls the side a service consumer. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html.
type ServiceConsumer struct {
	pulumi.ResourceState

	// EndpointId is the endpoint's ID, which the provider accepts. Of several networks,
	// this and what follows is that of the first one by key; Endpoints has them all.
	EndpointId pulumi.StringOutput `pulumi:"endpointId"`
	// DnsName is the endpoint's regional DNS name.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// Url is what clients open: the first port that can carry HTTP, under the
	// friendliest of the endpoint's names. It is empty when every port is UDP.
	Url pulumi.StringOutput `pulumi:"url"`
	// SecurityGroupId is the endpoint's own security group. Add a rule to it to let more
	// clients in.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// VpcId is the VPC that the endpoint is in.
	VpcId pulumi.StringOutput `pulumi:"vpcId"`
	// AccountId is the AWS account of the endpoints.
	AccountId pulumi.StringOutput `pulumi:"accountId"`
	// EndpointIds are the endpoints' IDs by the key of their network, "" for the only
	// one.
	EndpointIds pulumi.StringMapOutput `pulumi:"endpointIds"`
	// Endpoints is what there is to know of each endpoint, by the key of its network, ""
	// for the only one, with the names of [contract.Endpoint].
	Endpoints pulumi.MapMapOutput `pulumi:"endpoints"`

	outputs pulumi.Map
}

// Outputs are what there is to export, by name: of the only network each by itself, of
// several by network. See [contract.ConsumerOutputs].
func (c *ServiceConsumer) Outputs() pulumi.Map { return maps.Clone(c.outputs) }

// spot is what there is in one place: a network and the endpoint in it.
type spot struct {
	place
	network  *Network
	endpoint *InterfaceEndpoint
	alias    *EndpointAlias // nil without dns
}

// NewServiceConsumer makes the consumer's side. It returns an error, with every fault,
// when an argument is not valid, when the Region or its Availability Zones are none from
// which the service can be reached, and when the service doesn't have what is asked of
// it; nothing is registered then.
func NewServiceConsumer(
	ctx *pulumi.Context, name string, args *ServiceConsumerArgs, opts ...pulumi.ResourceOption,
) (*ServiceConsumer, error) {
	if args == nil {
		return nil, noArgs("ServiceConsumer", name)
	}
	at := check.Path(args.ConfigPath)
	whole := *args
	whole.ServiceConsumerOptions = *args.hardened()
	args, faults := check.Args(at, &whole)
	faults.Form(at.Key("name"), name, check.Forms["name"])
	if err := failedAt(at, "ServiceConsumer", name, faults); err != nil {
		return nil, err
	}
	site, err := readConsumerSite(ctx, args, opts)
	if err != nil {
		faults.Add(err)
		return nil, failedAt(at, "ServiceConsumer", name, faults)
	}
	for _, notice := range args.privateDnsNotices(ctx.Stack(), site) {
		if err := ctx.Log.Info(notice, nil); err != nil {
			return nil, err
		}
	}

	component := &ServiceConsumer{}
	if err := ctx.RegisterComponentResource(ServiceConsumerType, name, component, opts...); err != nil {
		return nil, err
	}
	side := consumerSide{
		args: args, site: site, name: name, tags: sideTags(args.Tags, args.Secret),
		// Before there was this component, its children had no parent.
		child: pulumi.Composite(pulumi.Parent(component), pulumi.Aliases([]pulumi.Alias{{NoParent: pulumi.Bool(true)}})),
	}
	if err := side.newKey(ctx, component); err != nil {
		return nil, err
	}
	for _, p := range args.places(at) {
		made, err := side.make(ctx, p)
		if err != nil {
			return nil, err
		}
		side.spots = append(side.spots, made)
	}
	side.fill(component)
	return component, ctx.RegisterResourceOutputs(component, component.outputs)
}

// consumerSide is the consumer's side while it is being wired.
type consumerSide struct {
	args  *ServiceConsumerArgs
	site  *consumerSite
	name  string
	tags  pulumi.StringMapInput
	child pulumi.ResourceOption
	spots []spot
	key   *kms.Key // nil unless hardened
}

// newKey makes the key of a hardened side's flow logs.
func (s *consumerSide) newKey(ctx *pulumi.Context, component pulumi.Resource) (err error) {
	made := func(p place) bool {
		return !p.network.exists() && *p.network.FlowLogs.Enabled && p.network.FlowLogs.KmsKeyArn == nil
	}
	if !s.args.Hardened || !slices.ContainsFunc(s.args.places(""), made) {
		return nil
	}
	s.key, err = customerKey(ctx, s.name, s.tags, pulumi.Parent(component))
	return err
}

// make makes a network, an endpoint and what belongs to it in one place.
func (s *consumerSide) make(ctx *pulumi.Context, p place) (spot, error) {
	at := spot{place: p}
	for _, step := range []func(*pulumi.Context, *spot) error{s.newNetwork, s.newEndpoint, s.newAlias, s.newAlarms} {
		if err := step(ctx, &at); err != nil {
			return at, err
		}
	}
	return at, nil
}

func (s *consumerSide) newNetwork(ctx *pulumi.Context, at *spot) (err error) {
	args := s.args.networkArgs(at.place, s.site.zoneIds)
	if logs := args.FlowLogs; s.key != nil && logs != nil && logs.KmsKeyArn == nil {
		args.FlowLogs = copied(logs)
		args.FlowLogs.KmsKeyArn = s.key.Arn
	}
	args.Tags = s.tags
	at.network, err = NewNetwork(ctx, at.named(s.name), args, s.child)
	return err
}

func (s *consumerSide) newEndpoint(ctx *pulumi.Context, at *spot) (err error) {
	options := *s.args.Endpoint
	if s.args.Contract.PrivateDnsName != "" && !s.args.trustsName() {
		options.PrivateDns = pulumi.BoolRef(false)
	}
	args := &InterfaceEndpointArgs{
		InterfaceEndpointOptions: options,
		VpcId:                    at.network.VpcId,
		SubnetIds:                SelectSubnets(at.network.SubnetIdsByZone, s.site.zoneIds),
		ServiceName:              pulumi.String(s.args.Contract.ServiceName),
		Ports:                    endpointPorts(s.args.Contract.Ports),
		Clients: &ClientsOptions{
			CidrBlocks: s.clientCidrs(at.place), SecurityGroupIds: at.clients.SecurityGroupIds, PrefixListIds: at.clients.PrefixListIds,
		},
		ClientIpv6Cidrs: s.clientIpv6Cidrs(at),
		Accepted:        s.site.accepted[at.key],
		Tags:            s.tags,
	}
	if s.site.region != s.args.Contract.Region {
		args.ServiceRegion = pulumi.String(s.args.Contract.Region)
	}
	if addresses := s.args.Endpoint.PrivateIpv4Addresses; len(addresses) > 0 {
		path := check.Path(s.args.ConfigPath).Key("endpoint").Key("privateIpv4Addresses")
		args.SubnetAddresses = addressesBySubnet(at.network.SubnetIdsByZone, addresses, path)
	}
	at.endpoint, err = NewInterfaceEndpoint(ctx, at.named(s.name), args, s.child)
	return err
}

func (s *consumerSide) newAlias(ctx *pulumi.Context, at *spot) (err error) {
	if s.args.Dns == nil {
		return nil
	}
	args := &EndpointAliasArgs{
		EndpointAliasOptions: *s.args.Dns,
		DnsName:              at.endpoint.DnsName,
		DnsHostedZoneId:      at.endpoint.HostedZoneId,
		IpAddressType:        s.args.Endpoint.addressType(),
		Tags:                 s.tags,
	}
	if args.ZoneName != "" || args.AssociateVpc {
		args.VpcId = at.network.VpcId
	}
	at.alias, err = NewEndpointAlias(ctx, at.named(s.name), args, s.child)
	return err
}

func (s *consumerSide) newAlarms(ctx *pulumi.Context, at *spot) error {
	if !s.args.Alarms.Enabled {
		return nil
	}
	_, err := NewEndpointAlarms(ctx, at.named(s.name), &EndpointAlarmsArgs{
		EndpointAlarmsOptions: *s.args.Alarms,
		EndpointId:            at.endpoint.EndpointId,
		VpcId:                 at.network.VpcId,
		ServiceName:           pulumi.String(s.args.Contract.ServiceName),
		Tags:                  s.tags,
	}, s.child)
	return err
}

func endpointPorts(ports []contract.Port) []Port {
	var result []Port
	for _, port := range ports {
		result = append(result, Port{Port: port.Port, Protocol: port.Protocol})
	}
	return result
}

// clientCidrs are a place's clients by address. When none are named, it is everybody
// in the VPC that is made there.
func (s *consumerSide) clientCidrs(p place) []string {
	if p.clients.count() == 0 && s.args.Endpoint.addressType() != "ipv6" {
		return []string{p.network.CidrBlock}
	}
	return p.clients.CidrBlocks
}

// clientIpv6Cidrs is the VPC's block that only AWS knows, where nobody is named.
func (s *consumerSide) clientIpv6Cidrs(at *spot) map[string]pulumi.StringInput {
	if at.clients.count() > 0 || !s.args.Endpoint.ipv6() {
		return nil
	}
	return map[string]pulumi.StringInput{"vpc-ipv6": at.network.Ipv6CidrBlock}
}
