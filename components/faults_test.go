package components

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestFaultsNameTheComponentOnce(t *testing.T) {
	var found faults
	assert.NoError(t, found.of("Network", "web"))
	found.add(nil)
	assert.NoError(t, found.of("Network", "web"))
	found.add(errors.New("first"))
	found.addf("second %d", 2)
	assert.EqualError(t, found.of("Network", "web"), "Network \"web\": first\nsecond 2")
}

func TestMissing(t *testing.T) {
	var noOutput *pulumi.StringInput
	assert.True(t, missing(nil))
	assert.True(t, missing(noOutput))
	assert.True(t, missing(pulumi.StringArray(nil)))
	assert.True(t, missing(pulumi.StringMap(nil)))
	assert.True(t, missing(pulumi.StringArray{}))
	assert.False(t, missing(pulumi.String("")))
	assert.False(t, missing(pulumi.StringArray{pulumi.String("")}))
	assert.False(t, missing(pulumi.StringOutput{}))
}

func TestCheckCidr(t *testing.T) {
	for value, want := range map[string]string{
		"10.0.0.0/16":   "",
		"0.0.0.0/0":     "",
		"10.1.2.3/32":   "",
		"10.0.0.5/16":   `X is "10.0.0.5/16"; it must be a network address: 10.0.0.0/16`,
		"10.0.0.0":      `X is "10.0.0.0"; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
		"10.0.0.0/33":   `X is "10.0.0.0/33"; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
		"2001:db8::/32": `X is "2001:db8::/32"; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
		"":              `X is ""; it must be an IPv4 CIDR block such as 10.0.0.0/16`,
	} {
		if err := checkCidr("X", value); want == "" {
			assert.NoError(t, err, value)
		} else {
			assert.EqualError(t, err, want)
		}
	}
}
