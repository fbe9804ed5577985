package features

// Tests that deploy several of these features at once.
const (
	privateDns  = "sandbox/deploy.TestPrivateDnsHandShake"
	crossRegion = "sandbox/deploy.TestCrossRegionDualstack"
)

// offeringFeatures are those of the endpoint service and of its consumers.
var offeringFeatures = []Feature{
	{"Endpoint service", "Tenants by account and principal, their endpoints accepted by ID or by their stack", "provider", []string{"tenants"}, defaults},
	{"Endpoint service", "Acceptance of each endpoint, or of all that are allowed", "provider", []string{"endpointService.acceptanceRequired"}, networks},
	{"Endpoint service", "Any AWS account, behind two switches", "provider", []string{"endpointService.allowAnyPrincipal"}, given},
	{"Endpoint service", "Other Regions, and IPv6", "provider", []string{"endpointService.supportedRegions", "endpointService.supportedIpAddressTypes"}, crossRegion},
	{"Endpoint service", "Private DNS name, proved in a hosted zone, in another account's too, and verified in one update", "provider", []string{"endpointService.privateDns"}, privateDns},
	{"Endpoint service", "Private DNS name with a record made by hand", "provider", []string{"endpointService.privateDns.recordExists"}, "sandbox/deploy.TestPrivateDnsByHand"},
	{"Endpoint service", "Contributor Insights: which endpoint makes how much traffic", "provider", []string{"endpointService.contributorInsights"}, privateDns},
	{"Endpoint service", "Notifications of connections, to a topic that takes them from this service alone", "provider", []string{"notifications"}, crossRegion},
	{"Operations", "Dashboard of the endpoint service, the load balancer and the tasks", "provider", []string{"operations.dashboard"}, crossRegion},
	{"Operations", "Alarms: unhealthy targets, zones without one, missing tasks, resets, refused and too many connections", "provider", []string{"operations"}, privateDns},
	{"Operations", "Container Insights, with which the alarm on missing tasks follows scaling", "provider", []string{"service.containerInsights"}, privateDns},
	{"Operations", "A destroy with consumers is refused before anything is deleted, with their endpoints, owners and the command that rejects them", "provider", nil, "sandbox/deploy.TestDestroyWithAConsumer"},
	{"Operations", "A destroy that rejects them", "provider", []string{"endpointService.rejectConnectionsOnDestroy"}, "sandbox/deploy.TestDestroyRejects"},
	{"Operations", "A destroy with a consumer that nobody listed leaves what serves it", "provider", nil, "sandbox/deploy.TestDestroyWithAnUnknownConsumer"},
	{"Operations", "Any partition: aws, aws-cn, aws-us-gov", "provider", nil, "sandbox/deploy.TestPartitions"},
	{"Consumer", "Names that begin with the stack's own, and the provider by its stack", "consumer", []string{"name", "provider"}, defaults},
	{"Consumer", "Tags, and a Name for each", "consumer", []string{"tags"}, given},
	{"Consumer", "A VPC of its own, in the service's zones by ID", "consumer", []string{"network.cidrBlock"}, defaults},
	{"Consumer", "In fewer zones than the service", "consumer", []string{"network.availabilityZones"}, "sandbox/deploy.TestPartitions"},
	{"Consumer", "An existing VPC", "consumer", []string{"network.vpcId", "network.subnetIds"}, "sandbox/deploy.TestExistingVpc"},
	{"Consumer", "Several VPCs from one stack", "consumer", []string{"networks"}, crossRegion},
	{"Consumer", "Clients by address and prefix list", "consumer", []string{"clients.cidrBlocks", "clients.prefixListIds"}, privateDns},
	{"Consumer", "Clients by security group", "consumer", []string{"clients.securityGroupIds"}, "sandbox/deploy.TestExistingVpc"},
	{"Consumer", "A contract that is handed over by hand", "consumer", []string{"contract"}, "sandbox/deploy.TestPastedContract"},
	{"Consumer", "Private DNS, switched on once the endpoint is accepted and the name verified", "consumer", nil, privateDns},
	{"Consumer", "Private DNS left off", "consumer", []string{"endpoint.privateDns"}, "sandbox/deploy.TestExistingVpc"},
	{"Consumer", "A name of the consumer's own, in a private hosted zone", "consumer", []string{"dns"}, crossRegion},
	{"Consumer", "Dualstack and IPv6 endpoints, DNS options", "consumer", []string{"endpoint.ipAddressType", "endpoint.dnsRecordIpType"}, options},
	{"Consumer", "An endpoint policy is refused, since an endpoint service looks at none", "consumer", []string{"endpoint.policy"}, "stacks.TestBadConsumerOptions"},
	{"Consumer", "Alarms on dropped packets and resets", "consumer", []string{"alarms"}, privateDns},
	{"Consumer", "A service in another Region", "consumer", nil, crossRegion},
}
