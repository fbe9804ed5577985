package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
)

// fill hands out what the consumer's programs need to use the service: of the one
// endpoint as outputs of their own, of several in one output, by network.
func (s *consumerSide) fill(c *ServiceConsumer) {
	first := s.spots[0]
	ids, endpoints, urls := pulumi.StringMap{}, pulumi.MapMap{}, map[string]pulumi.StringOutput{}
	for _, at := range s.spots {
		ids[at.key] = at.endpoint.EndpointId
		endpoints[at.key], urls[at.key] = s.outputs(at)
	}
	c.EndpointId, c.DnsName, c.Url = first.endpoint.EndpointId, first.endpoint.DnsName, urls[first.key]
	c.SecurityGroupId, c.VpcId = first.endpoint.SecurityGroupId, first.network.VpcId
	c.AccountId = first.endpoint.OwnerId
	c.EndpointIds, c.Endpoints = ids.ToStringMapOutput(), endpoints.ToMapMapOutput()

	c.outputs = pulumi.Map{
		"ports":       portsOutput(s.args.Contract.Ports),
		"region":      pulumi.String(s.site.region),
		"serviceName": pulumi.String(s.args.Contract.ServiceName),
		"accountId":   c.AccountId,
	}
	if s.args.Networks != nil {
		c.outputs["endpointIds"], c.outputs["endpoints"] = ids, endpoints
		return
	}
	for name, value := range endpoints[first.key].(pulumi.Map) {
		c.outputs[name] = value
	}
}

// outputs are what there is to know of one place, and its URL, which may be empty.
func (s *consumerSide) outputs(at spot) (pulumi.Map, pulumi.StringOutput) {
	outputs := pulumi.Map{
		"endpointId":             at.endpoint.EndpointId,
		"dnsName":                at.endpoint.DnsName,
		"dnsNames":               at.endpoint.DnsNames,
		"clientCidrBlocks":       s.letIn(&at),
		"clientSecurityGroupIds": pulumi.ToStringArray(at.clients.SecurityGroupIds),
		"clientPrefixListIds":    pulumi.ToStringArray(at.clients.PrefixListIds),
		"securityGroupId":        at.endpoint.SecurityGroupId,
		"vpcId":                  at.network.VpcId,
		"subnetIds":              SelectSubnets(at.network.SubnetIdsByZone, s.site.zoneIds),
	}
	host := at.endpoint.DnsName
	if at.alias != nil {
		if !strings.HasPrefix(s.args.Dns.RecordName, "*") {
			host = at.alias.Name
		}
		outputs["aliasName"] = at.alias.Name
	}
	if s.args.usesPrivateDns() && s.site.accepted[at.key] {
		name := s.args.Contract.PrivateDnsName
		outputs["privateDnsName"] = pulumi.String(name)
		if !strings.HasPrefix(name, "*.") {
			host = pulumi.String(name).ToStringOutput()
		}
	}
	format := urlOf(s.args.Contract.Ports)
	if format == "" {
		return outputs, pulumi.String("").ToStringOutput()
	}
	url := pulumi.Sprintf(format, host)
	outputs["url"] = url
	return outputs, url
}

// letIn are the blocks of addresses that may connect, of both kinds.
func (s *consumerSide) letIn(at *spot) pulumi.StringArray {
	blocks := pulumi.ToStringArray(s.clientCidrs(at.place))
	for _, block := range s.clientIpv6Cidrs(at) {
		blocks = append(blocks, block)
	}
	return blocks
}

// portsOutput is the contract's ports, for programs that read this stack only.
func portsOutput(ports []contract.Port) pulumi.MapArray {
	result := pulumi.MapArray{}
	for _, port := range ports {
		result = append(result, pulumi.Map{"port": pulumi.Int(port.Port), "protocol": pulumi.String(port.Protocol)})
	}
	return result
}

// urlOf returns the URL of the first port that can carry HTTP, with %s in place of
// the host, or "" when there is none. TLS ports, and 443, are taken for HTTPS.
func urlOf(ports []contract.Port) string {
	at := slices.IndexFunc(ports, func(port contract.Port) bool { return port.Protocol != "udp" })
	if at < 0 {
		return ""
	}
	port := ports[at]
	switch {
	case port.Port == 443:
		return "https://%s"
	case port.Protocol == "tls":
		return fmt.Sprintf("https://%%s:%d", port.Port)
	case port.Port == 80:
		return "http://%s"
	default:
		return fmt.Sprintf("http://%%s:%d", port.Port)
	}
}
