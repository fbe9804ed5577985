package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	awsxec2 "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	comprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

// newAWSX is the stand-in for the awsx plugin: one component, awsx:ec2:Vpc,
// whose children are resources of the aws plugin with the names, parents and
// inputs that the real component gives them.
func newAWSX() p.Provider {
	return p.Provider{
		GetSchema: func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
			return p.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":"awsx","version":%q}`, awsxVersion)}, nil
		},
		CheckConfig: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{Inputs: req.Inputs}, nil
		},
		DiffConfig: func(context.Context, p.DiffRequest) (p.DiffResponse, error) { return p.DiffResponse{}, nil },
		Configure:  func(context.Context, p.ConfigureRequest) error { return nil },
		Construct:  construct,
		Cancel:     func(context.Context) error { return nil },
	}
}

const vpcType = "awsx:ec2:Vpc"

func construct(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
	if t := string(req.Urn.Type()); t != vpcType {
		return p.ConstructResponse{}, fmt.Errorf("the sandbox does not model the component %s; of awsx it has %s", t, vpcType)
	}
	if err := refuseUnmodelled(req.Inputs); err != nil {
		return p.ConstructResponse{}, err
	}
	return p.ProgramConstruct(ctx, req, func(
		ctx *pulumi.Context, _, name string, inputs comprovider.ConstructInputs, opts pulumi.ResourceOption,
	) (*comprovider.ConstructResult, error) {
		var args vpcArgs
		if err := inputs.CopyTo(&args); err != nil {
			return nil, fmt.Errorf("%s %q: %w", vpcType, name, err)
		}
		vpc, err := newVpc(ctx, name, &args, opts)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", vpcType, name, err)
		}
		return comprovider.NewConstructResult(vpc)
	})
}

// vpcArgs are the inputs of awsx:ec2:Vpc that the stand-in models.
type vpcArgs struct {
	AvailabilityZoneCidrMask     *int                  `pulumi:"availabilityZoneCidrMask"`
	AvailabilityZoneNames        []string              `pulumi:"availabilityZoneNames"`
	CidrBlock                    *string               `pulumi:"cidrBlock"`
	EnableDnsHostnames           pulumi.BoolPtrInput   `pulumi:"enableDnsHostnames"`
	EnableDnsSupport             pulumi.BoolPtrInput   `pulumi:"enableDnsSupport"`
	AssignGeneratedIpv6CidrBlock pulumi.BoolPtrInput   `pulumi:"assignGeneratedIpv6CidrBlock"`
	NatGateways                  *natGateways          `pulumi:"natGateways"`
	NumberOfAvailabilityZones    *int                  `pulumi:"numberOfAvailabilityZones"`
	SubnetSpecs                  []subnetSpec          `pulumi:"subnetSpecs"`
	SubnetStrategy               *string               `pulumi:"subnetStrategy"`
	Tags                         pulumi.StringMapInput `pulumi:"tags"`
	VpcEndpointSpecs             []vpcEndpointSpec     `pulumi:"vpcEndpointSpecs"`
}

type natGateways struct {
	Strategy string `pulumi:"strategy"`
}

type vpcEndpointSpec struct {
	ServiceName string `pulumi:"serviceName"`
}

// modelledInputs has, for each object among the component's inputs ("" is the
// component itself), the names that the stand-in models. The real component has
// more, and a program that uses one would be laid out otherwise than on AWS.
var modelledInputs = map[string][]string{
	"": {
		"assignGeneratedIpv6CidrBlock", "availabilityZoneCidrMask", "availabilityZoneNames", "cidrBlock", "enableDnsHostnames", "enableDnsSupport", "natGateways",
		"numberOfAvailabilityZones", "subnetSpecs", "subnetStrategy", "tags", "vpcEndpointSpecs",
	},
	"natGateways":      {"strategy"},
	"subnetSpecs":      {"type", "name", "cidrMask"},
	"vpcEndpointSpecs": {"serviceName"},
}

func refuseUnmodelled(inputs property.Map) error {
	var errs []error
	check := func(object string, m property.Map) {
		for k, v := range m.AllStable {
			if !v.IsNull() && !slices.Contains(modelledInputs[object], k) {
				errs = append(errs, fmt.Errorf("the sandbox does not model %s's input %q; it models %s",
					vpcType, join(object, k), strings.Join(modelledInputs[object], ", ")))
			}
		}
	}
	check("", inputs)
	for object := range modelledInputs {
		v := inputs.Get(object)
		if v.IsMap() {
			check(object, v.AsMap())
		}
		if v.IsArray() {
			for _, e := range v.AsArray().All {
				if e.IsMap() {
					check(object, e.AsMap())
				}
			}
		}
	}
	return errors.Join(errs...)
}

func newVpc(ctx *pulumi.Context, name string, args *vpcArgs, opts pulumi.ResourceOption) (*awsxec2.Vpc, error) {
	if args.AvailabilityZoneNames != nil && args.NumberOfAvailabilityZones != nil {
		return nil, errors.New("only one of availabilityZoneNames and numberOfAvailabilityZones can be specified")
	}
	c := &awsxec2.Vpc{}
	if err := ctx.RegisterComponentResource(vpcType, name, c, opts); err != nil {
		return nil, err
	}
	zones, err := zoneNames(ctx, c, args)
	if err != nil {
		return nil, err
	}
	cidr := "10.0.0.0/16"
	if args.CidrBlock != nil {
		cidr = *args.CidrBlock
	}
	if err := recordedStrategy(args, cidr, zones); err != nil {
		return nil, err
	}
	plans, err := layOut(name, cidr, zones, args.SubnetSpecs, args.AvailabilityZoneCidrMask)
	if err != nil {
		return nil, err
	}
	strategy := "OnePerAz"
	if args.NatGateways != nil {
		strategy = args.NatGateways.Strategy
	}
	if err := natFits(strategy, plans); err != nil {
		return nil, err
	}
	b := &vpcBuilder{ctx: ctx, name: name, strategy: strategy, args: args}
	if err := b.build(c, cidr, zones, plans); err != nil {
		return nil, err
	}
	b.fill(c)
	return c, nil
}

func zoneNames(ctx *pulumi.Context, c *awsxec2.Vpc, args *vpcArgs) ([]string, error) {
	if args.AvailabilityZoneNames != nil {
		return args.AvailabilityZoneNames, nil
	}
	want := 3
	if args.NumberOfAvailabilityZones != nil {
		want = *args.NumberOfAvailabilityZones
	}
	all, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{}, pulumi.Parent(c), pulumi.Version(awsxAWSVersion))
	if err != nil {
		return nil, err
	}
	if len(all.Names) < want {
		return nil, fmt.Errorf("the region has %d availability zones, and %d are wanted", len(all.Names), want)
	}
	return all.Names[:want], nil
}

// recordedStrategy refuses the layouts that were never compared with the real
// component's: "Legacy", the default, is known for its own defaults only.
func recordedStrategy(args *vpcArgs, cidr string, zones []string) error {
	if args.SubnetStrategy != nil && *args.SubnetStrategy == "Auto" {
		return nil
	}
	legacy := args.SubnetStrategy == nil || *args.SubnetStrategy == "Legacy"
	if legacy && args.SubnetSpecs == nil && strings.HasSuffix(cidr, "/16") && len(zones) == 3 {
		return nil
	}
	return errors.New(`the sandbox models subnetStrategy "Auto", and "Legacy" only for a /16 in three zones without subnetSpecs`)
}

// natFits refuses NAT gateways where no subnet would use or hold them.
func natFits(strategy string, plans []subnetPlan) error {
	has := func(t string) bool {
		return slices.ContainsFunc(plans, func(s subnetPlan) bool { return s.Type == t })
	}
	switch strategy {
	case "None":
		return nil
	case "Single", "OnePerAz":
		if has("Public") && has("Private") {
			return nil
		}
		return fmt.Errorf("NAT gateway strategy %q needs both private subnets, which use the gateways, and public ones, which hold them", strategy)
	default:
		return fmt.Errorf("NAT gateway strategy %q: allowed are None, Single, OnePerAz", strategy)
	}
}
