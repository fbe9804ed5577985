// Package features lists what the provider's and the consumer's stacks can do, with
// the configuration that asks for it and the test that deploys it. The tests hold the
// list to Pulumi.yaml and to the tests, and write docs/features.md from it.
package features

// Feature is one thing that a stack can do.
type Feature struct {
	// Area groups the features in the docs.
	Area string
	// What it is, in one line.
	What string
	// Role is the side whose configuration asks for it.
	Role string
	// Keys are the configuration keys, each also for the keys below it. There are none
	// for what is always so.
	Keys []string
	// Test is the test that deploys it in the sandbox, or that shows it where there is
	// nothing to deploy: the package's directory and the function's name.
	Test string
}

// Features returns all features, by area.
func Features() []Feature {
	return append(providerFeatures, offeringFeatures...)
}

// Tests that deploy several features at once.
const (
	defaults   = "sandbox/deploy.TestBothSides"
	networks   = "sandbox/deploy.TestNetworks"
	options    = "sandbox/deploy.TestProviderOptions"
	given      = "sandbox/deploy.TestGivenResources"
	noInternet = "sandbox/deploy.TestExampleNoInternet"
)

// providerFeatures are those of the network, the load balancer and the service.
var providerFeatures = []Feature{
	{"All resources", "Names that begin with the stack's own", "provider", []string{"name"}, defaults},
	{"All resources", "Tags, and a Name for each", "provider", []string{"tags"}, given},
	{"Network", "VPC with one subnet a zone, by number or ID of the zones", "provider", []string{"network.cidrBlock", "network.availabilityZones", "network.availabilityZoneIds"}, networks},
	{"Network", "Tasks' way out: none, one NAT gateway, one a zone, or public subnets", "provider", []string{"network.egress"}, networks},
	{"Network", "Without a way out: the VPC endpoints that the task needs, computed, and egress to them alone", "provider", []string{"network.egress"}, noInternet},
	{"Network", "Endpoints of further AWS services", "provider", []string{"network.vpcEndpoints"}, options},
	{"Network", "An existing VPC", "provider", []string{"network.vpcId", "network.subnetIds", "network.assignPublicIp"}, given},
	{"Load balancer", "One tcp listener, in short", "provider", []string{"listener"}, networks},
	{"Load balancer", "Several listeners, tcp and tls, written 80/tcp and 443/tls", "provider", []string{"listeners"}, options},
	{"Load balancer", "TLS with a certificate made and validated in a hosted zone", "provider", []string{"listeners.<name>.domainName", "listeners.<name>.hostedZoneId"}, noInternet},
	{"Load balancer", "The certificate's hosted zone in another account", "provider", []string{"listeners.<name>.hostedZoneRoleArn"}, privateDns},
	{"Load balancer", "Health checks by TCP, HTTP and HTTPS, on a port of their own, for all listeners or for one", "provider", []string{"healthCheck", "listeners.<name>.healthCheck"}, options},
	{"Load balancer", "Proxy Protocol: the container learns each client's own address and endpoint", "provider", []string{"proxyProtocol"}, "sandbox/deploy.TestProxyProtocolExample"},
	{"Load balancer", "Proxy Protocol on some listeners", "provider", []string{"listeners.<name>.proxyProtocol"}, options},
	{"Load balancer", "Deregistration delay and connection termination", "provider", []string{"deregistrationDelaySeconds", "connectionTermination"}, options},
	{"Load balancer", "Clients by address, with the enforcement on PrivateLink traffic derived and explained", "provider", []string{"loadBalancer.clientCidrs"}, networks},
	{"Load balancer", "Cross-zone load balancing, on by itself where a zone may have no task", "provider", []string{"loadBalancer.crossZone"}, networks},
	{"Load balancer", "Dualstack, with an IPv6 network", "provider", []string{"loadBalancer.dualstack"}, options},
	{"Load balancer", "Zonal shift and zone affinity of DNS", "provider", []string{"loadBalancer.zonalShift", "loadBalancer.dnsRecordClientRoutingPolicy"}, options},
	{"Load balancer", "Access logs of tls listeners, in a bucket with the right policy", "provider", []string{"loadBalancer.accessLogs"}, options},
	{"Load balancer", "Deletion protection", "provider", []string{"loadBalancer.deletionProtection"}, options},
	{"Load balancer", "Replacement beside the old one, to take a zone away under live connections", "provider", []string{"loadBalancer.generation", "loadBalancer.retainPrevious", "loadBalancer.availabilityZoneIds"}, "sandbox/deploy.TestLoadBalancerReplacement"},
	{"Service", "Image, command and port", "provider", []string{"service.image", "service.entryPoint", "service.command", "service.containerPort"}, defaults},
	{"Service", "Environment", "provider", []string{"service.environment"}, given},
	{"Service", "Size, ARM64, disk and platform version", "provider", []string{"service.cpu", "service.memory", "service.cpuArchitecture", "service.ephemeralStorageGiB", "service.platformVersion"}, options},
	{"Service", "Fargate Spot with an on-demand base", "provider", []string{"service.spot"}, noInternet},
	{"Service", "Secrets of Secrets Manager and Systems Manager, with rights to these alone", "provider", []string{"service.secrets"}, noInternet},
	{"Service", "Secrets that a customer managed key encrypts, with rights to that key", "provider", []string{"service.kmsKeyArns", "service.secrets"}, given},
	{"Service", "Sidecars with an order of start", "provider", []string{"service.sidecars", "service.dependsOn"}, options},
	{"Service", "Read-only root file system, writable paths, user, stop timeout", "provider", []string{"service.readOnlyRootFilesystem", "service.writablePaths", "service.user", "service.stopTimeoutSeconds"}, noInternet},
	{"Service", "Container health check", "provider", []string{"service.healthCheck"}, given},
	{"Service", "Pull rights to the images' own repositories and to nothing else, within a permissions boundary", "provider", []string{"service.permissionsBoundaryArn"}, options},
	{"Service", "Ways out of the tasks to a database and the like, and policies of the task role", "provider", []string{"service.egress", "service.taskRolePolicyArns"}, options},
	{"Service", "ECS Exec, with the rights that it needs and only then", "provider", []string{"service.executeCommand"}, options},
	{"Service", "Images of other registries through a cache of Amazon ECR", "provider", []string{"service.pullThroughCache"}, options},
	{"Service", "Rolling deployments with circuit breaker and rollback, alarms that roll back, zone rebalancing", "provider", []string{"service.deployment", "service.waitForSteadyState", "service.healthCheckGracePeriodSeconds"}, options},
	{"Service", "Alarms on unhealthy targets that roll a deployment back", "provider", []string{"service.deployment.rollbackOnUnhealthyTargets"}, options},
	{"Service", "Log retention and key", "provider", []string{"service.logRetentionDays", "service.logKmsKeyArn"}, options},
	{"Service", "Autoscaling on by default, and a count that it doesn't lose; or a fixed number", "provider", []string{"scaling.enabled", "service.desiredCount"}, "sandbox/deploy.TestDesiredCount"},
	{"Service", "Autoscaling by CPU and memory, with limits and cooldowns", "provider", []string{"scaling.minCount", "scaling.maxCount", "scaling.cpuPercent", "scaling.memoryPercent", "scaling.scaleInCooldownSeconds", "scaling.scaleOutCooldownSeconds"}, given},
	{"Service", "Autoscaling by open connections", "provider", []string{"scaling.flowsPerTask"}, noInternet},
	{"Service", "Scheduled numbers of tasks", "provider", []string{"scaling.schedules"}, noInternet},
	{"Service", "Least privilege: each action and resource granted is listed", "provider", nil, "components.TestEveryRightGranted"},
}
