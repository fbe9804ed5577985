package world

import (
	"cmp"
	"slices"
	"strings"
)

var listenerType = &Type{
	Token: TokenListener,
	Inputs: []Property{
		{Name: "alpnPolicy", LeftOut: true},
		{Name: "certificateArn", LeftOut: true},
		{Name: "defaultActions", Required: true, Elem: []Property{
			{Name: "forward", Elem: []Property{
				{Name: "stickiness", Elem: []Property{{Name: "duration", Required: true}, {Name: "enabled", Default: false}}},
				{Name: "targetGroups", Required: true, Set: true, Elem: []Property{{Name: "arn", Required: true}, {Name: "weight", Default: 1.0}}},
			}},
			{Name: "order"},
			{Name: "targetGroupArn"},
			{Name: "type", Required: true},
		}},
		{Name: "loadBalancerArn", Required: true, Replace: true},
		{Name: "port", LeftOut: true},
		{Name: "protocol", Computed: true, Carried: true},
		{Name: "sslPolicy", Computed: true, Carried: true},
		{Name: "tags"},
		{Name: "tcpIdleTimeoutSeconds", Computed: true},
	},
	Latency: quick,
	Outputs: listenerOutputs(),
	Diff:    diffListener,
	Create: func(c *Call) (string, Props, error) {
		suffix := strings.Replace(afterLast(c.New.Str("loadBalancerArn"), ":"), "loadbalancer/", "listener/", 1)
		arn := c.ARN("elasticloadbalancing", suffix+"/"+c.Hex(16))
		computed := shownListener(c)
		computed["arn"] = arn
		return arn, computed, nil
	},
	Update: func(c *Call) (Props, error) { return shownListener(c), nil },
}

// routingHeaders end the names of the HTTP attributes, which only listeners of
// Application Load Balancers have.
var routingHeaders = []string{
	"RequestXAmznMtlsClientcertHeaderName", "RequestXAmznMtlsClientcertIssuerHeaderName",
	"RequestXAmznMtlsClientcertLeafHeaderName", "RequestXAmznMtlsClientcertSerialNumberHeaderName",
	"RequestXAmznMtlsClientcertSubjectHeaderName", "RequestXAmznMtlsClientcertValidityHeaderName",
	"RequestXAmznTlsCipherSuiteHeaderName", "RequestXAmznTlsVersionHeaderName",
	"ResponseAccessControlAllowCredentialsHeaderValue", "ResponseAccessControlAllowHeadersHeaderValue",
	"ResponseAccessControlAllowMethodsHeaderValue", "ResponseAccessControlAllowOriginHeaderValue",
	"ResponseAccessControlExposeHeadersHeaderValue", "ResponseAccessControlMaxAgeHeaderValue",
	"ResponseContentSecurityPolicyHeaderValue", "ResponseServerEnabled",
	"ResponseStrictTransportSecurityHeaderValue", "ResponseXContentTypeOptionsHeaderValue",
	"ResponseXFrameOptionsHeaderValue",
}

func listenerOutputs() Props {
	out := Props{
		"alpnPolicy": nil, "arn": "", "certificateArn": nil, "defaultActions": []any{}, "loadBalancerArn": "",
		"mutualAuthentication": nil, "port": 0.0, "protocol": "", "sslPolicy": "", "tags": nil,
		"tcpIdleTimeoutSeconds": nil,
	}
	for _, h := range routingHeaders {
		out["routingHttp"+h] = nil
	}
	return out
}

// diffListener: the idle timeout of a listener that is not TCP is left out.
func diffListener(c *Call, changes []Change) []Change {
	return slices.DeleteFunc(changes, func(ch Change) bool {
		p, known := c.New["protocol"].(string)
		return ch.Property == "tcpIdleTimeoutSeconds" && known && p != "TCP"
	})
}

// shownListener is what the provider shows of a listener's inputs, with AWS's defaults.
func shownListener(c *Call) Props {
	out := Props{}
	actions := []any{}
	for i, a := range c.New.Maps("defaultActions") {
		actions = append(actions, shownAction(a, i+1))
	}
	out["defaultActions"] = actions
	switch {
	case c.sent("protocol") != "TCP":
		out["tcpIdleTimeoutSeconds"] = nil
	case !c.New.Has("tcpIdleTimeoutSeconds"):
		out["tcpIdleTimeoutSeconds"] = cmp.Or(c.State["tcpIdleTimeoutSeconds"], any(350.0))
	}
	if c.sent("protocol") != "TLS" {
		// AWS removes what only a TLS listener has: ModifyListener, Protocol.
		out["alpnPolicy"], out["certificateArn"], out["sslPolicy"] = nil, nil, ""
		return out
	}
	if c.sent("sslPolicy") == "" {
		out["sslPolicy"] = "ELBSecurityPolicy-2016-08"
	}
	return out
}

func shownAction(a Props, order int) map[string]any {
	out := map[string]any{
		"authenticateCognito": nil, "authenticateOidc": nil, "fixedResponse": nil, "forward": nil,
		"order": float64(order), "redirect": nil, "targetGroupArn": "", "type": "",
	}
	for k, v := range a {
		if k != defaultsKey && v != nil {
			out[k] = withoutDefaultsNotes(v)
		}
	}
	return out
}

// actionTargets are the target groups that a listener's actions forward to.
func actionTargets(p Props) []string {
	var out []string
	for _, a := range p.Maps("defaultActions") {
		if arn := a.Str("targetGroupArn"); arn != "" {
			out = append(out, arn)
		}
		for _, g := range a.Map("forward").Maps("targetGroups") {
			if arn := g.Str("arn"); arn != "" && !slices.Contains(out, arn) {
				out = append(out, arn)
			}
		}
	}
	return out
}

// afterLast is what follows the last separator.
func afterLast(s, separator string) string { return s[strings.LastIndex(s, separator)+1:] }
