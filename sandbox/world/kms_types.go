package world

import "fmt"

var keyType = &Type{
	Token: TokenKey,
	Inputs: []Property{
		{Name: "bypassPolicyLockoutSafetyCheck", Default: false},
		{Name: "customKeyStoreId", Replace: true},
		{Name: "customerMasterKeySpec", Replace: true, Default: "SYMMETRIC_DEFAULT"},
		{Name: "deletionWindowInDays"},
		{Name: "description", Computed: true},
		{Name: "enableKeyRotation", Default: false},
		{Name: "isEnabled", Default: true},
		{Name: "keyUsage", Replace: true, Default: "ENCRYPT_DECRYPT"},
		{Name: "multiRegion", Replace: true, Computed: true},
		{Name: "policy", Computed: true, JSON: true},
		{Name: "rotationPeriodInDays", Computed: true},
		{Name: "tags"},
		{Name: "xksKeyId", Replace: true},
	},
	Latency: Latency{
		Create: quick.Create, Update: quick.Update, Delete: quick.Delete,
		Source: assumed + "; a key's deletion is scheduled, which takes one",
	},
	Outputs: Props{
		"arn": "", "bypassPolicyLockoutSafetyCheck": false, "customKeyStoreId": "",
		"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "deletionWindowInDays": nil, "description": "",
		"enableKeyRotation": false, "isEnabled": true, "keyId": "", "keyUsage": "ENCRYPT_DECRYPT",
		"multiRegion": false, "policy": "", "rotationPeriodInDays": 0.0, "tags": nil, "xksKeyId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id := c.uuid()
		computed := shownKey(c)
		computed["arn"], computed["keyId"] = c.ARN("kms", "key/"+id), id
		return id, computed, nil
	},
	Update: func(c *Call) (Props, error) { return shownKey(c), nil },
}

// shownKey is a key's policy as the provider shows it, and AWS's default of the
// rotation. The default policy lets the account's own IAM policies decide, see
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func shownKey(c *Call) Props {
	policy := c.New.Str("policy")
	if policy == "" {
		policy = fmt.Sprintf(`{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions",
			"Effect":"Allow","Principal":{"AWS":%q},"Action":"kms:*","Resource":"*"}]}`, c.GlobalARN("iam", "root"))
	}
	out := Props{"policy": normalJSON(policy)}
	if c.New.Bool("enableKeyRotation") && !c.New.Has("rotationPeriodInDays") {
		out["rotationPeriodInDays"] = 365.0
	}
	return out
}

var keyAliasType = &Type{
	Token: TokenKeyAlias,
	Inputs: []Property{
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "targetKeyId", Required: true},
	},
	AutoName: &AutoName{Property: "name", Max: 250, Form: func(name string) string { return "alias/" + name }},
	Latency:  quick,
	Outputs:  Props{"arn": "", "name": "", "namePrefix": "", "targetKeyArn": "", "targetKeyId": ""},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		computed := aliasTarget(c)
		computed["arn"], computed["name"] = c.ARN("kms", name), name
		return name, computed, nil
	},
	Update: func(c *Call) (Props, error) { return aliasTarget(c), nil },
}

func aliasTarget(c *Call) Props {
	key := c.findKey(c.Caller, c.New.Str("targetKeyId"))
	if key == nil {
		return Props{}
	}
	return Props{"targetKeyArn": key.Outputs.Str("arn"), "targetKeyId": key.ID}
}

// findKey returns a caller's key by its id, its ARN, or an alias of it, or nil.
func (tx *Tx) findKey(caller Caller, name string) *Record {
	own := func(r *Record) bool { return r.Account == caller.Account && r.Region == caller.Region }
	if a := tx.first(TokenKeyAlias, func(r *Record) bool {
		return own(r) && (r.ID == name || r.Outputs.Str("arn") == name)
	}); a != nil {
		name = a.Outputs.Str("targetKeyId")
	}
	return tx.first(TokenKey, func(r *Record) bool { return own(r) && (r.ID == name || r.Outputs.Str("arn") == name) })
}
