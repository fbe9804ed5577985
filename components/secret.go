package components

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A stack's configuration is one object, of which the program is told only whether any part
// is a secret. Where one is, all free texts of the side are kept as secrets, wherever they
// go: tags, what a container gets (its definition is one text), the paths of health checks,
// and who subscribes. What has a form, such as an ID, an ARN, a domain or a block of
// addresses, says what a resource is and stands in names: it can't be kept.

// sideTags are a side's tags as its children get them.
func sideTags(tags map[string]string, secret bool) pulumi.StringMapInput {
	if !secret {
		return pulumi.ToStringMap(tags)
	}
	return pulumi.ToSecret(pulumi.ToStringMap(tags)).(pulumi.StringMapOutput)
}

// keptSecret returns the options with the environment as a secret. A task definition with a
// secret variable is one as a whole: commands, entry points and health checks with it.
func (o FargateServiceOptions) keptSecret() FargateServiceOptions {
	o.Environment = secretMap(o.Environment)
	o.Sidecars = maps.Clone(o.Sidecars)
	for name, sidecar := range o.Sidecars {
		sidecar.Environment = secretMap(sidecar.Environment)
		o.Sidecars[name] = sidecar
	}
	return o
}

func secretMap(variables pulumi.StringMapInput) pulumi.StringMapInput {
	if variables == nil {
		variables = pulumi.StringMap{}
	}
	return pulumi.ToSecret(variables).(pulumi.StringMapOutput)
}

// secretText is a text as a secret, if it is one and there is any.
func secretText(text pulumi.StringPtrInput, secret bool) pulumi.StringPtrInput {
	if text == nil || !secret {
		return text
	}
	return pulumi.ToSecret(text.ToStringPtrOutput()).(pulumi.StringPtrOutput)
}
