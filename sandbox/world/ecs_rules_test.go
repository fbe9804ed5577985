package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"CLUSTER-NAME":            tries(TokenCluster, Props{"name": "my cluster"}),
		"CLUSTER-INSIGHTS":        tries(TokenCluster, Props{"settings": []any{map[string]any{"name": "containerInsights", "value": "on"}}}),
		"CLUSTER-DELETE-SERVICES": removes("cluster"),

		"TASK-FAMILY":             taskWith(Props{"family": "my/family"}),
		"TASK-CONTAINERS-JSON":    taskWith(Props{"containerDefinitions": `{"name":"web"}`}),
		"TASK-CONTAINER-NAME":     taskWith(Props{"containerDefinitions": `[{"name":"web"}]`}),
		"FARGATE-SIZE":            taskWith(Props{"memory": "4096"}),
		"FARGATE-SIZE-GIVEN":      taskWith(Props{"cpu": nil}),
		"FARGATE-NETWORK-MODE":    taskWith(Props{"networkMode": nil}),
		"FARGATE-ROLE-ECR":        taskWith(Props{"executionRoleArn": nil, "containerDefinitions": `[{"name":"web","image":"` + ecrImageName + `"}]`}),
		"FARGATE-ROLE-LOGS":       taskWith(Props{"executionRoleArn": nil}),
		"FARGATE-LOG-DRIVER":      taskWith(logging("fluentd", "")),
		"FARGATE-AWSLOGS-OPTIONS": taskWith(logging("awslogs", `"awslogs-group":"logs","awslogs-region":"us-east-1"`)),
		"TASK-HOST-PORT":          taskWith(Props{"containerDefinitions": `[{"name":"web","image":"nginx","portMappings":[{"containerPort":80,"hostPort":8080}]}]`}),

		"SERVICE-NAME":           serviceWith(Props{"name": "my service"}),
		"SERVICE-LAUNCH-TYPE":    serviceWith(Props{"capacityProviderStrategies": []any{map[string]any{"capacityProvider": "FARGATE"}}}),
		"SERVICE-CLUSTER-EXISTS": serviceWith(Props{"cluster": "nowhere"}),
		"SERVICE-NAME-UNIQUE":    serviceWith(Props{"name": "service", "cluster": "cluster"}),
		"SERVICE-TASK-EXISTS":    serviceWith(Props{"taskDefinition": "web:99"}),
		"SERVICE-NETWORK-GIVEN":  serviceWith(Props{"networkConfiguration": nil}),
		"SERVICE-SUBNETS-EXIST":  serviceWith(network(list("subnet-0123456789abcdef0"))),
		"SERVICE-SUBNETS-ONE-VPC": func(st *stage) error {
			return serviceWith(network(list(st.id("az1"), st.foreign("subnet"))))(st)
		},
		"SERVICE-SUBNETS-LIMIT": serviceWith(network(anys(strings.Split(strings.Repeat("subnet-x ", 16), " ")))),
		"SERVICE-GROUPS-EXIST": func(st *stage) error {
			n := network(list(st.id("az1")))
			n.Map("networkConfiguration")["securityGroups"] = list(st.foreign("group"))
			return serviceWith(n)(st)
		},
		"SERVICE-GROUPS-LIMIT": func(st *stage) error {
			n := network(list(st.id("az1")))
			n.Map("networkConfiguration")["securityGroups"] = list("a", "b", "c", "d", "e", "f")
			return serviceWith(n)(st)
		},
		"SERVICE-TARGETS-LIMIT":    serviceWith(Props{"loadBalancers": sixBalancers()}),
		"SERVICE-TARGET-EXISTS":    serviceWith(registering("arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/x/0123456789abcdef", "web", 80)),
		"SERVICE-TARGET-LISTENER":  func(st *stage) error { return serviceWith(registering(st.loose("ip"), "web", 80))(st) },
		"SERVICE-TARGET-TYPE":      func(st *stage) error { return serviceWith(registering(st.loose("instance"), "web", 80))(st) },
		"SERVICE-CONTAINER-EXISTS": func(st *stage) error { return serviceWith(registering(st.id("tg"), "app", 80))(st) },
		"SERVICE-CONTAINER-PORT":   func(st *stage) error { return serviceWith(registering(st.id("tg"), "web", 8080))(st) },
		"SERVICE-DEPLOYMENT-ROOM":  serviceWith(Props{"deploymentMaximumPercent": 100.0}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"TASK-REVISION": func(t *testing.T, st *stage) {
			old, err := st.provider.Inputs(TokenTaskDefinition, st.id("task"))
			require.NoError(t, err)
			require.True(t, replaces(t, st, "task", over(old, Props{"cpu": "512"})))
			same := over(old, Props{"containerDefinitions": strings.ReplaceAll(old.Str("containerDefinitions"), `"essential":true,`, "")})
			list, _, err := st.provider.Diff(TokenTaskDefinition, st.id("task"), old, st.show("task"), same)
			require.NoError(t, err)
			require.Empty(t, list, "definitions that say the same")
		},
		"TASK-IMAGE-PULL": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("private-route"))
			requireFailure(t, st, "CannotPullContainerError", "has no route to the Internet")
			st.routeBack()
			requireSteady(t, st)
			require.NoError(t, st.remove("task-egress"))
			requireFailure(t, st, "CannotPullContainerError", "no egress rule of "+st.id("task-group"))
		},
		"TASK-LOGS": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("logs"))
			requireFailure(t, st, "ResourceInitializationError", "there is no log group logs")
			st.make(st.provider, "logs", TokenLogGroup, Props{"retentionInDays": 14.0})
			requireSteady(t, st)
			require.NoError(t, st.remove("attachment"))
			requireFailure(t, st, "ResourceInitializationError", "does not allow logs:CreateLogStream")
		},
		"TASK-ROLE-TRUST": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("exec-role", Props{"assumeRolePolicy": strings.ReplaceAll(taskTrust, "ecs-tasks", "ec2")}))
			requireFailure(t, st, "ECS was unable to assume the role", "does not let ecs-tasks.amazonaws.com assume it")
		},
		"SERVICE-CONTROLLER-REPLACE": func(t *testing.T, st *stage) {
			controller := func(kind string) Props {
				old, err := st.provider.Inputs(TokenService, st.id("service"))
				require.NoError(t, err)
				return over(old, Props{"deploymentController": map[string]any{"type": kind}})
			}
			require.True(t, replaces(t, st, "service", controller("EXTERNAL")))
			require.Empty(t, st.planned("service", Props{"deploymentController": map[string]any{"type": "ECS"}}), "the default, written out")
			require.NoError(t, st.change("service", Props{"deploymentController": map[string]any{"type": "ECS"}}))
			require.True(t, replaces(t, st, "service", controller("EXTERNAL")))
			written := controller("ECS")
			delete(written, "deploymentController")
			changes, _, err := st.provider.Diff(TokenService, st.id("service"), controller("ECS"), st.show("service"), written)
			require.NoError(t, err)
			require.Empty(t, changes)
		},
		"SERVICE-ZONES": func(t *testing.T, st *stage) {
			st.addThirdZone()
			st.view(func(tx *Tx) {
				s, _ := tx.Service(st.id("service"))
				assert.Equal(t, 3, s.Running)
				assert.Contains(t, s.Unsteady, "is unused in (target-group")
			})
		},
		"SERVICE-STEADY-STATE": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("private-route"))
			err := st.change("service", Props{"desiredCount": 3.0})
			var notSteady *NotSteadyError
			require.ErrorAs(t, err, &notSteady)
			require.Contains(t, notSteady.Reason, "has 2 of 3 tasks running")
			require.Contains(t, notSteady.Reason, "CannotPullContainerError")
			require.Equal(t, 3, st.show("service").Int("desiredCount"), "the change was made")
			require.NoError(t, st.change("service", Props{"desiredCount": 4.0, "waitForSteadyState": false}))
		},
		"SERVICE-DEFAULT-GROUP": func(t *testing.T, st *stage) {
			n := network(list(st.id("az1")))
			delete(n.Map("networkConfiguration"), "securityGroups")
			err := st.change("service", over(n, Props{"waitForSteadyState": false}))
			require.NoError(t, err)
			st.view(func(tx *Tx) {
				v, _ := tx.VPC(st.id("vpc"))
				for _, task := range tx.Tasks(st.id("service")) {
					require.Equal(t, []string{v.DefaultSecurityGroupID}, task.Interface.GroupIDs)
				}
			})
		},
	})
}

// TestServiceByClusterName: a service is in its cluster by whatever the program
// names the cluster.
func TestServiceByClusterName(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.remove("service"))
	id := st.make(st.provider, "service", TokenService, st.serviceInputs("cluster", "web", nil))
	require.Equal(t, "arn:aws:ecs:us-east-1:111111111111:service/cluster/service", id)
	require.Equal(t, "cluster", st.show("service").Str("cluster"), "shown as it was named")
	requireRefusal(t, "CLUSTER-DELETE-SERVICES", st.remove("cluster"))
	requireRefusal(t, "SERVICE-NAME-UNIQUE", serviceWith(Props{"name": "service"})(st))
	st.view(func(tx *Tx) {
		s, _ := tx.Service(id)
		require.Equal(t, st.id("cluster"), s.ClusterARN)
		require.Equal(t, 2, s.Running)
	})
}

// TestDefaultCluster: without a cluster ECS takes the one named default.
func TestDefaultCluster(t *testing.T) {
	st := newStage(t)
	plain := over(st.serviceInputs("", "web", nil), Props{"cluster": nil, "loadBalancers": nil})
	requireRefusal(t, "SERVICE-CLUSTER-EXISTS", st.try(TokenService, plain))
	st.make(st.provider, "default", TokenCluster, Props{})
	id := st.make(st.provider, "plain", TokenService, plain)
	require.Equal(t, "arn:aws:ecs:us-east-1:111111111111:service/default/plain", id)
	require.Equal(t, "default", st.show("plain").Str("cluster"))
}

const ecrImageName = "111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1"

// requireFailure makes the service start its tasks anew and checks why they can't.
func requireFailure(t *testing.T, st *stage, reason, detail string) {
	t.Helper()
	require.NoError(t, st.change("service", Props{"desiredCount": 0.0, "waitForSteadyState": false}))
	require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
	st.view(func(tx *Tx) {
		tasks := tx.Tasks(st.id("service"))
		require.Len(t, tasks, 2)
		for _, task := range tasks {
			require.Equal(t, TaskStopped, task.Status)
			require.Contains(t, task.StoppedReason, reason)
			require.Contains(t, task.Detail, detail)
			require.Empty(t, tx.NetworkInterfaces(task.ARN), "a task that stopped has no interface")
		}
	})
}

// requireSteady checks that the service has got over its failures by itself.
func requireSteady(t *testing.T, st *stage) {
	t.Helper()
	st.view(func(tx *Tx) {
		s, _ := tx.Service(st.id("service"))
		require.Empty(t, s.Unsteady)
		require.Equal(t, 2, s.Running)
		require.Len(t, tx.Tasks(s.ARN), 2)
	})
}

func (st *stage) routeBack() {
	st.make(st.provider, "private-route", TokenRoute, Props{
		"routeTableId": st.id("private-table"), "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": st.id("nat"),
	})
}

// loose makes a target group that no listener forwards to.
func (st *stage) loose(targetType string) string {
	tg := st.make(st.provider, "loose-tg", TokenTargetGroup, over(targetGroupInputs(st.id("vpc")), Props{"targetType": targetType}))
	if targetType == "instance" {
		st.make(st.provider, "loose-listener", TokenListener, listenerInputs(st.id("lb"), tg, 81))
	}
	return tg
}

func taskWith(more Props) breaker {
	return func(st *stage) error { return st.try(TokenTaskDefinition, over(taskInputs("nginx"), more)) }
}

func logging(driver, options string) Props {
	return Props{"containerDefinitions": `[{"name":"web","image":"nginx","logConfiguration":{"logDriver":"` + driver + `","options":{` + options + `}}}]`}
}

func serviceWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenService, over(st.serviceInputs(st.id("cluster"), "web", nil), more))
	}
}

func network(subnets []any) Props {
	return Props{"networkConfiguration": map[string]any{"subnets": subnets}}
}

func registering(targetGroup, container string, port float64) Props {
	return Props{"loadBalancers": []any{map[string]any{
		"targetGroupArn": targetGroup, "containerName": container, "containerPort": port,
	}}}
}

func sixBalancers() []any {
	var out []any
	for range 6 {
		out = append(out, registering("x", "web", 80).List("loadBalancers")[0])
	}
	return out
}
