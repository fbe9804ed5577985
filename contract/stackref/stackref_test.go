package stackref_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/contract/stackref"
)

const (
	provider = "acme/fargate-privatelink/provider"
	consumer = "acme/fargate-privatelink/consumer"
	service  = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
	endpoint = "vpce-0a1b2c3d4e5f60718"
)

// stacks stands in for the engine: the outputs of other stacks by full name.
type stacks struct {
	outputs map[string]map[string]any
	secret  bool
	failure error
}

func deployed() *stacks {
	return &stacks{outputs: map[string]map[string]any{provider: providerOutputs(), consumer: consumerOutputs()}}
}

func providerOutputs() map[string]any {
	return map[string]any{
		"contract": contractValue(), "serviceName": service, "serviceId": "vpce-svc-0a1b2c3d4e5f60718",
		"availabilityZoneIds": []any{"use1-az1"}, "acceptedEndpoints": map[string]any{"acme-consumer": endpoint},
		"loadBalancerArn": "arn:aws:x", "loadBalancerDnsName": "x", "clientAccess": "Everybody.", "clusterName": "web", "ecsServiceName": "web",
		"logGroupName": "web", "vpcId": "vpc-1",
	}
}

func contractValue() map[string]any {
	return map[string]any{
		"version": 1, "serviceName": service, "serviceId": "vpce-svc-0a1b2c3d4e5f60718", "region": "us-east-1",
		"ports": []any{map[string]any{"port": 80, "protocol": "tcp"}}, "availabilityZoneIds": []any{"use1-az1"},
		"privateDnsName": "", "acceptanceRequired": true,
		"supportedRegions": []any{"us-east-1"}, "supportedIpAddressTypes": []any{"ipv4"},
	}
}

func consumerOutputs() map[string]any {
	return map[string]any{
		"endpointId": endpoint, "dnsName": "x", "dnsNames": []any{"x"}, "url": "http://x",
		"ports":            []any{map[string]any{"port": 80, "protocol": "tcp"}},
		"clientCidrBlocks": []any{"10.20.0.0/16"}, "clientSecurityGroupIds": []any{}, "clientPrefixListIds": []any{}, "securityGroupId": "sg-1",
		"accountId": "222222222222",
		"vpcId":     "vpc-2", "subnetIds": []any{"subnet-1"}, "region": "us-east-1", "serviceName": service,
	}
}

func (s *stacks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if s.failure != nil {
		return nil, s.failure
	}
	return s.read(args.Args["name"].StringValue())
}

func (s *stacks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	state, err := s.read(args.Inputs["name"].StringValue())
	return args.ID, state, err
}

func (s *stacks) read(name string) (resource.PropertyMap, error) {
	outputs, found := s.outputs[name]
	if !found {
		return nil, fmt.Errorf("unknown stack %q", name) // the engine's words
	}
	state := resource.NewPropertyMapFromMap(map[string]any{"name": name, "outputs": outputs})
	if s.secret {
		values := state["outputs"].ObjectValue()
		for key, value := range maps.Clone(values) {
			values[key] = resource.MakeSecret(value)
		}
	}
	return state, nil
}

// run runs a program in a preview and in an update, which must not differ.
func (s *stacks) run(t *testing.T, program func(*pulumi.Context) error) error {
	t.Helper()
	var results []error
	for _, preview := range []bool{true, false} {
		var result error
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			result = program(ctx)
			return nil
		}, pulumi.WithMocksWithOrganization("acme", "fargate-privatelink", "app", s), func(info *pulumi.RunInfo) { info.DryRun = preview })
		require.NoError(t, err)
		results = append(results, result)
	}
	assert.Equal(t, fmt.Sprint(results[0]), fmt.Sprint(results[1]), "preview and update")
	return results[1]
}

func TestFind(t *testing.T) {
	for _, secret := range []bool{false, true} {
		s := deployed()
		s.secret = secret
		require.NoError(t, s.run(t, func(ctx *pulumi.Context) error {
			stack, err := stackref.Find(ctx, "provider")
			require.NoError(t, err)
			assert.Equal(t, provider, stack.Name)
			assert.True(t, stack.Has("vpcId"))
			assert.False(t, stack.Has("url"))
			assert.Nil(t, stack.Peek("url"))
			assert.Equal(t, "vpc-1", stack.Peek("vpcId"))
			vpc, err := stack.Output("vpcId")
			require.NoError(t, err)
			assert.Equal(t, "vpc-1", vpc)
			c, err := stack.Contract()
			require.NoError(t, err)
			assert.Equal(t, service, c.ServiceName)

			other, err := stackref.Find(ctx, consumer)
			require.NoError(t, err)
			assert.Equal(t, consumer, other.Name, "a full name stays as it is")
			return nil
		}), "secret: %t", secret)
	}
}

func TestReadOfAReference(t *testing.T) {
	require.NoError(t, deployed().run(t, func(ctx *pulumi.Context) error {
		of := func(name string) *pulumi.StackReference {
			reference, err := pulumi.NewStackReference(ctx, name, nil)
			require.NoError(t, err)
			return reference
		}
		theirs, ours := of(provider), of(consumer)
		c, err := stackref.ReadContract(theirs)
		require.NoError(t, err)
		assert.Equal(t, []contract.Port{{Port: 80, Protocol: "tcp"}}, c.Ports)
		p, err := stackref.ReadProviderOutputs(theirs)
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"acme-consumer": endpoint}, p.AcceptedEndpoints)
		assert.Equal(t, *c, p.Contract)
		o, err := stackref.ReadConsumerOutputs(ours)
		require.NoError(t, err)
		assert.Equal(t, "http://x", o.Url)
		assert.Equal(t, []string{"10.20.0.0/16"}, o.ClientCidrBlocks)
		return nil
	}))
}

// Each way in which a contract can't be had is one sentence with the stack's name.
func TestFailures(t *testing.T) {
	const needed = ": it must be a stack with role provider, deployed with a release that exports contract version 1"
	find := func(ctx *pulumi.Context) error {
		stack, err := stackref.Find(ctx, "provider")
		if err == nil {
			_, err = stack.Contract()
		}
		return err
	}
	reference := func(read func(*pulumi.StackReference) error) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			r, err := pulumi.NewStackReference(ctx, provider, nil)
			require.NoError(t, err)
			return read(r)
		}
	}
	readContract := reference(func(r *pulumi.StackReference) error { _, err := stackref.ReadContract(r); return err })
	readProvider := reference(func(r *pulumi.StackReference) error { _, err := stackref.ReadProviderOutputs(r); return err })
	readConsumer := reference(func(r *pulumi.StackReference) error { _, err := stackref.ReadConsumerOutputs(r); return err })
	outputs := func(values map[string]any) func(*stacks) {
		return func(s *stacks) { s.outputs[provider] = values }
	}
	without := func(key string) func(*stacks) { return func(s *stacks) { delete(s.outputs[provider], key) } }
	inContract := func(key string, value any) func(*stacks) {
		return func(s *stacks) { s.outputs[provider]["contract"].(map[string]any)[key] = value }
	}
	tests := map[string]struct {
		program func(*pulumi.Context) error
		change  func(*stacks)
		want    string
	}{
		"no stack": {
			find, func(s *stacks) { delete(s.outputs, provider) },
			"stack " + provider + ": there is no such stack",
		},
		"a stack that can't be read": {
			find, func(s *stacks) { s.failure = errors.New("access denied") },
			"stack " + provider + " can't be read: access denied",
		},
		"never deployed": {
			find, outputs(nil), "stack " + provider + " has no outputs: it was never deployed, or was destroyed" + needed,
		},
		"another program's": {
			find, outputs(map[string]any{"b": 1, "a": 2}), "stack " + provider + " has no output contract (it has a, b)" + needed,
		},
		"null": {
			find, outputs(map[string]any{"contract": nil}), "output contract of stack " + provider + " is null" + needed,
		},
		"a newer contract": {
			find, inContract("version", 2),
			"stack " + provider + ": output contract.version is 2; this program reads version 1: upgrade this program to the provider's release",
		},
		"two faults": {
			find, func(s *stacks) {
				inContract("ports", []any{})(s)
				inContract("availabilityZoneIds", []any{})(s)
			},
			"stack " + provider + ": output contract.ports is empty; it must hold the service's ports\n" +
				"stack " + provider + ": output contract.availabilityZoneIds is empty; it must hold the service's zones",
		},
		"a reference to another program's": {
			readContract, outputs(map[string]any{"a": 1}), "stack " + provider + " has no output contract" + needed,
		},
		"a reference to a newer contract": {
			readContract, inContract("version", 2),
			"stack " + provider + ": output contract.version is 2; this program reads version 1: upgrade this program to the provider's release",
		},
		"an older release's outputs": {
			readProvider, without("logGroupName"),
			"stack " + provider + ": the outputs logGroupName are missing (there are acceptedEndpoints, availabilityZoneIds, clientAccess, clusterName, contract, ecsServiceName, " +
				"loadBalancerArn, loadBalancerDnsName, serviceId, serviceName, vpcId): they must be those of a stack with role provider and contract version 1; " +
				"if it is one, have its owner upgrade its program and run pulumi up",
		},
		"an output of another type": {
			readProvider, func(s *stacks) { s.outputs[provider]["vpcId"] = 7 },
			"stack " + provider + ": outputs.vpcId is 7 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)",
		},
		"the outputs of a stack that was never deployed": {
			readConsumer, outputs(nil), "stack " + provider + ": there are no outputs: the stack was never deployed, or was destroyed",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := deployed()
			test.change(s)
			require.EqualError(t, s.run(t, test.program), test.want)
		})
	}
}

func TestErrNotFound(t *testing.T) {
	err := (&stacks{}).run(t, func(ctx *pulumi.Context) error {
		_, err := stackref.Find(ctx, "provider")
		return err
	})
	require.ErrorIs(t, err, stackref.ErrNotFound)
}
