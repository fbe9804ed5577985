package world

import "fmt"

const (
	createFlowLogs = ec2API + "CreateFlowLogs, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html"
	flowLogGuide   = "Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
)

var ec2FlowLogRules = []*Rule{
	{
		ID: "FLOW-LOG-ONE-SUBJECT", Token: TokenFlowLog, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A flow log is of a VPC, a subnet, a network interface or a transit gateway.",
		Source: providerEC2 + "flowlog/",
		Check: func(c *Call) string {
			return exactlyOne(c.New, "eniId", "subnetId", "transitGatewayAttachmentId", "transitGatewayId", "vpcId")
		},
	},
	{
		ID: "FLOW-LOG-TRAFFIC", Token: TokenFlowLog, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A flow log has the traffic that is accepted, that is rejected, or all.",
		Source: createFlowLogs + ": TrafficType",
		Check:  func(c *Call) string { return oneOf(c.New, "trafficType", "ACCEPT", "REJECT", "ALL") },
	},
	{
		ID: "FLOW-LOG-DESTINATION-TYPE", Token: TokenFlowLog, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A flow log goes to CloudWatch Logs, S3 or Firehose.",
		Source: createFlowLogs + ": LogDestinationType",
		Check: func(c *Call) string {
			return oneOf(c.New, "logDestinationType", "cloud-watch-logs", "s3", "kinesis-data-firehose")
		},
	},
	{
		ID: "FLOW-LOG-INTERVAL", Token: TokenFlowLog, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A flow log sums up over 60 or 600 seconds.",
		Source: createFlowLogs + ": MaxAggregationInterval",
		Check: func(c *Call) string {
			if n := c.New.Int("maxAggregationInterval"); c.New.Has("maxAggregationInterval") && c.New.Known("maxAggregationInterval") && n != 60 && n != 600 {
				return fmt.Sprintf("expected max_aggregation_interval to be one of [60 600], got %d", n)
			}
			return ""
		},
	},
	{
		ID: "FLOW-LOG-VPC-EXISTS", Token: TokenFlowLog, Phase: PhaseCreate, Code: "InvalidVpcId.NotFound", Confidence: Verified,
		Says:   "The VPC of a flow log exists.",
		Source: createFlowLogs + "; code: " + ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The vpc ID '%s' does not exist") },
	},
	{
		ID: "FLOW-LOG-ROLE", Token: TokenFlowLog, Phase: PhaseCreate, Code: "InvalidParameter", Confidence: Verified, Answer: SecondHand,
		Says:   "A flow log to CloudWatch Logs has a role that delivers it, one to S3 has none.",
		Source: createFlowLogs + ": DeliverLogsPermissionArn; text: reported by users, https://github.com/hashicorp/terraform-provider-aws/issues/5612",
		Check: func(c *Call) string {
			toLogs := c.New.Str("logDestinationType") == "cloud-watch-logs"
			switch {
			case toLogs && !c.New.Has("iamRoleArn"):
				return "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
			case !toLogs && c.New.Has("iamRoleArn"):
				return "DeliverLogsPermissionArn is not applicable for " + c.New.Str("logDestinationType") + " delivery"
			}
			return ""
		},
	},
	{
		ID: "FLOW-LOG-BUCKET", Token: TokenFlowLog, Phase: PhaseCreate, Code: "InvalidParameter", Confidence: Verified, Answer: SecondHand,
		Says:   "The bucket of a flow log exists.",
		Source: flowLogGuide + "; text: reported by users",
		Check: func(c *Call) string {
			bucket := afterLast(c.New.Str("logDestination"), ":::")
			if c.New.Str("logDestinationType") != "s3" || bucket == "" || c.findBucket(bucket) != nil {
				return ""
			}
			return fmt.Sprintf("LogDestination: %s does not exist.", bucket)
		},
	},
	{
		ID: "FLOW-LOG-UNIQUE", Token: TokenFlowLog, Phase: PhaseCreate, Code: "FlowLogAlreadyExists", Confidence: Verified,
		Says:   "A VPC has one flow log of a kind of traffic to a destination.",
		Source: createFlowLogs + "; code: " + ec2Errors,
		Check: func(c *Call) string {
			same := func(r *Record) bool {
				for _, k := range []string{"vpcId", "subnetId", "eniId", "trafficType", "logDestination", "logGroupName"} {
					if r.Outputs.Str(k) != c.New.Str(k) {
						return false
					}
				}
				return true
			}
			if c.first(TokenFlowLog, same) == nil {
				return ""
			}
			return "Error. There is an existing Flow Log with the same configuration and log destination."
		},
	},
	{
		ID: "SG-DEFAULT-VPC-EXISTS", Token: TokenDefaultSecurityGroup, Phase: PhaseCreate, Code: "InvalidVpcID.NotFound", Confidence: Verified,
		Says:   "The VPC whose default group is taken over exists.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			if _, ok := c.VPC(c.New.Str("vpcId")); ok {
				return ""
			}
			return fmt.Sprintf("The vpc ID '%s' does not exist", c.New.Str("vpcId"))
		},
	},
	{
		ID: "SG-DEFAULT-ADOPTED", Token: TokenDefaultSecurityGroup, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A default group that a program takes over has the rules that the program gives, and none where it gives none. It keeps them when the resource is deleted.",
		Source: providerEC2 + "defaultsecuritygroup/",
	},
}
