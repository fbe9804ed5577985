package world

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	nlbQuotas      = nlbGuide + "Quotas, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
	endpointQuotas = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"
)

// quota is how many of something an account may have, unless AWS has raised it.
type quota struct {
	id, token string
	// service and key are Service Quotas' codes.
	service, key string
	// fixed: AWS raises it for nobody.
	fixed bool
	limit int
	// of says of what, and in what.
	of           string
	code, source string
	// text is AWS's, where it is known; it may have a %d for the limit.
	text string
	// has counts how many there would be with what the call makes or changes.
	has func(c *Call) int
	// phase is PhaseCreate where it is empty.
	phase Phase
}

const vpcQuotas = "Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"

// quotas are those that a program of a normal size can meet.
var quotas = []quota{
	{
		id: "QUOTA-LOAD-BALANCERS", token: TokenLoadBalancer, service: "elasticloadbalancing", key: "L-69A177A2",
		limit: 50, of: "Network Load Balancers in a Region", code: "TooManyLoadBalancers", source: nlbQuotas,
		has: func(c *Call) int { return 1 + len(c.In(TokenLoadBalancer, c.Caller.Account, c.Caller.Region)) },
	},
	{
		id: "QUOTA-LISTENERS", token: TokenListener, service: "elasticloadbalancing", key: "L-57A373D6",
		limit: 50, of: "listeners on a Network Load Balancer", code: "TooManyListeners", source: nlbQuotas,
		has: func(c *Call) int { return 1 + len(c.Listeners(c.New.Str("loadBalancerArn"))) },
	},
	{
		id: "QUOTA-CERTIFICATES", token: TokenListenerCertificate, limit: 25, of: "certificates on a Network Load Balancer", code: "TooManyCertificates", source: nlbQuotas,
		has: func(c *Call) int { return 1 + furtherCertificates(c) },
	},
	{
		id: "QUOTA-ENDPOINTS", token: TokenEndpoint, service: "vpc", key: "L-29B6F2EB",
		limit: 50, of: "interface endpoints in a VPC", code: "VpcEndpointLimitExceeded", source: endpointQuotas + "; code: " + ec2Errors,
		has: func(c *Call) int { return c.endpointsLike(endpointInterface) },
	},
	{
		id: "QUOTA-GATEWAY-ENDPOINTS", token: TokenEndpoint, service: "vpc", key: "L-1B52E74A",
		limit: 20, of: "gateway endpoints in a Region", code: "VpcEndpointLimitExceeded", source: endpointQuotas + "; code: " + ec2Errors,
		has: func(c *Call) int { return c.endpointsLike(endpointGateway) },
	},
	{
		id: "QUOTA-VPCS", token: TokenVPC, service: "vpc", key: "L-F678F1CE",
		limit: 5, of: "VPCs in a Region", code: "VpcLimitExceeded", source: vpcQuotas + "; text: reported by users",
		text: "The maximum number of VPCs has been reached.",
		has:  func(c *Call) int { return 1 + len(c.In(TokenVPC, c.Caller.Account, c.Caller.Region)) },
	},
	{
		id: "QUOTA-ADDRESSES", token: TokenEIP, service: "ec2", key: "L-0263D0A3",
		limit: 5, of: "Elastic IP addresses in a Region", code: "AddressLimitExceeded", source: vpcQuotas + "; text: reported by users",
		text: "The maximum number of addresses has been reached.",
		has:  func(c *Call) int { return 1 + len(c.In(TokenEIP, c.Caller.Account, c.Caller.Region)) },
	},
	{
		id: "QUOTA-NAT-GATEWAYS", token: TokenNATGateway, service: "vpc", key: "L-FE5A380F",
		limit: 5, of: "NAT gateways in an Availability Zone", code: "NatGatewayLimitExceeded", source: vpcQuotas + "; text: reported by users",
		text: "Performing this operation would exceed the limit of %d NAT gateways", has: natGatewaysInZone,
	},
	{
		id: "QUOTA-GROUP-RULES", token: TokenIngressRule, service: "vpc", key: "L-0EA8095F", phase: PhaseWrite,
		limit: 60, of: "rules of a security group in a direction and for IPv4 or IPv6 each, where a prefix list counts as many as it can have entries",
		code:   "RulesPerSecurityGroupLimitExceeded",
		source: vpcQuotas + "; text: reported by users, https://github.com/terraform-aws-modules/terraform-aws-alb/issues/400",
		text:   "The maximum number of rules per security group has been reached.", has: rulesOfGroup,
	},
	{
		id: "QUOTA-ENDPOINT-GROUPS", token: TokenEndpoint, service: "vpc", key: "L-2AFB9258", phase: PhaseWrite,
		limit: 5, of: "security groups on an endpoint's network interface", code: "SecurityGroupsPerInterfaceLimitExceeded", source: vpcQuotas + "; code: " + ec2Errors,
		has: func(c *Call) int { return len(c.New.List("securityGroupIds")) },
	},
	{
		id: "QUOTA-BALANCER-GROUPS", token: TokenLoadBalancer, service: "vpc", key: "L-2AFB9258", phase: PhaseWrite,
		limit: 5, of: "security groups on a load balancer's network interface", code: "InvalidConfigurationRequest", source: vpcQuotas,
		has: func(c *Call) int { return len(c.New.List("securityGroups")) },
	},
	{
		id: "QUOTA-ROLE-POLICIES", token: TokenPolicyAttachment, service: "iam", key: "L-0DA4ABF3",
		limit: 10, of: "managed policies on a role", code: "LimitExceeded",
		source: "IAM User Guide, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; text: reported by users",
		text:   "Cannot exceed quota for PoliciesPerRole: %d", has: policiesOfRole,
	},
	{
		id: "QUOTA-CERTIFICATE-NAMES", token: TokenCertificate, limit: 10, of: "names of a certificate", code: "LimitExceededException",
		source: "AWS Certificate Manager User Guide, https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html",
		has:    func(c *Call) int { return len(certificateNames(c.New)) },
	},
	{
		id: "QUOTA-CONTAINERS", token: TokenTaskDefinition, fixed: true, limit: 10, of: "containers in a task definition", code: "ClientException",
		source: ecsQuotas + "; text: reported by users, https://github.com/aws/amazon-ecs-cli/issues/184",
		text:   "Too many containers.", has: func(c *Call) int { return len(c.containersOptions()) },
	},
}

const (
	ecsQuotas = "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"
	iamQuotas = "IAM User Guide, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
)

// Quotas that no single call breaks: ECS says so in a service's events.
var (
	quotaTargets = &quota{
		id: "QUOTA-TARGETS", token: TokenTargetGroup, service: "elasticloadbalancing", key: "L-B211E961", limit: 500,
		of:     "targets on a Network Load Balancer in an Availability Zone, in all zones together with cross-zone load balancing; a task counts once for each target group",
		source: nlbQuotas,
	}
	quotaVCPUs = &quota{
		id: "QUOTA-FARGATE-VCPUS", token: TokenService, service: "fargate", key: "L-3032A538", limit: 6,
		of: "vCPUs of Fargate On-Demand tasks that run at once in a Region", source: ecsQuotas + "; text: reported by users, https://repost.aws/questions/QUmYO0T8YKQgG5zOMJQ7HsMw",
	}
	quotaSpotVCPUs = &quota{
		id: "QUOTA-FARGATE-SPOT-VCPUS", token: TokenService, service: "fargate", key: "L-36FBB829", limit: 6,
		of: "vCPUs of Fargate Spot tasks that run at once in a Region", source: ecsQuotas,
	}
	describedQuotas = []*quota{quotaTargets, quotaVCPUs, quotaSpotVCPUs}
)

// quotaOf returns the quota with Service Quotas' codes, or nil.
func quotaOf(service, key string) *quota {
	for i, q := range quotas {
		if q.service == service && q.key == key && key != "" {
			return &quotas[i]
		}
	}
	for _, q := range describedQuotas {
		if q.service == service && q.key == key {
			return q
		}
	}
	return nil
}

// limitOf is what an account has of a quota in a Region: AWS's default, or what a
// resource ServiceQuota says. IAM's are the same in all Regions.
func (tx *Tx) limitOf(q *quota, account, region string) int {
	r := tx.first(TokenServiceQuota, func(r *Record) bool {
		here := r.Account == account && (r.Region == region || q.service == "iam")
		return here && r.Outputs.Str("serviceCode") == q.service && r.Outputs.Str("quotaCode") == q.key
	})
	if r == nil {
		return q.limit
	}
	return r.Outputs.Int("value")
}

// quotaRules are the rules that the quotas make.
func quotaRules() []*Rule {
	var out []*Rule
	for _, q := range quotas {
		r := &Rule{
			ID: q.id, Token: q.token, Phase: cmp.Or(q.phase, PhaseCreate), Code: q.code, Confidence: Verified, Answer: Unverified,
			Says: q.says(), Source: q.source,
			Check: func(c *Call) string {
				limit := c.limitOf(&q, c.Caller.Account, c.Caller.Region)
				switch {
				case q.has(c) <= limit:
					return ""
				case strings.Contains(q.text, "%d"):
					return fmt.Sprintf(q.text, limit)
				}
				return cmp.Or(q.text, fmt.Sprintf("The limit of %d %s is reached", limit, q.of))
			},
		}
		if q.token == TokenIngressRule {
			r.Also = []string{TokenEgressRule, TokenSecurityGroup}
		}
		if q.text != "" {
			r.Answer = SecondHand
		} else {
			r.Source += "; the text is inferred"
		}
		out = append(out, r)
	}
	for _, q := range describedQuotas {
		out = append(out, &Rule{
			ID: q.id, Token: q.token, Phase: PhaseBehaviour, Confidence: Verified, Says: q.says() + " What is over it waits, and the service says so in its events.", Source: q.source,
		})
	}
	return out
}

func (q *quota) says() string {
	raised := "the quota that an account begins with; the sandbox has no way to raise it"
	switch {
	case q.fixed:
		raised = "which AWS raises for nobody"
	case q.key != "":
		raised = fmt.Sprintf("the quota %s of %s that an account begins with", q.key, q.service)
	}
	return fmt.Sprintf("There are at most %d %s, %s.", q.limit, q.of, raised)
}

// quotaFurtherRules are on the size of documents, which no account can raise.
var quotaFurtherRules = []*Rule{
	{
		ID: "EP-POLICY-SIZE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidPolicyDocument", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint's policy has at most 20480 characters, white space included.",
		Source: endpointQuotas + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if n := utf8.RuneCountInString(c.New.Str("policy")); n > 20480 {
				return fmt.Sprintf("The policy document has %d characters, and the limit is 20480", n)
			}
			return ""
		},
	},
	{
		ID: "TASK-DEFINITION-SIZE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A task definition has at most 64 KiB.",
		Source: ecsQuotas + "; text: reported by users",
		Check: func(c *Call) string {
			const limit = 64 << 10
			if n := len(jsonText(withoutDefaultsNotes(map[string]any(c.New)))); n > limit {
				return fmt.Sprintf("Actual length: '%d'. Max allowed length is '%d' bytes.", n, limit)
			}
			return ""
		},
	},
	{
		ID: "IAM-POLICY-SIZE", Token: TokenPolicy, Phase: PhaseWrite, Code: "LimitExceeded", Confidence: Verified, Answer: SecondHand,
		Says:   "A managed policy has at most 6144 characters, white space not counted.",
		Source: iamQuotas + "; text: reported by users",
		Check: func(c *Call) string {
			if policyLength(c.New.Str("policy")) > 6144 {
				return "Cannot exceed quota for PolicySize: 6144"
			}
			return ""
		},
	},
	{
		ID: "IAM-INLINE-SIZE", Token: TokenRolePolicy, Phase: PhaseWrite, Code: "LimitExceeded", Confidence: Verified, Answer: SecondHand,
		Says:   "The inline policies of a role have at most 10240 characters together, white space not counted.",
		Source: iamQuotas + "; text: reported by users",
		Check: func(c *Call) string {
			n, role := policyLength(c.New.Str("policy")), c.New.Str("role")
			for _, r := range c.In(TokenRolePolicy, c.Caller.Account, "") {
				if r.ID != c.ID && r.Outputs.Str("role") == role {
					n += policyLength(r.Outputs.Str("policy"))
				}
			}
			if n > 10240 {
				return fmt.Sprintf("Maximum policy size of 10240 bytes exceeded for role %s", role)
			}
			return ""
		},
	},
}

// policyLength is a policy's length as IAM counts it.
func policyLength(policy string) int {
	return utf8.RuneCountInString(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, policy))
}

// rulesOfGroup is how many rules the fuller one of a group's directions and kinds of
// address would have with the rule that the call makes, or with the group's own.
func rulesOfGroup(c *Call) int {
	var rules []SecurityGroupRule
	switch direction := directionOf(c.Type.Token); {
	case direction == "":
		group := &Record{ID: c.ID, Outputs: c.New}
		rules = append(append(inlineRulesOf(group, Ingress), inlineRulesOf(group, Egress)...), c.ruleResources(c.ID)...)
	default:
		rules = slices.DeleteFunc(c.SecurityGroupRules(c.New.Str("securityGroupId")), func(r SecurityGroupRule) bool {
			return r.Direction != direction || r.ID == c.ID
		})
		rules = append(rules, ruleOf(c.ID, direction, c.New))
	}
	most, count := 0, map[string]int{}
	for _, r := range rules {
		for _, family := range []string{addressIPv4, addressIPv6} {
			key := string(r.Direction) + family
			count[key] += c.weightOf(r, family)
			most = max(most, count[key])
		}
	}
	return most
}

func directionOf(ruleToken string) Direction {
	switch ruleToken {
	case TokenIngressRule:
		return Ingress
	case TokenEgressRule:
		return Egress
	}
	return ""
}

// weightOf is for how many rules of a kind of address a rule counts. A group counts for
// both; so does a prefix list of AWS's, whose weight is one for the lists of the gateways.
func (tx *Tx) weightOf(r SecurityGroupRule, family string) int {
	switch {
	case r.CIDR.IsValid():
		if r.CIDR.Addr().Is4() == (family == addressIPv4) {
			return 1
		}
		return 0
	case r.PrefixListID != "":
		list := tx.peek(TokenManagedPrefixList, r.PrefixListID)
		switch {
		case list == nil:
			return 1
		case strings.EqualFold(list.Outputs.Str("addressFamily"), family):
			return list.Outputs.Int("maxEntries")
		}
		return 0
	}
	return 1
}

func natGatewaysInZone(c *Call) int {
	wanted, _ := c.Subnet(c.New.Str("subnetId"))
	n := 1
	for _, r := range c.In(TokenNATGateway, c.Caller.Account, c.Caller.Region) {
		if s, ok := c.Subnet(r.Outputs.Str("subnetId")); ok && s.ZoneID == wanted.ZoneID {
			n++
		}
	}
	return n
}

// policiesOfRole counts a role's managed policies, those written on the role too.
func policiesOfRole(c *Call) int {
	role := c.New.Str("role")
	policies := map[string]bool{c.New.Str("policyArn"): true}
	for _, r := range c.In(TokenPolicyAttachment, c.Caller.Account, "") {
		if r.Outputs.Str("role") == role {
			policies[r.Outputs.Str("policyArn")] = true
		}
	}
	return len(policies)
}

// furtherCertificates counts the certificates of all listeners of the load balancer
// whose listener the call gives one more.
func furtherCertificates(c *Call) (n int) {
	listener := c.peek(TokenListener, c.New.Str("listenerArn"))
	if listener == nil {
		return 0
	}
	for _, l := range c.Listeners(listener.Outputs.Str("loadBalancerArn")) {
		c.each(TokenListenerCertificate, func(r *Record) bool {
			if r.Outputs.Str("listenerArn") == l.ARN {
				n++
			}
			return true
		})
	}
	return n
}

// endpointsLike counts the endpoints that share a quota with the one that the call
// makes, that one too: an interface endpoint the VPC's, a gateway endpoint the Region's.
func (c *Call) endpointsLike(kind string) (n int) {
	if c.New.Str("vpcEndpointType") != kind {
		return 0
	}
	for _, r := range c.In(TokenEndpoint, c.Caller.Account, c.Caller.Region) {
		same := kind == endpointGateway || r.Outputs.Str("vpcId") == c.New.Str("vpcId")
		if same && r.Outputs.Str("vpcEndpointType") == kind {
			n++
		}
	}
	return n + 1
}
