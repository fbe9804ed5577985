// The stacks' outputs, from ../../schemas: go test ./examples -update

/** Contract describes one endpoint service to those who connect to it. */
export interface Contract {
  /** Version is the contract's version, see the constant Version. */
  version: 1;
  /** ServiceName is what an interface endpoint connects to, such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0. */
  serviceName: string;
  /** ServiceId is the endpoint service's ID, such as vpce-svc-0123456789abcdef0. */
  serviceId: string;
  /** Region is the region that hosts the service, such as us-east-1. */
  region: string;
  /** Ports are the ports on which the service listens, at least one. */
  ports: Port[];
  /** AvailabilityZoneIds are the zones in which an endpoint can reach the service, at least one, by ID (use1-az1): the same name (us-east-1a) can mean different zones in different accounts, an ID can't. See https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html */
  availabilityZoneIds: string[];
  /** PrivateDnsName is the service's private DNS name, or empty when it has none. */
  privateDnsName: string;
  /** AcceptanceRequired says whether the provider accepts each endpoint before it can be used. */
  acceptanceRequired: boolean;
  /** SupportedRegions are the regions from which an endpoint can connect. It holds Region, and nothing else unless the provider opened other regions. See https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html */
  supportedRegions: string[];
  /** SupportedIpAddressTypes are the address types that an endpoint can have: ipv4, ipv6 or both. */
  supportedIpAddressTypes: ("ipv4" | "ipv6")[];
}

/** Port is a port on which the service listens. */
export interface Port {
  /** Port is the port's number, 1 to 65535. */
  port: number;
  /** Protocol is the listener's protocol: tcp, tls, udp or tcp_udp. */
  protocol: "tcp" | "tls" | "udp" | "tcp_udp";
}

/** TenantShard is where a tenant is. */
export interface TenantShard {
  /** Shard is the number of the shard, which Contracts has the contract of. */
  shard: number;
  /** Accounts are the tenant's accounts, none where anybody may connect. */
  accounts: string[];
}

/** ProviderOutputs are the outputs of a stack with role provider, as "pulumi stack output --json" prints them. */
export interface ProviderOutputs {
  /** Contract is all that a consumer needs to know of the service. */
  contract: Contract;
  /** Contracts are those of all shards, by number, of which Contract is the first's. A tenant needs its own shard's. They are left out with one shard. */
  contracts?: Record<string, Contract>;
  /** TenantShards say which tenant is in which shard, by the tenant's label. They are left out with one shard. */
  tenantShards?: Record<string, TenantShard>;
  /** ServiceName is the endpoint service's name, which an interface endpoint connects to. */
  serviceName: string;
  /** ServiceId is the endpoint service's ID. */
  serviceId: string;
  /** AvailabilityZoneIds are the zones in which the service can be reached, by ID. */
  availabilityZoneIds: string[];
  /** AcceptedEndpoints say whose each endpoint is that this stack has accepted, by the endpoint's ID: account 222222222222 (tenant acme). */
  acceptedEndpoints: Record<string, string>;
  /** LoadBalancerArn is the Network Load Balancer's ARN. */
  loadBalancerArn: string;
  /** LoadBalancerDnsName is the Network Load Balancer's own DNS name, which resolves to addresses in the provider's VPC. */
  loadBalancerDnsName: string;
  /** ClientAccess says in a sentence which clients reach the service, and why. */
  clientAccess: string;
  /** ClusterName is the ECS cluster that the tasks run in. */
  clusterName: string;
  /** EcsServiceName is the ECS service that keeps the tasks running. */
  ecsServiceName: string;
  /** LogGroupName is the CloudWatch log group that the containers write to. */
  logGroupName: string;
  /** TaskRoleArn is the role of the code in the tasks, to give rights to. Older releases leave it out. */
  taskRoleArn?: string;
  /** TaskDefinitionArn is the revision of the task definition that has what the configuration says, for whoever deploys images. There is none without service.imageManagedElsewhere. */
  taskDefinitionArn?: string;
  /** TaskSecurityGroupId is the tasks' security group, for a database and the like to admit. Older releases leave it out. */
  taskSecurityGroupId?: string;
  /** VpcId is the VPC that the load balancer and the tasks are in. */
  vpcId: string;
  /** PrivateDnsRecord is the DNS record that proves the private DNS name's domain, with the keys name, type and value. It is left out without a private DNS name. */
  privateDnsRecord?: Record<string, string>;
  /** TopicArn is the SNS topic of the notifications and alarms, if there is one. */
  topicArn?: string;
  /** DashboardName is the CloudWatch dashboard, if there is one. */
  dashboardName?: string;
  /** AlarmNames are the CloudWatch alarms, if there are any. */
  alarmNames?: string[];
}

/** Endpoint is what a consumer's stack hands out of one interface endpoint. */
export interface Endpoint {
  /** EndpointId is the interface endpoint's ID, which the provider accepts. */
  endpointId: string;
  /** DnsName is the endpoint's regional DNS name. */
  dnsName: string;
  /** DnsNames are all of the endpoint's DNS names: the regional one first, then one for each zone. */
  dnsNames: string[];
  /** Url is what clients open: the first port that can carry HTTP, under the friendliest of the endpoint's names. It is left out when every port is UDP. */
  url?: string;
  /** AliasName is the endpoint's name in a hosted zone of the consumer's, if it has one. */
  aliasName?: string;
  /** PrivateDnsName is the service's private DNS name, if it resolves to the endpoint. */
  privateDnsName?: string;
  /** ClientCidrBlocks are the blocks of IPv4 and IPv6 addresses from which clients may connect. */
  clientCidrBlocks: string[];
  /** ClientSecurityGroupIds are the security groups whose members may connect. */
  clientSecurityGroupIds: string[];
  /** ClientPrefixListIds are the prefix lists from which clients may connect. */
  clientPrefixListIds: string[];
  /** SecurityGroupId is the endpoint's own security group. Add a rule to it to let more clients in. */
  securityGroupId: string;
  /** VpcId is the VPC that the endpoint is in. */
  vpcId: string;
  /** SubnetIds are the subnets that the endpoint has a network interface in. */
  subnetIds: string[];
}

/** ConsumerOutputs are the outputs of a stack with role consumer, as "pulumi stack output --json" prints them. */
export interface ConsumerOutputs {
  /** AccountId is the AWS account that owns the endpoints. */
  accountId: string;
  /** Region is the region that the endpoints are in. */
  region: string;
  /** ServiceName is the endpoint service that the endpoints connect to. */
  serviceName: string;
  /** Ports are the ports that clients may connect to. */
  ports: Port[];
  /** EndpointId is the interface endpoint's ID, which the provider accepts. */
  endpointId?: string;
  /** DnsName is the endpoint's regional DNS name. */
  dnsName?: string;
  /** DnsNames are all of the endpoint's DNS names: the regional one first, then one for each zone. */
  dnsNames?: string[];
  /** Url is what clients open: the first port that can carry HTTP, under the friendliest of the endpoint's names. It is left out when every port is UDP. */
  url?: string;
  /** AliasName is the endpoint's name in a hosted zone of the consumer's, if it has one. */
  aliasName?: string;
  /** PrivateDnsName is the service's private DNS name, if it resolves to the endpoint. */
  privateDnsName?: string;
  /** ClientCidrBlocks are the blocks of IPv4 and IPv6 addresses from which clients may connect. */
  clientCidrBlocks?: string[];
  /** ClientSecurityGroupIds are the security groups whose members may connect. */
  clientSecurityGroupIds?: string[];
  /** ClientPrefixListIds are the prefix lists from which clients may connect. */
  clientPrefixListIds?: string[];
  /** SecurityGroupId is the endpoint's own security group. Add a rule to it to let more clients in. */
  securityGroupId?: string;
  /** VpcId is the VPC that the endpoint is in. */
  vpcId?: string;
  /** SubnetIds are the subnets that the endpoint has a network interface in. */
  subnetIds?: string[];
  /** EndpointIds are the interface endpoints' IDs by network, which the provider accepts. It is left out with one network. */
  endpointIds?: Record<string, string>;
  /** Endpoints are the endpoints by network. It is left out with one network. */
  endpoints?: Record<string, Endpoint>;
}
