package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// lookups ask the account before anything is registered, with the provider that the
// component's options name.
type lookups struct {
	ctx     *pulumi.Context
	options []pulumi.InvokeOption
}

// newLookups returns the look-ups of a component that will get opts.
func newLookups(ctx *pulumi.Context, opts []pulumi.ResourceOption) (lookups, error) {
	look := lookups{ctx: ctx}
	options, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return look, err
	}
	switch {
	case options.Provider != nil:
		look.options = append(look.options, pulumi.Provider(options.Provider))
	case options.Parent != nil:
		look.options = append(look.options, pulumi.Parent(options.Parent))
	}
	for _, provider := range options.Providers {
		if own, ok := provider.(*aws.Provider); ok {
			look.options = append(look.options, pulumi.Provider(own))
		}
	}
	return look, nil
}

// region returns the region that the stack deploys to.
func (look lookups) region() (string, error) {
	region, err := aws.GetRegion(look.ctx, &aws.GetRegionArgs{}, look.options...)
	if err != nil {
		return "", fmt.Errorf("the stack's region can't be read: %w", err)
	}
	return region.Name, nil
}

// partition returns the partition of the stack's region, with which its ARNs begin:
// aws, aws-cn, aws-us-gov.
func (look lookups) partition() (string, error) {
	partition, err := aws.GetPartition(look.ctx, &aws.GetPartitionArgs{}, look.options...)
	if err != nil {
		return "", fmt.Errorf("the stack's partition can't be read: %w", err)
	}
	return partition.Partition, nil
}

// regions returns the Regions that the account has enabled.
func (look lookups) regions() ([]string, error) {
	regions, err := aws.GetRegions(look.ctx, &aws.GetRegionsArgs{}, look.options...)
	if err != nil {
		return nil, fmt.Errorf("the account's Regions can't be read: %w", err)
	}
	return regions.Names, nil
}

// account returns the ID of the account that the stack deploys to.
func (look lookups) account() (string, error) {
	caller, err := aws.GetCallerIdentity(look.ctx, &aws.GetCallerIdentityArgs{}, look.options...)
	if err != nil {
		return "", fmt.Errorf("the stack's account can't be read: %w", err)
	}
	return caller.AccountId, nil
}

// zoneIdsByName returns the ID of each zone of the account, by the name that the
// account knows it by. No state is left out: a zone that is impaired now may have
// been used before.
func (look lookups) zoneIdsByName() (map[string]string, error) {
	return look.zones(&aws.GetAvailabilityZonesArgs{})
}

// usableZoneIds returns the sorted IDs of the zones in which the account can create
// subnets: no Local Zones, and none that is out of order.
func (look lookups) usableZoneIds() ([]string, error) {
	zones, err := look.zones(&aws.GetAvailabilityZonesArgs{
		State: pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	})
	return slices.Sorted(maps.Values(zones)), err
}

func (look lookups) zones(args *aws.GetAvailabilityZonesArgs) (map[string]string, error) {
	zones, err := aws.GetAvailabilityZones(look.ctx, args, look.options...)
	if err != nil {
		return nil, fmt.Errorf("the account's Availability Zones can't be read: %w", err)
	}
	if len(zones.Names) != len(zones.ZoneIds) {
		return nil, fmt.Errorf("the account has %d Availability Zone names but %d IDs; there must be one ID for each name",
			len(zones.Names), len(zones.ZoneIds))
	}
	ids := map[string]string{}
	for i, name := range zones.Names {
		ids[name] = zones.ZoneIds[i]
	}
	return ids, nil
}

// zone finds a hosted zone of the account's own, and returns nil where there is none.
func (look lookups) zone(args *route53.LookupZoneArgs) (*route53.LookupZoneResult, error) {
	zone, err := route53.LookupZone(look.ctx, args, look.options...)
	switch {
	case err != nil && strings.Contains(err.Error(), "no matching"):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("the account's hosted zones can't be read: %w", err)
	}
	return zone, nil
}
