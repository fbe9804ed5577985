package drawing

import (
	"fmt"
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
	s.reachable = open == len(paths) && open > 0
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
			id := t.TaskARN[strings.LastIndex(t.TaskARN, "/")+1:]
			h.target(t.ZoneID, fmt.Sprintf("%s:%d", t.IP, t.Port)).lines[1] = "task " + id[:min(8, len(id))] + "…, " + t.State
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
	n := &client{stranger: stranger, box: box{lines: lines, status: idle}}
	s.clients = append(s.clients, n)
	return n
}

// note is the text of a stop.
func note(p vnet.Path) string {
	stop := p.Stopped()
	return fmt.Sprintf("%s %s (%s): %s", stop.Hop, stop.At, stop.Effect, stop.By)
}

// addPath marks what a path has passed and where it was stopped.
func (p *picture) addPath(s *side, path vnet.Path) {
	c := s.client(path.Client, false)
	stop := path.Stopped()
	if stop != nil && slices.Contains(hopsToEndpoint, stop.Hop) {
		c.status = failed
		addNumber(&c.numbers, p.number(note(path)))
		if stop.Hop == vnet.HopEndpointGroup {
			s.group.status = failed
		}
		return
	}
	c.status, s.group.status = worse(c.status, passed), worse(s.group.status, passed)
	i := slices.IndexFunc(s.enis, func(e *eni) bool { return e.zone == path.ZoneID })
	if i < 0 {
		return
	}
	e := s.enis[i]
	e.status = worse(e.status, passed)
	h := s.provider
	if h == nil {
		e.edge, s.linkGood = failed, failed
		addNumber(&e.numbers, p.number(note(path)))
		return
	}
	e.node = h.nodeAt(hop(path, vnet.HopNode), path.ZoneID)
	if stop != nil && slices.Contains(hopsToBalancer, stop.Hop) {
		e.edge = failed
		addNumber(&e.numbers, p.number(note(path)))
		switch stop.Hop {
		case vnet.HopConnection:
			s.linkGood = failed
		case vnet.HopBalancerInbound:
			h.nodeGroup.status = failed
		default:
			e.node.status = failed
		}
		return
	}
	e.edge, s.linkGood = worse(e.edge, passed), worse(s.linkGood, passed)
	e.node.status, h.nodeGroup.status = worse(e.node.status, passed), worse(h.nodeGroup.status, passed)
	p.addWay(h, e.node, path)
}

// addWay marks the way from a node to a target.
func (p *picture) addWay(h *host, n *node, path vnet.Path) {
	to := h.targetAt(hop(path, vnet.HopTarget))
	i := slices.IndexFunc(n.ways, func(w *way) bool { return w.to == to })
	if i < 0 {
		n.ways = append(n.ways, &way{from: n, to: to, status: idle})
		i = len(n.ways) - 1
	}
	w := n.ways[i]
	stop := path.Stopped()
	if stop == nil {
		w.status, h.taskGroup.status = worse(w.status, passed), worse(h.taskGroup.status, passed)
		if to != nil {
			to.status = worse(to.status, passed)
		}
		return
	}
	w.status = failed
	addNumber(&w.numbers, p.number(note(path)))
	switch {
	case stop.Hop == vnet.HopBalancerOutbound:
		h.nodeGroup.status = failed
	case stop.Hop == vnet.HopTaskGroup:
		h.taskGroup.status = failed
	case to != nil:
		to.status = failed
	}
}

// addStranger marks a path that should not get through.
func (p *picture) addStranger(s *side, path vnet.Path) {
	c := s.client(path.Client, true)
	if !path.Reachable {
		c.status = worse(c.status, rejected)
		if c.status == idle {
			c.status = rejected
		}
		return
	}
	c.status = failed
	addNumber(&c.numbers, p.number(fmt.Sprintf("%s (%s) is nobody that the configuration names, and gets through", path.Client.Label, path.Client.Address)))
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
