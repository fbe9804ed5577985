package plugin

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The package schema has each type with its properties' types, as the SDK has them.
func TestAWSPackage(t *testing.T) {
	t.Parallel()
	text, err := awsPackage()
	require.NoError(t, err)
	var got struct {
		Name, Version string
		Provider      struct{ InputProperties map[string]any }
		Resources     map[string]struct {
			InputProperties, Properties map[string]any
			RequiredInputs              []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, "aws", got.Name)
	assert.Equal(t, awsVersion, got.Version)
	assert.Len(t, got.Resources, len(schemas))
	assert.Contains(t, got.Provider.InputProperties, "allowedAccountIds")
	rule := got.Resources["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"]
	assert.Equal(t, []string{"ipProtocol", "securityGroupId"}, rule.RequiredInputs)
	assert.Equal(t, map[string]any{"type": "integer"}, rule.InputProperties["fromPort"])
	assert.Contains(t, rule.Properties, "securityGroupRuleId")
	assert.NotContains(t, rule.InputProperties, "securityGroupRuleId", "it is computed")
	balancer := got.Resources["aws:lb/loadBalancer:LoadBalancer"].InputProperties
	assert.Equal(t, map[string]any{"type": "array", "items": map[string]any{"type": "string"}}, balancer["subnets"])
	assert.Equal(t, map[string]any{"$ref": "pulumi.json#/Any"}, balancer["accessLogs"])
}
