package drawing

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// clients are some of a tenant's, at last one with an IPv6 address and a stranger.
func clients(s *stage.Stage, tenant string) []vnet.Client {
	vpc := s.IDs[tenant+"-vpc"]
	return []vnet.Client{
		{Label: "10.0.0.0/16", VpcID: vpc, Address: netip.MustParseAddr("10.0.0.10")},
		{Label: "10.0.200.0/24", VpcID: vpc, Address: netip.MustParseAddr("10.0.200.7")},
		{Label: s.IDs[tenant+"-clients"], VpcID: vpc, Address: netip.MustParseAddr("10.0.0.11"), SecurityGroupIDs: []string{s.IDs[tenant+"-clients"]}},
		{Label: "172.16.0.0/12", VpcID: vpc, Address: netip.MustParseAddr("172.16.0.10")},
		{Label: "2600:1f18:4f2a:b::/64", VpcID: vpc, Address: netip.MustParseAddr("2600:1f18:4f2a:b::7")},
		{Label: "a stranger", VpcID: vpc, Address: netip.MustParseAddr("203.0.113.7")},
	}
}

// consumers probes from some of each tenant's clients.
func consumers(t *testing.T, s *stage.Stage, runtime container.Runtime, howMany int, tenants ...string) []Consumer {
	n, err := vnet.Open(s.World, vnet.Options{Runtime: runtime, ConnectTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	defer func() { require.NoError(t, n.Close()) }()
	var out []Consumer
	for _, tenant := range tenants {
		c := Consumer{Name: tenant, EndpointID: s.IDs[tenant+"-endpoint"]}
		all := clients(s, tenant)
		address := s.Names(tenant)[0] + ":80"
		for _, client := range all[:howMany] {
			paths, err := n.Probe(t.Context(), client, "tcp", address)
			require.NoError(t, err)
			c.Paths = append(c.Paths, paths...)
		}
		c.Strangers, err = n.Probe(t.Context(), all[len(all)-1], "tcp", address)
		require.NoError(t, err)
		out = append(out, c)
	}
	return out
}

// broken is a runtime whose containers have ended, or run and do not listen.
type broken struct {
	container.Runtime
	stopped *container.Stopped
}

func (r broken) Start(ctx context.Context, t container.Task) container.Instance {
	return brokenTask{r.Runtime.Start(ctx, t), r.stopped}
}

type brokenTask struct {
	container.Instance
	stopped *container.Stopped
}

func (t brokenTask) Stopped() *container.Stopped { return t.stopped }

func (t brokenTask) Dial(context.Context, string, netip.AddrPort, int) (net.Conn, error) {
	return nil, syscall.ECONNREFUSED
}

// onlyOneClient has the load balancer let in one of the clients only.
func onlyOneClient(s *stage.Stage) {
	s.Change("lb", world.Props{"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"})
	s.Make(stage.Provider, "lb-ingress", stage.IngressRule, stage.Rule(s.IDs["lb-group"], 80, "cidrIpv4", "10.0.200.0/24"))
}

// withIPv6 gives the endpoint IPv6 addresses too, and lets a client with one in.
func withIPv6(s *stage.Stage) {
	s.Record("a-endpoint", func(r *world.Record) {
		r.Outputs["ipAddressType"] = "dualstack"
		r.Outputs["dnsOptions"] = map[string]any{"dnsRecordIpType": "dualstack"}
	})
	s.Make(stage.Tenants["a"], "a-ingress-ipv6", stage.IngressRule, stage.Rule(s.IDs["a-group"], 80, "cidrIpv6", "2600:1f18:4f2a:b::/64"))
	require.NoError(s.T, s.World.Update(func(tx *world.Tx) error {
		for i, eni := range tx.NetworkInterfaces(s.IDs["a-endpoint"]) {
			r := tx.Get(world.KindNetworkInterface, eni.ID)
			r.Hidden["ipv6"] = fmt.Sprintf("2600:1f18:4f2a:b%d01::10", i+1)
			tx.Put(r)
		}
		return nil
	}))
}

// thirdZone adds a zone to the service and to tenant a's endpoint.
func thirdZone(s *stage.Stage) {
	s.Change("lb", world.Props{"subnets": stage.List(s.IDs["az1"], s.IDs["az2"], s.IDs["az3"])})
	name := s.Output("az3", "availabilityZone")
	s.Record("offer", func(r *world.Record) { // AWS takes a while, and a change of the service
		r.Outputs["availabilityZones"] = append(r.Outputs.List("availabilityZones"), name)
	})
	s.Make(stage.Tenants["a"], "a-az3", stage.Subnet, world.Props{
		"vpcId": s.IDs["a-vpc"], "cidrBlock": "10.0.3.0/24", "availabilityZoneId": "use1-az3",
	})
	s.Change("a-endpoint", world.Props{"subnetIds": stage.List(s.IDs["a-az1"], s.IDs["a-az2"], s.IDs["a-az3"])})
}

// TestPictures draws deployed worlds. With DRAWINGS set to a directory, it leaves
// the pictures there to be looked at.
func TestPictures(t *testing.T) {
	cases := map[string]struct {
		mutate  func(s *stage.Stage)
		runtime container.Runtime
		clients int
		tenants []string
		// shows and lacks are texts of the picture.
		shows, lacks []string
	}{
		"all is well": {
			clients: 1, tenants: []string{"a"},
			shows: []string{"a: 2 of 2 paths open", "use1-az1", "use1-az2", "account 111111111111, us-east-1", "a stranger"},
			lacks: []string{`class="mark"`, "box fail", "line fail", "group fail"},
		},
		"one zone": {
			mutate: func(s *stage.Stage) {
				s.Change("a-endpoint", world.Props{"subnetIds": stage.List(s.IDs["a-az1"])})
			},
			clients: 2, tenants: []string{"a"},
			shows: []string{"a: 2 of 2 paths open"}, lacks: []string{`class="mark"`},
		},
		"tasks let nobody in": {
			mutate:  func(s *stage.Stage) { s.Remove("task-ingress") },
			clients: 1, tenants: []string{"a"},
			shows: []string{"a: 0 of 2 paths open", "group fail", "line fail", "no ingress rule of sg-"},
		},
		"acceptance withdrawn from one of two": {
			mutate:  func(s *stage.Stage) { s.Remove("a-accepter") },
			clients: 1, tenants: []string{"a", "b"},
			shows: []string{"a: 0 of 2 paths open", "b: 2 of 2 paths open", "is rejected", "connection rejected", `class="small failtext"`},
		},
		"no tasks": {
			mutate:  func(s *stage.Stage) { s.Change("service", world.Props{"desiredCount": 0.0}) },
			clients: 1, tenants: []string{"a"},
			shows: []string{"line fail", "target group targets (times out): no target for the node in use1-az1, use1-az2: none is registered"},
			lacks: []string{">2</text>"},
		},
		"the containers have ended": {
			runtime: broken{container.NewResponder(), &container.Stopped{Reason: "Essential container in task exited"}},
			clients: 1, tenants: []string{"a"},
			shows: []string{"…, stopped", "box fail", "has stopped: Essential container in task exited"},
			lacks: []string{"healthy"},
		},
		"nothing listens": {
			runtime: broken{Runtime: container.NewResponder()},
			clients: 1, tenants: []string{"a"},
			shows: []string{"…, not listening", "box fail", "nothing listens on port 80"},
			lacks: []string{"healthy"},
		},
		"the load balancer lets one of three clients in": {
			mutate: onlyOneClient, clients: 3, tenants: []string{"a"},
			shows: []string{
				"a: 2 of 6 paths open", "title bothtext", "group both", "line both", "box fail",
				"allows tcp/80 from 10.0.0.10", "allows tcp/80 from 10.0.0.11",
			},
			lacks: []string{"line fail", ">3</text>"},
		},
		"IPv6": {
			mutate: withIPv6, clients: 5, tenants: []string{"a"},
			shows: []string{"2600:1f18:4f2a:b101::10", "2600:1f18:4f2a:b201::10", "a: 8 of 10 paths open"},
		},
		"the service is gone": {
			mutate:  func(s *stage.Stage) { s.Remove("b-accepter", "a-accepter", "a-principal", "b-principal", "offer") },
			clients: 1, tenants: []string{"a"},
			shows: []string{"does not exist any more"},
		},
		"three zones, four clients, two consumers, many tasks": {
			mutate: func(s *stage.Stage) {
				thirdZone(s)
				s.Change("service", world.Props{"desiredCount": 5.0})
				s.Remove("lb-egress")
				s.Make(stage.Provider, "lb-egress", stage.EgressRule, stage.Rule(s.IDs["lb-group"], 80, "cidrIpv4", "10.0.1.0/24"))
			},
			clients: 4, tenants: []string{"a", "b"},
			shows: []string{"use1-az3", "172.16.0.0/12", "no target for the node in use1-az3", "no egress rule of sg-", "line pass", "line fail"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t)
			if c.mutate != nil {
				c.mutate(s)
			}
			found := consumers(t, s, c.runtime, c.clients, c.tenants...)
			var out bytes.Buffer
			require.NoError(t, s.World.View(func(tx *world.Tx) error { return Draw(&out, tx, found) }))
			keep(t, name, out.Bytes())
			if name == "tasks let nobody in" {
				inTheDocs(t, "paths.svg", out.Bytes())
			}
			drawn := textsOf(t, out.Bytes())
			for _, text := range c.shows {
				require.True(t, strings.Contains(out.String(), text) || strings.Contains(drawn, text), "shows %q", text)
			}
			for _, text := range c.lacks {
				require.NotContains(t, strings.SplitAfter(out.String(), "</style>")[1], text)
			}
			noTextOnABorder(t, out.Bytes())
			require.NoError(t, s.World.View(func(tx *world.Tx) error {
				nothingOverlaps(t, tx, found)
				return nil
			}))
		})
	}
}

var update = flag.Bool("update", false, "rewrite the pictures of the docs")

// inTheDocs holds a picture of the docs to what is drawn.
func inTheDocs(t *testing.T, name string, picture []byte) {
	t.Helper()
	file := filepath.Join("..", "..", "docs", name)
	if *update {
		require.NoError(t, os.WriteFile(file, picture, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(picture), "docs/%s is not what is drawn: go test ./sandbox/drawing -update", name)
}

// keep leaves the picture to be looked at, if somebody wants to.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if dir := os.Getenv("DRAWINGS"); dir != "" {
		file := filepath.Join(dir, strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "")+".svg")
		require.NoError(t, os.WriteFile(file, picture, 0o600))
	}
}

// textsOf returns all of the picture's texts, which have to be well-formed XML.
func textsOf(t *testing.T, picture []byte) string {
	t.Helper()
	var texts strings.Builder
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts.String()
		}
		require.NoError(t, err)
		if data, ok := token.(xml.CharData); ok {
			texts.Write(bytes.TrimSpace(data))
			texts.WriteByte(' ')
		}
	}
}

// nothingOverlaps: every box lies within the picture and on no other.
func nothingOverlaps(t *testing.T, tx *world.Tx, found []Consumer) {
	t.Helper()
	p := &picture{tx: tx}
	for _, c := range found {
		p.addConsumer(c)
	}
	p.place()
	var boxes []box
	for _, s := range p.consumers {
		for _, k := range s.clients {
			boxes = append(boxes, k.box)
		}
		for _, e := range s.enis {
			boxes = append(boxes, e.box)
		}
	}
	for _, h := range p.providers {
		for _, n := range h.nodes {
			boxes = append(boxes, n.box)
			for _, task := range n.tasks {
				boxes = append(boxes, task.box)
			}
		}
	}
	for i, a := range boxes {
		require.True(t, a.w > 0 && a.h > 0 && a.x >= 0 && a.y >= 0 && a.x+a.w <= p.width && a.y+a.h <= p.height, "%v", a)
		for _, b := range boxes[:i] {
			apart := a.x+a.w <= b.x || b.x+b.w <= a.x || a.y+a.h <= b.y || b.y+b.h <= a.y
			require.True(t, apart, fmt.Sprintf("%v lies on %v", a.lines, b.lines))
		}
	}
}

// noTextOnABorder: no border of a rectangle runs through a text.
func noTextOnABorder(t *testing.T, picture []byte) {
	t.Helper()
	var drawn struct {
		Rects []struct {
			X     float64 `xml:"x,attr"`
			Y     float64 `xml:"y,attr"`
			W     float64 `xml:"width,attr"`
			H     float64 `xml:"height,attr"`
			Class string  `xml:"class,attr"`
		} `xml:"rect"`
		Texts []struct {
			X     float64 `xml:"x,attr"`
			Y     float64 `xml:"y,attr"`
			Class string  `xml:"class,attr"`
			Text  string  `xml:",chardata"`
		} `xml:"text"`
	}
	require.NoError(t, xml.Unmarshal(picture, &drawn))
	require.NotEmpty(t, drawn.Texts)
	for _, text := range drawn.Texts {
		if text.Class == "marktext" { // a number on a disc of its own
			continue
		}
		size, width := sizeOf(text.Class), widthOf(text.Text, text.Class)
		left := text.X
		if strings.Contains(text.Class, "middle") {
			left -= width / 2
		}
		const clear = 1.5 // half of a border
		top, bottom, right := text.Y-0.75*size-clear, text.Y+0.25*size+clear, left+width
		for _, r := range drawn.Rects {
			crosses := func(from, to, at, low, high float64) bool { return from < at && at < to && high > low }
			overX := func(at float64) bool { return crosses(top, bottom, at, max(left, r.X), min(right, r.X+r.W)) }
			overY := func(at float64) bool { return crosses(left, right, at, max(top, r.Y), min(bottom, r.Y+r.H)) }
			if overX(r.Y) || overX(r.Y+r.H) || overY(r.X) || overY(r.X+r.W) {
				t.Errorf("a border of %s (%v) runs through %q at %v, %v", r.Class, r, text.Text, text.X, text.Y)
			}
		}
	}
}

// Each colour has a dark one, and every text can be read on what it is drawn on: by
// WCAG's measure of contrast, at least 4.5 to 1.
func TestColours(t *testing.T) {
	t.Parallel()
	require.NotContains(t, style, "$")
	of := func(name string, dark bool) string {
		for _, c := range colours {
			if c.name == name && dark {
				return c.dark
			} else if c.name == name {
				return c.light
			}
		}
		t.Fatal(name)
		return ""
	}
	for _, dark := range []bool{false, true} {
		for _, text := range []string{"text", "faint", "bad", "mixedtext", "good", "new"} {
			for _, ground := range []string{"page", "account", "zone"} {
				require.GreaterOrEqual(t, contrast(t, of(text, dark), of(ground, dark)), 4.5, "%s on %s, dark %v", text, ground, dark)
			}
		}
		for _, ground := range []string{"mixedbox", "badbox", "newbox"} {
			require.GreaterOrEqual(t, contrast(t, of("faint", dark), of(ground, dark)), 4.5, "faint on %s, dark %v", ground, dark)
		}
	}
}

// contrast is that of two colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(colour string) (sum float64) {
		var rgb [3]float64
		var n [3]int
		_, err := fmt.Sscanf(colour, "#%02x%02x%02x", &n[0], &n[1], &n[2])
		require.NoError(t, err)
		for i := range rgb {
			c := float64(n[i]) / 255
			if rgb[i] = c / 12.92; c > 0.04045 {
				rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestFitCutsLongLines(t *testing.T) {
	t.Parallel()
	require.Equal(t, "short", fit("short", "", 100))
	require.Equal(t, "a long te…", fit("a long text that has no room", "", 68))
	require.Equal(t, "…", fit("服务服务", "", 20))
}

func TestWrapBreaksBetweenWords(t *testing.T) {
	t.Parallel()
	lines := wrap(strings.Repeat("word ", 50))
	require.Len(t, lines, 2)
	for _, l := range lines {
		require.LessOrEqual(t, len(l), noteChars)
	}
}
