package provider

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/components"
)

// What another language gives is refused in the words that a Go program gets, all faults at
// once, before there is anything to register with.
func TestDecodeRefuses(t *testing.T) {
	type values = map[string]any
	unknown := resource.MakeComputed(resource.NewProperty(""))
	for _, test := range []struct {
		name  string
		given values
		want  string
	}{
		{"an unknown property", values{"scaling": values{"minCont": 2}},
			`ServiceProvider "web": scaling.minCont is not a known key: did you mean minCount? (known keys: ` +
				`cpuPercent, enabled, flowsPerTask, maxCount, memoryPercent, minCount, scaleInCooldownSeconds, scaleOutCooldownSeconds, schedules)`},
		{"a wrong type, and out of range beside it", values{"service": values{"cpu": "big"}, "loadBalancer": values{"generation": 12}},
			"ServiceProvider \"web\": service.cpu is \"big\" (a string); it must be an integer\nloadBalancer.generation is 12; it must be 1 to 9"},
		{"a number for a text", values{"tags": values{"team": 5}},
			`ServiceProvider "web": tags.team is 5 (a number); it must be a string: put it in quotes`},
		{"a fraction", values{"service": values{"desiredCount": 1.5}},
			`ServiceProvider "web": service.desiredCount is 1.5 (a number); it must be an integer`},
		{"unknown where it decides", values{"service": values{"desiredCount": unknown}},
			`ServiceProvider "web": service.desiredCount is not known yet; it must be a plain value, since it decides which resources there are`},
		{"a secret where it shows", values{"tags": values{"team": resource.MakeSecret(resource.NewProperty("x"))}},
			`ServiceProvider "web": tags.team is a secret; it must be a plain value, since the resources' names and inputs show it`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := decode[components.ServiceProviderArgs]("web", inputs{values: resource.NewPropertyMapFromMap(test.given)})
			require.EqualError(t, err, test.want)
		})
	}
}

// Null is what some languages send for a property that was left out, also as an output.
func TestDecodeTakesNullForLeftOut(t *testing.T) {
	null := resource.NewProperty(resource.Output{Element: resource.NewNullProperty(), Known: true})
	args, err := decode[components.ServiceProviderArgs]("web", inputs{values: resource.PropertyMap{"loadBalancer": null, "network": resource.NewNullProperty()}})
	require.NoError(t, err)
	require.Nil(t, args.LoadBalancer)
	require.Nil(t, args.Network)
}
