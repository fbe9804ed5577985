package world

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const healthChecks = nlbGuide + "Health checks, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"

// trafficPort stands, in a health check, for the port that the target gets traffic on.
const trafficPort = "traffic-port"

var elbTargetGroupRules = []*Rule{
	{
		ID: "TG-NAME-UNIQUE", Token: TokenTargetGroup, Phase: PhaseCreate, Code: "DuplicateTargetGroupName", Confidence: Verified,
		Says:   "A target group's name is unique in an account and Region.",
		Source: elbAPI + "CreateTargetGroup: Errors, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenTargetGroup) {
				return ""
			}
			return fmt.Sprintf("A target group with the same name '%s' exists, but with different settings", c.New.Str("name"))
		},
	},
	{
		ID: "TG-PROTOCOL-GIVEN", Token: TokenTargetGroup, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A target group of addresses or instances needs a protocol.",
		Source: elbAPI + "CreateTargetGroup: Protocol; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return needed(c, "protocol", "A protocol must be specified") },
	},
	{
		ID: "TG-PORT-GIVEN", Token: TokenTargetGroup, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A target group of addresses or instances needs a port.",
		Source: elbAPI + "CreateTargetGroup: Port; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return needed(c, "port", "A port must be specified") },
	},
	{
		ID: "TG-VPC-GIVEN", Token: TokenTargetGroup, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A target group of addresses or instances needs a VPC.",
		Source: elbAPI + "CreateTargetGroup: VpcId; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return needed(c, "vpcId", "A VPC ID must be specified") },
	},
	{
		ID: "TG-VPC-EXISTS", Token: TokenTargetGroup, Phase: PhaseCreate, Code: "ValidationError", Confidence: SecondHand,
		Says:   "A target group's VPC exists.",
		Source: elbAPI + "CreateTargetGroup: VpcId; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The VPC ID '%s' is not found") },
	},
	{
		ID: "TG-PROTOCOL-VALUES", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A target group's protocol is one that Elastic Load Balancing has.",
		Source: elbAPI + "CreateTargetGroup: Protocol",
		Check: func(c *Call) string {
			return oneOf(c.New, "protocol", "GENEVE", "HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP")
		},
	},
	{
		ID: "TG-TARGET-TYPE-VALUES", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A target group's targets are instances, addresses, a Lambda function or an Application Load Balancer.",
		Source: elbAPI + "CreateTargetGroup: TargetType",
		Check:  func(c *Call) string { return oneOf(c.New, "targetType", "instance", "ip", "lambda", "alb") },
	},
	{
		ID: "TG-PORT-RANGE", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A target group's port is between 1 and 65535.",
		Source: elbAPI + "CreateTargetGroup: Port",
		Check:  func(c *Call) string { return between(c.New, "port", 1, 65535) },
	},
	{
		ID: "TG-DEREGISTRATION-DELAY", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The deregistration delay is between 0 and 3600 seconds.",
		Source: nlbGuide + "Target group attributes, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html",
		Check:  func(c *Call) string { return between(c.New, "deregistrationDelay", 0, 3600) },
	},
	{
		ID: "TG-HEALTH-PROTOCOL", Token: TokenTargetGroup, Phase: PhaseCheck, Code: "ValidationError", Confidence: Verified,
		Says:   "The health check of a Network Load Balancer's targets uses TCP, HTTP or HTTPS.",
		Source: healthChecks,
		Check: func(c *Call) string {
			if !networkProtocol(c.New) {
				return ""
			}
			return oneOf(c.New.Map("healthCheck"), "protocol", "TCP", "HTTP", "HTTPS")
		},
	},
	{
		ID: "TG-HEALTH-INTERVAL", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The health check's interval is between 5 and 300 seconds.",
		Source: healthChecks,
		Check:  func(c *Call) string { return between(c.New.Map("healthCheck"), "interval", 5, 300) },
	},
	{
		ID: "TG-HEALTH-TIMEOUT", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The health check's timeout is between 2 and 120 seconds.",
		Source: healthChecks,
		Check:  func(c *Call) string { return between(c.New.Map("healthCheck"), "timeout", 2, 120) },
	},
	{
		ID: "TG-HEALTH-THRESHOLDS", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "The health check's thresholds are between 2 and 10.",
		Source: healthChecks,
		Check: func(c *Call) string {
			h := c.New.Map("healthCheck")
			return between(h, "healthyThreshold", 2, 10) + between(h, "unhealthyThreshold", 2, 10)
		},
	},
	{
		ID: "TG-HEALTH-TIMEOUT-INTERVAL", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "ValidationError", Confidence: SecondHand,
		Says:   "The health check's timeout is not longer than its interval.",
		Source: elbAPI + "CreateTargetGroup: HealthCheckTimeoutSeconds; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			if !c.New.Has("healthCheck") {
				return ""
			}
			h := Props(shownHealthCheck(c))
			if h.Int("timeout") <= h.Int("interval") {
				return ""
			}
			return fmt.Sprintf("Health check timeout '%d' must be smaller than or equal to the interval '%d'", h.Int("timeout"), h.Int("interval"))
		},
	},
	{
		ID: "TG-HEALTH-TCP", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A TCP health check has neither a path nor a matcher.",
		Source: providerELB + "targetgroup/",
		Check: func(c *Call) string {
			h := c.New.Map("healthCheck")
			for _, k := range []string{"path", "matcher"} {
				if h.Str("protocol") == "TCP" && h.Str(k) != "" {
					return fmt.Sprintf(`Attribute "health_check.%s" cannot be specified when "health_check.protocol" is "TCP".`, k)
				}
			}
			return ""
		},
	},
	{
		ID: "TG-HEALTH-MATCHER", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A Network Load Balancer's health check takes status codes from 200 to 599 for success: one, a list, or a range.",
		Source: healthChecks + "; text: reported by users, https://github.com/hashicorp/terraform-provider-aws/pull/34488",
		Check: func(c *Call) string {
			for _, code := range regexp.MustCompile(`[,-]`).Split(c.New.Map("healthCheck").Str("matcher"), -1) {
				if n, err := strconv.Atoi(code); networkProtocol(c.New) && code != "" && (err != nil || n < 200 || n > 599) {
					return fmt.Sprintf("Health check matcher HTTP code '%s' must be within '200-599' inclusive", code)
				}
			}
			return ""
		},
	},
	{
		ID: "TG-HEALTH-PORT", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A health check's port is traffic-port, the target's own, or one between 1 and 65535.",
		Source: healthChecks + "; " + elbAPI + "CreateTargetGroup: HealthCheckPort",
		Check: func(c *Call) string {
			port := c.New.Map("healthCheck").Str("port")
			if n, err := strconv.Atoi(port); port == "" || port == trafficPort || err == nil && n >= 1 && n <= 65535 {
				return ""
			}
			return fmt.Sprintf(`"health_check.0.port" must be a valid port number (1-65535) or %q, got %s`, trafficPort, port)
		},
	},
	{
		ID: "TG-NAME-DOUBLE-HYPHEN", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Unverified,
		Says:   "A target group's name can have two hyphens in a row. AWS's console and, in 2016, its API refused it.",
		Source: "refused: https://github.com/zalando-stups/senza/issues/395; made in 2020: https://github.com/aws/aws-sdk-js/issues/3300; AWS's documents have no such rule",
	},
	{
		ID: "TG-PRESERVE-DEFAULT", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Client IP preservation is off at first for TCP and TLS target groups of addresses, and on for all others.",
		Source: nlbGuide + "Client IP preservation, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation",
	},
	{
		ID: "TG-HEALTH-PATH", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A health check's path begins with / and has at most 1024 characters.",
		Source: healthChecks,
		Check: func(c *Call) string {
			p := c.New.Map("healthCheck").Str("path")
			if p == "" || strings.HasPrefix(p, "/") && len(p) <= 1024 {
				return ""
			}
			return fmt.Sprintf("health_check.path must begin with a '/' character and have at most 1024 characters: %q", p)
		},
	},
	{
		ID: "TG-STICKINESS-TLS", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: SecondHand,
		Says:   "Targets of a TLS target group can't be sticky.",
		Source: nlbGuide + "Target group attributes, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			if c.New.Str("protocol") == "TLS" && c.New.Map("stickiness").Bool("enabled") {
				return "You cannot enable stickiness on target groups with the TLS protocol"
			}
			return ""
		},
	},
	{
		ID: "TG-DELETE-IN-USE", Token: TokenTargetGroup, Phase: PhaseDelete, Code: "ResourceInUse", Confidence: Verified,
		Says:   "A target group that a listener forwards to can't be deleted.",
		Source: elbAPI + "DeleteTargetGroup, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html; text: the provider's own match",
		Check: func(c *Call) string {
			if len(c.listenersTo(c.ID)) == 0 {
				return ""
			}
			return fmt.Sprintf("The target group '%s' is currently in use by a listener or a rule", c.ID)
		},
	},
	{
		ID: "TG-HEALTH-EGRESS", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Health checks pass the load balancer's outbound rules: without one to the target's port, targets are unhealthy.",
		Source: nlbGuide + "Security groups, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
	},
	{
		ID: "TG-HEALTH-INGRESS", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A target whose security group does not let in the load balancer is unhealthy.",
		Source: nlbGuide + "Security groups, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
	},
	{
		ID: "TG-HEALTH-TLS", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: SecondHand,
		Says:   "A TLS target group's targets speak TLS on their port: a health check by HTTP gets no success there.",
		Source: nlbGuide + "TLS listeners, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html; what servers answer: 400",
	},
	{
		ID: "TG-ZONE-UNUSED", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A target in a zone that is not enabled for the load balancer is unused, with Target.NotInUse.",
		Source: elbAPI + "TargetHealth, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html",
	},
	{
		ID: "TG-LISTENER-UNUSED", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Targets of a group that no listener forwards to are unused, with Target.NotInUse.",
		Source: elbAPI + "TargetHealth, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html",
	},
}

// needed checks for what all target groups but those of functions need.
func needed(c *Call, property, message string) string {
	if c.New.Str("targetType") == "lambda" || c.New.Has(property) {
		return ""
	}
	return message
}

// networkProtocol says whether a target group is for a Network Load Balancer.
func networkProtocol(p Props) bool {
	protocol := p.Str("protocol")
	return strings.HasPrefix(protocol, "T") || strings.HasPrefix(protocol, "U")
}
