package components

import (
	"regexp"
	"strings"

	"fargate-privatelink/internal/check"
)

// tagText is what the strictest of the services takes in a tag's key and value: Elastic
// Load Balancing, Amazon ECS and IAM. See
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html.
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

const tagAlphabet = "letters, digits, spaces and _ . : / = + - @, which is what IAM, Amazon ECS and Elastic Load Balancing take"

// checkTags checks the tags for every resource.
func checkTags(path check.Path, tags map[string]string, f *check.Faults) {
	if len(tags) > 49 {
		f.Say(path, "has %d tags; it must have at most 49, since AWS stops at 50 and each resource gets a Name", len(tags))
	}
	// IAM tells keys apart without regard to case. See
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules.
	folded := map[string]string{}
	for key, value := range check.Sorted(tags) {
		lower := strings.ToLower(key)
		other, taken := folded[lower]
		switch {
		case key == "" || len([]rune(key)) > 128 || strings.HasPrefix(lower, "aws:"):
			f.Say(path, "has the key %q; it must be 1 to 128 characters that don't begin with aws:", key)
		case key == "Name":
			f.Say(path.Key(key), "is %q; leave it out, each resource gets its own Name", value)
		case lower == "name":
			f.Say(path, "has the key %q; leave it out: IAM takes it for Name, which each resource gets", key)
		case taken:
			f.Say(path, "has the keys %q and %q; IAM takes keys that differ only in case for one", other, key)
		case !tagText.MatchString(key):
			f.Say(path, "has the key %q; it must be %s", key, tagAlphabet)
		case len([]rune(value)) > 256:
			f.Say(path.Key(key), "has %d characters; it must have at most 256", len([]rune(value)))
		case !tagText.MatchString(value):
			f.Must(path.Key(key), value, tagAlphabet)
		}
		folded[lower] = key
	}
}
