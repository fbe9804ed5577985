package components

import (
	"errors"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CapacityArgs divide the tasks between Fargate and Fargate Spot, which costs less
// and is taken away with two minutes' notice. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html.
type CapacityArgs struct {
	// OnDemandBase is how many tasks run on Fargate before the weights count, 0 to
	// 100000 (default 0): those that Spot can't take away.
	OnDemandBase int `pulumi:"onDemandBase"`
	// OnDemandWeight is the share of Fargate in the tasks beyond the base, 0 to 1000
	// (default 0).
	OnDemandWeight int `pulumi:"onDemandWeight"`
	// SpotWeight is the share of Fargate Spot, 1 to 1000. Required.
	SpotWeight int `pulumi:"spotWeight"`
}

func (c *CapacityArgs) check() error {
	if c == nil {
		return nil
	}
	var found faults
	found.add(checkRange("Capacity.OnDemandBase", c.OnDemandBase, 0, 100000))
	found.add(checkRange("Capacity.OnDemandWeight", c.OnDemandWeight, 0, 1000))
	found.add(checkRange("Capacity.SpotWeight", c.SpotWeight, 1, 1000))
	return errors.Join(found...)
}

// newCapacityProviders lets a cluster use Fargate Spot. Without Capacity the service
// has a launch type and the cluster needs none.
func newCapacityProviders(s scope, args *FargateServiceArgs, cluster *ecs.Cluster) ([]pulumi.Resource, error) {
	if args.Capacity == nil {
		return nil, nil
	}
	providers, err := ecs.NewClusterCapacityProviders(s.ctx, s.name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.Name,
		CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
	}, s.parent)
	return []pulumi.Resource{providers}, err
}

// strategy returns the division of the tasks.
func (c *CapacityArgs) strategy() ecs.ServiceCapacityProviderStrategyArray {
	var strategies ecs.ServiceCapacityProviderStrategyArray
	if c == nil {
		return nil
	}
	if c.OnDemandBase+c.OnDemandWeight > 0 {
		strategies = append(strategies, ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String("FARGATE"),
			Base:             pulumi.Int(c.OnDemandBase),
			Weight:           pulumi.Int(c.OnDemandWeight),
		})
	}
	return append(strategies, ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: pulumi.String("FARGATE_SPOT"),
		Weight:           pulumi.Int(c.SpotWeight),
	})
}

// DeploymentArgs say how a new task definition replaces the tasks of the old one. It
// is rolling: ECS's own blue/green, linear and canary deployments also work behind a
// Network Load Balancer, but the AWS provider's version 6 has no argument for them.
// See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html.
type DeploymentArgs struct {
	// MinimumHealthyPercent is how much of the desired count must stay healthy, 0 to
	// 100 % (default 100).
	MinimumHealthyPercent *int `pulumi:"minimumHealthyPercent"`
	// MaximumPercent is how much of the desired count may run in all, 100 to 200 %
	// (default 200), more than MinimumHealthyPercent.
	MaximumPercent *int `pulumi:"maximumPercent"`
	// CircuitBreaker rolls a deployment back whose tasks don't start or are found
	// unhealthy again and again (default true). Without it ECS goes on trying. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html.
	CircuitBreaker *bool `pulumi:"circuitBreaker"`
	// AlarmNames are CloudWatch alarms that stop a deployment and roll it back when
	// they go off (default none).
	AlarmNames pulumi.StringArrayInput `pulumi:"alarmNames"`
	// ZoneRebalancing moves tasks when their zones have come to have unequal numbers
	// of them (default true, which a MaximumPercent of 100 doesn't allow). See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html.
	ZoneRebalancing *bool `pulumi:"zoneRebalancing"`
}

func (d *DeploymentArgs) withDefaults() *DeploymentArgs {
	var full DeploymentArgs
	if d != nil {
		full = *d
	}
	minimum, maximum, rebalancing, breaker := 100, 200, true, true
	full.MinimumHealthyPercent = orElse(full.MinimumHealthyPercent, &minimum)
	full.MaximumPercent = orElse(full.MaximumPercent, &maximum)
	full.ZoneRebalancing = orElse(full.ZoneRebalancing, &rebalancing)
	full.CircuitBreaker = orElse(full.CircuitBreaker, &breaker)
	return &full
}

func (d *DeploymentArgs) check() error {
	var found faults
	minimum, maximum := *d.MinimumHealthyPercent, *d.MaximumPercent
	found.add(checkRange("Deployment.MinimumHealthyPercent", minimum, 0, 100))
	found.add(checkRange("Deployment.MaximumPercent", maximum, 100, 200))
	if minimum == 100 && maximum == 100 {
		found.addf("Deployment.MaximumPercent is 100 and MinimumHealthyPercent too; one must give, or no task could be replaced")
	}
	if maximum == 100 && *d.ZoneRebalancing {
		found.addf("Deployment.ZoneRebalancing is true; with MaximumPercent 100 it must be false, since a task moves by starting a new one first")
	}
	return errors.Join(found...)
}

func (d *DeploymentArgs) alarms() ecs.ServiceAlarmsPtrInput {
	if missing(d.AlarmNames) {
		return nil
	}
	return ecs.ServiceAlarmsArgs{AlarmNames: d.AlarmNames, Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true)}
}

func (d *DeploymentArgs) rebalancing() pulumi.String {
	if *d.ZoneRebalancing {
		return "ENABLED"
	}
	return "DISABLED"
}
