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

	network *components.Network
	// balancers are the load balancers, the current one last.
	balancers []*balancer
	service   *components.FargateService
	endpoints *components.EndpointService

	notifications    *components.Notifications    // nil unless enabled
	operations       *components.Operations       // nil unless there is something to watch with
	deploymentAlarms *components.DeploymentAlarms // nil unless deployments are rolled back for their sake
}

// deploy wires the components. The order is the data's: each takes the outputs of
// those before it.
func (s *providerStack) deploy(ctx *pulumi.Context) error {
	steps := []func(*pulumi.Context) error{s.newNetwork, s.newLoadBalancers}
	if s.cfg.leavesLoadBalancer() {
		steps = append(steps, s.newEndpointService, s.newService)
	} else {
		steps = append(steps, s.newService, s.newEndpointService)
	}
	for _, step := range append(steps, s.newNotifications, s.newOperations, s.newGuard) {
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
		args.VpcEndpoints = s.cfg.vpcEndpoints()
		args.Ipv6 = s.cfg.LoadBalancer.Dualstack
		if len(cfg.AvailabilityZoneIds) == 0 {
			args.AvailabilityZoneCount = cfg.AvailabilityZones
		}
	}
	if s.network, err = components.NewNetwork(ctx, s.cfg.Name, args); err != nil {
		return fmt.Errorf("provider.network: %w", err)
	}
	return nil
}

// newEndpointService offers the load balancer. It depends on the service behind it,
// so that a destroy that AWS refuses, since a consumer is connected, ends before the
// service is touched. The other way round is for leaving a load balancer.
func (s *providerStack) newEndpointService(ctx *pulumi.Context) (err error) {
	var options []pulumi.ResourceOption
	if !s.cfg.leavesLoadBalancer() {
		options = append(options, after(predecessor{s.service, s.service.ServiceArn}))
	}
	cfg := s.cfg.EndpointService
	privateDns, err := s.privateDns(ctx)
	if err != nil {
		return err
	}
	hooks, err := s.replacementHook(ctx)
	if err != nil {
		return err
	}
	s.endpoints, err = components.NewEndpointService(ctx, s.cfg.Name, &components.EndpointServiceArgs{
		NetworkLoadBalancerArns: s.loadBalancerArns(),
		AcceptanceRequired:      &cfg.AcceptanceRequired,
		AllowedPrincipals:       inputs(s.site.principals),
		AllowAnyPrincipal:       cfg.AllowAnyPrincipal,
		AcceptedEndpoints:       inputs(s.site.acceptance.endpoints),
		SupportedRegions:        cfg.SupportedRegions,
		SupportedIpAddressTypes: cfg.SupportedIpAddressTypes,
		PrivateDns:              privateDns,
		ContributorInsights:     cfg.ContributorInsights,
		Hooks:                   hooks,
		Tags:                    s.tags,
	}, options...)
	return err
}

func inputs(values map[string]string) map[string]pulumi.StringInput {
	result := map[string]pulumi.StringInput{}
	for key, value := range values {
		result[key] = pulumi.String(value)
	}
	return result
}
