package stacks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// currentRegion returns the region that the stack deploys to.
func currentRegion(ctx *pulumi.Context) (string, error) {
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{})
	if err != nil {
		return "", fmt.Errorf("the stack's region can't be read: %w", err)
	}
	return region.Name, nil
}

// currentPartition returns the partition of the stack's region, with which its ARNs
// begin: aws, aws-cn, aws-us-gov.
func currentPartition(ctx *pulumi.Context) (string, error) {
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{})
	if err != nil {
		return "", fmt.Errorf("the stack's partition can't be read: %w", err)
	}
	return partition.Partition, nil
}

// zoneIdsByName returns the ID of each zone of the account, by the name that the
// account knows it by. No state is left out: a zone that is impaired now may have
// been used before.
func zoneIdsByName(ctx *pulumi.Context) (map[string]string, error) {
	return readZones(ctx, &aws.GetAvailabilityZonesArgs{})
}

// usableZoneIds returns the sorted IDs of the zones in which the account can create
// subnets: no Local Zones, and none that is out of order.
func usableZoneIds(ctx *pulumi.Context) ([]string, error) {
	zones, err := readZones(ctx, &aws.GetAvailabilityZonesArgs{
		State: pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	})
	return slices.Sorted(maps.Values(zones)), err
}

func readZones(ctx *pulumi.Context, args *aws.GetAvailabilityZonesArgs) (map[string]string, error) {
	zones, err := aws.GetAvailabilityZones(ctx, args)
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
