package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLayoutOfALiveNetwork: a layout whose subnets would take the addresses of those that
// are there is refused in a preview and in an update, before anything changes; every other
// change is carried out.
func TestLayoutOfALiveNetwork(t *testing.T) {
	t.Parallel()
	const options = "    endpointService: {acceptanceRequired: false}\n    service: {waitForSteadyState: true}\n"
	egress := func(value string) string { return providerFile(options + "    network: {egress: " + value + "}\n") }
	s := openProject(t, map[string]string{"provider": egress("single-nat"), "consumer": consumerFile})
	up(t, s, "provider")
	up(t, s, "consumer")
	before := count(t, s)

	const refused = "in use can't change like this, and nothing was changed. Leave provider.network.egress"
	rewrite(t, s, "provider", egress("public"))
	_, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.ErrorContains(t, err, refused)
	_, err = s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, refused)
	assert.Equal(t, before, count(t, s), "nothing was made and nothing deleted")
	assert.True(t, reachable(t, s))

	rewrite(t, s, "provider", egress("nat-per-az"))
	up(t, s, "provider")
	assert.True(t, reachable(t, s))
}
