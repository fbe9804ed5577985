package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A deployment that was rolled back is an error where somebody waited for it, and says
// which revision runs and which was asked for.
func TestFargateServiceThatWasRolledBack(t *testing.T) {
	for _, test := range []struct {
		name            string
		waits, previews bool
		wantErr         bool
	}{
		{"waited for", true, false, true},
		{"not waited for", false, false, false},
		{"in a preview", true, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMocks()
			m.preview = test.previews
			m.answers["aws:ecs/getService:getService"] = func(resource.PropertyMap) (map[string]any, error) {
				return map[string]any{"taskDefinition": "arn:old:1"}, nil
			}
			err := m.run(func(ctx *pulumi.Context) error {
				args := fargateArgs()
				args.WaitForSteadyState = pulumi.BoolRef(test.waits)
				_, err := NewFargateService(ctx, "web", args)
				return err
			})
			if !test.wantErr {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "runs arn:old:1 and not "+arn("ecs", "task-definition/web")+", which was asked for: the deployment was rolled back")
			assert.ErrorContains(t, err, "aws ecs describe-services --region us-east-1 --cluster "+arn("ecs", "cluster/web")+" --services web-1234567")
		})
	}
}
