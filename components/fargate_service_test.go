package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	serviceToken  = "aws:ecs/service:Service"
	taskToken     = "aws:ecs/taskDefinition:TaskDefinition"
	clusterToken  = "aws:ecs/cluster:Cluster"
	roleToken     = "aws:iam/role:Role"
	policyToken   = "aws:iam/rolePolicy:RolePolicy"
	logGroupToken = "aws:cloudwatch/logGroup:LogGroup"
)

func fargateArgs() *FargateServiceArgs {
	return &FargateServiceArgs{
		VpcId:         pulumi.String("vpc-1"),
		SubnetIds:     pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		Targets:       []FargateTargetArgs{{TargetGroupArn: pulumi.String("arn:tg")}},
		LoadBalancers: []FargateLoadBalancerArgs{{SecurityGroupId: pulumi.String("sg-lb")}},
		Scaling:       &ScalingArgs{Enabled: pulumi.BoolRef(false)},
	}
}

// runFargate runs a program with one FargateService.
func runFargate(t *testing.T, name string, args *FargateServiceArgs) *mocks {
	t.Helper()
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewFargateService(ctx, name, args)
		return err
	}))
	return m
}

// container decodes a task definition's one container.
func container(t *testing.T, task registration) map[string]any {
	t.Helper()
	var containers []map[string]any
	require.NoError(t, json.Unmarshal([]byte(task.inputs["containerDefinitions"].(string)), &containers))
	require.Len(t, containers, 1)
	return containers[0]
}

func TestFargateServiceChildren(t *testing.T) {
	m := runFargate(t, "web", fargateArgs())
	assert.Equal(t, []string{
		logGroupToken + " web",
		securityGroupToken + " web-security-group",
		clusterToken + " web",
		serviceToken + " web",
		taskToken + " web",
		roleToken + " web-execution",
		roleToken + " web-task",
		policyToken + " web-execution",
		egressToken + " web-egress-0.0.0.0-0-443-tcp",
		egressToken + " web-egress-tasks-80-tcp",
		ingressToken + " web-ingress-load-balancer-80-tcp",
	}, m.list(FargateServiceType))
	assert.Equal(t, 14.0, m.get(t, logGroupToken, "web").inputs["retentionInDays"])
}

func TestFargateServiceDefaults(t *testing.T) {
	m := runFargate(t, "web", fargateArgs())
	assert.Equal(t, map[string]any{
		"cluster":        "arn:aws:ecs:us-east-1:111111111111:cluster/web",
		"taskDefinition": "arn:aws:ecs:us-east-1:111111111111:task-definition/web",
		"launchType":     "FARGATE",
		"desiredCount":   2.0,
		"networkConfiguration": map[string]any{
			"subnets": []any{"subnet-1", "subnet-2"}, "securityGroups": []any{"web-security-group-id"}, "assignPublicIp": false,
		},
		"loadBalancers": []any{
			map[string]any{"targetGroupArn": "arn:tg", "containerName": "web", "containerPort": 80.0},
		},
		"healthCheckGracePeriodSeconds":   60.0,
		"deploymentCircuitBreaker":        map[string]any{"enable": true, "rollback": true},
		"deploymentMinimumHealthyPercent": 100.0,
		"deploymentMaximumPercent":        200.0,
		"availabilityZoneRebalancing":     "ENABLED",
		"enableExecuteCommand":            false,
		"waitForSteadyState":              true,
		"tags":                            map[string]any{"Name": "web"},
	}, m.get(t, serviceToken, "web").inputs)

	task := m.get(t, taskToken, "web")
	assert.Equal(t, map[string]any{
		"name": "web", "image": "nginx:alpine", "essential": true,
		"portMappings": []any{map[string]any{"containerPort": 80.0, "hostPort": 80.0, "protocol": "tcp"}},
		"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
			"awslogs-group": "web-1234567", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web", "mode": "non-blocking", "max-buffer-size": "25m",
		}},
	}, container(t, task))
	delete(task.inputs, "containerDefinitions")
	assert.Equal(t, map[string]any{
		"family":                  "web-1234567",
		"requiresCompatibilities": []any{"FARGATE"},
		"networkMode":             "awsvpc",
		"cpu":                     "256",
		"memory":                  "512",
		"executionRoleArn":        "arn:aws:iam:us-east-1:111111111111:role/web-execution",
		"skipDestroy":             true,
		"taskRoleArn":             "arn:aws:iam:us-east-1:111111111111:role/web-task",
		"tags":                    map[string]any{"Name": "web"},
	}, task.inputs)
}

func TestFargateServiceWithEverything(t *testing.T) {
	args := fargateArgs()
	args.AssignPublicIp = true
	args.EntryPoint = pulumi.ToStringArray([]string{"sh", "-c"})
	args.Command = pulumi.ToStringArray([]string{`exec nginx -g "daemon off;"`})
	args.Environment = pulumi.StringMap{"ZONE": pulumi.String("b"), "AREA": pulumi.String("a & b")}
	args.Cpu, args.Memory = pulumi.IntRef(1024), pulumi.IntRef(8192)
	args.DesiredCount = pulumi.IntRef(3)
	args.LogRetentionDays = pulumi.IntRef(365)
	args.HealthCheckGracePeriodSeconds = pulumi.IntRef(0)
	args.WaitForSteadyState = pulumi.BoolRef(true)
	m := runFargate(t, "web", args)

	service := m.get(t, serviceToken, "web").inputs
	assert.Equal(t, 3.0, service["desiredCount"])
	assert.Equal(t, 0.0, service["healthCheckGracePeriodSeconds"])
	assert.Equal(t, true, service["waitForSteadyState"])
	assert.Equal(t, true, service["networkConfiguration"].(map[string]any)["assignPublicIp"])
	assert.Equal(t, 365.0, m.get(t, logGroupToken, "web").inputs["retentionInDays"])

	task := m.get(t, taskToken, "web")
	assert.Equal(t, "1024", task.inputs["cpu"])
	assert.Equal(t, "8192", task.inputs["memory"])
	definition := container(t, task)
	assert.Equal(t, []any{"sh", "-c"}, definition["entryPoint"])
	assert.Equal(t, []any{`exec nginx -g "daemon off;"`}, definition["command"])
	assert.Equal(t, []any{
		map[string]any{"name": "AREA", "value": "a & b"},
		map[string]any{"name": "ZONE", "value": "b"},
	}, definition["environment"])
}

func TestFargateServiceOutputs(t *testing.T) {
	m := newMocks()
	outputs := map[string]*reading[string]{}
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		service, err := NewFargateService(ctx, "web", fargateArgs())
		if err != nil {
			return err
		}
		for name, output := range map[string]pulumi.StringOutput{
			"ClusterArn": service.ClusterArn, "ClusterName": service.ClusterName, "ServiceArn": service.ServiceArn,
			"ServiceName": service.ServiceName, "TaskDefinitionArn": service.TaskDefinitionArn,
			"SecurityGroupId": service.SecurityGroupId, "LogGroupName": service.LogGroupName,
			"ExecutionRoleArn": service.ExecutionRoleArn, "TaskRoleArn": service.TaskRoleArn,
		} {
			outputs[name] = read[string](ctx, output)
		}
		return nil
	}))
	values := map[string]string{}
	for name, output := range outputs {
		values[name] = output.value
	}
	assert.Equal(t, map[string]string{
		"ClusterArn":        "arn:aws:ecs:us-east-1:111111111111:cluster/web",
		"ClusterName":       "web-1234567",
		"ServiceArn":        "web-id",
		"ServiceName":       "web-1234567",
		"TaskDefinitionArn": "arn:aws:ecs:us-east-1:111111111111:task-definition/web",
		"SecurityGroupId":   "web-security-group-id",
		"LogGroupName":      "web-1234567",
		"ExecutionRoleArn":  "arn:aws:iam:us-east-1:111111111111:role/web-execution",
		"TaskRoleArn":       "arn:aws:iam:us-east-1:111111111111:role/web-task",
	}, values)
}

// The service waits for all that its tasks need, and is deleted before it.
func TestFargateServiceDependsOnItsRulesAndPolicy(t *testing.T) {
	m := runFargate(t, "web", fargateArgs())
	service := m.get(t, serviceToken, "web")
	for _, token := range []string{ingressToken, egressToken, policyToken} {
		for _, r := range m.find(token) {
			assert.Contains(t, service.dependencies, r.urn)
		}
	}
}

// The service is not asked for before the listener is there, and all the rest of the
// component doesn't wait for it.
func TestFargateServiceWaitsForTheListener(t *testing.T) {
	m := newMocks()
	release := make(chan struct{})
	m.hold[listenerToken] = release
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		group, err := NewIPTargetGroup(ctx, "web", targetGroupArgs())
		if err != nil {
			return err
		}
		args := fargateArgs()
		args.Targets[0].TargetGroupArn = group.Arn
		service, err := NewFargateService(ctx, "web", args)
		if err != nil {
			return err
		}
		pulumi.All(service.TaskDefinitionArn, group.Name).ApplyT(func([]any) error {
			m.note("all but the service")
			close(release)
			return nil
		})
		return nil
	}))
	m.requireOrder(t, "all but the service", "end "+listenerToken+" web")
	m.requireOrder(t, "end "+listenerToken+" web", "start "+serviceToken+" web")
	// The order alone could be luck; the engine is told what the service waits for.
	assert.Contains(t, m.get(t, serviceToken, "web").dependencies, m.get(t, listenerToken, "web").urn)
}

// In a preview the JSON of the container waits for the log group's name, and all
// that is known shows.
func TestFargateServicePreview(t *testing.T) {
	m := newMocks()
	m.preview = true
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := fargateArgs()
		args.Targets[0].TargetGroupArn = unknown()
		_, err := NewFargateService(ctx, "web", args)
		return err
	}))
	task := m.get(t, taskToken, "web").inputs
	assert.NotContains(t, task, "containerDefinitions")
	assert.Equal(t, "256", task["cpu"])
	service := m.get(t, serviceToken, "web").inputs
	assert.Equal(t, "FARGATE", service["launchType"])
	assert.Equal(t, 2.0, service["desiredCount"])
}
