package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/schema"
)

const secret = "hunter2"

// secretTexts are configurations with a secret in each key that takes a free text.
var secretTexts = []struct{ key, config string }{
	{"provider.tags.<name>", `{"tags": {"team": "%s"}}`},
	{"provider.notifications.httpsUrls", `{"notifications": {"enabled": true, "httpsUrls": ["https://user:%s@hooks.example.com/x"]}}`},
	{"provider.notifications.emails", `{"notifications": {"enabled": true, "emails": ["%s@example.com"]}}`},
	{"provider.healthCheck.path", `{"healthCheck": {"protocol": "HTTP", "path": "/%s"}}`},
	{"provider.listeners.<name>.healthCheck.path", `{"listeners": {"80/tcp": {"healthCheck": {"protocol": "HTTP", "path": "/%s"}}}}`},
	{"provider.service.environment.<name>", `{"service": {"environment": {"A": "%s"}}}`},
	{"provider.service.command", `{"service": {"command": ["run", "--password=%s"]}}`},
	{"provider.service.entryPoint", `{"service": {"entryPoint": ["run", "%s"]}}`},
	{"provider.service.user", `{"service": {"user": "%s"}}`},
	{"provider.service.healthCheck.command", `{"service": {"healthCheck": {"command": ["CMD-SHELL", "curl -u a:%s localhost"]}}}`},
	{"provider.service.logging.options.<name>", `{"service": {"logging": {"options": {"awslogs-datetime-format": "%s"}}}}`},
	{"provider.service.sidecars.<name>.environment.<name>", `{"service": {"sidecars": {"a": {"image": "a", "environment": {"A": "%s"}}}}}`},
	{"provider.service.sidecars.<name>.command", `{"service": {"sidecars": {"a": {"image": "a", "command": ["%s"]}}}}`},
	{"provider.service.sidecars.<name>.entryPoint", `{"service": {"sidecars": {"a": {"image": "a", "entryPoint": ["%s"]}}}}`},
	{"provider.service.sidecars.<name>.user", `{"service": {"sidecars": {"a": {"image": "a", "user": "%s"}}}}`},
	{"provider.service.sidecars.<name>.healthCheck.command", `{"service": {"sidecars": {"a": {"image": "a", "healthCheck": {"command": ["CMD", "%s"]}}}}}`},
	{"provider.service.sidecars.<name>.logging.options.<name>", `{"service": {"sidecars": {"a": {"image": "a", "logging": {"options": {"awslogs-datetime-format": "%s"}}}}}}`},
	{"provider.service.sidecars.<name>.firelens.options.<name>", `{"service": {"logging": {"driver": "awsfirelens"}, "sidecars": {"a": {"image": "a", "firelens": {"options": {"x": "%s"}}}}}}`},
	{"consumer.tags.<name>", `{"tags": {"team": "%s"}}`},
}

// notFree are keys whose texts have no form, and are the words of a language or another key's
// name all the same, or are refused.
var notFree = []string{
	"provider.listener.protocol", "provider.service.mountPoints.<name>.sourceVolume", "provider.service.sidecars.<name>.mountPoints.<name>.sourceVolume",
	"provider.scaling.schedules.<name>.schedule", "provider.scaling.schedules.<name>.timezone", "provider.endpointService.privateDns.provedDomain",
}

// freeForms are those whose texts may say anything.
var freeForms = []string{"email", "https", "urlPath", "user"}

// Every key that takes a free text is tried below.
func TestEveryFreeTextIsTriedAsASecret(t *testing.T) {
	tried := slices.Clone(notFree)
	for _, test := range secretTexts {
		tried = append(tried, test.key)
	}
	var free []string
	isFree := func(key *schema.Key) bool {
		return len(key.Enum) == 0 && (key.Form == nil || slices.ContainsFunc(freeForms, func(form string) bool { return check.Forms[form].Allowed == key.Form.Allowed }))
	}
	for _, role := range roles(t) {
		for key := range role.All() {
			text := key
			if key.Kind == schema.List {
				text = key.Elem
			}
			if text.Kind == schema.String && key.Name+text.Name+key.Path != "" && isFree(text) && !slices.Contains(free, key.Path) {
				free = append(free, key.Path)
			}
		}
	}
	assert.ElementsMatch(t, tried, free)
}

// Where any part of the configuration is a secret, no name and no plain input tells what
// may hold credentials, and nor does an output.
func TestSecretsShowNowhere(t *testing.T) {
	for _, test := range secretTexts {
		t.Run(test.key, func(t *testing.T) {
			c := newConsumerCloud()
			c.secret = true
			role, _, _ := strings.Cut(test.key, ".")
			require.NoError(t, c.run("stack", map[string]string{"role": role, role: fmt.Sprintf(test.config, secret)}))
			there := false
			for _, r := range c.registrations {
				assert.NotContains(t, r.name, secret)
				for input, value := range r.inputs {
					if !value.ContainsSecrets() {
						assert.NotContains(t, fmt.Sprint(value), secret, "%s of %s", input, r.name)
						continue
					}
					there = there || strings.Contains(fmt.Sprint(value), secret)
					assert.NotContains(t, fmt.Sprint(open(value)), secret, "%s of %s", input, r.name)
				}
			}
			assert.True(t, there, "it is nowhere")
			assert.NotContains(t, fmt.Sprint(c.outputs), secret)
		})
	}
}

// open is what a value shows.
func open(value resource.PropertyValue) any {
	return value.MapRepl(nil, func(v resource.PropertyValue) (any, bool) { return nil, v.IsSecret() })
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
