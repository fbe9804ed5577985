package world

import (
	"fmt"
	"net/netip"
)

const createPrefixList = ec2API + "CreateManagedPrefixList, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html"

var ec2PrefixListRules = []*Rule{
	{
		ID: "PREFIX-LIST-FAMILY", Token: TokenManagedPrefixList, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A prefix list's address family is IPv4 or IPv6.",
		Source: createPrefixList + ": AddressFamily",
		Check:  func(c *Call) string { return oneOf(c.New, "addressFamily", "IPv4", "IPv6") },
	},
	{
		ID: "PREFIX-LIST-ENTRY", Token: TokenManagedPrefixList, Phase: PhaseWrite, Code: "InvalidParameterValue", Confidence: Verified, Answer: Unverified,
		Says:   "A prefix list's entries are network addresses of its family.",
		Source: createPrefixList + ": AddressFamily; the code and the text are inferred",
		Check: func(c *Call) string {
			for _, e := range c.New.Maps("entries") {
				p, err := netip.ParsePrefix(e.Str("cidr"))
				if err != nil || p != p.Masked() || p.Addr().Is4() != (c.New.Str("addressFamily") == "IPv4") {
					return fmt.Sprintf("The CIDR block '%s' is not a valid %s CIDR block", e.Str("cidr"), c.New.Str("addressFamily"))
				}
			}
			return ""
		},
	},
	{
		ID: "PREFIX-LIST-SIZE", Token: TokenManagedPrefixList, Phase: PhaseWrite, Code: "PrefixListMaxEntriesExceeded", Confidence: SecondHand,
		Says:   "A prefix list has no more entries than its maximum.",
		Source: createPrefixList + ": MaxEntries; code and text: reported by users",
		Check: func(c *Call) string {
			if n := len(c.New.List("entries")); n > c.New.Int("maxEntries") {
				return fmt.Sprintf("You've reached the maximum number of entries for the prefix list: %d of %d", n, c.New.Int("maxEntries"))
			}
			return ""
		},
	},
	{
		ID: "PREFIX-LIST-DELETE-IN-USE", Token: TokenManagedPrefixList, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: SecondHand,
		Says:   "A prefix list that a security group refers to can't be deleted.",
		Source: ec2API + "DeleteManagedPrefixList, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			for _, token := range []string{TokenIngressRule, TokenEgressRule} {
				if r := c.first(token, func(r *Record) bool { return r.Outputs.Str("prefixListId") == c.ID }); r != nil {
					return fmt.Sprintf("The prefix list '%s' is in use by %s.", c.ID, r.Outputs.Str("securityGroupId"))
				}
			}
			return ""
		},
	},
	{
		ID: "SGR-PREFIX-LIST-EXISTS", Token: TokenIngressRule, Also: bothRules, Phase: PhaseCreate, Code: "InvalidPrefixListID.NotFound", Confidence: Verified,
		Says:   "The prefix list that a rule refers to exists: the caller's own, or one of AWS's in the Region.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			id := c.New.Str("prefixListId")
			if id == "" || c.Own(TokenManagedPrefixList, id) != nil || c.awsPrefixList(id, c.Caller.Region) != "" {
				return ""
			}
			return fmt.Sprintf("The prefix list ID '%s' does not exist", id)
		},
	},
	{
		ID: "SGR-PREFIX-LIST", Token: TokenIngressRule, Also: bothRules, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A rule with a prefix list admits every block that the list has at the time.",
		Source: "Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
	},
}

// awsPrefixList returns the gateway service whose prefix list in a Region has the
// id, or "".
func (tx *Tx) awsPrefixList(id, region string) string {
	for _, s := range awsServices {
		if list := tx.prefixListID(s, region); list != "" && list == id {
			return s.name
		}
	}
	return ""
}
