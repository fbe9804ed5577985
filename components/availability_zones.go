package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
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
	var f check.Faults
	zones := chooseZones(args, offered, &f)
	return zones, failedAt(args.path, "Network", s.name, f)
}

// offeredZones returns the Region's Availability Zones by name, but those that are out
// of order. Local Zones and Wavelength Zones, which an account opts in to, hold no
// Network Load Balancer for PrivateLink.
func (s scope) offeredZones() ([]availabilityZone, error) {
	look := lookups{ctx: s.ctx, options: []pulumi.InvokeOption{s.parent}}
	ids, err := look.zones(&aws.GetAvailabilityZonesArgs{
		State: pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	})
	var zones []availabilityZone
	for name, id := range check.Sorted(ids) {
		zones = append(zones, availabilityZone{id: id, name: name})
	}
	return zones, err
}

// chooseZones returns the zones with the IDs of the arguments, or the first ones.
func chooseZones(args *NetworkArgs, offered []availabilityZone, f *check.Faults) []availabilityZone {
	if args.AvailabilityZoneIds == nil {
		count := *args.AvailabilityZones
		if count > len(offered) {
			f.Say(args.path.Key("availabilityZones"), "is %d; the Region has %d: %s", count, len(offered), zoneIds(offered))
			return nil
		}
		return offered[:count]
	}
	var chosen []availabilityZone
	for i, id := range args.AvailabilityZoneIds {
		at := slices.IndexFunc(offered, func(zone availabilityZone) bool { return zone.id == id })
		if at < 0 {
			f.Say(args.path.Key("availabilityZoneIds").Index(i), "is %q; the Region has %s", id, zoneIds(offered))
			continue
		}
		chosen = append(chosen, offered[at])
	}
	return chosen
}

func zoneIds(zones []availabilityZone) string {
	ids := make([]string, len(zones))
	for i, zone := range zones {
		ids[i] = zone.id
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}
