package world

import "time"

// strategyEntry are the properties of one capacity provider of a strategy.
var strategyEntry = []Property{{Name: "base"}, {Name: "capacityProvider", Required: true}, {Name: "weight"}}

var clusterCapacityType = &Type{
	Token: TokenClusterCapacity,
	Inputs: []Property{
		{Name: "capacityProviders", Set: true},
		{Name: "clusterName", Required: true, Replace: true},
		{Name: "defaultCapacityProviderStrategies", Set: true, Elem: strategyEntry},
	},
	Latency: Latency{
		Create: 5 * time.Second, Update: 5 * time.Second, Delete: 5 * time.Second,
		Source: "assumption: the provider waits until the cluster's attachments are up to date",
	},
	Outputs: Props{"capacityProviders": []any{}, "clusterName": "", "defaultCapacityProviderStrategies": []any{}},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("clusterName"), shownCapacity(c), nil
	},
	Update: func(c *Call) (Props, error) { return shownCapacity(c), nil },
}

func shownCapacity(c *Call) Props {
	return Props{"defaultCapacityProviderStrategies": shownStrategy(c.New.Maps("defaultCapacityProviderStrategies"))}
}

// shownStrategy fills in a capacity provider strategy's numbers: base and weight
// are 0 where none is given.
func shownStrategy(entries []Props) []any {
	out := []any{}
	for _, e := range entries {
		out = append(out, map[string]any{
			"base": float64(e.Int("base")), "capacityProvider": e.Str("capacityProvider"), "weight": float64(e.Int("weight")),
		})
	}
	return out
}
