package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
)

func TestFailedNamesTheComponentOnce(t *testing.T) {
	require.NoError(t, failed("Network", "web", nil))
	var f check.Faults
	f.Must("a", 1, "2 to 3")
	f.Say("b", "is gone")
	require.EqualError(t, failed("Network", "web", f), "Network \"web\": a is 1; it must be 2 to 3\nb is gone")
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
