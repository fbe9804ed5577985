package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	boundaryName = "task-boundary"
	// boundaryArn is the boundary's ARN as the tables of permissions have it. Its path
	// keeps it out of the deploy role's reach.
	boundaryArn = "arn:{partition}:iam::{account}:policy" + path + "{prefix}-" + boundaryName
)

// boundaryPermissions are the most that the roles of the tasks and the flow logs can be
// allowed, whatever policies the deploy role gives them. What your tasks need beyond it has to be added
// here. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
var boundaryPermissions = []permission{
	{
		// The image may be in another account, whose repository has the last word.
		sid:   "PullImages",
		sides: []string{provider},
		actions: []string{
			"ecr:BatchCheckLayerAvailability",
			"ecr:BatchGetImage",
			"ecr:GetAuthorizationToken",
			"ecr:GetDownloadUrlForLayer",
		},
	},
	{
		sid:       "WriteLogs",
		sides:     []string{provider},
		actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		resources: []string{"arn:{partition}:logs:{region}:{account}:log-group:{prefix}-*"},
	},
	{
		sid:       "WriteFlowLogs",
		feature:   flowLogs,
		actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		resources: []string{"arn:{partition}:logs:{region}:{account}:log-group:{prefix}-*"},
	},
	{
		sid:      "ListLogGroups",
		feature:  flowLogs,
		regional: true,
		actions:  []string{"logs:DescribeLogGroups"},
	},
	{
		sid:       "FillCaches",
		sides:     []string{provider},
		feature:   pullThroughCache,
		actions:   []string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"},
		resources: []string{"arn:{partition}:ecr:{region}:{account}:repository/{prefix}-*"},
	},
	{
		sid:     "ReadSecrets",
		sides:   []string{provider},
		feature: taskRights,
		actions: []string{"kms:Decrypt", "secretsmanager:GetSecretValue", "ssm:GetParameters"},
		resources: []string{
			"arn:{partition}:kms:{region}:{account}:key/*",
			"arn:{partition}:secretsmanager:{region}:{account}:secret:*",
			"arn:{partition}:ssm:{region}:{account}:parameter/*",
		},
	},
	{
		sid:     "MountFileSystems",
		sides:   []string{provider},
		feature: taskRights,
		actions: []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"},
		resources: []string{
			"arn:{partition}:elasticfilesystem:{region}:{account}:file-system/*",
		},
	},
	{
		// The sessions of ECS Exec, where they are logged.
		sid:      "LogSessions",
		sides:    []string{provider},
		feature:  taskRights,
		regional: true,
		actions:  []string{"logs:DescribeLogGroups", "logs:DescribeLogStreams"},
	},
	{
		sid:      "ExecuteCommand",
		sides:    []string{provider},
		feature:  taskRights,
		regional: true,
		actions: []string{
			"ssmmessages:CreateControlChannel",
			"ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel",
			"ssmmessages:OpenDataChannel",
		},
	},
}

// newBoundary makes the boundary and returns its ARN, which is "" on a side that
// makes no roles.
func newBoundary(ctx *pulumi.Context, cfg settings, acc account) (pulumi.StringOutput, error) {
	boundary := policies(cfg, acc, map[string][]permission{boundaryName: boundaryPermissions})
	if len(boundary) == 0 {
		return pulumi.String("").ToStringOutput(), nil
	}
	text, err := boundary[0].document.json()
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	made, err := iam.NewPolicy(ctx, boundary[0].name, &iam.PolicyArgs{
		Name:   pulumi.String(cfg.NamePrefix + "-" + boundary[0].name),
		Path:   pulumi.String(path),
		Policy: pulumi.String(text),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return made.Arn, nil
}
