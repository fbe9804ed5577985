package components

import (
	"encoding/json"

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
	execution  *iam.Role
	task       *iam.Role
	attachment pulumi.Resource
}

// newTaskRoles makes the execution role with AWS's managed policy, which lets it
// pull images from Amazon ECR and write logs, and the task role with no rights. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
func newTaskRoles(s scope) (*taskRoles, error) {
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
	return &taskRoles{execution: execution, task: task, attachment: attachment}, nil
}

// policyDocument is a role's trust policy. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Effect    string
	Principal map[string]string
	Action    string
}

// newTaskRole makes a role that ECS tasks, and nobody else, may assume.
func newTaskRole(s scope, suffix string) (*iam.Role, error) {
	trust, err := json.Marshal(policyDocument{
		Version: "2012-10-17",
		Statement: []policyStatement{{
			Effect:    "Allow",
			Principal: map[string]string{"Service": "ecs-tasks.amazonaws.com"},
			Action:    "sts:AssumeRole",
		}},
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
