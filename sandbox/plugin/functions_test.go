package plugin

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

// dataSource is a data source's types in the SDK, and arguments with which it
// answers on the world of sampleWorld.
type dataSource struct {
	result any
	args   world.Props
}

var dataSources = map[string]dataSource{
	"aws:ec2/getManagedPrefixList:getManagedPrefixList":   {ec2.LookupManagedPrefixListResult{}, world.Props{"name": "com.amazonaws.us-east-1.s3"}},
	"aws:ec2/getPrefixList:getPrefixList":                 {ec2.GetPrefixListResult{}, world.Props{"name": "com.amazonaws.us-east-1.s3"}},
	"aws:ec2/getSubnet:getSubnet":                         {ec2.LookupSubnetResult{}, world.Props{"cidrBlock": "10.0.1.0/24"}},
	"aws:ec2/getSubnets:getSubnets":                       {ec2.GetSubnetsResult{}, world.Props{}},
	"aws:ec2/getVpc:getVpc":                               {ec2.LookupVpcResult{}, world.Props{"cidrBlock": "10.0.0.0/16"}},
	"aws:ec2/getVpcEndpoint:getVpcEndpoint":               {ec2.LookupVpcEndpointResult{}, world.Props{"state": "available"}},
	"aws:ec2/getVpcEndpointService:getVpcEndpointService": {ec2.LookupVpcEndpointServiceResult{}, world.Props{"service": "logs"}},
	"aws:ecs/getService:getService":                       {ecs.LookupServiceResult{}, world.Props{"clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/sample", "serviceName": "sample"}},
	"aws:iam/getPolicyDocument:getPolicyDocument":         {iam.GetPolicyDocumentResult{}, world.Props{}},
	"aws:index/getAvailabilityZones:getAvailabilityZones": {aws.GetAvailabilityZonesResult{}, world.Props{}},
	"aws:index/getCallerIdentity:getCallerIdentity":       {aws.GetCallerIdentityResult{}, world.Props{}},
	"aws:index/getPartition:getPartition":                 {aws.GetPartitionResult{}, world.Props{}},
	"aws:index/getRegion:getRegion":                       {aws.GetRegionResult{}, world.Props{}},
	"aws:index/getRegions:getRegions":                     {aws.GetRegionsResult{}, world.Props{}},
	"aws:route53/getZone:getZone":                         {route53.LookupZoneResult{}, world.Props{"name": "example.com"}},
}

// sampleWorld has one of what the data sources look for.
func sampleWorld(t *testing.T) *world.Session {
	t.Helper()
	w, err := world.Open(filepath.Join(t.TempDir(), "world.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	s := &world.Session{World: w, Caller: world.Caller{Account: "123456789012", Region: "us-east-1"}}
	sample := func(token string, inputs world.Props) string {
		checked, problems := s.Check(token, nil, inputs, func(int) (string, error) { return "sample", nil })
		require.Empty(t, problems)
		id, _, err := s.Create(token, checked)
		require.NoError(t, err)
		return id
	}
	vpc := sample("aws:ec2/vpc:Vpc", world.Props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	subnet := sample("aws:ec2/subnet:Subnet", world.Props{"vpcId": vpc, "cidrBlock": "10.0.1.0/24"})
	sample("aws:ec2/vpcEndpoint:VpcEndpoint", world.Props{
		"vpcId": vpc, "serviceName": "com.amazonaws.us-east-1.logs", "vpcEndpointType": "Interface", "subnetIds": []any{subnet},
	})
	cluster := sample("aws:ecs/cluster:Cluster", world.Props{"name": "sample"})
	task := sample("aws:ecs/taskDefinition:TaskDefinition", world.Props{
		"family": "sample", "requiresCompatibilities": []any{"FARGATE"}, "networkMode": "awsvpc", "cpu": "256", "memory": "512",
		"containerDefinitions": `[{"name":"sample","image":"nginx:alpine","essential":true}]`,
	})
	sample("aws:ecs/service:Service", world.Props{
		"name": "sample", "cluster": cluster, "taskDefinition": task, "launchType": "FARGATE", "desiredCount": 0.0,
		"networkConfiguration": map[string]any{"subnets": []any{subnet}},
	})
	sample("aws:route53/zone:Zone", world.Props{"name": "example.com"})
	return s
}

// TestEveryFunctionIsBoundToTheSDK holds the world's data sources to the SDK: each
// answers with the properties of its Go type, all that are required and no other.
func TestEveryFunctionIsBoundToTheSDK(t *testing.T) {
	t.Parallel()
	s := sampleWorld(t)
	assert.Len(t, dataSources, len(world.Functions()))
	for _, token := range world.Functions() {
		bound, ok := dataSources[token]
		if !assert.True(t, ok, "%s is not bound to the SDK's types", token) {
			continue
		}
		result, err := s.Invoke(token, bound.args)
		require.NoError(t, err, token)
		want := reflect.TypeOf(bound.result)
		assert.Empty(t, structMismatches("", result, want), token)
		for name, field := range fields(want) {
			if field.Kind() != reflect.Pointer && field.Kind() != reflect.Slice {
				assert.Contains(t, result, name, token)
			}
		}
	}
}
