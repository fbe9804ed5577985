package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ServiceProviderType is the type token of ServiceProvider.
const ServiceProviderType = "fargate-privatelink:index:ServiceProvider"

// ServiceProvider is a whole provider's side: a Fargate service behind an internal
// Network Load Balancer, offered to the tenants as a VPC endpoint service. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html.
type ServiceProvider struct {
	pulumi.ResourceState

	// Contract is what consumers need to know: version, service name, ports, zones. A
	// [ServiceConsumer] takes it.
	Contract pulumi.MapOutput `pulumi:"contract"`
	// Contracts are the contracts of all shards, by their number, where there are several. A
	// tenant needs its own shard's.
	Contracts pulumi.MapOutput `pulumi:"contracts"`
	// TenantShards are the tenants' shards and accounts, by label, where there are several
	// shards.
	TenantShards pulumi.MapOutput `pulumi:"tenantShards"`
	// ServiceName is what consumers give to their endpoints.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// ServiceId is the endpoint service's ID, vpce-svc-….
	ServiceId pulumi.StringOutput `pulumi:"serviceId"`
	// AvailabilityZoneIds are the zones that consumers are offered.
	AvailabilityZoneIds pulumi.StringArrayOutput `pulumi:"availabilityZoneIds"`
	// AcceptedEndpoints are the accepted endpoints' owners, by endpoint ID.
	AcceptedEndpoints pulumi.StringMapOutput `pulumi:"acceptedEndpoints"`
	// ClientAccess says who the load balancer lets in, and why.
	ClientAccess pulumi.StringOutput `pulumi:"clientAccess"`
	// LoadBalancerArn is the current load balancer's ARN.
	LoadBalancerArn pulumi.StringOutput `pulumi:"loadBalancerArn"`
	// LoadBalancerDnsName is the current load balancer's name within the VPC.
	LoadBalancerDnsName pulumi.StringOutput `pulumi:"loadBalancerDnsName"`
	// ClusterName is the ECS cluster's name.
	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	// EcsServiceName is the ECS service's name.
	EcsServiceName pulumi.StringOutput `pulumi:"ecsServiceName"`
	// LogGroupName is the log group of the containers' output.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// TaskRoleArn is the role of the code in the containers.
	TaskRoleArn pulumi.StringOutput `pulumi:"taskRoleArn"`
	// TaskSecurityGroupId is the tasks' security group, for databases that admit it.
	TaskSecurityGroupId pulumi.StringOutput `pulumi:"taskSecurityGroupId"`
	// TaskDefinitionArn is the revision of the task definition that has what the
	// configuration says, which service.imageManagedElsewhere takes as a template.
	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"`
	// VpcId is the VPC's ID.
	VpcId pulumi.StringOutput `pulumi:"vpcId"`
	// PrivateDnsRecord is the record that proves the private DNS name's domain, with the
	// keys name, type and value. It is empty without such a name.
	PrivateDnsRecord pulumi.StringMapOutput `pulumi:"privateDnsRecord"`
	// TopicArn is the topic of notifications, empty without them.
	TopicArn pulumi.StringOutput `pulumi:"topicArn"`
	// DashboardName is the dashboard's name, empty without one.
	DashboardName pulumi.StringOutput `pulumi:"dashboardName"`
	// AlarmNames are the alarms' names, empty without any.
	AlarmNames pulumi.StringArrayOutput `pulumi:"alarmNames"`

	outputs pulumi.Map
}

// Outputs are what there is to export, by name: of the options that are not used, none.
func (p *ServiceProvider) Outputs() pulumi.Map { return maps.Clone(p.outputs) }

// NewServiceProvider makes a provider's side. It returns an error that says everything
// that is wrong with the arguments, and with what they name in the account, before
// anything is registered.
func NewServiceProvider(
	ctx *pulumi.Context, name string, args *ServiceProviderArgs, opts ...pulumi.ResourceOption,
) (*ServiceProvider, error) {
	if args == nil {
		return nil, noArgs("ServiceProvider", name)
	}
	s, err := newProviderSide(ctx, name, args, opts)
	if err != nil {
		return nil, err
	}
	if err := s.notices(); err != nil {
		return nil, err
	}
	if err := ctx.RegisterComponentResource(ServiceProviderType, name, s.component, opts...); err != nil {
		return nil, err
	}
	if err := s.deploy(); err != nil {
		return nil, err
	}
	s.fill()
	for _, sh := range s.shards {
		s.noticeZones(sh)
		s.noticeKept(sh)
	}
	return s.component, ctx.RegisterResourceOutputs(s.component, s.component.outputs)
}

// providerSide is a provider's side while it is being wired.
type providerSide struct {
	ctx       *pulumi.Context
	name      string
	args      *ServiceProviderArgs
	at        check.Path
	site      providerSite
	listeners []Listener
	tags      pulumi.StringMapInput

	component *ServiceProvider
	network   *Network
	shards    []*shard // at least the first
	service   *FargateService

	notifications    *Notifications      // nil unless enabled
	operations       []*Operations       // of each shard, none unless there is something to watch with
	deploymentAlarms []*DeploymentAlarms // likewise, none unless deployments are rolled back for their sake
}

// newProviderSide checks the arguments, and against the account.
func newProviderSide(ctx *pulumi.Context, name string, args *ServiceProviderArgs, opts []pulumi.ResourceOption) (*providerSide, error) {
	at := check.Path(args.ConfigPath)
	s := &providerSide{ctx: ctx, name: name, at: at, component: &ServiceProvider{}, tags: sideTags(args.Tags, args.Secret)}
	var f check.Faults
	if s.args, s.listeners, f = args.resolve(name); len(f) > 0 {
		return nil, s.failed(f)
	}
	look, err := newLookups(ctx, opts)
	if err != nil {
		return nil, err
	}
	if s.site, err = s.args.readSite(look, at, &f); err != nil {
		return nil, s.failed(check.Faults{err})
	}
	if err := s.args.countPrefixLists(look, at, s.listeners, &f); err != nil {
		return nil, s.failed(check.Faults{err})
	}
	s.shards = s.args.newShards(name, s.site.partition, &f)
	return s, s.failed(f)
}

// resolve returns the arguments with everything that they leave out, the listeners, and
// all that is wrong.
func (args *ServiceProviderArgs) resolve(name string) (*ServiceProviderArgs, []Listener, check.Faults) {
	at := check.Path(args.ConfigPath)
	var f check.Faults
	f.Form(at.Key("name"), name, check.Forms["name"])
	full, faults := check.Args(at, args.hardened())
	f = append(f, faults...)
	full.derive(at, &f)
	listeners := resolveListeners(at, full.Listener, full.Listeners, listenerDefaults{
		ContainerPort: *full.Service.ContainerPort, HealthCheck: full.HealthCheck, ProxyProtocol: full.ProxyProtocol,
	}, &f)
	full.check(at, name, listeners, &f)
	return full, listeners, f
}

// Validate returns everything that is wrong with the arguments of a provider's side called
// name, of what can be known without the account. [NewServiceProvider] checks the same.
func (args *ServiceProviderArgs) Validate(name string) error {
	_, _, f := args.resolve(name)
	return f.Err()
}

// failed is the error of faults, which name the component unless the caller's
// configuration says where they are.
func (s *providerSide) failed(f check.Faults) error {
	if s.at != "" {
		return f.Err()
	}
	return failed("ServiceProvider", s.name, f)
}

// child are the options of the side's components. A program that was written when they
// had no parent left them at the stack's root.
func (s *providerSide) child(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{
		pulumi.Parent(s.component), pulumi.Aliases([]pulumi.Alias{{NoParent: pulumi.Bool(true)}}),
	}, more...)
}

// deploy wires the components. The order is the data's: each takes the outputs of
// those before it.
func (s *providerSide) deploy() error {
	steps := []func() error{s.noteMoves, s.newKey, s.newNetwork, s.newLoadBalancers}
	if s.leavesLoadBalancer() {
		steps = append(steps, s.eachShard(s.newEndpointService), s.newService)
	} else {
		steps = append(steps, s.newService, s.eachShard(s.newEndpointService))
	}
	for _, step := range append(steps, s.newNotifications, s.newOperations, s.eachShard(s.newGuard)) {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *providerSide) newNetwork() (err error) {
	options := *s.args.Network
	options.VpcEndpoints = s.args.vpcEndpoints()
	s.network, err = NewNetwork(s.ctx, s.name, &NetworkArgs{
		NetworkOptions: options, Ipv6: s.args.LoadBalancer.Dualstack && !options.exists(), Tags: s.tags, path: s.at.Key("network"),
	}, s.child()...)
	return err
}

// newEndpointService offers a shard's load balancer. It depends on the service behind it,
// so that a destroy that AWS refuses, since a consumer is connected, ends before the
// service is touched. The other way round is for leaving a load balancer.
func (s *providerSide) newEndpointService(sh *shard) (err error) {
	var options []pulumi.ResourceOption
	if !s.leavesLoadBalancer() {
		options = append(options, after(predecessor{s.service, s.service.ServiceArn}))
	}
	hooks, err := s.replacementHook(sh)
	if err != nil {
		return err
	}
	sh.endpoints, err = NewEndpointService(s.ctx, sh.name, &EndpointServiceArgs{
		EndpointServiceOptions:  *s.args.EndpointService,
		NetworkLoadBalancerArns: sh.loadBalancerArns(),
		AllowedPrincipals:       sh.principals,
		AcceptedEndpoints:       sh.permissions.endpoints,
		FormerKeys:              sh.former,
		allowedBy:               sh.allowedBy,
		Hooks:                   hooks,
		guarded:                 !s.args.EndpointService.RejectConnectionsOnDestroy || len(s.shards) > 1,
		Tags:                    s.tags,
	}, s.child(options...)...)
	if err == nil {
		sh.endpoints.ConnectionStates = sh.endpoints.ConnectionStates.ApplyT(func(states map[string]string) (map[string]string, error) {
			return s.checkReleased(sh, states)
		}).(pulumi.StringMapOutput)
	}
	return err
}

func (s *providerSide) newNotifications() (err error) {
	if !s.args.Notifications.Enabled {
		return nil
	}
	args := &NotificationsArgs{
		SubscriptionOptions: s.args.Notifications.SubscriptionOptions,
		Secret:              s.args.Secret,
		ServiceId:           s.shards[0].endpoints.ServiceId,
		ServiceArn:          s.shards[0].endpoints.Arn,
		further:             map[string]*EndpointService{},
		Tags:                s.tags,
	}
	for _, sh := range s.shards[1:] {
		args.further[sh.name] = sh.endpoints
	}
	s.notifications, err = NewNotifications(s.ctx, s.name, args, s.child()...)
	return err
}

// newOperations watches each shard. The tasks, which are all shards', have one alarm.
func (s *providerSide) newOperations() error {
	options := s.args.Operations
	if !options.Dashboard && !options.Alarms {
		return nil
	}
	return s.eachShard(func(sh *shard) error {
		args := &OperationsArgs{
			OperationsOptions: *options,
			EndpointServiceId: sh.endpoints.ServiceId,
			LoadBalancerArn:   sh.current().nlb.Arn,
			TargetGroupArns:   sh.targetGroupArns(),
			ClusterName:       s.service.ClusterName,
			ServiceName:       s.service.ServiceName,
			MinTasks:          s.args.leastTasks(),
			ContainerInsights: s.args.Service.ContainerInsights != "disabled",
			EveryZone:         s.servesEveryZone(),
			DashboardName:     dashboardName(s.ctx, sh.name, s.site.region),
			sharesTasks:       sh.number > 1,
			Tags:              s.tags,
		}
		if options.Alarms {
			args.AlarmTopicArn = s.notifications.TopicArn
		}
		operations, err := NewOperations(s.ctx, sh.name, args, s.child()...)
		s.operations = append(s.operations, operations)
		return err
	})()
}

// servesEveryZone says whether each zone of the load balancer can be expected to reach
// a healthy task: there is one for each zone, or zones help each other out. There may
// be none where a schedule says so.
func (s *providerSide) servesEveryZone() bool {
	least := s.args.leastTasks()
	return least > 0 && (*s.args.LoadBalancer.CrossZone || least >= s.args.zoneCount())
}

// newGuard makes what refuses to destroy a shard while it has consumers or a protected
// load balancer. It depends on all the rest, which therefore outlives it. It goes by the
// protection that the load balancers have, and so comes once that is known: in a destroy
// nothing is updated, and the arguments say what will never be.
func (s *providerSide) newGuard(sh *shard) error {
	args := &ConnectionGuardArgs{
		ServiceId: sh.endpoints.ServiceId,
		Region:    s.site.region,
		States:    sh.endpoints.ConnectionStates,
		Advice: "or set " + s.args.key("endpointService", "rejectConnectionsOnDestroy") + " to true and run pulumi up; " +
			"then pulumi destroy --run-program --refresh, or, where this was another name, pulumi up --refresh with the former one",
	}
	if !s.args.EndpointService.RejectConnectionsOnDestroy {
		for _, id := range slices.Sorted(maps.Keys(sh.owners)) {
			args.Connections = append(args.Connections, Connection{EndpointId: id, Owner: sh.owners[id]})
		}
	}
	var protections []any
	for _, b := range sh.balancers {
		protections = append(protections, b.nlb.DeletionProtection)
	}
	end := "set " + s.args.key("loadBalancer", "deletionProtection") + " to false and run pulumi up, then what was refused"
	pulumi.All(protections...).ApplyT(func(on []any) error {
		args.Protected = map[string]pulumi.StringInput{}
		for i, b := range sh.balancers {
			if on[i].(bool) {
				args.Protected[end] = b.nlb.Arn
			}
		}
		_, err := NewConnectionGuard(s.ctx, sh.name, args, s.child(after(s.everything()...))...)
		return err
	})
	return nil
}

// everything are the side's components.
func (s *providerSide) everything() []predecessor {
	all := append([]predecessor{{s.network, s.network.SubnetIds}, {s.service, s.service.ServiceArn}}, s.endpointServices()...)
	for _, b := range s.balancers() {
		all = append(all, predecessor{b.nlb, b.nlb.Arn})
		for _, l := range b.listeners {
			all = append(all, predecessor{l.group, l.group.ListenerArn})
		}
	}
	if s.notifications != nil {
		all = append(all, predecessor{s.notifications, s.notifications.TopicArn})
	}
	for _, operations := range s.operations {
		all = append(all, predecessor{operations, operations.AlarmNames})
	}
	for _, alarms := range s.deploymentAlarms {
		all = append(all, predecessor{alarms, alarms.AlarmNames})
	}
	return all
}

// endpointServices are those of all shards, to wait for.
func (s *providerSide) endpointServices() []predecessor {
	var all []predecessor
	for _, sh := range s.shards {
		all = append(all, predecessor{sh.endpoints, sh.endpoints.ConnectionStates})
	}
	return all
}
