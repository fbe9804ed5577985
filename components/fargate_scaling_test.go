package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
