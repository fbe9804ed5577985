package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"CAPACITY-CLUSTER-EXISTS":  capacityWith(Props{"clusterName": "nowhere"}),
		"CAPACITY-PROVIDER-EXISTS": capacityWith(Props{"capacityProviders": list("FARGATE", "MY_GROUP")}),
		"CAPACITY-IN-USE": func(st *stage) error {
			st.spotService(3)
			return st.remove("capacity")
		},
		"STRATEGY-ASSOCIATED": strategyWith(share("FARGATE_SPOT", 0, 1)),
		"STRATEGY-LIMIT": func(st *stage) error {
			st.make(st.provider, "capacity", TokenClusterCapacity, capacity(nil))
			return strategyWith(twentyOne()...)(st)
		},
		"STRATEGY-NUMBERS": strategyWith(share("FARGATE", 0, 1001)),
		"STRATEGY-ONE-BASE": func(st *stage) error {
			st.make(st.provider, "capacity", TokenClusterCapacity, capacity(nil))
			return strategyWith(share("FARGATE", 1, 1), share("FARGATE_SPOT", 1, 1))(st)
		},
		"STRATEGY-WEIGHT": func(st *stage) error {
			st.make(st.provider, "capacity", TokenClusterCapacity, capacity(nil))
			return strategyWith(share("FARGATE", 1, 0), share("FARGATE_SPOT", 0, 0))(st)
		},

		"SERVICE-PLATFORM-VERSION": serviceWith(Props{"platformVersion": "2.0.0"}),
		"SERVICE-PLATFORM-SIZE": func(st *stage) error {
			st.make(st.provider, "big", TokenTaskDefinition, over(taskInputs("nginx"), Props{"family": "big", "cpu": "8192", "memory": "16384"}))
			return serviceWith(Props{"taskDefinition": "big", "platformVersion": "1.3.0"})(st)
		},
		"SERVICE-EXEC-ROLE":        serviceWith(Props{"enableExecuteCommand": true}),
		"SERVICE-GRACE-RANGE":      serviceWith(Props{"healthCheckGracePeriodSeconds": -1.0}),
		"SERVICE-REBALANCING":      serviceWith(Props{"availabilityZoneRebalancing": "on"}),
		"SERVICE-REBALANCING-ROOM": serviceWith(Props{"availabilityZoneRebalancing": "ENABLED", "deploymentMaximumPercent": 100.0, "deploymentMinimumHealthyPercent": 0.0}),
		"SERVICE-PROPAGATE-TAGS":   serviceWith(Props{"propagateTags": "ALL"}),

		"TASK-CONTAINER-UNIQUE":  containers(`{"name":"web","image":"a"}`),
		"TASK-ESSENTIAL":         taskWith(Props{"containerDefinitions": `[{"name":"web","image":"a","essential":false}]`}),
		"TASK-DEPENDS-EXISTS":    containers(`{"name":"b","image":"b","dependsOn":[{"containerName":"c","condition":"START"}]}`),
		"TASK-DEPENDS-HEALTHY":   containers(`{"name":"b","image":"b","dependsOn":[{"containerName":"web","condition":"HEALTHY"}]}`),
		"TASK-DEPENDS-ESSENTIAL": containers(`{"name":"b","image":"b","dependsOn":[{"containerName":"web","condition":"COMPLETE"}]}`),
		"TASK-DEPENDS-CYCLE":     containers(waiting("b", "c"), waiting("c", "d"), waiting("d", "b")),
		"TASK-HEALTH-CHECK":      containers(`{"name":"b","image":"b","healthCheck":{"command":["CMD","true"],"interval":4}}`),
		"TASK-HEALTH-COMMAND":    containers(`{"name":"b","image":"b","healthCheck":{"command":["true"]}}`),
		"FARGATE-STOP-TIMEOUT": func(st *stage) error {
			require.NoError(st.t, containers(`{"name":"b","image":"b","stopTimeout":2}`, `{"name":"c","image":"c","stopTimeout":120}`)(st))
			requireRefusal(st.t, "FARGATE-STOP-TIMEOUT", containers(`{"name":"b","image":"b","stopTimeout":1}`)(st))
			return containers(`{"name":"b","image":"b","stopTimeout":121}`)(st)
		},
		"FARGATE-EPHEMERAL-STORAGE": taskWith(Props{"ephemeralStorage": map[string]any{"sizeInGib": 20.0}}),
		"TASK-ARCHITECTURE":         taskWith(Props{"runtimePlatform": map[string]any{"cpuArchitecture": "arm64"}}),
		"TASK-SIZE-SUM":             containers(`{"name":"b","image":"b","memoryReservation":513}`),
		"TASK-SIZE-CONTAINER":       containers(`{"name":"b","image":"b","memory":513,"memoryReservation":1}`),
		"SERVICE-PORT-ONE-MAPPING": func(st *stage) error {
			st.make(st.provider, "both", TokenTaskDefinition, over(taskInputs("nginx"), Props{
				"family": "both", "containerDefinitions": `[{"name":"web","image":"a","portMappings":[{"containerPort":80},{"containerPort":80,"protocol":"udp"}]}]`,
			}))
			return serviceWith(Props{"taskDefinition": "both"})(st)
		},
		"TASK-PORT-UNIQUE": containers(`{"name":"b","image":"b","portMappings":[{"containerPort":80}]}`),
		"FARGATE-ROLE-SECRETS": taskWith(Props{
			"executionRoleArn": nil, "containerDefinitions": `[{"name":"web","image":"a","secrets":[{"name":"A","valueFrom":"a"}]}]`,
		}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"STRATEGY-SHARE": func(t *testing.T, st *stage) {
			st.spotService(7)
			on := map[string]int{}
			st.view(func(tx *Tx) {
				for _, task := range tx.Tasks(st.id("spot")) {
					require.True(t, task.Running())
					on[task.CapacityProvider]++
				}
			})
			require.Equal(t, map[string]int{"FARGATE": 3, "FARGATE_SPOT": 4}, on, "a base of 2, and the rest 1 to 4")
		},
		"STRATEGY-DEFAULT": func(t *testing.T, st *stage) {
			st.make(st.provider, "plain", TokenService, over(st.serviceInputs(st.id("cluster"), "web", nil), Props{"launchType": nil, "desiredCount": 1.0}))
			unsteady := func() (s string) {
				st.view(func(tx *Tx) {
					service, _ := tx.Service(st.id("plain"))
					s = service.Unsteady
				})
				return s
			}
			require.Contains(t, unsteady(), "No Container Instances were found in your cluster")
			st.make(st.provider, "capacity", TokenClusterCapacity, capacity(Props{"defaultCapacityProviderStrategies": []any{share("FARGATE_SPOT", 0, 1)}}))
			require.Empty(t, unsteady())
			require.NoError(t, st.change("capacity", Props{"capacityProviders": list("FARGATE_SPOT")}))
		},
		"STRATEGY-REPLACE": func(t *testing.T, st *stage) {
			st.spotService(1)
			old, err := st.provider.Inputs(TokenService, st.id("spot"))
			require.NoError(t, err)
			other := Props{"capacityProviderStrategies": []any{share("FARGATE", 0, 1)}}
			require.True(t, replaces(t, st, "spot", over(old, other)))
			require.False(t, replaces(t, st, "spot", over(over(old, other), Props{"forceNewDeployment": true})))
			require.True(t, replaces(t, st, "spot", over(old, Props{"capacityProviderStrategies": nil, "forceNewDeployment": true})))
		},
		"TASK-SKIP-DESTROY": func(t *testing.T, st *stage) {
			for skip, refused := range map[bool]bool{true: false, false: true} {
				id, outputs, err := create(st.provider, "task", TokenTaskDefinition, over(taskInputs("nginx"), Props{"family": "other", "skipDestroy": skip}))
				require.NoError(t, err)
				require.NoError(t, st.provider.Delete(TokenTaskDefinition, id))
				_, err = st.provider.Read(TokenTaskDefinition, id)
				require.Error(t, err)
				err = st.change("service", Props{"taskDefinition": outputs.Str("arn")})
				require.Equal(t, refused, err != nil, "%v", err)
			}
		},
		"SERVICE-FORCED": func(t *testing.T, st *stage) {
			tasks := func() (arns []string) {
				st.view(func(tx *Tx) {
					for _, task := range tx.Tasks(st.id("service")) {
						arns = append(arns, task.ARN)
					}
				})
				return arns
			}
			first := tasks()
			require.NoError(t, st.change("service", Props{"healthCheckGracePeriodSeconds": 60.0}))
			require.Equal(t, first, tasks())
			require.NoError(t, st.change("service", Props{"healthCheckGracePeriodSeconds": 90.0, "forceNewDeployment": true}))
			second := tasks()
			require.Len(t, second, len(first))
			require.NotEqual(t, first, second)
			require.NoError(t, st.change("service", Props{"tags": map[string]any{"team": "edge"}}))
			require.Equal(t, second, tasks())
		},
		"SERVICE-ROLLBACK": func(t *testing.T, st *stage) {
			good := st.show("task").Str("arn")
			broken := taskInputs("nginx")
			broken["executionRoleArn"] = "arn:aws:iam::111111111111:role/gone"
			_, outputs, err := create(st.provider, "task", TokenTaskDefinition, broken)
			require.NoError(t, err)
			breaker := map[string]any{"enable": true, "rollback": true}
			require.NoError(t, st.change("service", Props{"taskDefinition": outputs.Str("arn"), "deploymentCircuitBreaker": breaker}))
			require.Equal(t, good, st.show("service").Str("taskDefinition"))
			requireSteady(t, st)
			changed := st.planned("service", nil)
			require.Len(t, changed, 1, "what was rolled back shows as a difference")
			require.Equal(t, "taskDefinition", changed[0].Property)
			require.NoError(t, st.remove("task")) // the old revision, after the update as in a replacement
			st.view(func(tx *Tx) {
				for _, task := range tx.Tasks(st.id("service")) {
					require.Equal(t, good, task.TaskDefinitionARN)
					require.Equal(t, "web", tx.ContainerSettings(task.TaskDefinitionARN)[0].Name)
				}
			})
		},
		"SERVICE-GRACE-CONTAINERS": func(t *testing.T, st *stage) {
			require.NoError(t, serviceWith(Props{"healthCheckGracePeriodSeconds": 60.0, "loadBalancers": nil})(st))
		},
		"TASK-INACTIVE": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("task"))
			require.NoError(t, st.change("service", Props{"desiredCount": 3.0}))
			st.view(func(tx *Tx) {
				require.Len(t, tx.Tasks(st.id("service")), 3)
				require.Len(t, tx.All(KindInactiveRevision), 1)
			})
			require.NoError(t, st.remove("service"))
			st.view(func(tx *Tx) { require.Empty(t, tx.All(KindInactiveRevision), "nothing is of it any more") })
		},
		"SERVICE-EXEC": func(t *testing.T, st *stage) {
			task := st.withTaskRole()
			require.Contains(t, st.execObstacle(), "enableExecuteCommand of the service is off")
			require.NoError(t, st.change("service", Props{"taskDefinition": task, "enableExecuteCommand": true}))
			require.Contains(t, st.execObstacle(), "does not allow ssmmessages:CreateControlChannel")
			st.make(st.provider, "exec", TokenRolePolicy, Props{"role": "task-role", "policy": allowing("*", execActions...)})
			require.Empty(t, st.execObstacle())
			require.NoError(t, st.remove("nat"))
			require.Contains(t, st.execObstacle(), "there is no VPC endpoint for ssmmessages")
		},
		"TASK-SECRETS": func(t *testing.T, st *stage) {
			const secret = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm"
			const parameter = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm"
			arn := st.make(st.provider, "password", TokenSecret, Props{})
			st.make(st.provider, "plain", TokenParameter, Props{"type": "String", "value": "x"})
			st.useSecrets(arn+":key::", "plain")
			requireFailure(t, st, secret, "does not allow secretsmanager:GetSecretValue on "+arn)
			st.make(st.provider, "rights", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing(arn, "secretsmanager:GetSecretValue")})
			requireFailure(t, st, secret, "has no value")
			st.useSecrets(arn[:len(arn)-7]+":key::", "plain")
			requireFailure(t, st, secret, "has no value") // found, and granted, by its whole ARN
			st.useSecrets(arn+":key::", "plain")
			st.make(st.provider, "value", TokenSecretVersion, Props{"secretId": arn, "secretString": "s"})
			requireFailure(t, st, parameter, "does not allow ssm:GetParameters on arn:aws:ssm:us-east-1:111111111111:parameter/plain")
			st.make(st.provider, "more", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing("arn:aws:ssm:*:*:parameter/plain", "ssm:GetParameters")})
			requireSteady(t, st)

			key := st.make(st.provider, "key", TokenKey, Props{})
			require.NoError(t, st.change("password", Props{"kmsKeyId": key}))
			requireFailure(t, st, secret, "does not allow kms:Decrypt on "+st.show("key").Str("arn"))
			require.NoError(t, st.change("password", Props{"kmsKeyId": nil}))
			require.NoError(t, st.change("plain", Props{"type": "SecureString", "keyId": key}))
			requireFailure(t, st, parameter, "does not allow kms:Decrypt")
			require.NoError(t, st.change("plain", Props{"type": "String", "keyId": nil}))
			requireSteady(t, st)
			require.NoError(t, st.remove("plain"))
			requireFailure(t, st, parameter, "does not allow ssm:GetParameters on plain")
			require.NoError(t, st.remove("value"))
			require.NoError(t, st.remove("password"))
			requireFailure(t, st, secret, "there is no secret "+arn)
		},
		"TASK-PULL-RIGHTS": func(t *testing.T, st *stage) {
			st.useImage(ecrImageName)
			require.NoError(t, st.remove("attachment"))
			st.make(st.provider, "narrow", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing("*", "ecr:GetAuthorizationToken", "logs:*")})
			requireFailure(t, st, "CannotPullContainerError", "does not allow ecr:BatchGetImage on arn:aws:ecr:us-east-1:111111111111:repository/web")
			st.make(st.provider, "wide", TokenRolePolicy, Props{
				"role": "exec-role", "policy": allowing("arn:aws:ecr:us-east-1:111111111111:repository/web", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
			})
			requireSteady(t, st)
		},
		"ECR-CACHE-FIRST-PULL": func(t *testing.T, st *stage) {
			st.cached()
			st.make(st.provider, "import", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing("*", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository")})
			st.endpointGroup()
			for _, service := range []string{"ecr.api", "ecr.dkr", "logs"} {
				st.endpointFor(service, nil)
			}
			st.endpointFor("s3", Props{
				"vpcEndpointType": "Gateway", "subnetIds": nil, "securityGroupIds": nil, "privateDnsEnabled": nil,
				"routeTableIds": list(st.id("private-table")),
			})
			require.NoError(t, st.remove("private-route"))
			requireFailure(t, st, "CannotPullContainerError", "the first pull through the cache takes a way to the Internet")
			st.routeBack()
			requireSteady(t, st)
			require.NoError(t, st.remove("private-route"))
			require.NoError(t, st.change("service", Props{"desiredCount": 0.0}))
			require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
			requireSteady(t, st)
		},
		"ECR-CACHE-RIGHTS": func(t *testing.T, st *stage) {
			st.cached()
			requireFailure(t, st, "CannotPullContainerError", "takes ecr:BatchImportUpstreamImage on arn:aws:ecr:us-east-1:111111111111:repository/hub/library/nginx")
			st.make(st.provider, "import", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing("*", "ecr:BatchImportUpstreamImage")})
			requireFailure(t, st, "CannotPullContainerError", "takes ecr:CreateRepository")
			st.make(st.provider, "repository", TokenRepository, Props{"name": "hub/library/nginx"})
			requireSteady(t, st)
		},
	})
}

// cached makes a cache rule and lets the service pull an image by it.
func (st *stage) cached() {
	st.make(st.provider, "cache", TokenPullThroughCache, Props{"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "public.ecr.aws"})
	st.useImage("111111111111.dkr.ecr.us-east-1.amazonaws.com/hub/library/nginx:1@sha256:0")
}

// allowing is a policy that allows actions on a resource.
func allowing(resource string, actions ...string) string {
	return jsonText(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": list(actions...), "Resource": resource},
	}})
}

// useTask lets the service run another task definition, if it can.
func (st *stage) useTask(inputs Props) {
	_, outputs, err := create(st.provider, "task", TokenTaskDefinition, inputs)
	require.NoError(st.t, err)
	require.NoError(st.t, st.change("service", Props{"taskDefinition": outputs.Str("arn"), "desiredCount": 0.0}))
}

func (st *stage) useImage(image string) { st.useTask(taskInputs(image)) }

// useSecrets gives the service's container secrets.
func (st *stage) useSecrets(from ...string) {
	var secrets []any
	for _, f := range from {
		secrets = append(secrets, map[string]any{"name": "S", "valueFrom": f})
	}
	inputs := taskInputs("nginx")
	inputs["containerDefinitions"] = strings.Replace(inputs.Str("containerDefinitions"), `"name":"web",`, `"name":"web","secrets":`+jsonText(secrets)+`,`, 1)
	st.useTask(inputs)
}

// withTaskRole makes a role for the service's tasks, and a task definition with it.
func (st *stage) withTaskRole() string {
	st.make(st.provider, "task-role", TokenRole, Props{"assumeRolePolicy": taskTrust})
	_, outputs, err := create(st.provider, "task", TokenTaskDefinition, over(taskInputs("nginx"), Props{"taskRoleArn": st.show("task-role").Str("arn")}))
	require.NoError(st.t, err)
	return outputs.Str("arn")
}

func (st *stage) execObstacle() (why string) {
	st.view(func(tx *Tx) { why = tx.ExecObstacle(tx.Tasks(st.id("service"))[0]) })
	return why
}

func capacity(more Props) Props {
	return over(Props{"clusterName": "cluster", "capacityProviders": list("FARGATE", "FARGATE_SPOT")}, more)
}

func capacityWith(more Props) breaker { return tries(TokenClusterCapacity, capacity(more)) }

func share(provider string, base, weight float64) any {
	return map[string]any{"capacityProvider": provider, "base": base, "weight": weight}
}

func twentyOne() []any {
	var out []any
	for range 21 {
		out = append(out, share("FARGATE", 0, 1))
	}
	return out
}

func strategyWith(shares ...any) breaker {
	return serviceWith(Props{"launchType": nil, "capacityProviderStrategies": shares})
}

// spotService makes a service on Spot with two tasks on demand.
func (st *stage) spotService(desired float64) {
	st.make(st.provider, "capacity", TokenClusterCapacity, capacity(nil))
	st.make(st.provider, "spot", TokenService, over(st.serviceInputs(st.id("cluster"), "web", nil), Props{
		"launchType": nil, "desiredCount": desired,
		"capacityProviderStrategies": []any{share("FARGATE", 2, 1), share("FARGATE_SPOT", 0, 4)},
	}))
}

// containers registers a task definition with further containers.
func containers(more ...string) breaker {
	web := `{"name":"web","image":"nginx","portMappings":[{"containerPort":80}]}`
	return taskWith(Props{"containerDefinitions": `[` + web + `,` + strings.Join(more, ",") + `]`})
}

func waiting(name, on string) string {
	return `{"name":"` + name + `","image":"x","dependsOn":[{"containerName":"` + on + `","condition":"START"}]}`
}

// TestSeveralContainers: what AWS takes of the options of containers.
func TestSeveralContainers(t *testing.T) {
	st := newStage(t)
	require.NoError(t, containers(
		`{"name":"init","image":"i","essential":false,"stopTimeout":120,"memory":128,"cpu":64}`,
		`{"name":"proxy","image":"p","user":"1000","readonlyRootFilesystem":true,"portMappings":[{"containerPort":8080}],
			"healthCheck":{"command":["CMD-SHELL","true"],"interval":5,"timeout":2,"retries":10,"startPeriod":300},
			"dependsOn":[{"containerName":"init","condition":"SUCCESS"}]}`,
		`{"name":"agent","image":"a","dependsOn":[{"containerName":"proxy","condition":"HEALTHY"}]}`,
	)(st))
	require.NoError(t, taskWith(Props{
		"ephemeralStorage": map[string]any{"sizeInGib": 200.0},
		"runtimePlatform":  map[string]any{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
	})(st))
}

// TestServiceAlarms: they are shown as they are given.
func TestServiceAlarms(t *testing.T) {
	st := newStage(t)
	alarms := map[string]any{"alarmNames": list("errors"), "enable": true, "rollback": true}
	require.NoError(t, st.change("service", Props{"alarms": alarms}))
	assert.Equal(t, alarms, st.show("service")["alarms"])
}

// TestContainersShareATask: soft limits have to fit in together, hard ones each.
func TestContainersShareATask(t *testing.T) {
	for _, tt := range []struct{ rule, container, says string }{
		{"", `{"name":"b","image":"b","memory":512,"memoryReservation":256},{"name":"c","image":"c","memory":512,"memoryReservation":256}`, ""},
		{"", `{"name":"b","image":"b","memory":256},{"name":"c","image":"c","memory":256}`, ""},
		{"", `{"name":"b","image":"b","cpu":256}`, ""},
		{"TASK-SIZE-SUM", `{"name":"b","image":"b","memory":256},{"name":"c","image":"c","memory":257}`, "'memoryReservation' values"},
		{"TASK-SIZE-SUM", `{"name":"b","image":"b","cpu":128},{"name":"c","image":"c","cpu":129}`, "'cpu' values"},
		{"TASK-SIZE-CONTAINER", `{"name":"b","image":"b","memory":1024,"memoryReservation":256}`, "The 'memory' setting for container 'b' is greater than for the task."},
		{"", `{"name":"b","image":"b","portMappings":[{"containerPort":53},{"containerPort":53,"protocol":"udp"}]}`, ""},
		{"TASK-PORT-UNIQUE", `{"name":"b","image":"b","portMappings":[{"containerPort":53},{"containerPort":53,"protocol":"tcp"}]}`, "TCP container port '53' is used multiple times"},
	} {
		err := containers(tt.container)(newStage(t))
		if tt.rule == "" {
			require.NoError(t, err, tt.container)
			continue
		}
		requireRefusal(t, tt.rule, err)
		require.ErrorContains(t, err, tt.says)
	}
}
