package deploy

import (
	"io"

	"fargate-privatelink/sandbox/drawing"
	"fargate-privatelink/sandbox/world"
)

// Draw writes a picture of what Check found, as SVG.
func (s *Sandbox) Draw(w io.Writer, found []Reach) error {
	var consumers []drawing.Consumer
	for _, r := range found {
		consumers = append(consumers, drawing.Consumer{
			Name: r.Name(), EndpointID: r.EndpointID, Paths: r.Paths, Strangers: r.Strangers,
		})
	}
	return s.World.View(func(tx *world.Tx) error { return drawing.Draw(w, tx, consumers) })
}
