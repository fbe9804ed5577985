package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// path is one way on which a connection is let through or stopped.
type path struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Wanted: From is a client that a consumer's configuration names.
	Wanted bool `json:"wanted"`
	// Why is what stops the connection; empty where nothing does.
	Why string `json:"why,omitempty"`

	// consumer is whose client From is, client its label, and port and zone where To is.
	consumer, client, port, zone string
	// gone is the key of the contract that no longer has where To is.
	gone string
}

func (p path) open() bool { return p.Why == "" }

// probes are clients to be tried on one side because the other has them: only so a
// client that is no longer listed is told from one that is let in by another name.
type probes struct {
	// clients are those that the configuration names, and admitted those that only a
	// security group does, by consumer.
	clients, admitted map[string][]vnet.Client
	// blocks are public addresses that rules name.
	blocks []netip.Prefix
}

// surroundings are what the paths of one side were probed with.
type surroundings struct {
	probes
	// ports and zones are those of each consumer's endpoint.
	ports, zones map[string][]string
}

// followPaths finds what can reach what: each consumer's clients the service, and
// the internet the load balancers and tasks. Others are clients and addresses of the
// other side, to be tried as well.
func (s *snapshot) followPaths(ctx context.Context, sandbox *deploy.Sandbox, others probes) {
	s.paths, s.unchecked = nil, ""
	s.found = surroundings{
		probes: probes{clients: map[string][]vnet.Client{}, admitted: map[string][]vnet.Client{}},
		ports:  map[string][]string{}, zones: map[string][]string{},
	}
	if err := s.followConsumers(ctx, sandbox, others); err != nil {
		s.unchecked = err.Error()
	}
	_ = sandbox.World.View(func(tx *world.Tx) error {
		s.found.blocks = publicBlocks(tx)
		from := internet(append(slices.Clone(s.found.blocks), others.blocks...))
		s.paths = append(s.paths, balancersFromInternet(tx, from)...)
		s.paths = append(s.paths, tasksFromInternet(tx, from)...)
		return nil
	})
	slices.SortFunc(s.paths, func(a, b path) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}

func (s *snapshot) followConsumers(ctx context.Context, sandbox *deploy.Sandbox, others probes) (err error) {
	consumers, err := sandbox.Consumers(ctx, "")
	if err != nil {
		return err
	}
	network, err := sandbox.Network(deploy.NetworkOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, network.Close()) }()
	for _, c := range consumers {
		if err := s.followConsumer(ctx, sandbox.World, network, c, others); err != nil {
			return err
		}
	}
	return nil
}

func (s *snapshot) followConsumer(ctx context.Context, w *world.World, network *vnet.Network, c deploy.Consumer, others probes) error {
	clients, err := c.Clients()
	if err != nil {
		return err
	}
	strangers, err := c.Strangers()
	if err != nil {
		return err
	}
	admitted, err := c.Admitted(w)
	if err != nil {
		return err
	}
	name := c.Name()
	s.found.clients[name], s.found.admitted[name] = clients, admitted
	for _, port := range c.Ports() {
		for _, protocol := range world.TransportProtocols(port.Protocol) {
			s.found.ports[name] = append(s.found.ports[name], portName(port.Port, protocol))
		}
	}
	for _, probed := range []struct {
		clients []vnet.Client
		wanted  bool
	}{
		{clients, true}, {moved(c, others.clients[name], clients), true},
		{strangers, false}, {admitted, false}, {moved(c, others.admitted[name], admitted), false},
	} {
		found, err := c.Probe(ctx, network, probed.clients)
		if err != nil {
			return err
		}
		for _, p := range found {
			s.paths = append(s.paths, consumerPath(name, p, probed.wanted))
			s.found.zones[name] = append(s.found.zones[name], p.ZoneID)
		}
	}
	return nil
}

// moved are the other side's clients in a consumer's VPC, but those that it has itself.
func moved(c deploy.Consumer, others, own []vnet.Client) (out []vnet.Client) {
	for _, other := range others {
		if !slices.ContainsFunc(own, func(c vnet.Client) bool { return c.Label == other.Label }) {
			out = append(out, c.Moved(other))
		}
	}
	return out
}

func portName(port int, protocol string) string { return fmt.Sprintf("port %d/%s", port, protocol) }

func consumerPath(stack string, p vnet.Path, wanted bool) path {
	out := path{
		From: fmt.Sprintf("%s: %s", stack, p.Client.Label), Wanted: wanted,
		consumer: stack, client: p.Client.Label, port: portName(p.Port, p.Protocol), zone: p.ZoneID,
	}
	out.To = out.port + " in " + out.zone
	if stop := p.Stopped(); stop != nil {
		out.Why = fmt.Sprintf("%s: %s", stop.Hop, stop.By)
	}
	return out
}

// lost says why a path of the base is not among the head's.
func (found surroundings) lost(p path) (why, gone string) {
	switch {
	case p.consumer == "":
		return "there is no such listener or task any more", ""
	case found.ports[p.consumer] == nil:
		return "the stack has no such endpoint any more", ""
	case !slices.Contains(found.ports[p.consumer], p.port):
		return fmt.Sprintf("the service no longer has %s", p.port), "ports"
	case !slices.Contains(found.zones[p.consumer], p.zone):
		return fmt.Sprintf("the endpoint is no longer in %s", p.zone), "availabilityZoneIds"
	}
	return "the client is no longer known", ""
}

// lists says whether a consumer's configuration names a client.
func (found surroundings) lists(consumer, client string) bool {
	return slices.ContainsFunc(found.clients[consumer], func(c vnet.Client) bool { return c.Label == client })
}

// source is somebody on the internet.
type source struct {
	name string
	at   netip.Addr
}

// internet are addresses that stand for the internet: for each family one that no rule
// names by itself, set aside for documentation (RFC 5737 and RFC 9637), and one of each
// block that a rule does name.
func internet(blocks []netip.Prefix) []source {
	out := []source{
		{"the internet", netip.MustParseAddr("203.0.113.7")},
		{"the internet, by IPv6", netip.MustParseAddr("3fff::7")},
	}
	slices.SortFunc(blocks, netip.Prefix.Compare)
	for _, block := range slices.Compact(blocks) {
		if at, ok := publicIn(block); ok && block.Bits() > 0 {
			out = append(out, source{"the internet's " + block.String(), at})
		}
	}
	return out
}

// publicBlocks are the blocks of public addresses that a rule lets in.
func publicBlocks(tx *world.Tx) (out []netip.Prefix) {
	for _, r := range tx.All(secGroup) {
		for _, rule := range tx.SecurityGroupRules(r.ID) {
			if rule.Direction != world.Ingress {
				continue
			}
			for _, block := range append(tx.PrefixList(rule.PrefixListID), rule.CIDR) {
				if _, ok := publicIn(block); ok {
					out = append(out, block)
				}
			}
		}
	}
	return out
}

// publicIn returns an address of a block that somebody on the internet can have.
func publicIn(block netip.Prefix) (netip.Addr, bool) {
	if !block.IsValid() {
		return netip.Addr{}, false
	}
	for _, at := range append([]netip.Addr{block.Masked().Addr()}, wellKnown...) {
		if block.Contains(at) && isPublic(at) {
			return at, true
		}
	}
	return netip.Addr{}, false
}

// wellKnown are public addresses in parts of the internet that wide blocks begin
// before: a block from 0.0.0.0 begins with addresses that nobody has.
var wellKnown = []netip.Addr{
	netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("52.94.236.248"), netip.MustParseAddr("151.101.1.69"),
	netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2600::1"), netip.MustParseAddr("3fff::7"),
}

func isPublic(at netip.Addr) bool {
	return at.IsGlobalUnicast() && !at.IsPrivate() && !reserved.Contains(at) && !shared.Contains(at)
}

// The blocks that are nobody's: 0.0.0.0/8, and the one that carriers share (RFC 6598).
var (
	reserved = netip.MustParsePrefix("0.0.0.0/8")
	shared   = netip.MustParsePrefix("100.64.0.0/10")
)

// balancersFromInternet are the ways past PrivateLink, to load balancers that face
// the internet.
func balancersFromInternet(tx *world.Tx, from []source) (out []path) {
	for _, r := range tx.All(lb) {
		balancer, _ := tx.LoadBalancer(r.ID)
		if balancer.Internal {
			continue
		}
		for _, l := range tx.Listeners(balancer.ARN) {
			for _, protocol := range world.TransportProtocols(l.Protocol) {
				to := fmt.Sprintf("load balancer %s, port %d/%s", balancer.Name, l.Port, protocol)
				for _, s := range from {
					if s.at.Is4() || tx.IsDualstack(balancer.ARN) {
						out = append(out, s.to(tx, to, balancer.SecurityGroupIDs, protocol, l.Port))
					}
				}
			}
		}
	}
	return out
}

// tasksFromInternet are the ways past the load balancer, to tasks with public addresses.
func tasksFromInternet(tx *world.Tx, from []source) (out []path) {
	for _, r := range tx.All(service) {
		owner, _ := tx.Service(r.ID)
		for _, t := range tx.Tasks(r.ID) {
			if !t.Running() {
				continue
			}
			for _, port := range t.Ports {
				to := fmt.Sprintf("tasks of %s, port %d/tcp", owner.Name, port)
				for _, s := range from {
					if facesInternet(tx, t.Interface, s.at) {
						out = append(out, s.to(tx, to, t.Interface.GroupIDs, "tcp", port))
					}
				}
			}
		}
	}
	return out
}

// facesInternet says whether an interface has an address that somebody on the internet
// can connect to. An IPv6 address is public; what makes it one that only goes out is
// the route.
func facesInternet(tx *world.Tx, i world.NetworkInterface, from netip.Addr) bool {
	if from.Is4() {
		return i.PublicIP.IsValid()
	}
	route, found := tx.RouteTo(i.SubnetID, from)
	return i.IPv6.IsValid() && found && strings.HasPrefix(route.Target, "igw-")
}

func (s source) to(tx *world.Tx, to string, groups []string, protocol string, port int) path {
	p := path{From: s.name, To: to}
	if verdict := tx.Admits(groups, world.Ingress, protocol, port, world.Peer{IP: s.at}); !verdict.Admitted {
		p.Why = "security group: " + verdict.Reason
	}
	return p
}
