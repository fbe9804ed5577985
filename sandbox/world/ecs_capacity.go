package world

import (
	"fmt"
	"strconv"
)

// CapacityShare is one capacity provider of a strategy.
type CapacityShare struct {
	// Provider is "FARGATE" or "FARGATE_SPOT".
	Provider string
	// Base is how many tasks it gets before all others, Weight its share of the rest.
	Base, Weight int
}

func capacityShares(entries []Props) []CapacityShare {
	var out []CapacityShare
	for _, e := range entries {
		out = append(out, CapacityShare{e.Str("capacityProvider"), e.Int("base"), e.Int("weight")})
	}
	return out
}

// strategyInputs are the entries of a service's strategy or of a cluster's
// default one.
func strategyInputs(p Props) []Props {
	return append(p.Maps("capacityProviderStrategies"), p.Maps("defaultCapacityProviderStrategies")...)
}

// strategy is the strategy of the service that the call makes or changes.
func (c *Call) strategy() []CapacityShare {
	if !c.touches("capacityProviderStrategies") || c.New.Has("launchType") {
		return nil
	}
	return capacityShares(c.New.Maps("capacityProviderStrategies"))
}

// clusterNamed returns the caller's cluster by its ARN or name, or nil. Without a
// name ECS means the cluster default.
func (c *Call) clusterNamed(name string) *Record {
	if name == "" {
		name = "default"
	}
	return c.first(TokenCluster, func(r *Record) bool {
		return r.Account == c.Caller.Account && r.Region == c.Caller.Region && (r.ID == name || r.Outputs.Str("name") == name)
	})
}

// capacityOf returns the record of a cluster's capacity providers, or nil.
func (tx *Tx) capacityOf(cluster *Record) *Record {
	return tx.first(TokenClusterCapacity, func(r *Record) bool {
		return r.Account == cluster.Account && r.Region == cluster.Region && r.ID == cluster.Outputs.Str("name")
	})
}

func (tx *Tx) providersOf(cluster *Record) []string {
	r := tx.capacityOf(cluster)
	if r == nil {
		return nil
	}
	return r.Outputs.Strs("capacityProviders")
}

// strategyOf is how the tasks of a service are spread over capacity providers:
// its own strategy, all of its launch type, or the cluster's default strategy.
func (tx *Tx) strategyOf(s Service) []CapacityShare {
	switch {
	case len(s.Strategy) > 0:
		return s.Strategy
	case s.LaunchType == capacityFargate:
		return []CapacityShare{{Provider: capacityFargate, Weight: 1}}
	}
	cluster := tx.peek(TokenCluster, s.ClusterARN)
	if s.LaunchType != "" || cluster == nil {
		return nil
	}
	if r := tx.capacityOf(cluster); r != nil {
		return capacityShares(r.Outputs.Maps("defaultCapacityProviderStrategies"))
	}
	return nil
}

// nextProvider is the capacity provider of the next task, given how many tasks
// each has; "" where there is none.
func nextProvider(strategy []CapacityShare, placed map[string]int) string {
	if len(strategy) == 1 {
		return strategy[0].Provider
	}
	best, least := "", 0.0
	for _, s := range strategy {
		if placed[s.Provider] < s.Base {
			return s.Provider
		}
		if s.Weight == 0 {
			continue
		}
		if load := float64(placed[s.Provider]-s.Base+1) / float64(s.Weight); best == "" || load < least {
			best, least = s.Provider, load
		}
	}
	return best
}

// capacityObstacle says why Fargate runs no more tasks of an account in a Region: AWS's
// reason and, in a sentence, what is reached. Both are empty where it does. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html.
func (tx *Tx) capacityObstacle(s Service, d TaskDefinition, capacity string) (reason, detail string) {
	q := map[string]*quota{capacityFargate: quotaVCPUs, capacitySpot: quotaSpotVCPUs}[capacity]
	if q == nil {
		return "", ""
	}
	units, limit := cpuUnits(d), tx.limitOf(q, s.Account, s.Region)
	tx.each(KindTask, func(r *Record) bool {
		if r.Account == s.Account && r.Region == s.Region && r.Hidden.Str("status") == TaskRunning && r.Hidden.Str("capacityProvider") == capacity {
			running, _ := tx.TaskDefinition(r.Hidden.Str("taskDefinition"))
			units += cpuUnits(running)
		}
		return true
	})
	if units <= 1024*limit {
		return "", ""
	}
	return "You've reached the limit on the number of vCPUs you can run concurrently",
		fmt.Sprintf("with this task %s would run %g vCPUs at once, and the account's quota %s of %s is %d", capacity, float64(units)/1024, q.key, q.service, limit)
}

// cpuUnits is a task's size, 1024 a vCPU.
func cpuUnits(d TaskDefinition) int {
	n, _ := strconv.Atoi(unitsOf(d.CPU))
	return n
}
