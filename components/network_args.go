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
	zones := args.checkZones()
	found = append(found, zones...)
	if err := checkCidr("CidrBlock", args.CidrBlock); err != nil {
		found.add(err)
	} else if len(zones) == 0 {
		found.add(args.checkSize())
	}
	for i, service := range args.VpcEndpoints {
		if !endpointService.MatchString(service) || strings.HasPrefix(service, "com.amazonaws.") {
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
	if smallest := slices.Max(args.subnetPrefixes()); smallest > minSubnetPrefix {
		return fmt.Errorf("CidrBlock is %q; with %d Availability Zones and Egress %q its subnets would be /%d, and AWS stops at /%d",
			args.CidrBlock, args.zoneCount(), args.Egress, smallest, minSubnetPrefix)
	}
	return nil
}

// subnetPrefixes returns the prefix lengths of the subnets in one Availability Zone.
// The VPC is divided into as many equal parts as there are zones, or the next power
// of two. A part is one subnet, or, with NAT gateways, half of it the private subnet
// and a quarter the public one, which holds nothing but the gateway and may be as
// small as subnets get.
func (args *NetworkArgs) subnetPrefixes() []int {
	part := netip.MustParsePrefix(args.CidrBlock).Bits() + bits.Len(uint(args.zoneCount()-1))
	switch args.Egress {
	case EgressSingleNat, EgressNatPerAz:
		return []int{part + 1, max(part+1, min(part+2, minSubnetPrefix))}
	default:
		return []int{part}
	}
}
