package world

import (
	"net/netip"
	"slices"
)

var managedPrefixListType = &Type{
	Token: TokenManagedPrefixList,
	Inputs: []Property{
		{Name: "addressFamily", Required: true, Replace: true},
		{Name: "entries", Computed: true, Set: true, Elem: []Property{{Name: "cidr", Required: true}, {Name: "description"}}},
		{Name: "maxEntries", Required: true},
		{Name: "name"},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency: Latency{
		Create: 5 * quick.Create, Update: 5 * quick.Create, Delete: 5 * quick.Create,
		Source: "assumption: the provider waits for the state create-complete, which EC2 reports within seconds",
	},
	Outputs: Props{
		"addressFamily": "", "arn": "", "entries": []any{}, "maxEntries": 0.0, "name": "", "ownerId": "",
		"tags": nil, "version": 1.0,
	},
	Create: func(c *Call) (string, Props, error) {
		id := "pl-" + c.Hex(17)
		return id, Props{
			"arn": c.ARN("ec2", "prefix-list/"+id), "ownerId": c.Caller.Account,
			"entries": shownEntries(c),
		}, nil
	},
	Update: func(c *Call) (Props, error) {
		computed := Props{"entries": shownEntries(c)}
		if c.Changed("entries") {
			computed["version"] = float64(c.State.Int("version") + 1)
		}
		return computed, nil
	},
}

func shownEntries(c *Call) []any {
	if !c.New.Has("entries") && c.State.Has("entries") {
		return c.State.List("entries")
	}
	out := []any{}
	for _, e := range c.New.Maps("entries") {
		out = append(out, map[string]any{"cidr": e.Str("cidr"), "description": e.Str("description")})
	}
	return out
}

// lists says whether a customer's prefix list has a block with the address.
func (tx *Tx) lists(prefixListID string, ip netip.Addr) bool {
	return slices.ContainsFunc(tx.PrefixList(prefixListID), func(p netip.Prefix) bool { return p.Contains(ip) })
}

// PrefixList returns the blocks of a managed prefix list; none where there is no
// such list.
func (tx *Tx) PrefixList(id string) []netip.Prefix {
	r := tx.peek(TokenManagedPrefixList, id)
	if r == nil {
		return nil
	}
	var out []netip.Prefix
	for _, e := range r.Outputs.Maps("entries") {
		if p, err := netip.ParsePrefix(e.Str("cidr")); err == nil {
			out = append(out, p)
		}
	}
	return out
}
