package vnet

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

const certificateARN = "arn:aws:acm:us-east-1:111111111111:certificate/0f0f0f0f-0000-4000-8000-000000000001"

// withTLS makes the listener a TLS listener whose certificate is for the name.
func withTLS(s *stage.Stage, name string) {
	s.Record("listener", func(r *world.Record) {
		r.Outputs["protocol"], r.Outputs["certificateArn"], r.Outputs["alpnPolicy"] = "TLS", certificateARN, "HTTP2Preferred"
	})
	if name == "" {
		return
	}
	require.NoError(s.T, s.World.Update(func(tx *world.Tx) error {
		tx.Put(&world.Record{
			Kind: "aws:acm/certificate:Certificate", ID: certificateARN, Account: stage.Provider, Region: stage.Region,
			Outputs: world.Props{"domainName": name, "subjectAlternativeNames": stage.List(name, "*."+name)},
		})
		return nil
	}))
}

// withPrivateName gives the service a verified private name, and the endpoint its use.
func withPrivateName(s *stage.Stage, name string) {
	s.Record("offer", func(r *world.Record) { r.Outputs["privateDnsName"] = name })
	s.Record("a-endpoint", func(r *world.Record) { r.Outputs["privateDnsEnabled"] = true })
}

func tlsClient(n *Network, c Client) *http.Client {
	client := httpClient(n, c)
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig = &tls.Config{RootCAs: n.RootCAs()}
	transport.ForceAttemptHTTP2 = true
	return client
}

func TestTLSEndsAtTheLoadBalancer(t *testing.T) {
	t.Parallel()
	for name, protocol := range map[string]string{"plain to the task": "TCP", "encrypted to the task": "TLS"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			withTLS(s, "api.example.com")
			withPrivateName(s, "api.example.com")
			s.Change("targets", world.Props{"proxyProtocolV2": true})
			s.Record("targets", func(r *world.Record) { r.Outputs["protocol"] = protocol })
			n := open(s, nil)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com:80/", nil)
			require.NoError(t, err)
			req.Header.Set("Accept", "application/json")
			resp, err := tlsClient(n, clientOf(s, "a")).Do(req)
			require.NoError(t, err)
			defer func() { _ = resp.Body.Close() }()
			require.Equal(t, 2, resp.ProtoMajor, "ALPN chose HTTP/2")
			var seen container.Seen
			require.NoError(t, json.NewDecoder(resp.Body).Decode(&seen))
			require.Equal(t, protocol == "TLS", seen.TLS)
			require.Equal(t, s.IDs["a-endpoint"], seen.ProxyProtocol.EndpointID)
		})
	}
}

func TestTLSCertificates(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withTLS(s, "api.example.com")
	n := open(s, nil)
	_, err := tlsClient(n, clientOf(s, "a")).Get("https://" + s.Names("a")[0] + ":80/")
	require.ErrorContains(t, err, "certificate is valid for api.example.com, *.api.example.com, not vpce-")

	again, err := Open(s.World, Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, again.Close()) }()
	require.True(t, n.RootCAs().Equal(again.RootCAs()), "the authority is the world's")

	unknown := stage.New(t)
	withTLS(unknown, "")
	_, err = tlsClient(open(unknown, nil), clientOf(unknown, "a")).Get("https://" + unknown.Names("a")[0] + ":80/")
	require.Error(t, err, "the world does not have the certificate, so it is for no name")
}

// TestTLSWithoutTarget: the load balancer takes the connection, and resets it
// when it finds no target. Probe finds that out.
func TestTLSWithoutTarget(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withTLS(s, "api.example.com")
	n := open(s, nil)
	paths, err := n.Probe(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[0]+":80")
	require.NoError(t, err)
	for _, p := range paths {
		require.True(t, p.Reachable, p.Summary())
		require.True(t, hopOf(t, p, HopOpened).Allowed)
	}
	s.Remove("task-ingress")
	paths, err = n.Probe(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[0]+":80")
	require.NoError(t, err)
	for _, p := range paths {
		require.False(t, p.Reachable)
		require.Equal(t, HopTaskGroup, p.Stopped().Hop)
	}
	conn, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[0]+":80")
	require.NoError(t, err)
	secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	require.NoError(t, secured.HandshakeContext(t.Context()))
	_, err = secured.Read(make([]byte, 1))
	require.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestPrivateNames(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withPrivateName(s, "*.api.example.com")
	n := open(s, nil)
	seen := ask(t, n, clientOf(s, "a"), "http://Eu.api.example.com./")
	require.Equal(t, "Eu.api.example.com.", seen.Host)
	for _, name := range []string{"api.example.com", "example.com"} {
		paths, err := n.Trace(t.Context(), clientOf(s, "a"), "tcp", name+":80")
		require.NoError(t, err)
		require.Equal(t, HopDNS, paths[0].Stopped().Hop, "a wildcard is not for the name itself")
	}
	stopsAtDNS(t, s, n, "b", "eu.api.example.com", "no interface endpoint has this name")
	s.Change("a-vpc", world.Props{"enableDnsHostnames": false})
	stopsAtDNS(t, s, n, "a", "eu.api.example.com", "since enableDnsHostnames of "+s.IDs["a-vpc"]+" is off")
}

// TestAliases: records in a private hosted zone of the client's VPC.
func TestAliases(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	account := stage.Tenants["a"]
	zone := s.Make(account, "a-zone", "aws:route53/zone:Zone", world.Props{
		"name": "internal.example", "vpcs": []any{map[string]any{"vpcId": s.IDs["a-vpc"]}},
	})
	s.Make(account, "a-alias", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": "api", "type": "CNAME", "ttl": 60.0, "records": stage.List(s.Names("a")[0]),
	})
	s.Make(account, "a-chain", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": "www", "type": "CNAME", "ttl": 60.0, "records": stage.List("api.internal.example"),
	})
	s.Make(account, "a-loop", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": "loop", "type": "CNAME", "ttl": 60.0, "records": stage.List("loop.internal.example"),
	})
	s.Make(account, "a-wildcard", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": "*.any", "type": "CNAME", "ttl": 60.0, "records": stage.List(s.Names("a")[0]),
	})
	s.Make(account, "a-address", "aws:route53/record:Record", world.Props{
		"zoneId": zone, "name": "address", "type": "A", "ttl": 60.0, "records": stage.List(addressOf(s, "a")),
	})
	n := open(s, nil)
	for _, name := range []string{"api.internal.example", "WWW.internal.example", "eu.any.internal.example", "address.internal.example"} {
		require.Equal(t, name, ask(t, n, clientOf(s, "a"), "http://"+name+"/").Host)
	}
	for tenant, name := range map[string]string{"a": "loop.internal.example", "b": "api.internal.example"} {
		stopsAtDNS(t, s, n, tenant, name, "no interface endpoint has this name")
	}
	stopsAtDNS(t, s, n, "a", "other.internal.example", "the private hosted zone internal.example answers for other.internal.example, and has no A record of it")
	s.Change("a-vpc", world.Props{"enableDnsHostnames": false})
	stopsAtDNS(t, s, n, "a", "api.internal.example", "since enableDnsHostnames of "+s.IDs["a-vpc"]+" is off")
	ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[0]+"/") // the endpoint's own names are public
}

// addressOf is the address of the first of a tenant's endpoint's interfaces.
func addressOf(s *stage.Stage, tenant string) (address string) {
	_ = s.World.View(func(tx *world.Tx) error {
		e, _ := tx.Endpoint(s.IDs[tenant+"-endpoint"])
		address = e.Interfaces[0].PrivateIP.String()
		return nil
	})
	return address
}

func stopsAtDNS(t *testing.T, s *stage.Stage, n *Network, tenant, name, why string) {
	t.Helper()
	paths, err := n.Trace(t.Context(), clientOf(s, tenant), "tcp", name+":80")
	require.NoError(t, err)
	require.Equal(t, HopDNS, paths[0].Stopped().Hop, name)
	require.Contains(t, paths[0].Stopped().By, why)
}

// TestZonesThatOverlap: the most specific one answers, be it a private hosted zone or
// the one that AWS keeps for an endpoint's private name.
func TestZonesThatOverlap(t *testing.T) {
	t.Parallel()
	for zone, why := range map[string]string{
		"example.com":        "",
		"eu.api.example.com": "the private hosted zone eu.api.example.com answers for eu.api.example.com",
	} {
		s := stage.New(t)
		withPrivateName(s, "*.api.example.com")
		s.Make(stage.Tenants["a"], "a-zone", "aws:route53/zone:Zone", world.Props{
			"name": zone, "vpcs": []any{map[string]any{"vpcId": s.IDs["a-vpc"]}},
		})
		n := open(s, nil)
		if why == "" {
			ask(t, n, clientOf(s, "a"), "http://eu.api.example.com/")
			continue
		}
		stopsAtDNS(t, s, n, "a", "eu.api.example.com", why)
	}
}

// withUDP makes the listener and the targets UDP.
func withUDP(s *stage.Stage, ipAddressType string) {
	withUDPListener(s, ipAddressType)
	withPorts(`{"containerPort":80,"protocol":"udp"}`)(s)
}

func withUDPListener(s *stage.Stage, ipAddressType string) {
	s.Record("listener", func(r *world.Record) { r.Outputs["protocol"] = "UDP" })
	s.Record("targets", func(r *world.Record) { r.Outputs["protocol"] = "UDP" })
	s.Record("lb", func(r *world.Record) {
		r.Outputs["ipAddressType"], r.Outputs["enablePrefixForIpv6SourceNat"] = ipAddressType, "on"
	})
	replaceIngress(world.Props{"ipProtocol": "udp"})(s)
	s.Remove("lb-egress", "task-ingress")
	udp := func(group, peer string) world.Props {
		r := stage.Rule(s.IDs[group], 80, "referencedSecurityGroupId", s.IDs[peer])
		r["ipProtocol"] = "udp"
		return r
	}
	s.Make(stage.Provider, "lb-egress", stage.EgressRule, udp("lb-group", "task-group"))
	s.Make(stage.Provider, "task-ingress", stage.IngressRule, udp("task-group", "lb-group"))
}

func TestUDP(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	withUDP(s, "dualstack")
	n := open(s, nil)
	paths, err := n.Probe(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.True(t, paths[0].Reachable, paths[0].Summary())
	require.Equal(t, "sent to "+hopAt(t, paths[0], HopContainer)+"; UDP does not tell whether it arrived", paths[0].Summary())
	conn, err := n.Dial(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.IsType(t, &net.UDPAddr{}, conn.RemoteAddr())
	for range 2 {
		_, err = conn.Write([]byte("ping"))
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(30*time.Second)))
		answer := make([]byte, 4096)
		got, err := conn.Read(answer)
		require.NoError(t, err)
		require.Contains(t, string(answer[:got]), "remote address   "+hopAt(t, paths[0], HopNode)+":")
		require.Contains(t, string(answer[:got]), "4 bytes")
	}
}

// TestUDPIsLostWithoutAWord: nothing tells the client.
func TestUDPIsLostWithoutAWord(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		mutate  func(*stage.Stage)
		hop, by string
	}{
		"no dualstack load balancer": {
			func(s *stage.Stage) { withUDP(s, "ipv4") }, HopListener, "PrivateLink carries UDP to a dualstack load balancer only",
		},
		"no prefix for source NAT": {
			func(s *stage.Stage) {
				withUDP(s, "dualstack")
				s.Record("lb", func(r *world.Record) { delete(r.Outputs, "enablePrefixForIpv6SourceNat") })
			}, HopListener, "UDP listeners of a dualstack load balancer need EnablePrefixForIpv6SourceNat",
		},
		"a port that is not mapped": {
			func(s *stage.Stage) { withUDPListener(s, "dualstack") }, HopContainer, "no container maps port 80/udp",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			c.mutate(s)
			n := open(s, nil)
			paths, err := n.Trace(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
			require.NoError(t, err)
			require.Equal(t, c.hop, paths[0].Stopped().Hop, paths[0].Summary())
			require.Contains(t, paths[0].Stopped().By, c.by)
			conn, err := n.Dial(t.Context(), clientOf(s, "a"), "udp", s.Names("a")[1]+":80")
			require.NoError(t, err)
			_, err = conn.Write([]byte("ping"))
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
			_, err = conn.Read(make([]byte, 10))
			var timeout net.Error
			require.True(t, errors.As(err, &timeout) && timeout.Timeout())
		})
	}
}

func TestLogsGoToTheContainersStream(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	var live atomic.Int32
	n, err := Open(s.World, Options{OnLog: func(world.LogEvent) { live.Add(1) }})
	require.NoError(t, err)
	seen := ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[0]+"/health?x=1")
	require.NoError(t, n.Close())
	events, err := s.World.LogEvents()
	require.NoError(t, err)
	require.Len(t, events, 1)
	e := events[0]
	require.Equal(t, world.LogGroup{Account: stage.Provider, Region: stage.Region, Name: "logs"}, e.Group)
	require.Equal(t, "web/web/"+seen.Task, e.Stream)
	host, _, _ := net.SplitHostPort(seen.RemoteAddress)
	require.True(t, strings.HasPrefix(e.Message, host+" - - ["), e.Message)
	require.Contains(t, e.Message, `"GET /health?x=1 HTTP/1.1" 200`)
	require.EqualValues(t, 1, live.Load())
}

// sick is a runtime whose tasks have all stopped, or end when told to.
type sick struct {
	container.Runtime
	mu  sync.Mutex
	why *container.Stopped
}

func (r *sick) Start(ctx context.Context, t container.Task) container.Instance {
	return &sickTask{r.Runtime.Start(ctx, t), r}
}

type sickTask struct {
	container.Instance
	runtime *sick
}

func (t *sickTask) Stopped() *container.Stopped {
	t.runtime.mu.Lock()
	defer t.runtime.mu.Unlock()
	return t.runtime.why
}

// TestAStoppedTaskIsNoTarget: the path ends at the target, with ECS's reason.
func TestAStoppedTaskIsNoTarget(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	runtime := &sick{Runtime: container.NewResponder()}
	n := open(s, runtime)
	ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[1]+"/")
	runtime.mu.Lock()
	runtime.why = &container.Stopped{Reason: "Essential container in task exited", Detail: "container web ended with exit code 1"}
	runtime.mu.Unlock()
	paths, err := n.Probe(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.False(t, paths[0].Reachable)
	require.Equal(t, HopTarget, paths[0].Stopped().Hop)
	require.Contains(t, paths[0].Stopped().By, "has stopped: Essential container in task exited (container web ended with exit code 1)")
	require.NotEmpty(t, paths[0].Targets)
	for _, target := range paths[0].Targets {
		require.Equal(t, TargetStopped, target.State)
	}
}

// TestTasksFollowTheService: what ECS starts and stops while the network is open.
func TestTasksFollowTheService(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	first := ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[1]+"/")
	withPorts(`{"containerPort":80},{"containerPort":81}`)(s)
	second := ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[1]+"/")
	require.NotEqual(t, first.Task, second.Task)
	require.Len(t, n.tasks, 2, "the old tasks were stopped")
}

// TestConnectionsSpreadOverTheTargets: by flow hash, over the targets of a zone.
func TestConnectionsSpreadOverTheTargets(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	s.Change("service", world.Props{"desiredCount": 6.0})
	n := open(s, nil)
	tasks := map[string]int{}
	for range 30 {
		tasks[ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[1]+"/").Task]++
	}
	require.Len(t, tasks, 3, "the zone's half of the six")
}

// TestNamesRotate: connections to the regional name spread over the zones.
func TestNamesRotate(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	tasks := map[string]int{}
	for range 4 {
		tasks[ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[0]+"/").Task]++
	}
	require.Len(t, tasks, 2)
}

// TestDialTriesEveryAddress: a name with a dead zone still leads to the other.
func TestDialTriesEveryAddress(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	inZones("az1")(s)
	n := open(s, nil)
	for range 4 {
		ask(t, n, clientOf(s, "a"), "http://"+s.Names("a")[0]+"/")
	}
}

func TestDialRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n := open(s, nil)
	for address, want := range map[string]string{
		"x":                  "missing port in address",
		"x:http":             `port "http" of x:http is not a number from 1 to 65535`,
		"x:0":                `port "0" of x:0 is not a number from 1 to 65535`,
		"no.such.example:80": "no such host: no interface endpoint has this name",
	} {
		_, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", address)
		require.ErrorContains(t, err, want)
	}
	_, err := n.Dial(t.Context(), clientOf(s, "a"), "unix", "x:80")
	require.ErrorContains(t, err, `network "unix" is not supported; it must be tcp or udp`)
}

func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	s.Remove("a-ingress")
	n, err := Open(s.World, Options{ConnectTimeout: time.Hour})
	require.NoError(t, err)
	defer func() { require.NoError(t, n.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = n.Dial(ctx, clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	// Without the context it would be an hour. A slow machine is still starting the
	// tasks when the time is over; that is a timeout too.
	var timeout net.Error
	require.True(t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
}

func TestAClosedNetworkCarriesNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t)
	n, err := Open(s.World, Options{})
	require.NoError(t, err)
	conn, err := n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.NoError(t, err)
	require.NoError(t, n.Close())
	_, err = io.ReadAll(conn)
	require.NoError(t, err, "the task has closed it")
	_, err = n.Dial(t.Context(), clientOf(s, "a"), "tcp", s.Names("a")[1]+":80")
	require.ErrorContains(t, err, "the network is closed")
}

func TestMatchers(t *testing.T) {
	t.Parallel()
	for matcher, codes := range map[string]map[int]bool{
		"200":          {200: true, 201: false},
		"200-399":      {200: true, 399: true, 400: false, 199: false},
		"200, 300-301": {200: true, 301: true, 302: false},
		"":             {200: false},
	} {
		for code, want := range codes {
			require.Equal(t, want, matchesCode(matcher, code), "%q %d", matcher, code)
		}
	}
}
