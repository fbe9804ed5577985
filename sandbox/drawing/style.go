package drawing

import (
	"strings"
)

// colours are what the parts of a picture are drawn in, light and dark. They are told
// apart by lightness too.
var colours = []struct{ name, light, dark string }{
	{"page", "#ffffff", "#0d1117"},
	{"text", "#1c2733", "#e6edf3"},
	{"faint", "#4a5868", "#a9b4c0"},
	{"account", "#f7f9fc", "#161b22"},
	{"frame", "#44546a", "#8b98a9"},
	{"vpc", "#7a5ba6", "#a98be0"},
	{"zone", "#f2f6f9", "#1c232c"},
	{"edge", "#9aa7b8", "#5a6675"},
	{"plain", "#8795a8", "#8795a8"},
	{"way", "#b4bfcc", "#4d5866"},
	{"good", "#2e7d32", "#56d364"},
	{"mixed", "#b26a00", "#e3b341"},
	{"mixedtext", "#8a5200", "#e3b341"},
	{"mixedbox", "#fff6e5", "#33270f"},
	{"bad", "#c62828", "#ff7b72"},
	{"badbox", "#fdecea", "#3a1a1a"},
	{"new", "#1565c0", "#79b8ff"},
	{"newbox", "#e8f1fb", "#12263a"},
}

// rules are those of both schemes, with the colours by name.
const rules = `
.page { fill: $page; }
text { font-family: Helvetica, Arial, sans-serif; font-size: 13px; fill: $text; }
.small { font-size: 11px; fill: $faint; }
.title { font-size: 16px; font-weight: bold; }
.middle { text-anchor: middle; }
.account { fill: $account; stroke: $frame; stroke-width: 2; }
.vpc { fill: $page; stroke: $vpc; stroke-width: 1.5; stroke-dasharray: 6 4; }
.zone { fill: $zone; stroke: $edge; stroke-dasharray: 3 4; }
.subnet { fill: $page; stroke: $edge; }
.group { fill: none; stroke: $plain; stroke-width: 1.5; stroke-dasharray: 2 3; }
.group.both { stroke: $mixed; stroke-width: 2; stroke-dasharray: none; }
.group.fail { stroke: $bad; stroke-width: 3; stroke-dasharray: none; }
.box { fill: $page; stroke: $plain; stroke-width: 1.5; }
.box.pass { stroke: $good; stroke-width: 2; }
.box.both { fill: $mixedbox; stroke: $mixed; stroke-width: 2.5; }
.box.fail { fill: $badbox; stroke: $bad; stroke-width: 3; }
.box.idle, .box.none { stroke-dasharray: 4 3; }
.box.new { fill: $newbox; stroke: $new; stroke-width: 2.5; }
.line { fill: none; stroke: $good; stroke-width: 2.5; }
.line.both { stroke: $mixed; stroke-width: 3; }
.line.fail { stroke: $bad; stroke-width: 3; }
.line.idle { stroke: $way; stroke-width: 1.5; stroke-dasharray: 5 5; }
.line.none { stroke: $plain; stroke-width: 1.5; stroke-dasharray: 5 5; }
.line.new { stroke: $new; stroke-width: 2.5; }
.line.shut { stroke-dasharray: 5 5; }
.end { fill: $good; }
.end.idle { fill: $way; }
.end.new { fill: $new; }
.end.both { fill: $mixed; }
.end.fail { fill: $bad; }
.marked { stroke-width: 3; }
.marked.new { stroke: $new; }
.marked.both { stroke: $mixed; }
.marked.fail { stroke: $bad; }
.cross { stroke: $faint; stroke-width: 2; }
.mark { fill: #c62828; }
.marktext { fill: #ffffff; font-size: 12px; font-weight: bold; text-anchor: middle; }
.failtext { fill: $bad; font-weight: bold; }
.bothtext { fill: $mixedtext; font-weight: bold; }
.passtext { fill: $good; font-weight: bold; }
`

// style has a class for every status. The page is drawn as well: a picture within a page
// follows the reader's system, and not the page's own choice of light or dark.
var style = scheme(false) + "@media (prefers-color-scheme: dark) {" + scheme(true) + "}\n"

func scheme(dark bool) string {
	var pairs []string
	for i := len(colours) - 1; i >= 0; i-- { // the longer of two names that begin alike comes later
		c := colours[i]
		if pairs = append(pairs, "$"+c.name+";", c.light+";"); dark {
			pairs[len(pairs)-1] = c.dark + ";"
		}
	}
	return strings.NewReplacer(pairs...).Replace(rules)
}
