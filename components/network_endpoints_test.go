package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNetworkVpcEndpoints(t *testing.T) {
	m := newMocks()
	runNetwork(t, m, networkArgs(NetworkOptions{Egress: EgressNone, VpcEndpoints: []string{"s3", "ecr.api", "dynamodb"}}), "isolated")

	assert.Equal(t, []string{
		defaultGroupToken + " net-default-security-group",
		securityGroupToken + " net-endpoints-security-group",
		endpointToken + " net-endpoint-dynamodb",
		endpointToken + " net-endpoint-ecr.api",
		endpointToken + " net-endpoint-s3",
		ingressToken + " net-ingress-10.0.0.0-16-443-tcp",
		vpcToken + " net",
	}, m.list(NetworkType))
	for _, service := range []string{"s3", "dynamodb"} {
		assert.Equal(t, map[string]any{
			"vpcId": "vpc-1", "vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.us-east-1." + service,
			"routeTableIds": []any{"rtb-" + fixture + "isolated-1", "rtb-" + fixture + "isolated-2", "rtb-" + fixture + "isolated-3"},
			"tags":          map[string]any{"Name": "net-endpoint-" + service},
		}, m.get(t, endpointToken, "net-endpoint-"+service).inputs)
	}
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1", "vpcEndpointType": "Interface", "serviceName": "com.amazonaws.us-east-1.ecr.api",
		"subnetIds":         []any{numbered("isolated")[0], numbered("isolated")[1], numbered("isolated")[2]},
		"securityGroupIds":  []any{"net-endpoints-security-group-id"},
		"privateDnsEnabled": true,
		"tags":              map[string]any{"Name": "net-endpoint-ecr.api"},
	}, m.get(t, endpointToken, "net-endpoint-ecr.api").inputs)
	rule := m.find(ingressToken)[0]
	assert.Equal(t, "net-endpoints-security-group-id", rule.inputs["securityGroupId"])
	assert.Equal(t, "tcp 443-443 10.0.0.0/16", describeRule(rule))
}

// Gateway endpoints have no network interface, and need no security group.
func TestNetworkWithGatewayEndpointsOnly(t *testing.T) {
	m := newMocks()
	runNetwork(t, m, networkArgs(NetworkOptions{Egress: EgressNone, VpcEndpoints: []string{"s3"}}), "isolated")
	assert.Equal(t, []string{defaultGroupToken + " net-default-security-group", endpointToken + " net-endpoint-s3", vpcToken + " net"}, m.list(NetworkType))
}

// In China some services' names begin with "cn.", and others of the same task don't.
func TestChinaServiceNames(t *testing.T) {
	for service, name := range map[string]string{
		"ecr.api":        "cn.com.amazonaws.cn-north-1.ecr.api",
		"ecr.dkr":        "cn.com.amazonaws.cn-north-1.ecr.dkr",
		"sts":            "cn.com.amazonaws.cn-north-1.sts",
		"logs":           "com.amazonaws.cn-north-1.logs",
		"secretsmanager": "com.amazonaws.cn-north-1.secretsmanager",
		"ssm":            "com.amazonaws.cn-north-1.ssm",
		"kms":            "com.amazonaws.cn-north-1.kms",
		"ssmmessages":    "com.amazonaws.cn-north-1.ssmmessages",
		"s3":             "com.amazonaws.cn-north-1.s3",
	} {
		assert.Equal(t, name, awsServiceName("cn-north-1", service))
		assert.Equal(t, "com.amazonaws.us-gov-west-1."+service, awsServiceName("us-gov-west-1", service))
	}
}
