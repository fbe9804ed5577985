package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// scope is what every child of one component has in common: its names, its tags
// and its parent.
type scope struct {
	ctx  *pulumi.Context
	name string
	tags pulumi.StringMapInput
	// parent is an option for children and for invokes, which take the provider
	// from it.
	parent pulumi.ResourceOrInvokeOption
}

func newScope(ctx *pulumi.Context, name string, tags pulumi.StringMapInput, component pulumi.Resource) scope {
	return scope{ctx: ctx, name: name, tags: tags, parent: pulumi.Parent(component)}
}

// named returns the logical name of the child with suffix.
func (s scope) named(suffix string) string {
	return s.name + "-" + suffix
}

// tagged returns the tags of the child with the logical name: the component's
// own and Name.
func (s scope) tagged(logicalName string) pulumi.StringMapInput {
	if s.tags == nil {
		return pulumi.StringMap{"Name": pulumi.String(logicalName)}
	}
	return s.tags.ToStringMapOutput().ApplyT(func(tags map[string]string) map[string]string {
		tagged := map[string]string{}
		for key, value := range tags {
			tagged[key] = value
		}
		tagged["Name"] = logicalName
		return tagged
	}).(pulumi.StringMapOutput)
}

// shallow runs f on a Go stack of its own, for what there can be a thousand of. The SDK
// sends the whole stack with each registration and the engine keeps it: two dozen frames,
// more than all the rest of a tenant in the state. The parent has them.
func shallow(f func() error) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = f()
	}()
	<-done
	return err
}
