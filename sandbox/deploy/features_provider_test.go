package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
	"fargate-privatelink/stacks"
)

// exampleFiles returns the stack files of an example.
func exampleFiles(t *testing.T, name string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(repository, "examples/stacks", name, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "Pulumi."), ".yaml")] = string(text)
	}
	return files
}

// requireReachable checks every zone's path of the first consumer.
func requireReachable(t *testing.T, s *Sandbox) {
	t.Helper()
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, found)
	require.NotEmpty(t, found[0].Paths)
	for _, p := range found[0].Paths {
		if stopped := p.Stopped(); stopped != nil {
			t.Errorf("path in %s stops at %s %s: %s", p.ZoneID, stopped.Hop, stopped.At, stopped.By)
		}
	}
}

// requireHealthy says that each target passes its check, for a load balancer without a
// healthy one fails open; and that the running tasks answer as the check wants.
func requireHealthy(t *testing.T, s *Sandbox) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, service := range tx.Services() {
			for _, b := range service.LoadBalancers {
				targets := tx.Targets(b.TargetGroupARN)
				require.NotEmpty(t, targets)
				for _, target := range targets {
					assert.Equal(t, world.TargetHealthy, target.State, "port %d: %s", target.Port, target.Description)
				}
			}
		}
		return nil
	}))
	n := openNetwork(t, s, "")
	defer func() { require.NoError(t, n.Close()) }()
	found, err := s.CheckOn(t.Context(), n)
	require.NoError(t, err)
	for _, r := range found {
		for _, p := range r.Paths {
			for _, hop := range p.Hops {
				if hop.Hop == vnet.HopTarget {
					assert.Contains(t, hop.By, "healthy, in ", "port %d", p.Port)
				}
			}
		}
	}
}

func requireUnchanged(t *testing.T, s *Sandbox, stacks ...string) {
	t.Helper()
	for _, stack := range stacks {
		again := up(t, s, stack)
		assert.True(t, again.Changes.None(), "second up of %s: %v", stack, again.Changes)
	}
}

func TestExampleMinimal(t *testing.T) {
	t.Parallel()
	s := openProject(t, exampleFiles(t, "minimal"))
	for _, stack := range []string{"provider", "consumer", "provider"} {
		up(t, s, stack)
	}
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	destroyAll(t, s, "consumer", "provider")
}

// accountFile is the stack of what the account of an example has already.
const accountFile = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
`

// keyPolicy lets CloudWatch Logs use a key for the log groups of the account.
const keyPolicy = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*", "Resource": "*"},
	{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": "*",
		"Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]}
]}`

// boundaryPolicy is the most that the tasks' roles of the account may be allowed.
const boundaryPolicy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": [
	"ecr:*", "logs:CreateLogStream", "logs:PutLogEvents", "ssmmessages:*"
]}]}`

// newAccount makes a key, an alarm and a permissions boundary.
func newAccount(ctx *pulumi.Context) error {
	key, err := kms.NewKey(ctx, "logs", &kms.KeyArgs{Policy: pulumi.String(keyPolicy)})
	if err != nil {
		return err
	}
	alarm, err := cloudwatch.NewMetricAlarm(ctx, "errors", &cloudwatch.MetricAlarmArgs{
		Namespace: pulumi.String("Acme"), MetricName: pulumi.String("Errors"), Statistic: pulumi.String("Sum"),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(0),
		Period: pulumi.Int(60), EvaluationPeriods: pulumi.Int(1),
	})
	if err != nil {
		return err
	}
	boundary, err := iam.NewPolicy(ctx, "boundary", &iam.PolicyArgs{Policy: pulumi.String(boundaryPolicy)})
	if err != nil {
		return err
	}
	ctx.Export("KEY-ARN", key.Arn)
	ctx.Export("ALARM", alarm.Name)
	ctx.Export("BOUNDARY-ARN", boundary.Arn)
	return nil
}

// openAccount opens a sandbox in which the provider's account has those, and puts them
// into the provider's file for their placeholders.
func openAccount(t *testing.T, provider, consumer string) *Sandbox {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"yaml": readRepository(t, "Pulumi.yaml"), "account.yaml": accountFile, "provider.yaml": provider, "consumer.yaml": consumer,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+name), []byte(text), 0o600))
	}
	s := openAt(t, root, func(ctx *pulumi.Context) error {
		if ctx.Stack() == "account" {
			return newAccount(ctx)
		}
		return stacks.Run(ctx)
	})
	for placeholder, value := range up(t, s, "account").Outputs {
		provider = strings.ReplaceAll(provider, placeholder, value.(string))
	}
	rewrite(t, s, "provider", provider)
	return s
}

// TestExampleNoInternet: ARM64 tasks on Fargate Spot with secrets, in a network without
// a way to the internet, reached by TLS and a private DNS name.
func TestExampleNoInternet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{
		Root: repository, Files: filepath.Join(repository, "examples/stacks/no-internet-arm64-spot"), Dir: dir, cli: keyedCLI(t),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, stack := range []string{"provider", "consumer", "provider", "consumer"} {
		up(t, s, stack)
	}
	requireReachable(t, s)
	requireUnchanged(t, s, "provider", "consumer")
	orphans, err := s.Orphans(t.Context())
	require.NoError(t, err)
	assert.Empty(t, orphans)
	destroyAll(t, s, "consumer", "provider")
}

// everyProviderOption has what no example has.
const everyProviderOption = `    network: {egress: nat-per-az, vpcEndpoints: [sts]}
    listeners:
      80/tcp: {healthCheck: {port: 8081, matcher: "200-299", intervalSeconds: 15, timeoutSeconds: 5, healthyThreshold: 3, unhealthyThreshold: 3}, proxyProtocol: true}
      8443/tls:
        certificateArn: "arn:aws:iam::111111111111:server-certificate/web"
        alpnPolicy: HTTP2Preferred
        targetProtocol: tls
        containerPort: 9443
        healthCheck: {protocol: HTTPS, path: /tls}
    endpointService: {acceptanceRequired: false}
    connectionTermination: true
    deregistrationDelaySeconds: 20
    loadBalancer:
      dualstack: true
      zonalShift: true
      dnsRecordClientRoutingPolicy: partial_availability_zone_affinity
      accessLogs: {enabled: true, retentionDays: 30}
      deletionProtection: true
    service:
      image: quay.io/acme/web:1
      pullThroughCache: {enabled: true}
      cpu: 1024
      memory: 2048
      cpuArchitecture: ARM64
      platformVersion: 1.4.0
      ephemeralStorageGiB: 40
      executeCommand: true
      logRetentionDays: 30
      logKmsKeyArn: KEY-ARN
      permissionsBoundaryArn: BOUNDARY-ARN
      taskRolePolicyArns: [BOUNDARY-ARN]
      egress: {database: {port: 5432, cidrBlocks: [10.0.0.0/16]}}
      waitForSteadyState: true
      healthCheckGracePeriodSeconds: 30
      dependsOn: {agent: HEALTHY, migrate: SUCCESS}
      sidecars:
        agent: {image: "111111111111.dkr.ecr.us-east-1.amazonaws.com/agent:1", healthCheck: {command: [CMD, /bin/check]}}
        migrate: {image: "111111111111.dkr.ecr.us-east-1.amazonaws.com/migrate:1", optional: true}
      deployment: {minimumHealthyPercent: 50, maximumPercent: 150, alarmNames: [ALARM], rollbackOnUnhealthyTargets: true, circuitBreaker: false}
    healthCheck: {protocol: HTTP, port: 9443, path: /healthz, matcher: "200,204"}
`

// TestProviderOptions deploys what no example has, all at once.
func TestProviderOptions(t *testing.T) {
	t.Parallel()
	s := openAccount(t, providerFile(everyProviderOption), consumerFile+"    endpoint: {ipAddressType: dualstack, dnsRecordIpType: ipv6}\n")
	up(t, s, "provider")
	up(t, s, "consumer")
	requireReachable(t, s)
	requireHealthy(t, s)
	requireUnchanged(t, s, "provider", "consumer")

	_, err := s.Destroy(t.Context(), "consumer", nil, nil)
	require.NoError(t, err)
	_, err = s.Destroy(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "is protected from deletion: set provider.loadBalancer.deletionProtection to false and run pulumi up")
	file, err := os.ReadFile(filepath.Join(s.path("project"), "Pulumi.provider.yaml"))
	require.NoError(t, err)
	rewrite(t, s, "provider", strings.Replace(string(file), "deletionProtection: true", "deletionProtection: false", 1))
	up(t, s, "provider")
	destroyAll(t, s, "provider", "account")
}

// TestRollback: a deployment whose tasks don't start goes back to the revision before,
// which the update has let go, but not deregistered.
func TestRollback(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile("")})
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile("    service: {waitForSteadyState: false, desiredCount: 3, secrets: {TOKEN: \"arn:aws:ssm:us-east-1:111111111111:parameter/none\"}}\n    scaling: {enabled: false}\n"))
	up(t, s, "provider")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		service := tx.Services()[0]
		assert.Equal(t, 3, service.Running, service.Unsteady)
		assert.True(t, strings.HasSuffix(service.TaskDefinition, ":1"), service.TaskDefinition)
		return nil
	}))
	destroyAll(t, s, "provider")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		assert.Len(t, tx.All(world.KindKeptRevision), 2, "the revisions stay")
		return nil
	}))
	orphans, err := s.Orphans(t.Context())
	require.NoError(t, err)
	assert.Empty(t, orphans)
}

// TestSpotWeights: other weights and another base change the service, and don't replace
// it, which only Spot or none does.
func TestSpotWeights(t *testing.T) {
	t.Parallel()
	const spot = "    service: {desiredCount: 4, spot: {weight: 1, onDemandBase: 1}}\n"
	s := openProject(t, map[string]string{"provider": providerFile(spot)})
	before := up(t, s, "provider").Outputs["ecsServiceName"]
	rewrite(t, s, "provider", providerFile(strings.Replace(spot, "weight: 1, onDemandBase: 1", "weight: 3, onDemandBase: 2, onDemandWeight: 1", 1)))
	changed := up(t, s, "provider")
	assert.Equal(t, before, changed.Outputs["ecsServiceName"])
	assert.Equal(t, 1, changed.Changes["update"], "the service alone: %v", changed.Changes)
	rewrite(t, s, "provider", providerFile("    service: {desiredCount: 4}\n"))
	assert.NotEqual(t, before, up(t, s, "provider").Outputs["ecsServiceName"])
	destroyAll(t, s, "provider")
}

// TestDesiredCount: with scaling a changed count of the service doesn't undo what
// Application Auto Scaling has done, and without it the count is the program's.
func TestDesiredCount(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile("")})
	up(t, s, "provider")
	rewrite(t, s, "provider", providerFile("    service: {desiredCount: 3}\n"))
	changed := up(t, s, "provider")
	assert.Equal(t, 1, changed.Changes["update"], "the scalable target's least, and not the service: %v", changed.Changes)
	rewrite(t, s, "provider", providerFile("    service: {desiredCount: 3}\n    scaling: {enabled: false}\n"))
	changed = up(t, s, "provider")
	assert.Equal(t, 1, changed.Changes["update"], "the service: %v", changed.Changes)
	assert.Equal(t, 3, changed.Changes["delete"], "the scalable target and its policies: %v", changed.Changes)
	destroyAll(t, s, "provider")
}

// TestTaskEgress: tasks may connect to the members of groups and to the addresses of
// prefix lists that the account has.
func TestTaskEgress(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile("")})
	group := up(t, s, "provider").Outputs["taskSecurityGroupId"].(string)
	account := &world.Session{World: s.World, Caller: world.Caller{Account: "111111111111", Region: "us-east-1"}}
	list, _, err := account.Create("aws:ec2/managedPrefixList:ManagedPrefixList", world.Props{
		"name": "databases", "addressFamily": "IPv4", "maxEntries": 1.0,
		"entries": []any{map[string]any{"cidr": "10.9.0.0/16"}},
	})
	require.NoError(t, err)
	rewrite(t, s, "provider", providerFile(fmt.Sprintf("    service: {egress: {database: {port: 5432, securityGroupIds: [%s], prefixListIds: [%s]}}}\n", group, list)))
	up(t, s, "provider")
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		for _, key := range []string{"referencedSecurityGroupId", "prefixListId"} {
			assert.True(t, slices.ContainsFunc(tx.All("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), func(r *world.Record) bool {
				to := r.Inputs.Str(key)
				return r.Inputs.Int("fromPort") == 5432 && (to == group || to == list)
			}), key)
		}
		return nil
	}))
}
