package components

import (
	"fmt"
	"net/netip"

	"fargate-privatelink/internal/check"
)

// identity is what a rule is to AWS: its peer, port and protocol, however the peer is
// written. It is "" where the peer is only known later.
func (r rule) identity() string {
	peer := r.cidr
	for _, input := range []any{r.cidr6, r.group, r.prefixList} {
		if text, known := plain(input); known {
			peer = text
		}
	}
	if peer == "" {
		return ""
	}
	if prefix, err := netip.ParsePrefix(peer); err == nil {
		peer = prefix.Masked().String()
	}
	return fmt.Sprintf("%s %d/%s", peer, r.port, r.transport)
}

// builtIn is who has the rule that the tasks always have.
const builtIn = "the rule to every HTTPS port, which the tasks have anyway"

// checkRules refuses destinations that come to a rule that there is already: AWS has one of
// a kind in a security group.
func checkRules(at check.Path, own []rule, egress map[string]EgressRuleArgs, f *check.Faults) {
	holders := map[string]string{}
	for _, r := range own {
		holders[r.identity()] = builtIn
	}
	delete(holders, "")
	for name, m := range check.Sorted(egress) {
		if m.Port == nil {
			continue
		}
		path := at.Key(name)
		for _, r := range egressRules(map[string]EgressRuleArgs{name: m}) {
			identity := r.identity()
			if holder, taken := holders[identity]; taken && identity != "" && holder != string(path) {
				f.Say(path, "comes to %s, as does %s; AWS takes a rule once", identity, holder)
				continue
			}
			holders[identity] = string(path)
		}
	}
}
