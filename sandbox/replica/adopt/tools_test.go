package adopt

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
)

// TestAdoptFromTerraform takes over the provider's side out of a state of Terraform's,
// with nothing else known of the accounts.
func TestAdoptFromTerraform(t *testing.T) {
	requireAdopted(t, emptyAccounts(t), []string{filepath.Join("testdata", "terraform.tfstate")}, "vpce-svc-0a1b2c3d4e5f60718")
}

// physicalIDs are the ids by which CloudFormation knows what AWS calls otherwise than
// Pulumi does; see the return value of Ref in each type's page, such as
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html.
var physicalIDs = map[string]string{
	"aws:ecs/taskDefinition:TaskDefinition": "arn",
	"aws:ecs/cluster:Cluster":               "name",
	"aws:iam/role:Role":                     "name",
	"aws:cloudwatch/logGroup:LogGroup":      "name",
}

// TestAdoptFromCloudFormation takes over the walkthrough made by hand as a stack of
// CloudFormation's has it: ids alone, of what the sandbox's accounts have.
func TestAdoptFromCloudFormation(t *testing.T) {
	opts, all := byHand(t)
	var described []map[string]any
	add := func(kind, id string) {
		described = append(described, map[string]any{
			"StackName": "glue", "StackId": "arn:aws:cloudformation:us-east-1:111111111111:stack/glue/0a1b2c3d-0000-11ee-8000-0a1b2c3d4e5f",
			"LogicalResourceId": fmt.Sprintf("Resource%d", len(described)), "PhysicalResourceId": id, "ResourceType": kind,
			"Timestamp": "2025-01-02T03:04:05.678000+00:00", "ResourceStatus": "CREATE_COMPLETE", "DriftInformation": map[string]any{"StackResourceDriftStatus": "NOT_CHECKED"},
		})
	}
	service := ""
	for _, r := range all {
		at := slices.IndexFunc(kinds, func(k kind) bool { return k.token == r.Kind && k.cloudFormation != "" })
		if at < 0 || r.Account != "111111111111" {
			continue
		}
		id := r.ID
		if property := physicalIDs[r.Kind]; property != "" {
			id = r.Outputs.Str(property)
		}
		if r.Kind == "aws:ec2/vpcEndpointService:VpcEndpointService" {
			service = id
		}
		add(kinds[at].cloudFormation, id)
	}
	add("AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/111111111111/jobs")
	b, err := json.MarshalIndent(map[string]any{"StackResources": described}, "", "    ")
	require.NoError(t, err)
	requireAdopted(t, opts, []string{write(t, string(b))}, service)
}

// TestAdoptFromPulumi takes over the provider's side out of the state of another
// program's stack.
func TestAdoptFromPulumi(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	b, err := os.ReadFile(filepath.Join("..", "testdata", "states", "default", "provider.json"))
	require.NoError(t, err)
	// AWS gives a TCP listener no policy; what this was recorded on did.
	other := strings.NewReplacer(`"ELBSecurityPolicy-2016-08"`, `""`, "urn:pulumi:provider::fargate-privatelink::", "urn:pulumi:production::glue::").Replace(string(b))
	service := regexp.MustCompile(`vpce-svc-[0-9a-f]+`).FindString(other)
	requireAdopted(t, emptyAccounts(t), []string{write(t, other)}, service)
}

// emptyAccounts are those of a sandbox that has only the file of the stack that takes over.
func emptyAccounts(t *testing.T) deploy.Options {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	files := t.TempDir()
	b, err := os.ReadFile(filepath.Join("testdata", "by-hand", "Pulumi.provider.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(files, "Pulumi.provider.yaml"), b, 0o600))
	return deploy.Options{Root: repository, Tools: repository, Files: files, Dir: filepath.Join(t.TempDir(), "sandbox"), Log: os.Stderr}
}

// requireAdopted takes over what files say: the service keeps its id, nothing is replaced,
// and then there is nothing to do.
func requireAdopted(t *testing.T, opts deploy.Options, files []string, service string) *Plan {
	t.Helper()
	found, err := Read(files, nil)
	require.NoError(t, err)
	plan, err := Make(t.Context(), opts, "provider", found, t.TempDir())
	require.NoError(t, err)
	for _, token := range providerTypes {
		assert.True(t, slices.ContainsFunc(plan.Taken, func(taken Taken) bool { return taken.Type == token }), "%s; left: %v", token, plan.Left)
	}
	assert.True(t, slices.ContainsFunc(plan.Taken, func(taken Taken) bool { return taken.ID == service }), plan.Taken)
	s, err := plan.Open(t.Context(), opts)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	res, err := s.Up(t.Context(), "provider", nil, nil)
	require.NoError(t, err)
	assert.Zero(t, res.Changes["replace"]+res.Changes["delete"], res.Changes)
	assert.Contains(t, res.Outputs["serviceName"], service)
	unchanged, err := s.Preview(t.Context(), "provider", nil, false, nil)
	require.NoError(t, err)
	assert.True(t, unchanged.Changes.None(), unchanged.Changes)
	return plan
}
