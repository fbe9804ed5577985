package components

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	alarmToken     = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboardToken = "aws:cloudwatch/dashboard:Dashboard"
	balancerSuffix = "net/web/0123456789abcdef"
	groupSuffix    = "targetgroup/web-80/0123456789abcdef"
)

func operationsArgs() *OperationsArgs {
	return &OperationsArgs{
		OperationsOptions: OperationsOptions{Dashboard: true, Alarms: true},
		EndpointServiceId: pulumi.String("vpce-svc-1"),
		LoadBalancerArn:   pulumi.String(arn("elasticloadbalancing", "loadbalancer/"+balancerSuffix)),
		TargetGroupArns: map[string]pulumi.StringInput{
			"80":  pulumi.String(arn("elasticloadbalancing", groupSuffix)),
			"443": pulumi.String(arn("elasticloadbalancing", "targetgroup/web-443/fedcba9876543210")),
		},
		ClusterName:   pulumi.String("cluster"),
		ServiceName:   pulumi.String("service"),
		MinTasks:      2,
		EveryZone:     true,
		AlarmTopicArn: pulumi.String("arn:topic"),
	}
}

func runOperations(t *testing.T, change func(*OperationsArgs)) (*mocks, *reading[string], *reading[[]string]) {
	t.Helper()
	m := newMocks()
	var dashboard *reading[string]
	var alarms *reading[[]string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := operationsArgs()
		change(args)
		operations, err := NewOperations(ctx, "web", args)
		if err != nil {
			return err
		}
		dashboard, alarms = read[string](ctx, operations.DashboardName), read[[]string](ctx, operations.AlarmNames)
		return nil
	}))
	return m, dashboard, alarms
}

func TestOperationsOfNothing(t *testing.T) {
	m, dashboard, alarms := runOperations(t, func(a *OperationsArgs) { a.OperationsOptions, a.AlarmTopicArn = OperationsOptions{}, nil })
	assert.Empty(t, m.list(OperationsType))
	assert.Empty(t, dashboard.value)
	assert.Empty(t, alarms.value)
}

// alarmOf describes an alarm by what it compares.
func alarmOf(r registration) map[string]any {
	described := map[string]any{}
	for _, key := range []string{"namespace", "metricName", "statistic", "dimensions", "comparisonOperator", "threshold", "evaluationPeriods", "treatMissingData"} {
		if value, given := r.inputs[key]; given {
			described[key] = value
		}
	}
	return described
}

func TestAlarms(t *testing.T) {
	m, _, names := runOperations(t, func(*OperationsArgs) {})
	balancer := map[string]any{"LoadBalancer": balancerSuffix}
	single := func(namespace, name, statistic string, dimensions map[string]any, operator string, threshold, minutes float64, missing string) map[string]any {
		return map[string]any{
			"namespace": namespace, "metricName": name, "statistic": statistic, "dimensions": dimensions,
			"comparisonOperator": operator, "threshold": threshold, "evaluationPeriods": minutes, "treatMissingData": missing,
		}
	}
	unhealthy := func(group string) map[string]any {
		return single("AWS/NetworkELB", "UnHealthyHostCount", "Maximum",
			map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": group}, above, 0, 3, missingIsFine)
	}
	want := map[string]map[string]any{
		"web-tasks": single("AWS/ECS", "CPUUtilization", "SampleCount",
			map[string]any{"ClusterName": "cluster", "ServiceName": "service"}, below, 2, 3, missingIsWrong),
		"web-service-resets": single("AWS/PrivateLinkServices", "RstPacketsSent", "Sum",
			map[string]any{"Service Id": "vpce-svc-1"}, above, 100, 3, missingIsFine),
		"web-target-resets":          single("AWS/NetworkELB", "TCP_Target_Reset_Count", "Sum", balancer, above, 100, 3, missingIsFine),
		"web-port-allocation-errors": single("AWS/NetworkELB", "PortAllocationErrorCount", "Sum", balancer, above, 0, 1, missingIsFine),
		"web-unhealthy-80":           unhealthy(groupSuffix),
		"web-unhealthy-443":          unhealthy("targetgroup/web-443/fedcba9876543210"),
		"web-connections":            {"comparisonOperator": above, "threshold": 44000.0, "evaluationPeriods": 3.0, "treatMissingData": missingIsFine},
		"web-zone-80":                {"comparisonOperator": below, "threshold": 1.0, "evaluationPeriods": 3.0, "treatMissingData": missingIsWrong},
		"web-zone-443":               {"comparisonOperator": below, "threshold": 1.0, "evaluationPeriods": 3.0, "treatMissingData": missingIsWrong},
	}
	got := map[string]map[string]any{}
	for _, r := range m.find(alarmToken) {
		got[r.name] = alarmOf(r)
		assert.Equal(t, []any{"arn:topic"}, r.inputs["alarmActions"], r.name)
		assert.Equal(t, []any{"arn:topic"}, r.inputs["okActions"], r.name)
		assert.NotEmpty(t, r.inputs["alarmDescription"], r.name)
	}
	assert.Equal(t, want, got)
	assert.Len(t, names.value, len(want))
}

// The alarms of expressions: connections over all healthy targets, and the zone with
// the fewest of them.
func TestAlarmExpressions(t *testing.T) {
	m, _, _ := runOperations(t, func(*OperationsArgs) {})
	expressions := func(name string) (texts []string) {
		for _, query := range m.get(t, alarmToken, name).inputs["metricQueries"].([]any) {
			if text, given := query.(map[string]any)["expression"]; given {
				texts = append(texts, text.(string))
			}
		}
		return texts
	}
	assert.Equal(t, []string{"IF((hosts0+hosts1) > 0, flows / (hosts0+hosts1), 0)"}, expressions("web-connections"))
	assert.Equal(t, []string{`SELECT MIN(HealthyHostCount) FROM SCHEMA("AWS/NetworkELB", AvailabilityZone,LoadBalancer,TargetGroup)` +
		` WHERE LoadBalancer = '` + balancerSuffix + `' AND TargetGroup = '` + groupSuffix + `'`}, expressions("web-zone-80"))
	assert.Len(t, m.get(t, alarmToken, "web-connections").inputs["metricQueries"], 4)
}

func TestAlarmThresholds(t *testing.T) {
	m, _, _ := runOperations(t, func(a *OperationsArgs) {
		a.EveryZone = false
		a.AlarmMinutes, a.ResetsPerMinute, a.ConnectionsPerTarget = pulumi.IntRef(5), pulumi.IntRef(0), pulumi.IntRef(1000)
	})
	assert.Equal(t, 0.0, m.get(t, alarmToken, "web-service-resets").inputs["threshold"])
	assert.Equal(t, 1000.0, m.get(t, alarmToken, "web-connections").inputs["threshold"])
	assert.Equal(t, 5.0, m.get(t, alarmToken, "web-tasks").inputs["evaluationPeriods"])
	for _, r := range m.find(alarmToken) {
		assert.False(t, strings.HasPrefix(r.name, "web-zone-"), r.name)
	}
}

// With Container Insights the tasks that run are compared with those that are to run.
func TestAlarmOnTasksWithContainerInsights(t *testing.T) {
	m, _, _ := runOperations(t, func(a *OperationsArgs) { a.ContainerInsights = true })
	made := m.get(t, alarmToken, "web-tasks").inputs
	assert.Equal(t, []any{above, 0.0, missingIsWrong}, []any{made["comparisonOperator"], made["threshold"], made["treatMissingData"]})
	assert.NotContains(t, made, "metricName")
	count := func(id, name string) map[string]any {
		return map[string]any{"id": id, "metric": map[string]any{
			"namespace": "ECS/ContainerInsights", "metricName": name, "stat": "Average", "period": 60.0,
			"dimensions": map[string]any{"ClusterName": "cluster", "ServiceName": "service"},
		}}
	}
	assert.Equal(t, []any{
		count("desired", "DesiredTaskCount"), count("running", "RunningTaskCount"),
		map[string]any{"id": "missing", "expression": "desired - running", "returnData": true},
	}, made["metricQueries"])
	assert.Contains(t, m.get(t, dashboardToken, "web").inputs["dashboardBody"], "RunningTaskCount")
}

// The dashboard is the same text each time, and shows what the alarms watch.
func TestDashboard(t *testing.T) {
	const golden = "testdata/dashboard.json"
	m, name, _ := runOperations(t, func(a *OperationsArgs) { a.Alarms, a.AlarmTopicArn = false, nil })
	assert.Equal(t, "web-us-east-1", name.value)
	body := m.get(t, dashboardToken, "web").inputs["dashboardBody"].(string)
	var parsed any
	require.NoError(t, json.Unmarshal([]byte(body), &parsed))
	pretty, err := json.MarshalIndent(parsed, "", "  ")
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(golden, append(pretty, '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(pretty)+"\n")

	for range 5 {
		again, _, _ := runOperations(t, func(*OperationsArgs) {})
		require.Equal(t, body, again.get(t, dashboardToken, "web").inputs["dashboardBody"])
	}
	for _, r := range m.find(alarmToken) {
		if shown, single := r.inputs["metricName"]; single {
			assert.Contains(t, body, shown, r.name)
		}
	}
}

func TestOperationsRefuse(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*OperationsArgs)
		want   string
	}{
		{"no endpoint service", func(a *OperationsArgs) { a.EndpointServiceId = nil }, "endpointServiceId is missing; it is required"},
		{"no load balancer", func(a *OperationsArgs) { a.LoadBalancerArn = nil }, "loadBalancerArn is missing; it is required"},
		{"no target groups", func(a *OperationsArgs) { a.TargetGroupArns = nil }, "targetGroupArns is missing; it is required"},
		{"an empty key", func(a *OperationsArgs) { a.TargetGroupArns = one("", "arn") }, "targetGroupArns has an empty key; each key names a resource"},
		{"no cluster", func(a *OperationsArgs) { a.ClusterName = nil }, "clusterName is missing; it is required"},
		{"no service", func(a *OperationsArgs) { a.ServiceName = nil }, "serviceName is missing; it is required"},
		{"fewer than no tasks", func(a *OperationsArgs) { a.MinTasks = -1 }, "minTasks is -1; it must be 0 to 5000"},
		{"a dashboard's name", func(a *OperationsArgs) { a.DashboardName = "a.b" }, `dashboardName is "a.b"; it must be 1 to 255 letters, digits, hyphens and underscores`},
		{"no minutes", func(a *OperationsArgs) { a.AlarmMinutes = pulumi.IntRef(0) }, "alarmMinutes is 0; it must be 1 to 60"},
		{"resets", func(a *OperationsArgs) { a.ResetsPerMinute = pulumi.IntRef(-1) }, "resetsPerMinute is -1; it must be 0 to 1000000"},
		{"connections", func(a *OperationsArgs) { a.ConnectionsPerTarget = pulumi.IntRef(55001) }, "connectionsPerTarget is 55001; it must be 1 to 55000"},
		{"alarms for nobody", func(a *OperationsArgs) { a.AlarmTopicArn = nil }, "alarmTopicArn is missing, but alarms is true; nobody would hear of them"},
		{"a topic of no alarms", func(a *OperationsArgs) { a.Alarms = false }, "alarmTopicArn is set, but alarms is false; set it to true"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `Operations "web": `+test.want, func(ctx *pulumi.Context) error {
				args := operationsArgs()
				test.change(args)
				_, err := NewOperations(ctx, "web", args)
				return err
			})
		})
	}
	m := newMocks()
	require.ErrorContains(t, m.run(func(ctx *pulumi.Context) error {
		args := operationsArgs()
		args.LoadBalancerArn = pulumi.String("web")
		_, err := NewOperations(ctx, "web", args)
		return err
	}), `"web" is not the ARN of a loadbalancer`)
	assert.True(t, slices.IsSorted(operationsArgs().groups()))
}
