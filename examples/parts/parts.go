// Package parts has every component with the inputs that it needs. The examples in
// docs/components are made of it in Go, and of parts.pp in the other languages.
package parts

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
)

// Program makes every component.
func Program(ctx *pulumi.Context) error {
	if _, err := components.NewServiceProvider(ctx, "provider", &components.ServiceProviderArgs{
		Service: &components.FargateServiceOptions{Image: pulumi.String("nginx:alpine")},
		Tenants: map[string]components.TenantOptions{"acme": {Accounts: []string{"222222222222"}}},
	}); err != nil {
		return err
	}
	network, err := components.NewNetwork(ctx, "network", &components.NetworkArgs{
		NetworkOptions: components.NetworkOptions{VpcEndpoints: []string{"s3"}},
	})
	if err != nil {
		return err
	}
	if _, err := components.NewAccessLogBucket(ctx, "logs", &components.AccessLogBucketArgs{
		AccessLogBucketOptions: components.AccessLogBucketOptions{RetentionDays: new(30)},
	}); err != nil {
		return err
	}
	if _, err := components.NewCertificate(ctx, "certificate", &components.CertificateArgs{
		CertificateOptions: components.CertificateOptions{
			DomainName:   "api.example.com",
			HostedZoneId: pulumi.String("Z0123456789ABCDEFGHIJ"),
		},
	}); err != nil {
		return err
	}
	loadBalancer, err := components.NewNetworkLoadBalancer(ctx, "loadBalancer", &components.NetworkLoadBalancerArgs{
		VpcId:     network.VpcId,
		SubnetIds: network.SubnetIds,
	})
	if err != nil {
		return err
	}
	targetGroup, err := components.NewIPTargetGroup(ctx, "targetGroup", &components.IPTargetGroupArgs{
		VpcId:           network.VpcId,
		LoadBalancerArn: loadBalancer.Arn,
		Port:            80,
	})
	if err != nil {
		return err
	}
	service, err := components.NewFargateService(ctx, "service", &components.FargateServiceArgs{
		FargateServiceOptions: components.FargateServiceOptions{Image: pulumi.String("nginx:alpine")},
		VpcId:                 network.VpcId,
		SubnetIds:             network.TaskSubnetIds,
		LoadBalancers:         []components.FargateLoadBalancerArgs{{SecurityGroupId: loadBalancer.SecurityGroupId}},
		Targets:               []components.FargateTargetArgs{{TargetGroupArn: targetGroup.Arn}},
	})
	if err != nil {
		return err
	}
	if _, err := components.NewPullThroughCache(ctx, "cache", &components.PullThroughCacheArgs{Registry: "public.ecr.aws"}); err != nil {
		return err
	}
	if _, err := components.NewDeploymentAlarms(ctx, "deploymentAlarms", &components.DeploymentAlarmsArgs{
		LoadBalancerArn: loadBalancer.Arn,
		TargetGroupArns: map[string]pulumi.StringInput{"web": targetGroup.Arn},
	}); err != nil {
		return err
	}
	endpointService, err := components.NewEndpointService(ctx, "endpointService", &components.EndpointServiceArgs{
		NetworkLoadBalancerArns: pulumi.StringArray{loadBalancer.Arn},
		AllowedPrincipals:       map[string]pulumi.StringInput{"acme": pulumi.String("arn:aws:iam::222222222222:root")},
	})
	if err != nil {
		return err
	}
	if _, err := components.NewNotifications(ctx, "notifications", &components.NotificationsArgs{
		ServiceId:           endpointService.ServiceId,
		ServiceArn:          endpointService.Arn,
		SubscriptionOptions: components.SubscriptionOptions{Emails: []string{"operators@example.com"}},
	}); err != nil {
		return err
	}
	if _, err := components.NewOperations(ctx, "operations", &components.OperationsArgs{
		EndpointServiceId: endpointService.ServiceId,
		LoadBalancerArn:   loadBalancer.Arn,
		ClusterName:       service.ClusterName,
		ServiceName:       service.ServiceName,
		TargetGroupArns:   map[string]pulumi.StringInput{"web": targetGroup.Arn},
	}); err != nil {
		return err
	}
	if _, err := components.NewConnectionGuard(ctx, "guard", &components.ConnectionGuardArgs{
		Region:    "us-east-1",
		ServiceId: endpointService.ServiceId,
	}, pulumi.DependsOn([]pulumi.Resource{endpointService})); err != nil {
		return err
	}
	if _, err := components.NewServiceConsumer(ctx, "consumer", &components.ServiceConsumerArgs{
		Contract: &contract.Contract{ // what "pulumi stack output contract --json" prints in the provider's project
			Version:             1,
			ServiceName:         "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
			ServiceId:           "vpce-svc-0123456789abcdef0",
			Region:              "us-east-1",
			AvailabilityZoneIds: []string{"use1-az1", "use1-az2"},
			Ports:               []contract.Port{{Port: 80, Protocol: "tcp"}},
		},
	}); err != nil {
		return err
	}
	vpc, err := components.NewNetwork(ctx, "vpc", &components.NetworkArgs{
		NetworkOptions: components.NetworkOptions{VpcEndpoints: []string{"s3"}},
	})
	if err != nil {
		return err
	}
	endpoint, err := components.NewInterfaceEndpoint(ctx, "endpoint", &components.InterfaceEndpointArgs{
		VpcId:       vpc.VpcId,
		SubnetIds:   vpc.SubnetIds,
		ServiceName: pulumi.String("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"),
		Ports:       []components.Port{{Port: 80}},
		Clients:     &components.ClientsOptions{CidrBlocks: []string{"10.0.0.0/16"}},
	})
	if err != nil {
		return err
	}
	if _, err := components.NewEndpointAlias(ctx, "alias", &components.EndpointAliasArgs{
		VpcId:           vpc.VpcId,
		DnsName:         endpoint.DnsName,
		DnsHostedZoneId: endpoint.HostedZoneId,
		EndpointAliasOptions: components.EndpointAliasOptions{
			ZoneName:   "internal.example.com",
			RecordName: "web.internal.example.com",
		},
	}); err != nil {
		return err
	}
	if _, err := components.NewEndpointAlarms(ctx, "alarms", &components.EndpointAlarmsArgs{
		VpcId:       vpc.VpcId,
		EndpointId:  endpoint.EndpointId,
		ServiceName: pulumi.String("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"),
	}); err != nil {
		return err
	}
	return nil
}
