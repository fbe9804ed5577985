package world_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"fargate-privatelink/sandbox/plugin"
	"fargate-privatelink/sandbox/world"
)

// sparse are the types of Terraform's newer plugin framework, which, as the
// recordings show, say nothing of what is not set.
var sparse = []string{
	"aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification",
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}

// TestShownOutputsAreTheSDKs: what a create, an update and a read show of each type
// is what the SDK's type has, no less and no more.
func TestShownOutputsAreTheSDKs(t *testing.T) {
	world.EachShown(t, func(token, call string, outputs world.Props) {
		wrong := plugin.OutputMismatches(token, outputs)
		if slices.Contains(sparse, token) {
			wrong = slices.DeleteFunc(wrong, func(m string) bool { return strings.HasSuffix(m, "is not shown") })
		}
		assert.Empty(t, wrong, "%s of %s", call, token)
	})
}
