package stacks

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
)

// export hands out the contract, and what the provider's own operators look for.
func (s *providerStack) export(ctx *pulumi.Context) {
	zones := s.offeredZones()
	ctx.Export(contract.OutputName, pulumi.All(
		s.endpoints.ServiceName, s.endpoints.ServiceId, zones, s.endpoints.PrivateDnsName,
		s.endpoints.SupportedRegions, s.endpoints.SupportedIpAddressTypes,
	).ApplyT(func(values []any) (map[string]any, error) {
		return s.newContract(contract.Contract{
			ServiceName:             values[0].(string),
			ServiceId:               values[1].(string),
			AvailabilityZoneIds:     values[2].([]string),
			PrivateDnsName:          values[3].(string),
			SupportedRegions:        s.supportedRegions(values[4].([]string)),
			SupportedIpAddressTypes: s.supportedAddressTypes(values[5].([]string)),
		})
	}).(pulumi.MapOutput))
	ctx.Export("serviceName", s.endpoints.ServiceName)
	ctx.Export("serviceId", s.endpoints.ServiceId)
	ctx.Export("availabilityZoneIds", zones)
	ctx.Export("acceptedEndpoints", pulumi.ToStringMap(s.site.acceptance.endpoints))
	ctx.Export("loadBalancerArn", s.current().nlb.Arn)
	ctx.Export("loadBalancerDnsName", s.current().nlb.DnsName)
	ctx.Export("clientAccess", pulumi.String(s.cfg.clientAccess()))
	ctx.Export("clusterName", s.service.ClusterName)
	ctx.Export("ecsServiceName", s.service.ServiceName)
	ctx.Export("logGroupName", s.service.LogGroupName)
	ctx.Export("taskRoleArn", s.service.TaskRoleArn)
	ctx.Export("taskSecurityGroupId", s.service.SecurityGroupId)
	ctx.Export("vpcId", s.network.VpcId)
	if s.cfg.EndpointService.PrivateDns.Name != "" {
		ctx.Export("privateDnsRecord", s.endpoints.PrivateDnsRecord)
	}
	if s.notifications != nil {
		ctx.Export("topicArn", s.notifications.TopicArn)
	}
	if s.operations != nil {
		ctx.Export("dashboardName", s.operations.DashboardName)
		ctx.Export("alarmNames", s.operations.AlarmNames)
	}
}

// newContract returns what the consumers get: what the service has, and what the
// configuration says. It is validated here too, so that a wrong one stops at its maker.
func (s *providerStack) newContract(c contract.Contract) (map[string]any, error) {
	c.Version = contract.Version
	c.Region = s.site.region
	c.Ports = s.cfg.contractPorts()
	c.AcceptanceRequired = s.cfg.EndpointService.AcceptanceRequired
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c.Value()
}

// idsOfZones translates the names of zones, which mean something in this account
// only, into sorted IDs.
func (s providerSite) idsOfZones(names []string) ([]string, error) {
	ids := make([]string, len(names))
	for i, name := range names {
		id, known := s.zoneIds[name]
		if !known {
			return nil, fmt.Errorf("the endpoint service is in the Availability Zone %s, whose ID this account can't see", name)
		}
		ids[i] = id
	}
	slices.Sort(ids)
	return ids, nil
}
