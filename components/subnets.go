package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SelectSubnets returns those subnets of byZone, a [Network]'s SubnetIdsByZone, whose
// Availability Zone is in zones, in the order of their zones' IDs. An interface
// endpoint must be in zones that its service is in too. The output fails, with both
// lists in the error, when there is no such subnet. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html.
func SelectSubnets(byZone pulumi.StringMapInput, zones []string) pulumi.StringArrayOutput {
	return byZone.ToStringMapOutput().ApplyT(func(subnets map[string]string) ([]string, error) {
		return selectSubnets(subnets, zones)
	}).(pulumi.StringArrayOutput)
}

func selectSubnets(subnets map[string]string, zones []string) ([]string, error) {
	var selected []string
	for _, zone := range slices.Sorted(maps.Keys(subnets)) {
		if slices.Contains(zones, zone) {
			selected = append(selected, subnets[zone])
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no subnet is in an Availability Zone of the service: the network is in %s, the service is in %s",
			listZones(slices.Collect(maps.Keys(subnets))), listZones(zones))
	}
	return selected, nil
}

func listZones(zones []string) string {
	if len(zones) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(slices.Values(zones)), ", ")
}

// byZone turns a map of subnets to zones around. Of two subnets in one zone the first
// in subnetIds wins, since an endpoint or a load balancer takes one a zone.
func byZone(subnetIds pulumi.StringArrayOutput, zoneOfSubnet pulumi.StringMapOutput) pulumi.StringMapOutput {
	return pulumi.All(subnetIds, zoneOfSubnet).ApplyT(func(values []any) (map[string]string, error) {
		zoneOf := values[1].(map[string]string)
		subnets := map[string]string{}
		for _, id := range slices.Backward(values[0].([]string)) {
			zone := zoneOf[id]
			if zone == "" {
				return nil, fmt.Errorf("the Availability Zone ID of %s is not known", id)
			}
			subnets[zone] = id
		}
		return subnets, nil
	}).(pulumi.StringMapOutput)
}

// sortedKeys returns the map's keys in their order.
func sortedKeys(values pulumi.StringMapOutput) pulumi.StringArrayOutput {
	return values.ApplyT(func(values map[string]string) []string {
		return slices.Sorted(maps.Keys(values))
	}).(pulumi.StringArrayOutput)
}

// pair returns the map of keys to the values in the same places.
func pair(keys, values pulumi.StringArray) pulumi.StringMapOutput {
	return pulumi.All(keys, values).ApplyT(func(known []any) map[string]string {
		pairs := map[string]string{}
		for i, key := range known[0].([]string) {
			pairs[key] = known[1].([]string)[i]
		}
		return pairs
	}).(pulumi.StringMapOutput)
}

// onceReady returns the subnets once all the resources exist.
func onceReady(subnetIds pulumi.StringArrayOutput, resources []pulumi.CustomResource) pulumi.StringArrayOutput {
	waitFor := []any{subnetIds}
	for _, resource := range resources {
		waitFor = append(waitFor, resource.ID())
	}
	return pulumi.All(waitFor...).ApplyT(func(values []any) []string {
		return values[0].([]string)
	}).(pulumi.StringArrayOutput)
}
