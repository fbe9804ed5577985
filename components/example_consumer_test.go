package components_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract/stackref"
)

// A consumer's side, in a VPC of its own, of the service whose provider has a stack in
// reach.
func ExampleNewServiceConsumer() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := stackref.Find(ctx, "acme/fargate-privatelink/provider")
		if err != nil {
			return err
		}
		service, err := provider.Contract()
		if err != nil {
			return err
		}
		consumer, err := components.NewServiceConsumer(ctx, "web", &components.ServiceConsumerArgs{Contract: service})
		if err != nil {
			return err
		}
		ctx.Export("url", consumer.Url)
		return nil
	})
}
