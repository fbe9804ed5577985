package world

import (
	"slices"
	"time"
)

// inlineRule are the properties of a rule that is written within its group.
var inlineRule = []Property{
	{Name: "cidrBlocks"},
	{Name: "description"},
	{Name: "fromPort", Required: true},
	{Name: "ipv6CidrBlocks"},
	{Name: "prefixListIds"},
	{Name: "protocol", Required: true},
	{Name: "securityGroups", Set: true},
	{Name: "self", Default: false},
	{Name: "toPort", Required: true},
}

var securityGroupType = &Type{
	Token: TokenSecurityGroup,
	Inputs: []Property{
		{Name: "description", Replace: true, Default: "Managed by Pulumi"},
		{Name: "egress", Computed: true, Set: true, Elem: inlineRule},
		{Name: "ingress", Computed: true, Set: true, Elem: inlineRule},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "revokeRulesOnDelete", Default: false},
		{Name: "tags"},
		{Name: "vpcId", Replace: true, Computed: true},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency:  Latency{Create: 3 * time.Second, Update: 2 * time.Second, Delete: time.Second, Source: assumed},
	Outputs: Props{
		"arn": "", "description": "", "egress": []any{}, "ingress": []any{}, "name": "", "namePrefix": "",
		"ownerId": "", "revokeRulesOnDelete": false, "tags": nil, "vpcId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id := "sg-" + c.Hex(17)
		computed := inlineRules(c)
		computed["arn"] = c.ARN("ec2", "security-group/"+id)
		computed["ownerId"] = c.Caller.Account
		computed["name"] = prefixedName(c, "name")
		return id, computed, nil
	},
	Update: func(c *Call) (Props, error) { return inlineRules(c), nil },
	Read:   readSecurityGroup,
	Delete: func(c *Call) error {
		c.removeParts(TokenIngressRule, "securityGroupId")
		c.removeParts(TokenEgressRule, "securityGroupId")
		return nil
	},
}

// prefixedName is the physical name: as given or filled in, or made of the
// prefix as the provider makes it.
func prefixedName(c *Call, property string) string {
	if prefix := c.New.Str(property + "Prefix"); prefix != "" {
		return prefix + c.Now().Format("20060102150405") + c.Hex(8)
	}
	return c.New.Str(property)
}

// inlineRules are the rules written within the group, as the provider shows them.
func inlineRules(c *Call) Props {
	out := Props{}
	for _, k := range []string{"ingress", "egress"} {
		if !c.New.Has(k) {
			continue
		}
		list := []any{}
		for _, r := range c.New.Maps(k) {
			list = append(list, fullInlineRule(r))
		}
		out[k] = list
	}
	return out
}

func fullInlineRule(r Props) map[string]any {
	out := map[string]any{
		"description": r.Str("description"), "fromPort": float64(r.Int("fromPort")),
		"protocol": r.Str("protocol"), "self": r.Bool("self"), "toPort": float64(r.Int("toPort")),
	}
	for _, k := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"} {
		out[k] = anys(r.Strs(k))
	}
	return out
}

// readSecurityGroup shows the group's own rules and those of rule resources, as
// the provider does: it cannot tell them apart.
func readSecurityGroup(c *Call) Props {
	out := Props{}
	for k, token := range map[string]string{"ingress": TokenIngressRule, "egress": TokenEgressRule} {
		rules := slices.Clone(c.State.List(k))
		if rules == nil {
			rules = []any{}
		}
		c.each(token, func(r *Record) bool {
			if r.Outputs.Str("securityGroupId") == c.ID {
				rules = append(rules, asInlineRule(r.Outputs))
			}
			return true
		})
		out[k] = rules
	}
	return out
}

func asInlineRule(o Props) map[string]any {
	r := Props{
		"description": o.Str("description"), "protocol": o.Str("ipProtocol"),
		"fromPort": float64(o.Int("fromPort")), "toPort": float64(o.Int("toPort")),
		"self": o.Str("referencedSecurityGroupId") == o.Str("securityGroupId"),
	}
	for list, one := range map[string]string{
		"cidrBlocks": "cidrIpv4", "ipv6CidrBlocks": "cidrIpv6",
		"prefixListIds": "prefixListId", "securityGroups": "referencedSecurityGroupId",
	} {
		if v := o.Str(one); v != "" && !(one == "referencedSecurityGroupId" && r.Bool("self")) {
			r[list] = []any{v}
		}
	}
	return fullInlineRule(r)
}

// ruleSources are the properties of which a rule has exactly one.
var ruleSources = []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}

func securityGroupRuleType(token string) *Type {
	return &Type{
		Token: token,
		Inputs: []Property{
			{Name: "cidrIpv4"},
			{Name: "cidrIpv6"},
			{Name: "description"},
			{Name: "fromPort"},
			{Name: "ipProtocol", Required: true},
			{Name: "prefixListId"},
			{Name: "referencedSecurityGroupId"},
			{Name: "securityGroupId", Required: true, Replace: true},
			{Name: "tags"},
			{Name: "toPort"},
		},
		Latency: Latency{Create: time.Second, Update: time.Second, Delete: time.Second, Source: assumed},
		Outputs: Props{"arn": "", "ipProtocol": "", "securityGroupId": "", "securityGroupRuleId": ""},
		Diff:    replaceOnNewSource,
		Create: func(c *Call) (string, Props, error) {
			id := "sgr-" + c.Hex(17)
			return id, Props{"arn": c.ARN("ec2", "security-group-rule/"+id), "securityGroupRuleId": id}, nil
		},
	}
}

// replaceOnNewSource: a rule's source can change its value in place, but not
// its kind.
func replaceOnNewSource(_ *Call, changes []Change) []Change {
	for i, ch := range changes {
		if ch.Kind != Changed && slices.Contains(ruleSources, ch.Property) {
			changes[i].Replace = true
		}
	}
	return changes
}
