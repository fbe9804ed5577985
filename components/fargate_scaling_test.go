package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"fargate-privatelink/internal/check"
)

func TestFargateScaling(t *testing.T) {
	m := runFargate(t, "web", everything())
	target := m.get(t, "aws:appautoscaling/target:Target", "web").inputs
	assert.Equal(t, "service/web-1234567/web-1234567", target["resourceId"])
	assert.Equal(t, 3.0, target["minCapacity"])
	assert.Equal(t, 9.0, target["maxCapacity"])
	var policies []string
	for _, p := range m.find("aws:appautoscaling/policy:Policy") {
		policies = append(policies, p.name)
	}
	assert.ElementsMatch(t, []string{"web-cpu", "web-memory", "web-flows"}, policies)
	flows := m.get(t, "aws:appautoscaling/policy:Policy", "web-flows").inputs["targetTrackingScalingPolicyConfiguration"].(map[string]any)
	assert.Equal(t, 10000.0, flows["targetValue"])
	metrics := flows["customizedMetricSpecification"].(map[string]any)["metrics"].([]any)
	assert.Equal(t, "(flows1 + flows2) / tasks", metrics[3].(map[string]any)["expression"])
	action := m.get(t, "aws:appautoscaling/scheduledAction:ScheduledAction", "web-schedule-day").inputs
	assert.Equal(t, map[string]any{"minCapacity": 5.0, "maxCapacity": 9.0}, action["scalableTargetAction"])
	assert.Equal(t, "Europe/Berlin", action["timezone"])
}

// The number of tasks is Application Auto Scaling's while there is any, and the
// program's otherwise.
func TestDesiredCountIsIgnoredOnlyWithScaling(t *testing.T) {
	assert.Equal(t, []string{"desiredCount"}, runFargate(t, "web", everything()).get(t, serviceToken, "web").ignoreChanges)
	assert.Empty(t, runFargate(t, "web", fargateArgs()).get(t, serviceToken, "web").ignoreChanges)
}

// The limits are the schedules' where there are any, and the program's otherwise.
func TestLimitsAreIgnoredOnlyWithSchedules(t *testing.T) {
	const token = "aws:appautoscaling/target:Target"
	args := everything()
	assert.Equal(t, []string{"minCapacity", "maxCapacity"}, runFargate(t, "web", args).get(t, token, "web").ignoreChanges)
	args.Scaling.Schedules = nil
	assert.Empty(t, runFargate(t, "web", args).get(t, token, "web").ignoreChanges)
}

// The limits follow from the desired count, and scaling is on unless it is turned off.
func TestScalingDefaults(t *testing.T) {
	for _, test := range []struct {
		name        string
		desired     *int
		scaling     *ScalingArgs
		least, most int
	}{
		{"nothing", nil, nil, 2, 4},
		{"a desired count", pulumi.IntRef(3), &ScalingArgs{}, 3, 6},
		{"no tasks", pulumi.IntRef(0), nil, 0, 4},
		{"the most tasks", pulumi.IntRef(4000), nil, 4000, 5000},
		{"a least count", nil, &ScalingArgs{MinCount: pulumi.IntRef(10)}, 10, 20},
		{"a greatest count", nil, &ScalingArgs{MaxCount: pulumi.IntRef(2)}, 2, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := fargateArgs()
			args.DesiredCount, args.Scaling = test.desired, test.scaling
			m := runFargate(t, "web", args)
			target := m.get(t, "aws:appautoscaling/target:Target", "web").inputs
			assert.Equal(t, float64(test.least), target["minCapacity"])
			assert.Equal(t, float64(test.most), target["maxCapacity"])
			var policies []string
			for _, p := range m.find("aws:appautoscaling/policy:Policy") {
				policies = append(policies, p.name)
			}
			assert.ElementsMatch(t, []string{"web-cpu", "web-memory"}, policies)
		})
	}
}

func TestLeastTasks(t *testing.T) {
	full, _ := check.Args("", everything())
	assert.Equal(t, 3, full.Scaling.leastTasks(2))
	full.Scaling.Schedules["night"] = ScalingScheduleArgs{MinCount: 1}
	assert.Equal(t, 1, full.Scaling.leastTasks(2))
	full.Scaling.Enabled = pulumi.BoolRef(false)
	assert.Equal(t, 2, full.Scaling.leastTasks(2))
}
