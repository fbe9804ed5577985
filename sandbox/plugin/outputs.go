package plugin

import (
	"fmt"

	"fargate-privatelink/sandbox/world"
)

// OutputMismatches says what of a resource's outputs the SDK's type does not have,
// has with another type, or has and the resource does not show.
func OutputMismatches(token string, outputs world.Props) []string {
	known, ok := schemas[token]
	if !ok {
		return []string{fmt.Sprintf("%s is not bound to the SDK's types", token)}
	}
	shown := outputs.Clone()
	delete(shown, "id") // every resource's, and in no type
	out := structMismatches("", shown, known.outputs)
	for _, name := range known.outputNames() {
		if _, ok := shown[name]; !ok {
			out = append(out, fmt.Sprintf("property %q is not shown", name))
		}
	}
	return out
}
