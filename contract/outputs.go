package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"fargate-privatelink/internal/strict"
)

// ProviderOutputs are the outputs of a stack with role provider, as
// "pulumi stack output --json" prints them. A later release may add outputs; it
// does not remove one or change its type without saying so in the changelog.
type ProviderOutputs struct {
	// Contract is all that a consumer needs to know of the service.
	Contract Contract `json:"contract"`
	// Contracts are those of all shards, by number, of which Contract is the first's. A
	// tenant needs its own shard's. They are left out with one shard.
	Contracts map[string]Contract `json:"contracts,omitempty"`
	// TenantShards say which tenant is in which shard, by the tenant's label. They are left
	// out with one shard.
	TenantShards map[string]TenantShard `json:"tenantShards,omitempty"`
	// ServiceName is the endpoint service's name, which an interface endpoint
	// connects to.
	ServiceName string `json:"serviceName" jsonschema:"pattern=[.]vpce[.][a-z0-9-]+[.]vpce-svc-[0-9a-f]+$"`
	// ServiceId is the endpoint service's ID.
	ServiceId string `json:"serviceId" jsonschema:"pattern=^vpce-svc-[0-9a-f]+$"`
	// AvailabilityZoneIds are the zones in which the service can be reached, by ID.
	AvailabilityZoneIds []string `json:"availabilityZoneIds" jsonschema:"minItems=1"`
	// AcceptedEndpoints say whose each endpoint is that this stack has accepted, by the
	// endpoint's ID: account 222222222222 (tenant acme).
	AcceptedEndpoints map[string]string `json:"acceptedEndpoints"`
	// LoadBalancerArn is the Network Load Balancer's ARN.
	LoadBalancerArn string `json:"loadBalancerArn" jsonschema:"pattern=^arn:"`
	// LoadBalancerDnsName is the Network Load Balancer's own DNS name, which
	// resolves to addresses in the provider's VPC.
	LoadBalancerDnsName string `json:"loadBalancerDnsName"`
	// ClientAccess says in a sentence which clients reach the service, and why.
	ClientAccess string `json:"clientAccess"`
	// ClusterName is the ECS cluster that the tasks run in.
	ClusterName string `json:"clusterName"`
	// EcsServiceName is the ECS service that keeps the tasks running.
	EcsServiceName string `json:"ecsServiceName"`
	// LogGroupName is the CloudWatch log group that the containers write to.
	LogGroupName string `json:"logGroupName"`
	// TaskRoleArn is the role of the code in the tasks, to give rights to. Older
	// releases leave it out.
	TaskRoleArn string `json:"taskRoleArn,omitempty" jsonschema:"pattern=^arn:"`
	// TaskDefinitionArn is the revision of the task definition that has what the
	// configuration says, for whoever deploys images. There is none without
	// service.imageManagedElsewhere.
	TaskDefinitionArn string `json:"taskDefinitionArn,omitempty" jsonschema:"pattern=^arn:"`
	// TaskSecurityGroupId is the tasks' security group, for a database and the like to
	// admit. Older releases leave it out.
	TaskSecurityGroupId string `json:"taskSecurityGroupId,omitempty" jsonschema:"pattern=^sg-"`
	// VpcId is the VPC that the load balancer and the tasks are in.
	VpcId string `json:"vpcId" jsonschema:"pattern=^vpc-"`
	// PrivateDnsRecord is the DNS record that proves the private DNS name's domain,
	// with the keys name, type and value. It is left out without a private DNS name.
	PrivateDnsRecord map[string]string `json:"privateDnsRecord,omitempty"`
	// TopicArn is the SNS topic of the notifications and alarms, if there is one.
	TopicArn string `json:"topicArn,omitempty" jsonschema:"pattern=^arn:"`
	// DashboardName is the CloudWatch dashboard, if there is one.
	DashboardName string `json:"dashboardName,omitempty"`
	// AlarmNames are the CloudWatch alarms, if there are any.
	AlarmNames []string `json:"alarmNames,omitempty"`
}

// ConsumerOutputs are the outputs of a stack with role consumer, as
// "pulumi stack output --json" prints them. A stack with one network has the
// outputs of its [Endpoint] side by side with the others; one with several has them
// by network, in Endpoints. A later release may add outputs; it does not remove one
// or change its type without saying so in the changelog.
type ConsumerOutputs struct {
	ConsumedService
	Endpoint

	// EndpointIds are the interface endpoints' IDs by network, which the provider
	// accepts. It is left out with one network.
	EndpointIds map[string]string `json:"endpointIds,omitempty"`
	// Endpoints are the endpoints by network. It is left out with one network.
	Endpoints map[string]Endpoint `json:"endpoints,omitempty"`
}

// ConsumedService is what a consumer's stack hands out once, however many endpoints
// it has.
type ConsumedService struct {
	// AccountId is the AWS account that owns the endpoints.
	AccountId string `json:"accountId" jsonschema:"pattern=^[0-9]{12}$"`
	// Region is the region that the endpoints are in.
	Region string `json:"region" jsonschema:"pattern=^[a-z]+(-[a-z]+)+-[0-9]+$"`
	// ServiceName is the endpoint service that the endpoints connect to.
	ServiceName string `json:"serviceName" jsonschema:"pattern=[.]vpce[.][a-z0-9-]+[.]vpce-svc-[0-9a-f]+$"`
	// Ports are the ports that clients may connect to.
	Ports []Port `json:"ports" jsonschema:"minItems=1"`
}

// Endpoint is what a consumer's stack hands out of one interface endpoint.
type Endpoint struct {
	// EndpointId is the interface endpoint's ID, which the provider accepts.
	EndpointId string `json:"endpointId" pulumi:"endpointId" jsonschema:"pattern=^vpce-"`
	// DnsName is the endpoint's regional DNS name.
	DnsName string `json:"dnsName" pulumi:"dnsName"`
	// DnsNames are all of the endpoint's DNS names: the regional one first, then
	// one for each zone.
	DnsNames []string `json:"dnsNames" pulumi:"dnsNames" jsonschema:"minItems=1"`
	// Url is what clients open: the first port that can carry HTTP, under the
	// friendliest of the endpoint's names. It is left out when every port is UDP.
	Url string `json:"url,omitempty" pulumi:"url,optional" jsonschema:"pattern=^https?://"`
	// AliasName is the endpoint's name in a hosted zone of the consumer's, if it has
	// one.
	AliasName string `json:"aliasName,omitempty" pulumi:"aliasName,optional"`
	// PrivateDnsName is the service's private DNS name, if it resolves to the
	// endpoint.
	PrivateDnsName string `json:"privateDnsName,omitempty" pulumi:"privateDnsName,optional"`
	// ClientCidrBlocks are the blocks of IPv4 and IPv6 addresses from which clients may
	// connect.
	ClientCidrBlocks []string `json:"clientCidrBlocks" pulumi:"clientCidrBlocks"`
	// ClientSecurityGroupIds are the security groups whose members may connect.
	ClientSecurityGroupIds []string `json:"clientSecurityGroupIds" pulumi:"clientSecurityGroupIds"`
	// ClientPrefixListIds are the prefix lists from which clients may connect.
	ClientPrefixListIds []string `json:"clientPrefixListIds" pulumi:"clientPrefixListIds"`
	// SecurityGroupId is the endpoint's own security group. Add a rule to it to
	// let more clients in.
	SecurityGroupId string `json:"securityGroupId" pulumi:"securityGroupId"`
	// VpcId is the VPC that the endpoint is in.
	VpcId string `json:"vpcId" pulumi:"vpcId" jsonschema:"pattern=^vpc-"`
	// SubnetIds are the subnets that the endpoint has a network interface in.
	SubnetIds []string `json:"subnetIds" pulumi:"subnetIds" jsonschema:"minItems=1"`
}

// All returns the stack's endpoints by network: the only one under "", or those of
// Endpoints.
func (o *ConsumerOutputs) All() map[string]Endpoint {
	if o.Endpoints != nil {
		return o.Endpoints
	}
	return map[string]Endpoint{"": o.Endpoint}
}

// outputsRoot begins every path in an error about outputs.
const outputsRoot = "outputs"

// ParseProviderOutputs reads the outputs of a provider's stack from the JSON that
// "pulumi stack output --json" prints. Outputs that this release doesn't know are
// passed over.
//
// It returns an error that names every output that is missing or of the wrong
// type, and those of [Parse] for the contract.
func ParseProviderOutputs(data []byte) (*ProviderOutputs, error) {
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	if raw, found := all[OutputName]; found {
		if err := checkVersion(raw); err != nil {
			return nil, err
		}
	}
	var contracts map[string]Contract
	if raw, found := all[ContractsOutputName]; found {
		if contracts, err = ParseContracts(raw); err != nil {
			return nil, err
		}
	}
	var outputs ProviderOutputs
	if err := decode(all, outputsRoot, "provider", &outputs); err != nil {
		return nil, err
	}
	parsed, err := Parse(all[OutputName])
	if err != nil {
		return nil, err
	}
	outputs.Contract, outputs.Contracts = *parsed, contracts
	return &outputs, nil
}

// ParseConsumerOutputs reads the outputs of a consumer's stack from the JSON that
// "pulumi stack output --json" prints. Outputs that this release doesn't know are
// passed over.
//
// It returns an error that names every output that is missing or of the wrong type.
func ParseConsumerOutputs(data []byte) (*ConsumerOutputs, error) {
	all, err := members(data)
	if err != nil {
		return nil, err
	}
	var outputs ConsumerOutputs
	if _, several := all["endpoints"]; !several {
		return &outputs, decode(all, outputsRoot, "consumer", &outputs.ConsumedService, &outputs.Endpoint)
	}
	var several struct {
		EndpointIds map[string]string `json:"endpointIds"`
		Endpoints   json.RawMessage   `json:"endpoints"`
	}
	if err := decode(all, outputsRoot, "consumer", &outputs.ConsumedService, &several); err != nil {
		return nil, err
	}
	outputs.EndpointIds = several.EndpointIds
	outputs.Endpoints, err = parseEndpoints(several.Endpoints)
	return &outputs, err
}

func parseEndpoints(data []byte) (map[string]Endpoint, error) {
	var networks map[string]map[string]json.RawMessage
	if err := json.Unmarshal(data, &networks); err != nil {
		return nil, fmt.Errorf("%s.endpoints are not JSON objects by network: %w", outputsRoot, err)
	}
	endpoints := map[string]Endpoint{}
	for _, network := range slices.Sorted(maps.Keys(networks)) {
		var endpoint Endpoint
		if err := decode(networks[network], strict.Join(outputsRoot+".endpoints", network), "consumer", &endpoint); err != nil {
			return nil, err
		}
		endpoints[network] = endpoint
	}
	return endpoints, nil
}

func members(data []byte) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s are not a JSON object: %w", outputsRoot, err)
	}
	return all, nil
}

// decode fills structs with those outputs that they declare, of which those that
// aren't optional have to be there. That there may be others is what lets a stack and
// its readers upgrade one after the other.
func decode(all map[string]json.RawMessage, path, role string, parts ...any) error {
	var missing []string
	for _, part := range parts {
		for _, output := range outputsOf(reflect.TypeOf(part).Elem()) {
			if _, found := all[output.name]; !found && !output.optional {
				missing = append(missing, output.name)
			}
		}
	}
	if len(missing) > 0 {
		return missingOutputs(path, role, missing, slices.Sorted(maps.Keys(all)))
	}
	for _, part := range parts {
		known := maps.Clone(all)
		maps.DeleteFunc(known, func(name string, _ json.RawMessage) bool {
			return !slices.Contains(outputNames(reflect.TypeOf(part).Elem()), name)
		})
		data, err := json.Marshal(known)
		if err != nil {
			return err
		}
		if _, err := strict.DecodeNewer(data, path, part); err != nil {
			return err
		}
	}
	return nil
}

func missingOutputs(path, role string, missing, found []string) error {
	if len(found) == 0 && path == outputsRoot {
		return errors.New("there are no outputs: the stack was never deployed, or was destroyed")
	}
	if path != outputsRoot {
		return fmt.Errorf("%s lacks %s (it has %s); have the stack's owner upgrade its program and run pulumi up",
			path, strings.Join(missing, ", "), strings.Join(found, ", "))
	}
	return fmt.Errorf("the outputs %s are missing (there are %s): they must be those of a stack with role %s and contract version %d; "+
		"if it is one, have its owner upgrade its program and run pulumi up",
		strings.Join(missing, ", "), strings.Join(found, ", "), role, Version)
}

// ProviderOutputNames are the names of the outputs that a provider's stack can have.
func ProviderOutputNames() []string { return outputNames(reflect.TypeFor[ProviderOutputs]()) }

// ConsumerOutputNames are the names of the outputs that a consumer's stack can have.
func ConsumerOutputNames() []string { return outputNames(reflect.TypeFor[ConsumerOutputs]()) }

// EndpointOutputNames are the names of what a consumer's stack can hand out of one
// endpoint.
func EndpointOutputNames() []string { return outputNames(reflect.TypeFor[Endpoint]()) }

func outputNames(structure reflect.Type) []string {
	var names []string
	for _, output := range outputsOf(structure) {
		names = append(names, output.name)
	}
	return names
}

type output struct {
	name     string
	optional bool
}

// outputsOf lists the outputs that a struct declares, those of embedded structs too.
func outputsOf(structure reflect.Type) []output {
	var result []output
	for i := range structure.NumField() {
		field := structure.Field(i)
		if field.Anonymous {
			result = append(result, outputsOf(field.Type)...)
			continue
		}
		name, rest, _ := strings.Cut(field.Tag.Get("json"), ",")
		result = append(result, output{name, rest == "omitempty"})
	}
	return result
}
