package stacks_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/stacks"
)

const (
	organization = "acme-org"
	project      = "fargate-privatelink"

	serviceId    = "vpce-svc-0a1b2c3d4e5f60718"
	serviceName  = "com.amazonaws.vpce.us-east-1." + serviceId
	existingVpc  = "vpc-0a1b2c3d4e5f60718"
	madeVpc      = "vpc-0123456789abcdef0"
	endpointId   = "vpce-0a1b2c3d4e5f60718"
	endpointName = "vpce-0a1b2c3d4e5f60718-abcdefgh." + serviceId + ".us-east-1.vpce.amazonaws.com"
)

// prefixList is a prefix list as AWS has it.
type prefixList struct {
	name       string
	maxEntries int
	owner      string
}

// ownEndpoint is an endpoint as AWS has it.
type ownEndpoint struct{ state, service, vpc string }

// cloud stands in for the engine and AWS: one account in one region, and the
// outputs of other stacks. It records what is registered. What it answers is only
// as right as this file; the sandbox's tests run the stacks through the real engine.
type cloud struct {
	region    string
	partition string
	zones     map[string]string         // zone ID by name
	subnets   map[string]string         // zone ID by existing subnet's ID
	stacks    map[string]map[string]any // outputs by full stack name
	failures  map[string]error          // by the token of an invoke
	preview   bool                      // what a resource gets from AWS is unknown
	secret    bool                      // the configuration holds a secret
	// secretOutputs makes the outputs of other stacks secrets.
	secretOutputs bool
	// withoutDnsHostnames is the existing VPC's setting.
	withoutDnsHostnames bool
	privateZones        map[string]string      // name by ID, those of the existing VPC
	prefixLists         map[string]prefixList  // by ID; any other has one entry
	endpoints           map[string]ownEndpoint // by ID, those that exist

	// supported is what AWS lists for the endpoint service, beyond what it is asked.
	supported map[string]any

	stack         string
	mu            sync.Mutex
	registrations []registration
	err           error          // what stacks.Run returned
	outputs       map[string]any // what the stack exported, once known
}

type registration struct {
	typ, name, parent string
	inputs            resource.PropertyMap
	dependencies      []resource.URN
	beforeDelete      []string // the names of hooks
}

func newCloud() *cloud {
	return &cloud{
		region:    "us-east-1",
		partition: "aws",
		zones:     map[string]string{"us-east-1a": "use1-az4", "us-east-1b": "use1-az2", "us-east-1c": "use1-az1"},
		stacks:    map[string]map[string]any{},
	}
}

// run runs the program of the stack with a configuration. It returns the program's
// own error, if there is one, and otherwise that of the run, which includes failed
// outputs.
func (c *cloud) run(stack string, config map[string]string) error {
	c.stack = stack
	full := map[string]string{}
	for key, value := range config {
		full[project+":"+key] = value
	}
	runErr := pulumi.RunErr(c.program, pulumi.WithMocksWithOrganization(organization, project, stack, c), func(info *pulumi.RunInfo) {
		info.Config = full
		info.DryRun = c.preview
		if c.secret {
			info.ConfigSecretKeys = slices.Collect(maps.Keys(full))
		}
	})
	if c.err != nil {
		return c.err
	}
	return runErr
}

// program runs the stack, and keeps its outputs when they are known.
func (c *cloud) program(ctx *pulumi.Context) error {
	if err := c.seedSubnets(ctx); err != nil {
		return err
	}
	if c.err = stacks.Run(ctx); c.err != nil {
		return c.err
	}
	exports := pulumi.Map{}
	for name, value := range ctx.GetCurrentExportMap() {
		exports[name] = value
	}
	exports.ToMapOutput().ApplyT(func(outputs map[string]any) map[string]any {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.outputs = outputs
		return outputs
	})
	return nil
}

// of returns the registrations of a type, by name.
func (c *cloud) of(typ string) map[string]registration {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[string]registration{}
	for _, r := range c.registrations {
		if r.typ == typ {
			found[r.name] = r
		}
	}
	return found
}

// one returns the inputs of the only registration of a type.
func (c *cloud) one(t *testing.T, typ string) map[string]any {
	t.Helper()
	found := c.of(typ)
	require.Len(t, found, 1, typ)
	for _, r := range found {
		return plain(r.inputs)
	}
	return nil
}

// plain returns inputs as Go values, secrets included.
func plain(inputs resource.PropertyMap) map[string]any {
	return inputs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		if v.IsSecret() {
			return "secret", true
		}
		return nil, false
	})
}

// Call answers the functions of the AWS provider and of the engine.
func (c *cloud) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if err := c.failures[args.Token]; err != nil {
		return nil, err
	}
	switch args.Token {
	case "aws:index/getRegion:getRegion":
		return properties(map[string]any{"name": c.region, "id": c.region}), nil
	case "aws:index/getRegions:getRegions":
		return properties(map[string]any{"names": []any{"us-east-1", "us-west-2", "eu-west-1", "eu-central-1"}}), nil
	case "aws:index/getCallerIdentity:getCallerIdentity":
		return resource.NewPropertyMapFromMap(map[string]any{"id": "111111111111", "accountId": "111111111111"}), nil
	case "aws:index/getPartition:getPartition":
		return properties(map[string]any{"partition": c.partition}), nil
	case "aws:index/getAvailabilityZones:getAvailabilityZones":
		names := slices.Sorted(maps.Keys(c.zones))
		ids := make([]any, len(names))
		for i, name := range names {
			ids[i] = c.zones[name]
		}
		return properties(map[string]any{"names": anys(names), "zoneIds": ids}), nil
	case "aws:ec2/getVpc:getVpc":
		block := "10.99.0.0/16"
		if args.Args["id"].StringValue() == madeVpc {
			block = "10.0.0.0/16"
		}
		return properties(map[string]any{
			"cidrBlock": block, "ipv6CidrBlock": "2600:1f18:0:ab00::/56",
			"enableDnsSupport": true, "enableDnsHostnames": !c.withoutDnsHostnames,
		}), nil
	case "aws:route53/getZone:getZone":
		for id, name := range c.privateZones {
			if args.Args["zoneId"].HasValue() && args.Args["zoneId"].StringValue() == id || args.Args["name"].HasValue() && args.Args["name"].StringValue() == name {
				return properties(map[string]any{"zoneId": id, "name": name, "privateZone": true}), nil
			}
		}
		return nil, errors.New("no matching Route 53 Hosted Zone found")
	case "aws:ec2/getManagedPrefixList:getManagedPrefixList":
		list, found := c.prefixLists[args.Args["id"].StringValue()]
		if !found {
			list = prefixList{name: "mine", maxEntries: 1, owner: "111111111111"}
		}
		return properties(map[string]any{"name": list.name, "maxEntries": list.maxEntries, "ownerId": list.owner}), nil
	case "aws:ec2/getVpcEndpoint:getVpcEndpoint":
		endpoint, found := c.endpoints[args.Args["id"].StringValue()]
		if !found {
			return nil, errors.New("no matching EC2 VPC Endpoint found")
		}
		return properties(map[string]any{"state": endpoint.state, "serviceName": endpoint.service, "vpcId": endpoint.vpc}), nil
	case "aws:ecs/getService:getService":
		// It runs what it was given; the mocks name a service after its component.
		name, _, _ := strings.Cut(args.Args["serviceName"].StringValue(), "-1234567")
		return properties(map[string]any{"taskDefinition": c.arn(name)}), nil
	case "aws:ec2/getSubnet:getSubnet":
		id := args.Args["id"].StringValue()
		return properties(map[string]any{"vpcId": existingVpc, "availabilityZoneId": c.subnets[id]}), nil
	case "pulumi:pulumi:readStackOutputs":
		return c.readStackOutputs(args.Args["name"].StringValue())
	}
	return nil, fmt.Errorf("unexpected invoke of %s", args.Token)
}

func (c *cloud) readStackOutputs(name string) (resource.PropertyMap, error) {
	outputs, found := c.stacks[name]
	if !found {
		return nil, fmt.Errorf("unknown stack %q", name) // the engine's words
	}
	result := properties(map[string]any{"name": name, "outputs": outputs})
	if c.secretOutputs {
		for key, value := range result["outputs"].ObjectValue() {
			result["outputs"].ObjectValue()[key] = resource.MakeSecret(value)
		}
	}
	return result, nil
}

// NewResource records a registration, and answers with the outputs that the stacks
// look at.
func (c *cloud) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == "pulumi:pulumi:StackReference" {
		c.record(args, "")
		state, err := c.readStackOutputs(args.Inputs["name"].StringValue())
		return args.ID, state, err
	}
	if strings.HasPrefix(args.Name, seed) {
		return args.Name + "-id", args.Inputs, nil
	}
	c.record(args, args.RegisterRPC.GetParent())
	state := args.Inputs.Copy()
	if c.preview {
		return "", state, nil
	}
	for key, value := range c.computed(args) {
		state[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
	}
	id := args.Name + "-id"
	switch args.TypeToken {
	case "aws:ec2/vpcEndpointService:VpcEndpointService":
		id = serviceId
	case "aws:ec2/vpcEndpoint:VpcEndpoint":
		id = endpointId
	}
	return id, state, nil
}

func (c *cloud) record(args pulumi.MockResourceArgs, parent string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var dependencies []resource.URN
	for _, urn := range args.RegisterRPC.GetDependencies() {
		dependencies = append(dependencies, resource.URN(urn))
	}
	c.registrations = append(c.registrations, registration{args.TypeToken, args.Name, parent, args.Inputs, dependencies, args.RegisterRPC.GetHooks().GetBeforeDelete()})
}

// computed are the outputs that AWS adds to a resource's inputs.
func (c *cloud) computed(args pulumi.MockResourceArgs) map[string]any {
	switch args.TypeToken {
	case "awsx:ec2:Vpc":
		return c.vpc(args.Inputs["availabilityZoneNames"])
	case "aws:ec2/vpcEndpointService:VpcEndpointService":
		var zones []any
		for _, zone := range c.of("awsx:ec2:Vpc") {
			zones = append(zones, zone.inputs["availabilityZoneNames"].Mappable().([]any)...)
		}
		if zones == nil { // an existing VPC
			zones = []any{"us-east-1b", "us-east-1c"}
		}
		outputs := map[string]any{"serviceName": c.regional(serviceName), "availabilityZones": zones, "state": "Available",
			"arn":                          c.arn("vpc-endpoint-service/" + serviceId),
			"privateDnsNameConfigurations": []any{map[string]any{"name": "_token", "type": "TXT", "value": "vpce:token"}}}
		maps.Copy(outputs, c.supported)
		return outputs
	case "aws:acm/certificate:Certificate":
		var options []any
		names := []string{args.Inputs["domainName"].StringValue()}
		for _, name := range args.Inputs["subjectAlternativeNames"].ArrayValue() {
			names = append(names, name.StringValue())
		}
		for _, domain := range names {
			options = append(options, map[string]any{
				"domainName": domain, "resourceRecordName": "_x." + domain, "resourceRecordType": "CNAME", "resourceRecordValue": "_y",
			})
		}
		return map[string]any{"arn": "arn:aws:acm:us-east-1:111111111111:certificate/made", "domainValidationOptions": options}
	case "aws:ec2/vpcEndpoint:VpcEndpoint":
		return map[string]any{"state": "pendingAcceptance", "ownerId": "222222222222", "dnsEntries": []any{
			map[string]any{"dnsName": endpointName, "hostedZoneId": "Z1"},
		}}
	}
	return map[string]any{
		"arn":     c.arn(elbKinds[args.TypeToken] + args.Name),
		"name":    args.Name + "-1234567",
		"dnsName": args.Name + ".elb.amazonaws.com",
	}
}

// elbKinds are what the ARNs of a load balancer's parts have before the name.
var elbKinds = map[string]string{
	"aws:lb/loadBalancer:LoadBalancer": "loadbalancer/net/",
	"aws:lb/targetGroup:TargetGroup":   "targetgroup/",
}

// regional is a name in us-east-1 as the cloud's own region has it.
func (c *cloud) regional(name string) string { return strings.ReplaceAll(name, "us-east-1", c.region) }

func (c *cloud) arn(resource string) string {
	return "arn:" + c.partition + ":mock:" + c.region + ":111111111111:" + resource
}

// vpc are the outputs of awsx's Vpc: a subnet with a route table in each zone, of
// whatever kind is asked for.
func (c *cloud) vpc(zones resource.PropertyValue) map[string]any {
	var ids, subnets, associations []any
	for _, zone := range zones.ArrayValue() {
		name := seed + c.zones[zone.StringValue()]
		ids = append(ids, name+"-id")
		subnets = append(subnets, c.reference("aws:ec2/subnet:Subnet", name))
		associations = append(associations, c.reference("aws:ec2/routeTableAssociation:RouteTableAssociation", name))
	}
	return map[string]any{
		"vpcId": "vpc-id", "privateSubnetIds": ids, "isolatedSubnetIds": ids, "publicSubnetIds": ids,
		"subnets": subnets, "routeTableAssociations": associations,
		"internetGateway": c.reference("aws:ec2/internetGateway:InternetGateway", seed+"gateway"),
	}
}

// seed begins the names of resources that stand for what awsx's Vpc makes.
const seed = "seed-"

// seedSubnets registers what the mock of awsx's Vpc refers to, since the engine's
// mock resolves references only to what was registered with it.
func (c *cloud) seedSubnets(ctx *pulumi.Context) error {
	gateway, err := ec2.NewInternetGateway(ctx, seed+"gateway", nil)
	if err != nil {
		return err
	}
	seeded := make(chan struct{})
	gateway.URN().ApplyT(func(any) string {
		close(seeded)
		return ""
	})
	<-seeded
	for _, zone := range c.zones {
		subnet, err := ec2.NewSubnet(ctx, seed+zone, &ec2.SubnetArgs{
			VpcId: pulumi.String("vpc-id"), AvailabilityZoneId: pulumi.String(zone),
		})
		if err != nil {
			return err
		}
		association, err := ec2.NewRouteTableAssociation(ctx, seed+zone, &ec2.RouteTableAssociationArgs{
			SubnetId: pulumi.String(seed + zone + "-id"), RouteTableId: pulumi.String("rtb-" + zone),
		})
		if err != nil {
			return err
		}
		registered := make(chan struct{})
		pulumi.All(subnet.URN(), association.URN()).ApplyT(func([]any) string {
			close(registered)
			return ""
		})
		<-registered
	}
	return nil
}

func (c *cloud) reference(typ, name string) resource.PropertyValue {
	urn := resource.NewURN(tokens.QName(c.stack), project, "", tokens.Type(typ), name)
	return resource.MakeCustomResourceReference(urn, resource.ID(name+"-id"), "")
}

func properties(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(values)
}

func anys(values []string) []any {
	result := make([]any, len(values))
	for i, value := range values {
		result[i] = value
	}
	return result
}
