package stacks

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// replacementHook refuses, in a preview already, to replace a load balancer within its
// generation. AWS refuses that too, but half-way: for a target group can't be two load
// balancers', and the endpoint service can't let go of one that has connections.
func (s *providerStack) replacementHook(ctx *pulumi.Context) (*pulumi.ResourceHookBinding, error) {
	hook, err := ctx.RegisterResourceHook(s.cfg.Name+"-load-balancer-replacement", s.cfg.refuseReplacement,
		&pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	return &pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}, nil
}

// refuseReplacement fails where the endpoint service is to lose a load balancer of a
// generation that stays. What comes in its place a preview doesn't know.
func (cfg *providerConfig) refuseReplacement(hook *pulumi.ResourceHookArgs) error {
	const property = "networkLoadBalancerArns"
	kept := map[string]bool{}
	for _, arn := range textsIn(hook.NewInputs[property]) {
		kept[arn] = true
	}
	for _, arn := range textsIn(hook.OldInputs[property]) {
		for _, generation := range cfg.generations() {
			if !kept[arn] && autonamed(cfg.balancerName(generation)).MatchString(arn) {
				return fmt.Errorf("the load balancer %s would be replaced, which AWS refuses: raise provider.loadBalancer.generation to %d with the change, "+
					"see docs/replacing-the-load-balancer.md", arn, cfg.LoadBalancer.Generation+1)
			}
		}
	}
	return nil
}

// autonamed matches the ARN of a load balancer that Pulumi named after a resource.
func autonamed(name string) *regexp.Regexp {
	return regexp.MustCompile(`:loadbalancer/net/` + regexp.QuoteMeta(name) + `-[0-9a-f]{7}/`)
}

// textsIn are the strings of a list that are known.
func textsIn(value resource.PropertyValue) []string {
	for value.IsSecret() || value.IsOutput() && value.OutputValue().Known {
		if value.IsSecret() {
			value = value.SecretValue().Element
		} else {
			value = value.OutputValue().Element
		}
	}
	var texts []string
	if value.IsArray() {
		for _, element := range value.ArrayValue() {
			texts = append(texts, textsIn(element)...)
		}
	}
	if value.IsString() {
		texts = append(texts, value.StringValue())
	}
	return texts
}
