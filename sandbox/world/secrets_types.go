package world

var secretType = &Type{
	Token: TokenSecret,
	Inputs: []Property{
		{Name: "description"},
		{Name: "forceOverwriteReplicaSecret", Default: false},
		{Name: "kmsKeyId"},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "policy", Computed: true, JSON: true},
		{Name: "recoveryWindowInDays", Default: 30.0},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 512},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "description": "", "forceOverwriteReplicaSecret": false, "kmsKeyId": "", "name": "",
		"namePrefix": "", "policy": "", "recoveryWindowInDays": 30.0, "replicas": []any{}, "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		// AWS ends the ARN in six characters, so that a secret that is made anew
		// under the name does not inherit the rights to the old one.
		arn := c.ARN("secretsmanager", "secret:"+name+"-"+c.Hex(6))
		return arn, Props{"arn": arn, "name": name}, nil
	},
	Delete: func(c *Call) error {
		c.removeParts(TokenSecretVersion, "arn")
		return nil
	},
}

var secretVersionType = &Type{
	Token: TokenSecretVersion,
	Inputs: []Property{
		{Name: "secretBinary", Replace: true},
		{Name: "secretId", Required: true, Replace: true},
		{Name: "secretString", Replace: true},
		{Name: "versionStages", Computed: true, Set: true},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "secretBinary": nil, "secretId": "", "secretString": nil, "versionId": "",
		"versionStages": []any{"AWSCURRENT"},
	},
	Create: func(c *Call) (string, Props, error) {
		version := "terraform-" + c.Now().Format("20060102150405") + c.Hex(12)
		secret := c.findSecret(c.Caller, c.New.Str("secretId"))
		if secret == nil {
			secret = &Record{ID: c.New.Str("secretId")}
		}
		return secret.ID + "|" + version, Props{"arn": secret.ID, "versionId": version}, nil
	},
}

// findSecret returns a caller's secret by its ARN, its ARN without the hyphen and six
// characters that Secrets Manager appends, or its name; or nil. See SecretId in
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html.
func (tx *Tx) findSecret(caller Caller, name string) *Record {
	return tx.first(TokenSecret, func(r *Record) bool {
		own := r.Account == caller.Account && r.Region == caller.Region
		return own && (r.ID == name || r.ID[:len(r.ID)-len("-AbCdEf")] == name || r.Outputs.Str("name") == name)
	})
}

var parameterType = &Type{
	Token: TokenParameter,
	Inputs: []Property{
		{Name: "allowedPattern"},
		{Name: "arn", Computed: true},
		{Name: "dataType", Replace: true, Computed: true},
		{Name: "description"},
		{Name: "insecureValue", Computed: true},
		{Name: "keyId", Computed: true},
		{Name: "name", Replace: true},
		{Name: "overwrite"},
		{Name: "tags"},
		{Name: "tier", Computed: true},
		{Name: "type", Required: true},
		{Name: "value", Computed: true},
	},
	AutoName: &AutoName{Property: "name", Max: 2048},
	Latency:  quick,
	Outputs: Props{
		"allowedPattern": "", "arn": "", "dataType": "text", "description": "", "insecureValue": nil,
		"keyId": "", "name": "", "overwrite": nil, "tags": nil, "tier": "Standard", "type": "", "value": nil,
		"version": 1.0,
	},
	Create: func(c *Call) (string, Props, error) {
		computed := shownParameter(c)
		computed["arn"] = parameterARN(c)
		return c.New.Str("name"), computed, nil
	},
	Update: func(c *Call) (Props, error) {
		computed := shownParameter(c)
		computed["version"] = float64(c.State.Int("version") + 1)
		return computed, nil
	},
}

// shownParameter is the value under the name that the provider shows it by, and
// AWS's own key for a value that is to be encrypted.
func shownParameter(c *Call) Props {
	out := Props{}
	if c.New.Has("insecureValue") {
		out["value"] = c.New["insecureValue"]
	}
	switch {
	case c.New.Str("type") != "SecureString":
		out["keyId"] = ""
	case !c.New.Has("keyId"):
		out["keyId"] = "alias/aws/ssm"
	}
	return out
}

// parameterARN is a parameter's ARN: a name that begins with a slash makes no
// second one.
func parameterARN(c *Call) string {
	name := c.New.Str("name")
	if name == "" || name[0] != '/' {
		name = "/" + name
	}
	return c.ARN("ssm", "parameter"+name)
}
