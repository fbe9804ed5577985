package main

import (
	"bytes"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours can be read on a light page and on a dark one, as the plot has no page of its own.
var (
	ink     = color.RGBA{0x76, 0x80, 0x8c, 0xff}
	colours = []color.Color{
		color.RGBA{0x2f, 0x81, 0xf7, 0xff}, color.RGBA{0xd2, 0x6a, 0x12, 0xff}, color.RGBA{0x2e, 0x96, 0x4d, 0xff}, color.RGBA{0xa3, 0x62, 0xd6, 0xff},
	}
)

// plot draws what takes time as SVG: this project's lines whole, and the floor's dashed. It
// is nil where there is one size.
func (m measured) plot(s section) ([]byte, error) {
	cases := m.cases(s.benchmark)
	if len(cases) < 2 {
		return nil, nil
	}
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Label.Text, p.Y.Label.Text = s.of, "seconds"
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Scale, axis.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		axis.Color, axis.Label.TextStyle.Color, axis.Tick.Color, axis.Tick.Label.Color = ink, ink, ink, ink
	}
	p.Legend.TextStyle.Color, p.Legend.Top, p.Legend.Left, p.Legend.Padding = ink, true, true, vg.Points(2)
	var dashed plot.Thumbnailer
	for i, q := range s.timed() {
		for _, side := range []string{"product", "floor"} {
			var line plotter.XYs
			for _, c := range cases {
				line = append(line, plotter.XY{X: numberOf(c), Y: m.median(key{s.benchmark, c, side, q.unit})})
			}
			lines, points, err := plotter.NewLinePoints(line)
			if err != nil {
				return nil, err
			}
			lines.Color, points.Color, lines.Width = colours[i], colours[i], vg.Points(1.5)
			p.Add(lines, points)
			if side == "product" {
				p.Legend.Add(strings.ReplaceAll(q.name, "`", ""), lines)
				continue
			}
			lines.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
			dashed = lines
		}
	}
	p.Legend.Add("dashed: the floor of each", dashed)
	canvas := vgsvg.New(18*vg.Centimeter, 12*vg.Centimeter)
	p.Draw(draw.Crop(draw.New(canvas), 0, -vg.Centimeter/2, 0, -vg.Centimeter/4))
	var svg bytes.Buffer
	_, err := canvas.WriteTo(&svg)
	// The font's name is all that the library writes; not every reader has that one.
	return bytes.ReplaceAll(svg.Bytes(), []byte("Liberation Sans"), []byte("Liberation Sans,Helvetica,Arial,sans-serif")), err
}

// timed are the quantities of time.
func (s section) timed() (found []quantity) {
	for _, q := range s.quantities {
		if strings.HasSuffix(q.unit, "-sec") {
			found = append(found, q)
		}
	}
	return found
}
