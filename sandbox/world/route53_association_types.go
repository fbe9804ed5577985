package world

import (
	"slices"
	"time"
)

// zoneAssociationType makes a VPC one of a private hosted zone's, which can be another
// account's that has authorized it.
var zoneAssociationType = &Type{
	Token:  TokenZoneAssociation,
	Global: true,
	Inputs: []Property{
		{Name: "vpcId", Required: true, Replace: true},
		{Name: "vpcRegion", Replace: true, Computed: true},
		{Name: "zoneId", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 40 * time.Second, Update: time.Second, Delete: 40 * time.Second,
		Source: "assumption: Route 53 propagates a change within 60 s, and the provider waits for INSYNC; https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html",
	},
	Outputs: Props{"owningAccount": "", "vpcId": "", "vpcRegion": "", "zoneId": ""},
	Create: func(c *Call) (string, Props, error) {
		zone, vpc, region := c.Get(TokenZone, c.New.Str("zoneId")), c.New.Str("vpcId"), c.associatedRegion()
		zone.Outputs["vpcs"] = append(zone.Outputs.List("vpcs"), map[string]any{"vpcId": vpc, "vpcRegion": region})
		c.Put(zone)
		return zone.ID + ":" + vpc, Props{"owningAccount": zone.Account, "vpcRegion": region}, nil
	},
	Gone: func(c *Call) bool {
		zone := c.peek(TokenZone, c.State.Str("zoneId"))
		return zone == nil || !slices.Contains(zoneVPCs(zone.Outputs), c.State.Str("vpcId"))
	},
	Delete: func(c *Call) error {
		if zone := c.Get(TokenZone, c.State.Str("zoneId")); zone != nil {
			zone.Outputs["vpcs"] = withoutVPCs(zone.Outputs.List("vpcs"), []string{c.State.Str("vpcId")})
			c.Put(zone)
		}
		return nil
	},
}

// vpcAuthorizationType lets another account associate a VPC of its own with a zone.
var vpcAuthorizationType = &Type{
	Token:  TokenVPCAuthorization,
	Global: true,
	Inputs: []Property{
		{Name: "vpcId", Required: true, Replace: true},
		{Name: "vpcRegion", Replace: true, Computed: true},
		{Name: "zoneId", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"vpcId": "", "vpcRegion": "", "zoneId": ""},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("zoneId") + ":" + c.New.Str("vpcId"), Props{"vpcRegion": c.associatedRegion()}, nil
	},
}

// associatedRegion is the Region of the VPC that the call names.
func (c *Call) associatedRegion() string {
	if region := c.New.Str("vpcRegion"); region != "" {
		return region
	}
	return c.Caller.Region
}

// withoutVPCs is a zone's list of VPCs less some.
func withoutVPCs(list []any, ids []string) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool {
		m, _ := v.(map[string]any)
		return slices.Contains(ids, Props(m).Str("vpcId"))
	})
}
