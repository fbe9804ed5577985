package stacks

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/internal/strict"
)

// faults collects what is wrong with a configuration: one sentence for each, in
// the order of the checks, which names the key, the value and what is allowed.
type faults struct{ found []error }

func (f *faults) add(format string, args ...any) {
	f.found = append(f.found, fmt.Errorf(format, args...))
}

func (f *faults) err() error { return errors.Join(f.found...) }

// text checks a string.
func (f *faults) text(path, value string, form form) {
	if !form.valid(value) {
		f.add("%s is %q; it must be %s", path, value, form.allowed)
	}
}

// texts checks each string of a list, and that none is there twice.
func (f *faults) texts(path string, values []string, form form) {
	for i, value := range values {
		element := fmt.Sprintf("%s[%d]", path, i)
		f.text(element, value, form)
		f.once(element, value, values[:i])
	}
}

func (f *faults) once(path, value string, before []string) {
	if slices.Contains(before, value) {
		f.add("%s is %q a second time; list it once", path, value)
	}
}

// number checks an integer against its range.
func (f *faults) number(path string, value, low, high int) {
	if value < low || value > high {
		f.add("%s is %d; it must be %d to %d", path, value, low, high)
	}
}

// cidrs checks IPv4 CIDR blocks that a security group lets in.
func (f *faults) cidrs(path string, values []string) {
	for i, value := range values {
		element := fmt.Sprintf("%s[%d]", path, i)
		f.cidr(element, value)
		f.once(element, value, values[:i])
	}
}

func (f *faults) cidr(path, value string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(value)
	switch {
	case err != nil || !prefix.Addr().Is4():
		f.add("%s is %q; it must be an IPv4 CIDR block such as 10.0.0.0/16", path, value)
	case prefix != prefix.Masked():
		f.add("%s is %q; it must be a network address: %s", path, value, prefix.Masked())
	default:
		return prefix, true
	}
	return netip.Prefix{}, false
}

func (f *faults) cidr6(path, value string) {
	prefix, err := netip.ParsePrefix(value)
	switch {
	case err != nil || !prefix.Addr().Is6() || prefix.Addr().Is4In6():
		f.add("%s is %q; it must be an IPv6 CIDR block such as 2001:db8::/56", path, value)
	case prefix != prefix.Masked():
		f.add("%s is %q; it must be a network address: %s", path, value, prefix.Masked())
	}
}

// vpcCidr checks the CIDR block of a VPC that the program creates. AWS takes
// public blocks too, but answers to their real owners would stay in the VPC. See
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
func (f *faults) vpcCidr(path, value string) {
	prefix, ok := f.cidr(path, value)
	switch {
	case !ok:
	case prefix.Bits() < 16 || prefix.Bits() > 26:
		f.add("%s is %q; it must have a prefix length of /16 to /26", path, value)
	case !slices.ContainsFunc(privateBlocks, func(block netip.Prefix) bool { return block.Contains(prefix.Addr()) }):
		f.add("%s is %q; it must be private: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10", path, value)
	}
}

// privateBlocks are those of RFC 1918 and RFC 6598.
var privateBlocks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// existingVPC checks the keys of a network that is used and not created: they come
// together, and with none of those that shape a new VPC.
func (f *faults) existingVPC(path, vpcId string, subnetIds []string, keys strict.Keys, creation ...string) {
	if !keys.Has(path + ".vpcId") {
		if keys.Has(path + ".subnetIds") {
			f.add("%s.subnetIds is set without %s.vpcId; it lists subnets of an existing VPC", path, path)
		}
		return
	}
	f.text(path+".vpcId", vpcId, vpcForm)
	if len(subnetIds) == 0 {
		f.add("%s.subnetIds is not set; with %s.vpcId it must list the subnets to use", path, path)
	}
	f.texts(path+".subnetIds", subnetIds, subnetForm)
	for _, key := range creation {
		if keys.Has(path + "." + key) {
			f.add("%s.%s is set together with %s.vpcId; it shapes a new VPC, and an existing one is used as it is", path, key, path)
		}
	}
}

// tags checks the tags for every resource, see
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func (f *faults) tags(path string, tags map[string]string) {
	if len(tags) > 49 {
		f.add("%s has %d tags; it must have at most 49, since AWS stops at 50 and each resource gets a Name", path, len(tags))
	}
	for key, value := range sorted(tags) {
		switch {
		case !tagKey.valid(key):
			f.add("%s has the key %q; it must be %s", path, key, tagKey.allowed)
		case key == "Name":
			f.add("%s is %q; leave it out, each resource gets its own Name", strict.Join(path, key), value)
		case len(value) > 256:
			f.add("%s has %d characters; it must have at most 256", strict.Join(path, key), len(value))
		}
	}
}

var tagKey = form{
	func(s string) bool {
		return len(s) >= 1 && len(s) <= 128 && !strings.HasPrefix(strings.ToLower(s), "aws:")
	},
	"1 to 128 characters that don't begin with aws:",
}
