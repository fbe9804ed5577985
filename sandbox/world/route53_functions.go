package world

import (
	"fmt"
	"slices"
)

// getZone finds the caller's one hosted zone of a name, public unless a private
// one or a VPC is asked for, or the zone of an id.
func getZone(tx *Tx, caller Caller, args Props) (Props, error) {
	var found []*Record
	for _, r := range tx.In(TokenZone, caller.Account, zoneType.region(caller)) {
		if wantsZoneRecord(args, r) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no matching Route 53 Hosted Zone found")
	case 1:
		return shownZone(tx, args, found[0]), nil
	}
	return nil, fmt.Errorf("multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone")
}

func wantsZoneRecord(args Props, r *Record) bool {
	vpcs := zoneVPCs(r.Outputs)
	if id := args.Str("zoneId"); id != "" {
		return r.ID == id
	}
	if name := args.Str("name"); name != "" && normalDomain(name) != r.Outputs.Str("name") {
		return false
	}
	if vpc := args.Str("vpcId"); vpc != "" {
		return slices.Contains(vpcs, vpc)
	}
	all := r.Outputs.Map("tagsAll")
	for k, v := range args.Map("tags") {
		if all[k] != v {
			return false
		}
	}
	return args.Bool("privateZone") == (len(vpcs) > 0)
}

func shownZone(tx *Tx, args Props, r *Record) Props {
	vpc := ""
	if vpcs := zoneVPCs(r.Outputs); len(vpcs) > 0 {
		vpc = vpcs[0]
	}
	return Props{
		"arn": r.Outputs["arn"], "callerReference": stableHex("caller reference "+r.ID, 26), "comment": r.Outputs["comment"],
		"id": r.ID, "linkedServiceDescription": "", "linkedServicePrincipal": "", "name": r.Outputs["name"],
		"nameServers": r.Outputs["nameServers"], "primaryNameServer": r.Outputs["primaryNameServer"],
		"privateZone": vpc != "", "resourceRecordSetCount": float64(2 + len(tx.zoneRecords(r))),
		"tags": map[string]any(r.Outputs.Map("tagsAll")), "vpcId": args.Str("vpcId"), "zoneId": r.ID,
	}
}
