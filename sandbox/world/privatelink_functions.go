package world

import (
	"fmt"
	"slices"
	"strings"
)

var endpointLookup = lookup{
	token: TokenEndpoint, noun: "EC2 VPC Endpoint",
	byArg: map[string]string{"id": "id", "serviceName": "serviceName", "state": "state", "vpcId": "vpcId"},
	byFilter: map[string]string{
		"ip-address-type": "ipAddressType", "service-name": "serviceName", "vpc-endpoint-id": "id",
		"vpc-endpoint-state": "state", "vpc-endpoint-type": "vpcEndpointType", "vpc-id": "vpcId",
	},
}

func getVPCEndpoint(tx *Tx, caller Caller, args Props) (Props, error) {
	r, err := endpointLookup.find(tx, caller, args)
	if err != nil {
		return nil, err
	}
	r.Outputs = current(&Call{Tx: tx, Type: endpointType, Caller: caller, ID: r.ID, New: r.Inputs, State: r.Outputs, Record: r})
	out := shown(r, args,
		"arn", "cidrBlocks", "dnsEntries", "ipAddressType", "networkInterfaceIds", "ownerId", "policy", "prefixListId",
		"privateDnsEnabled", "requesterManaged", "routeTableIds", "securityGroupIds", "serviceName", "state",
		"subnetIds", "vpcEndpointType", "vpcId")
	out["dnsOptions"] = []any{}
	if options := r.Outputs.Map("dnsOptions"); options != nil {
		out["dnsOptions"] = []any{map[string]any(options)}
	}
	return out, nil
}

// getVPCEndpointService shows a service as its consumers see it: one of AWS's own
// or an endpoint service that allows the caller.
func getVPCEndpointService(tx *Tx, caller Caller, args Props) (Props, error) {
	name := args.Str("serviceName")
	if short := args.Str("service"); short != "" {
		name = fmt.Sprintf("com.amazonaws.%s.%s", caller.Region, short)
	}
	if s, ok := findAWSService(name, caller.Region); ok {
		return s.detail(tx, caller, name, args)
	}
	s, ok := tx.EndpointServiceNamed(name)
	if !ok || !s.Allows(caller.Account) || s.Region != caller.Region && !offered(s, caller, args) {
		return nil, fmt.Errorf("InvalidServiceName: The Vpc Endpoint Service '%s' does not exist", name)
	}
	r := tx.peek(TokenEndpointService, s.ID)
	out := args.Clone()
	for _, k := range []string{"acceptanceRequired", "arn", "baseEndpointDnsNames", "privateDnsName", "serviceType", "supportedIpAddressTypes"} {
		out[k] = r.Outputs[k]
	}
	out["availabilityZones"] = anys(s.zoneNames(tx, caller))
	out["id"], out["serviceId"], out["serviceName"] = s.ID, s.ID, s.Name
	out["managesVpcEndpoints"], out["vpcEndpointPolicySupported"] = false, false
	out["owner"], out["region"], out["tags"] = s.Account, s.Region, map[string]any{}
	out["privateDnsNames"] = []any{}
	if s.PrivateDNSName != "" {
		out["privateDnsNames"] = []any{s.PrivateDNSName}
	}
	return out, nil
}

// offered says whether a service of another Region supports the caller's, and is
// asked for there.
func offered(s EndpointService, caller Caller, args Props) bool {
	return slices.Contains(s.SupportedRegions, caller.Region) && slices.Contains(args.Strs("serviceRegions"), s.Region)
}

// zoneNames are the zones of a service by the caller's own names for them. Across
// Regions the caller sees its own zones.
func (s EndpointService) zoneNames(tx *Tx, caller Caller) []string {
	var out []string
	for _, z := range tx.Zones(caller.Account, caller.Region) {
		if s.Region != caller.Region || slices.Contains(s.ZoneIDs, z.ID) {
			out = append(out, z.Name)
		}
	}
	return out
}

// detail shows one of AWS's own services.
func (s awsService) detail(tx *Tx, caller Caller, name string, args Props) (Props, error) {
	wanted := args.Str("serviceType")
	switch {
	case wanted == "" && len(s.types) > 1:
		return nil, fmt.Errorf("multiple EC2 VPC Endpoint Services matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint Service")
	case wanted == "":
		wanted = s.types[0]
	case !slices.Contains(s.types, wanted):
		return nil, fmt.Errorf("no matching EC2 VPC Endpoint Service found")
	}
	var names []string
	for _, z := range tx.Zones(caller.Account, caller.Region) {
		if !slices.Contains(s.lacks, z.ID) {
			names = append(names, z.Name)
		}
	}
	id := "vpce-svc-" + stableHex("service "+name, 17)
	out := args.Clone()
	for k, v := range map[string]any{
		"acceptanceRequired": false, "availabilityZones": anys(names), "id": id, "serviceId": id,
		"arn":                  fmt.Sprintf("arn:%s:ec2:%s:amazon:vpc-endpoint-service/%s", Partition(caller.Region), caller.Region, id),
		"baseEndpointDnsNames": []any{strings.Join([]string{s.name, caller.Region, "vpce", DNSSuffix(caller.Region)}, ".")},
		"managesVpcEndpoints":  false, "owner": "amazon", "privateDnsName": s.privateName(caller.Region),
		"privateDnsNames": []any{s.privateName(caller.Region)}, "region": caller.Region, "serviceName": name,
		"serviceType": wanted, "supportedIpAddressTypes": []any{addressIPv4}, "tags": map[string]any{},
		"vpcEndpointPolicySupported": true,
	} {
		out[k] = v
	}
	return out, nil
}
