package stacks_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever names no clients lets in the network itself, and nobody names everybody by
// leaving something out. The load balancer that nobody named clients for admits no
// address at all: PrivateLink does not need it to.
func TestNobodyIsLetInUnasked(t *testing.T) {
	for name, config := range map[string]map[string]string{
		"provider": provider(`{"name": "web"}`),
		"public":   provider(`{"network": {"egress": "public"}}`),
		"options":  provider(everyOption),
		"offer":    provider(everyOffer),
		"consumer": consumer(`{"name": "web"}`),
	} {
		c := newConsumerCloud()
		require.NoError(t, c.run("stack", config), name)
		rules := c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
		require.NotEmpty(t, rules, name)
		for rule, made := range rules {
			for _, source := range []string{"cidrIpv4", "cidrIpv6"} {
				cidr, _ := plain(made.inputs)[source].(string)
				assert.False(t, strings.HasSuffix(cidr, "/0"), "%s: %s admits %s", name, rule, cidr)
				assert.False(t, cidr != "" && strings.Contains(rule, "nlb"), "%s: %s admits %s", name, rule, cidr)
			}
		}
		for group, made := range c.of("aws:ec2/securityGroup:SecurityGroup") {
			assert.NotContains(t, plain(made.inputs), "ingress", "%s: %s has rules of its own", name, group)
		}
	}
}

// The same configuration makes the same task definition, however Go walks its maps:
// otherwise every update would start new tasks.
func TestTaskDefinitionsAreAlwaysTheSame(t *testing.T) {
	sidecars, listeners, variables := map[string]any{}, map[string]any{}, map[string]any{}
	for i := range 9 {
		variables[fmt.Sprintf("V%d", i)] = "x"
		sidecars[fmt.Sprintf("agent%d", i)] = map[string]any{"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/agent:1"}
	}
	for i := range 5 {
		listeners[fmt.Sprintf("%d/tcp", 8000+i)] = map[string]any{"containerPort": 9000 + i}
	}
	config, err := json.Marshal(map[string]any{
		"service": map[string]any{"sidecars": sidecars, "environment": variables}, "listeners": listeners,
	})
	require.NoError(t, err)
	made := map[string]bool{}
	for range 8 {
		c := newCloud()
		require.NoError(t, c.run("provider", provider(string(config))))
		made[c.one(t, "aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"].(string)] = true
	}
	assert.Len(t, made, 1)
}

// Each listener has a target group of its own, and so a port of its own in the
// container.
func TestEachListenerHasItsOwnPort(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"listeners": {"80/tcp": {"containerPort": 8080}, "81/tcp": {"containerPort": 8081}}}`)))
	listeners, groups := c.of("aws:lb/listener:Listener"), c.of("aws:lb/targetGroup:TargetGroup")
	want := map[string]any{}
	for name, port := range map[string]float64{"web-80": 8080, "web-81": 8081} {
		assert.Equal(t, port, plain(groups[name].inputs)["port"], name)
		arn := c.arn("targetgroup/" + name)
		assert.Equal(t, []any{map[string]any{"type": "forward", "targetGroupArn": arn}}, plain(listeners[name].inputs)["defaultActions"], name)
		want[arn] = port
	}
	got := map[string]any{}
	for _, served := range c.one(t, "aws:ecs/service:Service")["loadBalancers"].([]any) {
		balancer := served.(map[string]any)
		got[balancer["targetGroupArn"].(string)] = balancer["containerPort"]
	}
	assert.Equal(t, want, got)
}
