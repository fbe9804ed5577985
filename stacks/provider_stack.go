package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

// providerStack is the provider's side while it is being wired.
type providerStack struct {
	cfg  providerConfig
	site providerSite
	tags pulumi.StringMap

	network      *components.Network
	loadBalancer *components.NetworkLoadBalancer
	targetGroup  *components.IPTargetGroup
	service      *components.FargateService
	endpoints    *components.EndpointService
}

// deploy wires the components. The order is the data's: each takes the outputs of
// those before it.
func (s *providerStack) deploy(ctx *pulumi.Context) error {
	steps := []func(*pulumi.Context) error{
		s.newNetwork, s.newLoadBalancer, s.newTargetGroup, s.newService, s.newEndpointService,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *providerStack) newNetwork(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.Network
	args := &components.NetworkArgs{Tags: s.tags}
	if cfg.VpcId != "" {
		args.VpcId = pulumi.String(cfg.VpcId)
		args.SubnetIds = pulumi.ToStringArray(cfg.SubnetIds)
	} else {
		args.CidrBlock = cfg.CidrBlock
		args.AvailabilityZoneIds = cfg.AvailabilityZoneIds
		args.Egress = components.Egress(cfg.Egress)
		args.VpcEndpoints = cfg.VpcEndpoints
		if len(cfg.AvailabilityZoneIds) == 0 {
			args.AvailabilityZoneCount = cfg.AvailabilityZones
		}
	}
	if s.network, err = components.NewNetwork(ctx, s.cfg.Name, args); err != nil {
		return fmt.Errorf("provider.network: %w", err)
	}
	return nil
}

func (s *providerStack) newLoadBalancer(ctx *pulumi.Context) (err error) {
	s.loadBalancer, err = components.NewNetworkLoadBalancer(ctx, s.cfg.Name+"-nlb", &components.NetworkLoadBalancerArgs{
		VpcId:              s.network.VpcId,
		SubnetIds:          s.network.SubnetIds,
		ClientCidrs:        s.cfg.LoadBalancer.ClientCidrs,
		ListenerPorts:      []components.Port{{Port: s.cfg.Listener.Port, Protocol: s.cfg.Listener.Protocol}},
		CrossZone:          pulumi.Bool(s.cfg.LoadBalancer.CrossZone),
		DeletionProtection: pulumi.Bool(s.cfg.LoadBalancer.DeletionProtection),
		Tags:               s.tags,
	})
	return err
}

// newTargetGroup names the target group after the listener's port, since a load
// balancer has one listener for a port.
func (s *providerStack) newTargetGroup(ctx *pulumi.Context) (err error) {
	check := s.cfg.HealthCheck
	s.targetGroup, err = components.NewIPTargetGroup(ctx, fmt.Sprintf("%s-%d", s.cfg.Name, s.cfg.Listener.Port), &components.IPTargetGroupArgs{
		VpcId:            s.network.VpcId,
		LoadBalancerArn:  s.loadBalancer.Arn,
		Port:             s.cfg.Service.ContainerPort,
		Protocol:         s.cfg.Listener.Protocol,
		ListenerPort:     s.cfg.Listener.Port,
		ListenerProtocol: s.cfg.Listener.Protocol,
		HealthCheck: &components.HealthCheckArgs{
			Protocol:           check.Protocol,
			Path:               check.Path,
			IntervalSeconds:    check.IntervalSeconds,
			TimeoutSeconds:     check.TimeoutSeconds,
			HealthyThreshold:   check.HealthyThreshold,
			UnhealthyThreshold: check.UnhealthyThreshold,
		},
		DeregistrationDelaySeconds: &s.cfg.DeregistrationDelaySeconds,
		Tags:                       s.tags,
	})
	return err
}

func (s *providerStack) newService(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.Service
	s.service, err = components.NewFargateService(ctx, s.cfg.Name, &components.FargateServiceArgs{
		VpcId:                         s.network.VpcId,
		SubnetIds:                     s.network.TaskSubnetIds,
		AssignPublicIp:                s.network.AssignPublicIp || s.cfg.Network.AssignPublicIp,
		Image:                         pulumi.String(cfg.Image),
		EntryPoint:                    pulumi.ToStringArray(cfg.EntryPoint),
		Command:                       pulumi.ToStringArray(cfg.Command),
		ContainerPort:                 cfg.ContainerPort,
		Protocol:                      s.cfg.Listener.Protocol,
		Cpu:                           cfg.Cpu,
		Memory:                        cfg.Memory,
		DesiredCount:                  pulumi.Int(cfg.DesiredCount),
		TargetGroupArn:                s.targetGroup.Arn,
		LoadBalancerSecurityGroupId:   s.loadBalancer.SecurityGroupId,
		LogRetentionDays:              cfg.LogRetentionDays,
		HealthCheckGracePeriodSeconds: &cfg.HealthCheckGracePeriodSeconds,
		WaitForSteadyState:            pulumi.Bool(cfg.WaitForSteadyState),
		Environment:                   s.environment(ctx),
		Tags:                          s.tags,
	})
	return err
}

// environment keeps the container's environment out of sight when any part of the
// configuration object is a secret: the program gets it decrypted and isn't told
// which part that was.
func (s *providerStack) environment(ctx *pulumi.Context) pulumi.StringMapInput {
	environment := pulumi.ToStringMap(s.cfg.Service.Environment)
	if !ctx.IsConfigSecret(ctx.Project() + ":" + providerKey) {
		return environment
	}
	return pulumi.ToSecret(environment).(pulumi.StringMapOutput)
}

func (s *providerStack) newEndpointService(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.EndpointService
	s.endpoints, err = components.NewEndpointService(ctx, s.cfg.Name, &components.EndpointServiceArgs{
		NetworkLoadBalancerArns: pulumi.StringArray{s.loadBalancer.Arn},
		AcceptanceRequired:      &cfg.AcceptanceRequired,
		AllowedPrincipals:       inputs(s.site.principals),
		AllowAnyPrincipal:       cfg.AllowAnyPrincipal,
		AcceptedEndpoints:       inputs(s.site.acceptance.endpoints),
		SupportedRegions:        cfg.SupportedRegions,
		SupportedIpAddressTypes: cfg.SupportedIpAddressTypes,
		Tags:                    s.tags,
	})
	return err
}

func inputs(values map[string]string) map[string]pulumi.StringInput {
	result := map[string]pulumi.StringInput{}
	for key, value := range values {
		result[key] = pulumi.String(value)
	}
	return result
}
