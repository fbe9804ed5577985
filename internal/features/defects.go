package features

// Defect is something that goes wrong in other tools for the same job, or that their
// users ask about, and the test that it doesn't here.
type Defect struct {
	// What goes wrong, in one line.
	What string
	// Seen is where: repositories and threads on GitHub.
	Seen string
	// Test is the test that would fail if it did here: the package's directory and the
	// function's name.
	Test string
}

// Defects are the known ones, from the load balancer to the consumer.
var Defects = []Defect{
	{"The load balancer faces the internet unless told otherwise", "aws/aws-cdk (aws-ecs-patterns), aws/copilot-cli#3840", "components.TestNetworkLoadBalancerWithoutClients"},
	{"Without subnets, it goes to the public ones of the default VPC", "pulumi/pulumi-awsx", "components.TestNetworkLoadBalancerRefuses"},
	{"It has no security group, and can get one only by a replacement, which a plan may hide", "schubergphilis/terraform-aws-mcaf-privatelink, butterthon-dev/cross-account-privatelink-nlb-poc, lvthillo/aws-ecs-privatelink, hashicorp/terraform-provider-aws#32965, hashicorp/terraform-provider-aws#43703", "components.TestNetworkLoadBalancerWithoutClients"},
	{"Its security group silently drops consumers, whose own addresses count", "hashicorp/terraform-provider-aws#33766, aws/aws-cdk#29516", "stacks.TestProviderByDefault"},
	{"Without cross-zone load balancing, a zone without a task drops its clients", "aws-samples/private-saas-with-aws-privatelink, lvthillo/aws-ecs-privatelink", "stacks.TestProviderWithEveryOption"},
	{"The target group is not of type ip, which Fargate needs", "pulumi/pulumi-awsx", "components.TestIPTargetGroupDefaults"},
	{"Its targets are addresses that somebody wrote down, and not the tasks", "schubergphilis/terraform-aws-mcaf-privatelink", "components.TestFargateServiceDefaults"},
	{"Several listeners share one target group, and so one port", "pulumi/pulumi-awsx", "stacks.TestEachListenerHasItsOwnPort"},
	{"Deregistration takes 300 seconds, and each deployment with it", "aws/containers-roadmap#470, cloudposse/terraform-aws-nlb#54", "components.TestIPTargetGroupDefaults"},
	{"Health checks have what their protocol can't take", "hashicorp/terraform-provider-aws (aws_lb_target_group)", "components.TestHealthCheckRefuses"},
	{"Names are longer than 32 characters", "pulumi/pulumi-aws#2121, cloudposse/terraform-aws-alb#27", "components.TestAutonamesOfLoadBalancersAreValid"},
	{"Names are fixed, or the old is deleted first, so that a target group in use can't be replaced", "schubergphilis/terraform-aws-mcaf-privatelink, butterthon-dev/cross-account-privatelink-nlb-poc, pulumi/pulumi-aws#4220, hashicorp/terraform-provider-aws#16889", "components.TestReplacementsStandBesideWhatTheyReplace"},
	{"The load balancer can't be replaced behind an endpoint service, as to take a zone away", "hashicorp/terraform-provider-aws#5701", "sandbox/deploy.TestLoadBalancerReplacement"},
	{"A zone that the load balancer gets never reaches the endpoint service, and nobody is told", "hashicorp/terraform-provider-aws#40809", "sandbox/deploy.TestZoneAdded"},
	{"The service is made before the listener, and refused", "pulumi/pulumi-awsx#1441, umotif-public/terraform-aws-ecs-fargate#43, terraform-aws-modules/terraform-aws-ecs, butterthon-dev/cross-account-privatelink-nlb-poc, lvthillo/aws-ecs-privatelink", "components.TestFargateServiceWaitsForTheListener"},
	{"The tasks' security group admits nobody, health checks included", "aws/aws-cdk#1490, pulumi/pulumi-awsx#817", "components.TestFargateServiceFirewall"},
	{"The tasks' security group admits everybody", "pulumi/pulumi-awsx", "components.TestFargateServiceFirewall"},
	{"Tasks start before their rules and rights are there", "terraform-aws-modules/terraform-aws-ecs", "components.TestFargateServiceDependsOnItsRulesAndPolicy"},
	{"Tasks without a way to the internet can't pull their image or write logs", "aws/containers-roadmap#48, aws/amazon-ecs-agent#1128", "components.TestTaskVpcEndpoints"},
	{"The endpoints for secrets, parameters and keys are missing", "butterthon-dev/cross-account-privatelink-nlb-poc", "stacks.TestProviderWithEveryOption"},
	{"There are VPC endpoints, and NAT gateways beside them", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk", "stacks.TestProviderWithEverythingSet"},
	{"The image is in a registry that the VPC's endpoints don't reach", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk", "stacks.TestBadConfiguration"},
	{"There is no execution role, and no log", "lvthillo/aws-ecs-privatelink", "components.TestFargateServiceDefaults"},
	{"The task's role may read every secret", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk", "components.TestEveryRightGranted"},
	{"ECS Exec is switched on without the rights that it needs", "pulumi/pulumi-awsx", "components.TestEveryRightGranted"},
	{"ARNs have the partition aws, whatever the Region", "pulumi/pulumi-awsx, butterthon-dev/cross-account-privatelink-nlb-poc", "stacks.TestEveryPartition"},
	{"All tasks are on Fargate Spot, with nothing on demand beneath", "butterthon-dev/cross-account-privatelink-nlb-poc", "components.TestFargateServiceOptions"},
	{"ARM64 on Fargate Spot is refused", "aws/copilot-cli", "sandbox/deploy.TestExampleNoInternet"},
	{"There is no autoscaling, or settings that nothing reads", "pulumi/pulumi-awsx#689, johnnymarquezv/aws-ecs-privatelink-terraform-cdk", "components.TestFargateScaling"},
	{"The desired count is ignored for ever", "terraform-aws-modules/terraform-aws-ecs#346", "sandbox/deploy.TestDesiredCount"},
	{"A failed deployment is not rolled back", "terraform-aws-modules/terraform-aws-ecs, aws/aws-cdk", "components.TestFargateServiceDefaults"},
	{"A new task definition is not deployed", "butterthon-dev/cross-account-privatelink-nlb-poc", "components.TestDesiredCountIsIgnoredOnlyWithScaling"},
	{"Containers or variables in another order start new tasks", "pulumi/pulumi-awsx", "stacks.TestTaskDefinitionsAreAlwaysTheSame"},
	{"A component does not register its outputs", "pulumi/pulumi-awsx", "components.TestChildrenBelongToTheComponent"},
	{"Everybody may connect, and is accepted", "aws-samples/private-saas-with-aws-privatelink, lvthillo/aws-ecs-privatelink", "components.TestEndpointServiceDefaults"},
	{"Principals go by their place in a list, so that one more replaces others", "BorisLabs/terraform-aws-privatelink", "components.TestEndpointServicePrincipalsAndEndpoints"},
	{"A principal that is taken away leaves its connection up", "hashicorp/terraform-provider-aws#37260", "sandbox/deploy.TestTenantTakenOut"},
	{"A private DNS name takes three applies, and nobody waits for it to be verified", "hashicorp/terraform-provider-aws#24044, aws/aws-cdk (VpcEndpointServiceDomainName), butterthon-dev/cross-account-privatelink-nlb-poc", "components.TestPrivateDnsInOneUpdate"},
	{"A private DNS name that is removed stays, and nobody hears of it", "hashicorp/terraform-provider-aws#25579", "sandbox/deploy.TestPrivateDnsTakenBack"},
	{"Its record can't be in a parent zone or in another account's", "aws/aws-cdk#18698", "sandbox/deploy.TestPrivateDnsHandShake"},
	{"The topic's policy lets nobody publish, or is for another topic", "BorisLabs/terraform-aws-privatelink", "components.TestNotificationsTopicPolicy"},
	{"A topic that exists can't be used", "BorisLabs/terraform-aws-privatelink", "components.TestNotificationsToAnExistingTopic"},
	{"Contributor Insights is switched on by a shell command", "BorisLabs/terraform-aws-privatelink", "components.TestContributorInsights"},
	{"Other Regions need an IAM action that nobody grants", "aws/aws-cdk#36216", "examples/github-oidc.TestDeployMayMakeWhatTheComponentsMake"},
	{"A destroy fails half-way while consumers are connected", "openshift/installer#7101, rebuy-de/aws-nuke#728", "sandbox/deploy.TestDestroyWithAConsumer"},
	{"A destroy stops at a security group that a network interface still has", "hashicorp/terraform-provider-aws#43124, hashicorp/terraform-provider-aws#24820", "sandbox/deploy.TestBothSides"},
	{"The service's name is copied by hand, or its ID is taken for it", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk, opensupplyhub/open-supply-hub#726", "contract.TestParseRefuses"},
	{"The name, and the zones looked up by it, can't come from another stack", "pulumi/pulumi-awsx (VpcEndpointSpec), aws/aws-cdk (lookupSupportedAzs)", "stacks.TestConsumerByDefault"},
	{"Another stack's outputs have no types, and a number among them makes a program panic", "pulumi/pulumi#12418, pulumi/pulumi#7124", "contract/stackref.TestReadOfAReference"},
	{"Zones go by name, which is another zone in another account", "aws/aws-cdk#4912, terraform-aws-modules/terraform-aws-vpc#462", "sandbox/deploy.TestZonesGoByID"},
	{"The service's zones are not known in another Region", "hashicorp/terraform-provider-aws#44186", "stacks.TestConsumerInAnotherRegion"},
	{"Security groups admit 0.0.0.0/0 unless told otherwise", "tedilabs/terraform-aws-vpc-privatelink, aws-samples/private-saas-with-aws-privatelink, aws/copilot-cli, pulumi/pulumi-awsx", "stacks.TestNobodyIsLetInUnasked"},
	{"The endpoint's security group opens other ports than the service has", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk, pulumi/pulumi-awsx", "stacks.TestConsumerAdmitsClientsOnEveryPortOfTheContract"},
	{"The endpoint is to accept itself, which it can within one account alone", "hashicorp/terraform-provider-aws#14604", "components.TestInterfaceEndpoint"},
	{"Private DNS is switched on before the endpoint is accepted, and refused", "hashicorp/terraform-provider-aws#22288, hashicorp/terraform-provider-aws#7148", "components.TestInterfaceEndpointPrivateDnsOnceAccepted"},
	{"Private DNS races with the endpoint's security group, and a fixed wait is the remedy", "tedilabs/terraform-aws-vpc-privatelink", "components.TestPrivateDnsComesAfterTheEndpoint"},
	{"DNS options are dropped without a word", "terraform-aws-modules/terraform-aws-vpc (vpc-endpoints)", "components.TestInterfaceEndpointAddressTypes"},
	{"There is no alias for a service of another account or Region", "aws/aws-cdk#10432, aws/aws-cdk#18758", "components.TestEndpointAlias"},
	{"The service can't tell its tenants apart", "hashicorp/vault#3807", "privatelink.TestEndpointID"},
	{"Nothing is checked before AWS refuses it", "terraform-aws-modules/terraform-aws-alb, terraform-aws-modules/terraform-aws-ecs", "stacks.TestBadConfiguration"},
	{"The wrong account is deployed to", "johnnymarquezv/aws-ecs-privatelink-terraform-cdk", "stacks.TestStackFiles"},
}
