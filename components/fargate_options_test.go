package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// everything is a FargateService with each option.
func everything() *FargateServiceArgs {
	args := fargateArgs()
	three := 3
	args.Containers = []ContainerArgs{
		{
			Image:                  pulumi.String("nginx:alpine"),
			ReadOnlyRootFilesystem: true,
			WritablePaths:          []string{"/var/cache/nginx", "/var/run"},
			User:                   "101:101",
			StopTimeoutSeconds:     90,
			DependsOn:              map[string]string{"migrate": "SUCCESS", "agent": "HEALTHY"},
			Secrets: map[string]pulumi.StringInput{
				"PASSWORD": pulumi.String("arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:password::"),
				"TOKEN":    pulumi.String("arn:aws:ssm:us-east-1:111111111111:parameter/web/token"),
			},
		},
		{Name: "agent", Image: pulumi.String("222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/agent:1"), HealthCheck: &ContainerHealthCheckArgs{Command: []string{"CMD", "true"}}},
		{
			Name: "migrate", Image: pulumi.String("migrate:1"), Optional: true,
			Secrets: map[string]pulumi.StringInput{
				"PASSWORD": pulumi.String("arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"),
			},
		},
	}
	args.CpuArchitecture = "ARM64"
	args.PlatformVersion = "1.4.0"
	args.EphemeralStorageGiB = 50
	args.Capacity = &CapacityArgs{OnDemandBase: 2, SpotWeight: 1}
	args.PermissionsBoundaryArn = pulumi.String("arn:aws:iam::111111111111:policy/boundary")
	args.TaskRolePolicyArns = map[string]pulumi.StringInput{"queue": pulumi.String("arn:aws:iam::111111111111:policy/queue")}
	args.MoreEgress = map[string]EgressRuleArgs{"database": {
		Port: 5432, CidrBlocks: []string{"10.1.0.0/16"}, SecurityGroupIds: map[string]pulumi.StringInput{"db": pulumi.String("sg-db")},
	}}
	args.KmsKeyArns = map[string]pulumi.StringInput{"db": pulumi.String("arn:aws:kms:us-east-1:111111111111:key/1")}
	args.PullThroughRepositories = map[string]pulumi.StringInput{
		"web": pulumi.String("arn:aws:ecr:us-east-1:111111111111:repository/web/*"),
	}
	args.LogKmsKeyArn = pulumi.String("arn:aws:kms:us-east-1:111111111111:key/2")
	args.Deployment = &DeploymentArgs{AlarmNames: pulumi.ToStringArray([]string{"errors"})}
	args.Egress = &TaskEgressArgs{
		SecurityGroupIds: map[string]pulumi.StringInput{"endpoints": pulumi.String("sg-endpoints")},
		PrefixListIds:    map[string]pulumi.StringInput{"s3": pulumi.String("pl-s3")},
	}
	args.LoadBalancerSecurityGroupIds["2"] = pulumi.String("sg-lb-2")
	args.Scaling = &ScalingArgs{
		MinCount: &three, MaxCount: 9, CpuPercent: 60, MemoryPercent: 80, FlowsPerTask: 10000,
		LoadBalancerArnSuffixes: []pulumi.StringInput{pulumi.String("net/web/1"), pulumi.String("net/web/2")},
		Schedules:               map[string]ScalingScheduleArgs{"day": {Schedule: "cron(0 8 * * ? *)", Timezone: "Europe/Berlin", MinCount: 5}},
	}
	return args
}

func TestFargateTaskOptions(t *testing.T) {
	m := runFargate(t, "web", everything())
	task := m.get(t, taskToken, "web").inputs
	assert.Equal(t, map[string]any{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}, task["runtimePlatform"])
	assert.Equal(t, map[string]any{"sizeInGib": 50.0}, task["ephemeralStorage"])
	assert.Equal(t, []any{map[string]any{"name": "web-1"}, map[string]any{"name": "web-2"}}, task["volumes"])
	golden(t, "containers.json", task["containerDefinitions"].(string))
	assert.Equal(t, "arn:aws:kms:us-east-1:111111111111:key/2", m.get(t, logGroupToken, "web").inputs["kmsKeyId"])
}

func TestFargateServiceOptions(t *testing.T) {
	m := runFargate(t, "web", everything())
	service := m.get(t, serviceToken, "web")
	assert.NotContains(t, service.inputs, "launchType")
	assert.Equal(t, true, service.inputs["forceNewDeployment"])
	assert.Equal(t, []any{
		map[string]any{"capacityProvider": "FARGATE", "base": 2.0, "weight": 0.0},
		map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 1.0},
	}, service.inputs["capacityProviderStrategies"])
	assert.Equal(t, "1.4.0", service.inputs["platformVersion"])
	assert.Equal(t, map[string]any{"alarmNames": []any{"errors"}, "enable": true, "rollback": true}, service.inputs["alarms"])
	assert.Contains(t, service.dependencies, m.get(t, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "web").urn)
	for _, policy := range m.find(policyToken) {
		assert.Contains(t, service.dependencies, policy.urn)
	}

	admits := map[string]string{}
	for _, r := range append(m.find(egressToken), m.find(ingressToken)...) {
		admits[r.name] = describeRule(r)
	}
	assert.Equal(t, map[string]string{
		"web-ingress-load-balancer-80-tcp":         "tcp 80-80 sg-lb",
		"web-ingress-load-balancer-2-80-tcp":       "tcp 80-80 sg-lb-2",
		"web-egress-tasks-80-tcp":                  "tcp 80-80 web-security-group-id",
		"web-egress-tasks-2-80-tcp":                "tcp 80-80 web-security-group-id",
		"web-egress-database-10.1.0.0-16-5432-tcp": "tcp 5432-5432 10.1.0.0/16",
		"web-egress-database-db-5432-tcp":          "tcp 5432-5432 sg-db",
		"web-egress-endpoints-443-tcp":             "tcp 443-443 sg-endpoints",
		"web-egress-s3-443-tcp":                    "tcp 443-443 pl-s3",
	}, admits)
}

func TestFargateReachIsChecked(t *testing.T) {
	for want, change := range map[string]func(*FargateServiceArgs){
		`MoreEgress["db"] admits nothing; it must have CidrBlocks, SecurityGroupIds or PrefixListIds`: func(a *FargateServiceArgs) {
			a.MoreEgress = map[string]EgressRuleArgs{"db": {Port: 5432}}
		},
		`MoreEgress["db"].CidrBlocks[0] is "db"; it must be an IPv4 CIDR block such as 10.0.0.0/16`: func(a *FargateServiceArgs) {
			a.MoreEgress = map[string]EgressRuleArgs{"db": {Port: 5432, CidrBlocks: []string{"db"}}}
		},
		`TaskRolePolicyArns has an empty key; each key names a resource`: func(a *FargateServiceArgs) {
			a.TaskRolePolicyArns = map[string]pulumi.StringInput{"": pulumi.String("arn")}
		},
	} {
		requireRefused(t, `FargateService "web": `+want, func(ctx *pulumi.Context) error {
			args := fargateArgs()
			change(args)
			_, err := NewFargateService(ctx, "web", args)
			return err
		})
	}
}

// Without the circuit breaker nothing rolls back.
func TestFargateCircuitBreaker(t *testing.T) {
	args, off := fargateArgs(), false
	args.Deployment = &DeploymentArgs{CircuitBreaker: &off}
	assert.Equal(t, map[string]any{"enable": false, "rollback": false}, runFargate(t, "web", args).get(t, serviceToken, "web").inputs["deploymentCircuitBreaker"])
}
