package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// EachShown creates one resource of every type, changes its tags where it has any,
// and reads it, and calls f with what each of the three shows.
func EachShown(t *testing.T, f func(token, call string, outputs Props)) {
	t.Helper()
	for _, ty := range Types() {
		st := newStage(t)
		id, outputs, err := create(st.provider, "shown", ty.Token, lostCreates[ty.Token].inputs(st))
		require.NoError(t, err, ty.Token)
		f(ty.Token, "create", outputs)
		outputs, err = st.provider.Read(ty.Token, id)
		require.NoError(t, err, ty.Token)
		f(ty.Token, "read", outputs)
		if !ty.Models("tags") {
			continue
		}
		outputs, err = update(st.provider, ty.Token, id, Props{"tags": map[string]any{"a": "b"}})
		require.NoError(t, err, ty.Token)
		f(ty.Token, "update", outputs)
	}
}

// findZoneOf finds a zone as an account sees it in which nothing was restored.
func findZoneOf(account string, f func(Zone) bool) (Zone, bool) {
	return (&Tx{}).findZone(account, testRegion, f)
}
