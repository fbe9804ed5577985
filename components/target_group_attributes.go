package components

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// TargetGroupHealthArgs say when a zone of the load balancer counts as unhealthy. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health.html.
type TargetGroupHealthArgs struct {
	// DnsFailover is below what a zone's address leaves the load balancer's name, so that
	// clients in the VPC use the other zones.
	DnsFailover *HealthThresholdArgs `pulumi:"dnsFailover,optional"`
	// UnhealthyStateRouting is below what a zone sends traffic to all of its targets, the
	// unhealthy ones too.
	UnhealthyStateRouting *HealthThresholdArgs `pulumi:"unhealthyStateRouting,optional"`
}

// HealthThresholdArgs are how many targets must be healthy: the number and the percentage
// both, where both are given.
type HealthThresholdArgs struct {
	// MinimumHealthyTargetsCount is the least number of healthy targets, 1 to 5000 (default
	// 1).
	MinimumHealthyTargetsCount *int `pulumi:"minimumHealthyTargetsCount,optional" default:"1" range:"1,5000"`
	// MinimumHealthyTargetsPercentage is the least percentage of healthy targets, 1 to 100
	// (default: none).
	MinimumHealthyTargetsPercentage *int `pulumi:"minimumHealthyTargetsPercentage,optional" range:"1,100"`
}

func (h *HealthThresholdArgs) percentage() pulumi.String {
	if h.MinimumHealthyTargetsPercentage == nil {
		return "off"
	}
	return pulumi.String(strconv.Itoa(*h.MinimumHealthyTargetsPercentage))
}

// Check refuses to route by more than DNS does: AWS wants a zone to leave the name before
// it fails open.
func (h *TargetGroupHealthArgs) Check(at check.Path, f *check.Faults) {
	dns, routing := h.DnsFailover, h.UnhealthyStateRouting
	if dns != nil && routing != nil && *dns.MinimumHealthyTargetsCount < *routing.MinimumHealthyTargetsCount {
		f.Say(at.Key("dnsFailover").Key("minimumHealthyTargetsCount"), "is %d; it must be at least %s, which is %d", *dns.MinimumHealthyTargetsCount,
			at.Key("unhealthyStateRouting").Key("minimumHealthyTargetsCount"), *routing.MinimumHealthyTargetsCount)
	}
}

// input states AWS's defaults too, as the other attributes do: the provider would leave
// what is no longer mentioned.
func (h *TargetGroupHealthArgs) input() lb.TargetGroupTargetGroupHealthArgs {
	if h == nil {
		h = &TargetGroupHealthArgs{}
	}
	dns, routing := h.DnsFailover.filled(), h.UnhealthyStateRouting.filled()
	return lb.TargetGroupTargetGroupHealthArgs{
		DnsFailover: lb.TargetGroupTargetGroupHealthDnsFailoverArgs{
			MinimumHealthyTargetsCount:      pulumi.String(strconv.Itoa(*dns.MinimumHealthyTargetsCount)),
			MinimumHealthyTargetsPercentage: dns.percentage(),
		},
		UnhealthyStateRouting: lb.TargetGroupTargetGroupHealthUnhealthyStateRoutingArgs{
			MinimumHealthyTargetsCount:      pulumi.Int(*routing.MinimumHealthyTargetsCount),
			MinimumHealthyTargetsPercentage: routing.percentage(),
		},
	}
}

// filled returns a copy with the defaults. It may be nil.
func (h *HealthThresholdArgs) filled() *HealthThresholdArgs {
	if h == nil {
		h = &HealthThresholdArgs{}
	}
	full, _ := check.Args("", h)
	return full
}

// tlsSettings are what only a tls listener has.
func (o *IPTargetGroupOptions) tlsSettings() []setting {
	weak := ""
	if o.AllowWeakTls {
		weak = "true"
	}
	return []setting{
		{"certificateArn", plainText(o.CertificateArn)}, {"additionalCertificateArns", strings.Join(texts(o.AdditionalCertificateArns), ", ")},
		{"sslPolicy", o.SslPolicy}, {"allowWeakTls", weak}, {"alpnPolicy", o.AlpnPolicy},
	}
}

// checkAttributes checks what a listener's protocol has to do with its options.
func (o *IPTargetGroupOptions) checkAttributes(at check.Path, protocol string, f *check.Faults) {
	noneMissing(at.Key("additionalCertificateArns"), o.AdditionalCertificateArns, f)
	switch weak := check.SslPolicies[o.SslPolicy]; {
	case weak && !o.AllowWeakTls:
		f.Say(at.Key("sslPolicy"), "is %q, which admits TLS 1.0 or 1.1; that needs %s to be true", o.SslPolicy, at.Key("allowWeakTls"))
	case o.AllowWeakTls && !weak && protocol == "tls":
		f.Say(at.Key("allowWeakTls"), "is true; it must be false while sslPolicy admits no weak TLS")
	}
	if o.TcpIdleTimeoutSeconds != nil && protocol != "tcp" {
		f.Say(at.Key("tcpIdleTimeoutSeconds"), "is %d; it must not be set, since only a tcp listener has one", *o.TcpIdleTimeoutSeconds)
	}
	if o.Stickiness && (protocol == "tls" || o.TargetProtocol == "tls") {
		f.Say(at.Key("stickiness"), "is true; a tls listener and tls targets have none")
	}
	if o.PreserveClientIp != nil && !*o.PreserveClientIp && (protocol == "udp" || protocol == "tcp_udp") {
		f.Say(at.Key("preserveClientIp"), "is false; udp and tcp_udp targets always see the clients' addresses")
	}
}

// preservesClientIp is AWS's default where nothing is asked.
func (o *IPTargetGroupOptions) preservesClientIp() bool {
	if o.PreserveClientIp != nil {
		return *o.PreserveClientIp
	}
	return strings.Contains(o.TargetProtocol, "udp")
}

// stickiness is stated but for tls targets, of which AWS takes none.
func (o *IPTargetGroupOptions) stickiness() lb.TargetGroupStickinessPtrInput {
	if o.TargetProtocol == "tls" {
		return nil
	}
	return lb.TargetGroupStickinessArgs{Type: pulumi.String("source_ip"), Enabled: pulumi.Bool(o.Stickiness)}
}

// defaultIdleTimeout is AWS's own, in seconds.
const defaultIdleTimeout = 350

// idleTimeout is stated where there can be one.
func (args *IPTargetGroupArgs) idleTimeout() *int {
	if args.TcpIdleTimeoutSeconds == nil && args.Protocol == "tcp" {
		return pulumi.IntRef(defaultIdleTimeout)
	}
	return args.TcpIdleTimeoutSeconds
}

// addCertificates gives a listener its further certificates, whose names show in the
// resources' own.
func addCertificates(s scope, args *IPTargetGroupArgs, listener *lb.Listener) error {
	last := func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
	for key, arn := range check.Sorted(keyed(args.AdditionalCertificateArns, "certificate", last)) {
		_, err := lb.NewListenerCertificate(s.ctx, s.named(fmt.Sprintf("certificate-%s", key)), &lb.ListenerCertificateArgs{
			ListenerArn: listener.Arn, CertificateArn: arn,
		}, s.parent)
		if err != nil {
			return err
		}
	}
	return nil
}
