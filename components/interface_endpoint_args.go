package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (args *InterfaceEndpointArgs) check(name string) error {
	const component = "InterfaceEndpoint"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkSecurityGroupName(name))
	found.add(required("VpcId", args.VpcId))
	found.add(required("SubnetIds", args.SubnetIds))
	found.add(required("ServiceName", args.ServiceName))
	if len(args.Ports) == 0 {
		found.addf("Ports is empty; it must have at least one port of the service")
	}
	found.add(checkPorts("Ports", args.Ports))
	found.add(checkOneOf("IpAddressType", orElse(args.IpAddressType, "ipv4"), "ipv4", "dualstack", "ipv6"))
	found.add(checkOneOf("DnsRecordIpType", orElse(args.DnsRecordIpType, "ipv4"), "ipv4", "dualstack", "ipv6", "service-defined"))
	found.add(args.checkClients())
	if args.PrivateDnsOnceAccepted != nil && args.PrivateDnsEnabled != nil {
		found.addf("PrivateDnsOnceAccepted and PrivateDnsEnabled are set; private DNS is switched on with the endpoint or once it is accepted")
	}
	if known, ok := args.ServiceName.(pulumi.String); ok && args.Policy != nil {
		found.add(checkPolicyOf(string(known)))
	}
	return found.of(component, name)
}

// clientMaps are the clients whose keys name their rules.
func (args *InterfaceEndpointArgs) clientMaps() map[string]map[string]pulumi.StringInput {
	return map[string]map[string]pulumi.StringInput{
		"ClientIpv6Cidrs":        args.ClientIpv6Cidrs,
		"ClientPrefixListIds":    args.ClientPrefixListIds,
		"ClientSecurityGroupIds": args.ClientSecurityGroupIds,
	}
}

func (args *InterfaceEndpointArgs) checkClients() error {
	var found faults
	clients, ipv6 := len(args.ClientCidrs), len(args.ClientIpv6Cidrs) > 0
	for i, cidr := range args.ClientCidrs {
		argument := fmt.Sprintf("ClientCidrs[%d]", i)
		if strings.Contains(cidr, ":") {
			ipv6 = true
			found.add(checkCidr6(argument, cidr))
			continue
		}
		found.add(checkCidr(argument, cidr))
	}
	found.add(checkUnique("ClientCidrs", args.ClientCidrs))
	groups := args.clientMaps()
	for _, argument := range slices.Sorted(maps.Keys(groups)) {
		for _, key := range slices.Sorted(maps.Keys(groups[argument])) {
			found.add(checkKey(argument, key, groups[argument][key]))
			clients++
		}
	}
	if ipv6 && orElse(args.IpAddressType, "ipv4") == "ipv4" {
		found.addf("ClientCidrs or ClientIpv6Cidrs has IPv6 addresses; they need IpAddressType dualstack or ipv6")
	}
	if clients == 0 {
		found.addf("ClientCidrs, ClientIpv6Cidrs, ClientPrefixListIds and ClientSecurityGroupIds are empty; there must be at least one client")
	}
	return errors.Join(found...)
}

// checkPolicyOf refuses a policy where nothing would look at it.
func checkPolicyOf(serviceName string) error {
	if strings.Contains(serviceName, ".vpce-svc-") {
		return fmt.Errorf("%s is set; ServiceName %s is an endpoint service, which takes no endpoint policy", "Policy", serviceName)
	}
	return nil
}
