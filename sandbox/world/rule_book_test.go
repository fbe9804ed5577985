package world

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// breaker makes the one call that breaks a rule, on a deployed stage.
type breaker func(st *stage) error

// refusals has, for every rule that is enforced, a call that breaks it.
var refusals = map[string]breaker{}

// behaviours has, for every rule that describes behaviour, a test of it.
var behaviours = map[string]func(t *testing.T, st *stage){}

// shownInVnet has, for every rule about the way of a connection, the test of package
// vnet that shows it.
var shownInVnet = map[string]string{
	"FLOW-ORDER":          "TestHopsInOrder",
	"FLOW-FAIL-OPEN":      "TestWhatIsSaidIsWhatHappens",
	"FLOW-NODE-ADDRESS":   "TestPreservationHasNoEffect",
	"FLOW-PROXY-PROTOCOL": "TestProxyProtocolTellsClientAndEndpoint",
	"FLOW-PROXY-HEALTH":   "TestHealthChecksTellOfNoClient",
}

func addRefusals(cases map[string]breaker) { maps.Copy(refusals, cases) }

func addBehaviours(cases map[string]func(*testing.T, *stage)) { maps.Copy(behaviours, cases) }

// tries is a breaker that creates a resource in the provider's account.
func tries(token string, inputs Props) breaker {
	return func(st *stage) error { return st.try(token, inputs) }
}

// changes is a breaker that updates a resource of the stage.
func changes(name string, inputs Props) breaker {
	return func(st *stage) error { return st.change(name, inputs) }
}

// removes is a breaker that deletes a resource of the stage.
func removes(name string) breaker {
	return func(st *stage) error { return st.remove(name) }
}

func requireRefusal(t testing.TB, rule string, err error) {
	t.Helper()
	var refusal *Refusal
	require.Error(t, err, "%s was not enforced", rule)
	require.True(t, errors.As(err, &refusal), "%v is no refusal", err)
	require.Equal(t, rule, refusal.Rule.ID, "%v", err)
	require.NotEmpty(t, refusal.Message)
}

// TestEveryRefusal: each enforced rule refuses the call that breaks it.
func TestEveryRefusal(t *testing.T) {
	for _, id := range sortedKeys(refusals) {
		t.Run(id, func(t *testing.T) { requireRefusal(t, id, refusals[id](newStage(t))) })
	}
}

// TestEveryBehaviour: each rule that describes behaviour holds.
func TestEveryBehaviour(t *testing.T) {
	for _, id := range sortedKeys(behaviours) {
		t.Run(id, func(t *testing.T) { behaviours[id](t, newStage(t)) })
	}
}

// TestEveryRuleHasACase, and every case a rule.
func TestEveryRuleHasACase(t *testing.T) {
	known := map[string]bool{}
	for _, r := range Rules() {
		known[r.ID] = true
		_, refused := refusals[r.ID]
		_, shown := behaviours[r.ID]
		switch {
		case r.Check != nil && !refused:
			t.Errorf("rule %s has no case that breaks it", r.ID)
		case r.Check == nil && !refused && !shown && shownInVnet[r.ID] == "":
			t.Errorf("behaviour %s has no test", r.ID)
		}
	}
	for _, id := range slices.Concat(sortedKeys(refusals), sortedKeys(behaviours), sortedKeys(shownInVnet)) {
		assert.True(t, known[id], "case %s has no rule", id)
	}
}

// TestVnetShows: the tests of package vnet that rules rely on are there.
func TestVnetShows(t *testing.T) {
	files, err := filepath.Glob("../vnet/*_test.go")
	require.NoError(t, err)
	var tests []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		tests = append(tests, b...)
	}
	for rule, name := range shownInVnet {
		assert.Contains(t, string(tests), "\nfunc "+name+"(t *testing.T)", rule)
	}
}

// TestCatalogueListsAll: each type has its token's name once, and no two rules one id.
func TestCatalogueListsAll(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		assert.False(t, seen[r.ID], "rule %s is there twice", r.ID)
		seen[r.ID] = true
	}
	source, err := os.ReadFile("tokens.go")
	require.NoError(t, err)
	for _, token := range regexp.MustCompile(`"(aws:\w+/\w+:\w+)"`).FindAllSubmatch(source, -1) {
		assert.NotNil(t, types[string(token[1])], "no type is listed for %s", token[1])
	}
}

// TestRulesAreComplete: each entry says what it is, and where it is from.
func TestRulesAreComplete(t *testing.T) {
	for _, r := range Rules() {
		assert.NotEmpty(t, r.Says, r.ID)
		assert.NotEmpty(t, r.Source, r.ID)
		assert.NotNil(t, types[r.Token], "%s: type %s", r.ID, r.Token)
		assert.Contains(t, []Confidence{Verified, SecondHand, Unverified}, r.Confidence, r.ID)
		if r.Check != nil {
			assert.NotEmpty(t, r.Code, r.ID)
		}
		if r.Code != "" {
			assert.NotEqual(t, Unverified, r.Confidence, "%s refuses, though it is not verified", r.ID)
		}
		assert.Equal(t, answerIn(r), r.AnswerKnown(), "%s: how its code and message are known, by its source: %s", r.ID, r.Source)
	}
}

// answerIn is how the code and the message of a rule are known by the words of its
// source.
func answerIn(r *Rule) Confidence {
	grades := []Confidence{Verified, SecondHand, Unverified}
	grade := slices.Index(grades, r.Confidence)
	if r.Code != "" && regexp.MustCompile(`reported by users|github\.com/getmoto`).MatchString(r.Source) {
		grade = max(grade, 1)
	}
	if r.Code != "" && strings.Contains(r.Source, "inferred") {
		grade = 2
	}
	return grades[grade]
}

// TestDescriptionsRefuseNothing: not even while a call is carried out.
func TestDescriptionsRefuseNothing(t *testing.T) {
	for _, r := range []*Rule{{ID: "GUESS", Code: "Guessed", Confidence: Unverified}, {ID: "BEHAVES", Confidence: Verified}} {
		assert.Panics(t, func() { _ = r.refuse("no") }, r.ID)
	}
}

// over is one set of inputs with another over it.
func over(base, more Props) Props {
	out := base.Clone()
	for k, v := range more {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

func sorted(s []string) []string {
	out := slices.Clone(s)
	slices.Sort(out)
	return out
}
