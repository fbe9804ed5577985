package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newService makes the ECS service. Its tasks leave a previous load balancer only after
// the endpoint service has.
func (s *providerSide) newService() error {
	options := *s.args.Service
	if err := s.rollBackOnUnhealthyTargets(&options); err != nil {
		return err
	}
	args := &FargateServiceArgs{
		FargateServiceOptions: options,
		VpcId:                 s.network.VpcId,
		SubnetIds:             s.taskSubnetIds(),
		AssignPublicIp:        s.network.AssignPublicIp || s.args.Network.AssignPublicIp,
		Scaling:               s.args.Scaling,
		VpcEndpoints:          s.reachableEndpoints(),
		PullThroughCaches:     s.caches,
		Tags:                  s.tags,
	}
	for _, b := range s.balancers {
		args.LoadBalancers = append(args.LoadBalancers, FargateLoadBalancerArgs{
			SecurityGroupId: b.nlb.SecurityGroupId, ArnSuffix: b.nlb.ArnSuffix, Generation: pulumi.IntRef(b.generation),
		})
		for _, l := range b.listeners {
			args.Targets = append(args.Targets, FargateTargetArgs{
				TargetGroupArn: l.group.Arn, ContainerPort: *l.ContainerPort, Protocol: l.TargetProtocol, HealthCheckPort: l.HealthCheck.Port,
			})
		}
	}
	var more []pulumi.ResourceOption
	if s.leavesLoadBalancer() {
		more = append(more, after(predecessor{s.endpoints, s.endpoints.ConnectionStates}))
	}
	var err error
	s.service, err = NewFargateService(s.ctx, s.name, args, s.child(more...)...)
	return err
}

// rollBackOnUnhealthyTargets makes the alarms on which a deployment is rolled back.
func (s *providerSide) rollBackOnUnhealthyTargets(options *FargateServiceOptions) (err error) {
	if !options.Deployment.RollbackOnUnhealthyTargets {
		return nil
	}
	s.deploymentAlarms, err = NewDeploymentAlarms(s.ctx, s.name, &DeploymentAlarmsArgs{
		LoadBalancerArn: s.current().nlb.Arn,
		TargetGroupArns: s.targetGroupArns(),
		Minutes:         s.args.Operations.AlarmMinutes,
		Tags:            s.tags,
	}, s.child()...)
	if err != nil {
		return err
	}
	deployment, named := *options.Deployment, plainTexts(options.Deployment.AlarmNames)
	deployment.AlarmNames = s.deploymentAlarms.AlarmNames.ApplyT(func(made []string) []string {
		return append(slices.Clone(named), made...)
	}).(pulumi.StringArrayOutput)
	options.Deployment = &deployment
	return nil
}

// reachableEndpoints limits tasks without a way to the internet to the VPC's endpoints.
func (s *providerSide) reachableEndpoints() *TaskEgressArgs {
	if !s.args.withoutInternet() {
		return nil
	}
	egress := &TaskEgressArgs{
		SecurityGroupIds: map[string]pulumi.StringInput{"endpoints": s.network.EndpointSecurityGroupId},
		PrefixListIds:    map[string]pulumi.StringInput{},
	}
	for _, service := range s.args.vpcEndpoints() {
		if service == "s3" || service == "dynamodb" {
			egress.PrefixListIds[service] = s.network.PrefixListIds.MapIndex(pulumi.String(service))
		}
	}
	return egress
}

// newCaches makes a pull through cache for each registry of the images, where asked.
func (s *providerSide) newCaches() error {
	s.caches = map[string]*PullThroughCache{}
	for _, registry := range s.args.Service.cachedRegistries() {
		cache, err := NewPullThroughCache(s.ctx, s.name+"-"+strings.ReplaceAll(registry, ".", "-"), &PullThroughCacheArgs{
			Registry:         registry,
			RepositoryPrefix: cachePrefix(s.ctx, s.name, registry),
			CredentialArn:    s.args.Service.PullThroughCache.CredentialArns[registry],
		}, s.child()...)
		if err != nil {
			return err
		}
		s.caches[registry] = cache
	}
	return nil
}
