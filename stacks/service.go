package stacks

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

func (s *providerStack) newService(ctx *pulumi.Context) error {
	cfg := s.cfg.Service
	caches, err := s.pullThroughCaches(ctx)
	if err != nil {
		return err
	}
	deployment, err := s.deployment(ctx)
	if err != nil {
		return err
	}
	args := &components.FargateServiceArgs{
		VpcId:                         s.network.VpcId,
		SubnetIds:                     s.taskSubnetIds(),
		AssignPublicIp:                s.network.AssignPublicIp || s.cfg.Network.AssignPublicIp,
		Containers:                    s.containers(ctx, caches),
		LoadBalancerSecurityGroupIds:  map[string]pulumi.StringInput{},
		Cpu:                           cfg.Cpu,
		Memory:                        cfg.Memory,
		CpuArchitecture:               cfg.CpuArchitecture,
		EphemeralStorageGiB:           cfg.EphemeralStorageGiB,
		PlatformVersion:               cfg.PlatformVersion,
		DesiredCount:                  pulumi.Int(cfg.DesiredCount),
		Deployment:                    deployment,
		Scaling:                       s.scaling(),
		ExecuteCommand:                cfg.ExecuteCommand,
		KmsKeyArns:                    listed(cfg.KmsKeyArns),
		PullThroughRepositories:       map[string]pulumi.StringInput{},
		Egress:                        s.taskEgress(),
		ContainerInsights:             cfg.ContainerInsights,
		MoreEgress:                    map[string]components.EgressRuleArgs{},
		TaskRolePolicyArns:            map[string]pulumi.StringInput{},
		LogRetentionDays:              cfg.LogRetentionDays,
		HealthCheckGracePeriodSeconds: &cfg.HealthCheckGracePeriodSeconds,
		WaitForSteadyState:            pulumi.Bool(cfg.WaitForSteadyState),
		Tags:                          s.tags,
	}
	if cfg.PermissionsBoundaryArn != "" {
		args.PermissionsBoundaryArn = pulumi.String(cfg.PermissionsBoundaryArn)
	}
	if cfg.LogKmsKeyArn != "" {
		args.LogKmsKeyArn = pulumi.String(cfg.LogKmsKeyArn)
	}
	if cfg.Spot.Weight > 0 {
		args.Capacity = &components.CapacityArgs{
			SpotWeight: cfg.Spot.Weight, OnDemandBase: cfg.Spot.OnDemandBase, OnDemandWeight: cfg.Spot.OnDemandWeight,
		}
	}
	for name, egress := range cfg.Egress {
		args.MoreEgress[name] = components.EgressRuleArgs{
			Port: egress.Port, CidrBlocks: egress.CidrBlocks,
			SecurityGroupIds: listed(egress.SecurityGroupIds), PrefixListIds: listed(egress.PrefixListIds),
		}
	}
	for _, arn := range cfg.TaskRolePolicyArns {
		args.TaskRolePolicyArns[policyName(arn)] = pulumi.String(arn)
	}
	for registry, cache := range sorted(caches) {
		args.PullThroughRepositories[registry] = cache.RepositoryArn
	}
	s.addTargets(args)
	s.service, err = components.NewFargateService(ctx, s.cfg.Name, args, s.serviceOptions()...)
	return err
}

// addTargets adds every generation's target groups and security group.
func (s *providerStack) addTargets(args *components.FargateServiceArgs) {
	for _, b := range s.balancers {
		args.LoadBalancerSecurityGroupIds[strings.TrimPrefix(suffix(b.generation), "-")] = b.nlb.SecurityGroupId
		for i, l := range s.cfg.listeners() {
			args.Targets = append(args.Targets, components.FargateTargetArgs{
				TargetGroupArn: b.groups[i].Arn, ContainerPort: l.options.ContainerPort, Protocol: l.targetProtocol(),
				HealthCheckPort: l.options.HealthCheck.Port,
			})
		}
	}
}

// serviceOptions lets the tasks leave a previous load balancer only after the endpoint
// service has.
func (s *providerStack) serviceOptions() []pulumi.ResourceOption {
	if !s.cfg.leavesLoadBalancer() {
		return nil
	}
	return []pulumi.ResourceOption{after(predecessor{s.endpoints, s.endpoints.ConnectionStates})}
}

func (s *providerStack) deployment(ctx *pulumi.Context) (*components.DeploymentArgs, error) {
	cfg := s.cfg.Service.Deployment
	args := &components.DeploymentArgs{
		MinimumHealthyPercent: &cfg.MinimumHealthyPercent,
		MaximumPercent:        &cfg.MaximumPercent,
		ZoneRebalancing:       &cfg.ZoneRebalancing,
		CircuitBreaker:        &cfg.CircuitBreaker,
	}
	if len(cfg.AlarmNames) > 0 {
		args.AlarmNames = pulumi.ToStringArray(cfg.AlarmNames)
	}
	if !cfg.RollbackOnUnhealthyTargets {
		return args, nil
	}
	var err error
	s.deploymentAlarms, err = components.NewDeploymentAlarms(ctx, s.cfg.Name, &components.DeploymentAlarmsArgs{
		LoadBalancerArn: s.current().nlb.Arn,
		TargetGroupArns: s.targetGroupArns(),
		Minutes:         s.cfg.Operations.AlarmMinutes,
		Tags:            s.tags,
	})
	if err != nil {
		return nil, err
	}
	args.AlarmNames = s.deploymentAlarms.AlarmNames.ApplyT(func(made []string) []string {
		return append(slices.Clone(cfg.AlarmNames), made...)
	}).(pulumi.StringArrayOutput)
	return args, nil
}

func (s *providerStack) scaling() *components.ScalingArgs {
	cfg := s.cfg.Scaling
	if !cfg.Enabled {
		return nil
	}
	args := &components.ScalingArgs{
		MinCount:                &cfg.MinCount,
		MaxCount:                cfg.MaxCount,
		CpuPercent:              cfg.CpuPercent,
		MemoryPercent:           cfg.MemoryPercent,
		FlowsPerTask:            cfg.FlowsPerTask,
		ScaleInCooldownSeconds:  &cfg.ScaleInCooldownSeconds,
		ScaleOutCooldownSeconds: &cfg.ScaleOutCooldownSeconds,
		Schedules:               map[string]components.ScalingScheduleArgs{},
	}
	for _, b := range s.balancers {
		args.LoadBalancerArnSuffixes = append(args.LoadBalancerArnSuffixes, b.nlb.ArnSuffix)
	}
	for key, schedule := range cfg.Schedules {
		args.Schedules[key] = components.ScalingScheduleArgs{
			Schedule: schedule.Schedule, Timezone: schedule.Timezone, MinCount: schedule.MinCount, MaxCount: schedule.MaxCount,
		}
	}
	return args
}

// taskEgress limits tasks without a way to the internet to the VPC's endpoints.
func (s *providerStack) taskEgress() *components.TaskEgressArgs {
	if !s.cfg.withoutInternet() {
		return nil
	}
	egress := &components.TaskEgressArgs{
		SecurityGroupIds: map[string]pulumi.StringInput{"endpoints": s.network.EndpointSecurityGroupId},
		PrefixListIds:    map[string]pulumi.StringInput{},
	}
	for _, service := range s.cfg.vpcEndpoints() {
		if service == "s3" || service == "dynamodb" {
			egress.PrefixListIds[service] = s.network.PrefixListIds.MapIndex(pulumi.String(service))
		}
	}
	return egress
}

// containers returns the service's own container and its sidecars by name.
func (s *providerStack) containers(ctx *pulumi.Context, caches map[string]*components.PullThroughCache) []components.ContainerArgs {
	containers := []components.ContainerArgs{s.container(ctx, s.cfg.Service.main(), caches)}
	for name, sidecar := range sorted(s.cfg.Service.Sidecars) {
		container := s.container(ctx, sidecar, caches)
		container.Name = name
		containers = append(containers, container)
	}
	return containers
}

// main returns the service's own container as the sidecars are.
func (cfg serviceConfig) main() sidecarConfig {
	return sidecarConfig{
		Image: cfg.Image, EntryPoint: cfg.EntryPoint, Command: cfg.Command, Environment: cfg.Environment,
		Secrets: cfg.Secrets, DependsOn: cfg.DependsOn, HealthCheck: cfg.HealthCheck,
		ReadOnlyRootFilesystem: cfg.ReadOnlyRootFilesystem, WritablePaths: cfg.WritablePaths,
		User: cfg.User, StopTimeoutSeconds: cfg.StopTimeoutSeconds,
	}
}

func (s *providerStack) container(
	ctx *pulumi.Context, cfg sidecarConfig, caches map[string]*components.PullThroughCache,
) components.ContainerArgs {
	container := components.ContainerArgs{
		Image:                  pulumi.String(cfg.Image),
		EntryPoint:             pulumi.ToStringArray(cfg.EntryPoint),
		Command:                pulumi.ToStringArray(cfg.Command),
		Environment:            s.environment(ctx, cfg.Environment),
		Secrets:                inputs(cfg.Secrets),
		Optional:               cfg.Optional,
		DependsOn:              cfg.DependsOn,
		ReadOnlyRootFilesystem: cfg.ReadOnlyRootFilesystem,
		WritablePaths:          cfg.WritablePaths,
		User:                   cfg.User,
		StopTimeoutSeconds:     cfg.StopTimeoutSeconds,
	}
	if cache := cacheOf(cfg.Image, caches); cache != nil {
		container.Image = cache.Image(cfg.Image)
	}
	if check := cfg.HealthCheck; len(check.Command) > 0 {
		container.HealthCheck = &components.ContainerHealthCheckArgs{
			Command: check.Command, IntervalSeconds: check.IntervalSeconds, TimeoutSeconds: check.TimeoutSeconds,
			Retries: check.Retries, StartPeriodSeconds: check.StartPeriodSeconds,
		}
	}
	return container
}

// environment keeps a container's environment out of sight when any part of the
// configuration object is a secret: the program gets it decrypted and isn't told
// which part that was.
func (s *providerStack) environment(ctx *pulumi.Context, variables map[string]string) pulumi.StringMapInput {
	environment := pulumi.ToStringMap(variables)
	if !ctx.IsConfigSecret(ctx.Project() + ":" + providerKey) {
		return environment
	}
	return pulumi.ToSecret(environment).(pulumi.StringMapOutput)
}

// pullThroughCaches makes a cache for each registry of the images, where asked.
func (s *providerStack) pullThroughCaches(ctx *pulumi.Context) (map[string]*components.PullThroughCache, error) {
	cfg := s.cfg.Service.PullThroughCache
	caches := map[string]*components.PullThroughCache{}
	for _, registry := range s.cfg.cachedRegistries() {
		name := s.cfg.Name + "-" + strings.ReplaceAll(registry, ".", "-")
		args := &components.PullThroughCacheArgs{Registry: registry, RepositoryPrefix: cachePrefix(ctx, s.cfg.Name, registry)}
		if arn := cfg.CredentialArns[registry]; arn != "" {
			args.CredentialArn = pulumi.String(arn)
		}
		cache, err := components.NewPullThroughCache(ctx, name, args)
		if err != nil {
			return nil, err
		}
		caches[registry] = cache
	}
	return caches, nil
}

func cacheOf(image string, caches map[string]*components.PullThroughCache) *components.PullThroughCache {
	registry, _ := components.ImageRegistry(image)
	return caches[registry]
}

// listed returns values as a map, for arguments whose keys show nowhere.
func listed(values []string) map[string]pulumi.StringInput {
	result := map[string]pulumi.StringInput{}
	for _, value := range values {
		result[value] = pulumi.String(value)
	}
	return result
}

// policyName is the name of a policy, the last part of its ARN.
func policyName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
