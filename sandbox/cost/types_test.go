package cost

import (
	"slices"
	"testing"

	"fargate-privatelink/sandbox/world"
)

// Whatever the sandbox can deploy has a price or is known to be free: nothing is
// left out by mistake.
func TestEveryTypeIsAccountedFor(t *testing.T) {
	list := Prices()
	for _, of := range world.Types() {
		_, priced := rules[of.Token]
		if !priced && !slices.Contains(list.Free, of.Token) {
			t.Errorf("%s has no price: add a rule, or add it to free in prices.yaml", of.Token)
		}
	}
}
