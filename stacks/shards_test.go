package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manyTenants are in the shards that there are, with all that a shard has of its own.
func manyTenants(shards int) string {
	return fmt.Sprintf(`{"shards": %d, "listeners": {"80/tcp": {}}, "service": {"deployment": {"rollbackOnUnhealthyTargets": true}},
		"notifications": {"enabled": true}, "operations": {"alarms": true, "dashboard": true}, "scaling": {"flowsPerTask": 1000, "maxCount": 4},
		"loadBalancer": {"clientCidrs": ["10.0.0.0/8"]}, "endpointService": {"contributorInsights": true, "privateDns": {"name": "api.example.com", "hostedZoneId": "Z1"}},
		"tenants": {"acme": {"accounts": ["222222222222"], "endpointIds": ["vpce-11111111"]}}}`, shards)
}

// A shard more changes nothing of what there is but what all shards share: the ECS service
// that has its target groups, what scales it by all connections, and the policy of the one
// topic.
func TestOneShardMoreChangesNoOther(t *testing.T) {
	for shards := 1; shards < 5; shards++ {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			before, after := newCloud(), newCloud()
			require.NoError(t, before.run("provider", provider(manyTenants(shards))))
			require.NoError(t, after.run("provider", provider(manyTenants(shards+1))))
			was, is := registeredInputs(before), registeredInputs(after)
			var edited []string
			added := map[string]int{}
			for _, what := range changed(was, is) {
				if was[what] != "" {
					edited = append(edited, what)
				} else {
					added[strings.Split(what, " ")[0]]++
				}
				require.NotEmpty(t, is[what])
				require.True(t, was[what] != "" || strings.Contains(what, fmt.Sprintf("-s%d", shards+1)), what)
			}
			assert.Equal(t, []string{
				"aws:appautoscaling/policy:Policy web-flows", "aws:ecs/service:Service web", "aws:sns/topicPolicy:TopicPolicy web",
			}, edited)
			for _, one := range []string{
				"aws:ec2/vpcEndpointService:VpcEndpointService", "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup", "aws:lb/listener:Listener",
				"aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification", "aws:cloudwatch/dashboard:Dashboard",
				"fargate-privatelink:index:ConnectionGuard", "aws:route53/record:Record",
			} {
				assert.Equal(t, 1, added[one], one)
			}
			service := plain(after.of("aws:ecs/service:Service")["web"].inputs)
			assert.Len(t, service["loadBalancers"], shards+1)
		})
	}
}

// registeredInputs are a program's resources with their inputs.
func registeredInputs(c *cloud) map[string]string {
	all := map[string]string{}
	for _, r := range c.registrations {
		all[r.typ+" "+r.name] = fmt.Sprint(r.parent, ordered(plain(r.inputs)))
	}
	return all
}

func TestOutputsOfShards(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"shards": 2, "tenants": {
		"acme": {"accounts": ["333333333333", "222222222222"], "principals": ["arn:aws:iam::222222222222:role/a"]}, "blue": {"accounts": ["444444444444"], "shards": [2]}
	}}`)))
	contracts := c.outputs["contracts"].(map[string]any)
	require.Len(t, contracts, 2)
	assert.Equal(t, c.outputs["contract"], contracts["1"])
	assert.Equal(t, map[string]any{
		"acme": map[string]any{"shard": 1, "accounts": []string{"222222222222", "333333333333"}},
		"blue": map[string]any{"shard": 2, "accounts": []string{"444444444444"}},
	}, c.outputs["tenantShards"])

	one := newCloud()
	require.NoError(t, one.run("provider", provider(`{"name": "web"}`)))
	assert.NotContains(t, one.outputs, "contracts")
	assert.NotContains(t, one.outputs, "tenantShards")
}

// A consumer finds its own shard's contract by its account.
func TestConsumerOfAShard(t *testing.T) {
	serviceIn := func(shard int) string { return fmt.Sprintf("com.amazonaws.vpce.us-east-1.vpce-svc-%08d", shard) }
	contractIn := func(shard int) map[string]any {
		return changedContract(func(contract map[string]any) {
			contract["serviceName"], contract["serviceId"] = serviceIn(shard), fmt.Sprintf("vpce-svc-%08d", shard)
		})
	}
	tenant := func(shard int, accounts ...string) map[string]any {
		return map[string]any{"shard": shard, "accounts": anys(accounts)}
	}
	const own = "111111111111" // the mock's
	for _, test := range []struct {
		name      string
		tenants   map[string]any
		connected int
		contracts func(map[string]any)
		want      int
		err       string
	}{
		{name: "its own", tenants: map[string]any{"acme": tenant(2, "222222222222", own), "blue": tenant(3, "333333333333")}, want: 2},
		{name: "nobody's", tenants: map[string]any{"blue": tenant(3, "333333333333")}, want: 1},
		{name: "anybody's", tenants: map[string]any{"all": tenant(3), "blue": tenant(2, "333333333333")}, want: 3},
		{name: "its own beside anybody's", tenants: map[string]any{"all": tenant(3), "acme": tenant(2, own)}, want: 2},
		{name: "a new endpoint of two", tenants: map[string]any{"acme": tenant(1, own), "acme-2": tenant(3, own)}, want: 3},
		{name: "an endpoint that stays while it moves", tenants: map[string]any{"acme": tenant(1, own), "acme-2": tenant(3, own)}, connected: 1, want: 1},
		{name: "an endpoint that has moved", tenants: map[string]any{"acme-2": tenant(3, own)}, connected: 1, want: 3},
		{name: "another version", tenants: map[string]any{"acme": tenant(2, own)}, contracts: func(all map[string]any) {
			all["2"] = changedContract(func(contract map[string]any) { contract["version"] = 2 })
		}, err: "stack acme-org/fargate-privatelink/provider: shard 2: contract.version is 2; this program reads version 1: upgrade this program to the provider's release"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newConsumerCloud()
			contracts := map[string]any{"1": contractIn(1), "2": contractIn(2), "3": contractIn(3)}
			if test.contracts != nil {
				test.contracts(contracts)
			}
			c.stacks[providerStack] = map[string]any{"contract": contractIn(1), "contracts": contracts, "tenantShards": test.tenants}
			if test.connected != 0 {
				c.stacks[consumerStack] = map[string]any{"serviceName": serviceIn(test.connected)}
			}
			err := c.run(consumerStack[strings.LastIndex(consumerStack, "/")+1:], consumer(`{"name": "web"}`))
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, serviceIn(test.want), c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")["serviceName"])
		})
	}
}
