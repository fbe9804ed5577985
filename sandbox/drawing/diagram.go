package drawing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// Diagram is what is deployed, as far as a connection from a client to a task comes by
// it: accounts, VPCs, zones, subnets and what is in them, and who may connect to whom.
type Diagram struct {
	// Parts are the accounts, consumers first, and principals that have none here.
	Parts []*Part
	Edges []*Edge
}

// Part is a part of a diagram. Those with parts of their own are drawn around them.
type Part struct {
	// Key says which part it is: the same one has the same key in another diagram of the
	// same sandbox.
	Key  string
	Kind Kind
	// Lines are its name, and what else is to be known of it.
	Lines []string
	// ID is what AWS has called it, or its address; empty where there is none. It differs
	// with every deployment.
	ID    string
	Mark  Mark
	Parts []*Part
}

// Kind is what a part is.
type Kind string

// The kinds of parts.
const (
	Account   Kind = "account"
	Network   Kind = "vpc"
	Zone      Kind = "zone"
	Subnet    Kind = "subnet"
	Client    Kind = "client"
	Principal Kind = "principal"
	Endpoint  Kind = "endpoint"
	Service   Kind = "service"
	Node      Kind = "node"
	Task      Kind = "task"
)

// around says whether a part of the kind is drawn around others.
func (k Kind) around() bool { return k == Account || k == Network || k == Zone || k == Subnet }

// Edge leads from one part to another, by their keys.
type Edge struct {
	From, To string
	Label    string
	// Open: connections take this way. Else it may be used and isn't, or can't be.
	Open bool
	Mark Mark
}

// Mark is what a change does to a part or an edge.
type Mark string

// The marks.
const (
	New     Mark = "new"
	Changed Mark = "changed"
	Gone    Mark = "gone"
)

// NewDiagram reads what is deployed in all accounts.
func NewDiagram(tx *world.Tx) *Diagram {
	r := &reader{tx: tx, Diagram: &Diagram{}, parts: map[string]*Part{}}
	for _, v := range tx.All("aws:ec2/vpc:Vpc") {
		r.network(v.ID)
	}
	for _, s := range tx.EndpointServices() {
		r.service(s)
	}
	for _, e := range tx.Endpoints() {
		r.endpoint(e)
	}
	r.tasks()
	for _, s := range tx.EndpointServices() {
		r.balancers(s)
	}
	r.order()
	return r.Diagram
}

// reader puts a diagram together.
type reader struct {
	*Diagram
	tx    *world.Tx
	parts map[string]*Part
}

// part adds a part to another one, or to the diagram, unless it is there.
func (r *reader) part(in *Part, p Part) *Part {
	if there := r.parts[p.Key]; there != nil {
		return there
	}
	r.parts[p.Key] = &p
	if in == nil {
		r.Parts = append(r.Parts, &p)
	} else {
		in.Parts = append(in.Parts, &p)
	}
	return &p
}

func (r *reader) edge(from, to *Part, label string, open bool) {
	e := &Edge{From: from.Key, To: to.Key, Label: label, Open: open}
	if !slices.ContainsFunc(r.Edges, func(o *Edge) bool { return *o == *e }) {
		r.Edges = append(r.Edges, e)
	}
}

func (r *reader) account(id, region string) *Part {
	return r.part(nil, Part{Key: "account " + id + " " + region, Kind: Account, Lines: []string{"account " + id, region}})
}

func (r *reader) network(id string) {
	v, _ := r.tx.VPC(id)
	network := r.part(r.account(v.Account, v.Region), Part{Key: v.ID, Kind: Network, Lines: []string{"VPC " + v.CIDR.String()}, ID: v.ID})
	subnets := r.tx.Subnets(id)
	slices.SortFunc(subnets, func(a, b world.Subnet) int {
		return cmp.Or(cmp.Compare(a.ZoneID, b.ZoneID), a.CIDR.Addr().Compare(b.CIDR.Addr()))
	})
	for _, s := range subnets {
		zone := r.part(network, Part{Key: v.ID + " " + s.ZoneID, Kind: Zone, Lines: []string{s.ZoneID}})
		kind := "subnet "
		if via, _ := r.tx.InternetPath(s.ID, true); strings.HasPrefix(via, "igw-") {
			kind = "public subnet "
		}
		r.part(zone, Part{Key: s.ID, Kind: Subnet, Lines: []string{kind + s.CIDR.String()}, ID: s.ID})
	}
}

// inSubnet adds a part to a subnet; nil where there is no such subnet.
func (r *reader) inSubnet(subnet string, p Part) *Part {
	in := r.parts[subnet]
	if in == nil {
		return nil
	}
	return r.part(in, p)
}

// service adds an endpoint service, and who may make endpoints to it.
func (r *reader) service(s world.EndpointService) {
	lines := []string{"endpoint service", "accepts by itself"}
	if s.AcceptanceRequired {
		lines[1] = "acceptance required"
	}
	if s.PrivateDNSName != "" {
		lines = append(lines, s.PrivateDNSName)
	}
	part := r.part(r.account(s.Account, s.Region), Part{Key: s.ID, Kind: Service, Lines: lines, ID: s.ID})
	for _, principal := range s.AllowedPrincipals {
		for _, from := range r.principals(principal) {
			r.edge(from, part, "may make endpoints", false)
		}
	}
}

// principals are the accounts here that a principal is or belongs to, or else it itself.
func (r *reader) principals(arn string) (found []*Part) {
	const field = 4 // arn:partition:iam::account:what
	parts := strings.Split(arn, ":")
	for _, p := range r.Parts {
		if len(parts) > field && p.Kind == Account && strings.HasPrefix(p.Key, "account "+parts[field]+" ") {
			found = append(found, p)
		}
	}
	if len(found) > 0 {
		return found
	}
	name := arn
	if arn == "*" {
		name = "every AWS account"
	}
	return []*Part{r.part(nil, Part{Key: "principal " + arn, Kind: Principal, Lines: []string{name}})}
}

// endpoint adds an interface endpoint's interfaces, and who may connect to them.
func (r *reader) endpoint(e world.Endpoint) {
	service, ours := r.tx.EndpointServiceNamed(e.ServiceName)
	lines := []string{"interface endpoint", e.ServiceName}
	if ours {
		lines[1] = "connection " + e.State
	}
	for _, eni := range e.Interfaces {
		part := r.inSubnet(eni.SubnetID, Part{
			Key: e.ID + " " + eni.SubnetID, Kind: Endpoint, Lines: lines, ID: eni.PrivateIP.String(),
		})
		if part == nil || !ours {
			continue
		}
		r.edge(part, r.parts[service.ID], e.State, e.State == "available")
		r.clients(e, part)
	}
}

// clients are those whom the endpoint's security groups let in.
func (r *reader) clients(e world.Endpoint, to *Part) {
	account := r.account(e.Account, e.Region)
	for _, group := range e.SecurityGroupIDs {
		for _, rule := range r.tx.SecurityGroupRules(group) {
			if rule.Direction != world.Ingress {
				continue
			}
			name, id := "clients in "+rule.CIDR.String(), ""
			switch {
			case rule.PeerGroupID != "":
				name, id = "clients of a security group", rule.PeerGroupID
			case rule.PrefixListID != "":
				name, id = "clients of a prefix list", rule.PrefixListID
			}
			client := r.part(account, Part{Key: e.ID + " from " + name + id, Kind: Client, Lines: []string{name}, ID: id})
			r.edge(client, to, ports(rule), e.State == "available")
		}
	}
}

// ports are what a rule lets through, such as 80/tcp.
func ports(rule world.SecurityGroupRule) string {
	switch {
	case rule.Protocol == "-1":
		return "everything"
	case rule.FromPort == rule.ToPort:
		return fmt.Sprintf("%d/%s", rule.FromPort, rule.Protocol)
	}
	return fmt.Sprintf("%d-%d/%s", rule.FromPort, rule.ToPort, rule.Protocol)
}

// tasks adds the running tasks. They come and go, so one is known by its service, its
// subnet and its number there.
func (r *reader) tasks() {
	count := map[string]int{}
	for _, t := range r.tx.RunningTasks() {
		place := t.ServiceARN + " " + t.SubnetID
		count[place]++
		lines := []string{"Fargate task"}
		for _, c := range r.tx.ContainerSettings(t.TaskDefinitionARN) {
			lines = append(lines, c.Image)
		}
		task := r.inSubnet(t.SubnetID, Part{Key: fmt.Sprint(place, " ", count[place]), Kind: Task, Lines: lines, ID: t.Interface.PrivateIP.String()})
		if task != nil {
			r.parts["task "+t.ARN] = task
		}
	}
}

// balancers adds the nodes of a service's load balancers, and the way from them on.
func (r *reader) balancers(s world.EndpointService) {
	for _, arn := range s.LoadBalancerARNs {
		lb, found := r.tx.LoadBalancer(arn)
		if !found {
			continue
		}
		listeners := r.tx.Listeners(arn)
		name := "Network Load Balancer node"
		var shown []string
		for _, l := range listeners {
			shown = append(shown, fmt.Sprintf("%d/%s", l.Port, strings.ToLower(l.Protocol)))
		}
		for _, n := range lb.Nodes {
			node := r.inSubnet(n.SubnetID, Part{
				Key: arn + " " + n.SubnetID, Kind: Node, Lines: []string{name, strings.Join(shown, ", ")}, ID: n.PrivateIP.String(),
			})
			if node == nil {
				continue
			}
			r.edge(r.parts[s.ID], node, "", slices.Contains(s.ZoneIDs, n.ZoneID))
			for _, l := range listeners {
				r.targets(lb, l, n, node)
			}
		}
	}
}

func (r *reader) targets(lb world.LoadBalancer, l world.Listener, n world.NetworkInterface, node *Part) {
	for _, group := range l.TargetGroupARNs {
		for _, t := range r.tx.Targets(group) {
			task := r.parts["task "+t.TaskARN]
			if task != nil && (t.ZoneID == n.ZoneID || r.tx.CrossZone(lb, group)) {
				r.edge(node, task, fmt.Sprintf("%d, %s", t.Port, t.State), t.State == world.TargetHealthy)
			}
		}
	}
}

// order puts consumers before providers, and what a connection comes by first to the left
// and above. It goes by what the parts are: ids differ with every deployment.
func (d *Diagram) order() {
	orderParts(d.Parts)
	slices.SortStableFunc(d.Parts, func(a, b *Part) int { return rank(provides(a)) - rank(provides(b)) })
	place := map[string]int{}
	for i, p := range d.all() {
		place[p.Key] = i
	}
	slices.SortStableFunc(d.Edges, func(a, b *Edge) int {
		return cmp.Or(place[a.From]-place[b.From], place[a.To]-place[b.To])
	})
}

// kinds are the kinds of parts as they come beside or below each other.
var kinds = []Kind{Account, Principal, Client, Service, Network, Zone, Subnet, Endpoint, Node, Task}

func orderParts(parts []*Part) {
	slices.SortStableFunc(parts, func(a, b *Part) int {
		if by := slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind); by != 0 || a.Kind == Subnet {
			return by // subnets are in the order of their addresses
		}
		return cmp.Or(slices.Compare(a.Lines, b.Lines), cmp.Compare(b.Mark, a.Mark), cmp.Compare(a.Key, b.Key))
	})
	for _, p := range parts {
		orderParts(p.Parts)
	}
}

// provides says whether a part is an account with an endpoint service.
func provides(p *Part) bool {
	return slices.ContainsFunc(p.Parts, func(c *Part) bool { return c.Kind == Service })
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// all are the parts, those around others before them.
func (d *Diagram) all() (out []*Part) {
	var walk func(parts []*Part)
	walk = func(parts []*Part) {
		for _, p := range parts {
			out = append(out, p)
			walk(p.Parts)
		}
	}
	walk(d.Parts)
	return out
}

// Compare is the diagram after a change, with what the change does marked, and with what
// it takes away still there.
func Compare(before, after *Diagram) *Diagram {
	out := &Diagram{Parts: compareParts(before.Parts, after.Parts)}
	edge := func(e *Edge) [2]string { return [2]string{e.From, e.To} }
	was, is := map[[2]string]*Edge{}, map[[2]string]*Edge{}
	for _, e := range before.Edges {
		was[edge(e)] = e
	}
	for _, e := range after.Edges {
		is[edge(e)] = e
		marked := *e
		if old := was[edge(e)]; old == nil {
			marked.Mark = New
		} else if *old != *e {
			marked.Mark = Changed
		}
		out.Edges = append(out.Edges, &marked)
	}
	for _, e := range before.Edges {
		if is[edge(e)] == nil {
			out.Edges = append(out.Edges, &Edge{From: e.From, To: e.To, Label: e.Label, Mark: Gone})
		}
	}
	out.order()
	return out
}

func compareParts(before, after []*Part) (out []*Part) {
	was := map[string]*Part{}
	for _, p := range before {
		was[p.Key] = p
	}
	for _, p := range after {
		marked, old := *p, was[p.Key]
		delete(was, p.Key)
		switch {
		case old == nil:
			marked.Mark, old = New, &Part{}
		case !slices.Equal(old.Lines, p.Lines):
			marked.Mark = Changed
		}
		marked.Parts = compareParts(old.Parts, p.Parts)
		out = append(out, &marked)
	}
	for _, p := range before { // whose order is by addresses: keys are ids
		if was[p.Key] == nil {
			continue
		}
		gone := *p
		gone.Mark, gone.Parts = Gone, compareParts(gone.Parts, nil)
		out = append(out, &gone)
	}
	return out
}

// Unchanged says whether nothing is marked.
func (d *Diagram) Unchanged() bool {
	return !slices.ContainsFunc(d.all(), func(p *Part) bool { return p.Mark != "" }) &&
		!slices.ContainsFunc(d.Edges, func(e *Edge) bool { return e.Mark != "" })
}
