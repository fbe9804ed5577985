package drawing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/vnet"
)

// note says where and why connections were stopped. Stops in several zones that
// differ in nothing but the zone have one note.
type note struct {
	// text has a slot for each thing that goes with the zone.
	text string
	// slots are what stands there, of each zone.
	slots [][]string
}

// slot is where the i-th thing that goes with the zone stands in a note's text.
func slot(i int) string { return fmt.Sprintf("\x00%d\x00", i) }

// String puts the zones' own things into the text.
func (n *note) String() string {
	text := n.text
	for i, values := range n.slots {
		text = strings.ReplaceAll(text, slot(i), strings.Join(values, ", "))
	}
	return text
}

// zonal are the parts of a path that go with its zone.
func zonal(path vnet.Path) []string {
	target, _, _ := strings.Cut(hop(path, vnet.HopTarget), ":")
	out := []string{path.ZoneID, hop(path, vnet.HopNode), target}
	if stop := path.Stopped(); stop.Hop == vnet.HopContainer {
		out = append(out, stop.At)
	}
	return out
}

// number returns the number of the note on a path's stop, which it adds if it is new.
func (p *picture) number(path vnet.Path) int {
	stop := path.Stopped()
	kind := stop.Hop
	if kind == vnet.HopTarget {
		kind = "target group" // which is what it is at, for want of a target
	}
	text, values := fmt.Sprintf("%s %s (%s): %s", kind, stop.At, stop.Effect, stop.By), zonal(path)
	for i, value := range values {
		if value != "" {
			text = regexp.MustCompile(`\b`+regexp.QuoteMeta(value)+`\b`).ReplaceAllLiteralString(text, slot(i))
		}
	}
	i := p.numberText(text)
	p.notes[i-1].add(values)
	return i
}

// numberText returns the number of the note with a text.
func (p *picture) numberText(text string) int {
	i := slices.IndexFunc(p.notes, func(n *note) bool { return n.text == text })
	if i < 0 {
		p.notes = append(p.notes, &note{text: text})
		i = len(p.notes) - 1
	}
	return i + 1
}

func (n *note) add(values []string) {
	for i, value := range values {
		if i == len(n.slots) {
			n.slots = append(n.slots, nil)
		}
		if !slices.Contains(n.slots[i], value) {
			n.slots[i] = append(n.slots[i], value)
		}
	}
}

func addNumber(numbers *[]int, n int) {
	if !slices.Contains(*numbers, n) {
		*numbers = append(*numbers, n)
	}
}
