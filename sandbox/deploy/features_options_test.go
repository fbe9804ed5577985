package deploy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// askedListeners and askedService are what users of NLB and Fargate ask for most.
const askedListeners = `    listeners:
      80/tcp:
        tcpIdleTimeoutSeconds: 600
        preserveClientIp: true
        stickiness: true
        targetGroupHealth: {dnsFailover: {minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: 50}, unhealthyStateRouting: {minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: 50}}
      443/tls:
        certificateArn: "arn:aws:iam::111111111111:server-certificate/web"
        additionalCertificateArns: ["arn:aws:iam::111111111111:server-certificate/api"]
        sslPolicy: ELBSecurityPolicy-TLS13-1-0-PQ-2025-09
        allowWeakTls: true
        containerPort: 8080
`

const askedService = `    service:
      image: registry.example.com/web:1
      repositoryCredentialsArn: SECRET-ARN
      additionalSecurityGroupIds: [GROUP-ID]
      ulimits: {nofile: {softLimit: 1024, hardLimit: 65536}}
      initProcess: true
      resources: {cpu: 128, memory: 384, memoryReservation: 256}
      logging: {driver: awsfirelens, options: {Name: http}, secretOptions: {Http_Passwd: SECRET-ARN}}
      sidecars:
        router:
          image: public.ecr.aws/aws-observability/aws-for-fluent-bit:stable
          firelens: {type: fluentbit, options: {enable-ecs-log-metadata: "true"}}
          logging: {mode: blocking}
      egress:
        media: {protocol: udp, port: 5000, toPort: 5100, cidrBlocks: [10.9.0.0/16]}
        ping: {protocol: icmp, cidrBlocks: [10.9.0.0/16]}
        any: {protocol: all, securityGroupIds: [GROUP-ID]}
`

// openOptions opens a sandbox with a provider and a consumer in an account that has a VPC
// with two subnets, a security group in it and a secret.
func openOptions(t *testing.T, provider, consumer string) (*Sandbox, *given) {
	t.Helper()
	s := openProject(t, map[string]string{"provider": providerFile(""), "consumer": consumerFile})
	g := &given{t: t, s: s, account: "111111111111", ids: map[string]string{}}
	g.network()
	g.make("GROUP-ID", "aws:ec2/securityGroup:SecurityGroup", world.Props{"vpcId": "VPC-ID", "name": "shared", "description": "shared"})
	g.make("SECRET-ARN", "aws:secretsmanager/secret:Secret", world.Props{"name": "registry"})
	g.make("VALUE", "aws:secretsmanager/secretVersion:SecretVersion", world.Props{"secretId": "SECRET-ARN", "secretString": "{}"})
	rewrite(t, s, "provider", providerFile(g.file(provider)))
	rewrite(t, s, "consumer", consumerFile+consumer)
	return s, g
}

// TestAskedForOptions deploys them all at once, in an existing VPC with the tasks in their
// own subnets.
func TestAskedForOptions(t *testing.T) {
	t.Parallel()
	s, _ := openOptions(t, `    endpointService: {acceptanceRequired: false}
    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], taskSubnetIds: [SUBNET-2], assignPublicIp: true, vpcEndpoints: [s3, s3-interface, logs], routeTableIds: [TABLE]}
    loadBalancer: {additionalSecurityGroupIds: [GROUP-ID], privateIpv4Addresses: {use1-az1: 10.50.1.20, use1-az2: 10.50.0.20}}
`+askedListeners+askedService, "")
	c := &given{t: t, s: s, account: "222222222222", ids: map[string]string{}}
	c.network()
	c.make("GROUP-ID", "aws:ec2/securityGroup:SecurityGroup", world.Props{"vpcId": "VPC-ID", "name": "shared", "description": "shared"})
	fixed := subnetAddress(t, s, c.ids["SUBNET-1"])
	rewrite(t, s, "consumer", strings.Replace(consumerFile, "{cidrBlock: 10.20.0.0/16}", c.file("{vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2]}"), 1)+
		c.file("    clients: {cidrBlocks: [10.50.0.0/16]}\n    endpoint: {additionalSecurityGroupIds: [GROUP-ID], privateIpv4Addresses: {"+fixed.zone+": "+fixed.address+"}}\n"))
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		balancer := tx.All("aws:lb/loadBalancer:LoadBalancer")[0]
		assert.Len(t, balancer.Inputs.List("securityGroups"), 2)
		assert.Len(t, balancer.Inputs.Maps("subnetMappings"), 2)
		var addresses []string
		for _, endpoint := range tx.All("aws:ec2/vpcEndpoint:VpcEndpoint") {
			if fixed := endpoint.Inputs.Maps("subnetConfigurations"); len(fixed) > 0 {
				addresses = append(addresses, fixed[0].Str("ipv4"))
			}
		}
		assert.Equal(t, []string{fixed.address}, addresses)
		return nil
	}))
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
}

// TestVolumesAndZones: volumes in Amazon EFS, an existing cluster and existing roles, flow
// logs, further groups of the endpoint, and a name in another account's private zone, which
// is associated with the VPC.
func TestVolumesAndZones(t *testing.T) {
	t.Parallel()
	s, g := openOptions(t, "", "")
	const account = "arn:aws:iam::111111111111:"
	trust := func(service string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": ` + service + `, "Action": "sts:AssumeRole"}]}`
	}
	for _, name := range []string{"execution", "tasks"} {
		g.make("ROLE-"+name, "aws:iam/role:Role", world.Props{"name": name, "assumeRolePolicy": trust(`{"Service": "ecs-tasks.amazonaws.com"}`)})
	}
	g.make("RIGHTS", "aws:iam/rolePolicy:RolePolicy", world.Props{"role": "execution", "policy": `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "secretsmanager:GetSecretValue"], "Resource": "*"}]}`})
	g.make("CLUSTER", "aws:ecs/cluster:Cluster", world.Props{"name": "apps"})
	g.make("FILES", "aws:efs/fileSystem:FileSystem", world.Props{})
	g.make("POINT", "aws:efs/accessPoint:AccessPoint", world.Props{"fileSystemId": "FILES"})
	for _, subnet := range []string{"SUBNET-1", "SUBNET-2"} {
		g.make("TARGET-"+subnet, "aws:efs/mountTarget:MountTarget", world.Props{
			"fileSystemId": g.ids["FILES"], "subnetId": g.ids[subnet], "securityGroups": []any{g.ids["GROUP-ID"]},
		})
	}
	g.make("NFS", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", world.Props{
		"securityGroupId": g.ids["GROUP-ID"], "ipProtocol": "tcp", "fromPort": 2049.0, "toPort": 2049.0, "cidrIpv4": "10.50.0.0/16",
	})
	g.make("ZONE-VPC", "aws:ec2/vpc:Vpc", world.Props{"cidrBlock": "10.60.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true})
	g.make("PRIVATE-ZONE", "aws:route53/zone:Zone", world.Props{"name": "internal.example.com", "vpcs": []any{map[string]any{"vpcId": g.ids["ZONE-VPC"]}}})
	g.make("ROLE-dns", "aws:iam/role:Role", world.Props{"name": "dns", "assumeRolePolicy": trust(`{"AWS": "arn:aws:iam::222222222222:root"}`)})
	rewrite(t, s, "provider", providerFile(g.file(`    endpointService: {acceptanceRequired: false}
    loadBalancer: {minimumCapacityUnits: 5500}
    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], assignPublicIp: true}
    quotas: {rulesPerSecurityGroup: 100, prefixListEntries: {pl-0a1b2c3d: 20}, vpcsPerRegion: 10, elasticIpsPerRegion: 10, interfaceEndpointsPerVpc: 60, certificatesPerLoadBalancer: 30, namesPerCertificate: 20, targetsPerZone: 1000, policiesPerRole: 20, fargateVcpus: 100}
    service:
      restartPolicy: {enabled: true, ignoredExitCodes: [3], restartAttemptPeriodSeconds: 120}
      clusterArn: arn:aws:ecs:us-east-1:111111111111:cluster/apps
      executionRoleArn: `+account+`role/execution
      taskRoleArn: `+account+`role/tasks
      propagateTags: SERVICE
      logging: {mode: non-blocking, maxBufferSize: 4m}
      mountPoints: {/data: {sourceVolume: data, readOnly: true}}
      volumes:
        data: {fileSystemId: FILES, securityGroupIds: [GROUP-ID], accessPointId: POINT, iam: false}
        root: {fileSystemId: FILES, securityGroupIds: [GROUP-ID], rootDirectory: /srv, iam: false}
      sidecars:
        router: {image: "fluent/fluent-bit:3.2", firelens: {}, logging: {mode: non-blocking, maxBufferSize: 4m}}
        agent:
          image: registry.example.com/agent:1
          repositoryCredentialsArn: SECRET-ARN
          mountPoints: {/root: {sourceVolume: root, readOnly: false}}
          ulimits: {nofile: {softLimit: 1024, hardLimit: 2048}}
          restartPolicy: {enabled: true, ignoredExitCodes: [3], restartAttemptPeriodSeconds: 120}
          initProcess: true
          resources: {cpu: 32, memory: 64, memoryReservation: 32}
          logging: {driver: awsfirelens, options: {Name: http}, secretOptions: {Http_Passwd: SECRET-ARN}}
`)))
	rewrite(t, s, "consumer", strings.Replace(consumerFile, "{cidrBlock: 10.20.0.0/16}", "{cidrBlock: 10.20.0.0/16, flowLogs: {trafficType: REJECT, retentionDays: 30}}", 1)+
		g.file("    dns: {recordName: api.internal.example.com, hostedZoneId: PRIVATE-ZONE, hostedZoneRoleArn: "+account+"role/dns, associateVpc: true}\n"+
			"    endpoint: {privateDnsDomains: [example.com]}\n    quotas: {rulesPerSecurityGroup: 100, prefixListEntries: {pl-0a1b2c3d: 20}, vpcsPerRegion: 10}\n"))
	for _, stack := range []string{"provider", "consumer"} {
		up(t, s, stack)
	}
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
}

// subnetAddress is a free address of a subnet, with the subnet's zone.
func subnetAddress(t *testing.T, s *Sandbox, id string) (free struct{ zone, address string }) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, subnet := range tx.All("aws:ec2/subnet:Subnet") {
			if subnet.ID == id {
				free.zone = subnet.Outputs.Str("availabilityZoneId")
				free.address = strings.Replace(subnet.Inputs.Str("cidrBlock"), ".0/24", ".20", 1)
			}
		}
		return nil
	}))
	return free
}

// TestFlowLogs: the traffic of new VPCs is recorded on both sides, with keys of their own.
func TestFlowLogs(t *testing.T) {
	t.Parallel()
	const logs = "flowLogs: {enabled: true, trafficType: ALL, retentionDays: 30, kmsKeyArn: KEY-ARN, permissionsBoundaryArn: BOUNDARY-ARN}"
	s := openAccount(t, providerFile("    endpointService: {acceptanceRequired: false}\n    network: {"+logs+"}\n    service: {executeCommand: true, executeCommandLogging: true}\n"), consumerFile)
	key := made(t, s, "222222222222", "aws:kms/key:Key", world.Props{"policy": strings.ReplaceAll(keyPolicy, "111111111111", "222222222222")})
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, r := range tx.All("aws:kms/key:Key") {
			if r.ID == key {
				key = r.Outputs.Str("arn")
			}
		}
		return nil
	}))
	boundary := made(t, s, "222222222222", "aws:iam/policy:Policy", world.Props{
		"name": "boundary", "policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`,
	})
	own := strings.NewReplacer("KEY-ARN", key, "BOUNDARY-ARN", boundary).Replace(logs)
	rewrite(t, s, "consumer", strings.Replace(consumerFile, "    network: {cidrBlock: 10.20.0.0/16}\n",
		"    hardened: true\n    networks: {a: {"+own+"}, b: {cidrBlock: 10.21.0.0/16}}\n", 1))
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		assert.Len(t, tx.All("aws:ec2/flowLog:FlowLog"), 3)
		return nil
	}))
	rewrite(t, s, "consumer", consumerFile[:strings.Index(consumerFile, "    network:")]+"    network: {cidrBlock: 10.20.0.0/16, "+own+"}\n")
	up(t, s, "consumer")
	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
}

// TestHardened deploys what costs, and destroys it once deletion protection is off.
func TestHardened(t *testing.T) {
	t.Parallel()
	const hardened = `    hardened: true
    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], assignPublicIp: true}
    notifications: {enabled: true}
    service: {executeCommand: true}
`
	s, g := openOptions(t, hardened, "")
	up(t, s, "provider")
	requireUnchanged(t, s, "provider")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		key := tx.All("aws:kms/key:Key")[0].Outputs.Str("arn")
		for _, logs := range tx.All("aws:cloudwatch/logGroup:LogGroup") {
			assert.Equal(t, key, logs.Inputs.Str("kmsKeyId"))
			assert.Equal(t, 365, logs.Inputs.Int("retentionInDays"))
		}
		assert.Equal(t, key, tx.All("aws:sns/topic:Topic")[0].Inputs.Str("kmsMasterKeyId"))
		return nil
	}))
	rewrite(t, s, "provider", providerFile(g.file(hardened+"    loadBalancer: {deletionProtection: false}\n")))
	up(t, s, "provider")
	_, err := s.Destroy(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
}

// TestImageFromElsewhere: CI takes the revision that the stack hands out, deploys another
// image, and the next update leaves it, also one that changes the task.
func TestImageFromElsewhere(t *testing.T) {
	t.Parallel()
	const managed = "    service: {image: nginx:alpine, imageManagedElsewhere: true%s}\n    scaling: {enabled: false}\n"
	with := func(more string) string { return providerFile(strings.Replace(managed, "%s", more, 1)) }
	s := openProject(t, map[string]string{"provider": with("")})
	template := up(t, s, "provider").Outputs["taskDefinitionArn"].(string)
	require.True(t, strings.HasSuffix(template, ":1"), template)

	deployed := deployImage(t, s, template, "nginx:1.29")
	for _, change := range []string{"", ", environment: {LEVEL: debug}"} {
		rewrite(t, s, "provider", with(change))
		up(t, s, "provider")
		require.NoError(t, s.World.View(func(tx *world.Tx) error {
			assert.Equal(t, deployed, tx.Services()[0].TaskDefinition, "the update leaves what CI has deployed")
			return nil
		}))
	}
	next := up(t, s, "provider").Outputs["taskDefinitionArn"].(string)
	assert.NotEqual(t, template, next, "CI's next deployment begins with what has changed")
	_, err := s.Destroy(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
}

// deployImage does what CI does: it registers a revision with another image, and gives it
// to the service.
func deployImage(t *testing.T, s *Sandbox, template, image string) string {
	t.Helper()
	ci := &world.Session{World: s.World, Caller: world.Caller{Account: "111111111111", Region: "us-east-1"}}
	var task, service *world.Record
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		service = tx.All("aws:ecs/service:Service")[0]
		for _, r := range tx.All("aws:ecs/taskDefinition:TaskDefinition") {
			if r.Outputs.Str("arn") == template {
				task = r
			}
		}
		return nil
	}))
	require.NotNil(t, task)
	var containers []map[string]any
	require.NoError(t, json.Unmarshal([]byte(task.Inputs.Str("containerDefinitions")), &containers))
	containers[0]["image"] = image
	text, err := json.Marshal(containers)
	require.NoError(t, err)
	inputs := task.Inputs.Clone()
	inputs["containerDefinitions"] = string(text)
	_, made, err := ci.Create("aws:ecs/taskDefinition:TaskDefinition", inputs)
	require.NoError(t, err)
	changed := service.Inputs.Clone()
	changed["taskDefinition"] = made.Str("arn")
	_, err = ci.Update("aws:ecs/service:Service", service.ID, changed)
	require.NoError(t, err)
	return made.Str("arn")
}
