package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// Reach is what Check found for one consumer stack.
type Reach struct {
	Stack string `json:"stack"`
	// EndpointID is the consumer's interface endpoint.
	EndpointID string `json:"endpointId"`
	// State is the state of its connection as AWS has it now.
	State string `json:"state"`
	// URL is what the consumer's clients open.
	URL   string      `json:"url,omitempty"`
	Paths []vnet.Path `json:"paths"`
}

// Reachable says whether every path carries a connection through.
func (r Reach) Reachable() bool {
	for _, p := range r.Paths {
		if !p.Reachable {
			return false
		}
	}
	return len(r.Paths) > 0
}

// consumerOutputs are the outputs of a consumer stack that Check needs.
type consumerOutputs struct {
	EndpointID             string          `json:"endpointId"`
	URL                    string          `json:"url"`
	Ports                  []contract.Port `json:"ports"`
	ClientCidrBlocks       []string        `json:"clientCidrBlocks"`
	ClientSecurityGroupIDs []string        `json:"clientSecurityGroupIds"`
	VpcID                  string          `json:"vpcId"`
}

// Check follows a connection from each client that a consumer's configuration
// names, to each port, through each of the endpoint's network interfaces. It
// reads the state of the simulated AWS only; nothing is changed.
func (s *Sandbox) Check(ctx context.Context) ([]Reach, error) {
	var out []Reach
	for _, st := range s.Stacks {
		if st.Role != RoleConsumer {
			continue
		}
		raw, err := s.Outputs(ctx, st.Name)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(raw)
		if err != nil {
			return nil, err
		}
		var outputs consumerOutputs
		if err := json.Unmarshal(b, &outputs); err != nil {
			return nil, fmt.Errorf("outputs of stack %s: %w", st.Name, err)
		}
		if outputs.EndpointID == "" {
			return nil, fmt.Errorf("stack %s is not deployed: run sandbox up first", st.Name)
		}
		reach := Reach{Stack: st.Name, EndpointID: outputs.EndpointID, URL: outputs.URL}
		err = s.World.View(func(tx *world.Tx) (err error) { return reach.trace(tx, outputs) })
		if err != nil {
			return nil, fmt.Errorf("stack %s: %w", st.Name, err)
		}
		out = append(out, reach)
	}
	if out == nil {
		return nil, fmt.Errorf("the project has no stack with role %s", RoleConsumer)
	}
	return out, nil
}

func (r *Reach) trace(tx *world.Tx, outputs consumerOutputs) error {
	e, ok := tx.Endpoint(r.EndpointID)
	if !ok {
		return fmt.Errorf("its endpoint %s does not exist any more", r.EndpointID)
	}
	r.State = e.State
	clients, err := outputs.clients(tx)
	if err != nil {
		return err
	}
	for _, port := range outputs.Ports {
		if port.Protocol == "udp" {
			continue // a datagram has no path of its own to follow
		}
		for _, c := range clients {
			paths, err := vnet.Trace(tx, c, r.EndpointID, port.Port)
			if err != nil {
				return err
			}
			r.Paths = append(r.Paths, paths...)
		}
	}
	return nil
}

// clients stand for those that the configuration lets in: one for each CIDR
// block and one for each security group.
func (o consumerOutputs) clients(tx *world.Tx) ([]vnet.Client, error) {
	var out []vnet.Client
	for _, cidr := range o.ClientCidrBlocks {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, fmt.Errorf("output clientCidrBlocks: %w", err)
		}
		out = append(out, vnet.Client{Label: cidr, Address: clientIn(p)})
	}
	for _, id := range o.ClientSecurityGroupIDs {
		v, ok := tx.VPC(o.VpcID)
		if !ok {
			return nil, fmt.Errorf("its VPC %s does not exist any more", o.VpcID)
		}
		out = append(out, vnet.Client{Label: id, Address: clientIn(v.CIDR), SecurityGroupIDs: []string{id}})
	}
	return out, nil
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
