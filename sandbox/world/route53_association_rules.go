package world

import (
	"fmt"
	"slices"
)

const (
	associateVPC = route53API + "AssociateVPCWithHostedZone: Errors, https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html"
	authorizeVPC = route53API + "CreateVPCAssociationAuthorization: Errors, https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html"
)

var route53AssociationRules = []*Rule{
	{
		ID: "ZONE-ASSOCIATION-ZONE", Token: TokenZoneAssociation, Phase: PhaseCreate, Code: "NoSuchHostedZone", Confidence: Verified,
		Says:   "The hosted zone that a VPC is associated with exists, in whatever account.",
		Source: associateVPC,
		Check: func(c *Call) string {
			if id := c.New.Str("zoneId"); c.peek(TokenZone, id) == nil {
				return fmt.Sprintf("No hosted zone found with ID: %s", id)
			}
			return ""
		},
	},
	{
		ID: "ZONE-ASSOCIATION-VPC", Token: TokenZoneAssociation, Phase: PhaseCreate, Code: "InvalidVPCId", Confidence: Verified, Answer: SecondHand,
		Says:   "Only the account of a VPC associates it.",
		Source: associateVPC + "; text: reported by users",
		Check: func(c *Call) string {
			if v, ok := c.VPC(c.New.Str("vpcId")); ok && v.Account == c.Caller.Account && v.Region == c.associatedRegion() {
				return ""
			}
			return fmt.Sprintf("The VPC: %s that you provided is not found in region %s", c.New.Str("vpcId"), c.associatedRegion())
		},
	},
	{
		ID: "ZONE-ASSOCIATION-PRIVATE", Token: TokenZoneAssociation, Also: []string{TokenVPCAuthorization}, Phase: PhaseCreate, Code: "PublicZoneVPCAssociation", Confidence: Verified, Answer: Unverified,
		Says:   "Only a private hosted zone has VPCs.",
		Source: associateVPC + "; the text is inferred",
		Check: func(c *Call) string {
			if z := c.peek(TokenZone, c.New.Str("zoneId")); z != nil && len(zoneVPCs(z.Outputs)) == 0 {
				return fmt.Sprintf("The hosted zone %s is public", z.ID)
			}
			return ""
		},
	},
	{
		ID: "ZONE-ASSOCIATION-AUTHORIZED", Token: TokenZoneAssociation, Phase: PhaseCreate, Code: "NotAuthorizedException", Confidence: Verified, Answer: SecondHand,
		Says:   "Another account's zone takes a VPC that the account has authorized.",
		Source: associateVPC + "; text: reported by users",
		Check: func(c *Call) string {
			zone, vpc := c.peek(TokenZone, c.New.Str("zoneId")), c.New.Str("vpcId")
			if zone == nil || zone.Account == c.Caller.Account {
				return ""
			}
			authorized := c.first(TokenVPCAuthorization, func(r *Record) bool {
				return r.Account == zone.Account && r.Outputs.Str("zoneId") == zone.ID && r.Outputs.Str("vpcId") == vpc
			})
			if authorized != nil {
				return ""
			}
			return fmt.Sprintf("The VPC: %s has not authorized to associate with your hosted zone.", vpc)
		},
	},
	{
		ID: "ZONE-ASSOCIATION-CONFLICT", Token: TokenZoneAssociation, Phase: PhaseCreate, Code: "ConflictingDomainExists", Confidence: Verified, Answer: SecondHand,
		Says:   "A VPC that is associated has no zone of that name yet, nor an endpoint of that private name.",
		Source: associateVPC + "; text: reported by users",
		Check: func(c *Call) string {
			zone := c.peek(TokenZone, c.New.Str("zoneId"))
			if zone == nil {
				return ""
			}
			return c.domainTaken(c.New.Str("vpcId"), zone.Outputs.Str("name"), "")
		},
	},
	{
		ID: "ZONE-ASSOCIATION-LAST", Token: TokenZoneAssociation, Phase: PhaseDelete, Code: "LastVPCAssociation", Confidence: Verified, Answer: SecondHand,
		Says:   "A private zone keeps its last VPC.",
		Source: route53API + "DisassociateVPCFromHostedZone: Errors, https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html; text: reported by users",
		Check: func(c *Call) string {
			zone, vpc := c.peek(TokenZone, c.State.Str("zoneId")), c.State.Str("vpcId")
			if zone == nil || !slices.Equal(zoneVPCs(zone.Outputs), []string{vpc}) {
				return ""
			}
			return fmt.Sprintf("The VPC: %s in region %s cannot be disassociated from hosted zone %s because it is the last one", vpc, c.State.Str("vpcRegion"), zone.ID)
		},
	},
	{
		ID: "ZONE-AUTHORIZATION-ZONE", Token: TokenVPCAuthorization, Phase: PhaseCreate, Code: "NoSuchHostedZone", Confidence: Verified,
		Says:   "An account authorizes VPCs for hosted zones of its own.",
		Source: authorizeVPC,
		Check:  func(c *Call) string { return c.exists(TokenZone, "zoneId", "No hosted zone found with ID: %s") },
	},
}
