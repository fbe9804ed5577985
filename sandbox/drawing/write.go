package drawing

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	svg "github.com/ajstarks/svgo"
)

// write draws the placed picture, from the back to the front.
func (p *picture) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	c := &canvas{svg.New(out)}
	c.Start(p.width, p.height)
	c.Title("Paths from the consumers' clients to the service")
	c.Style("text/css", style)
	c.Rect(0, 0, p.width, p.height, `class="page"`)
	for i, s := range p.consumers {
		c.text(margin, margin+titleH*i+12, "title "+string(s.outcome)+"text", s.verdict)
	}
	for _, h := range p.providers {
		c.host(h)
	}
	if len(p.providers) > 0 {
		// Above all lines between the two columns, which end at boxes further down.
		c.text(providerX-linkGap/2, margin+titleH*len(p.consumers)+30, "middle", "PrivateLink")
	}
	for _, s := range p.consumers {
		c.side(s)
	}
	for _, s := range p.consumers {
		c.connections(s)
	}
	for _, h := range p.providers {
		for _, n := range h.nodes {
			c.ways(n)
		}
	}
	c.notes(p)
	c.End()
	return out.Flush()
}

type canvas struct{ *svg.SVG }

func (c *canvas) text(x, y int, class, s string) { c.Text(x, y, s, fmt.Sprintf("class=%q", class)) }

// rect draws a rectangle of a class.
func (c *canvas) rect(b box, class string) {
	c.Roundrect(b.x, b.y, b.w, b.h, 6, 6, fmt.Sprintf("class=%q", class))
}

// filled draws a box with its lines.
func (c *canvas) filled(b box) {
	c.rect(b, "box "+string(b.status))
	step := 16
	if len(b.lines) > 2 {
		step = 13
	}
	y := b.y + b.h/2 + 5 - (len(b.lines)-1)*step/2
	for i, line := range b.lines {
		class, width := "middle", b.w-12
		if i > 0 {
			class = "small middle"
		}
		c.text(b.x+b.w/2, y+i*step, class, fit(line, class, width))
	}
}

// sizes are the heights of the classes of text, in pixels.
func sizeOf(class string) float64 {
	switch {
	case strings.Contains(class, "title"):
		return 16
	case strings.Contains(class, "small"):
		return 11
	}
	return 13
}

// widthOf is about how wide a text is in Helvetica, in pixels: rather too much.
func widthOf(s, class string) float64 {
	ems := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI.,:;'|! ()[]/ft-", r):
			ems += 0.34
		case strings.ContainsRune("mMWwQOG@%—→…", r):
			ems += 0.95
		case r >= 'A' && r <= 'Z':
			ems += 0.7
		case r > 0x2e80: // ideographs
			ems++
		default:
			ems += 0.565
		}
	}
	if strings.Contains(class, "text") || strings.Contains(class, "title") { // bold
		ems *= 1.07
	}
	return ems * sizeOf(class)
}

// fit cuts a line that is too long for a width.
func fit(s, class string, width int) string {
	if widthOf(s, class) <= float64(width) {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && widthOf(string(runes)+"…", class) > float64(width) {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// frame draws an account with its VPC and two more lines about it.
func (c *canvas) frame(outer box, title, account, vpc string, more []string, class string) {
	width := outer.w - 2*pad
	c.rect(outer, "account")
	c.text(outer.x+pad, outer.y+20, "", fit(title, "", width))
	c.text(outer.x+pad, outer.y+36, "small", fit(account, "small", width))
	c.rect(box{x: outer.x + pad - 4, y: outer.y + 43, w: outer.w - 2*pad + 8, h: outer.h - 43 - pad/2}, "vpc")
	c.text(outer.x+pad+4, outer.y+58, "small", fit("VPC "+vpc, "small", width-4))
	for i, line := range more {
		text := "small"
		if i == len(more)-1 {
			text = class
		}
		c.text(outer.x+pad+4, outer.y+74+16*i, text, fit(line, text, width-4))
	}
}

func (c *canvas) side(s *side) {
	class := alarm(s.linkGood)
	c.frame(s.outer, "Consumer: stack "+s.name, s.account, s.vpc, s.link, class)
	for _, e := range s.enis {
		band := zoneBand(&e.box, &e.box, s.outer)
		c.rect(band, "zone")
		c.text(band.x+band.w/2, band.y+15, "small middle", e.zone)
	}
	c.group(s.group, "endpoint: ")
	for _, e := range s.enis {
		c.filled(e.box)
	}
	for _, k := range s.clients {
		c.filled(k.box)
	}
}

// alarm is the class of a small text about something with a status.
func alarm(s status) string {
	if s == failed || s == mixed {
		return "small " + string(s) + "text"
	}
	return "small"
}

// group draws a security group around what is in it.
func (c *canvas) group(b box, label string) {
	if len(b.lines) == 0 {
		return
	}
	c.rect(b, "group "+string(b.status))
	c.text(b.x+2, b.y-7, alarm(b.status), fit(strings.TrimSpace(label+b.lines[0]), alarm(b.status), b.w-4))
}

func (c *canvas) host(h *host) {
	c.frame(h.outer, "Provider", h.title, h.vpc, []string{"endpoint service " + h.service.ID, h.offers}, "small")
	for _, n := range h.nodes {
		first, last := &n.box, &n.box
		if len(n.tasks) > 0 {
			first, last = &n.tasks[0].box, &n.tasks[len(n.tasks)-1].box
		}
		band := zoneBand(first, last, h.outer)
		c.rect(band, "zone")
		// Above the node: no line passes there, as one to another zone's task may
		// between the columns.
		c.text(n.x+n.w/2, band.y+15, "small middle", n.zone)
	}
	c.group(h.nodeGroup, "load balancer: ")
	c.group(h.taskGroup, "tasks: ")
	for _, n := range h.nodes {
		c.filled(n.box)
		for _, t := range n.tasks {
			c.filled(t.box)
		}
	}
}

// connections draws a consumer's lines: client to endpoint, endpoint to node.
func (c *canvas) connections(s *side) {
	for i, k := range s.clients {
		x1, y1 := k.right()
		y2 := s.group.y + s.group.h*(i+1)/(len(s.clients)+1)
		c.line(x1, y1, s.group.x, y2, k.edge, k.edgeNumbers)
		for i, n := range k.numbers {
			c.mark(k.x+4+i*24, k.y-2, n)
		}
		if k.edge == rejected {
			c.cross(s.group.x, y2)
		}
	}
	for _, e := range s.enis {
		x1, y1 := e.right()
		if e.node == nil {
			c.line(x1, y1, x1+linkGap/2, y1, e.edge, e.numbers)
			continue
		}
		x2, y2 := e.node.left()
		c.line(x1, y1, x2, y2, e.edge, e.numbers)
	}
}

// ways draws the lines from a node to targets.
func (c *canvas) ways(n *node) {
	for _, w := range n.ways {
		x1, y1 := n.right()
		if w.to == nil {
			c.line(x1, y1, x1+wayGap/2, y1, w.status, w.numbers)
			continue
		}
		x2, y2 := w.to.left()
		c.line(x1, y1, x2, y2, w.status, w.numbers)
	}
}

// line draws a curve with the numbers of the notes on it.
func (c *canvas) line(x1, y1, x2, y2 int, s status, numbers []int) {
	middle := (x1 + x2) / 2
	c.Path(fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2), fmt.Sprintf("class=\"line %s\"", s))
	for i, n := range numbers {
		c.mark(middle+i*24-(len(numbers)-1)*12, (y1+y2)/2, n)
	}
}

// cross marks where a stranger was refused, as it should be.
func (c *canvas) cross(x, y int) {
	const r = 5
	c.Path(fmt.Sprintf("M%d %dL%d %dM%d %dL%d %d", x-r, y-r, x+r, y+r, x-r, y+r, x+r, y-r), `class="cross"`)
}

func (c *canvas) mark(x, y, n int) {
	c.Circle(x, y, 10, `class="mark"`)
	c.text(x, y+4, "marktext", fmt.Sprint(n))
}

// notes writes what the numbers mean.
func (c *canvas) notes(p *picture) {
	lines := 0
	for _, n := range p.notes {
		lines += len(wrap(n.String()))
	}
	y := p.height - margin - lines*noteH + noteH
	for i, n := range p.notes {
		for j, line := range wrap(n.String()) {
			x := margin + 22
			if j == 0 {
				c.mark(margin+8, y-4, i+1)
			}
			c.text(x, y, "", line)
			y += noteH
		}
	}
}

// wrap breaks a text into lines of at most noteChars characters.
func wrap(s string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > noteChars {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
