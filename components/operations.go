package components

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// OperationsType is the type token of Operations.
const OperationsType = "fargate-privatelink:index:Operations"

// MaxConnectionsPerTarget is how many connections a target can have through an
// endpoint service at once: the load balancer makes them from one address, which has
// no more ports. Operations' connectionsPerTarget ranges up to it. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#client-ip-preservation.
const MaxConnectionsPerTarget = 55000

// OperationsOptions are the options of Operations.
type OperationsOptions struct {
	// Dashboard makes a CloudWatch dashboard (default false).
	Dashboard bool `pulumi:"dashboard,optional"`
	// Alarms makes CloudWatch alarms that tell an SNS topic (default false).
	Alarms bool `pulumi:"alarms,optional"`
	// AlarmMinutes is how many minutes in a row something has to be wrong, 1 to 60 (default
	// 3).
	AlarmMinutes *int `pulumi:"alarmMinutes,optional" default:"3" range:"1,60"`
	// ResetsPerMinute is how many connections a minute may be reset, by the targets and by
	// the endpoint service, 0 to 1000000 (default 100).
	ResetsPerMinute *int `pulumi:"resetsPerMinute,optional" default:"100" range:"0,1000000"`
	// ConnectionsPerTarget is how many connections a target may have at once, 1 to 55000
	// (default 44000, four fifths of what it can have through an endpoint service). See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#client-ip-preservation.
	ConnectionsPerTarget *int `pulumi:"connectionsPerTarget,optional" default:"44000" range:"1,55000"`
}

// OperationsArgs are the inputs of Operations.
type OperationsArgs struct {
	OperationsOptions
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
	// MinTasks is how many tasks have to run, 0 to 5000. With 0 (default) there is no
	// alarm of too few tasks: there may be none.
	MinTasks int `pulumi:"minTasks,optional" range:"0,5000"`
	// ContainerInsights says that the cluster has Container Insights (default false). It
	// counts the tasks that are to run, which scaling changes, so that the alarm on missing
	// tasks compares with these; without it, with minTasks. See
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html.
	ContainerInsights bool `pulumi:"containerInsights,optional"`
	// EveryZone says that each Availability Zone has to have a healthy target (default
	// false). Without cross-zone load balancing, a zone without one serves nobody; with
	// fewer tasks than zones there always is one.
	EveryZone bool `pulumi:"everyZone,optional"`
	// DashboardName is the dashboard's name: 1 to 255 letters, digits, hyphens and
	// underscores (default: the component's name and the Region). Dashboards have neither a
	// Region nor autonaming, so that one with a name that another of the account has takes
	// its place. See
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html.
	DashboardName string `pulumi:"dashboardName,optional" form:"dashboard"`
	// AlarmTopicArn is the SNS topic that alarms tell. Required with alarms, refused
	// without. It must let cloudwatch.amazonaws.com publish.
	AlarmTopicArn pulumi.StringInput `pulumi:"alarmTopicArn,optional"`
	// sharesTasks says that other Operations watch the tasks already.
	sharesTasks bool
	// Tags are the tags of every alarm (default none). A dashboard takes none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check checks what the tags can't say.
func (args *OperationsArgs) Check(at check.Path, f *check.Faults) {
	checkKeys(at.Key("targetGroupArns"), args.TargetGroupArns, f)
	switch topic, alarms := at.Key("alarmTopicArn"), at.Key("alarms"); {
	case args.Alarms && args.AlarmTopicArn == nil:
		f.Say(topic, "is missing, but %s is true; nobody would hear of them", alarms)
	case !args.Alarms && args.AlarmTopicArn != nil:
		f.Say(topic, "is set, but %s is false; set it to true", alarms)
	}
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
// argument is missing, when a number is out of range, and when alarms have no topic.
func NewOperations(
	ctx *pulumi.Context, name string, args *OperationsArgs, opts ...pulumi.ResourceOption,
) (*Operations, error) {
	if args == nil {
		return nil, noArgs("Operations", name)
	}
	args, faults := check.Args("", args)
	if err := failed("Operations", name, faults); err != nil {
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
	if args.Alarms {
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
		DashboardName: pulumi.String(cmp.Or(args.DashboardName, s.name+"-"+at.region)),
		DashboardBody: args.dashboard(at.region),
	}, s.parent)
}
