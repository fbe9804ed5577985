package components

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	defaultLogRetention           = 14
	defaultHealthCheckGracePeriod = 60
	// maxTargetGroups is how many target groups AWS lets an ECS service have. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html.
	maxTargetGroups = 5
)

// logRetentions are the numbers of days that CloudWatch Logs can keep events. See
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
var logRetentions = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// containerInsights are the values of ContainerInsights, the default first. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html.
var containerInsights = []string{"disabled", "enabled", "enhanced"}

// ContainerInsightsValues are the values of [FargateServiceArgs.ContainerInsights].
func ContainerInsightsValues() []string { return slices.Clone(containerInsights) }

func (args *FargateServiceArgs) withDefaults(name string) *FargateServiceArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.Containers = slices.Clone(args.Containers)
	for i, container := range full.Containers {
		if i > 0 {
			name = ""
		}
		full.Containers[i] = container.withDefaults(name)
	}
	full.Targets = slices.Clone(args.Targets)
	for i := range full.Targets {
		full.Targets[i].Protocol = orElse(full.Targets[i].Protocol, "tcp")
	}
	full.Cpu = orElse(full.Cpu, defaultCpu)
	full.Memory = orElse(full.Memory, defaultMemory)
	full.ContainerInsights = orElse(full.ContainerInsights, containerInsights[0])
	full.LogRetentionDays = orElse(full.LogRetentionDays, defaultLogRetention)
	gracePeriod := defaultHealthCheckGracePeriod
	full.HealthCheckGracePeriodSeconds = orElse(full.HealthCheckGracePeriodSeconds, &gracePeriod)
	full.Deployment = full.Deployment.withDefaults()
	full.Scaling = full.Scaling.withDefaults()
	if missing(full.DesiredCount) {
		full.DesiredCount = pulumi.Int(1)
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
	found.add(checkContainers(args.Containers, args.ExecuteCommand))
	found.add(args.checkTargets())
	found.add(args.checkTask())
	found.add(args.checkMoreEgress())
	found.add(args.Capacity.check())
	found.add(args.Deployment.check())
	found.add(args.Scaling.check())
	found.add(checkListed("LogRetentionDays", args.LogRetentionDays, logRetentions, "days"))
	found.add(checkRange("HealthCheckGracePeriodSeconds", *args.HealthCheckGracePeriodSeconds, 0, math.MaxInt32))
	if known, ok := args.DesiredCount.(pulumi.Int); ok && known < 0 {
		found.addf("DesiredCount is %d; it must be 0 or more", known)
	}
	return found.of(component, name)
}

// checkTargets checks the target groups and the load balancers before them.
func (args *FargateServiceArgs) checkTargets() error {
	var found faults
	if len(args.LoadBalancerSecurityGroupIds) == 0 {
		found.addf("LoadBalancerSecurityGroupIds is empty; it must have the security group of each load balancer")
	}
	for key, group := range sortedMap(args.LoadBalancerSecurityGroupIds) {
		found.add(required(fmt.Sprintf("LoadBalancerSecurityGroupIds[%q]", key), group))
	}
	if len(args.Targets) == 0 || len(args.Targets) > maxTargetGroups {
		found.addf("Targets has %d target groups; it must have 1 to %d", len(args.Targets), maxTargetGroups)
	}
	for i, target := range args.Targets {
		path := fmt.Sprintf("Targets[%d]", i)
		found.add(required(path+".TargetGroupArn", target.TargetGroupArn))
		found.add(checkPort(path+".ContainerPort", target.ContainerPort))
		found.add(checkOneOf(path+".Protocol", target.Protocol, "tcp", "tls", "udp"))
		if target.HealthCheckPort != 0 {
			found.add(checkPort(path+".HealthCheckPort", target.HealthCheckPort))
		}
	}
	return errors.Join(found...)
}

// checkTask checks what the task as a whole is.
func (args *FargateServiceArgs) checkTask() error {
	var found faults
	found.add(CheckFargateSize(args.Cpu, args.Memory))
	if args.CpuArchitecture != "" {
		found.add(checkOneOf("CpuArchitecture", args.CpuArchitecture, "X86_64", "ARM64"))
	}
	found.add(checkOneOf("ContainerInsights", args.ContainerInsights, containerInsights...))
	if args.EphemeralStorageGiB != 0 {
		found.add(checkRange("EphemeralStorageGiB", args.EphemeralStorageGiB, 21, 200))
	}
	for key, arn := range sortedMap(args.KmsKeyArns) {
		found.add(required(fmt.Sprintf("KmsKeyArns[%q]", key), arn))
	}
	if args.Egress != nil && len(args.Egress.SecurityGroupIds)+len(args.Egress.PrefixListIds) == 0 {
		found.addf("Egress admits nothing; it must have SecurityGroupIds or PrefixListIds, or be left out")
	}
	return errors.Join(found...)
}

func (args *FargateServiceArgs) checkMoreEgress() error {
	var found faults
	for key, more := range sortedMap(args.MoreEgress) {
		path := fmt.Sprintf("MoreEgress[%q]", key)
		found.add(checkPort(path+".Port", more.Port))
		if len(more.CidrBlocks)+len(more.SecurityGroupIds)+len(more.PrefixListIds) == 0 {
			found.addf("%s admits nothing; it must have CidrBlocks, SecurityGroupIds or PrefixListIds", path)
		}
		for i, cidr := range more.CidrBlocks {
			check := checkCidr
			if strings.Contains(cidr, ":") {
				check = checkCidr6
			}
			found.add(check(fmt.Sprintf("%s.CidrBlocks[%d]", path, i), cidr))
		}
		found.add(checkUnique(path+".CidrBlocks", more.CidrBlocks))
	}
	for key, arn := range sortedMap(args.TaskRolePolicyArns) {
		found.add(checkKey("TaskRolePolicyArns", key, arn))
	}
	return errors.Join(found...)
}

// containerPorts returns the ports of the targets and of their health checks, each
// once, in their order.
func containerPorts(targets []FargateTargetArgs) []Port {
	var ports []Port
	for _, target := range targets {
		ports = append(ports, Port{target.ContainerPort, target.Protocol})
	}
	for _, target := range targets {
		if target.HealthCheckPort != 0 {
			ports = append(ports, Port{target.HealthCheckPort, "tcp"})
		}
	}
	var once []Port
	for _, port := range ports {
		if !slices.Contains(once, port) {
			once = append(once, port)
		}
	}
	return once
}

// sortedMap yields a map's entries in the order of their keys: resources and errors
// come out the same way every time.
func sortedMap[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
