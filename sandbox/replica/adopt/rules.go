package adopt

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// securityGroupRule is a rule as aws ec2 describe-security-group-rules writes it: each is
// a resource of its own in AWS, whatever wrote it within its group. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html.
type securityGroupRule struct {
	SecurityGroupRuleId, GroupId, GroupOwnerId, SecurityGroupRuleArn string
	IsEgress                                                         bool
	IpProtocol                                                       string
	FromPort, ToPort                                                 int
	CidrIpv4, CidrIpv6, PrefixListId, Description                    string
	ReferencedGroupInfo                                              struct{ GroupId string }
}

// fromRules reads rules of security groups.
func fromRules(rules []securityGroupRule) (out []Found) {
	for _, r := range rules {
		token := world.TokenIngressRule
		if r.IsEgress {
			token = world.TokenEgressRule
		}
		p := world.Props{"arn": r.SecurityGroupRuleArn, "securityGroupId": r.GroupId, "ipProtocol": r.IpProtocol, "securityGroupRuleId": r.SecurityGroupRuleId}
		if r.FromPort >= 0 && r.IpProtocol != "-1" {
			p["fromPort"], p["toPort"] = r.FromPort, r.ToPort
		}
		for name, v := range map[string]string{
			"cidrIpv4": r.CidrIpv4, "cidrIpv6": r.CidrIpv6, "prefixListId": r.PrefixListId, "description": r.Description,
			"referencedSecurityGroupId": r.ReferencedGroupInfo.GroupId,
		} {
			if v != "" {
				p[name] = v
			}
		}
		e := &world.Existing{Token: token, ID: r.SecurityGroupRuleId, Account: r.GroupOwnerId, Given: true, Outputs: p}
		if m := accountOf.FindStringSubmatch(r.SecurityGroupRuleArn); m != nil {
			e.Region = m[1]
		}
		out = append(out, Found{Token: token, ID: r.SecurityGroupRuleId, Existing: e})
	}
	return out
}

// doubled returns an error that names the rules which a group that is taken over has
// already, and which the program would make again: AWS refuses that.
func (p *Plan) doubled(base string, m *matcher) (err error) {
	w, err := world.Open(filepath.Join(base, "world.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return w.View(m.doubled)
}

func (m *matcher) doubled(tx *world.Tx) error {
	var errs []error
	for _, c := range m.children {
		if c.token != world.TokenIngressRule && c.token != world.TokenEgressRule || m.of[c] != nil {
			continue
		}
		inputs := world.Props{}
		for name, v := range c.inputs {
			inputs[name] = m.translated(v)
		}
		group := inputs.Str("securityGroupId")
		wanted := world.RuleOf(c.token, inputs)
		if slices.ContainsFunc(tx.SecurityGroupRules(group), func(r world.SecurityGroupRule) bool { return wanted.Same(r) }) {
			peer := cmp.Or(inputs.Str("cidrIpv4"), inputs.Str("cidrIpv6"), wanted.PrefixListID, wanted.PeerGroupID)
			errs = append(errs, fmt.Errorf("%s has the rule for %s, port %d already that %s would make, and AWS has a rule only once: give the rules with --from, as aws ec2 describe-security-group-rules --filters Name=group-id,Values=%[1]s writes them", group, peer, wanted.FromPort, c.name))
		}
	}
	return errors.Join(errs...)
}

// split takes out of groups the rules that are written in them and were found as
// resources too.
func split(w *world.World, found []Found) error {
	groups := map[string]bool{}
	for _, f := range found {
		if f.Existing != nil && strings.HasPrefix(f.Token, "aws:vpc/securityGroup") {
			groups[f.Existing.Outputs.Str("securityGroupId")] = true
		}
	}
	for group := range groups {
		if err := w.SplitRules(group); err != nil {
			return err
		}
	}
	return nil
}
