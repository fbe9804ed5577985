package vnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// mutation is one change of the deployed world, and what comes of connections.
type mutation struct {
	name   string
	mutate func(s *stage.Stage)
	// client changes who connects, from tenant a's client at 10.0.200.7.
	client func(s *stage.Stage, c *Client)
	port   int // 80 unless set
	// az1 and az2 are the hops at which connections through the zones stop, "" where
	// they arrive.
	az1, az2 string
	// says is part of what the hop that stops them says, or any hop where none does.
	says string
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
	s.Make(stage.Tenants["a"], "a-endpoint", stage.Endpoint, world.Props{
		"vpcId": s.IDs["a-vpc"], "vpcEndpointType": "Interface", "serviceName": s.Output("offer", "serviceName"),
		"subnetIds": stage.List(s.IDs["a-az1"], s.IDs["a-az2"]), "securityGroupIds": stage.List(s.IDs["a-group"]),
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
	{name: "principal removed", mutate: removing("a-principal")}, // connections that there are stay
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
}

// TestWhatIsSaidIsWhatHappens changes the deployed world in one way after the
// other. What Trace says, and whether bytes arrive at a task and come back, are
// found out independently of each other, through each zone, and have to agree.
func TestWhatIsSaidIsWhatHappens(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(mutations), 30)
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			zones := s.Names("a")[1:]
			if m.mutate != nil {
				m.mutate(s)
			}
			if now := s.Names("a"); len(now) == 3 {
				zones = now[1:] // of a new endpoint
			}
			client, port := clientOf(s, "a"), 80
			if m.client != nil {
				m.client(s, &client)
			}
			if m.port != 0 {
				port = m.port
			}
			n := open(s, nil)
			for i, hop := range []string{m.az1, m.az2} {
				address := fmt.Sprintf("%s:%d", zones[i], port)
				said, err := n.Trace(t.Context(), client, "tcp", address)
				require.NoError(t, err)
				require.Len(t, said, 1)
				answered, err := exchange(n, client, address)
				agree(t, said[0], answered, err)
				if hop == "" {
					require.True(t, said[0].Reachable, said[0].Summary())
					if m.az1 == m.az2 {
						require.Contains(t, fmt.Sprint(said[0].Hops), m.says)
					}
					continue
				}
				require.False(t, said[0].Reachable)
				require.Equal(t, hop, said[0].Stopped().Hop, said[0].Summary())
				require.Contains(t, said[0].Stopped().By, m.says)
			}
		})
	}
}

// exchange sends a request and returns the task that answered it.
func exchange(n *Network, c Client, address string) (task string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := n.Dial(ctx, c, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
	if err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		return "", err
	}
	head, body, _ := strings.Cut(string(answer), "\r\n\r\n")
	if !strings.HasPrefix(head, fmt.Sprintf("HTTP/1.1 %d", http.StatusOK)) {
		return "", fmt.Errorf("answered %q", head)
	}
	var seen container.Seen
	err = json.Unmarshal([]byte(body), &seen)
	return seen.Task, err
}

// agree holds what was said against what happened.
func agree(t *testing.T, said Path, answered string, failed error) {
	t.Helper()
	if said.Reachable {
		require.NoError(t, failed, "said: %s", said.Summary())
		require.NotEmpty(t, answered)
		return
	}
	require.Error(t, failed, "said: %s", said.Summary())
	switch effect := said.Stopped().Effect; effect {
	case Dropped:
		var timeout net.Error
		require.True(t, errors.As(failed, &timeout) && timeout.Timeout(), "%v", failed)
		require.ErrorIs(t, failed, syscall.ETIMEDOUT)
	case Refused:
		require.ErrorIs(t, failed, syscall.ECONNREFUSED)
	case Unresolved:
		var unresolved *net.DNSError
		require.True(t, errors.As(failed, &unresolved) && unresolved.IsNotFound, "%v", failed)
	default:
		require.Fail(t, "no effect", "%q", effect)
	}
}
