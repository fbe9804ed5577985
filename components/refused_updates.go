package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// refusedUpdate is an update in place that the AWS provider previews, and that AWS then
// refuses half-way, that cuts clients off, or that isn't sent at all.
type refusedUpdate struct {
	refused func(was, is resource.PropertyMap) bool
	// why follows the resource's name, and ends with what to do instead.
	why string
}

// refusedUpdates are those of each type. What else an update leaves as it is, is stated
// where the resource is made, or said at the option.
var refusedUpdates = map[string][]refusedUpdate{
	"listener": {
		{noLongerTLS, "would no longer be tls, which AWS refuses, since the AWS provider sends the security policy along, " +
			"and before the tasks are replaced nobody would end the clients' TLS" + anotherListener},
		{forwardsElsewhere, "would forward to another target group, since a targetProtocol or the VPC is another one, " +
			"and that has no target until the tasks are replaced" + anotherListener},
	},
	"load balancer": {
		{losesSubnets, "would lose subnets, which replaces it, and AWS refuses that: nothing was changed. " +
			"Leave the network and its zones as they were, or raise loadBalancer.generation with the change: see docs/replacing-the-load-balancer.md"},
	},
	"service": {
		{takenBack("alarms"), "would still watch its alarms, since the AWS provider doesn't take them back: nothing was changed. " +
			"Set deployment.alarmNames to [], which does"},
		{takenBack("propagateTags"), "would still give its tasks tags, since the AWS provider doesn't take that back: nothing was changed. " +
			"Set propagateTags to NONE, which does"},
	},
}

// anotherListener is the way without an outage: a load balancer has one listener a port, so
// that none can stand beside the one that it replaces.
const anotherListener = ": nothing was changed. Leave it as it was and add a listener on another port in a pulumi up of its own, " +
	"let the consumers deploy and use that port, and then remove this one: see docs/replacing-the-load-balancer.md"

func noLongerTLS(was, is resource.PropertyMap) bool {
	return textOf(was["protocol"]) == "TLS" && textOf(is["protocol"]) != "TLS"
}

func forwardsElsewhere(was, is resource.PropertyMap) bool {
	return targetOf(was["defaultActions"]) != targetOf(is["defaultActions"])
}

// targetOf is the target group of the one action, "" where a preview doesn't know it.
func targetOf(actions resource.PropertyValue) string {
	if !actions.IsArray() || len(actions.ArrayValue()) != 1 || !actions.ArrayValue()[0].IsObject() {
		return ""
	}
	known := textsIn(actions.ArrayValue()[0].ObjectValue()["targetGroupArn"])
	if len(known) != 1 {
		return ""
	}
	return known[0]
}

// losesSubnets says whether a load balancer leaves a subnet, as far as a preview knows. In
// a network that is only planned, a dualstack load balancer is in subnets of its own.
func losesSubnets(was, is resource.PropertyMap) bool {
	if !is["subnets"].IsArray() {
		return is["subnets"].ContainsUnknowns() && textOf(was["ipAddressType"]) != textOf(is["ipAddressType"])
	}
	has := textsIn(is["subnets"])
	return slices.ContainsFunc(textsIn(was["subnets"]), func(id string) bool { return !slices.Contains(has, id) })
}

// takenBack says whether something that was on is no longer said.
func takenBack(property resource.PropertyKey) func(was, is resource.PropertyMap) bool {
	return func(was, is resource.PropertyMap) bool {
		if was[property].IsObject() {
			on := was[property].ObjectValue()["enable"]
			return !is.HasValue(property) && on.IsBool() && on.BoolValue()
		}
		value := textOf(was[property])
		return !is.HasValue(property) && value != "" && value != "NONE"
	}
}

// refusingUpdates refuses the updates of a resource that are refused.
func refusingUpdates(s scope, kind string) (pulumi.ResourceOption, error) {
	hook, err := updateHook(s, kind)
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}), err
}

// updateHook is the hook that does it, in a preview already.
func updateHook(s scope, kind string) (*pulumi.ResourceHook, error) {
	refuse := func(hook *pulumi.ResourceHookArgs) error {
		for _, u := range refusedUpdates[kind] {
			if u.refused(hook.OldInputs, hook.NewInputs) {
				return fmt.Errorf("the %s %s %s", kind, hook.Name, u.why)
			}
		}
		return nil
	}
	return s.ctx.RegisterResourceHook(s.name+"-"+strings.ReplaceAll(kind, " ", "-")+"-update", refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
}
