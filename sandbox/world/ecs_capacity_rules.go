package world

import (
	"fmt"
	"slices"
)

const (
	putProviders = ecsAPI + "PutClusterCapacityProviders, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html"
	strategyItem = ecsAPI + "CapacityProviderStrategyItem, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"
)

// The capacity providers of Fargate.
const (
	capacityFargate = "FARGATE"
	capacitySpot    = "FARGATE_SPOT"
)

var ecsCapacityRules = []*Rule{
	{
		ID: "CAPACITY-CLUSTER-EXISTS", Token: TokenClusterCapacity, Phase: PhaseCreate, Code: "ClusterNotFoundException", Confidence: Verified,
		Says:   "The cluster that gets capacity providers exists.",
		Source: putProviders + ": Errors",
		Check: func(c *Call) string {
			if c.clusterNamed(c.New.Str("clusterName")) != nil {
				return ""
			}
			return "Cluster not found."
		},
	},
	{
		ID: "CAPACITY-PROVIDER-EXISTS", Token: TokenClusterCapacity, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: SecondHand,
		Says:   "A cluster's capacity providers are FARGATE and FARGATE_SPOT; the sandbox has no Auto Scaling groups.",
		Source: putProviders + ": capacityProviders; text: reported by users",
		Check: func(c *Call) string {
			for _, p := range c.New.Strs("capacityProviders") {
				if p != capacityFargate && p != capacitySpot {
					return fmt.Sprintf("The specified capacity provider '%s' was not found. Specify a valid name or ARN and try again.", p)
				}
			}
			return ""
		},
	},
	{
		ID: "CAPACITY-IN-USE", Token: TokenClusterCapacity, Phase: PhaseDelete, Code: "ResourceInUseException", Confidence: Verified, Answer: SecondHand,
		Says:   "Capacity providers can't be taken from a cluster while a service uses them.",
		Source: putProviders + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			cluster := c.clusterNamed(c.State.Str("clusterName"))
			if cluster == nil || len(c.servicesWhere(func(s Service) bool { return s.ClusterARN == cluster.ID && len(s.Strategy) > 0 })) == 0 {
				return ""
			}
			return "The specified capacity provider is in use and cannot be removed."
		},
	},
	{
		ID: "STRATEGY-ASSOCIATED", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: SecondHand,
		Says:   "A service's strategy has capacity providers that its cluster has.",
		Source: strategyItem + "; text: reported by users",
		Check: func(c *Call) string {
			cluster := c.clusterNamed(c.New.Str("cluster"))
			for _, e := range c.strategy() {
				if cluster != nil && !slices.Contains(c.providersOf(cluster), e.Provider) {
					return fmt.Sprintf("The specified capacity provider '%s' is not associated with the cluster '%s'.", e.Provider, cluster.Outputs.Str("name"))
				}
			}
			return ""
		},
	},
	{
		ID: "STRATEGY-LIMIT", Token: TokenService, Also: []string{TokenClusterCapacity}, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A strategy has at most 20 capacity providers.",
		Source: createService + ": capacityProviderStrategy",
		Check: func(c *Call) string {
			return atMost(c.New, "capacityProviderStrategies", 20) + atMost(c.New, "defaultCapacityProviderStrategies", 20)
		},
	},
	{
		ID: "STRATEGY-NUMBERS", Token: TokenService, Also: []string{TokenClusterCapacity}, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A capacity provider's base is 0 to 100000, its weight 0 to 1000.",
		Source: strategyItem,
		Check: func(c *Call) string {
			for _, e := range strategyInputs(c.New) {
				if message := between(e, "base", 0, 100000) + between(e, "weight", 0, 1000); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "STRATEGY-ONE-BASE", Token: TokenService, Also: []string{TokenClusterCapacity}, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: SecondHand,
		Says:   "One capacity provider of a strategy has a base.",
		Source: strategyItem + ": base; text: reported by users",
		Check: func(c *Call) string {
			bases := 0
			for _, e := range strategyInputs(c.New) {
				if e.Int("base") > 0 {
					bases++
				}
			}
			if bases > 1 {
				return "The capacity provider strategy cannot contain more than one capacity provider with a base greater than 0."
			}
			return ""
		},
	},
	{
		ID: "STRATEGY-WEIGHT", Token: TokenService, Also: []string{TokenClusterCapacity}, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: SecondHand,
		Says:   "Of several capacity providers of a strategy one has a weight above 0; none given is 0.",
		Source: strategyItem + ": weight; text: reported by users",
		Check: func(c *Call) string {
			entries := strategyInputs(c.New)
			if len(entries) < 2 || slices.ContainsFunc(entries, func(e Props) bool { return e.Int("weight") > 0 }) {
				return ""
			}
			return "The capacity provider strategy must contain a capacity provider with a weight greater than 0."
		},
	},
	{
		ID: "STRATEGY-SHARE", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Tasks go to the capacity provider with the base first, and then to all by weight.",
		Source: strategyItem,
	},
	{
		ID: "STRATEGY-DEFAULT", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A service without launch type and strategy uses the cluster's default strategy; where there is none, its launch type is EC2, and the sandbox has no instances.",
		Source: createService + ": capacityProviderStrategy, launchType",
	},
	{
		ID: "STRATEGY-REPLACE", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A change of the strategy makes a new service, unless a new deployment is forced; giving the first or taking the last entry always does.",
		Source: "AWS provider, internal/service/ecs/service.go",
	},
	{
		ID: "SERVICE-FORCED", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "With forceNewDeployment each change of a service replaces its tasks, but for one of its tags.",
		Source: "AWS provider, internal/service/ecs/service.go; " + ecsAPI + "UpdateService, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html: forceNewDeployment",
	},
}
