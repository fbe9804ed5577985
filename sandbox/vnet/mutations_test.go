package vnet

import (
	"cmp"
	"net/netip"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// mutation is one change of the deployed world, and what comes of connections.
type mutation struct {
	name   string
	mutate func(s *stage.Stage)
	// client changes who connects, from tenant a's client at 10.0.200.7.
	client func(s *stage.Stage, c *Client)
	tenant string // a unless set
	host   string // the zonal names unless set
	port   int    // 80 unless set
	udp    bool
	secure bool // the client speaks TLS
	// az1 and az2 are the hops at which connections through the zones stop, "" where
	// they arrive.
	az1, az2 string
	// says is part of what the hop that stops them says, or any hop where none does.
	says string
}

func (m mutation) of() string { return cmp.Or(m.tenant, "a") }

func (m mutation) toPort() int { return cmp.Or(m.port, 80) }

func (m mutation) protocol() string {
	if m.udp {
		return "udp"
	}
	return "tcp"
}

// replaceIngress replaces the endpoint's one rule.
func replaceIngress(more world.Props) func(*stage.Stage) {
	return func(s *stage.Stage) {
		s.Remove("a-ingress")
		r := stage.Rule(s.IDs["a-group"], 80, "cidrIpv4", "10.0.0.0/16")
		for k, v := range more {
			if r[k] = v; v == nil {
				delete(r, k)
			}
		}
		s.Make(stage.Tenants["a"], "a-ingress", stage.IngressRule, r)
	}
}

func fromClientsGroup(s *stage.Stage) {
	replaceIngress(world.Props{"cidrIpv4": nil, "referencedSecurityGroupId": s.IDs["a-clients"]})(s)
}

func inClientsGroup(s *stage.Stage, c *Client) { c.SecurityGroupIDs = []string{s.IDs["a-clients"]} }

func enforce(s *stage.Stage) {
	s.Change("lb", world.Props{"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"})
}

// admitOnBalancer switches enforcement on and adds a rule to the balancer's group.
func admitOnBalancer(peer, id string) func(*stage.Stage) {
	return func(s *stage.Stage) {
		enforce(s)
		if ref, ok := s.IDs[id]; ok {
			id = ref
		}
		s.Make(stage.Provider, "lb-ingress", stage.IngressRule, stage.Rule(s.IDs["lb-group"], 80, peer, id))
	}
}

// admitOnTasks replaces the rule that lets the balancer in to the tasks.
func admitOnTasks(port float64, cidr string) func(*stage.Stage) {
	return func(s *stage.Stage) {
		s.Remove("task-ingress")
		s.Make(stage.Provider, "task-ingress", stage.IngressRule, stage.Rule(s.IDs["task-group"], port, "cidrIpv4", cidr))
	}
}

// inZones moves the tasks to the subnets of some zones.
func inZones(zones ...string) func(*stage.Stage) {
	return func(s *stage.Stage) {
		var subnets []string
		for _, z := range zones {
			subnets = append(subnets, s.IDs[z])
		}
		s.Change("service", world.Props{"networkConfiguration": map[string]any{
			"subnets": stage.List(subnets...), "securityGroups": stage.List(s.IDs["task-group"]), "assignPublicIp": true,
		}})
	}
}

func checkedBy(more map[string]any) func(*stage.Stage) {
	return func(s *stage.Stage) {
		check := stage.TCPCheck()
		for k, v := range more {
			check[k] = v
		}
		s.Change("targets", world.Props{"healthCheck": check})
	}
}

// withPorts makes a new revision of the task definition with other ports.
func withPorts(ports string) func(*stage.Stage) { return withContainers(stage.Containers(ports)) }

// withContainers makes a new revision of the task definition.
func withContainers(definitions string) func(*stage.Stage) {
	return func(s *stage.Stage) {
		s.Make(stage.Provider, "definition-2", stage.TaskDefinition, world.Props{
			"family": "web", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
			"requiresCompatibilities": stage.List("FARGATE"), "executionRoleArn": "arn:aws:iam::" + stage.Provider + ":role/role",
			"containerDefinitions": definitions,
		})
		s.Change("service", world.Props{"taskDefinition": "web:2"})
	}
}

// secondTargets makes an empty target group and forwards with these weights.
func secondTargets(first, second float64) func(*stage.Stage) {
	return func(s *stage.Stage) {
		empty := s.Make(stage.Provider, "targets-2", stage.TargetGroup, world.Props{
			"vpcId": s.IDs["vpc"], "port": 80.0, "protocol": "TCP", "targetType": "ip", "healthCheck": stage.TCPCheck(),
		})
		s.Change("listener", world.Props{"defaultActions": []any{map[string]any{
			"type": "forward", "forward": map[string]any{"targetGroups": []any{
				map[string]any{"arn": s.IDs["targets"], "weight": first}, map[string]any{"arn": empty, "weight": second},
			}},
		}}})
	}
}

// reconnect makes tenant a's endpoint anew, which then waits to be accepted.
func reconnect(s *stage.Stage) {
	s.Remove("a-accepter", "a-endpoint")
	s.Make(stage.Tenants["a"], "a-endpoint", stage.Endpoint, endpointOf(s))
}

func endpointOf(s *stage.Stage) world.Props {
	return world.Props{
		"vpcId": s.IDs["a-vpc"], "vpcEndpointType": "Interface", "serviceName": s.Output("offer", "serviceName"),
		"subnetIds": stage.List(s.IDs["a-az1"], s.IDs["a-az2"]), "securityGroupIds": stage.List(s.IDs["a-group"]),
	}
}

// endpointRefused requires that tenant a can't connect another endpoint.
func endpointRefused(s *stage.Stage) {
	said := s.Refused(stage.Tenants["a"], "a-endpoint-2", stage.Endpoint, endpointOf(s))
	require.Contains(s.T, said, s.Output("offer", "serviceName"))
	require.Contains(s.T, said, "does not exist")
}

// farAway is another Region.
const farAway = "eu-west-1"

// fromFarAway gives a consumer in another Region an endpoint of the service: "far".
func fromFarAway(s *stage.Stage) {
	s.Change("offer", world.Props{"supportedRegions": stage.List(stage.Region, farAway)})
	add := func(name, token string, inputs world.Props) string {
		return s.MakeIn(farAway, stage.Tenants["b"], "far-"+name, token, inputs)
	}
	vpc := add("vpc", stage.VPC, world.Props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	var subnets []string
	for _, zone := range []string{"1", "2"} {
		subnets = append(subnets, add("az"+zone, stage.Subnet, world.Props{
			"vpcId": vpc, "cidrBlock": "10.0." + zone + ".0/24", "availabilityZoneId": "euw1-az" + zone,
		}))
	}
	group := add("group", stage.SecurityGroup, world.Props{"vpcId": vpc})
	add("ingress", stage.IngressRule, stage.Rule(group, 80, "cidrIpv4", "10.0.0.0/16"))
	add("endpoint", stage.Endpoint, world.Props{
		"vpcId": vpc, "vpcEndpointType": "Interface", "serviceName": s.Output("offer", "serviceName"), "serviceRegion": stage.Region,
		"subnetIds": stage.List(subnets...), "securityGroupIds": stage.List(group),
	})
	s.Make(stage.Provider, "far-accepter", stage.ConnectionAccepter, world.Props{
		"vpcEndpointServiceId": s.IDs["offer"], "vpcEndpointId": s.IDs["far-endpoint"],
	})
}

func accept(s *stage.Stage) {
	s.Make(stage.Provider, "a-accepter", stage.ConnectionAccepter, world.Props{
		"vpcEndpointServiceId": s.IDs["offer"], "vpcEndpointId": s.IDs["a-endpoint"],
	})
}

func inOrder(steps ...func(*stage.Stage)) func(*stage.Stage) {
	return func(s *stage.Stage) {
		for _, f := range steps {
			f(s)
		}
	}
}

func removing(names ...string) func(*stage.Stage) { return func(s *stage.Stage) { s.Remove(names...) } }

func changing(name string, changes world.Props) func(*stage.Stage) {
	return func(s *stage.Stage) { s.Change(name, changes) }
}

func at(address string) func(*stage.Stage, *Client) {
	return func(_ *stage.Stage, c *Client) { c.Address = netip.MustParseAddr(address) }
}

// withoutNode takes the load balancer's node out of zone az2, which the API
// refuses as long as endpoints are connected.
func withoutNode(s *stage.Stage) {
	require.NoError(s.T, s.World.Update(func(tx *world.Tx) error {
		for _, r := range tx.All(world.KindNetworkInterface) {
			if r.Hidden.Str("ownerId") == s.IDs["lb"] && r.Hidden.Str("zoneId") == "use1-az2" {
				tx.Delete(r)
			}
		}
		return nil
	}))
}

func withoutBalancerGroup(s *stage.Stage) {
	s.Record("lb", func(r *world.Record) { r.Outputs["securityGroups"] = []any{} })
}

var mutations = []mutation{
	{name: "nothing"},

	// The endpoint's security group.
	{name: "endpoint rule removed", mutate: removing("a-ingress"), az1: HopEndpointGroup, az2: HopEndpointGroup,
		says: "allows tcp/80 from 10.0.200.7"},
	{name: "endpoint rule for another block", mutate: replaceIngress(world.Props{"cidrIpv4": "10.0.1.0/24"}),
		az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "endpoint rule for another port", mutate: replaceIngress(world.Props{"fromPort": 81.0, "toPort": 81.0}),
		az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "endpoint rule for another protocol", mutate: replaceIngress(world.Props{"ipProtocol": "udp"}),
		az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "endpoint rule for all protocols", mutate: replaceIngress(world.Props{"ipProtocol": "-1", "fromPort": nil, "toPort": nil})},
	{name: "endpoint rule for a group, client not in it", mutate: fromClientsGroup, az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "endpoint rule for a group, client in it", mutate: fromClientsGroup, client: inClientsGroup},
	{name: "endpoint in the VPC's default group", az1: HopEndpointGroup, az2: HopEndpointGroup,
		mutate: func(s *stage.Stage) {
			s.Change("a-endpoint", world.Props{"securityGroupIds": stage.List(s.Output("a-vpc", "defaultSecurityGroupId"))})
		}},
	{name: "stranger", client: at("203.0.113.7"), az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "stranger who is let in", mutate: replaceIngress(world.Props{"cidrIpv4": "203.0.113.0/24"}), client: at("203.0.113.7")},

	// The client's own group.
	{name: "client group lets nothing out", mutate: removing("a-clients-egress"), client: inClientsGroup,
		az1: HopClientGroup, az2: HopClientGroup},
	{name: "client group lets out to another port", client: inClientsGroup, az1: HopClientGroup, az2: HopClientGroup,
		mutate: inOrder(removing("a-clients-egress"), func(s *stage.Stage) {
			s.Make(stage.Tenants["a"], "a-clients-egress", stage.EgressRule, stage.Rule(s.IDs["a-clients"], 443, "cidrIpv4", "0.0.0.0/0"))
		})},

	// Names.
	{name: "VPC without DNS", mutate: changing("a-vpc", world.Props{"enableDnsSupport": false, "enableDnsHostnames": false}),
		az1: HopDNS, az2: HopDNS, says: "enableDnsSupport"},
	{name: "endpoint deleted", mutate: removing("a-accepter", "a-endpoint"), az1: HopDNS, az2: HopDNS},
	{name: "endpoint dropped a zone", az2: HopDNS,
		mutate: func(s *stage.Stage) { s.Change("a-endpoint", world.Props{"subnetIds": stage.List(s.IDs["a-az1"])}) }},
	{name: "another tenant's client", // the name is public, and its addresses are those of b's own endpoint
		client: func(s *stage.Stage, c *Client) { c.VpcID = s.IDs["b-vpc"] }},
	{name: "a client whose VPC has no endpoint", client: func(s *stage.Stage, c *Client) { c.VpcID = s.IDs["vpc"] },
		az1: HopInterface, az2: HopInterface},

	// The connection.
	{name: "acceptance withdrawn", mutate: removing("a-accepter"), az1: HopConnection, az2: HopConnection, says: "is rejected"},
	{name: "never accepted", mutate: reconnect, az1: HopConnection, az2: HopConnection, says: "is pendingAcceptance"},
	{name: "made anew and accepted", mutate: inOrder(reconnect, accept)},
	{name: "principal removed", mutate: inOrder(removing("a-principal"), endpointRefused)}, // connections that there are stay
	{name: "principal removed, and the endpoint", az1: HopDNS, az2: HopDNS,
		mutate: inOrder(removing("a-principal", "a-accepter", "a-endpoint"), endpointRefused)},
	{name: "the other tenant rejected", mutate: removing("b-accepter")},

	// The load balancer's front.
	{name: "a port without listener", port: 81, az1: HopListener, az2: HopListener, says: "there is 80/tcp",
		mutate: replaceIngress(world.Props{"fromPort": 1.0, "toPort": 65535.0})},
	{name: "listener on another port", mutate: changing("listener", world.Props{"port": 8080.0}), az1: HopListener, az2: HopListener},
	{name: "listener removed", mutate: removing("listener"), az1: HopListener, az2: HopListener, says: "there is none"},
	{name: "enforced, nobody admitted", mutate: enforce, az1: HopBalancerInbound, az2: HopBalancerInbound,
		says: "from 10.0.200.7"},
	{name: "enforced, client admitted", mutate: admitOnBalancer("cidrIpv4", "10.0.200.0/24")},
	{name: "enforced, endpoint's subnet admitted", mutate: admitOnBalancer("cidrIpv4", "10.0.1.0/24"),
		az1: HopBalancerInbound, az2: HopBalancerInbound},
	{name: "enforced, a group admitted", mutate: admitOnBalancer("referencedSecurityGroupId", "lb-group"),
		az1: HopBalancerInbound, az2: HopBalancerInbound},
	{name: "a zone's node is gone", mutate: withoutNode, az2: HopNode},

	// The way to the tasks.
	{name: "balancer lets nothing out", mutate: removing("lb-egress"), az1: HopBalancerOutbound, az2: HopBalancerOutbound},
	{name: "balancer lets out to one zone", az2: HopBalancerOutbound,
		mutate: inOrder(removing("lb-egress"), func(s *stage.Stage) {
			s.Make(stage.Provider, "lb-egress", stage.EgressRule, stage.Rule(s.IDs["lb-group"], 80, "cidrIpv4", "10.0.1.0/24"))
		})},
	{name: "tasks let nobody in", mutate: removing("task-ingress"), az1: HopTaskGroup, az2: HopTaskGroup},
	{name: "tasks let the client in, not the balancer", mutate: admitOnTasks(80, "10.0.200.0/24"), az1: HopTaskGroup, az2: HopTaskGroup},
	{name: "tasks let the balancer in on another port", mutate: admitOnTasks(8080, "0.0.0.0/0"), az1: HopTaskGroup, az2: HopTaskGroup},
	{name: "tasks let one zone's subnet in", mutate: admitOnTasks(80, "10.0.1.0/24"), az2: HopTaskGroup},
	{name: "tasks let all nodes' subnets in", mutate: admitOnTasks(80, "10.0.0.0/22")},
	{name: "balancer without a group", mutate: withoutBalancerGroup, az1: HopTaskGroup, az2: HopTaskGroup},
	{name: "balancer without a group, tasks open to its subnets",
		mutate: inOrder(withoutBalancerGroup, admitOnTasks(80, "10.0.0.0/22"))},

	// Zones and targets.
	{name: "tasks in one zone", mutate: inZones("az1"), az2: HopTarget, says: "cross-zone load balancing is off"},
	{name: "tasks in one zone, cross-zone balancer",
		mutate: inOrder(inZones("az1"), changing("lb", world.Props{"enableCrossZoneLoadBalancing": true}))},
	{name: "tasks in one zone, cross-zone targets",
		mutate: inOrder(inZones("az1"), changing("targets", world.Props{"loadBalancingCrossZoneEnabled": "true"}))},
	{name: "tasks in one zone, cross-zone balancer, targets not", az2: HopTarget,
		mutate: inOrder(inZones("az1"), changing("lb", world.Props{"enableCrossZoneLoadBalancing": true}),
			changing("targets", world.Props{"loadBalancingCrossZoneEnabled": "false"}))},
	{name: "tasks in a zone that the balancer lacks", mutate: inZones("az3"), az1: HopTarget, az2: HopTarget, says: "unused"},
	{name: "no tasks", mutate: changing("service", world.Props{"desiredCount": 0.0}), az1: HopTarget, az2: HopTarget},
	{name: "tasks can't pull their image", az1: HopTarget, az2: HopTarget, says: "CannotPullContainerError",
		mutate: inOrder(changing("service", world.Props{"desiredCount": 0.0}), removing("route"),
			changing("service", world.Props{"desiredCount": 2.0}))},
	{name: "all weight on the targets", mutate: secondTargets(1, 0)},
	{name: "all weight on empty targets", mutate: secondTargets(0, 1), az1: HopTarget, az2: HopTarget, says: "none is registered"},

	// Health. Where no target of a zone is healthy, the load balancer fails open.
	{name: "health check of a closed port", mutate: checkedBy(map[string]any{"port": "81"}),
		says: "fails open: Health checks failed"},
	{name: "health check by HTTP", mutate: checkedBy(map[string]any{"protocol": "HTTP", "path": "/", "matcher": "200"}),
		says: "healthy, in use1-az"},
	{name: "health check that never matches", mutate: checkedBy(map[string]any{"protocol": "HTTP", "path": "/", "matcher": "404"}),
		says: "fails open: Health checks failed: GET / on port 80 answered 200, which is not in 404"},
	{name: "container does not listen", mutate: withPorts(`{"containerPort":80,"protocol":"udp"}`),
		az1: HopContainer, az2: HopContainer, says: "nothing listens on port 80"},
	{name: "container listens on more ports", mutate: withPorts(`{"containerPort":80},{"containerPort":8080}`)},

	// What comes before the bytes.
	{name: "Proxy Protocol", mutate: changing("targets", world.Props{"proxyProtocolV2": true})},

	// TLS listeners.
	{name: "TLS", secure: true, mutate: tlsListener},
	{name: "TLS, a stranger", secure: true, mutate: tlsListener, client: at("203.0.113.7"), az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "TLS, tasks let nobody in", secure: true, mutate: inOrder(tlsListener, removing("task-ingress")), az1: HopTaskGroup, az2: HopTaskGroup},
	{name: "TLS, no tasks", secure: true, az1: HopTarget, az2: HopTarget,
		mutate: inOrder(tlsListener, changing("service", world.Props{"desiredCount": 0.0}))},
	{name: "TLS, Proxy Protocol", secure: true, mutate: inOrder(tlsListener, changing("targets", world.Props{"proxyProtocolV2": true}))},

	// UDP.
	{name: "UDP", udp: true, mutate: udpOver("dualstack")},
	{name: "UDP, no dualstack load balancer", udp: true, mutate: udpOver("ipv4"), az1: HopListener, az2: HopListener, says: "dualstack"},
	{name: "UDP, no source NAT", udp: true, az1: HopListener, az2: HopListener, says: "EnablePrefixForIpv6SourceNat",
		mutate: inOrder(udpOver("dualstack"), func(s *stage.Stage) {
			s.Record("lb", func(r *world.Record) { delete(r.Outputs, "enablePrefixForIpv6SourceNat") })
		})},
	{name: "UDP, endpoint rule for TCP", udp: true, az1: HopEndpointGroup, az2: HopEndpointGroup,
		mutate: inOrder(udpOver("dualstack"), replaceIngress(nil))},
	{name: "UDP, a port that is not mapped", udp: true, az1: HopContainer, az2: HopContainer, says: "no container maps port 80/udp",
		mutate: func(s *stage.Stage) { withUDPListener(s, "dualstack") }},
	{name: "TCP to a UDP listener", mutate: inOrder(udpOver("dualstack"), replaceIngress(nil)), az1: HopListener, az2: HopListener},

	// IPv6.
	{name: "IPv6", mutate: ipv6As("dualstack", "dualstack"), client: inIPv6("2001:db8::200:7")},
	{name: "IPv6, a stranger", mutate: ipv6As("dualstack", "dualstack"), client: inIPv6("3fff::7"), az1: HopEndpointGroup, az2: HopEndpointGroup},
	{name: "IPv6, names without AAAA records", mutate: ipv6As("dualstack", "ipv4"), client: inIPv6("2001:db8::200:7"),
		az1: HopDNS, az2: HopDNS, says: "it has no AAAA record"},

	// The private DNS name, which leads to both zones.
	{name: "private name", host: "api.example.com", mutate: privateName},
	{name: "private name, VPC without DNS hostnames", host: "api.example.com", az1: HopDNS, says: "enableDnsHostnames",
		mutate: inOrder(privateName, changing("a-vpc", world.Props{"enableDnsHostnames": false}))},
	{name: "private name from another VPC", host: "api.example.com", mutate: privateName, tenant: "b", az1: HopDNS},
	{name: "private name, endpoint rule removed", host: "api.example.com", mutate: inOrder(privateName, removing("a-ingress")), az1: HopEndpointGroup},

	// From another Region, where the zones are others.
	{name: "another Region", tenant: "far", mutate: fromFarAway},
	{name: "another Region, not accepted", tenant: "far", mutate: inOrder(fromFarAway, removing("far-accepter")),
		az1: HopConnection, az2: HopConnection, says: "is rejected"},
	{name: "another Region, a zone's node is gone", tenant: "far", mutate: inOrder(fromFarAway, withoutNode)},
	{name: "another Region, nodes enforce their rules", tenant: "far", mutate: inOrder(fromFarAway, enforce),
		az1: HopBalancerInbound, az2: HopBalancerInbound},
}

func tlsListener(s *stage.Stage) { withTLS(s, "api.example.com") }

func privateName(s *stage.Stage) { withPrivateName(s, "api.example.com") }

func udpOver(ipAddressType string) func(*stage.Stage) {
	return func(s *stage.Stage) { withUDP(s, ipAddressType) }
}

func ipv6As(addresses, records string) func(*stage.Stage) {
	return func(s *stage.Stage) { withIPv6(s, addresses, records) }
}

func inIPv6(address string) func(*stage.Stage, *Client) {
	return func(s *stage.Stage, c *Client) {
		*c = clientV6(s)
		c.Address = netip.MustParseAddr(address)
	}
}
