package world

import (
	_ "embed"
	"fmt"
	"strings"
)

const tlsListeners = nlbGuide + "TLS listeners, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-tls-listener.html"

//go:embed data/tls_policies.tsv
var tlsPoliciesTable string

// tlsPolicies are the names of Elastic Load Balancing's security policies.
var tlsPolicies = func() map[string]bool {
	out := map[string]bool{}
	for _, row := range tableRows(tlsPoliciesTable) {
		out[row[0]] = true
	}
	return out
}()

var elbCertificateRules = []*Rule{
	{
		ID: "LISTENER-CERTIFICATE-EXISTS", Token: TokenListener, Also: []string{TokenListenerCertificate}, Phase: PhaseWrite, Code: "CertificateNotFound", Confidence: Verified,
		Says:   "A listener's certificate is in ACM, in the load balancer's account and Region, or in IAM.",
		Source: tlsListeners + "; code: " + createListener + ": Errors",
		Check: func(c *Call) string {
			arn := c.New.Str("certificateArn")
			wanted := c.Type.Token == TokenListenerCertificate || c.New.Str("protocol") == "TLS"
			if arn == "" || !wanted || strings.Contains(arn, ":server-certificate/") || !c.touches("certificateArn") || c.Own(TokenCertificate, arn) != nil {
				return ""
			}
			return fmt.Sprintf("Certificate '%s' not found", arn)
		},
	},
	{
		ID: "LISTENER-CERTIFICATE-ISSUED", Token: TokenListener, Also: []string{TokenListenerCertificate}, Phase: PhaseWrite, Code: "UnsupportedCertificate", Confidence: SecondHand,
		Says:   "A listener's certificate is issued, not waiting for its validation.",
		Source: "https://github.com/hashicorp/terraform-provider-aws/issues/5490",
		Check: func(c *Call) string {
			r := c.Own(TokenCertificate, c.New.Str("certificateArn"))
			if r == nil || !c.touches("certificateArn") || r.Outputs.Str("status") == certificateIssued {
				return ""
			}
			return fmt.Sprintf("The certificate '%s' must have a fully-qualified domain name, a supported signature, and a supported key size.", r.ID)
		},
	},
	{
		ID: "LISTENER-SECURITY-POLICY", Token: TokenListener, Phase: PhaseWrite, Code: "SSLPolicyNotFound", Confidence: Verified,
		Says:   "A listener's security policy is one that Elastic Load Balancing has.",
		Source: createListener + ": Errors; the names: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html",
		Check: func(c *Call) string {
			if p := c.New.Str("sslPolicy"); p != "" && !tlsPolicies[p] {
				return fmt.Sprintf("SSL policy '%s' not found", p)
			}
			return ""
		},
	},
	{
		ID: "LISTENER-POLICY-TLS", Token: TokenListener, Phase: PhaseWrite, Code: "ValidationError", Confidence: Verified, Answer: SecondHand,
		Says:   "Only a TLS listener has a security policy. The provider goes on sending that of a listener that is no longer TLS, so such a listener has to be replaced.",
		Source: createListener + ": SslPolicy; code and text, the spelling too: reported by users, https://github.com/hashicorp/terraform-provider-aws/issues/7367, https://github.com/pulumi/pulumi-aws/issues/3564",
		Check: func(c *Call) string {
			if p := c.sent("protocol"); p != "TLS" && p != "" && c.sent("sslPolicy") != "" {
				return fmt.Sprintf("An SSL policy cannot be specifed for %s listeners", p)
			}
			return ""
		},
	},
	{
		ID: "SNI-LISTENER-EXISTS", Token: TokenListenerCertificate, Phase: PhaseCreate, Code: "ListenerNotFound", Confidence: Verified,
		Says:   "The listener that a further certificate is for exists.",
		Source: addCertificates + ": Errors",
		Check: func(c *Call) string {
			return c.exists(TokenListener, "listenerArn", "One or more listeners not found: '%s'")
		},
	},
	{
		ID: "SNI-LISTENER-TLS", Token: TokenListenerCertificate, Phase: PhaseCreate, Code: "ValidationError", Confidence: Verified, Answer: Unverified,
		Says:   "Only a TLS listener has further certificates.",
		Source: addCertificates + "; which code answers is inferred",
		Check: func(c *Call) string {
			l := c.Own(TokenListener, c.New.Str("listenerArn"))
			if l == nil || l.Outputs.Str("protocol") == "TLS" {
				return ""
			}
			return fmt.Sprintf("Certificates cannot be specified for %s listeners", l.Outputs.Str("protocol"))
		},
	},
}

const addCertificates = elbAPI + "AddListenerCertificates, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html"
