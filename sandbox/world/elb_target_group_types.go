package world

import (
	"maps"
	"strings"
	"time"
)

// healthCheckDefaults are the provider's, which hold where the block is
// written; AWS's own are in createTargetGroup.
var healthCheckDefaults = []Property{
	{Name: "enabled", Default: true},
	{Name: "healthyThreshold", Default: 3.0},
	{Name: "interval", Default: 30.0},
	{Name: "matcher"},
	{Name: "path"},
	{Name: "port", Default: trafficPort},
	{Name: "protocol", Default: "HTTP"},
	{Name: "timeout"},
	{Name: "unhealthyThreshold", Default: 3.0},
}

var targetGroupType = &Type{
	Token: TokenTargetGroup,
	Inputs: []Property{
		{Name: "connectionTermination", Computed: true},
		{Name: "deregistrationDelay"},
		{Name: "healthCheck", Computed: true, Elem: healthCheckDefaults},
		{Name: "ipAddressType", Replace: true, Computed: true},
		{Name: "lambdaMultiValueHeadersEnabled", Default: false},
		{Name: "loadBalancingCrossZoneEnabled", Computed: true},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "port", Replace: true},
		{Name: "preserveClientIp", Computed: true},
		{Name: "protocol", Replace: true},
		{Name: "protocolVersion", Replace: true, Computed: true},
		{Name: "proxyProtocolV2", Default: false},
		{Name: "slowStart", Default: 0.0},
		{Name: "stickiness", Computed: true, Elem: []Property{
			{Name: "cookieDuration", Default: 86400.0},
			{Name: "enabled", Default: true},
			{Name: "type", Required: true},
		}},
		{Name: "tags"},
		{Name: "targetGroupHealth", Computed: true, Elem: []Property{
			{Name: "dnsFailover", Elem: []Property{
				{Name: "minimumHealthyTargetsCount", Default: "off"},
				{Name: "minimumHealthyTargetsPercentage", Default: "off"},
			}},
			{Name: "unhealthyStateRouting", Elem: []Property{
				{Name: "minimumHealthyTargetsCount", Default: 1.0},
				{Name: "minimumHealthyTargetsPercentage", Default: "off"},
			}},
		}},
		{Name: "targetHealthStates", Computed: true, Elem: []Property{
			{Name: "enableUnhealthyConnectionTermination", Required: true},
			{Name: "unhealthyDrainingInterval", Default: 0.0},
		}},
		{Name: "targetType", Replace: true, Default: "instance"},
		{Name: "vpcId", Replace: true},
	},
	AutoName: &AutoName{Property: "name", Max: 32},
	Latency:  Latency{Create: 2 * time.Second, Update: time.Second, Delete: time.Second, Source: assumed},
	Outputs: Props{
		"arn": "", "arnSuffix": "", "connectionTermination": false, "deregistrationDelay": 300.0,
		"healthCheck": nil, "ipAddressType": "ipv4", "lambdaMultiValueHeadersEnabled": false,
		"loadBalancerArns": []any{}, "loadBalancingAlgorithmType": nil, "loadBalancingAnomalyMitigation": nil,
		"loadBalancingCrossZoneEnabled": "use_load_balancer_configuration", "name": "", "namePrefix": "",
		"port": 0.0, "preserveClientIp": "false", "protocol": "", "protocolVersion": nil,
		"proxyProtocolV2": false, "slowStart": 0.0,
		"stickiness": map[string]any{
			"cookieDuration": 0.0, "cookieName": "", "enabled": false, "type": "source_ip",
		},
		"tags":            nil,
		"targetFailovers": []any{map[string]any{"onDeregistration": nil, "onUnhealthy": nil}},
		"targetGroupHealth": map[string]any{
			"dnsFailover": map[string]any{
				"minimumHealthyTargetsCount": "1", "minimumHealthyTargetsPercentage": "off",
			},
			"unhealthyStateRouting": map[string]any{
				"minimumHealthyTargetsCount": 1.0, "minimumHealthyTargetsPercentage": "off",
			},
		},
		"targetHealthStates": []any{map[string]any{
			"enableUnhealthyConnectionTermination": true, "unhealthyDrainingInterval": 0.0,
		}},
		"targetType": "instance", "vpcId": "",
	},
	Create: createTargetGroup,
	Update: func(c *Call) (Props, error) { return shownTargetGroup(c), nil },
	Read: func(c *Call) Props {
		arns := []any{}
		for _, l := range c.listenersTo(c.ID) {
			arns = append(arns, l.LoadBalancerARN)
		}
		return Props{"loadBalancerArns": arns}
	},
}

func createTargetGroup(c *Call) (string, Props, error) {
	name := prefixedName(c, "name")
	suffix := "targetgroup/" + name + "/" + c.Hex(16)
	arn := c.ARN("elasticloadbalancing", suffix)
	computed := shownTargetGroup(c)
	computed["arn"], computed["arnSuffix"], computed["name"] = arn, suffix, name
	if strings.Contains(c.New.Str("protocol"), "UDP") {
		computed["connectionTermination"], computed["preserveClientIp"] = true, "true"
	} else if c.New.Str("targetType") == "instance" {
		computed["preserveClientIp"] = "true"
	}
	for k := range computed {
		if c.New.Has(k) && (k == "connectionTermination" || k == "preserveClientIp") {
			delete(computed, k)
		}
	}
	return arn, computed, nil
}

// shownTargetGroup is what the provider shows of a target group's blocks. A Network
// Load Balancer's stickiness has no cookie.
func shownTargetGroup(c *Call) Props {
	out := Props{"healthCheck": shownHealthCheck(c)}
	if s := c.New.Map("stickiness"); s != nil {
		out["stickiness"] = map[string]any{
			"cookieDuration": 0.0, "cookieName": "", "enabled": s.Bool("enabled"), "type": s.Str("type"),
		}
	}
	return out
}

// shownHealthCheck is the health check with AWS's defaults, see HealthCheck in
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html.
func shownHealthCheck(c *Call) map[string]any {
	given := c.New.Map("healthCheck")
	if given == nil && c.State.Map("healthCheck") != nil {
		return c.State.Map("healthCheck").Clone()
	}
	out := map[string]any{
		"enabled": true, "healthyThreshold": 5.0, "interval": 30.0, "matcher": "", "path": "",
		"port": trafficPort, "protocol": "TCP", "timeout": 10.0, "unhealthyThreshold": 2.0,
	}
	switch given.Str("protocol") {
	case "HTTP":
		out["timeout"], out["matcher"], out["path"] = 6.0, "200-399", "/"
	case "HTTPS":
		out["matcher"], out["path"] = "200-399", "/"
	}
	maps.Copy(out, carriedCheck(c, given))
	for k, v := range given {
		if k != defaultsKey && v != nil {
			out[k] = v
		}
	}
	return out
}

// carriedCheck is what the provider sends on of a health check that an update changes
// and that the program doesn't say: what AWS has, but no path or matcher to a TCP check.
func carriedCheck(c *Call, given Props) map[string]any {
	out, was := map[string]any{}, c.State.Map("healthCheck")
	for _, k := range []string{"timeout", "matcher", "path"} {
		has := was.Has(k) && was[k] != "" && was[k] != 0.0
		if has && !given.Has(k) && (k == "timeout" || given.Str("protocol") != "TCP") {
			out[k] = was[k]
		}
	}
	return out
}
