package stacks

import (
	"maps"

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
	if ctx.IsConfigSecret(ctx.Project() + ":" + providerKey) {
		cfg.keepSecret()
	}
	return cfg, f.Err()
}

// keepSecret keeps out of sight what may hold credentials when any part of the
// configuration object is a secret: the program gets it decrypted and isn't told which
// part that was. A task definition with a secret variable is one as a whole: commands,
// entry points and health checks with it.
func (cfg *providerConfig) keepSecret() {
	if cfg.Notifications != nil {
		cfg.Notifications.Secret = true
	}
	if cfg.Service == nil {
		return
	}
	cfg.Service.Environment = secret(cfg.Service.Environment)
	sidecars := maps.Clone(cfg.Service.Sidecars)
	for name, sidecar := range sidecars {
		sidecar.Environment = secret(sidecar.Environment)
		sidecars[name] = sidecar
	}
	cfg.Service.Sidecars = sidecars
}

func secret(variables pulumi.StringMapInput) pulumi.StringMapInput {
	if variables == nil {
		variables = pulumi.StringMap{}
	}
	return pulumi.ToSecret(variables).(pulumi.StringMapOutput)
}
