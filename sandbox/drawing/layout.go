package drawing

import (
	"bufio"
	"fmt"
	"io"

	svg "github.com/ajstarks/svgo"

	"fargate-privatelink/sandbox/internal/plain"
)

// The measures of a diagram, in pixels.
const (
	partW   = 230 // a part with no others in it
	partPad = 14
	lineH   = 16
	between = 12  // parts below each other
	columns = 60  // an account's own parts and its VPCs
	sides   = 130 // consumers and providers
)

// placed is a part with its place.
type placed struct {
	*Part
	box
	parts []*placed
}

// header is how much of a part's height its own lines take.
func (p *placed) header() int { return len(p.lines)*lineH + 8 }

// newPlaced gives a part and those in it their sizes and places, as if its corner were
// at 0, 0.
func newPlaced(part *Part, ids bool) *placed {
	p := &placed{Part: part}
	for _, line := range part.shown(ids) {
		p.lines = append(p.lines, plain.Line(line))
	}
	for _, child := range part.Parts {
		p.parts = append(p.parts, newPlaced(child, ids))
	}
	p.w, p.h = partW, p.header()+4
	if !part.Kind.around() {
		return p
	}
	p.w += 2 * partPad
	p.arrange()
	p.h = max(p.h, p.header()+partPad)
	return p
}

// arrange puts the parts within another one: an account's VPCs to the right of the rest,
// a zone's subnets side by side, and everything else in a column.
func (p *placed) arrange() {
	left, top := partPad, p.header()
	x, y := left, top
	for i, child := range p.parts {
		beside := i > 0 && (p.Kind == Zone || p.Kind == Account && child.Kind == Network && p.parts[i-1].Kind != Network)
		if beside {
			last := p.parts[i-1]
			if x, y = last.x+last.w+between, top; p.Kind == Account {
				x += columns - between
			}
		}
		child.move(x, y)
		y += child.h + between
		p.w, p.h = max(p.w, child.x+child.w+partPad), max(p.h, child.y+child.h+partPad)
	}
	p.centre()
}

// centre moves an account's own parts to the middle of its VPCs.
func (p *placed) centre() {
	if p.Kind != Account || len(p.parts) == 0 || p.parts[0].Kind == Network {
		return
	}
	bottom := 0
	for _, child := range p.parts {
		if child.Kind != Network {
			bottom = child.y + child.h
		}
	}
	for _, child := range p.parts {
		if child.Kind != Network {
			child.move(0, max(0, (p.h-partPad-bottom)/2))
		}
	}
}

func (p *placed) move(x, y int) {
	p.x, p.y = p.x+x, p.y+y
	for _, child := range p.parts {
		child.move(x, y)
	}
}

const legend = "Solid: connections take this way. Dashed: they may, and don't, or can't."

// SVG writes the diagram, for light and dark. IDs says whether AWS's ids and addresses
// are shown.
func (d *Diagram) SVG(w io.Writer, ids bool) error {
	var all []*placed
	width, height := d.place(ids, &all)
	out := bufio.NewWriter(w)
	c := &canvas{svg.New(out)}
	c.Start(width, height)
	c.Title("What is deployed, and who may connect to whom")
	c.Style("text/css", style)
	c.Rect(0, 0, width, height, `class="page"`)
	for _, p := range all {
		c.around(p)
	}
	at := byKey(all)
	for _, e := range d.Edges {
		if from, to := at[e.From], at[e.To]; from != nil && to != nil {
			c.way(from.box, to.box, e)
		}
	}
	for _, p := range all {
		if !p.Kind.around() {
			c.leaf(p)
		}
	}
	c.text(margin, height-margin, "small", legend)
	c.End()
	return out.Flush()
}

func byKey(all []*placed) map[string]*placed {
	at := map[string]*placed{}
	for _, p := range all {
		at[p.Key] = p
	}
	return at
}

// place puts consumers on the left and providers on the right, and lists all parts, those
// around others first.
func (d *Diagram) place(ids bool, all *[]*placed) (width, height int) {
	x, y, right := margin, margin, 0
	provider := false
	for _, part := range d.Parts {
		p := newPlaced(part, ids)
		if provides(part) && !provider {
			provider = true
			if right > 0 {
				x = right + sides
			}
			y = margin
		}
		p.move(x, y)
		y = p.y + p.h + blockGap
		right, height = max(right, p.x+p.w), max(height, p.y+p.h)
		p.list(all)
	}
	return max(right, margin+int(widthOf(legend, "small"))) + margin, height + 2*margin
}

func (p *placed) list(all *[]*placed) {
	*all = append(*all, p)
	for _, child := range p.parts {
		child.list(all)
	}
}

// marks are the classes of what changes.
var marks = map[Mark]status{"": passed, New: fresh, Changed: mixed, Gone: failed}

// around draws a part that others are in.
func (c *canvas) around(p *placed) {
	if !p.Kind.around() {
		return
	}
	class := string(p.Kind)
	if p.Mark != "" {
		class += " marked " + string(marks[p.Mark])
	}
	c.rect(p.box, class)
	for i, line := range p.lines {
		size := "small"
		if i == 0 && p.Kind == Account {
			size = ""
		}
		c.text(p.x+partPad, p.y+lineH*(i+1), size, fit(line, size, p.w-2*partPad))
	}
}

func (c *canvas) leaf(p *placed) {
	b := p.box
	b.status = marks[p.Mark]
	if p.Mark == "" {
		b.status = ""
	}
	c.rect(b, "box "+string(b.status))
	for i, line := range b.lines {
		size := "small middle"
		if i == 0 {
			size = "middle"
		}
		c.text(b.x+b.w/2, b.y+lineH*(i+1)+3, size, fit(line, size, b.w-12))
	}
}

// way draws an edge from one box to another: from the right of the left one, or around
// the right of two that are below each other.
func (c *canvas) way(from, to box, e *Edge) {
	class := "idle"
	if e.Open {
		class = "pass"
	}
	if e.Mark != "" {
		class = string(marks[e.Mark])
	}
	if !e.Open {
		class += " shut"
	}
	x1, y1 := from.right()
	x2, y2 := to.left()
	bend := (x1 + x2) / 2
	c1, c2 := bend, bend
	if x2 < x1 { // below each other, or backwards
		x2, _ = to.right()
		c1 = max(x1, x2) + between
		c2 = c1
	}
	c.Path(fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, c1, y1, c2, y2, x2, y2), fmt.Sprintf("class=\"line %s\"", class))
	c.Circle(x2, y2, 3, fmt.Sprintf("class=\"end %s\"", class))
}
