package components

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// gatewayServices are the services with gateway endpoints, which are routes and not
// network interfaces. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
var gatewayServices = []string{"s3", "dynamodb"}

// newServiceEndpoints makes the VPC's endpoints to AWS services and returns them.
func newServiceEndpoints(s scope, args *NetworkArgs, vpc *createdVpc) ([]pulumi.CustomResource, error) {
	if len(args.VpcEndpoints) == 0 {
		return nil, nil
	}
	region, err := aws.GetRegion(s.ctx, &aws.GetRegionArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	securityGroups, err := endpointSecurityGroups(s, args, vpc)
	if err != nil {
		return nil, err
	}
	var endpoints []pulumi.CustomResource
	for _, service := range args.VpcEndpoints {
		endpoint, err := newServiceEndpoint(s, region.Name, service, vpc, securityGroups)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, endpoint)
	}
	return endpoints, nil
}

// endpointSecurityGroups makes the security group that the interface endpoints
// share, which admits HTTPS from the VPC. Gateway endpoints have none.
func endpointSecurityGroups(s scope, args *NetworkArgs, vpc *createdVpc) (pulumi.StringArray, error) {
	isGateway := func(service string) bool { return slices.Contains(gatewayServices, service) }
	if len(slices.DeleteFunc(slices.Clone(args.VpcEndpoints), isGateway)) == 0 {
		return nil, nil
	}
	group, err := s.securityGroup("endpoints-security-group", vpc.vpcId, "VPC endpoints to AWS services of "+s.name)
	if err != nil {
		return nil, err
	}
	if _, err := s.admitIngress(group.ID(), cidrRule(args.CidrBlock, httpsPort, "tcp")); err != nil {
		return nil, err
	}
	return pulumi.StringArray{group.ID()}, nil
}

func newServiceEndpoint(
	s scope, region, service string, vpc *createdVpc, securityGroups pulumi.StringArray,
) (*ec2.VpcEndpoint, error) {
	name := s.named("endpoint-" + service)
	args := &ec2.VpcEndpointArgs{
		VpcId:       vpc.vpcId,
		ServiceName: pulumi.String("com.amazonaws." + region + "." + service),
		Tags:        s.tagged(name),
	}
	if slices.Contains(gatewayServices, service) {
		args.VpcEndpointType = pulumi.String("Gateway")
		args.RouteTableIds = vpc.routeTables()
	} else {
		args.VpcEndpointType = pulumi.String("Interface")
		args.SubnetIds = vpc.subnetIds
		args.SecurityGroupIds = securityGroups
		args.PrivateDnsEnabled = pulumi.Bool(true)
	}
	return ec2.NewVpcEndpoint(s.ctx, name, args, s.parent)
}
