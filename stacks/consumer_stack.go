package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
)

// consumerStack is the consumer's side while it is being wired.
type consumerStack struct {
	cfg  consumerConfig
	site consumerSite
	tags pulumi.StringMap

	network  *components.Network
	endpoint *components.InterfaceEndpoint
}

// maxDefaultZones limits the zones of a VPC whose configuration doesn't say how
// many: the endpoint is billed by the hour in each.
const maxDefaultZones = 3

// newNetwork makes or takes the VPC. Nothing in it needs the internet.
func (s *consumerStack) newNetwork(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.Network
	args := &components.NetworkArgs{Tags: s.tags}
	if cfg.VpcId != "" {
		args.VpcId = pulumi.String(cfg.VpcId)
		args.SubnetIds = pulumi.ToStringArray(cfg.SubnetIds)
	} else {
		count := cfg.AvailabilityZones
		if count == 0 {
			count = min(len(s.site.zoneIds), maxDefaultZones)
		}
		args.CidrBlock = cfg.CidrBlock
		args.AvailabilityZoneIds = s.site.zoneIds[:count]
		args.Egress = components.EgressNone
	}
	if s.network, err = components.NewNetwork(ctx, s.cfg.Name, args); err != nil {
		return fmt.Errorf("consumer.network: %w", err)
	}
	return nil
}

func (s *consumerStack) newEndpoint(ctx *pulumi.Context) (err error) {
	args := &components.InterfaceEndpointArgs{
		VpcId:                  s.network.VpcId,
		SubnetIds:              components.SelectSubnets(s.network.SubnetIdsByZone, s.site.zoneIds),
		ServiceName:            pulumi.String(s.site.contract.ServiceName),
		Ports:                  endpointPorts(s.site.contract.Ports),
		ClientCidrs:            s.clientCidrs(),
		ClientSecurityGroupIds: s.clientSecurityGroups(),
		Tags:                   s.tags,
	}
	if s.site.region != s.site.contract.Region {
		args.ServiceRegion = pulumi.String(s.site.contract.Region)
	}
	s.endpoint, err = components.NewInterfaceEndpoint(ctx, s.cfg.Name, args)
	return err
}

func endpointPorts(ports []contract.Port) []components.Port {
	var result []components.Port
	for _, port := range ports {
		result = append(result, components.Port{Port: port.Port, Protocol: port.Protocol})
	}
	return result
}

// clientCidrs are the clients by address. When none are named, it is everybody in
// the VPC that this stack makes.
func (s *consumerStack) clientCidrs() []string {
	clients := s.cfg.Clients
	if len(clients.CidrBlocks)+len(clients.SecurityGroupIds) == 0 {
		return []string{s.cfg.Network.CidrBlock}
	}
	return clients.CidrBlocks
}

func (s *consumerStack) clientSecurityGroups() map[string]pulumi.StringInput {
	groups := map[string]pulumi.StringInput{}
	for _, id := range s.cfg.Clients.SecurityGroupIds {
		groups[id] = pulumi.String(id)
	}
	return groups
}
