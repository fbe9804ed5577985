package deploy

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// twoAccounts is the configuration of a stack in each of two accounts.
var twoAccounts = map[string]string{
	"one": bareFile("111111111111", "us-east-1"),
	"two": bareFile("222222222222", "eu-west-1"),
}

func bareFile(account, region string) string {
	return "config: {aws:region: " + region + ", aws:allowedAccountIds: [\"" + account + "\"]}\n"
}

// smallProgram makes a VPC and a log group of a fixed name.
func smallProgram(ctx *pulumi.Context) error {
	if _, err := ec2.NewVpc(ctx, "web", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}); err != nil {
		return err
	}
	_, err := cloudwatch.NewLogGroup(ctx, "logs", &cloudwatch.LogGroupArgs{Name: pulumi.String("web")})
	return err
}

func inject(t *testing.T, s *Sandbox, faults ...string) {
	t.Helper()
	for _, text := range faults {
		f, err := world.ParseFault(text)
		require.NoError(t, err)
		s.World.Inject(f)
	}
}

func orphans(t *testing.T, s *Sandbox) []Orphan {
	t.Helper()
	found, err := s.Orphans(t.Context())
	require.NoError(t, err)
	return found
}

// TestWaitingForAWS: throttling and eventual consistency only take time.
func TestWaitingForAWS(t *testing.T) {
	t.Parallel()
	s := openAt(t, writeProject(t, twoAccounts), smallProgram)
	plain := up(t, s, "one").Timing.Duration
	inject(t, s, "throttle:2", "eventual:1")
	res := up(t, s, "two")
	assert.Equal(t, plain+4*time.Second, res.Timing.Duration, "1 s and 2 s for the throttling, 1 s for the read")
	assert.Empty(t, orphans(t, s))
	requireNothingToDo(t, s, "two")
}

// TestNeverFound: a resource that the provider could not read back is in the
// stack's state all the same, so that the next run finds it, and nothing is
// made twice.
func TestNeverFound(t *testing.T) {
	t.Parallel()
	s := openAt(t, writeProject(t, twoAccounts), smallProgram)
	var struck atomic.Bool
	s.World.Inject(world.Fault{Kind: world.FaultEventual, Count: 1000, Only: func(op world.Operation) bool {
		return op.Token == "aws:ec2/vpc:Vpc" && !struck.Swap(true)
	}})
	_, err := s.Up(t.Context(), "one", nil, nil)
	require.ErrorContains(t, err, "couldn't find resource [sandbox fault eventual]")
	assert.Empty(t, orphans(t, s))
	before := len(s.World.Operations())
	up(t, s, "one")
	for _, op := range s.World.Operations()[before:] {
		assert.NotEqual(t, "create aws:ec2/vpc:Vpc", string(op.Phase)+" "+op.Token)
	}
	assert.Empty(t, orphans(t, s))
	requireNothingToDo(t, s, "one")
	destroyAll(t, s, "one")
}

// TestShortage: a stack that waits for its tasks waits for Fargate's capacity,
// one that does not is up before them.
func TestShortage(t *testing.T) {
	t.Parallel()
	lines := "    endpointService: {acceptanceRequired: false}\n    service: {waitForSteadyState: true}\n"
	s := openProject(t, map[string]string{"provider": providerFile(lines), "consumer": consumerFile})
	inject(t, s, "capacity:4")
	up(t, s, "provider")
	up(t, s, "consumer")
	assert.Contains(t, s.World.Incidents()[0].Says, "Capacity is unavailable at this time")
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	assert.True(t, found[0].Reachable())
}

// TestZoneWithoutFargate: where tasks can't be placed in a zone, the deployment
// that waits for them says why, and the stack keeps the service.
func TestZoneWithoutFargate(t *testing.T) {
	t.Parallel()
	s := openProject(t, map[string]string{"provider": providerFile(
		"    network: {availabilityZoneIds: [use1-az1, use1-az3]}\n    service: {waitForSteadyState: true}\n",
	)})
	inject(t, s, "no-fargate:use1-az3")
	_, err := s.Up(t.Context(), "provider", nil, nil)
	require.ErrorContains(t, err, "Fargate is not supported in the requested availability zone: use1-az3")
	assert.Empty(t, orphans(t, s))
	destroyAll(t, s, "provider")
}

// TestOrphans: what no stack's state knows is found, in its account and Region,
// also where another account has a resource of the same id.
func TestOrphans(t *testing.T) {
	t.Parallel()
	s := openAt(t, writeProject(t, twoAccounts), smallProgram)
	up(t, s, "one")
	up(t, s, "two")
	assert.Empty(t, orphans(t, s))

	stray := &world.Session{World: s.World, Caller: world.Caller{Account: "222222222222", Region: "us-east-1"}}
	id, _, err := stray.Create("aws:cloudwatch/logGroup:LogGroup", world.Props{"name": "web"})
	require.NoError(t, err)
	assert.Equal(t, []Orphan{{
		Account: "222222222222", Region: "us-east-1", Type: "aws:cloudwatch/logGroup:LogGroup", ID: id,
		ARN: "arn:aws:logs:us-east-1:222222222222:log-group:web",
	}}, orphans(t, s))
	require.NoError(t, stray.Delete("aws:cloudwatch/logGroup:LogGroup", id))
	destroyAll(t, s, "one", "two")
	assert.Empty(t, orphans(t, s))
}

// TestConsumersWithOneAddressPlan: several consumers, in accounts and a Region of
// their own, whose VPCs all have the provider's own CIDR block.
func TestConsumersWithOneAddressPlan(t *testing.T) {
	t.Parallel()
	consumer := func(account, region string) string {
		return "config:\n  aws:region: " + region + "\n  aws:allowedAccountIds: [\"" + account + "\"]\n" +
			"  fargate-privatelink:role: consumer\n  fargate-privatelink:consumer: {provider: provider, network: {cidrBlock: 10.0.0.0/16}}\n"
	}
	provider := `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
    endpointService: {acceptanceRequired: false, supportedRegions: [us-east-1, eu-west-1]}
    tenants:
      acme: {accounts: ["222222222222"]}
      initech: {accounts: ["333333333333"]}
`
	s := openProject(t, map[string]string{
		"provider": provider, "acme": consumer("222222222222", "us-east-1"),
		"initech": consumer("333333333333", "us-east-1"), "initech-eu": consumer("333333333333", "eu-west-1"),
	})
	for _, st := range s.Stacks {
		up(t, s, st.Name)
	}
	found, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 3)
	for _, r := range found {
		assert.True(t, r.Reachable(), r.Stack)
	}
	assert.Empty(t, orphans(t, s))
	destroyAll(t, s, "acme", "initech", "initech-eu", "provider")
}
