package world

import (
	"slices"
	"strings"
)

// DNSRecord is one record set of a hosted zone, as the read-only view shows it.
type DNSRecord struct {
	// Name is the full name in lower case, without the last dot. One that begins
	// with "*." stands for every name under it.
	Name string
	// Type is "A", "AAAA", "CNAME", "TXT" and so on.
	Type string
	// Values are the record's; those of a TXT record are without quotes, names are
	// without the last dot.
	Values []string
	// Alias is the name that an alias record answers for; "" for any other.
	Alias string
}

// PrivateRecord returns the record of a name and type that a VPC's resolver
// finds in the private hosted zones of the VPC. Of zones that overlap, the most
// specific one answers, even if it lacks the name. An exact name comes before a
// wildcard. See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html.
func (tx *Tx) PrivateRecord(vpcID, name, recordType string) (DNSRecord, bool) {
	zone := tx.privateZone(vpcID, name)
	if zone == nil {
		return DNSRecord{}, false
	}
	return lookupRecord(tx.zoneRecords(zone), name, recordType)
}

// PrivateZone returns the name of the private hosted zone that answers for a name in
// a VPC, see PrivateRecord, or "" where none does.
func (tx *Tx) PrivateZone(vpcID, name string) string {
	zone := tx.privateZone(vpcID, name)
	if zone == nil {
		return ""
	}
	return zone.Outputs.Str("name")
}

func (tx *Tx) privateZone(vpcID, name string) *Record {
	return tx.zoneFor(name, func(z *Record) bool {
		return slices.ContainsFunc(z.Outputs.Maps("vpcs"), func(v Props) bool { return v.Str("vpcId") == vpcID })
	})
}

// PublicRecords returns the values of the records of a name and type in the
// public hosted zones of every account: what the Internet's resolvers find, if
// the zones' parents delegate to them, which the sandbox takes for granted.
func (tx *Tx) PublicRecords(name, recordType string) []string {
	zone := tx.zoneFor(name, func(z *Record) bool { return len(z.Outputs.List("vpcs")) == 0 })
	if zone == nil {
		return nil
	}
	r, _ := lookupRecord(tx.zoneRecords(zone), name, recordType)
	return r.Values
}

// zoneFor returns the most specific hosted zone for a name, or nil.
func (tx *Tx) zoneFor(name string, f func(*Record) bool) *Record {
	var best *Record
	host := normalDomain(name)
	tx.each(TokenZone, func(z *Record) bool {
		domain := z.Outputs.Str("name")
		if underDomain(host, domain) && f(z) && (best == nil || len(domain) > len(best.Outputs.Str("name"))) {
			best = z
		}
		return true
	})
	return best
}

// zoneRecords are the record sets that a program has put into a zone.
func (tx *Tx) zoneRecords(zone *Record) []DNSRecord {
	var out []DNSRecord
	tx.each(TokenRecord, func(r *Record) bool {
		if r.Outputs.Str("zoneId") == zone.ID {
			out = append(out, asDNSRecord(r))
		}
		return true
	})
	return out
}

func asDNSRecord(r *Record) DNSRecord {
	d := DNSRecord{Name: r.Outputs.Str("fqdn"), Type: r.Outputs.Str("type")}
	for _, v := range r.Outputs.Strs("records") {
		switch d.Type {
		case "TXT":
			v = strings.ReplaceAll(strings.Trim(v, `"`), `""`, "")
		case "CNAME", "NS", "MX", "SRV":
			v = normalDomain(v)
		}
		d.Values = append(d.Values, v)
	}
	for _, a := range r.Outputs.Maps("aliases") {
		d.Alias = normalDomain(a.Str("name"))
	}
	return d
}

// lookupRecord finds a name among a zone's records. A CNAME answers for every type.
func lookupRecord(records []DNSRecord, name, recordType string) (DNSRecord, bool) {
	host := normalDomain(name)
	covers := []func(DNSRecord) bool{
		func(r DNSRecord) bool { return r.Name == host },
		func(r DNSRecord) bool {
			parent, wild := strings.CutPrefix(r.Name, "*.")
			return wild && strings.HasSuffix(host, "."+parent)
		},
	}
	for _, f := range covers {
		i := slices.IndexFunc(records, func(r DNSRecord) bool {
			return f(r) && (r.Type == recordType || r.Type == "CNAME")
		})
		if i >= 0 {
			return records[i], true
		}
	}
	return DNSRecord{}, false
}
