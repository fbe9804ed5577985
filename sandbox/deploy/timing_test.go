package deploy

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/timing"
)

// requireInOrder requires that no resource of a run waited for what it does not
// need, and that the components used cost no more than a few seconds of the
// minutes: awsx's VPC hands out nothing before its route tables are there too.
func requireInOrder(t *testing.T, res *Result) {
	t.Helper()
	require.Equal(t, res.Timing.LowerBound, res.Timing.Duration, "%s waits for what it does not need: %s", res.Stack, describe(res.Timing))
	require.LessOrEqual(t, res.Timing.LowerBound-res.Timing.Bare, 5*time.Second, "%s: %s", res.Stack, describe(res.Timing))
}

func describe(r *timing.Report) string {
	b, _ := json.MarshalIndent(r, "", " ")
	return string(b)
}

// TestDeployOrder: with the repository's own configuration both stacks take no
// longer than AWS needs, and a run that changes nothing takes no time.
func TestDeployOrder(t *testing.T) {
	t.Parallel()
	s := openProject(t, nil)
	for _, st := range []string{"provider", "consumer", "provider"} {
		res := up(t, s, st)
		requireInOrder(t, res)
		t.Logf("%s: %s, at least %s, ratio %.3f, without components at least %s",
			st, res.Timing.Duration, res.Timing.LowerBound, res.Timing.Ratio(), res.Timing.Bare)
		assert.NotEmpty(t, res.Timing.Critical)
	}
	assert.Zero(t, up(t, s, "provider").Timing.Duration)
	assert.Zero(t, up(t, s, "consumer").Timing.Duration)
	gone, err := s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, gone.Timing.Duration, time.Minute, "the endpoint alone takes that")
}

// TestDeployOrderOfNetworks is the same for each way out of the provider's
// network, and for a deployment that waits for its tasks.
func TestDeployOrderOfNetworks(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]string{
		"none": `    network: {egress: none, vpcEndpoints: [ecr.api, ecr.dkr, logs, s3]}
    service: {image: 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1}
`,
		"single-nat":   "    network: {egress: single-nat}\n",
		"nat-per-az":   "    network: {egress: nat-per-az, availabilityZones: 3}\n",
		"public":       "    network: {egress: public}\n",
		"steady state": "    service: {waitForSteadyState: true}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openProject(t, map[string]string{"provider": providerFile(lines), "consumer": consumerFile})
			res := up(t, s, "provider")
			requireInOrder(t, res)
			if name == "steady state" {
				i := slices.IndexFunc(res.Timing.Critical, func(s timing.Share) bool { return s.Type == "aws:ecs/service:Service" })
				require.GreaterOrEqual(t, i, 0, describe(res.Timing))
				require.Equal(t, (84+60+2*10)*time.Second, res.Timing.Critical[i].Takes, "by the target group's own health check")
			}
		})
	}
}
