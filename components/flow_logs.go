package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// FlowLogsArgs record the traffic of a VPC. See
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html.
type FlowLogsArgs struct {
	// Enabled records the traffic (default true).
	Enabled *bool `pulumi:"enabled,optional" default:"true"`
	// TrafficType is which traffic is recorded: ALL (default), ACCEPT or REJECT. To change
	// it replaces the flow log.
	TrafficType string `pulumi:"trafficType,optional" default:"ALL" enum:"ALL,ACCEPT,REJECT"`
	// RetentionDays is how long CloudWatch Logs keeps the records, in days (default 14): one
	// of the numbers that AWS lists. See
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
	RetentionDays *int `pulumi:"retentionDays,optional" default:"14"`
	// KmsKeyArn is the customer managed key that encrypts the records (default:
	// CloudWatch's own). Its policy must let CloudWatch Logs use it.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional" form:"kmsKey" in:"region"`
	// PermissionsBoundaryArn is an IAM policy that limits what the flow log's role can be
	// allowed (default none, and on the provider's side service.permissionsBoundaryArn). See
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional" form:"policy" in:"account"`
}

// Check checks the retention.
func (l *FlowLogsArgs) Check(at check.Path, f *check.Faults) {
	listed(at.Key("retentionDays"), *l.RetentionDays, logRetentions, "", f)
}

// flowLogActions are what the flow logs' role does in its log group; it also lists all log
// groups, which has no narrower ARN. See
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html.
var flowLogActions = []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}

// newFlowLogs records the traffic of a VPC, where asked.
func newFlowLogs(s scope, args *FlowLogsArgs, vpcId pulumi.StringInput) error {
	if args == nil || !*args.Enabled {
		return nil
	}
	name := s.named("flow-logs")
	logs, err := cloudwatch.NewLogGroup(s.ctx, name, &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(*args.RetentionDays), KmsKeyId: args.KmsKeyArn, Tags: s.tagged(name),
	}, s.parent)
	if err != nil {
		return err
	}
	role, policy, err := newFlowLogRole(s, name, logs, args.PermissionsBoundaryArn)
	if err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(s.ctx, name, &ec2.FlowLogArgs{
		VpcId:              vpcId,
		TrafficType:        pulumi.String(args.TrafficType),
		LogDestinationType: pulumi.String("cloud-watch-logs"),
		LogDestination:     logs.Arn,
		IamRoleArn:         role.Arn,
		Tags:               s.tagged(name),
	}, s.parent, pulumi.DependsOn([]pulumi.Resource{policy}))
	return err
}

func newFlowLogRole(
	s scope, name string, logs *cloudwatch.LogGroup, boundary pulumi.StringPtrInput,
) (*iam.Role, *iam.RolePolicy, error) {
	site, err := s.site()
	if err != nil {
		return nil, nil, err
	}
	caller, err := aws.GetCallerIdentity(s.ctx, &aws.GetCallerIdentityArgs{}, s.parent)
	if err != nil {
		return nil, nil, err
	}
	trust, err := policyJSON(statement{
		Principal: map[string]any{"Service": "vpc-flow-logs.amazonaws.com"},
		Action:    []string{"sts:AssumeRole"},
		Condition: map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": caller.AccountId},
			"ArnLike":      map[string]any{"aws:SourceArn": site.arn("ec2", caller.AccountId, "vpc-flow-log/*")},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(s.ctx, name, &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(trust), PermissionsBoundary: boundary, Tags: s.tagged(name),
	}, s.parent)
	if err != nil {
		return nil, nil, err
	}
	policy, err := iam.NewRolePolicy(s.ctx, name, &iam.RolePolicyArgs{
		Role: role.Name,
		Policy: logs.Arn.ApplyT(func(arn string) (string, error) {
			return policyJSON(statement{Action: flowLogActions, Resource: []string{arn + ":*"}},
				statement{Action: []string{"logs:DescribeLogGroups"}, Resource: []string{"*"}})
		}).(pulumi.StringOutput),
	}, s.parent)
	return role, policy, err
}
