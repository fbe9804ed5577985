package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Faults are the keys whose comment is missing, or lacks the default, the range or a word
// of the tags: a sentence for each.
func (k *Key) Faults() (faults []string) {
	for key := range k.All() {
		if key.Name == "" || key.As != "" {
			continue
		}
		if key.Description == "" {
			faults = append(faults, key.Path+" has no comment")
			continue
		}
		for _, missing := range key.unsaid() {
			faults = append(faults, fmt.Sprintf("%s: its tags say %s, and its comment does not: %s", key.Path, missing, key.Description))
		}
	}
	return faults
}

// unsaid is what the tags say and the comment doesn't.
func (k *Key) unsaid() (missing []string) {
	said := words(k.Description)
	expect := func(value any) {
		if text := fmt.Sprint(value); !slices.Contains(said, text) {
			missing = append(missing, text)
		}
	}
	if k.Range != nil {
		expect(k.Range.Low)
		expect(k.Range.High)
	}
	for _, word := range k.text().Enum {
		expect(word)
	}
	switch value := k.Default.(type) {
	case []string:
		for _, word := range value {
			expect(word)
		}
	case bool:
		if value {
			expect(true)
		}
	case nil:
	default:
		expect(value)
	}
	return missing
}

// words are a text's, without the marks around them; a number's thousands may be apart.
func words(text string) (all []string) {
	for _, word := range strings.Fields(text) {
		word = strings.Trim(word, "\"'`()[];:,.?!")
		all = append(all, word, strings.ReplaceAll(word, ",", ""), strings.TrimSuffix(word, "%"))
	}
	return all
}
