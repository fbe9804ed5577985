package components

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// NotificationsType is the type token of Notifications.
const NotificationsType = "fargate-privatelink:index:Notifications"

// connectionEvents are what happens to an endpoint service's connections: a consumer
// makes an endpoint (Connect), the provider accepts or rejects it, the consumer
// deletes it. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html.
var connectionEvents = []string{"Accept", "Connect", "Delete", "Reject"}

// SubscriptionOptions say who hears of an endpoint service's connections.
type SubscriptionOptions struct {
	// Events are those that are told, 1 to 4, each once: Accept, Connect, Delete and Reject
	// (default all). See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html.
	Events []string `pulumi:"events,optional" enum:"Accept,Connect,Delete,Reject" len:"1,4" unique:"true"`
	// TopicArn is an SNS topic that exists, in the service's account and Region, and lets
	// vpce.amazonaws.com publish (default: one is made).
	TopicArn pulumi.StringInput `pulumi:"topicArn,optional" form:"topic" in:"region,account"`
	// Emails are the addresses that subscribe to the topic that is made, each once (default
	// none). Each has to confirm by a mail that AWS sends.
	Emails []string `pulumi:"emails,optional" form:"email" unique:"true"`
	// HttpsUrls are the URLs that subscribe to it, each once (default none). Each has to
	// confirm. Where one holds credentials, make the configuration a secret: nothing shows
	// it then.
	HttpsUrls []string `pulumi:"httpsUrls,optional" form:"https" unique:"true"`
	// KmsKeyId is the KMS key that encrypts that topic (default none). Its policy has to let
	// vpce.amazonaws.com and cloudwatch.amazonaws.com use it, which AWS's own key
	// alias/aws/sns does not. See
	// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html.
	KmsKeyId pulumi.StringInput `pulumi:"kmsKeyId,optional" form:"topicKey" in:"region"`
}

// subscriptionName says who subscribes. Of a URL, and of what is a secret, it is a hash: a
// URL may hold credentials, and a name ends in plain sight in URNs.
func subscriptionName(protocol, endpoint string, secret bool) string {
	if protocol != "https" && !secret {
		return protocol + "-" + endpoint
	}
	sum := sha256.Sum256([]byte(endpoint))
	return protocol + "-" + hex.EncodeToString(sum[:8])
}

// NotificationsOptions are the options of a service's notifications.
type NotificationsOptions struct {
	// Enabled turns the notifications on (default false).
	Enabled bool `pulumi:"enabled,optional"`
	SubscriptionOptions
}

// NotificationsArgs are the inputs of Notifications.
type NotificationsArgs struct {
	SubscriptionOptions
	// Secret keeps the addresses and URLs out of sight (default false). Only a Go program
	// can give it.
	Secret bool
	// ServiceId is the endpoint service. Required.
	ServiceId pulumi.StringInput `pulumi:"serviceId"`
	// ServiceArn is the endpoint service's ARN. Required.
	ServiceArn pulumi.StringInput `pulumi:"serviceArn"`
	// further are more endpoint services that tell the topic, by the names of what tells.
	further map[string]*EndpointService
	// Tags are the tags of the topic (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check refuses what shapes a topic to make beside one that exists.
func (o *SubscriptionOptions) Check(at check.Path, f *check.Faults) {
	if o.TopicArn == nil {
		return
	}
	for _, key := range o.given() {
		if key != "events" && key != "topicArn" {
			f.Say(at.Key(key), "is set together with %s; it is for a topic to make", at.Key("topicArn"))
		}
	}
}

// Check refuses settings of notifications that are off.
func (o *NotificationsOptions) Check(at check.Path, f *check.Faults) {
	if o.Enabled {
		o.SubscriptionOptions.Check(at, f)
		return
	}
	for _, key := range o.given() {
		f.Say(at.Key(key), "is set, but %s is false; set it to true", at.Key("enabled"))
	}
}

// given are the keys that are set.
func (o *SubscriptionOptions) given() (keys []string) {
	for _, option := range []struct {
		key string
		set bool
	}{
		{"events", o.Events != nil}, {"topicArn", o.TopicArn != nil}, {"emails", o.Emails != nil},
		{"httpsUrls", o.HttpsUrls != nil}, {"kmsKeyId", o.KmsKeyId != nil},
	} {
		if option.set {
			keys = append(keys, option.key)
		}
	}
	return keys
}

// Notifications tell what happens to an endpoint service's connections to an SNS
// topic. The topic that it makes takes messages of that service, and of CloudWatch
// alarms of the same account and Region, and of nobody else.
type Notifications struct {
	pulumi.ResourceState

	// TopicArn is the topic's ARN, once its policy lets the service and alarms publish.
	TopicArn pulumi.StringOutput `pulumi:"topicArn"`
}

// NewNotifications makes notifications. It returns an error when a required argument
// is missing, when an event is unknown or there twice, when an address or a URL is
// not one, and when TopicArn comes with what shapes a topic to make.
func NewNotifications(
	ctx *pulumi.Context, name string, args *NotificationsArgs, opts ...pulumi.ResourceOption,
) (*Notifications, error) {
	if args == nil {
		return nil, noArgs("Notifications", name)
	}
	args, faults := check.Args("", args)
	if err := failed("Notifications", name, faults); err != nil {
		return nil, err
	}
	component := &Notifications{}
	if err := ctx.RegisterComponentResource(NotificationsType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	var err error
	if component.TopicArn, err = args.topic(s); err != nil {
		return nil, err
	}
	services := map[string]pulumi.StringInput{name: args.ServiceId}
	for further, service := range args.further {
		services[further] = service.ServiceId
	}
	for name, id := range check.Sorted(services) {
		_, err = ec2.NewVpcEndpointConnectionNotification(ctx, name, &ec2.VpcEndpointConnectionNotificationArgs{
			VpcEndpointServiceId:      id.ToStringOutput().ToStringPtrOutput(),
			ConnectionNotificationArn: component.TopicArn,
			ConnectionEvents:          pulumi.ToStringArray(args.events()),
		}, s.parent)
		if err != nil {
			return nil, err
		}
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"topicArn": component.TopicArn})
}

func (args *NotificationsArgs) events() []string {
	if len(args.Events) == 0 {
		return connectionEvents
	}
	return args.Events
}

// topic returns the topic's ARN, which waits for the policy: AWS refuses a topic that
// the service can't publish to.
func (args *NotificationsArgs) topic(s scope) (pulumi.StringOutput, error) {
	if args.TopicArn != nil {
		return args.TopicArn.ToStringOutput(), nil
	}
	var none pulumi.StringOutput
	input := &sns.TopicArgs{Tags: s.tagged(s.name)}
	if args.KmsKeyId != nil {
		input.KmsMasterKeyId = args.KmsKeyId.ToStringOutput().ToStringPtrOutput()
	}
	topic, err := sns.NewTopic(s.ctx, s.name, input, s.parent)
	if err != nil {
		return none, err
	}
	policy, err := sns.NewTopicPolicy(s.ctx, s.name, &sns.TopicPolicyArgs{
		Arn:    topic.Arn,
		Policy: topicPolicy(topic.Arn, args.serviceArns()),
	}, s.parent)
	if err != nil {
		return none, err
	}
	if err := args.subscribe(s, topic); err != nil {
		return none, err
	}
	return afterwards(topic.Arn, policy.ID().ToStringOutput()), nil
}

// serviceArns are those of the endpoint services that tell the topic.
func (args *NotificationsArgs) serviceArns() pulumi.StringArray {
	arns := pulumi.StringArray{args.ServiceArn}
	for _, service := range check.Sorted(args.further) {
		arns = append(arns, service.Arn)
	}
	return arns
}

// topicPolicy lets these services and this account's alarms publish. Without the
// conditions anybody's endpoint service and alarms could. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html.
func topicPolicy(topicArn pulumi.StringInput, serviceArns pulumi.StringArray) pulumi.StringOutput {
	return pulumi.All(topicArn, serviceArns).ApplyT(func(values []any) (string, error) {
		topic, services := values[0].(string), values[1].([]string)
		parts := strings.Split(services[0], ":")
		if len(parts) < 6 {
			return "", fmt.Errorf("serviceArn is %q; it must be the ARN of an endpoint service", services[0])
		}
		partition, region, account := parts[1], parts[3], parts[4]
		alarms := strings.Join([]string{"arn", partition, "cloudwatch", region, account, "alarm", "*"}, ":")
		return policyJSON(
			publishes("EndpointService", "vpce.amazonaws.com", topic, account, services...),
			publishes("Alarms", "cloudwatch.amazonaws.com", topic, account, alarms),
		)
	}).(pulumi.StringOutput)
}

func publishes(sid, principal, topic, account string, sources ...string) statement {
	var source any = sources
	if len(sources) == 1 {
		source = sources[0]
	}
	return statement{
		Sid:       sid,
		Principal: map[string]any{"Service": principal},
		Action:    []string{"sns:Publish"},
		Resource:  []string{topic},
		Condition: map[string]any{
			"ArnLike":      map[string]any{"aws:SourceArn": source},
			"StringEquals": map[string]string{"aws:SourceAccount": account},
		},
	}
}

// subscribe makes the subscriptions, each named by who subscribes.
func (args *NotificationsArgs) subscribe(s scope, topic *sns.Topic) error {
	for _, kind := range []struct {
		protocol  string
		endpoints []string
	}{{"email", args.Emails}, {"https", args.HttpsUrls}} {
		for _, endpoint := range kind.endpoints {
			var address pulumi.StringInput = pulumi.String(endpoint)
			opts := []pulumi.ResourceOption{s.parent}
			name := s.named(subscriptionName(kind.protocol, endpoint, args.Secret))
			switch former := s.named(kind.protocol + "-" + endpoint); {
			case args.Secret:
				// Its former name would go on telling who, as an alias: the subscription
				// is made anew.
				address = pulumi.ToSecret(address).(pulumi.StringOutput)
			case former != name:
				opts = append(opts, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(former)}}))
			}
			_, err := sns.NewTopicSubscription(s.ctx, name, &sns.TopicSubscriptionArgs{
				Topic:    topic.Arn,
				Protocol: pulumi.String(kind.protocol),
				Endpoint: address,
			}, opts...)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
