package world

var flowLogType = &Type{
	Token: TokenFlowLog,
	Inputs: []Property{
		{Name: "deliverCrossAccountRole", Replace: true},
		{Name: "destinationOptions", Replace: true, Elem: []Property{
			{Name: "fileFormat", Default: "plain-text"}, {Name: "hiveCompatiblePartitions", Default: false}, {Name: "perHourPartition", Default: false},
		}},
		{Name: "eniId", Replace: true},
		{Name: "iamRoleArn", Replace: true},
		{Name: "logDestination", Replace: true, Computed: true},
		{Name: "logDestinationType", Replace: true, Default: "cloud-watch-logs"},
		{Name: "logFormat", Replace: true, Computed: true},
		{Name: "logGroupName", Replace: true, Computed: true},
		{Name: "maxAggregationInterval", Replace: true, Default: 600.0},
		{Name: "subnetId", Replace: true},
		{Name: "tags"},
		{Name: "trafficType", Replace: true},
		{Name: "transitGatewayAttachmentId", Replace: true},
		{Name: "transitGatewayId", Replace: true},
		{Name: "vpcId", Replace: true},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "deliverCrossAccountRole": "", "destinationOptions": nil, "eniId": "", "iamRoleArn": "", "logDestination": "",
		"logDestinationType": "cloud-watch-logs",
		"logFormat":          "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
		"logGroupName":       "", "maxAggregationInterval": 600.0, "subnetId": "", "tags": nil, "trafficType": "",
		"transitGatewayAttachmentId": "", "transitGatewayId": "", "vpcId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id := "fl-" + c.Hex(17)
		return id, Props{"arn": c.ARN("ec2", "vpc-flow-log/"+id)}, nil
	},
}

// defaultSecurityGroupType takes a VPC's default group over: it removes the rules that
// AWS made it with, and those that it is given take their place. Deleting it leaves the
// group as it is.
var defaultSecurityGroupType = &Type{
	Token: TokenDefaultSecurityGroup,
	Inputs: []Property{
		{Name: "egress", Set: true, Elem: inlineRule},
		{Name: "ingress", Set: true, Elem: inlineRule},
		{Name: "revokeRulesOnDelete", Default: false},
		{Name: "tags"},
		{Name: "vpcId", Replace: true, Computed: true},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "description": "default VPC security group", "egress": []any{}, "ingress": []any{}, "name": "default", "namePrefix": "",
		"ownerId": "", "revokeRulesOnDelete": false, "tags": nil, "vpcId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		v, _ := c.VPC(c.New.Str("vpcId"))
		c.adoptDefaultGroup(v.DefaultSecurityGroupID)
		return v.DefaultSecurityGroupID, Props{
			"arn": c.ARN("ec2", "security-group/"+v.DefaultSecurityGroupID), "ownerId": c.Caller.Account, "vpcId": v.ID,
		}, nil
	},
	Update: func(c *Call) (Props, error) {
		c.adoptDefaultGroup(c.ID)
		return nil, nil
	},
}

// adoptDefaultGroup gives a VPC's default group the rules of the call.
func (c *Call) adoptDefaultGroup(id string) {
	r := c.Get(KindDefaultSecurityGroup, id)
	if r == nil {
		return
	}
	if r.Outputs == nil {
		r.Outputs = Props{}
	}
	r.Hidden["adopted"] = true
	for _, d := range []Direction{Ingress, Egress} {
		r.Outputs[string(d)] = withoutDefaultsNotes(append([]any{}, c.New.List(string(d))...))
	}
	c.Put(r)
}
