package deploy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRollbackIsNoSuccess: a deployment that ECS rolled back fails the update, which waits
// for it unless told not to, and goes on failing until something changes. What the revision
// before needs, its port too, is still granted, and it goes on serving.
func TestRollbackIsNoSuccess(t *testing.T) {
	t.Parallel()
	const (
		ports  = "    loadBalancer: {crossZone: true}\n"
		good   = "    service: {image: 111111111111.dkr.ecr.us-east-1.amazonaws.com/web-a:1}\n"
		broken = "    service: {image: 111111111111.dkr.ecr.us-east-1.amazonaws.com/web-b:2, containerPort: 8080, secrets: " +
			"{A: arn:aws:secretsmanager:us-east-1:111111111111:secret:gone-AbCdEf}}\n"
	)
	s := openConnected(t, ports+good)
	rewrite(t, s, "provider", connectedFile(ports+broken))
	for range 2 {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.ErrorContains(t, err, ":1 and not arn:aws:ecs:us-east-1:111111111111:task-definition/web-")
		require.ErrorContains(t, err, "the deployment was rolled back")
		assert.True(t, reachable(t, s), "the revision before serves")
	}
	seen, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	assert.Contains(t, seen.Notes[len(seen.Notes)-1], "the deployment was rolled back")

	rewrite(t, s, "provider", connectedFile(ports+good))
	up(t, s, "provider")
	assert.True(t, reachable(t, s))
	requireUnchanged(t, s, "provider")
}

// TestNeedsOfTwoRevisions: what the new revision needs is there before the service
// changes, and what only the old one needs goes once the new one is steady.
func TestNeedsOfTwoRevisions(t *testing.T) {
	t.Parallel()
	service := func(repository, port, destination string) string {
		return connectedFile("    service: {image: 111111111111.dkr.ecr.us-east-1.amazonaws.com/" + repository + ":1, containerPort: " + port +
			", egress: {db: {port: 5432, cidrBlocks: [" + destination + "]}}, waitForSteadyState: true}\n")
	}
	s := openProject(t, map[string]string{"provider": service("web-a", "80", "10.9.0.0/24"), "consumer": consumerFile})
	for _, stack := range []string{"provider", "consumer", "provider"} {
		up(t, s, stack)
	}
	rewrite(t, s, "provider", service("web-b", "8080", "10.9.1.0/24"))
	var done []string
	_, err := s.Up(t.Context(), "provider", func(step Step) {
		if step.Done {
			done = append(done, step.Op+" "+step.Type)
		}
	}, nil)
	require.NoError(t, err)
	const (
		policy = "aws:iam/rolePolicy:RolePolicy"
		in     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		out    = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	)
	rolledOut := slices.Index(done, "update aws:ecs/service:Service")
	require.Positive(t, rolledOut, "%v", done)
	for _, before := range []string{"create-replacement " + policy, "create " + in, "create " + out} {
		assert.Contains(t, done[:rolledOut], before)
		assert.NotContains(t, done[rolledOut:], before)
	}
	for _, after := range []string{"delete-replaced " + policy, "delete " + in, "delete " + out} {
		assert.Contains(t, done[rolledOut:], after)
		assert.NotContains(t, done[:rolledOut], after)
	}
	assert.True(t, reachable(t, s))
	requireUnchanged(t, s, "provider")
}
