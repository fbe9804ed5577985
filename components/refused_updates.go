package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// refusedUpdate is an update in place of a property that the AWS provider previews, and
// that AWS then refuses half-way, that cuts clients off, or that isn't sent at all.
type refusedUpdate struct {
	property string
	refused  func(was, is resource.PropertyValue) bool
	// why follows the resource's name, and ends with what to do instead.
	why string
}

// refusedUpdates are those of each type. What else an update leaves as it is, is stated
// where the resource is made, or said at the option.
var refusedUpdates = map[string][]refusedUpdate{
	"listener": {
		{"protocol", noLongerTLS, "would no longer be tls, which AWS refuses, since the AWS provider sends the security policy along, " +
			"and before the tasks are replaced nobody would end the clients' TLS" + anotherListener},
		{"defaultActions", forwardsElsewhere, "would forward to another target group, since a targetProtocol or the VPC is another one, " +
			"and that has no target until the tasks are replaced" + anotherListener},
	},
	"load balancer": {
		{"subnets", losesSome, "would lose subnets, which replaces it, and AWS refuses that: nothing was changed. " +
			"Leave the network and its zones as they were, or raise loadBalancer.generation with the change: see docs/replacing-the-load-balancer.md"},
	},
	"service": {
		{"alarms", takenBack, "would still watch its alarms, since the AWS provider doesn't take them back: nothing was changed. " +
			"Set deployment.alarmNames to [], which does"},
		{"propagateTags", takenBack, "would still give its tasks tags, since the AWS provider doesn't take that back: nothing was changed. " +
			"Set propagateTags to NONE, which does"},
	},
}

// anotherListener is the way without an outage: a load balancer has one listener a port, so
// that none can stand beside the one that it replaces.
const anotherListener = ": nothing was changed. Leave it as it was and add a listener on another port in a pulumi up of its own, " +
	"let the consumers deploy and use that port, and then remove this one: see docs/replacing-the-load-balancer.md"

func noLongerTLS(was, is resource.PropertyValue) bool {
	return textOf(was) == "TLS" && textOf(is) != "TLS"
}

func forwardsElsewhere(was, is resource.PropertyValue) bool { return targetOf(was) != targetOf(is) }

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

// losesSome says whether a list no longer has all that it had. What it gets that only is
// planned is unknown.
func losesSome(was, is resource.PropertyValue) bool {
	had, has := textsIn(was), textsIn(is)
	return is.IsArray() && slices.ContainsFunc(had, func(id string) bool { return !slices.Contains(has, id) })
}

// takenBack says whether something that was on is no longer said.
func takenBack(was, is resource.PropertyValue) bool {
	if was.IsObject() {
		on := was.ObjectValue()["enable"]
		return is.IsNull() && on.IsBool() && on.BoolValue()
	}
	return textOf(was) != "" && textOf(was) != "NONE" && textOf(is) == ""
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
			name := resource.PropertyKey(u.property)
			if u.refused(hook.OldInputs[name], hook.NewInputs[name]) {
				return fmt.Errorf("the %s %s %s", kind, hook.Name, u.why)
			}
		}
		return nil
	}
	return s.ctx.RegisterResourceHook(s.name+"-"+strings.ReplaceAll(kind, " ", "-")+"-update", refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
}
