package deploy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	awsxec2 "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// recording is one call of the real awsx:ec2:Vpc, v2.22.0, and what it registered.
type recording struct {
	Args      recordedArgs
	Resources []recordedResource
}

type recordedArgs struct {
	AvailabilityZoneNames     []string
	CidrBlock                 *string
	EnableDnsHostnames        *bool
	EnableDnsSupport          *bool
	NatGateways               *struct{ Strategy string }
	NumberOfAvailabilityZones *int
	SubnetSpecs               []struct {
		Type     string
		Name     *string
		CidrMask *int
	}
	SubnetStrategy   *string
	VpcEndpointSpecs []struct{ ServiceName string }
}

type recordedResource struct {
	URN                  string              `json:"urn"`
	ID                   string              `json:"id"`
	Parent               string              `json:"parent"`
	Provider             string              `json:"provider"`
	Inputs               map[string]any      `json:"inputs"`
	Dependencies         []string            `json:"dependencies"`
	PropertyDependencies map[string][]string `json:"propertyDependencies"`
}

// TestAwsxVpcIsLaidOutAsRecorded deploys each recorded call through the engine
// and holds every resource that the stand-in registers to the real one's.
func TestAwsxVpcIsLaidOutAsRecorded(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/awsx-vpc/*.json")
	require.NoError(t, err)
	require.Len(t, files, 7)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".json"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			var want recording
			require.NoError(t, json.Unmarshal(b, &want))
			s := openTest(t, map[string]string{"dev": goldenStack}, func(ctx *pulumi.Context) error {
				_, err := awsxec2.NewVpc(ctx, "net", want.Args.vpcArgs())
				return err
			})
			_, err = s.Up(t.Context(), "dev", nil, nil)
			require.NoError(t, err)
			got := exported(t, s, "dev")
			for _, r := range got {
				if strings.Contains(r.URN, "$aws:") {
					require.Contains(t, r.Provider, "::default_6_66_3::", "awsx asks for the aws plugin that it was built with")
				}
			}
			if diff := cmp.Diff(comparable(want.Resources), comparable(got)); diff != "" {
				t.Errorf("the stand-in differs from the recording (-recorded +stand-in):\n%s", diff)
			}
		})
	}
}

const goldenStack = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["123456789012"]
`

func (a recordedArgs) vpcArgs() *awsxec2.VpcArgs {
	args := &awsxec2.VpcArgs{
		AvailabilityZoneNames:     a.AvailabilityZoneNames,
		CidrBlock:                 a.CidrBlock,
		EnableDnsHostnames:        pulumi.BoolPtrFromPtr(a.EnableDnsHostnames),
		EnableDnsSupport:          pulumi.BoolPtrFromPtr(a.EnableDnsSupport),
		NumberOfAvailabilityZones: a.NumberOfAvailabilityZones,
	}
	if a.NatGateways != nil {
		args.NatGateways = &awsxec2.NatGatewayConfigurationArgs{
			Strategy: awsxec2.NatGatewayStrategy(a.NatGateways.Strategy),
		}
	}
	if a.SubnetStrategy != nil {
		s := awsxec2.SubnetAllocationStrategy(*a.SubnetStrategy)
		args.SubnetStrategy = &s
	}
	for _, s := range a.SubnetSpecs {
		args.SubnetSpecs = append(args.SubnetSpecs, awsxec2.SubnetSpecArgs{
			Type: awsxec2.SubnetType(s.Type), Name: s.Name, CidrMask: s.CidrMask,
		})
	}
	for _, e := range a.VpcEndpointSpecs {
		args.VpcEndpointSpecs = append(args.VpcEndpointSpecs, awsxec2.VpcEndpointSpecArgs{ServiceName: e.ServiceName})
	}
	return args
}

var urnHead = regexp.MustCompile(`urn:pulumi:[^:]+::[^:]+::`)

// comparable strips what differs by nature: the project's name in URNs, and
// ids, which become the URN of the resource that they name.
func comparable(rs []recordedResource) map[string]recordedResource {
	names := map[string]string{}
	urn := func(s string) string { return urnHead.ReplaceAllString(s, "") }
	for _, r := range rs {
		if r.ID != "" {
			names[r.ID] = "<" + urn(r.URN) + ">"
		}
	}
	out := map[string]recordedResource{}
	for _, r := range rs {
		c := recordedResource{URN: urn(r.URN), Parent: urn(r.Parent), Inputs: map[string]any{}}
		if strings.HasSuffix(c.Parent, "dev") { // the stack itself
			c.Parent = ""
		}
		for k, v := range r.Inputs {
			if id, ok := v.(string); ok && names[id] != "" {
				v = names[id]
			}
			c.Inputs[k] = v
		}
		if d, ok := c.Inputs["__defaults"].([]any); ok {
			sort.Slice(d, func(i, j int) bool { return d[i].(string) < d[j].(string) })
		}
		for _, d := range r.Dependencies {
			c.Dependencies = append(c.Dependencies, urn(d))
		}
		sort.Strings(c.Dependencies)
		c.PropertyDependencies = map[string][]string{}
		for k, deps := range r.PropertyDependencies {
			for _, d := range deps {
				c.PropertyDependencies[k] = append(c.PropertyDependencies[k], urn(d))
			}
			sort.Strings(c.PropertyDependencies[k])
		}
		out[c.URN] = c
	}
	return out
}

// exported returns the stack's resources as the engine recorded them, without
// the stack itself and the providers.
func exported(t *testing.T, s *Sandbox, name string) []recordedResource {
	t.Helper()
	stack, err := s.open(t.Context(), name)
	require.NoError(t, err)
	state, err := stack.Export(t.Context())
	require.NoError(t, err)
	var deployment struct{ Resources []recordedResource }
	require.NoError(t, json.Unmarshal(state.Deployment, &deployment))
	var out []recordedResource
	for _, r := range deployment.Resources {
		if !strings.Contains(r.URN, "::pulumi:") {
			out = append(out, r)
		}
	}
	return out
}
