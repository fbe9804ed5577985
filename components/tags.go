package components

import (
	"strings"

	"fargate-privatelink/internal/check"
)

// checkTags checks the tags for every resource.
func checkTags(path check.Path, tags map[string]string, f *check.Faults) {
	if len(tags) > 49 {
		f.Say(path, "has %d tags; it must have at most 49, since AWS stops at 50 and each resource gets a Name", len(tags))
	}
	for key, value := range check.Sorted(tags) {
		switch {
		case key == "" || len([]rune(key)) > 128 || strings.HasPrefix(strings.ToLower(key), "aws:"):
			f.Say(path, "has the key %q; it must be 1 to 128 characters that don't begin with aws:", key)
		case key == "Name":
			f.Say(path.Key(key), "is %q; leave it out, each resource gets its own Name", value)
		case len([]rune(value)) > 256:
			f.Say(path.Key(key), "has %d characters; it must have at most 256", len([]rune(value)))
		}
	}
}
