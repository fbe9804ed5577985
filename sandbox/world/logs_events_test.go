package world

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func logEvent(group string, n int) LogEvent {
	return LogEvent{
		Group: LogGroup{providerAccount, testRegion, group}, Stream: "web/web/0123",
		Time: time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC), Message: fmt.Sprint("line ", n),
	}
}

func TestLogEventsAreKeptInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world.db")
	w, err := Open(path)
	require.NoError(t, err)
	_, _, err = create(session(w, providerAccount, testRegion), "a", TokenLogGroup, Props{})
	require.NoError(t, err)
	_, _, err = create(session(w, providerAccount, testRegion), "b", TokenLogGroup, Props{})
	require.NoError(t, err)
	require.NoError(t, w.PutLogEvents([]LogEvent{logEvent("b", 2), logEvent("a", 1)}))
	require.NoError(t, w.PutLogEvents([]LogEvent{logEvent("a", 3), logEvent("no-such-group", 4)}))
	require.NoError(t, w.PutLogEvents(nil))
	require.NoError(t, w.Close())

	w, err = Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	events, err := w.LogEvents()
	require.NoError(t, err)
	require.Equal(t, []LogEvent{logEvent("a", 1), logEvent("b", 2), logEvent("a", 3)}, events)
}

func TestALogGroupKeepsItsLastEvents(t *testing.T) {
	w := newWorld(t)
	_, _, err := create(session(w, providerAccount, testRegion), "a", TokenLogGroup, Props{})
	require.NoError(t, err)
	events := make([]LogEvent, maxLogEvents+10)
	for i := range events {
		events[i] = logEvent("a", i)
	}
	require.NoError(t, w.PutLogEvents(events))
	kept, err := w.LogEvents()
	require.NoError(t, err)
	require.Equal(t, events[10:], kept)
}

// A log group that is made again under the same name begins empty.
func TestLogEventsGoWithTheirGroup(t *testing.T) {
	w := newWorld(t)
	s := session(w, providerAccount, testRegion)
	id, _, err := create(s, "a", TokenLogGroup, Props{})
	require.NoError(t, err)
	require.NoError(t, w.PruneLogEvents(), "nothing has been logged yet")
	require.NoError(t, w.PutLogEvents([]LogEvent{logEvent("a", 1)}))
	require.NoError(t, s.Delete(TokenLogGroup, id))
	events, err := w.LogEvents()
	require.NoError(t, err)
	require.Empty(t, events)

	require.NoError(t, w.PruneLogEvents())
	_, _, err = create(s, "a", TokenLogGroup, Props{})
	require.NoError(t, err)
	require.NoError(t, w.PutLogEvents([]LogEvent{logEvent("a", 2)}))
	events, err = w.LogEvents()
	require.NoError(t, err)
	require.Equal(t, []LogEvent{logEvent("a", 2)}, events)
}

func TestKeepsakes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world.db")
	w, err := Open(path)
	require.NoError(t, err)
	value, err := w.Kept("key")
	require.NoError(t, err)
	require.Nil(t, value)
	require.NoError(t, w.Keep("key", []byte("value")))
	require.NoError(t, w.Close())

	w, err = Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	value, err = w.Kept("key")
	require.NoError(t, err)
	require.Equal(t, "value", string(value))
	require.NoError(t, w.Keep("key", nil))
	value, err = w.Kept("key")
	require.NoError(t, err)
	require.Nil(t, value)
}
