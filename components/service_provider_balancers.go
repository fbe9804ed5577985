package components

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// balancer is one generation of a shard's load balancer, with its listeners: a target
// group belongs to one load balancer.
type balancer struct {
	shard, generation int
	nlb               *NetworkLoadBalancer
	listeners         []balancedListener
}

// balancedListener is a listener with its target group.
type balancedListener struct {
	Listener
	group *IPTargetGroup
}

// generations are those that exist, the current one last.
func (s *providerSide) generations() []int {
	current := *s.args.LoadBalancer.Generation
	if s.args.LoadBalancer.RetainPrevious {
		return []int{current - 1, current}
	}
	return []int{current}
}

// generationSuffix ends the names of a generation's resources. The first one's have none.
func generationSuffix(generation int) string {
	if generation == 1 {
		return ""
	}
	return fmt.Sprintf("-%d", generation)
}

// retained says whether a generation is one that is kept beside the current one.
func (s *providerSide) retained(generation int) bool {
	return generation != *s.args.LoadBalancer.Generation
}

func balancerName(name string, shard, generation int) string {
	return name + "-nlb" + shardSuffix(shard) + generationSuffix(generation)
}

// targetGroupName names the target group after the listener's port, since a load
// balancer has one listener for a port.
func targetGroupName(name string, l Listener, shard, generation int) string {
	return fmt.Sprintf("%s-%d%s%s", name, l.Port.Port, shardSuffix(shard), generationSuffix(generation))
}

// leavesLoadBalancer says whether this program may be the one that takes a previous
// load balancer away. AWS refuses that while it has connections, and so the tasks leave
// it only after the endpoint service has. A first load balancer has none before it.
func (s *providerSide) leavesLoadBalancer() bool {
	return *s.args.LoadBalancer.Generation > 1 && !s.args.LoadBalancer.RetainPrevious
}

func (s *providerSide) newLoadBalancers() error {
	logs, err := s.accessLogs()
	if err != nil {
		return err
	}
	certificates, err := s.certificates()
	if err != nil {
		return err
	}
	return s.eachShard(func(sh *shard) error {
		for _, generation := range s.generations() {
			b := &balancer{shard: sh.number, generation: generation}
			if b.nlb, err = s.newLoadBalancer(b, logs); err != nil {
				return err
			}
			for _, l := range s.listeners {
				group, err := s.newTargetGroup(b, l, certificates[l.Port.Port])
				if err != nil {
					return err
				}
				b.listeners = append(b.listeners, balancedListener{l, group})
			}
			sh.balancers = append(sh.balancers, b)
		}
		return nil
	})()
}

// accessLogs returns where the access logs go: a bucket that exists, one of ours, or nil
// for nowhere.
func (s *providerSide) accessLogs() (*AccessLogsArgs, error) {
	options := s.args.LoadBalancer.AccessLogs
	if options == nil || !options.Enabled {
		return nil, nil
	}
	logs := options.AccessLogsArgs
	if logs.Bucket != nil {
		return &logs, nil
	}
	bucket, err := NewAccessLogBucket(s.ctx, s.name+"-access-logs", &AccessLogBucketArgs{
		AccessLogBucketOptions: options.AccessLogBucketOptions, Tags: s.tags,
	}, s.child()...)
	if err != nil {
		return nil, err
	}
	logs.Bucket = bucket.Name
	return &logs, nil
}

// certificates returns the certificate of each tls listener, by port.
func (s *providerSide) certificates() (map[int]pulumi.StringInput, error) {
	certificates := map[int]pulumi.StringInput{}
	for _, l := range s.listeners {
		if l.DomainName == "" {
			certificates[l.Port.Port] = l.CertificateArn
			continue
		}
		made, err := NewCertificate(s.ctx, fmt.Sprintf("%s-%d", s.name, l.Port.Port), &CertificateArgs{
			CertificateOptions: l.CertificateOptions, Tags: s.tags,
		}, s.child()...)
		if err != nil {
			return nil, err
		}
		certificates[l.Port.Port] = made.Arn
	}
	return certificates, nil
}

func (s *providerSide) newLoadBalancer(b *balancer, logs *AccessLogsArgs) (*NetworkLoadBalancer, error) {
	args := &NetworkLoadBalancerArgs{
		LoadBalancerOptions: s.args.LoadBalancer.LoadBalancerOptions,
		VpcId:               s.network.VpcId,
		SubnetIds:           s.balancerSubnetIds(b.generation),
		ListenerPorts:       s.ports(),
		AccessLogs:          logs,
		Retained:            s.retained(b.generation),
		Tags:                s.tags,
	}
	if addresses := s.args.LoadBalancer.PrivateIpv4Addresses; len(addresses) > 0 && !s.retained(b.generation) {
		args.SubnetAddresses = addressesBySubnet(s.network.SubnetIdsByZone, addresses, check.Path(s.args.key("loadBalancer", "privateIpv4Addresses")))
	}
	if s.retained(b.generation) {
		// It has to go in the end, and may have zones that the tasks have left.
		args.DeletionProtection, args.CrossZone = nil, pulumi.BoolRef(true)
	}
	return NewNetworkLoadBalancer(s.ctx, balancerName(s.name, b.shard, b.generation), args, s.child()...)
}

func (s *providerSide) newTargetGroup(b *balancer, l Listener, certificate pulumi.StringInput) (*IPTargetGroup, error) {
	options := l.IPTargetGroupOptions
	options.CertificateArn = certificate
	return NewIPTargetGroup(s.ctx, targetGroupName(s.name, l, b.shard, b.generation), &IPTargetGroupArgs{
		IPTargetGroupOptions:  options,
		Secret:                s.args.Secret,
		DeregistrationOptions: s.args.DeregistrationOptions,
		VpcId:                 s.network.VpcId,
		LoadBalancerArn:       b.nlb.Arn,
		Port:                  l.Port.Port,
		Protocol:              l.Port.Protocol,
		Tags:                  s.tags,
	}, s.child()...)
}

// ports are the listeners' ports.
func (s *providerSide) ports() []Port {
	var ports []Port
	for _, l := range s.listeners {
		ports = append(ports, l.Port)
	}
	return ports
}

// replacementHook refuses, in a preview already, to replace a load balancer within its
// generation. AWS refuses that too, but half-way: for a target group can't be two load
// balancers', and the endpoint service can't let go of one that has connections.
func (s *providerSide) replacementHook(sh *shard) (*pulumi.ResourceHookBinding, error) {
	guards, err := guardHook(s.ctx)
	if err != nil {
		return nil, err
	}
	refuse := func(hook *pulumi.ResourceHookArgs) error {
		if was, is := hook.OldInputs["acceptanceRequired"], hook.NewInputs["acceptanceRequired"]; was.IsBool() && was.BoolValue() && !was.DeepEquals(is) {
			guards.open()
		}
		return s.refuseReplacement(sh, hook)
	}
	hook, err := s.ctx.RegisterResourceHook(sh.name+"-load-balancer-replacement", refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	return &pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}, nil
}

// refuseReplacement fails where the endpoint service is to lose a load balancer of a
// generation that stays. What comes in its place a preview doesn't know.
func (s *providerSide) refuseReplacement(sh *shard, hook *pulumi.ResourceHookArgs) error {
	const property = "networkLoadBalancerArns"
	kept := map[string]bool{}
	for _, arn := range textsIn(hook.NewInputs[property]) {
		kept[arn] = true
	}
	for _, arn := range textsIn(hook.OldInputs[property]) {
		if !kept[arn] {
			sh.released.Store(&arn)
		}
		for _, generation := range s.generations() {
			if !kept[arn] && autonamed(balancerName(s.name, sh.number, generation)).MatchString(arn) {
				return fmt.Errorf("the load balancer %s would be replaced, which AWS refuses: raise %s to %d with the change, "+
					"see docs/replacing-the-load-balancer.md", arn, s.args.key("loadBalancer", "generation"), *s.args.LoadBalancer.Generation+1)
			}
		}
	}
	return nil
}

// checkReleased refuses, in a preview, to take a load balancer of another generation from
// the endpoint service, which AWS refuses while an endpoint is connected. What AWS has
// accepted by itself nobody here knows.
func (s *providerSide) checkReleased(sh *shard, states map[string]string) (map[string]string, error) {
	arn := sh.released.Load()
	if arn == nil || !s.ctx.DryRun() {
		return states, nil
	}
	for id, state := range check.Sorted(states) {
		if slices.Contains(aliveStates, state) {
			return nil, fmt.Errorf("the endpoint service would lose the load balancer %s, which AWS refuses while an endpoint is connected, and %s is: "+
				"set %s to true, which keeps it beside the new one; or disconnect the endpoints first and run pulumi up --refresh, "+
				"see docs/replacing-the-load-balancer.md", *arn, id, s.args.key("loadBalancer", "retainPrevious"))
		}
	}
	return states, nil
}

// autonamed matches the ARN of a load balancer that Pulumi named after a resource.
func autonamed(name string) *regexp.Regexp {
	return regexp.MustCompile(`:loadbalancer/net/` + regexp.QuoteMeta(name) + `-[0-9a-f]{7}/`)
}

// textsIn are the strings of a list that are known.
func textsIn(value resource.PropertyValue) []string {
	for value.IsSecret() || value.IsOutput() && value.OutputValue().Known {
		if value.IsSecret() {
			value = value.SecretValue().Element
		} else {
			value = value.OutputValue().Element
		}
	}
	var texts []string
	if value.IsArray() {
		for _, element := range value.ArrayValue() {
			texts = append(texts, textsIn(element)...)
		}
	}
	if value.IsString() {
		texts = append(texts, value.StringValue())
	}
	return texts
}

// balancerZones are the IDs of the zones that the current load balancer is to be in.
func (s *providerSide) balancerZones() pulumi.StringArrayOutput {
	if zones := s.args.LoadBalancer.AvailabilityZoneIds; len(zones) > 0 {
		return pulumi.ToStringArray(zones).ToStringArrayOutput()
	}
	return s.network.AvailabilityZoneIds
}

// inBalancerZones returns those of the network's subnets that are in the current load
// balancer's zones.
func (s *providerSide) inBalancerZones(all pulumi.StringArrayOutput, byZone pulumi.StringMapOutput) pulumi.StringArrayOutput {
	zones := s.args.LoadBalancer.AvailabilityZoneIds
	if len(zones) == 0 {
		return all
	}
	return byZone.ApplyT(func(subnets map[string]string) ([]string, error) {
		var f check.Faults
		if s.args.checkBalancerZones(slices.Sorted(maps.Keys(subnets)), &f); len(f) > 0 {
			return nil, f.Err()
		}
		var ids []string
		for _, zone := range slices.Sorted(slices.Values(zones)) {
			ids = append(ids, subnets[zone])
		}
		return ids, nil
	}).(pulumi.StringArrayOutput)
}

// balancerSubnetIds are the subnets of a generation's load balancer. A retained one
// stays in those that it has.
func (s *providerSide) balancerSubnetIds(generation int) pulumi.StringArrayOutput {
	if s.retained(generation) {
		return s.network.SubnetIds
	}
	return s.inBalancerZones(s.network.SubnetIds, s.network.SubnetIdsByZone)
}

// taskSubnetIds are the subnets of the tasks, in the zones of the current load
// balancer: to a task in another zone it would send nothing, and ECS would wait in
// vain for it to become healthy.
func (s *providerSide) taskSubnetIds() pulumi.StringArrayOutput {
	ids := s.inBalancerZones(s.network.TaskSubnetIds, s.network.TaskSubnetIdsByZone)
	if !s.args.LoadBalancer.RetainPrevious || s.args.Network.exists() {
		return ids
	}
	retained := s.shards[0].balancers[0].nlb.SubnetIds.ApplyT(s.checkRetainedZones).(pulumi.StringArrayOutput)
	wanted := s.balancerSubnetIds(*s.args.LoadBalancer.Generation)
	return pulumi.All(ids, retained, wanted, s.network.SubnetIds, s.network.TaskSubnetIds).ApplyT(func(values []any) ([]string, error) {
		network := append(values[3].([]string), values[4].([]string)...)
		return values[0].([]string), s.args.checkRetainedSubnets(values[1].([]string), values[2].([]string), network)
	}).(pulumi.StringArrayOutput)
}

// checkRetainedZones refuses more zones than a retained load balancer has, also where
// the new ones' subnets don't exist yet: the tasks are targets of both load balancers.
func (s *providerSide) checkRetainedZones(retained []string) ([]string, error) {
	if zones := s.args.zoneCount(); zones > len(retained) {
		return nil, fmt.Errorf("%s is true, but the load balancer that it keeps is in %d zones and the new one in %d; %s",
			s.args.key("loadBalancer", "retainPrevious"), len(retained), zones, addZoneBefore)
	}
	return retained, nil
}

const addZoneBefore = "the tasks in the others would never be healthy in the old one: add a zone in a pulumi up of its own before, with the generation as it was"

// checkRetainedSubnets refuses, in a preview already, what a load balancer that is
// retained makes impossible: its subnets have to stay, and the tasks have to be in
// those. Other subnets in the same zones, as of a dualstack load balancer, have none
// in common with the old ones.
func (args *ServiceProviderArgs) checkRetainedSubnets(retained, wanted, network []string) error {
	in := func(list []string) func(string) bool {
		return func(id string) bool { return slices.Contains(list, id) }
	}
	key := args.key("loadBalancer", "retainPrevious")
	for _, id := range retained {
		if !slices.Contains(network, id) {
			return fmt.Errorf("%s is true, but the load balancer that it keeps is in %s, which %s has no more; "+
				"leave the network as it was and list the zones to keep in %s, until retainPrevious is gone",
				key, id, args.key("network"), args.key("loadBalancer", "availabilityZoneIds"))
		}
	}
	for _, id := range wanted {
		if slices.ContainsFunc(wanted, in(retained)) && !slices.Contains(retained, id) {
			return fmt.Errorf("%s is true, but the load balancer that it keeps is not in %s, and the new one is; %s", key, id, addZoneBefore)
		}
	}
	return nil
}

// offeredZones are those of the endpoint service's zones that consumers get to know:
// not the ones that only a retained load balancer has.
func (s *providerSide) offeredZones(sh *shard) pulumi.StringArrayOutput {
	zones := sh.endpoints.AvailabilityZones.ApplyT(s.site.idsOfZones).(pulumi.StringArrayOutput)
	wanted := s.args.LoadBalancer.AvailabilityZoneIds
	if len(wanted) == 0 {
		return zones
	}
	return zones.ApplyT(func(ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(wanted, id) })
	}).(pulumi.StringArrayOutput)
}

// clientAccess says who the load balancer lets in and why, and what the container is told
// of them.
func (s *providerSide) clientAccess() string {
	var ports, told []string
	for _, l := range s.listeners {
		ports = append(ports, l.Port.String())
		if *l.ProxyProtocol {
			told = append(told, l.Port.String())
		}
	}
	text := s.letIn(strings.Join(ports, ", "))
	if len(told) > 0 {
		text += fmt.Sprintf(" Proxy Protocol drops nobody: on %s it tells the container each client's own address and endpoint, and the container decides.",
			strings.Join(told, ", "))
	}
	return text
}

func (s *providerSide) letIn(ports string) string {
	key, cidrs := s.args.key("loadBalancer", "clientCidrs"), s.args.LoadBalancer.ClientCidrs
	if len(cidrs) == 0 {
		return fmt.Sprintf("Every accepted endpoint reaches %s: %s names nobody, so the load balancer's security group "+
			"is not applied to PrivateLink traffic, and the endpoint service's principals and acceptance decide.", ports, key)
	}
	return fmt.Sprintf("Only clients whose own addresses are in %s reach %s, through an accepted endpoint: %s names them, "+
		"so the load balancer's security group is applied to PrivateLink traffic, and drops all other.",
		strings.Join(cidrs, ", "), ports, key)
}
