package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]Fault{
		"throttle":            {Kind: FaultThrottle, Count: 3},
		"throttle:30":         {Kind: FaultThrottle, Count: 30},
		"eventual":            {Kind: FaultEventual, Count: 2},
		"lost-answer:7":       {Kind: FaultLostAnswer, Count: 7},
		"fail:12":             {Kind: FaultFail, Count: 12},
		"capacity":            {Kind: FaultCapacity, Count: 1},
		"no-fargate:use1-az3": {Kind: FaultNoFargate, ZoneID: "use1-az3"},
	} {
		got, err := ParseFault(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for text, want := range map[string]string{
		"":                      `fault "" is unknown; the faults are throttle[:N], unavailable[:N], eventual[:N], lost-answer[:N], fail[:N], capacity[:N], no-fargate:ZONE`,
		"slow":                  `fault "slow" is unknown; the faults are`,
		"throttle:0":            `fault "throttle:0": "0" must be a number from 1`,
		"fail:":                 `fault "fail:": "" must be a number from 1`,
		"no-fargate:xx":         `fault "no-fargate:xx": "xx" must be the ID of an Availability Zone, such as use1-az3`,
		"no-fargate:us-east-1a": `"us-east-1a" must be the ID of an Availability Zone`,
		"no-fargate":            `fault "no-fargate" needs the ID of an Availability Zone: no-fargate:use1-az3`,
	} {
		_, err := ParseFault(text)
		require.ErrorContains(t, err, want)
	}
}

// TestFaultTables: each entry says what it rests on, and no type is left out.
func TestFaultTables(t *testing.T) {
	for _, k := range FaultKinds() {
		assert.NotEmpty(t, k.Says, k.Name)
		assert.NotEmpty(t, k.Source, k.Name)
		assert.Contains(t, []string{argumentCount, argumentZone}, k.Argument, k.Name)
	}
	for _, ty := range Types() {
		r, ok := repeats[ty.Token]
		assert.True(t, ok, "no entry says what a repeated create of %s makes", ty.Token)
		assert.NotEmpty(t, r.Source, ty.Token)
		for _, input := range r.Later {
			assert.True(t, ty.Models(input), "%s has no input %s", ty.Token, input)
		}
		assert.NotEmpty(t, Operation{Token: ty.Token}.service().name, ty.Token)
	}
	assert.Len(t, repeats, len(Types()))
}

// faulty is a session on an empty world with faults.
func faulty(t *testing.T, faults ...string) *Session {
	t.Helper()
	w := newWorld(t)
	inject(t, w, faults...)
	return session(w, providerAccount, testRegion)
}

func inject(t *testing.T, w *World, faults ...string) {
	t.Helper()
	for _, text := range faults {
		f, err := ParseFault(text)
		require.NoError(t, err)
		w.Inject(f)
	}
}

var anyVPC = Props{"cidrBlock": "10.0.0.0/16"}

func now(t *testing.T, w *World) (at time.Time) {
	t.Helper()
	require.NoError(t, w.View(func(tx *Tx) error {
		at = tx.Now()
		return nil
	}))
	return at
}

// TestThrottling: the provider sends a request again, at growing intervals, and
// gives up at last with AWS's own error.
func TestThrottling(t *testing.T) {
	s := faulty(t, "throttle:6")
	id, _, err := create(s, "web", TokenVPC, anyVPC)
	require.NoError(t, err)
	incidents := s.World.Incidents()
	require.Len(t, incidents, 1)
	assert.Equal(t, "RequestLimitExceeded: Request limit exceeded., 6 times", incidents[0].Says)
	assert.Equal(t, (1+2+4+8+16+20)*time.Second, incidents[0].Waited)
	assert.Positive(t, now(t, s.World).Sub(epoch)-incidents[0].Waited, "the world's clock went on")
	require.NoError(t, s.Delete(TokenVPC, id))
	assert.Len(t, s.World.Incidents(), 2, "each operation is throttled")
}

func TestThrottledForGood(t *testing.T) {
	s := faulty(t, "throttle:25")
	for token, want := range map[string]string{
		TokenVPC:         "exceeded maximum number of attempts, 25, api error RequestLimitExceeded: Request limit exceeded. [sandbox fault throttle]",
		TokenIngressRule: "RequestLimitExceeded: Request limit exceeded.",
		TokenCluster:     "ThrottlingException: Rate exceeded",
		TokenLogGroup:    "ThrottlingException: Rate exceeded",
		TokenRole:        "Throttling: Rate exceeded",
		TokenTargetGroup: "Throttling: Rate exceeded",
	} {
		_, _, err := s.Create(token, Props{})
		require.ErrorContains(t, err, want)
	}
	assert.Empty(t, snapshot(t, s.World), "nothing was made")
	assert.Equal(t, (1+2+4+8+16+19*20)*time.Second, s.World.Incidents()[0].Waited)
}

// TestUnavailableService: only an endpoint to an endpoint service meets it.
func TestUnavailableService(t *testing.T) {
	st := newStage(t)
	inject(t, st.w, "unavailable:2")
	require.NoError(t, connecting(logsEndpoint)(st))
	require.Empty(t, st.w.Incidents())
	require.NoError(t, connecting(nil)(st))
	require.Equal(t, "Unavailable: The service is unavailable, 2 times", st.w.Incidents()[0].Says)
	require.Equal(t, 3*time.Second, st.w.Incidents()[0].Waited)

	hopeless := newStage(t)
	inject(t, hopeless.w, "unavailable:25")
	require.ErrorContains(t, connecting(nil)(hopeless), "api error Unavailable: The service is unavailable [sandbox fault unavailable]")
}

// TestEventualConsistency: a new resource that AWS does not show yet is read
// again, and is not lost when the provider runs out of patience.
func TestEventualConsistency(t *testing.T) {
	s := faulty(t, "eventual:3")
	id, outputs, err := create(s, "web", TokenVPC, anyVPC)
	require.NoError(t, err)
	assert.Equal(t, id, outputs.Str("id"))
	assert.Equal(t, Incident{
		Fault: FaultEventual, Operation: "create " + TokenVPC, Says: "not found by the first 3 reads", Waited: 7 * time.Second,
	}, s.World.Incidents()[0])

	hopeless := faulty(t, "eventual:1000")
	id, outputs, err = create(hopeless, "web", TokenVPC, anyVPC)
	var notSteady *NotSteadyError
	require.ErrorAs(t, err, &notSteady)
	assert.Equal(t, "reading EC2 resource ("+id+"): couldn't find resource [sandbox fault eventual]", err.Error())
	assert.Equal(t, id, outputs.Str("id"), "the id is known, so that the stack can keep it")
	assert.Equal(t, 5*time.Minute, hopeless.World.Incidents()[0].Waited)
	_, err = hopeless.Read(TokenVPC, id)
	require.NoError(t, err)
}

// TestInternalError strikes one operation and leaves everything as it is.
func TestInternalError(t *testing.T) {
	s := faulty(t, "fail:2")
	id, _, err := create(s, "web", TokenVPC, anyVPC)
	require.NoError(t, err)
	err = s.Delete(TokenVPC, id)
	var failed *FaultError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, FaultFail, failed.Fault)
	require.NoError(t, s.Delete(TokenVPC, id), "only once")
	ops := s.World.Operations()
	require.Len(t, ops, 3)
	assert.Equal(t, PhaseDelete, ops[1].Phase)
}

// TestOnly: a fault can be meant for some operations, by the client's own name.
func TestOnly(t *testing.T) {
	w := newWorld(t)
	w.Inject(Fault{Kind: FaultFail, Count: 1, Only: func(op Operation) bool { return op.String() == "create second" }})
	s := session(w, providerAccount, testRegion)
	_, _, err := create(s.About("first"), "first", TokenVPC, anyVPC)
	require.NoError(t, err)
	_, _, err = create(s.About("second"), "second", TokenVPC, anyVPC)
	require.Error(t, err)
	assert.Equal(t, "second", w.Incidents()[0].Resource)
}

// lostCreates has, for each type, the inputs of one more resource on the deployed
// stage, and what comes of it when the answer to its creation is lost: the same
// resource, a second one, or the refusal by a rule.
var lostCreates = map[string]struct {
	inputs func(st *stage) Props
	want   string
}{
	TokenVPC:             {given(anyVPC), second},
	TokenSubnet:          {func(st *stage) Props { return Props{"vpcId": st.id("vpc"), "cidrBlock": "10.0.77.0/24"} }, "SUBNET-CONFLICT"},
	TokenInternetGateway: {func(st *stage) Props { return Props{"vpcId": st.make(st.provider, "new", TokenVPC, anyVPC)} }, second},
	TokenRouteTable:      {func(st *stage) Props { return Props{"vpcId": st.id("vpc")} }, same},
	TokenRouteTableAssociation: {func(st *stage) Props {
		return Props{"routeTableId": st.id("private-table"), "subnetId": st.newSubnet()}
	}, "ASSOCIATION-UNIQUE"},
	TokenRoute: {func(st *stage) Props {
		return Props{"routeTableId": st.id("public-table"), "destinationCidrBlock": "8.8.8.0/24", "gatewayId": st.id("igw")}
	}, "ROUTE-DUPLICATE"},
	TokenEIP: {given(Props{"domain": "vpc"}), second},
	TokenNATGateway: {func(st *stage) Props {
		return Props{"subnetId": st.id("public"), "allocationId": st.make(st.provider, "new", TokenEIP, Props{})}
	}, same},
	TokenSecurityGroup: {func(st *stage) Props { return Props{"vpcId": st.id("vpc")} }, "SG-DUPLICATE"},
	TokenIngressRule:   {ruleInputs, "SG-RULE-DUPLICATE"},
	TokenEgressRule:    {ruleInputs, "SG-RULE-DUPLICATE"},
	TokenLoadBalancer: {func(st *stage) Props {
		return Props{"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1"))}
	}, same},
	TokenTargetGroup:      {func(st *stage) Props { return targetGroupInputs(st.id("vpc")) }, same},
	TokenListener:         {func(st *stage) Props { return listenerInputs(st.id("lb"), st.id("tg"), 81) }, same},
	TokenLogGroup:         {given(Props{}), "LOGS-UNIQUE"},
	TokenRole:             {given(Props{"assumeRolePolicy": taskTrust}), "IAM-ROLE-UNIQUE"},
	TokenRolePolicy:       {given(Props{"role": "exec-role", "policy": `{"Version":"2012-10-17","Statement":[]}`}), same},
	TokenPolicy:           {given(Props{"policy": `{"Version":"2012-10-17","Statement":[]}`}), "IAM-POLICY-UNIQUE"},
	TokenPolicyAttachment: {given(Props{"role": "exec-role", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), same},
	TokenCluster:          {given(Props{}), same},
	TokenTaskDefinition:   {func(*stage) Props { return taskInputs("nginx") }, second},
	TokenService:          {func(st *stage) Props { return st.serviceInputs(st.id("cluster"), "web", nil) }, same},
	TokenEndpointService: {func(st *stage) Props {
		lb := st.make(st.provider, "lb-2", TokenLoadBalancer, Props{
			"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1")),
		})
		return Props{"acceptanceRequired": true, "networkLoadBalancerArns": list(lb)}
	}, same},
	TokenAllowedPrincipal: {func(st *stage) Props {
		return Props{"vpcEndpointServiceId": st.id("pls"), "principalArn": "arn:aws:iam::333333333333:root"}
	}, same},
	TokenEndpoint: {func(st *stage) Props {
		return Props{"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.s3", "routeTableIds": list(st.id("private-table"))}
	}, same},
	TokenConnectionAccepter: {func(st *stage) Props {
		return Props{
			"vpcEndpointServiceId": st.id("pls"),
			"vpcEndpointId":        st.make(st.consumer, "endpoint-2", TokenEndpoint, st.endpointInputs(nil)),
		}
	}, same},
}

// What comes of a create whose answer was lost, where no rule refuses it.
const (
	same   = "same"
	second = "second"
)

func given(p Props) func(*stage) Props { return func(*stage) Props { return p } }

func ruleInputs(st *stage) Props {
	return Props{
		"securityGroupId": st.id("lb-group"), "cidrIpv4": "10.9.0.0/16", "ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0,
	}
}

func (st *stage) newSubnet() string {
	return st.make(st.provider, "new", TokenSubnet, Props{"vpcId": st.id("vpc"), "cidrBlock": "10.0.78.0/24"})
}

// TestLostAnswers: the client finds the resource of its first request where
// AWS's API is idempotent, and leaves one behind that nobody knows of elsewhere.
func TestLostAnswers(t *testing.T) {
	for _, ty := range Types() {
		tt, ok := lostCreates[ty.Token]
		require.True(t, ok, ty.Token)
		t.Run(ty.Token, func(t *testing.T) {
			st := newStage(t)
			inputs := tt.inputs(st)
			before := st.count(ty.Token)
			inject(t, st.w, "lost-answer")
			id, _, err := create(st.provider, "lost", ty.Token, inputs)
			incidents := st.w.Incidents()
			require.Len(t, incidents, 1)
			made := st.count(ty.Token) - before
			if tt.want == same {
				require.NoError(t, err)
				require.Equal(t, 1, made)
				require.Contains(t, incidents[0].Says, "with the same resource")
				return
			}
			require.Contains(t, incidents[0].Says, "no stack knows of")
			if tt.want == second {
				require.NoError(t, err)
				require.Equal(t, 2, made)
				require.NotEmpty(t, id)
				return
			}
			requireRefusal(t, tt.want, err)
			require.Equal(t, 1, made, "the first one is there")
		})
	}
}

func (st *stage) count(kind string) (n int) {
	st.view(func(tx *Tx) { n = len(tx.All(kind)) })
	return n
}

// withoutService is the deployed world before its ECS service is made.
func withoutService(t *testing.T, faults ...string) *stage {
	t.Helper()
	st := newStage(t)
	require.NoError(t, st.remove("service"))
	inject(t, st.w, faults...)
	return st
}

// serve makes the service of two tasks again, which no provider waits for.
func (st *stage) serve() Service {
	st.t.Helper()
	st.make(st.provider, "service", TokenService, st.serviceInputs(st.id("cluster"), "web", nil))
	return st.service()
}

func (st *stage) service() (s Service) {
	st.view(func(tx *Tx) { s, _ = tx.Service(st.id("service")) })
	return s
}

const noCapacity = "Capacity is unavailable at this time. Please try again later or in a different availability zone"

// TestCapacity: ECS goes on trying to place the tasks.
func TestCapacity(t *testing.T) {
	st := withoutService(t, "capacity:2")
	s := st.serve()
	assert.Equal(t, 0, s.Running)
	assert.Contains(t, s.Unsteady, noCapacity)
	st.make(st.provider, "other", TokenEIP, Props{})
	assert.Equal(t, 2, st.service().Running, "the next try placed them")
}

// TestCapacityWhileTheProviderWaits: with waitForSteadyState a shortage takes
// time, and fails the deployment only when it outlasts the provider's patience.
func TestCapacityWhileTheProviderWaits(t *testing.T) {
	waiting := Props{"waitForSteadyState": true}
	st := withoutService(t, "capacity:6")
	before := now(t, st.w)
	st.make(st.provider, "service", TokenService, st.serviceInputs(st.id("cluster"), "web", waiting))
	assert.Equal(t, 2, st.service().Running)
	assert.GreaterOrEqual(t, now(t, st.w).Sub(before), 3*steadyInterval)

	st = withoutService(t, "capacity:1000")
	id, _, err := create(st.provider, "service", TokenService, st.serviceInputs(st.id("cluster"), "web", waiting))
	var notSteady *NotSteadyError
	require.ErrorAs(t, err, &notSteady)
	assert.Equal(t, id, notSteady.ID)
	assert.Contains(t, err.Error(), noCapacity)
}

// TestZoneWithoutFargate: the tasks that belong in the zone can't be placed.
func TestZoneWithoutFargate(t *testing.T) {
	st := withoutService(t, "no-fargate:use1-az2")
	s := st.serve()
	assert.Equal(t, 1, s.Running)
	assert.Contains(t, s.Unsteady, "Fargate is not supported in the requested availability zone: use1-az2")
	assert.Len(t, st.w.Incidents(), 1)
	st.view(func(tx *Tx) {
		tasks := tx.Tasks(st.id("service"))
		require.Len(t, tasks, 2)
		for _, task := range tasks {
			assert.Equal(t, task.SubnetID == st.id("az1"), task.Running())
		}
	})
}
