package world

import (
	"fmt"
	"slices"
	"strings"
)

// privateDNSSwitches are the further types that switch an endpoint's private DNS on.
var privateDNSSwitches = []string{TokenEndpointPrivateDNS}

var privatelinkEndpointRules = []*Rule{
	{
		ID: "EP-VPC-EXISTS", Token: TokenEndpoint, Phase: PhaseCreate, Code: "InvalidVpcId.NotFound", Confidence: Verified,
		Says:   "An endpoint's VPC exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The Vpc Id %s does not exist") },
	},
	{
		ID: "EP-SERVICE-NAME", Token: TokenEndpoint, Phase: PhaseCreate, Code: "InvalidServiceName", Confidence: SecondHand,
		Says:   "An endpoint's service exists and allows the caller's account; one that does not looks as if it did not exist.",
		Source: "https://github.com/aws/aws-cdk/issues/28851; " + configService,
		Check: func(c *Call) string {
			if name := c.New.Str("serviceName"); name != "" && !c.maySee(name) {
				return fmt.Sprintf("The Vpc Endpoint Service '%s' does not exist", name)
			}
			return ""
		},
	},
	{
		ID: "EP-SERVICE-GIVEN", Token: TokenEndpoint, Phase: PhaseCreate, Code: "MissingParameter", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint of type Interface or Gateway names its service. Only the types Resource and ServiceNetwork, which the sandbox does not have, name something else.",
		Source: ec2API + "CreateVpcEndpoint: ServiceName, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html; code: " + ec2Errors + "; the text is inferred",
		Check: func(c *Call) string {
			if t := c.New.Str("vpcEndpointType"); c.New.Has("serviceName") || t != endpointInterface && t != endpointGateway {
				return ""
			}
			return "The request must contain the parameter ServiceName"
		},
	},
	{
		ID: "EP-CHINA-NAME", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "In China the names of some of AWS's own services begin with cn., such as those of Amazon ECR, and those of others don't.",
		Source: "https://github.com/aws/aws-cdk/pull/16139",
	},
	{
		ID: "EP-TYPE-MATCH", Token: TokenEndpoint, Phase: PhaseCreate, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "An endpoint is of a type that its service has.",
		Source: "https://github.com/hashicorp/terraform/issues/24478",
		Check: func(c *Call) string {
			name, wanted := c.New.Str("serviceName"), c.New.Str("vpcEndpointType")
			has := []string{endpointInterface}
			if s, ok := findAWSService(name, c.Caller.Region); ok {
				has = s.types
			} else if _, ok := c.EndpointServiceNamed(name); !ok {
				return ""
			}
			if slices.Contains(has, wanted) {
				return ""
			}
			return fmt.Sprintf("Endpoint type (%s) does not match available service types ([%s]).", wanted, strings.Join(has, ", "))
		},
	},
	{
		ID: "EP-GATEWAY-SUBNETS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "A gateway endpoint has route tables and no subnets.",
		Source: "https://github.com/nanlabs/terraform-aws-starter/issues/18",
		Check: func(c *Call) string {
			if c.New.Str("vpcEndpointType") != endpointGateway || len(c.New.List("subnetIds")) == 0 {
				return ""
			}
			return "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints."
		},
	},
	{
		ID: "EP-INTERFACE-ROUTES", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "An interface endpoint has subnets and no route tables.",
		Source: "https://github.com/ansible-collections/amazon.aws/issues/576",
		Check: func(c *Call) string {
			if c.New.Str("vpcEndpointType") != endpointInterface || len(c.New.List("routeTableIds")) == 0 {
				return ""
			}
			return "Route table IDs are only supported for Gateway type VPC Endpoint."
		},
	},
	{
		ID: "EP-ROUTE-TABLE-EXISTS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidRouteTableId.NotFound", Confidence: Verified,
		Says:   "The route tables of a gateway endpoint exist in its VPC.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			for _, id := range c.New.Strs("routeTableIds") {
				if c.touches("routeTableIds") && c.routeTableVPC(id) != c.New.Str("vpcId") {
					return fmt.Sprintf("The route table %s does not exist", id)
				}
			}
			return ""
		},
	},
	{
		ID: "EP-SUBNET-EXISTS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidSubnetId.NotFound", Confidence: Verified,
		Says:   "An endpoint's subnets exist.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.allExist(TokenSubnet, "subnetIds", c.New.Strs("subnetIds"), "The subnet ID '%s' does not exist")
		},
	},
	{
		ID: "EP-SUBNET-IN-VPC", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint's subnets are in its VPC.",
		Source: ec2API + "CreateVpcEndpoint, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html; the text is inferred",
		Check: func(c *Call) string {
			for _, s := range c.ownSubnets(endpointSubnets(c)) {
				if s.VpcID != c.New.Str("vpcId") {
					return fmt.Sprintf("The subnet %s is not in the VPC %s", s.ID, c.New.Str("vpcId"))
				}
			}
			return ""
		},
	},
	{
		ID: "EP-SUBNET-ZONE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "An endpoint's subnets are in zones, by AZ ID, that the service has.",
		Source: shareServices + "; text: reported by users",
		Check:  endpointZone,
	},
	{
		ID: "EP-ONE-SUBNET-A-ZONE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "DuplicateSubnetsInSameZone", Confidence: Verified, Answer: SecondHand,
		Says:   "An endpoint has one subnet in a zone.",
		Source: ec2Errors + "; text: reported by users",
		Check: func(c *Call) string {
			id := repeatedZone(c.ownSubnets(endpointSubnets(c)))
			if id == "" {
				return ""
			}
			return fmt.Sprintf("Found another VPC endpoint subnet in the availability zone of %s. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.", id)
		},
	},
	{
		ID: "EP-GROUP-EXISTS", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidSecurityGroupId.NotFound", Confidence: Verified,
		Says:   "An endpoint's security groups exist in its VPC.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.groupsExist("securityGroupIds", c.New.Strs("securityGroupIds"), c.New.Str("vpcId"), "The security group '%s' does not exist")
		},
	},
	{
		ID: "EP-DNS-VPC", Token: TokenEndpoint, Also: privateDNSSwitches, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: SecondHand,
		Says:   "Private DNS needs both DNS attributes of the VPC.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html; text: reported by users",
		Check: func(c *Call) string {
			wish, wants := c.privateDNSWish()
			v, ok := c.VPC(wish.vpcID)
			if !wants || !ok || v.DNSSupport && v.DNSHostnames {
				return ""
			}
			return fmt.Sprintf("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s", v.ID)
		},
	},
	{
		ID: "EP-DNS-NAME", Token: TokenEndpoint, Also: privateDNSSwitches, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "Private DNS needs a service with a private name that is verified.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html; text: reported by users",
		Check: func(c *Call) string {
			wish, wants := c.privateDNSWish()
			s, ok := c.EndpointServiceNamed(wish.serviceName)
			switch {
			case !ok || !wants:
				return ""
			case s.PrivateDNSName == "":
				return fmt.Sprintf("Private DNS can't be enabled because the service %s does not provide a private DNS name.", s.Name)
			case s.PrivateDNSState != privateNameVerified:
				return fmt.Sprintf("Private DNS can't be enabled because the service %s has not verified the private DNS name.", s.Name)
			}
			return ""
		},
	},
	{
		ID: "EP-DNS-CONFLICT", Token: TokenEndpoint, Also: privateDNSSwitches, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "One endpoint of a VPC has a private name, and no private hosted zone of the VPC is of the same name.",
		Source: "text: reported by users, https://github.com/hashicorp/terraform-provider-aws/issues/37628, https://github.com/hashicorp/terraform-provider-aws/issues/17269",
		Check: func(c *Call) string {
			wish, wants := c.privateDNSWish()
			name := c.privateNameOf(wish.serviceName, c.Caller.Region)
			if !wants || name == "" {
				return ""
			}
			taken := c.zoneOfVPC(wish.vpcID, wildcardDomain(name)) != nil || slices.ContainsFunc(c.Endpoints(), func(e Endpoint) bool {
				return e.VpcID == wish.vpcID && e.ID != wish.endpointID && e.PrivateDNSName == name
			})
			if !taken {
				return ""
			}
			return fmt.Sprintf("private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the VPC %s", name, wish.vpcID)
		},
	},
	{
		ID: "EP-DNS-PENDING", Token: TokenEndpoint, Also: privateDNSSwitches, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "Private DNS can't be switched on while the connection waits for acceptance.",
		Source: "https://github.com/hashicorp/terraform-provider-aws/issues/7148",
		Check: func(c *Call) string {
			wish, wants := c.privateDNSWish()
			if !wants || !wish.waits {
				return ""
			}
			return "Private DNS can only be enabled after the endpoint connection is accepted by the owner of " + wish.serviceName + "."
		},
	},
	{
		ID: "EP-ACCEPTANCE", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Where the service requires acceptance, an endpoint is made and waits in the state pendingAcceptance; else it is available.",
		Source: configService,
	},
	{
		ID: "EP-DEFAULT-GROUP", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An interface endpoint without a security group gets the VPC's default one.",
		Source: ec2API + "CreateVpcEndpoint: SecurityGroupIds, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
	},
	{
		ID: "EP-DNS-NAMES", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An interface endpoint has a regional DNS name, and a zonal one for each subnet under the owner's own name of the zone.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
	},
	{
		ID: "EP-DNS-SUFFIX", Token: TokenEndpoint, Phase: PhaseBehaviour, Confidence: Unverified,
		Says:   "An endpoint's DNS names carry eight characters after its id, the same in all, and the regional name comes first.",
		Source: "seen in the wild; the PrivateLink Guide writes the names without them",
	},
}

// maySee says whether the caller can have an endpoint to a service: to AWS's
// own, or to an endpoint service that allows the account and is in the same
// Region or supports the caller's.
func (c *Call) maySee(serviceName string) bool {
	if _, ok := findAWSService(serviceName, c.Caller.Region); ok {
		return true
	}
	s, ok := c.EndpointServiceNamed(serviceName)
	if !ok || !s.Allows(c.Caller.Account) || s.Region != c.serviceRegion() {
		return false
	}
	return s.Region == c.Caller.Region || slices.Contains(s.SupportedRegions, c.Caller.Region)
}

// endpointZone checks an endpoint's subnets against the service's zones. Across
// Regions the zones have nothing to do with each other.
func endpointZone(c *Call) string {
	name := c.New.Str("serviceName")
	own, isAWS := findAWSService(name, c.Caller.Region)
	s, ok := c.EndpointServiceNamed(name)
	if !c.touches("subnetIds", "subnetConfigurations") || !isAWS && (!ok || s.Region != c.Caller.Region) {
		return ""
	}
	for _, subnet := range c.ownSubnets(endpointSubnets(c)) {
		if slices.Contains(own.lacks, subnet.ZoneID) || !isAWS && !slices.Contains(s.ZoneIDs, subnet.ZoneID) {
			return fmt.Sprintf("The VPC endpoint service %s does not support the availability zone of the subnet: %s.", name, subnet.ID)
		}
	}
	return ""
}

// waitsForAcceptance says whether the endpoint that the call makes or changes
// is not accepted yet.
func (c *Call) waitsForAcceptance() bool {
	if c.Phase == PhaseUpdate {
		return c.State.Str("state") == StatePendingAcceptance
	}
	s, ok := c.EndpointServiceNamed(c.New.Str("serviceName"))
	return ok && s.AcceptanceRequired && !c.acceptsItself(s)
}
