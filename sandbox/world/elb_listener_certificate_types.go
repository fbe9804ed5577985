package world

// listenerCertificateType is a further certificate of a TLS listener, which
// picks one by the name that the client asks for.
var listenerCertificateType = &Type{
	Token: TokenListenerCertificate,
	Inputs: []Property{
		{Name: "certificateArn", Required: true, Replace: true},
		{Name: "listenerArn", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"certificateArn": "", "listenerArn": ""},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("listenerArn") + "_" + c.New.Str("certificateArn"), nil, nil
	},
}
