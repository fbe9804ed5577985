package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"fargate-privatelink/internal/check"
)

func TestNetworkLoadBalancerOptions(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		args := loadBalancerArgs()
		args.Dualstack = true
		args.DnsRecordClientRoutingPolicy = "availability_zone_affinity"
		args.ZonalShift = true
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

// The options of a service's load balancers, as its side has them, and how they go with the
// listeners.
func TestLoadBalancerOptionsRefuse(t *testing.T) {
	bucket := pulumi.String("logs")
	logs := func(a AccessLogsOptions) NetworkLoadBalancerOptions {
		return NetworkLoadBalancerOptions{AccessLogs: &a}
	}
	days := AccessLogBucketOptions{RetentionDays: pulumi.IntRef(7)}
	for _, test := range []struct {
		name    string
		options NetworkLoadBalancerOptions
		want    string
	}{
		{"nothing", NetworkLoadBalancerOptions{}, ""},
		{"logs to a bucket to make", logs(AccessLogsOptions{Enabled: true, AccessLogBucketOptions: days}), ""},
		{"logs to a bucket that exists", logs(AccessLogsOptions{Enabled: true, AccessLogsArgs: AccessLogsArgs{Bucket: bucket, Prefix: "web"}}), ""},
		{"no zones", NetworkLoadBalancerOptions{AvailabilityZoneIds: []string{}},
			"lb.availabilityZoneIds has 0 zones; it must have at least one, or be left out for all of the network's"},
		{"a zone's name", NetworkLoadBalancerOptions{AvailabilityZoneIds: []string{"us-east-1a"}}, `lb.availabilityZoneIds[0] is "us-east-1a"; ` +
			"it must be an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)"},
		{"a generation", NetworkLoadBalancerOptions{Generation: pulumi.IntRef(10)}, "lb.generation is 10; it must be 1 to 9"},
		{"generation 0", NetworkLoadBalancerOptions{Generation: pulumi.IntRef(0)}, "lb.generation is 0; it must be 1 to 9"},
		{"nothing before the first", NetworkLoadBalancerOptions{RetainPrevious: true},
			"lb.retainPrevious is true, but lb.generation is 1; there is no load balancer before the first"},
		{"a routing policy", NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{DnsRecordClientRoutingPolicy: "near"}},
			`lb.dnsRecordClientRoutingPolicy is "near"; it must be one of any_availability_zone, partial_availability_zone_affinity, availability_zone_affinity`},
		{"a client's address", NetworkLoadBalancerOptions{LoadBalancerOptions: LoadBalancerOptions{ClientCidrs: []string{"10.20.0.5/16"}}},
			`lb.clientCidrs[0] is "10.20.0.5/16"; it must be a network address: 10.20.0.0/16`},
		{"a bucket of logs that are off", logs(AccessLogsOptions{AccessLogsArgs: AccessLogsArgs{Bucket: bucket}}),
			"lb.accessLogs has settings, but lb.accessLogs.enabled is false; set it to true"},
		{"days of logs that are off", logs(AccessLogsOptions{AccessLogBucketOptions: days}),
			"lb.accessLogs has settings, but lb.accessLogs.enabled is false; set it to true"},
		{"no days", logs(AccessLogsOptions{Enabled: true, AccessLogBucketOptions: AccessLogBucketOptions{RetentionDays: pulumi.IntRef(0)}}),
			"lb.accessLogs.retentionDays is 0; it must be 1 to 36500"},
		{"a bucket's name", logs(AccessLogsOptions{Enabled: true, AccessLogsArgs: AccessLogsArgs{Bucket: pulumi.String("Logs")}}),
			`lb.accessLogs.bucket is "Logs"; it must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or a digit first and last, no IP address, and none of the beginnings and ends that AWS keeps for itself`},
		{"a prefix in a bucket to make", logs(AccessLogsOptions{Enabled: true, AccessLogsArgs: AccessLogsArgs{Prefix: "web"}}),
			`lb.accessLogs.prefix is "web", but lb.accessLogs.bucket is not set; it is for a bucket that exists`},
		{"days in a bucket that exists", logs(AccessLogsOptions{Enabled: true, AccessLogsArgs: AccessLogsArgs{Bucket: bucket}, AccessLogBucketOptions: days}),
			"lb.accessLogs.retentionDays is set together with lb.accessLogs.bucket; it is for the bucket that is made without one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, faults := check.Args("lb", &test.options)
			assertError(t, faults.Err(), test.want)
		})
	}
}

func TestLoadBalancersAndTheirListeners(t *testing.T) {
	tcp, tls := Listener{Port: Port{80, "tcp"}}, Listener{Port: Port{443, "tls"}}
	logs := NetworkLoadBalancerOptions{AccessLogs: &AccessLogsOptions{Enabled: true}}
	two := NetworkLoadBalancerOptions{RetainPrevious: true}
	for _, test := range []struct {
		name      string
		options   NetworkLoadBalancerOptions
		listeners []Listener
		want      string
	}{
		{"logs of tls", logs, []Listener{tcp, tls}, ""},
		{"logs of tcp", logs, []Listener{tcp}, "lb.accessLogs.enabled is true, but no listener is tls; only tls listeners write access logs"},
		{"two listeners twice", two, []Listener{tcp, tls}, ""},
		{"three listeners twice", two, []Listener{tcp, tls, tcp}, "listeners has 3 listeners and lb.retainPrevious is true; " +
			"for two load balancers that is more than the 5 target groups an ECS service can have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f check.Faults
			test.options.checkListeners("lb", test.listeners, "listeners", &f)
			assertError(t, f.Err(), test.want)
		})
	}
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
