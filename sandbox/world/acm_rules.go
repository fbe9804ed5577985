package world

import (
	"fmt"
	"slices"
	"strings"
)

const requestCertificate = "AWS Certificate Manager API, RequestCertificate, https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"

var acmRules = []*Rule{
	{
		ID: "ACM-DOMAIN-XOR-KEY", Token: TokenCertificate, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A certificate is requested for a domain or imported with its key.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificate/",
		Check:  func(c *Call) string { return exactlyOne(c.New, "domainName", "privateKey") },
	},
	{
		ID: "ACM-METHOD-GIVEN", Token: TokenCertificate, Phase: PhaseCreate, Code: provider, Confidence: Verified,
		Says:   "A request says how the domain is validated, or which private authority issues the certificate.",
		Source: "AWS provider, internal/service/acm/certificate.go",
		Check: func(c *Call) string {
			if !c.New.Has("domainName") || c.New.Has("validationMethod") || c.New.Has("certificateAuthorityArn") {
				return ""
			}
			return "`certificate_authority_arn` or `validation_method` must be set when creating an ACM certificate"
		},
	},
	{
		ID: "ACM-METHOD-VALUES", Token: TokenCertificate, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A domain is validated by DNS, by e-mail or over HTTP.",
		Source: requestCertificate + ": ValidationMethod",
		Check:  func(c *Call) string { return oneOf(c.New, "validationMethod", "DNS", "EMAIL", "HTTP") },
	},
	{
		ID: "ACM-DOMAIN-FORM", Token: TokenCertificate, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A certificate's names don't end in a dot.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/acm/certificate/",
		Check: func(c *Call) string {
			for _, n := range certificateNames(c.New) {
				if strings.HasSuffix(n, ".") {
					return fmt.Sprintf("invalid value for domain_name (cannot end with a period): %s", n)
				}
			}
			return ""
		},
	},
	{
		ID: "ACM-DOMAIN-LENGTH", Token: TokenCertificate, Phase: PhaseCreate, Code: "ValidationException", Confidence: Verified, Answer: Unverified,
		Says:   "A certificate's first name has at most 64 characters.",
		Source: requestCertificate + ": DomainName; the text is inferred",
		Check: func(c *Call) string {
			if n := c.New.Str("domainName"); len(n) > 64 {
				return fmt.Sprintf("The first domain name '%s' cannot exceed 64 octets", n)
			}
			return ""
		},
	},
	{
		ID: "ACM-DELETE-IN-USE", Token: TokenCertificate, Phase: PhaseDelete, Code: "ResourceInUseException", Confidence: Verified,
		Says:   "A certificate that a listener uses can't be deleted.",
		Source: "AWS Certificate Manager API, DeleteCertificate, https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html",
		Check: func(c *Call) string {
			used := func(r *Record) bool { return r.Outputs.Str("certificateArn") == c.ID }
			if c.first(TokenListener, used) == nil && c.first(TokenListenerCertificate, used) == nil {
				return ""
			}
			return fmt.Sprintf("Certificate %s in account %s is in use.", c.ID, c.Caller.Account)
		},
	},
	{
		ID: "ACM-VALIDATION-EXISTS", Token: TokenCertificateValidation, Phase: PhaseCreate, Code: "ResourceNotFoundException", Confidence: Verified,
		Says:   "The certificate whose validation is awaited exists.",
		Source: "AWS Certificate Manager API, DescribeCertificate, https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html",
		Check: func(c *Call) string {
			return c.exists(TokenCertificate, "certificateArn", "Could not find certificate %s.")
		},
	},
	{
		ID: "ACM-VALIDATION-FQDNS", Token: TokenCertificateValidation, Phase: PhaseCreate, Code: provider, Confidence: Verified,
		Says:   "Where the validation names its records, it names all of them.",
		Source: "AWS provider, internal/service/acm/certificate_validation.go",
		Check: func(c *Call) string {
			r := c.Own(TokenCertificate, c.New.Str("certificateArn"))
			if r == nil || !c.New.Has("validationRecordFqdns") {
				return ""
			}
			var given []string
			for _, n := range c.New.Strs("validationRecordFqdns") {
				given = append(given, normalDomain(n))
			}
			for _, o := range r.Outputs.Maps("domainValidationOptions") {
				if n := normalDomain(o.Str("resourceRecordName")); !slices.Contains(given, n) {
					return fmt.Sprintf("missing %s DNS validation record: %s", o.Str("domainName"), n)
				}
			}
			return ""
		},
	},
	{
		ID: "ACM-ISSUE", Token: TokenCertificate, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A certificate is issued once public DNS has the validation record of every name, and stays so.",
		Source: "AWS Certificate Manager User Guide, https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
	},
	{
		ID: "ACM-VALIDATION-WAIT", Token: TokenCertificateValidation, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Awaiting the validation fails where the records are not there. AWS and the provider wait 75 minutes for ones that come late; the sandbox does not.",
		Source: "AWS provider, internal/service/acm/certificate_validation.go",
	},
}
