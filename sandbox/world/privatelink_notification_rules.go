package world

import (
	"fmt"
	"regexp"
	"slices"
)

const createNotification = ec2API + "CreateVpcEndpointConnectionNotification, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html"

// connectionEvents are what notifications are sent of.
var connectionEvents = []string{"Accept", "Connect", "Delete", "Reject"}

// topicARN is the form of a topic's ARN.
var topicARN = regexp.MustCompile(`^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)

var privatelinkNotificationRules = []*Rule{
	{
		ID: "NFN-ONE-SUBJECT", Token: TokenConnectionNotification, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A notification is about an endpoint or about an endpoint service.",
		Source: "AWS provider, internal/service/ec2/vpc_endpoint_connection_notification.go",
		Check:  func(c *Call) string { return exactlyOne(c.New, "vpcEndpointId", "vpcEndpointServiceId") },
	},
	{
		ID: "NFN-SERVICE-EXISTS", Token: TokenConnectionNotification, Phase: PhaseCreate, Code: "InvalidVpcEndpointServiceId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint service that a notification is about exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpointService, "vpcEndpointServiceId", "The VpcEndpointService Id '%s' does not exist")
		},
	},
	{
		ID: "NFN-ENDPOINT-EXISTS", Token: TokenConnectionNotification, Phase: PhaseCreate, Code: "InvalidVpcEndpointId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint that a notification is about exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpoint, "vpcEndpointId", "The VpcEndPoint ID '%s' does not exist")
		},
	},
	{
		ID: "NFN-EVENTS", Token: TokenConnectionNotification, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "Notifications are sent of Accept, Connect, Delete and Reject.",
		Source: createNotification + ": ConnectionEvents; the text is inferred",
		Check: func(c *Call) string {
			for _, e := range c.New.Strs("connectionEvents") {
				if !slices.Contains(connectionEvents, e) {
					return fmt.Sprintf("Invalid connection event '%s'", e)
				}
			}
			return ""
		},
	},
	{
		ID: "NFN-TOPIC", Token: TokenConnectionNotification, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "Notifications are sent to an SNS topic.",
		Source: createNotification + ": ConnectionNotificationArn; the text is inferred",
		Check: func(c *Call) string {
			if arn := c.New.Str("connectionNotificationArn"); !topicARN.MatchString(arn) {
				return fmt.Sprintf("The connection notification ARN '%s' is not the ARN of an SNS topic", arn)
			}
			return ""
		},
	},
	{
		ID: "NFN-PUBLISH", Token: TokenConnectionNotification, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A notification arrives only where the topic's policy lets vpce.amazonaws.com publish for the service, and an encrypted topic's key lets it use it.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#receive-notifications-endpoint-service",
	},
}
