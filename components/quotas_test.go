package components

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
)

func blocks(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("10.%d.0.0/16", i))
	}
	return all
}

func fiveListeners() map[string]ListenerOptions {
	all := map[string]ListenerOptions{}
	for i := range 5 {
		all[fmt.Sprintf("%d/tcp", 80+i)] = ListenerOptions{}
	}
	return all
}

// What AWS counts and what comes to the same is found before anything is made.
func TestProviderSidesRefuseWhatAwsWouldCount(t *testing.T) {
	rule := func(cidrs ...string) EgressRuleArgs {
		return EgressRuleArgs{Port: pulumi.IntRef(5432), CidrBlocks: cidrs}
	}
	for _, test := range []struct {
		name   string
		change func(*ServiceProviderArgs)
		want   string
	}{
		{"60 rules", func(a *ServiceProviderArgs) {
			a.Listeners, a.LoadBalancer = fiveListeners(), &NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{ClientCidrs: blocks(12)}}
		}, ""},
		{"65 rules", func(a *ServiceProviderArgs) {
			a.Listeners, a.LoadBalancer = fiveListeners(), &NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{ClientCidrs: blocks(13)}}
		}, "loadBalancer.clientCidrs comes to 65 inbound rules"},
		{"65 rules, and more granted", func(a *ServiceProviderArgs) {
			a.Listeners, a.LoadBalancer = fiveListeners(), &NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{ClientCidrs: blocks(13)}}
			a.Quotas = &QuotasOptions{ConsumerQuotasOptions: ConsumerQuotasOptions{RulesPerSecurityGroup: pulumi.IntRef(65)}}
		}, ""},
		{"60 egress rules and the built-in one", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule(blocks(60)...)}}
		}, "service.egress comes to 61 outbound rules"},
		{"a prefix list's entries", func(a *ServiceProviderArgs) {
			list := EgressRuleArgs{Port: pulumi.IntRef(1), PrefixListIds: []pulumi.StringInput{pulumi.String("pl-11111111")}}
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": list}}
			a.Quotas = &QuotasOptions{ConsumerQuotasOptions: ConsumerQuotasOptions{PrefixListEntries: map[string]int{"pl-11111111": 60}}}
		}, "service.egress comes to 61 outbound rules"},
		{"rules for IPv4 and IPv6, counted apart", func(a *ServiceProviderArgs) {
			six := make([]string, 55)
			for i := range six {
				six[i] = fmt.Sprintf("2001:db8:%x::/48", i)
			}
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule(append(six, blocks(55)...)...)}}
		}, ""},
		{"a volume's rules count", func(a *ServiceProviderArgs) {
			groups := []pulumi.StringInput{pulumi.String("sg-11111111"), pulumi.String("sg-22222222")}
			a.Service = &FargateServiceOptions{
				Egress:  map[string]EgressRuleArgs{"a": rule(blocks(58)...)},
				Volumes: map[string]EfsVolumeArgs{"v": {FileSystemId: pulumi.String("fs-11111111"), SecurityGroupIds: groups}},
			}
			a.Service.MountPoints = map[string]MountPointArgs{"/data": {SourceVolume: "v"}}
		}, "service.egress comes to 61 outbound rules"},
		{"interface endpoints", func(a *ServiceProviderArgs) {
			a.Network = &NetworkOptions{VpcEndpoints: []string{"s3", "dynamodb"}}
			for i := range 51 {
				a.Network.VpcEndpoints = append(a.Network.VpcEndpoints, fmt.Sprintf("service%d", i))
			}
		}, "network.vpcEndpoints comes to 51 interface endpoints of the VPC, those that the tasks need included; quotas.interfaceEndpointsPerVpc is 50"},
		{"no VPC left", func(a *ServiceProviderArgs) {
			a.Quotas = &QuotasOptions{ConsumerQuotasOptions: ConsumerQuotasOptions{VpcsPerRegion: pulumi.IntRef(0)}}
		}, "network comes to 1 new VPCs; quotas.vpcsPerRegion is 0"},
		{"names of a certificate", func(a *ServiceProviderArgs) {
			names := make([]string, 10)
			for i := range names {
				names[i] = fmt.Sprintf("n%d.example.com", i)
			}
			a.Listeners = map[string]ListenerOptions{"443/tls": {CertificateOptions: CertificateOptions{
				DomainName: "example.com", SubjectAlternativeNames: names, HostedZoneId: pulumi.String("Z1"),
			}}}
		}, `listeners["443/tls"].subjectAlternativeNames comes to 11 names of a certificate`},
		{"certificates of a load balancer", func(a *ServiceProviderArgs) {
			a.Listeners = map[string]ListenerOptions{}
			for i := range 2 {
				var more []pulumi.StringInput
				for j := range 13 {
					more = append(more, pulumi.Sprintf("arn:aws:acm:us-east-1:111111111111:certificate/%d-%d", i, j))
				}
				a.Listeners[fmt.Sprintf("%d/tls", 443+i)] = ListenerOptions{IPTargetGroupOptions: IPTargetGroupOptions{
					CertificateArn: pulumi.String("arn:aws:acm:us-east-1:111111111111:certificate/1"), AdditionalCertificateArns: more,
				}}
			}
		}, "listeners comes to 26 additional certificates of the load balancer"},
		{"schedules", func(a *ServiceProviderArgs) {
			a.Scaling = &ScalingArgs{Schedules: map[string]ScalingScheduleArgs{}}
			for i := range 201 {
				a.Scaling.Schedules[fmt.Sprintf("s%d", i)] = ScalingScheduleArgs{Schedule: "rate(1 hour)", MinCount: 1}
			}
		}, "scaling.schedules comes to 201 scheduled actions; AWS takes at most 200"},
		{"a role's policies", func(a *ServiceProviderArgs) {
			secrets := map[string]pulumi.StringInput{}
			for i := range 100 {
				secrets[fmt.Sprintf("S%d", i)] = pulumi.String(fmt.Sprintf("arn:aws:secretsmanager:us-east-1:111111111111:secret:a-long-name-of-a-secret-for-the-service-%d-AbCd1e", i))
			}
			a.Service = &FargateServiceOptions{ContainerArgs: ContainerArgs{Secrets: secrets}}
		}, "characters of policies of the execution role, most of them secrets' and images' ARNs; AWS takes at most 10240"},
		{"a protocol by name and by number", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{
				"a": {Protocol: "icmp", CidrBlocks: blocks(1)}, "b": {Protocol: "1", CidrBlocks: blocks(1)},
			}}
		}, "service.egress.b comes to 10.0.0.0/16 0/icmp, as does service.egress.a"},
		{"a range and its first port", func(a *ServiceProviderArgs) {
			ranged := rule("10.0.0.0/8")
			ranged.ToPort = pulumi.IntRef(5440)
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule("10.0.0.0/8"), "b": ranged}}
		}, ""},
		{"a volume's own rule", func(a *ServiceProviderArgs) {
			group := []pulumi.StringInput{pulumi.String("sg-11111111")}
			a.Service = &FargateServiceOptions{
				Egress:  map[string]EgressRuleArgs{"nfs": {Port: pulumi.IntRef(2049), SecurityGroupIds: group}},
				Volumes: map[string]EfsVolumeArgs{"v": {FileSystemId: pulumi.String("fs-11111111"), SecurityGroupIds: group}},
			}
			a.Service.MountPoints = map[string]MountPointArgs{"/data": {SourceVolume: "v"}}
		}, "service.egress.nfs comes to sg-11111111 2049/tcp, as does a volume's securityGroupIds"},
		{"six NAT gateways", func(a *ServiceProviderArgs) {
			a.Network = &NetworkOptions{VpcOptions: VpcOptions{AvailabilityZones: pulumi.IntRef(6)}, Egress: EgressNatPerAz}
		}, "network.egress comes to 6 Elastic IP addresses"},
		{"600 targets", func(a *ServiceProviderArgs) {
			a.Listeners, a.Scaling = fiveListeners(), &ScalingArgs{MaxCount: pulumi.IntRef(120)}
			a.LoadBalancer = &NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{CrossZone: pulumi.BoolRef(true)}}
		}, "scaling.maxCount comes to 600 targets"},
		{"300 targets a zone", func(a *ServiceProviderArgs) {
			a.Listeners, a.Scaling = fiveListeners(), &ScalingArgs{MaxCount: pulumi.IntRef(120)}
		}, ""},
		{"vCPUs, not counted", func(a *ServiceProviderArgs) { a.Scaling = &ScalingArgs{MaxCount: pulumi.IntRef(100)} }, ""},
		{"vCPUs", func(a *ServiceProviderArgs) {
			a.Scaling, a.Quotas = &ScalingArgs{MaxCount: pulumi.IntRef(13)}, &QuotasOptions{FargateVcpus: pulumi.IntRef(6)}
		}, "scaling.maxCount comes to 7 vCPUs"},
		{"two entries that are one rule", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule("10.0.0.0/8"), "b": rule("10.0.0.0/8")}}
		}, "service.egress.b comes to 10.0.0.0/8 5432/tcp, as does service.egress.a"},
		{"one block, written in two ways", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule("2001:db8::/56"), "b": rule("2001:0DB8::/56")}}
		}, "service.egress.b comes to 2001:db8::/56"},
		{"a block and a part of it", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": rule("10.0.0.0/8"), "b": rule("10.1.0.0/16")}}
		}, ""},
		{"the built-in rule", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{Egress: map[string]EgressRuleArgs{"a": {Port: pulumi.IntRef(443), CidrBlocks: []string{"0.0.0.0/0"}}}}
		}, "service.egress.a comes to 0.0.0.0/0 443/tcp, as does the rule to every HTTPS port"},
		{"tags by case", func(a *ServiceProviderArgs) { a.Tags = map[string]string{"Environment": "a", "environment": "b"} },
			`tags has the keys "Environment" and "environment"; IAM takes keys that differ only in case for one`},
		{"a tag called name", func(a *ServiceProviderArgs) { a.Tags = map[string]string{"name": "a"} }, `tags has the key "name"; leave it out`},
		{"a tag's alphabet", func(a *ServiceProviderArgs) { a.Tags = map[string]string{"owner": "R&D (EU), team #1"} }, `tags.owner is "R&D (EU), team #1"; it must be letters`},
		{"a tag of 200 ü", func(a *ServiceProviderArgs) { a.Tags = map[string]string{"ü": strings.Repeat("ü", 200)} }, ""},
		{"a large task definition", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{ContainerArgs: ContainerArgs{Environment: pulumi.StringMap{"A": pulumi.String(strings.Repeat("x", 65536))}}}
		}, "service comes to a task definition of"},
		{"a time in the past", func(a *ServiceProviderArgs) {
			a.Scaling = &ScalingArgs{Schedules: map[string]ScalingScheduleArgs{"a": {Schedule: "at(2020-01-01T00:00:00)"}}}
		}, `scaling.schedules.a.schedule is "at(2020-01-01T00:00:00)", which is in the past`},
		{"years in the past", func(a *ServiceProviderArgs) {
			a.Scaling = &ScalingArgs{Schedules: map[string]ScalingScheduleArgs{"a": {Schedule: "cron(0 8 ? * MON-FRI 2019-2020)"}}}
		}, "which is in the past"},
		{"years to come", func(a *ServiceProviderArgs) {
			a.Scaling = &ScalingArgs{Schedules: map[string]ScalingScheduleArgs{"a": {Schedule: "cron(0 8 ? * MON-FRI 2019/2)"}}}
		}, ""},
		{"20 sidecars", func(a *ServiceProviderArgs) {
			sidecars := map[string]SidecarArgs{}
			for i := range 20 {
				sidecars[fmt.Sprintf("s%d", i)] = SidecarArgs{Image: pulumi.String("busybox")}
			}
			a.Service = &FargateServiceOptions{Sidecars: sidecars}
		}, "service.sidecars has 20 entries; it must have 0 to 9"},
		{"a path in two forms", func(a *ServiceProviderArgs) {
			a.Service = &FargateServiceOptions{ContainerArgs: ContainerArgs{WritablePaths: []string{"/tmp", "/tmp/"}}}
		}, `service.writablePaths[1] is "/tmp/" a second time`},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := &ServiceProviderArgs{}
			test.change(args)
			err := args.Validate("web")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "%v", err)
		})
	}
}

func TestConsumerSidesRefuseWhatAwsWouldCount(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*ServiceConsumerArgs)
		want   string
	}{
		{"60 clients", func(a *ServiceConsumerArgs) { a.Clients = &ClientsOptions{CidrBlocks: blocks(60)} }, ""},
		{"61 clients", func(a *ServiceConsumerArgs) { a.Clients = &ClientsOptions{CidrBlocks: blocks(61)} }, "clients comes to 61 inbound rules"},
		{"six VPCs", func(a *ServiceConsumerArgs) {
			a.Networks = map[string]EndpointNetworkOptions{}
			for i := range 6 {
				a.Networks[fmt.Sprint("n", i)] = EndpointNetworkOptions{}
			}
		}, "networks comes to 6 new VPCs"},
		{"the private DNS name's own zone", func(a *ServiceConsumerArgs) {
			a.Contract.PrivateDnsName = "api.example.com"
			a.Dns = &EndpointAliasOptions{ZoneName: "api.example.com", RecordName: "api.example.com"}
		}, `dns.zoneName is "api.example.com", which is the service's private DNS name`},
		{"a zone above it", func(a *ServiceConsumerArgs) {
			a.Contract.PrivateDnsName = "api.example.com"
			a.Dns = &EndpointAliasOptions{ZoneName: "example.com", RecordName: "api.example.com"}
		}, ""},
		{"clients of nobody", func(a *ServiceConsumerArgs) { a.Clients = &ClientsOptions{CidrBlocks: []string{}} }, "clients has neither cidrBlocks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := serviceConsumerArgs()
			test.change(args)
			_, faults := check.Args("", args)
			if test.want == "" {
				require.NoError(t, faults.Err())
				return
			}
			require.ErrorContains(t, faults.Err(), test.want)
		})
	}
}

// A name in another domain than the consumer expects needs the consumer's word.
func TestPrivateDnsNamesNeedTrust(t *testing.T) {
	for _, test := range []struct {
		name    string
		trusts  bool
		domains []string
		want    bool
	}{
		{"of the same organization", true, nil, true},
		{"of another company", false, nil, false},
		{"in a domain", false, []string{"example.com"}, true},
		{"the name itself", false, []string{"api.example.com"}, true},
		{"in another domain", true, []string{"example.org"}, false},
		{"the end of a word", false, []string{"ple.com"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := serviceConsumerArgs()
			args.Contract.PrivateDnsName, args.Contract.AcceptanceRequired = "api.example.com", false
			args.TrustsProvider, args.Endpoint = test.trusts, &InterfaceEndpointOptions{PrivateDnsDomains: test.domains}
			m := newMocks()
			runConsumer(t, m, args, nil)
			assert.Equal(t, test.want, m.get(t, privateDnsToken, "web-private-dns").inputs["privateDnsEnabled"])
		})
	}
}
