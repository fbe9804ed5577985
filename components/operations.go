package components

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OperationsType is the type token of Operations.
const OperationsType = "fargate-privatelink:index:Operations"

// MaxConnectionsPerTarget is how many connections a target can have through an
// endpoint service at once: the load balancer makes them from one address, which has
// no more ports. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#client-ip-preservation.
const MaxConnectionsPerTarget = 55000

// OperationsArgs are the inputs of Operations.
type OperationsArgs struct {
	// EndpointServiceId is the endpoint service. Required.
	EndpointServiceId pulumi.StringInput `pulumi:"endpointServiceId"`
	// LoadBalancerArn is the Network Load Balancer behind it. Required.
	LoadBalancerArn pulumi.StringInput `pulumi:"loadBalancerArn"`
	// TargetGroupArns are its target groups. Required. A key names the group's alarms
	// and its lines in the dashboard; it must not be empty.
	TargetGroupArns map[string]pulumi.StringInput `pulumi:"targetGroupArns"`
	// ClusterName is the ECS cluster. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// ServiceName is the ECS service. Required.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// MinTasks is how many tasks have to run, 0 or more. With 0 (default) there is no
	// alarm of too few tasks: there may be none.
	MinTasks int `pulumi:"minTasks"`
	// ContainerInsights says that the cluster has Container Insights (default false). It
	// counts the tasks that are to run, which scaling changes, so that the alarm on missing
	// tasks compares with these; without it, with MinTasks. See
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html.
	ContainerInsights bool `pulumi:"containerInsights"`
	// EveryZone says that each Availability Zone has to have a healthy target (default
	// false). Without cross-zone load balancing, a zone without one serves nobody; with
	// fewer tasks than zones there always is one.
	EveryZone bool `pulumi:"everyZone"`
	// Dashboard makes a CloudWatch dashboard (default false).
	Dashboard bool `pulumi:"dashboard"`
	// DashboardName is its name: 1 to 255 letters, digits, hyphens and underscores
	// (default: the component's name and the Region). Dashboards have neither a Region
	// nor autonaming, so that one with a name that another of the account has takes its
	// place.
	DashboardName string `pulumi:"dashboardName"`
	// AlarmTopicArn is the SNS topic that alarms tell (default none, and then there are
	// no alarms). It must let cloudwatch.amazonaws.com publish.
	AlarmTopicArn pulumi.StringInput `pulumi:"alarmTopicArn"`
	// Thresholds say when the alarms go off.
	Thresholds AlarmThresholds `pulumi:"thresholds"`
	// Tags are the tags of every alarm (default none). A dashboard takes none.
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// AlarmThresholds are what the alarms of [Operations] compare with.
type AlarmThresholds struct {
	// Minutes is how many minutes in a row something has to be wrong, 1 to 60
	// (default 3).
	Minutes int `pulumi:"minutes"`
	// ResetsPerMinute is how many connections a minute may be reset, by the targets
	// and by the endpoint service, 0 or more (default 100; nil is the default).
	ResetsPerMinute *int `pulumi:"resetsPerMinute"`
	// ConnectionsPerTarget is how many connections a target may have at once, 1 to
	// 55000 (default 44000, four fifths of what it can have).
	ConnectionsPerTarget int `pulumi:"connectionsPerTarget"`
}

// Operations watch a service behind an endpoint service: a CloudWatch dashboard, and
// alarms that tell an SNS topic when targets are unhealthy, a zone has none, tasks are
// missing, connections are reset or refused, or come near to what the targets can
// have. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
// and https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
type Operations struct {
	pulumi.ResourceState

	// DashboardName is the dashboard's name, empty without one.
	DashboardName pulumi.StringOutput `pulumi:"dashboardName"`
	// AlarmNames are the alarms' names, in the order of their resources.
	AlarmNames pulumi.StringArrayOutput `pulumi:"alarmNames"`
}

// NewOperations makes a dashboard and alarms. It returns an error when a required
// argument is missing and when a number is out of range.
func NewOperations(
	ctx *pulumi.Context, name string, args *OperationsArgs, opts ...pulumi.ResourceOption,
) (*Operations, error) {
	args = args.withDefaults()
	if err := args.check(name); err != nil {
		return nil, err
	}
	component := &Operations{}
	if err := ctx.RegisterComponentResource(OperationsType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	component.DashboardName = pulumi.String("").ToStringOutput()
	if args.Dashboard {
		dashboard, err := newDashboard(s, args)
		if err != nil {
			return nil, err
		}
		component.DashboardName = dashboard.DashboardName
	}
	names := pulumi.StringArray{}
	if args.AlarmTopicArn != nil {
		for _, alarm := range args.alarms() {
			made, err := alarm.make(s, args.AlarmTopicArn)
			if err != nil {
				return nil, err
			}
			names = append(names, made.Name)
		}
	}
	component.AlarmNames = names.ToStringArrayOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"dashboardName": component.DashboardName,
		"alarmNames":    component.AlarmNames,
	})
}

func (args *OperationsArgs) withDefaults() *OperationsArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.Thresholds.Minutes = orElse(full.Thresholds.Minutes, 3)
	full.Thresholds.ConnectionsPerTarget = orElse(full.Thresholds.ConnectionsPerTarget, MaxConnectionsPerTarget*4/5)
	if full.Thresholds.ResetsPerMinute == nil {
		full.Thresholds.ResetsPerMinute = pulumi.IntRef(100)
	}
	return &full
}

// dashboardName is what CloudWatch takes. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html.
var dashboardName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

func (args *OperationsArgs) check(name string) error {
	const component = "Operations"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(required("EndpointServiceId", args.EndpointServiceId))
	found.add(required("LoadBalancerArn", args.LoadBalancerArn))
	found.add(required("TargetGroupArns", args.TargetGroupArns))
	for _, key := range slices.Sorted(maps.Keys(args.TargetGroupArns)) {
		found.add(checkKey("TargetGroupArns", key, args.TargetGroupArns[key]))
	}
	found.add(required("ClusterName", args.ClusterName))
	found.add(required("ServiceName", args.ServiceName))
	if args.MinTasks < 0 {
		found.addf("MinTasks is %d; it must be 0 or more", args.MinTasks)
	}
	if args.DashboardName != "" && !dashboardName.MatchString(args.DashboardName) {
		found.addf("DashboardName is %q; it must be 1 to 255 letters, digits, hyphens and underscores", args.DashboardName)
	}
	found.add(checkRange("Thresholds.Minutes", args.Thresholds.Minutes, 1, 60))
	if resets := *args.Thresholds.ResetsPerMinute; resets < 0 {
		found.addf("Thresholds.ResetsPerMinute is %d; it must be 0 or more", resets)
	}
	found.add(checkRange("Thresholds.ConnectionsPerTarget", args.Thresholds.ConnectionsPerTarget, 1, MaxConnectionsPerTarget))
	return found.of(component, name)
}

// series is a CloudWatch metric of one resource.
type series struct {
	namespace, name, statistic string
	dimensions                 pulumi.StringMap
}

// The metrics of the four kinds of resources, whose dimensions AWS documents at the
// pages that Operations names.
func (args *OperationsArgs) ofEndpointService(name, statistic string) series {
	return series{"AWS/PrivateLinkServices", name, statistic, pulumi.StringMap{"Service Id": args.EndpointServiceId}}
}

func (args *OperationsArgs) ofLoadBalancer(name, statistic string) series {
	return series{"AWS/NetworkELB", name, statistic, pulumi.StringMap{"LoadBalancer": args.loadBalancer()}}
}

func (args *OperationsArgs) ofTargetGroup(key, name, statistic string) series {
	return series{"AWS/NetworkELB", name, statistic, pulumi.StringMap{
		"LoadBalancer": args.loadBalancer(),
		"TargetGroup":  args.targetGroup(key),
	}}
}

func (args *OperationsArgs) ofTasks(name, statistic string) series {
	return args.ofService("AWS/ECS", name, statistic)
}

func (args *OperationsArgs) ofService(namespace, name, statistic string) series {
	return series{namespace, name, statistic, pulumi.StringMap{
		"ClusterName": args.ClusterName,
		"ServiceName": args.ServiceName,
	}}
}

// taskCount is what only Container Insights counts.
func (args *OperationsArgs) taskCount(name string) series {
	return args.ofService("ECS/ContainerInsights", name, "Average")
}

// runningTasks counts the tasks: each reports its CPU once a minute. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html.
func (args *OperationsArgs) runningTasks() series {
	return args.ofTasks("CPUUtilization", "SampleCount")
}

func (args *OperationsArgs) loadBalancer() pulumi.StringOutput {
	return loadBalancerDimension(args.LoadBalancerArn)
}

func (args *OperationsArgs) targetGroup(key string) pulumi.StringOutput {
	return targetGroupDimension(args.TargetGroupArns[key])
}

// loadBalancerDimension and targetGroupDimension are what CloudWatch calls them.
func loadBalancerDimension(arn pulumi.StringInput) pulumi.StringOutput {
	return arnSuffix(arn, "loadbalancer/", "")
}

func targetGroupDimension(arn pulumi.StringInput) pulumi.StringOutput {
	return arnSuffix(arn, "targetgroup/", "targetgroup/")
}

// arnSuffix returns the part of an ARN by which CloudWatch knows the resource: what
// follows after, with kept put before it again.
func arnSuffix(arn pulumi.StringInput, after, kept string) pulumi.StringOutput {
	return arn.ToStringOutput().ApplyT(func(arn string) (string, error) {
		_, suffix, found := strings.Cut(arn, after)
		if !found {
			return "", fmt.Errorf("%q is not the ARN of a %s", arn, strings.TrimSuffix(after, "/"))
		}
		return kept + suffix, nil
	}).(pulumi.StringOutput)
}

// groups are the target groups' keys.
func (args *OperationsArgs) groups() []string {
	return slices.Sorted(maps.Keys(args.TargetGroupArns))
}

func newDashboard(s scope, args *OperationsArgs) (*cloudwatch.Dashboard, error) {
	at, err := s.site()
	if err != nil {
		return nil, err
	}
	return cloudwatch.NewDashboard(s.ctx, s.name, &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(orElse(args.DashboardName, s.name+"-"+at.region)),
		DashboardBody: args.dashboard(at.region),
	}, s.parent)
}
