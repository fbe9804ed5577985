package components

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var threeZones = pulumi.StringMap{
	"use1-az6": pulumi.String("subnet-6"), "use1-az1": pulumi.String("subnet-1"), "use1-az4": pulumi.String("subnet-4"),
}

func TestSelectSubnets(t *testing.T) {
	for _, test := range []struct {
		zones []string
		want  []string
	}{
		{[]string{"use1-az6", "use1-az1"}, []string{"subnet-1", "subnet-6"}},
		{[]string{"use1-az2", "use1-az4"}, []string{"subnet-4"}},
		{[]string{"use1-az6", "use1-az4", "use1-az2", "use1-az1"}, []string{"subnet-1", "subnet-4", "subnet-6"}},
	} {
		m := newMocks()
		var selected *reading[[]string]
		require.NoError(t, m.run(func(ctx *pulumi.Context) error {
			selected = read[[]string](ctx, SelectSubnets(threeZones, test.zones))
			return nil
		}))
		assert.Equal(t, test.want, selected.value)
	}
}

func TestSelectSubnetsNamesBothSides(t *testing.T) {
	for _, test := range []struct {
		byZone map[string]string
		zones  []string
		want   string
	}{
		{
			map[string]string{"use1-az4": "subnet-4", "use1-az1": "subnet-1"}, []string{"use1-az6", "use1-az2"},
			"no subnet is in an Availability Zone of the service: the network is in use1-az1, use1-az4, the service is in use1-az2, use1-az6",
		},
		{
			map[string]string{"use1-az4": "subnet-4"}, nil,
			"no subnet is in an Availability Zone of the service: the network is in use1-az4, the service is in none",
		},
		{
			nil, []string{"use1-az4"},
			"no subnet is in an Availability Zone of the service: the network is in none, the service is in use1-az4",
		},
	} {
		_, err := selectSubnets(test.byZone, test.zones)
		assert.EqualError(t, err, test.want)
	}
}

func TestSelectSubnetsFailsTheProgram(t *testing.T) {
	m := newMocks()
	err := m.run(func(ctx *pulumi.Context) error {
		args := interfaceEndpointArgs()
		args.SubnetIds = SelectSubnets(threeZones, []string{"use1-az2"})
		_, err := NewInterfaceEndpoint(ctx, "web", args)
		return err
	})
	require.ErrorContains(t, err, "the network is in use1-az1, use1-az4, use1-az6, the service is in use1-az2")
	assert.Empty(t, m.find(endpointToken))
}

// What is selected is what both sides have, each once, in the order of the zones.
func TestSelectSubnetsIsTheIntersection(t *testing.T) {
	zone := rapid.SampledFrom([]string{"use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"})
	rapid.Check(t, func(t *rapid.T) {
		byZone := map[string]string{}
		for _, id := range rapid.SliceOf(zone).Draw(t, "network") {
			byZone[id] = "subnet in " + id
		}
		service := rapid.SliceOf(zone).Draw(t, "service")
		var want []string
		for id, subnet := range byZone {
			if slices.Contains(service, id) {
				want = append(want, subnet)
			}
		}
		slices.Sort(want)
		selected, err := selectSubnets(byZone, service)
		if !slices.Equal(selected, want) || (err == nil) != (len(want) > 0) {
			t.Fatalf("selected %v, error %v, want %v", selected, err, want)
		}
	})
}

// A subnet whose zone or route table nobody told is an error, not an empty string that
// AWS would complain of later.
func TestUnknownSubnetsAreErrors(t *testing.T) {
	ids := pulumi.ToStringArray([]string{"subnet-1"}).ToStringArrayOutput()
	nothing := pulumi.StringMap{}.ToStringMapOutput()
	for want, output := range map[string]pulumi.Output{
		"the Availability Zone ID of subnet-1 is not known": byZone(ids, nothing),
		"the route table of subnet-1 is not known":          (&createdVpc{subnetIds: ids, routeTableOfSubnet: nothing}).routeTables(),
	} {
		err := newMocks().run(func(ctx *pulumi.Context) error {
			ctx.Export("output", output)
			return nil
		})
		require.ErrorContains(t, err, want)
	}
}
