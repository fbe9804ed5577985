package world

import (
	"fmt"
	"slices"
	"strings"
)

var cloudwatchInsightRules = []*Rule{
	{
		ID: "CW-INSIGHT-TEMPLATE", Token: TokenInsightRule, Phase: PhaseCreate, Code: "InvalidParameterValue", Confidence: Verified, Answer: Unverified,
		Says:   "A managed Contributor Insights rule of an endpoint service is of one of AWS's four templates.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html; the code and the text are inferred",
		Check: func(c *Call) string {
			template := c.New.Str("templateName")
			if strings.Contains(c.New.Str("resourceArn"), ":vpc-endpoint-service/") && slices.Contains(insightTemplates, template) {
				return ""
			}
			return fmt.Sprintf("The template '%s' does not exist for the resource '%s'", template, c.New.Str("resourceArn"))
		},
	},
}

// insightTemplates are those that AWS has for an endpoint service.
var insightTemplates = []string{
	"VpcEndpointService-ActiveConnectionsByEndpointId-v1",
	"VpcEndpointService-BytesByEndpointId-v1",
	"VpcEndpointService-NewConnectionsByEndpointId-v1",
	"VpcEndpointService-RstPacketsByEndpointId-v1",
}

var insightRuleType = &Type{
	Token: TokenInsightRule,
	Inputs: []Property{
		{Name: "resourceArn", Required: true, Replace: true},
		{Name: "state", Computed: true},
		{Name: "tags"},
		{Name: "templateName", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"arn": "", "resourceArn": "", "ruleName": "", "state": "ENABLED", "tags": nil, "templateName": ""},
	Create: func(c *Call) (string, Props, error) {
		name := fmt.Sprintf("AWSManagedRule-%s-%s", c.New.Str("templateName"), c.Hex(8))
		return name, Props{"arn": c.ARN("cloudwatch", "insight-rule/"+name), "ruleName": name}, nil
	},
}
