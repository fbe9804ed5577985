package world

var connectionNotificationType = &Type{
	Token: TokenConnectionNotification,
	Inputs: []Property{
		{Name: "connectionEvents", Required: true, Set: true},
		{Name: "connectionNotificationArn", Required: true},
		{Name: "vpcEndpointId", Replace: true},
		{Name: "vpcEndpointServiceId", Replace: true},
	},
	Latency: quick,
	Outputs: Props{
		"connectionEvents": []any{}, "connectionNotificationArn": "", "notificationType": "Topic",
		"state": "Enabled", "vpcEndpointId": "", "vpcEndpointServiceId": "",
	},
	Create: func(c *Call) (string, Props, error) { return "vpce-nfn-" + c.Hex(17), nil, nil },
}
