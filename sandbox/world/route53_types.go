package world

import (
	"fmt"
	"strings"
	"time"
)

var zoneType = &Type{
	Token:  TokenZone,
	Global: true,
	Inputs: []Property{
		{Name: "comment", Default: "Managed by Pulumi"},
		{Name: "delegationSetId", Replace: true},
		{Name: "forceDestroy", Default: false},
		{Name: "name", Required: true, Replace: true},
		{Name: "tags"},
		{Name: "vpcs", Set: true, Elem: []Property{{Name: "vpcId", Required: true}, {Name: "vpcRegion"}}},
	},
	Latency: Latency{
		Create: 40 * time.Second, Update: 40 * time.Second, Delete: 35 * time.Second,
		Source: "assumption: Route 53 propagates a change within 60 s, and the provider waits for INSYNC; https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html",
	},
	Outputs: Props{
		"arn": "", "comment": "", "delegationSetId": "", "forceDestroy": false, "name": "",
		"nameServers": []any{}, "primaryNameServer": "", "tags": nil, "vpcs": []any{}, "zoneId": "",
	},
	Create: createZone,
	Update: func(c *Call) (Props, error) {
		// The provider associates and disassociates what differs: a zone association's stays.
		others := withoutVPCs(c.State.List("vpcs"), append(zoneVPCs(c.Old), zoneVPCs(c.New)...))
		return Props{"vpcs": append(shownZoneVPCs(c), others...)}, nil
	},
	Delete: func(c *Call) error {
		c.removeParts(TokenRecord, "zoneId")
		return nil
	},
}

// createZone makes a hosted zone. A private one's names are answered by AWS's
// resolver in its VPCs, yet it has name servers like any.
func createZone(c *Call) (string, Props, error) {
	id := "Z" + strings.ToUpper(c.Hex(20))
	servers := []any{}
	for i, domain := range []string{"com", "net", "org", "co.uk"} {
		servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", 2048+i, 64+i, domain))
	}
	return id, Props{
		"arn":               fmt.Sprintf("arn:%s:route53:::hostedzone/%s", Partition(c.Caller.Region), id),
		"name":              normalDomain(c.New.Str("name")),
		"nameServers":       servers,
		"primaryNameServer": servers[0],
		"vpcs":              shownZoneVPCs(c),
		"zoneId":            id,
	}, nil
}

// shownZoneVPCs are a private zone's VPCs with their Regions.
func shownZoneVPCs(c *Call) []any {
	out := []any{}
	for _, v := range c.New.Maps("vpcs") {
		region := v.Str("vpcRegion")
		if region == "" {
			region = c.Caller.Region
		}
		out = append(out, map[string]any{"vpcId": v.Str("vpcId"), "vpcRegion": region})
	}
	return out
}

// normalDomain is a domain name as Route 53 compares it and the provider shows it.
func normalDomain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

var recordType = &Type{
	Token:  TokenRecord,
	Global: true,
	Inputs: []Property{
		{Name: "aliases", Elem: []Property{
			{Name: "evaluateTargetHealth", Required: true},
			{Name: "name", Required: true},
			{Name: "zoneId", Required: true},
		}},
		{Name: "allowOverwrite", Computed: true},
		{Name: "healthCheckId"},
		{Name: "multivalueAnswerRoutingPolicy"},
		{Name: "name", Required: true, Replace: true},
		{Name: "records", Set: true},
		{Name: "setIdentifier"},
		{Name: "ttl"},
		{Name: "type", Required: true},
		{Name: "weightedRoutingPolicies", Elem: []Property{{Name: "weight", Required: true}}},
		{Name: "zoneId", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 35 * time.Second, Update: 35 * time.Second, Delete: 35 * time.Second,
		Source: "assumption: Route 53 propagates a change within 60 s, and the provider waits for INSYNC, first after 10 to 30 s; https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html",
	},
	Outputs: Props{
		"aliases": []any{}, "allowOverwrite": nil, "cidrRoutingPolicy": nil, "failoverRoutingPolicies": []any{},
		"fqdn": "", "geolocationRoutingPolicies": []any{}, "geoproximityRoutingPolicy": nil, "healthCheckId": "",
		"latencyRoutingPolicies": []any{}, "multivalueAnswerRoutingPolicy": false, "name": "", "records": nil,
		"setIdentifier": "", "ttl": 0.0, "type": "", "weightedRoutingPolicies": []any{}, "zoneId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id := strings.Join([]string{c.New.Str("zoneId"), normalDomain(c.New.Str("name")), c.New.Str("type")}, "_")
		if set := c.New.Str("setIdentifier"); set != "" {
			id += "_" + set
		}
		return id, Props{"fqdn": c.recordFQDN(c.New), "name": normalDomain(c.New.Str("name"))}, nil
	},
}

// recordFQDN is the full name of a record: the provider adds the zone's name to
// one that does not end in it.
func (tx *Tx) recordFQDN(record Props) string {
	name := normalDomain(record.Str("name"))
	zone := ""
	if z := tx.peek(TokenZone, record.Str("zoneId")); z != nil {
		zone = z.Outputs.Str("name")
	}
	switch {
	case name == "":
		return zone
	case zone == "" || underDomain(name, zone):
		return name
	}
	return name + "." + zone
}

// underDomain says whether a name is a domain's or one below it.
func underDomain(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}
