package adopt

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/replica"
	"fargate-privatelink/sandbox/world"
)

// Found is a resource that exists, and that a stack may take over.
type Found struct {
	// Token is its Pulumi type.
	Token string
	// ID is the provider's, or what AWS or another tool calls it: an ARN or a name.
	ID string
	// As is the logical name of the child that it is to be, or "" to find out.
	As string
	// Existing has its properties; nil where only its id is known.
	Existing *world.Existing
}

// kind is a type that other tools have, and how an id of it looks, where that tells.
type kind struct{ token, terraform, cloudFormation, id string }

// networkKinds are those of a network, which no stack takes over.
var networkKinds = []kind{
	{"aws:ec2/vpc:Vpc", "aws_vpc", "AWS::EC2::VPC", `^vpc-[0-9a-f]+$`},
	{"aws:ec2/subnet:Subnet", "aws_subnet", "AWS::EC2::Subnet", `^subnet-[0-9a-f]+$`},
	{"aws:ec2/internetGateway:InternetGateway", "aws_internet_gateway", "AWS::EC2::InternetGateway", `^igw-[0-9a-f]+$`},
	{"aws:ec2/eip:Eip", "aws_eip", "AWS::EC2::EIP", `^eipalloc-[0-9a-f]+$`},
	{"aws:ec2/natGateway:NatGateway", "aws_nat_gateway", "AWS::EC2::NatGateway", `^nat-[0-9a-f]+$`},
	{"aws:ec2/routeTable:RouteTable", "aws_route_table", "AWS::EC2::RouteTable", `^rtb-[0-9a-f]+$`},
	{"aws:ec2/route:Route", "aws_route", "AWS::EC2::Route", ``},
	{"aws:ec2/routeTableAssociation:RouteTableAssociation", "aws_route_table_association", "AWS::EC2::SubnetRouteTableAssociation", `^rtbassoc-[0-9a-f]+$`},
}

// kinds are all of them.
var kinds = slices.Concat(networkKinds, []kind{
	{"aws:ec2/securityGroup:SecurityGroup", "aws_security_group", "AWS::EC2::SecurityGroup", `^sg-[0-9a-f]+$`},
	{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroupIngress", ``},
	{"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws_vpc_security_group_egress_rule", "AWS::EC2::SecurityGroupEgress", ``},
	{"aws:lb/loadBalancer:LoadBalancer", "aws_lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", `:loadbalancer/net/`},
	{"aws:lb/targetGroup:TargetGroup", "aws_lb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup", `:targetgroup/`},
	{"aws:lb/listener:Listener", "aws_lb_listener", "AWS::ElasticLoadBalancingV2::Listener", `:listener/net/`},
	{"aws:ecs/cluster:Cluster", "aws_ecs_cluster", "AWS::ECS::Cluster", `:cluster/`},
	{"aws:ecs/taskDefinition:TaskDefinition", "aws_ecs_task_definition", "AWS::ECS::TaskDefinition", `:task-definition/`},
	{"aws:ecs/service:Service", "aws_ecs_service", "AWS::ECS::Service", `:ecs:.*:service/`},
	{"aws:iam/role:Role", "aws_iam_role", "AWS::IAM::Role", `:role/`},
	{"aws:iam/rolePolicy:RolePolicy", "aws_iam_role_policy", "AWS::IAM::RolePolicy", ``},
	{"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws_iam_role_policy_attachment", "", ``},
	{"aws:cloudwatch/logGroup:LogGroup", "aws_cloudwatch_log_group", "AWS::Logs::LogGroup", `:log-group:`},
	{"aws:appautoscaling/target:Target", "aws_appautoscaling_target", "AWS::ApplicationAutoScaling::ScalableTarget", `^service/`},
	{"aws:appautoscaling/policy:Policy", "aws_appautoscaling_policy", "AWS::ApplicationAutoScaling::ScalingPolicy", `:scalingPolicy:`},
	{"aws:ec2/vpcEndpointService:VpcEndpointService", "aws_vpc_endpoint_service", "AWS::EC2::VPCEndpointService", `^vpce-svc-[0-9a-f]+$`},
	{"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "aws_vpc_endpoint_service_allowed_principal", "AWS::EC2::VPCEndpointServicePermissions", `^vpce-svc-perm-`},
	{"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "aws_vpc_endpoint_connection_accepter", "", `^vpce-svc-[0-9a-f]+_vpce-`},
	{"aws:ec2/vpcEndpoint:VpcEndpoint", "aws_vpc_endpoint", "AWS::EC2::VPCEndpoint", `^vpce-[0-9a-f]+$`},
	{"aws:acm/certificate:Certificate", "aws_acm_certificate", "AWS::CertificateManager::Certificate", `:acm:.*:certificate/`},
	{"aws:route53/record:Record", "aws_route53_record", "AWS::Route53::RecordSet", ``},
})

// isNetwork says whether resources of a type are of a network.
func isNetwork(token string) bool {
	return slices.ContainsFunc(networkKinds, func(k kind) bool { return k.token == token })
}

// Read reads what exists from files, each Terraform's state, the resources of a
// CloudFormation stack as describe-stack-resources writes them, another Pulumi state, or
// rules of security groups as describe-security-group-rules writes them, and from ids. One
// may be written <logical name>=<id> or <type>=<id>.
func Read(files, ids []string) (all []Found, err error) {
	for _, file := range files {
		found, err := readFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, id := range ids {
		f := Found{ID: id}
		if name, value, named := strings.Cut(id, "="); named {
			f.ID = value
			if strings.HasPrefix(name, "aws:") {
				f.Token = name
			} else {
				f.As = name
			}
		}
		if f.Token == "" {
			f.Token = tokenOf(f.ID)
		}
		if f.Token == "" {
			return nil, fmt.Errorf("%q does not say what it is; write its type before it, such as aws:iam/role:Role=%s", id, f.ID)
		}
		all = append(all, f)
	}
	return all, nil
}

func tokenOf(id string) string {
	for _, k := range kinds {
		if k.id != "" && regexp.MustCompile(k.id).MatchString(id) {
			return k.token
		}
	}
	return ""
}

func readFile(file string) ([]Found, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var top struct {
		TerraformVersion string              `json:"terraform_version"`
		Resources        []terraformResource `json:"resources"`
		StackResources   []struct {
			ResourceType       string
			PhysicalResourceId string
		}
		SecurityGroupRules []securityGroupRule
	}
	_ = json.Unmarshal(b, &top) // what it is none of, a state's reader says
	switch {
	case top.TerraformVersion != "":
		return fromTerraform(top.Resources), nil
	case top.SecurityGroupRules != nil:
		return fromRules(top.SecurityGroupRules), nil
	case top.StackResources != nil:
		var out []Found
		for _, r := range top.StackResources {
			for _, k := range kinds {
				if k.cloudFormation == r.ResourceType {
					out = append(out, Found{Token: k.token, ID: r.PhysicalResourceId})
				}
			}
		}
		return out, nil
	}
	exports, err := replica.Read([]string{file})
	if err != nil {
		return nil, err
	}
	existing, err := replica.Existing(exports)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	var out []Found
	for _, e := range existing {
		out = append(out, Found{Token: e.Token, ID: e.ID, Existing: &e})
	}
	return out, nil
}

type terraformResource struct {
	Mode      string `json:"mode"`
	Type      string `json:"type"`
	Instances []struct {
		Attributes map[string]any `json:"attributes"`
	} `json:"instances"`
}

// accountOf has the Region and account of an ARN.
var accountOf = regexp.MustCompile(`^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):`)

// fromTerraform reads resources of Terraform's state. The two providers are one: only the
// spelling of the properties differs.
func fromTerraform(resources []terraformResource) (out []Found) {
	account, region := "", ""
	for _, r := range resources {
		for _, i := range r.Instances {
			arn, _ := i.Attributes["arn"].(string)
			if m := accountOf.FindStringSubmatch(arn); m != nil && r.Mode == "managed" {
				account = m[2]
				if m[1] != "" {
					region = m[1]
				}
			}
		}
	}
	for _, r := range resources {
		at := slices.IndexFunc(kinds, func(k kind) bool { return k.terraform == r.Type })
		if at < 0 || r.Mode != "managed" && !isNetwork(kinds[at].token) { // a network may be looked up only
			continue
		}
		for _, i := range r.Instances {
			id, _ := i.Attributes["id"].(string)
			out = append(out, Found{Token: kinds[at].token, ID: id, Existing: &world.Existing{
				Token: kinds[at].token, ID: id, Account: account, Region: region, Given: true, Outputs: spelled(kinds[at].token, i.Attributes),
			}})
		}
	}
	return out
}

// spelled are Terraform's attributes as Pulumi's properties: in camel case, lists with
// plural names, and blocks that there is one of at most without a list around them.
func spelled(token string, attributes map[string]any) world.Props {
	shape := world.Shape(token)
	out := world.Props{}
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		name, v := camel(key), attributes[key]
		if _, known := shape[name]; !known {
			for _, plural := range []string{name + "s", strings.TrimSuffix(name, "y") + "ies"} {
				if _, known := shape[plural]; known {
					name = plural
					break
				}
			}
		}
		if key != "tags" && key != "tags_all" {
			v = camelValue(v)
		}
		if list, isList := v.([]any); isList {
			if _, wantsList := shape[name].([]any); !wantsList && ofBlocks(list) {
				v = nil
				if len(list) > 0 {
					v = list[0]
				}
			}
		}
		out[name] = v
	}
	return out
}

func ofBlocks(list []any) bool {
	for _, e := range list {
		if _, is := e.(map[string]any); !is {
			return false
		}
	}
	return true
}

func camelValue(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = camelValue(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[camel(k)] = camelValue(e)
		}
		return out
	}
	return v
}

func camel(key string) string {
	parts := strings.Split(key, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
