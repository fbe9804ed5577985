package review

import (
	"net/netip"
	"slices"
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
	"fargate-privatelink/sandbox/vnet"
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
		if of := modelled[row.typ]; assert.NotNil(t, of, "the sandbox does not model %s", row.typ) && row.property != "" {
			assert.True(t, of.Models(row.property), "%s has no input %s", row.typ, row.property)
		}
	}
	for _, row := range brokenBy {
		if of := modelled[row.typ]; assert.NotNil(t, of, row.typ) && row.property != "" {
			assert.True(t, of.Models(row.property), "%s has no input %s", row.typ, row.property)
		}
	}
}

// Whoever teaches the sandbox a type has to say what its loss does to consumers.
func TestEveryTypeHasItsConsequences(t *testing.T) {
	said := func(token string, op Op) bool {
		return slices.ContainsFunc(consequences, func(row consequence) bool {
			return row.typ == token && row.op == op && row.property == ""
		})
	}
	for _, of := range world.Types() {
		if slices.Contains(harmless, of.Token) {
			assert.False(t, said(of.Token, Replace) || said(of.Token, Delete), "%s is harmless and has rows", of.Token)
			continue
		}
		replaced := Replace
		if of.Token == task {
			replaced = Revise
		}
		for _, op := range []Op{replaced, Delete} {
			assert.True(t, said(of.Token, op), "no row says what it does to consumers to %s %s, and it is not listed as harmless", op, of.Token)
		}
	}
}

func TestConsequencesOf(t *testing.T) {
	change := func(op Op, typ string, properties ...Property) Change {
		return Change{Op: op, Type: typ, Properties: properties}
	}
	tests := map[string]struct {
		change   Change
		severity Severity
		want     []string
	}{
		"a property's own sentence": {change(Update, listener, Property{Path: "port"}), CutOff, []string{"No new connections on the old port."}},
		"a part of a property":      {change(Update, service, Property{Path: "loadBalancers[0].targetGroupArn"}), Reconnect, []string{reconnectOnce}},
		"two properties that say the same": {
			change(Update, service, Property{Path: "loadBalancers[0].targetGroupArn"}, Property{Path: "taskDefinition"}), Reconnect, []string{reconnectOnce},
		},
		"the worst first": {
			change(Update, endpoint, Property{Path: "privateDnsEnabled", After: "false"}, Property{Path: "securityGroupIds"}), CutOff,
			[]string{"Clients no longer resolve the private DNS name to it.", "Other rules decide from now on which clients may connect."},
		},
		"a value":               {change(Update, endpoints, Property{Path: "acceptanceRequired", After: "true"}), Harmless, []string{"Consumers stay connected. New endpoints wait until they are accepted."}},
		"more of it":            {change(Update, service, Property{Path: "desiredCount", Before: "2", After: "10"}), Harmless, []string{"Consumers stay connected. New connections go to the new tasks too."}},
		"less of it":            {change(Update, service, Property{Path: "desiredCount", Before: "10", After: "2"}), Reconnect, []string{"With fewer tasks, the connections of those that stop are cut."}},
		"nothing of it":         {change(Update, service, Property{Path: "desiredCount", Before: "1", After: "0"}), CutOff, []string{"Without a task, nobody can connect.", "With fewer tasks, the connections of those that stop are cut."}},
		"any change":            {change(Update, lb, Property{Path: "tags.Name"}), Harmless, []string{"Consumers stay connected."}},
		"a property before any": {change(Update, lb, Property{Path: "subnets"}), Harmless, []string{"Consumers stay connected. The endpoint service doesn't get a new zone by itself."}},
		"a property and replaced": {change(Replace, lb, Property{Path: "internal", Before: "true", After: "false"}), Refused, []string{
			publicNow + " " + newBalancer,
		}},
		"deleted, of a kind":      {change(Delete, record, Property{Path: "type", Before: "TXT"}), Harmless, []string{"What it proves to AWS stays proven until AWS looks again."}},
		"deleted":                 {change(Delete, record, Property{Path: "type", Before: "A"}), CutOff, []string{"Its name no longer resolves."}},
		"nothing known":           {change(Update, listener, Property{Path: "tags.Name"}), Harmless, nil},
		"an unknown replacement":  {change(Replace, "aws:x/y:Y"), Harmless, []string{"A new one takes its place."}},
		"the principal everybody": {change(Create, principal, Property{Path: "principalArn", After: "*"}), Harmless, []string{"Every AWS account may make endpoints."}},
	}
	for name, test := range tests {
		severity, says := consequencesOf(test.change)
		assert.Equal(t, test.want, says, name)
		assert.Equal(t, test.severity, severity, name)
	}
}

// What the table says decides the verdict and the gate.
func TestVerdict(t *testing.T) {
	breaking := func(key string) []ContractChange {
		return []ContractChange{{Stack: "provider", Level: contract.Major, Changes: []contract.Change{{Key: key, Level: contract.Major}}}}
	}
	replaced := Change{
		Stack: "consumer", Op: Replace, Type: endpoint, Name: "web", Severity: CutOff, Properties: []Property{{Path: "serviceName"}},
	}
	tests := map[string]struct {
		review Review
		exit   int
		want   []Reason
	}{
		"nothing":   {Review{}, 0, nil},
		"reconnect": {Review{Changes: []Change{{Severity: Reconnect}}}, 0, nil},
		"an outage": {
			Review{Changes: []Change{{Stack: "provider", Op: Replace, Type: group, Name: "web-80", Severity: Outage}}}, 5,
			[]Reason{{Disrupts, "clients can't connect for a while (TargetGroup web-80 of stack provider)"}},
		},
		"cut off, and not by the contract": {
			Review{Changes: []Change{replaced}, Contracts: breaking("ports")}, 5,
			[]Reason{{Disrupts, "clients are cut off (VpcEndpoint web of stack consumer)"}, {Breaks, "the contract of stack provider breaks"}},
		},
		"cut off as the contract says": {
			Review{Changes: []Change{replaced}, Contracts: breaking("serviceName")}, 3,
			[]Reason{{Breaks, "the contract of stack provider breaks"}, {Breaks, "with it clients are cut off (VpcEndpoint web of stack consumer)"}},
		},
		"a path closed with its port": {
			Review{Closed: []path{{Wanted: true, gone: "ports"}}, Contracts: breaking("ports")}, 3,
			[]Reason{{Breaks, "the contract of stack provider breaks"}, {Breaks, "with it 1 path closed"}},
		},
		"a path closed": {Review{Closed: []path{{Wanted: true}, {}}}, 5, []Reason{{Disrupts, "1 path closed"}}},
		"an output removed": {
			Review{Outputs: []OutputsChange{{Stack: "consumer", Level: contract.Major}}}, 3, []Reason{{Breaks, "the outputs of stack consumer break"}},
		},
		"a stranger let in": {
			Review{Opened: []path{{From: "a", To: "b", Wanted: true}, {From: "the internet", To: "x"}}}, 5, []Reason{{Exposes, "the internet to x"}},
		},
		"everybody may make endpoints": {
			Review{Allowed: []string{"arn:aws:iam::222222222222:root", "*"}}, 5,
			[]Reason{{Exposes, "every AWS account that the principal * stands for may make endpoints"}},
		},
		"everybody is let in": {
			Review{everybody: true, Changes: []Change{{Op: Update, Type: endpoints, Properties: []Property{{Path: "acceptanceRequired", Before: "true", After: "false"}}}}}, 5,
			[]Reason{{Exposes, "every AWS account connects without being accepted"}},
		},
		"a failure before all else": {
			Review{Failure: &Failure{Stack: "provider"}, Contracts: breaking("ports"), Allowed: []string{"*"}}, 4,
			[]Reason{
				{Fails, "the deployment of stack provider fails"}, {Exposes, "every AWS account that the principal * stands for may make endpoints"},
				{Breaks, "the contract of stack provider breaks"},
			},
		},
	}
	for name, test := range tests {
		assert.Equal(t, test.want, test.review.Reasons(), name)
		assert.Equal(t, test.exit, test.review.ExitCode(), name)
	}
}

// Where the copy was deployed, nothing was refused.
func TestWhatIsNotRefusedIsHarmless(t *testing.T) {
	gone := Change{Type: listener, Op: Delete, Severity: CutOff}
	for level, want := range map[contract.Level]Severity{contract.Major: CutOff, contract.Minor: Harmless} {
		r := Review{
			Changes:   []Change{{Severity: Refused}, {Severity: CutOff}, gone},
			Contracts: []ContractChange{{Changes: []contract.Change{{Key: "ports", Level: level}}}},
		}
		r.allow()
		assert.Equal(t, []Severity{Harmless, CutOff, want}, apply(r.Changes, func(c Change) Severity { return c.Severity }))
	}
}

// An endpoint service that the contract no longer names is gone for everybody.
func TestAnotherServiceCutsOff(t *testing.T) {
	r := Review{
		Changes:   []Change{{Type: endpoints, Op: Delete, Severity: Refused}},
		Contracts: []ContractChange{{Changes: []contract.Change{{Key: "serviceName", Level: contract.Major}}}},
	}
	r.allow()
	assert.Equal(t, CutOff, r.Changes[0].Severity)
}

func TestSome(t *testing.T) {
	assert.Equal(t, "a, b, c", some([]string{"a", "b", "c"}))
	assert.Equal(t, "a, b, c and 2 more", some([]string{"a", "b", "c", "d", "e"}))
}

// The generation is advice only where the change doesn't raise it.
func TestAdviseGeneration(t *testing.T) {
	changes := []Change{{Type: lb, Op: Replace}}
	adviseGeneration(changes)
	assert.Equal(t, []string{generation}, changes[0].Consequences)
	changes = []Change{{Type: lb, Op: Replace}, {Type: lb, Op: Create}}
	adviseGeneration(changes)
	assert.Empty(t, changes[0].Consequences)
}

func TestSentences(t *testing.T) {
	for said, want := range map[string][]string{
		"an unhandled error occurred: program failed: \n1 error occurred:\n\t* provider.x is wrong\nprovider.y too\n\n": {"provider.x is wrong", "provider.y too"},
		"a: Preview failed: before hook \"no\" failed: no":                                                              {"a: no"},
		"update failed\nb\na\nb": {"a", "b"},
	} {
		assert.Equal(t, want, sentences(said), said)
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

// A command that is shown can be run, whatever ids an account has.
func TestNamesInCommands(t *testing.T) {
	stack := stackOf(
		deployed(endpoint, "web", "vpce-0a1b2c3d4e5f60718", nil),
		apitype.ResourceV3{Type: "pulumi:pulumi:Stack", Outputs: map[string]any{"serviceId": "vpce-svc-0a1b2c3d4e5f60718", "region": "us-east-1"}},
	)
	assert.Equal(t,
		`VpcEndpoint web is connected; reject it: aws ec2 reject-vpc-endpoint-connections --region us-east-1 --service-id "$(pulumi stack output serviceId --stack x)" --vpc-endpoint-ids <id of VpcEndpoint web>; then go on with VpcEndpoint web`,
		newNames(stack).replaceAll("vpce-0a1b2c3d4e5f60718 is connected; reject it: aws ec2 reject-vpc-endpoint-connections --region us-east-1 "+
			"--service-id vpce-svc-0a1b2c3d4e5f60718 --vpc-endpoint-ids vpce-0a1b2c3d4e5f60718; then go on with vpce-0a1b2c3d4e5f60718"))
}

// A resource that was made anew under its old name is a difference; the name that the
// engine makes for it is none.
func TestPropertiesOfWhatIsMadeAnew(t *testing.T) {
	n := newNames(stackOf(deployed(secGroup, "web", groupID, nil)), stackOf(deployed(secGroup, "web", "sg-99999999999999999", nil)))
	state := func(name, id string) *apitype.StepEventStateMetadata {
		return &apitype.StepEventStateMetadata{Inputs: map[string]any{"name": name, "groups": []any{id}}, Custom: true}
	}
	step := apitype.StepEventMetadata{
		Op: apitype.OpUpdate, URN: "urn:pulumi:x::y::aws:ecs/service:Service::web",
		Old: state("web-1234567", groupID), New: state("web-7654321", "sg-99999999999999999"),
	}
	n.learnPlanned(step)
	assert.Equal(t, []Property{{Path: "groups", Before: "[SecurityGroup web]", After: "[SecurityGroup web] (the new one)"}}, propertiesOf(step, n))
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
	step.Op, step.Old = apitype.OpDelete, step.New
	for _, p := range propertiesOf(step, newNames()) {
		assert.Empty(t, p.After, "what is deleted shows what it was")
		assert.NotEmpty(t, p.Before)
	}
	assert.NotEmpty(t, propertiesOf(step, newNames()))
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

// What the program registered is not deleted; a preview that is refused doesn't get to
// say what is.
func TestDeleteUnseen(t *testing.T) {
	stack := stackOf(deployed(lb, "stays", "a", nil), deployed(lb, "goes", "b", nil))
	p := newPlan()
	p.watch(deploy.Step{Metadata: apitype.StepEventMetadata{Op: apitype.OpSame, URN: string(stack[0].Resources[0].URN), Type: lb}})
	p.deleteUnseen(stack[0].Resources)
	changes := p.changes("x", newNames())
	require.Len(t, changes, 1)
	assert.Equal(t, Delete, changes[0].Op)
	assert.Equal(t, "goes", changes[0].Name)
}

// A task definition's replacement is how every deployment works.
func TestANewRevisionIsNoReplacement(t *testing.T) {
	p := newPlan()
	full := &apitype.StepEventStateMetadata{Custom: true}
	p.watch(deploy.Step{Metadata: apitype.StepEventMetadata{Op: apitype.OpReplace, URN: "a::web", Type: task, Old: full, New: full, Keys: []string{"cpu"}}})
	changes := p.changes("x", newNames())
	require.Len(t, changes, 1)
	assert.Equal(t, Revise, changes[0].Op)
	assert.Equal(t, Reconnect, changes[0].Severity)
	assert.Equal(t, []string{"cpu"}, changes[0].because())
}

func TestPaths(t *testing.T) {
	const port, zone = "port 80/tcp", "use1-az1"
	of := func(client string, wanted bool, why string) path {
		return path{
			From: "consumer: " + client, To: port + " in " + zone, Wanted: wanted, Why: why,
			consumer: "consumer", client: client, port: port, zone: zone,
		}
	}
	elsewhere := func(port, zone, why, gone string) path {
		p := of("stays", true, why)
		p.To, p.port, p.zone, p.gone = port+" in "+zone, port, zone, gone
		return p
	}
	net := func(why string) path { return path{From: "the internet", To: "load balancer web", Why: why} }
	found := func(clients ...string) surroundings {
		s := surroundings{
			probes: probes{clients: map[string][]vnet.Client{}},
			ports:  map[string][]string{"consumer": {port}}, zones: map[string][]string{"consumer": {zone}},
		}
		for _, c := range clients {
			s.clients["consumer"] = append(s.clients["consumer"], vnet.Client{Label: c})
		}
		return s
	}
	outputs := map[string]map[string]any{"consumer": {}}
	gone := of("stays", true, "")
	gone.From, gone.consumer = "gone: stays", "gone"
	base := &snapshot{outputs: outputs, paths: []path{
		of("stays", true, ""), of("closes", true, ""), of("narrow", true, ""), of("delisted", true, ""), of("never", true, "no rule"),
		of("opens", true, "no rule"), of("a stranger", false, "no rule"), of("the wide", true, "no rule"),
		elsewhere("port 81/tcp", zone, "", ""), elsewhere(port, "use1-az2", "", ""), gone, net(""),
	}}
	head := &snapshot{
		outputs: outputs, unchecked: "no endpoint", found: found("stays", "closes", "never", "opens", "the wide"), paths: []path{
			of("stays", true, ""), of("closes", true, "security group: no rule"), of("never", true, "no rule"),
			of("narrow", true, ""), of("delisted", true, "security group: no rule"),
			of("opens", true, ""), of("a stranger", false, ""), of("the wide", true, ""), net("no rule"), of("new and closed", true, "no rule"),
		},
	}
	var r Review
	r.paths(base, head, newNames())
	assert.Equal(t, []path{
		of("closes", true, "security group: no rule"),
		of("delisted", true, "the client is no longer listed: security group: no rule"),
		elsewhere("port 81/tcp", zone, "the service no longer has port 81/tcp", "ports"),
		elsewhere(port, "use1-az2", "the endpoint is no longer in use1-az2", "availabilityZoneIds"),
		net("no rule"),
	}, r.Closed, "a client that goes on under a wider name is not closed, nor one whose stack is left alone")
	assert.Equal(t, []path{of("opens", true, ""), of("a stranger", false, ""), of("the wide", true, "")}, r.Opened)
	assert.Equal(t, []string{"The paths of the change are not known: no endpoint."}, r.Notes)
	assert.Equal(t, []Reason{{Exposes, "consumer: a stranger to port 80/tcp in use1-az1"}, {Disrupts, "4 paths closed"}}, r.Reasons(),
		"that others can't connect any more breaks nobody")
}

// The internet is more than one address: a rule for any part of it lets somebody in.
func TestTheInternet(t *testing.T) {
	names := func(blocks ...string) (out []string) {
		var parsed []netip.Prefix
		for _, block := range blocks {
			parsed = append(parsed, netip.MustParsePrefix(block))
		}
		for _, s := range internet(parsed) {
			assert.True(t, isPublic(s.at) || s.name == "the internet", "%s", s.at)
			out = append(out, s.name)
		}
		return out
	}
	everywhere := []string{"the internet", "the internet, by IPv6"}
	assert.Equal(t, everywhere, names("10.0.0.0/8", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8", "0.0.0.0/0", "::/0"))
	assert.Equal(t, append(everywhere, "the internet's 0.0.0.0/1", "the internet's 52.0.0.0/8", "the internet's 2600::/12"),
		names("52.0.0.0/8", "0.0.0.0/1", "2600::/12", "52.0.0.0/8"))
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
	retyped, err := c.Value()
	require.NoError(t, err)
	retyped["version"] = float64(2)
	for name, test := range map[string]struct {
		before, after any
		level         contract.Level
		note          string
	}{
		"unchanged":       {with, with, contract.None, ""},
		"changed":         {with, other, contract.Major, ""},
		"another version": {other, retyped, contract.Major, ""},
		"read by nobody":  {map[string]any{"version": 2}, with, contract.Major, ""},
		"a new stack":     {nil, with, contract.Minor, "the stack is new"},
		"it is gone":      {with, nil, contract.Major, "it is gone"},
		"never there":     {nil, nil, contract.None, "there is none on either side"},
	} {
		var r Review
		r.contracts(of(test.before), of(test.after), stacks)
		require.Len(t, r.Contracts, 1, name)
		assert.Equal(t, test.level, r.Contracts[0].Level, name)
		assert.Equal(t, test.note, r.Contracts[0].Note, name)
		assert.Equal(t, test.level == contract.Major, len(r.Reasons()) > 0, name)
	}

	sharded := of(with)
	sharded.outputs["provider"]["contracts"] = map[string]any{"1": with, "2": with}
	var r Review
	r.contracts(of(with), sharded, stacks)
	require.Len(t, r.Contracts, 2)
	assert.Equal(t, contract.None, r.Contracts[0].Level)
	assert.Equal(t, ContractChange{Stack: "provider, shard 2", Note: "the shard is new", Level: contract.Minor}, r.Contracts[1])
	broken := of(with)
	broken.outputs["provider"]["contracts"] = map[string]any{"1": with, "2": other}
	r = Review{}
	r.contracts(sharded, broken, stacks)
	assert.Equal(t, contract.Major, r.Contracts[1].Level)
}

func TestOutputs(t *testing.T) {
	of := func(outputs map[string]any) *snapshot {
		return &snapshot{outputs: map[string]map[string]any{"consumer": outputs}}
	}
	stacks := []deploy.Stack{{Name: "provider"}, {Name: "consumer"}}
	var r Review
	r.outputs(of(map[string]any{"url": "http://a"}), of(map[string]any{"url": "http://a"}), stacks)
	assert.Empty(t, r.Outputs)
	r.outputs(of(map[string]any{"url": "http://a"}), of(map[string]any{}), stacks)
	require.Len(t, r.Outputs, 1)
	assert.Equal(t, contract.Major, r.Outputs[0].Level)
	assert.Equal(t, 3, r.ExitCode())
}

// Quantities, units and prices are shown, and each stack has its sum.
func TestCostOfEachStack(t *testing.T) {
	item := func(stack, payer string, quantity float64, monthly cost.USD, confidence cost.Confidence) cost.Item {
		return cost.Item{
			Stack: stack, Payer: payer, Resource: "web", What: "hours", Quantity: quantity, Unit: "h", UnitPrice: 0.5,
			Monthly: monthly, Confidence: confidence,
		}
	}
	before := &cost.Estimate{Items: []cost.Item{item("first", "consumer", 10, 500, cost.FromAWS), item("main", "provider", 2, 100, cost.FromAWS)}, Total: 600}
	after := &cost.Estimate{
		Items: []cost.Item{
			item("first", "consumer", 20, 1000, cost.FromAWS), item("second", "consumer", 1, 50, cost.Unverified), item("main", "provider", 2, 100, cost.FromAWS),
		}, Total: 1150,
	}
	r := Review{Cost: compareCost(before, after)}
	text := r.Markdown("main")
	for _, row := range []string{
		"| provider | `main` | 1.00 | 1.00 | +0.00 |", "| consumer | `first` | 5.00 | 10.00 | +5.00 |", "| consumer | `second` | 0.00 | 0.50 | +0.50 |",
		"| **total** |  | 6.00 | 11.50 | **+5.50** |",
		"| `first` | `web` | hours | 10 → 20 | h | 0.5 | 5.00 | 10.00 | +5.00 |",
		"| `second` | `web` | hours | 1 | h | 0.5\\* | 0.00 | 0.50 | +0.50 |",
	} {
		assert.Contains(t, text, row)
	}
}

// A failure is told from what it leaves open.
func TestMarkdownOfAFailure(t *testing.T) {
	r := &Review{Failure: &Failure{Stack: "provider", Preview: true, Errors: []string{"provider.x is wrong"}}}
	text := r.Markdown("main")
	assert.Contains(t, text, "The preview fails:")
	assert.NotContains(t, text, "listed below")
	assert.NotContains(t, text, "No resource changes")
	assert.Contains(t, text, notCompared)
	r.Disconnected, r.Cost = true, &CostChange{Before: &cost.Estimate{}, After: &cost.Estimate{}}
	text = r.Markdown("main")
	assert.Contains(t, text, "**If consumers are disconnected first**")
	assert.NotContains(t, text, notCompared)
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
