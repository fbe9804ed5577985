package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	ingress = "ingress"
	egress  = "egress"
)

// securityGroup makes a security group without rules: each rule is a resource of
// its own, so that other components can add theirs. A changed description would
// replace the group.
func (s scope) securityGroup(suffix string, vpcId pulumi.StringInput, description string) (*ec2.SecurityGroup, error) {
	name := s.named(suffix)
	return ec2.NewSecurityGroup(s.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       vpcId,
		Description: pulumi.String(description),
		Tags:        s.tagged(name),
	}, s.parent)
}

// rule is what a security group admits: one port from or to one peer, which is a
// CIDR block, another security group, or a prefix list.
type rule struct {
	// key stands for the peer in the rule's logical name.
	key string
	// former is the key that it had before, "" for the same.
	former string
	cidr   string
	// cidr6 is an IPv6 block.
	cidr6      pulumi.StringInput
	group      pulumi.StringInput
	prefixList pulumi.StringInput
	port       int
	transport  string
}

// cidrRule admits a port from or to a CIDR block, of IPv4 or IPv6 addresses.
func cidrRule(cidr string, port int, transport string) rule {
	if strings.Contains(cidr, ":") {
		// Colons are left out of names, which URNs delimit with them.
		key := strings.ReplaceAll(strings.ReplaceAll(cidr, "/", "-"), ":", "_")
		return cidr6Rule(key, pulumi.String(cidr), port, transport)
	}
	return rule{key: strings.ReplaceAll(cidr, "/", "-"), cidr: cidr, port: port, transport: transport}
}

// cidr6Rule admits a port from or to a block of IPv6 addresses.
func cidr6Rule(key string, cidr pulumi.StringInput, port int, transport string) rule {
	return rule{key: key, cidr6: cidr, port: port, transport: transport}
}

// groupRule admits a port from or to the members of a security group.
func groupRule(key string, group pulumi.StringInput, port int, transport string) rule {
	return rule{key: key, group: group, port: port, transport: transport}
}

// prefixListRule admits a port to the addresses of a prefix list.
func prefixListRule(key string, prefixList pulumi.StringInput, port int, transport string) rule {
	return rule{key: key, prefixList: prefixList, port: port, transport: transport}
}

// logicalName returns the rule's name, which says what it admits: a rule is known
// by what it does and not by its place in a list, so that a change to one leaves
// the others alone.
func (r rule) logicalName(s scope, direction string) string {
	return s.named(fmt.Sprintf("%s-%s-%d-%s", direction, r.key, r.port, r.transport))
}

// formerly lets the rule take over the state of what it was called before.
func (r rule) formerly(s scope, direction string) pulumi.ResourceOption {
	if r.former == "" {
		return pulumi.Aliases(nil)
	}
	before := r
	before.key = r.former
	return pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(before.logicalName(s, direction))}})
}

func (r rule) cidrInput() pulumi.StringPtrInput {
	if r.cidr == "" {
		return nil
	}
	return pulumi.String(r.cidr)
}

func (r rule) groupInput() pulumi.StringPtrInput { return pointer(r.group) }

func (r rule) prefixListInput() pulumi.StringPtrInput { return pointer(r.prefixList) }

// pointer returns value as an optional input, which nil stays.
func pointer(value pulumi.StringInput) pulumi.StringPtrInput {
	if value == nil {
		return nil
	}
	return value.ToStringOutput().ToStringPtrOutput()
}

// admitIngress adds an ingress rule to a security group.
func (s scope) admitIngress(securityGroupId pulumi.StringInput, r rule) (pulumi.Resource, error) {
	name := r.logicalName(s, ingress)
	return vpc.NewSecurityGroupIngressRule(s.ctx, name, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           securityGroupId,
		CidrIpv4:                  r.cidrInput(),
		CidrIpv6:                  pointer(r.cidr6),
		ReferencedSecurityGroupId: r.groupInput(),
		PrefixListId:              r.prefixListInput(),
		IpProtocol:                pulumi.String(r.transport),
		FromPort:                  pulumi.Int(r.port),
		ToPort:                    pulumi.Int(r.port),
		Tags:                      s.tagged(name),
	}, s.parent)
}

// admitEgress adds an egress rule to a security group.
func (s scope) admitEgress(securityGroupId pulumi.StringInput, r rule) (pulumi.Resource, error) {
	name := r.logicalName(s, egress)
	return vpc.NewSecurityGroupEgressRule(s.ctx, name, &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           securityGroupId,
		CidrIpv4:                  r.cidrInput(),
		CidrIpv6:                  pointer(r.cidr6),
		ReferencedSecurityGroupId: r.groupInput(),
		PrefixListId:              r.prefixListInput(),
		IpProtocol:                pulumi.String(r.transport),
		FromPort:                  pulumi.Int(r.port),
		ToPort:                    pulumi.Int(r.port),
		Tags:                      s.tagged(name),
	}, s.parent, r.formerly(s, egress))
}
