package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAdoptedRefusals: what the key can't be stops the program before it registers
// anything.
func TestAdoptedRefusals(t *testing.T) {
	tests := []struct{ name, value, says string }{
		{"a list", `["name"]`, `adopted is ["name"]; it must be an object with a list of properties for each <type>::<name>`},
		{"no type", `{"web-nlb": ["name"]}`, `adopted has "web-nlb" with ["name"]; it must have a list of properties for <type>::<name>`},
		{"no properties", `{"aws:lb/loadBalancer:LoadBalancer::web-nlb": []}`, "it must have a list of properties for <type>::<name>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud()
			err := c.run("provider", map[string]string{"role": "provider", "provider": "{}", "adopted": test.value})
			require.ErrorContains(t, err, test.says)
			require.Empty(t, c.registrations)
		})
	}
}
