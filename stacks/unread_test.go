package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

// TestUnreadArgumentsAreNotSent: by default the stacks send no argument that the provider
// doesn't read back from everything that speaks AWS's API. A value that it doesn't read
// back is an update at every pulumi up.
func TestUnreadArgumentsAreNotSent(t *testing.T) {
	offers, connects := newCloud(), newConsumerCloud()
	require.NoError(t, offers.run("provider", provider(`{"name": "web"}`)))
	require.NoError(t, connects.run("consumer", consumer(`{"name": "web"}`)))
	for _, test := range []struct {
		cloud       *cloud
		token, name string
	}{
		{offers, "aws:ec2/vpcEndpointService:VpcEndpointService", "supportedRegions"},
		{offers, "aws:ec2/vpcEndpointService:VpcEndpointService", "supportedIpAddressTypes"},
		{offers, "aws:ecs/service:Service", "platformVersion"},
		{offers, "awsx:ec2:Vpc", "assignGeneratedIpv6CidrBlock"},
		{connects, "aws:ec2/vpcEndpoint:VpcEndpoint", "ipAddressType"},
		{connects, "aws:ec2/vpcEndpoint:VpcEndpoint", "dnsOptions"},
		{connects, "awsx:ec2:Vpc", "assignGeneratedIpv6CidrBlock"},
	} {
		assert.NotContains(t, test.cloud.one(t, test.token), test.name, test.token)
	}
}

// What takes an option back is sent, though it is the default.
func TestDefaultsThatAreSetAreSent(t *testing.T) {
	offers, connects := newCloud(), newConsumerCloud()
	require.NoError(t, offers.run("provider", provider(
		`{"endpointService": {"supportedRegions": [], "supportedIpAddressTypes": ["ipv4"]}, "service": {"platformVersion": "LATEST"}}`)))
	require.NoError(t, connects.run("consumer", consumer(`{"endpoint": {"ipAddressType": "ipv4", "dnsRecordIpType": "ipv4"}}`)))
	service := offers.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")
	assert.Equal(t, []any{"us-east-1"}, service["supportedRegions"])
	assert.Equal(t, []any{"ipv4"}, service["supportedIpAddressTypes"])
	assert.Equal(t, "LATEST", offers.one(t, "aws:ecs/service:Service")["platformVersion"])
	endpoint := connects.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")
	assert.Equal(t, "ipv4", endpoint["ipAddressType"])
	assert.Equal(t, map[string]any{"dnsRecordIpType": "ipv4"}, endpoint["dnsOptions"])
}

// The contract says what the service has, whether the configuration asks for it or not.
func TestContractSaysWhatTheServiceSupports(t *testing.T) {
	c := newCloud()
	c.supported = map[string]any{
		"supportedRegions": []any{"us-west-2", "us-east-1"}, "supportedIpAddressTypes": []any{"ipv4", "ipv6"},
	}
	require.NoError(t, c.run("provider", provider(`{"name": "web"}`)))
	exported, err := contract.FromValue(c.outputs["contract"])
	require.NoError(t, err)
	assert.Equal(t, []string{"us-east-1", "us-west-2"}, exported.SupportedRegions)
	assert.Equal(t, []string{"ipv4", "ipv6"}, exported.SupportedIpAddressTypes)

	c = newCloud()
	c.supported = map[string]any{"supportedRegions": []any{}, "supportedIpAddressTypes": []any{}}
	require.NoError(t, c.run("provider", provider(`{"name": "web"}`)))
	exported, err = contract.FromValue(c.outputs["contract"])
	require.NoError(t, err)
	assert.Equal(t, []string{"us-east-1"}, exported.SupportedRegions, "its own, also where nothing is read back")
	assert.Equal(t, []string{"ipv4"}, exported.SupportedIpAddressTypes)
}
