package world

import (
	"path"
	"strings"
)

// wildcard matches a pattern with * and ?, as AWS has them in IAM policies and
// in filters: unlike in file names they match every character.
func wildcard(pattern, s string) bool {
	hide := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	escaped := strings.NewReplacer("[", "\\[", "\\", "\\\\").Replace(hide(pattern))
	ok, err := path.Match(escaped, hide(s))
	return ok && err == nil
}
