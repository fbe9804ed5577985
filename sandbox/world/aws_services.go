package world

import "slices"

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
	// china are the types whose service's name begins with "cn." in China.
	china []string
}

// onlyInterface is china of most services that have it.
var onlyInterface = []string{endpointInterface}

// awsServices are the services that the world knows, from
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
// and, for the two gateways, https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
// Their names in China are in https://github.com/aws/aws-cdk/pull/16139.
var awsServices = []awsService{
	{name: "autoscaling", types: []string{endpointInterface}, china: onlyInterface},
	{name: "cloudformation", types: []string{endpointInterface}, china: onlyInterface},
	{name: "dynamodb", types: []string{endpointGateway, endpointInterface}},
	{name: "ec2", types: []string{endpointInterface}, china: onlyInterface},
	{name: "ec2messages", types: []string{endpointInterface}},
	{name: "ecr.api", types: []string{endpointInterface}, private: "api.ecr", china: onlyInterface},
	{name: "ecr.dkr", types: []string{endpointInterface}, private: "*.dkr.ecr", china: onlyInterface},
	{name: "ecs", types: []string{endpointInterface}},
	{name: "ecs-agent", types: []string{endpointInterface}, private: "ecs-a"},
	{name: "ecs-telemetry", types: []string{endpointInterface}, private: "ecs-t"},
	{name: "elasticloadbalancing", types: []string{endpointInterface}},
	{name: "events", types: []string{endpointInterface}},
	{name: "execute-api", types: []string{endpointInterface}, private: "*.execute-api", china: onlyInterface},
	{name: "kms", types: []string{endpointInterface}},
	{name: "lambda", types: []string{endpointInterface}, china: onlyInterface},
	{name: "logs", types: []string{endpointInterface}},
	{name: "monitoring", types: []string{endpointInterface}, china: onlyInterface},
	{name: "s3", types: []string{endpointGateway, endpointInterface}, china: onlyInterface},
	{name: "secretsmanager", types: []string{endpointInterface}},
	{name: "sns", types: []string{endpointInterface}},
	{name: "sqs", types: []string{endpointInterface}, china: onlyInterface},
	{name: "ssm", types: []string{endpointInterface}},
	{name: "ssmmessages", types: []string{endpointInterface}},
	{name: "sts", types: []string{endpointInterface}, china: onlyInterface},
	{name: "xray", types: []string{endpointInterface}, china: onlyInterface},
}

// findAWSService returns the service behind the name of an endpoint service of
// AWS's own in a Region, "com.amazonaws.us-east-1.logs", with the types that it has
// under that name.
func findAWSService(serviceName, region string) (awsService, bool) {
	for _, s := range awsServices {
		for name, types := range s.names(region) {
			if name == serviceName && len(types) > 0 {
				s.types = types
				return s, true
			}
		}
	}
	return awsService{}, false
}

// names are the service's names in a Region and the types of each: one but in China.
func (s awsService) names(region string) map[string][]string {
	common := "com.amazonaws." + region + "." + s.name
	prefixed := reverseDNSPrefix(region) + "." + region + "." + s.name
	if common == prefixed {
		return map[string][]string{common: s.types}
	}
	rest := slices.DeleteFunc(slices.Clone(s.types), func(t string) bool { return slices.Contains(s.china, t) })
	return map[string][]string{common: rest, prefixed: s.china}
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
// same for every account. What a restored endpoint has counts.
func (tx *Tx) prefixListID(s awsService, region string) string {
	if !slices.Contains(s.types, endpointGateway) {
		return ""
	}
	if known := tx.memory.PrefixLists[s.name+" "+region]; known != "" {
		return known
	}
	return "pl-" + stableHex("prefix list "+s.name+" "+region, 8)
}
