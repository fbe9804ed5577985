package world

import (
	"slices"
	"strings"
)

// The types of VPC endpoint.
const (
	endpointInterface = "Interface"
	endpointGateway   = "Gateway"
)

// awsService is one of AWS's own services that a VPC can have an endpoint to.
type awsService struct {
	name  string
	types []string
	// private is the name that private DNS gives the endpoint, less the
	// Region's suffix; the service's own name where it is empty.
	private string
}

// awsServices are the services that the world knows, from
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
// and, for the two gateways, https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
var awsServices = []awsService{
	{name: "autoscaling", types: []string{endpointInterface}},
	{name: "cloudformation", types: []string{endpointInterface}},
	{name: "dynamodb", types: []string{endpointGateway, endpointInterface}},
	{name: "ec2", types: []string{endpointInterface}},
	{name: "ec2messages", types: []string{endpointInterface}},
	{name: "ecr.api", types: []string{endpointInterface}, private: "api.ecr"},
	{name: "ecr.dkr", types: []string{endpointInterface}, private: "*.dkr.ecr"},
	{name: "ecs", types: []string{endpointInterface}},
	{name: "ecs-agent", types: []string{endpointInterface}, private: "ecs-a"},
	{name: "ecs-telemetry", types: []string{endpointInterface}, private: "ecs-t"},
	{name: "elasticloadbalancing", types: []string{endpointInterface}},
	{name: "events", types: []string{endpointInterface}},
	{name: "execute-api", types: []string{endpointInterface}, private: "*.execute-api"},
	{name: "kms", types: []string{endpointInterface}},
	{name: "lambda", types: []string{endpointInterface}},
	{name: "logs", types: []string{endpointInterface}},
	{name: "monitoring", types: []string{endpointInterface}},
	{name: "s3", types: []string{endpointGateway, endpointInterface}},
	{name: "secretsmanager", types: []string{endpointInterface}},
	{name: "sns", types: []string{endpointInterface}},
	{name: "sqs", types: []string{endpointInterface}},
	{name: "ssm", types: []string{endpointInterface}},
	{name: "ssmmessages", types: []string{endpointInterface}},
	{name: "sts", types: []string{endpointInterface}},
	{name: "xray", types: []string{endpointInterface}},
}

// findAWSService returns the service behind the name of an endpoint service of
// AWS's own in a Region, "com.amazonaws.us-east-1.logs".
func findAWSService(serviceName, region string) (awsService, bool) {
	for _, prefix := range []string{"com.amazonaws.", reverseDNSPrefix(region) + "."} {
		short, ok := strings.CutPrefix(serviceName, prefix+region+".")
		if !ok {
			continue
		}
		i := slices.IndexFunc(awsServices, func(s awsService) bool { return s.name == short })
		if i >= 0 {
			return awsServices[i], true
		}
	}
	return awsService{}, false
}

// privateName is the name that resolves to an endpoint with private DNS.
func (s awsService) privateName(region string) string {
	name := s.private
	if name == "" {
		name = s.name
	}
	return name + "." + region + "." + DNSSuffix(region)
}

// prefixListID is the id of the managed prefix list of a gateway service: the
// same for every account.
func (s awsService) prefixListID(region string) string {
	if !slices.Contains(s.types, endpointGateway) {
		return ""
	}
	return "pl-" + stableHex("prefix list "+s.name+" "+region, 8)
}
