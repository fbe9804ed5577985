package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestNetworkLoadBalancerOptions(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := loadBalancerArgs()
		args.IpAddressType = "dualstack"
		args.DnsRecordClientRoutingPolicy = "availability_zone_affinity"
		args.ZonalShift = pulumi.Bool(true)
		args.AccessLogs = &AccessLogsArgs{Bucket: pulumi.String("logs"), Prefix: "web"}
		_, err := NewNetworkLoadBalancer(ctx, "web-nlb", args)
		return err
	})
	nlb := m.get(t, loadBalancerToken, "web-nlb").inputs
	assert.Equal(t, "dualstack", nlb["ipAddressType"])
	assert.Equal(t, "availability_zone_affinity", nlb["dnsRecordClientRoutingPolicy"])
	assert.Equal(t, true, nlb["enableZonalShift"])
	assert.Equal(t, map[string]any{"bucket": "logs", "prefix": "web", "enabled": true}, nlb["accessLogs"])
}

func TestNetworkLoadBalancerRefusesOptions(t *testing.T) {
	requireRefused(t, `NetworkLoadBalancer "web": IpAddressType is "ipv6"; it must be one of ipv4, dualstack`+"\n"+
		`DnsRecordClientRoutingPolicy is "zonal"; it must be one of any_availability_zone, partial_availability_zone_affinity, availability_zone_affinity`+"\n"+
		`AccessLogs.Bucket is missing; it is required`,
		func(ctx *pulumi.Context) error {
			args := loadBalancerArgs()
			args.IpAddressType, args.DnsRecordClientRoutingPolicy, args.AccessLogs = "ipv6", "zonal", &AccessLogsArgs{}
			_, err := NewNetworkLoadBalancer(ctx, "web", args)
			return err
		})
}

// A load balancer that is being replaced stays as it is.
func TestRetainedLoadBalancerIgnoresItsSubnets(t *testing.T) {
	for _, retained := range []bool{true, false} {
		m := run(t, func(ctx *pulumi.Context) error {
			args := loadBalancerArgs()
			args.Retained = retained
			_, err := NewNetworkLoadBalancer(ctx, "web-nlb", args)
			return err
		})
		ignored := m.get(t, loadBalancerToken, "web-nlb").ignoreChanges
		assert.Equal(t, retained, len(ignored) == 3, "%v", ignored)
	}
}
