package world

import (
	"fmt"
	"slices"
	"strings"
)

// zoneFilters are what DescribeAvailabilityZones filters by, see
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html.
var zoneFilters = map[string]func(region string, z Zone) string{
	"group-name":    func(region string, _ Zone) string { return region + "-zg-1" },
	"opt-in-status": func(string, Zone) string { return "opt-in-not-required" },
	"region-name":   func(region string, _ Zone) string { return region },
	"state":         func(string, Zone) string { return "available" },
	"zone-id":       func(_ string, z Zone) string { return z.ID },
	"zone-name":     func(_ string, z Zone) string { return z.Name },
	"zone-type":     func(string, Zone) string { return "availability-zone" },
}

func getAvailabilityZones(tx *Tx, caller Caller, args Props) (Props, error) {
	zones := tx.Zones(caller.Account, caller.Region)
	if zones == nil {
		return nil, fmt.Errorf("the sandbox does not know the Region %q", caller.Region)
	}
	names, ids := []any{}, []any{}
	for _, z := range zones {
		ok, err := wantsZone(args, caller.Region, z)
		if err != nil {
			return nil, err
		}
		if ok {
			names, ids = append(names, z.Name), append(ids, z.ID)
		}
	}
	out := args.Clone()
	if out == nil {
		out = Props{}
	}
	out["groupNames"] = []any{caller.Region + "-zg-1"}
	out["id"] = caller.Region
	out["names"] = names
	out["zoneIds"] = ids
	return out, nil
}

func wantsZone(args Props, region string, z Zone) (bool, error) {
	if slices.Contains(args.Strs("excludeNames"), z.Name) || slices.Contains(args.Strs("excludeZoneIds"), z.ID) {
		return false, nil
	}
	if s := args.Str("state"); s != "" && s != "available" {
		return false, nil
	}
	for _, f := range args.Maps("filters") {
		value := zoneFilters[f.Str("name")]
		if value == nil {
			return false, fmt.Errorf("InvalidParameterValue: The filter '%s' is invalid", f.Str("name"))
		}
		if !filterMatches(f.Strs("values"), value(region, z)) {
			return false, nil
		}
	}
	return true, nil
}

// filterMatches compares a value with those of a filter, which may have wildcards.
func filterMatches(values []string, s string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return wildcard(v, s) })
}

func getPartition(_ *Tx, caller Caller, _ Props) (Props, error) {
	return Props{
		"dnsSuffix":        DNSSuffix(caller.Region),
		"id":               Partition(caller.Region),
		"partition":        Partition(caller.Region),
		"reverseDnsPrefix": reverseDNSPrefix(caller.Region),
	}, nil
}

func getRegion(_ *Tx, caller Caller, args Props) (Props, error) {
	name := caller.Region
	if given := args.Str("name"); given != "" {
		name = given
	}
	for _, r := range regions {
		endpoint := fmt.Sprintf("ec2.%s.%s", r.Name, DNSSuffix(r.Name))
		byEndpoint := args.Str("endpoint") != "" && args.Str("name") == ""
		if byEndpoint && args.Str("endpoint") == endpoint || !byEndpoint && r.Name == name {
			return Props{"description": r.Description, "endpoint": endpoint, "id": r.Name, "name": r.Name}, nil
		}
	}
	return nil, fmt.Errorf("the sandbox does not know the Region %q", strings.TrimSpace(name+" "+args.Str("endpoint")))
}

// getRegions are those of the partition that the account has enabled, or all of them.
func getRegions(tx *Tx, caller Caller, args Props) (Props, error) {
	if len(args.List("filters")) > 0 {
		return nil, fmt.Errorf("the sandbox does not filter Regions")
	}
	names := []any{}
	for _, r := range regions {
		if Partition(r.Name) == Partition(caller.Region) && (args.Bool("allRegions") || tx.regionEnabled(caller.Account, r.Name)) {
			names = append(names, r.Name)
		}
	}
	return Props{"id": Partition(caller.Region), "names": names}, nil
}

// getCallerIdentity answers as to a program that deploys with an assumed role.
func getCallerIdentity(_ *Tx, caller Caller, _ Props) (Props, error) {
	const role = "deploy"
	return Props{
		"accountId": caller.Account,
		"arn": fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/pulumi",
			Partition(caller.Region), caller.Account, role),
		"id":     caller.Account,
		"userId": "AROA" + strings.ToUpper(stableHex(caller.Account, 17)) + ":pulumi",
	}, nil
}
