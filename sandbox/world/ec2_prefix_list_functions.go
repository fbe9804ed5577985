package world

import "fmt"

// awsBlocks stand for the addresses of the services that have a prefix list: the
// range that RFC 2544 sets aside for benchmarks.
var awsBlocks = []any{"198.18.0.0/15"}

// managedList is a prefix list of AWS's own, as both data sources show it.
func managedList(tx *Tx, caller Caller, args Props) (id, name string, found bool) {
	for _, s := range awsServices {
		id, name = tx.prefixListID(s, caller.Region), fmt.Sprintf("com.amazonaws.%s.%s", caller.Region, s.name)
		if id != "" && wantsList(args, id, name) {
			return id, name, true
		}
	}
	return "", "", false
}

// wantsList says whether the arguments mean the list.
func wantsList(args Props, id, name string) bool {
	for k, is := range map[string]string{"id": id, "prefixListId": id, "name": name} {
		if want := args.Str(k); want != "" && want != is {
			return false
		}
	}
	for _, f := range args.Maps("filters") {
		is := map[string]string{"prefix-list-id": id, "prefix-list-name": name}[f.Str("name")]
		if !filterMatches(f.Strs("values"), is) {
			return false
		}
	}
	return args.Str("id")+args.Str("prefixListId")+args.Str("name") != "" || len(args.List("filters")) > 0
}

func getPrefixList(tx *Tx, caller Caller, args Props) (Props, error) {
	id, name, ok := managedList(tx, caller, args)
	if !ok {
		return nil, fmt.Errorf("no matching EC2 Prefix List found")
	}
	out := args.Clone()
	out["cidrBlocks"], out["id"], out["name"], out["prefixListId"] = awsBlocks, id, name, id
	return out, nil
}

func getManagedPrefixList(tx *Tx, caller Caller, args Props) (Props, error) {
	out := args.Clone()
	if id, name, ok := managedList(tx, caller, args); ok {
		for k, v := range map[string]any{
			"addressFamily": "IPv4", "arn": fmt.Sprintf("arn:%s:ec2:%s:aws:prefix-list/%s", Partition(caller.Region), caller.Region, id),
			"entries": []any{map[string]any{"cidr": awsBlocks[0], "description": ""}},
			"id":      id, "maxEntries": 0.0, "name": name, "ownerId": "AWS", "tags": map[string]any{}, "version": 0.0,
		} {
			out[k] = v
		}
		return out, nil
	}
	for _, r := range tx.In(TokenManagedPrefixList, caller.Account, caller.Region) {
		if wantsList(args, r.ID, r.Outputs.Str("name")) {
			for _, k := range []string{"addressFamily", "arn", "entries", "maxEntries", "name", "ownerId", "version"} {
				out[k] = r.Outputs[k]
			}
			out["id"], out["tags"] = r.ID, map[string]any(r.Outputs.Map("tagsAll"))
			return out, nil
		}
	}
	return nil, fmt.Errorf("no matching EC2 Managed Prefix List found")
}

func getSubnets(tx *Tx, caller Caller, args Props) (Props, error) {
	ids := []any{}
	for _, r := range tx.In(TokenSubnet, caller.Account, caller.Region) {
		ok, err := subnetLookup.matches(r, args)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, r.ID)
		}
	}
	out := args.Clone()
	if out == nil {
		out = Props{}
	}
	out["id"], out["ids"] = caller.Region, ids
	if !out.Has("tags") {
		out["tags"] = map[string]any{}
	}
	return out, nil
}
