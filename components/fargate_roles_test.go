package components

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFargateServiceRoles(t *testing.T) {
	m := runFargate(t, "web", fargateArgs())
	for _, role := range []string{"web-execution", "web-task"} {
		var trust map[string]any
		inputs := m.get(t, roleToken, role).inputs
		require.NoError(t, json.Unmarshal([]byte(inputs["assumeRolePolicy"].(string)), &trust))
		assert.Equal(t, map[string]any{
			"Version": "2012-10-17",
			"Statement": []any{map[string]any{
				"Effect": "Allow", "Action": []any{"sts:AssumeRole"}, "Principal": map[string]any{"Service": "ecs-tasks.amazonaws.com"},
				"Condition": map[string]any{
					"StringEquals": map[string]any{"aws:SourceAccount": "111111111111"},
					"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ecs:us-east-1:111111111111:*"},
				},
			}},
		}, trust)
		assert.NotContains(t, inputs, "inlinePolicies")
		assert.NotContains(t, inputs, "managedPolicyArns")
		assert.NotContains(t, inputs, "permissionsBoundary")
	}
	// The only policy is the execution role's: the code in the container has no rights.
	require.Len(t, m.find(policyToken), 1)
	assert.Equal(t, "web-execution-1234567", m.get(t, policyToken, "web-execution").inputs["role"])
	assert.Empty(t, m.find("aws:iam/rolePolicyAttachment:RolePolicyAttachment"))

	m = runFargate(t, "web", everything())
	for _, role := range m.find(roleToken) {
		assert.Equal(t, "arn:aws:iam::111111111111:policy/boundary", role.inputs["permissionsBoundary"], role.name)
	}
}

// The execution role pulls from the images' own repositories, each once, and from none
// where no image is in Amazon ECR.
func TestExecutionPolicy(t *testing.T) {
	const logs = "arn:aws-cn:logs:cn-north-1:111111111111:log-group:web"
	written := statement{Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{logs + ":*"}}
	for name, test := range map[string]struct {
		images       []string
		repositories []string
	}{
		"elsewhere": {images: []string{"nginx:alpine", "public.ecr.aws/nginx/nginx"}},
		"Amazon ECR": {
			images: []string{
				"111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1", "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/web@sha256:01",
				"nginx", "222222222222.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn/team/agent",
			},
			repositories: []string{
				"arn:aws-cn:ecr:cn-north-1:111111111111:repository/web", "arn:aws-cn:ecr:cn-northwest-1:222222222222:repository/team/agent",
			},
		},
	} {
		want := []statement{written}
		if test.repositories != nil {
			want = append(want,
				statement{Effect: "Allow", Action: []string{"ecr:GetAuthorizationToken"}, Resource: []string{"*"}},
				statement{Effect: "Allow", Action: pullActions, Resource: test.repositories})
		}
		text, err := executionPolicy("aws-cn", logs, test.images)
		require.NoError(t, err)
		var got struct{ Statement []statement }
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.Equal(t, want, got.Statement, name)
	}
}
