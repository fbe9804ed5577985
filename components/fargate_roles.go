package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	executionRoleSuffix = "execution"
	taskRoleSuffix      = "task"
)

// taskRoles are the two roles of a task: execution is what ECS itself uses to start
// it, task is what the code in it uses. Those that exist already are nil. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html.
type taskRoles struct {
	execution, task       *iam.Role
	executionArn, taskArn pulumi.StringOutput
	policies              []pulumi.Resource
	account               string
}

// newTaskRoles makes the execution role with what it takes to pull these images and
// to write to this log group, and the task role with no rights. AWS's managed policy
// AmazonECSTaskExecutionRolePolicy would let the first read every repository and write
// to every log group. What more they get is what the arguments need. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
func newTaskRoles(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup) (*taskRoles, error) {
	caller, err := aws.GetCallerIdentity(s.ctx, &aws.GetCallerIdentityArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	roles := &taskRoles{account: caller.AccountId}
	for _, role := range []struct {
		suffix   string
		existing pulumi.StringInput
		made     **iam.Role
		arn      *pulumi.StringOutput
	}{
		{executionRoleSuffix, args.ExecutionRoleArn, &roles.execution, &roles.executionArn},
		{taskRoleSuffix, args.TaskRoleArn, &roles.task, &roles.taskArn},
	} {
		if !missing(role.existing) {
			*role.arn = role.existing.ToStringOutput()
			continue
		}
		if *role.made, err = roles.newRole(s, role.suffix, args.PermissionsBoundaryArn); err != nil {
			return nil, err
		}
		*role.arn = (*role.made).Arn
	}
	return roles, roles.grant(s, args, logs)
}

// newRole makes a role that ECS tasks of this account, and nobody else, may assume. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
func (r *taskRoles) newRole(s scope, suffix string, boundary pulumi.StringPtrInput) (*iam.Role, error) {
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	trust, err := policyJSON(statement{
		Principal: map[string]any{"Service": "ecs-tasks.amazonaws.com"},
		Action:    []string{"sts:AssumeRole"},
		Condition: map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": r.account},
			"ArnLike":      map[string]any{"aws:SourceArn": site.arn("ecs", r.account, "*")},
		},
	})
	if err != nil {
		return nil, err
	}
	name := s.named(suffix)
	return iam.NewRole(s.ctx, name, &iam.RoleArgs{
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: boundary,
		Tags:                s.tagged(name),
	}, s.parent)
}
