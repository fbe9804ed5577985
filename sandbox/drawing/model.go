package drawing

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// The hops by the part of the picture that they are drawn at.
var (
	hopsToEndpoint = []string{vnet.HopDNS, vnet.HopInterface, vnet.HopClientGroup, vnet.HopEndpointGroup}
	hopsToBalancer = []string{vnet.HopConnection, vnet.HopNode, vnet.HopBalancerInbound, vnet.HopListener}
)

func (p *picture) addConsumer(c Consumer) {
	e, _ := p.tx.Endpoint(c.EndpointID)
	v, _ := p.tx.VPC(e.VpcID)
	s := &side{
		name: c.Name, account: "account " + e.Account + ", " + e.Region,
		vpc: fmt.Sprintf("%s  %s", v.ID, v.CIDR), linkGood: idle,
		group: box{lines: []string{strings.Join(e.SecurityGroupIDs, ", ")}, status: idle},
		link:  []string{e.ID, "connection " + e.State},
	}
	if len(e.DNSNames) > 0 {
		s.dns = e.DNSNames[0]
	}
	for _, n := range e.Interfaces {
		s.enis = append(s.enis, &eni{zone: n.ZoneID, edge: idle, box: box{
			lines: []string{n.PrivateIP.String(), n.ID}, status: idle,
		}})
	}
	if service, ok := p.tx.EndpointServiceNamed(e.ServiceName); ok {
		s.provider = p.host(service)
	}
	for _, path := range c.Paths {
		p.addPath(s, path)
	}
	for _, path := range c.Strangers {
		p.addStranger(s, path)
	}
	s.judge(c.Paths)
	p.consumers = append(p.consumers, s)
}

func (s *side) judge(paths []vnet.Path) {
	open := 0
	for _, p := range paths {
		if p.Reachable {
			open++
		}
	}
	switch s.outcome = mixed; open {
	case 0:
		s.outcome = failed
	case len(paths):
		s.outcome = passed
	}
	s.verdict = fmt.Sprintf("%s: %d of %d paths open", s.name, open, len(paths))
}

// host returns the provider's side of a service, which several consumers share.
func (p *picture) host(service world.EndpointService) *host {
	for _, h := range p.providers {
		if h.service.ID == service.ID {
			return h
		}
	}
	h := &host{
		service: service, title: "account " + service.Account + ", " + service.Region,
		nodeGroup: box{status: idle}, taskGroup: box{status: idle},
	}
	var offers []string
	for _, arn := range service.LoadBalancerARNs {
		lb, ok := p.tx.LoadBalancer(arn)
		if !ok {
			continue
		}
		v, _ := p.tx.VPC(lb.VpcID)
		h.vpc = fmt.Sprintf("%s  %s", v.ID, v.CIDR)
		h.nodeGroup.lines = groupLabel(lb.SecurityGroupIDs)
		for _, n := range lb.Nodes {
			found := h.zone(n.ZoneID)
			found.there, found.lines = true, []string{n.PrivateIP.String(), lb.Name}
		}
		for _, l := range p.tx.Listeners(arn) {
			offers = append(offers, fmt.Sprintf("%d/%s", l.Port, strings.ToLower(l.Protocol)))
			p.addTargets(h, l)
		}
	}
	h.offers = "Network Load Balancer, listeners " + strings.Join(offers, ", ")
	p.providers = append(p.providers, h)
	return h
}

func (p *picture) addTargets(h *host, l world.Listener) {
	for _, group := range l.TargetGroupARNs {
		for _, t := range p.tx.Targets(group) {
			h.taskGroup.lines = groupLabel(t.GroupIDs)
			shown := h.target(t.ZoneID, netip.AddrPortFrom(t.IP, uint16(t.Port)).String())
			shown.task = t.TaskARN[strings.LastIndex(t.TaskARN, "/")+1:]
			shown.describe(t.State)
		}
	}
}

func groupLabel(ids []string) []string {
	if len(ids) == 0 {
		return []string{"no security group"}
	}
	return []string{strings.Join(ids, ", ")}
}

// zone returns the row of an Availability Zone.
func (h *host) zone(id string) *node {
	for _, n := range h.nodes {
		if n.zone == id {
			return n
		}
	}
	n := &node{zone: id, box: box{status: idle, lines: []string{"no node here"}}}
	h.nodes = append(h.nodes, n)
	slices.SortFunc(h.nodes, func(a, b *node) int { return strings.Compare(a.zone, b.zone) })
	return n
}

// target returns the task at an address in a zone.
func (h *host) target(zone, address string) *target {
	n := h.zone(zone)
	for _, t := range n.tasks {
		if t.address == address {
			return t
		}
	}
	t := &target{address: address, box: box{status: idle, lines: []string{address, ""}}}
	n.tasks = append(n.tasks, t)
	return t
}

// targetAt returns the task at an address, in whatever zone.
func (h *host) targetAt(address string) *target {
	for _, n := range h.nodes {
		for _, t := range n.tasks {
			if t.address == address {
				return t
			}
		}
	}
	return nil
}

// client returns the box of a path's client.
func (s *side) client(c vnet.Client, stranger bool) *client {
	lines := []string{c.Label, c.Address.String()}
	if c.Label == lines[1] {
		lines = lines[1:]
	}
	for _, have := range s.clients {
		if slices.Equal(have.lines, lines) {
			return have
		}
	}
	n := &client{stranger: stranger, edge: idle, box: box{lines: lines, status: idle}}
	s.clients = append(s.clients, n)
	return n
}

// addPath marks what a path has passed and where it was stopped.
func (p *picture) addPath(s *side, path vnet.Path) {
	c := s.client(path.Client, false)
	stop := path.Stopped()
	if stop == nil {
		c.status = c.status.and(passed)
	} else {
		c.status = c.status.and(failed)
		addNumber(&c.numbers, p.number(path))
	}
	if stop != nil && slices.Contains(hopsToEndpoint, stop.Hop) {
		c.edge = c.edge.and(failed)
		addNumber(&c.edgeNumbers, p.number(path))
		if stop.Hop == vnet.HopEndpointGroup {
			s.group.status = s.group.status.and(failed)
		}
		return
	}
	c.edge, s.group.status = c.edge.and(passed), s.group.status.and(passed)
	i := slices.IndexFunc(s.enis, func(e *eni) bool { return e.zone == path.ZoneID })
	if i >= 0 {
		p.addCrossing(s, s.enis[i], path)
	}
}

// addCrossing marks the way from an endpoint's interface to the load balancer.
func (p *picture) addCrossing(s *side, e *eni, path vnet.Path) {
	e.status = e.status.and(passed)
	e.connectedTo(path.Address)
	h := s.provider
	if h == nil {
		e.edge, s.linkGood = failed, failed
		addNumber(&e.numbers, p.number(path))
		return
	}
	e.node = h.nodeAt(hop(path, vnet.HopNode), path.ZoneID)
	if stop := path.Stopped(); stop != nil && slices.Contains(hopsToBalancer, stop.Hop) {
		e.edge = e.edge.and(failed)
		addNumber(&e.numbers, p.number(path))
		at := &e.node.status
		switch stop.Hop {
		case vnet.HopConnection:
			at = &s.linkGood
		case vnet.HopBalancerInbound:
			at = &h.nodeGroup.status
		}
		*at = at.and(failed)
		return
	}
	e.edge, s.linkGood = e.edge.and(passed), s.linkGood.and(passed)
	e.node.status, h.nodeGroup.status = e.node.status.and(passed), h.nodeGroup.status.and(passed)
	p.addWay(h, e.node, path)
}

// connectedTo adds an address of an interface to the one that it shows anyway.
func (e *eni) connectedTo(a netip.Addr) {
	if a.IsValid() && !slices.Contains(e.lines, a.String()) {
		e.lines = slices.Insert(e.lines, len(e.lines)-1, a.String())
	}
}

// addWay marks the way from a node to a target.
func (p *picture) addWay(h *host, n *node, path vnet.Path) {
	for _, found := range path.Targets {
		if t := h.targetAt(found.Address); t != nil {
			t.see(found.State)
		}
	}
	to := h.targetAt(hop(path, vnet.HopTarget))
	if to == nil {
		to = n.stopped()
	}
	i := slices.IndexFunc(n.ways, func(w *way) bool { return w.to == to })
	if i < 0 {
		n.ways = append(n.ways, &way{from: n, to: to, status: idle})
		i = len(n.ways) - 1
	}
	w := n.ways[i]
	stop := path.Stopped()
	if stop == nil {
		w.status, h.taskGroup.status = w.status.and(passed), h.taskGroup.status.and(passed)
		if to != nil {
			to.status = to.status.and(passed)
		}
		return
	}
	w.status = w.status.and(failed)
	addNumber(&w.numbers, p.number(path))
	switch {
	case stop.Hop == vnet.HopBalancerOutbound:
		h.nodeGroup.status = h.nodeGroup.status.and(failed)
	case stop.Hop == vnet.HopTaskGroup:
		h.taskGroup.status = h.taskGroup.status.and(failed)
	case to != nil:
		to.status = to.status.and(failed)
		if stop.Hop == vnet.HopContainer {
			to.see(notListening)
		}
	}
}

// notListening is the state of a target that refused a connection.
const notListening = "not listening"

// states are what targets can be, from good to bad.
var states = []string{world.TargetHealthy, world.TargetUnused, world.TargetUnhealthy, notListening, vnet.TargetStopped}

// see takes what a path has found; of several findings the worst is shown.
func (t *target) see(state string) {
	if !t.found || slices.Index(states, state) > slices.Index(states, t.state) {
		t.found = true
		t.describe(state)
	}
	if t.state == vnet.TargetStopped {
		t.status = failed
	}
}

func (t *target) describe(state string) {
	t.state = state
	t.lines[1] = fmt.Sprintf("task %s…, %s", t.task[:min(8, len(t.task))], state)
}

// stopped returns a task in the node's zone that has stopped, or nil.
func (n *node) stopped() *target {
	for _, t := range n.tasks {
		if t.state == vnet.TargetStopped {
			return t
		}
	}
	return nil
}

// addStranger marks a path that should not get through.
func (p *picture) addStranger(s *side, path vnet.Path) {
	c := s.client(path.Client, true)
	if !path.Reachable {
		if c.status != failed {
			c.status, c.edge = rejected, rejected
		}
		return
	}
	c.status, c.edge = failed, failed
	n := p.numberText(fmt.Sprintf("%s (%s) is nobody that the configuration names, and gets through", path.Client.Label, path.Client.Address))
	addNumber(&c.edgeNumbers, n)
}

// nodeAt returns the node with an address, or else the row of a zone.
func (h *host) nodeAt(address, zone string) *node {
	for _, n := range h.nodes {
		if n.there && n.lines[0] == address {
			return n
		}
	}
	return h.zone(zone)
}

// hop is where a path passes a kind of hop, "" if it doesn't.
func hop(p vnet.Path, kind string) string {
	for _, h := range p.Hops {
		if h.Hop == kind && h.Allowed {
			return h.At
		}
	}
	return ""
}
