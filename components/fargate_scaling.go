package components

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ScalingArgs let AWS choose the number of tasks. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html.
type ScalingArgs struct {
	// Enabled lets AWS choose the number of tasks (default true).
	Enabled *bool `pulumi:"enabled,optional" default:"true"`
	// MinCount is the least number of tasks, 0 to 5000 (default: the service's
	// desiredCount).
	MinCount *int `pulumi:"minCount,optional" range:"0,5000"`
	// MaxCount is the greatest number of tasks, 1 to 5000 and at least minCount (default:
	// twice minCount, and at least 4).
	MaxCount *int `pulumi:"maxCount,optional" range:"1,5000"`
	// CpuPercent is the tasks' mean use of their CPU that scaling keeps to, 1 to 100 %
	// (default 60). 0 turns this target off.
	CpuPercent *int `pulumi:"cpuPercent,optional" default:"60" range:"0,100"`
	// MemoryPercent is the tasks' mean use of their memory that scaling keeps to, 1 to
	// 100 % (default 80). 0 turns this target off.
	MemoryPercent *int `pulumi:"memoryPercent,optional" default:"80" range:"0,100"`
	// FlowsPerTask is the number of open connections a task that scaling keeps to, 1 to
	// 1000000 (default 0, which turns this target off). A target can have 55,000
	// connections from one load balancer's zone over PrivateLink. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html.
	FlowsPerTask *int `pulumi:"flowsPerTask,optional" default:"0" range:"0,1000000"`
	// ScaleInCooldownSeconds is how long after a change no task is taken away, 0 to 86400
	// seconds (default 300).
	ScaleInCooldownSeconds *int `pulumi:"scaleInCooldownSeconds,optional" default:"300" range:"0,86400"`
	// ScaleOutCooldownSeconds is how long after a change no task is added, 0 to 86400
	// seconds (default 60).
	ScaleOutCooldownSeconds *int `pulumi:"scaleOutCooldownSeconds,optional" default:"60" range:"0,86400"`
	// Schedules change minCount and maxCount at times (default none). The key names
	// the resource. With any of them minCount and maxCount are the limits until the
	// first one's time, and later changes to the two do nothing but to the schedules
	// that maxCount is the default of: the limits are the schedules'. When the last one
	// is taken away, refresh, or the limits stay as it left them.
	Schedules map[string]ScalingScheduleArgs `pulumi:"schedules,optional" keys:"label"`
}

// ScalingScheduleArgs are new limits at a time. See
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html.
type ScalingScheduleArgs struct {
	// Schedule is when: cron(...), rate(...) or at(...), not in the past. Required.
	Schedule string `pulumi:"schedule"`
	// Timezone is the time zone of schedule, by its IANA name (default UTC).
	Timezone string `pulumi:"timezone,optional"`
	// MinCount is the least number of tasks from then on, 0 to 5000 (default 0).
	MinCount int `pulumi:"minCount,optional" default:"0" range:"0,5000"`
	// MaxCount is the greatest number of tasks from then on, 1 to 5000 and at least
	// minCount (default: the maxCount of scaling).
	MaxCount *int `pulumi:"maxCount,optional" range:"1,5000"`
}

const (
	ecsNamespace      = "ecs"
	desiredCountOfECS = "ecs:service:DesiredCount"
	targetTracking    = "TargetTrackingScaling"
	// maxTasks is the quota of tasks per service. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html.
	maxTasks = 5000
)

// Check checks when the limits change.
func (a *ScalingScheduleArgs) Check(at check.Path, f *check.Faults) {
	if a.Schedule != "" {
		checkSchedule(at.Key("schedule"), a.Schedule, f)
		checkFuture(at.Key("schedule"), a.Schedule, a.Timezone, f)
	}
	if a.Timezone != "" {
		checkTimezone(at.Key("timezone"), a.Timezone, f)
	}
	if a.MaxCount != nil {
		checkAtLeast(at.Key("maxCount"), *a.MaxCount, a.MinCount, f)
	}
}

// checkAtLeast checks that the greatest number of tasks, itself in its range, is not below
// the least.
func checkAtLeast(at check.Path, most, least int, f *check.Faults) {
	if most >= 1 && most < least && least <= maxTasks {
		f.Must(at, most, fmt.Sprintf("%d to %d", least, maxTasks))
	}
}

// resolve fills and checks the limits, whose default is the service's desired count.
func (a *ScalingArgs) resolve(at check.Path, desired int, f *check.Faults) {
	if !*a.Enabled {
		return
	}
	a.MinCount = cmp.Or(a.MinCount, &desired)
	most := min(max(4, 2*(*a.MinCount)), maxTasks)
	a.MaxCount = cmp.Or(a.MaxCount, &most)
	checkAtLeast(at.Key("maxCount"), *a.MaxCount, *a.MinCount, f)
	for key, schedule := range check.Sorted(a.Schedules) {
		if schedule.MaxCount == nil && schedule.MinCount > *a.MaxCount {
			own := at.Key("schedules").Key(key)
			f.Say(own.Key("minCount"), "is %d, and %s, which is %d, holds where %s isn't set; set it to at least %d",
				schedule.MinCount, at.Key("maxCount"), *a.MaxCount, own.Key("maxCount"), schedule.MinCount)
		}
	}
}

// countsFlows says whether the load balancers' connections count.
func (a *ScalingArgs) countsFlows() bool { return *a.Enabled && *a.FlowsPerTask > 0 }

// leastTasks is how few tasks there may be at a time, once the limits are resolved.
func (a *ScalingArgs) leastTasks(desired int) int {
	if !*a.Enabled {
		return desired
	}
	least := *a.MinCount
	for _, schedule := range a.Schedules {
		least = min(least, schedule.MinCount)
	}
	return least
}

// newScaling makes what chooses the number of tasks.
func newScaling(s scope, args *FargateServiceArgs, cluster *serviceCluster, service *ecs.Service) error {
	a := args.Scaling
	if !*a.Enabled {
		return nil
	}
	target, err := appautoscaling.NewTarget(s.ctx, s.name, &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String(ecsNamespace),
		ScalableDimension: pulumi.String(desiredCountOfECS),
		ResourceId:        pulumi.Sprintf("service/%s/%s", cluster.name, service.Name),
		MinCapacity:       pulumi.Int(*a.MinCount),
		MaxCapacity:       pulumi.Int(*a.MaxCount),
		Tags:              s.tagged(s.name),
	}, a.targetOptions(s)...)
	if err != nil {
		return err
	}
	for _, p := range []scalingPolicy{
		{"cpu", *a.CpuPercent, a.utilization("ECSServiceAverageCPUUtilization")},
		{"memory", *a.MemoryPercent, a.utilization("ECSServiceAverageMemoryUtilization")},
		{"flows", *a.FlowsPerTask, args.flows(cluster.name, service.Name)},
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
func (args *FargateServiceArgs) flows(cluster, service pulumi.StringInput) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	tasks := scalingMetric("tasks", "AWS/ECS", "CPUUtilization", "SampleCount", metricDimensions{
		{Name: pulumi.String("ClusterName"), Value: cluster},
		{Name: pulumi.String("ServiceName"), Value: service},
	})
	metrics := metricQueries{tasks}
	var sum []string
	for i, balancer := range args.LoadBalancers {
		if missing(balancer.ArnSuffix) {
			continue // checked where this counts
		}
		id := fmt.Sprintf("flows%d", i+1)
		sum = append(sum, id)
		metrics = append(metrics, scalingMetric(id, "AWS/NetworkELB", "ActiveFlowCount", "Average", metricDimensions{
			{Name: pulumi.String("LoadBalancer"), Value: balancer.ArnSuffix},
		}))
	}
	metrics = append(metrics, metricQuery{
		Id:         pulumi.String("perTask"),
		Label:      pulumi.String("Flows per task"),
		Expression: pulumi.Sprintf("(%s) / tasks", strings.Join(sum, " + ")),
		ReturnData: pulumi.Bool(true),
	})
	config := args.Scaling.cooldowns()
	config.CustomizedMetricSpecification = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs{
		Metrics: metrics.input(),
	}
	return config
}

func newSchedules(s scope, a *ScalingArgs, target *appautoscaling.Target) error {
	for key, schedule := range check.Sorted(a.Schedules) {
		_, err := appautoscaling.NewScheduledAction(s.ctx, s.named("schedule-"+key), &appautoscaling.ScheduledActionArgs{
			ServiceNamespace:  target.ServiceNamespace,
			ScalableDimension: target.ScalableDimension,
			ResourceId:        target.ResourceId,
			Schedule:          pulumi.String(schedule.Schedule),
			Timezone:          optionalString(schedule.Timezone),
			ScalableTargetAction: appautoscaling.ScheduledActionScalableTargetActionArgs{
				MinCapacity: pulumi.Int(schedule.MinCount),
				MaxCapacity: pulumi.Int(*cmp.Or(schedule.MaxCount, a.MaxCount)),
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
