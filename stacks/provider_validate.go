package stacks

import (
	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// validate fills what depends on other keys and returns every fault of the
// configuration in one error, a line for each.
func (cfg *providerConfig) validate(keys strict.Keys) error {
	cfg.derive(keys)
	var f faults
	f.text("provider.name", cfg.Name, nameForm)
	cfg.validateNetwork(&f, keys)
	cfg.validateListeners(&f, keys)
	cfg.validateService(&f)
	cfg.validateContainers(&f)
	cfg.validateImagePull(&f)
	cfg.validateScaling(&f)
	cfg.validateHealthChecks(&f, keys)
	cfg.validateLoadBalancer(&f, keys)
	cfg.validateEndpointService(&f)
	cfg.validatePrivateDns(&f, keys)
	cfg.validateNotifications(&f, keys)
	cfg.validateOperations(&f)
	cfg.validateTenants(&f)
	f.tags("provider.tags", cfg.Tags)
	return f.err()
}

func (cfg *providerConfig) validateNetwork(f *faults, keys strict.Keys) {
	const path = "provider.network"
	network := cfg.Network
	f.existingVPC(path, network.VpcId, network.SubnetIds, keys,
		"cidrBlock", "availabilityZones", "availabilityZoneIds", "egress", "vpcEndpoints")
	if keys.Has(path + ".vpcId") {
		return
	}
	f.vpcCidr(path+".cidrBlock", network.CidrBlock)
	f.number(path+".availabilityZones", network.AvailabilityZones, 1, 6)
	f.texts(path+".availabilityZoneIds", network.AvailabilityZoneIds, zoneForm)
	f.text(path+".egress", network.Egress, egressForm)
	f.texts(path+".vpcEndpoints", network.VpcEndpoints, awsServiceForm)
	if keys.Has(path+".availabilityZones") && keys.Has(path+".availabilityZoneIds") {
		f.add("%s.availabilityZones is set together with %s.availabilityZoneIds; set one of them", path, path)
	}
	if keys.Has(path+".availabilityZoneIds") && (len(network.AvailabilityZoneIds) == 0 || len(network.AvailabilityZoneIds) > 6) {
		f.add("%s.availabilityZoneIds has %d zones; it must have 1 to 6", path, len(network.AvailabilityZoneIds))
	}
	if keys.Has(path + ".assignPublicIp") {
		f.add("%s.assignPublicIp is set without %s.vpcId; a new VPC's tasks get public addresses with egress public and no other", path, path)
	}
}

var egressForm = oneOf(
	string(components.EgressNone), string(components.EgressSingleNat),
	string(components.EgressNatPerAz), string(components.EgressPublic),
)

func (cfg *providerConfig) validateEndpointService(f *faults) {
	const path = "provider.endpointService"
	service := cfg.EndpointService
	f.texts(path+".supportedRegions", service.SupportedRegions, regionForm)
	f.texts(path+".supportedIpAddressTypes", service.SupportedIpAddressTypes, cfg.addressTypeForm())
	// See https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
	if len(service.SupportedRegions) > 0 && cfg.zoneCount() == 1 {
		f.add("%s.supportedRegions is set, but the load balancer is in one Availability Zone; access from other regions needs at least 2", path)
	}
	if service.RejectConnectionsOnDestroy && !service.AcceptanceRequired {
		f.add("%s.rejectConnectionsOnDestroy is true, but %s.acceptanceRequired is false; only accepted endpoints can be rejected: "+
			"set acceptanceRequired to true, or have the consumers delete their endpoints first", path, path)
	}
}

// addressTypeForm is what endpoints may have. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
func (cfg *providerConfig) addressTypeForm() form {
	if cfg.LoadBalancer.Dualstack {
		return oneOf("ipv4", "ipv6")
	}
	return form{
		func(s string) bool { return s == "ipv4" },
		"ipv4: ipv6 needs provider.loadBalancer.dualstack to be true",
	}
}

// zoneCount is the number of zones of the load balancer. Each subnet of an existing
// VPC is in a zone of its own, or AWS refuses the load balancer.
func (cfg *providerConfig) zoneCount() int {
	switch {
	case len(cfg.LoadBalancer.AvailabilityZoneIds) > 0:
		return len(cfg.LoadBalancer.AvailabilityZoneIds)
	case cfg.Network.VpcId != "":
		return len(cfg.Network.SubnetIds)
	case len(cfg.Network.AvailabilityZoneIds) > 0:
		return len(cfg.Network.AvailabilityZoneIds)
	default:
		return cfg.Network.AvailabilityZones
	}
}
