package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// balancer is one generation of the load balancer, with the target groups of its
// listeners in their order: a target group belongs to one load balancer.
type balancer struct {
	generation int
	nlb        *components.NetworkLoadBalancer
	groups     []*components.IPTargetGroup
}

// generations are those that exist, the current one last.
func (cfg *providerConfig) generations() []int {
	current := cfg.LoadBalancer.Generation
	if cfg.LoadBalancer.RetainPrevious {
		return []int{current - 1, current}
	}
	return []int{current}
}

// suffix ends the names of a generation's resources. The first one's have none.
func suffix(generation int) string {
	if generation == 1 {
		return ""
	}
	return fmt.Sprintf("-%d", generation)
}

// retained says whether a generation is one that is kept beside the current one.
func (cfg *providerConfig) retained(generation int) bool {
	return generation != cfg.LoadBalancer.Generation
}

func (cfg *providerConfig) balancerName(generation int) string {
	return cfg.Name + "-nlb" + suffix(generation)
}

func (s *providerStack) current() *balancer { return s.balancers[len(s.balancers)-1] }

func (s *providerStack) loadBalancerArns() pulumi.StringArray {
	var arns pulumi.StringArray
	for _, b := range s.balancers {
		arns = append(arns, b.nlb.Arn)
	}
	return arns
}

// leavesLoadBalancer says whether this program may be the one that takes a previous
// load balancer away. AWS refuses that while it has connections, and so the tasks leave
// it only after the endpoint service has. A first load balancer has none before it.
func (cfg *providerConfig) leavesLoadBalancer() bool {
	return cfg.LoadBalancer.Generation > 1 && !cfg.LoadBalancer.RetainPrevious
}

func (s *providerStack) newLoadBalancers(ctx *pulumi.Context) error {
	logs, err := s.accessLogs(ctx)
	if err != nil {
		return err
	}
	certificates, err := s.certificates(ctx)
	if err != nil {
		return err
	}
	for _, generation := range s.cfg.generations() {
		b := &balancer{generation: generation}
		if b.nlb, err = s.newLoadBalancer(ctx, generation, logs); err != nil {
			return err
		}
		for _, l := range s.cfg.listeners() {
			group, err := s.newTargetGroup(ctx, b, l, certificates[l.Port.Port])
			if err != nil {
				return err
			}
			b.groups = append(b.groups, group)
		}
		s.balancers = append(s.balancers, b)
	}
	return nil
}

// accessLogs returns where the access logs go: a bucket that exists, or one of ours.
func (s *providerStack) accessLogs(ctx *pulumi.Context) (*components.AccessLogsArgs, error) {
	cfg := s.cfg.LoadBalancer.AccessLogs
	if !cfg.Enabled {
		return nil, nil
	}
	args := &components.AccessLogsArgs{Bucket: pulumi.String(cfg.Bucket), Prefix: cfg.Prefix}
	if cfg.Bucket != "" {
		return args, nil
	}
	bucket, err := components.NewAccessLogBucket(ctx, s.cfg.Name+"-access-logs", &components.AccessLogBucketArgs{
		RetentionDays: cfg.RetentionDays, Tags: s.tags,
	})
	if err != nil {
		return nil, err
	}
	args.Bucket = bucket.Name
	return args, nil
}

// certificates returns the certificate of each tls listener, by port.
func (s *providerStack) certificates(ctx *pulumi.Context) (map[int]pulumi.StringInput, error) {
	certificates := map[int]pulumi.StringInput{}
	for _, l := range s.cfg.listeners() {
		switch {
		case l.options.CertificateArn != "":
			certificates[l.Port.Port] = pulumi.String(l.options.CertificateArn)
		case l.options.DomainName != "":
			made, err := s.newCertificate(ctx, l)
			if err != nil {
				return nil, err
			}
			certificates[l.Port.Port] = made.Arn
		}
	}
	return certificates, nil
}

// newCertificate makes a listener's certificate, with a provider for the zone's account
// where that is another one.
func (s *providerStack) newCertificate(ctx *pulumi.Context, l listener) (*components.Certificate, error) {
	args := &components.CertificateArgs{
		DomainName:              l.options.DomainName,
		SubjectAlternativeNames: l.options.SubjectAlternativeNames,
		HostedZoneId:            pulumi.String(l.options.HostedZoneId),
		Tags:                    s.tags,
	}
	if arn := l.options.HostedZoneRoleArn; arn != "" {
		zone, err := s.hostedZoneProvider(ctx, fmt.Sprintf("-%d", l.Port.Port), arn)
		if err != nil {
			return nil, err
		}
		args.HostedZoneProvider = zone
	}
	return components.NewCertificate(ctx, fmt.Sprintf("%s-%d", s.cfg.Name, l.Port.Port), args)
}

func (s *providerStack) newLoadBalancer(
	ctx *pulumi.Context, generation int, logs *components.AccessLogsArgs,
) (*components.NetworkLoadBalancer, error) {
	cfg := s.cfg.LoadBalancer
	args := &components.NetworkLoadBalancerArgs{
		VpcId:                        s.network.VpcId,
		SubnetIds:                    s.balancerSubnetIds(generation),
		ClientCidrs:                  cfg.ClientCidrs,
		ListenerPorts:                s.cfg.ports(),
		CrossZone:                    pulumi.Bool(cfg.CrossZone),
		DeletionProtection:           pulumi.Bool(cfg.DeletionProtection),
		DnsRecordClientRoutingPolicy: cfg.DnsRecordClientRoutingPolicy,
		AccessLogs:                   logs,
		Retained:                     s.cfg.retained(generation),
		Tags:                         s.tags,
	}
	if cfg.Dualstack {
		args.IpAddressType = "dualstack"
	}
	if cfg.ZonalShift {
		args.ZonalShift = pulumi.Bool(true)
	}
	if s.cfg.retained(generation) {
		// It has to go in the end, and may have zones that the tasks have left.
		args.DeletionProtection, args.CrossZone = pulumi.Bool(false), pulumi.Bool(true)
	}
	return components.NewNetworkLoadBalancer(ctx, s.cfg.balancerName(generation), args)
}

// newTargetGroup names the target group after the listener's port, since a load
// balancer has one listener for a port.
func (s *providerStack) newTargetGroup(
	ctx *pulumi.Context, b *balancer, l listener, certificate pulumi.StringInput,
) (*components.IPTargetGroup, error) {
	args := &components.IPTargetGroupArgs{
		VpcId:                      s.network.VpcId,
		LoadBalancerArn:            b.nlb.Arn,
		Port:                       l.options.ContainerPort,
		Protocol:                   l.targetProtocol(),
		ListenerPort:               l.Port.Port,
		ListenerProtocol:           l.Protocol,
		HealthCheck:                l.options.HealthCheck.args(),
		DeregistrationDelaySeconds: &s.cfg.DeregistrationDelaySeconds,
		ProxyProtocol:              bool(l.options.ProxyProtocol),
		Tags:                       s.tags,
	}
	if s.cfg.ConnectionTermination {
		args.ConnectionTermination = pulumi.Bool(true)
	}
	if l.Protocol == "tls" {
		args.TLS = &components.ListenerTLSArgs{
			CertificateArn: certificate, SslPolicy: l.options.SslPolicy, AlpnPolicy: l.options.AlpnPolicy,
		}
	}
	return components.NewIPTargetGroup(ctx, fmt.Sprintf("%s-%d%s", s.cfg.Name, l.Port.Port, suffix(b.generation)), args)
}

func (cfg *providerConfig) validateLoadBalancer(f *faults, keys strict.Keys) {
	const path = "provider.loadBalancer"
	balancer := cfg.LoadBalancer
	f.texts(balancerZonesPath, balancer.AvailabilityZoneIds, zoneForm)
	if keys.Has(balancerZonesPath) && len(balancer.AvailabilityZoneIds) == 0 {
		f.add("%s has 0 zones; it must have at least one, or be left out for all of the network's", balancerZonesPath)
	}
	f.cidrs(path+".clientCidrs", balancer.ClientCidrs)
	if balancer.DnsRecordClientRoutingPolicy != "" {
		f.text(path+".dnsRecordClientRoutingPolicy", balancer.DnsRecordClientRoutingPolicy,
			oneOf("any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity"))
	}
	if zones := cfg.zoneCount(); keys.Has(path+".crossZone") && !bool(balancer.CrossZone) && cfg.leastTasks() < zones {
		f.add("%s.crossZone is false, but %s is %d and there are %d zones; zones without a task would drop their clients: leave crossZone out or run a task in each zone",
			path, cfg.leastTasksKey(), cfg.leastTasks(), zones)
	}
	if balancer.Dualstack && cfg.Network.VpcId == "" && cfg.Network.Egress == string(components.EgressPublic) {
		f.add("%s.dualstack is true, but provider.network.egress is public; it must be none, single-nat or nat-per-az", path)
	}
	f.number(path+".generation", balancer.Generation, 1, 9)
	if balancer.RetainPrevious && balancer.Generation == 1 {
		f.add("%s.retainPrevious is true, but %s.generation is 1; there is no load balancer before the first", path, path)
	}
	cfg.validateAccessLogs(f, path+".accessLogs", keys)
}

// validateAccessLogs refuses logs that nobody would write.
func (cfg *providerConfig) validateAccessLogs(f *faults, path string, keys strict.Keys) {
	logs := cfg.LoadBalancer.AccessLogs
	f.number(path+".retentionDays", logs.RetentionDays, 1, 36500)
	if !logs.Enabled {
		if logs.Bucket != "" || logs.Prefix != "" || keys.Has(path+".retentionDays") {
			f.add("%s has settings, but %s.enabled is false; set it to true", path, path)
		}
		return
	}
	tls := false
	for _, l := range cfg.listeners() {
		tls = tls || l.Protocol == "tls"
	}
	if !tls {
		f.add("%s.enabled is true, but no listener is tls; only tls listeners write access logs", path)
	}
	if logs.Bucket != "" {
		f.text(path+".bucket", logs.Bucket, bucketForm)
	}
	if logs.Bucket == "" && logs.Prefix != "" {
		f.add("%s.prefix is %q, but %s.bucket is not set; it is for a bucket that exists", path, logs.Prefix, path)
	}
	if logs.Bucket != "" && keys.Has(path+".retentionDays") {
		f.add("%s.retentionDays is set together with %s.bucket; it is for the bucket that is made without one", path, path)
	}
}

var bucketForm = pattern(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, "the name of an S3 bucket")
