package review

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"

	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
)

// What a change does depends on where it is: who has the resource, what it leads to and
// what is left.
func TestCircumstances(t *testing.T) {
	const aws, ours = "com.amazonaws.us-east-1.ecr.api", "com.amazonaws.vpce.us-east-1.vpce-svc-1"
	is := func(typ, name, service string) apitype.ResourceV3 {
		return deployed(typ, name, name, map[string]any{"serviceName": service})
	}
	base := []apitype.ResourceV3{
		is(eip, "one", ""), is(eip, "two", ""), is(nat, "one", ""), is(endpoint, "ecr", aws), is(endpoint, "web", ours), is(endpoint, "regional", aws),
	}
	named := func(service string) []Property { return []Property{{Path: "serviceName", After: service}} }
	for name, test := range map[string]struct {
		changes  []Change
		severity Severity
		says     []string
	}{
		"a consumer's route": {
			[]Change{{Stack: "consumer", Op: Delete, Type: route, Consequences: []string{noPull}}}, Harmless, []string{"Clients reach an interface endpoint without it."},
		},
		"a provider's route": {[]Change{{Stack: "provider", Op: Delete, Type: route, Consequences: []string{noPull}}}, Harmless, []string{noPull}},
		"an endpoint to one of AWS's services": {
			[]Change{{Stack: "provider", Op: Create, Type: endpoint, Name: "new", Properties: named(aws), Consequences: []string{"x"}}},
			Harmless, []string{"What is in its VPC reaches the AWS service by it."},
		},
		"an endpoint to ours": {
			[]Change{{Stack: "provider", Op: Create, Type: endpoint, Name: "new", Properties: named("VpcEndpointService web serviceName"), Consequences: []string{"x"}}},
			Harmless, []string{"x"},
		},
		"an endpoint to AWS's that is deleted": {
			[]Change{{Stack: "provider", Op: Delete, Type: endpoint, Name: "ecr", Severity: CutOff}}, Harmless, []string{"What is in its VPC has to reach the AWS service in another way."},
		},
		"an endpoint to ours that is deleted": {
			[]Change{{Stack: "provider", Op: Delete, Type: endpoint, Name: "web", Severity: CutOff, Consequences: []string{"x"}}}, CutOff, []string{"x"},
		},
		"an endpoint to AWS's in another subnet": {
			[]Change{{Stack: "provider", Op: Update, Type: endpoint, Name: "ecr", Severity: Reconnect, Properties: []Property{{Path: "subnetIds"}}}},
			Harmless, []string{"It concerns what is in its VPC, and no consumer."},
		},
		"an endpoint that changes from ours to AWS's": {
			[]Change{{Stack: "provider", Op: Replace, Type: endpoint, Name: "web", Severity: CutOff, Consequences: []string{"x"}, Properties: named(aws)}}, CutOff, []string{"x"},
		},
		"one of two addresses": {[]Change{{Stack: "provider", Op: Delete, Type: eip, Consequences: []string{"x"}}}, Harmless, []string{"x"}},
		"the last address": {
			[]Change{{Stack: "provider", Op: Delete, Type: eip, Name: "one", Consequences: []string{"x"}}, {Stack: "provider", Op: Delete, Type: eip, Name: "two"}},
			Harmless, []string{"The tasks have no public address any more."},
		},
		"another for the last address": {
			[]Change{
				{Stack: "provider", Op: Delete, Type: eip, Name: "one", Consequences: []string{"x"}}, {Stack: "provider", Op: Delete, Type: eip, Name: "two"},
				{Stack: "provider", Op: Create, Type: eip, Name: "three"},
			}, Harmless, []string{"x"},
		},
		"the last NAT gateway": {
			[]Change{{Stack: "provider", Op: Delete, Type: nat, Name: "one", Consequences: []string{noPull}}},
			Harmless, []string{"PrivateLink doesn't use it. Tasks have no way to the internet by it any more: what they pull and log needs another."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := &snapshot{stacks: []cost.Stack{{Name: "provider", Resources: base}}}
			situation{before, &snapshot{}, []deploy.Stack{{Name: "provider", Role: deploy.RoleProvider}, {Name: "consumer", Role: deploy.RoleConsumer}}, test.changes}.settle()
			assert.Equal(t, test.severity, test.changes[0].Severity)
			assert.Equal(t, test.says, test.changes[0].Consequences)
		})
	}
}

// The headline is short: one reason stands in it, several below it. Columns in which no
// row has anything are left out.
func TestShortMarkdown(t *testing.T) {
	r := &Review{Changes: []Change{{Stack: "p", Op: Delete, Type: listener, Name: "a", Severity: CutOff}}, Cost: &CostChange{Before: &cost.Estimate{}, After: &cost.Estimate{}}}
	text := r.Markdown("main")
	assert.Contains(t, text, "\n**This breaks something:** clients are cut off (Listener a of stack p).\n")
	assert.Contains(t, text, "| Stack | Delete |\n| --- | --- |\n| `p` | 1 |\n")
	assert.Contains(t, text, "| Stack | What | Resource | Clients |\n| --- | --- | --- | --- |\n| `p` | delete | `aws:lb:Listener` `a` | **cut off** |\n")
	r.Closed = []path{{From: "a", To: "b", Wanted: true}}
	assert.Contains(t, r.Markdown("main"), "\n**This breaks something:**\n\n- 1 path closed\n- clients are cut off (Listener a of stack p)\n")
}
