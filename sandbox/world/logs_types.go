package world

var logGroupType = &Type{
	Token: TokenLogGroup,
	Inputs: []Property{
		{Name: "kmsKeyId"},
		{Name: "logGroupClass", Replace: true, Computed: true},
		{Name: "name", Replace: true, Computed: true},
		{Name: "namePrefix", Replace: true, Computed: true},
		{Name: "retentionInDays", Default: 0.0},
		{Name: "skipDestroy", Default: false},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 512},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "kmsKeyId": "", "logGroupClass": "STANDARD", "name": "", "namePrefix": "",
		"retentionInDays": 0.0, "skipDestroy": false, "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		name := prefixedName(c, "name")
		return name, Props{"arn": c.ARN("logs", "log-group:"+name), "name": name}, nil
	},
}
