package world

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// flowLog is a flow log of the stage's VPC to its log group.
func flowLog(st *stage, more Props) Props {
	return over(Props{
		"vpcId": st.id("vpc"), "trafficType": "ALL", "iamRoleArn": "arn:aws:iam::111111111111:role/exec-role",
		"logDestination": "arn:aws:logs:us-east-1:111111111111:log-group:logs",
	}, more)
}

func flowLogWith(more Props) breaker {
	return func(st *stage) error { return st.try(TokenFlowLog, flowLog(st, more)) }
}

// volumes is a task definition with EFS volumes, and a container that mounts one.
func volumes(fileSystem string, more Props) Props {
	inputs := taskInputs("nginx")
	inputs["containerDefinitions"] = strings.Replace(inputs.Str("containerDefinitions"), `"name":"web",`,
		`"name":"web","mountPoints":[{"sourceVolume":"data","containerPath":"/data"}],`, 1)
	inputs["volumes"] = []any{map[string]any{
		"name": "data", "efsVolumeConfiguration": map[string]any(over(Props{"fileSystemId": fileSystem}, more)),
	}}
	return inputs
}

func init() {
	associated := func(zone, vpc string) func(st *stage) Props {
		return func(st *stage) Props { return Props{"zoneId": st.id(zone), "vpcId": st.id(vpc)} }
	}
	byConsumer := func(st *stage, token string, inputs Props) error {
		_, _, err := create(st.consumer, "tried", token, inputs)
		return err
	}
	addRefusals(map[string]breaker{
		"LISTENER-FORWARD-GIVEN": func(st *stage) error {
			requireProvider := func(err error) { requireRefusal(st.t, "LISTENER-FORWARD-GIVEN", err) }
			requireProvider(listenerWith(Props{"defaultActions": []any{map[string]any{"type": "forward"}}})(st))
			requireProvider(listenerWith(weighted(st.id("tg"), 1000))(st))
			return listenerWith(weighted(st.id("tg"), 1, st.id("tg"), 1, st.id("tg"), 1, st.id("tg"), 1, st.id("tg"), 1, st.id("tg"), 1))(st)
		},
		"TASK-IMAGE-FORM": func(st *stage) error {
			image := func(name string) breaker { return containers(`{"name":"b","image":"` + name + `"}`) }
			for _, good := range []string{
				"nginx", "nginx:alpine", "nginx:1.29@sha256:" + strings.Repeat("a", 64), "registry.example.com:5000/team/web_app--x:v1",
				"111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1", "public.ecr.aws/docker/library/nginx:latest",
			} {
				require.NoError(st.t, image(good)(st), good)
			}
			for _, bad := range []string{"nginx@", "nginx:", "nginx@sha256:", "my image", "https://nginx"} {
				requireRefusal(st.t, "TASK-IMAGE-FORM", image(bad)(st))
			}
			return image("nginx:")(st)
		},
		"QUOTA-ENDPOINT-GROUPS": connecting(Props{"securityGroupIds": list("a", "b", "c", "d", "e", "f")}),
		"QUOTA-BALANCER-GROUPS": balancerWith(Props{"securityGroups": list("a", "b", "c", "d", "e", "f")}),
		"RECORD-NAME-LENGTH": func(st *stage) error {
			st.publicZone()
			label := strings.Repeat("a", 63)
			st.record(label, "A", "10.0.0.1")
			requireRefusal(st.t, "RECORD-NAME-LENGTH", st.try(TokenRecord, st.recordInputs(label+"a", "A", "10.0.0.1")))
			return st.try(TokenRecord, st.recordInputs(strings.Repeat(label+".", 4), "A", "10.0.0.1"))
		},
		"LB-CAPACITY-TLS": func(st *stage) error {
			reserved := Props{"minimumLoadBalancerCapacity": map[string]any{"capacityUnits": 5500.0}}
			require.NoError(st.t, st.change("lb", reserved))
			tls := listenerWith(over(tlsListener(st), Props{"port": 443.0}))
			requireRefusal(st.t, "LB-CAPACITY-TLS", tls(st))
			require.NoError(st.t, st.change("lb", Props{"minimumLoadBalancerCapacity": nil}))
			require.NoError(st.t, tls(st))
			return st.change("lb", reserved)
		},
		"LB-FIXED-ADDRESS": func(st *stage) error {
			at := func(key, value string, internal bool) breaker {
				return balancerWith(Props{"name": "fixed-" + strings.ReplaceAll(value, ".", "-"), "internal": internal, "subnets": nil, "subnetMappings": []any{map[string]any{"subnetId": st.id("az1"), key: value}}})
			}
			require.NoError(st.t, at("privateIpv4Address", "10.0.1.77", true)(st))
			requireRefusal(st.t, "LB-FIXED-ADDRESS", at("allocationId", st.show("eip").Str("allocationId"), true)(st))
			return at("privateIpv4Address", "10.0.1.78", false)(st)
		},
		"TG-HEALTH-ROUTING": func(st *stage) error {
			with := func(dns, routing map[string]any) breaker {
				return changes("tg", Props{"targetGroupHealth": map[string]any{"dnsFailover": dns, "unhealthyStateRouting": routing}})
			}
			require.NoError(st.t, with(map[string]any{"minimumHealthyTargetsCount": "2"}, map[string]any{"minimumHealthyTargetsCount": 2.0})(st))
			requireRefusal(st.t, "TG-HEALTH-ROUTING", with(map[string]any{"minimumHealthyTargetsPercentage": "101"}, nil)(st))
			requireRefusal(st.t, "TG-HEALTH-ROUTING", with(map[string]any{"minimumHealthyTargetsCount": "some"}, nil)(st))
			return with(map[string]any{"minimumHealthyTargetsCount": "1"}, map[string]any{"minimumHealthyTargetsCount": 2.0})(st)
		},
		"FLOW-LOG-ONE-SUBJECT":      flowLogWith(Props{"subnetId": "subnet-1"}),
		"FLOW-LOG-TRAFFIC":          flowLogWith(Props{"trafficType": "SOME"}),
		"FLOW-LOG-DESTINATION-TYPE": flowLogWith(Props{"logDestinationType": "disk"}),
		"FLOW-LOG-INTERVAL":         flowLogWith(Props{"maxAggregationInterval": 300.0}),
		"FLOW-LOG-VPC-EXISTS":       flowLogWith(Props{"vpcId": "vpc-0123456789abcdef0"}),
		"FLOW-LOG-ROLE": func(st *stage) error {
			requireRefusal(st.t, "FLOW-LOG-ROLE", flowLogWith(Props{"logDestinationType": "s3"})(st))
			return flowLogWith(Props{"iamRoleArn": nil})(st)
		},
		"FLOW-LOG-BUCKET": flowLogWith(Props{"logDestinationType": "s3", "iamRoleArn": nil, "logDestination": "arn:aws:s3:::nowhere"}),
		"FLOW-LOG-UNIQUE": func(st *stage) error {
			st.make(st.provider, "flow", TokenFlowLog, flowLog(st, nil))
			require.NoError(st.t, flowLogWith(Props{"trafficType": "REJECT"})(st))
			return flowLogWith(nil)(st)
		},
		"SG-DEFAULT-VPC-EXISTS": tries(TokenDefaultSecurityGroup, Props{"vpcId": "vpc-0123456789abcdef0"}),

		"ZONE-ASSOCIATION-ZONE": func(st *stage) error {
			return st.try(TokenZoneAssociation, Props{"zoneId": "Z0", "vpcId": st.id("vpc")})
		},
		"ZONE-ASSOCIATION-VPC": func(st *stage) error {
			st.privateZone()
			return st.try(TokenZoneAssociation, associated("zone", "c-vpc")(st))
		},
		"ZONE-ASSOCIATION-PRIVATE": func(st *stage) error {
			st.publicZone()
			requireRefusal(st.t, "ZONE-ASSOCIATION-PRIVATE", st.try(TokenVPCAuthorization, associated("zone", "c-vpc")(st)))
			return st.try(TokenZoneAssociation, associated("zone", "vpc")(st))
		},
		"ZONE-ASSOCIATION-AUTHORIZED": func(st *stage) error {
			st.privateZone()
			return byConsumer(st, TokenZoneAssociation, associated("zone", "c-vpc")(st))
		},
		"ZONE-ASSOCIATION-CONFLICT": func(st *stage) error {
			st.privateZone()
			st.make(st.provider, "same", TokenZone, Props{"name": "example.internal", "vpcs": inVPCs(st.make(st.provider, "new", TokenVPC, anyVPC))})
			return st.try(TokenZoneAssociation, associated("zone", "new")(st))
		},
		"ZONE-ASSOCIATION-LAST": func(st *stage) error {
			st.privateZone()
			st.make(st.provider, "new", TokenVPC, anyVPC)
			st.make(st.provider, "association", TokenZoneAssociation, associated("zone", "new")(st))
			require.NoError(st.t, st.w.Update(func(tx *Tx) error { // as a disassociation by hand does
				z := tx.Get(TokenZone, st.id("zone"))
				z.Outputs["vpcs"] = withoutVPCs(z.Outputs.List("vpcs"), []string{st.id("vpc")})
				tx.Put(z)
				return nil
			}))
			return st.remove("association")
		},
		"ZONE-AUTHORIZATION-ZONE": func(st *stage) error {
			st.privateZone()
			return byConsumer(st, TokenVPCAuthorization, associated("zone", "c-vpc")(st))
		},

		"EFS-EXISTS": func(st *stage) error {
			return st.try(TokenMountTarget, Props{"fileSystemId": "fs-0", "subnetId": st.id("az1")})
		},
		"EFS-SUBNET-EXISTS": func(st *stage) error {
			return st.try(TokenMountTarget, Props{"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{}), "subnetId": "subnet-0"})
		},
		"EFS-ONE-TARGET-A-ZONE": func(st *stage) error {
			target := Props{"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{}), "subnetId": st.id("az1")}
			st.make(st.provider, "target", TokenMountTarget, target)
			require.NoError(st.t, st.try(TokenMountTarget, over(target, Props{"subnetId": st.id("az2")})))
			return st.try(TokenMountTarget, over(target, Props{"subnetId": st.id("public")}))
		},
		"EFS-GROUPS-LIMIT": func(st *stage) error {
			return st.try(TokenMountTarget, Props{
				"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{}), "subnetId": st.id("az1"), "securityGroups": list("a", "b", "c", "d", "e", "f"),
			})
		},
		"EFS-PERMISSIONS": func(st *stage) error {
			return st.try(TokenAccessPoint, Props{
				"fileSystemId":  st.make(st.provider, "fs", TokenFileSystem, Props{}),
				"rootDirectory": map[string]any{"path": "/a", "creationInfo": map[string]any{"ownerGid": 1.0, "ownerUid": 1.0, "permissions": "rwx"}},
			})
		},
		"EFS-DELETE-IN-USE": func(st *stage) error {
			st.make(st.provider, "target", TokenMountTarget, Props{"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{}), "subnetId": st.id("az1")})
			return st.remove("fs")
		},
		"TASK-VOLUME-EXISTS": tries(TokenTaskDefinition, over(volumes("fs-1", nil), Props{"volumes": nil})),
		"TASK-EFS-TRANSIT": func(st *stage) error {
			point := map[string]any{"accessPointId": "fsap-1"}
			for _, bad := range []Props{
				{"authorizationConfig": point},
				{"authorizationConfig": map[string]any{"iam": "ENABLED"}, "transitEncryption": "DISABLED"},
			} {
				requireRefusal(st.t, "TASK-EFS-TRANSIT", st.try(TokenTaskDefinition, volumes("fs-1", bad)))
			}
			require.NoError(st.t, st.try(TokenTaskDefinition, volumes("fs-1", Props{"authorizationConfig": point, "transitEncryption": "ENABLED"})))
			return st.try(TokenTaskDefinition, volumes("fs-1", Props{"authorizationConfig": point, "transitEncryption": "ENABLED", "rootDirectory": "/data"}))
		},

		"TASK-ULIMITS": func(st *stage) error {
			require.NoError(st.t, containers(`{"name":"b","image":"b","ulimits":[{"name":"nofile","softLimit":1024,"hardLimit":4096}]}`)(st))
			requireRefusal(st.t, "TASK-ULIMITS", containers(`{"name":"b","image":"b","ulimits":[{"name":"files","softLimit":1,"hardLimit":1}]}`)(st))
			return containers(`{"name":"b","image":"b","ulimits":[{"name":"nofile","softLimit":2,"hardLimit":1}]}`)(st)
		},
		"TASK-RESTART-POLICY": func(st *stage) error {
			policy := func(p string) breaker { return containers(`{"name":"b","image":"b","restartPolicy":` + p + `}`) }
			require.NoError(st.t, policy(`{"enabled":true,"ignoredExitCodes":[0],"restartAttemptPeriod":60}`)(st))
			for _, bad := range []string{`{}`, `{"enabled":true,"restartAttemptPeriod":59}`, `{"enabled":true,"ignoredExitCodes":[` + strings.Repeat("1,", 50) + `1]}`} {
				requireRefusal(st.t, "TASK-RESTART-POLICY", policy(bad)(st))
			}
			return policy(`{"enabled":true,"restartAttemptPeriod":1801}`)(st)
		},
		"FARGATE-LINUX-PARAMETERS": func(st *stage) error {
			require.NoError(st.t, containers(`{"name":"b","image":"b","linuxParameters":{"initProcessEnabled":true,"capabilities":{"add":["SYS_PTRACE"],"drop":["ALL"]}}}`)(st))
			requireRefusal(st.t, "FARGATE-LINUX-PARAMETERS", containers(`{"name":"b","image":"b","privileged":true}`)(st))
			requireRefusal(st.t, "FARGATE-LINUX-PARAMETERS", containers(`{"name":"b","image":"b","linuxParameters":{"sharedMemorySize":64}}`)(st))
			return containers(`{"name":"b","image":"b","linuxParameters":{"capabilities":{"add":["NET_ADMIN"]}}}`)(st)
		},
		"TASK-FIRELENS": func(st *stage) error {
			logs := `{"name":"b","image":"b","logConfiguration":{"logDriver":"awsfirelens","options":{"Name":"cloudwatch"}}}`
			router := func(name, kind string) string {
				return `{"name":"` + name + `","image":"fluent-bit","firelensConfiguration":{"type":"` + kind + `"}}`
			}
			require.NoError(st.t, containers(logs, router("r", "fluentbit"))(st))
			requireRefusal(st.t, "TASK-FIRELENS", containers(logs, router("r", "logstash"))(st))
			requireRefusal(st.t, "TASK-FIRELENS", containers(logs, router("r", "fluentd"), router("s", "fluentd"))(st))
			return containers(logs)(st)
		},
		"SPLUNK-OPTIONS": func(st *stage) error {
			require.NoError(st.t, containers(`{"name":"b","image":"b","logConfiguration":{"logDriver":"splunk","options":{"splunk-url":"https://a"},"secretOptions":[{"name":"splunk-token","valueFrom":"arn"}]}}`)(st))
			return containers(`{"name":"b","image":"b","logConfiguration":{"logDriver":"splunk","options":{"splunk-url":"https://a"}}}`)(st)
		},
		"TASK-LOG-MODE": containers(`{"name":"b","image":"b","logConfiguration":{"logDriver":"splunk","options":{"mode":"fast","splunk-url":"a","splunk-token":"b"}}}`),
		"TASK-REGISTRY-CREDENTIALS": func(st *stage) error {
			credentials := func(of string, more Props) breaker {
				return tries(TokenTaskDefinition, over(over(taskInputs("a"), Props{"containerDefinitions": `[{"name":"web","image":"registry.example.com/web:1","repositoryCredentials":{"credentialsParameter":"` + of + `"}}]`}), more))
			}
			const secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:registry-AbCdEf"
			require.NoError(st.t, credentials(secret, nil)(st))
			requireRefusal(st.t, "TASK-REGISTRY-CREDENTIALS", credentials(secret, Props{"executionRoleArn": nil})(st))
			return credentials("registry", nil)(st)
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"LISTENER-WEIGHTS": func(t *testing.T, st *stage) {
			blue, green := st.loose("ip"), st.id("tg")
			listener := over(listenerInputs(st.id("lb"), "", 81), weighted(blue, 900, green, 100))
			arn := st.make(st.provider, "weighted", TokenListener, listener)
			require.NoError(t, st.change("weighted", weighted(blue, 0, green, 1)))
			st.view(func(tx *Tx) {
				require.ElementsMatch(t, []WeightedTargetGroup{{blue, 0}, {green, 1}}, tx.ListenerSettings(arn).Forward)
			})
			requireRefusal(t, "TG-DELETE-IN-USE", st.provider.Delete(TokenTargetGroup, blue))
		},
		"SG-DEFAULT-ADOPTED": func(t *testing.T, st *stage) {
			group := st.show("vpc").Str("defaultSecurityGroupId")
			from := Peer{IP: netip.MustParseAddr("10.0.0.9"), GroupIDs: []string{group}}
			admits := func(d Direction, p Peer) (yes bool) {
				st.view(func(tx *Tx) { yes = tx.Admits([]string{group}, d, "tcp", 80, p).Admitted })
				return yes
			}
			require.True(t, admits(Ingress, from))
			require.Equal(t, group, st.make(st.provider, "default", TokenDefaultSecurityGroup, Props{"vpcId": st.id("vpc")}))
			require.False(t, admits(Ingress, from))
			require.False(t, admits(Egress, Peer{IP: internet}))
			require.NoError(t, st.change("default", Props{"egress": []any{map[string]any{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": list("0.0.0.0/0")}}}))
			require.True(t, admits(Egress, Peer{IP: internet}))
			require.NoError(t, st.remove("default"))
			require.False(t, admits(Ingress, from), "the group stays as it is")
		},
		"TASK-EFS-MOUNT": func(t *testing.T, st *stage) {
			fs := st.make(st.provider, "fs", TokenFileSystem, Props{})
			group := st.make(st.provider, "fs-group", TokenSecurityGroup, Props{"vpcId": st.id("vpc")})
			st.useTask(volumes("fs-0", nil))
			requireFailure(t, st, mountFailed, "there is no file system fs-0")
			st.useTask(volumes(fs, nil))
			requireFailure(t, st, mountFailed, "has no mount target in use1-az")
			for _, zone := range []string{"az1", "az2"} {
				st.make(st.provider, "target-"+zone, TokenMountTarget, Props{"fileSystemId": fs, "subnetId": st.id(zone), "securityGroups": list(group)})
			}
			require.Equal(t, 2, st.show("fs").Int("numberOfMountTargets"))
			requireFailure(t, st, mountFailed, "no egress rule of "+st.id("task-group")+" allows tcp/2049")
			nfs := Props{"ipProtocol": "tcp", "fromPort": 2049.0, "toPort": 2049.0}
			st.make(st.provider, "out", TokenEgressRule, over(nfs, Props{"securityGroupId": st.id("task-group"), "referencedSecurityGroupId": group}))
			requireFailure(t, st, mountFailed, "does not admit the task")
			st.make(st.provider, "in", TokenIngressRule, over(nfs, Props{"securityGroupId": group, "referencedSecurityGroupId": st.id("task-group")}))
			requireSteady(t, st)
			encrypted := Props{"transitEncryption": "ENABLED", "authorizationConfig": map[string]any{"accessPointId": "fsap-0", "iam": "ENABLED"}}
			st.useTask(volumes(fs, encrypted))
			requireFailure(t, st, mountFailed, "there is no access point fsap-0 of "+fs)
			encrypted["authorizationConfig"] = map[string]any{"accessPointId": st.make(st.provider, "point", TokenAccessPoint, Props{"fileSystemId": fs}), "iam": "ENABLED"}
			st.useTask(volumes(fs, encrypted))
			require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
			requireSteady(t, st)
		},
	})
}

// TestZoneOfAnotherAccount: once it is authorized, another account's VPC sees the zone.
func TestZoneOfAnotherAccount(t *testing.T) {
	st := newStage(t)
	st.privateZone()
	zone, vpc := st.id("zone"), st.id("c-vpc")
	st.record("db", "A", "10.0.0.9")
	sees := func() (found bool) {
		st.view(func(tx *Tx) { _, found = tx.PrivateRecord(vpc, "db.example.internal", "A") })
		return found
	}
	require.False(t, sees())
	st.make(st.provider, "authorization", TokenVPCAuthorization, Props{"zoneId": zone, "vpcId": vpc})
	st.make(st.consumer, "association", TokenZoneAssociation, Props{"zoneId": zone, "vpcId": vpc})
	require.True(t, sees())
	require.Equal(t, providerAccount, st.show("association").Str("owningAccount"))
	require.NoError(t, st.remove("authorization"), "it is needed for the association only")
	other := st.make(st.provider, "new", TokenVPC, anyVPC)
	require.NoError(t, st.change("zone", Props{"vpcs": inVPCs(st.id("vpc"), other)}))
	require.True(t, sees(), "an update of the zone's own VPCs leaves it")
	require.NoError(t, st.remove("association"))
	require.False(t, sees())
}

// TestPrivateRegistry: the credentials are fetched as a secret is.
func TestPrivateRegistry(t *testing.T) {
	st := newStage(t)
	secret := st.make(st.provider, "registry", TokenSecret, Props{})
	st.make(st.provider, "value", TokenSecretVersion, Props{"secretId": secret, "secretString": "{}"})
	inputs := taskInputs("registry.example.com/web:1")
	inputs["containerDefinitions"] = strings.Replace(inputs.Str("containerDefinitions"), `"name":"web",`,
		`"name":"web","repositoryCredentials":{"credentialsParameter":"`+secret+`"},`, 1)
	st.useTask(inputs)
	requireFailure(t, st, "unable to retrieve secret from asm", "does not allow secretsmanager:GetSecretValue on "+secret)
	st.make(st.provider, "rights", TokenRolePolicy, Props{"role": "exec-role", "policy": allowing(secret, "secretsmanager:GetSecretValue")})
	requireSteady(t, st)
}

// TestTLSPolicies: the list is AWS's, with those that it recommends.
func TestTLSPolicies(t *testing.T) {
	require.Len(t, tlsPolicies, 39)
	for name, there := range map[string]bool{
		"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09": true, "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09": true,
		"ELBSecurityPolicy-2016-08": true, "ELBSecurityPolicy-TLS13-1-9-2021-06": false, "ELBSecurityPolicy-TLS13-1-2-2031-06": false,
	} {
		st := newStage(t)
		listener := over(over(listenerInputs(st.id("lb"), st.id("tg"), 443), tlsListener(st)), Props{"sslPolicy": name})
		if err := st.try(TokenListener, listener); there {
			require.NoError(t, err, name)
		} else {
			requireRefusal(t, "LISTENER-SECURITY-POLICY", err)
		}
	}
}

// weighted is a forward to target groups, each followed by its weight.
func weighted(groupsAndWeights ...any) Props {
	var groups []any
	for i := 0; i < len(groupsAndWeights); i += 2 {
		groups = append(groups, map[string]any{"arn": groupsAndWeights[i], "weight": float64(groupsAndWeights[i+1].(int))})
	}
	return Props{"defaultActions": []any{map[string]any{"type": "forward", "forward": map[string]any{"targetGroups": groups}}}}
}
