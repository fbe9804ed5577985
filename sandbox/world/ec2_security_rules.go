package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// groupDescription is what AWS allows in the name and description of a group.
var groupDescription = regexp.MustCompile(`^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$`)

// bothRules are the types of security group rule.
var bothRules = []string{TokenEgressRule}

var ec2SecurityRules = []*Rule{
	{
		ID: "SG-NAME-PREFIX", Token: TokenSecurityGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group's name does not begin with sg-.",
		Source: ec2API + "CreateSecurityGroup, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
		Check: func(c *Call) string {
			if name := c.New.Str("name"); strings.HasPrefix(strings.ToLower(name), "sg-") {
				return fmt.Sprintf(`invalid value for name (cannot begin with sg-): %s`, name)
			}
			return ""
		},
	},
	{
		ID: "SG-NAME-LENGTH", Token: TokenSecurityGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group's name has at most 255 characters.",
		Source: ec2API + "CreateSecurityGroup: GroupName",
		Check: func(c *Call) string {
			if n := len(c.New.Str("name")); n > 255 {
				return fmt.Sprintf("expected length of name to be in the range (0 - 255), got %d characters", n)
			}
			return ""
		},
	},
	{
		ID: "SG-DESCRIPTION", Token: TokenSecurityGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group's description has at most 255 characters of a small alphabet.",
		Source: ec2API + "CreateSecurityGroup: GroupDescription",
		Check: func(c *Call) string {
			d := c.New.Str("description")
			if len(d) <= 255 && groupDescription.MatchString(d) {
				return ""
			}
			return fmt.Sprintf("invalid value for description (at most 255 characters of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*): %s", d)
		},
	},
	{
		ID: "SG-VPC-GIVEN", Token: TokenSecurityGroup, Phase: PhaseCreate, Code: "VPCIdNotSpecified", Confidence: Verified,
		Says:   "Without a VPC, a security group goes to the default VPC; the sandbox's accounts have none.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			if c.New.Has("vpcId") {
				return ""
			}
			return "No default VPC for this user"
		},
	},
	{
		ID: "SG-VPC-EXISTS", Token: TokenSecurityGroup, Phase: PhaseCreate, Code: "InvalidVpcID.NotFound", Confidence: Verified,
		Says:   "A security group's VPC exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The vpc ID '%s' does not exist") },
	},
	{
		ID: "SG-DUPLICATE", Token: TokenSecurityGroup, Phase: PhaseCreate, Code: "InvalidGroup.Duplicate", Confidence: Verified,
		Says:   "A security group's name is unique in its VPC.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			name, vpc := c.New.Str("name"), c.New.Str("vpcId")
			taken := c.first(TokenSecurityGroup, func(r *Record) bool {
				return r.Outputs.Str("name") == name && r.Outputs.Str("vpcId") == vpc
			})
			if name == "" || taken == nil && name != "default" {
				return ""
			}
			return fmt.Sprintf("The security group '%s' already exists for VPC '%s'", name, vpc)
		},
	},
	{
		ID: "SG-DELETE-IN-USE", Token: TokenSecurityGroup, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: Verified, Answer: SecondHand,
		Says:   "A security group can't be deleted while a network interface has it or another group's rule names it.",
		Source: ec2API + "DeleteSecurityGroup, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html; text: reported by users",
		Check: func(c *Call) string {
			if !c.groupInUse(c.ID) {
				return ""
			}
			return fmt.Sprintf("resource %s has a dependent object", c.ID)
		},
	},
	{
		ID: "SG-NO-DEFAULT-EGRESS", Token: TokenSecurityGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The provider removes the rule that lets all traffic out, which AWS makes every group with.",
		Source: providerEC2 + "securitygroup/",
	},
	{
		ID: "SG-RULE-ONE-SOURCE", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group rule has exactly one peer: an IPv4 or IPv6 block, a prefix list or a group.",
		Source: providerEC2 + "securitygroup/; https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/",
		Check:  func(c *Call) string { return exactlyOne(c.New, ruleSources...) },
	},
	{
		ID: "SG-RULE-CIDR-FORMAT", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group rule's block is a network address.",
		Source: "https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/",
		Check:  func(c *Call) string { return networkAddress(c.New, "cidrIpv4") },
	},
	{
		ID: "SG-RULE-PORT-RANGE", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The ports of a security group rule are between -1 and 65535.",
		Source: "https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/",
		Check: func(c *Call) string {
			return between(c.New, "fromPort", -1, 65535) + between(c.New, "toPort", -1, 65535)
		},
	},
	{
		ID: "SG-RULE-ALL-PROTOCOLS", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A security group rule for all protocols has no ports.",
		Source: "https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/",
		Check: func(c *Call) string {
			if protocolName(c.New.Str("ipProtocol")) == "-1" && (c.New.Has("fromPort") || c.New.Has("toPort")) {
				return "from_port and to_port must not be specified when ip_protocol is -1"
			}
			return ""
		},
	},
	{
		ID: "SG-RULE-PORTS-GIVEN", Token: TokenIngressRule, Also: bothRules, Phase: PhaseWrite, Code: "InvalidParameterValue", Confidence: SecondHand,
		Says:   "A security group rule for TCP or UDP names both ends of its port range, in order.",
		Source: ec2API + "AuthorizeSecurityGroupIngress, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html; text: reported by users",
		Check: func(c *Call) string {
			switch p := protocolName(c.New.Str("ipProtocol")); {
			case p != "tcp" && p != "udp":
			case !c.New.Has("fromPort") || !c.New.Has("toPort"):
				return "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."
			case c.New.Int("fromPort") > c.New.Int("toPort"):
				return fmt.Sprintf("Invalid TCP/UDP port range (%d:%d)", c.New.Int("fromPort"), c.New.Int("toPort"))
			}
			return ""
		},
	},
	{
		ID: "SG-RULE-GROUP-EXISTS", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCreate, Code: "InvalidGroup.NotFound", Confidence: Verified,
		Says:   "The security group that a rule is for exists.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			id := c.New.Str("securityGroupId")
			return c.groupsExist("securityGroupId", []string{id}, "", "The security group '%s' does not exist")
		},
	},
	{
		ID: "SG-RULE-PEER-EXISTS", Token: TokenIngressRule, Also: bothRules, Phase: PhaseWrite, Code: "InvalidGroup.NotFound", Confidence: Verified,
		Says:   "The security group that a rule names as the peer exists in the same VPC, or in one that is peered with it; the sandbox has no peering.",
		Source: "Amazon VPC User Guide, Security group rules, https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			peer := c.New.Str("referencedSecurityGroupId")
			if peer == "" {
				return ""
			}
			vpc := c.groupVPC(c.New.Str("securityGroupId"))
			return c.groupsExist("referencedSecurityGroupId", []string{peer}, vpc, "You have specified two resources that belong to different networks, or the security group '%s' does not exist.")
		},
	},
	{
		ID: "SG-RULE-DUPLICATE", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCreate, Code: "InvalidPermission.Duplicate", Confidence: Verified,
		Says:   "A security group has a rule only once.",
		Source: ec2Errors,
		Check:  duplicateRule,
	},
	{
		ID: "SG-RULE-SOURCE-REPLACES", Token: TokenIngressRule, Also: bothRules, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A rule's peer can change in place, but not to another kind of peer: that makes a new rule.",
		Source: "https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/",
	},
	{
		ID: "SG-EVALUATION", Token: TokenSecurityGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A flow passes if any rule of any of an interface's groups allows it, by the peer's address or by a group of the peer's interface.",
		Source: "Amazon VPC User Guide, Security group rules, https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
	},
}

// groupVPC is the VPC of a security group, a default one too.
func (tx *Tx) groupVPC(id string) string {
	if r := tx.peek(TokenSecurityGroup, id); r != nil {
		return r.Outputs.Str("vpcId")
	}
	if r := tx.peek(KindDefaultSecurityGroup, id); r != nil {
		return r.Hidden.Str("vpcId")
	}
	return ""
}

// groupInUse says whether a network interface has the group or another group's
// rule names it.
func (tx *Tx) groupInUse(id string) bool {
	if len(tx.interfacesWhere(func(n NetworkInterface) bool { return slices.Contains(n.GroupIDs, id) })) > 0 {
		return true
	}
	for _, kind := range []string{TokenSecurityGroup, KindDefaultSecurityGroup} {
		named := tx.first(kind, func(r *Record) bool {
			return r.ID != id && slices.ContainsFunc(tx.SecurityGroupRules(r.ID), func(s SecurityGroupRule) bool { return s.PeerGroupID == id })
		})
		if named != nil {
			return true
		}
	}
	return false
}

func duplicateRule(c *Call) string {
	wanted := RuleOf(c.Type.Token, c.New)
	for _, r := range c.SecurityGroupRules(c.New.Str("securityGroupId")) {
		if r.Same(wanted) {
			return fmt.Sprintf("the specified rule \"peer: %s, %s, from port: %d, to port: %d, ALLOW\" already exists",
				firstSet(c.New, ruleSources), strings.ToUpper(r.Protocol), r.FromPort, r.ToPort)
		}
	}
	return ""
}

func firstSet(p Props, properties []string) string {
	for _, k := range properties {
		if v := p.Str(k); v != "" {
			return v
		}
	}
	return ""
}
