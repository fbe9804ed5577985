package components

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecretsMustBeArns(t *testing.T) {
	_, err := secretsPolicy([]string{"password"}, nil)
	assert.ErrorContains(t, err, `"password" in secrets must be the ARN of a Secrets Manager secret`)
}

// policyInputs are the inputs that grant something, by type, and the input that says
// to whom or of what, unless it is the resource itself.
var policyInputs = map[string]struct{ input, of string }{
	roleToken:                          {"assumeRolePolicy", ""},
	policyToken:                        {"policy", "role"},
	"aws:sns/topicPolicy:TopicPolicy":  {"policy", "arn"},
	"aws:s3/bucketPolicy:BucketPolicy": {"policy", "bucket"},
	"aws:appautoscaling/policy:Policy": {},
	// What a policy of yours allows the task role.
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"policyArn", "role"},
	"aws:ec2/vpcEndpoint:VpcEndpoint":                   {"policy", ""},
}

// rights are all that a program grants to anybody, by the resource that does.
func rights(t *testing.T, m *mocks) map[string]any {
	granted := map[string]any{}
	for _, r := range m.registrations {
		kind, listed := policyInputs[r.typ]
		assert.True(t, listed || !strings.Contains(r.typ, "olicy"), "%s is a policy that this test doesn't list", r.typ)
		policy, there := r.inputs[kind.input]
		if !there {
			continue
		}
		who := r.typ + " " + r.name
		if kind.of != "" {
			who += fmt.Sprintf(", of %v", r.inputs[kind.of])
		}
		if text := policy.(string); strings.HasPrefix(text, "{") {
			granted[who] = decoded(t, text)
		} else {
			granted[who] = text
		}
	}
	return granted
}

// TestEveryRightGranted is the whole of what the components give to anybody: each
// action and resource, by role, topic and bucket.
func TestEveryRightGranted(t *testing.T) {
	exec := everything()
	exec.ReadOnlyRootFilesystem = nil
	exec.ExecuteCommand = true
	granted := map[string]any{
		"a FargateService by default":      rights(t, runFargate(t, "web", fargateArgs())),
		"a FargateService with everything": rights(t, runFargate(t, "web", exec)),
	}
	for name, s := range samples {
		made := rights(t, runSample(t, s, noOptions))
		if s.typ != FargateServiceType && len(made) > 0 {
			granted["a sample of "+name] = made
		}
	}
	text, err := json.Marshal(granted)
	require.NoError(t, err)
	golden(t, "rights.json", string(text))
	// What is denied may be everything.
	allowed := regexp.MustCompile(`"Action":\["s3:\*"\],"Condition":\{"Bool":\{"aws:SecureTransport":"false"\}\},"Effect":"Deny"`).ReplaceAllString(string(text), "")
	assert.NotRegexp(t, `"Action":\[[^]]*\*`, allowed, "no wildcard of actions")
}

// What a policy names is what IAM compares: the whole ARN of a secret, with the six
// characters that AWS adds, whether the configuration has them or not.
func TestSecretsAreGrantedInEachForm(t *testing.T) {
	const secret, parameter = "arn:aws:secretsmanager:us-east-1:111111111111:secret:", "arn:aws:ssm:us-east-1:111111111111:parameter/app/key"
	for _, test := range []struct {
		name, arn string
		want      []string
	}{
		{"whole", secret + "db-AbC1eF", []string{secret + "db-AbC1eF"}},
		{"a key of its JSON", secret + "db-AbC1eF:password::", []string{secret + "db-AbC1eF"}},
		{"a version", secret + "db-AbC1eF:::v1", []string{secret + "db-AbC1eF"}},
		{"without the end", secret + "db", []string{secret + "db-??????"}},
		{"without the end, a key", secret + "a/db:password::", []string{secret + "a/db-??????"}},
		{"a word that looks like the end", secret + "my-secret", []string{secret + "my-secret", secret + "my-secret-??????"}},
		{"a parameter", parameter, []string{parameter}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, resources, err := secretAccess(test.arn)
			require.NoError(t, err)
			assert.Equal(t, test.want, resources)
		})
	}
}
