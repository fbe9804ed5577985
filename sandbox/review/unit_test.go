package review

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// The table speaks of types and inputs that exist; a misspelt one would never match.
func TestConsequencesNameWhatExists(t *testing.T) {
	modelled := map[string]*world.Type{}
	for _, of := range world.Types() {
		modelled[of.Token] = of
	}
	for _, row := range consequences {
		assert.Contains(t, ops, row.op, row.typ)
		assert.True(t, strings.HasSuffix(row.says, "."), "%q is no sentence", row.says)
		if of := modelled[row.typ]; of != nil && row.property != "" {
			assert.True(t, of.Models(row.property), "%s has no input %s", row.typ, row.property)
		} else if of == nil {
			assert.Equal(t, record, row.typ, "the sandbox does not model %s", row.typ)
		}
	}
}

func TestConsequencesOf(t *testing.T) {
	change := func(op Op, typ string, properties ...Property) Change {
		return Change{Op: op, Type: typ, Properties: properties}
	}
	tests := map[string]struct {
		change Change
		want   []string
	}{
		"a property's own sentence": {change(Update, listener, Property{Path: "port"}), []string{"No new connections on the old port."}},
		"a part of a property":      {change(Update, service, Property{Path: "loadBalancers[0].targetGroupArn"}), []string{reconnectOnce}},
		"a value":                   {change(Update, endpoints, Property{Path: "acceptanceRequired", After: "true"}), []string{"Consumers stay connected. New endpoints wait until they are accepted."}},
		"any change of an update":   {change(Update, lb, Property{Path: "tags.Name"}), []string{"Consumers stay connected."}},
		"a property and any":        {change(Update, lb, Property{Path: "subnets"}), []string{"Consumers stay connected. The endpoint service doesn't get a new zone by itself."}},
		"a property and replaced": {change(Replace, lb, Property{Path: "internal", Before: "true", After: "false"}), []string{
			"It gets public addresses: from the internet, whoever its security group admits reaches it.",
			"It has a new DNS name and new addresses. The endpoint service has to exchange its load balancer: " + refused + " Raise provider.loadBalancer.generation with the change: see docs/replacing-the-load-balancer.md.",
		}},
		"nothing known":           {change(Update, listener, Property{Path: "tags.Name"}), nil},
		"an unknown replacement":  {change(Replace, "aws:x/y:Y"), []string{"A new one takes its place."}},
		"the principal everybody": {change(Create, principal, Property{Path: "principalArn", After: "*"}), []string{"Every AWS account may make endpoints."}},
	}
	for name, test := range tests {
		assert.Equal(t, test.want, consequencesOf(test.change), name)
	}
}

const groupID = "sg-0a1b2c3d4e5f60718"

func stackOf(resources ...apitype.ResourceV3) []cost.Stack {
	return []cost.Stack{{Name: "x", Role: "provider", Resources: resources}}
}

func deployed(typ, name, id string, outputs map[string]any) apitype.ResourceV3 {
	return apitype.ResourceV3{
		URN:  resource.NewURN("x", "fargate-privatelink", "", tokens.Type(typ), name),
		Type: tokens.Type(typ), Custom: true, ID: resource.ID(id), Outputs: outputs,
	}
}

func TestNames(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/web-nlb-1a2b3c4/0123456789abcdef"
	n := newNames(stackOf(
		deployed(secGroup, "web", groupID, nil),
		deployed(lb, "web-nlb", arn, map[string]any{
			"arn": arn, "name": "web-nlb-1a2b3c4", "dnsName": "web-nlb-1a2b3c4-0123456789abcdef.elb.us-east-1.amazonaws.com",
			"securityGroups": []any{groupID},
		}),
		deployed(endpoint, "web", "vpce-0a1b2c3d4e5f60718", map[string]any{
			"dnsEntries": []any{map[string]any{"dnsName": "vpce-0a1b2c3d4e5f60718-0a1b2c3d.vpce-svc-1.us-east-1.vpce.amazonaws.com"}},
		}),
	))
	for text, want := range map[string]string{
		groupID:                                  "SecurityGroup web",
		arn:                                      "LoadBalancer web-nlb",
		"web-nlb-1a2b3c4":                        "web-nlb",
		"no rule of " + groupID + ", " + groupID: "no rule of SecurityGroup web, SecurityGroup web",
		"web-nlb-1a2b3c4-0123456789abcdef.elb.us-east-1.amazonaws.com":                  "LoadBalancer web-nlb dnsName",
		"vpce-0a1b2c3d4e5f60718-0a1b2c3d.vpce-svc-1.us-east-1.vpce.amazonaws.com":       "VpcEndpoint web dnsEntries[0].dnsName",
		"arn:aws:iam::333333333333:root":                                                "arn:aws:iam::333333333333:root",
		"nginx@sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac": "nginx@sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac",
		"vpc-99999999999999999": "vpc-99999999999999999",
	} {
		assert.Equal(t, want, n.replace(text))
	}
}

func TestPropertiesOf(t *testing.T) {
	hidden := map[string]any{resource.SigKey: resource.SecretSig, "ciphertext": "AAA", "plaintext": "hunter2"}
	state := func(inputs map[string]any) *apitype.StepEventStateMetadata {
		return &apitype.StepEventStateMetadata{Inputs: inputs, Custom: true}
	}
	step := apitype.StepEventMetadata{
		Op: apitype.OpUpdate, URN: "urn:pulumi:x::y::aws:ecs/service:Service::web",
		Old: state(map[string]any{
			"__defaults": []any{"name"}, "same": "a", "gone": "x", "name": "web-1234567", "secret": hidden,
			"groups": []any{groupID}, "rules": []any{map[string]any{"port": 80.0}},
			"document": `[{"image":"nginx:1","environment":[{"name":"A","value":"1"}]}]`,
		}),
		New: state(map[string]any{
			"__defaults": []any{}, "same": "a", "added": true, "name": "web-7654321", "secret": hidden,
			"groups": []any{groupID, plugin.UnknownStringValue}, "rules": []any{map[string]any{"port": 81.0}},
			"document": `[{"image":"nginx:2","environment":[{"name":"A","value":"1"}]}]`,
		}),
	}
	n := newNames(stackOf(deployed(secGroup, "web", groupID, nil)))
	n.learnPlanned(step)
	assert.Equal(t, []Property{
		{Path: "added", After: "true"},
		{Path: "document[0].image", Before: "nginx:1", After: "nginx:2"},
		{Path: "gone", Before: "x"},
		{Path: "groups", Before: "[SecurityGroup web]", After: "[SecurityGroup web, " + notKnown + "]"},
		{Path: "rules[0].port", Before: "80", After: "81"},
	}, propertiesOf(step, n))

	step.Old, step.Op = nil, apitype.OpCreate
	for _, p := range propertiesOf(step, newNames()) {
		assert.NotContains(t, p.After, "hunter2")
		if p.Path == "secret" {
			assert.Equal(t, secret, p.After)
		}
	}
	step.Op = apitype.OpDelete
	assert.Empty(t, propertiesOf(step, newNames()))
}

// A replacement comes as three steps, in one order or the other; it is one change.
func TestPlanMergesAReplacement(t *testing.T) {
	full := &apitype.StepEventStateMetadata{Custom: true, Inputs: map[string]any{"internal": "x"}}
	step := func(op apitype.OpType) deploy.Step {
		return deploy.Step{Metadata: apitype.StepEventMetadata{
			Op: op, URN: "urn:pulumi:x::y::" + lb + "::web", Type: lb, Old: full, New: full, Keys: []string{"internal"},
		}}
	}
	for _, order := range [][]apitype.OpType{
		{apitype.OpCreateReplacement, apitype.OpReplace, apitype.OpDeleteReplaced},
		{apitype.OpDeleteReplaced, apitype.OpReplace, apitype.OpCreateReplacement},
	} {
		p := newPlan()
		for _, op := range order {
			p.watch(step(op))
		}
		p.watch(deploy.Step{Metadata: apitype.StepEventMetadata{Op: apitype.OpCreate, URN: "urn:pulumi:x::y::a:b:C::web", New: &apitype.StepEventStateMetadata{}}})
		changes := p.changes("provider", newNames())
		require.Len(t, changes, 1, "a component is no change")
		assert.Equal(t, Replace, changes[0].Op)
		assert.Equal(t, []string{"internal"}, changes[0].Because)
	}
}

func TestPaths(t *testing.T) {
	of := func(name string, wanted bool, why string) path {
		return path{From: name, To: "port 80/tcp", Wanted: wanted, Why: why}
	}
	base := &snapshot{paths: []path{
		of("stays", true, ""), of("closes", true, ""), of("goes", true, ""), of("never", true, "no rule"),
		of("opens", true, "no rule"), of("a stranger", false, "no rule"), of("the internet", false, ""),
	}}
	head := &snapshot{unchecked: "no endpoint", paths: []path{
		of("stays", true, ""), of("closes", true, "security group: no rule"), of("never", true, "no rule"),
		of("opens", true, ""), of("a stranger", false, ""), of("the internet", false, "no rule"), of("new and closed", true, "no rule"),
	}}
	var r Review
	r.paths(base, head, newNames())
	assert.Equal(t, []path{
		of("closes", true, "security group: no rule"),
		of("goes", true, "it is no longer among the service's ports or zones"),
		of("the internet", false, "no rule"),
	}, r.Closed)
	assert.Equal(t, []path{of("opens", true, ""), of("a stranger", false, "")}, r.Opened)
	assert.Equal(t, []string{"The paths of the change are not known: no endpoint."}, r.Notes)
	assert.Equal(t, []string{"2 paths closed"}, r.Reasons(), "that others can't connect any more breaks nobody")
}

func TestStacksOfOneSide(t *testing.T) {
	var r Review
	r.stacks([]deploy.Stack{{Name: "provider"}, {Name: "old"}}, []deploy.Stack{{Name: "provider"}, {Name: "new"}})
	assert.Equal(t, []string{
		"Stack new is new: everything in it is created.",
		"Stack old has no file any more. That deletes nothing: what it has deployed stays, and is billed, until pulumi destroy --stack old.",
	}, r.Notes)
	assert.Empty(t, r.Reasons())
}

func TestContracts(t *testing.T) {
	c := contract.Contract{
		Version: 1, ServiceName: "com.amazonaws.vpce.us-east-1.vpce-svc-1", ServiceId: "vpce-svc-1", Region: "us-east-1",
		Ports: []contract.Port{{Port: 80, Protocol: "tcp"}}, AvailabilityZoneIds: []string{"use1-az1"},
	}
	with, err := c.Value()
	require.NoError(t, err)
	c.Ports[0].Port = 81
	other, err := c.Value()
	require.NoError(t, err)
	of := func(value any) *snapshot {
		outputs := map[string]any{}
		if value != nil {
			outputs["contract"] = value
		}
		return &snapshot{outputs: map[string]map[string]any{"provider": outputs}}
	}
	stacks := []deploy.Stack{{Name: "provider", Role: "provider"}, {Name: "consumer", Role: "consumer"}}
	for name, test := range map[string]struct {
		before, after any
		level         contract.Level
		note          string
	}{
		"unchanged":   {with, with, contract.None, ""},
		"changed":     {with, other, contract.Major, ""},
		"a new stack": {nil, with, contract.Minor, "the stack is new"},
		"it is gone":  {with, nil, contract.Major, "it is gone"},
		"never there": {nil, nil, contract.None, "there is none on either side"},
	} {
		var r Review
		require.NoError(t, r.contracts(of(test.before), of(test.after), stacks), name)
		require.Len(t, r.Contracts, 1, name)
		assert.Equal(t, test.level, r.Contracts[0].Level, name)
		assert.Equal(t, test.note, r.Contracts[0].Note, name)
		assert.Equal(t, test.level == contract.Major, len(r.Reasons()) > 0, name)
	}
	var r Review
	require.ErrorContains(t, r.contracts(of(map[string]any{"version": 2}), of(with), stacks), "the base's stack provider: contract.version is 2")
}

// What a pull request brings along can't leave its place in the Markdown.
func TestMarkdownHoldsValues(t *testing.T) {
	r := &Review{
		Changes: []Change{{
			Stack: "p|x", Op: Create, Type: "aws:a/b:C", Name: "na`me",
			Properties: []Property{{Path: "command", After: "```\n</details>\n# oh " + strings.Repeat("x", 2*longest)}},
		}},
		Opened: []path{{From: "<img src=x>", To: "*[a](b)*"}},
		Notes:  []string{"a\nb <b>"},
		Cost:   &CostChange{Before: &cost.Estimate{}, After: &cost.Estimate{}},
	}
	text := r.Markdown("ma`in")
	assert.Contains(t, text, "compared with `ma'in`")
	assert.Contains(t, text, "| `p\\|x` | create | `aws:a:C` `na'me` |")
	assert.Contains(t, text, "&lt;img src=x&gt; to \\*\\[a](b)\\*")
	assert.Contains(t, text, "> a b &lt;b&gt;")
	assert.Contains(t, text, "````diff\n", "a fence that the value can't close")
	assert.Contains(t, text, "```\\n</details>\\n# oh ")
	assert.Less(t, len(text), 3*longest+1000)
}
