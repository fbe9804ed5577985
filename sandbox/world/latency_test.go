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
		{tokenSubnet, PhaseCreate, Props{"mapPublicIpOnLaunch": false}, 2 * time.Second},
		{tokenSubnet, PhaseCreate, Props{"mapPublicIpOnLaunch": true}, 12 * time.Second},
		{tokenSubnet, PhaseDelete, Props{"mapPublicIpOnLaunch": true}, time.Second},
		{tokenEndpoint, PhaseCreate, Props{"vpcEndpointType": "Gateway"}, 5 * time.Second},
		{tokenEndpoint, PhaseCreate, Props{"vpcEndpointType": "Interface"}, 90 * time.Second},
		{tokenService, PhaseCreate, Props{}, time.Second},
		{tokenService, PhaseUpdate, Props{"waitForSteadyState": true}, 4 * time.Minute},
		{"aws:sqs/queue:Queue", PhaseCreate, Props{}, 0},
		{tokenVPC, PhaseCheck, Props{}, 0},
	} {
		assert.Equal(t, tt.want, Takes(tt.token, tt.phase, tt.inputs), "%s %s %v", tt.phase, tt.token, tt.inputs)
	}
}
