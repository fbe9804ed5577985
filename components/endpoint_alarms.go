package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// EndpointAlarmsType is the type token of EndpointAlarms.
const EndpointAlarmsType = "fargate-privatelink:index:EndpointAlarms"

// EndpointAlarmsOptions are the options of [EndpointAlarms].
type EndpointAlarmsOptions struct {
	// Enabled makes the alarms (default false). They need topicArn. AWS publishes no
	// metrics of endpoints in another Region than the service's.
	Enabled bool `pulumi:"enabled,optional"`
	// TopicArn is the SNS topic that the alarms tell. It must let
	// cloudwatch.amazonaws.com publish.
	TopicArn pulumi.StringInput `pulumi:"topicArn,optional" form:"topic" in:"region"`
	// Minutes is how many minutes in a row something has to be wrong, 1 to 60 (default
	// 3).
	Minutes *int `pulumi:"minutes,optional" default:"3" range:"1,60"`
	// ResetsPerMinute is how many connections a minute the endpoint may have reset, 0 to
	// 1000000 (default 100).
	ResetsPerMinute *int `pulumi:"resetsPerMinute,optional" default:"100" range:"0,1000000"`
}

// EndpointAlarmsArgs are the inputs of EndpointAlarms.
type EndpointAlarmsArgs struct {
	EndpointAlarmsOptions
	// EndpointId is the interface endpoint. It has to be in the service's Region.
	EndpointId pulumi.StringInput `pulumi:"endpointId"`
	// VpcId is the endpoint's VPC.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// ServiceName is the endpoint's service.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// Tags are the tags of every alarm (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check checks that the alarms have somebody to tell, and that there are some.
func (o *EndpointAlarmsOptions) Check(at check.Path, f *check.Faults) {
	topic := at.Key("topicArn")
	switch {
	case o.Enabled && missing(o.TopicArn):
		f.Form(topic, "", check.Forms["topic"])
	case !o.Enabled && !missing(o.TopicArn):
		f.Say(topic, "is set, but %s is false; set it to true", at.Key("enabled"))
	}
}

// EndpointAlarms tell an SNS topic when an interface endpoint drops packets or has
// connections reset. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
type EndpointAlarms struct {
	pulumi.ResourceState

	// AlarmNames are the alarms' names.
	AlarmNames pulumi.StringArrayOutput `pulumi:"alarmNames"`
}

// NewEndpointAlarms makes alarms where Enabled says so. It returns an error when a
// required argument is missing, when a number is out of range, and when TopicArn is
// there and Enabled false or the other way round.
func NewEndpointAlarms(
	ctx *pulumi.Context, name string, args *EndpointAlarmsArgs, opts ...pulumi.ResourceOption,
) (*EndpointAlarms, error) {
	if args == nil {
		return nil, noArgs("EndpointAlarms", name)
	}
	args, faults := check.Args("", args)
	if err := failed("EndpointAlarms", name, faults); err != nil {
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

func (args *EndpointAlarmsArgs) alarms() []alarm {
	if !args.Enabled {
		return nil
	}
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
			metric: of("PacketsDropped"), operator: above, threshold: 0, minutes: *args.Minutes, missing: missingIsFine,
		},
		{
			suffix: "resets", description: "The service resets connections of the endpoint.",
			metric: of("RstPacketsReceived"), operator: above, threshold: *args.ResetsPerMinute, minutes: *args.Minutes, missing: missingIsFine,
		},
	}
}
