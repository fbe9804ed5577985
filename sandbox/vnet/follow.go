package vnet

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// flow is one connection as the network sees it.
type flow struct {
	client     Client
	protocol   string // "tcp" or "udp"
	sourcePort uint16
	name       string
	destination
	port int
}

// route is what the network decides about a flow: the hops of its path, and,
// where it gets that far, what it takes to carry it out.
type route struct {
	Path

	flow     flow
	service  world.EndpointService
	balancer world.LoadBalancer
	node     world.NetworkInterface
	listener world.Listener
	settings world.ListenerSettings
	group    string
	pool     world.TargetGroupSettings
	target   world.Target
}

// accepted says whether the load balancer itself completes the connection before
// it has one to a target: a TLS listener does.
func (r *route) accepted() bool { return r.listener.Protocol == "TLS" }

// follower takes a flow from hop to hop until one stops it.
type follower struct {
	route
	tx   *world.Tx
	live *live
}

// follow decides what becomes of a flow, from the world's state and from what
// the running tasks tell.
func follow(tx *world.Tx, l *live, f flow) route {
	t := &follower{tx: tx, live: l, route: route{flow: f, Path: Path{
		Client: f.client, Name: f.name, EndpointID: f.endpoint.ID, ZoneID: f.eni.ZoneID,
		Protocol: f.protocol, Address: f.ip, Port: f.port, SourcePort: int(f.sourcePort), Reachable: true,
	}}}
	steps := []func(){
		t.resolved, t.findInterface, t.leaveClient, t.enterEndpoint, t.crossConnection, t.reachNode, t.enterBalancer,
		t.findListener, t.pickTarget, t.leaveBalancer, t.enterTask, t.enterContainer,
	}
	for _, step := range steps {
		if t.Reachable {
			step()
		}
	}
	return t.route
}

func (t *follower) pass(hop, at, format string, args ...any) {
	t.Hops = append(t.Hops, Hop{Hop: hop, At: at, Allowed: true, By: fmt.Sprintf(format, args...)})
}

// stop ends the path. Unless it is said otherwise, AWS drops what it does not let
// pass: see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html.
func (t *follower) stop(effect Effect, hop, at, format string, args ...any) {
	t.Hops = append(t.Hops, Hop{Hop: hop, At: at, By: fmt.Sprintf(format, args...), Effect: effect})
	t.Reachable = false
}

// ask records what security groups say.
func (t *follower) ask(hop string, groups []string, d world.Direction, port int, peer world.Peer) {
	at := strings.Join(groups, ", ")
	v := t.tx.Admits(groups, d, t.flow.protocol, port, peer)
	switch {
	case !v.Admitted:
		t.stop(Dropped, hop, at, "%s", v.Reason)
	case v.RuleID == "":
		t.pass(hop, "none", "there is no security group")
	default:
		t.pass(hop, at, "%s", v.RuleID)
	}
}

func (t *follower) resolved() {
	if t.flow.name != "" {
		t.pass(HopDNS, t.flow.name, "resolves to %s", t.flow.ip)
	}
}

// findInterface: the sandbox carries connections to interface endpoints only.
func (t *follower) findInterface() {
	eni := t.flow.eni
	if t.flow.endpoint.ID == "" {
		t.stop(Dropped, HopInterface, t.flow.ip.String(), "no interface endpoint in %s has this address", t.flow.client.VpcID)
		return
	}
	t.pass(HopInterface, eni.ID, "%s of %s, in %s", t.flow.ip, t.flow.endpoint.ID, eni.ZoneID)
}

func (t *follower) leaveClient() {
	groups := t.flow.client.SecurityGroupIDs
	if len(groups) == 0 {
		return
	}
	t.ask(HopClientGroup, groups, world.Egress, t.flow.port, world.Peer{IP: t.flow.ip, GroupIDs: t.flow.eni.GroupIDs})
}

func (t *follower) enterEndpoint() {
	peer := world.Peer{IP: t.flow.client.Address, GroupIDs: t.flow.client.SecurityGroupIDs}
	t.ask(HopEndpointGroup, t.flow.eni.GroupIDs, world.Ingress, t.flow.port, peer)
}

// crossConnection: only an available connection carries traffic, see
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html.
func (t *follower) crossConnection() {
	e := t.flow.endpoint
	service, ok := t.tx.EndpointServiceNamed(e.ServiceName)
	if !ok {
		t.stop(Dropped, HopConnection, e.ID, "the service %s does not exist any more", e.ServiceName)
		return
	}
	t.service = service
	if e.State != world.StateAvailable {
		t.stop(Dropped, HopConnection, e.ID, "the connection to %s is %s", service.ID, e.State)
		return
	}
	t.pass(HopConnection, e.ID, "available to %s", service.ID)
}

// reachNode picks the load balancer's node that the endpoint's interface leads
// to: in its own zone, or, from another Region, any. Of several load balancers an
// interface sticks to one. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html.
func (t *follower) reachNode() {
	type choice struct {
		balancer world.LoadBalancer
		node     world.NetworkInterface
	}
	var choices []choice
	zone := t.flow.eni.ZoneID
	for _, arn := range t.service.LoadBalancerARNs {
		lb, ok := t.tx.LoadBalancer(arn)
		if !ok {
			continue
		}
		for _, n := range lb.Nodes {
			if n.ZoneID == zone || t.flow.endpoint.Region != t.service.Region {
				choices = append(choices, choice{lb, n})
			}
		}
	}
	if len(choices) == 0 {
		t.stop(Dropped, HopNode, t.service.ID, "no load balancer of the service has a node in %s", zone)
		return
	}
	chosen := choices[hash(t.flow.eni.ID)%uint64(len(choices))]
	t.balancer, t.node = chosen.balancer, chosen.node
	t.pass(HopNode, t.node.PrivateIP.String(), "%s has a node in %s", t.balancer.Name, t.node.ZoneID)
}

// enterBalancer: with the switch on, the source is the client's own address and
// not the endpoint's, see
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html.
func (t *follower) enterBalancer() {
	groups := t.balancer.SecurityGroupIDs
	if len(groups) > 0 && !t.balancer.EnforceOnPrivateLink {
		t.pass(HopBalancerInbound, strings.Join(groups, ", "), "not asked: inbound rules are not enforced on PrivateLink traffic")
		return
	}
	t.ask(HopBalancerInbound, groups, world.Ingress, t.flow.port, world.Peer{IP: t.flow.client.Address})
}

// findListener: over PrivateLink, UDP takes a dualstack load balancer, with prefixes
// for IPv6 source NAT (the rule LISTENER-UDP-SOURCE-NAT), see
// https://aws.amazon.com/blogs/networking-and-content-delivery/accelerate-ipv6-application-migration-with-aws-privatelink-and-dual-stack-network-load-balancers-udp-support.
// What a load balancer does without a listener AWS does not say: the sandbox
// takes it to drop.
func (t *follower) findListener() {
	var have []string
	for _, l := range t.tx.Listeners(t.balancer.ARN) {
		shown := fmt.Sprintf("%d/%s", l.Port, strings.ToLower(l.Protocol))
		have = append(have, shown)
		if l.Port != t.flow.port || !slices.Contains(world.TransportProtocols(l.Protocol), t.flow.protocol) {
			continue
		}
		if why := t.carriesNoUDP(); t.flow.protocol == "udp" && why != "" {
			t.stop(Dropped, HopListener, shown, "%s", why)
			return
		}
		t.listener, t.settings = l, t.tx.ListenerSettings(l.ARN)
		t.pass(HopListener, shown, "%s", t.forwards())
		return
	}
	if have == nil {
		have = []string{"none"}
	}
	t.stop(Dropped, HopListener, t.balancer.Name, "no listener for %d/%s; there is %s", t.flow.port, t.flow.protocol, strings.Join(have, ", "))
}

func (t *follower) carriesNoUDP() string {
	switch {
	case !t.tx.IsDualstack(t.balancer.ARN):
		return fmt.Sprintf("PrivateLink carries UDP to a dualstack load balancer only, and %s is not one", t.balancer.Name)
	case !t.tx.HasIPv6SourceNAT(t.balancer.ARN):
		return fmt.Sprintf("UDP listeners of a dualstack load balancer need EnablePrefixForIpv6SourceNat, and it is not on for %s", t.balancer.Name)
	}
	return ""
}

func (t *follower) forwards() string {
	var names []string
	for _, g := range t.settings.Forward {
		names = append(names, targetGroupName(g.ARN))
	}
	return "forwards to " + strings.Join(names, ", ")
}

// targetGroupName is the name in a target group's ARN.
func targetGroupName(arn string) string {
	parts := strings.Split(arn, "/")
	return parts[max(0, len(parts)-2)]
}

func (t *follower) leaveBalancer() {
	peer := world.Peer{IP: t.target.IP, GroupIDs: t.target.GroupIDs}
	t.ask(HopBalancerOutbound, t.balancer.SecurityGroupIDs, world.Egress, t.target.Port, peer)
}

// enterTask: the source is the node's private address, see
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation.
func (t *follower) enterTask() {
	peer := world.Peer{IP: t.node.PrivateIP, GroupIDs: t.balancer.SecurityGroupIDs}
	t.ask(HopTaskGroup, t.target.GroupIDs, world.Ingress, t.target.Port, peer)
}

func (t *follower) enterContainer() {
	id := taskID(t.target.TaskARN)
	if t.flow.protocol == "udp" {
		t.enterByUDP(id)
		return
	}
	if why := t.live.answer(t.opening()); why != "" {
		t.stop(Refused, HopContainer, id, "%s", why)
		return
	}
	t.pass(HopContainer, id, "listens on port %d", t.target.Port)
}

// enterByUDP goes by the port mappings: nothing can be asked.
func (t *follower) enterByUDP(id string) {
	if task, ok := t.tx.Task(t.target.TaskARN); ok && !t.mapsUDP(task.TaskDefinitionARN) {
		t.stop(Dropped, HopContainer, id, "no container maps port %d/udp, so the datagram is lost", t.target.Port)
		return
	}
	t.pass(HopContainer, id, "maps port %d/udp; UDP does not tell whether anything listens there", t.target.Port)
}

func (t *follower) mapsUDP(taskDefinitionARN string) bool {
	for _, c := range t.tx.ContainerSettings(taskDefinitionARN) {
		for _, m := range c.PortMappings {
			if m.ContainerPort == t.target.Port && m.Protocol == "udp" {
				return true
			}
		}
	}
	return false
}

// opening is the question whether the target takes a connection.
func (t *follower) opening() question {
	return question{
		task: t.target.TaskARN, from: t.node.PrivateIP, port: t.target.Port,
		kind: byTCP, header: t.pool.ProxyProtocolV2, timeout: askTimeout,
	}
}

func taskID(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func address(target world.Target) string {
	return netip.AddrPortFrom(target.IP, uint16(target.Port)).String()
}
