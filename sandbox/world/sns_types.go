package world

import (
	"fmt"
	"slices"
)

var topicType = &Type{
	Token: TokenTopic,
	Inputs: []Property{
		{Name: "contentBasedDeduplication", Default: false},
		{Name: "deliveryPolicy", JSON: true},
		{Name: "displayName"},
		{Name: "fifoTopic", Replace: true, Default: false},
		{Name: "kmsMasterKeyId"},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "policy", Computed: true, JSON: true},
		{Name: "signatureVersion", Computed: true},
		{Name: "tags"},
		{Name: "tracingConfig", Computed: true},
	},
	AutoName: &AutoName{Property: "name", Max: 256},
	Latency:  quick,
	Outputs:  topicOutputs(),
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		arn := c.ARN("sns", name)
		return arn, Props{"arn": arn, "name": name, "owner": c.Caller.Account}, nil
	},
	Read: func(c *Call) Props { return Props{"policy": c.topicPolicy(c.Record)} },
	Delete: func(c *Call) error {
		c.removeParts(TokenTopicSubscription, "topic")
		return nil
	},
}

// topicOutputs are a topic's outputs; the feedback settings are alike for every
// kind of subscriber.
func topicOutputs() Props {
	out := Props{
		"archivePolicy": "", "arn": "", "beginningArchiveTime": "", "contentBasedDeduplication": false,
		"deliveryPolicy": "", "displayName": "", "fifoThroughputScope": "", "fifoTopic": false,
		"kmsMasterKeyId": "", "name": "", "namePrefix": "", "owner": "", "policy": "",
		"signatureVersion": 0.0, "tags": nil, "tracingConfig": "",
	}
	for _, subscriber := range []string{"application", "firehose", "http", "lambda", "sqs"} {
		out[subscriber+"FailureFeedbackRoleArn"] = ""
		out[subscriber+"SuccessFeedbackRoleArn"] = ""
		out[subscriber+"SuccessFeedbackSampleRate"] = 0.0
	}
	return out
}

// defaultTopicPolicy is the policy of a topic that is given none: the owner's
// account may use it, nobody else. See
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html.
func defaultTopicPolicy(topic *Record) string {
	return normalJSON(fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{
		"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},
		"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission",
			"SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],
		"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, topic.ID, topic.Account))
}

// topicPolicy is a topic's policy: that of a policy resource, the one written on
// the topic, or the default.
func (tx *Tx) topicPolicy(topic *Record) string {
	if p := tx.peek(TokenTopicPolicy, topic.ID); p != nil {
		return p.Outputs.Str("policy")
	}
	if topic.Inputs.Has("policy") {
		return normalJSON(topic.Inputs.Str("policy"))
	}
	return defaultTopicPolicy(topic)
}

var topicPolicyType = &Type{
	Token: TokenTopicPolicy,
	Inputs: []Property{
		{Name: "arn", Required: true, Replace: true},
		{Name: "policy", Required: true, JSON: true},
	},
	Latency: quick,
	Outputs: Props{"arn": "", "owner": "", "policy": ""},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("arn"), Props{"owner": c.Caller.Account, "policy": normalJSON(c.New.Str("policy"))}, nil
	},
	Update: func(c *Call) (Props, error) { return Props{"policy": normalJSON(c.New.Str("policy"))}, nil },
}

// confirmed are the protocols whose endpoints AWS subscribes without asking.
var confirmed = []string{"application", "firehose", "lambda", "sms", "sqs"}

var topicSubscriptionType = &Type{
	Token: TokenTopicSubscription,
	Inputs: []Property{
		{Name: "confirmationTimeoutInMinutes", Default: 1.0},
		{Name: "deliveryPolicy", JSON: true},
		{Name: "endpoint", Required: true, Replace: true},
		{Name: "endpointAutoConfirms", Default: false},
		{Name: "filterPolicy", JSON: true},
		{Name: "filterPolicyScope", Computed: true},
		{Name: "protocol", Required: true, Replace: true},
		{Name: "rawMessageDelivery", Default: false},
		{Name: "redrivePolicy", JSON: true},
		{Name: "replayPolicy", JSON: true},
		{Name: "subscriptionRoleArn"},
		{Name: "topic", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "confirmationTimeoutInMinutes": 1.0, "confirmationWasAuthenticated": false,
		"deliveryPolicy": "", "endpoint": "", "endpointAutoConfirms": false, "filterPolicy": "",
		"filterPolicyScope": "", "ownerId": "", "pendingConfirmation": true, "protocol": "",
		"rawMessageDelivery": false, "redrivePolicy": "", "replayPolicy": "", "subscriptionRoleArn": "",
		"topic": "",
	},
	Create: func(c *Call) (string, Props, error) {
		arn := c.New.Str("topic") + ":" + c.uuid()
		at := slices.Contains(confirmed, c.New.Str("protocol"))
		return arn, Props{
			"arn": arn, "ownerId": c.Caller.Account,
			"confirmationWasAuthenticated": at, "pendingConfirmation": !at,
		}, nil
	},
}
