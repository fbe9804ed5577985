// Package vnet follows connections through the sandbox's AWS: from a client in a
// consumer's VPC over PrivateLink to a task.
package vnet

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// Client is where a connection starts.
type Client struct {
	// Label says whom the client stands for, such as the CIDR block it is from.
	Label string `json:"label"`
	// Address is the client's own address in the consumer's network.
	Address netip.Addr `json:"address"`
	// SecurityGroupIDs are the groups of the client's network interface.
	SecurityGroupIDs []string `json:"securityGroupIds,omitempty"`
}

// Hop is one thing that a connection passes or is stopped at.
type Hop struct {
	// Hop is what kind of thing: one of the Hop constants.
	Hop string `json:"hop"`
	// At is its id or address.
	At string `json:"at"`
	// Allowed is false where the connection ends.
	Allowed bool `json:"allowed"`
	// By is the rule or fact that allowed it, or the reason that stopped it.
	By string `json:"by"`
}

// The kinds of hop, in the order of a path.
const (
	HopDNS              = "DNS name"
	HopEndpointGroup    = "endpoint security group"
	HopConnection       = "PrivateLink connection"
	HopNode             = "load balancer node"
	HopListener         = "listener"
	HopBalancerInbound  = "load balancer security group, inbound"
	HopTarget           = "target"
	HopBalancerOutbound = "load balancer security group, outbound"
	HopTaskGroup        = "task security group"
	HopContainer        = "container"
)

// Path is one way from a client through one of the endpoint's network
// interfaces, up to where it ends.
type Path struct {
	Client Client `json:"client"`
	// Endpoint is the interface endpoint's id, ZoneID the AZ ID of the network
	// interface, and Port what the client connects to.
	Endpoint string `json:"endpoint"`
	ZoneID   string `json:"availabilityZoneId"`
	Port     int    `json:"port"`
	Hops     []Hop  `json:"hops"`
	// Reachable says whether every hop let the connection pass.
	Reachable bool `json:"reachable"`
}

// Stopped returns the hop at which the path ends, or nil where it doesn't.
func (p Path) Stopped() *Hop {
	for i := range p.Hops {
		if !p.Hops[i].Allowed {
			return &p.Hops[i]
		}
	}
	return nil
}

// Trace follows TCP connections from the client to an interface endpoint: one
// path for each of the endpoint's network interfaces.
func Trace(tx *world.Tx, client Client, endpointID string, port int) ([]Path, error) {
	e, ok := tx.Endpoint(endpointID)
	if !ok {
		return nil, fmt.Errorf("endpoint %s does not exist", endpointID)
	}
	var paths []Path
	for i, eni := range e.Interfaces {
		t := &tracer{tx: tx, client: client, endpoint: e, eni: eni, port: port}
		t.name(i)
		t.follow()
		paths = append(paths, Path{
			Client: client, Endpoint: e.ID, ZoneID: eni.ZoneID, Port: port,
			Hops: t.hops, Reachable: !t.stopped,
		})
	}
	if paths == nil {
		return nil, fmt.Errorf("endpoint %s has no network interface", endpointID)
	}
	return paths, nil
}

// tracer follows one path and keeps what it has seen.
type tracer struct {
	tx       *world.Tx
	client   Client
	endpoint world.Endpoint
	eni      world.NetworkInterface
	port     int

	service  world.EndpointService
	balancer world.LoadBalancer
	node     world.NetworkInterface
	listener world.Listener
	group    string
	target   world.Target

	hops    []Hop
	stopped bool
}

// follow takes the steps in order until one stops the connection.
func (t *tracer) follow() {
	steps := []func(){
		t.enterEndpoint, t.crossConnection, t.reachNode, t.findListener,
		t.enterBalancer, t.pickTarget, t.leaveBalancer, t.enterTask, t.enterContainer,
	}
	for _, step := range steps {
		if t.stopped {
			return
		}
		step()
	}
}

func (t *tracer) pass(hop, at, format string, args ...any) {
	t.hops = append(t.hops, Hop{Hop: hop, At: at, Allowed: true, By: fmt.Sprintf(format, args...)})
}

func (t *tracer) stop(hop, at, format string, args ...any) {
	t.hops = append(t.hops, Hop{Hop: hop, At: at, By: fmt.Sprintf(format, args...)})
	t.stopped = true
}

// verdict records what security groups say.
func (t *tracer) verdict(hop string, groups []string, v world.Verdict) {
	at := strings.Join(groups, ", ")
	switch {
	case !v.Admitted:
		t.stop(hop, at, "%s", v.Reason)
	case v.RuleID == "":
		t.pass(hop, "none", "there is no security group")
	default:
		t.pass(hop, at, "%s", v.RuleID)
	}
}

// name records the zonal DNS name; the regional one comes first in the list.
func (t *tracer) name(i int) {
	if i+1 < len(t.endpoint.DNSNames) {
		t.pass(HopDNS, t.endpoint.DNSNames[i+1], "resolves to %s in %s", t.eni.PrivateIP, t.eni.ZoneID)
	}
}

func (t *tracer) enterEndpoint() {
	peer := world.Peer{IP: t.client.Address, GroupIDs: t.client.SecurityGroupIDs}
	t.verdict(HopEndpointGroup, t.eni.GroupIDs, t.tx.Admits(t.eni.GroupIDs, world.Ingress, "tcp", t.port, peer))
}

func (t *tracer) crossConnection() {
	service, ok := t.tx.EndpointServiceNamed(t.endpoint.ServiceName)
	if !ok {
		t.stop(HopConnection, t.endpoint.ID, "the service %s does not exist any more", t.endpoint.ServiceName)
		return
	}
	t.service = service
	if t.endpoint.State != "available" {
		t.stop(HopConnection, t.endpoint.ID, "the connection is %s", t.endpoint.State)
		return
	}
	t.pass(HopConnection, t.endpoint.ID, "available to %s", service.ID)
}

func (t *tracer) reachNode() {
	for _, arn := range t.service.LoadBalancerARNs {
		lb, ok := t.tx.LoadBalancer(arn)
		if !ok {
			continue
		}
		for _, n := range lb.Nodes {
			if n.ZoneID == t.eni.ZoneID || t.endpoint.Region != t.service.Region {
				t.balancer, t.node = lb, n
				t.pass(HopNode, n.PrivateIP.String(), "%s has a node in %s", lb.Name, n.ZoneID)
				return
			}
		}
	}
	t.stop(HopNode, t.service.ID, "no load balancer of the service has a node in %s", t.eni.ZoneID)
}

func (t *tracer) findListener() {
	var have []string
	for _, l := range t.tx.Listeners(t.balancer.ARN) {
		have = append(have, fmt.Sprintf("%d/%s", l.Port, strings.ToLower(l.Protocol)))
		if l.Port != t.port || !slices.Contains(world.TransportProtocols(l.Protocol), "tcp") {
			continue
		}
		t.listener = l
		t.pass(HopListener, fmt.Sprintf("%s:%d", l.Protocol, l.Port), "forwards to %d target group(s)", len(l.TargetGroupARNs))
		return
	}
	t.stop(HopListener, t.balancer.Name, "no listener on port %d; there are %s", t.port, strings.Join(have, ", "))
}

func (t *tracer) enterBalancer() {
	groups := t.balancer.SecurityGroupIDs
	if len(groups) > 0 && !t.balancer.EnforceOnPrivateLink {
		t.pass(HopBalancerInbound, strings.Join(groups, ", "), "not asked: inbound rules are not enforced on PrivateLink traffic")
		return
	}
	// The source is the client's own address, not the endpoint's: see
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
	peer := world.Peer{IP: t.client.Address}
	t.verdict(HopBalancerInbound, groups, t.tx.Admits(groups, world.Ingress, "tcp", t.port, peer))
}

// pickTarget takes a healthy target that the node sends to; where there is none
// the load balancer fails open, so an unhealthy one gets the connection.
func (t *tracer) pickTarget() {
	var candidates []world.Target
	var why []string
	for _, group := range t.listener.TargetGroupARNs {
		cross := t.tx.CrossZone(t.balancer, group)
		for _, target := range t.tx.Targets(group) {
			if target.State == world.TargetUnused || !cross && target.ZoneID != t.node.ZoneID {
				why = append(why, fmt.Sprintf("%s is in %s (%s)", target.IP, target.ZoneID, target.State))
				continue
			}
			candidates = append(candidates, target)
			if target.State == world.TargetHealthy {
				t.group, t.target = group, target
				t.pass(HopTarget, address(target), "healthy, in %s", target.ZoneID)
				return
			}
		}
	}
	if len(candidates) == 0 {
		if why == nil {
			why = []string{"no task is registered"}
		}
		t.stop(HopTarget, t.balancer.Name, "no target for the node in %s: %s", t.node.ZoneID, strings.Join(why, ", "))
		return
	}
	t.target = candidates[0]
	t.pass(HopTarget, address(t.target), "%s (%s), and no other: the load balancer fails open", t.target.State, t.target.Description)
}

func address(target world.Target) string {
	return netip.AddrPortFrom(target.IP, uint16(target.Port)).String()
}

func (t *tracer) leaveBalancer() {
	groups := t.balancer.SecurityGroupIDs
	peer := world.Peer{IP: t.target.IP, GroupIDs: t.target.GroupIDs}
	t.verdict(HopBalancerOutbound, groups, t.tx.Admits(groups, world.Egress, "tcp", t.target.Port, peer))
}

func (t *tracer) enterTask() {
	groups := t.target.GroupIDs
	peer := world.Peer{IP: t.node.PrivateIP, GroupIDs: t.balancer.SecurityGroupIDs}
	t.verdict(HopTaskGroup, groups, t.tx.Admits(groups, world.Ingress, "tcp", t.target.Port, peer))
}

func (t *tracer) enterContainer() {
	if task, ok := t.tx.Task(t.target.TaskARN); ok && slices.Contains(task.Ports, t.target.Port) {
		t.pass(HopContainer, task.ARN[strings.LastIndex(task.ARN, "/")+1:], "listens on port %d", t.target.Port)
		return
	}
	t.stop(HopContainer, t.target.TaskARN, "nothing listens on port %d", t.target.Port)
}
