package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestFargateServiceRefuses(t *testing.T) {
	negative := -1
	for _, test := range []struct {
		name   string
		change func(*FargateServiceArgs)
		want   string
	}{
		{"web", func(a *FargateServiceArgs) { a.VpcId = nil }, "VpcId is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.SubnetIds = nil }, "SubnetIds is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.Image = nil }, "Image is missing; it is required"},
		{"web", func(a *FargateServiceArgs) { a.TargetGroupArn = nil }, "TargetGroupArn is missing; it is required"},
		{
			"web", func(a *FargateServiceArgs) { a.LoadBalancerSecurityGroupId = nil },
			"LoadBalancerSecurityGroupId is missing; it is required",
		},
		{"web", func(a *FargateServiceArgs) { a.ContainerPort = 0 }, "ContainerPort is 0; it must be 1 to 65535"},
		{"web", func(a *FargateServiceArgs) { a.Protocol = "tcp_udp" }, `Protocol is "tcp_udp"; it must be one of tcp, tls, udp`},
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
