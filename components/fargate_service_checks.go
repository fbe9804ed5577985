package components

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// logRetentions are the numbers of days that CloudWatch Logs can keep events. See
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
var logRetentions = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// listed checks that a number is one of those that AWS lists, which are of a unit.
func listed(at check.Path, value int, allowed []int, unit string, f *check.Faults) {
	if !slices.Contains(allowed, value) {
		f.Must(at, value, strings.TrimSpace("one of "+numbers(allowed)+" "+unit))
	}
}

func numbers(list []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ", "), "[]")
}

// Check checks the task.
func (o *FargateServiceOptions) Check(at check.Path, f *check.Faults) {
	o.ContainerArgs.Check(at, f)
	checkFargateSize(at, *o.Cpu, *o.Memory, f)
	listed(at.Key("logRetentionDays"), *o.LogRetentionDays, logRetentions, "", f)
	for _, c := range o.containers(at, "") {
		if o.ExecuteCommand && isTrue(c.ReadOnlyRootFilesystem) {
			f.Say(c.at.Key("readOnlyRootFilesystem"), "is true, but %s is too; the agent of ECS Exec has to write to the container's files",
				at.Key("executeCommand"))
		}
	}
	o.checkTaskSize(at, f)
	noneMissing(at.Key("kmsKeyArns"), o.KmsKeyArns, f)
	o.checkPolicies(at.Key("taskRolePolicyArns"), f)
	o.checkPullThrough(at, f)
	o.checkRouter(at, f)
	o.checkVolumes(at, f)
	o.checkResources(at, f)
	o.checkCredentials(at, f)
	o.checkExisting(at, f)
	if isTrue(o.ExecuteCommandLogging) && !o.ExecuteCommand {
		f.Say(at.Key("executeCommandLogging"), "is true, but %s is false; there are no sessions to log", at.Key("executeCommand"))
	}
	noneMissing(at.Key("additionalSecurityGroupIds"), o.AdditionalSecurityGroupIds, f)
}

// checkExisting refuses what shapes a cluster or a role that is used as it is.
func (o *FargateServiceOptions) checkExisting(at check.Path, f *check.Faults) {
	cluster, execution, task := !missing(o.ClusterArn), !missing(o.ExecutionRoleArn), !missing(o.TaskRoleArn)
	for _, option := range []struct {
		key, existing string
		wrong         bool
	}{
		{"containerInsights", "clusterArn", cluster && o.ContainerInsights != "disabled"},
		{"executeCommandLogging", "clusterArn", cluster && isTrue(o.ExecuteCommandLogging)},
		{"taskRolePolicyArns", "taskRoleArn", task && len(o.TaskRolePolicyArns) > 0},
		{"kmsKeyArns", "executionRoleArn", execution && len(o.KmsKeyArns) > 0},
		{"permissionsBoundaryArn", "taskRoleArn", task && execution && !missing(o.PermissionsBoundaryArn)},
	} {
		if option.wrong {
			f.Say(at.Key(option.key), "is set together with %s; what exists is used as it is", at.Key(option.existing))
		}
	}
}

// checkPolicies refuses policies of one name, which ends that of their attachments.
func (o *FargateServiceOptions) checkPolicies(at check.Path, f *check.Faults) {
	noneMissing(at, o.TaskRolePolicyArns, f)
	arns := map[string]string{}
	for i, policy := range o.TaskRolePolicyArns {
		arn, known := plain(policy)
		if !known {
			continue
		}
		name := policyName(arn)
		if other, taken := arns[name]; taken && other != arn {
			f.Say(at.Index(i), "is %q; its name, %s, must differ from the others'", arn, name)
		}
		arns[name] = arn
	}
}

// policyName is the name of a policy, the last part of its ARN.
func policyName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// Check checks that there is a destination.
func (e *EgressRuleArgs) Check(at check.Path, f *check.Faults) {
	if len(e.CidrBlocks)+len(e.SecurityGroupIds)+len(e.PrefixListIds) == 0 {
		f.Say(at, "has neither cidrBlocks nor securityGroupIds nor prefixListIds; it must say where the tasks may connect to")
	}
	noneMissing(at.Key("securityGroupIds"), e.SecurityGroupIds, f)
	noneMissing(at.Key("prefixListIds"), e.PrefixListIds, f)
	e.checkPorts(at, f)
}

// checkPorts checks that a protocol with ports has them, and no other.
func (e *EgressRuleArgs) checkPorts(at check.Path, f *check.Faults) {
	ported := e.Protocol == "tcp" || e.Protocol == "udp"
	switch {
	case ported && e.Port == nil:
		f.Say(at.Key("port"), "is missing; it is required")
	case !ported && e.Port != nil:
		f.Say(at.Key("port"), "is %d, but %s is %s, which has no ports", *e.Port, at.Key("protocol"), e.Protocol)
	case e.ToPort != nil && e.Port == nil:
		f.Say(at.Key("toPort"), "is set without %s, where the range begins", at.Key("port"))
	case e.ToPort != nil && *e.ToPort < *e.Port:
		f.Say(at.Key("toPort"), "is %d; it must be at least %s, which is %d", *e.ToPort, at.Key("port"), *e.Port)
	}
}

// Check checks that there is a destination.
func (e *TaskEgressArgs) Check(at check.Path, f *check.Faults) {
	if len(e.SecurityGroupIds)+len(e.PrefixListIds) == 0 {
		f.Say(at, "admits nothing; it must have securityGroupIds or prefixListIds, or be left out")
	}
	noneMissingIn(at.Key("securityGroupIds"), e.SecurityGroupIds, f)
	noneMissingIn(at.Key("prefixListIds"), e.PrefixListIds, f)
}

// Check checks the options and the wiring, and fills what follows from the options.
func (args *FargateServiceArgs) Check(at check.Path, f *check.Faults) {
	args.FargateServiceOptions.Check(at, f)
	for i := range args.Targets {
		args.Targets[i].ContainerPort = cmp.Or(args.Targets[i].ContainerPort, args.ContainerPort)
	}
	args.Scaling.resolve(at.Key("scaling"), *args.DesiredCount, f)
	checkRules(at.Key("egress"), args.AwsEndpoints.rules(), args.volumeRules(), args.Egress, f)
	taken := map[[2]int]bool{}
	for i, balancer := range args.LoadBalancers {
		at := at.Key("loadBalancers").Index(i)
		which := [2]int{*balancer.Shard, *balancer.Generation}
		if taken[which] {
			f.Say(at.Key("generation"), "is %d a second time; each load balancer must have its own", *balancer.Generation)
		}
		taken[which] = true
		if args.Scaling.countsFlows() && missing(balancer.ArnSuffix) {
			f.Say(at.Key("arnSuffix"), "is missing; it is required with scaling.flowsPerTask")
		}
	}
	noneMissingIn(at.Key("pullThroughRepositories"), args.PullThroughRepositories, f)
	if args.Deployment.RollbackOnUnhealthyTargets && missing(args.RollbackAlarmNames) {
		f.Say(at.Key("rollbackAlarmNames"), "is missing; it is required with deployment.rollbackOnUnhealthyTargets")
	}
}

// privateArns are the known ARNs of what tasks without a way to the internet reach in the
// service's own Region only, by the path of their key.
func (o *FargateServiceOptions) privateArns(at check.Path) map[check.Path]string {
	arns := map[check.Path]string{}
	add := func(path check.Path, input any) {
		if arn, known := plain(input); known {
			arns[path] = arn
		}
	}
	for _, c := range o.containers(at, "") {
		for variable, arn := range c.Secrets {
			add(c.at.Key("secrets").Key(variable), arn)
		}
	}
	for i, arn := range o.KmsKeyArns {
		add(at.Key("kmsKeyArns").Index(i), arn)
	}
	return arns
}

// needs are what the task needs VPC endpoints for, as far as it is known.
func (o *FargateServiceOptions) needs() TaskNeeds {
	var secrets []string
	for _, c := range o.containers("", "") {
		secrets = append(secrets, texts(c.secretInputs())...)
	}
	uses := func(service string) bool {
		return slices.ContainsFunc(secrets, func(arn string) bool { return strings.Contains(arn, ":"+service+":") })
	}
	return TaskNeeds{
		SecretsManager: uses("secretsmanager"), ParameterStore: uses("ssm"),
		KMS: len(o.KmsKeyArns) > 0, ExecuteCommand: o.ExecuteCommand,
	}
}

// containerPorts returns the ports of the targets and of their health checks, each
// once, in their order.
func containerPorts(targets []FargateTargetArgs) []Port {
	var ports []Port
	for _, target := range targets {
		ports = append(ports, Port{*target.ContainerPort, target.Protocol})
	}
	for _, target := range targets {
		if target.HealthCheckPort != nil {
			ports = append(ports, Port{*target.HealthCheckPort, "tcp"})
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

// alarmNames are the alarms that roll a deployment back, or nil.
func (args *FargateServiceArgs) alarmNames() pulumi.StringArrayInput {
	named, made := args.Deployment.AlarmNames, args.RollbackAlarmNames
	switch {
	case !args.Deployment.RollbackOnUnhealthyTargets || missing(made):
		return named
	case missing(named):
		return made
	}
	return pulumi.All(named, made).ApplyT(func(lists []any) []string {
		return slices.Concat(lists[0].([]string), lists[1].([]string))
	}).(pulumi.StringArrayOutput)
}
