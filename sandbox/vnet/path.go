package vnet

import (
	"net/netip"
	"strings"
)

// Client is where a connection starts.
type Client struct {
	// Label says whom the client stands for, such as the CIDR block it is from.
	Label string `json:"label"`
	// VpcID is the VPC whose endpoints and names it uses. It need not be within
	// the VPC's block: a client may come over a peering or a VPN, whose routes
	// the sandbox takes for granted.
	VpcID string `json:"vpcId"`
	// Address is the client's own address in the consumer's network.
	Address netip.Addr `json:"address"`
	// SecurityGroupIDs are the groups of the client's network interface (default:
	// a group that lets everything out, and that no rule refers to).
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
	// Effect is what the client notices where the connection ends.
	Effect Effect `json:"effect,omitempty"`
	// Warning is what may be wrong though the connection passes; By says it too.
	Warning string `json:"warning,omitempty"`
	// Assumes are what the hop rests on that a replica had to assume.
	Assumes []string `json:"assumes,omitempty"`
}

// The kinds of hop, in the order of a path.
const (
	HopDNS              = "DNS name"
	HopInterface        = "endpoint network interface"
	HopClientGroup      = "client security group, outbound"
	HopEndpointGroup    = "endpoint security group, inbound"
	HopConnection       = "PrivateLink connection"
	HopNode             = "load balancer node"
	HopBalancerInbound  = "load balancer security group, inbound"
	HopListener         = "listener"
	HopTarget           = "target"
	HopBalancerOutbound = "load balancer security group, outbound"
	HopTaskGroup        = "task security group, inbound"
	HopContainer        = "container"
	HopOpened           = "connection opened"
	HopAnswer           = "answer"
)

// Effect is what a client notices of a connection that is stopped.
type Effect string

// The effects, by what a client's operating system calls them.
const (
	// Dropped: no answer comes, and the client times out.
	Dropped Effect = "times out"
	// Refused: a reset comes back.
	Refused Effect = "refused"
	// Unresolved: the name does not resolve.
	Unresolved Effect = "no such host"
)

// Path is one way from a client through one of an endpoint's network interfaces,
// up to where it ends.
type Path struct {
	Client Client `json:"client"`
	// Name is what the client connects to.
	Name string `json:"name"`
	// EndpointID is the interface endpoint's id, ZoneID the AZ ID of the network
	// interface; both are empty where the name does not resolve.
	EndpointID string `json:"endpointId"`
	ZoneID     string `json:"availabilityZoneId"`
	// Protocol is "tcp" or "udp".
	Protocol string `json:"protocol"`
	// Address is the one that the client connects to; invalid where the name does
	// not resolve.
	Address    netip.Addr `json:"address,omitzero"`
	Port       int        `json:"port"`
	SourcePort int        `json:"sourcePort"`
	Hops       []Hop      `json:"hops"`
	// Targets are what the load balancer's node found of the target group's, where
	// the connection came that far.
	Targets []Target `json:"targets,omitempty"`
	// Reachable says whether every hop let the connection pass.
	Reachable bool `json:"reachable"`
}

// Target is a target as a node found it: its health follows from the world's
// state and from what the running task answered.
type Target struct {
	Address string `json:"address"`
	// State is one of the world's Target states, or TargetStopped.
	State string `json:"state"`
}

// TargetStopped is the state of a target whose task has stopped by itself, before
// ECS replaces it.
const TargetStopped = "stopped"

// Stopped returns the hop at which the path ends, or nil where it doesn't.
func (p Path) Stopped() *Hop {
	for i := range p.Hops {
		if !p.Hops[i].Allowed {
			return &p.Hops[i]
		}
	}
	return nil
}

// Warnings are those of all hops.
func (p Path) Warnings() []string {
	var out []string
	for _, h := range p.Hops {
		if h.Warning != "" {
			out = append(out, h.Warning)
		}
	}
	return out
}

// Summary says in a line what became of the connection.
func (p Path) Summary() string {
	stop := p.Stopped()
	if stop == nil {
		at := p.Hops[len(p.Hops)-1].At
		if p.Protocol == "udp" {
			return "sent to " + at + "; UDP does not tell whether it arrived"
		}
		return "reached " + at
	}
	return strings.TrimSpace(string(stop.Effect) + ": stopped at the " + stop.Hop + " " + stop.At + ": " + stop.By)
}
