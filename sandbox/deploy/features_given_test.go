package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// given makes what an account has before the stacks come, and puts the ids into
// their files for placeholders.
type given struct {
	t       *testing.T
	s       *Sandbox
	account string
	ids     map[string]string
}

func (g *given) make(placeholder, token string, inputs world.Props) string {
	g.t.Helper()
	for key, value := range inputs {
		if name, ok := value.(string); ok && g.ids[name] != "" {
			inputs[key] = g.ids[name]
		}
	}
	g.ids[placeholder] = made(g.t, g.s, g.account, token, inputs)
	return g.ids[placeholder]
}

func (g *given) file(text string) string {
	// The longest first: one may begin another.
	for _, placeholder := range slices.SortedFunc(maps.Keys(g.ids), func(a, b string) int { return len(b) - len(a) }) {
		text = strings.ReplaceAll(text, placeholder, g.ids[placeholder])
	}
	return text
}

// network makes a VPC with a public subnet in each of two zones.
func (g *given) network() {
	g.t.Helper()
	g.make("VPC-ID", "aws:ec2/vpc:Vpc", world.Props{"cidrBlock": "10.50.0.0/16", "enableDnsHostnames": true, "enableDnsSupport": true})
	g.make("GATEWAY", "aws:ec2/internetGateway:InternetGateway", world.Props{"vpcId": "VPC-ID"})
	g.make("TABLE", "aws:ec2/routeTable:RouteTable", world.Props{"vpcId": "VPC-ID"})
	g.make("ROUTE", "aws:ec2/route:Route", world.Props{"routeTableId": "TABLE", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "GATEWAY"})
	for i, zone := range zoneNames(g.t, g.account, "use1-az1", "use1-az2") {
		subnet := fmt.Sprintf("SUBNET-%d", i+1)
		g.make(subnet, "aws:ec2/subnet:Subnet", world.Props{
			"vpcId": "VPC-ID", "cidrBlock": fmt.Sprintf("10.50.%d.0/24", i), "availabilityZone": zone,
		})
		g.make("ASSOCIATION", "aws:ec2/routeTableAssociation:RouteTableAssociation", world.Props{"subnetId": subnet, "routeTableId": "TABLE"})
	}
}

// logDelivery lets the log delivery service write a load balancer's access logs.
const logDelivery = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::acme-access-logs"},
	{"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-access-logs/*"}
]}`

// topicKeyPolicy lets those who publish use a topic's key.
const topicKeyPolicy = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*", "Resource": "*"},
	{"Effect": "Allow", "Principal": {"Service": ["vpce.amazonaws.com", "cloudwatch.amazonaws.com"]},
		"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
]}`

// providerInAnAccount is a provider that uses what its account has, with values for
// whatever elsewhere is left to its default.
const providerInAnAccount = `    network: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], assignPublicIp: true}
    listeners:
      443/tls: {domainName: api.example.com, subjectAlternativeNames: [www.example.com], hostedZoneId: PUBLIC-ZONE, sslPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06, containerPort: 8080}
    loadBalancer:
      crossZone: false
      accessLogs: {enabled: true, bucket: acme-access-logs, prefix: web}
    healthCheck: {protocol: HTTP, path: /health, intervalSeconds: 20, timeoutSeconds: 8, healthyThreshold: 3, unhealthyThreshold: 4}
    deregistrationDelaySeconds: 30
    endpointService: {allowAnyPrincipal: true}
    notifications: {enabled: true, topicArn: TOPIC}
    tags: {team: payments}
    service:
      image: docker.io/acme/web:1
      pullThroughCache: {enabled: true, credentialArns: {docker.io: PULL-SECRET}}
      kmsKeyArns: [SECRET-KEY]
      secrets: {TOKEN: SERVICE-SECRET}
      environment: {MODE: production}
      spot: {weight: 3, onDemandBase: 1, onDemandWeight: 1}
      deployment: {zoneRebalancing: false}
      healthCheck: {command: [CMD, /bin/check], intervalSeconds: 20, timeoutSeconds: 4, retries: 2, startPeriodSeconds: 30}
      sidecars:
        agent:
          image: public.ecr.aws/acme/agent:1
          entryPoint: [/agent]
          command: [--verbose]
          environment: {LEVEL: info}
          secrets: {TOKEN: SERVICE-SECRET}
          dependsOn: {web: START}
          readOnlyRootFilesystem: true
          writablePaths: [/var/agent]
          user: "1000"
          stopTimeoutSeconds: 10
          healthCheck: {command: [CMD, /agent, check], intervalSeconds: 15, timeoutSeconds: 3, retries: 4, startPeriodSeconds: 10}
    scaling: {minCount: 2, maxCount: 6, cpuPercent: 50, memoryPercent: 70, scaleInCooldownSeconds: 120, scaleOutCooldownSeconds: 30, schedules: {nights: {schedule: "cron(0 20 * * ? *)", minCount: 2, maxCount: 3}}}
`

// consumerInAnAccount is a consumer that does so: two VPCs of its own.
const consumerInAnAccount = `    networks:
      apps: {vpcId: VPC-ID, subnetIds: [SUBNET-1, SUBNET-2], clients: {securityGroupIds: [CLIENTS], prefixListIds: [LIST]}}
      lab: {cidrBlock: 10.60.0.0/16, availabilityZones: 1, clients: {cidrBlocks: [10.60.0.0/17]}}
    alarms: {enabled: true, topicArn: "arn:aws:sns:us-east-1:222222222222:ops", minutes: 5, resetsPerMinute: 50}
    tags: {team: web}
`

// TestGivenResources: both sides use the VPCs, topics, keys, buckets and zones that
// their accounts have, and leave them behind.
func TestGivenResources(t *testing.T) {
	t.Parallel()
	provider := strings.Replace(providerFile(providerInAnAccount), `{accounts: ["222222222222"]}`, `{principals: ["*"], consumerStacks: [consumer]}`, 1)
	consumer := strings.Replace(consumerFile, "    network: {cidrBlock: 10.20.0.0/16}\n", consumerInAnAccount, 1)
	s := openProject(t, map[string]string{"provider": provider, "consumer": consumer})

	theirs := &given{t, s, "111111111111", map[string]string{}}
	theirs.network()
	theirs.make("PUBLIC-ZONE", "aws:route53/zone:Zone", world.Props{"name": "example.com"})
	theirs.make("BUCKET", "aws:s3/bucketV2:BucketV2", world.Props{"bucket": "acme-access-logs"})
	theirs.make("POLICY", "aws:s3/bucketPolicy:BucketPolicy", world.Props{"bucket": "BUCKET", "policy": logDelivery})
	theirs.make("TOPICS-KMS", "aws:kms/key:Key", world.Props{"policy": topicKeyPolicy})
	theirs.make("TOPIC", "aws:sns/topic:Topic", world.Props{"name": "connections"})
	key := theirs.make("KMS", "aws:kms/key:Key", world.Props{})
	theirs.ids["SECRET-KEY"] = "arn:aws:kms:us-east-1:111111111111:key/" + key
	theirs.make("SERVICE-SECRET", "aws:secretsmanager/secret:Secret", world.Props{"name": "token", "kmsKeyId": "SECRET-KEY"})
	theirs.make("VERSION", "aws:secretsmanager/secretVersion:SecretVersion", world.Props{"secretId": "SERVICE-SECRET", "secretString": "correct horse"})
	theirs.make("PULL-SECRET", "aws:secretsmanager/secret:Secret", world.Props{"name": "ecr-pullthroughcache/docker"})
	theirs.make("VERSION", "aws:secretsmanager/secretVersion:SecretVersion", world.Props{"secretId": "PULL-SECRET", "secretString": `{"username": "acme", "accessToken": "dckr"}`})
	rewrite(t, s, "provider", theirs.file(provider))

	ours := &given{t, s, "222222222222", map[string]string{}}
	ours.network()
	ours.make("CLIENTS", "aws:ec2/securityGroup:SecurityGroup", world.Props{"vpcId": "VPC-ID", "description": "clients"})
	ours.make("EGRESS", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", world.Props{"securityGroupId": "CLIENTS", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"})
	ours.make("LIST", "aws:ec2/managedPrefixList:ManagedPrefixList", world.Props{
		"name": "offices", "addressFamily": "IPv4", "maxEntries": 1.0, "entries": []any{map[string]any{"cidr": "192.0.2.0/24"}},
	})
	rewrite(t, s, "consumer", ours.file(consumer))
	before, err := s.Remaining()
	require.NoError(t, err)

	for _, stack := range []string{"provider", "consumer", "provider"} {
		up(t, s, stack)
	}
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 2)
	for _, r := range found {
		assert.True(t, r.Reachable(), "%s: %+v", r.Name(), r.Paths)
		assert.True(t, r.StrangersRefused(), r.Name())
	}
	requireUnchanged(t, s, "provider", "consumer")

	// A topic of the stack's own instead, under the account's key.
	rewrite(t, s, "provider", strings.Replace(theirs.file(provider), "topicArn: "+theirs.ids["TOPIC"], "kmsKeyId: "+theirs.ids["TOPICS-KMS"], 1))
	up(t, s, "provider")

	for _, stack := range []string{"consumer", "provider"} {
		_, err := s.Destroy(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	left, err := s.Remaining()
	require.NoError(t, err)
	assert.Equal(t, before, left)
}
