package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	snsAPI         = "Amazon SNS API, "
	createTopic    = snsAPI + "CreateTopic, https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"
	subscribe      = snsAPI + "Subscribe, https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"
	topicActionsAt = "Amazon SNS Developer Guide, https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"
)

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// topicActions are the actions that a topic's policy can name, in lower case.
var topicActions = []string{
	"sns:gettopicattributes", "sns:settopicattributes", "sns:addpermission", "sns:removepermission", "sns:deletetopic",
	"sns:subscribe", "sns:listsubscriptionsbytopic", "sns:publish", "sns:receive",
	"sns:getdataprotectionpolicy", "sns:putdataprotectionpolicy",
}

var snsRules = []*Rule{
	{
		ID: "SNS-NAME", Token: TokenTopic, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A topic's name has 1 to 256 letters, digits, hyphens and underscores; a FIFO topic's ends in .fifo besides.",
		Source: createTopic + ": Name",
		Check: func(c *Call) string {
			name, known := c.New["name"].(string)
			if c.New.Bool("fifoTopic") {
				name = strings.TrimSuffix(name, ".fifo")
			}
			if !known || topicName.MatchString(name) {
				return ""
			}
			return fmt.Sprintf("invalid topic name: %s", name)
		},
	},
	{
		ID: "SNS-TOPIC-EXISTS", Token: TokenTopicPolicy, Phase: PhaseCreate, Code: "NotFound", Confidence: Verified,
		Says:   "The topic that a policy is for exists.",
		Source: snsAPI + "SetTopicAttributes: Errors, https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
		Check:  func(c *Call) string { return c.topicExists("arn") },
	},
	{
		ID: "SNS-SUBSCRIBED-TOPIC-EXISTS", Token: TokenTopicSubscription, Phase: PhaseCreate, Code: "NotFound", Confidence: Verified,
		Says:   "The topic that is subscribed to exists.",
		Source: subscribe + ": Errors",
		Check:  func(c *Call) string { return c.topicExists("topic") },
	},
	{
		ID: "SNS-POLICY-ACTIONS", Token: TokenTopicPolicy, Also: []string{TokenTopic}, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "A topic's policy names actions on topics only.",
		Source: topicActionsAt + "; text: reported by users",
		Check: func(c *Call) string {
			d, err := parsePolicy(c.New.Str("policy"))
			if err != nil {
				return ""
			}
			for _, s := range d.Statement {
				for _, a := range s.Action {
					if !slices.Contains(topicActions, strings.ToLower(a)) {
						return "Invalid parameter: Policy statement action out of service scope!"
					}
				}
			}
			return ""
		},
	},
	{
		ID: "SNS-PROTOCOL", Token: TokenTopicSubscription, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A subscription is by one of the protocols that SNS has.",
		Source: subscribe + ": Protocol",
		Check: func(c *Call) string {
			return oneOf(c.New, "protocol", "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
		},
	},
	{
		ID: "SNS-CONFIRMATION", Token: TokenTopicSubscription, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A subscription by e-mail waits until its owner confirms it.",
		Source: subscribe,
	},
	{
		ID: "SNS-DEFAULT-POLICY", Token: TokenTopic, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A topic without a policy of the program's lets its own account use it, and gets that policy back when the program's goes.",
		Source: "Amazon SNS Developer Guide, https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html; AWS provider, internal/service/sns/topic_policy.go",
	},
	{
		ID: "SNS-DELETE-SUBSCRIPTIONS", Token: TokenTopic, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Deleting a topic deletes its subscriptions.",
		Source: snsAPI + "DeleteTopic, https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html",
	},
}

// topicExists checks the topic that a property names. It may be another account's,
// whose policy the sandbox takes to allow it.
func (c *Call) topicExists(property string) string {
	arn := c.New.Str(property)
	if arn == "" || c.peek(TokenTopic, arn) != nil {
		return ""
	}
	return "Topic does not exist"
}
