package strict

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type textInput interface{ isText() }

type text string

func (text) isText() {}

type texts []textInput

func (texts) isTexts() {}

type textsInput interface{ isTexts() }

type shared struct {
	Image textInput `pulumi:"image"`
}

type component struct {
	shared
	Count   *int                 `pulumi:"count,optional"`
	Mode    string               `pulumi:"mode,optional" enum:"a,b"`
	Nested  *component           `pulumi:"nested,optional"`
	Command textsInput           `pulumi:"command,optional"`
	Secrets map[string]textInput `pulumi:"secrets,optional"`
	VpcId   textInput            `pulumi:"vpcId" config:"-"`
	Hooks   func()
}

var concrete = map[reflect.Type]reflect.Type{
	reflect.TypeFor[textInput]():  reflect.TypeFor[text](),
	reflect.TypeFor[textsInput](): reflect.TypeFor[texts](),
}

func TestDecodeArgs(t *testing.T) {
	var into component
	keys, err := DecodeArgs([]byte(`{"image": "nginx", "count": 0, "nested": {"image": "x"}, "command": ["a", "b"], "secrets": {"A": "b"}}`),
		"service", &into, concrete)
	require.NoError(t, err)
	zero := 0
	assert.Equal(t, component{
		shared: shared{Image: text("nginx")}, Count: &zero, Nested: &component{shared: shared{Image: text("x")}},
		Command: texts{text("a"), text("b")}, Secrets: map[string]textInput{"A": text("b")},
	}, into)
	assert.True(t, keys.Has("service.nested.image"))
}

func TestDecodeArgsRefuses(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{"what only a program can wire", `{"vpcId": "vpc-1"}`,
			"service.vpcId is not a known key (known keys: command, count, image, mode, nested, secrets)"},
		{"a misspelt key", `{"imag": "x"}`, "service.imag is not a known key: did you mean image? (known keys: command, count, image, mode, nested, secrets)"},
		{"a text that is no number", `{"count": "5"}`, `service.count is "5" (a string); it must be an integer: remove the quotes`},
		{"a number that is no text", `{"image": 5}`, `service.image is 5 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)`},
		{"an empty text", `{"mode": ""}`, `service.mode is ""; it must be one of a, b`},
		{"a null", `{"nested": {"count": null}}`, "service.nested.count is null; it must be an integer: give it a value or remove the key"},
		{"an element", `{"command": ["a", 1]}`, `service.command[1] is 1 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var into component
			_, err := DecodeArgs([]byte(test.document), "service", &into, concrete)
			require.EqualError(t, err, test.want)
		})
	}
}
