package components

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ScalingArgs let AWS choose the number of tasks. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html.
type ScalingArgs struct {
	// MinCount is the least number of tasks, 0 or more (default 1).
	MinCount *int `pulumi:"minCount"`
	// MaxCount is the greatest number of tasks, at least MinCount. Required.
	MaxCount int `pulumi:"maxCount"`
	// CpuPercent is the tasks' mean use of their CPU that scaling keeps to, 1 to 100 %
	// (default none).
	CpuPercent int `pulumi:"cpuPercent"`
	// MemoryPercent is the tasks' mean use of their memory that scaling keeps to, 1 to
	// 100 % (default none).
	MemoryPercent int `pulumi:"memoryPercent"`
	// FlowsPerTask is the number of open connections a task that scaling keeps to, 1
	// or more (default none). It needs LoadBalancerArnSuffixes. A target can have
	// 55,000 connections from one load balancer's zone over PrivateLink. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html.
	FlowsPerTask int `pulumi:"flowsPerTask"`
	// LoadBalancerArnSuffixes are the load balancers whose connections count, by their
	// ArnSuffix. Required with FlowsPerTask.
	LoadBalancerArnSuffixes []pulumi.StringInput `pulumi:"loadBalancerArnSuffixes"`
	// Schedules change MinCount and MaxCount at times (default none). The key names
	// the resource. With any of them MinCount and MaxCount are the limits until the
	// first one's time, and later changes to the two do nothing but to the schedules
	// that MaxCount is the default of: the limits are the schedules'. When the last one
	// is taken away, refresh, or the limits stay as it left them.
	Schedules map[string]ScalingScheduleArgs `pulumi:"schedules"`
	// ScaleInCooldownSeconds is how long after a change no task is taken away, 0 or
	// more seconds (default 300).
	ScaleInCooldownSeconds *int `pulumi:"scaleInCooldownSeconds"`
	// ScaleOutCooldownSeconds is how long after a change no task is added, 0 or more
	// seconds (default 60).
	ScaleOutCooldownSeconds *int `pulumi:"scaleOutCooldownSeconds"`
}

// ScalingScheduleArgs are new limits at a time. See
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html.
type ScalingScheduleArgs struct {
	// Schedule is when: cron(...), rate(...) or at(...). Required.
	Schedule string `pulumi:"schedule"`
	// Timezone is the time zone of Schedule, by its IANA name (default UTC).
	Timezone string `pulumi:"timezone"`
	// MinCount is the least number of tasks from then on.
	MinCount int `pulumi:"minCount"`
	// MaxCount is the greatest number of tasks from then on, at least MinCount
	// (default: the MaxCount of ScalingArgs).
	MaxCount int `pulumi:"maxCount"`
}

const (
	ecsNamespace      = "ecs"
	desiredCountOfECS = "ecs:service:DesiredCount"
	targetTracking    = "TargetTrackingScaling"
)

func (a *ScalingArgs) withDefaults() *ScalingArgs {
	if a == nil {
		return nil
	}
	full := *a
	least, in, out := 1, 300, 60
	full.MinCount = orElse(full.MinCount, &least)
	full.ScaleInCooldownSeconds = orElse(full.ScaleInCooldownSeconds, &in)
	full.ScaleOutCooldownSeconds = orElse(full.ScaleOutCooldownSeconds, &out)
	full.Schedules = map[string]ScalingScheduleArgs{}
	for key, schedule := range a.Schedules {
		schedule.MaxCount = orElse(schedule.MaxCount, full.MaxCount)
		full.Schedules[key] = schedule
	}
	return &full
}

func (a *ScalingArgs) check() error {
	if a == nil {
		return nil
	}
	var found faults
	found.add(checkCounts("Scaling", *a.MinCount, a.MaxCount))
	for _, target := range []struct {
		name       string
		value, max int
	}{
		{"CpuPercent", a.CpuPercent, 100},
		{"MemoryPercent", a.MemoryPercent, 100},
		{"FlowsPerTask", a.FlowsPerTask, 1000000},
		{"ScaleInCooldownSeconds", *a.ScaleInCooldownSeconds, 86400},
		{"ScaleOutCooldownSeconds", *a.ScaleOutCooldownSeconds, 86400},
	} {
		found.add(checkRange("Scaling."+target.name, target.value, 0, target.max))
	}
	if a.FlowsPerTask > 0 && len(a.LoadBalancerArnSuffixes) == 0 {
		found.addf("Scaling.LoadBalancerArnSuffixes is empty; it is required with FlowsPerTask")
	}
	for key, schedule := range sortedMap(a.Schedules) {
		path := fmt.Sprintf("Scaling.Schedules[%q]", key)
		found.add(CheckSchedule(path+".Schedule", schedule.Schedule))
		if schedule.Timezone != "" {
			found.add(CheckTimezone(path+".Timezone", schedule.Timezone))
		}
		found.add(checkCounts(path, schedule.MinCount, schedule.MaxCount))
	}
	return errors.Join(found...)
}

func checkCounts(path string, least, most int) error {
	if least < 0 || most < least || most < 1 {
		return fmt.Errorf("%s.MinCount is %d and MaxCount is %d; they must be 0 or more, and MaxCount at least MinCount and 1", path, least, most)
	}
	return nil
}

// newScaling makes what chooses the number of tasks.
func newScaling(s scope, args *FargateServiceArgs, cluster *ecs.Cluster, service *ecs.Service) error {
	a := args.Scaling
	if a == nil {
		return nil
	}
	target, err := appautoscaling.NewTarget(s.ctx, s.name, &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String(ecsNamespace),
		ScalableDimension: pulumi.String(desiredCountOfECS),
		ResourceId:        pulumi.Sprintf("service/%s/%s", cluster.Name, service.Name),
		MinCapacity:       pulumi.Int(*a.MinCount),
		MaxCapacity:       pulumi.Int(a.MaxCount),
		Tags:              s.tagged(s.name),
	}, a.targetOptions(s)...)
	if err != nil {
		return err
	}
	for _, p := range []scalingPolicy{
		{"cpu", a.CpuPercent, a.utilization("ECSServiceAverageCPUUtilization")},
		{"memory", a.MemoryPercent, a.utilization("ECSServiceAverageMemoryUtilization")},
		{"flows", a.FlowsPerTask, a.flows(cluster.Name, service.Name)},
	} {
		if err := newScalingPolicy(s, target, p); err != nil {
			return err
		}
	}
	return newSchedules(s, a, target)
}

// targetOptions leave the limits to the schedules where there are any: AWS changes the
// target itself at their times, which every refresh would take for drift and every
// update after it undo.
func (a *ScalingArgs) targetOptions(s scope) []pulumi.ResourceOption {
	if len(a.Schedules) == 0 {
		return []pulumi.ResourceOption{s.parent}
	}
	return []pulumi.ResourceOption{s.parent, pulumi.IgnoreChanges([]string{"minCapacity", "maxCapacity"})}
}

// scalingPolicy is a target tracking policy that exists when its target isn't 0.
type scalingPolicy struct {
	suffix string
	target int
	config appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
}

func newScalingPolicy(s scope, target *appautoscaling.Target, p scalingPolicy) error {
	if p.target == 0 {
		return nil
	}
	p.config.TargetValue = pulumi.Float64(p.target)
	_, err := appautoscaling.NewPolicy(s.ctx, s.named(p.suffix), &appautoscaling.PolicyArgs{
		PolicyType:                               pulumi.String(targetTracking),
		ServiceNamespace:                         target.ServiceNamespace,
		ScalableDimension:                        target.ScalableDimension,
		ResourceId:                               target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: p.config,
	}, s.parent)
	return err
}

func (a *ScalingArgs) cooldowns() appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
		ScaleInCooldown:  pulumi.Int(*a.ScaleInCooldownSeconds),
		ScaleOutCooldown: pulumi.Int(*a.ScaleOutCooldownSeconds),
	}
}

func (a *ScalingArgs) utilization(metric string) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	config := a.cooldowns()
	config.PredefinedMetricSpecification = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
		PredefinedMetricType: pulumi.String(metric),
	}
	return config
}

// flows tracks the load balancers' open connections divided by the running tasks. ECS
// reports CPU once a minute and task, so that the number of its samples is that of the
// tasks; there is no such metric without Container Insights. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html.
func (a *ScalingArgs) flows(cluster, service pulumi.StringInput) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	tasks := scalingMetric("tasks", "AWS/ECS", "CPUUtilization", "SampleCount", metricDimensions{
		{Name: pulumi.String("ClusterName"), Value: cluster},
		{Name: pulumi.String("ServiceName"), Value: service},
	})
	metrics := metricQueries{tasks}
	var sum []string
	for i, suffix := range a.LoadBalancerArnSuffixes {
		id := fmt.Sprintf("flows%d", i+1)
		sum = append(sum, id)
		metrics = append(metrics, scalingMetric(id, "AWS/NetworkELB", "ActiveFlowCount", "Average", metricDimensions{
			{Name: pulumi.String("LoadBalancer"), Value: suffix},
		}))
	}
	metrics = append(metrics, metricQuery{
		Id:         pulumi.String("perTask"),
		Label:      pulumi.String("Flows per task"),
		Expression: pulumi.Sprintf("(%s) / tasks", strings.Join(sum, " + ")),
		ReturnData: pulumi.Bool(true),
	})
	config := a.cooldowns()
	config.CustomizedMetricSpecification = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs{
		Metrics: metrics.input(),
	}
	return config
}

func newSchedules(s scope, a *ScalingArgs, target *appautoscaling.Target) error {
	for key, schedule := range sortedMap(a.Schedules) {
		_, err := appautoscaling.NewScheduledAction(s.ctx, s.named("schedule-"+key), &appautoscaling.ScheduledActionArgs{
			ServiceNamespace:  target.ServiceNamespace,
			ScalableDimension: target.ScalableDimension,
			ResourceId:        target.ResourceId,
			Schedule:          pulumi.String(schedule.Schedule),
			Timezone:          optionalString(schedule.Timezone),
			ScalableTargetAction: appautoscaling.ScheduledActionScalableTargetActionArgs{
				MinCapacity: pulumi.Int(schedule.MinCount),
				MaxCapacity: pulumi.Int(schedule.MaxCount),
			},
		}, s.parent)
		if err != nil {
			return err
		}
	}
	return nil
}

// Short names for what a metric of a policy is made of.
type (
	metricQuery      = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
	metricQueries    []metricQuery
	metricDimensions []appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs
)

func (q metricQueries) input() appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray {
	var input appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray
	for _, query := range q {
		input = append(input, query)
	}
	return input
}

// scalingMetric asks for one statistic of a CloudWatch metric, for use in an expression.
func scalingMetric(id, namespace, name, stat string, dimensions metricDimensions) metricQuery {
	var input appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray
	for _, dimension := range dimensions {
		input = append(input, dimension)
	}
	return metricQuery{
		Id: pulumi.String(id),
		MetricStat: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs{
			Metric: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs{
				Namespace: pulumi.String(namespace), MetricName: pulumi.String(name), Dimensions: input,
			},
			Stat: pulumi.String(stat),
		},
		ReturnData: pulumi.Bool(false),
	}
}
