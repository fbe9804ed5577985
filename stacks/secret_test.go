package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where any part of the configuration is a secret, no name and no plain input tells what
// may hold credentials.
func TestSecretsShowNowhere(t *testing.T) {
	const secret = "hunter2"
	for _, test := range []struct{ name, config string }{
		{"a URL", `{"notifications": {"enabled": true, "httpsUrls": ["https://user:%s@hooks.example.com/x"]}}`},
		{"a variable", `{"service": {"environment": {"A": "%s"}}}`},
		{"a command", `{"service": {"command": ["run", "--password=%s"]}}`},
		{"an entry point", `{"service": {"entryPoint": ["run", "%s"]}}`},
		{"a health check", `{"service": {"healthCheck": {"command": ["CMD-SHELL", "curl -u a:%s localhost"]}}}`},
		{"a sidecar's variable", `{"service": {"sidecars": {"a": {"image": "a", "environment": {"A": "%s"}}}}}`},
		{"a sidecar's command", `{"service": {"sidecars": {"a": {"image": "a", "command": ["%s"]}}}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud()
			c.secret = true
			require.NoError(t, c.run("provider", provider(fmt.Sprintf(test.config, secret))))
			there := false
			for _, r := range c.registrations {
				assert.NotContains(t, r.name, secret)
				for input, value := range r.inputs {
					if !value.IsSecret() {
						assert.NotContains(t, fmt.Sprint(value), secret, "%s of %s", input, r.name)
						continue
					}
					there = there || strings.Contains(fmt.Sprint(value.SecretValue().Element), secret)
				}
			}
			assert.True(t, there, "it is nowhere")
		})
	}
}

// A topic is in the stack's own account, Region and partition.
func TestTopicsOfElsewhere(t *testing.T) {
	for _, test := range []struct{ name, topic, want string }{
		{"another account", "arn:aws:sns:us-east-1:999999999999:ops", "is in the account 999999999999"},
		{"another Region", "arn:aws:sns:eu-west-1:111111111111:ops", "which is in eu-west-1; it must be in us-east-1"},
		{"another partition", "arn:aws-cn:sns:us-east-1:111111111111:ops", "it must be in the partition of this stack's region: arn:aws:..."},
		{"its own", "arn:aws:sns:us-east-1:111111111111:ops", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud()
			err := c.run("provider", provider(`{"notifications": {"enabled": true, "topicArn": "`+test.topic+`"}}`))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.Empty(t, c.registrations)
		})
	}
}
