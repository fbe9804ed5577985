package components

import (
	"fmt"
	"math/bits"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

const (
	defaultCidrBlock = "10.0.0.0/16"
	defaultZoneCount = 2
	maxZones         = 6
	// minSubnetPrefix is the prefix length of the smallest subnet that AWS makes. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
	minSubnetPrefix = 28
)

var (
	zoneId          = regexp.MustCompile(`^[a-z]{2,6}[0-9]+-az[0-9]+$`)
	endpointService = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
)

// exists says whether the network's VPC is one that exists.
func (args *NetworkArgs) exists() bool {
	return !missing(args.VpcId) || !missing(args.SubnetIds)
}

func (args *NetworkArgs) withDefaults() *NetworkArgs {
	if args == nil || args.exists() {
		return args
	}
	full := *args
	full.CidrBlock = orElse(full.CidrBlock, defaultCidrBlock)
	full.Egress = orElse(full.Egress, EgressNone)
	if len(full.AvailabilityZoneIds) == 0 {
		full.AvailabilityZoneCount = orElse(full.AvailabilityZoneCount, defaultZoneCount)
	}
	return &full
}

func (args *NetworkArgs) check(name string) error {
	const component = "Network"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkSecurityGroupName(name))
	if args.exists() {
		found = append(found, args.checkExisting()...)
	} else {
		found = append(found, args.checkCreated()...)
	}
	return found.of(component, name)
}

// checkExisting checks the arguments of an existing VPC, which are two and no more.
func (args *NetworkArgs) checkExisting() faults {
	var found faults
	if missing(args.VpcId) {
		found.addf("VpcId is missing; it is required with SubnetIds")
	}
	if missing(args.SubnetIds) {
		found.addf("SubnetIds is missing; it is required with VpcId")
	}
	for _, argument := range []struct {
		name  string
		value any
		given bool
	}{
		{"CidrBlock", args.CidrBlock, args.CidrBlock != ""},
		{"AvailabilityZoneIds", args.AvailabilityZoneIds, len(args.AvailabilityZoneIds) > 0},
		{"AvailabilityZoneCount", args.AvailabilityZoneCount, args.AvailabilityZoneCount != 0},
		{"Egress", args.Egress, args.Egress != ""},
		{"VpcEndpoints", args.VpcEndpoints, len(args.VpcEndpoints) > 0},
		{"Ipv6", args.Ipv6, args.Ipv6},
	} {
		if argument.given {
			found.addf("%s is %v; it can't be given with VpcId, since it is for a VPC to create", argument.name, argument.value)
		}
	}
	return found
}

// checkCreated checks the arguments of a VPC to create.
func (args *NetworkArgs) checkCreated() faults {
	var found faults
	found.add(checkOneOf("Egress", string(args.Egress),
		string(EgressNone), string(EgressSingleNat), string(EgressNatPerAz), string(EgressPublic)))
	if args.Ipv6 && args.Egress == EgressPublic {
		found.addf("Ipv6 is true and Egress is %q; it must be one of none, single-nat, nat-per-az, since public subnets fill the CidrBlock", args.Egress)
	}
	zones := args.checkZones()
	found = append(found, zones...)
	if err := checkCidr("CidrBlock", args.CidrBlock); err != nil {
		found.add(err)
	} else if len(zones) == 0 {
		found.add(args.checkSize())
	}
	for i, service := range args.VpcEndpoints {
		if !endpointService.MatchString(service) || strings.Contains(service, "com.amazonaws.") {
			found.addf("VpcEndpoints[%d] is %q; it must be the short name of an AWS service, such as ecr.api", i, service)
		}
	}
	found.add(checkUnique("VpcEndpoints", args.VpcEndpoints))
	return found
}

func (args *NetworkArgs) checkZones() faults {
	var found faults
	if len(args.AvailabilityZoneIds) == 0 {
		found.add(checkRange("AvailabilityZoneCount", args.AvailabilityZoneCount, 1, maxZones))
		return found
	}
	if args.AvailabilityZoneCount != 0 {
		found.addf("AvailabilityZoneCount is %d; it can't be given with AvailabilityZoneIds", args.AvailabilityZoneCount)
	}
	if len(args.AvailabilityZoneIds) > maxZones {
		found.addf("AvailabilityZoneIds has %d zones; it must have at most %d", len(args.AvailabilityZoneIds), maxZones)
	}
	for i, id := range args.AvailabilityZoneIds {
		if !zoneId.MatchString(id) {
			found.addf("AvailabilityZoneIds[%d] is %q; it must be the ID of an Availability Zone, such as use1-az1, not its name", i, id)
		}
	}
	found.add(checkUnique("AvailabilityZoneIds", args.AvailabilityZoneIds))
	return found
}

// zoneCount returns the number of the created VPC's Availability Zones.
func (args *NetworkArgs) zoneCount() int {
	return orElse(len(args.AvailabilityZoneIds), args.AvailabilityZoneCount)
}

// checkSize checks that the created VPC has room for its subnets.
func (args *NetworkArgs) checkSize() error {
	prefix := netip.MustParsePrefix(args.CidrBlock).Bits()
	if prefix < 16 || prefix > 26 {
		return fmt.Errorf("CidrBlock is %q; its prefix length must be 16 to 26", args.CidrBlock)
	}
	prefixes := args.subnetPrefixes()
	if args.Ipv6 {
		prefixes = append(prefixes, args.dualstackPrefix())
	}
	if smallest := slices.Max(prefixes); smallest > minSubnetPrefix {
		return fmt.Errorf("CidrBlock is %q; with %d Availability Zones and Egress %q its subnets would be /%d, and AWS stops at /%d",
			args.CidrBlock, args.zoneCount(), args.Egress, smallest, minSubnetPrefix)
	}
	return nil
}

// zonesWithRoom is how many Availability Zones the address plan has room for, so that
// adding a zone leaves the subnets of the others as they are.
const zonesWithRoom = 4

// zonePrefix returns the prefix length of one Availability Zone's part of the VPC,
// which is divided into [zonesWithRoom] equal parts, or into eight for more zones. A
// VPC that is too small for that has as many parts as it has zones.
func (args *NetworkArgs) zonePrefix() int {
	vpc := netip.MustParsePrefix(args.CidrBlock).Bits()
	if part := vpc + bits.Len(uint(max(args.zoneCount(), zonesWithRoom)-1)); part < minSubnetPrefix {
		return part
	}
	return vpc + bits.Len(uint(args.zoneCount()-1))
}

// subnetPrefixes returns the prefix lengths of the subnets in one Availability Zone's
// part. Half of a part is the private subnet, also without NAT gateways, so that
// they can be added later. With them a quarter is the public subnet, which holds
// nothing but the gateway. Where that would be less than AWS's smallest subnet, both
// may be as small as that.
func (args *NetworkArgs) subnetPrefixes() []int {
	part := args.zonePrefix()
	switch args.Egress {
	case EgressSingleNat, EgressNatPerAz:
		return []int{part + 1, max(part+1, min(part+2, minSubnetPrefix))}
	case EgressPublic:
		return []int{part}
	default:
		return []int{max(part, min(part+1, minSubnetPrefix))}
	}
}
