package deploy

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/world"
)

// shardedFile is a provider's stack file with one task and tenants of their own.
func shardedFile(shards int, tenants ...string) string {
	return strings.Replace(providerFile(fmt.Sprintf("    shards: %d\n    service: {desiredCount: 1, waitForSteadyState: true}\n", shards)),
		`{acme: {accounts: ["222222222222"]}}`, "{"+strings.Join(tenants, ", ")+"}", 1)
}

// taskSeen is the task that answers a consumer's request.
func taskSeen(t *testing.T, l *live, stack string) string {
	t.Helper()
	var seen container.Seen
	require.NoError(t, json.Unmarshal([]byte(getOf(t, l.s, l.n, stack, "", "application/json")), &seen))
	return seen.Task
}

// TestShards: tenants in two shards are connected to two endpoint services of the same
// tasks. A third shard moves nobody and cuts nobody off. To put a tenant into another shard
// is refused by the preview, and what it says to do instead works.
func TestShards(t *testing.T) {
	t.Parallel()
	const (
		acme  = `acme: {accounts: ["222222222222"], consumerStacks: [consumer], shards: [1]}`
		blue  = `blue: {accounts: ["333333333333"], consumerStacks: [consumer-blue], shards: [2]}`
		moved = `acme-3: {accounts: ["222222222222"], consumerStacks: [consumer-3], shards: [3]}`
	)
	s := openProject(t, map[string]string{
		"provider": shardedFile(2, acme, blue), "consumer": consumerFile,
		"consumer-blue": strings.Replace(consumerFile, "222222222222", "333333333333", 1),
		"consumer-3":    strings.Replace(consumerFile, "10.20.0.0/16", "10.21.0.0/16", 1),
	})
	provider := up(t, s, "provider").Outputs
	serviceOf := func(shard string) any {
		return provider["contracts"].(map[string]any)[shard].(map[string]any)["serviceName"]
	}
	assert.Equal(t, provider["contract"], provider["contracts"].(map[string]any)["1"])
	assert.NotEqual(t, serviceOf("1"), serviceOf("2"))
	assert.Equal(t, serviceOf("1"), up(t, s, "consumer").Outputs["serviceName"])
	assert.Equal(t, serviceOf("2"), up(t, s, "consumer-blue").Outputs["serviceName"])
	up(t, s, "provider")
	l := watchLive(t, s)
	assert.Equal(t, taskSeen(t, l, "consumer"), taskSeen(t, l, "consumer-blue"))
	requireUnchanged(t, s, "provider", "consumer", "consumer-blue")
	found, err := s.CheckOn(t.Context(), l.n, "consumer", "consumer-blue")
	require.NoError(t, err)
	require.Len(t, found, 2)
	for _, r := range found {
		assert.True(t, r.Reachable() && r.StrangersRefused(), r.Stack)
	}
	drawsPicture(t, s, found)

	l.watched = append(l.candidates("consumer"), l.candidates("consumer-blue")...)
	require.Len(t, l.watched, 2)
	l.watching.Store(true)
	require.NoError(t, l.step("provider", shardedFile(3, acme, blue)))
	l.poll("the end")
	require.Empty(t, l.lost)
	assert.Equal(t, taskSeen(t, l, "consumer"), taskSeen(t, l, "consumer-blue"))
	requireUnchanged(t, s, "provider", "consumer", "consumer-blue")

	for _, refused := range []struct{ file, want string }{
		{shardedFile(3, strings.Replace(acme, "[1]", "[3]", 1), blue), "is in shard 1 and would be rejected for shard 3, which only a new endpoint can connect to: " +
			"leave it with shards: [1] of provider.tenants.acme; or, to move it, list its accounts in another tenant with shards: [3]"},
		{shardedFile(1, acme, blue), "provider.tenants.blue.shards[0] is 2; it must be 1 to 1: provider.shards is 1"},
		{shardedFile(1, acme, strings.Replace(blue, "[2]", "[1]", 1)), "is in shard 2 and would be rejected for shard 1"},
	} {
		require.ErrorContains(t, l.step("provider", refused.file), refused.want)
	}

	require.NoError(t, l.step("provider", shardedFile(3, acme, blue, moved)))
	assert.Equal(t, up(t, s, "provider").Outputs["contracts"].(map[string]any)["3"].(map[string]any)["serviceName"], up(t, s, "consumer-3").Outputs["serviceName"])
	requireUnchanged(t, s, "consumer")
	up(t, s, "provider")
	l.poll("the move's first half")
	require.Empty(t, l.lost)
	l.watched = append(l.candidates("consumer-3"), l.candidates("consumer-blue")...)
	require.NoError(t, l.step("provider", shardedFile(3, blue, moved)))
	l.poll("the move's end")
	require.Empty(t, l.lost)
	l.watching.Store(false)

	_, err = s.Destroy(t.Context(), "provider", nil, nil)
	require.Error(t, err)
	// Each shard has a guard, and which one the engine asks first is its own choice.
	assert.Regexp(t, `account (333333333333 \(tenant blue\)|222222222222 \(tenant acme-3\)); have the endpoints deleted`, err.Error())
	for _, stack := range []string{"consumer", "consumer-3", "consumer-blue"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	rewrite(t, s, "provider", shardedFile(1))
	left := up(t, s, "provider")
	assert.NotContains(t, left.Outputs, "contracts")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		assert.Len(t, tx.All("aws:ec2/vpcEndpointService:VpcEndpointService"), 1)
		assert.Len(t, tx.All("aws:lb/loadBalancer:LoadBalancer"), 1)
		return nil
	}))
	requireUnchanged(t, s, "provider")
	destroyAll(t, s, "provider")
}

// TestShardsHaveWhatAServiceHas: each shard has a private DNS name, alarms, notifications
// and a second load balancer of its own, and the alarms have something to measure.
func TestShardsHaveWhatAServiceHas(t *testing.T) {
	t.Parallel()
	file := strings.Replace(shardedFile(2, `acme: {accounts: ["222222222222"], consumerStacks: [consumer], shards: [2]}`), ", waitForSteadyState: true",
		", waitForSteadyState: true, deployment: {rollbackOnUnhealthyTargets: true}", 1) + `    loadBalancer: {generation: 2, retainPrevious: true, clientCidrs: [10.20.0.0/16]}
    endpointService: {contributorInsights: true, privateDns: {name: api.example.com, hostedZoneId: ZONE}}
    notifications: {enabled: true}
    scaling: {flowsPerTask: 1000, maxCount: 3}
    operations: {dashboard: true, alarms: true}
`
	s := openProject(t, map[string]string{"provider": file, "consumer": consumerFile})
	file = strings.Replace(file, "ZONE", made(t, s, "111111111111", "aws:route53/zone:Zone", world.Props{"name": "example.com"}), 1)
	rewrite(t, s, "provider", file)
	for _, stack := range []string{"provider", "consumer", "provider", "consumer"} {
		up(t, s, stack)
	}
	outputs, err := s.Outputs(t.Context(), "consumer")
	require.NoError(t, err)
	assert.Equal(t, "http://api.example.com", outputs["url"])
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		assert.Len(t, tx.All("aws:lb/targetGroup:TargetGroup"), 4)
		assert.Len(t, tx.All("aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"), 2)
		for _, a := range tx.Alarms() {
			assert.Empty(t, a.NoData, a.Name)
		}
		return nil
	}))
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	rewrite(t, s, "provider", strings.Replace(file, ", retainPrevious: true", "", 1))
	_, err = s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "would lose the load balancer")
	_, err = s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	up(t, s, "provider")
	requireUnchanged(t, s, "provider")
	_, err = s.Destroy(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
}
