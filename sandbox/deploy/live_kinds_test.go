package deploy

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// move is a configuration of the provider beside what it begins with, by path. The preview
// refuses it with a sentence, or it is carried out.
type move struct {
	set     map[string]string
	refused string
	// token and property are what AWS then has as value.
	token, property string
	value           any
	// consumers deploy as well, and what they read of the contract.
	consumers bool
}

const theListener = "aws:lb/listener:Listener"

// kinds are changes by kind, each with the ways out that a refusal names. Clients of port
// 80 get through all of them.
var kinds = []struct {
	name  string
	moves []move
}{
	{"a tls listener becomes tcp on its port", []move{
		{set: map[string]string{"listeners.443/tls": `{certificateArn: ` + certificate + `}`}, consumers: true},
		{set: map[string]string{"listeners.443/tcp": `{}`}, refused: "would no longer be tls, which AWS refuses"},
		{set: map[string]string{"listeners.443/tls": `{certificateArn: ` + certificate + `, targetProtocol: tls}`}, refused: "would forward to another target group"},
		{set: map[string]string{"listeners.443/tls": `{certificateArn: ` + certificate + `}`, "listeners.8443/tcp": `{}`}, consumers: true},
		{set: map[string]string{"listeners.8443/tcp": `{}`}, consumers: true},
		{set: map[string]string{"listeners.8443/tcp": `{}`, "listeners.443/tcp": `{}`}, consumers: true},
	}},
	{"what the provider wouldn't take back", []move{
		{set: map[string]string{
			"listeners": `{80/tls: {certificateArn: ` + certificate + `, alpnPolicy: HTTP2Optional}}`, "service.propagateTags": "SERVICE",
			"service.deployment.rollbackOnUnhealthyTargets": "true", "service.desiredCount": "3",
		}},
		{set: map[string]string{"listeners": `{80/tls: {certificateArn: ` + certificate + `}}`, "service.propagateTags": "NONE"}, refused: "Set deployment.alarmNames to []"},
		{set: map[string]string{"listeners": `{80/tls: {certificateArn: ` + certificate + `}}`, "service.deployment.alarmNames": "[]"}, refused: "Set propagateTags to NONE"},
		{
			set: map[string]string{
				"listeners": `{80/tls: {certificateArn: ` + certificate + `}}`, "service.propagateTags": "NONE", "service.deployment.alarmNames": "[]",
			},
			token: theListener, property: "alpnPolicy", value: "None",
		},
		{set: map[string]string{"listeners": `{80/tls: {certificateArn: ` + certificate + `}}`}, token: theService, property: "propagateTags", value: "NONE"},
		{set: map[string]string{"listeners": `{80/tcp: {}}`}, refused: "add a listener on another port"},
	}},
	{"attributes of a listener and its targets", []move{
		{set: map[string]string{"listeners.80/tcp": `{stickiness: true, preserveClientIp: true, tcpIdleTimeoutSeconds: 600}`}, token: theListener, property: "tcpIdleTimeoutSeconds", value: 600.0},
		{token: theListener, property: "tcpIdleTimeoutSeconds", value: 350.0},
		{token: theGroup, property: "preserveClientIp", value: "false"},
		{token: theGroup, property: "stickiness.enabled", value: false},
	}},
	{"another load balancer while a consumer is connected", []move{
		{set: map[string]string{"loadBalancer.generation": "2"}, refused: "set provider.loadBalancer.retainPrevious to true"},
		{set: map[string]string{"loadBalancer.dualstack": "true"}, refused: "would lose subnets, which replaces it"},
		{set: map[string]string{"loadBalancer.generation": "2", "loadBalancer.retainPrevious": "true"}},
		{set: map[string]string{"loadBalancer.generation": "2"}, refused: "AWS refuses while an endpoint is connected"},
	}},
	{"acceptance is no longer required", []move{
		{set: map[string]string{"endpointService.acceptanceRequired": "false", "tenants": `{acme: {accounts: ["222222222222"]}}`}, refused: "is accepted and would be rejected"},
		{set: map[string]string{"endpointService.acceptanceRequired": "false"}},
		{set: map[string]string{"tenants": `{renamed: {accounts: ["222222222222"], consumerStacks: [consumer]}}`}},
	}},
	{"clients are named", []move{
		{set: map[string]string{"loadBalancer.clientCidrs": `[10.20.0.0/17, 10.20.128.0/17]`}},
		{set: map[string]string{"loadBalancer.clientCidrs": `[10.20.0.0/16]`}},
		{},
	}},
	{"the layout of the network", []move{
		{set: map[string]string{"network.egress": "public"}, refused: "in use can't change like this"},
		{set: map[string]string{"network.cidrBlock": "10.64.0.0/16"}, refused: "nothing was changed"},
		{set: map[string]string{"network.availabilityZones": "5"}, refused: "in use can't change like this"},
		{set: map[string]string{"network.availabilityZones": "1"}, refused: "raise provider.loadBalancer.generation to 2 with the change"},
		{set: map[string]string{"network.availabilityZoneIds": "[use1-az4, use1-az6]"}, refused: "in use can't change like this"},
		{set: map[string]string{"network.availabilityZones": "3", "network.egress": "nat-per-az", "network.vpcEndpoints": "[s3]"}},
		{set: map[string]string{
			"network.availabilityZones": "3", "network.egress": "none", "network.vpcEndpoints": "[ecr.api, ecr.dkr, logs, s3]",
			"service.image": registry + `web:1"`,
		}},
	}},
}

// make makes the moves one after the other.
func (l *live) make(moves []move) {
	l.watched = slices.DeleteFunc(l.candidates("consumer"), func(w watchedClient) bool { return w.port != 80 })
	require.NotEmpty(l.t, l.watched)
	l.watching.Store(true)
	for _, m := range moves {
		object := l.provider.object(l.t, providerChoices)
		for path, text := range maps.All(m.set) {
			set(l.t, object, path, text)
		}
		stacks := []string{"provider"}
		if m.consumers {
			stacks = append(stacks, "consumer", "provider")
		}
		l.what = l.t.Name()
		for _, stack := range stacks {
			file := l.consumer.file(l.t, "consumer", "222222222222", consumerChoices)
			if stack == "provider" {
				file = stackFile(l.t, "provider", "111111111111", object)
			}
			refusal := l.step(stack, file)
			if m.refused != "" {
				require.ErrorContains(l.t, refusal, m.refused, "%v", m.set)
				break
			}
			require.NoError(l.t, refusal, "%v", m.set)
		}
		if m.token != "" {
			assert.Equal(l.t, m.value, shownBy(l.t, l.s, m.token, m.property), m.property)
		}
	}
	l.poll("the end")
	require.Empty(l.t, l.lost)
}
