package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	executionRoleSuffix = "execution"
	taskRoleSuffix      = "task"
	executionPolicy     = "service-role/AmazonECSTaskExecutionRolePolicy"
)

// taskRoles are the two roles of a task: execution is what ECS itself uses to start
// it, task is what the code in it uses. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html.
type taskRoles struct {
	execution *iam.Role
	task      *iam.Role
	policies  []pulumi.Resource
}

// newTaskRoles makes the execution role with AWS's managed policy, which lets it
// pull images from Amazon ECR and write logs, and the task role with no rights. What
// more they get is what the arguments need, in policies of their own. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
func newTaskRoles(s scope, args *FargateServiceArgs) (*taskRoles, error) {
	partition, err := aws.GetPartition(s.ctx, &aws.GetPartitionArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	execution, err := newTaskRole(s, executionRoleSuffix)
	if err != nil {
		return nil, err
	}
	task, err := newTaskRole(s, taskRoleSuffix)
	if err != nil {
		return nil, err
	}
	attachment, err := iam.NewRolePolicyAttachment(s.ctx, s.named(executionRoleSuffix), &iam.RolePolicyAttachmentArgs{
		Role:      execution.Name,
		PolicyArn: pulumi.String("arn:" + partition.Partition + ":iam::aws:policy/" + executionPolicy),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	roles := &taskRoles{execution: execution, task: task, policies: []pulumi.Resource{attachment}}
	return roles, roles.grant(s, args)
}

// newTaskRole makes a role that ECS tasks, and nobody else, may assume.
func newTaskRole(s scope, suffix string) (*iam.Role, error) {
	trust, err := policyJSON(statement{
		Principal: map[string]any{"Service": "ecs-tasks.amazonaws.com"},
		Action:    []string{"sts:AssumeRole"},
	})
	if err != nil {
		return nil, err
	}
	name := s.named(suffix)
	return iam.NewRole(s.ctx, name, &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(trust),
		Tags:             s.tagged(name),
	}, s.parent)
}
