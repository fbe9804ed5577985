package world

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const noTopic = "arn:aws:sns:us-east-1:111111111111:nowhere"

func init() {
	addRefusals(map[string]breaker{
		"SNS-NAME":                    tries(TokenTopic, Props{"name": "my topic"}),
		"SNS-TOPIC-EXISTS":            tries(TokenTopicPolicy, Props{"arn": noTopic, "policy": publishing(noTopic, servicePrivateLink, nil)}),
		"SNS-SUBSCRIBED-TOPIC-EXISTS": tries(TokenTopicSubscription, Props{"topic": noTopic, "protocol": "email", "endpoint": "ops@example.com"}),
		"SNS-PROTOCOL":                tries(TokenTopicSubscription, Props{"topic": noTopic, "protocol": "pigeon", "endpoint": "loft"}),
		"SNS-POLICY-ACTIONS": func(st *stage) error {
			topic := st.make(st.provider, "ops", TokenTopic, Props{})
			return st.try(TokenTopicPolicy, Props{"arn": topic, "policy": `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}`})
		},

		"NFN-ONE-SUBJECT":     notifying(Props{"vpcEndpointServiceId": nil}),
		"NFN-SERVICE-EXISTS":  notifying(Props{"vpcEndpointServiceId": "vpce-svc-0123456789abcdef0"}),
		"NFN-ENDPOINT-EXISTS": notifying(Props{"vpcEndpointServiceId": nil, "vpcEndpointId": "vpce-0123456789abcdef0"}),
		"NFN-EVENTS":          notifying(Props{"connectionEvents": list("Accept", "Expire")}),
		"NFN-TOPIC":           notifying(Props{"connectionNotificationArn": "arn:aws:sqs:us-east-1:111111111111:q"}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"SNS-CONFIRMATION": func(t *testing.T, st *stage) {
			topic := st.make(st.provider, "ops", TokenTopic, Props{})
			st.make(st.provider, "mail", TokenTopicSubscription, Props{"topic": topic, "protocol": "email", "endpoint": "ops@example.com"})
			st.make(st.provider, "queue", TokenTopicSubscription, Props{"topic": topic, "protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:111111111111:q"})
			assert.True(t, st.show("mail").Bool("pendingConfirmation"))
			assert.False(t, st.show("queue").Bool("pendingConfirmation"))
		},
		"SNS-DEFAULT-POLICY": func(t *testing.T, st *stage) {
			topic := st.make(st.provider, "ops", TokenTopic, Props{})
			first := st.show("ops").Str("policy")
			require.Contains(t, first, `"AWS:SourceOwner":"`+providerAccount+`"`)
			policy := publishing(topic, servicePrivateLink, nil)
			st.make(st.provider, "policy", TokenTopicPolicy, Props{"arn": topic, "policy": policy})
			require.Equal(t, normalJSON(policy), st.show("ops").Str("policy"))
			require.NoError(t, st.remove("policy"))
			require.Equal(t, first, st.show("ops").Str("policy"))
			require.NoError(t, st.change("ops", Props{"policy": policy}))
			require.Equal(t, normalJSON(policy), st.show("ops").Str("policy"))
		},
		"SNS-DELETE-SUBSCRIPTIONS": func(t *testing.T, st *stage) {
			topic := st.make(st.provider, "ops", TokenTopic, Props{})
			st.make(st.provider, "mail", TokenTopicSubscription, Props{"topic": topic, "protocol": "email", "endpoint": "ops@example.com"})
			require.NoError(t, st.remove("ops"))
			require.Zero(t, st.count(TokenTopicSubscription))
		},
		"NFN-PUBLISH": func(t *testing.T, st *stage) {
			require.NoError(t, notifying(nil)(st))
			topic := st.id("ops")
			require.Contains(t, st.notification().Obstacle, "does not let vpce.amazonaws.com publish")
			st.make(st.provider, "policy", TokenTopicPolicy, Props{"arn": topic, "policy": publishing(topic, servicePrivateLink, Props{
				"StringEquals": map[string]any{"aws:SourceAccount": consumerAccount},
			})})
			require.Contains(t, st.notification().Obstacle, "does not let vpce.amazonaws.com publish", "another account's")
			require.NoError(t, st.change("policy", Props{"policy": publishing(topic, servicePrivateLink, Props{
				"StringEquals": map[string]any{"aws:SourceAccount": providerAccount},
				"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ec2:us-east-1:" + providerAccount + ":vpc-endpoint-service/" + st.id("pls")},
			})}))
			require.Empty(t, st.notification().Obstacle)
			require.Equal(t, []string{"Accept", "Connect", "Delete", "Reject"}, st.notification().Events)

			require.NoError(t, st.change("ops", Props{"kmsMasterKeyId": "alias/aws/sns"}))
			require.Contains(t, st.notification().Obstacle, "key alias/aws/sns of topic")
			st.make(st.provider, "key", TokenKey, Props{"policy": keyPolicy(servicePrivateLink, "kms:GenerateDataKey*", "kms:Decrypt")})
			st.make(st.provider, "alias", TokenKeyAlias, Props{"targetKeyId": st.id("key")})
			require.NoError(t, st.change("ops", Props{"kmsMasterKeyId": "alias/alias"}))
			require.Empty(t, st.notification().Obstacle)
			require.NoError(t, st.change("key", Props{"policy": keyPolicy(servicePrivateLink, "kms:Decrypt")}))
			require.Contains(t, st.notification().Obstacle, "(kms:GenerateDataKey)")
		},
	})
}

// notifying creates a notification about the stage's service, to a topic of its own.
func notifying(more Props) breaker {
	return func(st *stage) error {
		topic := st.make(st.provider, "ops", TokenTopic, Props{})
		return st.try(TokenConnectionNotification, over(Props{
			"connectionEvents": list("Accept", "Connect", "Delete", "Reject"), "connectionNotificationArn": topic,
			"vpcEndpointServiceId": st.id("pls"),
		}, more))
	}
}

// notification is the one notification of the stage.
func (st *stage) notification() (n ConnectionNotification) {
	st.view(func(tx *Tx) {
		all := tx.ConnectionNotifications()
		require.Len(st.t, all, 1)
		n = all[0]
	})
	return n
}

// keyPolicy lets the account manage a key, and a service use it.
func keyPolicy(service string, actions ...string) string {
	return jsonText(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Principal": map[string]any{"AWS": "arn:aws:iam::" + providerAccount + ":root"}, "Action": "kms:*", "Resource": "*"},
		map[string]any{"Effect": "Allow", "Principal": map[string]any{"Service": service}, "Action": list(actions...), "Resource": "*"},
	}})
}

// TestEndpointNotification: an endpoint's owner is notified of it too.
func TestEndpointNotification(t *testing.T) {
	st := newStage(t)
	topic := st.make(st.consumer, "ops", TokenTopic, Props{})
	st.make(st.consumer, "notification", TokenConnectionNotification, Props{
		"connectionEvents": list("Accept"), "connectionNotificationArn": topic, "vpcEndpointId": st.id("endpoint"),
	})
	st.make(st.consumer, "policy", TokenTopicPolicy, Props{"arn": topic, "policy": publishing(topic, servicePrivateLink, Props{
		"ArnEquals": map[string]any{"aws:SourceArn": st.show("endpoint").Str("arn")},
	})})
	require.Empty(t, st.notification().Obstacle)
	require.Equal(t, st.id("endpoint"), st.notification().EndpointID)
}

// TestConditions: what a condition says of a service's request.
func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		effect, conditions string
		want               bool
	}{
		{"Allow", `{"StringEquals":{"aws:SourceAccount":"1"}}`, true},
		{"Allow", `{"StringEquals":{"AWS:SourceAccount":["2","1"]}}`, true},
		{"Allow", `{"StringNotEquals":{"aws:SourceAccount":"1"}}`, false},
		{"Allow", `{"StringLike":{"aws:SourceArn":"arn:aws:ec2:*"}}`, true},
		{"Allow", `{"ArnNotLikeIfExists":{"aws:SourceArn":"arn:aws:ec2:*"}}`, false},
		{"Allow", `{"StringEqualsIgnoreCase":{"aws:SourceArn":"ARN:AWS:EC2:X"}}`, true},
		{"Allow", `{"Bool":{"aws:SecureTransport":true}}`, true},
		{"Allow", `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`, true},
		{"Deny", `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`, true},
		{"Deny", `{"Bool":{"aws:SecureTransport":"false"}}`, true},
		{"Deny", `{"StringEquals":{"aws:SourceAccount":"1"}}`, false},
	} {
		policy := `{"Statement":[{"Effect":"` + tt.effect + `","Principal":{"Service":["a","b"]},"Action":"x:Do","Resource":"*","Condition":` + tt.conditions + `}`
		if tt.effect == "Deny" {
			policy += `,{"Effect":"Allow","Principal":"*","Action":"x:*","Resource":"*"}`
		}
		got := policyGrants(policy+`]}`, askedOf{Service: "b", Action: "x:Do", Resource: "r", Account: "1", ARN: "arn:aws:ec2:x"})
		assert.Equal(t, tt.want, got, "%s %s", tt.effect, tt.conditions)
	}
	require.False(t, policyGrants(`{"Statement":[{"Effect":"Allow","Principal":7,"Action":"*","Resource":"*"}]}`, askedOf{Service: "a"}))
}
