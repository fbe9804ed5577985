// Command consume-go is the Pulumi program of an application that uses the service
// through a consumer's endpoint. It makes a security group for the application, lets
// it through to the endpoint on every port of the contract, and hands out the URL.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"fargate-privatelink/contract"
	"fargate-privatelink/contract/stackref"
)

func main() {
	pulumi.Run(run)
}

// run returns an error, before it makes anything, when one of the two stacks lacks an
// output or has a contract of another version. The error says which, and who has to
// upgrade.
func run(ctx *pulumi.Context) error {
	conf := config.New(ctx, "")
	provider, err := reference(ctx, conf.Require("providerStack"))
	if err != nil {
		return err
	}
	offer, err := stackref.ReadContract(provider)
	if err != nil {
		return err
	}
	consumer, err := reference(ctx, conf.Require("consumerStack"))
	if err != nil {
		return err
	}
	endpoint, err := stackref.ReadConsumerOutputs(consumer)
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "app", &ec2.SecurityGroupArgs{
		Description: pulumi.String("The application"),
		VpcId:       pulumi.String(endpoint.VpcId),
	})
	if err != nil {
		return err
	}
	for _, port := range offer.Ports {
		if err := allow(ctx, group, endpoint.SecurityGroupId, port); err != nil {
			return err
		}
	}
	ctx.Export("url", pulumi.String(endpoint.Url))
	ctx.Export("securityGroupId", group.ID())
	return nil
}

// reference looks the stack up first: a reference to one that does not exist fails
// with a message that a program can't improve on.
func reference(ctx *pulumi.Context, stack string) (*pulumi.StackReference, error) {
	found, err := stackref.Find(ctx, stack)
	if err != nil {
		return nil, err
	}
	return found.Reference()
}

// allow lets the application out to the endpoint, and in there, on one port.
func allow(ctx *pulumi.Context, app *ec2.SecurityGroup, endpointGroup string, port contract.Port) error {
	for _, protocol := range transports(port.Protocol) {
		name := fmt.Sprintf("app-%d-%s", port.Port, protocol)
		_, err := vpc.NewSecurityGroupEgressRule(ctx, name, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId:           app.ID(),
			ReferencedSecurityGroupId: pulumi.String(endpointGroup),
			IpProtocol:                pulumi.String(protocol),
			FromPort:                  pulumi.Int(port.Port),
			ToPort:                    pulumi.Int(port.Port),
		})
		if err != nil {
			return err
		}
		_, err = vpc.NewSecurityGroupIngressRule(ctx, name, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId:           pulumi.String(endpointGroup),
			ReferencedSecurityGroupId: app.ID(),
			IpProtocol:                pulumi.String(protocol),
			FromPort:                  pulumi.Int(port.Port),
			ToPort:                    pulumi.Int(port.Port),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// transports are what a security group knows of a listener's protocol.
func transports(protocol string) []string {
	switch protocol {
	case "udp":
		return []string{"udp"}
	case "tcp_udp":
		return []string{"tcp", "udp"}
	default:
		return []string{"tcp"}
	}
}
