package world

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGetVPCEndpointService(t *testing.T) {
	const token = "aws:ec2/getVpcEndpointService:getVpcEndpointService"
	st := newStage(t)
	s3 := invoke(t, st.provider, token, Props{"service": "s3", "serviceType": "Gateway"})
	assert.Equal(t, "com.amazonaws.us-east-1.s3", s3.Str("serviceName"))
	assert.Len(t, s3.List("availabilityZones"), 6)
	_, err := st.provider.Invoke(token, Props{"service": "s3"})
	require.ErrorContains(t, err, "multiple EC2 VPC Endpoint Services matched")
	_, err = st.provider.Invoke(token, Props{"service": "logs", "serviceType": "Gateway"})
	require.ErrorContains(t, err, "no matching")
	require.Equal(t, "Interface", invoke(t, st.provider, token, Props{"service": "logs"}).Str("serviceType"))

	name := st.show("pls").Str("serviceName")
	require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
	seen := invoke(t, st.consumer, token, Props{"serviceName": name})
	assert.True(t, seen.Bool("acceptanceRequired"))
	assert.Equal(t, []string{"api.example.com"}, seen.Strs("privateDnsNames"))
	var ids []string
	for _, n := range seen.Strs("availabilityZones") {
		z, _ := findZoneOf(consumerAccount, func(z Zone) bool { return z.Name == n })
		ids = append(ids, z.ID)
	}
	assert.ElementsMatch(t, []string{"use1-az1", "use1-az2"}, ids, "by the consumer's own names")
	_, err = session(st.w, "333333333333", testRegion).Invoke(token, Props{"serviceName": name})
	require.ErrorContains(t, err, "InvalidServiceName")
	remote := st.remoteService()
	_, err = st.consumer.Invoke(token, Props{"serviceName": remote})
	require.ErrorContains(t, err, "InvalidServiceName", "not in the caller's Region")
	far := invoke(t, st.consumer, token, Props{"serviceName": remote, "serviceRegions": list("eu-west-1")})
	assert.Len(t, far.List("availabilityZones"), 6)
}

func TestGetVPCEndpoint(t *testing.T) {
	st := newStage(t)
	e := invoke(t, st.consumer, "aws:ec2/getVpcEndpoint:getVpcEndpoint", Props{"vpcId": st.id("c-vpc"), "serviceName": st.show("pls").Str("serviceName")})
	require.Equal(t, st.id("endpoint"), e.Str("id"))
	require.Len(t, e.List("dnsEntries"), 3)
	require.Equal(t, "available", e.Str("state"))
	_, err := st.provider.Invoke("aws:ec2/getVpcEndpoint:getVpcEndpoint", Props{"id": st.id("endpoint")})
	require.ErrorContains(t, err, "no matching EC2 VPC Endpoint found")
}

func TestGetPrefixLists(t *testing.T) {
	st := newStage(t)
	byName := Props{"name": "com.amazonaws.us-east-1.s3"}
	list1 := invoke(t, st.provider, "aws:ec2/getPrefixList:getPrefixList", byName)
	require.Regexp(t, `^pl-[0-9a-f]{8}$`, list1.Str("id"))
	list2 := invoke(t, st.provider, "aws:ec2/getManagedPrefixList:getManagedPrefixList", byName)
	require.Equal(t, list1.Str("id"), list2.Str("id"))
	filtered := Props{"filters": []any{map[string]any{"name": "prefix-list-name", "values": list("*.dynamodb")}}}
	require.Equal(t, "com.amazonaws.us-east-1.dynamodb", invoke(t, st.provider, "aws:ec2/getPrefixList:getPrefixList", filtered).Str("name"))
	_, err := st.provider.Invoke("aws:ec2/getPrefixList:getPrefixList", Props{"name": "com.amazonaws.us-east-1.logs"})
	require.ErrorContains(t, err, "no matching EC2 Prefix List found")

	st.make(st.provider, "offices", TokenManagedPrefixList, listed(nil))
	own := invoke(t, st.provider, "aws:ec2/getManagedPrefixList:getManagedPrefixList", Props{"name": "offices"})
	require.Equal(t, st.id("offices"), own.Str("id"))
	require.Equal(t, "10.7.0.0/16", own.Maps("entries")[0].Str("cidr"))
	_, err = st.consumer.Invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", Props{"name": "offices"})
	require.ErrorContains(t, err, "no matching")

	st.make(st.provider, "to-s3", TokenEgressRule, Props{
		"securityGroupId": st.id("task-group"), "prefixListId": list1.Str("id"), "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
	})
}

func TestGetSubnets(t *testing.T) {
	st := newStage(t)
	filter := Props{"filters": []any{map[string]any{"name": "vpc-id", "values": list(st.id("vpc"))}}}
	require.ElementsMatch(t, list(st.id("az1"), st.id("az2"), st.id("public")), invoke(t, st.provider, "aws:ec2/getSubnets:getSubnets", filter).List("ids"))
	require.Len(t, invoke(t, st.provider, "aws:ec2/getSubnets:getSubnets", nil).List("ids"), 3)
	_, err := st.provider.Invoke("aws:ec2/getSubnets:getSubnets", Props{"filters": []any{map[string]any{"name": "colour", "values": list("red")}}})
	require.ErrorContains(t, err, "The filter 'colour' is invalid")
}

func TestGetZone(t *testing.T) {
	const token = "aws:route53/getZone:getZone"
	st := newStage(t)
	public := st.make(st.provider, "public", TokenZone, Props{"name": "example.com", "tags": map[string]any{"env": "x"}})
	private := st.make(st.provider, "private", TokenZone, Props{"name": "example.com", "vpcs": inVPCs(st.id("vpc"))})
	require.Equal(t, public, invoke(t, st.provider, token, Props{"name": "example.com."}).Str("zoneId"))
	require.Equal(t, public, invoke(t, st.provider, token, Props{"tags": map[string]any{"env": "x"}}).Str("zoneId"))
	require.Equal(t, private, invoke(t, st.provider, token, Props{"name": "example.com", "privateZone": true}).Str("zoneId"))
	require.Equal(t, private, invoke(t, st.provider, token, Props{"name": "example.com", "vpcId": st.id("vpc")}).Str("zoneId"))
	shown := invoke(t, st.provider, token, Props{"zoneId": private})
	require.True(t, shown.Bool("privateZone"))
	require.Equal(t, 2, shown.Int("resourceRecordSetCount"))
	_, err := st.provider.Invoke(token, Props{"name": "example.net"})
	require.ErrorContains(t, err, "no matching Route 53 Hosted Zone found")
	_, err = st.consumer.Invoke(token, Props{"zoneId": public})
	require.ErrorContains(t, err, "no matching")
	st.make(st.provider, "second", TokenZone, Props{"name": "example.com"})
	_, err = st.provider.Invoke(token, Props{"name": "example.com"})
	require.ErrorContains(t, err, "multiple Route 53 Hosted Zones matched")
}

func TestGetPolicyDocument(t *testing.T) {
	const token = "aws:iam/getPolicyDocument:getPolicyDocument"
	s := session(newWorld(t), providerAccount, testRegion)
	out := invoke(t, s, token, Props{
		"sourcePolicyDocuments": list(`{"Statement":[{"Sid":"A","Effect":"Deny","Action":"x:*","Resource":"*"},{"Effect":"Allow","Action":"y:*","Resource":"*"}]}`),
		"statements": []any{map[string]any{
			"sid": "A", "actions": list("sns:Publish"), "resources": list("r1", "r2"),
			"principals": []any{map[string]any{"type": "Service", "identifiers": list("vpce.amazonaws.com")}},
			"conditions": []any{map[string]any{"test": "StringEquals", "variable": "aws:SourceAccount", "values": list("1")}},
		}},
		"overridePolicyDocuments": list(`{"Statement":[{"Sid":"B","Effect":"Deny","Principal":"*","Action":"z:*","Resource":"*"}]}`),
	})
	require.JSONEq(t, `{"Version":"2012-10-17","Statement":[
		{"Sid":"A","Effect":"Allow","Action":"sns:Publish","Resource":["r1","r2"],"Principal":{"Service":"vpce.amazonaws.com"},
			"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}},
		{"Effect":"Allow","Action":"y:*","Resource":"*"},
		{"Sid":"B","Effect":"Deny","Principal":"*","Action":"z:*","Resource":"*"}]}`, out.Str("json"))
	require.JSONEq(t, out.Str("json"), out.Str("minifiedJson"))
	require.True(t, policyGrants(out.Str("json"), askedOf{Service: servicePrivateLink, Action: "SNS:Publish", Resource: "r1", Account: "1"}))

	everybody := invoke(t, s, token, Props{"version": "2008-10-17", "policyId": "p", "statements": []any{map[string]any{
		"effect": "Deny", "notActions": list("a", "b"), "notResources": list("c"), "principals": []any{map[string]any{"type": "*", "identifiers": list("*")}},
	}}})
	var doc map[string]any
	require.NoError(t, json.Unmarshal([]byte(everybody.Str("json")), &doc))
	require.Equal(t, "2008-10-17", doc["Version"])
	require.Equal(t, "*", doc["Statement"].([]any)[0].(map[string]any)["Principal"])
	_, err := s.Invoke(token, Props{"sourceJson": "{"})
	require.ErrorContains(t, err, "merging source document")
	require.NotEmpty(t, invoke(t, s, token, nil).Str("json"))
}
