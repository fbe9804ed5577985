package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFargateServiceRoles(t *testing.T) {
	for partition, policy := range map[string]string{
		"aws":        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
		"aws-us-gov": "arn:aws-us-gov:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
	} {
		m := newMocks()
		m.answers["aws:index/getPartition:getPartition"] = answer(map[string]any{"id": partition, "partition": partition})
		require.NoError(t, m.run(func(ctx *pulumi.Context) error {
			_, err := NewFargateService(ctx, "web", fargateArgs())
			return err
		}))

		for _, role := range []string{"web-execution", "web-task"} {
			var trust map[string]any
			inputs := m.get(t, roleToken, role).inputs
			require.NoError(t, json.Unmarshal([]byte(inputs["assumeRolePolicy"].(string)), &trust))
			assert.Equal(t, map[string]any{
				"Version": "2012-10-17",
				"Statement": []any{map[string]any{
					"Effect": "Allow", "Action": []any{"sts:AssumeRole"}, "Principal": map[string]any{"Service": "ecs-tasks.amazonaws.com"},
				}},
			}, trust)
			assert.NotContains(t, inputs, "inlinePolicies")
			assert.NotContains(t, inputs, "managedPolicyArns")
		}
		// The only policy is the execution role's: the code in the container has no rights.
		require.Len(t, m.find(attachmentToken), 1)
		assert.Equal(t, map[string]any{"role": "web-execution-1234567", "policyArn": policy},
			m.get(t, attachmentToken, "web-execution").inputs)
	}
}
