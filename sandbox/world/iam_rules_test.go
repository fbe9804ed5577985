package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"IAM-NAME":        tries(TokenRole, Props{"name": "my role", "assumeRolePolicy": taskTrust}),
		"IAM-POLICY-JSON": tries(TokenPolicy, Props{"policy": "allow"}),
		"IAM-ROLE-UNIQUE": tries(TokenRole, Props{"name": "exec-role", "assumeRolePolicy": taskTrust}),
		"IAM-POLICY-UNIQUE": func(st *stage) error {
			st.make(st.provider, "policy", TokenPolicy, Props{"policy": `{"Statement":[]}`})
			return st.try(TokenPolicy, Props{"name": "policy", "policy": `{"Statement":[]}`})
		},
		"IAM-ROLE-EXISTS":        tries(TokenPolicyAttachment, Props{"role": "nobody", "policyArn": taskRights}),
		"IAM-POLICY-EXISTS":      tries(TokenPolicyAttachment, Props{"role": "exec-role", "policyArn": "arn:aws:iam::111111111111:policy/none"}),
		"IAM-BOUNDARY-EXISTS":    tries(TokenRole, Props{"assumeRolePolicy": taskTrust, "permissionsBoundary": "arn:aws:iam::111111111111:policy/none"}),
		"IAM-PARTITION":          tries(TokenPolicyAttachment, Props{"role": "exec-role", "policyArn": strings.Replace(taskRights, "aws", "aws-cn", 1)}),
		"IAM-ROLE-DELETE-IN-USE": removes("exec-role"),
		"IAM-POLICY-DELETE-IN-USE": func(st *stage) error {
			arn := st.make(st.provider, "policy", TokenPolicy, Props{"policy": `{"Statement":[]}`})
			st.make(st.provider, "attached", TokenPolicyAttachment, Props{"role": "exec-role", "policyArn": arn})
			require.Equal(st.t, 1, st.show("policy").Int("attachmentCount"))
			return st.remove("policy")
		},

		"LOGS-NAME":      tries(TokenLogGroup, Props{"name": "my logs"}),
		"LOGS-RETENTION": tries(TokenLogGroup, Props{"retentionInDays": 2.0}),
		"LOGS-UNIQUE":    tries(TokenLogGroup, Props{"name": "logs"}),
	})
}

// TestRoleAllows: what a role may do follows from all of its policies.
func TestRoleAllows(t *testing.T) {
	st := newStage(t)
	const arn = "arn:aws:iam::111111111111:role/exec-role"
	secret := "arn:aws:secretsmanager:us-east-1:111111111111:secret:db/password-abc"
	allowed := func(action, resource string) (ok bool) {
		st.view(func(tx *Tx) { ok = tx.roleAllows(arn, action, resource) })
		return ok
	}
	require.True(t, allowed("logs:CreateLogStream", "*"), "by the managed policy")
	require.False(t, allowed("secretsmanager:GetSecretValue", secret))

	st.make(st.provider, "inline", TokenRolePolicy, Props{
		"role": "exec-role", "policy": `{"Statement":{"Effect":"Allow","Action":"secretsmanager:get*","Resource":"arn:aws:secretsmanager:*:111111111111:secret:db/*"}}`,
	})
	require.True(t, allowed("secretsmanager:GetSecretValue", secret), "by the inline policy")
	require.False(t, allowed("secretsmanager:GetSecretValue", strings.Replace(secret, "db/", "web/", 1)))
	require.Len(t, st.show("exec-role").List("inlinePolicies"), 1)

	policy := st.make(st.provider, "denial", TokenPolicy, Props{
		"policy": `{"Statement":[{"Effect":"Deny","NotAction":"logs:*","Resource":["*"]}]}`,
	})
	st.make(st.provider, "denied", TokenPolicyAttachment, Props{"role": "exec-role", "policyArn": policy})
	require.False(t, allowed("secretsmanager:GetSecretValue", secret), "a denial wins")
	require.True(t, allowed("logs:PutLogEvents", "*"))

	elsewhere := st.make(st.provider, "elsewhere", TokenPolicy, Props{
		"policy": `{"Statement":[{"Effect":"Deny","Action":"logs:*","NotResource":"arn:aws:logs:us-east-1:111111111111:*"}]}`,
	})
	st.make(st.provider, "denied-elsewhere", TokenPolicyAttachment, Props{"role": "exec-role", "policyArn": elsewhere})
	require.False(t, allowed("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:logs"), "a denial of all but some")
	require.True(t, allowed("logs:PutLogEvents", "arn:aws:logs:us-east-1:111111111111:log-group:logs"))
	require.NoError(t, st.change("exec-role", Props{"permissionsBoundary": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"}))
	require.False(t, allowed("logs:PutLogEvents", "*"), "the boundary doesn't allow it")
}
