package world

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	accessLogsGuide  = nlbGuide + "Access logs, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html"
	addressTypeGuide = nlbGuide + "IP address types, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-ip-address-type.html"
	poolAttributes   = nlbGuide + "Target group attributes, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html"
)

var elbOptionsRules = []*Rule{
	{
		ID: "LB-ADDRESS-TYPE", Token: TokenLoadBalancer, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A Network Load Balancer's address type is ipv4 or dualstack.",
		Source: addressTypeGuide,
		Check:  func(c *Call) string { return oneOf(c.New, "ipAddressType", addressIPv4, addressDualstack) },
	},
	{
		ID: "LB-DUALSTACK-SUBNETS", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidSubnet", Confidence: Verified, Answer: Unverified,
		Says:   "The subnets of a dualstack load balancer have IPv6 CIDR blocks.",
		Source: addressTypeGuide + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if c.New.Str("ipAddressType") != addressDualstack {
				return ""
			}
			return withoutIPv6(c.ownSubnets(balancerSubnets(c.New)), "You must specify subnets with an associated IPv6 CIDR block: '%s'")
		},
	},
	{
		ID: "LB-DNS-POLICY", Token: TokenLoadBalancer, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Clients are sent to any zone, to their own, or to their own for the most part.",
		Source: elbAPI + "LoadBalancerAttribute, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
		Check: func(c *Call) string {
			return oneOf(c.New, "dnsRecordClientRoutingPolicy",
				"any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity")
		},
	},
	{
		ID: "LB-LOGS-BUCKET", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: SecondHand,
		Says:   "The bucket of the access logs exists in the load balancer's Region, and its policy lets the log delivery service read its ACL and write under the prefix.",
		Source: accessLogsGuide + "; code and text: reported by users",
		Check:  tryLogsBucket,
	},
	{
		ID: "LB-CAPACITY-TLS", Token: TokenLoadBalancer, Also: []string{TokenListener}, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "A load balancer with TLS listeners reserves no capacity.",
		Source: nlbGuide + "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/request-capacity-unit-reservation.html; the code and the text are inferred",
		Check: func(c *Call) string {
			balancer, reserves, speaksTLS := c.ID, c.New.Has("minimumLoadBalancerCapacity"), false
			if c.Type.Token == TokenListener {
				balancer, speaksTLS = c.New.Str("loadBalancerArn"), c.sent("protocol") == "TLS"
				if lb := c.peek(TokenLoadBalancer, balancer); lb != nil {
					reserves = lb.Outputs.Map("minimumLoadBalancerCapacity") != nil
				}
			} else {
				speaksTLS = slices.ContainsFunc(c.Listeners(balancer), func(l Listener) bool { return l.Protocol == "TLS" })
			}
			if reserves && speaksTLS {
				return "Capacity reservation is not supported on Network Load Balancers with TLS listeners"
			}
			return ""
		},
	},
	{
		ID: "LB-FIXED-ADDRESS", Token: TokenLoadBalancer, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "Only an internal load balancer has private addresses of the program's choice, only one that faces the Internet Elastic IP addresses.",
		Source: elbAPI + "SubnetMapping, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html; the text is inferred",
		Check: func(c *Call) string {
			wrong := "privateIpv4Address"
			if c.New.Bool("internal") {
				wrong = "allocationId"
			}
			if slices.ContainsFunc(c.New.Maps("subnetMappings"), func(m Props) bool { return m.Str(wrong) != "" }) {
				return wrong + " cannot be specified for a load balancer of this scheme"
			}
			return ""
		},
	},
	{
		ID: "TG-HEALTH-ROUTING", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: Unverified,
		Says:   "Thresholds of a target group's health are off, a count of at least 1, or 1 to 100 percent; those of DNS failover are not below those of routing.",
		Source: nlbGuide + "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/modify-target-group-health-settings.html; the text is inferred",
		Check:  healthThresholds,
	},
	{
		ID: "LB-LOGS-TLS", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Access logs that a load balancer writes to S3 by its own attribute have the connections of TLS listeners only. Those that CloudWatch's log delivery sends to CloudWatch Logs, Firehose or S3, since November 2025, have every listener's; the sandbox doesn't have them.",
		Source: nlbGuide + "Access logs, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html; https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-logs.html",
	},
	{
		ID: "LB-LOGS-STAY", Token: TokenLoadBalancer, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Access logs whose block is removed from the program go on. Only enabled: false ends them.",
		Source: "AWS provider, internal/service/elbv2/load_balancer.go: access_logs has DiffSuppressFunc verify.SuppressMissingOptionalConfigurationBlock",
	},
	{
		ID: "TG-ADDRESS-TYPE", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A target group's targets have IPv4 or IPv6 addresses.",
		Source: elbAPI + "CreateTargetGroup: IpAddressType",
		Check:  func(c *Call) string { return oneOf(c.New, "ipAddressType", addressIPv4, addressIPv6) },
	},
	{
		ID: "TG-CROSS-ZONE", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A target group's cross-zone load balancing is true, false, or the load balancer's.",
		Source: poolAttributes,
		Check: func(c *Call) string {
			return oneOf(c.New, "loadBalancingCrossZoneEnabled", "true", "false", "use_load_balancer_configuration")
		},
	},
	{
		ID: "TG-PRESERVE-UDP", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "Client IP preservation can't be switched off for UDP and TCP_UDP target groups.",
		Source: poolAttributes + "; the text is inferred",
		Check: func(c *Call) string {
			if !strings.Contains(c.New.Str("protocol"), "UDP") || c.New.Str("preserveClientIp") != "false" {
				return ""
			}
			return fmt.Sprintf("Client IP preservation cannot be disabled for target groups with the %s protocol", c.New.Str("protocol"))
		},
	},
	{
		ID: "TG-PROXY-PROTOCOL", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Only target groups of Network Load Balancers have Proxy Protocol.",
		Source: poolAttributes,
		Check: func(c *Call) string {
			if !c.New.Bool("proxyProtocolV2") || !c.New.Has("protocol") || networkProtocol(c.New) {
				return ""
			}
			return fmt.Sprintf(`"proxy_protocol_v2" is not supported with protocol %q`, c.New.Str("protocol"))
		},
	},
	{
		ID: "TG-STICKINESS-TYPE", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Targets of a Network Load Balancer are sticky by the client's address only.",
		Source: poolAttributes,
		Check: func(c *Call) string {
			s := c.New.Map("stickiness")
			if !networkProtocol(c.New) || !s.Bool("enabled") {
				return ""
			}
			return oneOf(s, "type", "source_ip")
		},
	},
	{
		ID: "TG-DRAINING-INTERVAL", Token: TokenTargetGroup, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An unhealthy target drains for 0 to 360000 seconds.",
		Source: poolAttributes,
		Check: func(c *Call) string {
			for _, s := range c.New.Maps("targetHealthStates") {
				if message := between(s, "unhealthyDrainingInterval", 0, 360000); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "TG-DRAINING-TERMINATION", Token: TokenTargetGroup, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "An unhealthy target drains only where its connections are not terminated.",
		Source: poolAttributes + "; the text is inferred",
		Check: func(c *Call) string {
			for _, s := range c.New.Maps("targetHealthStates") {
				if s.Bool("enableUnhealthyConnectionTermination") && s.Int("unhealthyDrainingInterval") > 0 {
					return "The unhealthy draining interval can be set only when connection termination for unhealthy targets is disabled"
				}
			}
			return ""
		},
	},
	{
		ID: "LISTENER-TARGET-IPV6", Token: TokenListener, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: Verified, Answer: Unverified,
		Says:   "Only a dualstack load balancer forwards to IPv6 targets.",
		Source: addressTypeGuide + "; the text is inferred",
		Check: func(c *Call) string {
			if c.IsDualstack(c.New.Str("loadBalancerArn")) {
				return ""
			}
			for _, arn := range actionTargets(c.New) {
				if g := c.Own(TokenTargetGroup, arn); g != nil && g.Outputs.Str("ipAddressType") == addressIPv6 {
					return fmt.Sprintf("The load balancer's IP address type ipv4 is not compatible with the IPv6 target group '%s'", arn)
				}
			}
			return ""
		},
	},
	{
		ID: "LISTENER-UDP-SOURCE-NAT", Token: TokenListener, Phase: PhaseWrite, Code: "InvalidConfigurationRequest", Confidence: SecondHand, Answer: Unverified,
		Says:   "A UDP or TCP_UDP listener of a dualstack load balancer needs the prefix for IPv6 source NAT, which version 6 of the Pulumi AWS provider has no argument for.",
		Source: "AWS CDK, enablePrefixForIpv6SourceNat: https://github.com/aws/aws-cdk/pull/32184; provider: https://github.com/hashicorp/terraform-provider-aws/issues/40379; the text is inferred",
		Check: func(c *Call) string {
			lb := c.New.Str("loadBalancerArn")
			if !strings.Contains(c.New.Str("protocol"), "UDP") || !c.IsDualstack(lb) || c.HasIPv6SourceNAT(lb) {
				return ""
			}
			return "UDP listeners on a dualstack load balancer require EnablePrefixForIpv6SourceNat to be on"
		},
	},
}

// withoutIPv6 returns AWS's message about the first subnet without an IPv6 block.
func withoutIPv6(subnets []Subnet, format string) string {
	i := slices.IndexFunc(subnets, func(s Subnet) bool { return !s.IPv6CIDR.IsValid() })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf(format, subnets[i].ID)
}

// tryLogsBucket tries the bucket of the access logs as AWS does before it takes it.
func tryLogsBucket(c *Call) string {
	logs := c.New.Map("accessLogs")
	if !logs.Bool("enabled") || !c.touches("accessLogs") {
		return ""
	}
	name := logs.Str("bucket")
	bucket := c.findBucket(name)
	switch {
	case bucket == nil:
		return fmt.Sprintf("S3 bucket does not exist: %s", name)
	case bucket.Region != c.Caller.Region:
		return fmt.Sprintf("The bucket %s is not in the load balancer's Region, %s", name, c.Caller.Region)
	case !c.logsDelivered(bucket, logs.Str("prefix")):
		return fmt.Sprintf("Access Denied for bucket: %s. Please check S3bucket permission", name)
	}
	return ""
}

// logsDelivered says whether a bucket's policy lets the log delivery service
// check the bucket and write to it for the caller.
func (c *Call) logsDelivered(bucket *Record, prefix string) bool {
	root := bucket.Outputs.Str("arn")
	key := root + "/" + strings.TrimPrefix(prefix+"/AWSLogs/"+c.Caller.Account+"/elasticloadbalancing", "/")
	document := c.bucketPolicy(bucket)
	by := askedOf{Service: serviceLogDelivery, Account: c.Caller.Account, ARN: c.ARN("logs", "delivery-source:elb")}
	check, write := by, by
	check.Action, check.Resource = "s3:GetBucketAcl", root
	write.Action, write.Resource = "s3:PutObject", key
	return policyGrants(document, check) && policyGrants(document, write)
}

// healthThresholds says what is wrong with the thresholds of a target group's health.
func healthThresholds(c *Call) string {
	health := c.New.Map("targetGroupHealth")
	dns, routing := health.Map("dnsFailover"), health.Map("unhealthyStateRouting")
	for key, most := range map[string]int{"minimumHealthyTargetsCount": math.MaxInt32, "minimumHealthyTargetsPercentage": 100} {
		failover, ok := threshold(dns, key, most)
		routed, ok2 := threshold(routing, key, most)
		if !ok || !ok2 {
			return fmt.Sprintf("The value of %s must be 'off' or a number from 1 to %d", key, most)
		}
		if failover > 0 && failover < routed {
			return fmt.Sprintf("The %s of DNS failover, %d, must not be below that of unhealthy state routing, %d", key, failover, routed)
		}
	}
	return ""
}

// threshold reads a threshold, a number or a number as text: 0 where it is off or not
// given.
func threshold(p Props, key string, most int) (n int, ok bool) {
	text := p.Str(key)
	switch {
	case !p.Has(key) || text == "off" || !p.Known(key):
		return 0, true
	case text != "":
		n, _ = strconv.Atoi(text)
	default:
		n = p.Int(key)
	}
	return n, n >= 1 && n <= most
}
