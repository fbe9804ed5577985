package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// scaled are the properties that name the stage's service for autoscaling.
var scaled = Props{
	"resourceId": "service/cluster/service", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
}

func init() {
	addRefusals(map[string]breaker{
		"SCALING-RANGE":                scalableWith(Props{"minCapacity": 5.0}),
		"SCALING-DIMENSION":            scalableWith(Props{"scalableDimension": "ecs:service:Memory"}),
		"SCALING-SERVICE-EXISTS":       scalableWith(Props{"resourceId": "service/cluster/nowhere"}),
		"SCALING-TARGET-EXISTS":        tries(TokenScalingPolicy, tracking(nil)),
		"SCALING-POLICY-TYPE":          tries(TokenScalingPolicy, tracking(Props{"policyType": "Guessing"})),
		"SCALING-POLICY-CONFIGURATION": onScalable(TokenScalingPolicy, tracking(Props{"policyType": "StepScaling"})),
		"SCALING-METRIC-ONE": onScalable(TokenScalingPolicy, tracking(Props{
			"targetTrackingScalingPolicyConfiguration": map[string]any{"targetValue": 60.0},
		})),
		"SCALING-METRIC-NAME":     onScalable(TokenScalingPolicy, tracking(metricNamed("ASGAverageCPUUtilization"))),
		"SCALING-SCHEDULE-FORM":   onScalable(TokenScheduledScaling, scheduled(Props{"schedule": "every day"})),
		"SCALING-SCHEDULE-ACTION": onScalable(TokenScheduledScaling, scheduled(Props{"scalableTargetAction": map[string]any{}})),
		"SCALING-SCHEDULE-RANGE": onScalable(TokenScheduledScaling, scheduled(Props{
			"scalableTargetAction": map[string]any{"minCapacity": 4.0, "maxCapacity": 2.0},
		})),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"SCALING-HOLDS-CAPACITY": func(t *testing.T, st *stage) {
			st.make(st.provider, "scalable", TokenScalingTarget, scalable(Props{"minCapacity": 0.0, "maxCapacity": 9.0}))
			for _, step := range []struct{ low, high, tasks float64 }{{0, 9, 2}, {4, 9, 4}, {0, 3, 3}, {0, 0, 0}} {
				require.NoError(t, st.change("scalable", Props{"minCapacity": step.low, "maxCapacity": step.high}))
				require.Equal(t, step.tasks, st.show("service")["desiredCount"])
				st.view(func(tx *Tx) { require.Len(t, tx.Tasks(st.id("service")), int(step.tasks)) })
				require.NoError(t, st.change("service", Props{"healthCheckGracePeriodSeconds": 60 + step.tasks}))
				require.Equal(t, step.tasks, st.show("service")["desiredCount"], "an update of something else leaves the count")
			}
		},
		"SCALING-DELETE-TARGET": func(t *testing.T, st *stage) {
			st.make(st.provider, "scalable", TokenScalingTarget, scalable(nil))
			policy := st.make(st.provider, "policy", TokenScalingPolicy, tracking(nil))
			require.Equal(t, "policy", policy, "the provider shows the name as the id")
			require.Len(t, st.show("policy").List("alarmArns"), 2)
			require.NoError(t, st.change("policy", metricNamed("ECSServiceAverageMemoryUtilization")))
			require.NoError(t, st.change("policy", metricNamed("ECSServiceAverageCPUUtilizationHighResolution")))
			st.make(st.provider, "nightly", TokenScheduledScaling, scheduled(nil))
			require.NoError(t, st.remove("scalable"))
			_, err := st.provider.Read(TokenScalingPolicy, policy)
			require.ErrorIs(t, err, ErrNotFound)
			_, err = st.provider.Read(TokenScheduledScaling, st.id("nightly"))
			require.ErrorIs(t, err, ErrNotFound)
		},
	})
}

func scalable(more Props) Props {
	return over(over(scaled, Props{"minCapacity": 2.0, "maxCapacity": 4.0}), more)
}

func scalableWith(more Props) breaker { return tries(TokenScalingTarget, scalable(more)) }

// onScalable creates something for the stage's service, which is a scalable target.
func onScalable(token string, inputs Props) breaker {
	return func(st *stage) error {
		st.make(st.provider, "scalable", TokenScalingTarget, scalable(nil))
		return st.try(token, inputs)
	}
}

func metricNamed(name string) Props {
	return Props{"targetTrackingScalingPolicyConfiguration": map[string]any{
		"targetValue": 60.0, "predefinedMetricSpecification": map[string]any{"predefinedMetricType": name},
	}}
}

func tracking(more Props) Props {
	base := over(scaled, metricNamed("ECSServiceAverageCPUUtilization"))
	return over(over(base, Props{"policyType": "TargetTrackingScaling"}), more)
}

func scheduled(more Props) Props {
	return over(over(scaled, Props{
		"schedule": "cron(0 22 * * ? *)", "scalableTargetAction": map[string]any{"minCapacity": 1.0},
	}), more)
}
