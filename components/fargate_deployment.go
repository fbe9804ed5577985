package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// SpotArgs divide the tasks between Fargate and Fargate Spot, which costs less
// and is taken away with two minutes' notice. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html.
type SpotArgs struct {
	// Weight is the share of Fargate Spot in the tasks beyond the base, 0 to 1000
	// (default 0, which leaves all tasks on Fargate).
	Weight int `pulumi:"weight,optional" default:"0" range:"0,1000"`
	// OnDemandBase is how many tasks run on Fargate before the weights count, 0 to
	// 100000 (default 0): those that Spot can't take away.
	OnDemandBase int `pulumi:"onDemandBase,optional" default:"0" range:"0,100000"`
	// OnDemandWeight is the share of Fargate in the tasks beyond the base, 0 to 1000
	// (default 0).
	OnDemandWeight int `pulumi:"onDemandWeight,optional" default:"0" range:"0,1000"`
}

// Check refuses to divide the tasks between Fargate and nothing.
func (s *SpotArgs) Check(at check.Path, f *check.Faults) {
	if s.Weight == 0 && s.OnDemandBase+s.OnDemandWeight > 0 {
		f.Say(at.Key("weight"), "is 0; it must be 1 to 1000, or leave %s out to run all tasks on demand", at)
	}
}

// used says whether any task may run on Fargate Spot.
func (s *SpotArgs) used() bool { return s != nil && s.Weight > 0 }

// newCapacityProviders lets a cluster use Fargate Spot. Without it the service
// has a launch type and the cluster needs none. An existing one is used as it is.
func newCapacityProviders(s scope, args *FargateServiceArgs, cluster *serviceCluster) ([]pulumi.Resource, error) {
	if !args.Spot.used() || !cluster.made {
		return nil, nil
	}
	providers, err := ecs.NewClusterCapacityProviders(s.ctx, s.name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.name,
		CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
	}, s.parent)
	return []pulumi.Resource{providers}, err
}

// strategy returns the division of the tasks.
func (s *SpotArgs) strategy() ecs.ServiceCapacityProviderStrategyArray {
	var strategies ecs.ServiceCapacityProviderStrategyArray
	if !s.used() {
		return nil
	}
	if s.OnDemandBase+s.OnDemandWeight > 0 {
		strategies = append(strategies, ecs.ServiceCapacityProviderStrategyArgs{
			CapacityProvider: pulumi.String("FARGATE"),
			Base:             pulumi.Int(s.OnDemandBase),
			Weight:           pulumi.Int(s.OnDemandWeight),
		})
	}
	return append(strategies, ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: pulumi.String("FARGATE_SPOT"),
		Weight:           pulumi.Int(s.Weight),
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
	MinimumHealthyPercent *int `pulumi:"minimumHealthyPercent,optional" default:"100" range:"0,100"`
	// MaximumPercent is how much of the desired count may run in all, 100 to 200 %
	// (default 200), more than minimumHealthyPercent.
	MaximumPercent *int `pulumi:"maximumPercent,optional" default:"200" range:"100,200"`
	// ZoneRebalancing moves tasks when their zones have come to have unequal numbers
	// of them (default true). It must be false with a maximumPercent of 100, since a task
	// moves by starting a new one first. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html.
	ZoneRebalancing *bool `pulumi:"zoneRebalancing,optional" default:"true"`
	// CircuitBreaker rolls a deployment back whose tasks don't start or are found
	// unhealthy again and again (default true). Without it ECS goes on trying. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html.
	CircuitBreaker *bool `pulumi:"circuitBreaker,optional" default:"true"`
	// AlarmNames are CloudWatch alarms that stop a deployment and roll it back when
	// they go off, each once (default none). Set [] to take them back, also those of
	// rollbackOnUnhealthyTargets.
	AlarmNames pulumi.StringArrayInput `pulumi:"alarmNames,optional" form:"alarm" unique:"true"`
	// RollbackOnUnhealthyTargets makes an alarm for each target group, which stops a
	// deployment and rolls it back when a target is unhealthy (default false). See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html.
	RollbackOnUnhealthyTargets bool `pulumi:"rollbackOnUnhealthyTargets,optional"`
}

// Check checks that a task can be replaced.
func (d *DeploymentArgs) Check(at check.Path, f *check.Faults) {
	if *d.MinimumHealthyPercent == 100 && *d.MaximumPercent == 100 {
		f.Say(at.Key("maximumPercent"), "is 100 and minimumHealthyPercent too; one must give, or no task could be replaced")
	}
	if *d.MaximumPercent == 100 && *d.ZoneRebalancing {
		f.Say(at.Key("zoneRebalancing"), "is true; with maximumPercent 100 it must be false")
	}
}

// alarms says that there are none where the list is empty: where it is left out the
// provider sends nothing, and AWS goes on to watch those that there were.
func (args *FargateServiceArgs) alarms() ecs.ServiceAlarmsPtrInput {
	names := args.alarmNames()
	switch {
	case names == nil:
		return nil
	case missing(names):
		return ecs.ServiceAlarmsArgs{AlarmNames: pulumi.StringArray{}, Enable: pulumi.Bool(false), Rollback: pulumi.Bool(false)}
	}
	return ecs.ServiceAlarmsArgs{AlarmNames: names, Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true)}
}

func (d *DeploymentArgs) rebalancing() pulumi.String {
	if *d.ZoneRebalancing {
		return "ENABLED"
	}
	return "DISABLED"
}
