package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func guardArgs() *ConnectionGuardArgs {
	return &ConnectionGuardArgs{
		ServiceId:        pulumi.String("vpce-svc-1"),
		ServiceIdCommand: "pulumi stack output serviceId",
		Region:           testRegion,
		Connections: []Connection{
			{EndpointId: "vpce-00000001", Owner: "account 222222222222 (tenant acme)"},
			{EndpointId: "vpce-00000002", Owner: "account 333333333333 (tenant blue)"},
		},
		States: pulumi.StringMap{"vpce-00000001": pulumi.String("available"), "vpce-00000009": pulumi.String("available")},
		Advice: "or set x",
	}
}

func TestConnectionGuard(t *testing.T) {
	m := newMocks()
	var states *reading[map[string]string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		guard, err := NewConnectionGuard(ctx, "web", guardArgs())
		if err != nil {
			return err
		}
		states = read[map[string]string](ctx, guard.Connections)
		return nil
	}))
	assert.Equal(t, map[string]string{"vpce-00000001": "available"}, states.value)
	// Where the program doesn't run, the hook's name is all that the user sees.
	assert.Equal(t, []string{"connected to the endpoint service: endpoint vpce-00000001 of account 222222222222 (tenant acme), " +
		"endpoint vpce-00000002 of account 333333333333 (tenant blue); have the endpoints deleted, or reject them: " +
		`aws ec2 reject-vpc-endpoint-connections --region us-east-1 --service-id "$(pulumi stack output serviceId)" ` +
		"--vpc-endpoint-ids vpce-00000001 vpce-00000002; or set x; if they are gone already: pulumi destroy --run-program"}, m.get(t, ConnectionGuardType, "web").beforeDelete)
}

func TestConnectionGuardOfNothing(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := guardArgs()
		args.Connections, args.States = nil, nil
		_, err := NewConnectionGuard(ctx, "web", args)
		return err
	}))
	assert.Empty(t, m.get(t, ConnectionGuardType, "web").beforeDelete)
}

// The hook refuses while one connection is alive, by its state as of the last
// refresh, and names those that are.
func TestConnectionGuardHook(t *testing.T) {
	const second = "connected to the endpoint service: endpoint vpce-00000002 of account 333333333333 (tenant blue); " +
		"have the endpoints deleted, or reject them: aws ec2 reject-vpc-endpoint-connections --region us-east-1 " +
		"--service-id vpce-svc-1 --vpc-endpoint-ids vpce-00000002; or set x"
	for name, test := range map[string]struct {
		states map[string]any
		want   string
	}{
		"one rejected":         {map[string]any{"vpce-00000001": "rejected", "vpce-00000002": "available"}, second},
		"one pending":          {map[string]any{"vpce-00000001": "deleted", "vpce-00000002": "pendingAcceptance"}, second},
		"one that is not read": {map[string]any{"vpce-00000001": "rejected"}, second},
		"none alive":           {map[string]any{"vpce-00000001": "rejected", "vpce-00000002": "expired"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := guardArgs().refuse(&pulumi.ResourceHookArgs{OldOutputs: resource.NewPropertyMapFromMap(map[string]any{
				"serviceId": "vpce-svc-1", "connections": test.states,
			})})
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
	args := guardArgs()
	require.EqualError(t, args.refuse(&pulumi.ResourceHookArgs{}), args.hookName(), "a guard that was never finished")
}

func TestConnectionGuardRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*ConnectionGuardArgs)
		want   string
	}{
		{"no service", func(a *ConnectionGuardArgs) { a.ServiceId = nil }, "serviceId is missing; it is required"},
		{"no command", func(a *ConnectionGuardArgs) { a.ServiceIdCommand = "" }, "serviceIdCommand is missing; it is required"},
		{"no Region", func(a *ConnectionGuardArgs) { a.Region = "" }, "region is missing; it is required"},
		{"a VPC for an endpoint", func(a *ConnectionGuardArgs) { a.Connections[1].EndpointId = "vpc-1" },
			`connections[1].endpointId is "vpc-1"; it must be a VPC endpoint ID: vpce- and 8 or 17 hexadecimal digits`},
		{"nobody's", func(a *ConnectionGuardArgs) { a.Connections[0].Owner = "" }, "connections[0].owner is missing; it is required"},
		{"an endpoint twice", func(a *ConnectionGuardArgs) { a.Connections[1].EndpointId = "vpce-00000001" },
			`connections[1].endpointId is "vpce-00000001" a second time; list it once`},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `ConnectionGuard "web": `+test.want, func(ctx *pulumi.Context) error {
				args := guardArgs()
				test.change(args)
				_, err := NewConnectionGuard(ctx, "web", args)
				return err
			})
		})
	}
}
