package deploy

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connectedFile is a provider's stack file whose tenant acme has the consumer's stack.
func connectedFile(lines string) string {
	return strings.Replace(providerFile(lines), `["222222222222"]`, `["222222222222"], consumerStacks: [consumer]`, 1)
}

// openConnected deploys a provider and a consumer that it accepted.
func openConnected(t *testing.T, lines string) *Sandbox {
	t.Helper()
	s := openProject(t, map[string]string{"provider": connectedFile(lines), "consumer": consumerFile})
	for _, stack := range []string{"provider", "consumer", "provider"} {
		up(t, s, stack)
	}
	require.True(t, reachable(t, s))
	return s
}

// TestProtectedFromDeletion: a load balancer that AWS will not delete stops a destroy
// before anything is deleted, also when the configuration lets go and AWS doesn't yet, and
// each way out that is printed works where it is printed.
func TestProtectedFromDeletion(t *testing.T) {
	t.Parallel()
	const end = "is protected from deletion: set provider.loadBalancer.deletionProtection to false and run pulumi up"
	s := openConnected(t, "    loadBalancer: {deletionProtection: true}\n    endpointService: {rejectConnectionsOnDestroy: true}\n")
	before := count(t, s)
	stack, err := s.open(t.Context(), "provider")
	require.NoError(t, err)

	_, err = stack.Destroy(t.Context())
	require.ErrorContains(t, err, "pulumi destroy --run-program --refresh says which and what to do")
	_, err = stack.Destroy(t.Context(), optdestroy.RunProgram(true), optdestroy.Refresh())
	require.ErrorContains(t, err, end)
	assert.Equal(t, before, count(t, s))

	rewrite(t, s, "provider", connectedFile("    name: shop\n    endpointService: {rejectConnectionsOnDestroy: true}\n"))
	_, err = s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, end, "another name deletes what has the former one")

	rewrite(t, s, "provider", connectedFile("    endpointService: {rejectConnectionsOnDestroy: true}\n"))
	_, err = stack.Destroy(t.Context(), optdestroy.RunProgram(true))
	require.ErrorContains(t, err, end, "the configuration lets go, and AWS not yet")
	assert.Equal(t, before, count(t, s))
	assert.True(t, reachable(t, s))

	up(t, s, "provider")
	_, err = stack.Destroy(t.Context())
	require.NoError(t, err)
	destroyAll(t, s, "consumer")
}

// TestProtectedFromReplacement: a protected load balancer is not left behind half-way
// when another generation takes its place, and both ways out work.
func TestProtectedFromReplacement(t *testing.T) {
	t.Parallel()
	const protected = "    loadBalancer: {deletionProtection: true"
	s := openProject(t, map[string]string{"provider": providerFile(protected + "}\n")})
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile(protected+", generation: 2}\n"))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "is protected from deletion: keep it beside the new one for a pulumi up")
	rewrite(t, s, "provider", providerFile(protected+", generation: 2, retainPrevious: true}\n"))
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile(protected+", generation: 2}\n"))
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile("    loadBalancer: {generation: 2}\n"))
	up(t, s, "provider")
	destroyAll(t, s, "provider")
}

// TestNameChange: another name is refused in a preview while a consumer is connected, and
// carried out once it is gone, with no update in between.
func TestNameChange(t *testing.T) {
	t.Parallel()
	s := openConnected(t, "")
	rewrite(t, s, "provider", connectedFile("    name: shop\n"))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "connected to the endpoint service: endpoint vpce-")
	assert.True(t, reachable(t, s))

	_, err = s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	up(t, s, "provider")
	requireUnchanged(t, s, "provider")
	destroyAll(t, s, "provider")
}

// TestNameChangeOfARejectedConsumer: what a refused change of name says to do works.
func TestNameChangeOfARejectedConsumer(t *testing.T) {
	t.Parallel()
	s := openConnected(t, "")
	endpoint, err := s.Outputs(t.Context(), "consumer")
	require.NoError(t, err)
	rejectByHand(t, s, endpoint["endpointId"].(string))
	stack, err := s.open(t.Context(), "provider")
	require.NoError(t, err)

	rewrite(t, s, "provider", connectedFile("    name: shop\n"))
	_, err = s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, "pulumi up --refresh with the former one")
	_, err = stack.Destroy(t.Context(), optdestroy.RunProgram(true))
	require.ErrorContains(t, err, "connected to the endpoint service", "a destroy with the new name too")

	rewrite(t, s, "provider", connectedFile(""))
	_, err = stack.Up(t.Context(), optup.Refresh())
	require.NoError(t, err)
	_, err = stack.Destroy(t.Context(), optdestroy.RunProgram(true), optdestroy.Refresh())
	require.NoError(t, err)
	destroyAll(t, s, "consumer")
}
