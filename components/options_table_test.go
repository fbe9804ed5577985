package components

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/strict"
)

// deployedOption is what one option of a stack's file comes to.
type deployedOption struct {
	name   string
	config string // the file's JSON
	typ    string
	// resource is the logical name, without the side's own, web.
	resource string
	// property is a path in its inputs; what is JSON in a text has one too. nil stands for
	// one that is left out.
	property string
	want     any
}

// refusedOption is a value of an option that is refused, and in what words.
type refusedOption struct{ name, config, want string }

func sideOf(config string) string {
	if strings.HasPrefix(config, "consumer ") {
		return "consumer"
	}
	return "provider"
}

// deployOption deploys a side with the options of a stack's file.
func deployOption(t *testing.T, config string) (*mocks, map[string]any, error) {
	t.Helper()
	m := newMocks()
	m.existingVpc("vpc-11111111", map[string]string{
		"subnet-11111111": "use1-az1", "subnet-22222222": "use1-az4", "subnet-33333333": "use1-az1", "subnet-44444444": "use1-az4",
	})
	const endpointService = "aws:ec2/vpcEndpointService:VpcEndpointService"
	m.ids = map[string]string{endpointService: testServiceId}
	offered := m.outputs[endpointService]
	m.outputs[endpointService] = func(name string) map[string]any {
		made := offered(name)
		made["serviceName"] = testServiceName
		return made
	}
	side := sideOf(config)
	document := []byte(strings.TrimPrefix(config, side+" "))
	var outputs *reading[map[string]any]
	var refused error
	err := m.run(func(ctx *pulumi.Context) error {
		kind := "private"
		if side == "consumer" || strings.Contains(config, `"egress": "none"`) {
			kind = "isolated"
		}
		if err := m.createdVpc(ctx, kind); err != nil {
			return err
		}
		var made interface{ Outputs() pulumi.Map }
		var err error
		switch side {
		case "provider":
			args := &ServiceProviderArgs{ConfigPath: "provider"}
			if _, err = strict.DecodeArgs(document, "provider", args, Inputs); err == nil {
				made, err = NewServiceProvider(ctx, "web", args)
			}
		default:
			args := serviceConsumerArgs()
			args.ConfigPath = "consumer"
			if _, err = strict.DecodeArgs(document, "consumer", &args.ServiceConsumerOptions, Inputs); err == nil {
				made, err = NewServiceConsumer(ctx, "web", args)
			}
		}
		if err == nil {
			outputs = read[map[string]any](ctx, made.Outputs().ToMapOutput())
		}
		refused = err
		return nil
	})
	if refused != nil || err != nil {
		return m, nil, cmp.Or(refused, err)
	}
	return m, outputs.value, nil
}

// lookInto follows a path through maps, lists and the JSON of texts.
func lookInto(value any, path string) any {
	for _, step := range strings.Split(path, ".") {
		if text, ok := value.(string); ok && json.Unmarshal([]byte(text), &value) != nil {
			return nil
		}
		switch v := value.(type) {
		case map[string]any:
			value = v[strings.ReplaceAll(step, "~", ".")]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func TestOptionsAreDeployed(t *testing.T) {
	for _, test := range deployedOptions {
		t.Run(test.name, func(t *testing.T) {
			m, _, err := deployOption(t, test.config)
			require.NoError(t, err)
			name := "web"
			if test.resource != "" {
				name += "-" + test.resource
			}
			assert.Equal(t, test.want, lookInto(m.get(t, test.typ, name).inputs, test.property))
		})
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, test := range refusedOptions {
		t.Run(test.name, func(t *testing.T) {
			m, _, err := deployOption(t, test.config)
			require.EqualError(t, err, test.want)
			for _, r := range m.registrations {
				assert.True(t, strings.HasPrefix(r.name, fixture), "%s %s is made", r.typ, r.name)
			}
		})
	}
}

const (
	targetGroupType         = "aws:lb/targetGroup:TargetGroup"
	listenerType            = "aws:lb/listener:Listener"
	listenerCertificateType = "aws:lb/listenerCertificate:ListenerCertificate"
	taskType                = "aws:ecs/taskDefinition:TaskDefinition"
	ecsServiceType          = "aws:ecs/service:Service"
	balancerType            = "aws:lb/loadBalancer:LoadBalancer"
	flowLogType             = "aws:ec2/flowLog:FlowLog"
	egressRuleType          = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

// serviceWith are options of the ECS service.
func serviceWith(options string) string { return `{"service": {` + options + `}}` }

const (
	mounted = `"mountPoints": {"/data": {"sourceVolume": "data"}}`
	router  = `"sidecars": {"router": {"image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable", "firelens": {"options": {"enable-ecs-log-metadata": "true"}}}}`
	secret1 = "arn:aws:secretsmanager:us-east-1:111111111111:secret:token-AbCdEf"
)

// existingWith is an existing VPC with more options.
func existingWith(options string) string {
	return `{"network": {"vpcId": "vpc-11111111", "subnetIds": ["subnet-11111111", "subnet-22222222"]` + options + `}}`
}

func balancerWith(options string) string { return `{"loadBalancer": {` + options + `}}` }

func networkWith(options string) string { return `{"network": {` + options + `}}` }

// endpointWith are options of a consumer's endpoint.
func endpointWith(options string) string { return `consumer {"endpoint": {` + options + `}}` }

// zoneWith is a consumer's name in a hosted zone that exists.
func zoneWith(options string) string {
	return `consumer {"dns": {"recordName": "api.b.example", "hostedZoneId": "Z0123456789"` + options + `}}`
}

func efsWith(options string) string {
	return serviceWith(mounted + `, "volumes": {"data": {"fileSystemId": "fs-11111111", "securityGroupIds": ["sg-22222222"]` + options + `}}`)
}

// tlsWith is a tls listener with more options.
func tlsWith(options string) string {
	return `{"listeners": {"443/tls": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"` + options + `}}}`
}

func tcpWith(options string) string { return `{"listeners": {"80/tcp": {` + options + `}}}` }

var deployedOptions = []deployedOption{
	{"TLS policy by default", tlsWith(""), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"},
	{"TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"`), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"},
	{"weak TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-2016-08", "allowWeakTls": true`), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-2016-08"},
	{
		"further certificates", tlsWith(`, "additionalCertificateArns": ["arn:aws:acm:us-east-1:111111111111:certificate/2"]`),
		listenerCertificateType, "443-certificate-2", "certificateArn", "arn:aws:acm:us-east-1:111111111111:certificate/2",
	},
	{"TCP idle timeout", tcpWith(`"tcpIdleTimeoutSeconds": 600`), listenerType, "80", "tcpIdleTimeoutSeconds", 600.0},
	{"TCP idle timeout by default", tcpWith(``), listenerType, "80", "tcpIdleTimeoutSeconds", 350.0},
	{"client IP preservation", tcpWith(`"preserveClientIp": true`), targetGroupType, "80", "preserveClientIp", "true"},
	{"client IP preservation off", tcpWith(`"preserveClientIp": false`), targetGroupType, "80", "preserveClientIp", "false"},
	{"stickiness", tcpWith(`"stickiness": true`), targetGroupType, "80", "stickiness", map[string]any{"type": "source_ip", "enabled": true}},
	{
		"target group health", tcpWith(`"targetGroupHealth": {"dnsFailover": {"minimumHealthyTargetsPercentage": 50}, "unhealthyStateRouting": {"minimumHealthyTargetsCount": 1}}`),
		targetGroupType, "80", "targetGroupHealth", map[string]any{
			"dnsFailover":           map[string]any{"minimumHealthyTargetsCount": "1", "minimumHealthyTargetsPercentage": "50"},
			"unhealthyStateRouting": map[string]any{"minimumHealthyTargetsCount": 1.0, "minimumHealthyTargetsPercentage": "off"},
		},
	},
	{
		"EFS volume", efsWith(``), taskType, "", "volumes.0", map[string]any{
			"name": "data", "efsVolumeConfiguration": map[string]any{
				"fileSystemId": "fs-11111111", "transitEncryption": "ENABLED", "authorizationConfig": map[string]any{"iam": "ENABLED"},
			},
		},
	},
	{
		"EFS access point", efsWith(`, "accessPointId": "fsap-11111111", "iam": false`), taskType, "",
		"volumes.0.efsVolumeConfiguration.authorizationConfig", map[string]any{"accessPointId": "fsap-11111111", "iam": "DISABLED"},
	},
	{"EFS root directory", efsWith(`, "rootDirectory": "/web"`), taskType, "", "volumes.0.efsVolumeConfiguration.rootDirectory", "/web"},
	{
		"mount point", efsWith(``), taskType, "", "containerDefinitions.0.mountPoints.0",
		map[string]any{"sourceVolume": "data", "containerPath": "/data", "readOnly": false},
	},
	{"way to the mount targets", efsWith(``), egressRuleType, "egress-volumes-sg-22222222-2049-tcp", "referencedSecurityGroupId", "sg-22222222"},
	{
		"right to mount", efsWith(`, "accessPointId": "fsap-11111111"`), "aws:iam/rolePolicy:RolePolicy", "volumes", "policy.Statement.0", map[string]any{
			"Effect": "Allow", "Action": []any{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"},
			"Resource": []any{"arn:aws:elasticfilesystem:us-east-1:111111111111:file-system/fs-11111111"},
			"Condition": map[string]any{"StringEquals": map[string]any{
				"elasticfilesystem:AccessPointArn": "arn:aws:elasticfilesystem:us-east-1:111111111111:access-point/fsap-11111111",
			}},
		},
	},
	{
		"right to read a volume", strings.Replace(efsWith(``), `"sourceVolume": "data"`, `"sourceVolume": "data", "readOnly": true`, 1),
		"aws:iam/rolePolicy:RolePolicy", "volumes", "policy.Statement.0.Action", []any{"elasticfilesystem:ClientMount"},
	},
	{
		"further security groups of the tasks", serviceWith(`"additionalSecurityGroupIds": ["sg-11111111"]`),
		ecsServiceType, "", "networkConfiguration.securityGroups", []any{"web-security-group-id", "sg-11111111"},
	},
	{
		"existing execution role", serviceWith(`"executionRoleArn": "arn:aws:iam::111111111111:role/execution"`),
		taskType, "", "executionRoleArn", "arn:aws:iam::111111111111:role/execution",
	},
	{"existing task role", serviceWith(`"taskRoleArn": "arn:aws:iam::111111111111:role/task"`), taskType, "", "taskRoleArn", "arn:aws:iam::111111111111:role/task"},
	{
		"existing cluster", serviceWith(`"clusterArn": "arn:aws:ecs:us-east-1:111111111111:cluster/apps"`),
		ecsServiceType, "", "cluster", "arn:aws:ecs:us-east-1:111111111111:cluster/apps",
	},
	{
		"scaling in an existing cluster", serviceWith(`"clusterArn": "arn:aws:ecs:us-east-1:111111111111:cluster/apps"`),
		"aws:appautoscaling/target:Target", "", "resourceId", "service/apps/web-1234567",
	},
	{"family in an existing cluster", serviceWith(`"clusterArn": "arn:aws:ecs:us-east-1:111111111111:cluster/apps"`), taskType, "", "family", "web-1234567"},
	{"log router", serviceWith(`"logging": {"driver": "awsfirelens", "options": {"Name": "http"}}, ` + router), taskType, "", "containerDefinitions.0.logConfiguration", map[string]any{
		"logDriver": "awsfirelens", "options": map[string]any{"Name": "http"},
	}},
	{"log router's configuration", serviceWith(`"logging": {"driver": "awsfirelens", "options": {"Name": "http"}}, ` + router), taskType, "", "containerDefinitions.1.firelensConfiguration", map[string]any{
		"type": "fluentbit", "options": map[string]any{"enable-ecs-log-metadata": "true"},
	}},
	{"Splunk", serviceWith(`"logging": {"driver": "splunk", "options": {"splunk-url": "https://splunk.example.com"}, "secretOptions": {"splunk-token": "` + secret1 + `"}}`),
		taskType, "", "containerDefinitions.0.logConfiguration", map[string]any{
			"logDriver": "splunk", "options": map[string]any{"splunk-url": "https://splunk.example.com"},
			"secretOptions": []any{map[string]any{"name": "splunk-token", "valueFrom": secret1}},
		}},
	{"right to a log's secret", serviceWith(`"logging": {"driver": "splunk", "secretOptions": {"splunk-token": "` + secret1 + `"}}`),
		"aws:iam/rolePolicy:RolePolicy", "secrets", "policy.Statement.0.Resource.0", secret1},
	{"log buffer", serviceWith(`"logging": {"maxBufferSize": "4m"}`), taskType, "", "containerDefinitions.0.logConfiguration.options.max-buffer-size", "4m"},
	{"blocking log", serviceWith(`"logging": {"mode": "blocking"}`), taskType, "", "containerDefinitions.0.logConfiguration.options", map[string]any{
		"awslogs-group": "web-1234567", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web", "mode": "blocking",
	}},
	{"log driver's option", serviceWith(`"logging": {"options": {"awslogs-datetime-format": "%b"}}`),
		taskType, "", "containerDefinitions.0.logConfiguration.options.awslogs-datetime-format", "%b"},
	{"registry credentials", serviceWith(`"image": "registry.example.com/web:1", "repositoryCredentialsArn": "` + secret1 + `"`),
		taskType, "", "containerDefinitions.0.repositoryCredentials.credentialsParameter", secret1},
	{"right to registry credentials", serviceWith(`"image": "registry.example.com/web:1", "repositoryCredentialsArn": "` + secret1 + `"`),
		"aws:iam/rolePolicy:RolePolicy", "secrets", "policy.Statement.0.Resource.0", secret1},
	{"range of ports out", serviceWith(`"egress": {"media": {"protocol": "udp", "port": 5000, "toPort": 5100, "cidrBlocks": ["10.9.0.0/16"]}}`),
		egressRuleType, "egress-10.9.0.0-16-5000-5100-udp", "toPort", 5100.0},
	{"ICMP out", serviceWith(`"egress": {"ping": {"protocol": "icmp", "cidrBlocks": ["10.9.0.0/16"]}}`), egressRuleType, "egress-10.9.0.0-16-icmp", "fromPort", -1.0},
	{"everything out", serviceWith(`"egress": {"any": {"protocol": "all", "cidrBlocks": ["10.9.0.0/16"]}}`), egressRuleType, "egress-10.9.0.0-16-all", "ipProtocol", "-1"},
	{"rule's description", serviceWith(`"egress": {"db": {"port": 5432, "cidrBlocks": ["10.9.0.0/16"]}}`),
		egressRuleType, "egress-10.9.0.0-16-5432-tcp", "description", "tcp port 5432 to 10.9.0.0-16"},
	{"tags of the tasks", serviceWith(`"propagateTags": "SERVICE"`), ecsServiceType, "", "propagateTags", "SERVICE"},
	{
		"session logs", serviceWith(`"executeCommand": true, "executeCommandLogging": true, "logKmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/1"`),
		"aws:ecs/cluster:Cluster", "", "configuration.executeCommandConfiguration", map[string]any{
			"logging": "OVERRIDE", "kmsKeyId": "arn:aws:kms:us-east-1:111111111111:key/1",
			"logConfiguration": map[string]any{"cloudWatchEncryptionEnabled": true, "cloudWatchLogGroupName": "web-1234567"},
		},
	},
	{
		"rights to session logs without a key", serviceWith(`"executeCommand": true, "executeCommandLogging": true`),
		"aws:iam/rolePolicy:RolePolicy", "session-logs", "policy.Statement.1.Action", []any{"logs:DescribeLogGroups"},
	},
	{
		"rights to session logs", serviceWith(`"executeCommand": true, "executeCommandLogging": true, "logKmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/1"`),
		"aws:iam/rolePolicy:RolePolicy", "session-logs", "policy.Statement.2", map[string]any{
			"Effect": "Allow", "Action": []any{"kms:Decrypt"}, "Resource": []any{"arn:aws:kms:us-east-1:111111111111:key/1"},
		},
	},
	{"open files", serviceWith(`"ulimits": {"nofile": {"softLimit": 1024, "hardLimit": 65536}}`), taskType, "", "containerDefinitions.0.ulimits.0",
		map[string]any{"name": "nofile", "softLimit": 1024.0, "hardLimit": 65536.0}},
	{"init process", serviceWith(`"initProcess": true`), taskType, "", "containerDefinitions.0.linuxParameters.initProcessEnabled", true},
	{"container CPU", serviceWith(`"resources": {"cpu": 128}`), taskType, "", "containerDefinitions.0.cpu", 128.0},
	{"container memory", serviceWith(`"resources": {"memory": 256}`), taskType, "", "containerDefinitions.0.memory", 256.0},
	{"container memory reservation", serviceWith(`"resources": {"memoryReservation": 128}`), taskType, "", "containerDefinitions.0.memoryReservation", 128.0},
	{
		"further security groups of the load balancer", balancerWith(`"additionalSecurityGroupIds": ["sg-11111111"]`),
		balancerType, "nlb", "securityGroups", []any{"web-nlb-security-group-id", "sg-11111111"},
	},
	{"reserved capacity", balancerWith(`"minimumCapacityUnits": 5500`), balancerType, "nlb", "minimumLoadBalancerCapacity.capacityUnits", 5500.0},
	{
		"fixed addresses of the load balancer", balancerWith(`"privateIpv4Addresses": {"use1-az6": "10.0.1.10", "use1-az4": "10.0.65.10"}`),
		balancerType, "nlb", "subnetMappings", []any{
			map[string]any{"subnetId": "fixture-private-1-id", "privateIpv4Address": "10.0.1.10"},
			map[string]any{"subnetId": "fixture-private-2-id", "privateIpv4Address": "10.0.65.10"},
			map[string]any{"subnetId": "fixture-private-3-id"},
		},
	},
	{"subnets beside fixed addresses", balancerWith(`"privateIpv4Addresses": {"use1-az6": "10.0.1.10"}`), balancerType, "nlb", "subnets", nil},
	{
		"further security groups of the endpoint", endpointWith(`"additionalSecurityGroupIds": ["sg-11111111"]`),
		endpointToken, "", "securityGroupIds", []any{"web-security-group-id", "sg-11111111"},
	},
	{
		"fixed addresses of the endpoint", endpointWith(`"privateIpv4Addresses": {"use1-az1": "10.0.1.10"}`),
		endpointToken, "", "subnetConfigurations", []any{map[string]any{"subnetId": "fixture-isolated-3-id", "ipv4": "10.0.1.10"}},
	},
	{
		"tasks' own subnets", existingWith(`, "taskSubnetIds": ["subnet-33333333", "subnet-44444444"]`),
		ecsServiceType, "", "networkConfiguration.subnets", []any{"subnet-33333333", "subnet-44444444"},
	},
	{
		"load balancer's subnets beside the tasks'", existingWith(`, "taskSubnetIds": ["subnet-33333333", "subnet-44444444"]`),
		balancerType, "nlb", "subnets", []any{"subnet-11111111", "subnet-22222222"},
	},
	{
		"cross-zone by itself where a zone has no task", existingWith(`, "taskSubnetIds": ["subnet-33333333"]`),
		balancerType, "nlb", "enableCrossZoneLoadBalancing", true,
	},
	{
		"interface endpoint in an existing VPC", existingWith(`, "vpcEndpoints": ["logs"], "taskSubnetIds": ["subnet-33333333"]`),
		endpointToken, "endpoint-logs", "subnetIds", []any{"subnet-33333333"},
	},
	{
		"gateway endpoint in an existing VPC", existingWith(`, "vpcEndpoints": ["s3"], "routeTableIds": ["rtb-11111111"]`),
		endpointToken, "endpoint-s3", "routeTableIds", []any{"rtb-11111111"},
	},
	{
		"clients of endpoints in an existing VPC", existingWith(`, "vpcEndpoints": ["logs"]`),
		ingressToken, "ingress-vpc-443-tcp", "cidrIpv4", "172.16.0.0/16",
	},
	{"interface endpoint of Amazon S3", networkWith(`"vpcEndpoints": ["s3-interface"]`), endpointToken, "endpoint-s3-interface", "serviceName", "com.amazonaws.us-east-1.s3"},
	{
		"private DNS of Amazon S3's interface endpoint", networkWith(`"vpcEndpoints": ["s3-interface"]`),
		endpointToken, "endpoint-s3-interface", "dnsOptions.privateDnsOnlyForInboundResolverEndpoint", false,
	},
	{
		"private DNS beside Amazon S3's gateway", networkWith(`"vpcEndpoints": ["s3-interface", "s3"]`),
		endpointToken, "endpoint-s3-interface", "dnsOptions.privateDnsOnlyForInboundResolverEndpoint", true,
	},
	{"flow logs", networkWith(`"flowLogs": {"trafficType": "REJECT"}`), flowLogType, "flow-logs", "trafficType", "REJECT"},
	{"flow logs' retention", networkWith(`"flowLogs": {"retentionDays": 365}`), "aws:cloudwatch/logGroup:LogGroup", "flow-logs", "retentionInDays", 365.0},
	{
		"flow logs' key", networkWith(`"flowLogs": {"kmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/1"}`),
		"aws:cloudwatch/logGroup:LogGroup", "flow-logs", "kmsKeyId", "arn:aws:kms:us-east-1:111111111111:key/1",
	},
	{
		"hosted zone of another account", zoneWith(`, "hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"`),
		"pulumi:providers:aws", "hosted-zone", "assumeRole.roleArn", "arn:aws:iam::444444444444:role/dns",
	},
	{
		"association of a hosted zone", zoneWith(`, "associateVpc": true`),
		"aws:route53/zoneAssociation:ZoneAssociation", "zone", "zoneId", "Z0123456789",
	},
	{
		"authorization of another account's association", zoneWith(`, "associateVpc": true, "hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"`),
		"aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization", "zone", "vpcId", "vpc-1",
	},
	{
		"flow logs' boundary", networkWith(`"flowLogs": {"permissionsBoundaryArn": "arn:aws:iam::111111111111:policy/limit"}`),
		"aws:iam/role:Role", "flow-logs", "permissionsBoundary", "arn:aws:iam::111111111111:policy/limit",
	},
	{
		"service's boundary on a hardened side", `{"hardened": true, "service": {"permissionsBoundaryArn": "arn:aws:iam::111111111111:policy/limit"}}`,
		"aws:iam/role:Role", "flow-logs", "permissionsBoundary", "arn:aws:iam::111111111111:policy/limit",
	},
	{"flow logs of a consumer", `consumer {"network": {"flowLogs": {}}}`, flowLogType, "flow-logs", "logDestinationType", "cloud-watch-logs"},
	{"shards", `{"shards": 2}`, balancerType, "nlb-s2", "internal", true},
	{
		"a tenant's shard", `{"shards": 2, "tenants": {"acme": {"accounts": ["222222222222"], "shards": [2]}}}`,
		"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "s2-principal-222222222222/root",
		"principalArn", "arn:aws:iam::222222222222:root",
	},
}

var refusedOptions = []refusedOption{
	{
		"weak TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"`),
		`provider.listeners["443/tls"].sslPolicy is "ELBSecurityPolicy-TLS13-1-0-2021-06", which admits TLS 1.0 or 1.1; that needs provider.listeners["443/tls"].allowWeakTls to be true`,
	},
	{
		"word for a weak TLS policy without one", tlsWith(`, "allowWeakTls": true`),
		`provider.listeners["443/tls"].allowWeakTls is true; it must be false while sslPolicy admits no weak TLS`,
	},
	{
		"TLS policy that AWS doesn't have", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2"`),
		`provider.listeners["443/tls"].sslPolicy is "ELBSecurityPolicy-TLS13-1-2"; it must be a security policy of Elastic Load Balancing, such as ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`,
	},
	{
		"further certificates of a tcp listener", tcpWith(`"additionalCertificateArns": ["arn:aws:acm:us-east-1:111111111111:certificate/2"]`),
		`provider.listeners["80/tcp"].additionalCertificateArns is "arn:aws:acm:us-east-1:111111111111:certificate/2"; it must not be set, since only a tls listener has one`,
	},
	{
		"further certificate of another Region", tlsWith(`, "additionalCertificateArns": ["arn:aws:acm:eu-west-1:111111111111:certificate/2"]`),
		`provider.listeners["443/tls"].additionalCertificateArns[0] is "arn:aws:acm:eu-west-1:111111111111:certificate/2", which is in eu-west-1; it must be in us-east-1, the stack's Region`,
	},
	{"TCP idle timeout too short", tcpWith(`"tcpIdleTimeoutSeconds": 30`), `provider.listeners["80/tcp"].tcpIdleTimeoutSeconds is 30; it must be 60 to 6000`},
	{
		"TCP idle timeout of a tls listener", tlsWith(`, "tcpIdleTimeoutSeconds": 600`),
		`provider.listeners["443/tls"].tcpIdleTimeoutSeconds is 600; it must not be set, since only a tcp listener has one`,
	},
	{
		"TCP idle timeout with other Regions", `{"listeners": {"80/tcp": {"tcpIdleTimeoutSeconds": 600}}, "endpointService": {"supportedRegions": ["eu-west-1"]}}`,
		`provider.listeners["80/tcp"].tcpIdleTimeoutSeconds is set together with provider.endpointService.supportedRegions; AWS allows no idle timeout of its own to a service that other Regions reach`,
	},
	{"stickiness of tls", tlsWith(`, "stickiness": true`), `provider.listeners["443/tls"].stickiness is true; a tls listener and tls targets have none`},
	{
		"zone that routes before it fails over",
		tcpWith(`"targetGroupHealth": {"dnsFailover": {}, "unhealthyStateRouting": {"minimumHealthyTargetsCount": 2}}`),
		`provider.listeners["80/tcp"].targetGroupHealth.dnsFailover.minimumHealthyTargetsCount is 1; it must be at least provider.listeners["80/tcp"].targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsCount, which is 2`,
	}, {"EFS volume that nobody mounts", strings.Replace(efsWith(``), mounted+", ", "", 1), "provider.service.volumes.data is in no container's mountPoints; one must mount it"},
	{"mount point without a volume", serviceWith(mounted), `provider.service.mountPoints["/data"].sourceVolume is "data"; it must be a key of provider.service.volumes`},
	{"EFS directory beside an access point", efsWith(`, "accessPointId": "fsap-11111111", "rootDirectory": "/web"`),
		`provider.service.volumes.data.rootDirectory is "/web"; it must not be set with provider.service.volumes.data.accessPointId, which has its own`},
	{"EFS on an old platform", strings.Replace(efsWith(``), `{"service": {`, `{"service": {"platformVersion": "1.3.0", `, 1),
		"provider.service.platformVersion is 1.3.0; Amazon EFS needs 1.4.0 or LATEST"},
	{"policies of an existing role", serviceWith(`"taskRoleArn": "arn:aws:iam::111111111111:role/task", "taskRolePolicyArns": ["arn:aws:iam::111111111111:policy/queue"]`),
		"provider.service.taskRolePolicyArns is set together with provider.service.taskRoleArn; what exists is used as it is"},
	{"Container Insights of an existing cluster", serviceWith(`"clusterArn": "arn:aws:ecs:us-east-1:111111111111:cluster/apps", "containerInsights": "enabled"`),
		"provider.service.containerInsights is set together with provider.service.clusterArn; what exists is used as it is"},
	{"cluster of another Region", serviceWith(`"clusterArn": "arn:aws:ecs:eu-west-1:111111111111:cluster/apps"`),
		`provider.service.clusterArn is "arn:aws:ecs:eu-west-1:111111111111:cluster/apps", which is in eu-west-1; it must be in us-east-1, the stack's Region`},
	{"log driver that Fargate doesn't have", serviceWith(`"logging": {"driver": "gelf"}`), `provider.service.logging.driver is "gelf"; it must be one of awslogs, awsfirelens, splunk`},
	{"log router that isn't there", serviceWith(`"logging": {"driver": "awsfirelens"}`),
		"provider.service.logging.driver is awsfirelens, but no sidecar has firelens; one must be the log router"},
	{"buffer of a blocking log", serviceWith(`"logging": {"mode": "blocking", "maxBufferSize": "4m"}`),
		`provider.service.logging.maxBufferSize is "4m", but provider.service.logging.mode is blocking; only non-blocking has a buffer`},
	{"log group of one's own", serviceWith(`"logging": {"options": {"awslogs-group": "mine"}}`),
		`provider.service.logging.options has the key "awslogs-group", which the service gives itself`},
	{"credentials for Amazon ECR", serviceWith(`"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1", "repositoryCredentialsArn": "` + secret1 + `"`),
		"provider.service.repositoryCredentialsArn is set, but 111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1 is in Amazon ECR; the execution role reads that, and no credentials"},
	{"egress without a port", serviceWith(`"egress": {"db": {"cidrBlocks": ["10.9.0.0/16"]}}`), "provider.service.egress.db.port is missing; it is required"},
	{"egress of ICMP with a port", serviceWith(`"egress": {"ping": {"protocol": "icmp", "port": 8, "cidrBlocks": ["10.9.0.0/16"]}}`),
		"provider.service.egress.ping.port is 8, but provider.service.egress.ping.protocol is icmp, which has no ports"},
	{"egress of a range that ends before it begins", serviceWith(`"egress": {"media": {"port": 9, "toPort": 8, "cidrBlocks": ["10.9.0.0/16"]}}`),
		"provider.service.egress.media.toPort is 8; it must be at least provider.service.egress.media.port, which is 9"},
	{
		"session logs without sessions", serviceWith(`"executeCommandLogging": true`),
		"provider.service.executeCommandLogging is true, but provider.service.executeCommand is false; there are no sessions to log",
	},
	{"limit that Fargate doesn't let be set", serviceWith(`"ulimits": {"nproc": {"softLimit": 1, "hardLimit": 1}}`),
		`provider.service.ulimits has the key "nproc"; it must be nofile: Fargate lets no other limit be set`},
	{"soft limit above the hard one", serviceWith(`"ulimits": {"nofile": {"softLimit": 2, "hardLimit": 1}}`),
		"provider.service.ulimits.nofile.softLimit is 2; it must be at most provider.service.ulimits.nofile.hardLimit, which is 1"},
	{"more CPU than the task has", serviceWith(`"resources": {"cpu": 512}`),
		"provider.service.resources.cpu comes to 512 with the containers before it; all must have at most provider.service.cpu, which is 256"},
	{"more memory reserved than allowed", serviceWith(`"resources": {"memory": 128, "memoryReservation": 256}`),
		"provider.service.resources.memoryReservation is 256; it must be at most provider.service.resources.memory, which is 128"},
	{
		"fixed address beyond the VPC", balancerWith(`"privateIpv4Addresses": {"use1-az6": "192.168.0.10"}`),
		`provider.loadBalancer.privateIpv4Addresses.use1-az6 is "192.168.0.10"; it must be in the VPC, 10.0.0.0/16`,
	},
	{
		"fixed address twice", endpointWith(`"privateIpv4Addresses": {"use1-az1": "10.0.1.10", "use1-az4": "10.0.1.10"}`),
		`consumer.endpoint.privateIpv4Addresses.use1-az4 is "10.0.1.10", which is also that of use1-az1`,
	},
	{
		"fixed address in a zone without the service", endpointWith(`"privateIpv4Addresses": {"use1-az6": "10.0.1.10"}`),
		`consumer.endpoint.privateIpv4Addresses has the key "use1-az6"; the service can be reached from use1-az1, use1-az4 only`,
	},
	{
		"fixed addresses in two networks", `consumer {"networks": {"a": {}, "b": {}}, "endpoint": {"privateIpv4Addresses": {"use1-az1": "10.0.1.10"}}}`,
		"consumer.endpoint.privateIpv4Addresses is set, but there are 2 networks; the addresses would have to be in all of them",
	},
	{
		"tasks' subnets of a new VPC", networkWith(`"taskSubnetIds": ["subnet-33333333"]`),
		"provider.network.taskSubnetIds is set without provider.network.vpcId; it lists what an existing VPC has",
	},
	{
		"gateway endpoint without a route table", existingWith(`, "vpcEndpoints": ["logs", "s3"]`),
		`provider.network.vpcEndpoints[1] is "s3", a gateway endpoint; in an existing VPC it needs provider.network.routeTableIds`,
	},
	{
		"tasks where the load balancer isn't",
		`{"network": {"vpcId": "vpc-11111111", "subnetIds": ["subnet-11111111"], "taskSubnetIds": ["subnet-44444444"]}}`,
		`provider.network.taskSubnetIds[0] is "subnet-44444444", which is in use1-az4; it must be in a zone of the load balancer: use1-az1`,
	},
	{
		"zone without a task",
		strings.TrimSuffix(existingWith(`, "taskSubnetIds": ["subnet-33333333"]`), "}") + `, "loadBalancer": {"crossZone": false}}`,
		"provider.network.taskSubnetIds has none in use1-az4, which would drop its clients; add one there, or set provider.loadBalancer.crossZone to true",
	},
	{
		"flow logs' retention", networkWith(`"flowLogs": {"retentionDays": 2}`),
		"provider.network.flowLogs.retentionDays is 2; it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
	},
	{
		"association of a zone that is made", `consumer {"dns": {"recordName": "api.b.example", "zoneName": "b.example", "associateVpc": true}}`,
		"consumer.dns.zoneName is set together with hostedZoneRoleArn or associateVpc; they are for a zone that exists: consumer.dns.hostedZoneId",
	},
	{
		"capacity beside a tls listener",
		`{"loadBalancer": {"minimumCapacityUnits": 5500}, "listeners": {"443/tls": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}}}`,
		`provider.loadBalancer.minimumCapacityUnits is 5500, but there is a tls listener; AWS reserves no capacity for a load balancer with one`,
	},
	{
		"organization as a tenant", `{"tenants": {"acme": {"principals": ["arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"]}}}`,
		`provider.tenants.acme.principals[0] is "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"; it must be the accounts themselves: ` +
			"an endpoint service takes accounts, roles and users, and no organization and no organizational unit",
	},
	{
		"organizational unit as a tenant", `{"tenants": {"acme": {"principals": ["ou-ab12-c3d4e5f6"]}}}`,
		`provider.tenants.acme.principals[0] is "ou-ab12-c3d4e5f6"; it must be the accounts themselves: ` +
			"an endpoint service takes accounts, roles and users, and no organization and no organizational unit",
	},
}

// An update leaves the revision that CI deployed, and hands out the one to begin with.
func TestImageManagedElsewhere(t *testing.T) {
	m, outputs, err := deployOption(t, serviceWith(`"imageManagedElsewhere": true`))
	require.NoError(t, err)
	assert.Equal(t, []string{"desiredCount", "taskDefinition"}, m.get(t, ecsServiceType, "web").ignoreChanges)
	assert.Equal(t, arn("ecs", "task-definition/web"), outputs["taskDefinitionArn"])

	m, outputs, err = deployOption(t, serviceWith(``))
	require.NoError(t, err)
	assert.NotContains(t, m.get(t, ecsServiceType, "web").ignoreChanges, "taskDefinition")
	assert.NotContains(t, outputs, "taskDefinitionArn")
}

// What exists is used as it is: nothing is made beside it, and nothing added to it.
func TestExistingClusterAndRoles(t *testing.T) {
	m, _, err := deployOption(t, serviceWith(`"executeCommand": true, "spot": {"weight": 1},
		"clusterArn": "arn:aws:ecs:us-east-1:111111111111:cluster/apps",
		"executionRoleArn": "arn:aws:iam::111111111111:role/execution", "taskRoleArn": "arn:aws:iam::111111111111:role/task"`))
	require.NoError(t, err)
	for _, typ := range []string{
		"aws:ecs/cluster:Cluster", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy",
	} {
		assert.Empty(t, m.find(typ), typ)
	}
}

// The zone's account authorizes the association and makes the record, and the VPC's account
// makes the association once it is authorized.
func TestZoneOfAnotherAccount(t *testing.T) {
	m, _, err := deployOption(t, zoneWith(`, "associateVpc": true, "hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"`))
	require.NoError(t, err)
	authorization := m.get(t, "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization", "web-zone")
	association := m.get(t, "aws:route53/zoneAssociation:ZoneAssociation", "web-zone")
	assert.Contains(t, authorization.provider, "web-hosted-zone")
	assert.Contains(t, m.get(t, "aws:route53/record:Record", "web-A").provider, "web-hosted-zone")
	assert.NotContains(t, association.provider, "web-hosted-zone")
	assert.Contains(t, association.dependencies, authorization.urn)
}
