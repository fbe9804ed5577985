package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// predecessor is a component to wait for, with an output that it has once what is in
// it has been made.
type predecessor struct {
	component pulumi.Resource
	output    pulumi.Output
}

// after lets a resource wait for components. A plain dependency on a component covers
// only those of its children that the SDK has registered by the time that it looks,
// which goes on beside the program: the order of an update or a destroy would hang on
// who comes first. The outputs come after the children.
func after(all ...predecessor) pulumi.ResourceOption {
	var components []pulumi.Resource
	var outputs []any
	for _, p := range all {
		components = append(components, p.component)
		outputs = append(outputs, p.output)
	}
	made := pulumi.All(outputs...).ApplyT(func([]any) []pulumi.Resource { return components })
	return pulumi.DependsOnInputs(made.(pulumi.ResourceArrayOutput))
}
