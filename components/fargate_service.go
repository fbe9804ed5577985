package components

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// FargateServiceType is the type token of FargateService.
const FargateServiceType = "fargate-privatelink:index:FargateService"

// FargateService is an Amazon ECS service on AWS Fargate behind a Network Load
// Balancer, with a cluster of its own, the task definition and its two roles, the
// log group, and the security group that lets in the load balancer and nobody
// else. A deployment whose tasks don't start rolls back to the last one that
// worked, for which the task definition's revisions stay registered, at no charge. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html.
type FargateService struct {
	pulumi.ResourceState

	// ClusterArn is the cluster's ARN.
	ClusterArn pulumi.StringOutput `pulumi:"clusterArn"`
	// ClusterName is the cluster's name, which metrics and autoscaling know it by.
	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	// ServiceArn is the service's ARN.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name, which metrics and autoscaling know it by.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// TaskDefinitionArn is the ARN of the task definition's current revision.
	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"`
	// SecurityGroupId is the tasks' security group, for databases and the like that
	// admit it.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// LogGroupName is the log group of the containers' output.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// ExecutionRoleArn is the role with which ECS pulls the image and writes the
	// logs.
	ExecutionRoleArn pulumi.StringOutput `pulumi:"executionRoleArn"`
	// TaskRoleArn is the role of the code in the containers. It has no rights but those
	// of TaskRolePolicyArns and ExecuteCommand, until somebody gives it some.
	TaskRoleArn pulumi.StringOutput `pulumi:"taskRoleArn"`
}

// NewFargateService makes an ECS service on AWS Fargate. It returns an error that names
// everything that is wrong with the arguments, and when the name can't begin the names of
// the children (more than 46 characters, anything but letters, digits, hyphens and
// underscores, "sg-" at its beginning).
func NewFargateService(
	ctx *pulumi.Context, name string, args *FargateServiceArgs, opts ...pulumi.ResourceOption,
) (*FargateService, error) {
	const kind = "FargateService"
	if args == nil {
		return nil, noArgs(kind, name)
	}
	var faults check.Faults
	faults.Add(checkECSName(name, executionRoleSuffix))
	faults.Add(checkSecurityGroupName(name))
	full, wrong := check.Args("", args)
	faults = append(faults, wrong...)
	full.checkNamed("", name, &faults)
	if err := failed(kind, name, faults); err != nil {
		return nil, err
	}
	component := &FargateService{}
	if err := ctx.RegisterComponentResource(FargateServiceType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

	if err := full.pullThroughCaches(s); err != nil {
		return nil, err
	}
	firewall, err := newTaskFirewall(s, full)
	if err != nil {
		return nil, err
	}
	logs, err := newLogGroup(s, full)
	if err != nil {
		return nil, err
	}
	roles, err := newTaskRoles(s, full, logs)
	if err != nil {
		return nil, err
	}
	cluster, err := newCluster(s, full, logs)
	if err != nil {
		return nil, err
	}
	family := cluster.name
	if !cluster.made {
		family = logs.Name
	}
	task, err := newTaskDefinition(s, full, family, roles, logs)
	if err != nil {
		return nil, err
	}
	capacity, err := newCapacityProviders(s, full, cluster)
	if err != nil {
		return nil, err
	}
	service, err := newService(s, full, cluster, task, firewall, append(roles.policies, capacity...))
	if err != nil {
		return nil, err
	}
	if err := newScaling(s, full, cluster, service); err != nil {
		return nil, err
	}
	revision, err := checkRevision(s, full, cluster, service, task)
	if err != nil {
		return nil, err
	}

	component.ClusterArn = cluster.arn
	component.ClusterName = cluster.name
	component.ServiceArn = service.ID().ToStringOutput()
	component.ServiceName = service.Name
	component.TaskDefinitionArn = task.Arn
	component.SecurityGroupId = firewall.group.ID().ToStringOutput()
	component.LogGroupName = logs.Name
	component.ExecutionRoleArn = roles.executionArn
	component.TaskRoleArn = roles.taskArn
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"clusterArn":        component.ClusterArn,
		"clusterName":       component.ClusterName,
		"serviceArn":        component.ServiceArn,
		"serviceName":       component.ServiceName,
		"taskDefinitionArn": revision,
		"securityGroupId":   component.SecurityGroupId,
		"logGroupName":      component.LogGroupName,
		"executionRoleArn":  component.ExecutionRoleArn,
		"taskRoleArn":       component.TaskRoleArn,
	})
}

// clusterSettings are always stated, since the provider would leave a setting that is no
// longer mentioned.
func clusterSettings(args *FargateServiceArgs) ecs.ClusterSettingArray {
	return ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
		Name: pulumi.String("containerInsights"), Value: pulumi.String(args.ContainerInsights),
	}}
}

// serviceCluster is the cluster of a service, which is made for it or exists.
type serviceCluster struct {
	made      bool
	arn, name pulumi.StringOutput
}

func newCluster(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup) (*serviceCluster, error) {
	if !missing(args.ClusterArn) {
		arn := args.ClusterArn.ToStringOutput()
		return &serviceCluster{arn: arn, name: arn.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }).(pulumi.StringOutput)}, nil
	}
	cluster, err := ecs.NewCluster(s.ctx, s.name, &ecs.ClusterArgs{
		Settings: clusterSettings(args), Configuration: sessionLogging(args, logs), Tags: s.tagged(s.name),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	return &serviceCluster{made: true, arn: cluster.Arn, name: cluster.Name}, nil
}

// sessionLogging sends the sessions of ECS Exec to the service's log group, where asked.
func sessionLogging(args *FargateServiceArgs, logs *cloudwatch.LogGroup) ecs.ClusterConfigurationPtrInput {
	if !isTrue(args.ExecuteCommandLogging) {
		return nil
	}
	return ecs.ClusterConfigurationArgs{ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
		KmsKeyId: args.LogKmsKeyArn,
		Logging:  pulumi.String("OVERRIDE"),
		LogConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
			CloudWatchEncryptionEnabled: pulumi.Bool(args.LogKmsKeyArn != nil),
			CloudWatchLogGroupName:      logs.Name,
		},
	}}
}

func newLogGroup(s scope, args *FargateServiceArgs) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(s.ctx, s.name, &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(*args.LogRetentionDays),
		KmsKeyId:        args.LogKmsKeyArn,
		Tags:            s.tagged(s.name),
	}, s.parent)
}

// newService makes the ECS service once its tasks can be reached, can reach out,
// and may pull their image. The roles' policies must also outlive the service, which
// can't be drained without them.
func newService(
	s scope, args *FargateServiceArgs, cluster *serviceCluster, task *ecs.TaskDefinition, firewall *taskFirewall, needs []pulumi.Resource,
) (*ecs.Service, error) {
	input := &ecs.ServiceArgs{
		Cluster:                    cluster.arn,
		TaskDefinition:             task.Arn,
		CapacityProviderStrategies: args.Spot.strategy(),
		PlatformVersion:            optionalString(args.PlatformVersion),
		DesiredCount:               pulumi.Int(*args.DesiredCount),
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        args.SubnetIds,
			SecurityGroups: append(pulumi.StringArray{firewall.group.ID()}, args.AdditionalSecurityGroupIds...),
			AssignPublicIp: pulumi.Bool(args.AssignPublicIp),
		},
		LoadBalancers:                 serviceLoadBalancers(s.name, args.Targets),
		HealthCheckGracePeriodSeconds: pulumi.Int(*args.HealthCheckGracePeriodSeconds),
		DeploymentCircuitBreaker: ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable:   pulumi.Bool(*args.Deployment.CircuitBreaker),
			Rollback: pulumi.Bool(*args.Deployment.CircuitBreaker),
		},
		DeploymentMinimumHealthyPercent: pulumi.Int(*args.Deployment.MinimumHealthyPercent),
		DeploymentMaximumPercent:        pulumi.Int(*args.Deployment.MaximumPercent),
		AvailabilityZoneRebalancing:     args.Deployment.rebalancing(),
		Alarms:                          args.alarms(),
		PropagateTags:                   optionalString(args.PropagateTags),
		EnableExecuteCommand:            pulumi.Bool(args.ExecuteCommand),
		WaitForSteadyState:              pulumi.Bool(*args.WaitForSteadyState),
		Tags:                            s.tagged(s.name),
	}
	if !args.Spot.used() {
		input.LaunchType = pulumi.String("FARGATE")
	} else {
		// Without it the provider replaces the service when a weight or the base changes.
		// With it each change of the service, but for its tags, also replaces the tasks.
		input.ForceNewDeployment = pulumi.Bool(true)
	}
	hook, err := refusingUpdates(s, "service")
	if err != nil {
		return nil, err
	}
	opts := []pulumi.ResourceOption{s.parent, hook, pulumi.DependsOn(append(firewall.rules, needs...))}
	if *args.Scaling.Enabled {
		// The number is Application Auto Scaling's, and only while there is any: without
		// it DesiredCount counts.
		opts = append(opts, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	if args.ImageManagedElsewhere {
		opts = append(opts, pulumi.IgnoreChanges([]string{"taskDefinition"}))
	}
	return ecs.NewService(s.ctx, s.name, input, opts...)
}

func serviceLoadBalancers(container string, targets []FargateTargetArgs) ecs.ServiceLoadBalancerArray {
	var balancers ecs.ServiceLoadBalancerArray
	for _, target := range targets {
		balancers = append(balancers, ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.TargetGroupArn.ToStringOutput().ToStringPtrOutput(),
			ContainerName:  pulumi.String(container),
			ContainerPort:  pulumi.Int(*target.ContainerPort),
		})
	}
	return balancers
}
