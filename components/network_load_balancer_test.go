package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	loadBalancerToken  = "aws:lb/loadBalancer:LoadBalancer"
	securityGroupToken = "aws:ec2/securityGroup:SecurityGroup"
	ingressToken       = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressToken        = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

func loadBalancerArgs() *NetworkLoadBalancerArgs {
	return &NetworkLoadBalancerArgs{
		VpcId:     pulumi.String("vpc-1"),
		SubnetIds: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
	}
}

func TestNetworkLoadBalancerWithoutClients(t *testing.T) {
	m := newMocks()
	var arn, suffix, dnsName, zone, group *reading[string]
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		nlb, err := NewNetworkLoadBalancer(ctx, "web-nlb", loadBalancerArgs())
		if err != nil {
			return err
		}
		arn, suffix, dnsName = read[string](ctx, nlb.Arn), read[string](ctx, nlb.ArnSuffix), read[string](ctx, nlb.DnsName)
		zone, group = read[string](ctx, nlb.ZoneId), read[string](ctx, nlb.SecurityGroupId)
		return nil
	}))

	assert.Equal(t, []string{
		securityGroupToken + " web-nlb-security-group",
		loadBalancerToken + " web-nlb",
	}, m.list(NetworkLoadBalancerType))
	assert.Equal(t, map[string]any{
		"loadBalancerType": "network",
		"internal":         true,
		"subnets":          []any{"subnet-1", "subnet-2"},
		"securityGroups":   []any{"web-nlb-security-group-id"},
		"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
		// Stated, or they would stay as they were when they are taken back.
		"ipAddressType":            "ipv4",
		"enableDeletionProtection": false,
		"accessLogs":               map[string]any{"bucket": "", "enabled": false},
		"tags":                     map[string]any{"Name": "web-nlb"},
	}, m.get(t, loadBalancerToken, "web-nlb").inputs)
	assert.Equal(t, map[string]any{
		"vpcId":       "vpc-1",
		"description": "Network Load Balancer web-nlb",
		"tags":        map[string]any{"Name": "web-nlb-security-group"},
	}, m.get(t, securityGroupToken, "web-nlb-security-group").inputs)

	assert.Equal(t, "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/web-nlb", arn.value)
	assert.Equal(t, "net/web-nlb", suffix.value)
	assert.Equal(t, "web-nlb.elb.amazonaws.com", dnsName.value)
	assert.Equal(t, "Z1", zone.value)
	assert.Equal(t, "web-nlb-security-group-id", group.value)
}

func TestNetworkLoadBalancerWithClients(t *testing.T) {
	m := newMocks()
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		args := loadBalancerArgs()
		args.ClientCidrs = []string{"10.0.0.0/8", "192.168.1.0/24"}
		args.ListenerPorts = []Port{{443, "tls"}, {53, "tcp_udp"}}
		args.CrossZone = pulumi.BoolRef(true)
		args.DeletionProtection = pulumi.BoolRef(true)
		_, err := NewNetworkLoadBalancer(ctx, "web", args)
		return err
	}))

	nlb := m.get(t, loadBalancerToken, "web").inputs
	assert.Equal(t, "on", nlb["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"])
	assert.Equal(t, true, nlb["enableCrossZoneLoadBalancing"])
	assert.Equal(t, true, nlb["enableDeletionProtection"])
	assert.Equal(t, true, nlb["internal"])

	admits := map[string]string{}
	for _, r := range m.find(ingressToken) {
		assert.Equal(t, "web-security-group-id", r.inputs["securityGroupId"])
		admits[r.name] = describeRule(r)
	}
	assert.Equal(t, map[string]string{
		"web-ingress-10.0.0.0-8-443-tcp":     "tcp 443-443 10.0.0.0/8",
		"web-ingress-10.0.0.0-8-53-tcp":      "tcp 53-53 10.0.0.0/8",
		"web-ingress-10.0.0.0-8-53-udp":      "udp 53-53 10.0.0.0/8",
		"web-ingress-192.168.1.0-24-443-tcp": "tcp 443-443 192.168.1.0/24",
		"web-ingress-192.168.1.0-24-53-tcp":  "tcp 53-53 192.168.1.0/24",
		"web-ingress-192.168.1.0-24-53-udp":  "udp 53-53 192.168.1.0/24",
	}, admits)
	assert.Empty(t, m.find(egressToken))
}

// Rules of others can refer to the security group while the load balancer starts.
func TestSecurityGroupIsThereBeforeTheLoadBalancer(t *testing.T) {
	m := newMocks()
	started := make(chan struct{})
	m.hold[loadBalancerToken] = started
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		nlb, err := NewNetworkLoadBalancer(ctx, "web", loadBalancerArgs())
		if err != nil {
			return err
		}
		nlb.SecurityGroupId.ApplyT(func(id string) string {
			m.note("security group " + id)
			close(started)
			return id
		})
		return nil
	}))
	m.requireOrder(t, "security group web-security-group-id", "end "+loadBalancerToken+" web")
}

func TestNetworkLoadBalancerRefuses(t *testing.T) {
	clients := func(ports []Port, cidrs ...string) func(*NetworkLoadBalancerArgs) {
		return func(a *NetworkLoadBalancerArgs) { a.ClientCidrs, a.ListenerPorts = cidrs, ports }
	}
	http := []Port{{80, "tcp"}}
	for _, test := range []struct {
		name   string
		change func(*NetworkLoadBalancerArgs)
		want   string
	}{
		{"no VPC", func(a *NetworkLoadBalancerArgs) { a.VpcId = nil }, "vpcId is missing; it is required"},
		{"no subnets", func(a *NetworkLoadBalancerArgs) { a.SubnetIds = nil }, "subnetIds is missing; it is required"},
		{"an empty list of subnets", func(a *NetworkLoadBalancerArgs) { a.SubnetIds = pulumi.StringArray{} }, "subnetIds is missing; it is required"},
		{"clients of no port", clients(nil, "10.0.0.0/8"), "listenerPorts is empty; with clientCidrs it must say which ports they may connect to"},
		{"a client twice", clients(http, "10.0.0.0/8", "10.0.0.0/8"), `clientCidrs[1] is "10.0.0.0/8" a second time; list it once`},
		{"a client's address", clients(http, "10.0.0.1/8"), `clientCidrs[0] is "10.0.0.1/8"; it must be a network address: 10.0.0.0/8`},
		{"a port", clients([]Port{{70000, "tcp"}}), "listenerPorts[0].port is 70000; it must be 1 to 65535"},
		{"no port", clients([]Port{{}}), "listenerPorts[0].port is missing; it is required"},
		{"a protocol", clients([]Port{{80, "TCP"}}), `listenerPorts[0].protocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`},
		{"a port twice", clients([]Port{{53, "tcp"}, {53, "udp"}}),
			"listenerPorts has port 53 twice; a load balancer has one listener a port, and tcp_udp serves both protocols"},
		{"logs to no bucket", func(a *NetworkLoadBalancerArgs) { a.AccessLogs = &AccessLogsArgs{} }, "accessLogs.bucket is missing; it is required"},
		{"several", func(a *NetworkLoadBalancerArgs) { a.VpcId, a.DnsRecordClientRoutingPolicy = nil, "zonal" },
			`dnsRecordClientRoutingPolicy is "zonal"; it must be one of any_availability_zone, partial_availability_zone_affinity, availability_zone_affinity` + "\n" +
				"vpcId is missing; it is required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `NetworkLoadBalancer "web": `+test.want, func(ctx *pulumi.Context) error {
				args := loadBalancerArgs()
				test.change(args)
				_, err := NewNetworkLoadBalancer(ctx, "web", args)
				return err
			})
		})
	}
	for name, want := range map[string]string{
		"internal-web":              `the name "internal-web" begins with "internal-", which AWS refuses in a load balancer's name`,
		"sg-web":                    `the name "sg-web" begins with "sg-", which AWS refuses in a security group's name`,
		"a-name-of-twenty-five-chs": "the name has 25 characters; it must have at most 24, since autonaming adds 8 and AWS stops at 32",
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, `NetworkLoadBalancer "`+name+`": `+want, func(ctx *pulumi.Context) error {
				_, err := NewNetworkLoadBalancer(ctx, name, loadBalancerArgs())
				return err
			})
		})
	}
}
