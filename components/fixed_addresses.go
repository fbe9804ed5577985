package components

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// checkAddresses checks fixed addresses by zone: each is used once, and is in the VPC where
// that is made.
func checkAddresses(at check.Path, addresses map[string]string, vpc *VpcOptions, f *check.Faults) {
	holders := map[string]string{}
	for zone, address := range check.Sorted(addresses) {
		parsed, err := netip.ParseAddr(address)
		if err != nil {
			continue // said already
		}
		if other, taken := holders[address]; taken {
			f.Say(at.Key(zone), "is %q, which is also that of %s", address, other)
		}
		holders[address] = zone
		if block, err := netip.ParsePrefix(vpc.CidrBlock); err == nil && !vpc.exists() && !block.Contains(parsed) {
			f.Say(at.Key(zone), "is %q; it must be in the VPC, %s", address, vpc.CidrBlock)
		}
	}
}

// addressesBySubnet are the fixed addresses by the subnet of their zone. It fails for a zone
// that no subnet is in.
func addressesBySubnet(subnets pulumi.StringMapOutput, addresses map[string]string, at check.Path) pulumi.StringMapOutput {
	return subnets.ApplyT(func(byZone map[string]string) (map[string]string, error) {
		bySubnet := map[string]string{}
		var f check.Faults
		for zone, address := range check.Sorted(addresses) {
			subnet, there := byZone[zone]
			if !there {
				f.Say(at, "has the key %q; it must be one of the network's zones: %s", zone, strings.Join(slices.Sorted(maps.Keys(byZone)), ", "))
				continue
			}
			bySubnet[subnet] = address
		}
		return bySubnet, f.Err()
	}).(pulumi.StringMapOutput)
}
