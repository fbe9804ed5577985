package components

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecretsMustBeArns(t *testing.T) {
	_, err := secretsPolicy([]string{"password"}, nil)
	assert.ErrorContains(t, err, `"password" in Secrets must be the ARN of a secret`)
}

// TestEveryRightGranted is the whole of what a FargateService gives to anybody: each
// action and resource, by role.
func TestEveryRightGranted(t *testing.T) {
	exec := everything()
	exec.Containers[0].ReadOnlyRootFilesystem = false
	exec.ExecuteCommand = true
	granted := map[string]any{}
	for name, args := range map[string]*FargateServiceArgs{"by default": fargateArgs(), "with everything": exec} {
		m := runFargate(t, "web", args)
		rights := map[string]any{}
		for _, role := range m.find(roleToken) {
			rights[role.name+" is assumed"] = decoded(t, role.inputs["assumeRolePolicy"].(string))
		}
		for _, attachment := range m.find(attachmentToken) {
			rights[attachment.inputs["role"].(string)+" has AWS's policy"] = attachment.inputs["policyArn"]
		}
		for _, policy := range m.find("aws:iam/rolePolicy:RolePolicy") {
			rights[policy.inputs["role"].(string)+" may, by "+policy.name] = decoded(t, policy.inputs["policy"].(string))
		}
		granted[name] = rights
	}
	text, err := json.Marshal(granted)
	require.NoError(t, err)
	golden(t, "rights.json", string(text))
	assert.NotContains(t, strings.ReplaceAll(string(text), `"Resource":["*"]`, ""), `:*"`, "no wildcard of actions")
}
