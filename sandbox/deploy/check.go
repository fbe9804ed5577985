package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// Reach is what Check found for one consumer stack.
type Reach struct {
	Stack string `json:"stack"`
	// Network is the endpoint's among a stack's several networks, or "".
	Network string `json:"network,omitempty"`
	// EndpointID is the consumer's interface endpoint.
	EndpointID string `json:"endpointId"`
	// State is the state of its connection as AWS has it now.
	State string `json:"state"`
	// URL is what the consumer's clients open.
	URL string `json:"url,omitempty"`
	// DNSNames are the endpoint's own: the regional one, then one for each zone.
	DNSNames []string `json:"dnsNames"`
	// Paths are those of the clients that the configuration names.
	Paths []vnet.Path `json:"paths"`
	// Strangers are the paths of clients that it does not name.
	Strangers []vnet.Path `json:"strangers"`
}

// Name is the stack's, with the network's where it has several.
func (r Reach) Name() string { return consumerName(r.Stack, r.Network) }

func consumerName(stack, network string) string {
	if network == "" {
		return stack
	}
	return stack + "/" + network
}

// Reachable says whether every client's every path carries a connection through.
func (r Reach) Reachable() bool {
	for _, p := range r.Paths {
		if !p.Reachable {
			return false
		}
	}
	return len(r.Paths) > 0
}

// StrangersRefused says whether no stranger's path does.
func (r Reach) StrangersRefused() bool {
	for _, p := range r.Strangers {
		if p.Reachable {
			return false
		}
	}
	return true
}

// Consumer is an endpoint of a deployed consumer stack as the stack's outputs
// describe it.
type Consumer struct {
	Stack string
	// Network is the endpoint's among the stack's several networks, or "".
	Network string
	outputs contract.Endpoint
	ports   []contract.Port
	// endpoint is its endpoint as it is now.
	endpoint world.Endpoint
	vpc      world.VPC
	// lists are the blocks of the prefix lists that clients may connect from.
	lists map[string][]netip.Prefix
	// groups are the security groups of its VPC.
	groups []string
}

// Name is the stack's, with the network's where it has several.
func (c Consumer) Name() string { return consumerName(c.Stack, c.Network) }

// Consumers returns the endpoints of the deployed consumer stacks; with a name, of
// that stack only. It is an error when there is none.
func (s *Sandbox) Consumers(ctx context.Context, only string) ([]Consumer, error) {
	var out []Consumer
	for _, st := range s.Stacks {
		if st.Role != RoleConsumer && !s.another(st) || only != "" && st.Name != only {
			continue
		}
		found, err := s.consumers(ctx, st.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	switch {
	case out == nil && s.program == nil:
		return nil, errors.New("no stack of the project has an endpoint to an endpoint service: run sandbox up first, in the consumer's project")
	case out == nil && only != "":
		return nil, fmt.Errorf("%q is no stack with role %s", only, RoleConsumer)
	case out == nil:
		return nil, fmt.Errorf("the project has no stack with role %s", RoleConsumer)
	}
	return out, nil
}

// another says whether a stack is of a program other than this repository's which says
// nothing of its side: that is seen by what it has made.
func (s *Sandbox) another(st Stack) bool { return s.program == nil && st.Role == "" }

// IsConsumer says whether a stack has endpoints to ask about, once it is deployed.
func (s *Sandbox) IsConsumer(ctx context.Context, st Stack) (bool, error) {
	if !s.another(st) {
		return st.Role == RoleConsumer, nil
	}
	found, err := s.consumersOf(ctx, st.Name)
	return len(found) > 0, err
}

func (s *Sandbox) consumers(ctx context.Context, stack string) ([]Consumer, error) {
	raw, err := s.Outputs(ctx, stack)
	if err != nil {
		return nil, err
	}
	if s.loaded(stack) != nil && !hasContract(raw) {
		return s.consumersOf(ctx, stack)
	}
	b, err := json.Marshal(raw)
	if err != nil {
		return nil, err
	}
	outputs, err := contract.ParseConsumerOutputs(b)
	switch {
	case err != nil && s.program == nil: // a program hands out what it likes
		found, err := s.consumersOf(ctx, stack)
		if url, ok := raw["url"].(string); ok && len(found) == 1 {
			found[0].outputs.Url = url
		}
		return found, err
	case len(raw) == 0:
		return nil, errNotDeployed(stack)
	case err != nil:
		return nil, fmt.Errorf("stack %s: %w", stack, err)
	}
	all := outputs.All()
	var out []Consumer
	for _, network := range slices.Sorted(maps.Keys(all)) {
		c := Consumer{Stack: stack, Network: network, outputs: all[network], ports: outputs.Ports}
		if err := s.World.View(c.read); err != nil {
			return nil, fmt.Errorf("stack %s: %w", c.Name(), err)
		}
		out = append(out, c)
	}
	return out, nil
}

// read takes what AWS has of the endpoint now.
func (c *Consumer) read(tx *world.Tx) error {
	var ok bool
	if c.endpoint, ok = tx.Endpoint(c.outputs.EndpointId); !ok {
		return fmt.Errorf("its endpoint %s does not exist any more", c.outputs.EndpointId)
	}
	c.vpc, _ = tx.VPC(c.endpoint.VpcID)
	c.groups = tx.SecurityGroups(c.endpoint.VpcID)
	c.lists = map[string][]netip.Prefix{}
	for _, id := range c.outputs.ClientPrefixListIds {
		c.lists[id] = tx.PrefixList(id)
	}
	return nil
}

// URL is what the consumer's clients open.
func (c Consumer) URL() string { return c.outputs.Url }

// Address is what its clients connect to for one of the service's ports: the
// host of the URL, or else the endpoint's regional name.
func (c Consumer) Address(port int) string {
	host := ""
	if u, err := url.Parse(c.outputs.Url); err == nil {
		host = u.Hostname()
	}
	if host == "" && len(c.endpoint.DNSNames) > 0 {
		host = c.endpoint.DNSNames[0]
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// Ports are the service's.
func (c Consumer) Ports() []contract.Port { return c.ports }

// Client is one in the consumer's VPC: at an address, or, for the id of a
// security group, in that group. Empty, it is the first of Clients.
func (c Consumer) Client(from string) (vnet.Client, error) {
	if strings.HasPrefix(from, "sg-") {
		if !slices.Contains(c.groups, from) {
			return vnet.Client{}, fmt.Errorf("there is no security group %s in %s; there are %s", from, c.endpoint.VpcID, strings.Join(c.groups, ", "))
		}
		return c.inGroup(from), nil
	}
	if from == "" {
		clients, err := c.Clients()
		if err != nil || len(clients) == 0 {
			return vnet.Client{Label: "VPC", VpcID: c.endpoint.VpcID, Address: clientIn(c.block())}, err
		}
		return clients[0], nil
	}
	ip, err := netip.ParseAddr(from)
	if err != nil {
		return vnet.Client{}, fmt.Errorf("%q is not a client; it must be an IP address or the id of a security group", from)
	}
	return vnet.Client{Label: from, VpcID: c.endpoint.VpcID, Address: ip}, nil
}

// shows says whether the endpoint's names have addresses of the same kind.
func (c Consumer) shows(client netip.Addr) bool { return vnet.Resolves(c.endpoint, client) }

// block is the VPC's, of a kind of address that the endpoint's names have.
func (c Consumer) block() netip.Prefix {
	if v6 := c.vpc.IPv6CIDR; v6.IsValid() && !c.shows(c.vpc.CIDR.Addr()) {
		return v6
	}
	return c.vpc.CIDR
}

// Moved is another endpoint's client, at the same address in this consumer's VPC.
func (c Consumer) Moved(client vnet.Client) vnet.Client {
	client.VpcID = c.endpoint.VpcID
	return client
}

func (c Consumer) inGroup(id string) vnet.Client {
	return vnet.Client{Label: id, VpcID: c.endpoint.VpcID, Address: clientIn(c.block()), SecurityGroupIDs: []string{id}}
}

// Clients stand for those that the configuration lets in: one for each CIDR block,
// one for each security group and one for each block of a prefix list. Those of a
// kind of address that the endpoint's names don't have are left out.
func (c Consumer) Clients() ([]vnet.Client, error) {
	var out []vnet.Client
	for _, cidr := range c.outputs.ClientCidrBlocks {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, fmt.Errorf("stack %s: output clientCidrBlocks: %w", c.Name(), err)
		}
		if c.shows(p.Addr()) {
			out = append(out, vnet.Client{Label: cidr, VpcID: c.endpoint.VpcID, Address: clientIn(p)})
		}
	}
	for _, id := range c.outputs.ClientSecurityGroupIds {
		out = append(out, c.inGroup(id))
	}
	for _, id := range c.outputs.ClientPrefixListIds {
		for _, p := range c.lists[id] {
			if c.shows(p.Addr()) {
				out = append(out, vnet.Client{Label: fmt.Sprintf("%s of %s", p, id), VpcID: c.endpoint.VpcID, Address: clientIn(p)})
			}
		}
	}
	return out, nil
}

// strangerAddresses are addresses of nobody: each is of another one of the
// ranges that RFC 5737, and for IPv6 RFC 9637, set aside for documentation.
var strangerAddresses = []string{"203.0.113.7", "198.51.100.7", "192.0.2.7", "3fff::7"}

// Strangers stand for those that the configuration does not let in: one from
// outside, for each kind of address that the endpoint's names have, and one within
// the VPC but in no group that it names. Where it lets in everybody, there is none.
func (c Consumer) Strangers() ([]vnet.Client, error) {
	clients, err := c.Clients()
	if err != nil {
		return nil, err
	}
	isClient := func(a netip.Addr) bool {
		in := func(p netip.Prefix) bool { return p.Contains(a) }
		for _, list := range c.lists {
			if slices.ContainsFunc(list, in) {
				return true
			}
		}
		return slices.ContainsFunc(c.outputs.ClientCidrBlocks, func(cidr string) bool {
			p, err := netip.ParsePrefix(cidr)
			return err == nil && in(p)
		})
	}
	var out []vnet.Client
	asked := map[bool]bool{} // for IPv4, and for IPv6
	for _, s := range strangerAddresses {
		a := netip.MustParseAddr(s)
		if asked[a.Is4()] || !c.shows(a) || isClient(a) {
			continue
		}
		asked[a.Is4()] = true
		out = append(out, vnet.Client{Label: "a stranger", VpcID: c.endpoint.VpcID, Address: a})
	}
	if block := c.block(); len(clients) > 0 && block.IsValid() && !isClient(clientIn(block)) {
		a := clientIn(block)
		out = append(out, vnet.Client{Label: "a stranger in the VPC", VpcID: c.endpoint.VpcID, Address: a})
	}
	return out, nil
}

// Admitted stand for those that the endpoint's security groups let in by address, and
// the configuration does not: one for each block that a rule names. Somebody may have
// added a rule on purpose, so they are no strangers.
func (c Consumer) Admitted(w *world.World) (out []vnet.Client, err error) {
	seen := map[netip.Prefix]bool{}
	err = w.View(func(tx *world.Tx) error {
		for _, id := range c.endpoint.SecurityGroupIDs {
			for _, rule := range tx.SecurityGroupRules(id) {
				block := rule.CIDR
				if rule.Direction != world.Ingress || !block.IsValid() || seen[block] || !c.shows(block.Addr()) || c.names(block) {
					continue
				}
				seen[block] = true
				out = append(out, vnet.Client{Label: "others in " + block.String(), VpcID: c.endpoint.VpcID, Address: clientIn(block)})
			}
		}
		return nil
	})
	return out, err
}

// names says whether the configuration names a block, or one around it.
func (c Consumer) names(block netip.Prefix) bool {
	around := func(p netip.Prefix) bool { return p.Bits() <= block.Bits() && p.Contains(block.Addr()) }
	for _, list := range c.lists {
		if slices.ContainsFunc(list, around) {
			return true
		}
	}
	return slices.ContainsFunc(c.outputs.ClientCidrBlocks, func(cidr string) bool {
		p, err := netip.ParsePrefix(cidr)
		return err == nil && around(p)
	})
}

// Check is CheckOn with the sandbox's own runtime: it starts the tasks and stops
// them again.
func (s *Sandbox) Check(ctx context.Context) (found []Reach, err error) {
	n, err := s.Network(NetworkOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	return s.CheckOn(ctx, n)
}

// CheckOn opens a connection from each client that a consumer's configuration
// names, and from strangers, to each port, through each of the endpoint's network
// interfaces, and says hop by hop what became of it. With stacks, it is about those
// consumers only.
func (s *Sandbox) CheckOn(ctx context.Context, n *vnet.Network, stacks ...string) ([]Reach, error) {
	if stacks == nil {
		stacks = []string{""}
	}
	var consumers []Consumer
	for _, stack := range stacks {
		found, err := s.Consumers(ctx, stack)
		if err != nil {
			return nil, err
		}
		consumers = append(consumers, found...)
	}
	var out []Reach
	for _, c := range consumers {
		r := Reach{Stack: c.Stack, Network: c.Network, EndpointID: c.endpoint.ID, State: c.endpoint.State, URL: c.URL(), DNSNames: c.outputs.DnsNames}
		clients, err := c.Clients()
		if err != nil {
			return nil, err
		}
		if r.Paths, err = c.Probe(ctx, n, clients); err != nil {
			return nil, err
		}
		strangers, err := c.Strangers()
		if err != nil {
			return nil, err
		}
		if r.Strangers, err = c.Probe(ctx, n, strangers); err != nil {
			return nil, err
		}
		s.noteAssumptions(r.Paths)
		out = append(out, r)
	}
	return out, nil
}

// Probe opens a connection from each client to each of the service's ports, through
// each of the endpoint's network interfaces.
func (c Consumer) Probe(ctx context.Context, n *vnet.Network, clients []vnet.Client) ([]vnet.Path, error) {
	paths := []vnet.Path{}
	for _, port := range c.Ports() {
		for _, network := range world.TransportProtocols(port.Protocol) {
			for _, client := range clients {
				found, err := n.Probe(ctx, client, network, c.Address(port.Port))
				if err != nil {
					return nil, fmt.Errorf("stack %s: %w", c.Name(), err)
				}
				paths = append(paths, found...)
			}
		}
	}
	return paths, nil
}

// clientIn picks an address of a block: the tenth, past those that AWS reserves
// in a subnet, or the last of a smaller block.
func clientIn(p netip.Prefix) netip.Addr {
	at := p.Masked().Addr()
	for range 10 {
		next := at.Next()
		if !p.Contains(next) {
			break
		}
		at = next
	}
	return at
}
