package components

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// withSubnetCheck lets each subnet of a created VPC be checked against those that the VPC
// has, in a preview and before it is made: Pulumi makes what is new before it deletes what
// is old, and AWS has no two subnets of a VPC with one address. See
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
func withSubnetCheck(s scope, args *NetworkArgs) (pulumi.ResourceTransform, error) {
	check := subnetCheck{s, args}
	hook, err := s.ctx.RegisterResourceHook(s.name+"-subnet-conflict", check.refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if args.Type != "aws:ec2/subnet:Subnet" {
			return nil
		}
		options := args.Opts
		options.Hooks = &pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{hook}}
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: options}
	}, nil
}

type subnetCheck struct {
	s    scope
	args *NetworkArgs
}

// refuse fails where a subnet would overlap one that the VPC has. In a VPC that is only
// planned there is none.
func (c subnetCheck) refuse(hook *pulumi.ResourceHookArgs) error {
	block, err := netip.ParsePrefix(textOf(hook.NewInputs["cidrBlock"]))
	vpc := textOf(hook.NewInputs["vpcId"])
	if err != nil || vpc == "" {
		return nil
	}
	parent := c.s.parent.(pulumi.InvokeOption)
	found, err := ec2.GetSubnets(c.s.ctx, &ec2.GetSubnetsArgs{Filters: []ec2.GetSubnetsFilter{{Name: "vpc-id", Values: []string{vpc}}}}, parent)
	if err != nil {
		return fmt.Errorf("the subnets of %s can't be read: %w", vpc, err)
	}
	for _, id := range found.Ids {
		subnet, err := ec2.LookupSubnet(c.s.ctx, &ec2.LookupSubnetArgs{Id: &id}, parent)
		if err != nil {
			return fmt.Errorf("the subnet %s can't be read: %w", id, err)
		}
		there, err := netip.ParsePrefix(subnet.CidrBlock)
		if err == nil && there.Overlaps(block) {
			return fmt.Errorf("the subnet %s would have %s, of which %s has %s: the layout of a network in use can't change like this, and nothing was changed. "+
				"Leave %s and the zones as they were (to and from public every subnet changes), or deploy a stack of its own with the new layout and another %s, "+
				"let the consumers connect to it, and destroy this one", hook.Name, block, id, there, c.key("egress"), c.key("cidrBlock"))
		}
	}
	return nil
}

func (c subnetCheck) key(key string) string {
	if c.args.path == "" {
		return key
	}
	return string(c.args.path.Key(key))
}
