package world

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// maxLogEvents is how many events a log group keeps; the oldest go first.
const maxLogEvents = 10_000

var logEventsBucket = []byte("logs")

// LogGroup names a CloudWatch log group.
type LogGroup struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	Name    string `json:"name"`
}

func (g LogGroup) key() []byte { return []byte(g.Account + "\x00" + g.Region + "\x00" + g.Name) }

// LogEvent is one event of a log group.
type LogEvent struct {
	Group LogGroup `json:"group"`
	// Stream is the log stream within the group.
	Stream string `json:"stream"`
	// Time is when it came in, on the machine's own clock.
	Time    time.Time `json:"time"`
	Message string    `json:"message"`
}

// LogGroups returns the log groups of every account.
func (w *World) LogGroups() []LogGroup {
	var out []LogGroup
	_ = w.View(func(tx *Tx) error {
		tx.each(TokenLogGroup, func(r *Record) bool {
			out = append(out, LogGroup{r.Account, r.Region, r.ID})
			return true
		})
		return nil
	})
	return out
}

// PutLogEvents appends events to their groups. Those of a group that does not
// exist are lost, as on AWS.
func (w *World) PutLogEvents(events []LogEvent) error {
	if len(events) == 0 {
		return nil
	}
	existing := w.LogGroups()
	err := w.store.db.Update(func(tx *bbolt.Tx) error {
		all, err := tx.CreateBucketIfNotExists(logEventsBucket)
		if err != nil {
			return err
		}
		for _, e := range events {
			if !slices.Contains(existing, e.Group) {
				continue
			}
			if err := putLogEvent(all, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write log events: %w", err)
	}
	return nil
}

func putLogEvent(all *bbolt.Bucket, e LogEvent) error {
	b, err := all.CreateBucketIfNotExists(e.Group.key())
	if err != nil {
		return err
	}
	n, err := b.NextSequence()
	if err != nil {
		return err
	}
	v, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := b.Put(sequenceKey(n), v); err != nil {
		return err
	}
	if n > maxLogEvents {
		return b.Delete(sequenceKey(n - maxLogEvents))
	}
	return nil
}

func sequenceKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// LogEvents returns what the existing log groups hold, oldest first.
func (w *World) LogEvents() (out []LogEvent, err error) {
	existing := w.LogGroups()
	err = w.store.db.View(func(tx *bbolt.Tx) error {
		all := tx.Bucket(logEventsBucket)
		if all == nil {
			return nil
		}
		for _, g := range existing {
			b := all.Bucket(g.key())
			if b == nil {
				continue
			}
			err := b.ForEach(func(_, v []byte) error {
				var e LogEvent
				if err := json.Unmarshal(v, &e); err != nil {
					return err
				}
				out = append(out, e)
				return nil
			})
			if err != nil {
				return fmt.Errorf("log group %s: %w", g.Name, err)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b LogEvent) int { return a.Time.Compare(b.Time) })
	return out, err
}

// PruneLogEvents removes the events of log groups that exist no more, so that a
// later group of the same name begins empty.
func (w *World) PruneLogEvents() error {
	existing := w.LogGroups()
	var gone [][]byte
	err := w.store.db.View(func(tx *bbolt.Tx) error {
		all := tx.Bucket(logEventsBucket)
		if all == nil {
			return nil
		}
		return all.ForEach(func(k, _ []byte) error {
			if !slices.ContainsFunc(existing, func(g LogGroup) bool { return bytes.Equal(g.key(), k) }) {
				gone = append(gone, bytes.Clone(k))
			}
			return nil
		})
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	return w.store.db.Update(func(tx *bbolt.Tx) error {
		for _, k := range gone {
			if err := tx.Bucket(logEventsBucket).DeleteBucket(k); err != nil {
				return fmt.Errorf("remove the events of log group %s: %w", strings.ReplaceAll(string(k), "\x00", " "), err)
			}
		}
		return nil
	})
}
