package world

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Record is one thing that exists in the world: a resource that a program
// declared, or something that AWS made for it (a network interface, a task).
type Record struct {
	// Kind is a resource's type token ("aws:ec2/vpc:Vpc"), or one of the Kind
	// constants for what AWS makes by itself.
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// Inputs are the checked inputs; empty for what AWS makes by itself.
	Inputs Props `json:"inputs,omitempty"`
	// Outputs are what the AWS provider shows.
	Outputs Props `json:"outputs,omitempty"`
	// Hidden is what AWS knows and the provider does not show.
	Hidden Props `json:"hidden,omitempty"`
	// Made is the create that it was, counted in the world; 0 for what AWS makes by
	// itself.
	Made uint64 `json:"made,omitempty"`
	// Restored is nil but for a resource that Restore has made.
	Restored *Restored `json:"restored,omitempty"`
}

func (r *Record) clone() *Record {
	c := *r
	c.Inputs, c.Outputs, c.Hidden = r.Inputs.Clone(), r.Outputs.Clone(), r.Hidden.Clone()
	return &c
}

func (r *Record) key() string { return r.Kind + "\x00" + r.ID + "\x00" + r.Account + "\x00" + r.Region }

// compare orders records of one kind by their keys.
func (r *Record) compare(o *Record) int {
	return cmp.Or(strings.Compare(r.ID, o.ID), strings.Compare(r.Account, o.Account), strings.Compare(r.Region, o.Region))
}

var (
	recordsBucket = []byte("records")
	metaBucket    = []byte("meta")
	memoryKey     = []byte("memory")
)

// store keeps the records in one bbolt file. A commit is one bbolt transaction,
// synced to disk before it returns, so what was acknowledged survives a kill.
type store struct{ db *bbolt.DB }

// ErrInUse is returned for a world that another process has open.
var ErrInUse = errors.New("another process has it open")

// lockWait is how long a second process waits for the file.
var lockWait = 5 * time.Second

// ErrDamaged is returned for a world whose file is not as it was written: cut off, or
// made anything else of.
var ErrDamaged = errors.New("the file is damaged")

func openStore(path string) (*store, error) {
	if err := makeWorld(path); err != nil {
		return nil, fmt.Errorf("make the sandbox's state %s: %w", path, err)
	}
	var db *bbolt.DB
	err := readable(func() error {
		if err := whole(path); err != nil {
			return err
		}
		var err error
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		err = ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("open the sandbox's state %s: %w", path, err)
	}
	return &store{db}, nil
}

// makeWorld makes an empty world where there is none. It is made beside and linked, so
// that a file with this name is always a whole one.
func makeWorld(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "new-world-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	fresh := filepath.Join(dir, "world.db")
	db, err := bbolt.Open(fresh, 0o600, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{recordsBucket, metaBucket} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Link(fresh, path); !errors.Is(err, fs.ErrExist) { // another process was faster
		return err
	}
	return nil
}

// whole returns an error for a file that is shorter than it says itself. Bbolt maps it
// into memory, where reading past its end ends the process.
func whole(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout) || errors.As(err, new(*fs.PathError)):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer func() { _ = db.Close() }()
	return db.View(func(tx *bbolt.Tx) error {
		if info.Size() < tx.Size() {
			return fmt.Errorf("%w: it is cut off after %d of %d bytes", ErrDamaged, info.Size(), tx.Size())
		}
		return nil
	})
}

// readable makes an error of what bbolt panics with when pages are not what they should
// be, and of an access to what the file does not have.
func readable(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return read()
}

// copyTo writes a copy of the file as it is now.
func (s *store) copyTo(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	return errors.Join(err, f.Sync(), f.Close())
}

// load reads every record and what AWS remembers.
func (s *store) load() (records index, remembered memory, err error) {
	records = index{}
	err = readable(func() error { return s.db.View(func(tx *bbolt.Tx) error { return readAll(tx, records, &remembered) }) })
	return records, remembered, err
}

func readAll(tx *bbolt.Tx, records index, remembered *memory) error {
	meta, all := tx.Bucket(metaBucket), tx.Bucket(recordsBucket)
	if meta == nil || all == nil {
		return fmt.Errorf("%w: it is no world", ErrDamaged)
	}
	if v := meta.Get(memoryKey); v != nil {
		if err := json.Unmarshal(v, remembered); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return all.ForEach(func(k, v []byte) error {
		var r Record
		if err := json.Unmarshal(v, &r); err != nil {
			return fmt.Errorf("%w: record %q: %w", ErrDamaged, k, err)
		}
		records.put(&r)
		return nil
	})
}

// commit writes the changed records; nil means deleted.
func (s *store) commit(writes index, remembered memory) error {
	return readable(func() error { return s.db.Update(func(tx *bbolt.Tx) error { return writeAll(tx, writes, remembered) }) })
}

func writeAll(tx *bbolt.Tx, writes index, remembered memory) error {
	b := tx.Bucket(recordsBucket)
	for _, records := range writes {
		for k, r := range records {
			if err := write(b, k, r); err != nil {
				return err
			}
		}
	}
	v, err := json.Marshal(remembered)
	if err != nil {
		return err
	}
	return tx.Bucket(metaBucket).Put(memoryKey, v)
}

func write(b *bbolt.Bucket, key string, r *Record) error {
	if r == nil {
		return b.Delete([]byte(key))
	}
	v, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", r.Kind, r.ID, err)
	}
	return b.Put([]byte(key), v)
}

func (s *store) close() error { return s.db.Close() }
