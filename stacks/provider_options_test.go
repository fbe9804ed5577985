package stacks_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secretArn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf"

// everyOption sets what fullProvider leaves to its default.
const everyOption = `{
	"network": {"egress": "none", "vpcEndpoints": ["sts"]},
	"listeners": {
		"443/tls": {
			"domainName": "api.example.com", "subjectAlternativeNames": ["*.example.com"], "hostedZoneId": "Z0123456789",
			"hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns",
			"alpnPolicy": "HTTP2Preferred", "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"
		},
		"8443/tls": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1", "targetProtocol": "tls", "containerPort": 9443,
			"healthCheck": {"protocol": "HTTPS", "port": 9444, "path": "/tls", "matcher": "200,204", "intervalSeconds": 30}, "proxyProtocol": false},
		"80/tcp": {"healthCheck": {"protocol": "TCP", "timeoutSeconds": 5, "healthyThreshold": 4, "unhealthyThreshold": 5}}
	},
	"service": {
		"image": "quay.io/acme/api:1",
		"secrets": {"PASSWORD": "` + secretArn + `:password::", "TOKEN": "arn:aws:ssm:us-east-1:111111111111:parameter/token"},
		"kmsKeyArns": ["arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab"],
		"readOnlyRootFilesystem": true, "writablePaths": ["/tmp"], "user": "1000", "stopTimeoutSeconds": 60,
		"dependsOn": {"agent": "HEALTHY"},
		"sidecars": {"agent": {
			"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/agent:1", "environment": {"LEVEL": "info"},
			"healthCheck": {"command": ["CMD", "/bin/check"], "retries": 5}
		}},
		"pullThroughCache": {"enabled": true},
		"cpuArchitecture": "ARM64", "ephemeralStorageGiB": 40, "platformVersion": "1.4.0",
		"permissionsBoundaryArn": "arn:aws:iam::111111111111:policy/github-oidc/web-task-boundary",
		"taskRolePolicyArns": ["arn:aws:iam::111111111111:policy/team/queue"],
		"egress": {"database": {"port": 5432, "cidrBlocks": ["10.1.0.0/16"], "securityGroupIds": ["sg-0a1b2c3d"], "prefixListIds": ["pl-0a1b2c3d"]}},
		"spot": {"weight": 3, "onDemandBase": 1, "onDemandWeight": 1},
		"deployment": {"minimumHealthyPercent": 50, "maximumPercent": 150, "alarmNames": ["errors"], "circuitBreaker": false},
		"logKmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab"
	},
	"scaling": {
		"minCount": 1, "maxCount": 6, "flowsPerTask": 5000,
		"schedules": {"day": {"schedule": "cron(0 8 ? * MON-FRI *)", "timezone": "Europe/Berlin", "minCount": 4}}
	},
	"healthCheck": {"protocol": "HTTP", "path": "/healthz", "matcher": "200-299", "timeoutSeconds": 8},
	"proxyProtocol": true,
	"connectionTermination": true,
	"loadBalancer": {
		"dualstack": true, "zonalShift": true, "dnsRecordClientRoutingPolicy": "availability_zone_affinity",
		"accessLogs": {"enabled": true, "retentionDays": 30}, "deletionProtection": false
	}
}`

func TestProviderWithEveryOption(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(everyOption)))

	assert.Equal(t, []string{"web-443", "web-80", "web-8443"}, keys(c.of("aws:lb/listener:Listener")))
	made := c.of("aws:lb/listener:Listener")["web-443"].inputs.Mappable()
	assert.Equal(t, "TLS", made["protocol"])
	assert.Equal(t, "HTTP2Preferred", made["alpnPolicy"])
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-3-2021-06", made["sslPolicy"])
	role := c.one(t, "pulumi:providers:aws")
	assert.Contains(t, fmt.Sprint(role["assumeRole"]), "arn:aws:iam::444444444444:role/dns")
	assert.Contains(t, fmt.Sprint(role["allowedAccountIds"]), "444444444444")
	given := c.of("aws:lb/listener:Listener")["web-8443"].inputs.Mappable()
	assert.Equal(t, "arn:aws:acm:us-east-1:111111111111:certificate/1", given["certificateArn"])
	assert.Equal(t, "TLS", c.of("aws:lb/targetGroup:TargetGroup")["web-8443"].inputs.Mappable()["protocol"])
	assert.Equal(t, true, c.of("aws:lb/targetGroup:TargetGroup")["web-80"].inputs.Mappable()["connectionTermination"])

	nlb := c.one(t, "aws:lb/loadBalancer:LoadBalancer")
	assert.Equal(t, "dualstack", nlb["ipAddressType"])
	assert.Equal(t, true, nlb["enableZonalShift"])
	assert.Equal(t, true, nlb["enableCrossZoneLoadBalancing"], "one task may run, and there are two zones")
	assert.Equal(t, "availability_zone_affinity", nlb["dnsRecordClientRoutingPolicy"])
	assert.Equal(t, true, nlb["accessLogs"].(map[string]any)["enabled"])
	assert.Equal(t, []any{"ipv4", "ipv6"}, c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["supportedIpAddressTypes"])

	assert.Equal(t, []string{
		"web-endpoint-ecr.api", "web-endpoint-ecr.dkr", "web-endpoint-kms", "web-endpoint-logs", "web-endpoint-s3",
		"web-endpoint-secretsmanager", "web-endpoint-ssm", "web-endpoint-sts",
	}, keys(c.of("aws:ec2/vpcEndpoint:VpcEndpoint")))
	out := keys(c.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
	for _, rule := range []string{"s3-443", "10.1.0.0-16-5432", "sg-0a1b2c3d-5432", "pl-0a1b2c3d-5432"} {
		assert.Contains(t, out, "web-egress-"+rule+"-tcp")
	}
	assert.Equal(t, []string{"web-task-queue"}, keys(c.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")))
	assert.Equal(t, map[string]any{"enable": false, "rollback": false}, c.one(t, "aws:ecs/service:Service")["deploymentCircuitBreaker"])
	assert.NotContains(t, keys(c.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")), "web-egress-0.0.0.0-0-443-tcp")

	for name, role := range c.of("aws:iam/role:Role") {
		assert.Equal(t, "arn:aws:iam::111111111111:policy/github-oidc/web-task-boundary", role.inputs.Mappable()["permissionsBoundary"], name)
	}
	task := c.one(t, "aws:ecs/taskDefinition:TaskDefinition")
	assert.Equal(t, "ARM64", task["runtimePlatform"].(map[string]any)["cpuArchitecture"])
	service := c.one(t, "aws:ecs/service:Service")
	assert.Len(t, service["capacityProviderStrategies"], 2)
	assert.Len(t, service["loadBalancers"], 3)
	assert.Equal(t, 50.0, service["deploymentMinimumHealthyPercent"])
	assert.Equal(t, []string{"web-quay-io"}, keys(c.of("aws:ecr/pullThroughCacheRule:PullThroughCacheRule")))
	assert.Equal(t, []string{"web-execution", "web-pull-through", "web-secrets"}, keys(c.of("aws:iam/rolePolicy:RolePolicy")))
	assert.Equal(t, []string{"web-cpu", "web-flows", "web-memory"}, keys(c.of("aws:appautoscaling/policy:Policy")))
}

func TestProviderWithoutScaling(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"scaling": {"enabled": false}, "service": {"desiredCount": 1, "executeCommand": true}}`)))
	assert.Empty(t, c.of("aws:appautoscaling/target:Target"))
	assert.Equal(t, true, c.one(t, "aws:lb/loadBalancer:LoadBalancer")["enableCrossZoneLoadBalancing"])
	assert.Equal(t, []string{"web-execute-command", "web-execution"}, keys(c.of("aws:iam/rolePolicy:RolePolicy")))
}

// A new generation stands beside the old one, then alone.
func TestLoadBalancerGenerations(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(
		`{"loadBalancer": {"generation": 2, "retainPrevious": true, "deletionProtection": true, "crossZone": false}}`)))
	for name, retained := range map[string]bool{"web-nlb": true, "web-nlb-2": false} {
		made := c.of("aws:lb/loadBalancer:LoadBalancer")[name].inputs.Mappable()
		assert.Equal(t, !retained, made["enableDeletionProtection"], "%s: a retained one has to go", name)
		assert.Equal(t, retained, made["enableCrossZoneLoadBalancing"], "%s: tasks may have left zones of a retained one", name)
	}
	assert.Equal(t, []string{"web-nlb", "web-nlb-2"}, keys(c.of("aws:lb/loadBalancer:LoadBalancer")))
	assert.Equal(t, []string{"web-80", "web-80-2"}, keys(c.of("aws:lb/targetGroup:TargetGroup")))
	assert.Len(t, c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["networkLoadBalancerArns"], 2)
	assert.Len(t, c.one(t, "aws:ecs/service:Service")["loadBalancers"], 2)
	assert.Contains(t, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")), "web-ingress-load-balancer-2-80-tcp")

	c = newCloud()
	require.NoError(t, c.run("provider", provider(`{"loadBalancer": {"generation": 2}}`)))
	assert.Equal(t, []string{"web-nlb-2"}, keys(c.of("aws:lb/loadBalancer:LoadBalancer")))
	assert.Len(t, c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["networkLoadBalancerArns"], 1)
}

// The load balancer and the tasks are in some of the network's zones, and consumers
// get to know those.
func TestLoadBalancerZones(t *testing.T) {
	for name, network := range map[string]string{
		"new":      `{"availabilityZoneIds": ["use1-az4", "use1-az2", "use1-az1"]}`,
		"existing": `{"vpcId": "` + existingVpc + `", "subnetIds": ["subnet-00000004", "subnet-00000002", "subnet-00000001"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud()
			c.subnets = map[string]string{"subnet-00000001": "use1-az1", "subnet-00000002": "use1-az2", "subnet-00000004": "use1-az4"}
			require.NoError(t, c.run("provider", provider(
				`{"network": `+network+`, "service": {"desiredCount": 1}, "loadBalancer": {"availabilityZoneIds": ["use1-az2"]}}`)))
			nlb, service := c.one(t, "aws:lb/loadBalancer:LoadBalancer"), c.one(t, "aws:ecs/service:Service")
			require.Len(t, nlb["subnets"], 1)
			assert.Contains(t, nlb["subnets"].([]any)[0], "2")
			assert.Equal(t, nlb["subnets"], service["networkConfiguration"].(map[string]any)["subnets"])
			assert.Equal(t, false, nlb["enableCrossZoneLoadBalancing"], "one task is enough for one zone")
			assert.Equal(t, []any{"use1-az2"}, toAnys(c.outputs["availabilityZoneIds"]))
		})
	}
	c := newCloud()
	c.subnets = map[string]string{"subnet-00000002": "use1-az2"}
	err := c.run("provider", provider(
		`{"network": {"vpcId": "`+existingVpc+`", "subnetIds": ["subnet-00000002"]}, "loadBalancer": {"availabilityZoneIds": ["use1-az1"]}}`))
	require.ErrorContains(t, err, `provider.loadBalancer.availabilityZoneIds[0] is "use1-az1"; it must be one of the network's zones: use1-az2`)
}

// toAnys returns a list of strings, of either type, as one of values.
func toAnys(value any) []any {
	if texts, ok := value.([]string); ok {
		return anys(texts)
	}
	list, _ := value.([]any)
	return list
}

func TestBadProviderOptions(t *testing.T) {
	for config, want := range map[string]string{
		`{"listeners": {}}`:                                             `provider.listeners has 0 listeners; it must have 1 to 5`,
		`{"listeners": {"443": {}}}`:                                    `provider.listeners has the key "443"; it must be a port, 1 to 65535, and a protocol, one of tcp, tls, udp, tcp_udp, as in 443/tls`,
		`{"listeners": {"53/udp": {}}}`:                                 `provider.listeners["53/udp"]'s protocol is "udp"; it must be tcp or tls: over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, for which version 6 of the AWS provider has no argument`,
		`{"listeners": {"53/tcp_udp": {}}}`:                             `provider.listeners["53/tcp_udp"]'s protocol is "tcp_udp"; it must be tcp or tls: over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, for which version 6 of the AWS provider has no argument`,
		`{"listeners": {"443/tls": {}}}`:                                `provider.listeners["443/tls"] has neither certificateArn nor domainName; a tls listener needs a certificate: one that exists, or a name and a hosted zone to make one`,
		`{"listeners": {"443/tls": {"domainName": "api.example.com"}}}`: `provider.listeners["443/tls"].hostedZoneId is ""; it must be the ID of a Route 53 hosted zone: Z and capitals and digits`,
		`{"listeners": {"443/tls": {"certificateArn": "arn:aws:iam::111111111111:server-certificate/web", "alpnPolicy": "h2"}}}`: `provider.listeners["443/tls"].alpnPolicy is "h2"; it must be one of HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, None`,
		`{"listeners": {"80/tcp": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}}}`:                                        `provider.listeners["80/tcp"].sslPolicy is "ELBSecurityPolicy-TLS13-1-2-2021-06"; it must not be set, since only a tls listener has one`,
		`{"listeners": {"80/tcp": {}}, "listener": {"port": 80}}`:                                                                `provider.listener is set together with provider.listeners; set one of them: listener is short for one tcp listener`,
		`{"loadBalancer": {"retainPrevious": true}}`:                                                                             `provider.loadBalancer.retainPrevious is true, but provider.loadBalancer.generation is 1; there is no load balancer before the first`,
		`{"loadBalancer": {"availabilityZoneIds": []}}`:                                                                          `provider.loadBalancer.availabilityZoneIds has 0 zones; it must have at least one, or be left out for all of the network's`,
		`{"loadBalancer": {"availabilityZoneIds": ["us-east-1a"]}}`:                                                              `provider.loadBalancer.availabilityZoneIds[0] is "us-east-1a"; it must be an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)`,
		`{"loadBalancer": {"availabilityZoneIds": ["use1-az2", "use1-az1"]}}`:                                                    `provider.loadBalancer.availabilityZoneIds[1] is "use1-az1"; it must be one of the network's zones: use1-az4, use1-az2`,
		`{"loadBalancer": {"generation": 10}}`:                                                                                   `provider.loadBalancer.generation is 10; it must be 1 to 9`,
		`{"loadBalancer": {"crossZone": false}, "service": {"desiredCount": 1}}`:                                                 `provider.loadBalancer.crossZone is false, but provider.service.desiredCount is 1 and there are 2 zones; zones without a task would drop their clients: leave crossZone out or run a task in each zone`,
		`{"loadBalancer": {"crossZone": false}, "scaling": {"minCount": 1}}`:                                                     `provider.loadBalancer.crossZone is false, but provider.scaling.minCount is 1 and there are 2 zones; zones without a task would drop their clients: leave crossZone out or run a task in each zone`,
		`{"loadBalancer": {"accessLogs": {"enabled": true}}}`:                                                                    `provider.loadBalancer.accessLogs.enabled is true, but no listener is tls; only tls listeners write access logs`,
		`{"loadBalancer": {"accessLogs": {"bucket": "logs"}}}`:                                                                   `provider.loadBalancer.accessLogs has settings, but provider.loadBalancer.accessLogs.enabled is false; set it to true`,
		`{"loadBalancer": {"dualstack": true}, "network": {"egress": "public"}}`:                                                 `provider.loadBalancer.dualstack is true, but provider.network.egress is public; it must be none, single-nat or nat-per-az`,
		`{"loadBalancer": {"dnsRecordClientRoutingPolicy": "near"}}`:                                                             `provider.loadBalancer.dnsRecordClientRoutingPolicy is "near"; it must be one of any_availability_zone, partial_availability_zone_affinity, availability_zone_affinity`,
		`{"service": {"secrets": {"TOKEN": "s3cret"}}}`:                                                                          `provider.service.secrets.TOKEN is "s3cret"; it must be the ARN of a Secrets Manager secret (arn:aws:secretsmanager:<region>:<account>:secret:<name>, and nothing or :<JSON key>:<stage>:<version> after it) or of a Systems Manager parameter (arn:aws:ssm:<region>:<account>:parameter/<name>), without wildcards`,
		`{"service": {"readOnlyRootFilesystem": true, "executeCommand": true}}`:                                                  `provider.service.readOnlyRootFilesystem is true, but provider.service.executeCommand is too; the agent of ECS Exec has to write to the container's files`,
		`{"service": {"dependsOn": {"agent": "START"}}}`:                                                                         `provider.service.dependsOn has the key "agent"; it must be a sidecar or web`,
		`{"service": {"healthCheck": {"retries": 2}}}`:                                                                           `provider.service.healthCheck.command is missing; it is required`,
		`{"service": {"sidecars": {"web": {"image": "a"}}}}`:                                                                     `provider.service.sidecars has the key "web", which is the name of the service's own container`,
		`{"service": {"cpuArchitecture": "arm64"}}`:                                                                              `provider.service.cpuArchitecture is "arm64"; it must be one of X86_64, ARM64`,
		`{"service": {"ephemeralStorageGiB": 20}}`:                                                                               `provider.service.ephemeralStorageGiB is 20; it must be 21 to 200`,
		`{"service": {"spot": {"onDemandBase": 1}}}`:                                                                             `provider.service.spot.weight is 0; it must be 1 to 1000, or leave provider.service.spot out to run all tasks on demand`,
		`{"service": {"deployment": {"maximumPercent": 100, "minimumHealthyPercent": 50}}}`:                                      `provider.service.deployment.zoneRebalancing is true; with maximumPercent 100 it must be false`,
		`{"service": {"pullThroughCache": {"enabled": true}}}`:                                                                   `provider.service.image is "nginx:alpine": provider.service.pullThroughCache.credentialArns["docker.io"] is missing; it is required with docker.io`,
		`{"scaling": {"maxCount": 1}}`:                                                                                           `provider.scaling.maxCount is 1; it must be 2 to 5000`,
		`{"scaling": {"schedules": {"day": {"schedule": "0 8 * * *", "minCount": 2}}}}`:                                          `provider.scaling.schedules.day.schedule is "0 8 * * *"; it must be cron(...), rate(...) or at(...), such as cron(0 8 ? * MON-FRI *)`,
		`{"scaling": {"schedules": {"day": {"schedule": "cron(garbage)", "minCount": 2}}}}`:                                      `provider.scaling.schedules.day.schedule is "cron(garbage)"; cron must have six fields (minutes, hours, day of the month, month, day of the week, year), not 1`,
		`{"scaling": {"schedules": {"day": {"schedule": "rate(1 day)", "timezone": "Mars/Base"}}}}`:                              `provider.scaling.schedules.day.timezone is "Mars/Base"; it must be the IANA name of a time zone, such as Europe/Berlin`,
		`{"scaling": {"schedules": {"day": {"schedule": "rate(1 day)", "minCount": 10}}}}`:                                       `provider.scaling.schedules.day.minCount is 10, and provider.scaling.maxCount, which is 4, holds where provider.scaling.schedules.day.maxCount isn't set; set it to at least 10`,
		`{"listeners": {"443/tls": {"certificateArn": "arn:aws:acm:eu-west-1:111111111111:certificate/1"}}}`:                     `provider.listeners["443/tls"].certificateArn is "arn:aws:acm:eu-west-1:111111111111:certificate/1", which is in eu-west-1; it must be in us-east-1, the stack's Region`,
		`{"notifications": {"enabled": true, "topicArn": "arn:aws:sns:eu-west-1:111111111111:x"}}`:                               `provider.notifications.topicArn is "arn:aws:sns:eu-west-1:111111111111:x", which is in eu-west-1; it must be in us-east-1, the stack's Region`,
		`{"network": {"egress": "none"}, "service": {"image": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web"}}`:              `provider.service.image is "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web", which is in eu-west-1; with provider.network.egress none it must be in us-east-1, the stack's Region: copy the image or replicate its repository`,
		`{"network": {"egress": "none"}, "service": {"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/web", "secrets": {"A": "arn:aws:ssm:eu-west-1:111111111111:parameter/a"}}}`: `provider.service.secrets.A is "arn:aws:ssm:eu-west-1:111111111111:parameter/a", which is in eu-west-1; it must be in us-east-1, the stack's Region`,
		`{"service": {"egress": {"db": {"port": 5432}}}}`:                                                          `provider.service.egress.db has neither cidrBlocks nor securityGroupIds nor prefixListIds; it must say where the tasks may connect to`,
		`{"service": {"egress": {"db": {"port": 0, "cidrBlocks": ["10.0.0.0/8"]}}}}`:                               `provider.service.egress.db.port is 0; it must be 1 to 65535`,
		`{"service": {"taskRolePolicyArns": ["arn:aws:iam::111111111111:policy/a", "arn:aws:iam::aws:policy/a"]}}`: `provider.service.taskRolePolicyArns[1] is "arn:aws:iam::aws:policy/a"; its name, a, must differ from the others'`,
	} {
		t.Run(config, func(t *testing.T) {
			c := newCloud()
			require.EqualError(t, c.run("provider", provider(config)), want)
			assert.Empty(t, c.registrations)
		})
	}
}

// A listener's check and its Proxy Protocol are its own where they are set, and those
// of all where not.
func TestListenersHaveTheirOwnChecks(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(everyOption)))
	checks, proxies := c.input("aws:lb/targetGroup:TargetGroup", "healthCheck"), c.input("aws:lb/targetGroup:TargetGroup", "proxyProtocolV2")
	all := map[string]any{"enabled": true, "port": "traffic-port", "interval": 10.0, "timeout": 8.0, "healthyThreshold": 2.0, "unhealthyThreshold": 2.0}
	for name, more := range map[string]map[string]any{
		"web-443":  {"protocol": "HTTP", "path": "/healthz", "matcher": "200-299"},
		"web-8443": {"protocol": "HTTPS", "path": "/tls", "matcher": "200,204", "port": "9444", "interval": 30.0},
		"web-80":   {"protocol": "TCP", "timeout": 5.0, "healthyThreshold": 4.0, "unhealthyThreshold": 5.0},
	} {
		want := maps.Clone(all)
		maps.Copy(want, more)
		assert.Equal(t, want, checks[name], name)
	}
	assert.Equal(t, map[string]any{"web-443": true, "web-8443": nil, "web-80": true}, proxies)
	assert.Contains(t, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")), "web-ingress-load-balancer-9444-tcp")
}

// A deployment is rolled back for the sake of alarms that exist, and of those that are
// made before the service.
func TestDeploymentAlarms(t *testing.T) {
	const config = `{"listeners": {"80/tcp": {}, "81/tcp": {}}, "operations": {"alarmMinutes": 2}, "service": {"deployment": {"alarmNames": ["errors"]%s}}}`
	c := newCloud()
	require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, `, "rollbackOnUnhealthyTargets": true`))))
	made := c.of("aws:cloudwatch/metricAlarm:MetricAlarm")
	assert.Equal(t, []string{"web-deployment-unhealthy-80", "web-deployment-unhealthy-81"}, keys(made))
	assert.Equal(t, 2.0, plain(made["web-deployment-unhealthy-80"].inputs)["evaluationPeriods"])
	alarms := c.one(t, "aws:ecs/service:Service")["alarms"].(map[string]any)
	assert.Equal(t, true, alarms["rollback"])
	names := alarms["alarmNames"].([]any)
	require.Len(t, names, 3)
	assert.Equal(t, "errors", names[0])

	c = newCloud()
	require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, ""))))
	assert.Empty(t, c.of("aws:cloudwatch/metricAlarm:MetricAlarm"))
	assert.Equal(t, []any{"errors"}, c.one(t, "aws:ecs/service:Service")["alarms"].(map[string]any)["alarmNames"])
}

// Container Insights tells how many tasks are to run at the time, which the lowest of the
// schedules' numbers doesn't.
func TestContainerInsights(t *testing.T) {
	const config = `{
		"notifications": {"enabled": true}, "operations": {"alarms": true}, "service": {%s},
		"scaling": {"minCount": 8, "maxCount": 12, "schedules": {"night": {"schedule": "cron(0 20 * * ? *)", "minCount": 4}}}
	}`
	for value, counted := range map[string]bool{"enabled": true, "enhanced": true, "disabled": false} {
		c := newCloud()
		require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, `"containerInsights": "`+value+`"`))))
		assert.Equal(t, []any{map[string]any{"name": "containerInsights", "value": value}}, c.one(t, "aws:ecs/cluster:Cluster")["settings"])
		alarm := plain(c.of("aws:cloudwatch/metricAlarm:MetricAlarm")["web-tasks"].inputs)
		assert.Equal(t, counted, alarm["metricName"] == nil, value)
	}
	c := newCloud()
	require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, ""))))
	assert.Equal(t, []any{map[string]any{"name": "containerInsights", "value": "disabled"}}, c.one(t, "aws:ecs/cluster:Cluster")["settings"],
		"stated, or it would stay on when it is taken back")
	assert.Equal(t, 4.0, plain(c.of("aws:cloudwatch/metricAlarm:MetricAlarm")["web-tasks"].inputs)["threshold"])

	c = newCloud()
	require.EqualError(t, c.run("provider", provider(`{"service": {"containerInsights": "on"}}`)),
		`provider.service.containerInsights is "on"; it must be one of disabled, enabled, enhanced`)
}

func TestBadListenerOptions(t *testing.T) {
	const tls = `"certificateArn": "arn:aws:iam::111111111111:server-certificate/web", "targetProtocol": "tls"`
	for config, want := range map[string]string{
		`{"listeners": {"443/tls": {"domainName": "api.example.com", "hostedZoneId": "Z1", "hostedZoneRoleArn": "dns"}}}`:                                               `provider.listeners["443/tls"].hostedZoneRoleArn is "dns"; it must be the ARN of a role: arn:aws:iam::<account>:role/<name>`,
		`{"listeners": {"443/tls": {"certificateArn": "arn:aws:iam::111111111111:server-certificate/web", "hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"}}}`: `provider.listeners["443/tls"].subjectAlternativeNames, hostedZoneId and hostedZoneRoleArn go with domainName; they make a certificate`,
		`{"healthCheck": {"port": 0}}`:                                                                             `provider.healthCheck.port is 0; it must be 1 to 65535`,
		`{"healthCheck": {"matcher": "200"}}`:                                                                      `provider.healthCheck.matcher is "200", but provider.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a matcher`,
		`{"healthCheck": {"protocol": "HTTP", "matcher": "100"}}`:                                                  `provider.healthCheck.matcher is "100"; it must be statuses of 200 to 599: several as in 200,204 or a range as in 200-399`,
		`{"listeners": {"80/tcp": {"healthCheck": {"intervalSeconds": 0}}}}`:                                       `provider.listeners["80/tcp"].healthCheck.intervalSeconds is 0; it must be 5 to 300`,
		`{"listeners": {"80/tcp": {"healthCheck": {"path": "/"}}}}`:                                                `provider.listeners["80/tcp"].healthCheck.path is "/", but provider.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`,
		`{"healthCheck": {"timeoutSeconds": 8}, "listeners": {"80/tcp": {"healthCheck": {"intervalSeconds": 5}}}}`: `provider.healthCheck.timeoutSeconds is 8; it must be at most provider.listeners["80/tcp"].healthCheck.intervalSeconds, which is 5`,
		`{"healthCheck": {"protocol": "HTTP"}, "listeners": {"443/tls": {` + tls + `}}}`: `provider.listeners["443/tls"] is checked by HTTP on port 80, where targetProtocol says that the container speaks tls; ` +
			`provider.listeners["443/tls"].healthCheck.protocol must be HTTPS or TCP, or provider.listeners["443/tls"].healthCheck.port a port that speaks HTTP`,
		`{"listeners": {"443/tls": {` + tls + `}, "80/tcp": {"containerPort": 8080, "healthCheck": {"protocol": "HTTP", "port": 80}}}}`: `provider.listeners["80/tcp"] is checked by HTTP on port 80, where targetProtocol says that the container speaks tls; ` +
			`provider.listeners["80/tcp"].healthCheck.protocol must be HTTPS or TCP, or provider.listeners["80/tcp"].healthCheck.port a port that speaks HTTP`,
	} {
		t.Run(config, func(t *testing.T) {
			c := newCloud()
			require.EqualError(t, c.run("provider", provider(config)), want)
		})
	}
}

// Who is let in is said in words, with the reason.
func TestClientAccess(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"loadBalancer": {"clientCidrs": ["10.20.0.0/16"]}}`)))
	text, _ := c.outputs["clientAccess"].(string)
	assert.True(t, strings.HasPrefix(text, "Only clients whose own addresses are in 10.20.0.0/16 reach 80/tcp"), text)
	assert.NotContains(t, text, "Proxy Protocol")

	c = newCloud()
	require.NoError(t, c.run("provider", provider(`{"proxyProtocol": true, "listeners": {"80/tcp": {}, "81/tcp": {"proxyProtocol": false}, "82/tcp": {}}}`)))
	text, _ = c.outputs["clientAccess"].(string)
	assert.True(t, strings.HasPrefix(text, "Every accepted endpoint reaches 80/tcp, 81/tcp, 82/tcp: "), text)
	assert.Contains(t, text, "Proxy Protocol drops nobody: on 80/tcp, 82/tcp it tells the container each client's own address and endpoint")
}

// Two subnets in one zone are refused, which would spoil what is counted by zone.
func TestSubnetsOfOneZone(t *testing.T) {
	c := newCloud()
	c.subnets = map[string]string{"subnet-0a1b2c3d": "use1-az1", "subnet-1a1b2c3d": "use1-az2", "subnet-2a1b2c3d": "use1-az1"}
	require.EqualError(t, c.run("provider", provider(`{"network": {"vpcId": "`+existingVpc+`", "subnetIds": ["subnet-0a1b2c3d", "subnet-1a1b2c3d", "subnet-2a1b2c3d"]}}`)),
		`provider.network.subnetIds[2] is "subnet-2a1b2c3d", which is in use1-az1, as provider.network.subnetIds[0] is; each must be in an Availability Zone of its own`)
	assert.Empty(t, c.registrations)
}

// A schedule may leave no task, and then nobody is told that there is none.
func TestScheduleWithoutTasks(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"notifications": {"enabled": true}, "operations": {"alarms": true, "dashboard": true},
		"scaling": {"schedules": {"night": {"schedule": "cron(0 20 ? * MON-FRI *)", "minCount": 0}}}}`)))
	alarms := keys(c.of("aws:cloudwatch/metricAlarm:MetricAlarm"))
	assert.Contains(t, alarms, "web-unhealthy-80")
	assert.NotContains(t, alarms, "web-tasks")
	assert.NotContains(t, alarms, "web-zone-80")
}

// Two stacks of one account have caches and dashboards of their own, though their names
// are the same.
func TestNamesAreTheStacksOwn(t *testing.T) {
	const config = `{"service": {"image": "public.ecr.aws/nginx/nginx", "pullThroughCache": {"enabled": true}}, "operations": {"dashboard": true}}`
	prefixes, dashboards := map[any]bool{}, map[any]bool{}
	for _, stack := range []string{"provider", "provider.eu", "provider-2"} {
		c := newCloud()
		require.NoError(t, c.run(stack, provider(config)))
		prefixes[c.one(t, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule")["ecrRepositoryPrefix"]] = true
		dashboards[c.one(t, "aws:cloudwatch/dashboard:Dashboard")["dashboardName"]] = true
	}
	assert.Len(t, prefixes, 3)
	for prefix := range prefixes {
		assert.Regexp(t, `^web-public-[0-9a-f]{6}$`, prefix)
	}
	assert.Len(t, dashboards, 3)
}
