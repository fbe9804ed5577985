package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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
		t.Run(protocol, func(t *testing.T) {
			args := fargateArgs()
			args.ContainerPort, args.Targets[0].Protocol = pulumi.IntRef(8080), protocol
			m := runFargate(t, "web", args)

			got := map[string]string{}
			for direction, token := range map[string]string{" in": ingressToken, " out": egressToken} {
				for _, r := range m.find(token) {
					key := r.inputs["securityGroupId"].(string) + direction
					got[key] = joinSorted(got[key], describeRule(r))
				}
			}
			assert.Equal(t, want, got)
			assert.Equal(t, map[string]any{
				"vpcId": "vpc-1", "description": "Tasks of ECS service web", "tags": map[string]any{"Name": "web-security-group"},
			}, m.get(t, securityGroupToken, "web-security-group").inputs)
		})
	}
}

// The health checks' own port is open to the load balancer, and mapped, once.
func TestFargateServiceHealthCheckPort(t *testing.T) {
	args := fargateArgs()
	args.Targets = []FargateTargetArgs{
		{TargetGroupArn: pulumi.String("arn:1"), ContainerPort: pulumi.IntRef(8080), HealthCheckPort: pulumi.IntRef(9000)},
		{TargetGroupArn: pulumi.String("arn:2"), ContainerPort: pulumi.IntRef(9443), Protocol: "tls", HealthCheckPort: pulumi.IntRef(9000)},
		{TargetGroupArn: pulumi.String("arn:3"), ContainerPort: pulumi.IntRef(9443), Protocol: "tls", HealthCheckPort: pulumi.IntRef(9443)},
	}
	m := runFargate(t, "web", args)
	in, out := "", ""
	for _, r := range m.find(ingressToken) {
		in = joinSorted(in, describeRule(r))
	}
	for _, r := range m.find(egressToken) {
		if r.inputs["securityGroupId"] == "sg-lb" {
			out = joinSorted(out, describeRule(r))
		}
	}
	assert.ElementsMatch(t, []string{"tcp 8080-8080 sg-lb", "tcp 9000-9000 sg-lb", "tcp 9443-9443 sg-lb"}, strings.Split(in, ", "))
	assert.Len(t, strings.Split(out, ", "), 3)
	var mapped []any
	for _, mapping := range container(t, m.get(t, taskToken, "web"))["portMappings"].([]any) {
		mapped = append(mapped, mapping.(map[string]any)["containerPort"])
	}
	assert.Equal(t, []any{8080.0, 9443.0, 9000.0}, mapped)
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

// What is known names a rule; what another resource makes is counted.
func TestEgressRulesHaveStableNames(t *testing.T) {
	rules := egressRules(map[string]EgressRuleArgs{"db": {
		Port: pulumi.IntRef(5432), SecurityGroupIds: []pulumi.StringInput{pulumi.String("sg-1"), unknown()}, PrefixListIds: []pulumi.StringInput{unknown()},
	}})
	var keys []string
	for _, r := range rules {
		keys = append(keys, r.key)
	}
	assert.Equal(t, []string{"db-security-group-2", "sg-1", "db-prefix-list-1"}, keys)
}
