package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// invokeOptions hand a component's provider and parent on to what it asks AWS before it
// is registered.
func invokeOptions(opts []pulumi.ResourceOption) ([]pulumi.InvokeOption, error) {
	options, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return nil, err
	}
	var invoke []pulumi.InvokeOption
	if options.Parent != nil {
		invoke = append(invoke, pulumi.Parent(options.Parent))
	}
	for _, provider := range append(options.Providers, options.Provider) {
		if provider, ok := provider.(*aws.Provider); ok {
			invoke = append(invoke, pulumi.Provider(provider))
		}
	}
	return invoke, nil
}

// failedAt is like [failed] for arguments that a side has checked under a path of its
// caller's configuration, which says where they are.
func failedAt(at check.Path, component, name string, faults check.Faults) error {
	if at != "" {
		return faults.Err()
	}
	return failed(component, name, faults)
}
