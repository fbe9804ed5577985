package world

import (
	"fmt"
	"slices"
	"strings"
)

const (
	createEndpointGuide = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"
	createEndpointAPI   = ec2API + "CreateVpcEndpoint, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"
)

// remoteZones are the zones, by AZ ID, from which no endpoint reaches a service in
// another Region, see shareServices.
var remoteZones = []string{"use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4"}

// recordTypesOf are the kinds of address that an endpoint's names can have, by
// the endpoint's address type, see createEndpointAPI: DnsOptions.
var recordTypesOf = map[string][]string{
	addressIPv4:      {addressIPv4, "service-defined"},
	addressDualstack: {addressIPv4, addressDualstack, addressIPv6, "service-defined"},
	addressIPv6:      {addressIPv6, "service-defined"},
}

var privatelinkOptionsRules = []*Rule{
	{
		ID: "EP-ADDRESS-TYPE", Token: TokenEndpoint, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An endpoint's address type is ipv4, dualstack or ipv6.",
		Source: createEndpointAPI + ": IpAddressType",
		Check: func(c *Call) string {
			return oneOf(c.New, "ipAddressType", addressDualstack, addressIPv4, addressIPv6)
		},
	},
	{
		ID: "EP-ADDRESS-SERVICE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service that an endpoint reaches over IPv6 supports ipv6.",
		Source: createEndpointGuide + "; the text is inferred",
		Check: func(c *Call) string {
			s, ok := c.EndpointServiceNamed(c.New.Str("serviceName"))
			for _, wanted := range neededAddresses(c.New.Str("ipAddressType")) {
				if ok && !slices.Contains(s.AddressTypes, wanted) {
					return fmt.Sprintf("The VPC endpoint service %s does not support the IP address type %s", s.Name, wanted)
				}
			}
			return ""
		},
	},
	{
		ID: "EP-ADDRESS-SUBNETS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "The subnets of a dualstack endpoint have IPv4 and IPv6 CIDR blocks, those of an ipv6 one IPv6 only.",
		Source: createEndpointGuide + "; the text is inferred",
		Check: func(c *Call) string {
			subnets := c.ownSubnets(endpointSubnets(c))
			switch c.New.Str("ipAddressType") {
			case addressIPv6:
				if i := slices.IndexFunc(subnets, func(s Subnet) bool { return s.CIDR.IsValid() }); i >= 0 {
					return fmt.Sprintf("The subnet %s is not an IPv6 only subnet", subnets[i].ID)
				}
			case addressDualstack:
				if i := slices.IndexFunc(subnets, func(s Subnet) bool { return !s.CIDR.IsValid() }); i >= 0 {
					return fmt.Sprintf("The subnet %s does not have an associated IPv4 CIDR block", subnets[i].ID)
				}
			default:
				return ""
			}
			return withoutIPv6(subnets, "The subnet %s does not have an associated IPv6 CIDR block")
		},
	},
	{
		ID: "EP-DNS-RECORD-TYPE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint's names have addresses that the endpoint has.",
		Source: createEndpointAPI + ": DnsOptions; the text is inferred",
		Check: func(c *Call) string {
			wanted := c.New.Map("dnsOptions").Str("dnsRecordIpType")
			addresses := shownAddressing(c).Str("ipAddressType")
			if wanted == "" || slices.Contains(recordTypesOf[addresses], wanted) {
				return ""
			}
			return fmt.Sprintf("The DNS record IP type %s is not compatible with the IP address type %s", wanted, addresses)
		},
	},
	{
		ID: "EP-DNS-INBOUND", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "Only S3 has private DNS for inbound resolver endpoints alone.",
		Source: "https://github.com/hashicorp/terraform-provider-aws/issues/46102; " + createEndpointAPI + ": DnsOptions",
		Check: func(c *Call) string {
			s, _ := findAWSService(c.New.Str("serviceName"), c.Caller.Region)
			if !c.New.Map("dnsOptions").Bool("privateDnsOnlyForInboundResolverEndpoint") || s.name == "s3" {
				return ""
			}
			return "PrivateDnsOnlyForInboundResolverEndpoint not supported for this service."
		},
	},
	{
		ID: "EP-REMOTE-ZONE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified,
		Says:   "A few zones have no endpoints to services in another Region.",
		Source: shareServices + "; text: https://github.com/chanzuckerberg/cztack/issues/865",
		Check: func(c *Call) string {
			if c.serviceRegion() == c.Caller.Region {
				return ""
			}
			for _, s := range c.ownSubnets(endpointSubnets(c)) {
				if slices.Contains(remoteZones, s.ZoneID) {
					return "Only the following availability zones are supported for remote access: " + strings.Join(c.remoteZonesLeft(), ", ")
				}
			}
			return ""
		},
	},
	{
		ID: "EP-POLICY-FULL-ACCESS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "An endpoint to an endpoint service has no policy of its own: only the full-access one.",
		Source: "code and text: reported by users, https://github.com/pulumi/pulumi-aws-native/issues/1711; the flag: " + ec2API + "ServiceDetail: VpcEndpointPolicySupported, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html",
		Check: func(c *Call) string {
			name, policy := c.New.Str("serviceName"), c.New.Str("policy")
			_, isAWS := findAWSService(name, c.Caller.Region)
			if policy == "" || isAWS || !c.touches("policy") || allowsAll(policy) {
				return ""
			}
			return fmt.Sprintf("Service %s only supports the full-access endpoint policy.", name)
		},
	},
	{
		ID: "PLS-REMOTE-ZONES", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service that supports other Regions has load balancers in at least two zones.",
		Source: createEndpointConfig + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if !c.offersRemotely() || !c.touches("supportedRegions", "networkLoadBalancerArns") || len(balancerZones(c)) > 1 {
				return ""
			}
			return "Cross-Region access requires load balancers in at least two Availability Zones"
		},
	},
	{
		ID: "PLS-OWN-REGION", Token: TokenEndpointService, Phase: PhaseUpdate, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service's own Region is among those that it supports, named or not, and can't be removed.",
		Source: shareServices + "; that it is listed: AWS provider, internal/service/ec2/vpc_endpoint_service_test.go; the code and the text are inferred",
		Check: func(c *Call) string {
			wanted := c.New.Strs("supportedRegions")
			if len(wanted) == 0 || slices.Contains(wanted, c.Caller.Region) || !c.touches("supportedRegions") {
				return ""
			}
			return fmt.Sprintf("The host Region %s can't be removed from the supported Regions", c.Caller.Region)
		},
	},
	{
		ID: "PLS-REMOTE-IDLE-TIMEOUT", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service that supports other Regions has no listener with a TCP idle timeout of its own.",
		Source: shareServices + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if !c.offersRemotely() {
				return ""
			}
			return c.serviceBalancer(func(arn string) string {
				own := c.first(TokenListener, func(l *Record) bool {
					return l.Outputs.Str("loadBalancerArn") == arn && ownIdleTimeout(l.Outputs)
				})
				if own == nil {
					return ""
				}
				return fmt.Sprintf("Cross-Region access does not support the custom TCP idle timeout of listener '%s'", own.ID)
			})
		},
	},
	{
		ID: "LISTENER-IDLE-TIMEOUT-REMOTE", Token: TokenListener, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "A listener whose load balancer's endpoint service supports other Regions gets no TCP idle timeout of its own.",
		Source: shareServices + "; the code and the text are inferred",
		Check: func(c *Call) string {
			s := c.serviceOf(c.New.Str("loadBalancerArn"))
			if s == nil || !offeredRemotely(s.Outputs, s.Region) || !ownIdleTimeout(c.New) || c.New.Str("protocol") != "TCP" {
				return ""
			}
			return fmt.Sprintf("A custom TCP idle timeout is not supported: the endpoint service '%s' of the load balancer supports other Regions", s.ID)
		},
	},
	{
		ID: "PLS-ADD-LOAD-BALANCER", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A load balancer can be added to an endpoint service that has connections.",
		Source: createEndpointConfig + "; " + ec2Errors,
	},
	{
		ID: "EP-SERVICE-REGION", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An endpoint reaches a service in another Region if the service supports the endpoint's, and the endpoint names the service's.",
		Source: shareServices,
	},
}

// neededAddresses are the address types that a service has to support for an
// endpoint of an address type.
func neededAddresses(endpoint string) []string {
	switch endpoint {
	case addressDualstack:
		return []string{addressIPv4, addressIPv6}
	case addressIPv6:
		return []string{addressIPv6}
	}
	return nil
}

// remoteZonesLeft are the zones of the caller's Region that reach other Regions.
func (c *Call) remoteZonesLeft() []string {
	var out []string
	for _, z := range c.Zones(c.Caller.Account, c.Caller.Region) {
		if !slices.Contains(remoteZones, z.ID) {
			out = append(out, z.ID)
		}
	}
	return out
}

// offersRemotely says whether the service that the call makes or changes supports
// a Region besides its own.
func (c *Call) offersRemotely() bool { return offeredRemotely(c.New, c.Caller.Region) }

func offeredRemotely(service Props, region string) bool {
	return slices.ContainsFunc(service.Strs("supportedRegions"), func(r string) bool { return r != region })
}

// ownIdleTimeout says whether a listener's TCP idle timeout is not AWS's default.
func ownIdleTimeout(listener Props) bool {
	return listener.Has("tcpIdleTimeoutSeconds") && listener.Int("tcpIdleTimeoutSeconds") != 350
}
