package world

import (
	"fmt"
	"slices"
	"time"
)

// The states of a certificate, see
// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html.
const (
	certificatePending = "PENDING_VALIDATION"
	certificateIssued  = "ISSUED"
)

var certificateType = &Type{
	Token: TokenCertificate,
	Inputs: []Property{
		{Name: "certificateAuthorityArn", Replace: true},
		{Name: "certificateBody"},
		{Name: "certificateChain"},
		{Name: "domainName", Replace: true, Computed: true},
		{Name: "earlyRenewalDuration"},
		{Name: "keyAlgorithm", Replace: true, Computed: true},
		{Name: "options", Computed: true, Elem: []Property{
			{Name: "certificateTransparencyLoggingPreference", Default: "ENABLED"},
		}},
		{Name: "privateKey"},
		{Name: "subjectAlternativeNames", Replace: true, Computed: true, Set: true},
		{Name: "tags"},
		{Name: "validationMethod", Replace: true, Computed: true},
		{Name: "validationOptions", Replace: true, Set: true, Elem: []Property{
			{Name: "domainName", Required: true},
			{Name: "validationDomain", Required: true},
		}},
	},
	Latency: Latency{
		Create: 5 * time.Second, Update: time.Second, Delete: time.Second,
		Source: "assumption: the provider waits for ACM to assign the validation records, which takes seconds",
	},
	Outputs: Props{
		"arn": "", "certificateAuthorityArn": "", "certificateBody": nil, "certificateChain": nil,
		"domainName": "", "domainValidationOptions": []any{}, "earlyRenewalDuration": "",
		"keyAlgorithm": "RSA_2048", "notAfter": nil, "notBefore": nil,
		"options":        map[string]any{"certificateTransparencyLoggingPreference": "ENABLED"},
		"pendingRenewal": false, "privateKey": nil, "renewalEligibility": "INELIGIBLE", "renewalSummaries": []any{},
		"status": certificatePending, "subjectAlternativeNames": []any{}, "tags": nil, "type": "AMAZON_ISSUED",
		"validationEmails": []any{}, "validationMethod": "", "validationOptions": []any{},
	},
	Create: createCertificate,
}

func createCertificate(c *Call) (string, Props, error) {
	arn := c.ARN("acm", "certificate/"+c.uuid())
	if c.New.Has("privateKey") {
		return arn, Props{"arn": arn, "type": "IMPORTED", "status": certificateIssued, "validationMethod": "NONE"}, nil
	}
	computed := Props{"arn": arn, "subjectAlternativeNames": anys(certificateNames(c.New))}
	if c.New.Str("validationMethod") != "DNS" {
		return arn, computed, nil
	}
	options := []any{}
	for _, name := range certificateNames(c.New) {
		options = append(options, validationRecord(c, name))
	}
	computed["domainValidationOptions"] = options
	return arn, computed, nil
}

// certificateNames are the names that a certificate is for, its domain first.
func certificateNames(p Props) []string {
	names := []string{p.Str("domainName")}
	for _, n := range p.Strs("subjectAlternativeNames") {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// validationRecord is the CNAME record that proves the control of a domain. It
// is the same for every certificate of an account for the domain, and that of a
// wildcard is the domain's own. See
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html.
func validationRecord(c *Call, name string) map[string]any {
	domain := wildcardDomain(name)
	seed := c.Caller.Account + " " + domain
	return map[string]any{
		"domainName":          name,
		"resourceRecordName":  fmt.Sprintf("_%s.%s.", stableHex("acm name "+seed, 32), domain),
		"resourceRecordType":  "CNAME",
		"resourceRecordValue": fmt.Sprintf("_%s.%s.acm-validations.aws.", stableHex("acm value "+seed, 32), stableHex("acm zone "+seed, 10)),
	}
}

// issueCertificates is ACM: it issues a certificate as soon as public DNS has all
// its validation records, and takes it back for no record that goes later.
func issueCertificates(tx *Tx) {
	for _, r := range tx.All(TokenCertificate) {
		if r.Outputs.Str("status") != certificatePending || tx.unvalidatedName(r.Outputs) != "" {
			continue
		}
		r.Outputs["status"] = certificateIssued
		r.Outputs["renewalEligibility"] = "ELIGIBLE"
		r.Outputs["notBefore"] = tx.Now().Format(time.RFC3339)
		r.Outputs["notAfter"] = tx.Now().AddDate(0, 13, 0).Format(time.RFC3339)
		tx.Put(r)
	}
}

// unvalidatedName is a name of a certificate whose validation record public DNS
// does not have, or "" where there is none.
func (tx *Tx) unvalidatedName(certificate Props) string {
	if certificate.Str("validationMethod") != "DNS" {
		return certificate.Str("domainName")
	}
	for _, o := range certificate.Maps("domainValidationOptions") {
		if !slices.Contains(tx.PublicRecords(o.Str("resourceRecordName"), "CNAME"), normalDomain(o.Str("resourceRecordValue"))) {
			return o.Str("domainName")
		}
	}
	return ""
}

var certificateValidationType = &Type{
	Token: TokenCertificateValidation,
	Inputs: []Property{
		{Name: "certificateArn", Required: true, Replace: true},
		{Name: "validationRecordFqdns", Replace: true, Set: true},
	},
	Latency: Latency{
		Create: 90 * time.Second, Update: time.Second, Delete: time.Second,
		Source: "assumption: minutes; the provider polls the certificate for 75 minutes, and ACM looks for the records again and again, https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
	},
	Outputs: Props{"certificateArn": "", "validationRecordFqdns": nil},
	Create: func(c *Call) (string, Props, error) {
		c.Record.Hidden["issuedAt"] = c.Now().Format("2006-01-02 15:04:05 -0700 MST")
		return c.New.Str("certificateArn"), nil, waitForCertificate(c)
	},
	ID:   func(r *Record) string { return r.Hidden.Str("issuedAt") },
	Find: func(candidates []*Record, _ Phase) *Record { return candidates[0] },
}

// waitForCertificate is the provider's wait for the state ISSUED, before which it
// has made nothing.
func waitForCertificate(c *Call) error {
	arn := c.New.Str("certificateArn")
	r := c.peek(TokenCertificate, arn)
	if r == nil || r.Outputs.Str("status") == certificateIssued {
		return nil
	}
	return fmt.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become 'ISSUED': public DNS does not have the validation record of %s",
		arn, c.unvalidatedName(r.Outputs))
}
