package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newService makes the ECS service. Its tasks leave a previous load balancer only after
// the endpoint service has.
func (s *providerSide) newService() error {
	if err := s.newDeploymentAlarms(); err != nil {
		return err
	}
	args := &FargateServiceArgs{
		FargateServiceOptions: *s.args.Service,
		VpcId:                 s.network.VpcId,
		SubnetIds:             s.taskSubnetIds(),
		AssignPublicIp:        s.network.AssignPublicIp || s.args.Network.AssignPublicIp,
		Scaling:               s.args.Scaling,
		AwsEndpoints:          s.awsEndpoints(),
		Tags:                  s.tags,
	}
	if s.args.Secret {
		args.FargateServiceOptions = args.keptSecret()
	}
	if s.deploymentAlarms != nil {
		var names pulumi.StringArrayArray
		for _, alarms := range s.deploymentAlarms {
			names = append(names, alarms.AlarmNames)
		}
		args.RollbackAlarmNames = concatenated(names)
	}
	for _, b := range s.balancers() {
		args.LoadBalancers = append(args.LoadBalancers, FargateLoadBalancerArgs{
			SecurityGroupId: b.nlb.SecurityGroupId, ArnSuffix: b.nlb.ArnSuffix, Shard: pulumi.IntRef(b.shard), Generation: pulumi.IntRef(b.generation),
		})
		for _, l := range b.listeners {
			args.Targets = append(args.Targets, FargateTargetArgs{
				TargetGroupArn: l.group.Arn, ContainerPort: l.ContainerPort, Protocol: l.TargetProtocol, HealthCheckPort: l.HealthCheck.Port,
			})
		}
	}
	var more []pulumi.ResourceOption
	if s.leavesLoadBalancer() {
		more = append(more, after(s.endpointServices()...))
	}
	var err error
	s.service, err = NewFargateService(s.ctx, s.name, args, s.child(more...)...)
	return err
}

// newDeploymentAlarms makes the alarms on which a deployment is rolled back.
func (s *providerSide) newDeploymentAlarms() error {
	if !s.args.Service.Deployment.RollbackOnUnhealthyTargets {
		return nil
	}
	return s.eachShard(func(sh *shard) error {
		alarms, err := NewDeploymentAlarms(s.ctx, sh.name, &DeploymentAlarmsArgs{
			LoadBalancerArn: sh.current().nlb.Arn,
			TargetGroupArns: sh.targetGroupArns(),
			Minutes:         s.args.Operations.AlarmMinutes,
			Tags:            s.tags,
		}, s.child()...)
		s.deploymentAlarms = append(s.deploymentAlarms, alarms)
		return err
	})()
}

// awsEndpoints limits tasks without a way to the internet to the VPC's endpoints.
func (s *providerSide) awsEndpoints() *TaskEgressArgs {
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
