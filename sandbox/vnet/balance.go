package vnet

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// hash is the same for the same text in every run.
func hash(parts ...string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum64()
}

// hash is the flow hash that load balancers pick targets by, of protocol,
// addresses and ports. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html.
func (f flow) hash() uint64 {
	return hash(f.protocol, f.client.VpcID, f.client.Address.String(), strconv.Itoa(int(f.sourcePort)),
		f.ip.String(), strconv.Itoa(f.port))
}

// candidate is a target that the node may send to, with its health as the
// running task shows it.
type candidate struct {
	world.Target
	healthy bool
	why     string
}

func (c candidate) state() string {
	if c.healthy {
		return world.TargetHealthy
	}
	return world.TargetUnhealthy
}

// pickTarget takes a healthy target by flow hash. Where the node has none, it
// takes any: the load balancer fails open. Without any target AWS does not say
// what it does: the sandbox takes it to drop. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health.html.
func (t *follower) pickTarget() {
	t.pickGroup()
	candidates, others := t.candidates()
	if len(candidates) == 0 {
		t.stop(Dropped, HopTarget, targetGroupName(t.group), "no target for the node in %s: %s", t.node.ZoneID, t.explain(others))
		return
	}
	healthy := slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return !c.healthy })
	if len(healthy) > 0 {
		c := healthy[t.flow.hash()%uint64(len(healthy))]
		t.target = c.Target
		t.pass(HopTarget, address(c.Target), "healthy, in %s; the node sends to %d of %d targets", c.ZoneID, len(healthy), len(candidates))
		return
	}
	c := candidates[t.flow.hash()%uint64(len(candidates))]
	t.target = c.Target
	t.pass(HopTarget, address(c.Target), "in %s, unhealthy like all %d targets of the node, so the load balancer fails open: %s", c.ZoneID, len(candidates), c.why)
}

// pickGroup takes one of the listener's target groups by weight.
func (t *follower) pickGroup() {
	total := 0
	for _, g := range t.settings.Forward {
		total += g.Weight
	}
	if total == 0 {
		return
	}
	at := int(t.flow.hash() / 7919 % uint64(total)) // not the bits that pick the target
	for _, g := range t.settings.Forward {
		if at -= g.Weight; at < 0 {
			t.group, t.pool = g.ARN, t.tx.TargetGroupSettings(g.ARN)
			return
		}
	}
}

// candidates are the targets that the node may send to, in the order of their
// tasks, and what the others are.
func (t *follower) candidates() (use []candidate, others []string) {
	cross := t.tx.CrossZone(t.balancer, t.group)
	targets := t.tx.Targets(t.group)
	slices.SortFunc(targets, func(a, b world.Target) int { return cmp.Compare(a.TaskARN, b.TaskARN) })
	for _, target := range targets {
		switch stopped := t.live.stopped(target.TaskARN); {
		case stopped != "":
			t.found(target, TargetStopped)
			others = append(others, fmt.Sprintf("task %s has stopped: %s", taskID(target.TaskARN), stopped))
		case target.State == world.TargetUnused:
			t.found(target, world.TargetUnused)
			others = append(others, fmt.Sprintf("%s is %s: %s", target.IP, target.State, target.Description))
		case !cross && target.ZoneID != t.node.ZoneID:
			others = append(others, fmt.Sprintf("%s is in %s, and cross-zone load balancing is off", target.IP, target.ZoneID))
		default:
			c := t.examine(target)
			t.found(target, c.state())
			use = append(use, c)
		}
	}
	return use, others
}

// found records what the node finds of a target.
func (t *follower) found(target world.Target, state string) {
	t.Targets = append(t.Targets, Target{Address: address(target), State: state})
}

// examine adds what the running task says to the health that follows from the
// world's state.
func (t *follower) examine(target world.Target) candidate {
	if target.State != world.TargetHealthy {
		return candidate{target, false, target.Description}
	}
	if why := t.live.health(t.healthCheck(target)); why != "" {
		return candidate{target, false, "Health checks failed: " + why}
	}
	return candidate{target, true, ""}
}

// healthCheck is the load balancer's health check of a target.
func (t *follower) healthCheck(target world.Target) healthCheck {
	check, from := t.pool.HealthCheck, t.checkingNode(target).PrivateIP
	q := question{
		task: target.TaskARN, from: from, port: target.Port, kind: check.Protocol,
		header: t.pool.ProxyProtocolV2, path: check.Path, matcher: check.Matcher,
		timeout: cmp.Or(check.Timeout, askTimeout),
		host:    fmt.Sprintf("%s:%d", from, t.listener.Port),
	}
	if n, err := strconv.Atoi(check.Port); err == nil {
		q.port = n
	}
	return healthCheck{checked{target.TaskARN, t.group}, q, cmp.Or(check.Interval, defaultInterval)}
}

// checkingNode is the node that checks a target: the one in its zone.
func (t *follower) checkingNode(target world.Target) world.NetworkInterface {
	for _, n := range t.balancer.Nodes {
		if n.ZoneID == target.ZoneID {
			return n
		}
	}
	return t.node
}

// explain says why there is no target.
func (t *follower) explain(others []string) string {
	if len(others) > 0 {
		return strings.Join(others, "; ")
	}
	for _, s := range t.tx.Services() {
		registers := slices.ContainsFunc(s.LoadBalancers, func(b world.ServiceLoadBalancer) bool { return b.TargetGroupARN == t.group })
		if registers && s.Unsteady != "" {
			return "none is registered: " + s.Unsteady
		}
	}
	return "none is registered"
}
