package components

import (
	"math"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	defaultLogRetention           = 14
	defaultHealthCheckGracePeriod = 60
)

// logRetentions are the numbers of days that CloudWatch Logs can keep events. See
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
var logRetentions = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

func (args *FargateServiceArgs) withDefaults() *FargateServiceArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.Protocol = orElse(full.Protocol, "tcp")
	full.Cpu = orElse(full.Cpu, defaultCpu)
	full.Memory = orElse(full.Memory, defaultMemory)
	full.LogRetentionDays = orElse(full.LogRetentionDays, defaultLogRetention)
	gracePeriod := defaultHealthCheckGracePeriod
	full.HealthCheckGracePeriodSeconds = orElse(full.HealthCheckGracePeriodSeconds, &gracePeriod)
	if missing(full.DesiredCount) {
		full.DesiredCount = pulumi.Int(1)
	}
	if missing(full.EntryPoint) {
		full.EntryPoint = pulumi.StringArray{}
	}
	if missing(full.Command) {
		full.Command = pulumi.StringArray{}
	}
	if missing(full.Environment) {
		full.Environment = pulumi.StringMap{}
	}
	return &full
}

func (args *FargateServiceArgs) check(name string) error {
	const component = "FargateService"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkECSName(name, executionRoleSuffix))
	found.add(checkSecurityGroupName(name))
	found.add(required("VpcId", args.VpcId))
	found.add(required("SubnetIds", args.SubnetIds))
	found.add(required("Image", args.Image))
	found.add(required("TargetGroupArn", args.TargetGroupArn))
	found.add(required("LoadBalancerSecurityGroupId", args.LoadBalancerSecurityGroupId))
	found.add(checkPort("ContainerPort", args.ContainerPort))
	found.add(checkOneOf("Protocol", args.Protocol, "tcp", "tls", "udp"))
	found.add(CheckFargateSize(args.Cpu, args.Memory))
	found.add(checkListed("LogRetentionDays", args.LogRetentionDays, logRetentions, "days"))
	found.add(checkRange("HealthCheckGracePeriodSeconds", *args.HealthCheckGracePeriodSeconds, 0, math.MaxInt32))
	if known, ok := args.DesiredCount.(pulumi.Int); ok && known < 0 {
		found.addf("DesiredCount is %d; it must be 0 or more", known)
	}
	return found.of(component, name)
}
