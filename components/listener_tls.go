package components

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ListenerTLSArgs say how a listener ends the clients' TLS. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html.
type ListenerTLSArgs struct {
	// CertificateArn is the server's certificate, in AWS Certificate Manager or IAM,
	// such as a [Certificate]'s Arn. Required. Consumers see its names: they connect
	// by one of them, which is what a private DNS name is for.
	CertificateArn pulumi.StringInput `pulumi:"certificateArn"`
	// SslPolicy is the listener's security policy (default
	// ELBSecurityPolicy-TLS13-1-2-2021-06: TLS 1.2 and 1.3; AWS's own default also
	// admits TLS 1.0). See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html.
	SslPolicy string `pulumi:"sslPolicy"`
	// AlpnPolicy is the Application-Layer Protocol Negotiation policy: HTTP1Only,
	// HTTP2Only, HTTP2Optional, HTTP2Preferred or None (default None).
	AlpnPolicy string `pulumi:"alpnPolicy"`
}

// DefaultSslPolicy is the security policy of a TLS listener that names none.
const DefaultSslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

// AlpnPolicies are the values of ListenerTLSArgs.AlpnPolicy.
func AlpnPolicies() []string {
	return []string{"HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"}
}

func (t *ListenerTLSArgs) withDefaults() *ListenerTLSArgs {
	if t == nil {
		return nil
	}
	full := *t
	full.SslPolicy = orElse(full.SslPolicy, DefaultSslPolicy)
	return &full
}

// checkTLS checks that TLS is there where the listener needs it, and valid.
func (args *IPTargetGroupArgs) checkTLS() error {
	switch {
	case args.TLS == nil && args.ListenerProtocol == "tls":
		return errors.New(`TLS is missing; it is required with ListenerProtocol "tls"`)
	case args.TLS == nil:
		return nil
	case args.ListenerProtocol != "tls":
		return fmt.Errorf(`TLS is set, but ListenerProtocol is %q; it must be "tls"`, args.ListenerProtocol)
	}
	var found faults
	found.add(required("TLS.CertificateArn", args.TLS.CertificateArn))
	if args.TLS.AlpnPolicy != "" {
		found.add(checkOneOf("TLS.AlpnPolicy", args.TLS.AlpnPolicy, AlpnPolicies()...))
	}
	return errors.Join(found...)
}

// apply puts the settings into the listener's inputs.
func (t *ListenerTLSArgs) apply(input *lb.ListenerArgs) {
	if t == nil {
		return
	}
	input.CertificateArn = t.CertificateArn.ToStringOutput().ToStringPtrOutput()
	input.SslPolicy = pulumi.String(t.SslPolicy)
	input.AlpnPolicy = optionalString(t.AlpnPolicy)
}
