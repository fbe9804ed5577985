package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func deploymentAlarmsArgs() *DeploymentAlarmsArgs {
	return &DeploymentAlarmsArgs{
		LoadBalancerArn: pulumi.String(arn("elasticloadbalancing", "loadbalancer/"+balancerSuffix)),
		TargetGroupArns: map[string]pulumi.StringInput{
			"80":  pulumi.String(arn("elasticloadbalancing", groupSuffix)),
			"443": pulumi.String(arn("elasticloadbalancing", "targetgroup/web-443/fedcba9876543210")),
		},
	}
}

// The alarms are one for each target group, and tell nobody.
func TestDeploymentAlarms(t *testing.T) {
	var names *reading[[]string]
	m := run(t, func(ctx *pulumi.Context) error {
		alarms, err := NewDeploymentAlarms(ctx, "web", deploymentAlarmsArgs())
		if err != nil {
			return err
		}
		names = read[[]string](ctx, alarms.AlarmNames)
		return nil
	})
	made := m.get(t, alarmToken, "web-deployment-unhealthy-80")
	assert.Equal(t, map[string]any{
		"namespace": "AWS/NetworkELB", "metricName": "UnHealthyHostCount", "statistic": "Maximum", "comparisonOperator": above,
		"dimensions": map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": groupSuffix},
		"threshold":  0.0, "evaluationPeriods": 3.0, "treatMissingData": missingIsFine,
	}, alarmOf(made))
	assert.NotContains(t, made.inputs, "alarmActions")
	assert.Len(t, m.find(alarmToken), 2)
	assert.Len(t, names.value, 2)
}

func TestDeploymentAlarmsRefuse(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*DeploymentAlarmsArgs)
		want   string
	}{
		{"no load balancer", func(a *DeploymentAlarmsArgs) { a.LoadBalancerArn = nil }, "loadBalancerArn is missing; it is required"},
		{"no target groups", func(a *DeploymentAlarmsArgs) { a.TargetGroupArns = nil }, "targetGroupArns is missing; it is required"},
		{
			"an empty list", func(a *DeploymentAlarmsArgs) { a.TargetGroupArns = map[string]pulumi.StringInput{} },
			"targetGroupArns is missing; it is required",
		},
		{"no target group", func(a *DeploymentAlarmsArgs) { a.TargetGroupArns["80"] = nil }, `targetGroupArns.80 is missing; it is required`},
		{
			"an empty key", func(a *DeploymentAlarmsArgs) { a.TargetGroupArns[""] = pulumi.String("arn") },
			"targetGroupArns has an empty key; each key names a resource",
		},
		{"no minutes", func(a *DeploymentAlarmsArgs) { a.Minutes = pulumi.IntRef(0) }, "minutes is 0; it must be 1 to 60"},
		{"too many minutes", func(a *DeploymentAlarmsArgs) { a.Minutes = pulumi.IntRef(61) }, "minutes is 61; it must be 1 to 60"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `DeploymentAlarms "web": `+test.want, func(ctx *pulumi.Context) error {
				args := deploymentAlarmsArgs()
				test.change(args)
				_, err := NewDeploymentAlarms(ctx, "web", args)
				return err
			})
		})
	}
}
