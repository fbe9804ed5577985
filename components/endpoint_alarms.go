package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EndpointAlarmsType is the type token of EndpointAlarms.
const EndpointAlarmsType = "fargate-privatelink:index:EndpointAlarms"

// EndpointAlarmsArgs are the inputs of EndpointAlarms.
type EndpointAlarmsArgs struct {
	// EndpointId is the interface endpoint. Required. It has to be in the service's
	// Region: AWS publishes no metrics of others.
	EndpointId pulumi.StringInput `pulumi:"endpointId"`
	// VpcId is the endpoint's VPC. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// ServiceName is the endpoint's service. Required.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// TopicArn is the SNS topic that the alarms tell. Required. It must let
	// cloudwatch.amazonaws.com publish.
	TopicArn pulumi.StringInput `pulumi:"topicArn"`
	// Minutes is how many minutes in a row something has to be wrong, 1 to 60
	// (default 3).
	Minutes int `pulumi:"minutes"`
	// ResetsPerMinute is how many connections a minute the endpoint may have reset, 0 or
	// more (default 100; nil is the default).
	ResetsPerMinute *int `pulumi:"resetsPerMinute"`
	// Tags are the tags of every alarm (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// EndpointAlarms tell an SNS topic when an interface endpoint drops packets or has
// connections reset. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
type EndpointAlarms struct {
	pulumi.ResourceState

	// AlarmNames are the alarms' names.
	AlarmNames pulumi.StringArrayOutput `pulumi:"alarmNames"`
}

// NewEndpointAlarms makes alarms. It returns an error when a required argument is
// missing and when a number is out of range.
func NewEndpointAlarms(
	ctx *pulumi.Context, name string, args *EndpointAlarmsArgs, opts ...pulumi.ResourceOption,
) (*EndpointAlarms, error) {
	args = args.withDefaults()
	if err := args.check(name); err != nil {
		return nil, err
	}
	component := &EndpointAlarms{}
	if err := ctx.RegisterComponentResource(EndpointAlarmsType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	names := pulumi.StringArray{}
	for _, alarm := range args.alarms() {
		made, err := alarm.make(s, args.TopicArn)
		if err != nil {
			return nil, err
		}
		names = append(names, made.Name)
	}
	component.AlarmNames = names.ToStringArrayOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"alarmNames": component.AlarmNames})
}

func (args *EndpointAlarmsArgs) withDefaults() *EndpointAlarmsArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.Minutes = orElse(full.Minutes, 3)
	if full.ResetsPerMinute == nil {
		full.ResetsPerMinute = pulumi.IntRef(100)
	}
	return &full
}

func (args *EndpointAlarmsArgs) check(name string) error {
	const component = "EndpointAlarms"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(required("EndpointId", args.EndpointId))
	found.add(required("VpcId", args.VpcId))
	found.add(required("ServiceName", args.ServiceName))
	found.add(required("TopicArn", args.TopicArn))
	found.add(checkRange("Minutes", args.Minutes, 1, 60))
	if *args.ResetsPerMinute < 0 {
		found.addf("ResetsPerMinute is %d; it must be 0 or more", *args.ResetsPerMinute)
	}
	return found.of(component, name)
}

func (args *EndpointAlarmsArgs) alarms() []alarm {
	of := func(name string) series {
		return series{"AWS/PrivateLinkEndpoints", name, "Sum", pulumi.StringMap{
			"Endpoint Type":   pulumi.String("Interface"),
			"Service Name":    args.ServiceName,
			"VPC Endpoint Id": args.EndpointId,
			"VPC Id":          args.VpcId,
		}}
	}
	return []alarm{
		{
			suffix: "packets-dropped", description: "The endpoint drops packets: the service is unhealthy, or the endpoint has too many.",
			metric: of("PacketsDropped"), operator: above, threshold: 0, minutes: args.Minutes, missing: missingIsFine,
		},
		{
			suffix: "resets", description: "The service resets connections of the endpoint.",
			metric: of("RstPacketsReceived"), operator: above, threshold: *args.ResetsPerMinute, minutes: args.Minutes, missing: missingIsFine,
		},
	}
}
