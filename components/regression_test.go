package components

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// namedByNature are the resources whose name is what they are for: nothing can take
// their place beside them.
var namedByNature = map[string]bool{
	"aws:route53/record:Record": true,
	zoneToken:                   true,
}

// replacements notes what the engine would delete before it makes the new one.
type replacements struct {
	*mocks
	deletedFirst []string
}

func (r *replacements) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.RegisterRPC.GetDeleteBeforeReplace() {
		r.mu.Lock()
		r.deletedFirst = append(r.deletedFirst, args.TypeToken+" "+args.Name)
		r.mu.Unlock()
	}
	return r.mocks.NewResource(args)
}

// Nothing has a name that its replacement would need too, and nothing is deleted
// before its replacement is there: a target group or a security group that is in use
// can't be.
func TestReplacementsStandBesideWhatTheyReplace(t *testing.T) {
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			r := &replacements{mocks: newMocks()}
			r.existingVpc("vpc-11111111", map[string]string{"subnet-11111111": "use1-az1"})
			require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
				if err := r.createdVpc(ctx, "private"); err != nil {
					return err
				}
				return s.make(ctx, known)
			}, pulumi.WithMocks(testProject, testStack, r)))
			assert.Empty(t, r.deletedFirst)
			for _, made := range r.registrations {
				if strings.HasPrefix(made.name, fixture) || !strings.HasPrefix(made.typ, "aws:") || namedByNature[made.typ] {
					continue
				}
				assert.NotContains(t, made.inputs, "name", made.urn)
			}
		})
	}
}

// What a map holds is in the order of its keys in a task definition: every other order
// would be a new revision, and new tasks.
func TestTaskDefinitionsAreInOrder(t *testing.T) {
	args := fargateArgs()
	variables, secrets, agents := pulumi.StringMap{}, map[string]pulumi.StringInput{}, map[string]string{}
	args.Sidecars = map[string]SidecarArgs{}
	for i := range 9 {
		variables[fmt.Sprintf("V%d", i)] = pulumi.String("x")
		secrets[fmt.Sprintf("S%d", i)] = pulumi.String(fmt.Sprintf("arn:aws:ssm:us-east-1:111111111111:parameter/%d", i))
		agent := fmt.Sprintf("agent%d", i)
		agents[agent] = "START"
		args.Sidecars[agent] = SidecarArgs{Image: pulumi.String("agent:1")}
	}
	args.Environment, args.Secrets, args.DependsOn = variables, secrets, agents
	m := runFargate(t, "web", args)
	containers := decoded(t, m.get(t, taskToken, "web").inputs["containerDefinitions"].(string)).([]any)
	for list, key := range map[string]string{"environment": "name", "secrets": "name", "dependsOn": "containerName"} {
		var names []string
		for _, entry := range containers[0].(map[string]any)[list].([]any) {
			names = append(names, entry.(map[string]any)[key].(string))
		}
		require.Len(t, names, 9, list)
		assert.True(t, slices.IsSorted(names), "%s: %v", list, names)
	}
}

// The switch of private DNS comes after an endpoint that has its security group from
// the start, by what it needs and not by waiting for some time.
func TestPrivateDnsComesAfterTheEndpoint(t *testing.T) {
	m := newMocks()
	release := make(chan struct{})
	m.hold[endpointToken] = release
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := interfaceEndpointArgs()
		args.Accepted = true
		endpoint, err := NewInterfaceEndpoint(ctx, "web", args)
		if err != nil {
			return err
		}
		endpoint.SecurityGroupId.ApplyT(func(string) string {
			m.note("group")
			close(release)
			return ""
		})
		return nil
	}))
	assert.Equal(t, []any{"web-security-group-id"}, m.get(t, endpointToken, "web").inputs["securityGroupIds"])
	m.requireOrder(t, "end "+endpointToken+" web", "start "+privateDnsToken+" web-private-dns")
	// The order alone could be luck; the engine is told what the switch waits for.
	assert.Contains(t, m.get(t, privateDnsToken, "web-private-dns").dependencies, m.get(t, endpointToken, "web").urn)
}
