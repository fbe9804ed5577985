package world

import (
	"fmt"
	"regexp"
	"slices"
)

const (
	scalingAPI     = "Application Auto Scaling API, "
	registerTarget = scalingAPI + "RegisterScalableTarget, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"
	putPolicy      = scalingAPI + "PutScalingPolicy, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"
	putSchedule    = scalingAPI + "PutScheduledAction, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html"
	invalidScaling = "ValidationException"
)

// serviceResource is the form of an ECS service's resource id.
var serviceResource = regexp.MustCompile(`^service/([^/]+)/([^/]+)$`)

// schedule is the form of a schedule: once, at a rate, or by cron's fields.
var schedule = regexp.MustCompile(`^(at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\))$`)

// scalingMetrics are the metrics that AWS knows by name for ECS services.
var scalingMetrics = []string{
	"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget",
	"ECSServiceAverageCPUUtilizationHighResolution", "ECSServiceAverageMemoryUtilizationHighResolution",
}

var appautoscalingRules = []*Rule{
	{
		ID: "SCALING-HOLDS-CAPACITY", Token: TokenScalingTarget, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A capacity that is registered holds at once: a service with fewer tasks than the minimum starts some, one with more than the maximum stops some.",
		Source: "Application Auto Scaling User Guide, scaling activities, Cause: minimum capacity was set to 2, https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html",
	},
	{
		ID: "SCALING-RANGE", Token: TokenScalingTarget, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "A scalable target's minimum is not negative and not above its maximum.",
		Source: registerTarget + ": MinCapacity, MaxCapacity; the text is inferred",
		Check: func(c *Call) string {
			if low, high := c.New.Int("minCapacity"), c.New.Int("maxCapacity"); low < 0 || low > high {
				return fmt.Sprintf("Minimum capacity %d must be at least 0 and at most the maximum capacity %d", low, high)
			}
			return ""
		},
	},
	{
		ID: "SCALING-DIMENSION", Token: TokenScalingTarget, Phase: PhaseCreate, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "What scales of an ECS service is its desired count, and its resource id is service/<cluster>/<service>. The sandbox has no other scalable resource.",
		Source: registerTarget + ": ResourceId, ScalableDimension; the text is inferred",
		Check: func(c *Call) string {
			space, dimension := c.New.Str("serviceNamespace"), c.New.Str("scalableDimension")
			if space == "ecs" && dimension == "ecs:service:DesiredCount" && serviceResource.MatchString(c.New.Str("resourceId")) {
				return ""
			}
			return fmt.Sprintf("Unsupported service namespace, resource type or scalable dimension: %s, %s, %s", space, c.New.Str("resourceId"), dimension)
		},
	},
	{
		ID: "SCALING-SERVICE-EXISTS", Token: TokenScalingTarget, Phase: PhaseCreate, Code: invalidScaling, Confidence: SecondHand,
		Says:   "The ECS service that is to scale exists.",
		Source: registerTarget + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			id := c.New.Str("resourceId")
			parts := serviceResource.FindStringSubmatch(id)
			if parts == nil || c.Own(TokenService, c.ARN("ecs", id)) != nil {
				return ""
			}
			return "ECS service doesn't exist: " + id
		},
	},
	{
		ID: "SCALING-TARGET-EXISTS", Token: TokenScalingPolicy, Also: []string{TokenScheduledScaling}, Phase: PhaseCreate, Code: "ObjectNotFoundException", Confidence: Verified, Answer: SecondHand,
		Says:   "A scaling policy or scheduled action is for a scalable target that is registered.",
		Source: putPolicy + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			if c.Own(TokenScalingTarget, c.New.Str("resourceId")) != nil {
				return ""
			}
			return fmt.Sprintf("No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s",
				c.New.Str("serviceNamespace"), c.New.Str("resourceId"), c.New.Str("scalableDimension"))
		},
	},
	{
		ID: "SCALING-POLICY-TYPE", Token: TokenScalingPolicy, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A scaling policy steps or tracks a target.",
		Source: putPolicy + ": PolicyType",
		Check:  func(c *Call) string { return oneOf(c.New, "policyType", "StepScaling", "TargetTrackingScaling") },
	},
	{
		ID: "SCALING-POLICY-CONFIGURATION", Token: TokenScalingPolicy, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "A scaling policy has the configuration of its type.",
		Source: putPolicy + ": StepScalingPolicyConfiguration, TargetTrackingScalingPolicyConfiguration; the text is inferred",
		Check: func(c *Call) string {
			wanted := "targetTrackingScalingPolicyConfiguration"
			if c.New.Str("policyType") == "StepScaling" {
				wanted = "stepScalingPolicyConfiguration"
			}
			if c.New.Has(wanted) {
				return ""
			}
			return fmt.Sprintf("A policy of type %s requires a %s", c.New.Str("policyType"), wanted)
		},
	},
	{
		ID: "SCALING-METRIC-ONE", Token: TokenScalingPolicy, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "Target tracking follows one metric: a predefined or a customized one.",
		Source: scalingAPI + "TargetTrackingScalingPolicyConfiguration, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html; the text is inferred",
		Check: func(c *Call) string {
			t := c.New.Map("targetTrackingScalingPolicyConfiguration")
			if t == nil || t.Has("predefinedMetricSpecification") != t.Has("customizedMetricSpecification") {
				return ""
			}
			return "Exactly one of a predefined and a customized metric specification must be given"
		},
	},
	{
		ID: "SCALING-METRIC-NAME", Token: TokenScalingPolicy, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "ECS services have three predefined metrics: CPU, memory, and requests per target of an Application Load Balancer.",
		Source: scalingAPI + "PredefinedMetricSpecification, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html; the text is inferred",
		Check: func(c *Call) string {
			name := c.New.Map("targetTrackingScalingPolicyConfiguration").Map("predefinedMetricSpecification").Str("predefinedMetricType")
			if name == "" || slices.Contains(scalingMetrics, name) {
				return ""
			}
			return fmt.Sprintf("The predefined metric type %s is not supported for the service namespace ecs", name)
		},
	},
	{
		ID: "SCALING-SCHEDULE-FORM", Token: TokenScheduledScaling, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "A schedule is at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(six fields).",
		Source: putSchedule + ": Schedule; the text is inferred",
		Check: func(c *Call) string {
			if s := c.New.Str("schedule"); !schedule.MatchString(s) {
				return fmt.Sprintf("Invalid schedule expression: '%s'", s)
			}
			return ""
		},
	},
	{
		ID: "SCALING-SCHEDULE-ACTION", Token: TokenScheduledScaling, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A scheduled action sets the minimum, the maximum or both.",
		Source: "AWS provider, internal/service/appautoscaling/scheduled_action.go",
		Check: func(c *Call) string {
			a := c.New.Map("scalableTargetAction")
			if a == nil || a.Has("minCapacity") || a.Has("maxCapacity") {
				return ""
			}
			return `one of "scalable_target_action.0.max_capacity,scalable_target_action.0.min_capacity" must be specified`
		},
	},
	{
		ID: "SCALING-SCHEDULE-RANGE", Token: TokenScheduledScaling, Phase: PhaseWrite, Code: invalidScaling, Confidence: Verified, Answer: Unverified,
		Says:   "A scheduled minimum is not above the scheduled maximum.",
		Source: scalingAPI + "ScalableTargetAction, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTargetAction.html; the text is inferred",
		Check: func(c *Call) string {
			a := c.New.Map("scalableTargetAction")
			if !a.Has("minCapacity") || !a.Has("maxCapacity") || a.Int("minCapacity") <= a.Int("maxCapacity") {
				return ""
			}
			return fmt.Sprintf("Minimum capacity %d must be at most the maximum capacity %d", a.Int("minCapacity"), a.Int("maxCapacity"))
		},
	},
	{
		ID: "SCALING-DELETE-TARGET", Token: TokenScalingTarget, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Deregistering a scalable target deletes its policies and scheduled actions.",
		Source: scalingAPI + "DeregisterScalableTarget, https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html",
	},
}
