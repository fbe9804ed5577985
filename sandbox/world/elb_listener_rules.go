package world

import (
	"fmt"
	"slices"
)

const createListener = elbAPI + "CreateListener, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"

// forwards are the target group protocols that a listener of a protocol can
// forward to.
var forwards = map[string][]string{
	"TCP":     {"TCP", "TCP_UDP"},
	"TLS":     {"TCP", "TLS"},
	"UDP":     {"UDP", "TCP_UDP"},
	"TCP_UDP": {"TCP_UDP"},
}

// alpnPolicies are the values of a TLS listener's ALPN policy.
var alpnPolicies = []string{"HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"}

var elbListenerRules = []*Rule{
	{
		ID: "LISTENER-LB-EXISTS", Token: TokenListener, Phase: PhaseCreate, Code: "LoadBalancerNotFound", Confidence: Verified,
		Says:   "A listener's load balancer exists.",
		Source: createListener + ": Errors",
		Check: func(c *Call) string {
			return c.exists(TokenLoadBalancer, "loadBalancerArn", "Load balancer '%s' not found")
		},
	},
	{
		ID: "LISTENER-TARGET-EXISTS", Token: TokenListener, Phase: PhaseWrite, Code: "TargetGroupNotFound", Confidence: Verified,
		Says:   "The target groups that a listener forwards to exist.",
		Source: createListener + ": Errors",
		Check: func(c *Call) string {
			return c.allExist(TokenTargetGroup, "defaultActions", actionTargets(c.New), "One or more target groups not found: '%s'")
		},
	},
	{
		ID: "LISTENER-PORT-GIVEN", Token: TokenListener, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A Network Load Balancer's listener needs a port.",
		Source: createListener + ": Port; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return needed(c, "port", "A listener port must be specified") },
	},
	{
		ID: "LISTENER-PROTOCOL-GIVEN", Token: TokenListener, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A Network Load Balancer's listener needs a protocol.",
		Source: createListener + ": Protocol; text: as in github.com/getmoto/moto",
		Check:  func(c *Call) string { return needed(c, "protocol", "A listener protocol must be specified") },
	},
	{
		ID: "LISTENER-PROTOCOL-VALUES", Token: TokenListener, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "A Network Load Balancer's listener uses TCP, TLS, UDP or TCP_UDP. QUIC and TCP_QUIC, which AWS has since, are newer than version 6 of the Pulumi AWS provider.",
		Source: createListener + ": Protocol; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			if p := c.New.Str("protocol"); p != "" && forwards[p] == nil {
				return fmt.Sprintf("Listener protocol '%s' must be one of 'UDP, TCP, TCP_UDP, TLS'", p)
			}
			return ""
		},
	},
	{
		ID: "LISTENER-PORT-RANGE", Token: TokenListener, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A listener's port is between 1 and 65535.",
		Source: createListener + ": Port",
		Check:  func(c *Call) string { return between(c.New, "port", 1, 65535) },
	},
	{
		ID: "LISTENER-PORT-UNIQUE", Token: TokenListener, Phase: PhaseWrite, Code: "DuplicateListener", Confidence: Verified, Answer: SecondHand,
		Says:   "A load balancer has one listener on a port, whatever the protocol.",
		Source: createListener + ": Errors; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			for _, l := range c.Listeners(c.New.Str("loadBalancerArn")) {
				if l.Port == c.New.Int("port") && l.ARN != c.ID {
					return "A listener with the specified port already exists."
				}
			}
			return ""
		},
	},
	{
		ID: "LISTENER-PROTOCOL-MATCH", Token: TokenListener, Phase: PhaseWrite, Code: "IncompatibleProtocols", Confidence: Verified,
		Says:   "A TCP listener forwards to TCP or TCP_UDP targets, TLS to TCP or TLS, UDP to UDP or TCP_UDP, TCP_UDP to TCP_UDP.",
		Source: nlbGuide + "Listeners, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html; code: " + createListener,
		Check:  incompatibleProtocol,
	},
	{
		ID: "LISTENER-TARGET-ONE-LB", Token: TokenListener, Phase: PhaseWrite, Code: "TargetGroupAssociationLimit", Confidence: Verified,
		Says:   "A target group belongs to one load balancer.",
		Source: createListener + ": Errors",
		Check: func(c *Call) string {
			for _, arn := range actionTargets(c.New) {
				for _, l := range c.listenersTo(arn) {
					if l.LoadBalancerARN != c.New.Str("loadBalancerArn") {
						return fmt.Sprintf("The following target groups cannot be associated with more than one load balancer: %s", arn)
					}
				}
			}
			return ""
		},
	},
	{
		ID: "LISTENER-TLS-CERTIFICATE", Token: TokenListener, Phase: PhaseWrite, Code: "CertificateNotFound", Confidence: Verified, Answer: Unverified,
		Says:   "A TLS listener has a certificate.",
		Source: createListener + ": Certificates; which code answers is inferred",
		Check: func(c *Call) string {
			kept := c.Phase == PhaseUpdate && c.State.Str("certificateArn") != ""
			if c.sent("protocol") == "TLS" && !c.New.Has("certificateArn") && !kept {
				return "A certificate must be specified for TLS listeners"
			}
			return ""
		},
	},
	{
		ID: "LISTENER-CERTIFICATE-TLS", Token: TokenListener, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: Unverified,
		Says:   "Only a TLS listener has a certificate.",
		Source: createListener + ": Certificates; which code answers is inferred",
		Check: func(c *Call) string {
			if p := c.New.Str("protocol"); p != "TLS" && p != "" && c.New.Has("certificateArn") {
				return fmt.Sprintf("Certificates cannot be specified for %s listeners", p)
			}
			return ""
		},
	},
	{
		ID: "LISTENER-LEFT-OUT", Token: TokenListener, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An ALPN policy or certificate that is taken back is not sent: a TLS listener keeps it, and the next preview shows the difference again. The ALPN policy None switches it off.",
		Source: "AWS provider, internal/service/elbv2/listener.go: resourceListenerUpdate; " + createListener + ": AlpnPolicy",
	},
	{
		ID: "LISTENER-ALPN-TLS", Token: TokenListener, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: Unverified,
		Says:   "Only a TLS listener has an ALPN policy, one of the five that there are.",
		Source: createListener + ": AlpnPolicy; which code answers is inferred",
		Check: func(c *Call) string {
			policy := c.New.Str("alpnPolicy")
			if policy == "" || c.New.Str("protocol") == "TLS" && slices.Contains(alpnPolicies, policy) {
				return ""
			}
			return fmt.Sprintf("ALPN policy '%s' is not supported on %s listeners", policy, c.New.Str("protocol"))
		},
	},
	{
		ID: "LISTENER-IDLE-TIMEOUT-RANGE", Token: TokenListener, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A TCP listener's idle timeout is between 60 and 6000 seconds.",
		Source: elbAPI + "ListenerAttribute, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html",
		Check:  func(c *Call) string { return between(c.New, "tcpIdleTimeoutSeconds", 60, 6000) },
	},
	{
		ID: "LISTENER-IDLE-TIMEOUT-TCP", Token: TokenListener, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Only a TCP listener has an idle timeout that can be set. That of another listener never reaches AWS: the provider leaves it out, without a word.",
		Source: elbAPI + "ListenerAttribute; AWS provider, internal/service/elbv2/listener.go: suppressIfListenerProtocolNot",
	},
	{
		ID: "LISTENER-FORWARD-GIVEN", Token: TokenListener, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A forward names one target group, or one to five with weights from 0 to 999.",
		Source: createListener + ": ForwardActionConfig; AWS provider, internal/service/elbv2/listener.go; " + weightedGroups,
		Check:  badForward,
	},
	{
		ID: "LISTENER-WEIGHTS", Token: TokenListener, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Connections are shared out over a forward's target groups by their weights. One of weight 0 gets none.",
		Source: weightedGroups,
	},
	{
		ID: "LISTENER-FORWARD-ONLY", Token: TokenListener, Phase: PhaseWrite, Code: "InvalidLoadBalancerAction", Confidence: Verified,
		Says:   "A Network Load Balancer's listener only forwards.",
		Source: nlbGuide + "Listeners, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html; code: " + createListener,
		Check: func(c *Call) string {
			for _, a := range c.New.Maps("defaultActions") {
				if t := a.Str("type"); t != "forward" && t != "" {
					return fmt.Sprintf("The action type '%s' is not valid with this load balancer", t)
				}
			}
			return ""
		},
	},
}

const weightedGroups = "https://aws.amazon.com/blogs/networking-and-content-delivery/network-load-balancers-now-support-weighted-target-groups"

// badForward says what is wrong with how a listener's actions name their target groups.
func badForward(c *Call) string {
	for _, a := range c.New.Maps("defaultActions") {
		if a.Str("type") != "forward" || !known(map[string]any(a)) {
			continue
		}
		groups := a.Map("forward").Maps("targetGroups")
		switch {
		case a.Str("targetGroupArn") == "" && len(groups) == 0:
			return `for actions of type "forward", you must specify a "forward" block or "target_group_arn"`
		case len(groups) > 5:
			return fmt.Sprintf("too many list items: attribute target_group supports 5 item maximum, but config has %d declared", len(groups))
		}
		for _, g := range groups {
			if message := between(g, "weight", 0, 999); message != "" {
				return message
			}
		}
	}
	return ""
}

func incompatibleProtocol(c *Call) string {
	listens := c.New.Str("protocol")
	for _, arn := range actionTargets(c.New) {
		g, ok := c.TargetGroup(arn)
		if ok && forwards[listens] != nil && !slices.Contains(forwards[listens], g.Protocol) {
			return fmt.Sprintf("The listener's protocol '%s' is not compatible with the protocol '%s' of target group '%s'", listens, g.Protocol, arn)
		}
	}
	return ""
}
