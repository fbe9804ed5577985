package deploy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/components"
)

// A deployment has the guard on destroy once. Who comes second, another version of the plugin
// or the plugin beside components in Go, says so in a preview, before anything is made. What
// has no guard goes beside anything.
func TestPluginsBesideEachOther(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the plugin")
	}
	dir, err := builtPlugins()
	require.NoError(t, err)
	remote := func(ctx *pulumi.Context, component, name, version string) error {
		inputs := map[string]pulumi.Map{
			"ServiceProvider": {"tenants": pulumi.Map{"acme": pulumi.Map{"accounts": pulumi.StringArray{pulumi.String("222222222222")}}}},
			"Network":         {"cidrBlock": pulumi.String("10.9.0.0/16")},
		}[component]
		var made pulumi.ResourceState
		return ctx.RegisterRemoteComponentResource("fargate-privatelink:index:"+component, name, inputs, &made, pulumi.Version(version))
	}
	const refused = "the stack has components of another version of fargate-privatelink too, or of its Go package beside the plugin"
	inGo := func(ctx *pulumi.Context) error {
		_, err := components.NewServiceProvider(ctx, "web", &components.ServiceProviderArgs{
			Tenants: map[string]components.TenantOptions{"acme": {Accounts: []string{"222222222222"}}},
		})
		return err
	}
	for name, test := range map[string]struct {
		first  pulumi.RunFunc
		second string // the component that the plugin's version 2 makes
		want   string
	}{
		"two versions":                    {func(ctx *pulumi.Context) error { return remote(ctx, "ServiceProvider", "web", "1.0.0") }, "ServiceProvider", refused},
		"two versions, one with no guard": {func(ctx *pulumi.Context) error { return remote(ctx, "ServiceProvider", "web", "1.0.0") }, "Network", ""},
		"Go beside the plugin":            {inGo, "ServiceProvider", refused},
		"Go, and a plugin with no guard":  {inGo, "Network", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, map[string]string{"dev": goldenStack}, func(ctx *pulumi.Context) error {
				if err := test.first(ctx); err != nil {
					return err
				}
				return remote(ctx, test.second, "api", "2.0.0")
			})
			for _, version := range []string{"1.0.0", "2.0.0"} { // where the CLI installs them
				installed := filepath.Join(s.path("home"), "plugins", "resource-fargate-privatelink-v"+version)
				require.NoError(t, os.MkdirAll(installed, 0o700))
				binary := pluginIn(dir, "fargate-privatelink")
				require.NoError(t, os.Link(binary, filepath.Join(installed, filepath.Base(binary))))
			}
			stack, err := s.open(t.Context(), "dev")
			require.NoError(t, err)
			notAttached(t, s, stack)
			_, err = s.Preview(t.Context(), "dev", nil, false, nil)
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
			assert.Empty(t, s.World.Operations())
		})
	}
}
