package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// sources of rules that many entries share.
const (
	ec2Errors    = "EC2 API error codes, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
	providerEC2  = "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/"
	providerELB  = "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/lb/"
	elbAPI       = "Elastic Load Balancing API, "
	ecsAPI       = "Amazon ECS API, "
	ec2API       = "Amazon EC2 API, "
	iamAPI       = "AWS IAM API, "
	invalidParam = "InvalidParameterException"
)

// provider is the code of what the provider refuses itself, before it calls AWS.
const provider = "InvalidConfiguration"

// touches says whether the call sets any of the properties: a create always
// does, an update where it changes them.
func (c *Call) touches(names ...string) bool { return c.Phase != PhaseUpdate || c.Changed(names...) }

// sent is the string that the provider sends of an input: the program's, or what it
// carries on.
func (c *Call) sent(property string) string {
	if p := c.Type.property(property); c.Phase == PhaseUpdate && p.Carried && !c.New.Has(property) {
		return c.State.Str(property)
	}
	return c.New.Str(property)
}

// exists returns AWS's message where the call names a resource of a kind that
// the caller does not have.
func (c *Call) exists(kind, property, format string) string {
	id := c.New.Str(property)
	if id == "" || !c.touches(property) || c.Own(kind, id) != nil {
		return ""
	}
	return fmt.Sprintf(format, id)
}

// allExist is exists for a list of ids.
func (c *Call) allExist(kind, property string, ids []string, format string) string {
	if !c.touches(property) {
		return ""
	}
	for _, id := range ids {
		if c.Own(kind, id) == nil {
			return fmt.Sprintf(format, id)
		}
	}
	return ""
}

// groupsExist checks that security groups exist and are in the VPC.
func (c *Call) groupsExist(property string, ids []string, vpcID, format string) string {
	if !c.touches(property) {
		return ""
	}
	for _, id := range ids {
		if !c.securityGroupExists(id, vpcID) {
			return fmt.Sprintf(format, id)
		}
	}
	return ""
}

// between checks that a number, where it is known, is within a range.
func between(p Props, property string, low, high int) string {
	if _, number := p[property].(float64); !number {
		return ""
	}
	if n := p.Int(property); n < low || n > high {
		return fmt.Sprintf("expected %s to be in the range (%d - %d), got %d", property, low, high, n)
	}
	return ""
}

// oneOf checks that a string, where it is known and set, is one of a few.
func oneOf(p Props, property string, allowed ...string) string {
	if s := p.Str(property); s != "" && !slices.Contains(allowed, s) {
		return fmt.Sprintf("expected %s to be one of %q, got %s", property, allowed, s)
	}
	return ""
}

// exactlyOne checks that exactly one of the properties is set.
func exactlyOne(p Props, properties ...string) string {
	var set []string
	for _, k := range properties {
		if p.Has(k) {
			set = append(set, k)
		}
	}
	switch len(set) {
	case 0:
		return fmt.Sprintf("one of `%s` must be specified", strings.Join(properties, ","))
	case 1:
		return ""
	}
	return fmt.Sprintf("only one of `%s` can be specified, but `%s` were specified", strings.Join(properties, ","), strings.Join(set, ","))
}

// jsonObject matches what can be a JSON document of an IAM policy.
var jsonObject = regexp.MustCompile(`^\s*\{`)
