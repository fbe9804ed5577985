package review

import (
	"slices"

	"fargate-privatelink/sandbox/world"
)

// consequence is what a change does to consumers. A row for a property comes before
// one for any: that counts only where no property's does.
type consequence struct {
	typ string
	op  Op
	// property is the input whose change the sentence is about; empty for any.
	property string
	// becomes is the value that it must have after the change, or before the deletion;
	// empty for any. "more" and "fewer" compare numbers.
	becomes  string
	severity Severity
	says     string
}

const (
	lb           = world.TokenLoadBalancer
	listener     = world.TokenListener
	certificates = world.TokenListenerCertificate
	group        = world.TokenTargetGroup
	service      = world.TokenService
	task         = world.TokenTaskDefinition
	cluster      = world.TokenCluster
	scaling      = world.TokenScalingTarget
	endpoints    = world.TokenEndpointService
	principal    = world.TokenAllowedPrincipal
	accepter     = world.TokenConnectionAccepter
	notification = world.TokenConnectionNotification
	verification = world.TokenPrivateNameVerification
	endpoint     = world.TokenEndpoint
	privateDNS   = world.TokenEndpointPrivateDNS
	secGroup     = world.TokenSecurityGroup
	ingress      = world.TokenIngressRule
	egress       = world.TokenEgressRule
	prefixList   = world.TokenManagedPrefixList
	vpc          = world.TokenVPC
	subnet       = world.TokenSubnet
	gateway      = world.TokenInternetGateway
	routeTable   = world.TokenRouteTable
	association  = world.TokenRouteTableAssociation
	route        = world.TokenRoute
	nat          = world.TokenNATGateway
	eip          = world.TokenEIP
	logs         = world.TokenLogGroup
	alarm        = world.TokenMetricAlarm
	topic        = world.TokenTopic
	subscription = world.TokenTopicSubscription
	role         = world.TokenRole
	rolePolicy   = world.TokenRolePolicy
	iamPolicy    = world.TokenPolicy
	policy       = world.TokenPolicyAttachment
	zone         = world.TokenZone
	record       = world.TokenRecord
	certificate  = world.TokenCertificate
	bucket       = world.TokenBucket
	bucketV2     = world.TokenBucketV2
	bucketPolicy = world.TokenBucketPolicy
	secretStore  = world.TokenSecret
	secretValue  = world.TokenSecretVersion
	parameter    = world.TokenParameter
	kmsKey       = world.TokenKey
	images       = world.TokenRepository
	pullThrough  = world.TokenPullThroughCache
	capacity     = world.TokenClusterCapacity
)

const (
	reconnectOnce = "Consumers reconnect once: new tasks start, then the old ones are drained, and what outlasts the deregistration delay is cut."
	refused       = "AWS refuses it while a consumer is connected."
	newEndpoint   = "It has a new ID and new DNS names, and has to be accepted again: clients are cut off until they use the new names."
	newBalancer   = "It has a new DNS name and new addresses. The endpoint service has to exchange its load balancer: " + refused
	publicNow     = "It gets public addresses: from the internet, whoever its security group admits reaches it."
	noPull        = "PrivateLink doesn't use it. Tasks that start meanwhile can't pull their image."
	noStart       = "Tasks that run go on. New ones can't start without it."
	noRights      = "Tasks lose its rights: new ones may not start."
	noReconnect   = "Those whom only this rule lets in can't connect again; open connections may go on."
	everything    = "Everything in it is replaced, the load balancer or endpoint included."
)

// consequences is what reviewers have to know of each change. See
// docs/reviewing-a-preview.md for the reasons and for what to do. What only decides
// who may connect is harmless here, since the paths say whom it concerns.
var consequences = slices.Concat([]consequence{
	{lb, Create, "internal", "false", Harmless, publicNow},
	{lb, Replace, "internal", "false", Refused, publicNow + " " + newBalancer},
	{lb, Replace, "", "", Refused, newBalancer},
	{lb, Delete, "", "", Refused, "AWS refuses it while an endpoint service has the load balancer."},
	{lb, Update, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on", Harmless, "Connections of clients whose own addresses no rule admits are dropped."},
	{lb, Update, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "off", Harmless, "Clients' own addresses no longer count: who may connect is up to the endpoint service."},
	{lb, Update, "subnets", "", Harmless, "Consumers stay connected. The endpoint service doesn't get a new zone by itself."},
	{lb, Update, "enableCrossZoneLoadBalancing", "", Harmless, "Consumers stay connected. Traffic between zones is charged while it is on."},
	{lb, Update, "securityGroups", "", Harmless, "Other rules decide from now on whether health checks and traffic pass."},
	{lb, Update, "", "", Harmless, "Consumers stay connected."},

	{listener, Replace, "", "", Outage, "New connections on its port fail until the new listener is there."},
	{listener, Delete, "", "", CutOff, "No new connections on its port, unless another listener has it: consumers have to use another."},
	{listener, Update, "port", "", CutOff, "No new connections on the old port."},
	{listener, Update, "protocol", "", CutOff, "Clients that don't speak the new protocol fail."},
	{listener, Update, "defaultActions", "", Harmless, "New connections go to another target group."},
	{certificates, Replace, "", "", Outage, "Clients that ask for its names get another certificate for a moment."},
	{certificates, Delete, "", "", CutOff, "Clients that ask for its names get another certificate, and refuse it."},

	{group, Replace, "", "", Outage, "Consumers can't connect for some minutes: the listener forwards to the new group before its tasks are registered and healthy."},
	{group, Delete, "", "", Harmless, "Its tasks get no traffic from then on."},
	{group, Update, "healthCheck", "", Harmless, "Consumers stay connected. A check that the tasks don't pass takes them all out."},
	{group, Update, "deregistrationDelay", "", Harmless, "Consumers stay connected. At the next deployment, connections are cut after the new delay."},

	{task, Revise, "", "", Reconnect, reconnectOnce},
	{task, Delete, "", "", Refused, "A service that has it can't start tasks any more."},
	{service, Replace, "", "", Outage, "Consumers reconnect; there may be no healthy task in between."},
	{service, Delete, "", "", CutOff, "Consumers are cut off once its tasks are drained."},
	{service, Update, "taskDefinition", "", Reconnect, reconnectOnce},
	{service, Update, "networkConfiguration", "", Reconnect, reconnectOnce},
	{service, Update, "loadBalancers", "", Reconnect, reconnectOnce},
	{service, Update, "desiredCount", "0", CutOff, "Without a task, nobody can connect."},
	{service, Update, "desiredCount", fewer, Reconnect, "With fewer tasks, the connections of those that stop are cut."},
	{service, Update, "desiredCount", more, Harmless, "Consumers stay connected. New connections go to the new tasks too."},
	{cluster, Replace, "", "", Outage, "The service in it is replaced."},
	{cluster, Delete, "", "", Refused, "AWS refuses it while a service is in it."},
	{capacity, Replace, "", "", Harmless, "Tasks that start meanwhile may find no capacity."},
	{capacity, Delete, "", "", Harmless, "New tasks run where the service itself says."},
	{scaling, Replace, "", "", Harmless, "The number of tasks stays as it is meanwhile."},
	{scaling, Delete, "", "", Harmless, "The number of tasks stays as it is, whatever the load."},

	{endpoints, Replace, "", "", Refused, "It has a new name: every consumer has to make a new endpoint. Deleting the old one: " + refused},
	{endpoints, Delete, "", "", Refused, "Every consumer has to make an endpoint to another service. " + refused},
	{endpoints, Update, "networkLoadBalancerArns", "", Refused, "To take a load balancer away: " + refused},
	{endpoints, Update, "acceptanceRequired", "true", Harmless, "Consumers stay connected. New endpoints wait until they are accepted."},
	{endpoints, Update, "acceptanceRequired", "false", Harmless, "Whoever is allowed connects without being accepted."},
	{endpoints, Update, "privateDnsName", "", Harmless, "Consumers keep the old name; nobody can use the new one until it is verified."},
	{endpoints, Update, "supportedRegions", "", Harmless, "Consumers stay connected, unless their Region is removed."},
	{verification, Replace, "", "", Harmless, "AWS looks the domain's record up again."},
	{verification, Delete, "", "", Harmless, "The private DNS name stays verified."},
	{notification, Replace, "", "", Harmless, "What happens to endpoints meanwhile is not reported."},
	{notification, Delete, "", "", Harmless, "Nobody is told any more of endpoints that are made, accepted, rejected and deleted."},

	{principal, Create, "principalArn", "*", Harmless, "Every AWS account may make endpoints."},
	{principal, Create, "", "", Harmless, "It may make endpoints to the service."},
	{principal, Replace, "", "", Harmless, "Another one may make endpoints. Endpoints of the old one stay connected."},
	{principal, Delete, "", "", Harmless, "It can't make new endpoints. Those that it has stay connected."},
	{accepter, Create, "", "", Harmless, "The consumer's clients can connect."},
	{accepter, Replace, "", "", CutOff, "One endpoint is rejected, another accepted: the first one's clients are cut off."},
	{accepter, Delete, "", "", CutOff, "The consumer is cut off: AWS rejects its connection."},

	{endpoint, Create, "", "", Harmless, "Its clients can connect once it is accepted, if the service requires that."},
	{endpoint, Replace, "", "", CutOff, newEndpoint},
	{endpoint, Delete, "", "", CutOff, "The consumer's clients are cut off."},
	{endpoint, Update, "subnetIds", "", Reconnect, "Clients in a zone that is removed reconnect through another."},
	{endpoint, Update, "securityGroupIds", "", Harmless, "Other rules decide from now on which clients may connect."},
	{endpoint, Update, "privateDnsEnabled", "true", Harmless, "Clients resolve the private DNS name to it."},
	{endpoint, Update, "privateDnsEnabled", "false", CutOff, "Clients no longer resolve the private DNS name to it."},
	{privateDNS, Create, "", "", Harmless, "Clients resolve the private DNS name to the endpoint."},
	{privateDNS, Update, "privateDnsEnabled", "false", CutOff, "Clients no longer resolve the private DNS name to the endpoint."},
	{privateDNS, Replace, "", "", Harmless, "Clients resolve the private DNS name to another endpoint."},
	{privateDNS, Delete, "", "", Harmless, "The endpoint keeps the private DNS name as it is."},

	{ingress, Create, "", "", Harmless, "Those in its range may connect."},
	{ingress, Replace, "securityGroupId", "", Harmless, "It is made for the new group, before what has the old one gets that."},
	{ingress, Replace, "", "", Outage, "For a moment neither rule may be there. " + noReconnect},
	{ingress, Delete, "", "", Harmless, noReconnect},
	{egress, Create, "", "", Harmless, "Connections to its range may be opened."},
	{egress, Replace, "securityGroupId", "", Harmless, "It is made for the new group, before what has the old one gets that."},
	{egress, Replace, "", "", Outage, "For a moment neither rule may be there."},
	{egress, Delete, "", "", Harmless, "What only this rule lets out can't connect again."},
	{secGroup, Replace, "", "", Harmless, "What has the group gets the new one, whose rules are made anew."},
	{secGroup, Delete, "", "", Refused, "AWS refuses it while anything has the group."},
	{prefixList, Replace, "", "", Harmless, "Rules that name it are replaced, too."},
	{prefixList, Delete, "", "", Refused, "AWS refuses it while a rule names it."},
	{prefixList, Update, "entries", "", Harmless, "Those outside of the new blocks can't connect again."},

	{vpc, Replace, "", "", Outage, everything},
	{vpc, Delete, "", "", Refused, "AWS refuses it while anything is in it."},
	{subnet, Replace, "", "", Outage, everything},
	{subnet, Delete, "", "", Refused, "AWS refuses it while a load balancer, an endpoint or a task is in it."},
	{gateway, Replace, "", "", Harmless, noPull},
	{gateway, Delete, "", "", Harmless, noPull},
	{routeTable, Replace, "", "", Harmless, noPull},
	{routeTable, Delete, "", "", Harmless, noPull},
	{association, Replace, "", "", Harmless, noPull},
	{association, Delete, "", "", Harmless, noPull},
	{route, Delete, "", "", Harmless, noPull},
	{route, Replace, "", "", Harmless, noPull},
	{nat, Delete, "", "", Harmless, noPull},
	{nat, Replace, "", "", Harmless, noPull},
	{eip, Replace, "", "", Harmless, "The tasks come from another public address."},
	{eip, Delete, "", "", Harmless, "The tasks come from another public address."},

	{logs, Replace, "", "", Harmless, "The logs in the old one are deleted."},
	{logs, Delete, "", "", Harmless, "Its logs are deleted."},
	{alarm, Replace, "", "", Harmless, "For a moment nothing watches what it does."},
	{alarm, Delete, "", "", Harmless, "Nobody is told any more when it would have gone off."},
	{topic, Replace, "", "", Harmless, "Those who subscribed elsewhere hear nothing any more."},
	{topic, Delete, "", "", Harmless, "Those who subscribed hear nothing any more."},
	{subscription, Replace, "", "", Harmless, "Who subscribes by mail has to confirm it again."},
	{subscription, Delete, "", "", Harmless, "The subscriber hears nothing any more."},

	{role, Replace, "", "", Reconnect, reconnectOnce},
	{role, Delete, "", "", Harmless, noRights},
	{rolePolicy, Replace, "", "", Harmless, "For a moment tasks may lack its rights."},
	{rolePolicy, Delete, "", "", Harmless, noRights},
	{iamPolicy, Replace, "", "", Harmless, "For a moment tasks may lack its rights."},
	{iamPolicy, Delete, "", "", Harmless, noRights},
	{policy, Replace, "", "", Harmless, "For a moment tasks may lack its rights."},
	{policy, Delete, "", "", Harmless, noRights},
	{world.TokenFileSystem, Replace, "", "", Harmless, "The new one is empty: what tasks kept in the old one is gone."},
	{world.TokenFileSystem, Delete, "", "", Harmless, "What tasks kept in it is gone. " + noStart},
	{world.TokenAccessPoint, Replace, "", "", Harmless, "It has a new ID: " + noStart},
	{world.TokenAccessPoint, Delete, "", "", Harmless, noStart},
	{world.TokenMountTarget, Replace, "", "", Harmless, "Tasks in its zone lose the file system. " + noStart},
	{world.TokenMountTarget, Delete, "", "", Harmless, "Tasks in its zone lose the file system. " + noStart},
	{world.TokenZoneAssociation, Replace, "", "", Harmless, "Names of the zone don't resolve in the VPC for a moment."},
	{world.TokenZoneAssociation, Delete, "", "", Harmless, "Names of the zone no longer resolve in the VPC."},
	{secretStore, Replace, "", "", Harmless, "It has a new ARN. " + noStart},
	{secretStore, Delete, "", "", Harmless, noStart},
	{secretValue, Replace, "", "", Harmless, "Tasks see the new value when they start next."},
	{secretValue, Delete, "", "", Harmless, noStart},
	{parameter, Replace, "", "", Harmless, noStart},
	{parameter, Delete, "", "", Harmless, noStart},
	{kmsKey, Replace, "", "", Harmless, "What the old key has encrypted needs that key."},
	{kmsKey, Delete, "", "", Harmless, "What it has encrypted can't be read once its waiting period is over."},
	{images, Replace, "", "", Harmless, "Its images are deleted. Tasks that start meanwhile can't pull them."},
	{images, Delete, "", "", Harmless, "Its images are deleted. Tasks that start meanwhile can't pull them."},
	{pullThrough, Replace, "", "", Harmless, "Tasks that start meanwhile can't pull what isn't cached yet."},
	{pullThrough, Delete, "", "", Harmless, "Tasks that start can't pull what isn't cached yet."},
	{bucket, Replace, "", "", Harmless, "The logs in the old one are deleted, or AWS refuses it while there are any."},
	{bucket, Delete, "", "", Harmless, "The logs in it are deleted, or AWS refuses it while there are any."},
	{bucketV2, Replace, "", "", Harmless, "The logs in the old one are deleted, or AWS refuses it while there are any."},
	{bucketV2, Delete, "", "", Harmless, "The logs in it are deleted, or AWS refuses it while there are any."},
	{bucketPolicy, Replace, "", "", Harmless, "Meanwhile no logs can be written to the bucket."},
	{bucketPolicy, Delete, "", "", Harmless, "No logs can be written to the bucket any more."},

	{zone, Replace, "", "", Outage, "Its names don't resolve until the new zone's records are there, nor anywhere that looks for the old zone."},
	{zone, Delete, "", "", CutOff, "None of its names resolve any more."},
	{record, Delete, "type", "TXT", Harmless, "What it proves to AWS stays proven until AWS looks again."},
	{record, Delete, "", "", CutOff, "Its name no longer resolves."},
	{record, Replace, "", "", Outage, "Its name doesn't resolve for a moment."},
	{record, Update, "", "", Harmless, "Clients go on with the old answer until its time to live is over."},
	{certificate, Replace, "", "", Harmless, "Listeners present the new one once it is issued. Clients that pin the old one fail."},
	{certificate, Delete, "", "", Refused, "AWS refuses it while a listener has it."},
},
	ofRange(ingress, "Those outside of the new range can't connect again."),
	ofRange(egress, "What is outside of the new range can't be connected to again."),
)

// ofRange are the rows for a change of what a rule of a security group admits, which its
// description and tags don't say.
func ofRange(rule, says string) (rows []consequence) {
	for _, property := range []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId", "fromPort", "toPort", "ipProtocol"} {
		rows = append(rows, consequence{rule, Update, property, "", Harmless, says})
	}
	return rows
}

// harmless are the types of which neither a replacement nor a deletion concerns
// consumers.
var harmless = []string{
	world.TokenCertificateValidation,
	world.TokenScalingPolicy,
	world.TokenScheduledScaling,
	world.TokenInsightRule,
	world.TokenDashboard,
	world.TokenKeyAlias,
	world.TokenBucketLifecycle,
	world.TokenBucketOwnership,
	world.TokenPublicAccessBlock,
	world.TokenBucketEncryption,
	world.TokenTopicPolicy,
	world.TokenFlowLog,
	world.TokenDefaultSecurityGroup,
	world.TokenVPCAuthorization,
	world.TokenAccountRegion,
	world.TokenServiceQuota,
}

// The values of a consequence's becomes that compare numbers.
const (
	more  = "more"
	fewer = "fewer"
)

// matches says whether a row is about a change of its type and operation: 2 for one of
// its properties, 1 for any, 0 for none.
func (row consequence) matches(c Change) int {
	if row.typ != c.Type || row.op != c.Op {
		return 0
	}
	if row.property == "" {
		return 1
	}
	p, changed := c.changed(row.property)
	if c.Op == Delete {
		p.After = p.Before
	}
	if changed && p.becomes(row.becomes) {
		return 2
	}
	return 0
}

// consequencesOf returns what a change does, the worst first: the sentences of the
// properties that changed, or else the one for any change.
func consequencesOf(c Change) (Severity, []string) {
	var found []consequence
	for _, precision := range []int{2, 1} {
		for _, row := range consequences {
			if row.matches(c) == precision {
				found = append(found, row)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b consequence) int { return int(b.severity - a.severity) })
	worst, says := Harmless, []string(nil)
	for _, row := range found {
		worst = max(worst, row.severity)
		if !slices.Contains(says, row.says) {
			says = append(says, row.says)
		}
	}
	if found == nil && c.Op == Replace {
		says = []string{"A new one takes its place."}
	}
	return worst, says
}
