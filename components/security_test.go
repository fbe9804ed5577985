package components

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// securityCheck is what scanners ask of a type of resource.
type securityCheck struct {
	// ids are those of AWS Foundational Security, CIS and Checkov.
	ids, asks string
	// with are options of the provider that there has to be for it to have something to
	// look at.
	with string
	// formerly says that a default deployment failed it before it was looked at.
	formerly bool
	option   string
	// reason is why a hardened side fails it.
	reason string
	passes func(graph) bool
}

// graph is what a provider's and a consumer's side come to.
type graph []registration

func (g graph) of(typ string) graph {
	return slices.DeleteFunc(slices.Clone(g), func(r registration) bool { return r.typ != typ })
}

// every says whether there are resources of a type, and all of them are so.
func every(typ string, is func(inputs map[string]any) bool) func(graph) bool {
	return func(g graph) bool {
		all := g.of(typ)
		return len(all) > 0 && !slices.ContainsFunc(all, func(r registration) bool { return !is(r.inputs) })
	}
}

// has says whether the property of each resource of a type has one of several values.
func has(typ, property string, values ...any) func(graph) bool {
	return every(typ, func(inputs map[string]any) bool { return slices.Contains(values, lookInto(inputs, property)) })
}

func exists(typ string) func(graph) bool {
	return every(typ, func(map[string]any) bool { return true })
}

// everyContainer says whether all containers of all tasks are so.
func everyContainer(is func(container map[string]any) bool) func(graph) bool {
	return every(taskType, func(inputs map[string]any) bool {
		var all []map[string]any
		text, _ := inputs["containerDefinitions"].(string)
		return json.Unmarshal([]byte(text), &all) == nil && len(all) > 0 &&
			!slices.ContainsFunc(all, func(container map[string]any) bool { return !is(container) })
	})
}

func never(graph) bool { return false }

const (
	bucketTls   = `"listeners": {"443/tls": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}}`
	bucketLogs  = bucketTls + `, "loadBalancer": {"accessLogs": {"enabled": true}}`
	execute     = `"service": {"executeCommand": true}`
	notified    = `"notifications": {"enabled": true}`
	ecsCluster  = "aws:ecs/cluster:Cluster"
	logGroup    = "aws:cloudwatch/logGroup:LogGroup"
	sessionLogs = "configuration.executeCommandConfiguration"
)

// openResources are what rights on every resource may be for: AWS has no narrower ARN.
var openResources = regexp.MustCompile(`^(ecr:GetAuthorizationToken|ssmmessages:\w+|logs:DescribeLogGroups)$`)

// statementsOf are the statements of every policy of a role.
func statementsOf(g graph) (all []map[string]any) {
	for _, r := range g.of("aws:iam/rolePolicy:RolePolicy") {
		list, _ := lookInto(r.inputs, "policy.Statement").([]any)
		for _, s := range list {
			all = append(all, s.(map[string]any))
		}
	}
	return all
}

func narrow(g graph) bool {
	for _, s := range statementsOf(g) {
		if !slices.Contains(s["Resource"].([]any), any("*")) {
			continue
		}
		for _, action := range s["Action"].([]any) {
			if !openResources.MatchString(action.(string)) {
				return false
			}
		}
	}
	return true
}

var securityChecks = []securityCheck{
	{ids: "EC2.6, CIS 3.7, CKV2_AWS_11", asks: "A VPC has flow logs", option: "network.flowLogs", passes: func(g graph) bool {
		return len(g.of(flowLogType)) == len(g.of(vpcToken))
	}},
	{ids: "EC2.2, CIS 5.4, CKV2_AWS_12", asks: "The default security group of a VPC admits nothing", formerly: true, passes: func(g graph) bool {
		closed := func(inputs map[string]any) bool { return inputs["ingress"] == nil && inputs["egress"] == nil }
		return len(g.of(defaultGroupToken)) == len(g.of(vpcToken)) && every(defaultGroupToken, closed)(g)
	}},
	{ids: "EC2.13, EC2.14, EC2.18, EC2.19, CIS 5.2, CKV_AWS_24, CKV_AWS_25, CKV_AWS_260", asks: "No security group admits the whole internet", option: "loadBalancer.clientCidrs, clients", passes: func(g graph) bool {
		return !slices.ContainsFunc(g.of(ingressToken), func(r registration) bool { return r.inputs["cidrIpv4"] == anywhere })
	}},
	{ids: "CKV_AWS_23", asks: "Rules of security groups have a description", formerly: true, passes: func(g graph) bool {
		described := func(inputs map[string]any) bool { return inputs["description"] != nil }
		return every(ingressToken, described)(g) && every(egressRuleType, described)(g)
	}},
	{ids: "CKV_AWS_382", asks: "No rule lets every protocol out to the whole internet", option: "service.egress", passes: func(g graph) bool {
		return !slices.ContainsFunc(g.of(egressRuleType), func(r registration) bool {
			return r.inputs["cidrIpv4"] == anywhere && r.inputs["ipProtocol"] == "-1"
		})
	}},
	{ids: "EC2.15, CKV_AWS_130", asks: "Subnets give out no public addresses", option: "network.egress", passes: func(g graph) bool {
		return !slices.ContainsFunc(g.of("aws:ec2/subnet:Subnet"), func(r registration) bool { return r.inputs["mapPublicIpOnLaunch"] == true })
	}},
	{ids: "CKV_AWS_123", asks: "An endpoint service accepts each endpoint by hand", option: "endpointService.acceptanceRequired", passes: has("aws:ec2/vpcEndpointService:VpcEndpointService", "acceptanceRequired", true)},
	{ids: "EC2.10, EC2.55, EC2.56", asks: "A VPC has endpoints to Amazon EC2 and Amazon ECR", option: "network.vpcEndpoints, network.egress", reason: "Tasks don't call Amazon EC2. With egress none there are endpoints to Amazon ECR; with a NAT gateway they would be paid for twice.", passes: never},
	{ids: "ELB.6, CKV_AWS_150", asks: "The load balancer can't be deleted by accident", option: "loadBalancer.deletionProtection", passes: has(balancerType, "enableDeletionProtection", true)},
	{ids: "ELB.13", asks: "The load balancer is in two zones at least", option: "network.availabilityZones", passes: every(balancerType, func(in map[string]any) bool {
		subnets, _ := in["subnets"].([]any)
		return len(subnets) >= 2
	})},
	{ids: "CKV_AWS_91", asks: "The load balancer writes access logs", with: bucketTls, option: "loadBalancer.accessLogs", passes: has(balancerType, "accessLogs.enabled", true)},
	{ids: "CKV_AWS_152", asks: "The load balancer uses the targets of all zones", option: "loadBalancer.crossZone", reason: "It is on by itself where a zone may be without a task. Where each has one, AWS charges for traffic between zones and nothing is won.", passes: has(balancerType, "enableCrossZoneLoadBalancing", true)},
	{ids: "ELB.17, CKV_AWS_103", asks: "A TLS listener has a recommended policy", with: bucketTls, option: "listeners.<name>.sslPolicy", passes: has(listenerType, "sslPolicy", DefaultSslPolicy)},
	{ids: "ELB.18, CKV_AWS_2", asks: "Listeners encrypt", option: "listeners (443/tls)", reason: "A TLS listener needs a certificate of yours. A tcp listener passes TLS through to a container that ends it, which scanners don't see.", passes: has(listenerType, "protocol", "TLS")},
	{ids: "ELB.21, ELB.22, CKV_AWS_378", asks: "Targets and their checks are spoken to by TLS", option: "listeners.<name>.targetProtocol, healthCheck.protocol", reason: "The container has to have a certificate.", passes: has(targetGroupType, "protocol", "TLS")},
	{ids: "CKV_AWS_261", asks: "A target group says how it checks", option: "healthCheck", passes: has(targetGroupType, "healthCheck.enabled", true)},
	{ids: "ECS.2, ECS.16, CKV_AWS_333", asks: "Tasks have no public address", option: "network.egress, network.assignPublicIp", passes: has(ecsServiceType, "networkConfiguration.assignPublicIp", false)},
	{ids: "ECS.1, ECS.17", asks: "Tasks have network interfaces of their own", passes: has(taskType, "networkMode", "awsvpc")},
	{ids: "ECS.3, ECS.4, CKV_AWS_334", asks: "Containers aren't privileged and don't share the host's processes", passes: everyContainer(func(c map[string]any) bool { return c["privileged"] == nil && c["pidMode"] == nil })},
	{ids: "ECS.5, CKV_AWS_336", asks: "Containers have a read-only root file system", option: "service.readOnlyRootFilesystem, service.writablePaths", passes: everyContainer(func(c map[string]any) bool { return c["readonlyRootFilesystem"] == true })},
	{ids: "ECS.20", asks: "Containers have a user who isn't root", option: "service.user", passes: everyContainer(func(c map[string]any) bool {
		user, _ := c["user"].(string)
		return user != "" && user != "root" && !strings.HasPrefix(user, "0")
	})},
	{ids: "ECS.8", asks: "No credentials in the environment", option: "service.secrets", passes: everyContainer(func(c map[string]any) bool { return c["environment"] == nil })},
	{ids: "ECS.9", asks: "Containers have a log driver", option: "service.logging", passes: everyContainer(func(c map[string]any) bool { return c["logConfiguration"] != nil })},
	{ids: "ECS.10, CKV_AWS_332", asks: "Tasks run on the latest version of Fargate", option: "service.platformVersion", passes: has(ecsServiceType, "platformVersion", nil, "LATEST")},
	{ids: "ECS.12, CKV_AWS_65", asks: "The cluster has Container Insights", option: "service.containerInsights", passes: has(ecsCluster, "settings.0.value", "enabled", "enhanced")},
	{ids: "ECS.18, CKV_AWS_97", asks: "Volumes in Amazon EFS are encrypted in transit", with: `"service": {` + mounted + `, "volumes": {"data": {"fileSystemId": "fs-11111111", "securityGroupIds": ["sg-22222222"]}}}`, option: "service.volumes", passes: has(taskType, "volumes.0.efsVolumeConfiguration.transitEncryption", "ENABLED")},
	{ids: "CKV_AWS_249", asks: "The execution role isn't the task role", passes: every(taskType, func(in map[string]any) bool { return in["executionRoleArn"] != in["taskRoleArn"] })},
	{ids: "CKV_AWS_223", asks: "Sessions of ECS Exec are logged", with: execute, option: "service.executeCommandLogging", passes: has(ecsCluster, sessionLogs+".logging", "OVERRIDE")},
	{ids: "CKV_AWS_224", asks: "The sessions' log is encrypted with a customer's key", with: execute, option: "service.logKmsKeyArn", passes: every(ecsCluster, func(in map[string]any) bool { return lookInto(in, sessionLogs+".kmsKeyId") != nil })},
	{ids: "CloudWatch.16, CKV_AWS_338", asks: "Logs are kept for a year", option: "service.logRetentionDays, network.flowLogs.retentionDays", passes: has(logGroup, "retentionInDays", 365.0)},
	{ids: "CKV_AWS_158", asks: "Logs are encrypted with a customer's key", option: "service.logKmsKeyArn, network.flowLogs.kmsKeyArn", passes: every(logGroup, func(in map[string]any) bool { return in["kmsKeyId"] != nil })},
	{ids: "SNS.1, CKV_AWS_26", asks: "Topics are encrypted", with: notified, option: "notifications.kmsKeyId", passes: every("aws:sns/topic:Topic", func(in map[string]any) bool { return in["kmsMasterKeyId"] != nil })},
	{ids: "SNS.4, CKV_AWS_169", asks: "Topics aren't everybody's", with: notified, passes: every("aws:sns/topicPolicy:TopicPolicy", func(in map[string]any) bool {
		return lookInto(in, "policy.Statement.0.Condition") != nil && lookInto(in, "policy.Statement.1.Condition") != nil
	})},
	{ids: "KMS.4, CIS 3.6, CKV_AWS_7", asks: "Keys rotate", option: "hardened, which makes one", passes: func(g graph) bool {
		keys := g.of("aws:kms/key:Key")
		return len(keys) == 0 || has("aws:kms/key:Key", "enableKeyRotation", true)(g)
	}},
	{ids: "S3.1, S3.8, CKV_AWS_53 to 56, CKV2_AWS_6", asks: "Buckets keep the public out", with: bucketLogs, passes: has("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "restrictPublicBuckets", true)},
	{ids: "S3.5, CIS 2.1.1", asks: "Buckets take TLS only", with: bucketLogs, formerly: true, passes: every("aws:s3/bucketPolicy:BucketPolicy", func(in map[string]any) bool {
		return lookInto(in, "policy.Statement.2.Effect") == "Deny" && lookInto(in, "policy.Statement.2.Condition.Bool.aws:SecureTransport") == "false"
	})},
	{ids: "S3.13, CKV2_AWS_61", asks: "Buckets let old objects go", with: bucketLogs, option: "loadBalancer.accessLogs.retentionDays", passes: exists("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2")},
	{ids: "S3.9, CKV_AWS_18", asks: "Buckets log access to themselves", with: bucketLogs, option: "loadBalancer.accessLogs.bucket", reason: "The bucket holds logs only; a second one would need a third.", passes: exists("aws:s3/bucketLoggingV2:BucketLoggingV2")},
	{ids: "S3.14, CKV_AWS_21", asks: "Buckets keep versions", with: bucketLogs, option: "loadBalancer.accessLogs.bucket", reason: "AWS writes each log once, and nobody else may write.", passes: exists("aws:s3/bucketVersioningV2:BucketVersioningV2")},
	{ids: "S3.17, CKV_AWS_145", asks: "Buckets are encrypted with a KMS key", with: bucketLogs, option: "loadBalancer.accessLogs.bucket", reason: "S3's own keys encrypt it (CKV_AWS_19 passes). AWS's log delivery writes with a customer's key only into a bucket that is set up for it.", passes: exists("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2")},
	{ids: "S3.7, CKV_AWS_144, CKV2_AWS_62", asks: "Buckets are replicated, and tell of events", with: bucketLogs, option: "loadBalancer.accessLogs.bucket", reason: "Logs of a Region are of use while it is looked into; copy them where you keep evidence.", passes: never},
	{ids: "CKV_AWS_60, CKV_AWS_61", asks: "Roles are a service's, for this account alone", formerly: true, passes: every("aws:iam/role:Role", func(in map[string]any) bool {
		return lookInto(in, "assumeRolePolicy.Statement.0.Condition.StringEquals.aws:SourceAccount") == "111111111111"
	})},
	{ids: "IAM.1, IAM.21, CKV_AWS_62, CKV_AWS_63", asks: "No policy allows every action of a service", passes: func(g graph) bool {
		return !slices.ContainsFunc(statementsOf(g), func(s map[string]any) bool { return strings.Contains(fmt.Sprint(s["Action"]), "*") })
	}},
	{ids: "CKV_AWS_288, CKV_AWS_289, CKV_AWS_290, CKV_AWS_355", asks: "Rights on every resource are only those that AWS has no narrower ARN for", with: execute, passes: narrow},
}

// deployGraph deploys both sides with the provider's options.
func deployGraph(t *testing.T, with string, hardened bool) graph {
	t.Helper()
	word := fmt.Sprintf(`"hardened": %t`, hardened)
	provider := "{" + word + "}"
	if with != "" {
		provider = "{" + word + ", " + with + "}"
	}
	var all graph
	for _, config := range []string{provider, "consumer {" + word + "}"} {
		m, _, err := deployOption(t, config)
		require.NoError(t, err)
		for _, r := range m.registrations {
			if !strings.HasPrefix(r.name, fixture) {
				all = append(all, r)
			}
		}
	}
	return all
}

const securityIntro = `# Security

What security scanners ask of the types of resources that the stacks make: AWS
Foundational Security Best Practices (EC2.2 and the like), the CIS AWS Foundations
Benchmark (CIS) and [Checkov](https://www.checkov.io/5.Policy%20Index/terraform.html)
(CKV). A test deploys both sides, by default and with ` + "`hardened: true`" + `, looks at each
resource, and writes this table.

` + "`hardened: true`" + ` on a side turns on what costs or has to be prepared, wherever an option
doesn't say otherwise. It asks something of you:

- The images must run as the user 10001 with a root file system that they can't write to;
  ` + "`service.writablePaths`" + ` are the exceptions. Say ` + "`service.user`" + ` and
  ` + "`service.readOnlyRootFilesystem`" + ` for an image that can't.
- A destroy needs ` + "`loadBalancer.deletionProtection: false`" + ` in an update before it.
- Taken back, the key that it made is scheduled for deletion, and what is encrypted with it
  can't be read once it is gone.
- With ECS Exec the root file system stays writable, since its agent writes there.

| Checks | What they ask | Before | By default | Hardened | Option | Why not |
| --- | --- | --- | --- | --- | --- | --- |
`

func verdict(passes bool) string {
	if passes {
		return "passes"
	}
	return "fails"
}

func TestSecurity(t *testing.T) {
	var table strings.Builder
	table.WriteString(securityIntro)
	for _, c := range securityChecks {
		t.Run(c.ids, func(t *testing.T) {
			byDefault, hardened := c.passes(deployGraph(t, c.with, false)), c.passes(deployGraph(t, c.with, true))
			assert.Equal(t, c.reason == "", hardened, "a hardened side passes, or the table says why not")
			assert.True(t, !byDefault || hardened, "to harden a side takes nothing back")
			option := c.option
			if option != "" {
				option = "`" + strings.ReplaceAll(option, ", ", "`, `") + "`"
			}
			fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s | %s |\n",
				c.ids, c.asks, verdict(byDefault && !c.formerly), verdict(byDefault), verdict(hardened), option, c.reason)
		})
	}
	const path = "../docs/security.md"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(table.String()), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), table.String())
}
