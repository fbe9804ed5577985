package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const balancerZonesPath = "provider.loadBalancer.availabilityZoneIds"

// networkZones are the IDs of a new network's zones: those that the configuration
// names, or the first usable ones by name.
func (cfg *providerConfig) networkZones(zoneIds map[string]string, usable []string) []string {
	if len(cfg.Network.AvailabilityZoneIds) > 0 {
		return cfg.Network.AvailabilityZoneIds
	}
	var ids []string
	for _, id := range sorted(zoneIds) {
		if slices.Contains(usable, id) && len(ids) < cfg.Network.AvailabilityZones {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkBalancerZones refuses zones of the load balancer that the network isn't in.
func (cfg *providerConfig) checkBalancerZones(network []string) error {
	var f faults
	for i, id := range cfg.LoadBalancer.AvailabilityZoneIds {
		if !slices.Contains(network, id) {
			f.add("%s[%d] is %q; it must be one of the network's zones: %s", balancerZonesPath, i, id, strings.Join(network, ", "))
		}
	}
	return f.err()
}

// balancerZones are the IDs of the zones that the current load balancer is to be in.
func (s *providerStack) balancerZones() pulumi.StringArrayOutput {
	if zones := s.cfg.LoadBalancer.AvailabilityZoneIds; len(zones) > 0 {
		return pulumi.ToStringArray(zones).ToStringArrayOutput()
	}
	return s.network.AvailabilityZoneIds
}

// inBalancerZones returns those of the network's subnets that are in the current load
// balancer's zones.
func (s *providerStack) inBalancerZones(all pulumi.StringArrayOutput, byZone pulumi.StringMapOutput) pulumi.StringArrayOutput {
	zones := s.cfg.LoadBalancer.AvailabilityZoneIds
	if len(zones) == 0 {
		return all
	}
	return byZone.ApplyT(func(subnets map[string]string) ([]string, error) {
		if err := s.cfg.checkBalancerZones(slices.Sorted(maps.Keys(subnets))); err != nil {
			return nil, err
		}
		var ids []string
		for _, zone := range slices.Sorted(slices.Values(zones)) {
			ids = append(ids, subnets[zone])
		}
		return ids, nil
	}).(pulumi.StringArrayOutput)
}

// balancerSubnetIds are the subnets of a generation's load balancer. A retained one
// stays in those that it has.
func (s *providerStack) balancerSubnetIds(generation int) pulumi.StringArrayOutput {
	if s.cfg.retained(generation) {
		return s.network.SubnetIds
	}
	return s.inBalancerZones(s.network.SubnetIds, s.network.SubnetIdsByZone)
}

// taskSubnetIds are the subnets of the tasks, in the zones of the current load
// balancer: to a task in another zone it would send nothing, and ECS would wait in
// vain for it to become healthy.
func (s *providerStack) taskSubnetIds() pulumi.StringArrayOutput {
	ids := s.inBalancerZones(s.network.TaskSubnetIds, s.network.TaskSubnetIdsByZone)
	if !s.cfg.LoadBalancer.RetainPrevious || s.cfg.Network.VpcId != "" {
		return ids
	}
	retained := s.balancers[0].nlb.SubnetIds.ApplyT(s.cfg.checkRetainedZones).(pulumi.StringArrayOutput)
	wanted := s.balancerSubnetIds(s.cfg.LoadBalancer.Generation)
	return pulumi.All(ids, retained, wanted, s.network.SubnetIds, s.network.TaskSubnetIds).ApplyT(func(values []any) ([]string, error) {
		network := append(values[3].([]string), values[4].([]string)...)
		return values[0].([]string), checkRetainedSubnets(values[1].([]string), values[2].([]string), network)
	}).(pulumi.StringArrayOutput)
}

// checkRetainedZones refuses more zones than a retained load balancer has, also where
// the new ones' subnets don't exist yet: the tasks are targets of both load balancers.
func (cfg *providerConfig) checkRetainedZones(retained []string) ([]string, error) {
	if zones := cfg.zoneCount(); zones > len(retained) {
		return nil, fmt.Errorf("provider.loadBalancer.retainPrevious is true, but the load balancer that it keeps is in %d zones and the new one in %d; %s",
			len(retained), zones, addZoneBefore)
	}
	return retained, nil
}

const addZoneBefore = "the tasks in the others would never be healthy in the old one: add a zone in a pulumi up of its own before, with the generation as it was"

// checkRetainedSubnets refuses, in a preview already, what a load balancer that is
// retained makes impossible: its subnets have to stay, and the tasks have to be in
// those. Other subnets in the same zones, as of a dualstack load balancer, have none
// in common with the old ones.
func checkRetainedSubnets(retained, wanted, network []string) error {
	in := func(list []string) func(string) bool {
		return func(id string) bool { return slices.Contains(list, id) }
	}
	for _, id := range retained {
		if !slices.Contains(network, id) {
			return fmt.Errorf("provider.loadBalancer.retainPrevious is true, but the load balancer that it keeps is in %s, which provider.network has no more; "+
				"leave the network as it was and list the zones to keep in %s, until retainPrevious is gone", id, balancerZonesPath)
		}
	}
	for _, id := range wanted {
		if slices.ContainsFunc(wanted, in(retained)) && !slices.Contains(retained, id) {
			return fmt.Errorf("provider.loadBalancer.retainPrevious is true, but the load balancer that it keeps is not in %s, and the new one is; %s", id, addZoneBefore)
		}
	}
	return nil
}

// offeredZones are those of the endpoint service's zones that consumers get to know:
// not the ones that only a retained load balancer has.
func (s *providerStack) offeredZones() pulumi.StringArrayOutput {
	zones := s.endpoints.AvailabilityZones.ApplyT(s.site.idsOfZones).(pulumi.StringArrayOutput)
	wanted := s.cfg.LoadBalancer.AvailabilityZoneIds
	if len(wanted) == 0 {
		return zones
	}
	return zones.ApplyT(func(ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(wanted, id) })
	}).(pulumi.StringArrayOutput)
}

// noticeZones says what to do where the load balancer has a zone that the endpoint
// service hasn't got: AWS gives it one that is added later only when the service is
// modified, which the provider doesn't do. A preview can't tell whether the
// deployment modifies it. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
func (s *providerStack) noticeZones(ctx *pulumi.Context) {
	if ctx.DryRun() {
		return
	}
	pulumi.All(s.balancerZones(), s.offeredZones(), s.endpoints.ServiceId).ApplyT(func(values []any) (bool, error) {
		missing := slices.DeleteFunc(slices.Clone(values[0].([]string)), func(id string) bool {
			return slices.Contains(values[1].([]string), id)
		})
		if len(missing) == 0 {
			return false, nil
		}
		return true, ctx.Log.Info(fmt.Sprintf("the endpoint service is not in %s yet, though the load balancer is, and consumers are not offered it. "+
			"Next: aws ec2 modify-vpc-endpoint-service-configuration --region %s --service-id %s, then, some minutes later, pulumi up --refresh --stack %s.",
			strings.Join(missing, ", "), s.site.region, values[2], ctx.Stack()), nil)
	})
}
