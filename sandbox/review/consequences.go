package review

// consequence is what a change does to consumers. The first rows that match a
// change count, and a row for a property comes before one for all.
type consequence struct {
	typ string
	op  Op
	// property is the input whose change the sentence is about; empty for any.
	property string
	// becomes is the value that it must have after the change; empty for any.
	becomes string
	says    string
}

const (
	lb        = "aws:lb/loadBalancer:LoadBalancer"
	listener  = "aws:lb/listener:Listener"
	group     = "aws:lb/targetGroup:TargetGroup"
	service   = "aws:ecs/service:Service"
	task      = "aws:ecs/taskDefinition:TaskDefinition"
	cluster   = "aws:ecs/cluster:Cluster"
	endpoints = "aws:ec2/vpcEndpointService:VpcEndpointService"
	principal = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	accepter  = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	endpoint  = "aws:ec2/vpcEndpoint:VpcEndpoint"
	secGroup  = "aws:ec2/securityGroup:SecurityGroup"
	ingress   = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egress    = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	vpc       = "aws:ec2/vpc:Vpc"
	subnet    = "aws:ec2/subnet:Subnet"
	route     = "aws:ec2/route:Route"
	nat       = "aws:ec2/natGateway:NatGateway"
	eip       = "aws:ec2/eip:Eip"
	logs      = "aws:cloudwatch/logGroup:LogGroup"
	role      = "aws:iam/role:Role"
	policy    = "aws:iam/rolePolicy:RolePolicy"
	attached  = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	record    = "aws:route53/record:Record"
)

const (
	reconnectOnce = "Consumers reconnect once: new tasks start, then the old ones are drained, and what outlasts the deregistration delay is cut."
	refused       = "AWS refuses it while a consumer is connected."
	newEndpoint   = "It has a new ID and new DNS names, and has to be accepted again: clients are cut off until they use the new names."
	noPull        = "PrivateLink doesn't use it. Tasks that start meanwhile can't pull their image."
	noReconnect   = "Those whom only this rule lets in can't connect again; open connections may go on."
)

// consequences is what reviewers have to know of each change. See
// docs/reviewing-a-preview.md for the reasons and for what to do.
var consequences = []consequence{
	{lb, Replace, "internal", "false", "It gets public addresses: from the internet, whoever its security group admits reaches it."},
	{lb, Replace, "", "", "It has a new DNS name and new addresses. The endpoint service has to exchange its load balancer: " + refused + " Raise provider.loadBalancer.generation with the change: see docs/replacing-the-load-balancer.md."},
	{lb, Delete, "", "", "AWS refuses it while an endpoint service has the load balancer."},
	{lb, Update, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on", "Connections of clients whose own addresses no rule admits are dropped."},
	{lb, Update, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "off", "Clients' own addresses no longer count: who may connect is up to the endpoint service."},
	{lb, Update, "subnets", "", "Consumers stay connected. The endpoint service doesn't get a new zone by itself."},
	{lb, Update, "enableCrossZoneLoadBalancing", "", "Consumers stay connected. Traffic between zones is charged while it is on."},
	{lb, Update, "securityGroups", "", "Other rules decide from now on whether health checks and traffic pass."},
	{lb, Update, "", "", "Consumers stay connected."},

	{listener, Replace, "", "", "New connections on its port fail until the new listener is there."},
	{listener, Delete, "", "", "No new connections on its port: consumers have to use another."},
	{listener, Update, "port", "", "No new connections on the old port."},
	{listener, Update, "protocol", "", "Clients that don't speak the new protocol fail."},
	{listener, Update, "defaultActions", "", "New connections go to another target group."},

	{group, Replace, "", "", "Consumers can't connect for some minutes: the listener forwards to the new group before its tasks are registered and healthy."},
	{group, Delete, "", "", "Its tasks get no traffic from then on."},
	{group, Update, "healthCheck", "", "Consumers stay connected. A check that the tasks don't pass takes them all out."},
	{group, Update, "deregistrationDelay", "", "Consumers stay connected. At the next deployment, connections are cut after the new delay."},

	{task, Replace, "", "", reconnectOnce},
	{service, Replace, "", "", "Consumers reconnect; there may be no healthy task in between."},
	{service, Delete, "", "", "Consumers are cut off once its tasks are drained."},
	{service, Update, "taskDefinition", "", reconnectOnce},
	{service, Update, "networkConfiguration", "", reconnectOnce},
	{service, Update, "loadBalancers", "", reconnectOnce},
	{service, Update, "desiredCount", "", "With fewer tasks, the connections of those that stop are cut."},
	{cluster, Replace, "", "", "The service in it is replaced."},

	{endpoints, Replace, "", "", "It has a new name: every consumer has to make a new endpoint. Deleting the old one: " + refused},
	{endpoints, Delete, "", "", "Every consumer has to make an endpoint to another service. " + refused},
	{endpoints, Update, "networkLoadBalancerArns", "", "To take a load balancer away: " + refused},
	{endpoints, Update, "acceptanceRequired", "true", "Consumers stay connected. New endpoints wait until they are accepted."},
	{endpoints, Update, "acceptanceRequired", "false", "Whoever is allowed connects without being accepted."},
	{endpoints, Update, "privateDnsName", "", "Consumers keep the old name; nobody can use the new one until it is verified."},
	{endpoints, Update, "supportedRegions", "", "Consumers stay connected, unless their Region is removed."},

	{principal, Create, "principalArn", "*", "Every AWS account may make endpoints."},
	{principal, Create, "", "", "It may make endpoints to the service."},
	{principal, Replace, "", "", "Another one may make endpoints. Endpoints of the old one stay connected."},
	{principal, Delete, "", "", "It can't make new endpoints. Those that it has stay connected."},
	{accepter, Create, "", "", "The consumer's clients can connect."},
	{accepter, Replace, "", "", "One endpoint is rejected, another accepted: the first one's clients are cut off."},
	{accepter, Delete, "", "", "The consumer is cut off: AWS rejects its connection."},

	{endpoint, Replace, "", "", newEndpoint},
	{endpoint, Delete, "", "", "The consumer's clients are cut off."},
	{endpoint, Update, "subnetIds", "", "Clients in a zone that is removed reconnect through another."},
	{endpoint, Update, "securityGroupIds", "", "Other rules decide from now on which clients may connect."},
	{endpoint, Update, "privateDnsEnabled", "true", "Clients resolve the private DNS name to it."},
	{endpoint, Update, "privateDnsEnabled", "false", "Clients no longer resolve the private DNS name to it."},

	{ingress, Delete, "", "", noReconnect},
	{ingress, Replace, "", "", "For a moment neither rule may be there. " + noReconnect},
	{ingress, Update, "", "", "Those outside of the new range can't connect again."},
	{egress, Delete, "", "", "What only this rule lets out can't connect again."},
	{egress, Replace, "", "", "For a moment neither rule may be there."},
	{secGroup, Replace, "", "", "What has the group gets the new one, whose rules are made anew."},
	{secGroup, Delete, "", "", "AWS refuses it while anything has the group."},

	{vpc, Replace, "", "", "Everything in it is replaced, the load balancer or endpoint included."},
	{subnet, Replace, "", "", "Everything in it is replaced, the load balancer or endpoint included."},
	{route, Delete, "", "", noPull},
	{route, Replace, "", "", noPull},
	{nat, Delete, "", "", noPull},
	{nat, Replace, "", "", noPull},
	{eip, Replace, "", "", "The tasks come from another public address."},
	{eip, Delete, "", "", "The tasks come from another public address."},
	{logs, Replace, "", "", "The logs in the old one are deleted."},
	{logs, Delete, "", "", "Its logs are deleted."},
	{role, Replace, "", "", reconnectOnce},
	{policy, Delete, "", "", "Tasks lose its rights: new ones may not start."},
	{attached, Delete, "", "", "Tasks lose its rights: new ones may not start."},
	{record, Delete, "", "", "Its name no longer resolves."},
	{record, Replace, "", "", "Its name doesn't resolve for a moment."},
}

// consequencesOf returns what a change does: the sentences of the properties that
// changed, and the sentence for any change.
func consequencesOf(c Change) []string {
	var out []string
	for _, row := range consequences {
		if row.typ != c.Type || row.op != c.Op {
			continue
		}
		if row.property == "" {
			if len(out) == 0 || c.Op == Replace {
				out = append(out, row.says)
			}
			continue
		}
		if p, changed := c.changed(row.property); changed && (row.becomes == "" || row.becomes == p.After) {
			out = append(out, row.says)
		}
	}
	if len(out) == 0 && c.Op == Replace {
		out = append(out, "A new one takes its place.")
	}
	return out
}
