package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// privatePull is a stage whose tasks have an ECR image and no way to the Internet.
func privatePull(t *testing.T) *stage {
	st := newStage(t)
	require.NoError(t, st.remove("private-route"))
	_, outputs, err := create(st.provider, "task", TokenTaskDefinition, taskInputs(ecrImageName))
	require.NoError(t, err)
	require.NoError(t, st.change("service", Props{
		"taskDefinition": outputs.Str("arn"), "desiredCount": 0.0, "waitForSteadyState": false,
	}))
	require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
	return st
}

// endpointFor makes an endpoint to one of AWS's services in the provider's VPC.
func (st *stage) endpointFor(service string, more Props) {
	st.make(st.provider, service, TokenEndpoint, over(Props{
		"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1." + service, "vpcEndpointType": "Interface",
		"subnetIds": list(st.id("az1"), st.id("az2")), "privateDnsEnabled": true,
		"securityGroupIds": list(st.ids["endpoint-group"]),
	}, more))
}

func (st *stage) endpointGroup() {
	group := st.make(st.provider, "endpoint-group", TokenSecurityGroup, Props{"vpcId": st.id("vpc")})
	st.make(st.provider, "endpoint-ingress", TokenIngressRule, Props{
		"securityGroupId": group, "referencedSecurityGroupId": st.id("task-group"), "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
	})
}

// stopped returns why the service's tasks don't run.
func (st *stage) stopped() (reason, detail string) {
	st.view(func(tx *Tx) {
		for _, task := range tx.Tasks(st.id("service")) {
			reason, detail = task.StoppedReason, task.Detail
		}
	})
	return reason, detail
}

// TestPullThroughEndpoints: an ECR image comes through ecr.api, ecr.dkr and
// S3's gateway, logs go to their own endpoint, and each one that is missing is
// named.
func TestPullThroughEndpoints(t *testing.T) {
	st := privatePull(t)
	st.endpointGroup()
	s3 := Props{
		"vpcEndpointType": "Gateway", "subnetIds": nil, "securityGroupIds": nil, "privateDnsEnabled": nil,
		"routeTableIds": list(st.id("private-table")),
	}
	for _, step := range []struct {
		service, reason string
		inputs          Props
	}{
		{"ecr.api", "ResourceInitializationError: unable to pull secrets or registry auth", nil},
		{"ecr.dkr", "CannotPullContainerError", nil},
		{"s3", "CannotPullContainerError", s3},
		{"logs", "ResourceInitializationError: failed to validate logger args", nil},
	} {
		reason, detail := st.stopped()
		require.Contains(t, reason, step.reason)
		require.Contains(t, detail, "there is no VPC endpoint for "+step.service+", and route table")
		st.endpointFor(step.service, step.inputs)
	}
	requireSteady(t, st)
}

// TestPullNeedsTheEndpointsGroup: the endpoint has to admit the task.
func TestPullNeedsTheEndpointsGroup(t *testing.T) {
	st := privatePull(t)
	st.endpointGroup()
	require.NoError(t, st.remove("endpoint-ingress"))
	st.endpointFor("ecr.api", nil)
	_, detail := st.stopped()
	require.Contains(t, detail, "does not admit the task: no ingress rule of "+st.id("endpoint-group"))
}

// TestPullPublicImageNeedsTheInternet, whatever endpoints there are.
func TestPullPublicImageNeedsTheInternet(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.remove("nat"))
	require.NoError(t, st.change("service", Props{"desiredCount": 0.0, "waitForSteadyState": false}))
	require.NoError(t, st.change("service", Props{"desiredCount": 1.0}))
	_, detail := st.stopped()
	require.Contains(t, detail, "leads to "+st.id("nat")+", which does not exist")
}

// TestPublicSubnet: a task in a public subnet needs a public address.
func TestPublicSubnet(t *testing.T) {
	st := newStage(t)
	in := func(public bool) Props {
		return Props{"desiredCount": 1.0, "waitForSteadyState": false, "networkConfiguration": map[string]any{
			"subnets": list(st.id("public")), "securityGroups": list(st.id("task-group")), "assignPublicIp": public,
		}}
	}
	require.NoError(t, st.change("service", in(false)))
	_, detail := st.stopped()
	require.Contains(t, detail, "which takes a public IP address, and there is none")
	require.NoError(t, st.change("service", in(true)))
	st.view(func(tx *Tx) {
		tasks := tx.Tasks(st.id("service"))
		require.Len(t, tasks, 1)
		require.True(t, tasks[0].Running())
		require.True(t, tasks[0].Interface.PublicIP.IsValid())
	})
}

// TestScaling: tasks come and go with the desired count, and their interfaces
// with them.
func TestScaling(t *testing.T) {
	st := newStage(t)
	interfaces := func() (n int) {
		st.view(func(tx *Tx) {
			for _, task := range tx.Tasks(st.id("service")) {
				n += len(tx.NetworkInterfaces(task.ARN))
			}
		})
		return n
	}
	for _, desired := range []int{5, 1, 0, 3} {
		require.NoError(t, st.change("service", Props{"desiredCount": float64(desired)}))
		require.Equal(t, desired, interfaces())
	}
}

// TestFailedDeploymentKeepsOldTasks: what can't start replaces nothing.
func TestFailedDeploymentKeepsOldTasks(t *testing.T) {
	st := newStage(t)
	inputs := taskInputs("nginx")
	inputs["executionRoleArn"] = "arn:aws:iam::111111111111:role/gone"
	_, outputs, err := create(st.provider, "task", TokenTaskDefinition, inputs)
	require.NoError(t, err)
	require.NoError(t, st.change("service", Props{"taskDefinition": outputs.Str("arn"), "waitForSteadyState": false}))
	st.view(func(tx *Tx) {
		s, _ := tx.Service(st.id("service"))
		require.Equal(t, 2, s.Running)
		require.Contains(t, s.Unsteady, "ECS was unable to assume the role")
		require.Len(t, tx.Targets(st.id("tg")), 2)
	})
}

// TestGatewayEndpointRoute shows in the route table, not as a route of its own.
func TestGatewayEndpointRoute(t *testing.T) {
	st := newStage(t)
	st.endpointFor("s3", Props{
		"vpcEndpointType": "Gateway", "subnetIds": nil, "securityGroupIds": nil, "privateDnsEnabled": nil,
		"routeTableIds": list(st.id("private-table")),
	})
	list := st.show("s3").Str("prefixListId")
	require.Regexp(t, `^pl-[0-9a-f]{8}$`, list)
	st.view(func(tx *Tx) {
		routes := tx.Routes(st.id("private-table"))
		require.Contains(t, routes, Route{RouteTableID: st.id("private-table"), PrefixListID: list, Target: st.id("s3")})
		require.Equal(t, LocalTarget, routes[0].Target)
	})
	require.Len(t, st.show("private-table").List("routes"), 1)
}

// TestFargateSizes counts the pairs that Fargate has.
func TestFargateSizes(t *testing.T) {
	n := 0
	for cpu := 256; cpu <= 16384; cpu *= 2 {
		for memory := 512; memory <= 122880; memory += 512 {
			if isFargateSize(jsonText(cpu), jsonText(memory)) {
				n++
			}
		}
	}
	require.Equal(t, 74, n)
	require.True(t, isFargateSize(".5 vCPU", "1 GB"))
	require.False(t, isFargateSize("300", "512"))
	require.False(t, isFargateSize("small", "512"))
}

// TestInlineExecutionPolicy: the execution role needs no policy of AWS's own, but every
// right that one gives, on these resources.
func TestInlineExecutionPolicy(t *testing.T) {
	for denied, reason := range map[string]string{
		"":                           "",
		"logs:CreateLogStream":       "not authorized to perform: logs:CreateLogStream",
		"ecr:GetAuthorizationToken":  "not authorized to perform: ecr:GetAuthorizationToken",
		"ecr:BatchGetImage":          "403 Forbidden",
		"ecr:GetDownloadUrlForLayer": "403 Forbidden",
	} {
		st := newStage(t)
		require.NoError(t, st.remove("attachment"))
		repository := repositoryOf(ecrImageName).arn()
		for i, right := range [][2]string{
			{"logs:CreateLogStream", "arn:aws:logs:us-east-1:" + providerAccount + ":log-group:logs:*"},
			{"ecr:GetAuthorizationToken", "*"},
			{"ecr:BatchGetImage", repository},
			{"ecr:GetDownloadUrlForLayer", repository},
		} {
			if right[0] != denied {
				st.make(st.provider, "right"+string(rune('1'+i)), TokenRolePolicy, Props{
					"role": "exec-role", "policy": `{"Statement":{"Effect":"Allow","Action":"` + right[0] + `","Resource":"` + right[1] + `"}}`,
				})
			}
		}
		_, outputs, err := create(st.provider, "task", TokenTaskDefinition, taskInputs(ecrImageName))
		require.NoError(t, err)
		require.NoError(t, st.change("service", Props{
			"taskDefinition": outputs.Str("arn"), "desiredCount": 0.0, "waitForSteadyState": false,
		}))
		require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
		got, _ := st.stopped()
		if reason == "" {
			requireSteady(t, st)
		} else {
			require.Contains(t, got, reason, denied)
		}
	}
}
