package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// Another label for the same destination is the same rule.
func TestEgressRulesAreNamedByWhatTheyAdmit(t *testing.T) {
	names := func(label string) []string {
		var all []string
		for _, r := range egressRules(map[string]EgressRuleArgs{label: {
			Protocol: "tcp", Port: pulumi.IntRef(5432), CidrBlocks: []string{"10.9.0.0/24"}, SecurityGroupIds: pulumi.ToStringArray([]string{"sg-0a1b2c3d"}),
		}}) {
			all = append(all, r.logicalName(scope{name: "web"}, egress))
			assert.Equal(t, []string{label + "-" + r.key}, r.former)
		}
		return all
	}
	assert.Equal(t, []string{"web-egress-10.9.0.0-24-5432-tcp", "web-egress-sg-0a1b2c3d-5432-tcp"}, names("db"))
	assert.Equal(t, names("db"), names("database"))
}
