package world

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"ZONE-VPC-EXISTS": func(st *stage) error { return zoneWith(Props{"vpcs": inVPCs(st.id("c-vpc"))})(st) },
		"ZONE-CONFLICT": func(st *stage) error {
			st.privateZone()
			return zoneWith(Props{"name": "Example.Internal.", "vpcs": inVPCs(st.id("vpc"))})(st)
		},
		"ZONE-KIND": func(st *stage) error {
			st.publicZone()
			return st.change("zone", Props{"vpcs": inVPCs(st.id("vpc"))})
		},
		"ZONE-DELETE-NOT-EMPTY": func(st *stage) error {
			st.publicZone()
			st.record("www", "CNAME", "example.org")
			return st.remove("zone")
		},
		"RECORD-ZONE-EXISTS":       recordWith(Props{"zoneId": "Z0"}),
		"RECORD-TYPE":              recordWith(Props{"type": "cname"}),
		"RECORD-ALIAS-XOR-RECORDS": recordWith(Props{"records": nil, "ttl": nil}),
		"RECORD-TTL":               recordWith(Props{"ttl": nil}),
		"RECORD-UNIQUE": func(st *stage) error {
			st.publicZone()
			st.record("www", "CNAME", "example.org")
			return st.try(TokenRecord, st.recordInputs("WWW.example.com.", "CNAME", "example.net"))
		},
		"RECORD-CNAME-ALONE": func(st *stage) error {
			st.publicZone()
			st.record("www", "TXT", "hello")
			return st.try(TokenRecord, st.recordInputs("www", "CNAME", "example.net"))
		},
		"RECORD-CNAME-APEX": func(st *stage) error {
			st.publicZone()
			return st.try(TokenRecord, st.recordInputs("example.com", "CNAME", "example.net"))
		},
		"RECORD-ALIAS-TARGET": func(st *stage) error {
			st.publicZone()
			return st.try(TokenRecord, aliasOf(st, st.show("lb").Str("dnsName"), "Z0"))
		},

		"ACM-DOMAIN-XOR-KEY": tries(TokenCertificate, Props{"validationMethod": "DNS"}),
		"ACM-METHOD-GIVEN":   tries(TokenCertificate, Props{"domainName": "api.example.com"}),
		"ACM-METHOD-VALUES":  tries(TokenCertificate, Props{"domainName": "api.example.com", "validationMethod": "dns"}),
		"ACM-DOMAIN-FORM":    tries(TokenCertificate, Props{"domainName": "api.example.com.", "validationMethod": "DNS"}),
		"ACM-DOMAIN-LENGTH": tries(TokenCertificate, Props{
			"domainName": "a-very-long-label-of-a-very-long-name.a-very-long-label.example.com", "validationMethod": "DNS",
		}),
		"ACM-DELETE-IN-USE": func(st *stage) error {
			st.tlsListener()
			return st.remove("certificate")
		},
		"ACM-VALIDATION-EXISTS": tries(TokenCertificateValidation, Props{"certificateArn": noCertificate}),
		"ACM-VALIDATION-FQDNS": func(st *stage) error {
			return st.try(TokenCertificateValidation, Props{
				"certificateArn": st.certificate("api.example.com"), "validationRecordFqdns": list("x.example.com"),
			})
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"RECORD-NAME-COMPLETED": func(t *testing.T, st *stage) {
			st.publicZone()
			st.record("www", "CNAME", "Example.Org.")
			require.Equal(t, "www.example.com", st.show("www").Str("fqdn"))
			require.Equal(t, "www", st.show("www").Str("name"))
			st.make(st.provider, "apex", TokenRecord, st.recordInputs("", "TXT", "hello"))
			require.Equal(t, "example.com", st.show("apex").Str("fqdn"))
			st.view(func(tx *Tx) {
				require.Equal(t, []string{"example.org"}, tx.PublicRecords("WWW.example.com.", "A"), "a CNAME answers for every type")
				require.Equal(t, []string{"hello"}, tx.PublicRecords("example.com", "TXT"))
				require.Empty(t, tx.PublicRecords("other.example.com", "TXT"))
				require.Empty(t, tx.PublicRecords("example.net", "TXT"))
			})
		},
		"ZONE-PRIVATE-RESOLVES": func(t *testing.T, st *stage) {
			st.privateZone()
			target := st.show("endpoint").Maps("dnsEntries")[0]
			st.make(st.provider, "alias", TokenRecord, aliasOf(st, target.Str("dnsName"), target.Str("hostedZoneId")))
			st.make(st.provider, "wild", TokenRecord, st.recordInputs("*.dev", "A", "10.0.0.9"))
			st.make(st.provider, "inner", TokenZone, Props{"name": "inner.example.internal", "vpcs": inVPCs(st.id("vpc"))})
			st.view(func(tx *Tx) {
				found, ok := tx.PrivateRecord(st.id("vpc"), "Alias.example.internal", "A")
				require.True(t, ok)
				assert.Equal(t, target.Str("dnsName"), found.Alias)
				found, ok = tx.PrivateRecord(st.id("vpc"), "a.dev.example.internal", "A")
				require.True(t, ok)
				assert.Equal(t, DNSRecord{Name: "*.dev.example.internal", Type: "A", Values: []string{"10.0.0.9"}}, found)
				_, ok = tx.PrivateRecord(st.id("c-vpc"), "alias.example.internal", "A")
				assert.False(t, ok, "another VPC")
				_, ok = tx.PrivateRecord(st.id("vpc"), "alias.inner.example.internal", "A")
				assert.False(t, ok, "the zone below answers, and lacks it")
				assert.Empty(t, tx.PublicRecords("alias.example.internal", "A"))
			})
			require.NoError(t, st.change("zone", Props{"forceDestroy": true}))
			require.NoError(t, st.remove("zone"))
			require.Zero(t, st.count(TokenRecord))
		},
		"ACM-ISSUE": func(t *testing.T, st *stage) {
			st.publicZone()
			arn := st.certificate("*.example.com", "example.com")
			require.Equal(t, certificatePending, st.show("certificate").Str("status"))
			require.Equal(t, []string{"*.example.com", "example.com"}, st.show("certificate").Strs("subjectAlternativeNames"))
			options := st.show("certificate").Maps("domainValidationOptions")
			require.Len(t, options, 2)
			require.Equal(t, options[0].Str("resourceRecordName"), options[1].Str("resourceRecordName"), "a wildcard's record is its domain's")
			st.validate()
			require.Equal(t, certificateIssued, st.show("certificate").Str("status"))
			require.NotEmpty(t, st.show("certificate").Str("notAfter"))
			require.NoError(t, st.remove("validation-0"))
			require.Equal(t, certificateIssued, st.show("certificate").Str("status"))
			st.view(func(tx *Tx) { require.Equal(t, []string{"*.example.com", "example.com"}, tx.CertificateNames(arn)) })

			imported := st.make(st.provider, "imported", TokenCertificate, Props{"privateKey": "k", "certificateBody": "b"})
			require.Equal(t, certificateIssued, st.show("imported").Str("status"))
			require.NotEmpty(t, imported)
		},
		"ACM-VALIDATION-WAIT": func(t *testing.T, st *stage) {
			st.publicZone()
			arn := st.certificate("api.example.com")
			err := st.try(TokenCertificateValidation, Props{"certificateArn": arn})
			require.ErrorContains(t, err, "public DNS does not have the validation record of api.example.com")
			require.Zero(t, st.count(TokenCertificateValidation))
			st.validate()
			id := st.make(st.provider, "validated", TokenCertificateValidation, Props{"certificateArn": arn})
			require.Regexp(t, `^2026-01-01 \d\d:\d\d:\d\d \+0000 UTC$`, id)
			require.NoError(t, st.remove("validated"))
			mail := st.make(st.provider, "mail", TokenCertificate, Props{"domainName": "mail.example.com", "validationMethod": "EMAIL"})
			require.Error(t, st.try(TokenCertificateValidation, Props{"certificateArn": mail}))
		},
	})
}

const noCertificate = "arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"

func inVPCs(ids ...string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, map[string]any{"vpcId": id})
	}
	return out
}

func zoneWith(more Props) breaker {
	return tries(TokenZone, over(Props{"name": "example.internal"}, more))
}

func (st *stage) privateZone() {
	st.make(st.provider, "zone", TokenZone, Props{"name": "example.internal", "vpcs": inVPCs(st.id("vpc"))})
}

func (st *stage) publicZone() {
	st.make(st.provider, "zone", TokenZone, Props{"name": "example.com"})
}

func (st *stage) recordInputs(name, recordType, value string) Props {
	return Props{"zoneId": st.id("zone"), "name": name, "type": recordType, "ttl": 60.0, "records": list(value)}
}

// record puts a record into the stage's zone, under its own name.
func (st *stage) record(name, recordType, value string) {
	st.make(st.provider, name, TokenRecord, st.recordInputs(name, recordType, value))
}

func recordWith(more Props) breaker {
	return func(st *stage) error {
		st.publicZone()
		return st.try(TokenRecord, over(st.recordInputs("www", "CNAME", "example.org"), more))
	}
}

func aliasOf(st *stage, target, zone string) Props {
	return Props{"zoneId": st.id("zone"), "name": "alias", "type": "A", "aliases": []any{map[string]any{
		"name": target, "zoneId": zone, "evaluateTargetHealth": false,
	}}}
}

// certificate requests a certificate of the name.
func (st *stage) certificate(name string, more ...string) string {
	inputs := Props{"domainName": name, "validationMethod": "DNS"}
	if len(more) > 0 {
		inputs["subjectAlternativeNames"] = list(more...)
	}
	return st.make(st.provider, "certificate", TokenCertificate, inputs)
}

// validate puts the certificate's validation records into the stage's zone.
func (st *stage) validate() {
	for i, o := range st.show("certificate").Maps("domainValidationOptions") {
		st.make(st.provider, "validation-"+string(rune('0'+i)), TokenRecord, over(
			st.recordInputs(o.Str("resourceRecordName"), o.Str("resourceRecordType"), o.Str("resourceRecordValue")),
			Props{"allowOverwrite": true},
		))
	}
}

// issuedCertificate makes a certificate that can be used.
func (st *stage) issuedCertificate() string {
	st.publicZone()
	arn := st.certificate("api.example.com")
	st.validate()
	return arn
}

// tlsListener makes a TLS listener with a certificate of its own, and returns its ARN.
func (st *stage) tlsListener() string {
	inputs := listenerInputs(st.id("lb"), st.id("tg"), 443)
	return st.make(st.provider, "tls", TokenListener, over(inputs, Props{"protocol": "TLS", "certificateArn": st.issuedCertificate()}))
}

// TestAliasTarget: an alias names something that is there, in its own zone.
func TestAliasTarget(t *testing.T) {
	st := newStage(t)
	st.publicZone()
	require.NoError(t, st.try(TokenRecord, aliasOf(st, st.show("lb").Str("dnsName"), st.show("lb").Str("zoneId"))))
	err := st.try(TokenRecord, over(aliasOf(st, "gone.elb.us-east-1.amazonaws.com", "Z0"), Props{"name": "b"}))
	require.ErrorContains(t, err, "that target was not found")
	require.NoError(t, st.try(TokenRecord, over(aliasOf(st, "d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2"), Props{"name": "c"})))
}

// TestZoneAndPrivateName: an endpoint's private name and a private hosted zone of the
// same name don't go together in a VPC, whichever comes first; a zone above does.
func TestZoneAndPrivateName(t *testing.T) {
	zone := func(name, vpc string) Props { return Props{"name": name, "vpcs": inVPCs(vpc)} }
	const logs = "logs.us-east-1.amazonaws.com"
	t.Run("the zone first", func(t *testing.T) {
		st := newStage(t)
		st.make(st.consumer, "zone", TokenZone, zone(logs, st.id("c-vpc")))
		requireRefusal(t, "EP-DNS-CONFLICT", connecting(logsEndpoint)(st))
		require.NoError(t, connecting(over(logsEndpoint, Props{"privateDnsEnabled": false}))(st))
	})
	t.Run("the endpoint first", func(t *testing.T) {
		st := newStage(t)
		require.NoError(t, connecting(logsEndpoint)(st))
		_, _, err := create(st.consumer, "zone", TokenZone, zone(logs, st.id("c-vpc")))
		requireRefusal(t, "ZONE-CONFLICT", err)
		st.make(st.consumer, "above", TokenZone, zone("us-east-1.amazonaws.com", st.id("c-vpc")))
		other := st.make(st.consumer, "elsewhere", TokenVPC, Props{"cidrBlock": "10.8.0.0/16"})
		st.make(st.consumer, "zone", TokenZone, zone(logs, other))
		err = st.change("zone", Props{"vpcs": inVPCs(other, st.id("c-vpc"))})
		requireRefusal(t, "ZONE-CONFLICT", err)
	})
}
