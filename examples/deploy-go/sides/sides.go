// Package sides is the program of both sides, each a stack in an account of its own.
package sides

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
	"fargate-privatelink/contract/stackref"
)

// Run is the side that the stack's key role names.
func Run(ctx *pulumi.Context) error {
	if config.Require(ctx, "role") == "provider" {
		return Provider(ctx)
	}
	return Consumer(ctx)
}

// Provider is the provider's side.
func Provider(ctx *pulumi.Context) error {
	var accepted []string // the consumer's endpoints, vpce-…
	if err := config.GetObject(ctx, "endpointIds", &accepted); err != nil {
		return err
	}
	web, err := components.NewServiceProvider(ctx, "web", &components.ServiceProviderArgs{
		Service: &components.FargateServiceOptions{
			Image:         pulumi.String("nginx:alpine"),
			ContainerArgs: components.ContainerArgs{Environment: pulumi.StringMap{"GREETING": pulumi.String("hello")}},
		},
		Tenants: map[string]components.TenantOptions{
			"acme": {Accounts: []string{"222222222222"}, EndpointIds: accepted},
		},
		Tags: map[string]string{"team": "web"},
	})
	if err != nil {
		return err
	}
	ctx.Export("contract", web.Contract)
	ctx.Export("serviceId", web.ServiceId)
	return nil
}

// Consumer is the consumer's side.
func Consumer(ctx *pulumi.Context) error {
	stack, err := stackref.Find(ctx, config.Require(ctx, "providerStack"))
	if err != nil {
		return err
	}
	value, err := stack.Output(contract.OutputName)
	if err != nil {
		return err
	}
	offered, err := contract.FromValue(value)
	if err != nil {
		return err
	}
	web, err := components.NewServiceConsumer(ctx, "web", &components.ServiceConsumerArgs{
		Contract:               offered,
		ServiceConsumerOptions: components.ServiceConsumerOptions{Network: &components.VpcOptions{CidrBlock: "10.20.0.0/16"}},
	})
	if err != nil {
		return err
	}
	ctx.Export("endpointId", web.EndpointId)
	ctx.Export("url", web.Url)
	return nil
}
