package plugin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

func TestCallerOf(t *testing.T) {
	t.Parallel()
	role := func(account string) string {
		return `[{"roleArn":"arn:aws:iam::` + account + `:role/deploy"}]`
	}
	tests := []struct {
		name    string
		config  world.Props
		account string
		err     string
	}{
		{
			name:    "the one allowed account, as the engine sends it",
			config:  world.Props{"region": "us-east-1", "allowedAccountIds": `["111111111111"]`},
			account: "111111111111",
		},
		{
			name:    "the one allowed account, as a list",
			config:  world.Props{"region": "us-east-1", "allowedAccountIds": []any{"111111111111"}},
			account: "111111111111",
		},
		{
			name:    "the last role of a chain",
			config:  world.Props{"region": "us-east-1", "assumeRoles": role("222222222222")},
			account: "222222222222",
		},
		{
			name:    "the role wins over several allowed accounts",
			config:  world.Props{"region": "us-east-1", "assumeRoles": role("222222222222"), "allowedAccountIds": `["111111111111","222222222222"]`},
			account: "222222222222",
		},
		{
			name:   "a role in an account that is not allowed",
			config: world.Props{"region": "us-east-1", "assumeRoles": role("333333333333"), "allowedAccountIds": `["111111111111"]`},
			err:    "AWS account ID not allowed: 333333333333 (aws:allowedAccountIds has 111111111111)",
		},
		{
			name:   "no account",
			config: world.Props{"region": "us-east-1"},
			err: "the sandbox can't tell which account this stack deploys to: set aws:allowedAccountIds to one account id " +
				"(it has 0) or aws:assumeRoles to a role",
		},
		{
			name:   "no region",
			config: world.Props{"allowedAccountIds": `["111111111111"]`},
			err:    "aws:region is not set: the provider has no region to deploy to (pulumi config set aws:region us-east-1)",
		},
		{
			name:   "no role's ARN",
			config: world.Props{"region": "us-east-1", "assumeRoles": `[{"roleArn":"deploy"}]`},
			err:    `aws:assumeRoles: "deploy" is not the ARN of a role (arn:aws:iam::123456789012:role/name)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			caller, err := callerOf(tt.config)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.account, caller.Account)
			assert.Equal(t, "us-east-1", caller.Region)
		})
	}
}
