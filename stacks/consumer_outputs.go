package stacks

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
)

// export hands out what the consumer's programs need to use the service.
func (s *consumerStack) export(ctx *pulumi.Context) {
	ctx.Export(endpointIdOutput, s.endpoint.EndpointId)
	ctx.Export("endpointState", s.endpoint.State)
	ctx.Export("dnsName", s.endpoint.DnsName)
	ctx.Export("dnsNames", s.endpoint.DnsNames)
	if url := urlOf(s.site.contract.Ports); url != "" {
		ctx.Export("url", pulumi.Sprintf(url, s.endpoint.DnsName))
	}
	ctx.Export("ports", portsOutput(s.site.contract.Ports))
	ctx.Export("clientCidrBlocks", pulumi.ToStringArray(s.clientCidrs()))
	ctx.Export("clientSecurityGroupIds", pulumi.ToStringArray(s.cfg.Clients.SecurityGroupIds))
	ctx.Export("securityGroupId", s.endpoint.SecurityGroupId)
	ctx.Export("vpcId", s.network.VpcId)
	ctx.Export("subnetIds", components.SelectSubnets(s.network.SubnetIdsByZone, s.site.zoneIds))
	ctx.Export("region", pulumi.String(s.site.region))
	ctx.Export("serviceName", pulumi.String(s.site.contract.ServiceName))
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
