package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
)

// consumerStack is the consumer's side while it is being wired.
type consumerStack struct {
	cfg   consumerConfig
	site  consumerSite
	tags  pulumi.StringMap
	spots []spot
}

// spot is what there is in one place: a network and the endpoint in it.
type spot struct {
	place
	network  *components.Network
	endpoint *components.InterfaceEndpoint
	alias    *components.EndpointAlias // nil without dns
}

// maxDefaultZones limits the zones of a VPC whose configuration doesn't say how
// many: the endpoint is billed by the hour in each.
const maxDefaultZones = 3

// deploy makes a network, an endpoint and what belongs to it in each place.
func (s *consumerStack) deploy(ctx *pulumi.Context) error {
	for _, p := range s.cfg.places() {
		at := spot{place: p}
		for _, step := range []func(*pulumi.Context, *spot) error{s.newNetwork, s.newEndpoint, s.newAlias, s.newAlarms} {
			if err := step(ctx, &at); err != nil {
				return err
			}
		}
		s.spots = append(s.spots, at)
	}
	return nil
}

// newNetwork makes or takes the VPC. Nothing in it needs the internet.
func (s *consumerStack) newNetwork(ctx *pulumi.Context, at *spot) (err error) {
	cfg := at.place.network
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
		args.Ipv6 = s.cfg.Endpoint.ipv6()
	}
	if at.network, err = components.NewNetwork(ctx, at.named(s.cfg.Name), args); err != nil {
		return fmt.Errorf("%s: %w", at.path, err)
	}
	return nil
}

func (s *consumerStack) newEndpoint(ctx *pulumi.Context, at *spot) (err error) {
	args := &components.InterfaceEndpointArgs{
		VpcId:                  at.network.VpcId,
		SubnetIds:              components.SelectSubnets(at.network.SubnetIdsByZone, s.site.zoneIds),
		ServiceName:            pulumi.String(s.site.contract.ServiceName),
		Ports:                  endpointPorts(s.site.contract.Ports),
		ClientCidrs:            s.clientCidrs(at.place),
		ClientIpv6Cidrs:        s.clientIpv6Cidrs(at),
		ClientSecurityGroupIds: byThemselves(at.clients.SecurityGroupIds),
		ClientPrefixListIds:    byThemselves(at.clients.PrefixListIds),
		DnsRecordIpType:        s.cfg.Endpoint.DnsRecordIpType,
		IpAddressType:          s.cfg.Endpoint.IpAddressType,
		PrivateDnsOnceAccepted: &s.cfg.Endpoint.PrivateDns,
		Accepted:               s.site.accepted[at.key],
		Tags:                   s.tags,
	}
	if s.site.region != s.site.contract.Region {
		args.ServiceRegion = pulumi.String(s.site.contract.Region)
	}
	at.endpoint, err = components.NewInterfaceEndpoint(ctx, at.named(s.cfg.Name), args)
	return err
}

func (s *consumerStack) newAlias(ctx *pulumi.Context, at *spot) (err error) {
	dns := s.cfg.Dns
	if dns.RecordName == "" {
		return nil
	}
	args := &components.EndpointAliasArgs{
		RecordName:      dns.RecordName,
		ZoneName:        dns.ZoneName,
		DnsName:         at.endpoint.DnsName,
		DnsHostedZoneId: at.endpoint.HostedZoneId,
		IpAddressType:   s.cfg.Endpoint.addressType(),
		Tags:            s.tags,
	}
	if dns.HostedZoneId != "" {
		args.HostedZoneId = pulumi.String(dns.HostedZoneId)
	} else {
		args.VpcId = at.network.VpcId
	}
	at.alias, err = components.NewEndpointAlias(ctx, at.named(s.cfg.Name), args)
	return err
}

func (s *consumerStack) newAlarms(ctx *pulumi.Context, at *spot) error {
	alarms := s.cfg.Alarms
	if !alarms.Enabled {
		return nil
	}
	_, err := components.NewEndpointAlarms(ctx, at.named(s.cfg.Name), &components.EndpointAlarmsArgs{
		EndpointId:      at.endpoint.EndpointId,
		VpcId:           at.network.VpcId,
		ServiceName:     pulumi.String(s.site.contract.ServiceName),
		TopicArn:        pulumi.String(alarms.TopicArn),
		Minutes:         alarms.Minutes,
		ResetsPerMinute: &alarms.ResetsPerMinute,
		Tags:            s.tags,
	})
	return err
}

func endpointPorts(ports []contract.Port) []components.Port {
	var result []components.Port
	for _, port := range ports {
		result = append(result, components.Port{Port: port.Port, Protocol: port.Protocol})
	}
	return result
}

// clientCidrs are a place's clients by address. When none are named, it is everybody
// in the VPC that this stack makes there.
func (s *consumerStack) clientCidrs(p place) []string {
	if p.clients.count() == 0 && s.cfg.Endpoint.addressType() != "ipv6" {
		return []string{p.network.CidrBlock}
	}
	return p.clients.CidrBlocks
}

// clientIpv6Cidrs is the VPC's block that only AWS knows, where nobody is named.
func (s *consumerStack) clientIpv6Cidrs(at *spot) map[string]pulumi.StringInput {
	if at.clients.count() > 0 || !s.cfg.Endpoint.ipv6() {
		return nil
	}
	return map[string]pulumi.StringInput{"vpc-ipv6": at.network.Ipv6CidrBlock}
}

// byThemselves maps IDs that name their own resources.
func byThemselves(ids []string) map[string]pulumi.StringInput {
	byId := map[string]pulumi.StringInput{}
	for _, id := range ids {
		byId[id] = pulumi.String(id)
	}
	return byId
}
