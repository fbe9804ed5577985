package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

const (
	endpointServiceToken = "aws:ec2/vpcEndpointService:VpcEndpointService"
	principalToken       = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	accepterToken        = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	accountArn           = "arn:aws:iam::222222222222:root"
)

func endpointServiceArgs() *EndpointServiceArgs {
	return &EndpointServiceArgs{NetworkLoadBalancerArns: pulumi.ToStringArray([]string{"arn:lb"})}
}

func one(key, value string) map[string]pulumi.StringInput {
	return map[string]pulumi.StringInput{key: pulumi.String(value)}
}

func TestEndpointServiceDefaults(t *testing.T) {
	m := newMocks()
	var id, name, state *reading[string]
	var zones, dnsNames *reading[[]string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		service, err := NewEndpointService(ctx, "web", endpointServiceArgs())
		if err != nil {
			return err
		}
		id, name, state = read[string](ctx, service.ServiceId), read[string](ctx, service.ServiceName), read[string](ctx, service.State)
		zones, dnsNames = read[[]string](ctx, service.AvailabilityZones), read[[]string](ctx, service.BaseEndpointDnsNames)
		return nil
	}))
	// Nobody may connect, and who may one day must be accepted.
	assert.Equal(t, []string{endpointServiceToken + " web"}, m.list(EndpointServiceType))
	assert.Equal(t, map[string]any{
		"networkLoadBalancerArns": []any{"arn:lb"}, "acceptanceRequired": true, "tags": map[string]any{"Name": "web"},
	}, m.get(t, endpointServiceToken, "web").inputs)

	assert.Equal(t, "web-id", id.value)
	assert.Equal(t, "com.amazonaws.vpce.us-east-1.web", name.value)
	assert.Equal(t, "Available", state.value)
	assert.Equal(t, []string{"us-east-1a", "us-east-1b"}, zones.value)
	assert.Equal(t, []string{"web.us-east-1.vpce.amazonaws.com"}, dnsNames.value)
}

// What there is for each tenant doesn't bring the program's whole Go stack into the state.
func TestTenantsHaveShallowStacks(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.AllowedPrincipals, args.AcceptedEndpoints = one("acme", accountArn), one("acme", "vpce-0123456789abcdef0")
		_, err := NewEndpointService(ctx, "web", args)
		return err
	})
	for token, name := range map[string]string{principalToken: "web-principal-acme", accepterToken: "web-accept-acme"} {
		assert.Positive(t, m.get(t, token, name).frames, token)
		assert.LessOrEqual(t, m.get(t, token, name).frames, 4, "%s: its own line, those that call it from NewEndpointService, and the end", token)
	}
	assert.Greater(t, m.get(t, endpointServiceToken, "web").frames, 4, "the parent's say where in the program it is")
}

// A nil list states nothing, and the provider leaves what is. An empty one takes away what
// was there.
func TestEndpointServiceTakesSupportBack(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.SupportedRegions, args.SupportedIpAddressTypes = []string{}, []string{}
		_, err := NewEndpointService(ctx, "web", args)
		return err
	})
	service := m.get(t, endpointServiceToken, "web").inputs
	assert.Equal(t, []any{"us-east-1"}, service["supportedRegions"])
	assert.Equal(t, []any{"ipv4"}, service["supportedIpAddressTypes"])
}

func TestEndpointServicePrincipalsAndEndpoints(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.AllowedPrincipals = map[string]pulumi.StringInput{
			"acme":   pulumi.String(accountArn),
			"deploy": pulumi.String("arn:aws-cn:iam::333333333333:role/deploy.er_1"),
			"later":  pulumi.String("arn:aws:iam::444444444444:user/bob").ToStringOutput(),
		}
		args.AcceptedEndpoints = one("acme", "vpce-0123456789abcdef0")
		args.SupportedRegions = []string{"us-west-2", "eu-west-1"}
		args.SupportedIpAddressTypes = []string{"ipv4", "ipv6"}
		_, err := NewEndpointService(ctx, "web", args)
		return err
	}))

	principals := map[string]any{}
	for _, r := range m.find(principalToken) {
		assert.Equal(t, "web-id", r.inputs["vpcEndpointServiceId"])
		principals[r.name] = r.inputs["principalArn"]
	}
	assert.Equal(t, map[string]any{
		"web-principal-acme":   accountArn,
		"web-principal-deploy": "arn:aws-cn:iam::333333333333:role/deploy.er_1",
		"web-principal-later":  "arn:aws:iam::444444444444:user/bob",
	}, principals)
	assert.Equal(t, map[string]any{"vpcEndpointServiceId": "web-id", "vpcEndpointId": "vpce-0123456789abcdef0"},
		m.get(t, accepterToken, "web-accept-acme").inputs)
	service := m.get(t, endpointServiceToken, "web").inputs
	assert.Equal(t, []any{"eu-west-1", "us-east-1", "us-west-2"}, service["supportedRegions"], "its own too, which AWS lists")
	assert.Equal(t, []any{"ipv4", "ipv6"}, service["supportedIpAddressTypes"])
	// A list on the service itself would never be emptied again.
	assert.NotContains(t, service, "allowedPrincipals")
}

func TestEndpointServiceHooks(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		hook, err := ctx.RegisterResourceHook("keep", func(*pulumi.ResourceHookArgs) error { return nil }, nil)
		if err != nil {
			return err
		}
		args := endpointServiceArgs()
		args.Hooks = &pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}
		_, err = NewEndpointService(ctx, "web", args)
		return err
	})
	assert.Equal(t, []string{"keep"}, m.get(t, endpointServiceToken, "web").beforeUpdate)
}

func TestEndpointServiceForAnybody(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.AllowedPrincipals = one("anybody", "*")
		args.AllowAnyPrincipal = true
		_, err := NewEndpointService(ctx, "web", args)
		return err
	}))
	assert.Equal(t, "*", m.get(t, principalToken, "web-principal-anybody").inputs["principalArn"])
}

func TestEndpointServiceWithoutAcceptance(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := endpointServiceArgs()
		args.AcceptanceRequired = pulumi.BoolRef(false)
		args.AllowedPrincipals = one("acme", accountArn)
		_, err := NewEndpointService(ctx, "web", args)
		return err
	}))
	assert.Equal(t, false, m.get(t, endpointServiceToken, "web").inputs["acceptanceRequired"])
}

// A principal that only the deployment knows is checked no less.
func TestEndpointServiceChecksLatePrincipals(t *testing.T) {
	for value, want := range map[string]string{
		"*":            `allowedPrincipals.late is "*", every AWS account; it needs allowAnyPrincipal to be true`,
		"222222222222": `allowedPrincipals.late is "222222222222"; it must be "*" or the ARN of an account's root`,
	} {
		m := newMocks()
		err := m.run(func(ctx *pulumi.Context) error {
			args := endpointServiceArgs()
			args.AllowedPrincipals = map[string]pulumi.StringInput{"late": pulumi.String(value).ToStringOutput()}
			_, err := NewEndpointService(ctx, "web", args)
			return err
		})
		require.ErrorContains(t, err, want)
		assert.Empty(t, m.find(principalToken))
	}
}

func TestEndpointServiceRefuses(t *testing.T) {
	principals := func(key, value string) func(*EndpointServiceArgs) {
		return func(a *EndpointServiceArgs) { a.AllowedPrincipals = one(key, value) }
	}
	principal := "; it must be " + check.Forms["principal"].Allowed
	for _, test := range []struct {
		name   string
		change func(*EndpointServiceArgs)
		want   string
	}{
		{"no load balancer", func(a *EndpointServiceArgs) { a.NetworkLoadBalancerArns = nil }, "networkLoadBalancerArns is missing; it is required"},
		{"an account", principals("acme", "222222222222"), `allowedPrincipals.acme is "222222222222"` + principal},
		{"a role with a path", principals("acme", "arn:aws:iam::222222222222:role/team/deployer"),
			`allowedPrincipals.acme is "arn:aws:iam::222222222222:role/team/deployer"` + principal},
		{"anybody without opt-in", principals("acme", "*"), `allowedPrincipals.acme is "*", every AWS account; it needs allowAnyPrincipal to be true`},
		{"anybody without acceptance", func(a *EndpointServiceArgs) {
			a.AllowedPrincipals, a.AllowAnyPrincipal, a.AcceptanceRequired = one("acme", "*"), true, pulumi.BoolRef(false)
		}, `allowedPrincipals.acme is "*", every AWS account; it needs acceptanceRequired to be true`},
		{"an empty key", principals("", accountArn), "allowedPrincipals has an empty key; each key names a resource"},
		{"a principal that is nil", func(a *EndpointServiceArgs) { a.AllowedPrincipals = map[string]pulumi.StringInput{"acme": nil} },
			"allowedPrincipals.acme is missing; it is required"},
		{"a service for an endpoint", func(a *EndpointServiceArgs) { a.AcceptedEndpoints = one("acme", "vpce-svc-1") },
			`acceptedEndpoints.acme is "vpce-svc-1"; it must be a VPC endpoint ID: vpce- and 8 or 17 hexadecimal digits`},
		{"connections to reject without acceptance", func(a *EndpointServiceArgs) {
			a.RejectConnectionsOnDestroy, a.AcceptanceRequired = true, pulumi.BoolRef(false)
		}, "rejectConnectionsOnDestroy is true, but acceptanceRequired is false; only accepted endpoints can be rejected: " +
			"set acceptanceRequired to true, or have the consumers delete their endpoints first"},
		{"a zone for a Region", func(a *EndpointServiceArgs) { a.SupportedRegions = []string{"us-east-1", "us-east-1a"} },
			`supportedRegions[1] is "us-east-1a"; it must be an AWS region such as us-east-1`},
		{"a Region twice", func(a *EndpointServiceArgs) { a.SupportedRegions = []string{"us-east-1", "us-east-1"} },
			`supportedRegions[1] is "us-east-1" a second time; list it once`},
		{"an address type", func(a *EndpointServiceArgs) { a.SupportedIpAddressTypes = []string{"IPv4"} },
			`supportedIpAddressTypes[0] is "IPv4"; it must be one of ipv4, ipv6`},
		{"an address type twice", func(a *EndpointServiceArgs) { a.SupportedIpAddressTypes = []string{"ipv4", "ipv4"} },
			`supportedIpAddressTypes[1] is "ipv4" a second time; list it once`},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `EndpointService "web": `+test.want, func(ctx *pulumi.Context) error {
				args := endpointServiceArgs()
				test.change(args)
				_, err := NewEndpointService(ctx, "web", args)
				return err
			})
		})
	}
}

// However a principal is written, everybody is let in only by the two switches
// together.
func TestEverybodyNeedsBothSwitches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := endpointServiceArgs()
		value := rapid.OneOf(rapid.Just("*"), rapid.StringMatching(`[*: a-z0-9/]{0,6}`)).Draw(t, "principal")
		args.AllowAnyPrincipal = rapid.Bool().Draw(t, "allowAnyPrincipal")
		args.AcceptanceRequired = pulumi.BoolRef(rapid.Bool().Draw(t, "acceptanceRequired"))
		args.AllowedPrincipals = one("k", value)
		_, faults := check.Args("", args)
		admitted := len(faults) == 0
		if guarded := args.AllowAnyPrincipal && *args.AcceptanceRequired; admitted != (value == "*" && guarded) {
			t.Fatalf("%q is admitted: %v", value, admitted)
		}
	})
}

func TestRegionNames(t *testing.T) {
	for _, region := range []string{"us-east-1", "ap-southeast-7", "us-gov-west-1", "cn-northwest-1", "us-iso-east-1", "mx-central-1"} {
		assert.True(t, check.Forms["region"].Ok(region), region)
	}
}
