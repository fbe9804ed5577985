package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
)

// export hands out what the consumer's programs need to use the service: of the one
// endpoint as outputs of their own, of several in one output, by network.
func (s *consumerStack) export(ctx *pulumi.Context) {
	ctx.Export("ports", portsOutput(s.site.contract.Ports))
	ctx.Export("region", pulumi.String(s.site.region))
	ctx.Export("serviceName", pulumi.String(s.site.contract.ServiceName))
	ctx.Export(accountIdOutput, s.spots[0].endpoint.OwnerId)
	if len(s.cfg.Networks) == 0 {
		for name, value := range s.outputs(s.spots[0]) {
			ctx.Export(name, value)
		}
		return
	}
	ids, endpoints := pulumi.StringMap{}, pulumi.MapMap{}
	for _, at := range s.spots {
		ids[at.key] = at.endpoint.EndpointId
		endpoints[at.key] = s.outputs(at)
	}
	ctx.Export(endpointIdsOutput, ids)
	ctx.Export("endpoints", endpoints)
}

// outputs are what there is to know of one place.
func (s *consumerStack) outputs(at spot) pulumi.Map {
	outputs := pulumi.Map{
		endpointIdOutput:         at.endpoint.EndpointId,
		"dnsName":                at.endpoint.DnsName,
		"dnsNames":               at.endpoint.DnsNames,
		"clientCidrBlocks":       s.letIn(&at),
		"clientSecurityGroupIds": pulumi.ToStringArray(at.clients.SecurityGroupIds),
		"clientPrefixListIds":    pulumi.ToStringArray(at.clients.PrefixListIds),
		"securityGroupId":        at.endpoint.SecurityGroupId,
		"vpcId":                  at.network.VpcId,
		"subnetIds":              components.SelectSubnets(at.network.SubnetIdsByZone, s.site.zoneIds),
	}
	host := at.endpoint.DnsName
	if at.alias != nil {
		host = at.alias.Name
		outputs["aliasName"] = at.alias.Name
	}
	if s.usesPrivateDns() && s.site.accepted[at.key] {
		name := s.site.contract.PrivateDnsName
		outputs["privateDnsName"] = pulumi.String(name)
		if !strings.HasPrefix(name, "*.") {
			host = pulumi.String(name).ToStringOutput()
		}
	}
	if url := urlOf(s.site.contract.Ports); url != "" {
		outputs["url"] = pulumi.Sprintf(url, host)
	}
	return outputs
}

// letIn are the blocks of addresses that may connect, of both kinds.
func (s *consumerStack) letIn(at *spot) pulumi.StringArray {
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
