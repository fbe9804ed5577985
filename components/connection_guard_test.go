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
		ServiceId: pulumi.String("vpce-svc-1"),
		Region:    testRegion,
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
	// Where the program doesn't run, the hook's name is all that the user sees, and it is
	// the same whatever it guards, since states remember it.
	assert.Equal(t, []string{"this stack has consumers or is protected from deletion: pulumi destroy --run-program --refresh " +
		"says which and what to do, and destroys it where nothing is left in the way"}, m.get(t, ConnectionGuardType, "web").beforeDelete)
}

func TestConnectionGuardOfNothing(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := guardArgs()
		args.Connections, args.States = nil, nil
		_, err := NewConnectionGuard(ctx, "web", args)
		return err
	}))
	guard := m.get(t, ConnectionGuardType, "web")
	assert.Empty(t, guard.beforeDelete)
	assert.Equal(t, []string{guardHookName}, guard.beforeUpdate, "registered all the same: an older guard may have to go")
}

// One program can have several guards, and the engine takes a hook of a name once.
func TestConnectionGuards(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewConnectionGuard(ctx, "web", guardArgs())
		require.NoError(t, err)
		_, err = NewConnectionGuard(ctx, "api", guardArgs())
		require.NoError(t, err)
		first, err := guardHook(ctx)
		require.NoError(t, err)
		second, err := guardHook(ctx)
		require.NoError(t, err)
		assert.Same(t, first, second)
		return nil
	}))
}

// A component provider has a Context for each component of a deployment.
func TestConnectionGuardsOfSeveralContexts(t *testing.T) {
	shared := &Guards{}
	make := func(name string) *Guards {
		var made *Guards
		require.NoError(t, newMocks().run(func(ctx *pulumi.Context) error {
			ctx = ctx.WithValue(guardsKey{}, shared)
			_, err := NewConnectionGuard(ctx, name, guardArgs())
			require.NoError(t, err)
			made, err = guardHook(ctx)
			return err
		}))
		return made
	}
	assert.Same(t, shared, make("web"))
	hook := shared.hook
	assert.Same(t, shared, make("api"))
	assert.Same(t, hook, shared.hook, "registered once")
	assert.Len(t, shared.listed, 2)
}

// The hook refuses while one connection is alive, by its state as of the last
// refresh, and while something is protected, and names all that is.
func TestConnectionGuardHook(t *testing.T) {
	const (
		second = "connected to the endpoint service: endpoint vpce-00000002 of account 333333333333 (tenant blue); " +
			"have the endpoints deleted and no longer list them, or reject them: aws ec2 reject-vpc-endpoint-connections --region us-east-1 " +
			"--service-id vpce-svc-1 --vpc-endpoint-ids vpce-00000002; or set x"
		balancer = "arn:lb is protected from deletion: set y to false"
	)
	both := guardArgs().Connections
	for _, test := range []struct {
		name      string
		guard     string
		listed    map[string][]Connection
		states    map[string]any
		protected map[string]any
		want      string
	}{
		{"one rejected", "web", map[string][]Connection{"web": both}, map[string]any{"vpce-00000001": "rejected", "vpce-00000002": "available"}, nil, second},
		{"one pending", "web", map[string][]Connection{"web": both}, map[string]any{"vpce-00000001": "deleted", "vpce-00000002": "pendingAcceptance"}, nil, second},
		{"one that is not read", "web", map[string][]Connection{"web": both}, map[string]any{"vpce-00000001": "rejected"}, nil, second},
		{"none alive", "web", map[string][]Connection{"web": both}, map[string]any{"vpce-00000001": "rejected", "vpce-00000002": "expired"}, nil, ""},
		{"one no longer listed", "web", map[string][]Connection{"web": both[1:]}, map[string]any{}, nil, second},
		{"another name, and gone", "web", map[string][]Connection{"shop": nil}, map[string]any{}, nil, ""},
		{"another name, and there", "web", map[string][]Connection{"shop": both[1:]}, map[string]any{}, nil, second},
		{"another name of two", "web", map[string][]Connection{"shop": nil, "api": nil}, map[string]any{"vpce-00000001": "failed"}, nil, second},
		{"no guard any more", "web", nil, map[string]any{"vpce-00000001": "failed"}, nil, second},
		{"protected", "web", map[string][]Connection{"web": nil}, nil, map[string]any{"arn:lb": "set y to false"}, balancer},
		{"connected and protected", "web", map[string][]Connection{"web": both[1:]}, nil, map[string]any{"arn:lb": "set y to false"}, second + "\n" + balancer},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := (&Guards{listed: test.listed}).refuse(&pulumi.ResourceHookArgs{
				Name: test.guard, Type: ConnectionGuardType,
				OldOutputs: resource.NewPropertyMapFromMap(map[string]any{
					"serviceId": "vpce-svc-1", "region": testRegion, "connections": test.states, "protected": test.protected, "advice": "or set x",
					"owners": map[string]any{
						"vpce-00000001": "account 222222222222 (tenant acme)", "vpce-00000002": "account 333333333333 (tenant blue)",
					},
				}),
			})
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

func TestConnectionGuardRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*ConnectionGuardArgs)
		want   string
	}{
		{"no service", func(a *ConnectionGuardArgs) { a.ServiceId = nil }, "serviceId is missing; it is required"},
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
