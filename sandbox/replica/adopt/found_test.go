package adopt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const terraformState = `{"version": 4, "terraform_version": "1.9.0", "resources": [
  {"mode": "data", "type": "aws_vpc", "name": "default", "instances": [{"attributes": {"id": "vpc-1"}}]},
  {"mode": "managed", "type": "aws_lb", "name": "nlb", "instances": [{"attributes": {
    "id": "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/my-nlb/1", "arn": "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/my-nlb/1",
    "name": "my-nlb", "load_balancer_type": "network", "internal": true, "subnets": ["subnet-1"], "security_groups": [], "access_logs": [{"bucket": "", "enabled": false}],
    "subnet_mapping": [{"subnet_id": "subnet-1", "private_ipv4_address": ""}], "tags": {"my_tag": "a"}}}]},
  {"mode": "managed", "type": "aws_ecs_service", "name": "app", "instances": [{"attributes": {
    "id": "arn:aws:ecs:us-east-1:111111111111:service/default/app", "name": "app", "desired_count": 2,
    "network_configuration": [{"assign_public_ip": true, "security_groups": ["sg-1"], "subnets": ["subnet-1"]}],
    "load_balancer": [{"container_name": "app", "container_port": 80, "target_group_arn": "arn:tg"}]}}]},
  {"mode": "managed", "type": "random_id", "name": "x", "instances": [{"attributes": {"id": "a"}}]}
]}`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestReadTerraform: properties are spelled as Pulumi's, and only what Terraform manages
// and a stack can take over is found, and the network.
func TestReadTerraform(t *testing.T) {
	found, err := Read([]string{write(t, terraformState)}, nil)
	require.NoError(t, err)
	require.Len(t, found, 3)
	require.Equal(t, "vpc-1", found[0].ID, "of the network, what is looked up counts too")
	lb, service := found[1].Existing, found[2].Existing
	require.Equal(t, "aws:lb/loadBalancer:LoadBalancer", found[1].Token)
	require.Equal(t, "111111111111", lb.Account)
	require.Equal(t, "us-east-1", service.Region)
	require.Equal(t, map[string]any{"my_tag": "a"}, lb.Outputs["tags"])
	require.Equal(t, map[string]any{"bucket": "", "enabled": false}, lb.Outputs["accessLogs"])
	require.Equal(t, []any{map[string]any{"subnetId": "subnet-1", "privateIpv4Address": ""}}, lb.Outputs["subnetMappings"])
	require.Equal(t, []any{}, lb.Outputs["securityGroups"])
	require.Equal(t, map[string]any{"assignPublicIp": true, "securityGroups": []any{"sg-1"}, "subnets": []any{"subnet-1"}}, service.Outputs["networkConfiguration"])
	require.Equal(t, []any{map[string]any{"containerName": "app", "containerPort": 80.0, "targetGroupArn": "arn:tg"}}, service.Outputs["loadBalancers"])
}

func TestReadCloudFormation(t *testing.T) {
	found, err := Read([]string{write(t, `{"StackResources": [
		{"ResourceType": "AWS::ECS::Cluster", "PhysicalResourceId": "default"},
		{"ResourceType": "AWS::SQS::Queue", "PhysicalResourceId": "jobs"}]}`)}, nil)
	require.NoError(t, err)
	require.Equal(t, []Found{{Token: "aws:ecs/cluster:Cluster", ID: "default"}}, found)
}

func TestReadPulumi(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	found, err := Read([]string{filepath.Join("..", "testdata", "states", "default", "consumer.json")}, nil)
	require.NoError(t, err)
	var endpoints []string
	for _, f := range found {
		if f.Token == "aws:ec2/vpcEndpoint:VpcEndpoint" {
			endpoints = append(endpoints, f.ID)
			require.Equal(t, "222222222222", f.Existing.Account)
		}
	}
	require.Equal(t, []string{"vpce-84321e937a537f9d0"}, endpoints)
}

func TestReadIDs(t *testing.T) {
	tests := []struct {
		id   string
		want Found
		says string
	}{
		{"vpce-svc-0a1b", Found{Token: "aws:ec2/vpcEndpointService:VpcEndpointService", ID: "vpce-svc-0a1b"}, ""},
		{"web-nlb=arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/a/1", Found{Token: "aws:lb/loadBalancer:LoadBalancer", ID: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/a/1", As: "web-nlb"}, ""},
		{"aws:iam/role:Role=my-role", Found{Token: "aws:iam/role:Role", ID: "my-role"}, ""},
		{"my-role", Found{}, `"my-role" does not say what it is; write its type before it, such as aws:iam/role:Role=my-role`},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			found, err := Read(nil, []string{test.id})
			if test.says != "" {
				require.EqualError(t, err, test.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []Found{test.want}, found)
		})
	}
}
