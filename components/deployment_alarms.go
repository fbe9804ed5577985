package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// DeploymentAlarmsType is the type token of DeploymentAlarms.
const DeploymentAlarmsType = "fargate-privatelink:index:DeploymentAlarms"

// DeploymentAlarmsArgs are the inputs of DeploymentAlarms.
type DeploymentAlarmsArgs struct {
	// LoadBalancerArn is the Network Load Balancer. Required.
	LoadBalancerArn pulumi.StringInput `pulumi:"loadBalancerArn"`
	// TargetGroupArns are its target groups. Required. A key names the group's alarm; it
	// must not be empty.
	TargetGroupArns map[string]pulumi.StringInput `pulumi:"targetGroupArns" len:"1,50"`
	// Minutes is how many minutes in a row a target has to be unhealthy, 1 to 60 (default
	// 3).
	Minutes *int `pulumi:"minutes,optional" default:"3" range:"1,60"`
	// Tags are the tags of every alarm (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// DeploymentAlarms go off when a target is unhealthy, and tell nobody: they are for an
// ECS service, which stops a deployment and rolls it back when they do. They are made
// before it, and so apart from [Operations], which watches what comes after it too. ECS
// looks away from an alarm that was on when the deployment began. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html.
type DeploymentAlarms struct {
	pulumi.ResourceState

	// AlarmNames are the alarms' names, for [DeploymentArgs].
	AlarmNames pulumi.StringArrayOutput `pulumi:"alarmNames"`
}

// NewDeploymentAlarms makes an alarm for each target group. It returns an error when a
// required argument is missing and when a number is out of range.
func NewDeploymentAlarms(
	ctx *pulumi.Context, name string, args *DeploymentAlarmsArgs, opts ...pulumi.ResourceOption,
) (*DeploymentAlarms, error) {
	const kind = "DeploymentAlarms"
	if args == nil {
		return nil, noArgs(kind, name)
	}
	full, faults := check.Args("", args)
	if err := failed(kind, name, faults); err != nil {
		return nil, err
	}
	component := &DeploymentAlarms{}
	if err := ctx.RegisterComponentResource(DeploymentAlarmsType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

	names := pulumi.StringArray{}
	for key, group := range check.Sorted(full.TargetGroupArns) {
		made, err := full.alarm(key, group).make(s, nil)
		if err != nil {
			return nil, err
		}
		names = append(names, made.Name)
	}
	component.AlarmNames = names.ToStringArrayOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"alarmNames": component.AlarmNames})
}

// Check checks the keys and the target groups.
func (args *DeploymentAlarmsArgs) Check(at check.Path, f *check.Faults) {
	if _, empty := args.TargetGroupArns[""]; empty {
		f.Say(at.Key("targetGroupArns"), "has an empty key; each key names a resource")
	}
	noneMissingIn(at.Key("targetGroupArns"), args.TargetGroupArns, f)
}

func (args *DeploymentAlarmsArgs) alarm(key string, group pulumi.StringInput) alarm {
	return alarm{
		suffix: "deployment-unhealthy-" + key, description: fmt.Sprintf("A target of %s is unhealthy: a deployment is rolled back.", key),
		metric: series{"AWS/NetworkELB", "UnHealthyHostCount", "Maximum", pulumi.StringMap{
			"LoadBalancer": loadBalancerDimension(args.LoadBalancerArn),
			"TargetGroup":  targetGroupDimension(group),
		}},
		operator: above, threshold: 0, minutes: *args.Minutes, missing: missingIsFine,
	}
}
