package review

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"

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
}

func (p path) open() bool { return p.Why == "" }

// followPaths finds what can reach what: each consumer's clients the service, and
// the internet the load balancers and tasks.
func (s *snapshot) followPaths(ctx context.Context, sandbox *deploy.Sandbox) {
	found, err := sandbox.Check(ctx)
	if err != nil {
		s.unchecked = err.Error()
	}
	for _, reach := range found {
		for _, p := range reach.Paths {
			s.paths = append(s.paths, consumerPath(reach.Name(), p, true))
		}
		for _, p := range reach.Strangers {
			s.paths = append(s.paths, consumerPath(reach.Name(), p, false))
		}
	}
	_ = sandbox.World.View(func(tx *world.Tx) error {
		s.paths = append(s.paths, balancersFromInternet(tx)...)
		s.paths = append(s.paths, tasksFromInternet(tx)...)
		return nil
	})
	slices.SortFunc(s.paths, func(a, b path) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}

func consumerPath(stack string, p vnet.Path, wanted bool) path {
	out := path{
		From: fmt.Sprintf("%s: %s", stack, p.Client.Label),
		To:   fmt.Sprintf("port %d/%s in %s", p.Port, p.Protocol, p.ZoneID), Wanted: wanted,
	}
	if stop := p.Stopped(); stop != nil {
		out.Why = fmt.Sprintf("%s: %s", stop.Hop, stop.By)
	}
	return out
}

// balancersFromInternet are the ways past PrivateLink, to load balancers that face
// the internet.
func balancersFromInternet(tx *world.Tx) (out []path) {
	for _, r := range tx.All("aws:lb/loadBalancer:LoadBalancer") {
		lb, _ := tx.LoadBalancer(r.ID)
		if lb.Internal {
			continue
		}
		for _, l := range tx.Listeners(lb.ARN) {
			for _, protocol := range world.TransportProtocols(l.Protocol) {
				to := fmt.Sprintf("load balancer %s, port %d/%s", lb.Name, l.Port, protocol)
				out = append(out, fromInternet(tx, to, lb.SecurityGroupIDs, protocol, l.Port))
			}
		}
	}
	return out
}

// tasksFromInternet are the ways past the load balancer, to tasks with public addresses.
func tasksFromInternet(tx *world.Tx) (out []path) {
	for _, r := range tx.All("aws:ecs/service:Service") {
		service, _ := tx.Service(r.ID)
		for _, task := range tx.Tasks(r.ID) {
			if !task.Running() || !task.Interface.PublicIP.IsValid() {
				continue
			}
			for _, port := range task.Ports {
				to := fmt.Sprintf("tasks of %s, port %d/tcp", service.Name, port)
				out = append(out, fromInternet(tx, to, task.Interface.GroupIDs, "tcp", port))
			}
		}
	}
	return out
}

// someone is an address of the internet that no rule names by itself: it is set
// aside for documentation (RFC 5737).
var someone = world.Peer{IP: netip.MustParseAddr("203.0.113.7")}

func fromInternet(tx *world.Tx, to string, groups []string, protocol string, port int) path {
	p := path{From: "the internet", To: to}
	if verdict := tx.Admits(groups, world.Ingress, protocol, port, someone); !verdict.Admitted {
		p.Why = "security group: " + verdict.Reason
	}
	return p
}
