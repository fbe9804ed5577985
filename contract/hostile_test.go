package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

// What another company hands over is hostile until it is checked.
func TestParseRefusesHostileContracts(t *testing.T) {
	many := func(n int, element func(i int) any) []any {
		var list []any
		for i := range n {
			list = append(list, element(i))
		}
		return list
	}
	tests := []struct {
		name, key string
		value     any
		want      string
	}{
		{"a URL for a name", "privateDnsName", "http://169.254.169.254", "contract.privateDnsName is"},
		{"an address for a name", "privateDnsName", "169.254.169.254", "contract.privateDnsName is"},
		{"a path in the name", "privateDnsName", "attacker.example/collect?x=", "contract.privateDnsName is"},
		{"a line break in the name", "privateDnsName", "api.example.com\nx", "contract.privateDnsName is"},
		{"a long name", "privateDnsName", strings.Repeat("a.", 150) + "example.com", "contract.privateDnsName is"},
		{"a prefix before the service's name", "serviceName", "x com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718", "contract.serviceName is"},
		{"2,000 ports", "ports", many(2000, func(i int) any { return map[string]any{"port": i + 1, "protocol": "tcp"} }), "contract.ports has 2000 ports"},
		{"500 Regions", "supportedRegions", many(500, func(i int) any { return fmt.Sprintf("us-east-%d", i) }), "contract.supportedRegions has 500 entries"},
		{"a thousand zones", "availabilityZoneIds", many(1000, func(i int) any { return fmt.Sprintf("use1-az%d", i) }), "contract.availabilityZoneIds has 1000 entries"},
		{"a long Region", "supportedRegions", []any{"us-east-1", strings.Repeat("us-", 1000) + "east-1"}, "contract.supportedRegions[1] is"},
		{"a megabyte", "more", strings.Repeat("x", 1<<20), "bytes; it must have at most 65536"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := contract.Parse([]byte(edit(t, set(test.key, test.value))))
			require.ErrorContains(t, err, test.want)
			assert.Less(t, len(err.Error()), 8000, "the message is one that can be read")
		})
	}
}
