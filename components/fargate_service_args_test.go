package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestFargateServiceRefuses(t *testing.T) {
	negative, hundred := -1, 100
	for _, test := range []struct {
		name   string
		change func(*FargateServiceArgs)
		want   string
	}{
		{"web", func(a *FargateServiceArgs) { a.VpcId = nil }, "VpcId is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.SubnetIds = nil }, "SubnetIds is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.Containers[0].Image = nil }, "Containers[0].Image is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.Targets[0].TargetGroupArn = nil }, "Targets[0].TargetGroupArn is missing; it is required"},
		{
			"web", func(a *FargateServiceArgs) { a.LoadBalancerSecurityGroupIds = nil },
			"LoadBalancerSecurityGroupIds is empty; it must have the security group of each load balancer",
		},
		{"web", func(a *FargateServiceArgs) { a.Targets[0].ContainerPort = 0 }, "Targets[0].ContainerPort is 0; it must be 1 to 65535"},
		{"web", func(a *FargateServiceArgs) { a.Targets[0].Protocol = "tcp_udp" }, `Targets[0].Protocol is "tcp_udp"; it must be one of tcp, tls, udp`},
		{"web", func(a *FargateServiceArgs) { a.Targets[0].HealthCheckPort = 65536 }, "Targets[0].HealthCheckPort is 65536; it must be 1 to 65535"},
		{"web", func(a *FargateServiceArgs) { a.Cpu = 100 }, "Cpu is 100; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"},
		{"web", func(a *FargateServiceArgs) { a.Memory = 4096 }, "Memory with Cpu 256 is 4096; it must be one of 512, 1024, 2048 MiB"},
		{"web", func(a *FargateServiceArgs) { a.DesiredCount = pulumi.Int(-1) }, "DesiredCount is -1; it must be 0 or more"},
		{
			"web", func(a *FargateServiceArgs) { a.LogRetentionDays = 15 },
			"LogRetentionDays is 15; it must be one of " +
				"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days",
		},
		{
			"web", func(a *FargateServiceArgs) { a.HealthCheckGracePeriodSeconds = &negative },
			"HealthCheckGracePeriodSeconds is -1; it must be 0 to 2147483647",
		},
		{"web", func(a *FargateServiceArgs) { a.Containers = nil }, "Containers is empty; it must have at least the container that the load balancer reaches"},
		{
			"web", func(a *FargateServiceArgs) { a.Targets = nil },
			"Targets has 0 target groups; it must have 1 to 5",
		},
		{
			"web", func(a *FargateServiceArgs) { a.CpuArchitecture = "arm" },
			`CpuArchitecture is "arm"; it must be one of X86_64, ARM64`,
		},
		{
			"web", func(a *FargateServiceArgs) { a.ContainerInsights = "on" },
			`ContainerInsights is "on"; it must be one of disabled, enabled, enhanced`,
		},
		{"web", func(a *FargateServiceArgs) { a.EphemeralStorageGiB = 20 }, "EphemeralStorageGiB is 20; it must be 21 to 200"},
		{"web", func(a *FargateServiceArgs) { a.Capacity = &CapacityArgs{OnDemandBase: 1} }, "Capacity.SpotWeight is 0; it must be 1 to 1000"},
		{
			"web", func(a *FargateServiceArgs) { a.Egress = &TaskEgressArgs{} },
			"Egress admits nothing; it must have SecurityGroupIds or PrefixListIds, or be left out",
		},
		{
			"web", func(a *FargateServiceArgs) { a.Deployment = &DeploymentArgs{MaximumPercent: &hundred} },
			"Deployment.MaximumPercent is 100 and MinimumHealthyPercent too; one must give, or no task could be replaced\n" +
				"Deployment.ZoneRebalancing is true; with MaximumPercent 100 it must be false, since a task moves by starting a new one first",
		},
		{
			"web", func(a *FargateServiceArgs) { a.Scaling = &ScalingArgs{MinCount: &hundred, MaxCount: 4} },
			"Scaling.MinCount is 100 and MaxCount is 4; they must be 0 or more, and MaxCount at least MinCount and 1",
		},
		{
			"web", func(a *FargateServiceArgs) { a.Scaling = &ScalingArgs{MaxCount: 4, CpuPercent: 101, FlowsPerTask: 1} },
			"Scaling.CpuPercent is 101; it must be 0 to 100\nScaling.LoadBalancerArnSuffixes is empty; it is required with FlowsPerTask",
		},
		{
			"web", func(a *FargateServiceArgs) {
				a.Scaling = &ScalingArgs{MaxCount: 4, Schedules: map[string]ScalingScheduleArgs{"day": {Schedule: "0 8 * * *"}}}
			},
			`Scaling.Schedules["day"].Schedule is "0 8 * * *"; it must be cron(...), rate(...) or at(...), such as cron(0 8 ? * MON-FRI *)`,
		},
		{"sg", func(*FargateServiceArgs) {}, `the name "sg" begins with "sg-", which AWS refuses in a security group's name`},
		{
			strings.Repeat("a", 47), func(*FargateServiceArgs) {},
			"the name has 47 characters; it must have at most 46, since an IAM role's name begins with it and AWS stops at 64",
		},
	} {
		requireRefused(t, `FargateService "`+test.name+`": `+test.want, func(ctx *pulumi.Context) error {
			args := fargateArgs()
			test.change(args)
			_, err := NewFargateService(ctx, test.name, args)
			return err
		})
	}
}
