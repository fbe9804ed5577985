package world

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Direction is the way of traffic through a security group.
type Direction string

// The directions of traffic.
const (
	Ingress Direction = "ingress"
	Egress  Direction = "egress"
)

// SecurityGroupRule is one permission of a security group, see
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html.
// Exactly one of CIDR, PrefixListID and GroupID says who the peer is.
type SecurityGroupRule struct {
	// ID is the rule's id, or its place within the group that it is written in.
	ID        string
	GroupID   string
	Direction Direction
	// Protocol is "tcp", "udp", "icmp", or "-1" for all, which has no ports.
	Protocol     string
	FromPort     int
	ToPort       int
	CIDR         netip.Prefix
	PrefixListID string
	PeerGroupID  string
}

// Peer is the other end of a flow that security groups are asked about.
type Peer struct {
	// IP is its address as the group sees it.
	IP netip.Addr
	// GroupIDs are the security groups of its network interface; empty for
	// an address outside the VPC.
	GroupIDs []string
	// PrefixListIDs are the prefix lists that contain its address.
	PrefixListIDs []string
}

// Verdict says whether security groups admit a flow.
type Verdict struct {
	Admitted bool
	// RuleID is the rule that admits it.
	RuleID string
	// Reason is, in a sentence, what is missing where nothing does.
	Reason string
}

// Admits evaluates security groups as AWS does: the flow passes if any rule of
// any of the groups allows it. No group at all lets everything through, as on
// an NLB that was made without one. Answers to an admitted flow always pass, so
// only the side that a connection comes from needs asking. Protocol is "tcp" or
// "udp".
func (tx *Tx) Admits(groupIDs []string, d Direction, protocol string, port int, peer Peer) Verdict {
	if len(groupIDs) == 0 {
		return Verdict{Admitted: true}
	}
	for _, g := range groupIDs {
		for _, r := range tx.SecurityGroupRules(g) {
			if r.Direction == d && r.covers(protocol, port) && (r.matches(peer) || tx.lists(r.PrefixListID, peer.IP)) {
				return Verdict{Admitted: true, RuleID: r.ID}
			}
		}
	}
	return Verdict{Reason: fmt.Sprintf("no %s rule of %s allows %s/%d %s", d, strings.Join(groupIDs, ", "), protocol, port, peer.describe(d))}
}

func (p Peer) describe(d Direction) string {
	preposition := "from"
	if d == Egress {
		preposition = "to"
	}
	who := p.IP.String()
	if !p.IP.IsValid() {
		who = strings.Join(p.PrefixListIDs, ", ")
	}
	if len(p.GroupIDs) > 0 {
		who += " in " + strings.Join(p.GroupIDs, ", ")
	}
	return preposition + " " + who
}

func (r SecurityGroupRule) covers(protocol string, port int) bool {
	if r.Protocol == "-1" {
		return true
	}
	return r.Protocol == protocol && r.FromPort <= port && port <= r.ToPort
}

func (r SecurityGroupRule) matches(p Peer) bool {
	switch {
	case r.CIDR.IsValid():
		return p.IP.IsValid() && r.CIDR.Contains(p.IP) || !p.IP.IsValid() && r.CIDR.Bits() == 0 && r.CIDR.Addr().Is4()
	case r.PrefixListID != "":
		return slices.Contains(p.PrefixListIDs, r.PrefixListID)
	default:
		return slices.Contains(p.GroupIDs, r.PeerGroupID)
	}
}

// SecurityGroups returns the ids of a VPC's security groups.
func (tx *Tx) SecurityGroups(vpcID string) []string {
	var ids []string
	for _, kind := range []string{KindDefaultSecurityGroup, TokenSecurityGroup} {
		for _, r := range tx.All(kind) {
			if tx.groupVPC(r.ID) == vpcID {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}

// SecurityGroupRules returns a group's rules: those of rule resources, those
// written within the group, and a default group's own.
func (tx *Tx) SecurityGroupRules(groupID string) []SecurityGroupRule {
	if g := tx.peek(KindDefaultSecurityGroup, groupID); g != nil && g.Hidden.Bool("adopted") {
		return slices.Concat(inlineRulesOf(g, Ingress), inlineRulesOf(g, Egress), tx.ruleResources(groupID))
	} else if g != nil {
		return append(defaultGroupRules(groupID), tx.ruleResources(groupID)...)
	}
	var out []SecurityGroupRule
	if g := tx.peek(TokenSecurityGroup, groupID); g != nil {
		out = append(inlineRulesOf(g, Ingress), inlineRulesOf(g, Egress)...)
	}
	return append(out, tx.ruleResources(groupID)...)
}

// defaultGroupRules are the rules that AWS makes a VPC's default group with: in
// from its own members, out to anywhere. See
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html.
func defaultGroupRules(groupID string) []SecurityGroupRule {
	return []SecurityGroupRule{
		{ID: groupID + " ingress 1", GroupID: groupID, Direction: Ingress, Protocol: "-1", PeerGroupID: groupID},
		{
			ID: groupID + " egress 1", GroupID: groupID, Direction: Egress, Protocol: "-1",
			CIDR: netip.MustParsePrefix("0.0.0.0/0"),
		},
	}
}

func (tx *Tx) ruleResources(groupID string) []SecurityGroupRule {
	var out []SecurityGroupRule
	for _, d := range []Direction{Ingress, Egress} {
		tx.each(ruleToken(d), func(r *Record) bool {
			if r.Outputs.Str("securityGroupId") == groupID {
				out = append(out, ruleOf(r.ID, d, r.Outputs))
			}
			return true
		})
	}
	return out
}

func ruleToken(d Direction) string {
	if d == Egress {
		return TokenEgressRule
	}
	return TokenIngressRule
}

func ruleOf(id string, d Direction, p Props) SecurityGroupRule {
	cidr, err := netip.ParsePrefix(p.Str("cidrIpv4"))
	if err != nil {
		cidr, _ = netip.ParsePrefix(p.Str("cidrIpv6"))
	}
	return SecurityGroupRule{
		ID: id, GroupID: p.Str("securityGroupId"), Direction: d,
		Protocol: protocolName(p.Str("ipProtocol")), FromPort: p.Int("fromPort"), ToPort: p.Int("toPort"),
		CIDR: cidr, PrefixListID: p.Str("prefixListId"), PeerGroupID: p.Str("referencedSecurityGroupId"),
	}
}

// RuleOf is the rule that a rule resource with these properties is.
func RuleOf(token string, p Props) SecurityGroupRule {
	d := Ingress
	if token == TokenEgressRule {
		d = Egress
	}
	return ruleOf("", d, p)
}

// Same says whether two rules are one for AWS, whatever their ids.
func (r SecurityGroupRule) Same(other SecurityGroupRule) bool {
	r.ID = other.ID
	return r == other
}

// SplitRules takes out of a group the rules that are written in it and that are there as
// resources too: AWS has one of each.
func (w *World) SplitRules(groupID string) error {
	return w.Update(func(tx *Tx) error {
		g := tx.Get(TokenSecurityGroup, groupID)
		if g == nil {
			return nil
		}
		apart := tx.ruleResources(groupID)
		for _, d := range []Direction{Ingress, Egress} {
			var blocks []any
			for _, block := range g.Outputs.List(string(d)) {
				alone := &Record{ID: groupID, Outputs: Props{string(d): []any{block}}}
				if !slices.ContainsFunc(inlineRulesOf(alone, d), func(r SecurityGroupRule) bool {
					return slices.ContainsFunc(apart, r.Same)
				}) {
					blocks = append(blocks, block)
				}
			}
			g.Outputs[string(d)] = blocks
		}
		tx.Put(g)
		return nil
	})
}

// protocolName is the one spelling of a protocol: AWS takes numbers too.
func protocolName(s string) string {
	switch s = strings.ToLower(s); s {
	case "all":
		return "-1"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	}
	return s
}

// inlineRulesOf are the rules written within a group: one for each source that
// a block lists.
func inlineRulesOf(g *Record, d Direction) []SecurityGroupRule {
	var out []SecurityGroupRule
	for i, block := range g.Outputs.Maps(string(d)) {
		base := SecurityGroupRule{
			ID: fmt.Sprintf("%s %s %d", g.ID, d, i+1), GroupID: g.ID, Direction: d,
			Protocol: protocolName(block.Str("protocol")), FromPort: block.Int("fromPort"), ToPort: block.Int("toPort"),
		}
		for _, cidr := range append(block.Strs("cidrBlocks"), block.Strs("ipv6CidrBlocks")...) {
			r := base
			r.CIDR, _ = netip.ParsePrefix(cidr)
			out = append(out, r)
		}
		for _, list := range block.Strs("prefixListIds") {
			r := base
			r.PrefixListID = list
			out = append(out, r)
		}
		peers := block.Strs("securityGroups")
		if block.Bool("self") {
			peers = append(peers, g.ID)
		}
		for _, peer := range peers {
			r := base
			r.PeerGroupID = peer
			out = append(out, r)
		}
	}
	return out
}

// securityGroupExists says whether the caller has a security group, a default
// one too, in the VPC; any VPC where vpcID is empty.
func (c *Call) securityGroupExists(id, vpcID string) bool {
	if r := c.Own(TokenSecurityGroup, id); r != nil {
		return vpcID == "" || r.Outputs.Str("vpcId") == vpcID
	}
	if r := c.Own(KindDefaultSecurityGroup, id); r != nil {
		return vpcID == "" || r.Hidden.Str("vpcId") == vpcID
	}
	return false
}
