package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FargateServiceOptions are what a [FargateService] is like, apart from where it runs and
// what is before it. The service's own container, the one that the load balancer reaches,
// has the component's name.
type FargateServiceOptions struct {
	// Image is the image of the service's own container (default nginx:alpine).
	Image pulumi.StringInput `pulumi:"image,optional" default:"nginx:alpine" form:"image"`
	ContainerArgs
	// Sidecars are containers beside the service's own, at most nine, since AWS lets a
	// task have ten in all (default none). The key is the container's name: letters,
	// digits, hyphens and underscores.
	Sidecars map[string]SidecarArgs `pulumi:"sidecars,optional" keys:"container" len:"0,9"`
	// ImageManagedElsewhere leaves the running task definition to who deploys images, such
	// as CI (default false): an update registers a revision with what the configuration
	// says, and the service keeps the one that it runs. CI takes that revision (the output
	// taskDefinitionArn), exchanges the image, registers it and updates the service. Other
	// changes of the task, such as of environment, come with its next deployment. See
	// docs/images-from-ci.md.
	ImageManagedElsewhere bool `pulumi:"imageManagedElsewhere,optional"`
	// Volumes are directories in Amazon EFS file systems that containers can mount, by a
	// name of 1 to 32 lower-case letters, digits and hyphens (default none).
	Volumes map[string]EfsVolumeArgs `pulumi:"volumes,optional" keys:"label"`
	// AdditionalSecurityGroupIds are security groups that the tasks are in besides their
	// own, at most 4, each once (default none).
	AdditionalSecurityGroupIds []pulumi.StringInput `pulumi:"additionalSecurityGroupIds,optional" form:"securityGroup" unique:"true" len:"0,4"`
	// ClusterArn is an existing cluster for the service (default: one of its own is made).
	// For spot it must have the capacity providers FARGATE and FARGATE_SPOT. To change it
	// replaces the service.
	ClusterArn pulumi.StringInput `pulumi:"clusterArn,optional" form:"cluster" in:"region,account"`
	// ExecutionRoleArn is an existing role with which ECS starts the tasks (default: one
	// that may just do that is made). It must be allowed to pull the images, to write to
	// the log group and to read the secrets: nothing is added to it. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
	ExecutionRoleArn pulumi.StringInput `pulumi:"executionRoleArn,optional" form:"role" in:"account"`
	// TaskRoleArn is an existing role of the code in the containers (default: one without
	// rights is made). Nothing is added to it: it must have what executeCommand and volumes
	// need. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
	TaskRoleArn pulumi.StringInput `pulumi:"taskRoleArn,optional" form:"role" in:"account"`
	// PullThroughCache lets Amazon ECR fetch and keep the images (default: the tasks pull
	// them from where they are).
	PullThroughCache *PullThroughCacheOptions `pulumi:"pullThroughCache,optional" default:"{}"`
	// ContainerPort is the port on which the service's own container listens, 1 to 65535
	// (default 80).
	ContainerPort *int `pulumi:"containerPort,optional" default:"80" range:"1,65535"`
	// Cpu is a task's CPU in units, of which 1024 are one vCPU: 256 (default), 512,
	// 1024, 2048, 4096, 8192 or 16384.
	Cpu *int `pulumi:"cpu,optional" default:"256"`
	// Memory is a task's memory in MiB (default 512). What it may be depends on cpu. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size.
	Memory *int `pulumi:"memory,optional" default:"512"`
	// CpuArchitecture is X86_64 or ARM64 (default: AWS's, X86_64), for which the
	// images must be built.
	CpuArchitecture string `pulumi:"cpuArchitecture,optional" enum:"X86_64,ARM64"`
	// EphemeralStorageGiB is a task's disk, 21 to 200 GiB (default: AWS's, 20).
	EphemeralStorageGiB *int `pulumi:"ephemeralStorageGiB,optional" range:"21,200"`
	// PlatformVersion is the version of Fargate, such as 1.4.0 (default: the latest). A
	// version that was set stays when it is left out: set LATEST to take it back. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html.
	PlatformVersion string `pulumi:"platformVersion,optional" form:"platformVersion"`
	// DesiredCount is the number of tasks, 0 to 5000 (default 2). While scaling is enabled
	// it is the number that the service begins with and the default of scaling.minCount,
	// and later changes to it do no more than that. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html.
	DesiredCount *int `pulumi:"desiredCount,optional" default:"2" range:"0,5000"`
	// Spot divides the tasks between Fargate and Fargate Spot (default: all on
	// Fargate). To give it or take it away replaces the service. With it every change of
	// the service, such as of deployment, rolls the tasks over.
	Spot *SpotArgs `pulumi:"spot,optional"`
	// Deployment says how new tasks replace old ones (default: rolling, with all of the
	// desired count healthy throughout).
	Deployment *DeploymentArgs `pulumi:"deployment,optional" default:"{}"`
	// ExecuteCommand lets operators run commands in the containers, with ECS Exec
	// (default false). Only with it the task role gets the four ssmmessages rights
	// that the agent needs. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html.
	ExecuteCommand bool `pulumi:"executeCommand,optional"`
	// ExecuteCommandLogging writes the sessions of ECS Exec to the service's log group,
	// encrypted with logKmsKeyArn where there is one, for which the task role gets the
	// rights (default false, and true where the side is hardened). It goes without an
	// existing cluster, which has its own say. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging.
	ExecuteCommandLogging *bool `pulumi:"executeCommandLogging,optional"`
	// Egress is where the tasks may connect to besides HTTPS, such as a database
	// (default none). The keys begin the rules' names.
	Egress map[string]EgressRuleArgs `pulumi:"egress,optional" keys:"label"`
	// TaskRolePolicyArns are IAM policies of the task role: what the code in the
	// containers may do (default none). No two may have the same name.
	TaskRolePolicyArns []pulumi.StringInput `pulumi:"taskRolePolicyArns,optional" form:"policy" in:"account" unique:"true"`
	// KmsKeyArns are the customer managed keys that the secrets are encrypted with
	// (default none): the execution role may decrypt with these and no others.
	KmsKeyArns []pulumi.StringInput `pulumi:"kmsKeyArns,optional" form:"kmsKey" unique:"true"`
	// ContainerInsights is whether CloudWatch collects metrics of the cluster's tasks, at a
	// charge: disabled (default), enabled (where the side is hardened) or enhanced, of each
	// container too. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html.
	ContainerInsights string `pulumi:"containerInsights,optional" default:"disabled" enum:"disabled,enabled,enhanced"`
	// PermissionsBoundaryArn is an IAM policy that limits what both roles can be allowed
	// (default none). It has to allow what the roles need: to pull the images, to write
	// to the log group, to read the secrets. See
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional" form:"policy" in:"account"`
	// LogRetentionDays is how long CloudWatch Logs keeps the containers' output, in
	// days (default 14, and 365 where the side is hardened): one of the numbers that AWS
	// lists. See
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional" default:"14"`
	// LogKmsKeyArn is the customer managed key that encrypts the log group (default:
	// CloudWatch's own). Its policy must let CloudWatch Logs use it. See
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
	LogKmsKeyArn pulumi.StringPtrInput `pulumi:"logKmsKeyArn,optional" form:"kmsKey" in:"region"`
	// PropagateTags gives the tasks the tags of the SERVICE or of the TASK_DEFINITION, for
	// the bill (default: AWS's, NONE). Set NONE to take it back. Tasks that run keep what
	// they have. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html.
	PropagateTags string `pulumi:"propagateTags,optional" enum:"NONE,SERVICE,TASK_DEFINITION"`
	// HealthCheckGracePeriodSeconds is how long after its start a task's failed
	// health checks are ignored, 0 to 2147483647 seconds (default 60). See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html.
	HealthCheckGracePeriodSeconds *int `pulumi:"healthCheckGracePeriodSeconds,optional" default:"60" range:"0,2147483647"`
	// WaitForSteadyState makes the deployment wait until the tasks run and are
	// healthy and the former ones have gone, some minutes, and fail where ECS rolls it back
	// (default true). What only the revision before needs, such as a secret or a rule to a
	// port, is taken away after that. With false it is taken away while that revision may
	// still serve, and a rollback may find it gone: that is for a first deployment whose
	// image comes later.
	WaitForSteadyState *bool `pulumi:"waitForSteadyState,optional" default:"true"`
}

// FargateServiceArgs are the inputs of FargateService: its options, and what they are
// wired to.
type FargateServiceArgs struct {
	FargateServiceOptions
	// VpcId is the VPC of the tasks' security group. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets in which the tasks run, 1 to 16. Required. Their
	// Availability Zones must be among the load balancer's, which sends nothing to tasks
	// in others, and they need a way to the image's registry and to CloudWatch Logs.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds" len:"1,16"`
	// AssignPublicIp gives each task a public address (default false), which a task
	// in a public subnet needs to reach the internet.
	AssignPublicIp bool `pulumi:"assignPublicIp,optional"`
	// LoadBalancers are the load balancers before the tasks, which admit no other source.
	// Required.
	LoadBalancers []FargateLoadBalancerArgs `pulumi:"loadBalancers" len:"1,9"`
	// Targets are the target groups that the tasks register with, 1 to 5, which is as many
	// as AWS lets an ECS service have. Required. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html.
	Targets []FargateTargetArgs `pulumi:"targets" len:"1,5"`
	// Scaling lets AWS choose the number of tasks (default: as its own defaults say).
	Scaling *ScalingArgs `pulumi:"scaling,optional" default:"{}"`
	// AwsEndpoints limits where the tasks may connect to on port 443 (default: anywhere).
	AwsEndpoints *TaskEgressArgs `pulumi:"awsEndpoints,optional"`
	// PullThroughRepositories are the ARNs of the Amazon ECR repositories that a pull
	// through cache rule of yours makes and fills when the execution role pulls (default
	// none), such as a [PullThroughCache]'s RepositoryArn. The keys show nowhere.
	PullThroughRepositories map[string]pulumi.StringInput `pulumi:"pullThroughRepositories,optional"`
	// RollbackAlarmNames are the alarms of deployment.rollbackOnUnhealthyTargets, such as a
	// [DeploymentAlarms]' AlarmNames. Required with it.
	RollbackAlarmNames pulumi.StringArrayInput `pulumi:"rollbackAlarmNames,optional"`
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// FargateLoadBalancerArgs are a load balancer before a [FargateService].
type FargateLoadBalancerArgs struct {
	// SecurityGroupId is the load balancer's security group, which gets the egress rules
	// to the tasks. Required.
	SecurityGroupId pulumi.StringInput `pulumi:"securityGroupId"`
	// ArnSuffix is the end of the load balancer's ARN, by which metrics know it. Required
	// where scaling has flowsPerTask.
	ArnSuffix pulumi.StringInput `pulumi:"arnSuffix,optional"`
	// Shard tells load balancers of different endpoint services apart, 1 to 5 (default 1).
	// It is in the rules' names, from the second on.
	Shard *int `pulumi:"shard,optional" default:"1" range:"1,5"`
	// Generation tells load balancers that follow each other apart, 1 to 9 (default 1).
	// It ends the rules' names, from the second on.
	Generation *int `pulumi:"generation,optional" default:"1" range:"1,9"`
}

// FargateTargetArgs are a target group of a [FargateService].
type FargateTargetArgs struct {
	// TargetGroupArn is the target group, of type ip. Required. It must have a
	// listener, as an [IPTargetGroup]'s Arn has.
	TargetGroupArn pulumi.StringInput `pulumi:"targetGroupArn"`
	// ContainerPort is the port on which the service's own container listens, 1 to 65535
	// (default: the service's containerPort).
	ContainerPort *int `pulumi:"containerPort,optional" range:"1,65535"`
	// Protocol is the protocol on containerPort: tcp (default), tls or udp. It can't be
	// tcp_udp, since a container exposes a port for one protocol. See
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html.
	Protocol string `pulumi:"protocol,optional" default:"tcp" enum:"tcp,tls,udp"`
	// HealthCheckPort is the port that the target group's health check asks, 1 to 65535
	// (default: containerPort). A container of the task has to listen on it; the load
	// balancer may connect to it.
	HealthCheckPort *int `pulumi:"healthCheckPort,optional" range:"1,65535"`
}

// TaskEgressArgs are the only destinations, on port 443, of tasks in a network
// without a way to the internet. The keys name the rules.
type TaskEgressArgs struct {
	// SecurityGroupIds are the security groups of interface endpoints.
	SecurityGroupIds map[string]pulumi.StringInput `pulumi:"securityGroupIds,optional"`
	// PrefixListIds are the prefix lists of gateway endpoints.
	PrefixListIds map[string]pulumi.StringInput `pulumi:"prefixListIds,optional"`
}

// EgressRuleArgs are destinations of one protocol and port or range of ports, at least
// one.
type EgressRuleArgs struct {
	// Protocol is tcp (default), udp, icmp, icmpv6, the number of an IP protocol, or all.
	Protocol string `pulumi:"protocol,optional" default:"tcp" form:"ipProtocol"`
	// Port is the port, or the first of a range, 1 to 65535. Required for tcp and udp, and
	// only these have one.
	Port *int `pulumi:"port,optional" range:"1,65535"`
	// ToPort is the last port of a range, 1 to 65535 (default: port).
	ToPort *int `pulumi:"toPort,optional" range:"1,65535"`
	// CidrBlocks are blocks of IPv4 or IPv6 addresses (default none).
	CidrBlocks []string `pulumi:"cidrBlocks,optional" form:"cidr46" unique:"true"`
	// SecurityGroupIds are groups, of whose members each has to admit the tasks'
	// security group (default none).
	SecurityGroupIds []pulumi.StringInput `pulumi:"securityGroupIds,optional" form:"securityGroup" unique:"true"`
	// PrefixListIds are prefix lists (default none).
	PrefixListIds []pulumi.StringInput `pulumi:"prefixListIds,optional" form:"prefixList" unique:"true"`
}
