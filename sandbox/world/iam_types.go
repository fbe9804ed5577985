package world

import (
	"strings"
	"time"
)

var roleType = &Type{
	Token:  TokenRole,
	Global: true,
	Inputs: []Property{
		{Name: "assumeRolePolicy", Required: true, JSON: true},
		{Name: "description"},
		{Name: "forceDetachPolicies", Default: false},
		{Name: "inlinePolicies", Computed: true, Set: true, Elem: []Property{
			{Name: "name"}, {Name: "policy", JSON: true},
		}},
		{Name: "managedPolicyArns", Computed: true, Set: true},
		{Name: "maxSessionDuration", Default: 3600.0},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "path", Replace: true, Default: "/"},
		{Name: "permissionsBoundary"},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 64},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "assumeRolePolicy": "", "createDate": "", "description": "", "forceDetachPolicies": false,
		"inlinePolicies": []any{}, "managedPolicyArns": []any{}, "maxSessionDuration": 3600.0, "name": "",
		"namePrefix": "", "path": "/", "permissionsBoundary": "", "tags": nil, "uniqueId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		c.Record.Hidden["managedPolicyArns"] = anys(c.New.Strs("managedPolicyArns"))
		return name, Props{
			"arn":              c.GlobalARN("iam", "role"+c.New.Str("path")+name),
			"assumeRolePolicy": normalJSON(c.New.Str("assumeRolePolicy")),
			"createDate":       c.Now().Format(time.RFC3339),
			"name":             name,
			"uniqueId":         "AROA" + strings.ToUpper(c.Hex(17)),
		}, nil
	},
	Update: func(c *Call) (Props, error) {
		if c.New.Has("managedPolicyArns") {
			c.Record.Hidden["managedPolicyArns"] = anys(c.New.Strs("managedPolicyArns"))
		}
		return Props{"assumeRolePolicy": normalJSON(c.New.Str("assumeRolePolicy"))}, nil
	},
	Read: func(c *Call) Props {
		inline := []any{}
		for _, p := range c.inlinePolicies(c.Record) {
			inline = append(inline, map[string]any{"name": p.name, "policy": p.document})
		}
		return Props{"managedPolicyArns": anys(c.attachedPolicies(c.Record)), "inlinePolicies": inline}
	},
	Delete: func(c *Call) error {
		for _, kind := range roleParts {
			for _, r := range c.In(kind, c.Record.Account, c.Record.Region) {
				if r.Outputs.Str("role") == c.ID {
					c.Tx.Delete(r)
				}
			}
		}
		return nil
	},
}

var rolePolicyType = &Type{
	Token:  TokenRolePolicy,
	Global: true,
	Inputs: []Property{
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "policy", Required: true, JSON: true},
		{Name: "role", Required: true, Replace: true},
	},
	AutoName: &AutoName{Property: "name", Max: 128},
	Latency:  quick,
	Outputs:  Props{"name": "", "namePrefix": "", "policy": "", "role": ""},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		return c.New.Str("role") + ":" + name, Props{"name": name}, nil
	},
}

var policyType = &Type{
	Token:  TokenPolicy,
	Global: true,
	Inputs: []Property{
		{Name: "description", Replace: true},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "path", Replace: true, Default: "/"},
		{Name: "policy", Required: true, JSON: true},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 128},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "attachmentCount": 0.0, "description": "", "name": "", "namePrefix": "", "path": "/",
		"policy": "", "policyId": "", "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		arn := c.GlobalARN("iam", "policy"+c.New.Str("path")+name)
		return arn, Props{
			"arn": arn, "name": name,
			"policy":   normalJSON(c.New.Str("policy")),
			"policyId": "ANPA" + strings.ToUpper(c.Hex(17)),
		}, nil
	},
	Update: func(c *Call) (Props, error) { return Props{"policy": normalJSON(c.New.Str("policy"))}, nil },
	Read:   func(c *Call) Props { return Props{"attachmentCount": float64(len(c.attachmentsOf(c.ID)))} },
}

var policyAttachmentType = &Type{
	Token:  TokenPolicyAttachment,
	Global: true,
	Inputs: []Property{
		{Name: "policyArn", Required: true, Replace: true},
		{Name: "role", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"policyArn": "", "role": ""},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("role") + "/" + c.New.Str("policyArn"), nil, nil
	},
}
