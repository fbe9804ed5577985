package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
)

const (
	notificationToken = "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"
	topicToken        = "aws:sns/topic:Topic"
	topicPolicyToken  = "aws:sns/topicPolicy:TopicPolicy"
	subscriptionToken = "aws:sns/topicSubscription:TopicSubscription"
)

func notificationsArgs() *NotificationsArgs {
	return &NotificationsArgs{
		ServiceId:  pulumi.String("vpce-svc-1"),
		ServiceArn: pulumi.String("arn:aws-us-gov:ec2:us-gov-west-1:111111111111:vpc-endpoint-service/vpce-svc-1"),
	}
}

func TestNotificationsDefaults(t *testing.T) {
	m := newMocks()
	var topic *reading[string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		notifications, err := NewNotifications(ctx, "web", notificationsArgs())
		if err != nil {
			return err
		}
		topic = read[string](ctx, notifications.TopicArn)
		return nil
	}))
	assert.Equal(t, []string{
		notificationToken + " web", topicToken + " web", topicPolicyToken + " web",
	}, m.list(NotificationsType))
	assert.Equal(t, arn("sns", "web"), topic.value)
	assert.Equal(t, map[string]any{
		"vpcEndpointServiceId": "vpce-svc-1", "connectionNotificationArn": arn("sns", "web"),
		"connectionEvents": []any{"Accept", "Connect", "Delete", "Reject"},
	}, m.get(t, notificationToken, "web").inputs)
	// AWS looks whether the service may publish when it gets the topic.
	m.requireOrder(t, "end "+topicPolicyToken+" web", "start "+notificationToken+" web")
}

// Only this service and this account's alarms may publish, each bound by ARN and
// account: a policy for the service principal alone lets in everybody's services.
func TestNotificationsTopicPolicy(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewNotifications(ctx, "web", notificationsArgs())
		return err
	}))
	var policy map[string]any
	require.NoError(t, json.Unmarshal([]byte(m.get(t, topicPolicyToken, "web").inputs["policy"].(string)), &policy))
	publishes := func(sid, principal, source string) any {
		return map[string]any{
			"Sid": sid, "Effect": "Allow", "Action": []any{"sns:Publish"}, "Resource": []any{arn("sns", "web")},
			"Principal": map[string]any{"Service": principal},
			"Condition": map[string]any{
				"ArnLike":      map[string]any{"aws:SourceArn": source},
				"StringEquals": map[string]any{"aws:SourceAccount": "111111111111"},
			},
		}
	}
	assert.Equal(t, map[string]any{"Version": "2012-10-17", "Statement": []any{
		publishes("EndpointService", "vpce.amazonaws.com", "arn:aws-us-gov:ec2:us-gov-west-1:111111111111:vpc-endpoint-service/vpce-svc-1"),
		publishes("Alarms", "cloudwatch.amazonaws.com", "arn:aws-us-gov:cloudwatch:us-gov-west-1:111111111111:alarm:*"),
	}}, policy)
}

func TestNotificationsSubscriptions(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := notificationsArgs()
		args.Events = []string{"Connect"}
		args.Emails = []string{"ops@example.com"}
		args.HttpsUrls = []string{"https://hooks.example.com/x"}
		args.KmsKeyId = pulumi.String("alias/topics")
		_, err := NewNotifications(ctx, "web", args)
		return err
	}))
	assert.Equal(t, []any{"Connect"}, m.get(t, notificationToken, "web").inputs["connectionEvents"])
	assert.Equal(t, "alias/topics", m.get(t, topicToken, "web").inputs["kmsMasterKeyId"])
	assert.Equal(t, map[string]any{"topic": arn("sns", "web"), "protocol": "email", "endpoint": "ops@example.com"},
		m.get(t, subscriptionToken, "web-email-ops@example.com").inputs)
	made := m.get(t, subscriptionToken, "web-"+subscriptionName("https", "https://hooks.example.com/x", false))
	assert.Equal(t, "https", made.inputs["protocol"])
	assert.NotContains(t, subscriptionName("https", "https://u:p@x", false), "u:p")
}

func TestNotificationsToAnExistingTopic(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := notificationsArgs()
		args.TopicArn = pulumi.String(arn("sns", "ops"))
		_, err := NewNotifications(ctx, "web", args)
		return err
	}))
	assert.Equal(t, []string{notificationToken + " web"}, m.list(NotificationsType))
	assert.Equal(t, arn("sns", "ops"), m.get(t, notificationToken, "web").inputs["connectionNotificationArn"])
}

func TestNotificationsRefuse(t *testing.T) {
	topic := pulumi.String(arn("sns", "ops"))
	for _, test := range []struct {
		name   string
		change func(*NotificationsArgs)
		want   string
	}{
		{"no service", func(a *NotificationsArgs) { a.ServiceId, a.ServiceArn = nil, nil },
			"serviceId is missing; it is required\nserviceArn is missing; it is required"},
		{"an event", func(a *NotificationsArgs) { a.Events = []string{"connect"} }, `events[0] is "connect"; it must be one of Accept, Connect, Delete, Reject`},
		{"an event twice", func(a *NotificationsArgs) { a.Events = []string{"Accept", "Accept"} }, `events[1] is "Accept" a second time; list it once`},
		{"an address", func(a *NotificationsArgs) { a.Emails = []string{"ops"} }, `emails[0] is "ops"; it must be an email address`},
		{"a URL", func(a *NotificationsArgs) { a.HttpsUrls = []string{"http://x"} }, `httpsUrls[0] is "http://x"; it must be a URL that begins with https://`},
		{"a topic's name", func(a *NotificationsArgs) { a.TopicArn = pulumi.String("ops") },
			`topicArn is "ops"; it must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>`},
		{"addresses of a topic that exists", func(a *NotificationsArgs) { a.TopicArn, a.Emails = topic, []string{"a@b.c"} },
			"emails is set together with topicArn; it is for a topic to make"},
		{"a key of a topic that exists", func(a *NotificationsArgs) { a.TopicArn, a.KmsKeyId = topic, pulumi.String("alias/k") },
			"kmsKeyId is set together with topicArn; it is for a topic to make"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `Notifications "web": `+test.want, func(ctx *pulumi.Context) error {
				args := notificationsArgs()
				test.change(args)
				_, err := NewNotifications(ctx, "web", args)
				return err
			})
		})
	}
	m := newMocks()
	require.ErrorContains(t, m.run(func(ctx *pulumi.Context) error {
		args := notificationsArgs()
		args.ServiceArn = pulumi.String("vpce-svc-1")
		_, err := NewNotifications(ctx, "web", args)
		return err
	}), `serviceArn is "vpce-svc-1"; it must be the ARN of an endpoint service`)
}

// Settings of notifications that are off would be for nothing.
func TestNotificationsThatAreOff(t *testing.T) {
	for name, test := range map[string]struct {
		options NotificationsOptions
		want    string
	}{
		"off": {NotificationsOptions{}, ""},
		"on":  {NotificationsOptions{Enabled: true, SubscriptionOptions: SubscriptionOptions{Emails: []string{"ops@example.com"}}}, ""},
		"settings": {NotificationsOptions{SubscriptionOptions: SubscriptionOptions{Events: []string{"Accept"}, KmsKeyId: pulumi.String("alias/k")}},
			"n.events is set, but n.enabled is false; set it to true\nn.kmsKeyId is set, but n.enabled is false; set it to true"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := check.Args("n", &test.options)
			assertError(t, faults.Err(), test.want)
		})
	}
}
