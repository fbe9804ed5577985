package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Operators of CloudWatch alarms.
const (
	above = "GreaterThanThreshold"
	below = "LessThanThreshold"
)

// What a minute without data means to an alarm.
const (
	missingIsFine  = "notBreaching"
	missingIsWrong = "breaching"
)

// alarm goes off when a metric, or the result of an expression, is beyond a threshold
// for some minutes in a row.
type alarm struct {
	suffix, description string
	metric              series
	// queries are instead of metric.
	queries   cloudwatch.MetricAlarmMetricQueryArray
	operator  string
	threshold int
	minutes   int
	missing   string
}

// alarms are the table of what can be wrong.
func (args *OperationsArgs) alarms() []alarm {
	var all []alarm
	if (args.MinTasks > 0 || args.ContainerInsights) && !args.sharesTasks {
		all = append(all, args.tasksAlarm())
	}
	all = append(all, []alarm{
		{
			suffix: "service-resets", description: "The endpoint service resets connections.",
			metric: args.ofEndpointService("RstPacketsSent", "Sum"), operator: above, threshold: *args.ResetsPerMinute,
			minutes: *args.AlarmMinutes, missing: missingIsFine,
		},
		{
			suffix: "target-resets", description: "Tasks reset connections.",
			metric: args.ofLoadBalancer("TCP_Target_Reset_Count", "Sum"), operator: above, threshold: *args.ResetsPerMinute,
			minutes: *args.AlarmMinutes, missing: missingIsFine,
		},
		{
			suffix: "port-allocation-errors", description: "The load balancer has no port left for a connection to a task: run more tasks.",
			metric: args.ofLoadBalancer("PortAllocationErrorCount", "Sum"), operator: above, threshold: 0, minutes: 1, missing: missingIsFine,
		},
		{
			suffix: "connections", description: fmt.Sprintf("The tasks have more than %d connections each, of %d: run more tasks.",
				*args.ConnectionsPerTarget, MaxConnectionsPerTarget),
			queries: args.connectionsPerTarget(), operator: above, threshold: *args.ConnectionsPerTarget,
			minutes: *args.AlarmMinutes, missing: missingIsFine,
		},
	}...)
	for _, key := range args.groups() {
		all = append(all, args.targetAlarms(key)...)
	}
	return all
}

// tasksAlarm goes off when tasks are missing: of those that are to run, where they are
// counted, or of the least there may be, and then scaling hides some and schedules too.
func (args *OperationsArgs) tasksAlarm() alarm {
	a := alarm{suffix: "tasks", minutes: *args.AlarmMinutes, missing: missingIsWrong}
	if !args.ContainerInsights {
		a.description, a.metric = fmt.Sprintf("Fewer than %d tasks run.", args.MinTasks), args.runningTasks()
		a.operator, a.threshold = below, args.MinTasks
		return a
	}
	a.description, a.operator, a.threshold = "Fewer tasks run than are to run.", above, 0
	if args.MinTasks == 0 {
		a.missing = missingIsFine // where nothing runs, nothing may be counted
	}
	a.queries = cloudwatch.MetricAlarmMetricQueryArray{
		args.taskCount("DesiredTaskCount").query("desired"),
		args.taskCount("RunningTaskCount").query("running"),
		expression("missing", "desired - running"),
	}
	return a
}

func (args *OperationsArgs) targetAlarms(key string) []alarm {
	all := []alarm{{
		suffix: "unhealthy-" + key, description: fmt.Sprintf("A target of %s is unhealthy.", key),
		metric: args.ofTargetGroup(key, "UnHealthyHostCount", "Maximum"), operator: above, threshold: 0,
		minutes: *args.AlarmMinutes, missing: missingIsFine,
	}}
	if args.EveryZone {
		all = append(all, alarm{
			suffix: "zone-" + key, description: fmt.Sprintf("An Availability Zone has no healthy target of %s.", key),
			queries: args.healthyInWorstZone(key), operator: below, threshold: 1,
			minutes: *args.AlarmMinutes, missing: missingIsWrong,
		})
	}
	return all
}

// connectionsPerTarget divides the load balancer's connections by its healthy
// targets. Without one there is none to have too many.
func (args *OperationsArgs) connectionsPerTarget() cloudwatch.MetricAlarmMetricQueryArray {
	queries := cloudwatch.MetricAlarmMetricQueryArray{args.ofLoadBalancer("ActiveFlowCount", "Maximum").query("flows")}
	hosts := ""
	for i, key := range args.groups() {
		id := fmt.Sprintf("hosts%d", i)
		queries = append(queries, args.ofTargetGroup(key, "HealthyHostCount", "Minimum").query(id))
		if i > 0 {
			hosts += "+"
		}
		hosts += id
	}
	return append(queries, expression("connections", fmt.Sprintf("IF((%s) > 0, flows / (%s), 0)", hosts, hosts)))
}

// healthyInWorstZone is the lowest count of healthy targets of any zone. The query
// finds the zones, so that it goes on to be right when there are others. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-alarms.html.
func (args *OperationsArgs) healthyInWorstZone(key string) cloudwatch.MetricAlarmMetricQueryArray {
	return cloudwatch.MetricAlarmMetricQueryArray{&cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String("healthy"),
		Expression: pulumi.Sprintf(`SELECT MIN(HealthyHostCount) FROM SCHEMA("AWS/NetworkELB", AvailabilityZone,LoadBalancer,TargetGroup)`+
			` WHERE LoadBalancer = '%s' AND TargetGroup = '%s'`, args.loadBalancer(), args.targetGroup(key)),
		Period:     pulumi.Int(60),
		ReturnData: pulumi.Bool(true),
	}}
}

// query returns the metric as a part of an expression.
func (m series) query(id string) *cloudwatch.MetricAlarmMetricQueryArgs {
	return &cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String(id),
		Metric: &cloudwatch.MetricAlarmMetricQueryMetricArgs{
			Namespace:  pulumi.String(m.namespace),
			MetricName: pulumi.String(m.name),
			Dimensions: m.dimensions,
			Stat:       pulumi.String(m.statistic),
			Period:     pulumi.Int(60),
		},
	}
}

func expression(id, text string) *cloudwatch.MetricAlarmMetricQueryArgs {
	return &cloudwatch.MetricAlarmMetricQueryArgs{
		Id:         pulumi.String(id),
		Expression: pulumi.String(text),
		ReturnData: pulumi.Bool(true),
	}
}

// make makes the alarm, which tells the topic, if there is one, when it goes off and when
// all is well again.
func (a alarm) make(s scope, topicArn pulumi.StringInput) (*cloudwatch.MetricAlarm, error) {
	name := s.named(a.suffix)
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(a.description),
		ComparisonOperator: pulumi.String(a.operator),
		Threshold:          pulumi.Float64(a.threshold),
		EvaluationPeriods:  pulumi.Int(a.minutes),
		TreatMissingData:   pulumi.String(a.missing),
		Tags:               s.tagged(name),
	}
	if topicArn != nil {
		args.AlarmActions = pulumi.Array{topicArn}
		args.OkActions = pulumi.Array{topicArn}
	}
	if a.queries != nil {
		args.MetricQueries = a.queries
	} else {
		args.Namespace = pulumi.String(a.metric.namespace)
		args.MetricName = pulumi.String(a.metric.name)
		args.Dimensions = a.metric.dimensions
		args.Statistic = pulumi.String(a.metric.statistic)
		args.Period = pulumi.Int(60)
	}
	return cloudwatch.NewMetricAlarm(s.ctx, name, args, s.parent)
}
