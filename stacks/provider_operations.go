package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// privateDns returns the endpoint service's private DNS name, with a provider for the
// zone's account where that is another one.
func (s *providerStack) privateDns(ctx *pulumi.Context) (*components.PrivateDnsArgs, error) {
	cfg := s.cfg.EndpointService.PrivateDns
	if cfg.Name == "" {
		return nil, nil
	}
	args := &components.PrivateDnsArgs{Name: cfg.Name, ProvedDomain: cfg.ProvedDomain, RecordExists: cfg.RecordExists}
	if cfg.HostedZoneId == "" {
		return args, nil
	}
	args.HostedZoneId = pulumi.String(cfg.HostedZoneId)
	if cfg.HostedZoneRoleArn == "" {
		return args, nil
	}
	zone, err := s.hostedZoneProvider(ctx, "", cfg.HostedZoneRoleArn)
	if err != nil {
		return nil, err
	}
	args.HostedZoneProvider = zone
	return args, nil
}

// hostedZoneProvider is for the account of a hosted zone, as a role there.
func (s *providerStack) hostedZoneProvider(ctx *pulumi.Context, suffix, roleArn string) (*aws.Provider, error) {
	return aws.NewProvider(ctx, s.cfg.Name+"-hosted-zone"+suffix, &aws.ProviderArgs{
		Region:            pulumi.String(s.site.region),
		AllowedAccountIds: pulumi.ToStringArray([]string{strings.Split(roleArn, ":")[4]}),
		AssumeRole:        &aws.ProviderAssumeRoleArgs{RoleArn: pulumi.String(roleArn)},
	})
}

// privateDnsNotice says what somebody else has to do for the private DNS name.
func (cfg providerConfig) privateDnsNotice(stack string) string {
	dns := cfg.EndpointService.PrivateDns
	if dns.Name == "" || dns.HostedZoneId != "" || dns.RecordExists {
		return ""
	}
	return fmt.Sprintf("provider.endpointService.privateDns: consumers can't use %s yet. Next: make the record that the output privateDnsRecord shows, "+
		"set provider.endpointService.privateDns.recordExists to true, then pulumi up --stack %s.", dns.Name, stack)
}

func (s *providerStack) newNotifications(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.Notifications
	if !cfg.Enabled {
		return nil
	}
	args := &components.NotificationsArgs{
		ServiceId:  s.endpoints.ServiceId,
		ServiceArn: s.endpoints.Arn,
		Events:     cfg.Events,
		Emails:     cfg.Emails,
		HttpsUrls:  cfg.HttpsUrls,
		Tags:       s.tags,
	}
	if cfg.TopicArn != "" {
		args.TopicArn = pulumi.String(cfg.TopicArn)
	}
	if cfg.KmsKeyId != "" {
		args.KmsKeyId = pulumi.String(cfg.KmsKeyId)
	}
	s.notifications, err = components.NewNotifications(ctx, s.cfg.Name, args)
	return err
}

func (s *providerStack) newOperations(ctx *pulumi.Context) (err error) {
	cfg := s.cfg.Operations
	if !cfg.Dashboard && !cfg.Alarms {
		return nil
	}
	args := &components.OperationsArgs{
		EndpointServiceId: s.endpoints.ServiceId,
		LoadBalancerArn:   s.current().nlb.Arn,
		TargetGroupArns:   s.targetGroupArns(),
		ClusterName:       s.service.ClusterName,
		ServiceName:       s.service.ServiceName,
		MinTasks:          s.cfg.leastTasks(),
		ContainerInsights: s.cfg.Service.ContainerInsights != "disabled",
		EveryZone:         s.cfg.servesEveryZone(),
		Dashboard:         cfg.Dashboard,
		DashboardName:     dashboardName(ctx, s.cfg.Name, s.site.region),
		Thresholds: components.AlarmThresholds{
			Minutes: cfg.AlarmMinutes, ResetsPerMinute: &cfg.ResetsPerMinute, ConnectionsPerTarget: cfg.ConnectionsPerTarget,
		},
		Tags: s.tags,
	}
	if cfg.Alarms {
		args.AlarmTopicArn = s.notifications.TopicArn
	}
	s.operations, err = components.NewOperations(ctx, s.cfg.Name, args)
	return err
}

// targetGroupArns are the current load balancer's target groups, by the port of their
// listener.
func (s *providerStack) targetGroupArns() map[string]pulumi.StringInput {
	arns := map[string]pulumi.StringInput{}
	for i, l := range s.cfg.listeners() {
		arns[fmt.Sprint(l.Port.Port)] = s.current().groups[i].Arn
	}
	return arns
}

// servesEveryZone says whether each zone of the load balancer can be expected to reach
// a healthy task: there is one for each zone, or zones help each other out. There may
// be none where a schedule says so.
func (cfg *providerConfig) servesEveryZone() bool {
	return cfg.leastTasks() > 0 && (bool(cfg.LoadBalancer.CrossZone) || cfg.leastTasks() >= cfg.zoneCount())
}

// newGuard makes what refuses to destroy the stack while it has consumers. It depends
// on all the rest, which therefore outlives it.
func (s *providerStack) newGuard(ctx *pulumi.Context) error {
	args := &components.ConnectionGuardArgs{
		ServiceId:        s.endpoints.ServiceId,
		ServiceIdCommand: "pulumi stack output serviceId --stack " + ctx.Stack(),
		Region:           s.site.region,
		States:           s.endpoints.ConnectionStates,
		Advice: "or set provider.endpointService.rejectConnectionsOnDestroy to true and run pulumi up; " +
			"then pulumi destroy --run-program --refresh",
	}
	if !s.cfg.EndpointService.RejectConnectionsOnDestroy {
		for key, id := range sorted(s.site.acceptance.endpoints) {
			args.Connections = append(args.Connections, components.Connection{EndpointId: id, Owner: s.site.acceptance.owners[key]})
		}
	}
	_, err := components.NewConnectionGuard(ctx, s.cfg.Name, args, after(s.everything()...))
	return err
}

// everything are the stack's components.
func (s *providerStack) everything() []predecessor {
	all := []predecessor{
		{s.network, s.network.SubnetIds}, {s.service, s.service.ServiceArn}, {s.endpoints, s.endpoints.ConnectionStates},
	}
	for _, b := range s.balancers {
		all = append(all, predecessor{b.nlb, b.nlb.Arn})
		for _, group := range b.groups {
			all = append(all, predecessor{group, group.ListenerArn})
		}
	}
	if s.notifications != nil {
		all = append(all, predecessor{s.notifications, s.notifications.TopicArn})
	}
	if s.operations != nil {
		all = append(all, predecessor{s.operations, s.operations.AlarmNames})
	}
	if s.deploymentAlarms != nil {
		all = append(all, predecessor{s.deploymentAlarms, s.deploymentAlarms.AlarmNames})
	}
	return all
}

// ownerOf says whose a tenant's endpoint is: the account that its stack says, or else
// those that the tenant has.
func ownerOf(name string, tenant tenantConfig, account string) string {
	accounts := []string{account}
	if account == "" {
		accounts = append([]string(nil), tenant.Accounts...)
		for _, arn := range tenant.Principals {
			if parts := principalARN.FindStringSubmatch(arn); parts != nil {
				accounts = append(accounts, parts[2])
			}
		}
	}
	if len(accounts) == 0 {
		return "tenant " + name
	}
	return fmt.Sprintf("account %s (tenant %s)", strings.Join(accounts, " or "), name)
}

// tenantPath is a tenant's path in the configuration.
func tenantPath(name string) string { return strict.Join(tenantsPath, name) }
