package review

import (
	"slices"
	"strings"

	"fargate-privatelink/sandbox/deploy"
)

// circumstance is what decides, besides a change itself, what the change does. Where it
// holds, its sentence and severity take the place of what is said of the change alone.
type circumstance struct {
	types    []string
	ops      []Op
	holds    func(s situation, c Change) bool
	severity Severity
	says     string
}

// circumstances are in the order in which they count: the first that holds does.
var circumstances = []circumstance{
	{[]string{gateway, routeTable, association, route, nat}, []Op{Replace, Delete}, situation.ofConsumer, Harmless, "Clients reach an interface endpoint without it."},
	{[]string{endpoint}, []Op{Create}, situation.toAWS, Harmless, "What is in its VPC reaches the AWS service by it."},
	{[]string{endpoint}, []Op{Replace}, situation.toAWS, Harmless, "For a moment the AWS service may be out of reach: tasks that start meanwhile may fail."},
	{[]string{endpoint}, []Op{Delete}, situation.toAWS, Harmless, "What is in its VPC has to reach the AWS service in another way."},
	{[]string{endpoint}, []Op{Update}, situation.toAWS, Harmless, "It concerns what is in its VPC, and no consumer."},
	{[]string{eip}, []Op{Delete}, situation.lastOne, Harmless, "The tasks have no public address any more."},
	{[]string{nat}, []Op{Delete}, situation.lastOne, Harmless, "PrivateLink doesn't use it. Tasks have no way to the internet by it any more: what they pull and log needs another."},
}

// situation is what surrounds the changes.
type situation struct {
	before, after *snapshot
	stacks        []deploy.Stack
	changes       []Change
}

// settle says of each change what it does where it is.
func (s situation) settle() {
	for i, c := range s.changes {
		for _, row := range circumstances {
			if slices.Contains(row.types, c.Type) && slices.Contains(row.ops, c.Op) && row.holds(s, c) {
				s.changes[i].Severity, s.changes[i].Consequences = row.severity, []string{row.says}
				break
			}
		}
	}
}

// ofConsumer: the stack is a consumer's, whose VPC has no tasks.
func (s situation) ofConsumer(c Change) bool {
	return slices.ContainsFunc(s.stacks, func(st deploy.Stack) bool { return st.Name == c.Stack && st.Role == deploy.RoleConsumer })
}

// toAWS: the endpoint leads to one of AWS's own services, which accepts everybody.
func (s situation) toAWS(c Change) bool {
	if p, changed := c.changed("serviceName"); changed && c.Op != Replace {
		return ofAWS(p.Before + p.After)
	}
	for _, side := range []*snapshot{s.before, s.after} {
		for _, r := range side.resources(c.Stack) {
			if string(r.Type) == c.Type && r.URN.Name() == c.Name {
				name, _ := r.Outputs["serviceName"].(string)
				return ofAWS(name)
			}
		}
	}
	return false
}

// ofAWS tells one of AWS's services, com.amazonaws.us-east-1.ecr.api, from somebody's.
func ofAWS(service string) bool {
	return strings.HasPrefix(service, "com.amazonaws.") && !strings.Contains(service, ".vpce")
}

// lastOne: the stack has no other resource of the type left.
func (s situation) lastOne(c Change) bool {
	left := 0
	for _, r := range s.before.resources(c.Stack) {
		if string(r.Type) == c.Type {
			left++
		}
	}
	for _, other := range s.changes {
		if other.Stack == c.Stack && other.Type == c.Type {
			left += map[Op]int{Create: 1, Delete: -1}[other.Op]
		}
	}
	return left <= 0
}
