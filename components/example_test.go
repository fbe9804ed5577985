package components_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

// A provider's side, in a VPC of its own, for one tenant.
func ExampleNewServiceProvider() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := components.NewServiceProvider(ctx, "web", &components.ServiceProviderArgs{
			Service: &components.FargateServiceOptions{Image: pulumi.String("nginx:alpine")},
			Tenants: map[string]components.TenantOptions{"acme": {Accounts: []string{"222222222222"}}},
		})
		if err != nil {
			return err
		}
		ctx.Export("contract", provider.Contract)
		return nil
	})
}
