package world

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	putAlarm       = "Amazon CloudWatch API, PutMetricAlarm, https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
	putDashboard   = "Amazon CloudWatch API, PutDashboard, https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"
	dashboardForm  = "Amazon CloudWatch API, Dashboard body structure, https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
	dayOfSeconds   = 86400
	invalidRequest = "ValidationError"
)

// alarmOperators are an alarm's comparisons; the last three are for anomalies.
var alarmOperators = []string{
	"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
	"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold",
}

var dashboardName = regexp.MustCompile(`^[0-9A-Za-z_-]{1,255}$`)

// widget is what the world reads of a dashboard's widget.
type widget struct {
	Type       string
	Properties struct {
		Region  string
		Metrics []any
	}
}

var cloudwatchRules = []*Rule{
	{
		ID: "ALARM-METRIC-XOR-QUERIES", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alarm watches a metric or the result of metric queries.",
		Source: putAlarm + ": MetricName, Metrics; text: the provider's",
		Check: func(c *Call) string {
			if c.New.Has("metricName") == c.New.Has("metricQueries") {
				return "One of `metric_name` or `metric_query` must be set for a cloudwatch metric alarm"
			}
			return ""
		},
	},
	{
		ID: "ALARM-STATISTIC", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alarm on a metric has a statistic or an extended one.",
		Source: putAlarm + ": Statistic, ExtendedStatistic; text: the provider's",
		Check: func(c *Call) string {
			if !c.New.Has("metricName") || c.New.Has("statistic") != c.New.Has("extendedStatistic") {
				return ""
			}
			return "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm"
		},
	},
	{
		ID: "ALARM-OPERATOR", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alarm compares in one of the ways that CloudWatch has.",
		Source: putAlarm + ": ComparisonOperator",
		Check:  func(c *Call) string { return oneOf(c.New, "comparisonOperator", alarmOperators...) },
	},
	{
		ID: "ALARM-MISSING-DATA", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Missing data is breaching, not breaching, ignored or missing.",
		Source: putAlarm + ": TreatMissingData",
		Check: func(c *Call) string {
			return oneOf(c.New, "treatMissingData", "breaching", "notBreaching", "ignore", "missing")
		},
	},
	{
		ID: "ALARM-PERIOD", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alarm's period is 10, 20 or 30 seconds, or a number of minutes.",
		Source: putAlarm + ": Period",
		Check: func(c *Call) string {
			n := c.New.Int("period")
			if !c.New.Has("period") || !c.New.Known("period") || slices.Contains([]int{10, 20, 30}, n) || n > 0 && n%60 == 0 {
				return ""
			}
			return fmt.Sprintf("expected period to be one of [10 20 30] or divisible by 60, got %d", n)
		},
	},
	{
		ID: "ALARM-THRESHOLD", Token: TokenMetricAlarm, Phase: PhaseWrite, Code: invalidRequest, Confidence: Verified, Answer: Unverified,
		Says:   "An alarm has a threshold, or the id of the query that is one.",
		Source: putAlarm + ": Threshold, ThresholdMetricId; the text is inferred",
		Check: func(c *Call) string {
			if c.New.Has("threshold") != c.New.Has("thresholdMetricId") {
				return ""
			}
			return "Exactly one of Threshold and ThresholdMetricId must be specified"
		},
	},
	{
		ID: "ALARM-DATAPOINTS", Token: TokenMetricAlarm, Phase: PhaseWrite, Code: invalidRequest, Confidence: Verified, Answer: Unverified,
		Says:   "An alarm takes no more datapoints than it evaluates periods.",
		Source: putAlarm + ": DatapointsToAlarm; the text is inferred",
		Check: func(c *Call) string {
			if m, n := c.New.Int("datapointsToAlarm"), c.New.Int("evaluationPeriods"); m > n {
				return fmt.Sprintf("DatapointsToAlarm %d must be less than or equal to EvaluationPeriods %d", m, n)
			}
			return ""
		},
	},
	{
		ID: "ALARM-SPAN", Token: TokenMetricAlarm, Phase: PhaseWrite, Code: invalidRequest, Confidence: Verified, Answer: Unverified,
		Says:   "An alarm looks back a day at most, or seven with periods of an hour or more.",
		Source: putAlarm + ": EvaluationPeriods; the text is inferred",
		Check: func(c *Call) string {
			period, limit := c.New.Int("period"), dayOfSeconds
			if period >= 3600 {
				limit = 7 * dayOfSeconds
			}
			if span := period * c.New.Int("evaluationPeriods"); span > limit {
				return fmt.Sprintf("Metrics cannot be checked across more than %d seconds (EvaluationPeriods * Period is %d)", limit, span)
			}
			return ""
		},
	},
	{
		ID: "ALARM-ACTIONS-LIMIT", Token: TokenMetricAlarm, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alarm has at most five actions for a state.",
		Source: putAlarm + ": AlarmActions",
		Check: func(c *Call) string {
			return atMost(c.New, "alarmActions", 5) + atMost(c.New, "okActions", 5) + atMost(c.New, "insufficientDataActions", 5)
		},
	},
	{
		ID: "ALARM-ACTION-REGION", Token: TokenMetricAlarm, Phase: PhaseWrite, Code: invalidRequest, Confidence: SecondHand,
		Says:   "The topic that an alarm notifies is in the alarm's Region.",
		Source: putAlarm + ": AlarmActions; text: reported by users",
		Check: func(c *Call) string {
			for _, arn := range alarmTopics(c.New) {
				if parts := strings.Split(arn, ":"); len(parts) < 6 || parts[3] != c.Caller.Region {
					return fmt.Sprintf("Invalid region in the action '%s'. Only %s is supported.", arn, c.Caller.Region)
				}
			}
			return ""
		},
	},
	{
		ID: "ALARM-PUBLISH", Token: TokenMetricAlarm, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An alarm's message arrives only where the topic's policy lets CloudWatch publish for it: the default policy does, one of the program's own has to.",
		Source: "Amazon SNS Developer Guide, https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#sns-allow-specified-service-to-publish-to-topic",
	},
	{
		ID: "ALARM-METRIC-KNOWN", Token: TokenMetricAlarm, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "An alarm on a metric that AWS does not send, under just these dimensions, never has data.",
		Source: "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html; https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html",
	},
	{
		ID: "DASHBOARD-NAME", Token: TokenDashboard, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A dashboard's name has 1 to 255 letters, digits, hyphens and underscores.",
		Source: putDashboard + ": DashboardName",
		Check: func(c *Call) string {
			name, known := c.New["dashboardName"].(string)
			if !known || dashboardName.MatchString(name) {
				return ""
			}
			return fmt.Sprintf("invalid value for dashboard_name (at most 255 alphanumeric characters, hyphens and underscores): %s", name)
		},
	},
	{
		ID: "DASHBOARD-BODY", Token: TokenDashboard, Phase: PhaseWrite, Code: "InvalidParameterInput", Confidence: Verified,
		Says:   "A dashboard's body is a JSON object with at most 500 widgets, each of a type, and those of metrics with a Region.",
		Source: dashboardForm,
		Check:  func(c *Call) string { return dashboardFault(c.New.Str("dashboardBody")) },
	},
	{
		ID: "DASHBOARD-OVERWRITE", Token: TokenDashboard, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Dashboards are the account's, of no Region, and one that is made under a name that is taken takes its place.",
		Source: putDashboard,
	},
}

// alarmTopics are the topics that an alarm notifies, in whatever state.
func alarmTopics(p Props) []string {
	var out []string
	for _, k := range []string{"alarmActions", "okActions", "insufficientDataActions"} {
		for _, arn := range p.Strs(k) {
			if strings.Contains(arn, ":sns:") && !slices.Contains(out, arn) {
				out = append(out, arn)
			}
		}
	}
	return out
}

// dashboardFault is what CloudWatch says of a dashboard's body that it does not take.
func dashboardFault(body string) string {
	var d struct{ Widgets []widget }
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return "The field DashboardBody must be a valid JSON object"
	}
	if len(d.Widgets) > 500 {
		return fmt.Sprintf("The dashboard has %d widgets, and at most 500 are allowed", len(d.Widgets))
	}
	for i, w := range d.Widgets {
		switch {
		case w.Type == "":
			return fmt.Sprintf("/widgets/%d Should have required property 'type'", i)
		case w.Type == "metric" && w.Properties.Region == "":
			return fmt.Sprintf("/widgets/%d/properties Should have required property 'region'", i)
		}
	}
	return ""
}
