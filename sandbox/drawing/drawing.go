// Package drawing draws the paths from consumers' clients to a service as one
// picture: accounts, VPCs, Availability Zones, network interfaces, security
// groups, and in red what stopped a connection.
package drawing

import (
	"io"

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
	passed   status = "pass" // connections went through
	failed   status = "fail" // connections were stopped here
	mixed    status = "both" // some went through, and some were stopped here
	idle     status = "idle" // none came this far
	rejected status = "none" // a stranger was stopped here, as it should be
	fresh    status = "new"  // a change makes it
)

// and is the status of what has had both.
func (s status) and(other status) status {
	switch s {
	case other:
		return s
	case idle:
		return other
	}
	return mixed
}

// picture is what is drawn, before and after it has got its places.
type picture struct {
	tx        *world.Tx
	consumers []*side
	providers []*host
	notes     []*note

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
	outcome                 status
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

// client is one who connects: its box says how it fares to the end, its line and
// the numbers there how it fares up to the endpoint.
type client struct {
	box
	stranger    bool
	edge        status
	numbers     []int
	edgeNumbers []int
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
	address, task string
	// state is what the paths found it to be, or, where none came so far, what the
	// world says.
	state string
	found bool
}

// way leads from a node to a target, or to nowhere.
type way struct {
	from    *node
	to      *target
	status  status
	numbers []int
}
