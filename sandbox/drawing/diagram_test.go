package drawing

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

func diagramOf(t *testing.T, s *stage.Stage) (d *Diagram) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error { d = NewDiagram(tx); return nil }))
	return d
}

// drawn is a diagram as SVG, whose labels keep clear of borders and whose boxes of each
// other.
func drawn(t *testing.T, name string, d *Diagram) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, d.SVG(&out, true))
	keep(t, name, out.Bytes())
	noTextOnABorder(t, out.Bytes())
	var all []*placed
	width, height := d.place(true, &all)
	for i, a := range all {
		require.True(t, a.x >= 0 && a.y >= 0 && a.x+a.w <= width && a.y+a.h <= height, "%v", a.Lines)
		for _, b := range all[:i] {
			apart := a.x+a.w <= b.x || b.x+b.w <= a.x || a.y+a.h <= b.y || b.y+b.h <= a.y
			within := a.x > b.x && a.y > b.y && a.x+a.w < b.x+b.w && a.y+a.h < b.y+b.h
			require.True(t, apart || within, "%v lies on %v", a.Lines, b.Lines)
		}
	}
	return textsOf(t, out.Bytes())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestDiagram(t *testing.T) {
	s := stage.New(t)
	d := diagramOf(t, s)
	golden(t, "diagram.mmd", d.Mermaid(false))
	require.Contains(t, d.Mermaid(true), s.IDs["offer"])
	require.NotContains(t, d.Mermaid(false), s.IDs["offer"])
	texts := drawn(t, "diagram", d)
	for _, text := range []string{
		"account 111111111111", "account 222222222222", "VPC 10.0.0.0/16", "use1-az1", "subnet 10.0.1.0/24", "Fargate task", "nginx:alpine",
		"Network Load Balancer node", "80/tcp", "endpoint service", "acceptance required", "interface endpoint", "connection available",
		"clients in 10.0.0.0/16", s.IDs["offer"], s.IDs["vpc"],
	} {
		require.Contains(t, texts, text)
	}
}

// What a change makes, changes and takes away is marked, and nothing else.
func TestCompare(t *testing.T) {
	s := stage.New(t)
	before := diagramOf(t, s)
	require.True(t, Compare(before, before).Unchanged())
	s.Remove("a-accepter", "b-accepter", "b-endpoint")
	s.Make(stage.Tenants["a"], "a-more", stage.IngressRule, stage.Rule(s.IDs["a-group"], 80, "cidrIpv4", "172.16.0.0/12"))
	s.Change("service", world.Props{"desiredCount": 3.0})
	s.Make(stage.Provider, "everybody", stage.AllowedPrincipal, world.Props{"vpcEndpointServiceId": s.IDs["offer"], "principalArn": "*"})
	d := Compare(before, diagramOf(t, s))
	require.False(t, d.Unchanged())
	golden(t, "change.mmd", d.Mermaid(false))
	texts := drawn(t, "change", d)
	for _, text := range []string{"new: Fargate task", "new: clients in 172.16.0.0/12", "gone: interface endpoint", "changed: interface endpoint", "new: every AWS account"} {
		require.Contains(t, texts, text)
	}
}

// What is gone stays in the order that it had: ids say nothing.
func TestCompareKeepsTheOrder(t *testing.T) {
	subnets := []*Part{{Key: "subnet-b", Kind: Subnet, Lines: []string{"10.0.0.0/24"}}, {Key: "subnet-a", Kind: Subnet, Lines: []string{"10.0.1.0/24"}}}
	before := &Diagram{Parts: []*Part{{Key: "zone", Kind: Zone, Parts: subnets}}}
	d := Compare(before, &Diagram{Parts: []*Part{{Key: "zone", Kind: Zone}}})
	var keys []string
	for _, p := range d.all() {
		keys = append(keys, p.Key)
	}
	require.Equal(t, []string{"zone", "subnet-b", "subnet-a"}, keys)
}

// Larger ones are drawn without an overlap too.
func TestDiagramOfMuch(t *testing.T) {
	s := stage.New(t)
	thirdZone(s)
	withIPv6(s)
	s.Change("service", world.Props{"desiredCount": 7.0})
	s.Make(stage.Tenants["a"], "a-group-ingress", stage.IngressRule, stage.Rule(s.IDs["a-group"], 80, "referencedSecurityGroupId", s.IDs["a-clients"]))
	d := diagramOf(t, s)
	require.Contains(t, drawn(t, "diagram-much", d), "clients of a security group")
	require.Equal(t, d.Mermaid(true), diagramOf(t, s).Mermaid(true), "the same again")
}

// Nothing that somebody has named can leave its label, or be read as anything else.
func TestMermaidOfHostileNames(t *testing.T) {
	line := regexp.MustCompile(`^ *(flowchart LR|end|subgraph p\d+\["[^"]*"\]|p\d+\["[^"]*"\]|p\d+ (-->|-\.->)(\|"[^"]*"\|)? p\d+|class(Def)? [\w,:# -]+)$`)
	name := regexp.MustCompile(`"[^"]*"`)
	code := regexp.MustCompile(`#\d+;`)
	count, everything := 0, &Diagram{}
	for _, hostile := range []string{
		`x"] --> y["z`, "x\nend\nclick p1 href \"https://evil.example\"", "%%{init: {'theme':'dark'}}%%", "`**bold**`", "<img src=x onerror=alert(1)>",
		"#quot;]", "#34;", "---\ntitle: x\n---", "x|y", "{x}", "((x))", "x;y", "style p1 fill:#f00;", "classDef new fill:#f00;", "$$x$$", "end", "x\u2028y",
		"\u202ereversed", "@{ shape: rect }", "a-->b", "&quot;", "**This breaks no consumer.**", strings.Repeat("x", 500), "", "fa:fa-user", "服务",
	} {
		d := &Diagram{
			Parts: []*Part{
				{Key: hostile, Kind: Account, Lines: []string{hostile, hostile}, ID: hostile, Mark: New, Parts: []*Part{{Key: "a", Kind: Task, Lines: []string{hostile}, ID: hostile}}},
				{Key: "b", Kind: Principal, Lines: []string{hostile}, Mark: Gone},
			},
			Edges: []*Edge{{From: "a", To: "b", Label: hostile, Mark: Changed}, {From: hostile, To: "a", Label: hostile, Open: true}},
		}
		text := strings.TrimSuffix(d.Mermaid(true), "\n")
		lines := strings.Split(text, "\n")
		if count == 0 {
			count = len(lines)
		}
		require.Len(t, lines, count, "%q", hostile)
		for _, l := range lines {
			require.Regexp(t, line, l)
			for _, label := range name.FindAllString(l, -1) {
				require.NotRegexp(t, "[<>`{}%&*#;|@$\\\\'\\[\\]=]", strings.ReplaceAll(code.ReplaceAllString(label, ""), "<br/>", ""), "%q", hostile)
				require.Less(t, len(label), 4*longestLabel)
			}
		}
		drawn(t, "hostile", d)
		everything.Parts = append(everything.Parts, &Part{Key: hostile + " ", Kind: Principal, Lines: []string{"x", hostile}})
	}
	drawn(t, "hostile", everything)
	if dir := os.Getenv("DRAWINGS"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "hostile.mmd"), []byte(everything.Mermaid(false)), 0o600))
	}
}
