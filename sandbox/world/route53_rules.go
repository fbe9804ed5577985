package world

import (
	"fmt"
	"slices"
	"strings"
)

const (
	route53API   = "Amazon Route 53 API, "
	createZoneAt = route53API + "CreateHostedZone, https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html"
	changeRecord = route53API + "ChangeResourceRecordSets, https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html"
	providerR53  = "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/route53/"
)

// recordTypes are the types of record that Route 53 has.
var recordTypes = []string{
	"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT",
}

var route53Rules = []*Rule{
	{
		ID: "ZONE-VPC-EXISTS", Token: TokenZone, Phase: PhaseWrite, Code: "InvalidVPCId", Confidence: Verified, Answer: Unverified,
		Says:   "The VPCs of a private hosted zone exist in the caller's account.",
		Source: createZoneAt + ": Errors; the text is inferred",
		Check: func(c *Call) string {
			for _, id := range zoneVPCs(c.New) {
				if v, ok := c.VPC(id); c.touches("vpcs") && (!ok || v.Account != c.Caller.Account) {
					return fmt.Sprintf("The VPC: %s you provided is not authorized to make the association.", id)
				}
			}
			return ""
		},
	},
	{
		ID: "ZONE-CONFLICT", Token: TokenZone, Phase: PhaseWrite, Code: "ConflictingDomainExists", Confidence: Verified, Answer: SecondHand,
		Says:   "A VPC has one private hosted zone of a name. That of an endpoint's private name counts, though nobody sees it.",
		Source: createZoneAt + ": Errors; text: reported by users, of an endpoint too: https://github.com/hashicorp/terraform-provider-aws/issues/37783",
		Check: func(c *Call) string {
			for _, id := range zoneVPCs(c.New) {
				if slices.Contains(zoneVPCs(c.Old), id) {
					continue
				}
				if message := c.domainTaken(id, normalDomain(c.New.Str("name")), c.ID); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "ZONE-KIND", Token: TokenZone, Phase: PhaseUpdate, Code: "PublicZoneVPCAssociation", Confidence: Verified,
		Says:   "A public hosted zone never gets a VPC, and a private one never loses its last.",
		Source: route53API + "AssociateVPCWithHostedZone and DisassociateVPCFromHostedZone: Errors, https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html",
		Check: func(c *Call) string {
			if (len(zoneVPCs(c.Old)) == 0) == (len(zoneVPCs(c.New)) == 0) {
				return ""
			}
			return fmt.Sprintf("The hosted zone %s can't be changed between public and private", c.ID)
		},
	},
	{
		ID: "ZONE-DELETE-NOT-EMPTY", Token: TokenZone, Phase: PhaseDelete, Code: "HostedZoneNotEmpty", Confidence: Verified,
		Says:   "A hosted zone with records besides its own NS and SOA can't be deleted, unless the provider is told to delete them.",
		Source: route53API + "DeleteHostedZone, https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html",
		Check: func(c *Call) string {
			if c.State.Bool("forceDestroy") || len(c.zoneRecords(c.Record)) == 0 {
				return ""
			}
			return "The specified hosted zone contains non-required resource record sets and so cannot be deleted."
		},
	},
	{
		ID: "RECORD-ZONE-EXISTS", Token: TokenRecord, Phase: PhaseCreate, Code: "NoSuchHostedZone", Confidence: Verified,
		Says:   "A record's hosted zone exists in the caller's account.",
		Source: changeRecord + ": Errors",
		Check:  func(c *Call) string { return c.exists(TokenZone, "zoneId", "No hosted zone found with ID: %s") },
	},
	{
		ID: "RECORD-NAME-LENGTH", Token: TokenRecord, Phase: PhaseCreate, Code: "InvalidChangeBatch", Confidence: Verified, Answer: Unverified,
		Says:   "A record's name has at most 255 characters, and each of its labels 63.",
		Source: "Route 53 Developer Guide, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html; the text is inferred",
		Check: func(c *Call) string {
			name := normalDomain(c.New.Str("name"))
			if z := c.peek(TokenZone, c.New.Str("zoneId")); z != nil && !underDomain(name, z.Outputs.Str("name")) {
				name += "." + z.Outputs.Str("name")
			}
			long := slices.ContainsFunc(strings.Split(name, "."), func(label string) bool { return len(label) > 63 })
			if len(name) <= 255 && !long {
				return ""
			}
			return fmt.Sprintf("FATAL problem: DomainLabelTooLong or name longer than 255 characters encountered with '%s'", name)
		},
	},
	{
		ID: "RECORD-TYPE", Token: TokenRecord, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A record is of a type that Route 53 has.",
		Source: "Amazon Route 53 Developer Guide, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
		Check:  func(c *Call) string { return oneOf(c.New, "type", recordTypes...) },
	},
	{
		ID: "RECORD-ALIAS-XOR-RECORDS", Token: TokenRecord, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A record has values or is an alias.",
		Source: providerR53 + "record/",
		Check:  func(c *Call) string { return exactlyOne(c.New, "aliases", "records") },
	},
	{
		ID: "RECORD-TTL", Token: TokenRecord, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A record with values has a TTL, an alias has none.",
		Source: providerR53 + "record/",
		Check: func(c *Call) string {
			switch {
			case c.New.Has("records") && !c.New.Has("ttl"):
				return `"records": all of "records,ttl" must be specified`
			case c.New.Has("aliases") && c.New.Has("ttl"):
				return `"alias": conflicts with ttl`
			}
			return ""
		},
	},
	{
		ID: "RECORD-UNIQUE", Token: TokenRecord, Phase: PhaseCreate, Code: "InvalidChangeBatch", Confidence: Verified, Answer: SecondHand,
		Says:   "A record that is there already is not made again, unless the provider is told to overwrite it.",
		Source: changeRecord + "; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Bool("allowOverwrite") || !c.sameName(func(r *Record) bool {
				return r.Outputs.Str("type") == c.New.Str("type") && r.Outputs.Str("setIdentifier") == c.New.Str("setIdentifier")
			}) {
				return ""
			}
			return fmt.Sprintf("[Tried to create resource record set [name='%s.', type='%s'] but it already exists]", c.recordFQDN(c.New), c.New.Str("type"))
		},
	},
	{
		ID: "RECORD-CNAME-ALONE", Token: TokenRecord, Phase: PhaseWrite, Code: "InvalidChangeBatch", Confidence: Verified, Answer: SecondHand,
		Says:   "A name with a CNAME record has no record of another type.",
		Source: "Amazon Route 53 Developer Guide, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat; text: reported by users",
		Check: func(c *Call) string {
			wanted := c.New.Str("type")
			if !c.sameName(func(r *Record) bool {
				has := r.Outputs.Str("type")
				return r.ID != c.ID && has != wanted && (has == "CNAME" || wanted == "CNAME")
			}) {
				return ""
			}
			return fmt.Sprintf("[RRSet of type %s with DNS name %s. is not permitted as it conflicts with other records with the same DNS name in zone %s.]",
				wanted, c.recordFQDN(c.New), c.zoneName())
		},
	},
	{
		ID: "RECORD-CNAME-APEX", Token: TokenRecord, Phase: PhaseWrite, Code: "InvalidChangeBatch", Confidence: Verified, Answer: SecondHand,
		Says:   "The zone's own name has no CNAME record.",
		Source: "Amazon Route 53 Developer Guide, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Str("type") != "CNAME" || c.recordFQDN(c.New) != c.zoneName() {
				return ""
			}
			return fmt.Sprintf("[RRSet of type CNAME with DNS name %[1]s. is not permitted at apex in zone %[1]s.]", c.zoneName())
		},
	},
	{
		ID: "RECORD-ALIAS-TARGET", Token: TokenRecord, Phase: PhaseWrite, Code: "InvalidChangeBatch", Confidence: SecondHand,
		Says:   "An alias to a load balancer or an endpoint names one that exists, with the hosted zone of its own name.",
		Source: changeRecord + ": AliasTarget; text: reported by users",
		Check: func(c *Call) string {
			for _, a := range c.New.Maps("aliases") {
				if message := c.aliasFault(a); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "RECORD-NAME-COMPLETED", Token: TokenRecord, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A record's name that does not end in the zone's is taken to be relative to it.",
		Source: providerR53 + "record/",
	},
	{
		ID: "ZONE-PRIVATE-RESOLVES", Token: TokenZone, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A private zone's names resolve in its VPCs only; of zones that overlap, the most specific one answers.",
		Source: "Amazon Route 53 Developer Guide, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html",
	},
}

// domainTaken returns Route 53's message where a VPC has a hosted zone of a name, one
// that AWS made for an endpoint's private name too.
func (c *Call) domainTaken(vpcID, name, ownID string) string {
	const format = "The VPC %s in region %s has already been associated with the hosted zone %s with the same domain name."
	if other := c.zoneOfVPC(vpcID, name); other != nil && other.ID != ownID {
		return fmt.Sprintf(format, vpcID, c.Caller.Region, other.ID)
	}
	for _, e := range c.Endpoints() {
		if e.VpcID == vpcID && e.PrivateDNSName != "" && wildcardDomain(e.PrivateDNSName) == name {
			return fmt.Sprintf(format, vpcID, c.Caller.Region, endpointHostedZone(e, e.PrivateDNSName))
		}
	}
	return ""
}

// zoneOfVPC returns the private hosted zone of exactly that name in a VPC, or nil.
func (tx *Tx) zoneOfVPC(vpcID, name string) *Record {
	return tx.first(TokenZone, func(z *Record) bool {
		return z.Outputs.Str("name") == name && slices.Contains(zoneVPCs(z.Outputs), vpcID)
	})
}

// zoneVPCs are the VPCs of a private zone.
func zoneVPCs(p Props) []string {
	var out []string
	for _, v := range p.Maps("vpcs") {
		out = append(out, v.Str("vpcId"))
	}
	return out
}

// sameName says whether the zone has another record of the wanted name that f accepts.
func (c *Call) sameName(f func(*Record) bool) bool {
	name := c.recordFQDN(c.New)
	return c.first(TokenRecord, func(r *Record) bool {
		return r.Outputs.Str("zoneId") == c.New.Str("zoneId") && r.Outputs.Str("fqdn") == name && f(r)
	}) != nil
}

// zoneName is the name of the zone that a record is for.
func (c *Call) zoneName() string {
	if z := c.peek(TokenZone, c.New.Str("zoneId")); z != nil {
		return z.Outputs.Str("name")
	}
	return ""
}

// aliasFault is AWS's message about an alias to one of the kinds of target that
// the world has; of others it believes the program.
func (c *Call) aliasFault(alias Props) string {
	name, zone := normalDomain(alias.Str("name")), alias.Str("zoneId")
	if !strings.Contains(name, ".elb.") && !strings.Contains(name, ".vpce.") {
		return ""
	}
	has := c.zoneOfTarget(name)
	switch has {
	case zone:
		return ""
	case "":
		return fmt.Sprintf("[Tried to create an alias that targets %s., type %s in zone %s, but that target was not found]", name, c.New.Str("type"), zone)
	}
	return fmt.Sprintf("[Tried to create an alias that targets %s., type %s in zone %s, but the alias target name does not lie within the target zone]", name, c.New.Str("type"), zone)
}

// zoneOfTarget is the hosted zone of a load balancer's or endpoint's name, in
// whatever account, or "".
func (c *Call) zoneOfTarget(name string) (zone string) {
	c.each(TokenLoadBalancer, func(r *Record) bool {
		if strings.EqualFold(r.Outputs.Str("dnsName"), name) {
			zone = r.Outputs.Str("zoneId")
		}
		return zone == ""
	})
	for _, e := range c.Endpoints() {
		if slices.ContainsFunc(e.DNSNames, func(n string) bool { return strings.EqualFold(n, name) }) {
			zone = endpointHostedZone(e, name)
		}
	}
	return zone
}
