package deploy

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// consumersOf are the consumers in a loaded stack that hands out none of its endpoints,
// as another program's: every interface endpoint to an endpoint service. Its clients are
// whom its security groups let in, and the ports those of the service's listeners.
func (s *Sandbox) consumersOf(ctx context.Context, stack string) (out []Consumer, err error) {
	resources, err := s.state(ctx, stack)
	if err != nil {
		return nil, err
	}
	err = s.World.View(func(tx *world.Tx) error {
		for _, r := range resources {
			e, ok := tx.Endpoint(string(r.ID))
			if r.Type != endpointType || !ok || !strings.Contains(e.ServiceName, "vpce-svc-") {
				continue
			}
			c := Consumer{Stack: stack, Network: r.URN.Name(), outputs: endpointOutputs(tx, e), ports: listenerPorts(tx, e)}
			if err := c.read(tx); err != nil {
				return err
			}
			out = append(out, c)
		}
		return nil
	})
	if len(out) == 1 {
		out[0].Network = ""
	}
	return out, err
}

// endpointOutputs are what one of the project's own stacks would hand out of an endpoint.
func endpointOutputs(tx *world.Tx, e world.Endpoint) contract.Endpoint {
	out := contract.Endpoint{EndpointId: e.ID, DnsNames: e.DNSNames, VpcId: e.VpcID}
	if e.PrivateDNSName != "" {
		out.DnsName = e.PrivateDNSName
	} else if len(e.DNSNames) > 0 {
		out.DnsName = e.DNSNames[0]
	}
	for _, group := range e.SecurityGroupIDs {
		for _, rule := range tx.SecurityGroupRules(group) {
			if rule.Direction != world.Ingress {
				continue
			}
			switch {
			case rule.PeerGroupID != "":
				out.ClientSecurityGroupIds = append(out.ClientSecurityGroupIds, rule.PeerGroupID)
			case rule.PrefixListID != "":
				out.ClientPrefixListIds = append(out.ClientPrefixListIds, rule.PrefixListID)
			case rule.CIDR.IsValid():
				out.ClientCidrBlocks = append(out.ClientCidrBlocks, rule.CIDR.String())
			}
		}
	}
	for _, list := range []*[]string{&out.ClientSecurityGroupIds, &out.ClientPrefixListIds, &out.ClientCidrBlocks} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return out
}

// listenerPorts are those of an endpoint's service.
func listenerPorts(tx *world.Tx, e world.Endpoint) (ports []contract.Port) {
	service, _ := tx.EndpointServiceNamed(e.ServiceName)
	for _, arn := range service.LoadBalancerARNs {
		for _, l := range tx.Listeners(arn) {
			ports = append(ports, contract.Port{Port: l.Port, Protocol: strings.ToLower(l.Protocol)})
		}
	}
	slices.SortFunc(ports, func(a, b contract.Port) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Protocol, b.Protocol))
	})
	return slices.Compact(ports)
}

// anID matches an id of EC2's or an address in what a hop says.
var anID = regexp.MustCompile(`\b[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}\b|\b\d+\.\d+\.\d+\.\d+\b|\b[0-9a-f]{32}\b|\barn:\S+`)

// noteAssumptions adds to each hop what it rests on that had to be assumed: of what it
// names, and of what that belongs to or is in.
func (s *Sandbox) noteAssumptions(paths []vnet.Path) {
	if s.replica == nil || len(s.replica.Assumptions) == 0 {
		return
	}
	_ = s.World.View(func(tx *world.Tx) error {
		for i := range paths {
			for j := range paths[i].Hops {
				hop := &paths[i].Hops[j]
				var about []string
				for _, id := range anID.FindAllString(hop.At+" "+hop.By, -1) {
					about = append(about, aroundOf(tx, paths[i], id)...)
				}
				for _, a := range s.replica.Assumptions {
					if text := a.String(); slices.Contains(about, a.About) && !slices.Contains(hop.Assumes, text) {
						hop.Assumes = append(hop.Assumes, text)
					}
				}
			}
		}
		return nil
	})
}

// aroundOf are an id and the ids of what it belongs to or is in.
func aroundOf(tx *world.Tx, p vnet.Path, id string) []string {
	about := []string{id}
	ofInterface := func(n world.NetworkInterface) {
		about = append(about, n.SubnetID, n.VpcID, n.OwnerID)
	}
	for _, t := range tx.RunningTasks() {
		if t.ID == id || t.Interface.PrivateIP.String() == id {
			about = append(about, t.ServiceARN, t.TaskDefinitionARN)
			ofInterface(t.Interface)
		}
	}
	ip, err := netip.ParseAddr(id)
	if err != nil {
		return about
	}
	e, _ := tx.Endpoint(p.EndpointID)
	service, _ := tx.EndpointServiceNamed(e.ServiceName)
	vpcs := []string{e.VpcID}
	for _, arn := range service.LoadBalancerARNs {
		lb, _ := tx.LoadBalancer(arn)
		vpcs = append(vpcs, lb.VpcID)
	}
	for _, vpc := range vpcs {
		if n, ok := tx.InterfaceAt(vpc, ip); ok {
			ofInterface(n)
		}
	}
	return about
}

// hasContract says whether a stack hands out its endpoints as this project's do.
func hasContract(outputs map[string]any) bool {
	return outputs["endpointId"] != nil || outputs["endpoints"] != nil || outputs["endpointIds"] != nil
}

// errNotDeployed is what a question about a consumer gets that has nothing.
func errNotDeployed(stack string) error {
	return fmt.Errorf("stack %s is not deployed: run sandbox up first", stack)
}
