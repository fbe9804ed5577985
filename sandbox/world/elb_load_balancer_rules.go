package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const nlbGuide = "User Guide for Network Load Balancers, "

var (
	elbName         = regexp.MustCompile(`^[0-9A-Za-z-]*$`)
	balancerAndPool = []string{TokenTargetGroup}
)

var elbLoadBalancerRules = []*Rule{
	{
		ID: "LB-NAME-LENGTH", Token: TokenLoadBalancer, Also: balancerAndPool, Phase: PhaseCheck, Code: "ValidationError", Confidence: Verified,
		Says:   "The name of a load balancer or target group has at most 32 characters.",
		Source: elbAPI + "CreateLoadBalancer: Name, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
		Check: func(c *Call) string {
			if name := c.New.Str("name"); len(name) > 32 {
				return fmt.Sprintf("name '%s' cannot be longer than '32' characters", name)
			}
			return ""
		},
	},
	{
		ID: "LB-NAME-ALPHABET", Token: TokenLoadBalancer, Also: balancerAndPool, Phase: PhaseCheck, Code: "ValidationError", Confidence: Verified,
		Says:   "The name of a load balancer or target group has letters, digits and hyphens only.",
		Source: elbAPI + "CreateLoadBalancer: Name",
		Check: func(c *Call) string {
			if name := c.New.Str("name"); !elbName.MatchString(name) {
				return fmt.Sprintf("name '%s' can only contain characters that are alphanumeric characters or hyphens(-)", name)
			}
			return ""
		},
	},
	{
		ID: "LB-NAME-HYPHEN", Token: TokenLoadBalancer, Also: balancerAndPool, Phase: PhaseCheck, Code: "ValidationError", Confidence: Verified,
		Says:   "The name of a load balancer or target group neither begins nor ends with a hyphen.",
		Source: elbAPI + "CreateLoadBalancer: Name",
		Check: func(c *Call) string {
			if name := c.New.Str("name"); strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") {
				return fmt.Sprintf("name '%s' cannot begin or end with '-'", name)
			}
			return ""
		},
	},
	{
		ID: "LB-NAME-INTERNAL", Token: TokenLoadBalancer, Phase: PhaseCheck, Code: "ValidationError", Confidence: Verified,
		Says:   "A load balancer's name does not begin with internal-.",
		Source: elbAPI + "CreateLoadBalancer: Name",
		Check: func(c *Call) string {
			if name := c.New.Str("name"); strings.HasPrefix(name, "internal-") {
				return fmt.Sprintf("load balancer name '%s' cannot begin with 'internal-'", name)
			}
			return ""
		},
	},
	{
		ID: "LB-NAME-UNIQUE", Token: TokenLoadBalancer, Phase: PhaseCreate, Code: "DuplicateLoadBalancerName", Confidence: Verified,
		Says:   "A load balancer's name is unique in an account and Region.",
		Source: elbAPI + "CreateLoadBalancer: Errors",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenLoadBalancer) {
				return ""
			}
			return fmt.Sprintf("ELBv2 Load Balancer (%s) already exists", c.New.Str("name"))
		},
	},
	{
		ID: "LB-SUBNETS-XOR-MAPPINGS", Token: TokenLoadBalancer, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A load balancer has subnets or subnet mappings, and not both.",
		Source: providerELB + "loadbalancer/",
		Check:  func(c *Call) string { return exactlyOne(c.New, "subnets", "subnetMappings") },
	},
	{
		ID: "LB-ENFORCE-VALUES", Token: TokenLoadBalancer, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Evaluation of security groups for PrivateLink traffic is on or off.",
		Source: elbAPI + "SetSecurityGroups: EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html",
		Check: func(c *Call) string {
			return oneOf(c.New, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on", "off")
		},
	},
	{
		ID: "LB-SUBNET-EXISTS", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "SubnetNotFound", Confidence: Verified,
		Says:   "A load balancer's subnets exist.",
		Source: elbAPI + "CreateLoadBalancer: Errors",
		Check: func(c *Call) string {
			return c.allExist(TokenSubnet, "subnets", balancerSubnets(c.New), "The subnet ID '%s' does not exist")
		},
	},
	{
		ID: "LB-ONE-SUBNET-A-ZONE", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "A load balancer has one subnet in an Availability Zone.",
		Source: elbAPI + "SetSubnets, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html; the code is inferred from its list of errors",
		Check: func(c *Call) string {
			if repeatedZone(c.ownSubnets(balancerSubnets(c.New))) == "" {
				return ""
			}
			return "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
		},
	},
	{
		ID: "LB-SUBNETS-ONE-VPC", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidSubnet", Confidence: Verified,
		Says:   "A load balancer's subnets are in one VPC.",
		Source: elbAPI + "CreateLoadBalancer: Errors",
		Check: func(c *Call) string {
			return differentVPCs(c.ownSubnets(balancerSubnets(c.New)), "All subnets must belong to the same VPC: '%s', '%s'")
		},
	},
	{
		ID: "LB-SUBNET-FREE-ADDRESSES", Token: TokenLoadBalancer, Phase: PhaseCreate, Code: "InvalidSubnet", Confidence: Verified,
		Says:   "Each of a load balancer's subnets has at least eight free addresses.",
		Source: nlbGuide + "Availability Zones, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html; code: its list of errors",
		Check: func(c *Call) string {
			for _, s := range c.ownSubnets(balancerSubnets(c.New)) {
				if c.FreeAddresses(s) < 8 {
					return fmt.Sprintf("Not enough IP space available in %s. ELB requires at least 8 free IP addresses in each subnet.", s.ID)
				}
			}
			return ""
		},
	},
	{
		ID: "LB-INTERNET-GATEWAY", Token: TokenLoadBalancer, Phase: PhaseCreate, Code: "InvalidSubnet", Confidence: SecondHand,
		Says:   "The VPC of an internet-facing load balancer has an internet gateway.",
		Source: nlbGuide + "Create a Network Load Balancer, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html; text: reported by users",
		Check: func(c *Call) string {
			subnets := c.ownSubnets(balancerSubnets(c.New))
			if c.New.Bool("internal") || len(subnets) == 0 {
				return ""
			}
			if v, _ := c.VPC(subnets[0].VpcID); v.internetGatewayID != "" {
				return ""
			}
			return fmt.Sprintf("VPC %s has no internet gateway", subnets[0].VpcID)
		},
	},
	{
		ID: "LB-SECURITY-GROUP-EXISTS", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidSecurityGroup", Confidence: Verified,
		Says:   "A load balancer's security groups exist in its VPC.",
		Source: elbAPI + "CreateLoadBalancer: Errors",
		Check: func(c *Call) string {
			vpc := c.State.Str("vpcId")
			if s := c.ownSubnets(balancerSubnets(c.New)); len(s) > 0 {
				vpc = s[0].VpcID
			}
			return c.groupsExist("securityGroups", c.New.Strs("securityGroups"), vpc, "One or more security groups are invalid: '%s'")
		},
	},
	{
		ID: "LB-SECURITY-GROUPS-FIXED", Token: TokenLoadBalancer, Phase: PhaseUpdate, Code: "InvalidConfigurationRequest", Confidence: Verified,
		Says:   "A Network Load Balancer made without a security group never gets one, and one made with some never loses all.",
		Source: nlbGuide + "Security groups, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
		Check: func(c *Call) string {
			if !c.Changed("securityGroups") || (len(c.Old.List("securityGroups")) == 0) == (len(c.New.List("securityGroups")) == 0) {
				return ""
			}
			return "Security groups can only be set on a load balancer that was created with security groups, and cannot all be removed"
		},
	},
	{
		ID: "LB-SECURITY-GROUPS-REPLACE", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Giving the first security group to a Network Load Balancer, or taking its last, makes a new one.",
		Source: providerELB + "loadbalancer/",
	},
	{
		ID: "LB-SCHEME-REPLACE", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An internal load balancer is made internet-facing, or the other way round, by making a new one.",
		Source: "AWS provider, internal/service/elbv2/load_balancer.go: internal",
	},
	{
		ID: "LB-DNS-NAME", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A Network Load Balancer's DNS name is its name, a hyphen and the 16 digits of its ARN, under elb, the Region and AWS's domain.",
		Source: nlbGuide + "DNS name, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#dns-name",
	},
	{
		ID: "LB-SUBNETS-REPLACE", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Adding a subnet to a Network Load Balancer changes it in place; dropping or exchanging one, or fixing another address in one, makes a new one.",
		Source: "AWS provider, internal/service/elbv2/load_balancer.go: customizeDiffLoadBalancerNLB",
	},
	{
		ID: "LB-SUBNET-CONNECTED", Token: TokenLoadBalancer, Phase: PhaseUpdate, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "A subnet can't be taken from a load balancer that has VPC endpoint connections.",
		Source: nlbGuide + "Availability Zones, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html; the code is inferred",
		Check: func(c *Call) string {
			if !dropsSubnet(c.Old, c.New) || len(c.connectionsOf(c.ID)) == 0 {
				return ""
			}
			return fmt.Sprintf("Subnets cannot be removed from load balancer '%s' because it has active VPC endpoint associations", c.ID)
		},
	},
	{
		ID: "LB-DELETE-PROTECTED", Token: TokenLoadBalancer, Phase: PhaseDelete, Code: "OperationNotPermitted", Confidence: Verified, Answer: SecondHand,
		Says:   "A load balancer with deletion protection can't be deleted.",
		Source: elbAPI + "DeleteLoadBalancer, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html; text: reported by users, https://github.com/rebuy-de/aws-nuke/issues/1240",
		Check: func(c *Call) string {
			if !c.State.Bool("enableDeletionProtection") {
				return ""
			}
			return fmt.Sprintf("Load balancer '%s' cannot be deleted because deletion protection is enabled", c.ID)
		},
	},
	{
		ID: "LB-DELETE-IN-SERVICE", Token: TokenLoadBalancer, Phase: PhaseDelete, Code: "ResourceInUse", Confidence: SecondHand,
		Says:   "A load balancer of an endpoint service can't be deleted.",
		Source: "https://github.com/hashicorp/terraform/issues/18753; code: " + elbAPI + "DeleteLoadBalancer",
		Check: func(c *Call) string {
			if c.serviceOf(c.ID) == nil {
				return ""
			}
			return fmt.Sprintf("Load balancer '%s' cannot be deleted because it is currently associated with another service", c.ID)
		},
	},
	{
		ID: "LB-ENFORCE-DEFAULT", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Security groups are evaluated for PrivateLink traffic unless that is turned off; without groups there is nothing to evaluate.",
		Source: elbAPI + "SetSecurityGroups: EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
	},
	{
		ID: "LB-PRIVATELINK-SOURCE", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Where they are evaluated, the source is the client's own address in the consumer's VPC; where not, PrivateLink traffic passes whatever they say.",
		Source: nlbGuide + "Security groups, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
	},
	{
		ID: "LB-DELETE-LISTENERS", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Deleting a load balancer deletes its listeners, not its target groups.",
		Source: elbAPI + "DeleteLoadBalancer",
	},
}

// nameTaken says whether the caller has another resource of a kind with the
// name that the call wants.
func (c *Call) nameTaken(kind string) bool {
	name := c.New.Str("name")
	return name != "" && c.first(kind, func(r *Record) bool {
		return r.Outputs.Str("name") == name && r.Account == c.Caller.Account && r.Region == c.Type.region(c.Caller)
	}) != nil
}

// repeatedZone returns a subnet that is in the zone of one before it, or "".
func repeatedZone(subnets []Subnet) string {
	seen := map[string]bool{}
	for _, s := range subnets {
		if seen[s.ZoneID] {
			return s.ID
		}
		seen[s.ZoneID] = true
	}
	return ""
}

// differentVPCs returns AWS's message where the subnets are not all in one VPC.
func differentVPCs(subnets []Subnet, format string) string {
	for _, s := range subnets {
		if s.VpcID != subnets[0].VpcID {
			return fmt.Sprintf(format, subnets[0].ID, s.ID)
		}
	}
	return ""
}

// serviceOf returns the endpoint service that a load balancer belongs to, or nil.
func (tx *Tx) serviceOf(loadBalancerARN string) *Record {
	return tx.first(TokenEndpointService, func(r *Record) bool {
		return slices.Contains(r.Outputs.Strs("networkLoadBalancerArns"), loadBalancerARN)
	})
}

// connectionsOf are the live connections to the service of a load balancer.
func (tx *Tx) connectionsOf(loadBalancerARN string) []Endpoint {
	s := tx.serviceOf(loadBalancerARN)
	if s == nil {
		return nil
	}
	return tx.liveConnections(s.ID)
}

// liveConnections are the connections of a service that keep it from changing:
// those that are available or wait for acceptance.
func (tx *Tx) liveConnections(serviceID string) []Endpoint {
	return slices.DeleteFunc(tx.Connections(serviceID), func(e Endpoint) bool { return e.State == StateRejected })
}
