// Package plain makes texts of others harmless to whoever reads them.
package plain

import (
	"strings"
	"unicode"
)

// Line is a text on one line, without characters that can't be seen or that change the
// direction of others.
func Line(s string) string {
	s = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
