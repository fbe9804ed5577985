package timing

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// state builds a stack's state in the order in which resources are registered.
type state struct{ resources []apitype.ResourceV3 }

func urn(name string) resource.URN {
	return resource.URN("urn:pulumi:dev::test::any:index:Any::" + name)
}

// add adds a resource that takes the seconds that its type is named after
// ("test:index:T30") and that has its name for an id. Its inputs hold the ids of
// what it uses; after are dependencies without a value.
func (s *state) add(name, token string, inputs map[string]any, after ...string) *apitype.ResourceV3 {
	r := apitype.ResourceV3{
		URN: urn(name), Custom: true, ID: resource.ID(name), Type: tokens.Type(token), Inputs: inputs,
		PropertyDependencies: map[resource.PropertyKey][]resource.URN{},
	}
	for property, value := range inputs {
		for _, text := range texts(nil, value) {
			for _, other := range s.resources {
				if other.Custom && strings.Contains(text, string(other.ID)) {
					r.Dependencies = append(r.Dependencies, other.URN)
					r.PropertyDependencies[resource.PropertyKey(property)] = append(
						r.PropertyDependencies[resource.PropertyKey(property)], other.URN)
				}
			}
		}
	}
	for _, name := range after {
		r.Dependencies = append(r.Dependencies, urn(name))
	}
	s.resources = append(s.resources, r)
	return &s.resources[len(s.resources)-1]
}

func (s *state) component(name, token string) *apitype.ResourceV3 {
	s.resources = append(s.resources, apitype.ResourceV3{URN: urn(name), Type: tokens.Type(token)})
	return &s.resources[len(s.resources)-1]
}

// takes reads the time out of a type's name; components and providers take none,
// all others a second.
func takes(_ Operation, token string, _ map[string]any) time.Duration {
	if _, n, found := strings.Cut(token, "index:T"); found {
		d, err := time.ParseDuration(n + "s")
		if err == nil {
			return d
		}
	}
	for _, instant := range []string{"pulumi:", "mine:", "awsx:"} {
		if strings.HasPrefix(token, instant) {
			return 0
		}
	}
	return time.Second
}

// report is that of a run that did the same with every resource.
func (s *state) report(op Operation) *Report {
	done := map[resource.URN][]Operation{}
	for _, r := range s.resources {
		done[r.URN] = []Operation{op}
	}
	run := Run{Done: done, Takes: takes, After: s.resources}
	if op == Delete {
		run.Before, run.After = s.resources, nil
	}
	return Of(run)
}

func use(ids ...string) map[string]any {
	inputs := map[string]any{}
	for _, id := range ids {
		inputs["use"+id] = []any{map[string]any{"__defaults": []any{"x"}, "id": id}}
	}
	return inputs
}

func nameList(shares []Share) (out []string) {
	for _, s := range shares {
		out = append(out, s.Name)
	}
	return out
}

// TestLongestPath: what does not need another runs beside it.
func TestLongestPath(t *testing.T) {
	var s state
	s.add("vpc", "test:index:T10", nil)
	s.add("slow", "test:index:T100", use("vpc"))
	s.add("quick", "test:index:T5", use("vpc"))
	s.add("last", "test:index:T7", use("slow", "quick"))
	r := s.report(Create)
	assert.Equal(t, 117*time.Second, r.Duration)
	assert.Equal(t, r.Duration, r.LowerBound)
	assert.InDelta(t, 1, r.Ratio(), 0)
	assert.Equal(t, []string{"vpc", "slow", "last"}, nameList(r.Critical))
	assert.Equal(t, Share{Create, "test:index:T100", "slow", 100 * time.Second, false}, r.Critical[1])
}

// TestNeedlessWait: a dependency without a value is a defect of the program.
func TestNeedlessWait(t *testing.T) {
	var s state
	s.add("nat", "test:index:T100", nil)
	s.add("lb", "test:index:T150", nil, "nat")
	r := s.report(Create)
	assert.Equal(t, 250*time.Second, r.Duration)
	assert.Equal(t, 150*time.Second, r.LowerBound)
	assert.InDelta(t, 250.0/150, r.Ratio(), 1e-9)
}

// TestValueThatDoesNotFlow: an output that only waits for another resource is
// recorded as a dependency on it, and needs it no more than any other.
func TestValueThatDoesNotFlow(t *testing.T) {
	var s state
	s.add("listener", "test:index:T50", nil)
	s.add("group", "test:index:T1", nil)
	r := s.add("service", "test:index:T10", use("group"), "listener")
	r.PropertyDependencies["usegroup"] = append(r.PropertyDependencies["usegroup"], urn("listener"))
	assert.Equal(t, 60*time.Second, s.report(Create).Duration)
	assert.Equal(t, 50*time.Second, s.report(Create).LowerBound, "the service beside the listener")
}

// TestNestedValue: a value counts within a JSON document, by name or ARN too.
func TestNestedValue(t *testing.T) {
	var s state
	logs := s.add("logs-1", "test:index:T20", nil)
	logs.Outputs = map[string]any{"arn": "arn:aws:logs:x:1:log-group:web-abc", "name": "web-abc"}
	task := s.add("task", "test:index:T1", map[string]any{"containers": `[{"logs":"web-abc"}]`})
	task.PropertyDependencies["containers"] = []resource.URN{urn("logs-1")}
	task.Dependencies = []resource.URN{urn("logs-1")}
	assert.Equal(t, 21*time.Second, s.report(Create).LowerBound)
}

// TestParents: a child waits for a parent that is a resource, and not for a
// component.
func TestParents(t *testing.T) {
	var s state
	s.add("subnet", "test:index:T10", nil)
	s.add("table", "test:index:T10", nil).Parent = urn("subnet")
	assert.Equal(t, 20*time.Second, s.report(Create).Duration)

	s = state{}
	s.component("network", "mine:index:Network")
	s.add("a", "test:index:T10", nil).Parent = urn("network")
	s.add("b", "test:index:T10", nil).Parent = urn("network")
	assert.Equal(t, 10*time.Second, s.report(Create).Duration)
	s.add("c", "test:index:T1", nil, "network")
	assert.Equal(t, 11*time.Second, s.report(Create).Duration, "who depends on a component waits for all of it")
}

// remote is a stack with a remote component that holds a VPC, a subnet, and
// something slow that nobody outside needs.
func remote() *state {
	s := &state{}
	s.add("awsx", "pulumi:providers:awsx", nil)
	s.component("vpc-component", "awsx:ec2:Vpc")
	s.add("vpc", "test:index:T10", nil).Parent = urn("vpc-component")
	subnet := s.add("subnet", "test:index:T2", use("vpc"))
	subnet.Parent = urn("vpc")
	slow := s.add("slow", "test:index:T100", use("subnet"))
	slow.Parent = urn("subnet")
	return s
}

// TestRemoteComponents hand out nothing before everything in them is up.
func TestRemoteComponents(t *testing.T) {
	s := remote()
	lb := s.add("lb", "test:index:T50", use("subnet"))
	r := s.report(Create)
	assert.Equal(t, 162*time.Second, r.Duration)
	assert.Equal(t, 112*time.Second, r.Bare, "the slow one and the load balancer beside each other")
	assert.Equal(t, 162*time.Second, r.LowerBound)
	assert.InDelta(t, 1, r.Ratio(), 0, "the program can't help it")

	// The SDK records the component where its outputs were used.
	lb.Dependencies = []resource.URN{urn("vpc-component")}
	lb.PropertyDependencies = map[resource.PropertyKey][]resource.URN{"subnets": {urn("vpc-component")}}
	again := s.report(Create)
	assert.Equal(t, r, again)
}

// TestRequirements: what AWS asks for without a value flowing is in the lower
// bound, so that to wait for it is no defect.
func TestRequirements(t *testing.T) {
	s := deployment()
	g := newGraph(s.resources)
	waits := map[string][]string{}
	for _, n := range g.order {
		for _, w := range sorted(g.required(n)) {
			waits[n.URN.Name()] = append(waits[n.URN.Name()], w.URN.Name())
		}
	}
	assert.Equal(t, map[string][]string{
		"nat": {"igw"},
		"service": {
			"association", "attachment", "egress", "endpoint", "endpoint-ingress", "ingress", "lb-egress", "listener",
			"public-association", "public-route", "role-policy", "route",
		},
	}, waits)
	for _, r := range requirements {
		assert.NotEmpty(t, r.Says)
		assert.NotEmpty(t, r.Source, r.Says)
		found := false
		for _, n := range g.of(r.Token) {
			for _, token := range r.First {
				for _, first := range g.of(token) {
					found = found || r.Holds(g, n, first)
				}
			}
		}
		assert.True(t, found, "no resource of the test is concerned: %s", r.Says)
	}
}

// deployment is a service with all that AWS asks for, beside a stranger of each
// kind that it has nothing to do with.
func deployment() *state {
	s := &state{}
	s.add("vpc", "aws:ec2/vpc:Vpc", nil)
	s.add("igw", gatewayType, map[string]any{"vpcId": "vpc"})
	for _, subnet := range []string{"private", "public", "other"} {
		s.add(subnet, subnetType, map[string]any{"vpcId": "vpc"})
		s.add(subnet+"-table", "aws:ec2/routeTable:RouteTable", map[string]any{"vpcId": "vpc"})
	}
	s.add("association", associationType, map[string]any{"subnetId": "private", "routeTableId": "private-table"})
	s.add("public-association", associationType, map[string]any{"subnetId": "public", "routeTableId": "public-table"})
	s.add("other-association", associationType, map[string]any{"subnetId": "other", "routeTableId": "other-table"})
	s.add("public-route", routeType, map[string]any{"routeTableId": "public-table", "gatewayId": "igw"})
	s.add("nat", natGatewayType, map[string]any{"subnetId": "public"})
	s.add("route", routeType, map[string]any{"routeTableId": "private-table", "natGatewayId": "nat"})
	s.add("other-route", routeType, map[string]any{"routeTableId": "other-table", "natGatewayId": "nat"})
	for _, group := range []string{"sg-lb", "sg-task", "sg-endpoint", "sg-stranger"} {
		s.add(group, "aws:ec2/securityGroup:SecurityGroup", map[string]any{"vpcId": "vpc"})
	}
	s.add("endpoint", endpointType, map[string]any{"vpcId": "vpc", "securityGroupIds": []any{"sg-endpoint"}})
	s.add("endpoint-ingress", ingressRuleType, map[string]any{"securityGroupId": "sg-endpoint"})
	s.add("ingress", ingressRuleType, map[string]any{"securityGroupId": "sg-task", "referencedSecurityGroupId": "sg-lb"})
	s.add("egress", egressRuleType, map[string]any{"securityGroupId": "sg-task"})
	s.add("lb-egress", egressRuleType, map[string]any{"securityGroupId": "sg-lb", "referencedSecurityGroupId": "sg-task"})
	s.add("stranger-ingress", ingressRuleType, map[string]any{"securityGroupId": "sg-stranger"})
	group := s.add("arn:aws:elasticloadbalancing:x:1:targetgroup/web/1", "aws:lb/targetGroup:TargetGroup", nil)
	s.add("listener", listenerType, map[string]any{"defaultActions": []any{map[string]any{"targetGroupArn": string(group.ID)}}})
	s.add("other-listener", listenerType, map[string]any{"defaultActions": []any{}})
	s.add("attachment", attachmentType, map[string]any{"role": "execution-1"})
	s.add("role-policy", rolePolicyType, map[string]any{"role": "task-1"})
	s.add("other-attachment", attachmentType, map[string]any{"role": "stranger-1"})
	s.add("arn:aws:ecs:x:1:task-definition/web:1", taskDefinitionType, map[string]any{
		"executionRoleArn": "arn:aws:iam::1:role/execution-1", "taskRoleArn": "arn:aws:iam::1:role/task-1",
	})
	s.add("service", serviceType, map[string]any{
		"taskDefinition":       "arn:aws:ecs:x:1:task-definition/web:1",
		"networkConfiguration": map[string]any{"subnets": []any{"private"}, "securityGroups": []any{"sg-task"}},
		"loadBalancers":        []any{map[string]any{"targetGroupArn": string(group.ID)}},
	})
	return s
}

// TestOnlyWhatWasDone takes time.
func TestOnlyWhatWasDone(t *testing.T) {
	s := remote()
	s.add("lb", "test:index:T50", use("subnet"))
	nothing := Of(Run{Before: s.resources, After: s.resources, Takes: takes})
	assert.Zero(t, nothing.Duration)
	assert.InDelta(t, 1, nothing.Ratio(), 0)
	assert.Empty(t, nothing.Critical)

	lb := Of(Run{
		Before: s.resources, After: s.resources, Takes: takes,
		Done:   map[resource.URN][]Operation{urn("lb"): {Update}},
		Waited: map[resource.URN]time.Duration{urn("lb"): 7 * time.Second},
	})
	assert.Equal(t, 57*time.Second, lb.Duration)
	assert.Equal(t, []Share{{Update, "test:index:T50", "lb", 57 * time.Second, false}}, lb.Critical)
}

// TestReplacement: the old resource is deleted after everything else is done.
func TestReplacement(t *testing.T) {
	var s state
	s.add("lb", "test:index:T50", nil)
	s.add("listener", "test:index:T5", use("lb"))
	r := Of(Run{Before: s.resources, After: s.resources, Takes: takes, Done: map[resource.URN][]Operation{
		urn("lb"): {Create, Delete}, urn("listener"): {Update},
	}})
	assert.Equal(t, 105*time.Second, r.Duration)
	assert.Equal(t, []string{"lb", "listener", "lb"}, nameList(r.Critical))
	assert.Equal(t, Delete, r.Critical[2].Operation)
}

// TestWaves: the engine deletes in waves, each of which waits for the slowest of
// the one before.
func TestWaves(t *testing.T) {
	var s state
	s.add("provider", "pulumi:providers:aws", nil)
	s.add("vpc", "test:index:T1", nil)
	s.add("subnet", "test:index:T2", use("vpc"))
	s.add("nat", "test:index:T50", use("subnet")) // as deep as the service
	s.add("cluster", "test:index:T10", nil)       // as shallow as the VPC, though nobody but the service uses it
	s.add("service", "test:index:T90", use("subnet", "cluster"))
	for i := range s.resources[1:] {
		s.resources[i+1].Provider = string(urn("provider")) + "::id"
	}
	r := s.report(Delete)
	assert.Equal(t, (90+2+10)*time.Second, r.Duration)
	assert.Equal(t, []string{"service", "subnet", "cluster"}, nameList(r.Critical))
	assert.Equal(t, (90+10)*time.Second, r.LowerBound)
}

// TestWavesOfComponents: who depends on a component comes down before what the
// component held by then.
func TestWavesOfComponents(t *testing.T) {
	var s state
	s.component("network", "mine:index:Network")
	s.add("vpc", "test:index:T10", nil).Parent = urn("network")
	s.add("lb", "test:index:T20", nil, "network")
	s.add("late", "test:index:T30", use("lb")).Parent = urn("network")
	assert.Equal(t, 60*time.Second, s.report(Delete).Duration)
}

// TestPendingDeletes of a run that failed are not what the URN means now.
func TestPendingDeletes(t *testing.T) {
	var s state
	s.add("lb", "test:index:T100", nil).Delete = true
	s.add("lb", "test:index:T50", nil)
	assert.Equal(t, 50*time.Second, s.report(Create).Duration)
}

func TestSum(t *testing.T) {
	sum := Sum(
		&Report{Duration: 3 * time.Second, LowerBound: 3 * time.Second, Bare: 2 * time.Second},
		&Report{Duration: time.Second, LowerBound: time.Second, Bare: time.Second},
	)
	assert.Equal(t, &Report{Duration: 4 * time.Second, LowerBound: 4 * time.Second, Bare: 3 * time.Second}, sum)
}

func TestJSON(t *testing.T) {
	var s state
	s.add("lb", "test:index:T1.5", nil)
	b, err := json.Marshal(s.report(Create))
	require.NoError(t, err)
	assert.JSONEq(t, `{"seconds": 1.5, "lowerBoundSeconds": 1.5, "lowerBoundWithoutComponentsSeconds": 1.5, "ratio": 1,
		"criticalPath": [{"operation": "create", "type": "test:index:T1.5", "name": "lb", "seconds": 1.5}]}`, string(b))
}

// TestBounds: whatever a program does, its duration is not below the bounds, and
// the critical path adds up to it.
func TestBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := remote()
		known := []string{"vpc", "subnet", "slow"}
		for i := range rapid.IntRange(1, 12).Draw(t, "resources") {
			name := "r" + string(rune('a'+i))
			used := rapid.SliceOfNDistinct(rapid.SampledFrom(known), 0, 2, rapid.ID).Draw(t, "uses")
			after := rapid.SliceOfN(rapid.SampledFrom(known), 0, 2).Draw(t, "after")
			s.add(name, rapid.SampledFrom([]string{"test:index:T1", "test:index:T60"}).Draw(t, "type"), use(used...), after...)
			known = append(known, name)
		}
		r := s.report(Create)
		if r.Duration < r.LowerBound || r.LowerBound < r.Bare {
			t.Fatalf("%s < %s < %s", r.Duration, r.LowerBound, r.Bare)
		}
		var sum time.Duration
		for _, share := range r.Critical {
			sum += share.Takes
		}
		if sum != r.Duration {
			t.Fatalf("the critical path takes %s of %s", sum, r.Duration)
		}
		if down := s.report(Delete); down.Duration < down.LowerBound {
			t.Fatalf("down in %s, at least %s", down.Duration, down.LowerBound)
		}
	})
}
