package components

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
)

// availabilityZone is an Availability Zone of the provider's Region. The name holds
// in its account only.
type availabilityZone struct {
	id, name string
}

// availabilityZones returns the zones of the VPC to create, in the order of the
// arguments.
func (s scope) availabilityZones(args *NetworkArgs) ([]availabilityZone, error) {
	offered, err := s.offeredZones()
	if err != nil {
		return nil, err
	}
	zones, err := chooseZones(args, offered)
	if err != nil {
		return nil, faults{err}.of("Network", s.name)
	}
	return zones, nil
}

// offeredZones returns the Region's Availability Zones by name. Local Zones and
// Wavelength Zones, which an account opts in to, hold no Network Load Balancer for
// PrivateLink.
func (s scope) offeredZones() ([]availabilityZone, error) {
	state := "available"
	found, err := aws.GetAvailabilityZones(s.ctx, &aws.GetAvailabilityZonesArgs{
		State: &state,
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	}, s.parent)
	if err != nil {
		return nil, err
	}
	if len(found.Names) != len(found.ZoneIds) {
		return nil, fmt.Errorf("getAvailabilityZones returned %d names and %d IDs", len(found.Names), len(found.ZoneIds))
	}
	zones := make([]availabilityZone, len(found.Names))
	for i, name := range found.Names {
		zones[i] = availabilityZone{id: found.ZoneIds[i], name: name}
	}
	slices.SortFunc(zones, func(a, b availabilityZone) int { return cmp.Compare(a.name, b.name) })
	return zones, nil
}

// chooseZones returns the zones with the IDs of the arguments, or the first ones.
func chooseZones(args *NetworkArgs, offered []availabilityZone) ([]availabilityZone, error) {
	if len(args.AvailabilityZoneIds) == 0 {
		if args.AvailabilityZoneCount > len(offered) {
			return nil, fmt.Errorf("AvailabilityZoneCount is %d; the Region has %d: %s",
				args.AvailabilityZoneCount, len(offered), zoneIds(offered))
		}
		return offered[:args.AvailabilityZoneCount], nil
	}
	var chosen []availabilityZone
	for i, id := range args.AvailabilityZoneIds {
		at := slices.IndexFunc(offered, func(zone availabilityZone) bool { return zone.id == id })
		if at < 0 {
			return nil, fmt.Errorf("AvailabilityZoneIds[%d] is %q; the Region has %s", i, id, zoneIds(offered))
		}
		chosen = append(chosen, offered[at])
	}
	return chosen, nil
}

func zoneIds(zones []availabilityZone) string {
	ids := make([]string, len(zones))
	for i, zone := range zones {
		ids[i] = zone.id
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}
