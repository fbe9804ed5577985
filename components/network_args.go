package components

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

const (
	defaultCidrBlock = "10.0.0.0/16"
	defaultZoneCount = 2
	maxZones         = 6
	// minSubnetPrefix is the prefix length of the smallest subnet that AWS makes. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
	minSubnetPrefix = 28
)

// Egress says how tasks in a created VPC reach the internet.
type Egress string

const (
	// EgressNone makes private subnets with no way to the internet. Tasks get their
	// image from Amazon ECR, through VpcEndpoints.
	EgressNone Egress = "none"
	// EgressSingleNat makes private subnets with one NAT gateway for them all, which
	// costs least and goes with its Availability Zone. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html.
	EgressSingleNat Egress = "single-nat"
	// EgressNatPerAz makes private subnets with a NAT gateway in each Availability
	// Zone.
	EgressNatPerAz Egress = "nat-per-az"
	// EgressPublic makes public subnets, in which tasks need a public address each.
	EgressPublic Egress = "public"
)

// VpcOptions are a VPC to create, or, with vpcId and subnetIds, one that exists.
type VpcOptions struct {
	// CidrBlock is the new VPC's block of IPv4 addresses (default 10.0.0.0/16): private,
	// with a prefix length of /16 to /26, and so large that no subnet is smaller than
	// /28. See https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html.
	CidrBlock string `pulumi:"cidrBlock,optional" form:"cidr"`
	// AvailabilityZones is the number of the new VPC's Availability Zones, 1 to 6: the
	// first ones by name (default 2), or for an endpoint to a service the first ones by
	// ID in which the service can be reached (default all of them, but at most 3). The
	// VPC is divided into 1, 2, 4 or 8 parts, one a zone: a zone added at the end leaves
	// the other subnets alone while there is a part left, and replaces them all
	// otherwise.
	AvailabilityZones *int `pulumi:"availabilityZones,optional" range:"1,6"`
	// FlowLogs record the new VPC's traffic in CloudWatch Logs, at a charge (default: none
	// are).
	FlowLogs *FlowLogsArgs `pulumi:"flowLogs,optional"`
	// VpcId is an existing VPC to use as it is (default: a new one is created). It goes
	// with subnetIds, and with nothing that shapes a new VPC.
	VpcId pulumi.StringInput `pulumi:"vpcId,optional" form:"vpc"`
	// SubnetIds are the existing VPC's subnets to use, each once.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional" form:"subnet" unique:"true"`
}

// NetworkOptions are the options of a [Network]. Those of a VPC to create decide which
// resources there are.
type NetworkOptions struct {
	VpcOptions
	// AvailabilityZoneIds are the IDs of the new VPC's Availability Zones, such as
	// use1-az1, 1 to 6, each once, instead of availabilityZones. IDs name the same zone
	// in every account, which names (us-east-1a) don't. See
	// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html.
	AvailabilityZoneIds []string `pulumi:"availabilityZoneIds,optional" form:"zone" unique:"true"`
	// Egress is how tasks in the new VPC reach the internet: none, single-nat (default),
	// nat-per-az or public. A change to or from public replaces the subnets, every other
	// one leaves them alone.
	Egress Egress `pulumi:"egress,optional" enum:"none,single-nat,nat-per-az,public"`
	// VpcEndpoints are the AWS services to make endpoints to in the VPC, by the end of
	// their names (com.amazonaws.<region>.<name>), each once (default none). s3 and
	// dynamodb are gateway endpoints, which cost nothing; all others, such as ecr.api,
	// ecr.dkr and logs, are interface endpoints with private DNS. s3-interface is Amazon
	// S3's interface endpoint, which networks beyond the VPC can use too; beside s3, only
	// these do. In an existing VPC the interface endpoints are in the tasks' subnets, and
	// gateway endpoints need routeTableIds. See
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html.
	VpcEndpoints []string `pulumi:"vpcEndpoints,optional" form:"awsService" unique:"true"`
	// TaskSubnetIds are the existing VPC's subnets for the tasks, each once (default:
	// subnetIds, which then are the load balancer's alone). Their zones must be among the
	// load balancer's.
	TaskSubnetIds pulumi.StringArrayInput `pulumi:"taskSubnetIds,optional" form:"subnet" unique:"true"`
	// RouteTableIds are the route tables of the tasks' subnets in an existing VPC, which get
	// the routes to gateway endpoints among vpcEndpoints. Required with these.
	RouteTableIds pulumi.StringArrayInput `pulumi:"routeTableIds,optional" form:"routeTable" unique:"true"`
	// AssignPublicIp gives each task a public address, which a task in an existing VPC's
	// public subnet needs (default false). It goes with vpcId: in a new VPC, egress says
	// it.
	AssignPublicIp bool `pulumi:"assignPublicIp,optional"`
}

// NetworkArgs are the inputs of Network.
type NetworkArgs struct {
	NetworkOptions
	// Ipv6 gives the created VPC a block of IPv6 addresses and SubnetIds blocks of it
	// (default false): subnets of their own for dualstack load balancers and endpoints,
	// beside the private ones of the tasks, which have IPv4 only. It needs an Egress
	// other than EgressPublic. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html.
	Ipv6 bool `pulumi:"ipv6,optional"`
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// path is where the arguments stand in the configuration of a side.
	path check.Path
}

// exists says whether the network's VPC is one that exists.
func (o *VpcOptions) exists() bool { return !missing(o.VpcId) }

// Check checks what the options mean together, and fills in the CIDR block.
func (o *VpcOptions) Check(at check.Path, f *check.Faults) {
	o.check(at, f)
	if !o.exists() {
		o.CidrBlock = cmp.Or(o.CidrBlock, defaultCidrBlock)
	}
}

// shape is a key of a VPC to create.
type shape struct {
	key   string
	given bool
}

func (o *VpcOptions) check(at check.Path, f *check.Faults, more ...shape) {
	if !o.exists() {
		if o.SubnetIds != nil {
			f.Say(at.Key("subnetIds"), "is set without %s; it lists subnets of an existing VPC", at.Key("vpcId"))
		}
		checkVpcCidr(at.Key("cidrBlock"), cmp.Or(o.CidrBlock, defaultCidrBlock), f)
		return
	}
	if missing(o.SubnetIds) {
		f.Say(at.Key("subnetIds"), "is not set; with %s it must list the subnets to use", at.Key("vpcId"))
	}
	shapes := []shape{
		{"cidrBlock", o.CidrBlock != ""}, {"availabilityZones", o.AvailabilityZones != nil}, {"flowLogs", o.FlowLogs != nil},
	}
	for _, shape := range append(shapes, more...) {
		if shape.given {
			f.Say(at.Key(shape.key), "is set together with %s; it shapes a new VPC, and an existing one is used as it is", at.Key("vpcId"))
		}
	}
}

// checkVpcCidr checks the CIDR block of a VPC to create, whose form is checked already.
// AWS takes public blocks too, but answers to their real owners would stay in the VPC.
// See https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html.
func checkVpcCidr(path check.Path, value string, f *check.Faults) {
	if !check.Forms["cidr"].Ok(value) {
		return
	}
	prefix := netip.MustParsePrefix(value)
	switch {
	case prefix.Bits() < 16 || prefix.Bits() > 26:
		f.Say(path, "is %q; it must have a prefix length of /16 to /26", value)
	case !slices.ContainsFunc(privateBlocks, func(block netip.Prefix) bool { return block.Contains(prefix.Addr()) }):
		f.Say(path, "is %q; it must be private: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10", value)
	}
}

// privateBlocks are those of RFC 1918 and RFC 6598.
var privateBlocks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// Check checks what the options mean together, and fills in what a VPC to create has
// by default: an existing one must not have it.
func (o *NetworkOptions) Check(at check.Path, f *check.Faults) { o.check(at, false, f) }

// Check is that of the options, with Ipv6.
func (args *NetworkArgs) Check(at check.Path, f *check.Faults) { args.check(at, args.Ipv6, f) }

func (o *NetworkOptions) check(at check.Path, ipv6 bool, f *check.Faults) {
	before := len(*f)
	o.VpcOptions.check(at, f,
		shape{"availabilityZoneIds", o.AvailabilityZoneIds != nil},
		shape{"egress", o.Egress != ""},
		shape{"ipv6", ipv6},
	)
	o.checkGiven(at, f)
	if o.exists() {
		return
	}
	o.checkZones(at, f)
	if o.AssignPublicIp {
		f.Say(at.Key("assignPublicIp"), "is set without %s; a new VPC's tasks get public addresses with egress public and no other", at.Key("vpcId"))
	}
	o.fill()
	if ipv6 && o.Egress == EgressPublic {
		f.Say(at.Key("ipv6"), "is true and %s is %q; it must be one of none, single-nat, nat-per-az, since public subnets fill %s",
			at.Key("egress"), o.Egress, at.Key("cidrBlock"))
	}
	if len(*f) == before {
		o.checkSize(at.Key("cidrBlock"), ipv6, f)
	}
}

// checkGiven checks what only an existing VPC has.
func (o *NetworkOptions) checkGiven(at check.Path, f *check.Faults) {
	isGateway := func(service string) bool { return slices.Contains(gatewayServices, service) }
	tables := at.Key("routeTableIds")
	for _, given := range []shape{{"taskSubnetIds", o.TaskSubnetIds != nil}, {"routeTableIds", o.RouteTableIds != nil}} {
		if given.given && !o.exists() {
			f.Say(at.Key(given.key), "is set without %s; it lists what an existing VPC has", at.Key("vpcId"))
		}
	}
	switch gateways := slices.IndexFunc(o.VpcEndpoints, isGateway); {
	case !o.exists():
	case gateways >= 0 && missing(o.RouteTableIds):
		f.Say(at.Key("vpcEndpoints").Index(gateways), "is %q, a gateway endpoint; in an existing VPC it needs %s", o.VpcEndpoints[gateways], tables)
	case gateways < 0 && o.RouteTableIds != nil:
		f.Say(tables, "is set, but none of %s is a gateway endpoint (%s)", at.Key("vpcEndpoints"), strings.Join(gatewayServices, ", "))
	}
}

func (o *NetworkOptions) checkZones(at check.Path, f *check.Faults) {
	ids := at.Key("availabilityZoneIds")
	if o.AvailabilityZones != nil && o.AvailabilityZoneIds != nil {
		f.Say(at.Key("availabilityZones"), "is set together with %s; set one of them", ids)
	}
	if count := len(o.AvailabilityZoneIds); o.AvailabilityZoneIds != nil && (count == 0 || count > maxZones) {
		f.Say(ids, "has %d zones; it must have 1 to %d", count, maxZones)
	}
}

// fill gives a VPC to create its defaults.
func (o *NetworkOptions) fill() {
	o.CidrBlock = cmp.Or(o.CidrBlock, defaultCidrBlock)
	o.Egress = cmp.Or(o.Egress, EgressSingleNat)
	if o.AvailabilityZoneIds == nil && o.AvailabilityZones == nil {
		o.AvailabilityZones = pulumi.IntRef(defaultZoneCount)
	}
}

// zoneCount returns the number of the created VPC's Availability Zones.
func (o *NetworkOptions) zoneCount() int {
	if o.AvailabilityZoneIds != nil {
		return len(o.AvailabilityZoneIds)
	}
	return *o.AvailabilityZones
}

// checkSize checks that the created VPC has room for its subnets. Faults of what it
// goes by are said already.
func (o *NetworkOptions) checkSize(path check.Path, ipv6 bool, f *check.Faults) {
	if zones := o.zoneCount(); !check.Forms["cidr"].Ok(o.CidrBlock) || zones < 1 || zones > maxZones {
		return
	}
	prefixes := o.subnetPrefixes()
	if ipv6 {
		prefixes = append(prefixes, o.dualstackPrefix())
	}
	if smallest := slices.Max(prefixes); smallest > minSubnetPrefix {
		f.Say(path, "is %q; with %d Availability Zones and egress %q its subnets would be /%d, and AWS stops at /%d",
			o.CidrBlock, o.zoneCount(), o.Egress, smallest, minSubnetPrefix)
	}
}

// zonesWithRoom is how many Availability Zones the address plan has room for, so that
// adding a zone leaves the subnets of the others as they are.
const zonesWithRoom = 4

// zonePrefix returns the prefix length of one Availability Zone's part of the VPC,
// which is divided into [zonesWithRoom] equal parts, or into eight for more zones. A
// VPC that is too small for that has as many parts as it has zones.
func (o *NetworkOptions) zonePrefix() int {
	vpc := netip.MustParsePrefix(o.CidrBlock).Bits()
	if part := vpc + bits.Len(uint(max(o.zoneCount(), zonesWithRoom)-1)); part < minSubnetPrefix {
		return part
	}
	return vpc + bits.Len(uint(o.zoneCount()-1))
}

// subnetPrefixes returns the prefix lengths of the subnets in one Availability Zone's
// part. Half of a part is the private subnet, also without NAT gateways, so that
// they can be added later. With them a quarter is the public subnet, which holds
// nothing but the gateway. Where that would be less than AWS's smallest subnet, both
// may be as small as that.
func (o *NetworkOptions) subnetPrefixes() []int {
	part := o.zonePrefix()
	switch o.Egress {
	case EgressSingleNat, EgressNatPerAz:
		return []int{part + 1, max(part+1, min(part+2, minSubnetPrefix))}
	case EgressPublic:
		return []int{part}
	default:
		return []int{max(part, min(part+1, minSubnetPrefix))}
	}
}

// failedAt is like [failed] for arguments whose place in the configuration of a side is
// known: that says enough.
func failedAt(at check.Path, component, name string, faults check.Faults) error {
	if at != "" {
		return faults.Err()
	}
	return failed(component, name, faults)
}
