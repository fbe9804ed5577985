package world

import "fmt"

// lookup is a data source that finds exactly one of the caller's resources.
type lookup struct {
	token, noun string
	// byArg and byFilter say which output an argument or filter is compared with.
	byArg, byFilter map[string]string
}

var subnetLookup = lookup{
	token: TokenSubnet, noun: "EC2 Subnet",
	byArg: map[string]string{
		"availabilityZone": "availabilityZone", "availabilityZoneId": "availabilityZoneId",
		"cidrBlock": "cidrBlock", "id": "id", "vpcId": "vpcId",
	},
	byFilter: map[string]string{
		"availability-zone": "availabilityZone", "availability-zone-id": "availabilityZoneId",
		"cidr-block": "cidrBlock", "owner-id": "ownerId", "subnet-id": "id", "vpc-id": "vpcId",
	},
}

var vpcLookup = lookup{
	token: TokenVPC, noun: "EC2 VPC",
	byArg: map[string]string{"cidrBlock": "cidrBlock", "dhcpOptionsId": "dhcpOptionsId", "id": "id"},
	byFilter: map[string]string{
		"cidr": "cidrBlock", "dhcp-options-id": "dhcpOptionsId", "owner-id": "ownerId", "vpc-id": "id",
	},
}

// find returns the one resource of the caller that the arguments describe.
func (l lookup) find(tx *Tx, caller Caller, args Props) (*Record, error) {
	var found []*Record
	for _, r := range tx.In(l.token, caller.Account, caller.Region) {
		ok, err := l.matches(r, args)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no matching %s found", l.noun)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("multiple %ss matched; use additional constraints to reduce matches to a single %s", l.noun, l.noun)
}

func (l lookup) matches(r *Record, args Props) (bool, error) {
	for arg, output := range l.byArg {
		if want := args.Str(arg); want != "" && want != r.Outputs.Str(output) {
			return false, nil
		}
	}
	all := r.Outputs.Map("tagsAll")
	for k, v := range args.Map("tags") {
		if all[k] != v {
			return false, nil
		}
	}
	for _, f := range args.Maps("filters") {
		ok, err := l.filter(r, f)
		if !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (l lookup) filter(r *Record, f Props) (bool, error) {
	name := f.Str("name")
	if tag, ok := cutTag(name); ok {
		return filterMatches(f.Strs("values"), r.Outputs.Map("tagsAll").Str(tag)), nil
	}
	output, ok := l.byFilter[name]
	if !ok {
		return false, fmt.Errorf("InvalidParameterValue: The filter '%s' is invalid", name)
	}
	return filterMatches(f.Strs("values"), r.Outputs.Str(output)), nil
}

// cutTag returns the key of a filter by tag, "tag:Name".
func cutTag(filter string) (key string, ok bool) {
	const prefix = "tag:"
	if len(filter) <= len(prefix) || filter[:len(prefix)] != prefix {
		return "", false
	}
	return filter[len(prefix):], true
}

// shown copies outputs that a data source has under the same names.
func shown(r *Record, args Props, names ...string) Props {
	out := Props{"id": r.ID, "state": "available", "tags": map[string]any(r.Outputs.Map("tagsAll").Clone())}
	for _, n := range names {
		out[n] = r.Outputs[n]
	}
	if args.Has("filters") {
		out["filters"] = args["filters"]
	}
	return out
}

func getSubnet(tx *Tx, caller Caller, args Props) (Props, error) {
	r, err := subnetLookup.find(tx, caller, args)
	if err != nil {
		return nil, err
	}
	out := shown(r, args,
		"arn", "assignIpv6AddressOnCreation", "availabilityZone", "availabilityZoneId", "cidrBlock",
		"customerOwnedIpv4Pool", "enableDns64", "enableLniAtDeviceIndex", "enableResourceNameDnsARecordOnLaunch",
		"enableResourceNameDnsAaaaRecordOnLaunch", "ipv6CidrBlock", "ipv6CidrBlockAssociationId", "ipv6Native",
		"mapCustomerOwnedIpOnLaunch", "mapPublicIpOnLaunch", "outpostArn", "ownerId",
		"privateDnsHostnameTypeOnLaunch", "vpcId")
	out["availableIpAddressCount"] = float64(tx.FreeAddresses(asSubnet(r)))
	out["defaultForAz"] = false
	return out, nil
}

func getVPC(tx *Tx, caller Caller, args Props) (Props, error) {
	if args.Bool("default") {
		return nil, fmt.Errorf("no matching EC2 VPC found")
	}
	r, err := vpcLookup.find(tx, caller, args)
	if err != nil {
		return nil, err
	}
	out := shown(r, args,
		"arn", "cidrBlock", "dhcpOptionsId", "enableDnsHostnames", "enableDnsSupport",
		"enableNetworkAddressUsageMetrics", "instanceTenancy", "ipv6AssociationId", "ipv6CidrBlock",
		"mainRouteTableId", "ownerId")
	out["cidrBlockAssociations"] = []any{map[string]any{
		"associationId": "vpc-cidr-assoc-" + stableHex(r.ID, 17), "cidrBlock": out["cidrBlock"], "state": "associated",
	}}
	out["default"] = false
	return out, nil
}
