package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/strict"
)

// everything is a FargateService with each option.
func everything() *FargateServiceArgs {
	args := fargateArgs()
	args.FargateServiceOptions = FargateServiceOptions{
		ContainerArgs: ContainerArgs{
			ReadOnlyRootFilesystem: pulumi.BoolRef(true),
			WritablePaths:          []string{"/var/cache/nginx", "/var/run"},
			User:                   "101:101",
			StopTimeoutSeconds:     pulumi.IntRef(90),
			DependsOn:              map[string]string{"migrate": "SUCCESS", "agent": "HEALTHY"},
			Secrets: map[string]pulumi.StringInput{
				"PASSWORD": pulumi.String("arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:password::"),
				"TOKEN":    pulumi.String("arn:aws:ssm:us-east-1:111111111111:parameter/web/token"),
			},
		},
		Sidecars: map[string]SidecarArgs{
			"agent": {
				Image:         pulumi.String("222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/agent:1"),
				ContainerArgs: ContainerArgs{HealthCheck: healthy, RestartPolicy: &RestartPolicyArgs{IgnoredExitCodes: []int{0}}},
			},
			"migrate": {
				Image: pulumi.String("migrate:1"), Optional: true,
				ContainerArgs: ContainerArgs{Secrets: map[string]pulumi.StringInput{
					"PASSWORD": pulumi.String("arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"),
				}},
			},
		},
		CpuArchitecture:        "ARM64",
		PlatformVersion:        "1.4.0",
		EphemeralStorageGiB:    pulumi.IntRef(50),
		Spot:                   &SpotArgs{OnDemandBase: 2, Weight: 1},
		PermissionsBoundaryArn: pulumi.String(account + "policy/boundary"),
		TaskRolePolicyArns:     pulumi.ToStringArray([]string{account + "policy/queue"}),
		Egress: map[string]EgressRuleArgs{"database": {
			Port: pulumi.IntRef(5432), CidrBlocks: []string{"10.1.0.0/16"}, SecurityGroupIds: []pulumi.StringInput{pulumi.String("sg-0000000d")},
		}},
		KmsKeyArns:   pulumi.ToStringArray([]string{"arn:aws:kms:us-east-1:111111111111:key/1"}),
		LogKmsKeyArn: pulumi.String("arn:aws:kms:us-east-1:111111111111:key/2"),
		Deployment:   &DeploymentArgs{AlarmNames: pulumi.ToStringArray([]string{"errors"}), RollbackOnUnhealthyTargets: true},
	}
	args.RollbackAlarmNames = pulumi.ToStringArray([]string{"unhealthy"})
	args.PullThroughRepositories = map[string]pulumi.StringInput{
		"web": pulumi.String("arn:aws:ecr:us-east-1:111111111111:repository/web/*"),
	}
	args.AwsEndpoints = &TaskEgressArgs{
		SecurityGroupIds: map[string]pulumi.StringInput{"endpoints": pulumi.String("sg-endpoints")},
		PrefixListIds:    map[string]pulumi.StringInput{"s3": pulumi.String("pl-s3")},
	}
	args.LoadBalancers = []FargateLoadBalancerArgs{
		{SecurityGroupId: pulumi.String("sg-lb"), ArnSuffix: pulumi.String("net/web/1")},
		{SecurityGroupId: pulumi.String("sg-lb-2"), ArnSuffix: pulumi.String("net/web/2"), Generation: pulumi.IntRef(2)},
	}
	args.Scaling = &ScalingArgs{
		MinCount: pulumi.IntRef(3), MaxCount: pulumi.IntRef(9), FlowsPerTask: pulumi.IntRef(10000),
		Schedules: map[string]ScalingScheduleArgs{"day": {Schedule: cron, Timezone: "Europe/Berlin", MinCount: 5}},
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
	assert.Equal(t, map[string]any{"alarmNames": []any{"errors", "unhealthy"}, "enable": true, "rollback": true}, service.inputs["alarms"])
	assert.Contains(t, service.dependencies, m.get(t, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "web").urn)
	for _, policy := range m.find(policyToken) {
		assert.Contains(t, service.dependencies, policy.urn)
	}

	admits := map[string]string{}
	for _, r := range append(m.find(egressToken), m.find(ingressToken)...) {
		admits[r.name] = describeRule(r)
	}
	assert.Equal(t, map[string]string{
		"web-ingress-load-balancer-80-tcp":   "tcp 80-80 sg-lb",
		"web-ingress-load-balancer-2-80-tcp": "tcp 80-80 sg-lb-2",
		"web-egress-tasks-80-tcp":            "tcp 80-80 web-security-group-id",
		"web-egress-tasks-2-80-tcp":          "tcp 80-80 web-security-group-id",
		"web-egress-10.1.0.0-16-5432-tcp":    "tcp 5432-5432 10.1.0.0/16",
		"web-egress-sg-0000000d-5432-tcp":    "tcp 5432-5432 sg-0000000d",
		"web-egress-endpoints-443-tcp":       "tcp 443-443 sg-endpoints",
		"web-egress-s3-443-tcp":              "tcp 443-443 pl-s3",
	}, admits)
}

// Without the circuit breaker nothing rolls back.
func TestFargateCircuitBreaker(t *testing.T) {
	args := fargateArgs()
	args.Deployment = &DeploymentArgs{CircuitBreaker: pulumi.BoolRef(false)}
	assert.Equal(t, map[string]any{"enable": false, "rollback": false}, runFargate(t, "web", args).get(t, serviceToken, "web").inputs["deploymentCircuitBreaker"])
}

// A cache of each registry is the service's own child, and what it caches is pulled
// through it.
func TestFargatePullsThroughCaches(t *testing.T) {
	args := fargateArgs()
	args.PullThroughCache = &PullThroughCacheOptions{
		Enabled: true, CredentialArns: map[string]pulumi.StringInput{"docker.io": pulumi.String(credential)},
	}
	args.Sidecars = map[string]SidecarArgs{
		"agent": {Image: pulumi.String("quay.io/team/agent:1")},
		"own":   {Image: pulumi.String("222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/own:1")},
		"made":  {Image: pulumi.String("made:1").ToStringOutput()},
	}
	m := runFargate(t, "web", args)
	component := m.get(t, FargateServiceType, "web").urn
	digits := ""
	for registry, prefix := range map[string]string{"web-docker-io": "web-docker-", "web-quay-io": "web-quay-"} {
		assert.Equal(t, component, m.get(t, PullThroughCacheType, registry).parent)
		made := m.get(t, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule", registry).inputs["ecrRepositoryPrefix"].(string)
		assert.Regexp(t, "^"+prefix+"[0-9a-f]{6}$", made)
		digits = made[len(prefix):]
	}
	const host = "111111111111.dkr.ecr.us-east-1.amazonaws.com/"
	images := map[string]any{}
	for _, c := range decoded(t, m.get(t, taskToken, "web").inputs["containerDefinitions"].(string)).([]any) {
		images[c.(map[string]any)["name"].(string)] = c.(map[string]any)["image"]
	}
	assert.Equal(t, map[string]any{
		"web": host + "web-docker-" + digits + "/library/nginx:alpine", "agent": host + "web-quay-" + digits + "/team/agent:1",
		"own": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/own:1", "made": "made:1",
	}, images)
	policy := m.get(t, policyToken, "web-pull-through").inputs["policy"].(string)
	assert.Contains(t, policy, "repository/web-docker-"+digits+"/*")
	assert.Contains(t, policy, "repository/web-quay-"+digits+"/*")
	assert.Nil(t, args.PullThroughRepositories, "the arguments stay as they were")

	run(t, func(ctx *pulumi.Context) error {
		full, _ := check.Args("", args)
		notices := full.pullNotices(ctx, "provider.service", "web")
		assert.Len(t, notices, 2)
		assert.Contains(t, notices[0], "provider.service.image: the tasks can pull nginx:alpine only once it is in the cache")
		assert.Contains(t, notices[1], "docker pull <account>.dkr.ecr.<region>.amazonaws.com/web-quay-")
		return nil
	})
}

// What a task needs endpoints for follows from its options.
func TestFargateNeeds(t *testing.T) {
	full, _ := check.Args("", everything())
	assert.Equal(t, TaskNeeds{SecretsManager: true, ParameterStore: true, KMS: true}, full.needs())
}

func TestFargatePrivateArns(t *testing.T) {
	full, _ := check.Args("", everything())
	assert.Equal(t, map[check.Path]string{
		"service.kmsKeyArns[0]":                     "arn:aws:kms:us-east-1:111111111111:key/1",
		"service.secrets.PASSWORD":                  "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:password::",
		"service.secrets.TOKEN":                     "arn:aws:ssm:us-east-1:111111111111:parameter/web/token",
		"service.sidecars.migrate.secrets.PASSWORD": "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf",
	}, full.privateArns("service"))
}

// A policy that the program makes has no name yet: its place in the list names it.
func TestTaskRolePolicies(t *testing.T) {
	args := fargateArgs()
	args.TaskRolePolicyArns = []pulumi.StringInput{pulumi.String(account + "policy/team/queue"), pulumi.String(account + "policy/made").ToStringOutput()}
	attached := map[string]any{}
	for _, r := range runFargate(t, "web", args).find("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		attached[r.name] = r.inputs["policyArn"]
	}
	assert.Equal(t, map[string]any{"web-task-queue": account + "policy/team/queue", "web-task-policy-2": account + "policy/made"}, attached)
}

// Tasks are on Fargate Spot only where it has a weight.
func TestSpotWithoutAWeight(t *testing.T) {
	args := fargateArgs()
	args.Spot = &SpotArgs{}
	assert.Equal(t, "FARGATE", runFargate(t, "web", args).get(t, serviceToken, "web").inputs["launchType"])
}

// A stack's file says all options by their names, and is checked in them.
func TestFargateServiceOptionsDecode(t *testing.T) {
	type side struct {
		Service *FargateServiceOptions `pulumi:"service,optional" default:"{}"`
	}
	for _, test := range []struct{ name, document, want string }{
		{"nothing", `{}`, ""},
		{"all kinds", `{"service": {
			"image": "quay.io/web:1", "command": ["serve"], "environment": {"A": "b"}, "secrets": {"C": "arn:aws:ssm:us-east-1:111111111111:parameter/c"},
			"restartPolicy": {"ignoredExitCodes": [0], "restartAttemptPeriodSeconds": 60}, "stopTimeoutSeconds": 10, "desiredCount": 0,
			"sidecars": {"agent": {"image": "agent:1", "optional": true, "healthCheck": {"command": ["CMD", "true"]}}},
			"pullThroughCache": {"enabled": false}, "spot": {"weight": 1}, "deployment": {"circuitBreaker": false, "alarmNames": ["errors"]},
			"egress": {"db": {"port": 5432, "securityGroupIds": ["sg-0000000d"]}}, "taskRolePolicyArns": ["` + account + `policy/x"],
			"logKmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/2", "waitForSteadyState": true}}`, ""},
		{"a key's misspelling", `{"service": {"restartPolicy": {"restartAtemptPeriodSeconds": 60}}}`,
			"provider.service.restartPolicy.restartAtemptPeriodSeconds is not a known key: did you mean restartAttemptPeriodSeconds? " +
				"(known keys: enabled, ignoredExitCodes, restartAttemptPeriodSeconds)"},
		{"what only a program wires", `{"service": {"vpcId": "vpc-1"}}`, "provider.service.vpcId is not a known key"},
		{"a sidecar's option", `{"service": {"sidecars": {"a.b": {"image": "x", "stopTimeoutSeconds": 0}}}}`,
			"provider.service.sidecars has the key \"a.b\"; it must be 1 to 255 letters, digits, hyphens and underscores\n" +
				`provider.service.sidecars["a.b"].stopTimeoutSeconds is 0; it must be 2 to 120`},
		{"a wait for itself", `{"service": {"dependsOn": {"web": "START"}}}`,
			"provider.service.dependsOn goes round in a circle among web; a container must not wait for itself"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var given side
			_, err := strict.DecodeArgs([]byte(test.document), "provider", &given, Inputs)
			if err == nil {
				full, faults := check.Args("provider", &given)
				full.Service.checkNamed("provider.service", "web", &faults)
				err = faults.Err()
			}
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.want)
			}
		})
	}
}
