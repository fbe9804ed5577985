package world

import (
	"fmt"
	"strings"
)

var scalingTargetType = &Type{
	Token: TokenScalingTarget,
	Inputs: []Property{
		{Name: "maxCapacity", Required: true},
		{Name: "minCapacity", Required: true},
		{Name: "resourceId", Required: true, Replace: true},
		{Name: "roleArn", Computed: true},
		{Name: "scalableDimension", Required: true, Replace: true},
		{Name: "serviceNamespace", Required: true, Replace: true},
		{Name: "suspendedState", Computed: true, Elem: []Property{
			{Name: "dynamicScalingInSuspended", Default: false},
			{Name: "dynamicScalingOutSuspended", Default: false},
			{Name: "scheduledScalingSuspended", Default: false},
		}},
		{Name: "tags"},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "maxCapacity": 0.0, "minCapacity": 0.0, "resourceId": "", "roleArn": "",
		"scalableDimension": "", "serviceNamespace": "", "suspendedState": nil, "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		computed := Props{"arn": c.ARN("application-autoscaling", "scalable-target/"+c.Hex(36))}
		if !c.New.Has("roleArn") {
			computed["roleArn"] = c.GlobalARN("iam", "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService")
		}
		c.holdCapacity()
		return c.New.Str("resourceId"), computed, nil
	},
	Update: func(c *Call) (Props, error) {
		c.holdCapacity()
		return nil, nil
	},
	Delete: func(c *Call) error {
		for _, kind := range []string{TokenScalingPolicy, TokenScheduledScaling} {
			c.removeParts(kind, "resourceId")
		}
		return nil
	},
}

// holdCapacity brings a service's desired count between the capacities, as Application
// Auto Scaling does when they are registered, with the cause "minimum capacity was set
// to 2". See https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html.
func (c *Call) holdCapacity() {
	r := c.Own(TokenService, c.ARN("ecs", c.New.Str("resourceId")))
	if r == nil {
		return
	}
	desired := min(max(r.Outputs.Int("desiredCount"), c.New.Int("minCapacity")), c.New.Int("maxCapacity"))
	r = r.clone()
	r.Outputs["desiredCount"] = float64(desired)
	c.Put(r)
}

// metricSpecification are the properties of a metric that AWS knows by name.
var metricSpecification = []Property{{Name: "predefinedMetricType", Required: true}, {Name: "resourceLabel"}}

var scalingPolicyType = &Type{
	Token: TokenScalingPolicy,
	Inputs: []Property{
		{Name: "name", Replace: true},
		{Name: "policyType", Default: "StepScaling"},
		{Name: "resourceId", Required: true, Replace: true},
		{Name: "scalableDimension", Required: true, Replace: true},
		{Name: "serviceNamespace", Required: true, Replace: true},
		{Name: "stepScalingPolicyConfiguration"},
		{Name: "targetTrackingScalingPolicyConfiguration", Elem: []Property{
			{Name: "customizedMetricSpecification"},
			{Name: "disableScaleIn", Default: false},
			{Name: "predefinedMetricSpecification", Elem: metricSpecification},
			{Name: "scaleInCooldown"},
			{Name: "scaleOutCooldown"},
			{Name: "targetValue", Required: true},
		}},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency:  quick,
	Outputs: Props{
		"alarmArns": []any{}, "arn": "", "name": "", "policyType": "", "resourceId": "", "scalableDimension": "",
		"serviceNamespace": "", "stepScalingPolicyConfiguration": nil,
		"targetTrackingScalingPolicyConfiguration": nil,
	},
	Create: createScalingPolicy,
	Update: func(c *Call) (Props, error) { return shownTracking(c), nil },
	ID:     func(r *Record) string { return r.Outputs.Str("name") },
	Find:   func(candidates []*Record, _ Phase) *Record { return candidates[0] },
}

// createScalingPolicy makes a policy and, for one that tracks a target, the two
// alarms that AWS makes for it. The provider shows the policy's name as its id,
// which a policy of another resource may have too.
func createScalingPolicy(c *Call) (string, Props, error) {
	name, resource := c.New.Str("name"), c.New.Str("resourceId")
	arn := c.ARN("autoscaling", fmt.Sprintf("scalingPolicy:%s:resource/%s/%s:policyName/%s",
		c.uuid(), c.New.Str("serviceNamespace"), resource, name))
	computed := shownTracking(c)
	computed["arn"] = arn
	if c.New.Str("policyType") == "TargetTrackingScaling" {
		alarms := []any{}
		for _, side := range []string{"AlarmHigh", "AlarmLow"} {
			alarms = append(alarms, c.ARN("cloudwatch", fmt.Sprintf("alarm:TargetTracking-%s-%s-%s", resource, side, c.uuid())))
		}
		computed["alarmArns"] = alarms
	}
	return arn, computed, nil
}

// shownTracking is what the provider shows of a target tracking configuration.
func shownTracking(c *Call) Props {
	given := c.New.Map("targetTrackingScalingPolicyConfiguration")
	if given == nil {
		return Props{}
	}
	shown := withoutDefaultsNotes(map[string]any(given)).(map[string]any)
	for k, v := range map[string]any{
		"customizedMetricSpecification": nil, "predefinedMetricSpecification": nil,
		"scaleInCooldown": 0.0, "scaleOutCooldown": 0.0,
	} {
		if shown[k] == nil {
			shown[k] = v
		}
	}
	if m, ok := shown["predefinedMetricSpecification"].(map[string]any); ok && m["resourceLabel"] == nil {
		m["resourceLabel"] = ""
	}
	return Props{"targetTrackingScalingPolicyConfiguration": shown}
}

var scheduledScalingType = &Type{
	Token: TokenScheduledScaling,
	Inputs: []Property{
		{Name: "endTime"},
		{Name: "name", Replace: true},
		{Name: "resourceId", Required: true, Replace: true},
		{Name: "scalableDimension", Required: true, Replace: true},
		{Name: "scalableTargetAction", Required: true, Elem: []Property{{Name: "maxCapacity"}, {Name: "minCapacity"}}},
		{Name: "schedule", Required: true},
		{Name: "serviceNamespace", Required: true, Replace: true},
		{Name: "startTime"},
		{Name: "timezone", Default: "UTC"},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "endTime": nil, "name": "", "resourceId": "", "scalableDimension": "",
		"scalableTargetAction": nil, "schedule": "", "serviceNamespace": "", "startTime": nil, "timezone": "UTC",
	},
	Create: func(c *Call) (string, Props, error) {
		name, space, resource := c.New.Str("name"), c.New.Str("serviceNamespace"), c.New.Str("resourceId")
		return strings.Join([]string{name, space, resource}, "-"), Props{
			"arn": c.ARN("autoscaling", fmt.Sprintf("scheduledAction:%s:resource/%s/%s:scheduledActionName/%s", c.uuid(), space, resource, name)),
		}, nil
	},
}

// uuid returns an id in the form of RFC 9562.
func (tx *Tx) uuid() string {
	h := tx.Hex(32)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
