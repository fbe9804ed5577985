package components

import (
	"cmp"
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
	from, to := r.port, max(r.port, r.toPort)
	ports := fmt.Sprint(from)
	if to > from {
		ports += fmt.Sprintf("-%d", to)
	}
	return fmt.Sprintf("%s %s/%s", peer, ports, cmp.Or(protocolNames[r.transport], r.transport))
}

// protocolNames are those of the protocols that AWS takes by name too: the two are one rule.
// See https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html.
var protocolNames = map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

// Those who have rules besides the entries of egress.
const (
	httpsRule  = "the rule to every HTTPS port, which the tasks have anyway"
	volumeRule = "a volume's securityGroupIds"
)

// checkRules refuses destinations that come to a rule that there is already: AWS has one of
// a kind in a security group.
func checkRules(at check.Path, https, volumes []rule, egress map[string]EgressRuleArgs, f *check.Faults) {
	holders := map[string]string{}
	for _, r := range https {
		holders[r.identity()] = httpsRule
	}
	for _, r := range volumes {
		holders[r.identity()] = volumeRule
	}
	delete(holders, "")
	for name, m := range check.Sorted(egress) {
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
