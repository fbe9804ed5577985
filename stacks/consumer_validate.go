package stacks

import (
	"fmt"
	"strings"

	"fargate-privatelink/internal/strict"
)

// validate returns every fault of the configuration in one error, a line for each.
func (cfg *consumerConfig) validate(keys strict.Keys) error {
	var f faults
	f.text("consumer.name", cfg.Name, nameForm)
	if keys.Has("consumer.provider") {
		f.text("consumer.provider", cfg.Provider, stackForm)
		if keys.Has("consumer.contract") {
			f.add("consumer.provider is set together with consumer.contract; set one of them")
		}
	}
	cfg.validateNetworks(&f, keys)
	for _, p := range cfg.places() {
		p.validateNetwork(&f, keys)
		cfg.validateClients(&f, keys, p)
	}
	cfg.validateEndpoint(&f, keys)
	cfg.validateDns(&f, keys)
	cfg.validateAlarms(&f, keys)
	f.tags("consumer.tags", cfg.Tags)
	return f.err()
}

// validateNetworks refuses a network beside the map of networks.
func (cfg *consumerConfig) validateNetworks(f *faults, keys strict.Keys) {
	const path = "consumer.networks"
	if !keys.Has(path) {
		return
	}
	if len(cfg.Networks) == 0 {
		f.add("%s is empty; name a network or remove the key", path)
	}
	for _, other := range []string{"network", "clients"} {
		if keys.Has("consumer." + other) {
			f.add("consumer.%s is set together with %s; each network has its own", other, path)
		}
	}
	vpcs := map[string]string{}
	for key, network := range sorted(cfg.Networks) {
		if !networkKeyForm.valid(key) {
			f.add("%s has the key %q; it must be %s", path, key, networkKeyForm.allowed)
		}
		if network.VpcId == "" {
			continue
		}
		if other, taken := vpcs[network.VpcId]; taken {
			f.add("%s.vpcId is %q, which is also that of %s; a VPC needs one endpoint", strict.Join(path, key), network.VpcId, other)
		}
		vpcs[network.VpcId] = strict.Join(path, key)
	}
}

func (p place) validateNetwork(f *faults, keys strict.Keys) {
	f.existingVPC(p.path, p.network.VpcId, p.network.SubnetIds, keys, "cidrBlock", "availabilityZones")
	if keys.Has(p.path + ".vpcId") {
		return
	}
	f.vpcCidr(p.path+".cidrBlock", p.network.CidrBlock)
	if keys.Has(p.path + ".availabilityZones") {
		f.number(p.path+".availabilityZones", p.network.AvailabilityZones, 1, 6)
	}
}

func (cfg *consumerConfig) validateClients(f *faults, keys strict.Keys, p place) {
	f.clientCidrs(p.clientsPath+".cidrBlocks", p.clients.CidrBlocks, cfg.Endpoint.ipv6())
	f.texts(p.clientsPath+".securityGroupIds", p.clients.SecurityGroupIds, securityGroupForm)
	f.texts(p.clientsPath+".prefixListIds", p.clients.PrefixListIds, prefixListForm)
	if keys.Has(p.path+".vpcId") && p.clients.count() == 0 {
		f.add("%s has neither cidrBlocks nor securityGroupIds nor prefixListIds; with %s.vpcId it must say who may connect", p.clientsPath, p.path)
	}
}

// clientCidrs checks blocks that an endpoint lets in, of IPv6 addresses only where it
// has one itself.
func (f *faults) clientCidrs(path string, values []string, ipv6 bool) {
	for i, value := range values {
		element := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !strings.Contains(value, ":"):
			f.cidr(element, value)
		case !ipv6:
			f.add("%s is %q; IPv6 needs consumer.endpoint.ipAddressType to be dualstack or ipv6", element, value)
		default:
			f.cidr6(element, value)
		}
		f.once(element, value, values[:i])
	}
}

func (cfg *consumerConfig) validateEndpoint(f *faults, keys strict.Keys) {
	const path = "consumer.endpoint"
	if keys.Has(path + ".ipAddressType") {
		f.text(path+".ipAddressType", cfg.Endpoint.IpAddressType, oneOf("ipv4", "dualstack", "ipv6"))
	}
	if keys.Has(path + ".dnsRecordIpType") {
		f.text(path+".dnsRecordIpType", cfg.Endpoint.DnsRecordIpType, oneOf("ipv4", "dualstack", "ipv6", "service-defined"))
	}
	if keys.Has(path + ".policy") {
		f.add("%s.policy is set; an endpoint service takes no endpoint policy, only AWS's own services do: "+
			"say who may connect with clients, and what they may do in the service", path)
	}
}

func (cfg *consumerConfig) validateDns(f *faults, keys strict.Keys) {
	const path = "consumer.dns"
	dns := cfg.Dns
	if !keys.Has(path) {
		return
	}
	f.text(path+".recordName", dns.RecordName, domainForm)
	switch {
	case dns.ZoneName == "" && dns.HostedZoneId == "":
		f.add("%s has neither zoneName nor hostedZoneId; it must have one, for the record to be in", path)
	case dns.ZoneName != "" && dns.HostedZoneId != "":
		f.add("%s.zoneName is set together with %s.hostedZoneId; the zone is either made or there", path, path)
	case dns.HostedZoneId != "":
		f.text(path+".hostedZoneId", dns.HostedZoneId, hostedZoneForm)
		if len(cfg.Networks) > 1 {
			f.add("%s.hostedZoneId is set, but there are %d networks; the name must be another endpoint's in each: set zoneName for a zone for each",
				path, len(cfg.Networks))
		}
	default:
		f.text(path+".zoneName", dns.ZoneName, domainForm)
		if !within(dns.RecordName, dns.ZoneName) {
			f.add("%s.recordName is %q; it must be in %s.zoneName, %s", path, dns.RecordName, path, dns.ZoneName)
		}
	}
}

func (cfg *consumerConfig) validateAlarms(f *faults, keys strict.Keys) {
	const path = "consumer.alarms"
	alarms := cfg.Alarms
	switch {
	case !alarms.Enabled && keys.Has(path+".topicArn"):
		f.add("%s.topicArn is set, but %s.enabled is false; set it to true", path, path)
	case alarms.Enabled:
		f.text(path+".topicArn", alarms.TopicArn, topicForm)
	}
	f.number(path+".minutes", alarms.Minutes, 1, 60)
	f.number(path+".resetsPerMinute", alarms.ResetsPerMinute, 0, 1000000)
}

var (
	prefixListForm = pattern(`^pl-([0-9a-f]{8}|[0-9a-f]{17})$`, "a prefix list ID: pl- and 8 or 17 hexadecimal digits")
	networkKeyForm = pattern(`^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$`, "1 to 16 lower-case letters, digits and hyphens, with no hyphen first or last")
)
