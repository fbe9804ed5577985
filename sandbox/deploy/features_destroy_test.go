package deploy

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// reachable says whether the first consumer reaches the service.
func reachable(t *testing.T, s *Sandbox) bool {
	t.Helper()
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	return found[0].Reachable()
}

// count returns how many resources there are in all accounts.
func count(t *testing.T, s *Sandbox) (n int) {
	t.Helper()
	left, err := s.Remaining()
	require.NoError(t, err)
	for _, m := range left {
		n += m
	}
	return n
}

// TestDestroyWithAConsumer: a provider with an accepted consumer is not destroyed by
// mistake. The refusal names the endpoint, its owner and the command that disconnects
// it, comes before anything is deleted, and the service goes on answering.
func TestDestroyWithAConsumer(t *testing.T) {
	t.Parallel()
	connecting := strings.Replace(providerFile(""), `["222222222222"]`, `["222222222222"], consumerStacks: [consumer]`, 1)
	s := openProject(t, map[string]string{"provider": connecting, "consumer": consumerFile})
	service := up(t, s, "provider").Outputs["serviceId"].(string)
	endpoint := up(t, s, "consumer").Outputs["endpointId"].(string)
	up(t, s, "provider")
	require.True(t, reachable(t, s))
	before := count(t, s)

	refused := func(name string, err error, want ...string) {
		t.Helper()
		for _, part := range want {
			assert.ErrorContains(t, err, part, name)
		}
		assert.Equal(t, before, count(t, s), "%s deleted something", name)
		assert.True(t, reachable(t, s), "%s disconnected the consumer", name)
	}
	stack, err := s.open(t.Context(), "provider")
	require.NoError(t, err)
	_, err = stack.Destroy(t.Context())
	refused("pulumi destroy", err, "pulumi destroy --run-program --refresh says which and what to do")
	_, err = stack.Destroy(t.Context(), optdestroy.RunProgram(true))
	refused("pulumi destroy --run-program", err,
		"endpoint "+endpoint+" of account 222222222222 (tenant acme)",
		"aws ec2 reject-vpc-endpoint-connections --region us-east-1 --service-id "+service+" --vpc-endpoint-ids "+endpoint,
		"provider.endpointService.rejectConnectionsOnDestroy")

	// Rejected by hand, it is in nobody's way any more.
	rejectByHand(t, s, endpoint)
	_, err = s.Destroy(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
	destroyAll(t, s, "consumer")
}

// rejectByHand rejects an endpoint as the command of a refusal does.
func rejectByHand(t *testing.T, s *Sandbox, endpoint string) {
	t.Helper()
	require.NoError(t, s.World.Update(func(tx *world.Tx) error {
		r := tx.Get(endpointType, endpoint)
		r.Outputs["state"] = world.StateRejected
		tx.Put(r)
		return nil
	}))
}

// TestDestroyRejects: with the option, the same destroy disconnects the consumer.
func TestDestroyRejects(t *testing.T) {
	t.Parallel()
	file := strings.Replace(providerFile("    endpointService: {rejectConnectionsOnDestroy: true}\n"),
		`["222222222222"]`, `["222222222222"], consumerStacks: [consumer]`, 1)
	s := openProject(t, map[string]string{"provider": file, "consumer": consumerFile})
	up(t, s, "provider")
	up(t, s, "consumer")
	up(t, s, "provider")
	require.True(t, reachable(t, s))
	stack, err := s.open(t.Context(), "provider")
	require.NoError(t, err)
	_, err = stack.Destroy(t.Context())
	require.NoError(t, err)
	destroyAll(t, s, "consumer")
}

// TestDestroyWithAnUnknownConsumer: nobody listed the consumer, so that only AWS knows
// of it. It refuses to delete the endpoint service, before the engine has touched
// anything that serves.
func TestDestroyWithAnUnknownConsumer(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{
		"provider": providerFile("    endpointService: {acceptanceRequired: false}\n"), "consumer": consumerFile,
	})
	up(t, s, "provider")
	up(t, s, "consumer")
	require.True(t, reachable(t, s))
	_, err := s.Destroy(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "ExistingVpcEndpointConnections")
	assert.True(t, reachable(t, s), "the service stopped answering")
	up(t, s, "provider")
	destroyAll(t, s, "consumer", "provider")
}

// TestTenantTakenOut: a tenant that leaves the configuration loses its connection and
// not only its permission, which on AWS would leave the connection up.
func TestTenantTakenOut(t *testing.T) {
	t.Parallel()
	const both = `["222222222222"], consumerStacks: [consumer]}, beta: {accounts: ["333333333333"]`
	connecting := strings.Replace(providerFile(""), `["222222222222"]`, both, 1)
	s := openProject(t, map[string]string{"provider": connecting, "consumer": consumerFile})
	up(t, s, "provider")
	endpoint := up(t, s, "consumer").Outputs["endpointId"].(string)
	up(t, s, "provider")
	require.True(t, reachable(t, s))

	rewrite(t, s, "provider", strings.Replace(providerFile(""), `acme: {accounts: ["222222222222"]}`, `beta: {accounts: ["333333333333"]}`, 1))
	before := len(s.World.Operations())
	left := up(t, s, "provider")
	var deleted []string
	for _, op := range s.World.Operations()[before:] {
		if op.Phase == world.PhaseDelete {
			deleted = append(deleted, op.Token)
		}
	}
	assert.Equal(t, []string{
		"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter",
		"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
	}, deleted, "the connection is rejected first, the permission taken after")
	assert.Equal(t, 2, left.Changes["delete"], "the permission and the accepted connection: %v", left.Changes)
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		e, _ := tx.Endpoint(endpoint)
		assert.Equal(t, world.StateRejected, e.State)
		return nil
	}))
	assert.False(t, reachable(t, s))
}
