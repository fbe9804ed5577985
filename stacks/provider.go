package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/check"
)

// providerConfig is the provider's side: a service on AWS Fargate behind an internal
// Network Load Balancer, offered to other accounts as a VPC endpoint service. Set at
// least name.
type providerConfig struct {
	// Name begins the names of all resources: 1 to 16 lower-case letters, digits and
	// single hyphens, with a letter first (default web). To change it replaces everything.
	Name string `pulumi:"name,optional" default:"web" form:"name"`
	components.ServiceProviderArgs
	// Tenants are the consumers, by a label of 1 to 32 lower-case letters, digits and
	// hyphens: who may connect, and which of their endpoints are accepted (default
	// nobody). A label is for people: to rename a tenant changes nothing.
	Tenants map[string]tenantConfig `pulumi:"tenants,optional"`
}

// tenantConfig is one consumer.
type tenantConfig struct {
	components.TenantOptions
	// ConsumerStacks are the consumer's stacks, whose endpoints are accepted once they
	// have made them: stacks of this project, or full names
	// (organization/project/stack).
	ConsumerStacks []string `pulumi:"consumerStacks,optional" form:"stack"`
}

// runProvider is the program of role provider: it reads the configuration and the
// consumers' stacks, makes a [components.ServiceProvider] and exports its outputs.
func runProvider(ctx *pulumi.Context) error {
	cfg, err := loadProvider(ctx)
	if err != nil {
		return err
	}
	if err := cfg.findConsumers(ctx); err != nil {
		return err
	}
	provider, err := components.NewServiceProvider(ctx, cfg.Name, &cfg.ServiceProviderArgs)
	if err != nil {
		return err
	}
	for name, value := range provider.Outputs() {
		ctx.Export(name, value)
	}
	return nil
}

// loadProvider reads and checks the configuration of role provider.
func loadProvider(ctx *pulumi.Context) (*providerConfig, error) {
	cfg := &providerConfig{Name: "web"}
	cfg.ConfigPath = providerKey
	var f check.Faults
	if err := load(ctx, providerKey, cfg, &f); err != nil {
		return nil, err
	}
	cfg.ServiceProviderArgs.Tenants = map[string]components.TenantOptions{}
	for label, tenant := range cfg.Tenants {
		cfg.ServiceProviderArgs.Tenants[label] = tenant.TenantOptions
	}
	f.AddBeside(cfg.Validate(cfg.Name))
	cfg.checkConsumerStacks(ctx, &f)
	cfg.Secret = ctx.IsConfigSecret(ctx.Project() + ":" + providerKey)
	return cfg, f.Err()
}
