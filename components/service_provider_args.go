package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ServiceProviderArgs are the inputs of ServiceProvider: the whole configuration of a
// provider's side, with a default for everything.
type ServiceProviderArgs struct {
	// Hardened turns on, wherever an option doesn't say otherwise, what security scanners
	// ask for and what costs or has to be prepared (default false): flow logs of a new VPC,
	// access logs of tls listeners, a year of logs, Container Insights, a customer managed key for logs and notifications,
	// deletion protection, logged sessions of ECS Exec, and containers with a read-only root
	// file system and the user 10001, for which the images must be made. See
	// docs/security.md.
	Hardened bool `pulumi:"hardened,optional"`
	// Network is the VPC, a new one or one that exists.
	Network *NetworkOptions `pulumi:"network,optional" default:"{}"`
	// Listener is short for one tcp listener of the load balancer (default: port 80). It
	// can't be together with Listeners.
	Listener *ListenerArgs `pulumi:"listener,optional"`
	// Listeners are the load balancer's listeners, 1 to 5, by port and protocol, such as
	// "80/tcp" or "443/tls".
	Listeners map[string]ListenerOptions `pulumi:"listeners,optional"`
	// Service is the ECS service and its task.
	Service *FargateServiceOptions `pulumi:"service,optional" default:"{}"`
	// HealthCheck says how the load balancer checks the tasks. A listener's own
	// healthCheck takes the place of what it says.
	HealthCheck *HealthCheckArgs `pulumi:"healthCheck,optional" default:"{}"`
	DeregistrationOptions
	// Scaling lets AWS choose the number of tasks.
	Scaling *ScalingArgs `pulumi:"scaling,optional" default:"{}"`
	// ProxyProtocol begins every connection to a task with a Proxy Protocol header,
	// version 2, which tells it the client's own address and VPC endpoint (default
	// false). The container has to read it, on health checks too. A listener's own
	// proxyProtocol takes its place. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol.
	ProxyProtocol bool `pulumi:"proxyProtocol,optional"`
	// LoadBalancer is the internal Network Load Balancer.
	LoadBalancer *NetworkLoadBalancerOptions `pulumi:"loadBalancer,optional" default:"{}"`
	// EndpointService is the VPC endpoint service.
	EndpointService *EndpointServiceOptions `pulumi:"endpointService,optional" default:"{}"`
	// Notifications tell of the endpoint service's connections, and of alarms.
	Notifications *NotificationsOptions `pulumi:"notifications,optional" default:"{}"`
	// Operations are a dashboard and alarms.
	Operations *OperationsOptions `pulumi:"operations,optional" default:"{}"`
	// Tenants are the consumers, by a label of 1 to 32 lower-case letters, digits and
	// hyphens: who may connect, and which of their endpoints are accepted (default
	// nobody). A label is for people: to rename a tenant changes nothing.
	Tenants map[string]TenantOptions `pulumi:"tenants,optional" keys:"label"`
	// Shards is how many endpoint services the tenants are spread over, 1 to 5 (default 1).
	// Each has a load balancer of its own, since AWS lets a load balancer belong to one
	// endpoint service, and all are before the same tasks. An ECS service has at most five
	// target groups, one for each shard and listener. One more shard moves no tenant: see
	// the tenants' own shards, docs/scale.md and
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html.
	Shards *int `pulumi:"shards,optional" default:"1" range:"1,5"`
	// Tags are the tags of every resource that takes them (default none). Each gets its
	// own Name besides. See
	// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
	Tags map[string]string `pulumi:"tags,optional"`
	// Quotas are what the account may have. They are only counted, and never asked of AWS.
	Quotas *QuotasOptions `pulumi:"quotas,optional" default:"{}"`

	// Secret says that a free text among the arguments is a secret, and keeps all of them out
	// of sight (default false). Only a Go program can give it.
	Secret bool
	// ConfigPath is where the arguments stand in the caller's configuration, such as
	// "provider": messages name keys by it (default: nowhere).
	ConfigPath string
}

// TenantOptions are one consumer of an endpoint service. It needs accounts or
// principals.
type TenantOptions struct {
	// Accounts are the AWS accounts that may connect: 12 digits each. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
	Accounts []string `pulumi:"accounts,optional" form:"account"`
	// Principals are the ARNs of roles and users without a path, or of accounts, that may
	// connect, or "*" for everybody, which needs endpointService.allowAnyPrincipal.
	Principals []string `pulumi:"principals,optional" form:"principal"`
	// EndpointIds are the tenant's endpoints to accept, vpce-…. To take one away rejects
	// it.
	EndpointIds []string `pulumi:"endpointIds,optional" form:"endpoint"`
	// Shards are those that the tenant may be in, by number, each once (default the first):
	// a stable hash of its first account or principal chooses one of them. List those that
	// take new tenants when the tenant is added, and leave the list alone after that. A
	// change that would move a tenant with accepted endpoints is refused. See docs/scale.md.
	Shards []int `pulumi:"shards,optional" len:"1,5"`

	// Consumers are endpoints to accept that a program has found, as by a stack
	// reference.
	Consumers []ConsumerEndpoint
}

// ConsumerEndpoint is an endpoint that a consumer's stack says it has made.
type ConsumerEndpoint struct {
	// EndpointId is its ID, vpce-….
	EndpointId string
	// AccountId is the account that it is in, if that is known.
	AccountId string
	// Label says for people which one it is, such as the consumer's stack.
	Label string
	// Path is where the configuration names it.
	Path string
}

// check refuses what can't be together, which only the whole side knows.
func (args *ServiceProviderArgs) check(at check.Path, name string, listeners []Listener, f *check.Faults) {
	args.Service.checkNamed(at.Key("service"), name, f)
	args.checkNetwork(at, f)
	own := (*TaskEgressArgs)(nil).rules()
	if args.withoutInternet() {
		own = nil
	}
	checkRules(at.Key("service").Key("egress"), own, args.Service.volumeRules(), args.Service.Egress, f)
	args.LoadBalancer.checkListeners(at.Key("loadBalancer"), listeners, at.Key("listeners"), f)
	args.checkEndpointService(at.Key("endpointService"), f)
	args.checkIdleTimeouts(at, listeners, f)
	checkAddresses(at.Key("loadBalancer").Key("privateIpv4Addresses"), args.LoadBalancer.PrivateIpv4Addresses, &args.Network.VpcOptions, f)
	args.checkImages(at, f)
	args.checkTenants(at, f)
	args.checkShards(at, name, listeners, f)
	args.checkQuotas(at, listeners, f)
	if args.Operations.Alarms && !args.Notifications.Enabled {
		f.Say(at.Key("operations").Key("alarms"), "is true; it needs %s to be true, or nobody would hear of them", at.Key("notifications").Key("enabled"))
	}
	checkTags(at.Key("tags"), args.Tags, f)
}

// derive fills what depends on other options.
func (args *ServiceProviderArgs) derive(at check.Path, f *check.Faults) {
	args.Scaling.resolve(at.Key("scaling"), *args.Service.DesiredCount, f)
	if args.LoadBalancer.CrossZone == nil {
		// A zone without a task drops its clients unless the zones share their tasks.
		args.LoadBalancer.CrossZone = pulumi.BoolRef(min(args.leastTasks(), args.taskZones()) < args.zoneCount())
	} else {
		args.checkCrossZone(at, f)
	}
	if args.LoadBalancer.Dualstack && args.EndpointService.SupportedIpAddressTypes == nil {
		args.EndpointService.SupportedIpAddressTypes = []string{"ipv4", "ipv6"}
	}
	if logs := args.Network.FlowLogs; logs != nil && missing(logs.PermissionsBoundaryArn) {
		logs.PermissionsBoundaryArn = args.Service.PermissionsBoundaryArn
	}
}

// leastTasks is how few tasks there may be at a time.
func (args *ServiceProviderArgs) leastTasks() int {
	return args.Scaling.leastTasks(*args.Service.DesiredCount)
}

// leastTasksKey is the key that says so.
func (args *ServiceProviderArgs) leastTasksKey(at check.Path) string {
	least, desired := args.leastTasks(), *args.Service.DesiredCount
	switch {
	case !*args.Scaling.Enabled || *args.Scaling.MinCount == desired && least == desired:
		return string(at.Key("service").Key("desiredCount"))
	case least < *args.Scaling.MinCount:
		return "the least minCount of " + string(at.Key("scaling").Key("schedules"))
	default:
		return string(at.Key("scaling").Key("minCount"))
	}
}

// zoneCount is the number of zones of the load balancer. Each subnet of an existing
// VPC is in a zone of its own, or AWS refuses the load balancer.
func (args *ServiceProviderArgs) zoneCount() int {
	switch {
	case len(args.LoadBalancer.AvailabilityZoneIds) > 0:
		return len(args.LoadBalancer.AvailabilityZoneIds)
	case args.Network.exists():
		return len(plainTexts(args.Network.SubnetIds))
	case len(args.Network.AvailabilityZoneIds) > 0:
		return len(args.Network.AvailabilityZoneIds)
	case args.Network.AvailabilityZones != nil:
		return *args.Network.AvailabilityZones
	default:
		return defaultZoneCount
	}
}

// taskZones is in how many zones of the load balancer the tasks can be, at the most.
func (args *ServiceProviderArgs) taskZones() int {
	if args.Network.TaskSubnetIds == nil {
		return args.zoneCount()
	}
	return len(plainTexts(args.Network.TaskSubnetIds))
}

// withoutInternet says whether the tasks reach only what the created VPC has endpoints
// to.
func (args *ServiceProviderArgs) withoutInternet() bool {
	return !args.Network.exists() && args.Network.Egress == EgressNone
}

// checkCrossZone refuses a zone that would drop its clients. Without any task at all
// there is nobody to drop them.
func (args *ServiceProviderArgs) checkCrossZone(at check.Path, f *check.Faults) {
	if zones, least := args.zoneCount(), args.leastTasks(); !*args.LoadBalancer.CrossZone && least > 0 && least < zones {
		f.Say(at.Key("loadBalancer").Key("crossZone"),
			"is false, but %s is %d and there are %d zones; zones without a task would drop their clients: leave crossZone out or run a task in each zone",
			args.leastTasksKey(at), least, zones)
	}
}

func (args *ServiceProviderArgs) checkEndpointService(path check.Path, f *check.Faults) {
	service := args.EndpointService
	// See https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
	for i, value := range service.SupportedIpAddressTypes {
		if value == "ipv6" && !args.LoadBalancer.Dualstack {
			f.Must(path.Key("supportedIpAddressTypes").Index(i), value, "ipv4: ipv6 needs "+args.key("loadBalancer", "dualstack")+" to be true")
		}
	}
	// See https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
	if len(service.SupportedRegions) > 0 && args.zoneCount() == 1 {
		f.Say(path.Key("supportedRegions"), "is set, but the load balancer is in one Availability Zone; access from other regions needs at least 2")
	}
}

// checkIdleTimeouts refuses an idle timeout where AWS allows none. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
func (args *ServiceProviderArgs) checkIdleTimeouts(at check.Path, listeners []Listener, f *check.Faults) {
	for _, l := range listeners {
		if l.TcpIdleTimeoutSeconds != nil && len(args.EndpointService.SupportedRegions) > 0 {
			f.Say(l.at.Key("tcpIdleTimeoutSeconds"), "is set together with %s; AWS allows no idle timeout of its own to a service that other Regions reach",
				at.Key("endpointService").Key("supportedRegions"))
		}
	}
}

// checkNetwork refuses a network that can't hold the load balancer.
func (args *ServiceProviderArgs) checkNetwork(at check.Path, f *check.Faults) {
	if args.LoadBalancer.Dualstack && !args.Network.exists() && args.Network.Egress == EgressPublic {
		f.Say(at.Key("loadBalancer").Key("dualstack"), "is true, but %s is public; it must be none, single-nat or nat-per-az", at.Key("network").Key("egress"))
	}
}

// key is the path of a key, for messages.
func (args *ServiceProviderArgs) key(names ...string) string {
	path := check.Path(args.ConfigPath)
	for _, name := range names {
		path = path.Key(name)
	}
	return string(path)
}

// checkImages refuses a task that could never start: without a way to the internet its
// images come from Amazon ECR, through VPC endpoints. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func (args *ServiceProviderArgs) checkImages(at check.Path, f *check.Faults) {
	if !args.withoutInternet() || args.Service.PullThroughCache.Enabled {
		return
	}
	images := args.Service.images(at.Key("service"))
	for _, path := range slices.Sorted(maps.Keys(images)) {
		if image := images[path]; !isECRImage(image) {
			f.Say(path, "is %q, which is outside of AWS, and %s is none; use an image in Amazon ECR "+
				"(<account>.dkr.ecr.<region>.amazonaws.com/<repository>), set %s to true "+
				"for Amazon ECR to fetch it, or set egress to single-nat, nat-per-az or public",
				image, at.Key("network").Key("egress"), at.Key("service").Key("pullThroughCache").Key("enabled"))
		}
	}
}

// vpcEndpoints are the listed ones, and without a way to the internet those that the
// task needs too.
func (args *ServiceProviderArgs) vpcEndpoints() []string {
	if !args.withoutInternet() {
		return args.Network.VpcEndpoints
	}
	endpoints := TaskVpcEndpoints(args.Service.needs())
	for _, more := range args.Network.VpcEndpoints {
		if !slices.Contains(endpoints, more) {
			endpoints = append(endpoints, more)
		}
	}
	return endpoints
}
