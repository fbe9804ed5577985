package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// World is one simulated AWS: every account and region in one store. Its
// methods are safe for concurrent use; each call is one atomic transaction.
type World struct {
	mu      sync.RWMutex
	store   *store
	records index
	memory  memory
	faults  faults
}

// memory is what AWS remembers of resources that are gone.
type memory struct {
	// Sequence is how many ids were given out.
	Sequence uint64 `json:"sequence"`
	// Revisions are the last revisions of task definitions by account, region
	// and family: AWS never gives one twice, not even when all are deregistered.
	Revisions map[string]int `json:"revisions,omitempty"`
	// Passed is the time that went by while the provider waited for AWS.
	Passed time.Duration `json:"passed,omitempty"`
	// Made is how many resources were made.
	Made uint64 `json:"made,omitempty"`
	// Zones are the IDs of zones by account and Region, and name, of accounts that
	// were restored.
	Zones map[string]map[string]string `json:"zones,omitempty"`
	// PrefixLists are the ids of the prefix lists of AWS's services, by name and Region,
	// that were restored.
	PrefixLists map[string]string `json:"prefixLists,omitempty"`
}

func (m memory) clone() memory {
	m.Revisions, m.PrefixLists = maps.Clone(m.Revisions), maps.Clone(m.PrefixLists)
	return m
}

// index holds records by kind and key. In a transaction's writes, nil means deleted.
type index map[string]map[string]*Record

func (x index) put(r *Record) {
	if x[r.Kind] == nil {
		x[r.Kind] = map[string]*Record{}
	}
	x[r.Kind][r.key()] = r
}

// Open reads the world kept in the file at path, or starts an empty one there.
// The file is locked while the world is open: a second process waits five
// seconds for it and then fails.
func Open(path string) (*World, error) {
	s, err := openStore(path)
	if err != nil {
		return nil, err
	}
	records, remembered, err := s.load()
	if err != nil {
		_ = s.close()
		return nil, fmt.Errorf("read the sandbox's state %s: %w", path, err)
	}
	return &World{store: s, records: records, memory: remembered}, nil
}

// Close releases the file.
func (w *World) Close() error { return w.store.close() }

// CopyTo writes a copy of the world as it is now to a file.
func (w *World) CopyTo(path string) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.store.copyTo(path)
}

// View runs f on the world as it is now. f must not Put or Delete.
func (w *World) View(f func(*Tx) error) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return f(&Tx{w: w, memory: w.memory})
}

// Update runs f and, if it returns nil, makes its writes durable all at once,
// together with what AWS's own controllers make of them.
func (w *World) Update(f func(*Tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx := &Tx{w: w, writes: index{}, memory: w.memory.clone()}
	if err := f(tx); err != nil {
		return err
	}
	settle(tx)
	if err := w.store.commit(tx.writes, tx.memory); err != nil {
		return fmt.Errorf("write the sandbox's state: %w", err)
	}
	w.apply(tx.writes)
	w.memory = tx.memory
	return nil
}

func (w *World) apply(writes index) {
	for kind, records := range writes {
		for key, r := range records {
			if r != nil {
				w.records.put(r)
				continue
			}
			delete(w.records[kind], key)
		}
		if len(w.records[kind]) == 0 {
			delete(w.records, kind)
		}
	}
}

// Tx is one transaction on the world.
type Tx struct {
	w      *World
	writes index
	memory memory
}

// matching returns the records of a kind that f accepts, in the order of their keys. They
// are the world's own: to be read only.
func (tx *Tx) matching(kind string, f func(*Record) bool) (found []*Record) {
	written := tx.writes[kind]
	for k, r := range tx.w.records[kind] {
		if _, rewritten := written[k]; !rewritten && f(r) {
			found = append(found, r)
		}
	}
	for _, r := range written {
		if r != nil && f(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, (*Record).compare)
	return found
}

// each calls f with the records of a kind, in the order of their keys, until it
// returns false. The records are the world's own: f must not change them.
func (tx *Tx) each(kind string, f func(*Record) bool) {
	for _, r := range tx.matching(kind, func(*Record) bool { return true }) {
		if !f(r) {
			return
		}
	}
}

// first returns the first record of a kind that f accepts, or nil. Like matching,
// it hands out the world's own record, to be read only.
func (tx *Tx) first(kind string, f func(*Record) bool) *Record {
	if found := tx.matching(kind, f); len(found) > 0 {
		return found[0]
	}
	return nil
}

// All returns the records of a kind in every account and region, in the order
// of their ids. The caller may change and Put what it gets.
func (tx *Tx) All(kind string) []*Record {
	return clones(tx.matching(kind, func(*Record) bool { return true }))
}

// In returns the records of a kind in one account and region.
func (tx *Tx) In(kind, account, region string) []*Record {
	return clones(tx.matching(kind, func(r *Record) bool { return r.Account == account && r.Region == region }))
}

func clones(records []*Record) []*Record {
	out := make([]*Record, len(records))
	for i, r := range records {
		out[i] = r.clone()
	}
	return out
}

// Get returns the record of a kind with that id, wherever it is, or nil. Ids
// that AWS makes are unique in the world; names, such as a role's, are unique
// in one account only, and have to be looked up with In.
func (tx *Tx) Get(kind, id string) *Record {
	if r := tx.peek(kind, id); r != nil {
		return r.clone()
	}
	return nil
}

// peek is Get without a copy: what it returns is to be read only.
func (tx *Tx) peek(kind, id string) *Record {
	return tx.first(kind, func(r *Record) bool { return r.ID == id })
}

// Kinds returns every kind that exists, sorted.
func (tx *Tx) Kinds() []string {
	kinds := map[string]bool{}
	for _, x := range []index{tx.w.records, tx.writes} {
		for kind := range x {
			if tx.first(kind, func(*Record) bool { return true }) != nil {
				kinds[kind] = true
			}
		}
	}
	return sortedKeys(kinds)
}

// Made returns how many resources were ever made: Record.Made of the last one.
func (tx *Tx) Made() uint64 { return tx.memory.Made }

// Put writes a record.
func (tx *Tx) Put(r *Record) { tx.writes.put(r.clone()) }

// Delete removes a record.
func (tx *Tx) Delete(r *Record) {
	if tx.writes[r.Kind] == nil {
		tx.writes[r.Kind] = map[string]*Record{}
	}
	tx.writes[r.Kind][r.key()] = nil
}

// Hex returns n hexadecimal digits that no other call has returned or will,
// for n of 17, the length of EC2's ids; shorter ones are as good as random.
func (tx *Tx) Hex(n int) string {
	tx.memory.Sequence++
	sum := sha256.Sum256(fmt.Appendf(nil, "fargate-privatelink sandbox %d", tx.memory.Sequence))
	return hex.EncodeToString(sum[:])[:n]
}

// nextRevision returns the next revision of a task definition's family.
func (tx *Tx) nextRevision(account, region, family string) int {
	if tx.memory.Revisions == nil {
		tx.memory.Revisions = map[string]int{}
	}
	key := account + " " + region + " " + family
	tx.memory.Revisions[key]++
	return tx.memory.Revisions[key]
}

// epoch is when the world's clock starts.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Now is the world's own time: it starts at the beginning of 2026 and moves on
// by a second for every id given out, and by what the provider waits when a fault
// strikes, so that the same calls give the same dates.
func (tx *Tx) Now() time.Time {
	return epoch.Add(time.Duration(tx.memory.Sequence)*time.Second + tx.memory.Passed)
}

// stableHex returns n hexadecimal digits that depend on the seed only, for ids
// of what AWS has in every account.
func stableHex(seed string, n int) string {
	sum := sha256.Sum256([]byte(seed))
	return hex.EncodeToString(sum[:])[:n]
}
