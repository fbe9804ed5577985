package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	executionRoleSuffix = "execution"
	taskRoleSuffix      = "task"
)

// taskRoles are the two roles of a task: execution is what ECS itself uses to start
// it, task is what the code in it uses. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html.
type taskRoles struct {
	execution *iam.Role
	task      *iam.Role
	policies  []pulumi.Resource
}

// newTaskRoles makes the execution role with what it takes to pull these images and
// to write to this log group, and the task role with no rights. AWS's managed policy
// AmazonECSTaskExecutionRolePolicy would let the first read every repository and write
// to every log group. What more they get is what the arguments need. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
func newTaskRoles(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup) (*taskRoles, error) {
	execution, err := newTaskRole(s, executionRoleSuffix, args.PermissionsBoundaryArn)
	if err != nil {
		return nil, err
	}
	task, err := newTaskRole(s, taskRoleSuffix, args.PermissionsBoundaryArn)
	if err != nil {
		return nil, err
	}
	roles := &taskRoles{execution: execution, task: task}
	return roles, roles.grant(s, args, logs)
}

// newTaskRole makes a role that ECS tasks, and nobody else, may assume.
func newTaskRole(s scope, suffix string, boundary pulumi.StringPtrInput) (*iam.Role, error) {
	trust, err := policyJSON(statement{
		Principal: map[string]any{"Service": "ecs-tasks.amazonaws.com"},
		Action:    []string{"sts:AssumeRole"},
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
