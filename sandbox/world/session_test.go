package world

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAutomaticName is kept as long as the user writes none.
func TestAutomaticName(t *testing.T) {
	s := session(newWorld(t), providerAccount, testRegion)
	asked := 0
	namer := func(limit int) (string, error) {
		asked++
		require.Equal(t, 32, limit)
		return "lb-1234567", nil
	}
	inputs := Props{"loadBalancerType": "network", "subnets": list("subnet-x")}
	first, problems := s.Check(TokenLoadBalancer, nil, inputs, namer)
	require.Empty(t, problems)
	second, _ := s.Check(TokenLoadBalancer, first, inputs, namer)
	require.Equal(t, "lb-1234567", second.Str("name"))
	require.Equal(t, 1, asked)

	fixed, _ := s.Check(TokenLoadBalancer, second, over(inputs, Props{"name": "web"}), namer)
	changes, before, err := s.Diff(TokenLoadBalancer, "lb", second, nil, fixed)
	require.NoError(t, err)
	require.Equal(t, []Change{{Property: "name", Kind: Changed, Replace: true}}, changes)
	require.True(t, before, "a name of the user's can't be had twice")

	_, problems = s.Check(TokenLoadBalancer, nil, inputs, func(int) (string, error) { return "", errors.New("too long") })
	require.EqualError(t, problems[0], "too long")
}

// TestCheckWithUnknowns: what is not known yet breaks no rule.
func TestCheckWithUnknowns(t *testing.T) {
	s := session(newWorld(t), providerAccount, testRegion)
	for token, inputs := range map[string]Props{
		TokenVPC:            {"cidrBlock": Unknown{}},
		TokenEgressRule:     {"securityGroupId": Unknown{}, "referencedSecurityGroupId": Unknown{}, "ipProtocol": "tcp", "fromPort": Unknown{}, "toPort": 80.0},
		TokenTaskDefinition: {"family": "web", "containerDefinitions": Unknown{}},
		TokenRole:           {"assumeRolePolicy": map[string]any{"Statement": Unknown{}}},
		TokenService:        {"networkConfiguration": map[string]any{"subnets": Unknown{}}, "loadBalancers": []any{Unknown{}}},
	} {
		_, problems := s.Check(token, nil, inputs, func(int) (string, error) { return "name", nil })
		require.Empty(t, problems, token)
	}
}

// TestMissingInputs are all named, nested ones too.
func TestMissingInputs(t *testing.T) {
	s := session(newWorld(t), providerAccount, testRegion)
	_, problems := s.Check(TokenListener, nil, Props{"defaultActions": []any{map[string]any{}}}, nil)
	require.Len(t, problems, 2)
	require.EqualError(t, problems[0], `aws:lb/listener:Listener.defaultActions[0]: missing required property "type"`)
	require.EqualError(t, problems[1], `aws:lb/listener:Listener: missing required property "loadBalancerArn"`)
}

// TestPolicyAsObject: a JSON document may be written as an object.
func TestPolicyAsObject(t *testing.T) {
	s := session(newWorld(t), providerAccount, testRegion)
	asText := Props{"name": "r", "assumeRolePolicy": `{ "Statement": [], "Version": "2012-10-17" }`}
	asObject := Props{"name": "r", "assumeRolePolicy": map[string]any{"Version": "2012-10-17", "Statement": []any{}}}
	a, problems := s.Check(TokenRole, nil, asText, nil)
	require.Empty(t, problems)
	b, problems := s.Check(TokenRole, nil, asObject, nil)
	require.Empty(t, problems)
	require.Equal(t, `{"Statement":[],"Version":"2012-10-17"}`, b.Str("assumeRolePolicy"))
	changes, _, err := s.Diff(TokenRole, "r", a, nil, b)
	require.NoError(t, err)
	require.Empty(t, changes)
}

// TestNoDiffOfWhatIsTheSame: sets in another order, and computed inputs that
// the program no longer has.
func TestNoDiffOfWhatIsTheSame(t *testing.T) {
	st := newStage(t)
	for name, changed := range map[string]Props{
		"lb":       {"subnets": list(st.id("az2"), st.id("az1")), "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": nil},
		"endpoint": {"subnetIds": list(st.id("c-az2"), st.id("c-az1"))},
		"service": {"networkConfiguration": map[string]any{
			"assignPublicIp": false, "subnets": list(st.id("az2"), st.id("az1")), "securityGroups": list(st.id("task-group")),
		}},
	} {
		old, err := st.owners[name].Inputs(st.tokens[name], st.id(name))
		require.NoError(t, err)
		changes, _, err := st.owners[name].Diff(st.tokens[name], st.id(name), old, st.show(name), over(old, changed))
		require.NoError(t, err)
		require.Empty(t, changes, name)
	}
}

// TestNothingToDoAfterDeploying: checked again, every resource is as it was.
func TestNothingToDoAfterDeploying(t *testing.T) {
	st := newStage(t)
	for _, name := range st.names {
		s, token := st.owners[name], st.tokens[name]
		old, err := s.Inputs(token, st.id(name))
		require.NoError(t, err)
		written := undefaulted(map[string]any(old.Clone())).(map[string]any)
		again, problems := s.Check(token, old, written, func(int) (string, error) { return "another", nil })
		require.Empty(t, problems, name)
		changes, _, err := s.Diff(token, st.id(name), old, st.show(name), again)
		require.NoError(t, err)
		require.Empty(t, changes, name)
	}
}

// TestTags: a resource's own tags stand over the provider's default tags, whose
// change shows.
func TestTags(t *testing.T) {
	st := emptyStage(t, newWorld(t))
	st.provider.Caller.DefaultTags = map[string]string{"team": "web", "stage": "dev"}
	st.make(st.provider, "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"stage": "prod"}})
	require.Equal(t, Props{"team": "web", "stage": "prod"}, st.show("vpc").Map("tagsAll"))
	require.Equal(t, Props{"stage": "prod"}, st.show("vpc").Map("tags"))

	old, err := st.provider.Inputs(TokenVPC, st.id("vpc"))
	require.NoError(t, err)
	st.provider.Caller.DefaultTags["team"] = "platform"
	changes, _, err := st.provider.Diff(TokenVPC, st.id("vpc"), old, st.show("vpc"), old)
	require.NoError(t, err)
	require.Equal(t, []Change{{Property: "tagsAll", Kind: Changed}}, changes)
	require.NoError(t, st.change("vpc", nil))
	require.Equal(t, "platform", st.show("vpc").Map("tagsAll").Str("team"))
}

// TestUpdateKeepsWhatAWSChose, and drops what only the program said.
func TestUpdateKeepsWhatAWSChose(t *testing.T) {
	st := newStage(t)
	before := st.show("vpc")
	require.NoError(t, st.change("vpc", Props{"enableDnsHostnames": nil, "tags": map[string]any{"a": "b"}}))
	after := st.show("vpc")
	require.Equal(t, before["enableDnsHostnames"], after["enableDnsHostnames"])
	require.Equal(t, before["mainRouteTableId"], after["mainRouteTableId"])

	require.NoError(t, st.change("tg", Props{"deregistrationDelay": 60.0}))
	require.Equal(t, 60, st.show("tg").Int("deregistrationDelay"))
	require.NoError(t, st.change("tg", Props{"deregistrationDelay": nil}))
	require.Equal(t, 300, st.show("tg").Int("deregistrationDelay"))
}

// TestUnmodelledType is one clear error, whatever the call.
func TestUnmodelledType(t *testing.T) {
	s := session(newWorld(t), providerAccount, testRegion)
	const token = "aws:lambda/function:Function"
	_, problems := s.Check(token, nil, nil, nil)
	require.EqualError(t, problems[0], "the sandbox does not model aws:lambda/function:Function")
	_, _, err := s.Diff(token, "x", nil, nil, nil)
	require.ErrorContains(t, err, "does not model")
	_, _, err = s.Create(token, nil)
	require.ErrorContains(t, err, "does not model")
	_, err = s.Update(token, "x", nil)
	require.ErrorContains(t, err, "does not model")
	require.ErrorContains(t, s.Delete(token, "x"), "does not model")
	_, err = s.Read(token, "x")
	require.ErrorIs(t, err, ErrNotFound)
}
