package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFargateServiceFirewall(t *testing.T) {
	for protocol, want := range map[string]map[string]string{
		"tcp": {
			"web-security-group-id in":  "tcp 8080-8080 sg-lb",
			"sg-lb out":                 "tcp 8080-8080 web-security-group-id",
			"web-security-group-id out": "tcp 443-443 0.0.0.0/0",
		},
		// The health checks of a UDP service are TCP.
		"udp": {
			"web-security-group-id in":  "tcp 8080-8080 sg-lb, udp 8080-8080 sg-lb",
			"sg-lb out":                 "tcp 8080-8080 web-security-group-id, udp 8080-8080 web-security-group-id",
			"web-security-group-id out": "tcp 443-443 0.0.0.0/0",
		},
	} {
		args := fargateArgs()
		args.Targets[0].ContainerPort, args.Targets[0].Protocol = 8080, protocol
		m := runFargate(t, "web", args)

		got := map[string]string{}
		for direction, token := range map[string]string{" in": ingressToken, " out": egressToken} {
			for _, r := range m.find(token) {
				key := r.inputs["securityGroupId"].(string) + direction
				got[key] = joinSorted(got[key], describeRule(r))
			}
		}
		assert.Equal(t, want, got, protocol)
		assert.Equal(t, map[string]any{
			"vpcId": "vpc-1", "description": "Tasks of ECS service web", "tags": map[string]any{"Name": "web-security-group"},
		}, m.get(t, securityGroupToken, "web-security-group").inputs)
	}
}

// joinSorted adds a rule to a list of rules. Rules come in any order.
func joinSorted(list, text string) string {
	switch {
	case list == "":
		return text
	case list < text:
		return list + ", " + text
	default:
		return text + ", " + list
	}
}
