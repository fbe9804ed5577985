package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"ALARM-METRIC-XOR-QUERIES": alarmWith(Props{"metricName": nil}),
		"ALARM-STATISTIC":          alarmWith(Props{"statistic": nil}),
		"ALARM-OPERATOR":           alarmWith(Props{"comparisonOperator": ">"}),
		"ALARM-MISSING-DATA":       alarmWith(Props{"treatMissingData": "ok"}),
		"ALARM-PERIOD":             alarmWith(Props{"period": 90.0}),
		"ALARM-THRESHOLD":          alarmWith(Props{"threshold": nil}),
		"ALARM-DATAPOINTS":         alarmWith(Props{"datapointsToAlarm": 3.0}),
		"ALARM-SPAN":               alarmWith(Props{"evaluationPeriods": 1441.0}),
		"ALARM-ACTIONS-LIMIT":      alarmWith(Props{"alarmActions": list("a", "b", "c", "d", "e", "f")}),
		"ALARM-ACTION-REGION":      alarmWith(Props{"okActions": list("arn:aws:sns:eu-west-1:111111111111:ops")}),

		"CW-INSIGHT-TEMPLATE": tries(TokenInsightRule, Props{
			"resourceArn": "arn:aws:ec2:us-east-1:111111111111:vpc-endpoint-service/vpce-svc-0", "templateName": "VpcEndpointService-Bytes",
		}),
		"DASHBOARD-NAME": tries(TokenDashboard, Props{"dashboardName": "my dashboard", "dashboardBody": `{"widgets":[]}`}),
		"DASHBOARD-BODY": tries(TokenDashboard, Props{"dashboardName": "d", "dashboardBody": `{"widgets":[{"type":"metric","properties":{"metrics":[]}}]}`}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"ALARM-PUBLISH": func(t *testing.T, st *stage) {
			topic := st.make(st.provider, "ops", TokenTopic, Props{})
			st.make(st.provider, "alarm", TokenMetricAlarm, alarm(Props{"alarmActions": list(topic)}))
			require.Empty(t, st.alarm().Obstacle, "the default policy lets the account's alarms publish")
			st.make(st.provider, "policy", TokenTopicPolicy, Props{"arn": topic, "policy": publishing(topic, servicePrivateLink, nil)})
			require.Contains(t, st.alarm().Obstacle, "does not let cloudwatch.amazonaws.com publish")
			require.NoError(t, st.change("policy", Props{"policy": publishing(topic, serviceCloudWatch, nil)}))
			require.Empty(t, st.alarm().Obstacle)
			require.NoError(t, st.remove("policy"))
			require.NoError(t, st.remove("ops"))
			require.Contains(t, st.alarm().Obstacle, "there is no topic")
		},
		"ALARM-METRIC-KNOWN": func(t *testing.T, st *stage) {
			lb, tg := st.show("lb").Str("arnSuffix"), st.show("tg").Str("arnSuffix")
			for _, tt := range []struct {
				namespace, metric string
				dimensions        map[string]any
				noData            string
			}{
				{"AWS/NetworkELB", "UnHealthyHostCount", map[string]any{"LoadBalancer": lb, "TargetGroup": tg}, ""},
				{"AWS/NetworkELB", "UnHealthyHostCount", map[string]any{"LoadBalancer": lb}, "AWS sends no metric AWS/NetworkELB UnHealthyHostCount"},
				{"AWS/NetworkELB", "TCP_Target_Reset_Count", map[string]any{"LoadBalancer": lb}, ""},
				{"AWS/NetworkELB", "TCP_Target_Reset_Count", map[string]any{"LoadBalancer": "net/x/0123456789abcdef"}, "there is no LoadBalancer net/x/"},
				{"AWS/ECS", "CPUUtilization", map[string]any{"ClusterName": "cluster", "ServiceName": "service"}, ""},
				{"ECS/ContainerInsights", "RunningTaskCount", map[string]any{"ClusterName": "cluster", "ServiceName": "service"}, "Container Insights is off in cluster cluster"},
				{"AWS/PrivateLinkServices", "RstPacketsSent", map[string]any{"Service Id": st.id("pls"), "VPC Endpoint Id": st.id("endpoint")}, ""},
				{"AWS/PrivateLinkServices", "EndpointsCount", map[string]any{"Service Id": "vpce-svc-0"}, "there is no Service Id vpce-svc-0"},
				{"Shop", "Orders", map[string]any{"Country": "x"}, ""},
			} {
				id, _, err := create(st.provider, "alarm", TokenMetricAlarm, alarm(Props{
					"namespace": tt.namespace, "metricName": tt.metric, "dimensions": tt.dimensions,
				}))
				require.NoError(t, err)
				if tt.noData == "" {
					assert.Empty(t, st.alarm().NoData)
				} else {
					assert.Contains(t, st.alarm().NoData, tt.noData)
				}
				require.NoError(t, st.provider.Delete(TokenMetricAlarm, id))
			}
			require.NoError(t, st.change("cluster", Props{"settings": []any{map[string]any{"name": "containerInsights", "value": "enabled"}}}))
			query := map[string]any{"id": "m", "metric": map[string]any{
				"namespace": "ECS/ContainerInsights", "metricName": "RunningTaskCount", "period": 60.0, "stat": "Average",
				"dimensions": map[string]any{"ClusterName": "cluster", "ServiceName": "service"},
			}}
			st.make(st.provider, "alarm", TokenMetricAlarm, alarm(Props{
				"namespace": nil, "metricName": nil, "statistic": nil, "dimensions": nil, "period": nil, "metricQueries": []any{query},
			}))
			require.Empty(t, st.alarm().NoData)
		},
		"DASHBOARD-OVERWRITE": func(t *testing.T, st *stage) {
			st.make(st.provider, "here", TokenDashboard, Props{"dashboardName": "d", "dashboardBody": `{"widgets":[]}`})
			there := session(st.w, providerAccount, "eu-west-1")
			st.make(there, "there", TokenDashboard, Props{"dashboardName": "d", "dashboardBody": `{"widgets":[{"type":"text"}]}`})
			require.Contains(t, st.show("here").Str("dashboardBody"), "text")
			require.Equal(t, 1, st.count(TokenDashboard))
		},
	})
}

func alarm(more Props) Props {
	return over(Props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2.0, "threshold": 0.0, "period": 60.0,
		"namespace": "AWS/NetworkELB", "metricName": "UnHealthyHostCount", "statistic": "Maximum",
	}, more)
}

func alarmWith(more Props) breaker { return tries(TokenMetricAlarm, alarm(more)) }

// alarm is the one alarm of the stage.
func (st *stage) alarm() (a Alarm) {
	st.view(func(tx *Tx) {
		alarms := tx.Alarms()
		require.Len(st.t, alarms, 1)
		a = alarms[0]
	})
	return a
}

// publishing is a topic's policy that lets a service publish, on conditions.
func publishing(topic, service string, conditions Props) string {
	statement := Props{
		"Effect": "Allow", "Principal": map[string]any{"Service": service}, "Action": "SNS:Publish", "Resource": topic,
	}
	if conditions != nil {
		statement["Condition"] = map[string]any(conditions)
	}
	return jsonText(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any(statement)}})
}

// TestDashboardBody: what CloudWatch does not take.
func TestDashboardBody(t *testing.T) {
	require.Empty(t, dashboardFault(`{"widgets":[{"type":"metric","properties":{"region":"us-east-1"}},{"type":"text"}]}`))
	require.Contains(t, dashboardFault(`[]`), "must be a valid JSON object")
	require.Contains(t, dashboardFault(`{"widgets":[{}]}`), "/widgets/0 Should have required property 'type'")
	many := `{"widgets":[` + strings.TrimSuffix(strings.Repeat(`{"type":"text"},`, 501), ",") + `]}`
	require.Contains(t, dashboardFault(many), "501 widgets")
}
