package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
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

// closeDefaultGroup takes all rules from the security group that AWS makes with a VPC, which
// is for whatever names no group of its own. See
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html.
func closeDefaultGroup(s scope, vpcId pulumi.StringInput) error {
	name := s.named("default-security-group")
	_, err := ec2.NewDefaultSecurityGroup(s.ctx, name, &ec2.DefaultSecurityGroupArgs{
		VpcId: vpcId.ToStringOutput().ToStringPtrOutput(),
		Tags:  s.tagged(name),
	}, s.parent)
	return err
}

// rule is what a security group admits: a port or a range of ports from or to one peer,
// which is a CIDR block, another security group, or a prefix list.
type rule struct {
	// key stands for the peer in the rule's logical name.
	key string
	// former are the keys that it had before.
	former []string
	cidr   string
	// cidr4 is an IPv4 block that is known later, instead of cidr.
	cidr4 pulumi.StringInput
	// cidr6 is an IPv6 block.
	cidr6      pulumi.StringInput
	group      pulumi.StringInput
	prefixList pulumi.StringInput
	// port is the first one, and 0 for a protocol that has none.
	port int
	// toPort is the last one of a range, and 0 where there is only one.
	toPort    int
	transport string
}

// ports are a rule's, as AWS wants them for its protocol: -1 is every type of ICMP. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html.
func (r rule) ports() (from, to pulumi.IntPtrInput) {
	switch {
	case r.port > 0:
		return pulumi.Int(r.port), pulumi.Int(max(r.port, r.toPort))
	case strings.HasPrefix(r.transport, "icmp"):
		return pulumi.Int(-1), pulumi.Int(-1)
	default:
		return nil, nil
	}
}

// protocol is the rule's, as AWS writes it.
func (r rule) protocol() pulumi.String {
	if r.transport == "all" {
		return "-1"
	}
	return pulumi.String(r.transport)
}

// cidrRule admits a port from or to a CIDR block, of IPv4 or IPv6 addresses, which is one
// however it is written.
func cidrRule(cidr string, port int, transport string) rule {
	if !strings.Contains(cidr, ":") {
		return rule{key: strings.ReplaceAll(cidr, "/", "-"), cidr: cidr, port: port, transport: transport}
	}
	// Colons are left out of names, which URNs delimit with them.
	key := strings.NewReplacer("/", "-", ":", "_")
	block := check.Forms["cidr6"].Identity(cidr)
	r := cidr6Rule(key.Replace(block), pulumi.String(block), port, transport)
	if block != cidr {
		r.former = append(r.former, key.Replace(cidr))
	}
	return r
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
	ports := ""
	if r.port > 0 {
		ports = fmt.Sprintf("-%d", r.port)
	}
	if r.toPort > r.port {
		ports += fmt.Sprintf("-%d", r.toPort)
	}
	return s.named(fmt.Sprintf("%s-%s%s-%s", direction, r.key, ports, r.transport))
}

// formerly lets the rule take over the state of what it was called before.
func (r rule) formerly(s scope, direction string) pulumi.ResourceOption {
	var aliases []pulumi.Alias
	for _, key := range r.former {
		before := r
		before.key = key
		aliases = append(aliases, pulumi.Alias{Name: pulumi.String(before.logicalName(s, direction))})
	}
	return pulumi.Aliases(aliases)
}

func (r rule) cidrInput() pulumi.StringPtrInput {
	if r.cidr == "" {
		return pointer(r.cidr4)
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

// describe says for people, and for scanners that ask for it, what a rule admits.
func (r rule) describe(direction string) pulumi.String {
	ports := ""
	switch {
	case r.toPort > r.port:
		ports = fmt.Sprintf(" ports %d to %d", r.port, r.toPort)
	case r.port > 0:
		ports = fmt.Sprintf(" port %d", r.port)
	}
	peer := map[string]string{ingress: "from", egress: "to"}[direction]
	return pulumi.String(fmt.Sprintf("%s%s %s %s", r.transport, ports, peer, r.key))
}

// admitIngress adds an ingress rule to a security group.
func (s scope) admitIngress(securityGroupId pulumi.StringInput, r rule) (pulumi.Resource, error) {
	name := r.logicalName(s, ingress)
	return vpc.NewSecurityGroupIngressRule(s.ctx, name, r.args(s, securityGroupId, ingress), s.parent, r.formerly(s, ingress))
}

// admitEgress adds an egress rule to a security group. Its arguments have the same fields as
// an ingress rule's.
func (s scope) admitEgress(securityGroupId pulumi.StringInput, r rule) (pulumi.Resource, error) {
	name := r.logicalName(s, egress)
	args := vpc.SecurityGroupEgressRuleArgs(*r.args(s, securityGroupId, egress))
	return vpc.NewSecurityGroupEgressRule(s.ctx, name, &args, s.parent, r.formerly(s, egress))
}

// args are a rule's inputs, in either direction.
func (r rule) args(s scope, securityGroupId pulumi.StringInput, direction string) *vpc.SecurityGroupIngressRuleArgs {
	from, to := r.ports()
	return &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           securityGroupId,
		Description:               r.describe(direction),
		CidrIpv4:                  r.cidrInput(),
		CidrIpv6:                  pointer(r.cidr6),
		ReferencedSecurityGroupId: r.groupInput(),
		PrefixListId:              r.prefixListInput(),
		IpProtocol:                r.protocol(),
		FromPort:                  from,
		ToPort:                    to,
		Tags:                      s.tagged(r.logicalName(s, direction)),
	}
}
