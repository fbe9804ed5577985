package world

const nlbSecurityGroups = nlbGuide + "Security groups, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html"

// What a connection meets on its way the world only knows the parts of: package
// vnet follows the way, and its tests show these rules.
var connectionRules = []*Rule{
	{
		ID: "FLOW-ORDER", Token: TokenEndpoint, Also: []string{TokenLoadBalancer, TokenListener}, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A connection passes the endpoint's security groups, the load balancer's inbound rules where they are enforced, a listener, the load balancer's outbound rules and the task's inbound rules, and ends at the first that does not let it through.",
		Source: nlbSecurityGroups + "; " + createEndpointGuide,
	},
	{
		ID: "FLOW-FAIL-OPEN", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Where no target that a node may send to is healthy, the node sends to all of them.",
		Source: nlbGuide + "Target group health, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-group-health.html",
	},
	{
		ID: "FLOW-NODE-ADDRESS", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "PrivateLink traffic reaches a target from the address of the load balancer's node, whether client IP addresses are preserved or not.",
		Source: nlbGuide + "Client IP preservation, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation",
	},
	{
		ID: "FLOW-PROXY-PROTOCOL", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "With Proxy Protocol version 2 a target is told the client's own address, and the endpoint's id in an element of type 0xEA and subtype 0x01.",
		Source: nlbGuide + "Proxy protocol, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol",
	},
	{
		ID: "FLOW-PROXY-HEALTH", Token: TokenTargetGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Health checks carry a Proxy Protocol header too, with the command LOCAL and no client.",
		Source: nlbGuide + "Proxy protocol, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#health-check-connections",
	},
}
