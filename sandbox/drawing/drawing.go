// Package drawing draws the paths from consumers' clients to a service as one
// picture: accounts, VPCs, Availability Zones, network interfaces, security
// groups, and in red what stopped a connection.
package drawing

import (
	"io"
	"slices"

	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

// Consumer is one consumer's side of the picture.
type Consumer struct {
	// Name is what the consumer is called: its stack.
	Name string
	// EndpointID is its interface endpoint.
	EndpointID string
	// Paths are those of its clients, Strangers those that have to be refused.
	Paths, Strangers []vnet.Path
}

// Draw writes the picture as SVG. What is drawn beside the paths, it reads from tx.
func Draw(w io.Writer, tx *world.Tx, consumers []Consumer) error {
	p := &picture{tx: tx}
	for _, c := range consumers {
		p.addConsumer(c)
	}
	p.place()
	return p.write(w)
}

// status is how a part of the picture is drawn.
type status string

// The statuses are the names of CSS classes.
const (
	passed   status = "pass" // a connection went through
	failed   status = "fail" // one was stopped here
	idle     status = "idle" // none came this far
	rejected status = "none" // a stranger was stopped here, as it should be
)

// worse returns the one of two statuses that the picture shows of both.
func worse(a, b status) status {
	for _, s := range []status{failed, passed} {
		if a == s || b == s {
			return s
		}
	}
	return a
}

// picture is what is drawn, before and after it has got its places.
type picture struct {
	tx        *world.Tx
	consumers []*side
	providers []*host
	notes     []string

	width, height int
}

// box is a rectangle with up to three lines of text.
type box struct {
	x, y, w, h int
	lines      []string
	status     status
}

func (b *box) left() (x, y int)  { return b.x, b.y + b.h/2 }
func (b *box) right() (x, y int) { return b.x + b.w, b.y + b.h/2 }

// side is a consumer's account.
type side struct {
	name, account, vpc, dns string
	verdict                 string
	reachable               bool
	clients                 []*client
	// enis are the endpoint's interfaces by AZ ID.
	enis  []*eni
	group box
	// link is the endpoint and the state of its connection.
	link     []string
	linkGood status
	outer    box
	provider *host
}

// client is one who connects, and how it fares up to the endpoint.
type client struct {
	box
	stranger bool
	numbers  []int
}

// eni is one of the endpoint's interfaces, and the way on from it.
type eni struct {
	box
	zone    string
	edge    status
	numbers []int
	node    *node
}

// host is a provider's account.
type host struct {
	service            world.EndpointService
	title, vpc, offers string
	nodes              []*node
	nodeGroup          box
	taskGroup          box
	outer              box
}

// node is a load balancer's node, and its zone with the tasks in it.
type node struct {
	box
	zone  string
	tasks []*target
	ways  []*way
	// there is false for a zone that has tasks or connections but no node.
	there bool
}

// target is a task.
type target struct {
	box
	address string
}

// way leads from a node to a target, or to nowhere.
type way struct {
	from    *node
	to      *target
	status  status
	numbers []int
}

// number returns the number of a note, which it adds if it is new.
func (p *picture) number(note string) int {
	i := slices.Index(p.notes, note)
	if i < 0 {
		p.notes = append(p.notes, note)
		i = len(p.notes) - 1
	}
	return i + 1
}

func addNumber(numbers *[]int, n int) {
	if !slices.Contains(*numbers, n) {
		*numbers = append(*numbers, n)
	}
}
