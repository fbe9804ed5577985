package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// gatewayServices are the services with gateway endpoints, which are routes and not
// network interfaces. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
var gatewayServices = []string{"s3", "dynamodb"}

// chinaServices are the services whose interface endpoints have names that begin with
// "cn." in the Regions of China; all others begin as everywhere. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
// and what "aws ec2 describe-vpc-endpoint-services" says there, which
// https://github.com/aws/aws-cdk/pull/16139 keeps.
var chinaServices = []string{
	"application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "ebs", "ec2", "ecr.api", "ecr.dkr", "eks",
	"elasticache", "elasticbeanstalk", "elasticfilesystem", "emr-containers", "execute-api", "fsx", "kinesis-streams", "lambda",
	"monitoring", "rds", "redshift", "redshift-data", "sagemaker.api", "sagemaker.runtime", "securityhub", "servicecatalog", "sqs",
	"states", "sts", "sync-states", "synthetics", "transfer", "xray",
}

// awsServiceName returns the name of the endpoint service of one of AWS's own services,
// of the gateway's where there is one.
func awsServiceName(region, service string) string {
	name := "com.amazonaws." + region + "." + service
	if strings.HasPrefix(region, "cn-") && slices.Contains(chinaServices, service) {
		return "cn." + name
	}
	return name
}

// serviceEndpoints are a VPC's endpoints to AWS services, and what egress rules to
// them refer to.
type serviceEndpoints struct {
	endpoints       []pulumi.CustomResource
	securityGroupId pulumi.StringOutput
	prefixListIds   pulumi.StringMapOutput
}

// endpointSite is where a VPC's endpoints to AWS services go.
type endpointSite struct {
	vpcId       pulumi.StringInput
	subnetIds   pulumi.StringArrayInput
	routeTables pulumi.StringArrayInput
	// clients are who may use the interface endpoints.
	clients rule
}

// s3Interface is what the options call Amazon S3's interface endpoint.
const s3Interface = "s3-interface"

// newServiceEndpoints makes the VPC's endpoints to AWS services.
func newServiceEndpoints(s scope, args *NetworkArgs, at endpointSite) (*serviceEndpoints, error) {
	made := &serviceEndpoints{securityGroupId: pulumi.String("").ToStringOutput()}
	prefixLists := pulumi.StringMap{}
	defer func() { made.prefixListIds = prefixLists.ToStringMapOutput() }()
	if len(args.VpcEndpoints) == 0 {
		return made, nil
	}
	region, err := aws.GetRegion(s.ctx, &aws.GetRegionArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	securityGroups, err := endpointSecurityGroups(s, args, at)
	if err != nil {
		return nil, err
	}
	if len(securityGroups) > 0 {
		made.securityGroupId = securityGroups[0].ToStringOutput()
	}
	var gateways []pulumi.Resource
	// Gateways come first: Amazon S3's interface endpoint may need its gateway.
	for _, service := range gatewaysFirst(args.VpcEndpoints) {
		endpoint, err := newServiceEndpoint(s, region.Name, service, at, securityGroups, gateways)
		if err != nil {
			return nil, err
		}
		made.endpoints = append(made.endpoints, endpoint)
		if slices.Contains(gatewayServices, service) {
			prefixLists[service] = endpoint.PrefixListId
		}
		if service == "s3" {
			gateways = append(gateways, endpoint)
		}
	}
	return made, nil
}

func gatewaysFirst(services []string) []string {
	sorted := slices.Clone(services)
	slices.SortStableFunc(sorted, func(a, b string) int {
		order := func(service string) int {
			if slices.Contains(gatewayServices, service) {
				return 0
			}
			return 1
		}
		return order(a) - order(b)
	})
	return sorted
}

// endpointSecurityGroups makes the security group that the interface endpoints
// share, which admits HTTPS from the VPC. Gateway endpoints have none.
func endpointSecurityGroups(s scope, args *NetworkArgs, at endpointSite) (pulumi.StringArray, error) {
	isGateway := func(service string) bool { return slices.Contains(gatewayServices, service) }
	if len(slices.DeleteFunc(slices.Clone(args.VpcEndpoints), isGateway)) == 0 {
		return nil, nil
	}
	group, err := s.securityGroup("endpoints-security-group", at.vpcId, "VPC endpoints to AWS services of "+s.name)
	if err != nil {
		return nil, err
	}
	if _, err := s.admitIngress(group.ID(), at.clients); err != nil {
		return nil, err
	}
	return pulumi.StringArray{group.ID()}, nil
}

func newServiceEndpoint(
	s scope, region, service string, at endpointSite, securityGroups pulumi.StringArray, s3Gateway []pulumi.Resource,
) (*ec2.VpcEndpoint, error) {
	name := s.named("endpoint-" + service)
	args := &ec2.VpcEndpointArgs{
		VpcId:       at.vpcId,
		ServiceName: pulumi.String(awsServiceName(region, service)),
		Tags:        s.tagged(name),
	}
	opts := []pulumi.ResourceOption{s.parent}
	if slices.Contains(gatewayServices, service) {
		args.VpcEndpointType = pulumi.String("Gateway")
		args.RouteTableIds = at.routeTables
	} else {
		args.VpcEndpointType = pulumi.String("Interface")
		args.SubnetIds = at.subnetIds
		args.SecurityGroupIds = securityGroups
		args.PrivateDnsEnabled = pulumi.Bool(true)
	}
	if service == s3Interface {
		// Beside the gateway, which costs nothing, only queries from beyond the VPC get the
		// interface's addresses. AWS refuses that without a gateway. See
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns-s3.
		args.ServiceName = pulumi.String(awsServiceName(region, "s3"))
		args.DnsOptions = ec2.VpcEndpointDnsOptionsArgs{PrivateDnsOnlyForInboundResolverEndpoint: pulumi.Bool(len(s3Gateway) > 0)}
		opts = append(opts, pulumi.DependsOn(s3Gateway))
	}
	return ec2.NewVpcEndpoint(s.ctx, name, args, opts...)
}

// TaskNeeds are what a task in a network without a way to the internet uses beyond
// its image and its log. See [TaskVpcEndpoints].
type TaskNeeds struct {
	// SecretsManager says whether a container gets a secret of AWS Secrets Manager.
	SecretsManager bool
	// ParameterStore says whether a container gets a parameter of AWS Systems Manager.
	ParameterStore bool
	// KMS says whether one of these, or the task itself, uses a customer managed key.
	KMS bool
	// ExecuteCommand says whether ECS Exec is on.
	ExecuteCommand bool
}

// TaskVpcEndpoints returns the AWS services, as NetworkArgs.VpcEndpoints names them,
// that a task on Fargate with an image in Amazon ECR needs endpoints to when it has no
// other way to them. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html.
func TaskVpcEndpoints(needs TaskNeeds) []string {
	endpoints := []string{"ecr.api", "ecr.dkr", "s3", "logs"}
	for _, service := range []struct {
		name string
		used bool
	}{
		{"secretsmanager", needs.SecretsManager},
		{"ssm", needs.ParameterStore},
		{"kms", needs.KMS},
		{"ssmmessages", needs.ExecuteCommand},
	} {
		if service.used {
			endpoints = append(endpoints, service.name)
		}
	}
	return endpoints
}
