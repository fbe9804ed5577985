package review

import (
	"regexp"
	"strings"

	"fargate-privatelink/sandbox/internal/plain"
)

// Whoever opens a pull request chooses the names of stacks and resources, paths, values
// and parts of messages. In a review they are text: each goes through escape, code
// or fenced, and none can leave its place, become a link, call somebody or look like the
// review's own words. .github/scripts/markdown.js does the same, and
// testdata/hostile.json holds the two to it.

// value is a property's value on one line, with its line breaks shown, and within bounds.
func value(s string) string { return clip(strings.NewReplacer("\r\n", `\n`, "\n", `\n`).Replace(s)) }

// longest is how much of a name or value is shown.
const longest = 400

// clip is a text on one line and within bounds.
func clip(s string) string {
	if runes := []rune(plain.Line(s)); len(runes) > longest {
		return string(runes[:longest]) + " …"
	}
	return plain.Line(s)
}

// markup are the characters that Markdown or GitHub gives a meaning within a line.
var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`, "|", `\|`, "[", `\[`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "$", "<span>$</span>",
)

// breakers are in front of, and behind, where a character without width keeps GitHub from
// making a link of an address, a person or an issue. It does that after Markdown, so that
// no escape helps.
var breakers = regexp.MustCompile(`(@)(\w)|(#)(\d)|(GH-)(\d)|(:)(//)|([Ww][Ww][Ww])(\.)`)

// block is what makes a block of a line that begins with it.
var block = regexp.MustCompile(`^(\s*\d*)([-+=#.)])([-+=#.)]*(\s|$))`)

// escape keeps a text from being Markdown or HTML.
func escape(s string) string {
	s = block.ReplaceAllString(markup.Replace(plain.Line(s)), `$1\$2$3`)
	return breakers.ReplaceAllString(s, "$1$3$5$7$9\u200b$2$4$6$8$10")
}

// code is a text in a code span, also within a table, where a backslash before a bar
// would let the bar end the cell.
func code(s string) string {
	s = strings.NewReplacer("`", "'", `\|`, "\\\u200b\\|", "|", `\|`).Replace(clip(s))
	if strings.TrimSpace(s) == "" {
		s = "(empty)"
	}
	return "`" + s + "`"
}

// long is a fence that is longer than any text needs.
var long = regexp.MustCompile("`{8}")

// fenced is a block that no text can leave: its fence is longer than any in it, and none
// in it is long.
func fenced(language, s string) string {
	s = long.ReplaceAllString(s, "$0\u200b")
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimRight(s, "\n") + "\n" + fence
}
