package components

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
)

// fill hands out the contract, and what the provider's own operators look for.
func (s *providerSide) fill() {
	p, first := s.component, s.shards[0]
	owners := map[string]string{}
	for _, sh := range s.shards {
		maps.Copy(owners, sh.owners)
	}
	p.Contract = s.contractOf(first)
	p.ServiceName, p.ServiceId = first.endpoints.ServiceName, first.endpoints.ServiceId
	p.AvailabilityZoneIds = s.offeredZones(first)
	p.AcceptedEndpoints = pulumi.ToStringMap(owners).ToStringMapOutput()
	p.ClientAccess = pulumi.String(s.clientAccess()).ToStringOutput()
	p.LoadBalancerArn, p.LoadBalancerDnsName = first.current().nlb.Arn, first.current().nlb.DnsName
	p.ClusterName, p.EcsServiceName = s.service.ClusterName, s.service.ServiceName
	p.LogGroupName, p.TaskRoleArn = s.service.LogGroupName, s.service.TaskRoleArn
	p.TaskSecurityGroupId, p.VpcId = s.service.SecurityGroupId, s.network.VpcId
	p.TaskDefinitionArn = s.service.TaskDefinitionArn
	p.PrivateDnsRecord = first.endpoints.PrivateDnsRecord
	p.outputs = pulumi.Map{
		contract.OutputName:   p.Contract,
		"serviceName":         p.ServiceName,
		"serviceId":           p.ServiceId,
		"availabilityZoneIds": p.AvailabilityZoneIds,
		"acceptedEndpoints":   p.AcceptedEndpoints,
		"clientAccess":        p.ClientAccess,
		"loadBalancerArn":     p.LoadBalancerArn,
		"loadBalancerDnsName": p.LoadBalancerDnsName,
		"clusterName":         p.ClusterName,
		"ecsServiceName":      p.EcsServiceName,
		"logGroupName":        p.LogGroupName,
		"taskRoleArn":         p.TaskRoleArn,
		"taskSecurityGroupId": p.TaskSecurityGroupId,
		"vpcId":               p.VpcId,
	}
	s.fillOptional()
}

// contractOf is the contract of a shard's endpoint service.
func (s *providerSide) contractOf(sh *shard) pulumi.MapOutput {
	service := sh.endpoints
	return pulumi.All(
		service.ServiceName, service.ServiceId, s.offeredZones(sh), service.PrivateDnsName, service.SupportedRegions, service.SupportedIpAddressTypes,
	).ApplyT(func(values []any) (map[string]any, error) {
		return s.newContract(contract.Contract{
			ServiceName:             values[0].(string),
			ServiceId:               values[1].(string),
			AvailabilityZoneIds:     values[2].([]string),
			PrivateDnsName:          values[3].(string),
			SupportedRegions:        s.supportedRegions(values[4].([]string)),
			SupportedIpAddressTypes: s.supportedAddressTypes(values[5].([]string)),
		})
	}).(pulumi.MapOutput)
}

// fillShards hands out each shard's contract, which is all that its tenants have to know,
// and which tenant is in which.
func (s *providerSide) fillShards() {
	p := s.component
	p.Contracts, p.TenantShards = pulumi.Map{}.ToMapOutput(), pulumi.Map{}.ToMapOutput()
	if len(s.shards) == 1 {
		return
	}
	contracts, tenants := pulumi.Map{"1": p.Contract}, pulumi.Map{}
	for _, sh := range s.shards[1:] {
		contracts[strconv.Itoa(sh.number)] = s.contractOf(sh)
	}
	for label, tenant := range s.args.Tenants {
		accounts := slices.Compact(slices.Sorted(slices.Values(tenant.AccountIds())))
		tenants[label] = pulumi.Map{"shard": pulumi.Int(tenant.shard()), "accounts": pulumi.ToStringArray(accounts)}
	}
	p.Contracts, p.TenantShards = contracts.ToMapOutput(), tenants.ToMapOutput()
	p.outputs[contract.ContractsOutputName], p.outputs[contract.TenantShardsOutputName] = p.Contracts, p.TenantShards
}

// fillOptional hands out what only some options make. Without them the fields are empty
// and there is no output.
func (s *providerSide) fillOptional() {
	p := s.component
	p.TopicArn, p.DashboardName = pulumi.String("").ToStringOutput(), pulumi.String("").ToStringOutput()
	p.AlarmNames = pulumi.StringArray{}.ToStringArrayOutput()
	if s.args.Service.ImageManagedElsewhere {
		p.outputs["taskDefinitionArn"] = p.TaskDefinitionArn
	}
	if s.args.EndpointService.PrivateDns != nil {
		p.outputs["privateDnsRecord"] = p.PrivateDnsRecord
	}
	if s.notifications != nil {
		p.TopicArn = s.notifications.TopicArn
		p.outputs["topicArn"] = p.TopicArn
	}
	s.fillShards()
	if s.operations != nil {
		p.DashboardName = s.operations[0].DashboardName
		var names pulumi.StringArrayArray
		for _, operations := range s.operations {
			names = append(names, operations.AlarmNames)
		}
		p.AlarmNames = concatenated(names)
		p.outputs["dashboardName"], p.outputs["alarmNames"] = p.DashboardName, p.AlarmNames
	}
}

// newContract returns what the consumers get: what the service has, and what the
// configuration says. It is validated here too, so that a wrong one stops at its maker.
func (s *providerSide) newContract(c contract.Contract) (map[string]any, error) {
	c.Version = contract.Version
	c.Region = s.site.region
	for _, l := range s.listeners {
		c.Ports = append(c.Ports, contract.Port{Port: l.Port.Port, Protocol: l.Port.Protocol})
	}
	c.AcceptanceRequired = *s.args.EndpointService.AcceptanceRequired
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c.Value()
}

// supportedRegions are the Regions that AWS lists for the service, and its own. Where it
// lists none, they are what the configuration asks for.
func (s *providerSide) supportedRegions(listed []string) []string {
	if len(listed) == 0 {
		listed = s.args.EndpointService.SupportedRegions
	}
	regions := append([]string{s.site.region}, listed...)
	slices.Sort(regions)
	return slices.Compact(regions)
}

// supportedAddressTypes are the address types that AWS lists for the service, likewise.
func (s *providerSide) supportedAddressTypes(listed []string) []string {
	if len(listed) == 0 {
		listed = s.args.EndpointService.SupportedIpAddressTypes
	}
	if len(listed) == 0 {
		return []string{"ipv4"}
	}
	return listed
}

// notices say what somebody has to do besides, before anything is made.
func (s *providerSide) notices() error {
	service := s.at.Key("service")
	notices := s.args.Service.volumeNotices(service)
	if s.args.withoutInternet() {
		notices = append(notices, s.args.Service.pullNotices(s.ctx, service, s.name)...)
	}
	if dns := s.args.EndpointService.PrivateDns; dns != nil && dns.HostedZoneId == nil && !dns.RecordExists {
		path := s.at.Key("endpointService").Key("privateDns")
		notices = append(notices, fmt.Sprintf("%s: consumers can't use %s yet. Next: make the record that the output privateDnsRecord shows, "+
			"set %s to true, then pulumi up --stack %s.", path, dns.Name, path.Key("recordExists"), s.ctx.Stack()))
	}
	for _, notice := range notices {
		if err := s.ctx.Log.Info(notice, nil); err != nil {
			return err
		}
	}
	return nil
}

// noticeZones says what to do where the load balancer has a zone that the endpoint
// service hasn't got: AWS gives it one that is added later only when the service is
// modified, which the provider doesn't do. A preview can't tell whether the
// deployment modifies it. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
func (s *providerSide) noticeZones(sh *shard) {
	if s.ctx.DryRun() {
		return
	}
	pulumi.All(s.balancerZones(), s.offeredZones(sh), sh.endpoints.ServiceId).ApplyT(func(values []any) (bool, error) {
		missing := without(values[0].([]string), values[1].([]string))
		if len(missing) == 0 {
			return false, nil
		}
		return true, s.ctx.Log.Info(fmt.Sprintf("the endpoint service is not in %s yet, though the load balancer is, and consumers are not offered it. "+
			"Next: aws ec2 modify-vpc-endpoint-service-configuration --region %s --service-id %s, then, some minutes later, pulumi up --refresh --stack %s.",
			strings.Join(missing, ", "), s.site.region, values[2], s.ctx.Stack()), nil)
	})
}

// noticeKept says what the service still supports though the configuration doesn't ask
// for it any more: the provider leaves what is no longer mentioned as it is. To mention
// the default always is no way out: where the provider doesn't read it back, every
// pulumi up would be an update.
func (s *providerSide) noticeKept(sh *shard) {
	pulumi.All(sh.endpoints.SupportedRegions, sh.endpoints.SupportedIpAddressTypes).ApplyT(func(values []any) (bool, error) {
		for _, list := range []struct {
			key, takesBack string
			has, asked     []string
		}{
			{"supportedRegions", "[]", values[0].([]string), s.supportedRegions(nil)},
			{"supportedIpAddressTypes", "[ipv4]", values[1].([]string), s.supportedAddressTypes(nil)},
		} {
			kept, key := without(list.has, list.asked), s.args.key("endpointService", list.key)
			if len(kept) == 0 {
				continue
			}
			if err := s.ctx.Log.Info(fmt.Sprintf("the endpoint service still supports %s, which %s doesn't ask for: AWS keeps what is no longer mentioned. "+
				"To take it back: %s: %s.", strings.Join(kept, ", "), key, key, list.takesBack), nil); err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

// without returns those values that are not among others.
func without(values, others []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return slices.Contains(others, value) })
}
