package world

import (
	"fmt"
	"slices"
	"time"
)

var loadBalancerType = &Type{
	Token: TokenLoadBalancer,
	Inputs: []Property{
		// Not computed, but the provider suppresses the difference where the block is
		// removed, which comes to the same: verify.SuppressMissingOptionalConfigurationBlock.
		{Name: "accessLogs", Computed: true, Elem: []Property{{Name: "bucket", Required: true}, {Name: "enabled", Default: false}, {Name: "prefix"}}},
		{Name: "clientKeepAlive", Default: 3600.0},
		{Name: "desyncMitigationMode", Default: "defensive"},
		{Name: "dnsRecordClientRoutingPolicy", Default: "any_availability_zone"},
		{Name: "dropInvalidHeaderFields", Default: false},
		{Name: "enableCrossZoneLoadBalancing", Default: false},
		{Name: "enableDeletionProtection", Default: false},
		{Name: "enableHttp2", Default: true},
		{Name: "enableTlsVersionAndCipherSuiteHeaders", Default: false},
		{Name: "enableWafFailOpen", Default: false},
		{Name: "enableXffClientPort", Default: false},
		{Name: "enableZonalShift", Default: false},
		{Name: "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", Computed: true},
		{Name: "idleTimeout", Default: 60.0},
		{Name: "internal", Replace: true, Computed: true},
		{Name: "ipAddressType", Computed: true},
		{Name: "loadBalancerType", Replace: true, Default: "application"},
		{Name: "minimumLoadBalancerCapacity", Elem: []Property{{Name: "capacityUnits", Required: true}}},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "preserveHostHeader", Default: false},
		{Name: "securityGroups", Computed: true, Set: true},
		{Name: "subnetMappings", Computed: true, Set: true, Elem: []Property{
			{Name: "allocationId"},
			{Name: "ipv6Address"},
			{Name: "privateIpv4Address"},
			{Name: "subnetId", Required: true},
		}},
		{Name: "subnets", Computed: true, Set: true},
		{Name: "tags"},
		{Name: "xffHeaderProcessingMode", Default: "append"},
	},
	AutoName: &AutoName{Property: "name", Max: 32},
	Latency: Latency{
		Create: 155 * time.Second, Update: 31 * time.Second, Delete: 44 * time.Second,
		Source: "create: public deployment logs of 142 s, 157 s and 161 s; update: the provider waits 30 s before it first asks whether the load balancer is active, AWS provider, internal/service/elbv2/load_balancer.go, and taking a zone away, which takes 3 minutes, replaces it; delete: public deployment logs of 40 s and 47 s, in which the provider waits for the network interfaces to be released",
	},
	Outputs: Props{
		"accessLogs": map[string]any{"bucket": "", "enabled": false, "prefix": ""},
		"arn":        "", "arnSuffix": "", "clientKeepAlive": nil, "connectionLogs": nil,
		"customerOwnedIpv4Pool": "", "desyncMitigationMode": nil, "dnsName": "",
		"dnsRecordClientRoutingPolicy": "any_availability_zone", "dropInvalidHeaderFields": nil,
		"enableCrossZoneLoadBalancing": false, "enableDeletionProtection": false, "enableHttp2": nil,
		"enableTlsVersionAndCipherSuiteHeaders": nil, "enableWafFailOpen": nil, "enableXffClientPort": nil,
		"enableZonalShift": false, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "",
		"idleTimeout": nil, "internal": false, "ipAddressType": "ipv4", "ipamPools": nil,
		"loadBalancerType": "application", "minimumLoadBalancerCapacity": nil, "name": "", "namePrefix": "",
		"preserveHostHeader": nil, "securityGroups": []any{}, "subnetMappings": []any{}, "subnets": []any{},
		"tags": nil, "vpcId": "", "xffHeaderProcessingMode": nil, "zoneId": "",
	},
	Diff:   diffLoadBalancer,
	Create: createLoadBalancer,
	Update: updateLoadBalancer,
	Delete: deleteLoadBalancer,
}

// applicationOnly are the properties that the provider has defaults for and
// does not show on a Network Load Balancer.
var applicationOnly = []string{
	"clientKeepAlive", "desyncMitigationMode", "dropInvalidHeaderFields", "enableHttp2",
	"enableTlsVersionAndCipherSuiteHeaders", "enableWafFailOpen", "enableXffClientPort", "idleTimeout",
	"preserveHostHeader", "xffHeaderProcessingMode",
}

// diffLoadBalancer is the provider's own reading of what a Network Load
// Balancer can change in place: subnets can be added but not dropped or exchanged,
// nor their fixed addresses, and security groups exchanged but neither all dropped nor given to
// one that has none.
func diffLoadBalancer(c *Call, changes []Change) []Change {
	for i, ch := range changes {
		if _, unknown := c.New[ch.Property].(Unknown); unknown {
			continue
		}
		switch ch.Property {
		case "subnets", "subnetMappings":
			changes[i].Replace = changesMapping(c.Old, c.New)
		case "securityGroups":
			changes[i].Replace = (len(c.Old.List("securityGroups")) == 0) != (len(c.New.List("securityGroups")) == 0)
		}
	}
	return changes
}

func dropsSubnet(old, inputs Props) bool {
	return slices.ContainsFunc(balancerSubnets(old), func(id string) bool {
		return !slices.Contains(balancerSubnets(inputs), id)
	})
}

// changesMapping says whether a subnet is dropped, or another address fixed in one.
func changesMapping(old, inputs Props) bool {
	return slices.ContainsFunc(balancerSubnets(old), func(id string) bool {
		return !slices.Contains(balancerSubnets(inputs), id) || fixedIn(old, id) != fixedIn(inputs, id)
	})
}

// fixedIn are the addresses that a load balancer's inputs fix in a subnet.
func fixedIn(p Props, subnetID string) (fixed [3]string) {
	for _, m := range p.Maps("subnetMappings") {
		if m.Str("subnetId") == subnetID {
			fixed = [3]string{m.Str("allocationId"), m.Str("ipv6Address"), m.Str("privateIpv4Address")}
		}
	}
	return fixed
}

// balancerSubnets are the subnets that a load balancer's inputs name.
func balancerSubnets(p Props) []string {
	ids := p.Strs("subnets")
	for _, m := range p.Maps("subnetMappings") {
		if id := m.Str("subnetId"); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func createLoadBalancer(c *Call) (string, Props, error) {
	if kind := c.New.Str("loadBalancerType"); kind != "network" {
		return "", nil, fmt.Errorf("the sandbox models load balancers of type network only, not %q", kind)
	}
	hex, name := c.Hex(16), prefixedName(c, "name")
	suffix := fmt.Sprintf("net/%s/%s", name, hex)
	arn := c.ARN("elasticloadbalancing", "loadbalancer/"+suffix)
	if err := fitNodes(c, arn); err != nil {
		return "", nil, err
	}
	computed := shownBalancer(c)
	computed["arn"], computed["arnSuffix"], computed["name"] = arn, suffix, name
	computed["dnsName"] = fmt.Sprintf("%s-%s.elb.%s.%s", name, hex, c.Caller.Region, DNSSuffix(c.Caller.Region))
	region, _ := FindRegion(c.Caller.Region)
	computed["zoneId"] = region.nlbZone
	if s := c.ownSubnets(balancerSubnets(c.New)); len(s) > 0 {
		computed["vpcId"] = s[0].VpcID
	}
	return arn, computed, nil
}

func updateLoadBalancer(c *Call) (Props, error) {
	if err := fitNodes(c, c.ID); err != nil {
		return nil, err
	}
	return shownBalancer(c), nil
}

// fitNodes makes the load balancer's nodes one in each subnet, and writes the
// test file with which AWS tries the bucket of the access logs.
func fitNodes(c *Call, arn string) error {
	fixed := fixedAddresses(c.New.Maps("subnetMappings"), "privateIpv4Address")
	err := c.fitInterfaces(balancerSubnets(c.New), fixed, InterfaceLoadBalancer, arn, c.New.Strs("securityGroups"))
	if err != nil {
		return err
	}
	c.fitIPv6(arn, c.New.Str("ipAddressType") == addressDualstack)
	if logs := c.New.Map("accessLogs"); logs.Bool("enabled") {
		c.putObject(logs.Str("bucket"))
	}
	return nil
}

// shownBalancer is what the provider shows of the inputs of a Network Load Balancer.
func shownBalancer(c *Call) Props {
	out := Props{}
	for _, k := range applicationOnly {
		out[k] = nil
	}
	subnets, mappings := []any{}, []any{}
	for _, id := range balancerSubnets(c.New) {
		subnets = append(subnets, id)
		mappings = append(mappings, shownMapping(c, id))
	}
	out["subnets"], out["subnetMappings"] = subnets, mappings
	if logs := c.New.Map("accessLogs"); logs != nil {
		out["accessLogs"] = map[string]any{
			"bucket": logs.Str("bucket"), "enabled": logs.Bool("enabled"), "prefix": logs.Str("prefix"),
		}
	}
	if !c.New.Has("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic") {
		out["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = enforcement(c)
	}
	return out
}

func shownMapping(c *Call, subnetID string) map[string]any {
	out := map[string]any{
		"allocationId": "", "ipv6Address": "", "outpostId": "", "privateIpv4Address": "", "subnetId": subnetID,
	}
	for _, m := range c.New.Maps("subnetMappings") {
		if m.Str("subnetId") == subnetID {
			out["privateIpv4Address"] = m.Str("privateIpv4Address")
			out["allocationId"] = m.Str("allocationId")
		}
	}
	return out
}

// enforcement is whether the security groups are evaluated for PrivateLink
// traffic where the program does not say: as it is, and on at first; nothing
// for a load balancer without groups.
func enforcement(c *Call) string {
	if len(c.New.List("securityGroups")) == 0 {
		return ""
	}
	if is := c.State.Str("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"); is != "" {
		return is
	}
	return "on"
}

// deleteLoadBalancer removes the nodes and, as AWS does, the listeners.
func deleteLoadBalancer(c *Call) error {
	c.removeInterfaces(c.ID)
	c.removeParts(TokenListener, "loadBalancerArn")
	return nil
}
