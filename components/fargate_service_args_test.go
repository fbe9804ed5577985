package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// badService is a change of a good service that is refused.
type badService struct {
	name   string
	change func(*FargateServiceArgs)
	want   string
}

func refuseServices(t *testing.T, tests []badService) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `FargateService "web": `+test.want, func(ctx *pulumi.Context) error {
				args := fargateArgs()
				test.change(args)
				_, err := NewFargateService(ctx, "web", args)
				return err
			})
		})
	}
}

// scaled gives a service scaling.
func scaled(scaling ScalingArgs) func(*FargateServiceArgs) {
	return func(a *FargateServiceArgs) { a.Scaling = &scaling }
}

// scheduled gives it a schedule.
func scheduled(schedule ScalingScheduleArgs) func(*FargateServiceArgs) {
	return scaled(ScalingArgs{Schedules: map[string]ScalingScheduleArgs{"day": schedule}})
}

func reaching(egress EgressRuleArgs) func(*FargateServiceArgs) {
	return func(a *FargateServiceArgs) { a.Egress = map[string]EgressRuleArgs{"db": egress} }
}

func policies(arns ...string) func(*FargateServiceArgs) {
	return func(a *FargateServiceArgs) { a.TaskRolePolicyArns = pulumi.ToStringArray(arns) }
}

const (
	cron    = "cron(0 8 * * ? *)"
	account = "arn:aws:iam::111111111111:"
)

// badOptions are values of the options that AWS has no service for.
var badOptions = []badService{
	{
		"an image's URL", func(a *FargateServiceArgs) { a.Image = pulumi.String("https://docker.io/nginx") },
		`image is "https://docker.io/nginx"; it must be a container image such as nginx:alpine, at most 255 characters, without spaces and without https://`,
	},
	{"an empty image", func(a *FargateServiceArgs) { a.Image = pulumi.String("") }, `image is ""; it must be a container image such as nginx:alpine, at most 255 characters, without spaces and without https://`},
	{"a container port", func(a *FargateServiceArgs) { a.ContainerPort = pulumi.IntRef(0) }, "containerPort is 0; it must be 1 to 65535"},
	{"no CPU", func(a *FargateServiceArgs) { a.Cpu = pulumi.IntRef(0) }, "cpu is 0; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"},
	{"a memory", func(a *FargateServiceArgs) { a.Memory = pulumi.IntRef(4096) }, "memory with cpu 256 is 4096; it must be one of 512, 1024, 2048 MiB"},
	{"an architecture", func(a *FargateServiceArgs) { a.CpuArchitecture = "arm" }, `cpuArchitecture is "arm"; it must be one of X86_64, ARM64`},
	{"AWS's own disk", func(a *FargateServiceArgs) { a.EphemeralStorageGiB = pulumi.IntRef(20) }, "ephemeralStorageGiB is 20; it must be 21 to 200"},
	{"a platform", func(a *FargateServiceArgs) { a.PlatformVersion = "1" }, `platformVersion is "1"; it must be one of LATEST, 1.4.0, 1.3.0`},
	{"fewer than no tasks", func(a *FargateServiceArgs) { a.DesiredCount = pulumi.IntRef(-1) }, "desiredCount is -1; it must be 0 to 5000"},
	{"insights", func(a *FargateServiceArgs) { a.ContainerInsights = "on" }, `containerInsights is "on"; it must be one of disabled, enabled, enhanced`},
	{
		"a retention", func(a *FargateServiceArgs) { a.LogRetentionDays = pulumi.IntRef(0) },
		"logRetentionDays is 0; it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
	},
	{
		"a grace period", func(a *FargateServiceArgs) { a.HealthCheckGracePeriodSeconds = pulumi.IntRef(-1) },
		"healthCheckGracePeriodSeconds is -1; it must be 0 to 2147483647",
	},
	{"a key", func(a *FargateServiceArgs) { a.KmsKeyArns = pulumi.ToStringArray([]string{"alias/db"}) }, `kmsKeyArns[0] is "alias/db"; it must be the ARN of a KMS key: arn:aws:kms:<region>:<account>:key/<id>`},
	{
		"a log group's key", func(a *FargateServiceArgs) { a.LogKmsKeyArn = pulumi.String("alias/logs") },
		`logKmsKeyArn is "alias/logs"; it must be the ARN of a KMS key: arn:aws:kms:<region>:<account>:key/<id>`,
	},
	{
		"a boundary", func(a *FargateServiceArgs) { a.PermissionsBoundaryArn = pulumi.String("boundary") },
		`permissionsBoundaryArn is "boundary"; it must be the ARN of an IAM policy: arn:aws:iam::<account>:policy/<name>`,
	},
	{"a role for a policy", policies(account + "role/x"), `taskRolePolicyArns[0] is "arn:aws:iam::111111111111:role/x"; it must be the ARN of an IAM policy: arn:aws:iam::<account>:policy/<name>`},
	{"a policy twice", policies(account+"policy/x", account+"policy/x"), `taskRolePolicyArns[1] is "arn:aws:iam::111111111111:policy/x" a second time; list it once`},
	{
		"policies of one name", policies(account+"policy/x", account+"policy/team/x"),
		`taskRolePolicyArns[1] is "arn:aws:iam::111111111111:policy/team/x"; its name, x, must differ from the others'`,
	},
	{"no policy", func(a *FargateServiceArgs) { a.TaskRolePolicyArns = []pulumi.StringInput{nil} }, "taskRolePolicyArns[0] is missing; it is required"},
	{
		"a way out's name", func(a *FargateServiceArgs) {
			a.Egress = map[string]EgressRuleArgs{"A B": {Port: pulumi.IntRef(1), CidrBlocks: []string{"10.0.0.0/8"}}}
		},
		`egress has the key "A B"; it must be 1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last`,
	},
	{
		"a way to nowhere", reaching(EgressRuleArgs{Port: pulumi.IntRef(5432)}),
		"egress.db has neither cidrBlocks nor securityGroupIds nor prefixListIds; it must say where the tasks may connect to",
	},
	{"a way without a port", reaching(EgressRuleArgs{CidrBlocks: []string{"10.0.0.0/8"}}), "egress.db.port is missing; it is required"},
	{"a port", reaching(EgressRuleArgs{Port: pulumi.IntRef(0), CidrBlocks: []string{"10.0.0.0/8"}}), "egress.db.port is 0; it must be 1 to 65535"},
	{"a block", reaching(EgressRuleArgs{Port: pulumi.IntRef(1), CidrBlocks: []string{"db"}}), `egress.db.cidrBlocks[0] is "db"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
	{"a block twice", reaching(EgressRuleArgs{Port: pulumi.IntRef(1), CidrBlocks: []string{"::/0", "::/0"}}), `egress.db.cidrBlocks[1] is "::/0" a second time; list it once`},
	{
		"a group", reaching(EgressRuleArgs{Port: pulumi.IntRef(1), SecurityGroupIds: pulumi.ToStringArray([]string{"db"})}),
		`egress.db.securityGroupIds[0] is "db"; it must be a security group ID: sg- and 8 or 17 hexadecimal digits`,
	},
	{
		"a prefix list", reaching(EgressRuleArgs{Port: pulumi.IntRef(1), PrefixListIds: pulumi.ToStringArray([]string{"s3"})}),
		`egress.db.prefixListIds[0] is "s3"; it must be a prefix list ID: pl- and 8 or 17 hexadecimal digits`,
	},
	{
		"Spot without a weight", func(a *FargateServiceArgs) { a.Spot = &SpotArgs{OnDemandBase: 1} },
		"spot.weight is 0; it must be 1 to 1000, or leave spot out to run all tasks on demand",
	},
	{"Spot's numbers", func(a *FargateServiceArgs) {
		a.Spot = &SpotArgs{Weight: 1001, OnDemandBase: 100001, OnDemandWeight: -1}
	},
		"spot.weight is 1001; it must be 0 to 1000\nspot.onDemandBase is 100001; it must be 0 to 100000\nspot.onDemandWeight is -1; it must be 0 to 1000"},
	{
		"a deployment that can't", func(a *FargateServiceArgs) { a.Deployment = &DeploymentArgs{MaximumPercent: pulumi.IntRef(100)} },
		"deployment.maximumPercent is 100 and minimumHealthyPercent too; one must give, or no task could be replaced\n" +
			"deployment.zoneRebalancing is true; with maximumPercent 100 it must be false",
	},
	{
		"a deployment's numbers", func(a *FargateServiceArgs) {
			a.Deployment = &DeploymentArgs{MinimumHealthyPercent: pulumi.IntRef(101), MaximumPercent: pulumi.IntRef(0)}
		},
		"deployment.minimumHealthyPercent is 101; it must be 0 to 100\ndeployment.maximumPercent is 0; it must be 100 to 200",
	},
	{
		"a cache of a registry of nobody's", func(a *FargateServiceArgs) {
			a.Image, a.PullThroughCache = pulumi.String("registry.example.com/x"), &PullThroughCacheOptions{Enabled: true}
		},
		`image is "registry.example.com/x": its registry is "registry.example.com"; it must be one of docker.io, ghcr.io, public.ecr.aws, quay.io, registry.k8s.io`,
	},
	{
		"a cache without credentials", func(a *FargateServiceArgs) { a.PullThroughCache = &PullThroughCacheOptions{Enabled: true} },
		`image is "nginx:alpine": pullThroughCache.credentialArns["docker.io"] is missing; it is required with docker.io`,
	},
	{
		"credentials for nothing", func(a *FargateServiceArgs) {
			a.PullThroughCache = &PullThroughCacheOptions{CredentialArns: map[string]pulumi.StringInput{"docker.io": pulumi.String(credential)}}
		},
		`pullThroughCache.credentialArns has the key "docker.io"; no image is pulled through a cache of that registry`,
	},
	{
		"other credentials", func(a *FargateServiceArgs) {
			a.PullThroughCache = &PullThroughCacheOptions{Enabled: true, CredentialArns: map[string]pulumi.StringInput{"docker.io": pulumi.String("hub")}}
		},
		`pullThroughCache.credentialArns["docker.io"] is "hub"; it must be the ARN of a Secrets Manager secret whose name begins with ecr-pullthroughcache/`,
	},
	{"scaling's numbers", scaled(ScalingArgs{
		MinCount: pulumi.IntRef(-1), MaxCount: pulumi.IntRef(0), CpuPercent: pulumi.IntRef(101), MemoryPercent: pulumi.IntRef(-1), FlowsPerTask: pulumi.IntRef(-1),
		ScaleInCooldownSeconds: pulumi.IntRef(86401), ScaleOutCooldownSeconds: pulumi.IntRef(-1),
	}), "scaling.minCount is -1; it must be 0 to 5000\nscaling.maxCount is 0; it must be 1 to 5000\nscaling.cpuPercent is 101; it must be 0 to 100\n" +
		"scaling.memoryPercent is -1; it must be 0 to 100\nscaling.flowsPerTask is -1; it must be 0 to 1000000\n" +
		"scaling.scaleInCooldownSeconds is 86401; it must be 0 to 86400\nscaling.scaleOutCooldownSeconds is -1; it must be 0 to 86400"},
	{"limits the wrong way round", scaled(ScalingArgs{MinCount: pulumi.IntRef(5), MaxCount: pulumi.IntRef(4)}), "scaling.maxCount is 4; it must be 5 to 5000"},
	{"a limit below the desired count", scaled(ScalingArgs{MaxCount: pulumi.IntRef(1)}), "scaling.maxCount is 1; it must be 2 to 5000"},
	{"a schedule's name", scaled(ScalingArgs{Schedules: map[string]ScalingScheduleArgs{"A": {Schedule: cron}}}), `scaling.schedules has the key "A"; it must be 1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last`},
	{"a schedule without a time", scheduled(ScalingScheduleArgs{}), "scaling.schedules.day.schedule is missing; it is required"},
	{
		"a schedule of Unix", scheduled(ScalingScheduleArgs{Schedule: "0 8 * * *"}),
		`scaling.schedules.day.schedule is "0 8 * * *"; it must be cron(...), rate(...) or at(...), such as cron(0 8 ? * MON-FRI *)`,
	},
	{
		"a schedule of two days", scheduled(ScalingScheduleArgs{Schedule: "cron(0 8 * * * *)"}),
		`scaling.schedules.day.schedule is "cron(0 8 * * * *)"; either the day of the month or the day of the week must be ?`,
	},
	{
		"a time zone", scheduled(ScalingScheduleArgs{Schedule: cron, Timezone: "CEST"}),
		`scaling.schedules.day.timezone is "CEST"; it must be the IANA name of a time zone, such as Europe/Berlin`,
	},
	{
		"a schedule's limits", scheduled(ScalingScheduleArgs{Schedule: cron, MinCount: 5, MaxCount: pulumi.IntRef(4)}),
		"scaling.schedules.day.maxCount is 4; it must be 5 to 5000",
	},
	{
		"a schedule above scaling's limit", scheduled(ScalingScheduleArgs{Schedule: cron, MinCount: 5}),
		"scaling.schedules.day.minCount is 5, and scaling.maxCount, which is 4, holds where scaling.schedules.day.maxCount isn't set; set it to at least 5",
	},
}

func TestFargateServiceOptionsRefuse(t *testing.T) { refuseServices(t, badOptions) }

func TestFargateServiceWiringRefuses(t *testing.T) {
	refuseServices(t, []badService{
		{"no VPC", func(a *FargateServiceArgs) { a.VpcId = nil }, "vpcId is missing; it is required"},
		{"no subnets", func(a *FargateServiceArgs) { a.SubnetIds = nil }, "subnetIds is missing; it is required"},
		{"an empty list of subnets", func(a *FargateServiceArgs) { a.SubnetIds = pulumi.StringArray{} }, "subnetIds is missing; it is required"},
		{"no load balancer", func(a *FargateServiceArgs) { a.LoadBalancers = nil }, "loadBalancers is missing; it is required"},
		{"no security group", func(a *FargateServiceArgs) { a.LoadBalancers[0].SecurityGroupId = nil }, "loadBalancers[0].securityGroupId is missing; it is required"},
		{
			"a generation twice", func(a *FargateServiceArgs) { a.LoadBalancers = append(a.LoadBalancers, a.LoadBalancers[0]) },
			"loadBalancers[1].generation is 1 a second time; each load balancer must have its own",
		},
		{"no targets", func(a *FargateServiceArgs) { a.Targets = nil }, "targets is missing; it is required"},
		{"six target groups", func(a *FargateServiceArgs) {
			for range 5 {
				a.Targets = append(a.Targets, a.Targets[0])
			}
		}, "targets has 6 entries; it must have 1 to 5"},
		{"no target group", func(a *FargateServiceArgs) { a.Targets[0].TargetGroupArn = nil }, "targets[0].targetGroupArn is missing; it is required"},
		{"a target's port", func(a *FargateServiceArgs) { a.Targets[0].ContainerPort = pulumi.IntRef(0) }, "targets[0].containerPort is 0; it must be 1 to 65535"},
		{"both protocols", func(a *FargateServiceArgs) { a.Targets[0].Protocol = "tcp_udp" }, `targets[0].protocol is "tcp_udp"; it must be one of tcp, tls, udp`},
		{"a check's port", func(a *FargateServiceArgs) { a.Targets[0].HealthCheckPort = pulumi.IntRef(65536) }, "targets[0].healthCheckPort is 65536; it must be 1 to 65535"},
		{"flows of no load balancer", scaled(ScalingArgs{FlowsPerTask: pulumi.IntRef(1)}), "loadBalancers[0].arnSuffix is missing; it is required with scaling.flowsPerTask"},
		{
			"endpoints to nothing", func(a *FargateServiceArgs) { a.AwsEndpoints = &TaskEgressArgs{} },
			"awsEndpoints admits nothing; it must have securityGroupIds or prefixListIds, or be left out",
		},
		{
			"a rollback without alarms", func(a *FargateServiceArgs) { a.Deployment = &DeploymentArgs{RollbackOnUnhealthyTargets: true} },
			"rollbackAlarmNames is missing; it is required with deployment.rollbackOnUnhealthyTargets",
		},
		{"several", func(a *FargateServiceArgs) { a.VpcId, a.Cpu = nil, pulumi.IntRef(1) },
			"vpcId is missing; it is required\ncpu is 1; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"},
	})
}

func TestFargateServiceNames(t *testing.T) {
	for _, test := range []struct {
		name, want string
		change     func(*FargateServiceArgs)
	}{
		{"sg", `the name "sg" begins with "sg-", which AWS refuses in a security group's name`, nil},
		{
			strings.Repeat("a", 47),
			"the name has 47 characters; it must have at most 46, since an IAM role's name begins with it and AWS stops at 64", nil,
		},
		{
			"a-name-with-17-ch",
			`pullThroughCache.enabled is true, and the name "a-name-with-17-ch" begins those of repositories; it must be 1 to 16 lower-case letters, digits and single hyphens`,
			func(a *FargateServiceArgs) {
				a.Image, a.PullThroughCache = pulumi.String("quay.io/x"), &PullThroughCacheOptions{Enabled: true}
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `FargateService "`+test.name+`": `+test.want, func(ctx *pulumi.Context) error {
				args := fargateArgs()
				if test.change != nil {
					test.change(args)
				}
				_, err := NewFargateService(ctx, test.name, args)
				return err
			})
		})
	}
}
