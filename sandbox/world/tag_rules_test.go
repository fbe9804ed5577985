package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tagged creates one more resource of a type with tags.
func tagged(token string, tags map[string]any) breaker {
	return func(st *stage) error {
		_, _, err := create(st.provider, "tagged", token, over(lostCreates[token].inputs(st), Props{"tags": tags}))
		return err
	}
}

func init() {
	cases := map[string]breaker{}
	for _, k := range tagKinds {
		bad := map[string]any{"team": strings.Repeat("ü", 257)}
		if k.alphabet != nil {
			bad = map[string]any{"team": "R&D (EU), team #1"}
		}
		cases[k.id] = tagged(k.tokens[0], bad)
	}
	cases["TAG-IAM-CASE"] = tagged(TokenRole, map[string]any{"Environment": "a", "environment": "a"})
	addRefusals(cases)
}

// TestEveryTaggedTypeIsChecked: each type that has tags is of one service.
func TestEveryTaggedTypeIsChecked(t *testing.T) {
	checked := taggedTypes()
	for _, ty := range Types() {
		assert.Equal(t, ty.Models("tags"), slices.Contains(checked, ty.Token), ty.Token)
	}
	slices.Sort(checked)
	require.Len(t, slices.Compact(checked), len(taggedTypes()))
}

// TestTagForms: what each service takes and what it doesn't.
func TestTagForms(t *testing.T) {
	fifty, long := map[string]any{}, strings.Repeat("ü", 128)
	for i := range 50 {
		fifty[fmt.Sprint("key-", i)] = "x"
	}
	for _, tt := range []struct {
		name  string
		tags  map[string]any
		ec2   bool
		role  bool
		group bool // a target group
	}{
		{"the alphabet", map[string]any{"a b_.:/=+-@é": "x y_.:/=+-@9"}, true, true, true},
		{"an ampersand", map[string]any{"team": "R&D"}, true, false, false},
		{"a comma in a key", map[string]any{"a,b": "x"}, true, false, false},
		{"characters, not bytes", map[string]any{long: strings.Repeat("ü", 256)}, true, true, true},
		{"a key too long", map[string]any{long + "ü": "x"}, false, false, false},
		{"an empty value", map[string]any{"empty": ""}, true, true, true},
		{"an empty key", map[string]any{"": "x"}, false, false, false},
		{"AWS's own prefix", map[string]any{"aws:team": "x"}, false, false, false},
		{"AWS's own prefix in capitals", map[string]any{"AWS:team": "x"}, false, false, false},
		{"keys that differ in case", map[string]any{"Name": "x", "name": "x"}, true, false, true},
		{"fifty", fifty, true, true, true},
		{"fifty-one", over(fifty, Props{"one": "x"}), false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for token, taken := range map[string]bool{TokenVPC: tt.ec2, TokenRole: tt.role, TokenTargetGroup: tt.group} {
				assert.Equal(t, taken, tagged(token, tt.tags)(newStage(t)) == nil, token)
			}
		})
	}
}

// TestDefaultTagsAreChecked with the resource's own, and on an update.
func TestDefaultTagsAreChecked(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.change("tg", Props{"tags": map[string]any{"a": "b"}}))
	requireRefusal(t, "TAG-ELB", st.change("tg", Props{"tags": map[string]any{"a": "b;c"}}))
	st.provider.Caller.DefaultTags = map[string]string{"team": "a|b"}
	requireRefusal(t, "TAG-ELB", tagged(TokenTargetGroup, nil)(st))
}
