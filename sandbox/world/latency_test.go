package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestLatencies: every type takes time, and says where that is known from.
func TestLatencies(t *testing.T) {
	for _, ty := range Types() {
		l := ty.Latency
		assert.NotEmpty(t, l.Source, ty.Token)
		assert.Positive(t, l.Create, ty.Token)
		assert.Positive(t, l.Update, ty.Token)
		assert.Positive(t, l.Delete, ty.Token)
		for _, c := range l.Cases {
			assert.True(t, ty.Models(c.Input), "%s has no input %s", ty.Token, c.Input)
		}
	}
}

func TestTakes(t *testing.T) {
	for _, tt := range []struct {
		token  string
		phase  Phase
		inputs Props
		want   time.Duration
	}{
		{TokenSubnet, PhaseCreate, Props{"mapPublicIpOnLaunch": false}, 2 * time.Second},
		{TokenSubnet, PhaseCreate, Props{"mapPublicIpOnLaunch": true}, 12 * time.Second},
		{TokenSubnet, PhaseDelete, Props{"mapPublicIpOnLaunch": true}, time.Second},
		{TokenEndpoint, PhaseCreate, Props{"vpcEndpointType": "Gateway"}, 6 * time.Second},
		{TokenEndpoint, PhaseCreate, Props{"vpcEndpointType": "Interface"}, 60 * time.Second},
		{TokenPrivateNameVerification, PhaseCreate, Props{}, time.Second},
		{TokenPrivateNameVerification, PhaseCreate, Props{"waitForVerification": true}, 2 * time.Minute},
		{TokenLoadBalancer, PhaseUpdate, Props{}, 31 * time.Second},
		{"aws:sqs/queue:Queue", PhaseCreate, Props{}, 0},
		{TokenVPC, PhaseCheck, Props{}, 0},
	} {
		assert.Equal(t, tt.want, Takes(tt.token, tt.phase, tt.inputs, nil), "%s %s %v", tt.phase, tt.token, tt.inputs)
	}
}

// TestServiceTakes: what an ECS service takes follows from its target groups and its
// containers, and from AWS's defaults where they are not known.
func TestServiceTakes(t *testing.T) {
	others := map[string]Props{
		"slow": {"deregistrationDelay": 120.0, "healthCheck": map[string]any{"interval": 10.0, "healthyThreshold": 3.0}},
		"fast": {"deregistrationDelay": 0.0, "healthCheck": map[string]any{"interval": 5.0, "healthyThreshold": 2.0}},
		"web":  {"containerDefinitions": `[{"stopTimeout":5},{"stopTimeout":60}]`},
		"bare": {"containerDefinitions": `[{}]`},
	}
	behind := func(groups ...string) []any {
		var out []any
		for _, g := range groups {
			out = append(out, map[string]any{"targetGroupArn": g})
		}
		return out
	}
	for _, tt := range []struct {
		phase  Phase
		inputs Props
		want   time.Duration
	}{
		{PhaseCreate, Props{"loadBalancers": behind("slow")}, time.Second},
		{PhaseCreate, Props{"waitForSteadyState": true}, 84 * time.Second},
		{PhaseCreate, Props{"waitForSteadyState": true, "loadBalancers": behind("elsewhere")}, (84 + 60 + 150) * time.Second},
		{PhaseUpdate, Props{"waitForSteadyState": true, "loadBalancers": behind("fast", "slow"), "taskDefinition": "web"}, (84 + 60 + 30 + 120 + 60) * time.Second},
		{PhaseUpdate, Props{"loadBalancers": behind("slow")}, time.Second},
		{PhaseDelete, Props{"taskDefinition": "bare"}, 30 * time.Second},
		{PhaseDelete, Props{"taskDefinition": "web", "loadBalancers": behind("fast")}, 60 * time.Second},
		{PhaseDelete, Props{"taskDefinition": "web", "loadBalancers": behind("fast", "slow")}, 180 * time.Second},
		{PhaseDelete, Props{"taskDefinition": "bare", "loadBalancers": behind("elsewhere")}, 330 * time.Second},
	} {
		other := func(arn string) Props { return others[arn] }
		assert.Equal(t, tt.want, Takes(TokenService, tt.phase, tt.inputs, other), "%s %v", tt.phase, tt.inputs)
	}
}

// TestAssumed: by what the source of each says.
func TestAssumed(t *testing.T) {
	for _, tt := range []struct {
		token                  string
		create, update, delete bool
	}{
		{TokenLoadBalancer, false, false, false},
		{TokenNATGateway, false, true, true},
		{TokenEndpoint, false, true, true},
		{TokenEndpointService, false, true, true},
		{TokenVPC, false, true, true},
		{TokenCluster, true, true, true},
		{TokenConnectionAccepter, true, true, true},
		{"aws:nothing/nothing:Nothing", false, false, false},
	} {
		got := []bool{Assumed(tt.token, PhaseCreate), Assumed(tt.token, PhaseUpdate), Assumed(tt.token, PhaseDelete)}
		assert.Equal(t, []bool{tt.create, tt.update, tt.delete}, got, tt.token)
	}
}
