package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FargateServiceType is the type token of FargateService.
const FargateServiceType = "fargate-privatelink:index:FargateService"

// FargateServiceArgs are the inputs of FargateService.
type FargateServiceArgs struct {
	// VpcId is the VPC of the tasks' security group. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets in which the tasks run. Required. Their Availability
	// Zones must be among the load balancer's, which sends nothing to tasks in
	// others, and they need a way to the image's registry and to CloudWatch Logs.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// AssignPublicIp gives each task a public address (default false), which a task
	// in a public subnet needs to reach the internet.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
	// Containers are the task's containers, the one that the load balancer reaches
	// first. Required.
	Containers []ContainerArgs `pulumi:"containers"`
	// Targets are the target groups that the tasks register with, 1 to 5. Required.
	Targets []FargateTargetArgs `pulumi:"targets"`
	// Cpu is a task's CPU in units, of which 1024 are one vCPU: 256 (default), 512,
	// 1024, 2048, 4096, 8192 or 16384.
	Cpu int `pulumi:"cpu"`
	// Memory is a task's memory in MiB (default 512). What it may be depends on Cpu,
	// as [CheckFargateSize] tells.
	Memory int `pulumi:"memory"`
	// DesiredCount is the number of tasks (default 1).
	DesiredCount pulumi.IntPtrInput `pulumi:"desiredCount"`
	// LoadBalancerSecurityGroupIds are the load balancers' security groups: the only
	// sources that the tasks admit. Each gets the egress rules to the tasks. The key
	// ends the rules' names and may be "". Required.
	LoadBalancerSecurityGroupIds map[string]pulumi.StringInput `pulumi:"loadBalancerSecurityGroupIds"`
	// CpuArchitecture is X86_64 or ARM64 (default: AWS's, X86_64), for which the
	// images must be built.
	CpuArchitecture string `pulumi:"cpuArchitecture"`
	// PlatformVersion is the version of Fargate, such as 1.4.0 (default: the latest). A
	// version that was set stays when it is left out: set LATEST to take it back. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html.
	PlatformVersion string `pulumi:"platformVersion"`
	// EphemeralStorageGiB is a task's disk, 21 to 200 GiB (default: AWS's, 20).
	EphemeralStorageGiB int `pulumi:"ephemeralStorageGiB"`
	// Capacity divides the tasks between Fargate and Fargate Spot (default: all on
	// Fargate). To give it or take it away replaces the service. With it every change of
	// the service, such as of Deployment, rolls the tasks over.
	Capacity *CapacityArgs `pulumi:"capacity"`
	// Deployment says how new tasks replace old ones (default: rolling, with all of the
	// desired count healthy throughout).
	Deployment *DeploymentArgs `pulumi:"deployment"`
	// Scaling lets AWS choose the number of tasks (default none). With it DesiredCount
	// is the number that the service begins with, and later changes to it do nothing:
	// the limits of Scaling do.
	Scaling *ScalingArgs `pulumi:"scaling"`
	// ExecuteCommand lets operators run commands in the containers, with ECS Exec
	// (default false). Only with it the task role gets the four ssmmessages rights
	// that the agent needs. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html.
	ExecuteCommand bool `pulumi:"executeCommand"`
	// KmsKeyArns are the customer managed keys that Secrets are encrypted with
	// (default none): the execution role may decrypt with these and no others. The
	// keys are names that show nowhere.
	KmsKeyArns map[string]pulumi.StringInput `pulumi:"kmsKeyArns"`
	// PullThroughRepositories are the ARNs of the Amazon ECR repositories that a pull
	// through cache rule makes and fills when the execution role pulls (default none),
	// such as a [PullThroughCache]'s RepositoryArn.
	PullThroughRepositories map[string]pulumi.StringInput `pulumi:"pullThroughRepositories"`
	// PermissionsBoundaryArn is an IAM policy that limits what both roles can be allowed
	// (default none). It has to allow what the roles need: to pull the images, to write
	// to the log group, to read Secrets. See
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn"`
	// Egress limits where the tasks may connect to (default: port 443 anywhere).
	Egress *TaskEgressArgs `pulumi:"egress"`
	// ContainerInsights is whether CloudWatch collects metrics of the cluster's tasks, at a
	// charge: "disabled" (default), "enabled" or "enhanced", of each container too. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html.
	ContainerInsights string `pulumi:"containerInsights"`
	// MoreEgress is where the tasks may connect to besides, such as a database (default
	// none). The keys begin the rules' names.
	MoreEgress map[string]EgressRuleArgs `pulumi:"moreEgress"`
	// TaskRolePolicyArns are IAM policies of the task role: what the code in the
	// containers may do (default none). The keys end the attachments' names.
	TaskRolePolicyArns map[string]pulumi.StringInput `pulumi:"taskRolePolicyArns"`
	// LogKmsKeyArn is the customer managed key that encrypts the log group (default:
	// CloudWatch's own). Its policy must let CloudWatch Logs use it. See
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
	LogKmsKeyArn pulumi.StringPtrInput `pulumi:"logKmsKeyArn"`
	// LogRetentionDays is how long CloudWatch Logs keeps the containers' output, in
	// days (default 14): one of the numbers that
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
	// lists.
	LogRetentionDays int `pulumi:"logRetentionDays"`
	// HealthCheckGracePeriodSeconds is how long after its start a task's failed
	// health checks are ignored, 0 to 2147483647 seconds (default 60). See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html.
	HealthCheckGracePeriodSeconds *int `pulumi:"healthCheckGracePeriodSeconds"`
	// WaitForSteadyState makes the deployment wait until the tasks run and are
	// healthy (default false, as the provider's).
	WaitForSteadyState pulumi.BoolPtrInput `pulumi:"waitForSteadyState"`
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// FargateTargetArgs are a target group of a [FargateService].
type FargateTargetArgs struct {
	// TargetGroupArn is the target group, of type ip. Required. It must have a
	// listener, as an [IPTargetGroup]'s Arn has.
	TargetGroupArn pulumi.StringInput `pulumi:"targetGroupArn"`
	// ContainerPort is the port on which the first container listens, 1 to 65535.
	// Required.
	ContainerPort int `pulumi:"containerPort"`
	// Protocol is the protocol on ContainerPort: "tcp" (default), "tls" or "udp". It
	// can't be "tcp_udp", since a container exposes a port for one protocol. See
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html.
	Protocol string `pulumi:"protocol"`
	// HealthCheckPort is the port that the target group's health check asks, 1 to 65535
	// (default: ContainerPort). A container of the task has to listen on it; the load
	// balancer may connect to it.
	HealthCheckPort int `pulumi:"healthCheckPort"`
}

// TaskEgressArgs are the only destinations, on port 443, of tasks in a network
// without a way to the internet. The keys name the rules.
type TaskEgressArgs struct {
	// SecurityGroupIds are the security groups of interface endpoints.
	SecurityGroupIds map[string]pulumi.StringInput `pulumi:"securityGroupIds"`
	// PrefixListIds are the prefix lists of gateway endpoints.
	PrefixListIds map[string]pulumi.StringInput `pulumi:"prefixListIds"`
}

// EgressRuleArgs are destinations of one TCP port, at least one.
type EgressRuleArgs struct {
	// Port is the port, 1 to 65535. Required.
	Port int `pulumi:"port"`
	// CidrBlocks are blocks of IPv4 or IPv6 addresses, each once (default none).
	CidrBlocks []string `pulumi:"cidrBlocks"`
	// SecurityGroupIds are groups, of whose members each has to admit the tasks'
	// SecurityGroupId (default none). The keys are part of the rules' names.
	SecurityGroupIds map[string]pulumi.StringInput `pulumi:"securityGroupIds"`
	// PrefixListIds are prefix lists (default none). The keys are part of the rules'
	// names.
	PrefixListIds map[string]pulumi.StringInput `pulumi:"prefixListIds"`
}

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
	// TaskRoleArn is the role of the code in the container. It has no rights but those
	// of TaskRolePolicyArns and ExecuteCommand, until somebody gives it some.
	TaskRoleArn pulumi.StringOutput `pulumi:"taskRoleArn"`
}

// NewFargateService makes an ECS service on AWS Fargate. It returns an error when a
// required argument is missing, when the name can't begin the names of the children
// (more than 46 characters, anything but letters, digits, hyphens and underscores,
// "sg-" at its beginning), when Fargate has no task of that Cpu and Memory, and
// when a port, the protocol, the retention or the grace period is out of range.
func NewFargateService(
	ctx *pulumi.Context, name string, args *FargateServiceArgs, opts ...pulumi.ResourceOption,
) (*FargateService, error) {
	full := args.withDefaults(name)
	if err := full.check(name); err != nil {
		return nil, err
	}
	component := &FargateService{}
	if err := ctx.RegisterComponentResource(FargateServiceType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

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
	cluster, err := ecs.NewCluster(ctx, name, &ecs.ClusterArgs{Settings: clusterSettings(full), Tags: s.tagged(name)}, s.parent)
	if err != nil {
		return nil, err
	}
	task, err := newTaskDefinition(s, full, cluster, roles, logs)
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

	component.ClusterArn = cluster.Arn
	component.ClusterName = cluster.Name
	component.ServiceArn = service.ID().ToStringOutput()
	component.ServiceName = service.Name
	component.TaskDefinitionArn = task.Arn
	component.SecurityGroupId = firewall.group.ID().ToStringOutput()
	component.LogGroupName = logs.Name
	component.ExecutionRoleArn = roles.execution.Arn
	component.TaskRoleArn = roles.task.Arn
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"clusterArn":        component.ClusterArn,
		"clusterName":       component.ClusterName,
		"serviceArn":        component.ServiceArn,
		"serviceName":       component.ServiceName,
		"taskDefinitionArn": component.TaskDefinitionArn,
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

func newLogGroup(s scope, args *FargateServiceArgs) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(s.ctx, s.name, &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(args.LogRetentionDays),
		KmsKeyId:        args.LogKmsKeyArn,
		Tags:            s.tagged(s.name),
	}, s.parent)
}

// newService makes the ECS service once its tasks can be reached, can reach out,
// and may pull their image. The roles' policies must also outlive the service, which
// can't be drained without them.
func newService(
	s scope, args *FargateServiceArgs, cluster *ecs.Cluster, task *ecs.TaskDefinition, firewall *taskFirewall, needs []pulumi.Resource,
) (*ecs.Service, error) {
	input := &ecs.ServiceArgs{
		Cluster:                    cluster.Arn,
		TaskDefinition:             task.Arn,
		CapacityProviderStrategies: args.Capacity.strategy(),
		PlatformVersion:            optionalString(args.PlatformVersion),
		DesiredCount:               args.DesiredCount,
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			Subnets:        args.SubnetIds,
			SecurityGroups: pulumi.StringArray{firewall.group.ID()},
			AssignPublicIp: pulumi.Bool(args.AssignPublicIp),
		},
		LoadBalancers:                 serviceLoadBalancers(args),
		HealthCheckGracePeriodSeconds: pulumi.Int(*args.HealthCheckGracePeriodSeconds),
		DeploymentCircuitBreaker: ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable:   pulumi.Bool(*args.Deployment.CircuitBreaker),
			Rollback: pulumi.Bool(*args.Deployment.CircuitBreaker),
		},
		DeploymentMinimumHealthyPercent: pulumi.Int(*args.Deployment.MinimumHealthyPercent),
		DeploymentMaximumPercent:        pulumi.Int(*args.Deployment.MaximumPercent),
		AvailabilityZoneRebalancing:     args.Deployment.rebalancing(),
		Alarms:                          args.Deployment.alarms(),
		EnableExecuteCommand:            pulumi.Bool(args.ExecuteCommand),
		WaitForSteadyState:              args.WaitForSteadyState,
		Tags:                            s.tagged(s.name),
	}
	if args.Capacity == nil {
		input.LaunchType = pulumi.String("FARGATE")
	} else {
		// Without it the provider replaces the service when a weight or the base changes.
		// With it each change of the service, but for its tags, also replaces the tasks.
		input.ForceNewDeployment = pulumi.Bool(true)
	}
	opts := []pulumi.ResourceOption{s.parent, pulumi.DependsOn(append(firewall.rules, needs...))}
	if args.Scaling != nil {
		// The number is Application Auto Scaling's, and only while there is any: without
		// it DesiredCount counts.
		opts = append(opts, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	return ecs.NewService(s.ctx, s.name, input, opts...)
}

func serviceLoadBalancers(args *FargateServiceArgs) ecs.ServiceLoadBalancerArray {
	var balancers ecs.ServiceLoadBalancerArray
	for _, target := range args.Targets {
		balancers = append(balancers, ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.TargetGroupArn.ToStringOutput().ToStringPtrOutput(),
			ContainerName:  pulumi.String(args.Containers[0].Name),
			ContainerPort:  pulumi.Int(target.ContainerPort),
		})
	}
	return balancers
}
