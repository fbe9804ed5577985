package drawing

// The measures of the picture, in pixels.
const (
	margin    = 24
	clientW   = 190
	clientGap = 90
	eniW      = 190
	linkGap   = 210
	nodeW     = 190
	wayGap    = 120
	taskW     = 200
	pad       = 16
	boxH      = 46
	boxGap    = 12
	headH     = 122 // what is written above an account's zones
	zoneGap   = 14
	zoneHead  = 22
	blockGap  = 36
	titleH    = 26
	noteH     = 20
	noteChars = 165

	clientX   = margin
	consumerX = clientX + clientW + clientGap
	eniX      = consumerX + 3*pad
	consumerW = eniW + 6*pad
	providerX = consumerX + consumerW + linkGap
	nodeX     = providerX + 3*pad
	taskX     = nodeX + nodeW + wayGap
	providerW = nodeW + wayGap + taskW + 6*pad
)

// place gives everything its place: consumers one below the other on the left,
// providers on the right.
func (p *picture) place() {
	top := margin + titleH*len(p.consumers) + 10
	left := top
	for _, s := range p.consumers {
		s.place(left)
		left += s.outer.h + blockGap
	}
	right := top
	for _, h := range p.providers {
		h.place(right)
		right += h.outer.h + blockGap
	}
	// The shorter column moves to the middle of the longer.
	if slack := (left - right) / 2; slack > 0 {
		for i, at := 0, top+slack; i < len(p.providers); i++ {
			p.providers[i].place(at)
			at += p.providers[i].outer.h + blockGap
		}
	} else {
		for i, at := 0, top-slack; i < len(p.consumers); i++ {
			p.consumers[i].place(at)
			at += p.consumers[i].outer.h + blockGap
		}
	}
	p.width = providerX + providerW + margin
	p.height = max(left, right)
	for _, n := range p.notes {
		p.height += noteH * len(wrap(n.String()))
	}
	if len(p.notes) > 0 {
		p.height += 40
	}
}

func (s *side) place(top int) {
	rows := len(s.enis)
	inner := max(rows*(zoneHead+boxH+pad+zoneGap)-zoneGap, boxH)
	clients := len(s.clients)*(boxH+boxGap) - boxGap
	height := max(headH+inner+2*pad+8, clients)
	s.outer = box{x: consumerX, y: top, w: consumerW, h: height}
	at := top + headH
	for _, e := range s.enis {
		e.x, e.y, e.w, e.h = eniX, at+zoneHead, eniW, boxH
		at += zoneHead + boxH + pad + zoneGap
	}
	s.group.x, s.group.y, s.group.w, s.group.h = eniX-10, top+headH-10, eniW+20, max(at-zoneGap-(top+headH)+14, boxH)
	y := top + (height-clients)/2
	for _, c := range s.clients {
		c.x, c.y, c.w, c.h = clientX, y, clientW, boxH
		y += boxH + boxGap
	}
}

func (h *host) place(top int) {
	at := top + headH
	for _, n := range h.nodes {
		rows := max(len(n.tasks), 1)
		height := rows*(boxH+boxGap) - boxGap
		n.x, n.y, n.w, n.h = nodeX, at+zoneHead+(height-boxH)/2, nodeW, boxH
		for i, t := range n.tasks {
			t.x, t.y, t.w, t.h = taskX, at+zoneHead+i*(boxH+boxGap), taskW, boxH
		}
		at += zoneHead + height + pad + zoneGap
	}
	end := max(at-zoneGap, top+headH+boxH)
	h.outer = box{x: providerX, y: top, w: providerW, h: end - top + 2*pad + 8}
	h.nodeGroup.x, h.nodeGroup.y, h.nodeGroup.w, h.nodeGroup.h = nodeX-10, top+headH-10, nodeW+20, end-(top+headH)+14
	h.taskGroup.x, h.taskGroup.y, h.taskGroup.w, h.taskGroup.h = taskX-10, top+headH-10, taskW+20, end-(top+headH)+14
}

// zoneBand is the rectangle of a row's Availability Zone.
func zoneBand(first, last *box, outer box) box {
	x := outer.x + pad + 6
	return box{x: x, y: first.y - zoneHead, w: outer.w - 2*(pad+6), h: last.y + last.h + pad/2 - (first.y - zoneHead)}
}
