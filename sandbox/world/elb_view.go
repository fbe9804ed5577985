package world

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// LoadBalancer is a Network Load Balancer, as the read-only view shows it.
type LoadBalancer struct {
	ARN, Name, Account, Region string
	VpcID                      string
	DNSName                    string
	Internal                   bool
	// SecurityGroupIDs is empty for one that was made without a group: nothing
	// is filtered then.
	SecurityGroupIDs []string
	// EnforceOnPrivateLink: PrivateLink traffic is checked against the groups,
	// with the client's own address as its source.
	EnforceOnPrivateLink bool
	CrossZone            bool
	// Nodes are its network interfaces, one a subnet, by AZ ID.
	Nodes []NetworkInterface
}

// ZoneIDs are the AZ IDs in which the load balancer has a node.
func (l LoadBalancer) ZoneIDs() []string {
	var out []string
	for _, n := range l.Nodes {
		out = append(out, n.ZoneID)
	}
	return out
}

// LoadBalancer returns the load balancer with that ARN.
func (tx *Tx) LoadBalancer(arn string) (LoadBalancer, bool) {
	r := tx.peek(TokenLoadBalancer, arn)
	if r == nil {
		return LoadBalancer{}, false
	}
	o := r.Outputs
	return LoadBalancer{
		ARN: arn, Name: o.Str("name"), Account: r.Account, Region: r.Region,
		VpcID: o.Str("vpcId"), DNSName: o.Str("dnsName"), Internal: o.Bool("internal"),
		SecurityGroupIDs:     o.Strs("securityGroups"),
		EnforceOnPrivateLink: o.Str("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic") == "on",
		CrossZone:            o.Bool("enableCrossZoneLoadBalancing"),
		Nodes:                tx.NetworkInterfaces(arn),
	}, true
}

// Listener is a load balancer's listener, as the read-only view shows it.
type Listener struct {
	ARN, LoadBalancerARN string
	// Protocol is "TCP", "TLS", "UDP" or "TCP_UDP".
	Protocol string
	Port     int
	// TargetGroupARNs are what it forwards to.
	TargetGroupARNs []string
}

// Listeners returns a load balancer's listeners by port.
func (tx *Tx) Listeners(loadBalancerARN string) []Listener {
	out := tx.listenersWhere(func(l Listener) bool { return l.LoadBalancerARN == loadBalancerARN })
	slices.SortFunc(out, func(a, b Listener) int { return a.Port - b.Port })
	return out
}

// listenersTo returns the listeners that forward to a target group.
func (tx *Tx) listenersTo(targetGroupARN string) []Listener {
	return tx.listenersWhere(func(l Listener) bool { return slices.Contains(l.TargetGroupARNs, targetGroupARN) })
}

func (tx *Tx) listenersWhere(f func(Listener) bool) []Listener {
	var out []Listener
	tx.each(TokenListener, func(r *Record) bool {
		l := Listener{
			ARN: r.ID, LoadBalancerARN: r.Outputs.Str("loadBalancerArn"),
			Protocol: r.Outputs.Str("protocol"), Port: r.Outputs.Int("port"),
			TargetGroupARNs: actionTargets(r.Outputs),
		}
		if f(l) {
			out = append(out, l)
		}
		return true
	})
	return out
}

// TargetGroup is a target group, as the read-only view shows it.
type TargetGroup struct {
	ARN, Account, Region string
	VpcID                string
	// Protocol is "TCP", "TLS", "UDP" or "TCP_UDP".
	Protocol string
	Port     int
	// HealthCheckProtocol is "TCP", "HTTP" or "HTTPS".
	HealthCheckProtocol string
	// healthCheckPort is a port, or "traffic-port" for the target's own.
	healthCheckPort string
	// crossZone is "true", "false" or "use_load_balancer_configuration".
	crossZone string
}

// TargetGroup returns the target group with that ARN.
func (tx *Tx) TargetGroup(arn string) (TargetGroup, bool) {
	r := tx.peek(TokenTargetGroup, arn)
	if r == nil {
		return TargetGroup{}, false
	}
	check := r.Outputs.Map("healthCheck")
	return TargetGroup{
		ARN: arn, Account: r.Account, Region: r.Region,
		VpcID: r.Outputs.Str("vpcId"), Protocol: r.Outputs.Str("protocol"), Port: r.Outputs.Int("port"),
		HealthCheckProtocol: check.Str("protocol"), healthCheckPort: check.Str("port"),
		crossZone: r.Outputs.Str("loadBalancingCrossZoneEnabled"),
	}, true
}

// crossZoneOn says whether nodes send to targets in other zones than their own.
func (g TargetGroup) crossZoneOn(l LoadBalancer) bool {
	return g.crossZone == "true" || g.crossZone != "false" && l.CrossZone
}

// CrossZone says whether the load balancer's nodes send traffic for this target
// group to targets in other zones than their own.
func (tx *Tx) CrossZone(l LoadBalancer, targetGroupARN string) bool {
	g, _ := tx.TargetGroup(targetGroupARN)
	return g.crossZoneOn(l)
}

// The states of a target, see
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html#target-health-states.
const (
	TargetHealthy   = "healthy"
	TargetUnhealthy = "unhealthy"
	TargetUnused    = "unused"
)

// Target is one registered target with its health as it is now.
type Target struct {
	IP     netip.Addr
	Port   int
	ZoneID string
	// TaskARN is the ECS task behind it.
	TaskARN string
	// GroupIDs are the task's security groups.
	GroupIDs []string
	// State is TargetHealthy, TargetUnhealthy or TargetUnused.
	State string
	// Reason is AWS's reason code, "Target.NotInUse"; empty for a healthy one.
	Reason string
	// Description says in a sentence what is wrong.
	Description string
}

// Targets returns the targets of a target group: the running tasks of the ECS
// services that register with it. Their health is worked out anew on every call.
func (tx *Tx) Targets(targetGroupARN string) []Target {
	g, ok := tx.TargetGroup(targetGroupARN)
	if !ok {
		return nil
	}
	var out []Target
	for _, s := range tx.servicesWhere(func(s Service) bool { return s.portOf(targetGroupARN) != 0 }) {
		for _, t := range tx.Tasks(s.ARN) {
			if t.Running() {
				out = append(out, tx.target(g, t, s.portOf(targetGroupARN)))
			}
		}
	}
	return out
}

func (tx *Tx) target(g TargetGroup, t Task, port int) Target {
	out := Target{
		IP: t.Interface.PrivateIP, Port: port, ZoneID: t.Interface.ZoneID,
		TaskARN: t.ARN, GroupIDs: t.Interface.GroupIDs,
	}
	out.State, out.Reason, out.Description = tx.health(g, t, out)
	return out
}

// health follows the health check from the load balancer's nodes to the task.
func (tx *Tx) health(g TargetGroup, task Task, t Target) (state, reason, description string) {
	listeners := tx.listenersTo(g.ARN)
	if len(listeners) == 0 {
		return TargetUnused, "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
	}
	l, _ := tx.LoadBalancer(listeners[0].LoadBalancerARN)
	if !slices.Contains(l.ZoneIDs(), t.ZoneID) {
		return TargetUnused, "Target.NotInUse", "Target is in an Availability Zone that is not enabled for the load balancer"
	}
	port := t.Port
	if n, err := strconv.Atoi(g.healthCheckPort); err == nil {
		port = n
	}
	if !slices.Contains(task.Ports, port) {
		return TargetUnhealthy, "Target.FailedHealthChecks", fmt.Sprintf("Health checks failed: the task does not listen on port %d", port)
	}
	if g.Protocol == "TLS" && g.HealthCheckProtocol == "HTTP" && port == t.Port {
		return TargetUnhealthy, "Target.FailedHealthChecks", fmt.Sprintf("Health checks failed: HTTP on port %d, where the target speaks TLS", port)
	}
	for _, node := range l.Nodes {
		if !g.crossZoneOn(l) && node.ZoneID != t.ZoneID {
			continue
		}
		if why := tx.blocked(l, node, t, port); why != "" {
			return TargetUnhealthy, "Target.FailedHealthChecks", "Health checks failed: " + why
		}
	}
	return TargetHealthy, "", ""
}

// blocked says why a load balancer's node cannot connect to a target.
func (tx *Tx) blocked(l LoadBalancer, node NetworkInterface, t Target, port int) string {
	out := tx.Admits(l.SecurityGroupIDs, Egress, "tcp", port, Peer{IP: t.IP, GroupIDs: t.GroupIDs})
	if !out.Admitted {
		return out.Reason
	}
	in := tx.Admits(t.GroupIDs, Ingress, "tcp", port, Peer{IP: node.PrivateIP, GroupIDs: l.SecurityGroupIDs})
	return in.Reason
}

// TransportProtocols are the protocols that a listener or target group protocol
// uses in security group rules: "tcp", "udp" or both.
func TransportProtocols(protocol string) []string {
	switch strings.ToUpper(protocol) {
	case "UDP", "QUIC":
		return []string{"udp"}
	case "TCP_UDP", "TCP_QUIC":
		return []string{"tcp", "udp"}
	}
	return []string{"tcp"}
}

// AccessLogged says whether a load balancer writes access logs of a listener's
// connections.
func (tx *Tx) AccessLogged(l Listener) bool {
	r := tx.peek(TokenLoadBalancer, l.LoadBalancerARN)
	return r != nil && l.Protocol == "TLS" && r.Outputs.Map("accessLogs").Bool("enabled")
}
