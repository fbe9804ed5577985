package adopt

import "slices"

// Whether a property stays as it is, or is changed.
const (
	unchanged = false
	changed   = true
)

// consequences are what comes of properties that stay as they are, or are changed in
// place; "" is any property or type that is not listed.
var consequences = []struct {
	token, property string
	changed         bool
	says            string
}{
	{"aws:lb/loadBalancer:LoadBalancer", "securityGroups", unchanged, "AWS gives no security group to a load balancer that was made without one: it stays without. The group that the program makes for it filters nothing, so that loadBalancer.clientCidrs has no effect, and the tasks' own group has to admit the load balancer's addresses by a rule of yours."},
	{"aws:lb/loadBalancer:LoadBalancer", "", unchanged, "Changing it replaces the load balancer: see docs/replacing-the-load-balancer.md."},
	{"aws:ecs/cluster:Cluster", "", unchanged, "The cluster keeps its name. What else is in it is not the stack's, and keeps AWS from deleting it with the stack."},
	{"aws:ecs/taskDefinition:TaskDefinition", "", unchanged, "The tasks run the revision that is there, and what the configuration says of the container has no effect yet. Take the properties out of adopted to deploy a revision of the program's: tasks are replaced one after the other, and connections to each are cut once."},
	{"aws:ecs/service:Service", "", unchanged, "Taking it out of adopted replaces the service: tasks of the new one start before those of the old one stop."},
	{"aws:ec2/vpcEndpoint:VpcEndpoint", "", unchanged, "Taking it out of adopted replaces the endpoint: clients that use its own DNS names lose it."},
	{"aws:iam/role:Role", "", unchanged, "The role keeps its name and path. Policies that are attached to it stay."},
	{"aws:ec2/securityGroup:SecurityGroup", "", unchanged, "The group keeps its name and description. Rules that the program does not have stay as they are."},
	{"aws:lb/targetGroup:TargetGroup", "", changed, "Health checks and attributes are changed in place: targets stay registered."},
	{"aws:ecs/service:Service", "taskDefinition", changed, "Tasks are replaced one after the other: connections to each are cut once."},
	{"aws:ecs/service:Service", "networkConfiguration", changed, "Tasks are replaced one after the other: connections to each are cut once."},
	{"aws:ecs/service:Service", "loadBalancers", changed, "Tasks are replaced one after the other: connections to each are cut once."},
	{"aws:ecs/service:Service", "", changed, "It is changed in place, and its tasks run on."},
	{"", "", unchanged, "It stays as it is; taking it out of adopted replaces the resource."},
	{"", "", changed, "It is changed in place."},
}

func consequenceOf(token string, properties []string, isChanged bool) string {
	for _, c := range consequences {
		if c.changed == isChanged && (c.token == "" || c.token == token) && (c.property == "" || slices.Contains(properties, c.property)) {
			return c.says
		}
	}
	return ""
}
